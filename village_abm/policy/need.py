"""Who is poor whatever a scheme paid: judged by income with it, whoever it lifts would lose it every other year."""

from __future__ import annotations

import numpy as np


def poor_without(income: np.ndarray, aid: np.ndarray, members: np.ndarray, line: float) -> np.ndarray:
    """Households whose income less aid, divided by members, lies below the line; (households,) bool.

    `income` and `aid` in yuan of 2020, illness paid for; `line` [CNY/person/yr].
    """
    return (members > 0) & (income - aid < line * members)
