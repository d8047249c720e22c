"""Markets: the farm-gate price of the year, and what households make of past prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.streams import Streams

NAIVE, ADAPTIVE, TREND, INFORMED = range(4)


@dataclass(frozen=True)
class Market:
    """Prices come from outside; households differ in how they look ahead."""

    price_noise: float = needs("1", "spread of yearly prices around their series, standard deviation of the log")
    naive: float = needs("1", "share of households that expect the last price")
    adaptive: float = needs("1", "share of households that adapt their expectation step by step")
    trend: float = needs("1", "share of households that expect the last change to go on")
    adaptive_weight: float = needs("1", "share of the error that the adaptive correct in a year")
    extrapolation: float = needs("1", "share of the last change that trend followers add")
    least_price: float = needs("1", "least price that trend followers expect, against the last one")
    reference_weight: float = needs("1", "weight of the last price in the price remembered as usual")
    grain_margin: float = needs("1", "what bought grain costs above the farm-gate price")


def farm_gate(rules: Market, series: np.ndarray, streams: Streams, year: int) -> np.ndarray:
    """Farm-gate price of each use's product: series x exp(noise), mean kept; (uses,), unit of `series`.

    The noise is keyed by (year, use), so a use added at the end leaves the other prices as they are.
    """
    luck = streams.normal("market.price", year, np.arange(len(series)))
    return series * np.exp(rules.price_noise * luck - rules.price_noise**2 / 2)


def way_of_expecting(rules: Market, streams: Streams, ids: np.ndarray) -> np.ndarray:
    """How each household looks ahead, for good: NAIVE, ADAPTIVE, TREND, or else INFORMED; (households,)."""
    bounds = np.cumsum([rules.naive, rules.adaptive, rules.trend])
    return np.searchsorted(bounds, streams.uniform("market.way_of_expecting", 0, ids), side="right")


def expected_price(
    rules: Market,
    way: np.ndarray,
    belief: np.ndarray,
    price: np.ndarray,
    previous: np.ndarray,
    informed: np.ndarray,
) -> np.ndarray:
    """Prices households expect after seeing `price` [CNY/kg]; (households, uses).

    naive: P; adaptive: E + .4 (P - E); trend: max(P + .5 (P - P_previous), .2 P); informed: the level of the
    outside series, free of the year's noise, as published planted areas say nothing about outside prices.
    `belief` (households, uses), the other prices (uses,).
    """
    adapted = belief + rules.adaptive_weight * (price - belief)
    trending = np.maximum(price + rules.extrapolation * (price - previous), rules.least_price * price)
    ways = [way == NAIVE, way == ADAPTIVE, way == TREND]
    return np.select([which[:, None] for which in ways], [price, adapted, trending], informed)


def usual_price(rules: Market, usual: np.ndarray, price: np.ndarray) -> np.ndarray:
    """The price remembered as usual after this year's, against which a rise or fall is felt; (uses,)."""
    return (1 - rules.reference_weight) * usual + rules.reference_weight * price
