"""What any voluntary offer that is no land contract is worth to a household: the terms of the enrolment logit."""

from __future__ import annotations

import numpy as np

from village_abm.policy import enrolment
from village_abm.policy.enrolment import Enrolment


def appeal(
    rules: Enrolment,
    pay: np.ndarray | float,
    cost: np.ndarray,
    years: float,
    ties_in: np.ndarray,
    off_farm: np.ndarray,
    food_gap: np.ndarray,
    trust: np.ndarray,
    shortfall: np.ndarray,
) -> np.ndarray:
    """Utility of an offer to each household, its kept error left out; (households,).

    V = a0 + 1.2 ln(pay/cost) + .05 (years - 8) + beta_N (s - .2) + .6 off-farm - .4 food gap + .5 trust
    - 1.0 shortfall, `pay` and `cost` in the same unit of 2020, s the share of ties who have accepted. The weights
    are those of land contracts, without slope. Who is offered nothing says no: minus infinity.
    """
    level = np.full(cost.shape, rules.reference_slope)
    return enrolment.worth_of_offer(
        rules, pay, years, cost, level, ties_in, off_farm, food_gap, trust, shortfall, least_cost=0.0
    )
