"""Geometry of the charts of a sweep: numbers in, places and SVG paths out; words and colours stay with the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from village_abm.experiments.sweep.effects import Bins, Level
from village_abm.report import palette
from village_abm.report.charts import Tick, round_ticks, short, short_zh, year_ticks
from village_abm.report.compare_charts import LAST_GAP, signed_tick

MOST_DOTS = 1_500
MOST_TICKS = 6
STEPS = 41


@dataclass(frozen=True)
class Frame:
    """The size of a chart and its margins."""

    width: int
    height: int
    left: int = 44
    right: int = 8
    top: int = 8
    bottom: int = 18

    @property
    def floor(self) -> int:
        """Where the horizontal axis runs."""
        return self.height - self.bottom


WIDE, SMALL = Frame(300, 170, bottom=22), Frame(200, 132, left=38, bottom=20)


@dataclass(frozen=True)
class Axes:
    """Two axes within a frame; the ticks of the upright one span it."""

    frame: Frame
    x: tuple[float, float]
    y: Sequence[float]

    def across(self, value: float) -> float:
        """Where a value stands from left to right."""
        low, high = self.x
        share = (value - low) / (high - low) if high > low else 0.5
        return self.frame.left + share * (self.frame.width - self.frame.left - self.frame.right)

    def up(self, value: float) -> float:
        """Where a value stands from the top down."""
        share = (value - self.y[0]) / (self.y[-1] - self.y[0])
        return self.frame.floor - share * (self.frame.floor - self.frame.top)

    def line(self, x: Sequence[float], y: Sequence[float]) -> str:
        """A path through the points that have a value."""
        seen = [f"{self.across(a):.1f} {self.up(b):.1f}" for a, b in zip(x, y, strict=True) if math.isfinite(b)]
        return "M" + "L".join(seen) if seen else ""

    def area(self, x: Sequence[float], low: Sequence[float], high: Sequence[float]) -> str:
        """A closed path between two lines where both have a value."""
        seen = [k for k in range(len(x)) if math.isfinite(low[k]) and math.isfinite(high[k])]
        if not seen:
            return ""
        there = [f"{self.across(x[k]):.1f} {self.up(high[k]):.1f}" for k in seen]
        back = [f"{self.across(x[k]):.1f} {self.up(low[k]):.1f}" for k in reversed(seen)]
        return "M" + "L".join(there + back) + "Z"

    def dots(self, x: np.ndarray, y: np.ndarray) -> str:
        """Points as strokes of no length, which round caps make dots; of very many an even choice."""
        seen = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        seen = seen[:: math.ceil(len(seen) / MOST_DOTS) or 1]
        return "".join(f"M{self.across(x[k]):.1f} {self.up(y[k]):.1f}h0" for k in seen)

    def y_ticks(self, signed: bool = False) -> list[Tick]:
        """The ticks of the upright axis; differences with their sign."""
        return [
            Tick(self.up(v), *(signed_tick(v) if signed else (short(v).replace("-", "−"), short_zh(v)))) for v in self.y
        ]

    def x_ticks(self, values: Sequence[Any]) -> list[Tick]:
        """Ticks of a parameter: its levels where they are few, else round numbers between its ends."""
        if all(isinstance(one, bool) for one in values):
            return [Tick(self.across(0.0), "no", "否"), Tick(self.across(1.0), "yes", "是")]
        low, high = float(values[0]), float(values[-1])
        chosen = [float(one) for one in values]
        if len(chosen) > MOST_TICKS:
            chosen = [one for one in round_ticks(low, high, 4) if low <= one <= high]
        gap = (self.frame.width - self.frame.left) / (2.2 * MOST_TICKS)
        kept: list[float] = []
        for one in chosen:
            if not kept or self.across(one) - self.across(kept[-1]) > gap:
                kept.append(one)
        return [Tick(self.across(one), short(float(f"{one:.3g}")), short_zh(float(f"{one:.3g}"))) for one in kept]


def spanning(*values: Any, zero: bool = False, count: int = 4) -> list[float]:
    """Round ticks that span all finite values, from zero on if asked."""
    every = np.concatenate([np.ravel(np.asarray(one, float)) for one in values])
    known = every[np.isfinite(every)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if not high - low > 1e-9 * max(abs(low), abs(high)):  # all alike
        low, high = (low - 0.1 * abs(low), high + 0.1 * abs(high)) if low else (0.0, 1.0)
    return round_ticks(low, high, count)


@dataclass(frozen=True)
class Effect:
    """A measure against the level of a parameter: raw dots, the line of means and the band of their intervals."""

    dots: str
    line: str
    band: str
    marks: list[tuple[float, float]]
    """Where the mean of every level stands."""
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    zero: float | None
    frame: Frame = WIDE


def effect(x: np.ndarray, y: np.ndarray, groups: Bins, levels: Sequence[Level], values: Sequence[Any]) -> Effect:
    """The effect of (runs,) y against (runs,) levels x of a payment, with the means and intervals of its groups."""
    ends = [[one.low, one.mean, one.high] for one in levels]
    axes = Axes(WIDE, padded(float(values[0]), float(values[-1])), spanning(y, ends, zero=True))
    low, mean, high = (list(column) for column in zip(*ends, strict=True))
    marks = [(axes.across(at), axes.up(one.mean)) for at, one in zip(groups.centres, levels, strict=True) if one.runs]
    return Effect(
        axes.dots(x, y), axes.line(groups.centres, mean), axes.area(groups.centres, low, high), marks,
        axes.x_ticks(values), axes.y_ticks(signed=True), axes.up(0.0),
    )  # fmt: skip


def padded(low: float, high: float) -> tuple[float, float]:
    """An axis a little longer than its values."""
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room


@dataclass(frozen=True)
class Thread:
    """One group of runs over the years: its mean within the band of the middle four fifths."""

    colour: str
    path: str
    area: str
    end: tuple[float, float]
    last: float
    first_last: tuple[float, float]


@dataclass(frozen=True)
class Threads:
    """Groups of runs over the years on one scale."""

    threads: list[Thread]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    data: dict[str, Any] = field(repr=False)
    frame: Frame = WIDE


def threads(years: Sequence[int], bands: Sequence[np.ndarray], whole: np.ndarray, colours: Sequence[str],
            scale: Sequence[float]) -> Threads:  # fmt: skip
    """Bands of shape (3, years), as `effects.band` makes them, and the mean (years,) of all, on a common scale."""
    axes = Axes(WIDE, (years[0], years[-1]), scale)
    drawn, heights = [], []
    for values, colour in zip(bands, colours, strict=True):
        mean, low, high = values
        end = (axes.across(years[-1]), axes.up(mean[-1])) if math.isfinite(mean[-1]) else (0.0, 0.0)
        drawn.append(
            Thread(colour, axes.line(years, mean), axes.area(years, low, high), end, float(mean[-1]),
                   (float(low[-1]), float(high[-1])))
        )  # fmt: skip
        heights.append([round(axes.up(v), 1) if math.isfinite(v) else None for v in mean])
    plain = [
        [float(f"{v:.4g}") if math.isfinite(v) else None for v in line] for line in (whole, *(b[0] for b in bands))
    ]
    data = {"x": [round(axes.across(y), 1) for y in years], "y": heights, "v": plain, "years": list(years)}
    gap = LAST_GAP * (years[-1] - years[0])
    told = [y for y in year_ticks(list(years)) if y in years and not 0 < years[-1] - y < gap]
    marks = [Tick(axes.across(y), str(y)) for y in told]
    return Threads(drawn, marks, axes.y_ticks(), data)


@dataclass(frozen=True)
class Cloud:
    """A measure against a parameter: a dot a run and the line of means, scheme by scheme."""

    clouds: list[tuple[str, str, str]]
    """Colour, dots and line."""
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    frame: Frame = SMALL


def cloud(drawn: Sequence[tuple[str, np.ndarray, np.ndarray, Bins, Sequence[Level]]], values: Sequence[Any],
          scale: Sequence[float]) -> Cloud:  # fmt: skip
    """Clouds of (runs,) x and y, each with its colour and the means of its groups, on a common scale."""
    axes = Axes(SMALL, padded(float(values[0]), float(values[-1])), scale)
    clouds = [
        (colour, axes.dots(x, y), axes.line(groups.centres, [one.mean for one in levels]))
        for colour, x, y, groups, levels in drawn
    ]
    return Cloud(clouds, axes.x_ticks(values), axes.y_ticks())


@dataclass(frozen=True)
class Square:
    """A cell of a heat map: its mean, how many runs are in it, its colour and that of the words on it."""

    mean: float
    runs: int
    colour: str
    ink: str


def squares(mean: np.ndarray, count: np.ndarray, difference: bool) -> tuple[list[list[Square | None]], float, float]:
    """Colours for (up, across) means, the highest row first, and both ends of the colours; None where it is empty.

    Levels run from light to dark between the least and the greatest; differences have their middle colour at zero.
    """
    known = mean[np.isfinite(mean)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if difference:
        high = max(abs(low), abs(high)) or 1.0
        low = -high
    ramp = palette.ramp(palette.DIFFERENCE if difference else palette.VALUE, STEPS)
    rows = []
    for values, runs in zip(mean[::-1], count[::-1], strict=True):
        row: list[Square | None] = []
        for value, of in zip(values, runs, strict=True):
            if not of:
                row.append(None)
                continue
            share = (value - low) / (high - low) if high > low else 0.5
            red, green, blue = ramp[round(share * (STEPS - 1))]
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 140
            row.append(Square(float(value), int(of), f"#{red:02x}{green:02x}{blue:02x}", "#fff" if dark else "#1e2521"))
        rows.append(row)
    return rows, low, high
