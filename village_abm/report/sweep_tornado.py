"""Tornadoes of a sweep: which parameters matter, from its sensitivity analysis or by rank regression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from village_abm.experiments.sensitivity.indices import LUCK
from village_abm.experiments.sweep import effects
from village_abm.experiments.sweep.effects import Regression
from village_abm.experiments.sweep.measured import Measure, read_measure
from village_abm.experiments.sweep.plan import DUMMY
from village_abm.report.compare_numbers import figure
from village_abm.report.compare_parts import capital
from village_abm.report.compare_words import unit
from village_abm.report.sweep_figures import Output, outputs, written
from village_abm.report.sweep_read import Factor, Sweep, label_of
from village_abm.report.sweep_words import INDICES, RANKED, SAMPLED, less, when
from village_abm.report.words import Text

if TYPE_CHECKING:
    import pandas as pd

ELEMENTARY = ("mu_star", "mu", "sigma")
MOST_BARS = 12


@dataclass(frozen=True)
class Bar:
    """One parameter, or luck: its size with the interval, in per cent of the width of the track."""

    path: str
    factor: Factor | None
    left: float
    width: float
    low: float
    wide: float
    value: str
    interval: str
    noise: bool
    rank: int
    """Place of its group; 0 for luck, which is no parameter."""

    @property
    def is_luck(self) -> bool:
        """Whether it is the bar of luck."""
        return self.path == LUCK


@dataclass(frozen=True)
class Tornado:
    """The parameters of one output in order of their size."""

    title: Text
    under: Text
    bars: list[Bar]
    zero: float
    floor: tuple[float, float]
    """Left end and width of the band in which a parameter that does nothing lies."""
    note: Text
    more: int
    """How many bars are left out."""


@dataclass(frozen=True)
class Weighed:
    """The number of a parameter with its interval, wherever it is from."""

    path: str
    value: float
    low: float
    high: float
    noise: bool
    group: int


def tornado(
    title: Text, under: Text, weighed: Sequence[Weighed], floor: float, reach: float, factors: dict[str, Factor],
    note: Text, signed: bool,
) -> Tornado:  # fmt: skip
    """Bars on an axis from -reach to reach if `signed`, else from 0 to reach; luck stands below the parameters."""
    start = -reach if signed else 0.0

    def place(value: float) -> float:
        return 100 * (min(max(value, start), reach) - start) / (reach - start)

    order = sorted(weighed, key=lambda one: (one.path == LUCK, one.noise, -abs(one.value)))
    bars = []
    for one in order:
        ends = [one.low, one.high] if math.isfinite(one.low) and math.isfinite(one.high) else [one.value] * 2
        left, right = sorted((place(0.0), place(one.value)))
        low, high = place(ends[0]), place(ends[1])
        bars.append(
            Bar(one.path, factors.get(one.path), left, right - left, low, high - low, *numbers(one, ends, signed),
                one.noise, 0 if one.path == LUCK else one.group)
        )  # fmt: skip
    band = (place(-floor if signed else 0.0), place(floor)) if math.isfinite(floor) else (place(0.0),) * 2
    kept = [one for k, one in enumerate(bars) if k < MOST_BARS or one.is_luck]
    return Tornado(title, under, kept, place(0.0), (band[0], band[1] - band[0]), note, len(bars) - len(kept))


def numbers(one: Weighed, ends: Sequence[float], signed: bool) -> tuple[str, str]:
    """Value and interval as they are written."""
    small = max(map(abs, (one.value, *ends))) < 2
    shown = [figure(v, 2, signed and one.path != LUCK) if small else written(v, ends) for v in (one.value, *ends)]
    return shown[0], f"{shown[1]} … {shown[2]}" if math.isfinite(one.low) else ""


def regressions(sweep: Sweep) -> list[tuple[Output, Regression]]:
    """The rank regression of every output for which the runs suffice; empty for designs it does not suit."""
    factors = sweep.numbers
    if sweep.kind not in RANKED or not factors:
        return []
    found = []
    for one in (output for told in sweep.measures for output in outputs(sweep, told)):
        frame = one.frame
        inputs = frame[[factor.path for factor in factors]].to_numpy(float)
        told = effects.rank_regression(
            inputs, one.values, frame["point"].to_numpy(), frame["replication_id"].to_numpy(), sweep.kind in SAMPLED,
            sweep.seed,
        )  # fmt: skip
        found += [(one, told)] if told else []
    return found


def by_rank(sweep: Sweep, found: Sequence[tuple[Output, Regression]]) -> tuple[list[Tornado], list[list[Any]]]:
    """A tornado a regression, all on one scale, and as rows of numbers."""
    factors = {one.path: one for one in sweep.numbers}
    every = {id(told): _weighed(told, list(factors)) for _, told in found}
    sizes = [abs(v) for of in every.values() for w in of for v in (w.low, w.high, w.value)]
    reach = 1.04 * max(v for v in (*sizes, *(told.floor for _, told in found)) if math.isfinite(v))
    drawn: list[Tornado] = []
    rows: list[list[Any]] = []
    for output, told in found:
        percent = figure(100 * told.explained, 0)
        note = Text(
            f"{told.runs} {'pairs of runs' if output.twin else 'runs'} at {told.points} points; all parameters "
            f"together explain {percent}% of the order" + _caution(told.explained).en + ".",
            f"{told.points} 个点上的 {told.runs} {'对' if output.twin else '次'}运行；全部参数共解释排序方差的 "
            f"{percent}%" + _caution(told.explained).zh + "。",
        )  # fmt: skip
        weighed = every[id(told)]
        drawn.append(
            tornado(output.told.label, output.under, weighed, told.floor, reach, factors, note,
                    signed=True)
        )  # fmt: skip
        for w in weighed:
            index = "root of the share of luck" if w.path == LUCK else "SRRC"
            rows.append([output.key, w.path, index, w.value, w.low, w.high, int(w.noise), w.group])
        for index, value in (("noise floor", told.floor), ("R2", told.explained)):
            rows.append([output.key, "", index, value, None, None, None, None])
    return drawn, rows


def _caution(explained: float) -> Text:
    if explained >= 0.5:
        return Text("", "")
    return Text("; the rest is luck, bends and joint effects, which this picture does not show",
                "；其余来自随机因素、非单调关系与交互作用，本图不予显示")  # fmt: skip


def _weighed(told: Regression, paths: Sequence[str]) -> list[Weighed]:
    found = [
        Weighed(path, one.value, one.low, one.high, one.noise, one.group)
        for path, one in zip(paths, told.weights, strict=True)
    ]
    luck = Weighed(LUCK, told.luck, math.nan, math.nan, False, 0)
    return found if math.isnan(told.luck) else [*found, luck]


def by_index(sweep: Sweep, frame: pd.DataFrame) -> tuple[list[Tornado], Text]:
    """A tornado an output from the frame of a sensitivity analysis, and what its index means."""
    index = next((name for name in INDICES if (frame["index"] == name).any()), str(frame["index"].iloc[0]))
    factors = {one.path: one for one in sweep.factors}
    drawn = []
    for output, rows in frame[frame["index"] == index].groupby("output", sort=False):
        measure, title, under = _named(sweep, str(output))
        written_in = sweep.units.get(measure.indicator, "")
        # Elementary effects are in the unit of the result, shares in points of per cent; other indices have none.
        times = 100.0 if index in ELEMENTARY and written_in == "1" else 1.0
        told = [
            Weighed(
                row["path"], times * row["value"], times * row["low"], times * row["high"], row["noise"], row["group"]
            )
            for row in rows.to_dict("records")
        ]
        dummy = [one for one in told if one.path == DUMMY]
        floor = max((max(abs(one.value), abs(one.high)) for one in dummy), default=math.nan)
        shown = [one for one in told if one.path != DUMMY]
        reach = max([abs(v) for w in told for v in (w.value, w.low, w.high) if math.isfinite(v)], default=1.0) or 1.0
        count = sum(one.path != LUCK for one in shown)
        of = unit(written_in, difference=True) if index in ELEMENTARY else Text("", "")
        note = Text(f"{count} parameters; index {index}{f', in {of.en}' if of.en else ''}.",
                    f"{count} 个参数；指数 {index}{f'，单位：{of.zh}' if of.zh else ''}。")  # fmt: skip
        drawn.append(tornado(title, under, shown, floor, 1.04 * reach, factors, note, signed=index == "mu"))
    return drawn, INDICES.get(index, Text(index, index))


def _named(sweep: Sweep, output: str) -> tuple[Measure, Text, Text]:
    """An output of the frame in words: its measure, and scheme or difference as it is written."""
    word, _, under = output.partition(": ")
    measure = read_measure(word)
    schemes = {one.name: one.label for one in sweep.schemes}
    one, _, other = under.partition(" - ")
    if one in schemes and other in schemes:
        told = less(schemes[one], schemes[other])
    else:
        told = schemes.get(under or sweep.schemes[0].name, Text(under, under))
    return measure, when(capital(label_of(measure.indicator)), measure.years, sweep.years[-1]), told


def leading(sweep: Sweep, found: Sequence[tuple[Output, Regression]]) -> list[Factor]:
    """The parameters that can stand on an axis, those that matter most over all outputs first."""
    size = {one.path: 0.0 for one in sweep.numbers}
    if sweep.sensitivity is not None:
        frame = sweep.sensitivity
        index = next((name for name in INDICES if (frame["index"] == name).any()), "")
        for _, rows in frame[frame["index"] == index].groupby("output"):
            most = float(rows["value"].abs().max()) or 1.0
            for path, value in zip(rows["path"], rows["value"], strict=True):
                if path in size:
                    size[path] += (float(value) / most) ** 2
    for _, told in found if sweep.sensitivity is None else []:
        for path, one in zip(size, told.weights, strict=True):
            size[path] += one.value**2
    return sorted(sweep.numbers, key=lambda one: -size[one.path])
