"""Payment day of schemes that pay for carbon: tree by tree, or by tonnes sold together."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import carbon_payment
from village_abm.policy.carbon_payment import CarbonSold, TreesKept
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import kept


def settle_trees(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: TreesKept, room: int
) -> Spent:
    """Pay for the trees that stand; those on land of the collective for the village fund."""
    rows, paid_for, visits = kept.visit(village, government, now, number, name, scheme, room)
    if not len(rows):
        return Spent()
    areas = kept.by_holder(village, rows, paid_for * village.hectares)
    houses, funds = (carbon_payment.owed_for_trees(scheme.payment, area) for area in areas)
    paid, admin, shared, _ = kept.pay_holders(village, name, scheme, houses, funds)
    return Spent(paid, admin, visits, shared=shared)


def settle(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: CarbonSold, room: int
) -> Spent:
    """Sell the year's tonnes; brokers and surveyors from outside get their share of the sale."""
    patches, terms = village.patches, scheme.payment
    rows, paid_for, visits = kept.visit(village, government, now, number, name, scheme, room)
    if not len(rows):
        return Spent()
    tonnes, patches.kept_mark[rows] = carbon_payment.credits(
        terms, village.hectares, kept.measured(village, "carbon", rows), patches.kept_mark[rows], paid_for,
        patches.village[rows].astype(np.int64), len(village.names),
    )  # fmt: skip
    houses, funds = kept.by_holder(village, rows, carbon_payment.proceeds(terms, tonnes))
    brokers = terms.transaction / (1 - terms.transaction)
    paid, admin, shared, works = kept.pay_holders(village, name, scheme, houses, funds, brokers)
    village.count("carbon sold", tonnes * (1 - terms.buffer), patches.village[rows].astype(np.int64))
    return Spent(paid, admin, visits, shared=shared, works=works)
