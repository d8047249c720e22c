"""Intervals for the mean of paired differences: Student's t, the BCa bootstrap when skewed, and how many pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from village_abm.streams import hashed

RESAMPLES = 9_999
SKEWED = 1.0  # sample skewness from which t no longer serves
DOMINANT = 0.5  # share of the squared deviations from which one pair alone makes the interval
FEWEST_FOR_BOOTSTRAP = 10  # below, a bootstrap interval is too short to trust
ROUNDING = 1e-12  # of the largest value: what lies nearer is equal
_BATCH = 1_000


@dataclass(frozen=True)
class Interval:
    """A mean and its confidence interval, how it was made and why so."""

    mean: float
    low: float
    high: float
    confidence: float
    method: str  # t | BCa | max-t | Bonferroni | exact | none
    reason: str = ""

    @property
    def half_width(self) -> float:
        """Half the distance between the two ends."""
        return (self.high - self.low) / 2

    def covers(self, value: float) -> bool:
        """Whether the value lies inside, ends included."""
        return self.low <= value <= self.high


def generator(purpose: str, seed: int) -> np.random.Generator:
    """Luck for one statistical purpose, keyed by its name and the seed."""
    return np.random.default_rng(int(hashed(purpose, seed)))


def numbers(values: np.ndarray, what: str, dimensions: int = 1) -> np.ndarray:
    """Values as floats; refuses what is empty, misshapen or not finite, naming the first bad pair."""
    array = np.asarray(values, dtype=float)
    if array.ndim != dimensions or array.size == 0:
        raise ValueError(f"{what}: expected {dimensions} dimension(s) and at least one pair, got shape {array.shape}")
    bad = ~np.isfinite(array).reshape(len(array), -1).all(axis=1)
    if bad.any():
        raise ValueError(
            f"{what}: pair {int(bad.argmax())} is not a finite number; leave out both runs of a failed pair"
        )
    return array


def tolerance(*levels: np.ndarray) -> float:
    """Differences up to this size are rounding: 1e-12 of the largest level."""
    return ROUNDING * max(float(np.abs(level).max(initial=0.0)) for level in levels)


def skewness(values: np.ndarray) -> float:
    """Sample skewness, mean((x - mean)^3) / sd^3; 0 without spread."""
    centred = values - values.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return float((centred**3).mean()) / spread**3 if spread > 0 and spread**3 > 0 else 0.0


def quantile_of_t(pairs: int, confidence: float) -> float:
    """Two-sided critical value of Student's t with pairs - 1 degrees of freedom."""
    return float(stats.t.ppf((1 + confidence) / 2, pairs - 1))


def t_interval(values: np.ndarray, confidence: float = 0.95) -> Interval:
    """mean +- t s / sqrt(n); unbounded for one pair, which shows no spread."""
    mean, count = float(values.mean()), len(values)
    if count < 2:
        return Interval(mean, -math.inf, math.inf, confidence, "none", "one pair shows no spread")
    half = quantile_of_t(count, confidence) * float(values.std(ddof=1)) / math.sqrt(count)
    return Interval(mean, mean - half, mean + half, confidence, "t")


def mean_interval(values: np.ndarray, confidence: float = 0.95, seed: int = 0, close: float | None = None) -> Interval:
    """Interval for the mean of (pairs,) values: t, or BCa when |skewness| > 1; the order of pairs plays no part.

    Differences no farther apart than `close` are equal and the interval shrinks to their mean. BCa (Efron
    1987, Better bootstrap confidence intervals) gives way to t, with the reason said, when pairs are few, when one
    pair makes the skew alone, or when the bootstrap is degenerate.
    """
    values = np.sort(numbers(values, "paired differences"))
    plain = t_interval(values, confidence)
    if len(values) > 1 and np.ptp(values) <= (tolerance(values) if close is None else close):
        return Interval(plain.mean, plain.mean, plain.mean, confidence, "exact", "all differences are equal")
    if len(values) < 2 or abs(skewness(values)) <= SKEWED:
        return plain
    if len(values) < FEWEST_FOR_BOOTSTRAP:
        return _instead(plain, f"skewed, but fewer than {FEWEST_FOR_BOOTSTRAP} pairs are too few for a bootstrap")
    squares = (values - plain.mean) ** 2
    if squares.max() > DOMINANT * squares.sum():
        # Resamples without that pair would show the spread of the others alone: far too sure of itself.
        return _instead(plain, "skewed by a single pair, which no bootstrap can judge")
    luck = generator("paired.bca", seed)
    # Rescaled, so that the bootstrap meets neither tiny nor huge numbers.
    scale = float(np.abs(values).max())
    found = stats.bootstrap(
        (values / scale,), np.mean, n_resamples=RESAMPLES, batch=_BATCH, confidence_level=confidence, rng=luck
    ).confidence_interval
    low, high = scale * float(found.low), scale * float(found.high)
    if not low <= plain.mean <= high:  # not a number, or without the mean
        return _instead(plain, "skewed, but the BCa bootstrap is degenerate")
    return Interval(plain.mean, low, high, confidence, "BCa", f"skewness {skewness(values):.1f}")


def _instead(plain: Interval, reason: str) -> Interval:
    return Interval(plain.mean, plain.low, plain.high, plain.confidence, "t", reason)


def pairs_for(sd: float, half_width: float, confidence: float = 0.95) -> int | None:
    """Fewest pairs n with t(n - 1) sd / sqrt(n) <= half_width; None where no number would do."""
    if not half_width > 0 or not math.isfinite(sd):
        return None
    ratio = sd / half_width
    if ratio > 1e6:
        return None
    count = max(2, math.ceil((float(stats.norm.ppf((1 + confidence) / 2)) * ratio) ** 2))
    while quantile_of_t(count, confidence) * ratio > math.sqrt(count):
        count += 1
    return count
