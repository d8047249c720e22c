"""Herds: what a head of cattle or a doe brings, how many are kept, what their dung does for fields and stove."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.economy.enterprises import UseArrays
from village_abm.order import taken_before
from village_abm.params import needs


@dataclass(frozen=True)
class Stock:
    """One kind of breeding stock: what a head takes and gives in a year."""

    on: bool = needs(None, "whether households keep it")
    born: float = needs("1/yr", "young of a head in a year, with its food and work")
    died: float = needs("1/yr", "share of the heads that die in a year")
    life: float = needs("yr", "years after which a head is worn out and sold at the price of the young")
    price: float = needs("CNY/head", "price of a head of breeding stock in 2020", price="2020")
    resale: float = needs("1", "part of that price that a sale brings")
    feed: float = needs("CNY/head/yr", "bought feed and vet of a stalled head in 2020", price="2020")
    days: float = needs("day/head/yr", "days of work for a stalled head")
    seasons: tuple[float, float, float, float] = needs("1", "shares of that work in spring, summer, autumn and winter")
    margin: float = needs("CNY/head/yr", "expected net return above which a head is bought", price="2020")
    dung: float = needs("1", "dung of a stalled head against that of a head of cattle")


@dataclass(frozen=True)
class Cattle(Stock):
    """Cattle in the stall, fed with the grass of their household."""

    grass: float = needs("kg/head/yr", "fresh grass eaten")
    gathered: float = needs(
        "kg/household/yr", "straw and grass of field edges that a household gathers, as fresh grass"
    )


@dataclass(frozen=True)
class Loop:
    """What the dung of stalled stock gives back."""

    on: bool = needs(None, "whether dung feeds fields and stoves")
    land: float = needs("ha/head", "cropland that the dung of a head of cattle supplies in full")
    input_saving: float = needs("1", "share of the bought inputs of crops that a full supply saves")
    yield_gain: float = needs("1", "gain in the yield of crops and orchards by a full supply")
    digester_stock: float = needs("head", "dung that feeds a digester, in heads of cattle")
    digester_cost: float = needs("CNY", "price of a digester in 2020", price="2020")


@dataclass(frozen=True)
class Husbandry:
    """Herds and the loop of forage, dung, fields and stove."""

    cattle: Cattle
    goats: Stock
    loop: Loop


@dataclass(frozen=True)
class Prices:
    """Farm-gate prices of a year [CNY/head]: of young or worn-out animals, and of breeding stock."""

    young: float
    breeding: float


def prices(stock: Stock, young: float, young_2020: float) -> Prices:
    """Breeding stock costs what it cost in 2020 x the course of the price of the young since."""
    return Prices(young, stock.price * young / young_2020)


@dataclass(frozen=True)
class Worth:
    """Expected net return of a stalled head [CNY/head/yr], to be bought and already there; (households,)."""

    buying: np.ndarray
    keeping: np.ndarray


def worth(
    stock: Stock, price: Prices, input_ratio: float, manure_worth: np.ndarray, discount: np.ndarray, wage: np.ndarray
) -> Worth:
    """Net return of a stalled head by running costs, and less its annualised price P; all (households,).

    Keeping: (born - died) p + dung x manure worth - feed x input ratio - days x shadow wage; buying: less
    P (1 - resale (1+d)^-life) / annuity, annuity = sum (1+d)^-t over t = 1..life.
    """
    running = (stock.born - stock.died) * price.young - stock.feed * input_ratio
    keeping = running + stock.dung * manure_worth - stock.days * wage
    annuity = (1 - (1 + discount) ** -stock.life) / discount
    return Worth(keeping - price.breeding * (1 - stock.resale * (1 + discount) ** -stock.life) / annuity, keeping)


def manure_worth(loop: Loop, inputs: np.ndarray, harvest: np.ndarray, farmed: np.ndarray) -> np.ndarray:
    """What the manure of a head of cattle brings on the fields; (households,) [CNY/head/yr].

    (saving x inputs bought + gain x worth of the harvest) [CNY/yr] x min(1, land of a head / land farmed).
    """
    share = np.divide(loop.land, farmed, out=(farmed > 0).astype(float), where=farmed > loop.land)
    return (loop.input_saving * inputs + loop.yield_gain * harvest) * share * loop.on


def grass_worth(cattle: Cattle, net: Worth, heads: np.ndarray) -> np.ndarray:
    """What a kg of sown grass brings through cattle, n net / (n grass - gathered) [CNY/kg]; (households,).

    n is the heads there, whose price is sunk, or the first to be bought: what is gathered is worth nothing without
    cattle, so that the sown grass which lets a head be kept has all it brings. Nothing where that is a loss.
    """
    many = np.maximum(heads, 1)
    net_of_all = many * np.maximum(np.where(heads > 0, net.keeping, net.buying), 0.0)
    return net_of_all / np.maximum(many * cattle.grass - cattle.gathered, 1.0)


def wanted(stock: Stock, heads: np.ndarray, room: np.ndarray, net: Worth) -> np.ndarray:
    """Heads wanted: all there is room for if buying pays, those there as long as keeping does; (households,)."""
    kept = np.where(net.keeping >= 0, np.minimum(heads, room), 0)
    return np.where(net.buying > stock.margin, room, kept)


def room(feed_for: np.ndarray | float, days_free: np.ndarray, days: float) -> np.ndarray:
    """Whole heads that feed and working days reach for, min(feed, days free / days of a head); (households,)."""
    return np.floor(np.maximum(np.minimum(feed_for, days_free / days), 0.0) + 1e-9).astype(np.int64)


def affordable(purse: np.ndarray, price: float) -> np.ndarray:
    """Whole heads that the purse reaches for; (households,)."""
    return np.floor(purse / price).astype(np.int64)


def whole(amount: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Whole heads whose mean over `luck` (uniform) is `amount`; never fewer for a larger amount; (households,)."""
    return np.floor(amount + luck).astype(np.int64)


def shared_whole(amount: np.ndarray, luck: np.ndarray, village: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """`whole`, but with as many heads in each village as its amounts sum to; (households,).

    The head more or less goes to those whose amount and luck come nearest to it; none to those with no amount.
    """
    heads = whole(amount, luck)
    part = np.where(amount > 0, amount + luck - heads, -1.0)
    short = np.rint(np.bincount(village, weights=amount)) - np.bincount(village, weights=heads)
    one = np.ones(len(heads), np.int64)
    more = taken_before(village, one, (-part, ids)) < short[village]
    fewer = taken_before(village, one, (heads < 1, part, ids)) < -short[village]
    return heads + (more & (amount > 0)) - (fewer & (heads > 0))


@dataclass(frozen=True)
class HerdYear:
    """A year of the herds in whole heads, opening + born - died - sold = left; (households,)."""

    born: np.ndarray
    died: np.ndarray
    sold: np.ndarray
    """Worn out, or young and not kept."""
    left: np.ndarray


def herd_year(stock: Stock, heads: np.ndarray, target: np.ndarray, done: np.ndarray, luck: np.ndarray) -> HerdYear:
    """Deaths, worn-out heads sold, and young kept up to `target` or sold; shapes (households,), `luck` (households, 3).

    Each is a whole number with mean heads x rate, births also x `done`, the share of food and work given.
    """
    died = np.minimum(whole(heads * stock.died, luck[:, 0]), heads)
    worn = np.minimum(whole(heads / stock.life, luck[:, 1]), heads - died)
    born = whole(heads * stock.born * done, luck[:, 2])
    kept = np.clip(target - (heads - died - worn), 0, born)
    return HerdYear(born, died, worn + born - kept, heads - died - worn + kept)


def dung(rules: Husbandry, cattle: np.ndarray, stalled_goats: np.ndarray) -> np.ndarray:
    """Stalled stock in heads of cattle by its dung; (households,) [head]."""
    return cattle * rules.cattle.dung + stalled_goats * rules.goats.dung


def manure(loop: Loop, heads: np.ndarray, farmed: np.ndarray) -> np.ndarray:
    """Supply of manure, min(1, heads x land of a head / land farmed) [1]; nothing without the loop; (households,)."""
    reach = heads * (loop.land * loop.on)
    return np.divide(reach, farmed, out=(reach > 0).astype(float), where=farmed > reach)


def input_cost_factor(loop: Loop, uses: UseArrays, use: np.ndarray, supply: np.ndarray) -> np.ndarray:
    """Bought inputs against those without manure, 1 - saving x supply on crops; (plots,) [1]."""
    return 1 - loop.input_saving * supply * uses.is_kind("crop")[use]


def yield_factor(loop: Loop, uses: UseArrays, use: np.ndarray, supply: np.ndarray) -> np.ndarray:
    """Yield against that without manure, 1 + gain x supply on crops and orchards; (plots,) [1]."""
    fed = uses.is_kind("crop") | uses.is_kind("perennial")
    fed[uses.index["forage"]] = False  # its stated yield is that of dunged grass
    return 1 + loop.yield_gain * supply * fed[use]


def burns_own_gas(rules: Husbandry, digester: np.ndarray, cattle: np.ndarray, stalled_goats: np.ndarray) -> np.ndarray:
    """Households whose own digester has dung enough; (households,) bool."""
    return digester & (dung(rules, cattle, stalled_goats) >= rules.loop.digester_stock) & rules.loop.on
