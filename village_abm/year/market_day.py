"""Products whose price the region makes: growers elsewhere look ahead and plant, villages and region sell together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.economy import demand, market, region
from village_abm.series import LAST_YEAR
from village_abm.village import Village
from village_abm.year import ground
from village_abm.year.exogenous import Now
from village_abm.year.paying import information


@dataclass
class Trade:
    """A product that the region and the villages bring to one market."""

    crop: region.Crop
    region: region.Region
    since: int
    """Year in which the villages join the region."""
    anchor_years: np.ndarray
    anchors: np.ndarray
    """What makes a region's price the village's: the series over the mean price at the wages of `anchor_years` [1]."""

    def anchor(self, year: int) -> float:
        """The anchor of a year, between those of the years for which it was found [1]."""
        return float(np.interp(year, self.anchor_years, self.anchors))


def open_market(village: Village) -> None:
    """Let regions live before the villages, and tell these the prices; nothing where regions are switched off."""
    params, year = village.params, village.year
    trades: dict[int, Trade] = {}
    village.memory["trade"] = trades
    if not params.market.region_on:
        return
    for use in np.flatnonzero(_traded(village)).tolist():
        crop = region.crop_of(params.market, params.farm.production, village.uses, use)
        grown, anchor = _life_at(village, crop, year, year)
        trades[use] = Trade(crop, grown, year, np.array([year]), np.array([anchor]))
        _find_anchor(village, trades[use], params.scenario.end)
    for use, gate in _farm_gates(village).items():
        grown = trades[use].region
        village.memory["price"][use] = grown.price * gate
        village.memory["previous price"][use] = grown.previous * gate
        village.memory["usual price"][use] = grown.usual * gate
        village.households.price_belief[:, use] = grown.price * gate


def _traded(village: Village) -> np.ndarray:
    """Uses whose price growers elsewhere make and that somebody here could grow; (uses,) bool."""
    uses, params = village.uses, village.params
    named = {"fruit"} if "relocation" in params.scenario.packages else set()
    for name in params.scenario.schemes:
        named |= set(getattr(getattr(params.schemes[name], "contract", None), "plants", ()))
    wanted = uses.voluntary | np.array([name in named for name in uses.names])
    return uses.regional & wanted & ground.present(village) & (village.usual_prices(village.year) > 0)


def _life_at(village: Village, crop: region.Crop, since: int, year: int) -> tuple[region.Region, float]:
    """A region grown up before `since` under the wage and the price of one `year`, and its anchor."""
    params = village.params
    past = range(since - params.market.region.burn_in + 1, since + 1)
    noise = np.array([_noise(village, one, crop.use) for one in past])
    wage = _worth_of_work(village, params.series["farm_day_wage"].at(year) / params.series["cpi"].at(year))
    level = float(village.usual_prices(year)[crop.use])
    return region.grown_up(params.market, params.farm.choice, params.farm.production, crop, level, wage, noise)


def _find_anchor(village: Village, trade: Trade, year: int) -> None:
    """Find anchors up to a year: when the market opens up to the planned end, later only for years beyond it.

    The years lie in steps from the first, so that they are the same whenever the run ends.
    """
    while trade.anchor_years[-1] < year:
        stop = int(trade.anchor_years[-1]) + village.params.market.region.anchor_step
        _, anchor = _life_at(village, trade.crop, trade.since, min(stop, LAST_YEAR))
        trade.anchor_years = np.append(trade.anchor_years, stop)
        trade.anchors = np.append(trade.anchors, anchor)


def _worth_of_work(village: Village, day_wage: float) -> float:
    return day_wage * village.params.market.region.wage_share


def _noise(village: Village, year: int, use: int) -> float:
    return float(village.streams.normal("market.price", year, use))


def _farm_gates(village: Village) -> dict[int, float]:
    """What a kg of each product with a region brings in the villages over what it brings there [1]."""
    trades = village.memory["trade"]
    if not trades:
        return {}
    tilled = village.uses.is_kind("crop") | village.uses.is_kind("perennial")
    plots = np.bincount(village.patches.use, minlength=len(village.uses))
    shares = plots / max(int(plots[tilled].sum()), 1)
    rules = village.params.market
    return {
        use: trade.anchor(village.year) * demand.farm_gate_share(rules, float(shares[use]))
        for use, trade in trades.items()
    }


def look_ahead(village: Village, now: Now) -> tuple[np.ndarray, np.ndarray]:
    """Let regions expect, cut and plant; what the informed expect (uses,), and shares of the ways of expecting.

    Shares (uses, 4). Of products without a region the informed know the level of the series.
    """
    params, rules = village.params, information.told(village)
    informed = now.trend_prices.copy()
    shares = np.tile(market.base_shares(rules), (len(village.uses), 1))
    for trade in village.memory["trade"].values():
        _find_anchor(village, trade, now.year)
    wage, gates = _worth_of_work(village, now.day_wage), _farm_gates(village)
    for use, trade in village.memory["trade"].items():
        level = float(now.trend_prices[use])
        trade.region = region.planted(rules, params.farm.choice, trade.crop, trade.region, level, wage)
        informed[use] = trade.region.expected[market.INFORMED] * gates[use]
        shares[use] = trade.region.shares
    return informed, shares


def sell(village: Village, now: Now, use: np.ndarray, kg: np.ndarray) -> np.ndarray:
    """Prices that a kg harvested brings (uses,) [CNY/kg], once region and villages have sold; `use`, `kg` (plots,)."""
    params, count = village.params, len(village.names)
    prices = now.prices.copy()
    harvested = np.bincount(use, weights=kg, minlength=len(village.uses))
    wage, gates = _worth_of_work(village, now.day_wage), _farm_gates(village)
    for number, trade in village.memory["trade"].items():
        years = now.year - trade.since
        local, share = demand.local_supply(
            params.market, trade.crop.lifetime_yield, float(harvested[number]), count, years
        )
        grown = region.ripe(params.farm.production, trade.crop, trade.region) * (1 - share)
        trade.region = region.sold(
            params.market, trade.crop, trade.region, grown, local, float(now.trend_prices[number]), wage,
            _noise(village, now.year, number),
        )  # fmt: skip
        prices[number] = trade.region.price * gates[number]
    return prices
