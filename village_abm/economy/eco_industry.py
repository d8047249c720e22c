"""How ecological an industry is: the eight attributes of ecological against traditional industry, each 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.economy.cooperatives import Score

ATTRIBUTES = (
    "objective", "paradigm", "function", "social", "environment", "efficiency", "sustainability", "trend",
)  # fmt: skip


@dataclass(frozen=True)
class Industries:
    """What is known of each industry, a use whose product is sold; all (industries,)."""

    green: np.ndarray
    """Good it does nature in the eyes of those who care, 0 to 1 [1]."""
    delivered: np.ndarray
    """Share of the harvest that goes to cooperatives [1]."""
    processed: np.ndarray
    """Share of the harvest that is processed [1]."""
    days: np.ndarray
    """Work, picking included [day/ha/yr]."""
    cover_factor: np.ndarray
    """Erosion cover factor when grown [1]."""
    value: np.ndarray
    """Value added, processing included [CNY/ha/yr]."""
    swing: np.ndarray
    """Distance of the price from the usual one, share of that [1]."""
    paid: np.ndarray
    """Share of its land for which a scheme pays [1]."""
    lag: np.ndarray
    """Years from planting to the first harvest [yr]."""


def _against(mine: np.ndarray, reference: float) -> np.ndarray:
    """a/(a + b) of two amounts, .5 where they are alike; nothing for a negative one."""
    gain, other = np.maximum(mine, 0.0), max(reference, 0.0)
    return np.divide(gain, gain + other, out=np.zeros(len(gain)), where=gain + other > 0)


def scores(known: Industries, reference: int) -> np.ndarray:
    """Score of each industry by attribute; (industries, 8) in 0 to 1. `reference` is the place of maize.

    objective: green. paradigm: mean of the shares delivered and processed, a chain against a single sale.
    function: share of production (always), work (days >= maize), soil (C <= half of maize), region (delivered > 0).
    social: days/(days + days of maize). environment: 1 - C/C of maize. efficiency: value/(value + value of maize).
    sustainability: (1 - swing)(1 - share of land paid for). trend: 1/(1 + years to the first harvest).
    """
    soil = np.clip(1 - known.cover_factor / known.cover_factor[reference], 0.0, 1.0)
    served = 1 + (known.days >= known.days[reference]) + (soil >= 0.5) + (known.delivered > 0)
    columns = (
        known.green,
        (known.delivered + known.processed) / 2,
        served / 4,
        _against(known.days, float(known.days[reference])),
        soil,
        _against(known.value, float(known.value[reference])),
        (1 - np.clip(known.swing, 0.0, 1.0)) * (1 - known.paid),
        1 / (1 + known.lag),
    )
    return np.clip(np.column_stack(columns), 0.0, 1.0)


def total(weights: Score, scored: np.ndarray) -> np.ndarray:
    """Weighted mean of the eight attributes; (industries,) from (industries, 8)."""
    weight = np.array([getattr(weights, name) for name in ATTRIBUTES])
    return scored @ weight / max(float(weight.sum()), 1e-300)
