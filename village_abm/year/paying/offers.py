"""How households answer an offer that is no land contract."""

from __future__ import annotations

import numpy as np

from village_abm.policy import enrolment, offers
from village_abm.policy.parts import Scheme
from village_abm.society import ties
from village_abm.village import Village
from village_abm.year.contracts import off_farm_share
from village_abm.year.exogenous import Now


def answers(
    village: Village, now: Now, scheme: Scheme, pay: np.ndarray | float, cost: np.ndarray, years: float,
    inside: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Who accepts from now on, (households,) bool: those who think about it choose anew, others stay as they are.

    Yearly `pay` against yearly `cost`, above nothing, for `years`; `inside` marks those who have accepted before.
    Their liking is drawn once for good.
    """
    households, rules = village.households, village.params.government.enrolment
    value = offers.appeal(
        rules, pay, cost, years, ties.neighbour_share(village.known(), inside, households.alive),
        off_farm_share(village), households.food_gap, households.trust, households.shortfall_memory,
    )  # fmt: skip
    wants = value + enrolment.taste(scheme, village.streams, households.id) > 0
    thinks = enrolment.thinks(rules, scheme, village.streams, now.year, households.id)
    return households.alive & np.where(thinks, wants, inside)
