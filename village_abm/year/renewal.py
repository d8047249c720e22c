"""Line 7 of the year: contracts whose first term is over are renewed, or end."""

from __future__ import annotations

import numpy as np

from agents.outlook import Outlook
from village_abm.policy import contracts, enrolment
from village_abm.policy.schemes import LandScheme
from village_abm.village import Village
from village_abm.year.contracts import land_schemes, off_farm_share, share_seen, standing, worth_of_maize
from village_abm.year.exogenous import Now


def renew(village: Village, now: Now, plots: np.ndarray, outlook: Outlook) -> None:
    """End the contracts that come up for renewal on land that stands no more or whose household wants no more."""
    patches = village.patches
    for number, name, scheme in land_schemes(village):
        rows = np.flatnonzero(patches.scheme == number)
        kinds = contracts.planted(scheme.contract, village.streams, patches.id[rows])
        up = contracts.comes_up(scheme, kinds, patches.scheme_year[rows], now.year)
        rows, kinds = rows[up], kinds[up]
        if not len(rows):
            continue
        goes_on = standing(village)[rows]
        if scheme.contract.renewal == "opt_in":
            goes_on &= _wants(village, now, scheme, plots, outlook, rows, kinds)
        ended = rows[~goes_on]
        patches.scheme[ended], patches.scheme_payee[ended] = -1, -1
        for row in ended.tolist():
            village.tell(
                "not renewed", household=int(village.households.id[patches.owner[row]]), patch=int(patches.id[row]),
                why={"scheme": name},
            )  # fmt: skip


def _wants(
    village: Village, now: Now, scheme: LandScheme, plots: np.ndarray, outlook: Outlook, rows: np.ndarray,
    kinds: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Whether each plot's household signs again, by the utility of the first time at the renewed pay; (plots,)."""
    patches, households, rules = village.patches, village.households, village.params.government.enrolment
    house = patches.owner[rows]
    worth = worth_of_maize(village, now, rows, np.searchsorted(plots, rows), outlook)
    seen = share_seen(village, now, scheme)[house]
    liking = enrolment.taste(scheme, village.streams, households.id[house])
    wants = np.zeros(len(rows), bool)
    for kind in np.unique(kinds).tolist():
        mine = np.flatnonzero(kinds == kind)
        years, pay = contracts.renewed_term(scheme, kind)
        value = enrolment.worth_of_offer(
            rules, pay / now.price_level, years, worth[mine], patches.slope[rows[mine]], seen[mine],
            off_farm_share(village)[house[mine]], households.food_gap[house[mine]], households.trust[house[mine]],
            households.shortfall_memory[house[mine]],
        )  # fmt: skip
        wants[mine] = value + liking[mine] > 0
    return wants
