"""Markets: the rules of prices, farm-gate prices of the series, and what households make of past prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.streams import Streams

NAIVE, ADAPTIVE, TREND, INFORMED = range(4)


@dataclass(frozen=True)
class RegionRules:
    """How the growers of the country and the demand for what they grow make a price."""

    wage_classes: int = needs("1", "classes of growers by the worth of their work")
    wage_spread: float = needs(
        "1", "spread of the worth of a day's work between growers, standard deviation of the log"
    )
    wage_share: float = needs("1", "worth of a grower's day against a hired day")
    suitable: float = needs(
        "1", "harvest of all land fit for the crop, over a life, against what sells at the usual price"
    )
    villages: float = needs("1", "villages of the region besides the one modelled")
    village_land: float = needs("ha", "land fit for the crop in a village of the region")
    growth: float = needs("1/yr", "growth of demand")
    elasticity: float = needs("1", "price elasticity of demand for what is sold fresh")
    highest_price: float = needs("1", "price that is never passed, against the usual one")
    market_size: float = needs("1", "harvest that finds a buyer fresh, against what sells at the usual price")
    cold_store: float = needs("1", "room in cold stores, against the harvest that finds a buyer fresh")
    cold_store_pull: float = needs("1", "growth of the elasticity of demand by full cold stores")
    processed: float = needs("1", "share of the harvest that can be processed")
    processed_pull: float = needs("1", "growth of the elasticity of demand where all is processed")
    margin: float = needs("1", "share of the price at the town market that intermediaries keep")
    usual_margin: float = needs("1", "share that they keep in the series of farm-gate prices")
    sameness: float = needs("1", "how sharply the price falls with the share of one crop in the land farmed")
    sameness_from: float = needs("1", "share of one crop in the land farmed from which it falls")
    step: float = needs("1", "share of the idle land fit for the crop that a grower who decides to plant plants")
    worthwhile: float = needs("CNY/ha/yr", "expected net return above which planting is considered", price="2020")
    discount: float = needs("1/yr", "discount rate of growers")
    foresee_from: int = needs("yr", "years ahead at which the informed begin to look at prices")
    foresee_to: int = needs("yr", "years ahead at which they stop")
    switching: float = needs("1", "how sharply growers turn to the way of expecting that erred least")
    memory: float = needs("1", "weight of the past in judging a way of expecting")
    worst_error: float = needs("1", "squared error of an expectation that counts at most, against the usual price")
    horizon: int = needs("yr", "years after which an expectation is judged")
    burn_in: int = needs("yr", "years the region lives before the village")
    anchor_step: int = needs("yr", "years between those for which its mean price is found")


@dataclass(frozen=True)
class Market:
    """Prices, of the series or of the region; households differ in how they look ahead."""

    region: RegionRules
    region_on: bool = needs(None, "whether prices of perennial products answer to what the region plants")
    informed: float = needs("1", "share of growers who can know what is planted: an information service raises it")
    price_noise: float = needs("1", "spread of yearly prices around their series, standard deviation of the log")
    naive: float = needs("1", "share of households that expect the last price")
    adaptive: float = needs("1", "share of households that adapt their expectation step by step")
    trend: float = needs("1", "share of households that expect the last change to go on")
    adaptive_weight: float = needs("1", "share of the error that the adaptive correct in a year")
    extrapolation: float = needs("1", "share of the last change that trend followers add")
    least_price: float = needs("1", "least price that trend followers expect, against the last one")
    reference_weight: float = needs("1", "weight of the last price in the price remembered as usual")
    grain_margin: float = needs("1", "what bought grain costs above the farm-gate price")


def base_shares(rules: Market) -> np.ndarray:
    """Shares of naive, adaptive, trend-following and informed growers before any has learnt; (4,), sum 1."""
    others = np.array([rules.naive, rules.adaptive, rules.trend])
    return np.append(others / others.sum() * (1 - rules.informed), rules.informed)


def farm_gate(rules: Market, series: np.ndarray, streams: Streams, year: int) -> np.ndarray:
    """Farm-gate price of each use's product: series x exp(noise), mean kept; (uses,), unit of `series`.

    The noise is keyed by (year, use), so a use added at the end leaves the other prices as they are.
    """
    luck = streams.normal("market.price", year, np.arange(len(series)))
    return series * np.exp(rules.price_noise * luck - rules.price_noise**2 / 2)


def way_of_expecting(shares: np.ndarray, streams: Streams, ids: np.ndarray) -> np.ndarray:
    """How each household looks ahead for each product: NAIVE, ADAPTIVE, TREND, or else INFORMED; (households, uses).

    `shares` (uses, 4) sum to 1 by use. A household's place among the others is drawn for good, so that it changes
    its way only when shares do.
    """
    place = streams.uniform("market.way_of_expecting", 0, ids)
    bounds = np.cumsum(shares[:, :INFORMED], axis=1)
    return (place[:, None, None] >= bounds).sum(axis=2)


def expected_price(
    rules: Market,
    way: np.ndarray,
    belief: np.ndarray,
    price: np.ndarray,
    previous: np.ndarray,
    informed: np.ndarray,
) -> np.ndarray:
    """Prices households expect after seeing `price` [CNY/kg]; (households, uses).

    naive: P; adaptive: E + .4 (P - E); trend: max(P + .5 (P - P_previous), .2 P); informed: `informed`, what
    published planted areas foretell, or the level of the series for products whose price they say nothing about.
    `way` and `belief` (households, uses), the other prices (uses,).
    """
    adapted = belief + rules.adaptive_weight * (price - belief)
    trending = np.maximum(price + rules.extrapolation * (price - previous), rules.least_price * price)
    ways = [way == NAIVE, way == ADAPTIVE, way == TREND]
    return np.select(ways, [np.broadcast_to(price, way.shape), adapted, np.broadcast_to(trending, way.shape)], informed)


def usual_price(rules: Market, usual: np.ndarray, price: np.ndarray) -> np.ndarray:
    """The price remembered as usual after this year's, against which a rise or fall is felt; (uses,)."""
    return (1 - rules.reference_weight) * usual + rules.reference_weight * price
