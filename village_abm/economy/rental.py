"""Land rental: what a plot is worth to whoever would work it, kin first, then the market; no plot twice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from agents.outlook import Outlook
from village_abm.economy.enterprises import UseArrays
from village_abm.order import ahead, in_turn
from village_abm.params import needs


@dataclass(frozen=True)
class Rental:
    """Who rents land to whom, on what terms."""

    on: bool = needs(None, "households rent land to one another")
    cost_in: float = needs("CNY/ha/yr", "cost of finding and keeping a plot to rent", price="2020")
    cost_out: float = needs("CNY/ha/yr", "cost and worry of letting a plot", price="2020")
    certified_from: float = needs("yr", "year from which certificates of land rights make letting safer")
    certified_cost: float = needs("1", "part of both costs that is left with certificates")
    kin_cost: float = needs("1", "part of both costs that is left between kin")
    kin_chance: float = needs("1", "chance that a plot nobody at home wants is first offered to kin")
    kin_years: float = needs("yr", "length of an agreement with kin")
    years: float = needs("yr", "length of a contract for rent")
    busy_share: float = needs("1", "share of its days that a renter's crops can fill, as work comes in seasons")
    abandon_rate: float = needs("1/yr", "scale of the chance to abandon a plot that makes a loss and finds no tenant")
    fallow_years: float = needs("yr", "years after which a fallow is too overgrown to be rented")


@dataclass(frozen=True)
class Ground:
    """Plots that may be rented; arrays (plots,), (plots, crops)."""

    ids: np.ndarray
    village: np.ndarray
    kind: np.ndarray
    """Kind of land, index into LAND_KINDS."""
    owner: np.ndarray
    yields: np.ndarray
    """Yield expected of each annual crop [kg/ha/yr], not a number where it cannot stand."""
    way: np.ndarray
    """Days that going there takes beyond those of a usual plot [day/ha/yr]."""
    area: float
    """Of one plot [ha]."""

    def only(self, rows: np.ndarray) -> Ground:
        """Some of the plots."""
        return replace(
            self, ids=self.ids[rows], village=self.village[rows], kind=self.kind[rows], owner=self.owner[rows],
            yields=self.yields[rows], way=self.way[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Farmers:
    """What land is worth to each household and how much more it can work; arrays (households,), (households, crops)."""

    ids: np.ndarray
    village: np.ndarray
    price: np.ndarray
    """Price each crop's product counts at [CNY/kg]."""
    wage: np.ndarray
    """Worth of a day of work [CNY/day]."""
    rise: np.ndarray
    """By how much that worth rises with every further day [CNY/day/day]."""
    room: np.ndarray
    """Days left for land of others [day/yr]."""
    space: np.ndarray
    """Plots of others that it would still work."""
    cost_in: np.ndarray
    cost_out: np.ndarray
    """Transaction costs [CNY/ha/yr]."""
    crops: np.ndarray
    """The annual crops, indices into the uses; (crops,)."""
    cash: np.ndarray
    """[CNY/ha/yr]; (crops,)."""
    days: np.ndarray
    """Work besides picking [day/ha/yr]; (households, crops)."""
    picking: np.ndarray
    """[day/kg]; (crops,)."""

    def value(
        self, yields: np.ndarray, way: np.ndarray, house: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Marginal value of plots to `house` [CNY/ha/yr], days it takes [day/ha/yr], crop; all (plots,).

        MV = max over crops of Y p - cash - w (days + way + Y picking): what the land brings beyond the work in it;
        minus infinity where no crop can stand. One plot, (1, crops) and (1,), may stand for all.
        """
        days = self.days.take(house, axis=0)
        days += way[:, None]
        days += yields * self.picking
        worth = self.price.take(house, axis=0)
        worth *= yields
        worth -= self.cash
        worth -= self.wage[house, None] * days
        worth[np.isnan(worth)] = -np.inf
        best = worth.argmax(axis=1)
        at = np.arange(len(best))
        return worth[at, best], days[at, best], self.crops[best]

    def after(self, house: np.ndarray, days: np.ndarray) -> Farmers:
        """The same households when they have taken on `days` [day/yr] more; both (agreements,)."""
        more = np.bincount(house, weights=days, minlength=len(self.ids))
        plots = np.bincount(house, minlength=len(self.ids))
        return replace(self, wage=self.wage + self.rise * more, room=self.room - more, space=self.space - plots)


def farmers(
    uses: UseArrays, outlook: Outlook, wage: np.ndarray, grain_margin: float, ids: np.ndarray, village: np.ndarray,
    rise: np.ndarray, room: np.ndarray, space: np.ndarray, cost_in: np.ndarray, cost_out: np.ndarray,
) -> Farmers:  # fmt: skip
    """The households as renters see one another; grain counts at its buying price where food lacks."""
    crops = np.flatnonzero(uses.is_kind("crop") & uses.voluntary & (uses.top_yield > 0))
    hungry = (outlook.food_gap > 0)[:, None] & (uses.grain[crops] > 0)
    return Farmers(
        ids=ids, village=village, price=outlook.price[:, crops] * np.where(hungry, 1 + grain_margin, 1.0),
        wage=wage, rise=rise, room=room, space=space, cost_in=cost_in, cost_out=cost_out, crops=crops,
        cash=uses.cash_cost[crops] * outlook.input_ratio - uses.byproduct[crops],
        days=uses.labour[crops] * np.broadcast_to(outlook.labour_intensity, len(ids))[:, None],
        picking=uses.picking[crops],
    )  # fmt: skip


def taken_on(
    people: Farmers, house: np.ndarray, gain: np.ndarray, days: np.ndarray, area: float, plot_ids: np.ndarray
) -> np.ndarray:
    """Which of the plots held out to them households take; (offers,) bool.

    Each looks at its best plot first: `gain` [CNY/ha/yr] at its present wage, less `days` [day/ha/yr] x the rise
    of that wage with all the plots before it, must be above nothing, and the work must find room.
    """
    order = in_turn(house, (-gain, plot_ids))
    before, number = ahead(order, house, days * area), ahead(order, house, np.ones(len(house), np.int64))
    fits = (before + days * area <= people.room[house]) & (number < people.space[house])
    return fits & (gain - days * people.rise[house] * before > 0)


def renewed(people: Farmers, ground: Ground, tenant: np.ndarray, rent: np.ndarray) -> tuple[np.ndarray, Farmers]:
    """Agreements that have run out and go on, as both want it, (plots,) bool, and the households after it.

    The tenant's MV must be above the `rent` [CNY/ha/yr] and the owner's below it; nothing is to be searched, so
    there are no transaction costs.
    """
    own, _, _ = people.value(ground.yields, ground.way, ground.owner)
    value, days, _ = people.value(ground.yields, ground.way, tenant)
    go_on = np.flatnonzero(own < rent)
    kept = np.zeros(len(tenant), bool)
    kept[go_on] = taken_on(people, tenant[go_on], (value - rent)[go_on], days[go_on], ground.area, ground.ids[go_on])
    return kept, people.after(tenant[kept], days[kept] * ground.area)


def with_kin(
    people: Farmers, ground: Ground, plot: np.ndarray, kin: np.ndarray, kin_cost: float
) -> tuple[np.ndarray, np.ndarray, Farmers]:
    """Plots that kin take on for nothing, who takes them, and the households after it: (rows of `ground`, rows).

    `plot` and `kin` (pairs,) say who is asked about what. The best pair comes first: a plot goes to the relative
    to whom it is worth most, who takes the best of the plots held out to him (`taken_on`); a plot refused is
    offered to the next. As both sides rank pairs by the same gain, this is the one stable match; ties go by id.
    """
    value, days, _ = people.value(ground.yields[plot], ground.way[plot], kin)
    gain = value - kin_cost * people.cost_in[kin]
    order = np.lexsort((people.ids[kin], -gain, ground.ids[plot]))
    order = order[gain[order] > 0]
    while len(order):
        first = np.ones(len(order), bool)
        first[1:] = plot[order[1:]] != plot[order[:-1]]
        asked = order[first]
        yes = taken_on(people, kin[asked], gain[asked], days[asked], ground.area, ground.ids[plot[asked]])
        if yes.all():
            return plot[asked], kin[asked], people.after(kin[asked], days[asked] * ground.area)
        refused = np.zeros(len(plot), bool)
        refused[asked[~yes]] = True
        order = order[~refused[order]]
    return np.zeros(0, np.int64), np.zeros(0, np.int64), people


def auction(
    bid: np.ndarray, drop: np.ndarray, units: np.ndarray, house_village: np.ndarray, house_ids: np.ndarray,
    ask: np.ndarray, plot_village: np.ndarray, plot_ids: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Lowest ask meets highest bid within each village: (plots, households, price of the village of each pair).

    Household h bids `bid`, bid - drop, ... for each of up to `units` plots; a plot asks `ask`. Both sides are
    sorted, the k-th bid meets the k-th ask as long as it reaches it, and all pairs of a village trade at the
    middle of the last pair. Ties go by permanent id.
    """
    villages = int(max(plot_village.max(initial=-1), house_village.max(initial=-1))) + 1
    lowest = np.full(villages, np.inf)
    np.minimum.at(lowest, plot_village, ask)
    asked = np.bincount(plot_village, minlength=villages)
    above = bid - lowest[house_village]
    useful = np.floor(np.divide(above, drop, out=np.full(len(bid), np.inf), where=drop > 0)) + 1
    count = np.where(above >= 0, np.minimum(np.minimum(useful, units), asked[house_village]), 0).astype(np.int64)
    house = np.repeat(np.arange(len(bid)), count)
    number = np.arange(len(house)) - np.repeat(np.cumsum(count) - count, count)
    offered = bid[house] - number * drop[house]
    # Of more bids than plots the lowest can meet none: leaving them out spares most of the sorting.
    for crowded in np.flatnonzero(np.bincount(house_village[house], minlength=villages) > asked):
        here = np.flatnonzero(house_village[house] == crowded)
        cut = np.partition(offered[here], len(here) - asked[crowded])[len(here) - asked[crowded]]
        kept = np.ones(len(house), bool)
        kept[here] = offered[here] >= cut
        house, number, offered = house[kept], number[kept], offered[kept]
    house, offered = (
        x[np.lexsort((number, house_ids[house], -offered, house_village[house]))] for x in (house, offered)
    )
    plot = np.lexsort((plot_ids, ask, plot_village))
    village, place = house_village[house], plot_village[plot]
    rank = np.arange(len(house)) - np.searchsorted(village, village)
    at = np.searchsorted(place, village) + rank
    met = at < np.searchsorted(place, village, side="right")
    house, offered, village, plot = house[met], offered[met], village[met], plot[at[met]]
    agreed = offered >= ask[plot]
    house, offered, village, plot = house[agreed], offered[agreed], village[agreed], plot[agreed]
    last = np.searchsorted(village, village, side="right") - 1
    return plot, house, (offered[last] + ask[plot[last]]) / 2


@dataclass(frozen=True)
class Agreements:
    """New contracts for rent; arrays (contracts,)."""

    plot: np.ndarray
    """Rows of the ground."""
    tenant: np.ndarray
    rent: np.ndarray
    """[CNY/ha/yr]."""


def market(people: Farmers, ground: Ground, thinking: np.ndarray) -> tuple[Agreements, Farmers]:
    """Contracts for rent among all who gain by them, and the households after it; `thinking` (households,) bid.

    Kinds of land are traded one after another, the level ones first. Plots differ in quality, so bids and asks
    are compared against what the plot is worth at middling prices and wages, V: ask = max(MV + cost out, 0) - V of
    the very plot, bid = MV - cost in - V of a mean plot of the kind. The rent is V + the price of `auction`: better
    plots cost more. Who then finds that MV of the plot itself is not above rent + cost in declines it.
    """
    none = np.zeros(0, np.int64)
    plots, tenants, rents = [none], [none], [np.zeros(0)]
    for kind in np.unique(ground.kind)[::-1]:
        rows = np.flatnonzero(ground.kind == kind)
        deal, people = _trade(people, ground.only(rows), thinking)
        plots.append(rows[deal.plot])
        tenants.append(deal.tenant)
        rents.append(deal.rent)
    return Agreements(np.concatenate(plots), np.concatenate(tenants), np.concatenate(rents)), people


def _trade(people: Farmers, ground: Ground, thinking: np.ndarray) -> tuple[Agreements, Farmers]:
    """The market of one kind of land."""
    able = np.flatnonzero(thinking & (people.room > 0) & (people.space > 0))
    own, _, _ = people.value(ground.yields, ground.way, ground.owner)
    good = np.flatnonzero(np.isfinite(own))  # a plot on which nothing can stand is nobody's wish
    if not len(able) or not len(good):
        return Agreements(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)), people
    middle = replace(
        people, price=people.price[able].mean(axis=0)[None], wage=people.wage[able].mean()[None],
        days=people.days[able].mean(axis=0)[None],
    )  # fmt: skip
    usual, _, _ = middle.value(ground.yields, ground.way, np.zeros(len(own), np.int64))
    stands = ~np.isnan(ground.yields)
    count = stands.sum(axis=0)
    mean = np.where(stands, ground.yields, 0.0).sum(axis=0) / np.maximum(count, 1)
    mean = np.where(count > 0, mean, np.nan)[None]
    way = ground.way.mean()[None]
    typical, days, _ = people.value(mean, way, able)  # one such plot for all
    bid = typical - people.cost_in[able] - middle.value(mean, way, np.zeros(1, np.int64))[0]
    ask = np.maximum(own + people.cost_out[ground.owner], 0.0)[good] - usual[good]
    units = np.minimum(np.floor(people.room[able] / np.maximum(days * ground.area, 1e-9)), people.space[able])
    drop = days * people.rise[able] * days * ground.area
    plot, house, price = auction(
        bid, drop, units, people.village[able], people.ids[able], ask, ground.village[good], ground.ids[good]
    )
    plot, house = good[plot], able[house]
    rent = usual[plot] + price
    value, days, _ = people.value(ground.yields[plot], ground.way[plot], house)
    gain = value - rent - people.cost_in[house]
    fair = np.flatnonzero((own[plot] < rent - people.cost_out[ground.owner[plot]]) & (house != ground.owner[plot]))
    fair = fair[taken_on(people, house[fair], gain[fair], days[fair], ground.area, ground.ids[plot[fair]])]
    deal = Agreements(plot[fair], house[fair], rent[fair])
    return deal, people.after(deal.tenant, days[fair] * ground.area)
