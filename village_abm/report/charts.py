"""Geometry of the charts: numbers in, SVG paths out; words and colours stay with the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT = 300, 132
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 8, 18


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it stands and what is written there."""

    place: float
    text: str
    zh: str = ""


@dataclass(frozen=True)
class Line:
    """One path of a chart with the values behind it."""

    name: str
    colour: str
    path: str
    values: list[float | None]
    end: tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """A time path: lines, ticks and the year at every place."""

    lines: list[Line]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    places: list[float]
    heights: list[list[float | None]]
    lowest: float


def round_ticks(low: float, high: float, count: int = 3) -> list[float]:
    """Round numbers that span low to high, about `count` steps of 1, 2, 2.5 or 5 times a power of ten."""
    if not high > low:
        low, high = min(low, 0.0), max(high, 0.0) or 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / count))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if (high - low) / (s * power) <= count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def round_up(value: float) -> float:
    """The next number of 1, 2 or 5 times a power of ten; 1 where there is nothing."""
    if not value > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


def year_ticks(years: list[int]) -> list[int]:
    """The first and the last year, and round years between them that do not crowd."""
    first, last = years[0], years[-1]
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if (last - first) / s <= 5)
    gap = (last - first) * 0.14
    inner = [y for y in range(first - first % step, last, step) if y - first > gap and last - y > gap]
    return sorted({first, *inner, last})


def _x(years: list[int]) -> np.ndarray:
    span = max(1, years[-1] - years[0])
    return LEFT + (np.asarray(years, float) - years[0]) / span * (WIDTH - LEFT - RIGHT)


def short(value: float) -> str:
    """A number for an axis: thousands as k, millions as M."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:g}M"
    if abs(value) >= 1e4:
        return f"{value / 1e3:g}k"
    return f"{value:,g}"


def short_zh(value: float) -> str:
    """The same in Chinese: by the ten thousand and the hundred million."""
    if abs(value) >= 1e8:
        return f"{value / 1e8:g}亿"
    return f"{value / 1e4:g}万" if abs(value) >= 1e4 else f"{value:,g}"


def time_path(
    years: list[int], series: dict[str, np.ndarray], colours: tuple[str, ...], from_zero: bool = False
) -> Chart:
    """A line chart of one or more series over the years; years without a value leave a gap."""
    known = np.concatenate([values[np.isfinite(values)] for values in series.values()])
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    # A small change must not look like a collapse: from nothing where nothing is near, else at least a fifth.
    if low > 0:
        low = 0.0 if from_zero or low < 0.6 * high else min(low, 0.8 * high)
    ticks = round_ticks(low, high)
    x = _x(years)
    floor, top = HEIGHT - BOTTOM, TOP

    def height(value: float) -> float:
        return floor - (value - ticks[0]) / (ticks[-1] - ticks[0]) * (floor - top)

    lines, heights = [], []
    for number, (name, values) in enumerate(series.items()):
        path, pen = [], "M"
        for place, value in zip(x, values, strict=True):
            if math.isfinite(value):
                path.append(f"{pen}{place:.1f} {height(value):.1f}")
            pen = "L" if math.isfinite(value) else "M"
        last = np.flatnonzero(np.isfinite(values))
        end = (float(x[last[-1]]), height(values[last[-1]])) if last.size else (0.0, 0.0)
        plain = [float(f"{v:.5g}") if math.isfinite(v) else None for v in values]
        lines.append(Line(name, colours[number % len(colours)], "".join(path), plain, end))
        heights.append([round(height(v), 1) if math.isfinite(v) else None for v in values])
    return Chart(
        lines,
        [Tick(float(x[years.index(y)]), str(y)) for y in year_ticks(years) if y in years],
        [Tick(height(v), short(v), short_zh(v)) for v in ticks],
        [round(float(place), 1) for place in x],
        heights,
        ticks[0],
    )


@dataclass(frozen=True)
class Band:
    """One layer of a stacked chart."""

    colour: str
    path: str


@dataclass(frozen=True)
class Stack:
    """Areas stacked from the bottom up, with ticks."""

    width: int
    height: int
    bands: list[Band]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def stacked(years: list[int], amounts: np.ndarray, colours: list[str]) -> Stack:
    """Amounts stacked from the bottom up over the years; `amounts` of shape (years, kinds)."""
    width, tall, left, right, top, bottom = 1000, 270, 56, 12, 14, 26
    tops = np.cumsum(amounts, axis=1)
    ticks = round_ticks(0.0, float(tops.max(initial=0.0)), 5)
    floor = tall - bottom
    span = max(1, years[-1] - years[0])
    x = left + (np.asarray(years, float) - years[0]) / span * (width - left - right)
    height = floor - tops / ticks[-1] * (floor - top)
    base = np.full(len(years), float(floor))
    bands = []
    for kind, colour in enumerate(colours):
        there = [f"{a:.1f} {b:.1f}" for a, b in zip(x, height[:, kind], strict=True)]
        back = [f"{a:.1f} {b:.1f}" for a, b in zip(x[::-1], base[::-1], strict=True)]
        bands.append(Band(colour, "M" + "L".join(there + back) + "Z"))
        base = height[:, kind]
    return Stack(
        width,
        tall,
        bands,
        [Tick(float(x[years.index(y)]), str(y)) for y in year_ticks(years) if y in years],
        [Tick(floor - v / ticks[-1] * (floor - top), short(v), short_zh(v)) for v in ticks],
    )


@dataclass(frozen=True)
class AgeBand:
    """Five years of age: people at home and away, men and women."""

    label: str
    men_home: int
    men_away: int
    women_home: int
    women_away: int


def pyramid(age: np.ndarray, female: np.ndarray, away: np.ndarray, oldest: int = 85) -> list[AgeBand]:
    """People by five years of age, the oldest first."""
    group = np.minimum(age, oldest) // 5
    bands = []
    for number in range(oldest // 5, -1, -1):
        here = group == number
        counts = [int((here & (female == sex) & (away == gone)).sum()) for sex in (0, 1) for gone in (0, 1)]
        label = f"{oldest}+" if number == oldest // 5 else f"{number * 5}–{number * 5 + 4}"
        bands.append(AgeBand(label, *counts))
    return bands
