"""The command `calibrate`: what of the free parameters the targets can tell, and what they rule out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from village_abm.commands import INTERRUPTED, fail, plain_errors
from village_abm.sweep_command import EngineName, Out, Part, Scheduler, Workers, stopped_plainly

if TYPE_CHECKING:
    from village_abm.experiments.calibration.calibrating import Means
    from village_abm.experiments.calibration.planned import Calibration

# Everything heavy is imported inside the commands: --help must not wait for Mesa.

FINDINGS = "findings.md"
METHODS = ("matching", "optuna")


def calibrate(
    spec: Annotated[Path, typer.Argument(metavar="SPEC", help="A TOML file; see docs/calibrate.md.")],
    method: Annotated[
        str, typer.Option(metavar="NAME", help="matching: what is not ruled out; optuna: a search for one objective.")
    ] = "matching",
    perfect_model: Annotated[
        bool, typer.Option("--perfect-model", help="Only the first wave and what could be found from it at all.")
    ] = False,
    engine: EngineName = "local",
    workers: Workers = None,
    scheduler: Scheduler = None,
    shard: Part = None,
    out: Out = None,
) -> None:
    """Rule out what cannot have given the targets; stopped, the same command goes on where it was."""
    with plain_errors():
        from village_abm.experiments.calibration import calibrating, planned
        from village_abm.experiments.calibration.wording import of_warnings
        from village_abm.experiments.sweep import sweeping
        from village_abm.params import refuse_unknown

        refuse_unknown([method], METHODS, "--method", "method")
        asked = planned.read(spec, single=method == "optuna")
        part = sweeping.shard_of(shard) if shard else sweeping.WHOLE
        at_work = sweeping.engine(engine, workers, scheduler)
        for line in of_warnings(asked):
            typer.echo(f"warning: {line}", err=True)
        folder = calibrating.open_folder(asked, out)
        means = calibrating.Means(folder, at_work, _bar, part)
        try:
            with stopped_plainly(folder):
                lines = _done(asked, means, method, perfect_model)
        except calibrating.Unfinished as left:
            if left.interrupted:
                fail(f"stopped; what is done is kept in {folder}. {left} from there.", INTERRUPTED)
            typer.echo(f"{left}, when the other parts are done. Folder: {folder}")
            return
        from village_abm.experiments.keeping import write_whole

        write_whole(folder / FINDINGS, ("\n".join(lines) + "\n").encode())
        typer.echo("\n".join(lines))
        typer.echo(f"\nWritten: {folder}")


def _done(asked: Calibration, means: Means, method: str, perfect_model: bool) -> list[str]:
    """All the work of a method, in words."""
    from village_abm.experiments.calibration import calibrating, search, wording

    if method == "optuna":
        return wording.of_search(asked, search.search(asked, means))
    if perfect_model:
        return wording.of_test(calibrating.first_wave(asked, means)[1])
    found = calibrating.calibrate(asked, means)
    calibrating.write(means.folder / calibrating.RESULTS, calibrating.told(asked, found))
    return [*wording.of_test(found.perfect), "", *wording.of_outcome(asked, found)]


@contextmanager
def _bar(name: str) -> Iterator[Any]:
    from village_abm.terminal import progress_bar

    with progress_bar("runs", name, rate=True) as progress:
        yield progress
