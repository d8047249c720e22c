"""Yearly series (wages, prices, lines): points from a CSV, other years by a stated rule."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from village_abm.params import (
    CONFIDENCES,
    ParameterError,
    check_marks,
    finite,
    read_range,
    refuse_unknown,
)
from village_abm.records import read_label, read_toml
from village_abm.units import UnitError, factor

FIRST_YEAR, LAST_YEAR = 1950, 2100
COLUMNS = ["year", "value", "source", "confidence", "note"]
INTERPOLATIONS = ("linear", "geometric", "step")

SERIES_NEEDS: dict[str, tuple[str, str]] = {
    "cpi": ("1", "consumer prices, 2020 = 1"),
    "migrant_wage": ("CNY/month", "wage of a migrant worker, nominal"),
    "farm_day_wage": ("CNY/day", "wage of a hired farm day, nominal"),
    "price_maize": ("CNY/kg", "farm-gate price of maize, nominal"),
    "price_paddy": ("CNY/kg", "farm-gate price of paddy rice, nominal"),
    "price_potato": ("CNY/kg", "farm-gate price of potato, nominal"),
    "price_prickly_ash": ("CNY/kg", "farm-gate price of fresh prickly ash, nominal"),
    "price_fruit": ("CNY/kg", "farm-gate price of mandarin and like fruit, nominal"),
    "price_cili": ("CNY/kg", "farm-gate price of fresh Rosa roxburghii, nominal"),
    "price_dragon_fruit": ("CNY/kg", "farm-gate price of dragon fruit, nominal"),
    "price_honeysuckle": ("CNY/kg", "farm-gate price of dried honeysuckle flowers, nominal"),
    "price_herbs": ("CNY/kg", "farm-gate price of dried herbs grown under the forest, nominal"),
    "price_timber": ("CNY/kg", "farm-gate price of standing timber, a tonne for a m3, nominal"),
    "input_cost_ratio": ("1", "bought inputs per area against those of 2020 at equal prices"),
    "grain_food_need": ("kg/person/yr", "grain eaten"),
    "grain_feed_need": ("kg/person/yr", "grain fed to pigs and poultry"),
    "poverty_line": ("CNY/person/yr", "poverty line of the year, nominal"),
    "tfr": ("1", "children born to a woman over her life at the rates of the year"),
    "life_expectancy": ("yr", "life expectancy at birth"),
    "schooling_cohort": ("yr", "schooling that a child of school age will complete"),
    "local_job_days": ("day/yr", "days of local paid work to be had by an adult at home"),
    "labour_intensity": ("1", "days of work per area of crop against those of 2020"),
    "job_loss": ("1/yr", "chance that a migrant loses the job"),
    "migration_path": ("1", "observed share of people aged 16 to 59 away, for figures only"),
    "held_migration": ("1", "imposed share of people aged 16 to 59 away, few leave"),
    "held_migration_greening": (
        "1",
        "imposed share of people aged 16 to 59 away, many leave in 1990 to 1992",
    ),
    "held_migration_stay": ("1", "imposed share of people aged 16 to 59 away, few ever leave"),
    "price_cattle": ("CNY/head", "farm-gate price of a head of young cattle, nominal"),
    "price_goat": ("CNY/head", "farm-gate price of a young goat, nominal"),
    "tourism_demand": ("1", "nights that visitors ask for in the country, 2019 = 1"),
    "biogas_adoption": ("1", "share of households that burn biogas where the package offers it"),
    "drought_imposed": ("1", "severity of drought that a year has at least, whatever is drawn"),
    "price_shock": ("1", "farm-gate prices of perennial products against their own series"),
}


@dataclass(frozen=True)
class Point:
    """One line of a series as its source prints it; value [unit of the file]."""

    year: int
    value: float
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, eq=False)
class Series:
    """A yearly series in the unit the model needs; `values` (years 1950 to 2100) is filled on reading."""

    name: str
    label: Mapping[str, str]
    unit: str
    meaning: str
    written_unit: str
    range: tuple[float, float]
    scale_range: tuple[float, float]
    rule: str
    note: str
    points: tuple[Point, ...]
    confidence: str
    values: np.ndarray
    scale: float = 1.0

    def at(self, year: int) -> float:
        """The value of one year [unit]; raises ParameterError outside 1950 to 2100."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ParameterError(
                f"series.{self.name}: year {year} asked for; series run from {FIRST_YEAR} to {LAST_YEAR}."
            )
        return float(self.values[year - FIRST_YEAR])

    def scaled(self, by: float) -> Series:
        """The series with every value multiplied."""
        return dataclasses.replace(self, values=_locked(self.values * by), scale=self.scale * by)

    def frozen_from(self, year: int) -> Series:
        """The series held from a year on at the value of that year."""
        values = self.values.copy()
        values[year - FIRST_YEAR :] = self.at(year)
        return self.with_values(values)

    def with_values(self, values: np.ndarray) -> Series:
        """The series with other values (years 1950 to 2100) [unit]."""
        return dataclasses.replace(self, values=_locked(values))

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value a point may have [unit]."""
        scale = factor(self.written_unit, self.unit)
        return self.range[0] * scale, self.range[1] * scale

    @property
    def sources(self) -> tuple[str, ...]:
        """Source keys of the points, in order of first appearance."""
        return tuple(dict.fromkeys(key.strip() for point in self.points for key in point.source.split(",")))


def _locked(values: np.ndarray) -> np.ndarray:
    values.setflags(write=False)
    return values


def read_series(folder: Path, sources: Collection[str]) -> dict[str, Series]:
    """All series of `series.toml` with their points from `series/NAME.csv`; raises ParameterError."""
    tables = read_toml(folder / "series.toml")
    refuse_unknown(tables, SERIES_NEEDS, "series.toml", "series")
    for name in SERIES_NEEDS:
        if name not in tables:
            raise ParameterError(f"series.toml: table [{name}] is missing ({SERIES_NEEDS[name][1]}). Add it.")
    return {name: _read_one(folder, name, tables[name], sources) for name in SERIES_NEEDS}


def _read_one(folder: Path, name: str, table: Mapping[str, Any], sources: Collection[str]) -> Series:
    where = f"series.toml: {name}"
    known = ["label", "unit", "price_base", "interpolation", "before", "after", "range", "scale", "note"]
    refuse_unknown(table, known, where, "key")
    for key in known:
        if key not in table and key not in ("price_base", "note"):
            raise ParameterError(f"{where}: '{key}' is missing. Add it.")
    unit, meaning = SERIES_NEEDS[name]
    if ("CNY" in unit) != (table.get("price_base") == "nominal"):
        raise ParameterError(f'{where}: a series of money, and no other, says price_base = "nominal".')
    if table["interpolation"] not in INTERPOLATIONS:
        raise ParameterError(f"{where}: interpolation is one of {', '.join(INTERPOLATIONS)}.")
    try:
        to_needed = factor(table["unit"], unit)
    except UnitError as error:
        raise ParameterError(f"{where}: {error}. Write a unit that converts to {unit}.") from error
    limits = read_range(table["range"], where)
    points = read_points(folder / "series" / f"{name}.csv", table["unit"], limits, sources)
    before = _trend(table["before"], f"{where}.before", sources)
    after = _trend(table["after"], f"{where}.after", sources)
    series = Series(
        name=name,
        label=read_label(table["label"], where),
        unit=unit,
        meaning=meaning,
        written_unit=table["unit"],
        range=limits,
        scale_range=read_range(table["scale"], where),
        rule=f"{table['interpolation']} between, before {_told(before)}, after {_told(after)}",
        note=table.get("note", ""),
        points=points,
        confidence=max((point.confidence for point in points), key=CONFIDENCES.index),
        values=_locked(
            to_needed
            * filled({point.year: point.value for point in points}, table["interpolation"], before, after, where)
        ),
    )
    return series


def _trend(rule: Any, where: str, sources: Collection[str]) -> float:
    """Growth beyond the points [1/yr]: nothing for "hold", else that of a sourced trend."""
    if rule == "hold":
        return 0.0
    if not isinstance(rule, Mapping) or "trend" not in rule:
        raise ParameterError(f'{where}: {rule!r}. Write "hold" or {{ trend = ..., range = ..., source = ... }}.')
    refuse_unknown(rule, ["trend", "unit", "range", "source", "confidence"], where, "key")
    check_marks(rule, where, sources)
    limits = read_range(rule.get("range"), where)
    trend = finite(rule["trend"], where)
    if rule.get("unit") != "1/yr" or not limits[0] <= trend <= limits[1]:
        raise ParameterError(f'{where}: trend {trend} is no number in "1/yr" inside its range.')
    return float(trend)


def _told(trend: float) -> str:
    return f"{trend:+.1%} a year" if trend else "held"


def read_points(file: Path, unit: str, limits: tuple[float, float], sources: Collection[str]) -> tuple[Point, ...]:
    """The lines of one CSV; raises ParameterError with file, row, column, reason and remedy."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ParameterError(f"{file}: cannot be read ({error.strerror}). Add the file.") from error
    lines = csv.reader(io.StringIO(text))
    header = next(lines, [])
    if header != COLUMNS:
        raise ParameterError(f"{file}, row 1: columns {header}. Write {','.join(COLUMNS)}.")
    points: dict[int, Point] = {}
    for row, cells in enumerate(lines, start=2):
        place = f"{file}, row {row}"
        if len(cells) != len(COLUMNS):
            raise ParameterError(f"{place}: {len(cells)} cells where {len(COLUMNS)} are needed. Quote commas.")
        year = _cell(cells[0], int, f"{place}, column year", "a whole year")
        if year in points:
            raise ParameterError(f"{place}, column year: {year} stands there twice. Leave one.")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ParameterError(f"{place}, column year: {year}. Write one from {FIRST_YEAR} to {LAST_YEAR}.")
        value = _cell(cells[1], float, f"{place}, column value", f"a number in {unit}")
        if not limits[0] <= value <= limits[1]:
            raise ParameterError(
                f"{place}, column value: {value:g} lies outside {limits[0]:g} to {limits[1]:g} {unit}. "
                f"Correct it, or the range in series.toml."
            )
        marks = {"source": cells[2], "confidence": cells[3]}
        points[year] = Point(year, value, *check_marks(marks, f"{place}, column source", sources), cells[4])
    if not points:
        raise ParameterError(f"{file}: no rows. Write at least one year.")
    return tuple(points[year] for year in sorted(points))


def _cell[N: (int, float)](text: str, kind: type[N], place: str, wanted: str) -> N:
    try:
        value = kind(text)
    except ValueError:
        raise ParameterError(f"{place}: '{text}' is not {wanted}. Write {wanted}.") from None
    if not math.isfinite(value):
        raise ParameterError(f"{place}: '{text}' is not {wanted}. Write {wanted}.")
    return value


def filled(points: Mapping[int, float], interpolation: str, before: float, after: float, where: str) -> np.ndarray:
    """Every year from 1950 to 2100: between points by the rule, beyond them by a constant growth [1/yr]."""
    years = np.arange(FIRST_YEAR, LAST_YEAR + 1)
    known = np.array(sorted(points))
    values = np.array([points[year] for year in known])
    if interpolation == "step":
        inside = values[np.maximum(np.searchsorted(known, years, side="right") - 1, 0)]
    elif interpolation == "geometric":
        if (values <= 0).any():
            raise ParameterError(f"{where}: geometric interpolation needs values above 0. Take linear.")
        inside = np.exp(np.interp(years, known, np.log(values)))
        inside[known - FIRST_YEAR] = values  # exp(log(x)) may differ from x in the last digit
    else:
        inside = np.interp(years, known, values)
    inside = inside * (1 + before) ** np.minimum(years - known[0], 0.0)
    return inside * (1 + after) ** np.maximum(years - known[-1], 0.0)
