"""A comparison of schemes, read back from its folder: the report knows it only by what was recorded."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.record import FolderError
from village_abm.report import palette
from village_abm.report.words import Text

if TYPE_CHECKING:
    import pandas as pd

PATHS = ("scheme", "indicator", "year", "mean", "low", "high")
PAIRS = ("pair", "scheme", "measure", "value")
TOLD = (
    "title", "command", "seed", "scenario", "years", "pairs", "planned_pairs", "stopped", "confidence", "equal_budget",
    "base", "primary", "pairing", "versions", "warnings", "sources",
)  # fmt: skip
FILES = ("study.json", "scores.csv", "paths.csv", "pairs.csv", "maps.npz")
DECIDED = ("better", "worse", "more", "less")
BETWEEN = " - "  # stands between the names of two rivals
NONE = "none"  # the twin without any of the schemes, in pairs.csv


@dataclass(frozen=True)
class Measure:
    """What is compared: its words and unit, which way is better and the smallest difference that matters."""

    name: str
    unit: str
    group: str
    label: Text
    better: str  # more | less | neither
    matters: float
    meaning: Text


@dataclass(frozen=True)
class Scheme:
    """One scheme compared, with the number and colour it has all over the page."""

    number: int
    name: str
    colour: str
    label: Text
    about: Mapping[str, Any]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of new contracts or works."""
        first, last = self.about["years"]
        return int(first), int(last)

    @property
    def last_payment(self) -> int | None:
        """The last year in which anything is paid, where the record has it."""
        year = self.about.get("last_payment")
        return None if year is None else int(year)


@dataclass(frozen=True)
class Row:
    """One line of scores.csv: an outcome of a scheme, with its intervals and what they say."""

    scheme: Scheme
    measure: Measure
    kind: str  # difference | ratio | scheme only | rival
    year: str
    pairs: int
    mean: float
    mean_with: float
    mean_without: float
    alone: tuple[float, float]
    together: tuple[float, float]
    """The interval that holds for all schemes together; not a number where there is none."""
    wins: float
    correlation: float
    reduction: float
    written_verdict: str
    words: Text
    pairs_needed: float
    rival: Scheme | None = None
    """The scheme it is compared with, where that is not the twin without any."""

    @property
    def compared(self) -> bool:
        """Whether the row is a difference of two runs of a pair."""
        return self.kind in ("difference", "rival")

    @property
    def interval(self) -> tuple[float, float]:
        """The interval that decides: for all schemes together, where there is none that of the scheme alone."""
        return self.alone if any(math.isnan(end) for end in self.together) else self.together

    @property
    def refused(self) -> bool:
        """Whether there is no number to show, only a reason."""
        return self.written_verdict == "refused" or not math.isfinite(self.mean)

    @property
    def covers_zero(self) -> bool:
        """Whether either interval covers zero or is not known: nothing may then be called an effect."""
        return not all(low > 0 or high < 0 for low, high in (self.alone, self.interval))

    @property
    def verdict(self) -> str:
        """A key of compare_words.VERDICTS; empty for what is no difference."""
        if self.refused:
            return "refused"
        if not self.compared:
            return ""
        if self.written_verdict == "equivalent":
            return "equivalent"
        if self.covers_zero:
            return "not settled"
        if self.written_verdict not in DECIDED:
            return "size not settled"
        if self.measure.better == "neither":
            return "higher" if self.mean > 0 else "lower"
        return self.written_verdict


@dataclass(frozen=True)
class Study:
    """One comparison: what was asked for and what came out."""

    about: Mapping[str, Any]
    schemes: list[Scheme]
    measures: dict[str, Measure]
    rows: list[Row]
    """Every scheme against the twin."""
    rivals: list[Row]
    """Scheme against scheme."""
    paths: pd.DataFrame
    pairs: pd.DataFrame
    maps: dict[str, np.ndarray]

    @property
    def years(self) -> tuple[int, int]:
        """First and last recorded year."""
        first, last = self.about["years"]
        return int(first), int(last)

    def row(self, scheme: str, measure: str) -> Row | None:
        """What came out for a scheme; of several years the last one."""
        found = [row for row in self.rows if row.scheme.name == scheme and row.measure.name == measure]
        return found[-1] if found else None

    def rival(self, scheme: str, other: str, measure: str) -> Row | None:
        """What came out for a scheme less another; of several years the last one."""
        wanted = (scheme, other, measure)
        found = [
            row for row in self.rivals if row.rival and (row.scheme.name, row.rival.name, row.measure.name) == wanted
        ]
        return found[-1] if found else None

    def of(self, measure: str) -> list[Row]:
        """The last row of every scheme that has one, in the order of the schemes."""
        found = (self.row(scheme.name, measure) for scheme in self.schemes)
        return [row for row in found if row is not None]


def text(value: Any) -> Text:
    """Words in both languages; what was written in one language stands in both."""
    if isinstance(value, Mapping):
        english = str(value.get("en", value.get("zh", "")))
        return Text(english, str(value.get("zh", english)))
    return Text(str(value), str(value))


def read_study(folder: Path) -> Study:
    """Read a folder made by `compare`; raises FolderError where it is none, or parts of it are missing."""
    import pandas as pd

    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise FolderError(f"{folder} is no finished comparison: it has no {missing[0]}. Run 'compare' to its end.")
    try:
        about = json.loads((folder / "study.json").read_text(encoding="utf-8"))
        schemes = [_scheme(k, told) for k, told in enumerate(about["schemes"])]
        measures = {told["name"]: _measure(told) for told in about["measures"]}
        _check(about)
        told = pd.read_csv(folder / "scores.csv").to_dict("records")
        rows = [_row(one, {scheme.name: scheme for scheme in schemes}, measures) for one in told]
        with np.load(folder / "maps.npz") as file:
            maps = {name: file[name] for name in file.files}
        return Study(
            about=about,
            schemes=schemes,
            measures=measures,
            rows=[row for row in rows if row.rival is None],
            rivals=[row for row in rows if row.rival is not None],
            paths=pd.read_csv(folder / "paths.csv")[list(PATHS)],
            pairs=pd.read_csv(folder / "pairs.csv")[list(PAIRS)],
            maps=maps,
        )
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())
        raise FolderError(f"{folder} is not a whole comparison ({why}). Run 'compare' again.") from error


def _check(about: Mapping[str, Any]) -> None:
    """Refuse a study without what the page shows, before half of it is drawn; raises KeyError."""
    for key in TOLD:
        about[key]


def _scheme(place: int, told: Mapping[str, Any]) -> Scheme:
    colour = palette.LINES[place % len(palette.LINES)]
    return Scheme(place + 1, str(told["name"]), colour, text(told["label"]), told)


def _measure(told: Mapping[str, Any]) -> Measure:
    return Measure(
        str(told["name"]), str(told["unit"]), str(told["group"]), text(told["label"]), str(told["better"]),
        float(told["matters"] or 0.0), text(told.get("meaning", "")),
    )  # fmt: skip


def _row(told: Mapping[Any, Any], schemes: Mapping[str, Scheme], measures: Mapping[str, Measure]) -> Row:
    alone = (_number(told["low"]), _number(told["high"]))
    together = (_number(told["simultaneous_low"]), _number(told["simultaneous_high"]))
    name, _, other = str(told["scheme"]).partition(BETWEEN) if told["kind"] == "rival" else (told["scheme"], "", "")
    return Row(
        scheme=schemes[name],
        rival=schemes[other] if other else None,
        measure=measures[told["measure"]],
        kind=str(told["kind"]),
        year=_written(told["year"]).replace("-", "–"),
        pairs=int(told["pairs"]),
        mean=_number(told["mean"]),
        mean_with=_number(told["mean_with"]),
        mean_without=_number(told["mean_without"]),
        alone=alone,
        together=together,
        wins=_number(told["wins"]),
        correlation=_number(told["correlation"]),
        reduction=_number(told["reduction"]),
        written_verdict=_written(told["verdict"]),
        words=Text(_written(told["words_en"]), _written(told["words_zh"]) or _written(told["words_en"])),
        pairs_needed=_number(told["pairs_needed"]),
    )


def _number(value: Any) -> float:
    return float("nan") if value is None or value == "" else float(value)


def _written(value: Any) -> str:
    """A cell as words: empty where it is empty, a year without its decimals."""
    if value is None or value != value:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
