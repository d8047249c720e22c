"""Land rental within line 7 of the year: agreements that end or go on, kin first, then contracts for rent."""

from __future__ import annotations

import numpy as np

from agents.outlook import Outlook
from agents.patch import is_cropland
from village_abm.economy import land_use, rental
from village_abm.society import ties
from village_abm.village import Village
from village_abm.year import cooperatives
from village_abm.year.exogenous import Now


def let_land(
    village: Village, now: Now, plots: np.ndarray, worked: land_use.Plots, outlook: Outlook, may: np.ndarray
) -> None:
    """Let households rent cropland to one another; `may` (plots, uses) is what can stand on `plots`."""
    rules, patches = village.params.farm.rental, village.patches
    if not rules.on:
        return
    thinking = land_use.reviewing(village.params.farm.choice, now.year, village.households.id, village.streams)
    at = np.flatnonzero(_may_be_let(village, now, plots, worked, outlook, thinking))
    rows, due = plots[at], patches.user[plots[at]] >= 0
    people = _renters(village, now, worked, outlook, at[due], rows[due])
    ground = rental.Ground(
        ids=patches.id[rows], village=patches.village[rows].astype(np.int64), kind=patches.land_kind[rows],
        owner=patches.owner[rows].astype(np.int64), area=village.hectares,
        yields=np.where(may[at[:, None], people.crops], outlook.yields[at[:, None], people.crops], np.nan),
        way=np.broadcast_to(outlook.way, len(plots))[at],
    )  # fmt: skip
    people = _go_on(village, now, rows, np.flatnonzero(due), ground, people)
    free = np.flatnonzero(patches.user[rows] < 0)
    people = _with_kin(village, now, rows, free, ground, people)
    free = np.flatnonzero(patches.user[rows] < 0)
    deal, _ = rental.market(people, ground.only(free), thinking)
    _agree(village, now, rows, free[deal.plot], deal.tenant, deal.rent, rules.years, ground, people)


def _may_be_let(
    village: Village, now: Now, plots: np.ndarray, worked: land_use.Plots, outlook: Outlook, thinking: np.ndarray
) -> np.ndarray:
    """Plots on offer, or due back from a tenant; (plots,) bool.

    Contract cropland under crops or young fallow, not kept for own food, whose household thinks about its land
    this year, `thinking` (households,), or would soon give it up.
    """
    patches, uses, rules, choice = village.patches, village.uses, village.params.farm.rental, village.params.farm.choice
    kept = land_use.kept_for_food(choice, uses, worked, outlook)
    offered = ~kept & (thinking[worked.owner] | (worked.loss_years >= choice.loss_years))
    young = (worked.use == uses.index["fallow"]) & (worked.use_age <= rules.fallow_years)
    may = worked.free & is_cropland(patches.land_kind[plots]) & (uses.is_kind("crop")[worked.use] | young)
    let = patches.user[plots] >= 0
    abandoned = village.households.labour[worked.owner] <= 0  # the tenant died, left or grew too old
    return may & np.where(let, (patches.lease_end[plots] < now.year) | abandoned, offered)


def _renters(
    village: Village, now: Now, worked: land_use.Plots, outlook: Outlook, at: np.ndarray, due: np.ndarray
) -> rental.Farmers:
    """The households before anything is agreed on: days and their worth without the land due back."""
    households, rules, roles = village.households, village.params.farm.rental, village.params.people.roles
    free, busy = village.memory["wage of the free and the busy"]
    rise = (busy - free) / np.maximum(households.labour, 1.0)
    intensity = np.asarray(outlook.labour_intensity)
    asked = village.uses.labour[worked.use[at]] * intensity[worked.owner[at]]
    asked += np.where(
        village.uses.is_kind("crop")[worked.use[at]], np.broadcast_to(outlook.way, len(worked.use))[at], 0.0
    )
    days = np.bincount(village.patches.user[due], weights=asked * village.hectares, minlength=len(households))
    wanted = np.maximum(households.farm_days_wanted - days, 0.0)
    able = households.alive & (outlook.purse > 0)
    tended = ~village.uses.is_kind("wild")[worked.use]
    plots = np.bincount(worked.owner[tended], minlength=len(households))
    plots -= np.bincount(village.patches.user[due], minlength=len(households))
    # Others stop at the size at which a household is a backbone farmer: beyond it only these grow.
    ordinary = np.ceil(roles.enter / village.hectares) - plots
    part = rules.certified_cost if now.year >= rules.certified_from else 1.0
    helped = np.where(households.backbone, roles.cost, 1.0)
    cheap = np.minimum(part, cooperatives.rental_cost(village))  # one of the two is enough to make it safe
    base = np.maximum(outlook.shadow_wage - rise * days, free)
    return rental.farmers(
        village.uses, outlook, base, village.params.market.grain_margin, households.id,
        households.village.astype(np.int64), rise, np.where(able, rules.busy_share * households.labour - wanted, 0.0),
        np.where(households.backbone, np.inf, ordinary),
        rules.cost_in * cheap * helped, np.full(len(households), rules.cost_out * cheap),
    )  # fmt: skip


def _go_on(
    village: Village, now: Now, rows: np.ndarray, due: np.ndarray, ground: rental.Ground, people: rental.Farmers
) -> rental.Farmers:
    """Agreements that have run out: both want to go on, or the plot goes back."""
    patches, rules = village.patches, village.params.farm.rental
    tenant, rent = patches.user[rows[due]].astype(np.int64), patches.rent[rows[due]].copy()
    kept, people = rental.renewed(people, ground.only(due), tenant, rent)
    village.end_leases(rows[due[~kept]])
    patches.loss_years[rows[due[~kept]]] = 0
    again = rows[due[kept]]
    length = np.where(rent[kept] > 0, rules.years, rules.kin_years)
    patches.lease_end[again] = now.year + length - 1
    return people


def _with_kin(
    village: Village, now: Now, rows: np.ndarray, free: np.ndarray, ground: rental.Ground, people: rental.Farmers
) -> rental.Farmers:
    """Offer what nobody at home wants to kin, for nothing."""
    rules, households = village.params.farm.rental, village.households
    own, _, _ = people.value(ground.yields[free], ground.way[free], ground.owner[free])
    asks = own < -rules.kin_cost * people.cost_out[ground.owner[free]]
    asks &= village.streams.uniform("rental.kin", now.year, ground.ids[free]) < rules.kin_chance
    asked = free[asks]
    kin = village.known(ties.KIN)
    first, last = kin.indptr[ground.owner[asked]], kin.indptr[ground.owner[asked] + 1]
    count = (last - first).astype(np.int64)
    plot = np.repeat(asked, count)
    relative = kin.indices[np.arange(len(plot)) + np.repeat(first - (np.cumsum(count) - count), count)].astype(np.int64)
    here = households.alive[relative] & (households.village[relative] == ground.village[plot])
    here &= people.room[relative] > 0
    taken, taker, people = rental.with_kin(people, ground, plot[here], relative[here], rules.kin_cost)
    _agree(village, now, rows, taken, taker, np.zeros(len(taken)), rules.kin_years, ground, people)
    return people


def _agree(
    village: Village, now: Now, rows: np.ndarray, at: np.ndarray, tenant: np.ndarray, rent: np.ndarray, years: float,
    ground: rental.Ground, people: rental.Farmers,
) -> None:  # fmt: skip
    """Write agreements about the plots `rows[at]`; what lay fallow comes under the plough again."""
    patches, chosen = village.patches, rows[at]
    patches.user[chosen], patches.rent[chosen] = tenant, rent
    patches.lease_end[chosen], patches.loss_years[chosen] = now.year + years - 1, 0
    idle = patches.use[chosen] == village.uses.index["fallow"]
    _, _, crop = people.value(ground.yields[at[idle]], ground.way[at[idle]], tenant[idle])
    village.turn("taken on by a tenant", chosen[idle], crop)
    ids = village.households.id
    columns = (ids[tenant], patches.id[chosen], ids[patches.owner[chosen]], rent)
    for house, patch, owner, price in zip(*(column.tolist() for column in columns), strict=True):
        village.tell("rented", household=house, patch=patch, why={"from": owner, "rent": round(price, 1)})
