"""The register of poor households through the year: its revision, who is reimbursed, and payment day."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import poor_register
from village_abm.policy.poor_register import Register, RegisteredSupport
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay


def prepare(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: RegisteredSupport
) -> None:
    """Go through the register by what was known at the close of last year, and say whose illness is reimbursed."""
    households = village.households
    before = Register(households.registered.copy(), households.struck_off.copy(), households.last_poor.copy())
    needy, poor = households.alive & households.needy, households.alive & households.poor
    kept = poor_register.revised(scheme.revision, now.year, before, needy, poor)
    for kind, old, new in (
        ("registered as poor", before.entered, kept.entered),
        ("struck off as out of poverty", before.struck_off, kept.struck_off),
    ):
        for row in np.flatnonzero(old != new).tolist():  # a few a year
            why = {"scheme": name, "last poor": int(kept.last_poor[row])}
            village.tell(kind, household=int(households.id[row]), why=why)
    households.registered[:], households.struck_off[:] = kept.entered, kept.struck_off
    households.last_poor[:] = kept.last_poor
    households.care_supported[:] = (households.registered > 0) & (scheme.care and scheme.is_open(now.year))


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: RegisteredSupport, _room: int
) -> Spent:
    """Pay every household on the register for its members, whether it is still poor or not."""
    households = village.households
    entered = np.where(households.alive, households.registered, 0)
    owed = poor_register.due(scheme, now.year, households.members, entered)
    return Spent(*pay.deliver(village, name, scheme.delivery, owed))
