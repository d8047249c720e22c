"""Several schemes at once: simultaneous intervals, the best, the Pareto front, and ratios of means that stay honest."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from village_abm.accounting.scheme_measures import FREE, HARM
from village_abm.experiments.intervals import (
    RESAMPLES,
    Interval,
    generator,
    mean_interval,
    numbers,
    quantile_of_t,
    tolerance,
)
from village_abm.experiments.paired import CONFIDENCE, Comparison, Question, compare, judge, two_one_sided

FEW = 20  # pairs below which the bootstrap gives way to Bonferroni
UNSETTLED = "not defined: the effect is not settled"
UNSETTLED_COST = "not defined: the cost is not settled"
_BATCH = 1_000
_SPREADLESS = 1e-6  # of standardised differences: what rounding leaves of a resample without spread


@dataclass(frozen=True)
class Ratio:
    """A ratio of means with its interval, or the words that say why there is none (all three not a number then)."""

    value: float
    low: float
    high: float
    method: str
    words: str = ""

    @property
    def defined(self) -> bool:
        """Whether there is a ratio to show."""
        return not self.words


def compare_schemes(
    with_scheme: np.ndarray,
    without: np.ndarray,
    question: Question,
    confidence: float = CONFIDENCE,
    seed: int = 0,
    among: int | None = None,
) -> list[Comparison]:
    """One outcome of several schemes, (pairs, schemes), against their twins, judged together.

    The twin is one for all, (pairs,), or each has its own, (pairs, schemes): a rival, say.
    Each comparison carries its simultaneous interval, and its verdict follows from that one. Where these schemes are
    some of those `among` which all intervals shall hold, they get their part of the error (Bonferroni).
    """
    a, b = numbers(with_scheme, question.name, 2), numbers(without, question.name, 1 if np.ndim(without) == 1 else 2)
    if len(a) != len(b) or (b.ndim == 2 and b.shape != a.shape):
        raise ValueError(f"{question.name}: {len(a)} runs a scheme but {len(b)} twins; every run needs its twin")
    b = np.broadcast_to(b[:, None] if b.ndim == 1 else b, a.shape)
    schemes, close = a.shape[1], tolerance(a, b)
    difference = np.where(np.abs(a - b) <= close, 0.0, a - b)
    everyone = schemes if among is None else among
    outer, inner = (
        [
            replace(one, confidence=level)
            for one in simultaneous_intervals(difference, _part(level, schemes, everyone), seed, close)
        ]
        for level in (confidence, two_one_sided(confidence))
    )
    alone = [compare(a[:, k], b[:, k], question, confidence, seed) for k in range(schemes)]
    return [
        replace(one, interval=wide, judgement=judge(question, wide, narrow, one.sd, one.pairs, everyone))
        for one, wide, narrow in zip(alone, outer, inner, strict=True)
    ]


def _part(confidence: float, schemes: int, among: int) -> float:
    """Confidence that is left to some schemes of many: 1 - (1 - confidence) schemes / among."""
    return confidence if schemes == among else 1 - (1 - confidence) * schemes / among


def simultaneous_intervals(
    differences: np.ndarray, confidence: float = CONFIDENCE, seed: int = 0, close: float | None = None
) -> list[Interval]:
    """Intervals for the mean differences of (pairs, schemes) that hold all together; one a scheme.

    mean_k +- c s_k / sqrt(n), c the quantile over resampled pairs of max_k |mean*_k - mean_k| / (s*_k / sqrt(n)); all
    schemes of a pair are drawn together, so what they share is used. Romano and Wolf (2005), Exact and approximate
    stepdown methods for multiple hypothesis testing. Below 20 pairs, and where resamples lose their spread, c is
    Student's t at confidence 1 - (1 - confidence) / schemes (Bonferroni). A scheme without spread has an exact mean.
    """
    d = _in_order(numbers(differences, "paired differences", 2))
    close = tolerance(d) if close is None else close
    pairs, schemes = d.shape
    means = d.mean(axis=0)
    if pairs < 2:
        return [Interval(float(m), -math.inf, math.inf, confidence, "none", "one pair shows no spread") for m in means]
    varies = np.ptp(d, axis=0) > close
    half = d.std(axis=0, ddof=1) / math.sqrt(pairs)
    critical, method, reason = _critical(d[:, varies], confidence, seed, schemes)
    return [
        Interval(float(m), float(m - critical * h), float(m + critical * h), confidence, method, reason)
        if spread
        else Interval(float(m), float(m), float(m), confidence, "exact", "all differences are equal")
        for m, h, spread in zip(means, half, varies, strict=True)
    ]


def _critical(d: np.ndarray, confidence: float, seed: int, schemes: int) -> tuple[float, str, str]:
    """Critical value for all schemes that vary, how it was found and why so."""
    pairs = len(d)
    shared = quantile_of_t(pairs, 1 - (1 - confidence) / schemes)
    if pairs < FEW or d.shape[1] == 0:
        return shared, "Bonferroni", f"fewer than {FEW} pairs"
    z = (d - d.mean(axis=0)) / d.std(axis=0, ddof=1)
    largest = []
    for counts in _resamples(pairs, "simultaneous.max_t", seed):
        mean = counts @ z / pairs
        spread = np.sqrt(np.maximum(counts @ z**2 / pairs - mean**2, 0.0) / (pairs - 1))
        with np.errstate(divide="ignore", invalid="ignore"):
            largest.append(np.where(spread > _SPREADLESS, np.abs(mean) / spread, np.inf).max(axis=1))
    critical = float(np.quantile(np.concatenate(largest), confidence, method="higher"))
    if not math.isfinite(critical):
        return shared, "Bonferroni", "too many resamples without spread"
    return critical, "max-t", ""


def p_values(differences: np.ndarray) -> np.ndarray:
    """Two-sided p of paired t tests of (pairs, schemes); shape (schemes,).

    Without spread the sign-flip test is exact: 1 where nothing differs, else 2 / 2^pairs.
    """
    d = numbers(differences, "paired differences", 2)
    pairs = len(d)
    varies = np.ptp(d, axis=0) > tolerance(d)
    p = np.where(np.abs(d).max(axis=0) > tolerance(d), 2.0 ** (1 - pairs), 1.0)
    if pairs > 1 and varies.any():
        p[varies] = stats.ttest_1samp(d[:, varies], 0.0).pvalue
    return p


def holm(p: np.ndarray) -> np.ndarray:
    """Holm-adjusted p: the i-th smallest of m is max over j <= i of (m - j + 1) p_(j), at most 1; shape of `p`.

    Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    order = np.argsort(p, kind="stable")
    steps = (len(p) - np.arange(len(p))) * np.asarray(p, dtype=float)[order]
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def chance_best(values: np.ndarray, more_is_better: bool = True, seed: int = 0) -> np.ndarray:
    """How often each scheme has the best mean over resampled pairs, (pairs, schemes); ties are shared; sums to 1."""
    v = _in_order((1 if more_is_better else -1) * numbers(values, "outcomes of schemes", 2))
    close, total = tolerance(v), np.zeros(v.shape[1])
    for counts in _resamples(len(v), "simultaneous.best", seed):
        means = counts @ v / len(v)
        best = means >= means.max(axis=1, keepdims=True) - close
        total += (best / best.sum(axis=1, keepdims=True)).sum(axis=0)
    return total / RESAMPLES


def pareto_front(costs: np.ndarray, benefits: np.ndarray) -> np.ndarray:
    """Which schemes no other beats: as cheap and as good in all, and better in one; (schemes,) booleans.

    costs (schemes,), less is better; benefits (schemes,) or (schemes, outcomes), more is better.
    """
    goods = _goods(numbers(costs, "costs")[:, None], np.asarray(benefits, dtype=float).reshape(len(costs), -1))
    return _unbeaten(goods, _closeness(goods))


def front_frequency(costs: np.ndarray, benefits: np.ndarray, seed: int = 0) -> np.ndarray:
    """How often each scheme lies on the Pareto front of means over resampled pairs; (schemes,).

    costs (pairs, schemes); benefits (pairs, schemes) or (pairs, schemes, outcomes).
    """
    c = numbers(costs, "costs of schemes", 2)
    b = np.asarray(benefits, dtype=float).reshape(*c.shape, -1)
    pairs, schemes = c.shape
    goods = _in_order(_goods(c[..., None], b).reshape(pairs, -1))
    close = _closeness(goods.reshape(pairs, schemes, -1))
    total = np.zeros(schemes)
    for counts in _resamples(pairs, "simultaneous.front", seed):
        means = (counts @ goods / pairs).reshape(len(counts), schemes, -1)
        total += _unbeaten(means, close).sum(axis=0)
    return total / RESAMPLES


def ratio_of_means(cost: np.ndarray, effect: np.ndarray, confidence: float = CONFIDENCE, seed: int = 0) -> Ratio:
    """Mean cost over mean effect, both (pairs,) differences to the twin; never divides by what is not settled.

    No ratio where the scheme costs nothing, where the effect's interval covers zero or lies below it, or where the
    cost's covers zero. The interval is a BCa bootstrap over pairs; for few pairs and where a resampled ratio
    loses its sign it is Fieller's (1954, Some problems in interval estimation), bounded if the effect is settled by t.
    """
    pairs = np.stack([numbers(cost, "cost"), numbers(effect, "effect")], axis=1)
    pairs = _in_order(pairs)
    cost, effect = pairs[:, 0], pairs[:, 1]
    mean_cost, mean_effect = float(cost.mean()), float(effect.mean())
    money, gain = mean_interval(cost, confidence, seed), mean_interval(effect, confidence, seed)
    if mean_cost <= 0:
        return _no(FREE)
    if gain.covers(0.0):
        return _no(UNSETTLED)
    if mean_effect < 0:
        return _no(HARM)
    if money.covers(0.0):
        return _no(UNSETTLED_COST)
    value = mean_cost / mean_effect
    if money.method == gain.method == "exact":
        return Ratio(value, value, value, "exact")
    found = _bootstrapped(cost, effect, value, confidence, seed) or _fieller(cost, effect, confidence)
    return Ratio(value, *found) if found else _no(UNSETTLED)


def _no(words: str) -> Ratio:
    return Ratio(math.nan, math.nan, math.nan, "none", words)


def _bootstrapped(
    cost: np.ndarray, effect: np.ndarray, value: float, confidence: float, seed: int
) -> tuple[float, float, str] | None:
    """BCa interval of the ratio; None where a resampled ratio loses its sign or the interval is degenerate."""
    if len(cost) < FEW:
        return None
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.DegenerateDataWarning)  # met by Fieller's interval
        found = stats.bootstrap(
            (cost, effect),
            lambda x, y, axis: x.mean(axis=axis) / y.mean(axis=axis),
            paired=True,
            vectorized=True,
            n_resamples=RESAMPLES,
            batch=_BATCH,
            confidence_level=confidence,
            rng=generator("ratio.bca", seed),
        )
    low, high = float(found.confidence_interval.low), float(found.confidence_interval.high)
    if not (found.bootstrap_distribution > 0).all() or not low <= value <= high:
        return None
    return low, high, "BCa"


def _fieller(cost: np.ndarray, effect: np.ndarray, confidence: float) -> tuple[float, float, str] | None:
    """Fieller's interval: all r with |mean(cost - r effect)| <= t se(cost - r effect); None where it has no bounds.

    The roots of r^2 (y^2 - t^2 v_yy) - 2 r (x y - t^2 v_xy) + (x^2 - t^2 v_xx) = 0, v the covariances of the means.
    """
    t2 = quantile_of_t(len(cost), confidence) ** 2
    (v_xx, v_xy), (_, v_yy) = np.cov(cost, effect) / len(cost)
    x, y = float(cost.mean()), float(effect.mean())
    a, b, c = y**2 - t2 * v_yy, x * y - t2 * v_xy, x**2 - t2 * v_xx
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return float((b - root) / a), float((b + root) / a), "Fieller"


def _in_order(rows: np.ndarray) -> np.ndarray:
    """Pairs sorted by their values, so that the order in which they came plays no part."""
    return rows[np.lexsort(rows.T[::-1])]


def _resamples(pairs: int, purpose: str, seed: int) -> Iterator[np.ndarray]:
    """How often each pair is drawn, (batch, pairs) at a time, 9999 resamples in all."""
    luck = generator(purpose, seed)
    even = np.full(pairs, 1 / pairs)
    for start in range(0, RESAMPLES, _BATCH):
        yield luck.multinomial(pairs, even, size=min(_BATCH, RESAMPLES - start)).astype(float)


def _goods(costs: np.ndarray, benefits: np.ndarray) -> np.ndarray:
    """All that is judged, more is better: (..., schemes, 1 + outcomes)."""
    return np.concatenate([-costs, benefits], axis=-1)


def _closeness(goods: np.ndarray) -> np.ndarray:
    """What counts as rounding in each good; shape (goods,)."""
    return np.array([tolerance(goods[..., k]) for k in range(goods.shape[-1])])


def _unbeaten(goods: np.ndarray, close: np.ndarray) -> np.ndarray:
    """Whether no other scheme is at least as good in all and better in one; (..., schemes)."""
    ahead = goods[..., :, None, :] - goods[..., None, :, :]  # of the first over the second
    beats = (ahead >= -close).all(axis=-1) & (ahead > close).any(axis=-1)
    return ~beats.any(axis=-2)
