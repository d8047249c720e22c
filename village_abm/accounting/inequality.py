"""Inequality and poverty of incomes: Gini and its sources, Theil within and between, the FGT family, fifths, mobility.

Incomes are (units,) arrays in any money; weights are people a unit, one each if left out. Losses: a negative income is
refused, because Lorenz curve and logarithm are not defined for it; `without_losses` counts it as nothing and says how
many there were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FIFTHS = 5


@dataclass(frozen=True)
class Sources:
    """Gini by source of income (Lerman and Yitzhaki): contribution = share x gini x correlation, sums to total."""

    total: float
    share: np.ndarray  # (sources,) of all income
    gini: np.ndarray  # (sources,) of the source alone; not a number where it nets to nothing
    correlation: np.ndarray  # (sources,) Gini correlation of the source with the rank in total income
    contribution: np.ndarray  # (sources,)

    @property
    def effect(self) -> np.ndarray:
        """Change of the Gini, as a share of it, where a source grows by one part: contribution / total - share.

        Sums to 0. Not numbers where all have the same.
        """
        return self.contribution / self.total - self.share if self.total > 0 else np.full(len(self.share), np.nan)


@dataclass(frozen=True)
class Theil:
    """Theil's T within and between groups: total = within + between, within = sum of share x T of the group."""

    total: float
    within: float
    between: float
    groups: np.ndarray  # (groups,) the labels, sorted
    share: np.ndarray  # (groups,) of all income
    of_group: np.ndarray  # (groups,)


@dataclass(frozen=True)
class Poverty:
    """Foster-Greer-Thorbecke measures: share of people below the line, mean relative gap, mean squared gap."""

    headcount: float
    gap: float
    severity: float


@dataclass(frozen=True)
class Mobility:
    """Moves between fifths: (5, 5) shares of each first fifth, share that stayed, Shorrocks index of movement."""

    matrix: np.ndarray
    stayed: float
    shorrocks: float


def without_losses(income: np.ndarray) -> tuple[np.ndarray, int]:
    """Incomes with every loss counted as nothing, and how many there were."""
    income = np.asarray(income, dtype=float)
    return np.maximum(income, 0.0), int((income < 0).sum())


def gini(income: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Gini coefficient, 2 cov(y, F) / mean(y) with F the weighted middle rank; 0 where nobody has anything.

    Without weights it is sum((2 i - n - 1) y_(i)) / (n sum y); with weights 1 - twice the area under the
    Lorenz curve.
    """
    y, p = _incomes(income, weights)
    mean = float(p @ y)
    return _with_rank(y, p, _rank(y, p)) / mean if mean > 0 else 0.0


def gini_by_source(sources: np.ndarray, weights: np.ndarray | None = None) -> Sources:
    """Decompose the Gini of total income by its sources, (units, sources); one source may be negative, no total.

    G = sum S_k G_k R_k: S_k share of income, G_k = 2 cov(y_k, F_k) / mean(y_k), R_k = cov(y_k, F) / cov(y_k, F_k).
    Lerman and Yitzhaki (1985), Income inequality effects by income source.
    """
    parts = np.asarray(sources, dtype=float)
    if parts.ndim != 2:
        raise ValueError(f"sources of income: expected (units, sources), got shape {parts.shape}")
    y, p = _incomes(parts.sum(axis=1), weights, rounding=float(np.abs(parts).max(initial=0.0)))
    mean = float(p @ y)
    if mean <= 0:
        raise ValueError("sources of income: total income is nothing, so no source has a share of it")
    rank, columns = _rank(y, p), parts.T
    along = 2 * columns @ (p * (rank - 0.5))
    alone = np.array([_with_rank(column, p, _rank(column, p)) for column in columns])
    means = columns @ p
    nothing = np.full(len(columns), np.nan)
    return Sources(
        total=_with_rank(y, p, rank) / mean,
        share=means / mean,
        gini=np.divide(alone, means, out=nothing.copy(), where=means != 0),
        correlation=np.divide(along, alone, out=nothing.copy(), where=alone != 0),
        contribution=along / mean,
    )


def source_effects(sources: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """`Sources.effect` alone, without the Gini of each source: quick enough for every year; (sources,).

    Not numbers where nobody has anything or all have the same.
    """
    parts = np.asarray(sources, dtype=float)
    y, p = _incomes(parts.sum(axis=1), weights, rounding=float(np.abs(parts).max(initial=0.0)))
    spread = p * (_rank(y, p) - 0.5)
    whole = float(spread @ y)
    return spread @ parts / whole - p @ parts / float(p @ y) if whole > 0 else np.full(parts.shape[1], np.nan)


def theil(income: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Theil's T, mean((y / mu) ln(y / mu)) with 0 ln 0 = 0; 0 where nobody has anything."""
    y, p = _incomes(income, weights)
    mean = float(p @ y)
    if mean <= 0:
        return 0.0
    ratio = y / mean
    return float(p @ (ratio * np.log(np.where(ratio > 0, ratio, 1.0))))


def theil_by_group(income: np.ndarray, groups: np.ndarray, weights: np.ndarray | None = None) -> Theil:
    """Theil's T within and between groups, T = sum s_g T_g + sum s_g ln(mu_g / mu), s_g the group's income share."""
    y, p = _incomes(income, weights)
    labels, which = np.unique(groups, return_inverse=True)
    people = np.bincount(which, weights=p)
    money = np.bincount(which, weights=p * y)
    mean = float(p @ y)
    share = money / mean if mean > 0 else np.zeros(len(labels))
    means = np.divide(money, people, out=np.zeros(len(labels)), where=people > 0)[which]
    ratio = np.divide(y, means, out=np.zeros(len(y)), where=means > 0)
    uneven = np.bincount(which, weights=p * ratio * np.log(np.where(ratio > 0, ratio, 1.0)))
    inside = np.divide(uneven, people, out=np.zeros(len(labels)), where=people > 0)
    over = np.divide(share, people, out=np.ones(len(labels)), where=share > 0)  # mean of the group over that of all
    within, between = float(share @ inside), max(float(share @ np.log(over)), 0.0)  # below 0 by rounding alone
    return Theil(within + between, within, between, labels, share, inside)


def poverty(income: np.ndarray, line: float, weights: np.ndarray | None = None) -> Poverty:
    """Poverty against a line in the same money, mean(((z - y) / z)^a) over y < z for a = 0, 1, 2.

    Foster, Greer and Thorbecke (1984), A class of decomposable poverty measures. The gap of nobody exceeds 1. Shares
    of people add up to one but for rounding, so sums are divided by their sum: none of the three exceeds 1.
    """
    if not line > 0:
        raise ValueError(f"poverty line is {line}; give an amount above 0")
    y, p = _incomes(income, weights)
    gap = np.maximum((line - y) / line, 0.0)
    return Poverty(*(float((p * part).sum() / p.sum()) for part in (y < line, gap, gap**2)))


def fifths(income: np.ndarray, ids: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Fifth of each unit by income, 0 poorest to 4 richest, ties by permanent id; losses rank lowest; (units,)."""
    income = np.asarray(income, dtype=float)
    p = _shares(income, weights)
    order = np.lexsort((ids, income))
    middle = np.cumsum(p[order]) - p[order] / 2
    found = np.empty(len(income), dtype=np.int64)
    found[order] = np.minimum((FIFTHS * middle).astype(np.int64), FIFTHS - 1)
    return found


def mobility(before: np.ndarray, after: np.ndarray) -> Mobility:
    """Moves of the same units between fifths of income, `before` and `after` (units,) as `fifths` gives them.

    matrix[i, j] = share of those first in fifth i that are later in j. Shorrocks index = (k - trace) / (k - 1), 0 where
    nobody moves, over the k fifths somebody started in. Shorrocks (1978), The measurement of mobility.
    """
    if before.shape != after.shape:
        raise ValueError(f"mobility: {len(before)} units before, {len(after)} after; follow the same units")
    moves = np.zeros((FIFTHS, FIFTHS))
    np.add.at(moves, (before, after), 1.0)
    starts = moves.sum(axis=1)
    matrix = np.divide(moves, starts[:, None], out=np.zeros_like(moves), where=starts[:, None] > 0)
    k = int((starts > 0).sum())
    stayed = float(np.trace(moves)) / len(before) if len(before) else float("nan")
    return Mobility(matrix, stayed, (k - float(np.trace(matrix))) / (k - 1) if k > 1 else float("nan"))


def _shares(values: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Weights as shares of one; refuses negative, missing and no weight."""
    if len(values) == 0:
        raise ValueError("incomes: there is nobody to compare")
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    if weights.shape != values.shape or not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() == 0:
        raise ValueError("weights: expected one a unit, none negative and not all 0")
    return weights / weights.sum()


def _incomes(values: np.ndarray, weights: np.ndarray | None, rounding: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Incomes and shares of people; refuses losses beyond the rounding of sums as large as `rounding`."""
    y = np.asarray(values, dtype=float)
    if not np.isfinite(y).all():
        raise ValueError(f"incomes: unit {int((~np.isfinite(y)).argmax())} has no finite income")
    if (y < -1e-12 * rounding).any():
        count = int((y < 0).sum())
        raise ValueError(f"incomes: {count} are negative; use consumption or assets, or count losses as nothing")
    return np.maximum(y, 0.0), _shares(y, weights)


def _rank(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Share of people below, half of those level with it included: the middle rank, the same for equal incomes."""
    _, level = np.unique(y, return_inverse=True)
    people = np.bincount(level, weights=p)
    return (np.cumsum(people) - people / 2)[level]


def _with_rank(y: np.ndarray, p: np.ndarray, rank: np.ndarray) -> float:
    """Twice the covariance of incomes with ranks, whose mean is one half; exactly 0 where all have the same."""
    if np.ptp(y) == 0:
        return 0.0
    return 2 * float(p @ (y * (rank - 0.5)))
