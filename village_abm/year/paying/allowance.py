"""Payment day of the minimum living allowance."""

from __future__ import annotations

from agents.government import Government
from village_abm.policy import allowance
from village_abm.policy.allowance import Allowance
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: Allowance, _room: int
) -> Spent:
    """Pay those in need who are reached: poor by what they had last year without the allowance of that year."""
    households = village.households
    gets = allowance.reached(scheme, village.streams, households.id, households.alive & households.needy)
    owed = allowance.due(scheme, now.year, households.members, gets)
    before = households.payments.copy()
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    households.allowance[:] += households.payments - before
    return Spent(paid, admin)
