"""What the runs of a sweep say of its parameters: rank regression, means by level and cell, bands over the years."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from village_abm.experiments.intervals import generator, mean_interval, quantile_of_t, tolerance

CONFIDENCE = 0.95
RESAMPLES = 999
MOST_LEVELS = 10  # up to which the values of a parameter are taken one by one
BINS = 6
MIDDLE = (0.1, 0.9)  # between which four fifths of the runs lie
FEWEST_POINTS_EACH = 3  # for every coefficient of a regression


@dataclass(frozen=True)
class Bins:
    """The values of a parameter in groups: level by level where they are few, else in even steps."""

    labels: tuple[tuple[float, float], ...]
    """Lowest and highest value of each group; equal where it is one level."""
    of: np.ndarray
    """The group of every run; -1 where it has no value."""

    @property
    def centres(self) -> list[float]:
        """The middle of every group."""
        return [(low + high) / 2 for low, high in self.labels]

    @property
    def exact(self) -> bool:
        """Whether every group is one level."""
        return all(low == high for low, high in self.labels)


def bins(values: np.ndarray, count: int = BINS, most: int = MOST_LEVELS) -> Bins:
    """Levels of (runs,) values where there are at most `most`; else `count` steps of equal width."""
    known = np.unique(values[np.isfinite(values)])
    if len(known) <= most:
        of = np.searchsorted(known, values)
        return Bins(tuple((float(v), float(v)) for v in known), np.where(np.isfinite(values), of, -1))
    edges = np.linspace(known[0], known[-1], count + 1)
    of = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, count - 1)
    return Bins(
        tuple((float(a), float(b)) for a, b in itertools.pairwise(edges)), np.where(np.isfinite(values), of, -1)
    )


def cells(across: np.ndarray, up: np.ndarray, values: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Mean and number of the (runs,) values in every cell of two groupings; both of shape (up, across).

    The mean of an empty cell is not a number.
    """
    seen = (across >= 0) & (up >= 0) & np.isfinite(values)
    place = up[seen] * shape[1] + across[seen]
    count = np.bincount(place, minlength=shape[0] * shape[1])
    total = np.bincount(place, values[seen], minlength=shape[0] * shape[1])
    mean = np.divide(total, count, out=np.full(len(count), math.nan), where=count > 0)
    return mean.reshape(shape), count.reshape(shape)


@dataclass(frozen=True)
class Level:
    """The mean of a group of runs with its interval over replicates; `replicates` made it, `runs` are in it."""

    mean: float
    low: float
    high: float
    replicates: int
    runs: int


def by_level(of: np.ndarray, replicates: np.ndarray, values: np.ndarray, count: int) -> list[Level]:
    """Every group's mean over replicates, each the mean of its own runs, and the 95% interval of that mean.

    Replicates are what luck draws anew, so they are what the interval counts; one of them alone has none.
    """
    return [_level(replicates[of == group], values[of == group]) for group in range(count)]


def _level(replicates: np.ndarray, values: np.ndarray) -> Level:
    known = np.isfinite(values)
    if not known.any():
        return Level(math.nan, math.nan, math.nan, 0, 0)
    names, place = np.unique(replicates[known], return_inverse=True)
    means = np.bincount(place, values[known]) / np.bincount(place)
    # Differences of large numbers that are equal but for rounding are equal.
    found = mean_interval(means, CONFIDENCE, close=tolerance(means))
    ends = (found.low, found.high) if len(names) > 1 else (math.nan, math.nan)
    return Level(found.mean, *ends, len(names), int(known.sum()))


def band(paths: np.ndarray) -> np.ndarray:
    """Mean and both ends of the middle four fifths of (runs, years) paths, year by year; shape (3, years)."""
    found = np.full((3, paths.shape[1]), math.nan)
    for year, values in enumerate(paths.T):
        known = values[np.isfinite(values)]
        if known.size:
            found[:, year] = known.mean(), *np.quantile(known, MIDDLE)
    return found


@dataclass(frozen=True)
class Weight:
    """How much of the order of the runs one parameter, or luck, decides: its coefficient with interval."""

    value: float
    low: float
    high: float
    noise: bool
    """Whether it cannot be told from a parameter that does nothing."""
    group: int
    """Rank group: those of one group are not told from one another; those in the noise stand in the last."""


@dataclass(frozen=True)
class Regression:
    """Standardised rank regression of one output: a weight for every parameter, luck, and what is left."""

    weights: list[Weight]
    floor: float
    """Size that, in 95 of 100 samples, none of as many parameters that do nothing goes beyond; none in a grid."""
    luck: float
    """Root of the share of the variance of the ranks that lies within points; not a number for one replicate."""
    explained: float
    """R squared."""
    points: int
    runs: int


def rank_regression(
    inputs: np.ndarray, values: np.ndarray, points: np.ndarray, replicates: np.ndarray, sampled: bool, seed: int = 0
) -> Regression | None:
    """Regress the ranks of (runs,) values on those of (runs, parameters) inputs, all to mean 0 and variance 1.

    What luck or sampling draws anew makes the intervals: of `sampled` points a bootstrap over points, 95% percentiles;
    of a grid, whose points are all there are, Student's t over the coefficients of the replicates. Noise is, in a
    sample, what stays below the floor, that of parameters whose values are shuffled among the points; in a grid what
    Bonferroni's interval, for all parameters at once, does not tell from zero. None where the runs are too few, or
    nothing varies. After Saltelli and Marivoet (1990, Non-parametric statistics in sensitivity analysis for model
    output).
    """
    seen = np.isfinite(values) & np.isfinite(inputs).all(axis=1)
    x, y, points, replicates = inputs[seen], values[seen], points[seen], replicates[seen]
    names, place = np.unique(points, return_inverse=True)
    size = x.shape[1]
    if len(names) < max(FEWEST_POINTS_EACH * size, size + 2) or np.ptp(y) <= tolerance(y):
        return None
    ranked, target = _standard(stats.rankdata(x, axis=0)), _standard(stats.rankdata(y))
    slopes = _slopes(ranked, target)
    luck = generator("sweep.ranks", seed)
    if sampled:
        often = luck.multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
        drawn = _drawn_slopes(ranked, target, place, often.astype(float))
        low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
        floor = _shuffled(ranked, target, place, luck)
        noise = (low <= 0) & (high >= 0) | (np.abs(slopes) <= floor)
    else:
        error = _over_replicates(ranked, target, replicates)
        if error is None:
            return None
        several, floor = len(np.unique(replicates)), math.nan
        half = quantile_of_t(several, CONFIDENCE) * error
        low, high = slopes - half, slopes + half
        noise = np.abs(slopes) <= quantile_of_t(several, 1 - (1 - CONFIDENCE) / size) * error
    rest = target - ranked @ slopes
    told = (slopes.tolist(), low.tolist(), high.tolist(), noise.tolist())
    weights = [Weight(*one) for one in zip(*told, groups(*told), strict=True)]
    return Regression(weights, floor, _within(target, place), 1 - float(rest @ rest) / len(rest), len(names), len(y))


def _standard(ranks: np.ndarray) -> np.ndarray:
    """Ranks to mean 0 and variance 1; those that are all equal to 0."""
    spread = ranks.std(axis=0)
    return np.divide(ranks - ranks.mean(axis=0), spread, out=np.zeros_like(ranks, float), where=spread > 0)


def _slopes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(x, y, rcond=None)[0]


def _drawn_slopes(x: np.ndarray, y: np.ndarray, place: np.ndarray, often: np.ndarray) -> np.ndarray:
    """Standardised slopes where every point counts as `often` as drawn; (draws, points) to (draws, parameters)."""
    data = np.column_stack([x, y])
    size = data.shape[1]
    squares = (data[:, :, None] * data[:, None, :]).reshape(len(data), -1)
    # Runs of one point are drawn together: only their sums count.
    sums = np.zeros((often.shape[1], 1 + size + size**2))
    np.add.at(sums, place, np.column_stack([np.ones(len(data)), data, squares]))
    total = often @ sums
    mean = total[:, 1 : size + 1] / total[:, :1]
    second = (total[:, size + 1 :] / total[:, :1]).reshape(-1, size, size)
    covariance = second - mean[:, :, None] * mean[:, None, :]
    spread = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0))
    slopes = np.linalg.pinv(covariance[:, :-1, :-1], hermitian=True) @ covariance[:, :-1, -1:]
    out = np.zeros_like(spread[:, :-1])
    return np.divide(slopes[:, :, 0] * spread[:, :-1], spread[:, -1:], out=out, where=spread[:, -1:] > 0)


def _shuffled(x: np.ndarray, y: np.ndarray, place: np.ndarray, luck: np.random.Generator) -> float:
    """The size that the largest of as many parameters of no effect keeps below in 95 of 100 designs, others there."""
    _, first, count = np.unique(place, return_index=True, return_counts=True)
    # The regression has fitted some of the noise away: what is left is too small by the degrees of freedom it took.
    scale = math.sqrt(len(count) / max(1, len(count) - x.shape[1] - 1))
    rest = scale * np.bincount(place, y - x @ _slopes(x, y))
    # Inputs are the same in all runs of a point, so points will do, each as heavy as its runs are many.
    at, heavy = x[first], count[:, None]
    onto = np.linalg.pinv(np.sqrt(heavy) * at) * np.sqrt(count)
    most = []
    for _ in range(RESAMPLES):
        dummies = at[luck.permutation(len(at))]
        dummies = dummies - (heavy * dummies).sum(axis=0) / len(place)
        alone = dummies - at @ (onto @ dummies)
        sizes, spread = (heavy * alone**2).sum(axis=0), np.sqrt((heavy * dummies**2).sum(axis=0) / len(place))
        told = np.divide(spread * (rest @ alone), sizes, out=np.zeros(len(sizes)), where=sizes > 1e-9 * len(place))
        most.append(np.abs(told).max())
    return float(np.quantile(most, CONFIDENCE))


def _over_replicates(x: np.ndarray, y: np.ndarray, replicates: np.ndarray) -> np.ndarray | None:
    """Standard errors of the slopes from those of the replicates; None for one alone."""
    names = np.unique(replicates)
    if len(names) < 2:
        return None
    each = np.stack([_slopes(x[replicates == name], y[replicates == name]) for name in names])
    return each.std(axis=0, ddof=1) / math.sqrt(len(names))


def _within(y: np.ndarray, place: np.ndarray) -> float:
    """Root of the variance within points, of a variance of 1 in all."""
    count = np.bincount(place)
    if (count < 2).all():
        return math.nan
    rest = y - (np.bincount(place, y) / count)[place]
    return math.sqrt(float(rest @ rest) / len(y))


def groups(values: Sequence[float], low: Sequence[float], high: Sequence[float], noise: Sequence[bool]) -> list[int]:
    """Rank groups by size: a new one begins where a whole interval lies below that of the first of the last group."""
    found, number, floor = [0] * len(values), 0, math.inf
    for k in sorted(range(len(values)), key=lambda k: (bool(noise[k]), -abs(values[k]))):
        ends = sorted((abs(low[k]), abs(high[k])))
        if noise[k]:
            continue
        if ends[1] < floor:
            number, floor = number + 1, ends[0]
        found[k] = number
    return [number + 1 if noise[k] else group for k, group in enumerate(found)]
