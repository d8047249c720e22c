"""Changes of a yearly series: written whole, scaled, or struck in single years."""

from __future__ import annotations

from village_abm.overrides import parsed
from village_abm.params import ParameterError, check_range, finite
from village_abm.series import FIRST_YEAR, LAST_YEAR, Series, filled
from village_abm.units import factor


def overridden_series(series: Series, value: object, where: str, allow: bool) -> Series:
    """The series overridden whole: one number for all years, or pairs [year, value], linear between."""
    place = f"{where}: series.{series.name}"
    value = parsed(value)
    pairs = value if isinstance(value, list | tuple) else [[FIRST_YEAR, value]]
    points = _by_year(pairs, series.range, place, allow)
    values = filled(points, "linear", 0.0, 0.0, place) * factor(series.written_unit, series.unit)
    return series.with_values(values)


def struck_series(series: Series, value: object, where: str, allow: bool) -> Series:
    """The series multiplied in single years, pairs [year, factor] inside the bounds of a scale; others stay."""
    values = series.values.copy()
    for year, by in _by_year(parsed(value), series.scale_range, f"{where}: series.{series.name}.times", allow).items():
        values[year - FIRST_YEAR] *= by
    return series.with_values(values)


def _by_year(pairs: object, limits: tuple[float, float], place: str, allow: bool) -> dict[int, float]:
    """Pairs [year, number] as numbers by year; raises ParameterError."""
    points: dict[int, float] = {}
    for pair in pairs if isinstance(pairs, list | tuple) else [pairs]:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise ParameterError(f"{place}: {pair!r}. Write pairs [[year, number], ...].")
        year, number = finite(list(pair), place)
        if not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR or year in points:
            raise ParameterError(f"{place}: {year!r}. Write each year from {FIRST_YEAR} to {LAST_YEAR} once.")
        check_range(number, limits, place, allow)
        points[year] = number
    if not points:
        raise ParameterError(f"{place}: no value. Write pairs [[year, number], ...].")
    return points


def scaled_series(series: Series, value: object, where: str, allow: bool) -> Series:
    """The series multiplied by a factor inside its stated bounds; raises ParameterError."""
    place = f"{where}: series.{series.name}.scale"
    by = finite(parsed(value), place)
    if isinstance(by, list):
        raise ParameterError(f"{place}: {by!r} is no number. Write one factor.")
    check_range(by, series.scale_range, place, allow)
    return series.scaled(by)
