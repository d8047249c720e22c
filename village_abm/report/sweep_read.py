"""A sweep, read back from its folder: its runs with their parameters and measures, labelled and counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.keeping import FolderError
from village_abm.experiments.sweep import care, measured
from village_abm.experiments.sweep import folder as folders
from village_abm.experiments.sweep.failures import FailureInfo
from village_abm.experiments.sweep.measured import Measure, read_measure
from village_abm.experiments.sweep.plan import DUMMY
from village_abm.experiments.sweep.results import sweep_results
from village_abm.experiments.trial import TWIN
from village_abm.explain import explain
from village_abm.indicators import REGISTRY
from village_abm.params import ParameterError, refuse_unknown
from village_abm.report import palette, words
from village_abm.report.compare_parts import capital
from village_abm.report.sweep_words import HEADLINES, named_scheme, when
from village_abm.report.words import Text

if TYPE_CHECKING:
    import pandas as pd

    from village_abm.load import Params

SENSITIVITY = Path("results") / "sensitivity.parquet"
COLUMNS = ("output", "path", "index", "value", "low", "high", "noise", "group")
MOST_MEASURES = 5


@dataclass(frozen=True)
class Factor:
    """A parameter that the design varies, as its file tells it and as the runs had it."""

    path: str
    meaning: str
    unit: str
    values: tuple[Any, ...]
    """All that were run, in order."""
    number: bool
    """Whether the values are numbers, or yes and no, so that they can stand on an axis."""

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return float(self.values[0]), float(self.values[-1])


@dataclass(frozen=True)
class Told:
    """A measure with its words and its unit; shares are drawn in per cent."""

    measure: Measure
    plain: Text
    """What the indicator is called."""
    label: Text
    """The same, and when it is read."""
    unit: str

    @property
    def name(self) -> str:
        """As it is written."""
        return self.measure.name

    @property
    def factor(self) -> float:
        """By what its values are multiplied to be read."""
        return 100.0 if self.unit == "1" else 1.0


@dataclass(frozen=True)
class SchemeOf:
    """What a dimension of the sweep is called and drawn in."""

    name: str
    label: Text
    number: int
    colour: str


@dataclass(frozen=True)
class Sweep:
    """A sweep as the page knows it."""

    folder: Path
    about: dict[str, Any]
    scenario: Text
    runs: pd.DataFrame
    """A finished run a row: run_id, scheme, point, replication_id, every parameter varied and every measure."""
    paths: pd.DataFrame
    """A run and year a row: run_id, year and the indicators of the measures."""
    factors: list[Factor]
    measures: list[Told]
    units: dict[str, str]
    """Of every indicator that the sweep kept."""
    schemes: list[SchemeOf]
    planned: int
    points: int
    replicates: int
    failed: list[FailureInfo]
    sensitivity: pd.DataFrame | None

    @property
    def kind(self) -> str:
        """The kind of the design; empty where nothing is varied."""
        return str((self.about["spec"].get("design") or {}).get("kind", ""))

    @property
    def seed(self) -> int:
        """The seed of the sweep."""
        return int(self.about["setting"]["seed"])

    @property
    def years(self) -> list[int]:
        """Recorded years."""
        return sorted(int(year) for year in self.paths["year"].unique())

    @property
    def twin(self) -> SchemeOf | None:
        """The scheme that is none, where there is one beside others."""
        found = [one for one in self.schemes if one.name == TWIN]
        return found[0] if found and len(self.schemes) > 1 else None

    @property
    def numbers(self) -> list[Factor]:
        """The parameters that can stand on an axis."""
        return [one for one in self.factors if one.number and one.path != DUMMY]


def is_sweep(folder: Path) -> bool:
    """Whether a folder was made by `sweep`."""
    return (folder / folders.DESIGN).is_file() and (folder / folders.MANIFEST).is_file()


def read_sweep(folder: Path, chosen: Sequence[str] = ()) -> Sweep:
    """Read a sweep with the measures chosen, or headline ones; raises FolderError and ParameterError."""
    import pandas as pd

    setting, design = folders.read_setting(folder), folders.read_design(folder).to_pandas()
    about = json.loads((folder / folders.MANIFEST).read_text(encoding="utf-8"))
    frame = sweep_results(folder)
    if frame.empty:
        raise FolderError(f"{folder} holds no finished run yet. Run 'village-abm sweep' on it first.")
    for word in chosen:
        refuse_unknown([read_measure(word).indicator], frame.attrs["units"], f"measure {word!r}", "indicator")
    measures = _measures([read_measure(word) for word in chosen] or _headlines(frame), frame)
    params = _params(folder)
    done = design[design["run_id"].isin(frame["run_id"])].reset_index(drop=True)
    factors = _factors(done, params)
    columns = {one.path: _numeric(done[one.path]) if one.number else done[one.path] for one in factors}
    values = {one.name: measured.measured(frame, one.measure).reindex(done["run_id"]).to_numpy() for one in measures}
    fixed = ["run_id", "scheme", "point", "replication_id"]
    indicators = list(dict.fromkeys(one.measure.indicator for one in measures))
    standing = care.standing(folder)
    return Sweep(
        folder=folder,
        about=about,
        scenario=_scenario(str(about["spec"].get("base", "")), params),
        runs=pd.DataFrame({name: done[name] for name in fixed} | columns | values),
        paths=frame.drop_duplicates(["run_id", "year"])[["run_id", "year", *indicators]].reset_index(drop=True),
        factors=factors,
        measures=measures,
        units=frame.attrs["units"],
        schemes=_schemes(list(setting.schemes), params),
        planned=standing.runs,
        points=int(design["point"].nunique()),
        replicates=int(design["replication_id"].nunique()),
        failed=standing.failed,
        sensitivity=_sensitivity(folder),
    )


def _headlines(frame: pd.DataFrame) -> list[Measure]:
    held = [name for name in frame.attrs["units"] if frame[name].notna().any()]
    known = [name for name in HEADLINES if name in held] or held
    return [Measure(name) for name in known[:MOST_MEASURES]]


def _measures(chosen: Sequence[Measure], frame: pd.DataFrame) -> list[Told]:
    last = int(frame["year"].max())
    found = []
    for one in dict.fromkeys(chosen):
        plain = capital(label_of(one.indicator))
        found.append(Told(one, plain, when(plain, one.years, last), str(frame.attrs["units"].get(one.indicator, ""))))
    return found


def label_of(indicator: str) -> Text:
    """What an indicator is called; with several villages also whose it is."""
    name, _, village = indicator.partition(".")
    known = REGISTRY.get(name)
    label = Text(known.en, known.zh) if known else Text(name, name)
    if not village:
        return label
    place = words.place(village)
    return Text(f"{label.en}, {place.en}", f"{label.zh}（{place.zh}）")


def _params(folder: Path) -> Params | None:
    """The parameters of the runs; None where this version of the model knows them no more."""
    setting = folders.read_setting(folder)
    try:
        return setting.load(folder, next(iter(setting.schemes)), {})
    except (ParameterError, OSError):
        return None


def _scenario(base: str, params: Params | None) -> Text:
    """The shipped scenario in words; a file by its name."""
    if params is None or base.endswith(".toml"):
        return Text(base, base)
    return Text(params.scenario.label["en"], params.scenario.label["zh"])


def _schemes(names: Sequence[str], params: Params | None) -> list[SchemeOf]:
    found = []
    for number, name in enumerate(names):
        scheme = params.schemes.get(name) if params else None
        label = Text(scheme.label["en"], scheme.label["zh"]) if scheme else named_scheme(name)
        found.append(SchemeOf(name, label, number + 1, palette.LINES[number % len(palette.LINES)]))
    return found


def _factors(design: pd.DataFrame, params: Params | None) -> list[Factor]:
    rows = {str(row["path"]): row for row in explain(params)} if params else {}
    rows[DUMMY] = {"meaning": "moves nothing and reaches no model: what an analysis makes of nothing"}
    found = []
    for path in (name for name in design.columns if name not in folders.FIXED):
        known = design[path].dropna()
        number = all(isinstance(one, bool | int | float | np.number | np.bool_) for one in known.unique())
        if known.nunique() < 2:
            continue
        bare = path.split("[", 1)[0]
        scaled = bare not in rows and bare.endswith(".scale")
        row = rows.get(bare.removesuffix(".scale") if scaled else bare, {})
        meaning, unit = str(row.get("meaning", "")), "" if scaled else str(row.get("unit", ""))
        values = tuple(one.item() if hasattr(one, "item") else one for one in sorted(known.unique()))
        found.append(Factor(path, f"factor on: {meaning}" if scaled and meaning else meaning,
                            unit if unit != "1" else "", values, number))  # fmt: skip
    return found


def _numeric(column: pd.Series) -> np.ndarray:
    return column.astype(float).to_numpy()


def _sensitivity(folder: Path) -> pd.DataFrame | None:
    """The frame that `sensitivity` wrote; None where there is none, or no whole block to speak of."""
    import pandas as pd

    path = folder / SENSITIVITY
    if not path.is_file():
        return None
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError):
        raise FolderError(f"{path} is damaged. Run 'village-abm sensitivity' again.") from None
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise FolderError(f"{path} lacks the column {missing[0]}. Run 'village-abm sensitivity' again.")
    return None if frame.empty else frame
