"""Demand for what a region grows: the price it brings, what finds no buyer, what is not worth picking."""

from __future__ import annotations

import numpy as np

from village_abm.economy.market import Market


def elasticity(market: Market) -> float:
    """Price elasticity of demand, eps (1 + .3 c)(1 + .6 v), c cold store and v share processed [1]."""
    rules = market.region
    stored = 1 + rules.cold_store_pull * rules.cold_store
    return rules.elasticity * stored * (1 + rules.processed_pull * rules.processed)


def cleared(
    market: Market, quantity: np.ndarray | float, level: float, luck: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Price of a kg sold [CNY/kg] and the share of what is offered that perishes unsold [1]; shape of `quantity`.

    P = min(P0 q^(1/eps) luck, 3 P0), unsold = max(0, 1 - K (1 + c)/q), q the quantity over its reference. The
    price answers to what is offered: if only to what is sold, a glut would raise it.
    """
    brought = np.maximum(quantity, 1e-9)
    price = np.minimum(level * brought ** (1 / elasticity(market)) * luck, market.region.highest_price * level)
    return price, np.maximum(0.0, 1 - _room(market) / brought)


def _room(market: Market) -> float:
    return market.region.market_size * (1 + market.region.cold_store)


def offered(market: Market, grown: np.ndarray, picking: np.ndarray, local: float, level: float, luck: float) -> float:
    """Quantity picked and brought to market over its reference [1].

    `grown` (growers,) is ripe with those whose `picking` (growers,), in rising order, costs so much [CNY/kg]. A
    grower picks as long as a kg harvested brings that: who works for less picks first, the last to pick take just
    their cost, and what is left stays on the tree. `local` is picked whatever it brings.
    """
    cost = np.maximum(picking / (level * luck), 1e-9)
    eps, room = elasticity(market), _room(market)
    # The quantity at which a kg harvested brings the cost: P above the room of the market, P room/q beyond it.
    wanted = np.where(cost > room ** (1 / eps), cost**eps, (cost / room) ** (eps / (1 - eps)))
    return max(local, float(np.minimum(local + np.cumsum(grown), wanted).max()))


def local_supply(market: Market, lifetime_yield: float, kg: float, villages: int, years: int) -> tuple[float, float]:
    """What the villages modelled harvest over the reference quantity, and the share of the region that they are.

    The reference is that of all villages, each with `village_land` fit for the crop, yielding
    `lifetime_yield` [kg/ha/yr] there, after `years` of growth.
    """
    rules = market.region
    all_villages = rules.villages + villages
    reference = all_villages * rules.village_land * lifetime_yield / rules.suitable
    return kg / (reference * (1 + rules.growth) ** years), villages / all_villages


def farm_gate_share(market: Market, land_share: float) -> float:
    """Price at the farm gate over that of the series, by margin and sameness of what is grown [1].

    (1 - margin)/(1 - usual margin) exp(-.3 max(share - .3, 0)), share that of the crop in the land farmed.
    """
    rules = market.region
    same = np.exp(-rules.sameness * max(land_share - rules.sameness_from, 0.0))
    return float((1 - rules.margin) / (1 - rules.usual_margin) * same)
