"""Who a scheme for the poor looks at: those poor by last year's income without what it paid them."""

from __future__ import annotations

import numpy as np

from village_abm.policy.need import poor_without
from village_abm.village import Village
from village_abm.year.exogenous import Now


def paid_last_year(village: Village, name: str) -> np.ndarray:
    """What a scheme paid each household in the payment days before this year's [fen]; (households,).

    Nothing to a house founded since: what its parents got is left to them.
    """
    got = np.zeros(len(village.households), np.int64)
    known = village.memory.get("paid by scheme", {}).get(name)
    if known is not None:
        got[: len(known)] = known
    return got


def poor(village: Village, now: Now, name: str) -> np.ndarray:
    """Households below the line by last year's income less the allowance and what scheme `name` paid; bool."""
    households = village.households
    income = village.real_last_year(households.income - households.care_costs)
    aid = village.real_last_year(households.allowance + paid_last_year(village, name))
    return households.alive & poor_without(income, aid, households.members, now.poverty_line)
