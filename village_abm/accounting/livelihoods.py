"""Livelihoods: how a household earns its living, of what type it is, how many legs it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from village_abm.params import ParameterError, needs

TYPES = ("pure_farming", "farm_first", "off_farm_first", "non_farm", "left_behind")
LEFT_BEHIND = TYPES.index("left_behind")


@dataclass(frozen=True)
class Livelihoods:
    """Where one type of household ends and the next begins."""

    farm_shares: tuple[float, ...] = needs(
        "1", "share of earned income from the farm below which a household is non-farm, off-farm first, farm first"
    )

    def __post_init__(self) -> None:
        if len(self.farm_shares) != 3 or list(self.farm_shares) != sorted(set(self.farm_shares)):
            raise ParameterError(f"farm_shares = {list(self.farm_shares)}. Write three rising shares.")


def shares(sources: np.ndarray) -> np.ndarray:
    """Shares of the sources in what a household took in, losses counted as nothing; (households, sources).

    Rows of a household that took in nothing are 0.
    """
    gains = np.maximum(np.asarray(sources, dtype=float), 0.0)
    whole = gains.sum(axis=1, keepdims=True)
    return np.divide(gains, whole, out=np.zeros_like(gains), where=whole > 0)


def simpson(share: np.ndarray) -> np.ndarray:
    """Simpson's diversity, 1 - sum p^2; not a number where there is no income; (households,).

    0 with one source, 1 - 1/S with S equal ones. Simpson (1949), Measurement of diversity.
    """
    return np.where(share.any(axis=1), 1 - (share**2).sum(axis=1), np.nan)


def effective_number(share: np.ndarray) -> np.ndarray:
    """Number of equal sources as diverse as these, exp(-sum p ln p); not a number where there is no income.

    The exponential of Shannon's entropy, Hill's number of order one. Hill (1973), Diversity and evenness.
    """
    return np.where(share.any(axis=1), np.exp(entr(share).sum(axis=1)), np.nan)


def farm_share(farm: np.ndarray, off_farm: np.ndarray, farm_days: np.ndarray, off_days: np.ndarray) -> np.ndarray:
    """Share of earned income that comes from the farm, losses counted as nothing; (households,) [1].

    Of days worked where nothing was earned, and 0 where nobody worked either.
    """
    income, days = shares(np.column_stack([farm, off_farm])), shares(np.column_stack([farm_days, off_days]))
    return np.where(income.any(axis=1), income[:, 0], days[:, 0])


def types(rules: Livelihoods, share: np.ndarray, left_behind: np.ndarray) -> np.ndarray:
    """Type of each household, index into TYPES, by its farm share; who is left behind is that first; (households,)."""
    steps = np.searchsorted(rules.farm_shares, share, side="right")
    return np.where(left_behind, LEFT_BEHIND, len(rules.farm_shares) - steps)


def composition(kinds: np.ndarray, count: int = len(TYPES), weights: np.ndarray | None = None) -> np.ndarray:
    """Share of the households (or of `weights`) of each type; not numbers where there is nobody; (count,)."""
    held = np.bincount(kinds, weights=weights, minlength=count).astype(float)
    whole = held.sum()
    return held / whole if whole > 0 else np.full(count, np.nan)


def moves(before: np.ndarray, after: np.ndarray, count: int = len(TYPES)) -> np.ndarray:
    """Households by their type before (rows) and after (columns); shape (count, count)."""
    return np.bincount(before.astype(np.int64) * count + after, minlength=count**2).reshape(count, count)


def mean_over(values: np.ndarray, weights: np.ndarray) -> float:
    """Weighted mean of what is known; not a number where nothing is."""
    known = np.isfinite(values)
    whole = float(weights[known].sum())
    return float(values[known] @ weights[known]) / whole if whole > 0 else float("nan")
