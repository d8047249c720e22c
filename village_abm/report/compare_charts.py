"""Geometry of the charts of a comparison: cost against gain, differences over the years with their bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.experiments.simultaneous import front_frequency, pareto_front
from village_abm.report.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Tick,
    round_ticks,
    short,
    short_zh,
    year_ticks,
)
from village_abm.report.compare_numbers import decimals, figure
from village_abm.report.compare_study import NONE, Row, Scheme, Study
from village_abm.report.words import Text

FRONT_WIDTH, FRONT_HEIGHT = 460, 330
FRONT_LEFT, FRONT_RIGHT, FRONT_TOP, FRONT_BOTTOM = 58, 16, 18, 34
BADGE = 9.0
LAST_GAP = 0.2  # of the width that the last year keeps free before it
ROUND_THE_POINT = ((16, -15), (16, 15), (-16, -15), (-16, 15), (30, 0), (-30, 0), (0, -30), (0, 30))


@dataclass(frozen=True)
class Point:
    """One scheme in the plane of cost and gain: mean, whiskers of both intervals, and where its badge stands."""

    scheme: Scheme
    x: float
    y: float
    left: float
    right: float
    top: float
    bottom: float
    badge: tuple[float, float]
    on_front: bool
    open: bool
    """Whether the gain is not told from zero, so that a place on the front means little."""
    frequency: float


@dataclass(frozen=True)
class Front:
    """Cost against one outcome: the schemes, the line of those that no other beats, and who is missing."""

    title: Text
    cost: Row
    outcome: Row
    points: list[Point]
    line: str
    nothing: tuple[float, float]
    nothing_on_front: bool
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    missing: list[Scheme]
    pairs: int


def signed_tick(value: float) -> tuple[str, str]:
    """A difference for an axis in both languages."""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return sign + short(abs(value)), sign + short_zh(abs(value))


def _at(place: float, value: float, signed: bool = True) -> Tick:
    return Tick(place, *(signed_tick(value) if signed else (short(value), short_zh(value))))


def front(study: Study, cost: str, outcome: str) -> Front | None:
    """The schemes by cost and outcome, better upwards; doing nothing stands at zero. None without such rows."""
    costs = {row.scheme.name: row for row in study.of(cost)}
    gains = {row.scheme.name: row for row in study.of(outcome)}
    drawn = [s for s in study.schemes if all(s.name in of and not of[s.name].refused for of in (costs, gains))]
    if not drawn:
        return None
    factor = 100.0 if study.measures[outcome].unit == "1" else 1.0
    way = -1.0 if study.measures[outcome].better == "less" else 1.0
    x_of = [(costs[s.name].mean, *_finite(costs[s.name])) for s in drawn]
    y_of = [tuple(way * factor * v for v in (gains[s.name].mean, *_finite(gains[s.name]))) for s in drawn]
    x_ticks = round_ticks(min(0.0, *np.ravel(x_of)), max(0.0, *np.ravel(x_of)), 4)
    y_ticks = round_ticks(min(0.0, *np.ravel(y_of)), max(0.0, *np.ravel(y_of)), 5)
    wide, tall = FRONT_WIDTH - FRONT_LEFT - FRONT_RIGHT, FRONT_HEIGHT - FRONT_TOP - FRONT_BOTTOM

    def across(value: float) -> float:
        return FRONT_LEFT + (value - x_ticks[0]) / (x_ticks[-1] - x_ticks[0]) * wide

    def up(value: float) -> float:
        return FRONT_TOP + tall - (value - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * tall

    # Doing nothing costs nothing and gains nothing: a scheme that does harm is beaten by it.
    best = pareto_front(np.array([0.0, *(x[0] for x in x_of)]), np.array([0.0, *(y[0] for y in y_of)]))
    often, count = _frequency(study, cost, outcome, drawn, way)
    nothing = (across(0.0), up(0.0))
    places = [(across(x[0]), up(y[0])) for x, y in zip(x_of, y_of, strict=True)]
    badges = _badges([nothing, *places])
    points = []
    for k, scheme in enumerate(drawn):
        left, right = sorted((across(x_of[k][1]), across(x_of[k][2])))
        top, bottom = sorted((up(y_of[k][1]), up(y_of[k][2])))
        stands, unsure = bool(best[k + 1]), gains[scheme.name].covers_zero
        points.append(Point(scheme, *places[k], left, right, top, bottom, badges[k + 1], stands, unsure, often[k]))
    joined = sorted(p for p, stays in zip([nothing, *places], best, strict=True) if stays)
    label = study.measures[outcome].label
    return Front(
        Text(label.en[:1].upper() + label.en[1:], label.zh), costs[drawn[0].name], gains[drawn[0].name], points,
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in joined) if len(joined) > 1 else "",
        nothing, bool(best[0]),
        [_at(across(v), v, signed=False) for v in x_ticks], [_at(up(v), way * v) for v in y_ticks],
        [s for s in study.schemes if s not in drawn], count,
    )  # fmt: skip


def _finite(row: Row) -> tuple[float, float]:
    """The interval of the row; its mean where the interval is not known."""
    low, high = (end if math.isfinite(end) else row.mean for end in row.alone)
    return low, high


def _frequency(study: Study, cost: str, outcome: str, schemes: Sequence[Scheme], way: float) -> tuple[list[float], int]:
    """How often each scheme is on the front over resampled pairs, doing nothing among its rivals, and of how many."""
    columns = []
    for measure, sign in ((cost, 1.0), (outcome, way)):
        values = study.pairs[study.pairs["measure"] == measure].pivot_table("value", "pair", "scheme")
        twin = values.get(NONE, 0.0)
        columns.append({s.name: sign * (values[s.name] - twin) for s in schemes if s.name in values})
    if any(len(one) < len(schemes) for one in columns):
        return [math.nan] * len(schemes), 0
    money, gain = (np.stack([one[s.name].to_numpy(float) for s in schemes], axis=1) for one in columns)
    if len(money) != len(gain) or not (np.isfinite(money).all() and np.isfinite(gain).all()):
        return [math.nan] * len(schemes), 0
    nothing = np.zeros((len(money), 1))
    often = front_frequency(np.hstack([nothing, money]), np.hstack([nothing, gain]))
    return [float(share) for share in often[1:]], len(money)


def _badges(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where the number of each point stands: beside it, clear of the other points, their badges and the edges."""
    taken = list(points)
    found = []
    for x, y in points:

        def room(step: tuple[int, int], x: float = x, y: float = y) -> float:
            to = (x + step[0], y + step[1])
            inside = FRONT_LEFT + BADGE < to[0] < FRONT_WIDTH - BADGE and BADGE < to[1] < FRONT_HEIGHT - FRONT_BOTTOM
            others = [math.dist(to, other) for other in taken if other != (x, y)]
            return min([3 * BADGE, *others]) if inside else -1.0

        best = max(ROUND_THE_POINT, key=room)
        found.append((x + best[0], y + best[1]))
        taken.append(found[-1])
    return found


@dataclass(frozen=True)
class Band:
    """The difference to the twin over the years: the line of its mean within the band of its interval."""

    scheme: Scheme
    path: str
    band: str
    end: tuple[float, float]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    zero: float
    running: tuple[float, float]
    stops: float | None
    last: tuple[str, str, str]
    """Mean and both ends of the last year, as they are written."""
    data: dict[str, Any]


@dataclass(frozen=True)
class Paths:
    """One indicator: a band for every scheme, all on one scale."""

    label: Text
    unit: Text
    written: str
    bands: list[Band]


def paths(study: Study, indicator: str, written: str, label: Text, measure: Text) -> Paths | None:
    """The differences of an indicator scheme by scheme; None where the record has none."""
    frame = study.paths[study.paths["indicator"] == indicator]
    if frame.empty:
        return None
    factor = 100.0 if written == "1" else 1.0
    values = frame[["mean", "low", "high"]].to_numpy(float) * factor
    known = values[np.isfinite(values)]
    ticks = round_ticks(min(0.0, known.min(initial=0.0)), max(0.0, known.max(initial=0.0)), 3)
    bands = []
    for scheme in study.schemes:
        rows = frame[frame["scheme"] == scheme.name].sort_values("year")
        if len(rows):
            years = [int(year) for year in rows["year"]]
            bands.append(_band(scheme, years, rows[["mean", "low", "high"]].to_numpy(float).T * factor, ticks))
    return Paths(label, measure, written, bands) if bands else None


def _written(mean: float, low: float, high: float) -> tuple[str, str, str]:
    places = decimals(mean, [low, high])
    return figure(mean, places, signed=True), figure(low, places, signed=True), figure(high, places, signed=True)


def _band(scheme: Scheme, years: list[int], values: np.ndarray, ticks: list[float]) -> Band:
    span, floor = max(1, years[-1] - years[0]), HEIGHT - BOTTOM

    def across(year: float) -> float:
        return LEFT + (min(max(year, years[0]), years[-1]) - years[0]) / span * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        return floor - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (floor - TOP)

    x = [across(year) for year in years]
    mean, low, high = values
    seen = [k for k in range(len(years)) if np.isfinite(values[:, k]).all()]
    there = [f"{x[k]:.1f} {up(high[k]):.1f}" for k in seen]
    back = [f"{x[k]:.1f} {up(low[k]):.1f}" for k in reversed(seen)]
    plain = [[float(f"{v:.4g}") if math.isfinite(v) else None for v in line] for line in values]
    end = seen[-1] if seen else 0
    last = scheme.last_payment
    return Band(
        scheme,
        "M" + "L".join(f"{x[k]:.1f} {up(mean[k]):.1f}" for k in seen) if seen else "",
        "M" + "L".join(there + back) + "Z" if seen else "",
        (x[end], up(mean[end])) if seen else (x[0], up(0.0)),
        [Tick(across(y), str(y)) for y in year_ticks(years) if y in years and not 0 < years[-1] - y < LAST_GAP * span],
        [_at(up(v), v) for v in ticks],
        up(0.0),
        (across(scheme.years[0]), across(scheme.years[1] + 1)),
        across(last + 1) if last is not None and years[0] <= last < years[-1] else None,
        _written(*(float(line[end]) for line in values)),
        {
            "x": [round(place, 1) for place in x],
            "y": [[round(up(v), 1) if math.isfinite(v) else None for v in mean]],
            "v": plain,
            "years": years,
        },
    )
