"""Differences between paired runs: mean, t intervals, and what the pairing has saved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.experiments.intervals import t_interval

CONFIDENCE = 0.95
FEWEST_ALIKE = 5  # pairs from which one and the same difference in all of them is no accident


@dataclass(frozen=True)
class Difference:
    """What a mechanism adds to one indicator: with - without, over pairs of runs that share all luck."""

    mean_with: float
    mean_without: float
    difference: float
    sd_difference: float
    low: float
    high: float
    simultaneous_low: float
    """Ends of the interval that holds for all indicators of a mechanism together (Bonferroni)."""
    simultaneous_high: float
    pairs: int
    variance_reduction: float
    """1 - variance of the difference / (sum of the two variances); not a number where nothing varies."""

    @property
    def effect(self) -> bool:
        """Whether the simultaneous interval leaves nothing (0) out; of few pairs that are all alike nothing is said."""
        if self.sd_difference == 0 and self.pairs < FEWEST_ALIKE:
            return False
        return self.simultaneous_low > 0 or self.simultaneous_high < 0


def compare(having: np.ndarray, lacking: np.ndarray, family: int, confidence: float = CONFIDENCE) -> Difference:
    """The mean difference of `having` - `lacking` (pairs,) with its intervals; at least two pairs.

    d +- t(1 - alpha/2, n - 1) s/sqrt(n), s the standard deviation of the differences; simultaneously over
    `family` indicators with alpha/family in the place of alpha (Bonferroni).
    """
    gaps = having - lacking
    alone, together = t_interval(gaps, confidence), t_interval(gaps, 1 - (1 - confidence) / family)
    spread, apart = float(gaps.std(ddof=1)), float(having.var(ddof=1) + lacking.var(ddof=1))
    return Difference(
        mean_with=float(having.mean()),
        mean_without=float(lacking.mean()),
        difference=alone.mean,
        sd_difference=spread,
        low=alone.low,
        high=alone.high,
        simultaneous_low=together.low,
        simultaneous_high=together.high,
        pairs=len(gaps),
        variance_reduction=1 - spread**2 / apart if apart > 0 else float("nan"),
    )
