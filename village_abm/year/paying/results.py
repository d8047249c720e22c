"""Payment day of schemes that pay for what was reached."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import results
from village_abm.policy.results import ResultPaid
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import kept


def settle(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: ResultPaid, room: int
) -> Spent:
    """Measure the land of each holder together and pay its gain; carbon that is paid for is not paid for again."""
    patches, terms = village.patches, scheme.payment
    rows, paid_for, visits = kept.visit(village, government, now, number, name, scheme, room)
    if not len(rows):
        return Spent()
    at = kept.measured(village, terms.measure, rows)
    gains = results.gain(terms.measure, at, patches.kept_mark[rows], terms.rain, village.hectares)
    of_houses, of_funds = kept.by_holder(village, rows, np.where(paid_for, gains, 0.0))
    houses, funds = (
        results.owed_for_gain(terms, village.streams, now.year, ids, gained)
        for ids, gained in ((village.households.id, of_houses), (np.arange(len(village.names)), of_funds))
    )
    if terms.measure == "carbon":
        payee = patches.scheme_payee[rows]
        gained = np.where(payee >= 0, of_houses[payee], of_funds[patches.village[rows]]) > 0
        patches.kept_mark[rows[gained]] = at[gained]
    paid, admin, shared, _ = kept.pay_holders(village, name, scheme, houses, funds)
    return Spent(paid, admin, visits, shared=shared)
