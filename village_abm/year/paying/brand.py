"""The year of a park brand: who keeps the convention, what buyers pay on top, the green coins."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import brand, levels
from village_abm.policy.brand import BrandPremium
from village_abm.policy.spent import Spent
from village_abm.village import FOREST_LAND, Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay
from village_abm.year.paying.market import lift_visitors, sold_of
from village_abm.year.paying.offers import answers


def prepare(
    village: Village, _government: Government, now: Now, _number: int, _name: str, scheme: BrandPremium
) -> None:
    """Ask every household whether it keeps the convention from now on; the brand draws visitors as far as they do.

    What it expects is last year's premium on its own sales and the coins of its assets; what it gives up is free
    grazing and some effort.
    """
    households, rules = village.households, scheme.payment
    if not (scheme.is_open(now.year) and rules.offers()):
        households.convention[:] = 0
        return
    sold = village.real(sold_of(village, rules.products))
    everybody = np.ones(len(households), bool)
    coins = village.real(brand.coins(scheme, everybody & households.alive, _points(village, scheme)))
    cost = scheme.convention.effort + scheme.convention.doe * households.free_goats
    inside = households.convention > 0
    keeps = answers(village, now, scheme, rules.premium * rules.branded * sold + coins, cost, 1.0, inside)
    for row in np.flatnonzero(keeps & ~inside).tolist():
        village.tell("joined the green convention", household=int(households.id[row]), why={"scheme": scheme.name})
    households.convention[:] = np.where(keeps, np.where(inside, households.convention, now.year), 0)
    lift_visitors(village, rules.lodging, keeps)


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: BrandPremium, _room: int
) -> Spent:
    """Pay premium and coins to those who kept the convention this year."""
    households, patches = village.households, village.patches
    member = households.convention > 0
    if not member.any():
        return Spent()
    worker, size = village.workers, len(households)
    since = np.append(households.convention, 0)[worker].astype(np.int64)
    crop = village.uses.is_kind("crop")[patches.use]
    new = (worker >= 0) & (since > 0)
    cleared = new & patches.clearing & (patches.cleared >= since)
    ploughed = new & patches.ever_enrolled & crop & (patches.use_age <= now.year - since + 1)
    goats = households.free_goats if village.params.husbandry.goats.on else np.zeros(size)
    keeps = brand.kept(
        np.bincount(worker[cleared], minlength=size), goats, households.fined,
        np.bincount(worker[ploughed], minlength=size), member,
    )  # fmt: skip
    rules = village.params.government
    demand = levels.allotted(rules.levels, rules.buyers, f"buyers: {scheme.pays_for}")
    more = brand.premiums(scheme.payment, sold_of(village, scheme.payment.products), keeps, demand)
    village.pay("brand premium", more)
    households.enterprise_income[:] += more
    paid, admin = pay.deliver(village, name, scheme.delivery, brand.coins(scheme, keeps, _points(village, scheme)))
    return Spent(paid, admin)


def _points(village: Village, scheme: BrandPremium) -> np.ndarray:
    """Points of each household's green asset list as its land lies; (households,)."""
    households, patches, size = village.households, village.patches, len(village.households)
    held = patches.owner >= 0
    trees = held & village.uses.is_kind("perennial")[patches.use]
    wooded = held & ~trees & (patches.land_kind == FOREST_LAND) & ~patches.clearing
    area = [np.bincount(patches.owner[mask], minlength=size) * village.hectares for mask in (trees, wooded)]
    return brand.points(scheme.assets, area[0], area[1], households.rooms > 0)
