"""Payment day of a water bank: the village sells the water its land holds back."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import water_rights
from village_abm.policy.spent import Spent
from village_abm.policy.water_rights import WaterSold
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import kept


def settle(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: WaterSold, room: int
) -> Spent:
    """Sell the quota of each village; households get their part of what their land earns, the fund the rest."""
    patches, terms = village.patches, scheme.payment
    rows, paid_for, visits = kept.visit(village, government, now, number, name, scheme, room)
    if not len(rows):
        return Spent()
    place, count = patches.village[rows].astype(np.int64), len(village.names)
    more = water_rights.held_back(
        terms, kept.measured(village, "water", rows), patches.kept_mark[rows], village.hectares
    )
    sold = water_rights.quota(more, paid_for, place, count)
    fen = water_rights.earned(terms, sold)
    houses, funds = kept.by_holder(village, rows, fen)
    ours = patches.scheme_payee[rows] >= 0
    funds += terms.fund_share * np.bincount(place[ours], weights=fen[ours], minlength=count)
    paid, admin, shared, _ = kept.pay_holders(village, name, scheme, houses * (1 - terms.fund_share), funds)
    village.count("water sold", sold, place)
    return Spent(paid, admin, visits, shared=shared)
