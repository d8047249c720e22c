"""Payment day of the minimum living allowance."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import allowance
from village_abm.policy.allowance import Allowance
from village_abm.policy.spent import Spent
from village_abm.units import FEN_PER_CNY
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay
from village_abm.year.purse import income_so_far


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: Allowance, _room: int
) -> Spent:
    """Pay those in need who are reached: poor by what they had last year without the allowance of that year.

    A timely allowance looks at this year's income too, as far as schemes before it in the list have paid.
    """
    households = village.households
    gets = allowance.reached(scheme, village.streams, households.id, households.alive & households.needy)
    lacking = _lacking(village, now, scheme) if scheme.timely else 0
    owed = allowance.due(scheme, now.year, households.members, gets, lacking)
    before = households.payments.copy()
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    households.allowance[:] += households.payments - before
    return Spent(paid, admin)


def _lacking(village: Village, now: Now, scheme: Allowance) -> np.ndarray:
    households = village.households
    reached = households.alive & allowance.can_be_reached(scheme, village.streams, households.id)
    line = now.poverty_line * village.price_level * FEN_PER_CNY
    return allowance.missing(income_so_far(village, now), households.members, line, reached)
