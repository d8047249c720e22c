"""The index by which a scheme ranks what a plot is good for."""

from __future__ import annotations

import numpy as np

from agents.patch import GRADES
from village_abm.policy.schemes import Benefit


def index(rules: Benefit, soil_lost: np.ndarray, slope: np.ndarray, grade: np.ndarray) -> np.ndarray:
    """Benefit of taking each plot, between 0 and the sum of the weights; shape (plots,).

    loss min(1, soil lost last year [t/ha]/reference) + slope min(1, slope [degree]/reference) + grade (grade/5).
    """
    return (
        rules.loss * np.minimum(1.0, soil_lost / rules.reference_loss)
        + rules.slope * np.minimum(1.0, slope / rules.reference_slope)
        + rules.grade * grade / (len(GRADES) - 1)
    )
