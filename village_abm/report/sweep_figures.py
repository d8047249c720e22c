"""The figures of a sweep: what its runs say, in the form in which the page draws it and hands it down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.sweep import effects
from village_abm.experiments.sweep.effects import Bins, Level
from village_abm.report import palette, sweep_charts
from village_abm.report.charts import short
from village_abm.report.compare_numbers import decimals, figure
from village_abm.report.compare_words import unit
from village_abm.report.sweep_read import Factor, SchemeOf, Sweep, Told
from village_abm.report.sweep_words import less
from village_abm.report.words import Text

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 5
MOST_CLOUDS = 10
PAIR = ["point", "replication_id"]


@dataclass(frozen=True)
class Output:
    """A measure under a scheme, or its difference to the run of the same point and luck under another."""

    key: str
    told: Told
    scheme: SchemeOf
    twin: SchemeOf | None
    frame: pd.DataFrame
    """A run a row: point, replication_id, every parameter, and `value` in the unit read."""

    @property
    def unit(self) -> Text:
        """Its unit; that of a difference of shares is the point of per cent."""
        return unit(self.told.unit, self.twin is not None)

    @property
    def under(self) -> Text:
        """The scheme, or the difference, in words."""
        return self.scheme.label if self.twin is None else less(self.scheme.label, self.twin.label)

    @property
    def values(self) -> np.ndarray:
        """The values, (runs,)."""
        return self.frame["value"].to_numpy(float)

    def at(self, factor: Factor) -> np.ndarray:
        """The (runs,) values of a parameter."""
        return self.frame[factor.path].to_numpy(float)


def level(sweep: Sweep, told: Told, scheme: SchemeOf) -> Output:
    """A measure under a scheme."""
    rows = sweep.runs[sweep.runs["scheme"] == scheme.name]
    frame = rows[[*PAIR, *(one.path for one in sweep.factors)]].assign(value=rows[told.name] * told.factor)
    return Output(told.name, told, scheme, None, frame.reset_index(drop=True))


def difference(sweep: Sweep, told: Told, scheme: SchemeOf, twin: SchemeOf) -> Output:
    """A measure under a scheme less that under another, run by run of the same point and luck."""
    one, other = level(sweep, told, scheme).frame, level(sweep, told, twin).frame
    # Points that a sampler visits twice are the same runs.
    one, other = one.drop_duplicates(PAIR), other.drop_duplicates(PAIR)[[*PAIR, "value"]]
    both = one.merge(other, on=PAIR, suffixes=("", "_twin"))
    both["value"] -= both.pop("value_twin")
    return Output(f"{told.name}: {scheme.name} - {twin.name}", told, scheme, twin, both)


def outputs(sweep: Sweep, told: Told) -> list[Output]:
    """A measure without a scheme, and what each scheme changes; where none is without, under each scheme."""
    twin = sweep.twin
    if twin is None:
        return [level(sweep, told, one) for one in sweep.schemes]
    others = [one for one in sweep.schemes if one != twin]
    return [level(sweep, told, twin), *(difference(sweep, told, one, twin) for one in others)]


def written(value: float, ends: Sequence[float] = (), signed: bool = False) -> str:
    """A number to the decimals that its ends bear."""
    return figure(value, decimals(value, list(ends)), signed)


def shown(value: Any) -> str:
    """A level of a parameter in three figures."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return short(float(f"{value:.3g}")).replace("-", "−")


@dataclass(frozen=True)
class Said:
    """A measure under a scheme in the table at the top."""

    mean: str
    middle: str
    change: str
    interval: str
    settled: bool


def summary(sweep: Sweep) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """A line a scheme with a cell a measure, and the same as rows of numbers."""
    lines, rows = [], []
    for scheme in sweep.schemes:
        cells = []
        for told in sweep.measures:
            mean, low, high = effects.band(level(sweep, told, scheme).values[:, None])[:, 0]
            places = decimals(mean, [low, high])
            middle = f"{figure(low, places)} … {figure(high, places)}"
            gap = _gap(sweep, told, scheme)
            change, interval, settled = "", "", False
            if gap is not None:
                ends = [end for end in (gap.low, gap.high) if math.isfinite(end)]
                change = written(gap.mean, ends, signed=True)
                interval = " … ".join(figure(end, decimals(gap.mean, ends), signed=True) for end in ends)
                settled = bool(ends) and (gap.low > 0 or gap.high < 0)
            cells.append(Said(figure(mean, places), middle, change, interval, settled))
            rows.append([told.name, scheme.name, told.unit, *(v / told.factor for v in (mean, low, high)),
                         *(v / told.factor if gap else None for v in _numbers(gap))])  # fmt: skip
        lines.append({"scheme": scheme, "cells": cells})
    return lines, rows


def _numbers(gap: Level | None) -> tuple[float, float, float]:
    return (gap.mean, gap.low, gap.high) if gap else (math.nan,) * 3


def _gap(sweep: Sweep, told: Told, scheme: SchemeOf) -> Level | None:
    if sweep.twin is None or scheme == sweep.twin:
        return None
    one = difference(sweep, told, scheme, sweep.twin)
    return effects.by_level(np.zeros(len(one.frame), int), one.frame["replication_id"].to_numpy(), one.values, 1)[0]


@dataclass(frozen=True)
class Heat:
    """The mean of an output over two parameters."""

    output: Output
    columns: list[str]
    edges: list[str]
    """What stands below the cells: each level, or the ends of the steps."""
    lines: list[tuple[str, list[sweep_charts.Square | None]]]
    """Label and cells, the highest values first."""
    ends: tuple[str, str]
    ramp: str
    empty: int
    runs: int
    places: int
    """Decimals of the means."""

    def cell(self, one: sweep_charts.Square) -> str:
        """The mean of a cell as it is written in it."""
        return figure(one.mean, self.places, self.output.twin is not None)


def labels_of(groups: Bins) -> list[str]:
    """Groups as an axis writes them."""
    if groups.exact:
        return [shown(low) for low, _ in groups.labels]
    return [f"{shown(low)}–{shown(high)}" for low, high in groups.labels]


def heat(output: Output, across: Factor, up: Factor) -> Heat:
    """The heat map of an output over two parameters."""
    x, y = (effects.bins(output.at(one)) for one in (across, up))
    mean, count = effects.cells(x.of, y.of, output.values, (len(y.labels), len(x.labels)))
    rows, low, high = sweep_charts.squares(mean, count, output.twin is not None)
    colours = palette.DIFFERENCE if output.twin else palette.VALUE
    signed, places = output.twin is not None, decimals((low + high) / 2, [low, high])
    edges = [shown(low) for low, _ in x.labels] + ([] if x.exact else [shown(x.labels[-1][1])])
    return Heat(
        output, labels_of(x), edges, list(zip(labels_of(y)[::-1], rows, strict=True)),
        (figure(low, places, signed), figure(high, places, signed)), ", ".join(colours),
        int((count == 0).sum()), int(count.sum()), places,
    )  # fmt: skip


def heat_rows(one: Heat, across: Factor, up: Factor) -> list[list[Any]]:
    """The cells of a heat map, a row each."""
    factor = one.output.told.factor
    return [
        [one.output.key, one.output.scheme.name, across.path, column, up.path, label,
         square.mean / factor if square else None, square.runs if square else 0]
        for label, row in one.lines
        for column, square in zip(one.columns, row, strict=True)
    ]  # fmt: skip


def payments(sweep: Sweep) -> list[tuple[SchemeOf, Factor]]:
    """The schemes whose payment the design varies, each with the parameter."""
    found = []
    for scheme in sweep.schemes:
        own = [one for one in sweep.numbers if one.path.startswith(f"schemes.{scheme.name}.")]
        found += [(scheme, one) for one in own if ".payment." in one.path or "CNY" in one.unit]
    return found


@dataclass(frozen=True)
class EffectOf:
    """What a scheme changes in a measure, level by level of its payment."""

    output: Output
    factor: Factor
    groups: Bins
    levels: list[Level]
    chart: sweep_charts.Effect

    @property
    def runs(self) -> int:
        """Pairs of runs."""
        return sum(one.runs for one in self.levels)

    @property
    def ends(self) -> list[str]:
        """Mean at the lowest and the highest level with runs, as they are written."""
        known = [one for one in self.levels if one.runs]
        return [written(one.mean, [one.low, one.high], signed=True) for one in (known[0], known[-1])]


def effect(sweep: Sweep, told: Told, scheme: SchemeOf, factor: Factor) -> EffectOf | None:
    """The paired difference to no scheme against a parameter; None where no run is without a scheme."""
    if sweep.twin is None or scheme == sweep.twin:
        return None
    output = difference(sweep, told, scheme, sweep.twin)
    groups = effects.bins(output.at(factor))
    levels = effects.by_level(groups.of, output.frame["replication_id"].to_numpy(), output.values, len(groups.labels))
    chart = sweep_charts.effect(output.at(factor), output.values, groups, levels, factor.values)
    return EffectOf(output, factor, groups, levels, chart)


def effect_rows(one: EffectOf) -> list[list[Any]]:
    """The levels of an effect, a row each."""
    factor = one.output.told.factor
    return [
        [one.output.key, one.factor.path, *ends, *(v / factor for v in (of.mean, of.low, of.high)),
         of.replicates, of.runs]
        for ends, of in zip(one.groups.labels, one.levels, strict=True)
    ]  # fmt: skip


@dataclass(frozen=True)
class Path:
    """An indicator over the years under one scheme, in groups of the values of a parameter."""

    scheme: SchemeOf
    names: list[str]
    threads: sweep_charts.Threads
    last: str
    """The mean of all runs in the last year, as it is written."""
    lasts: list[str]
    """The same of every group."""


def split(sweep: Sweep, factor: Factor | None) -> Bins | None:
    """The groups in which the paths are drawn: few levels one by one, else thirds of the range."""
    if factor is None:
        return None
    return effects.bins(sweep.runs[factor.path].to_numpy(float), 3, MOST_LINES)


def paths(sweep: Sweep, told: Told, groups: Bins | None) -> tuple[list[Path], list[list[Any]]]:
    """The paths of the indicator of a measure, scheme by scheme on one scale, and as rows of numbers."""
    years, runs = sweep.years, sweep.runs
    table = sweep.paths.pivot(index="run_id", columns="year", values=told.measure.indicator) * told.factor
    values = table.reindex(index=runs["run_id"], columns=years).to_numpy(float)
    of = groups.of if groups else np.zeros(len(runs), int)
    labels = labels_of(groups) if groups else [""]
    bands = {
        scheme.name: [effects.band(values[(runs["scheme"] == scheme.name).to_numpy() & (of == k)])
                      for k in range(len(labels))]
        for scheme in sweep.schemes
    }  # fmt: skip
    scale = sweep_charts.spanning(*(one for held in bands.values() for one in held), count=4)
    found, rows = [], []
    for scheme in sweep.schemes:
        whole = effects.band(values[(runs["scheme"] == scheme.name).to_numpy()])[0]
        drawn = sweep_charts.threads(years, bands[scheme.name], whole, lines(len(labels)), scale)
        lasts = [written(one.last) for one in drawn.threads]
        found.append(Path(scheme, labels, drawn, written(float(whole[-1])), lasts))
        for label, one in zip(labels, bands[scheme.name], strict=True):
            rows += [[told.measure.indicator, scheme.name, label, year, *(v / told.factor for v in one[:, k])]
                     for k, year in enumerate(years)]  # fmt: skip
    return found, rows


def lines(count: int) -> list[str]:
    """Colours of groups from low to high, from light to dark."""
    if count == 1:
        return [palette.LINES[0]]
    ramp = palette.ramp(palette.VALUE, 101)
    return ["#{:02x}{:02x}{:02x}".format(*ramp[38 + round(k * 58 / (count - 1))]) for k in range(count)]


def clouds(sweep: Sweep, told: Told, factors: Sequence[Factor]) -> list[tuple[Factor, sweep_charts.Cloud]]:
    """A measure against each parameter, all schemes in each, on one scale."""
    scale = sweep_charts.spanning(sweep.runs[told.name] * told.factor, count=3)
    found = []
    for factor in factors:
        drawn = []
        for scheme in sweep.schemes:
            one = level(sweep, told, scheme)
            groups = effects.bins(one.at(factor))
            means = effects.by_level(groups.of, one.frame["replication_id"].to_numpy(), one.values, len(groups.labels))
            drawn.append((scheme.colour, one.at(factor), one.values, groups, means))
        found.append((factor, sweep_charts.cloud(drawn, factor.values, scale)))
    return found
