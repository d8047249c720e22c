"""One run: build the village, let the years pass, write down what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments import provenance
from village_abm.experiments.inputs import Inputs
from village_abm.experiments.record import FolderError, RunFolder, write_all
from village_abm.experiments.tables import HouseholdPanel

if TYPE_CHECKING:
    from village_abm.load import Params
    from village_abm.model import VillageModel


@dataclass(frozen=True)
class Finished:
    """A run that is over: the model at the end, the folder of its record, what is real and what generated."""

    model: VillageModel
    folder: Path
    notes: list[str]


def default_folder(params: Params, seed: int) -> Path:
    """Where a run goes that was given no folder: runs/<scenario>-<seed> under the current folder."""
    return Path("runs") / f"{params.scenario.name}-{seed}"


def _check_above(target: Path) -> None:
    """Refuse a folder to be made inside a file; raises FolderError."""
    for above in target.parents:
        if above.is_file():
            raise FolderError(f"{above} is a file, so no folder can be made in it. Name another folder.")


def run_once(
    params: Params,
    seed: int,
    out: Path | None = None,
    *,
    replicate: int = 0,
    inputs: Inputs | None = None,
    about: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
    finish: Callable[[Path], object] | None = None,
) -> Finished:
    """Run a scenario from its first simulated year to its last and write its folder.

    `progress` hears the years done and the years in all; `finish` writes into the folder before it takes
    its name (the report does); `about` joins the manifest. Raises FolderError, BookGap, OSError and what the
    readers of `inputs` raise, and then leaves no folder behind.
    """
    from village_abm.model import VillageModel

    given = inputs or Inputs()
    target = out or default_folder(params, seed)
    _check_above(target)
    opened = RunFolder(target, numbered=out is None)
    with opened as folder:
        watch = provenance.Stopwatch()
        land, register = given.read(params, seed, replicate)
        model = VillageModel(params, rng=seed, replicate=replicate, landscape=land, register=register)
        _let_pass(model, folder / "households.parquet", progress)
        notes = list(dict.fromkeys([*model.landscape.notes, *given.notes()]))
        manifest = {
            **(about or {}),
            "inputs": given.given(),
            "notes": notes,
            "code": provenance.code(),
            "machine": provenance.machine(),
            "packages": provenance.packages(),
            "cost": watch.cost(),
        }
        write_all(folder, model, manifest)
        if finish:
            finish(folder)
    assert opened.path is not None
    return Finished(model, opened.path, notes)


def _let_pass(model: VillageModel, path: Path, progress: Callable[[int, int], None] | None) -> None:
    """Step to the end of the scenario and write the households of every recorded year."""
    panel = HouseholdPanel(path)
    years, first = model.years_ahead(), model.year

    def close_of_year(model: VillageModel) -> None:
        if model.year >= model.params.scenario.start:
            panel.add(model.year, model.households)
        if progress:
            progress(model.year - first, years)

    try:
        model.run(on_year=close_of_year)
    finally:
        panel.close()
