"""Payment day of subsidies: for contract land still cropped, and for the poor to produce with."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import is_cropland
from village_abm.policy import subsidies
from village_abm.policy.spent import Spent
from village_abm.policy.subsidies import CroppedLandScheme, GrantScheme
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import need, pay


def pay_for_land(
    village: Village, government: Government, now: Now, _number: int, name: str, scheme: CroppedLandScheme, room: int
) -> Spent:
    """Pay holders for contract cropland under crops, and for what lies idle unless it is found."""
    if not scheme.is_open(now.year) or scheme.payment.rate <= 0:
        return Spent()
    patches, households, uses = village.patches, village.households, village.uses
    claimed = (patches.owner >= 0) & is_cropland(patches.land_kind) & (patches.scheme < 0)
    idle = np.isin(patches.use, [uses.index["fallow"], uses.index["natural"]])
    rows = np.flatnonzero(claimed & (uses.is_kind("crop")[patches.use] | idle))
    looked, paid = subsidies.claims(scheme, village.streams, now.year, patches.id[rows], idle[rows], room)
    government.audit(looked, ~paid)
    land = np.bincount(patches.owner[rows[paid]], minlength=len(households)) * village.hectares
    given, admin = pay.deliver(village, name, scheme.delivery, subsidies.due_for_land(scheme, now.year, land))
    return Spent(given, admin, int(looked.sum()))


def prepare_grants(
    village: Village, _government: Government, now: Now, _number: int, name: str, _scheme: GrantScheme
) -> None:
    """Say who is poor without the grant, while the books of last year's payments are still there."""
    households = village.households
    village.memory[f"poor: {name}"] = need.poor(village, now, name) & (households.adults > households.migrants)


def give_grants(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: GrantScheme, _room: int
) -> Spent:
    """Pay poor households with hands at home; the rest of the money is spent without effect."""
    owed, wasted = subsidies.granted(scheme, now.year, village.memory[f"poor: {name}"] & village.households.alive)
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    return Spent(paid, admin, works=wasted)
