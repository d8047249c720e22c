"""The return of poverty: of households that were poor once and left poverty, how many are poor again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PovertyReturn:
    """Headcount of a cohort: share of its people and of its households below the line; not a number where empty."""

    people: float
    households: float


def headcount(cohort: np.ndarray, poor: np.ndarray, members: np.ndarray) -> PovertyReturn:
    """Share of the cohort's people, sum(members x poor)/sum(members), and of its households that are poor.

    `cohort` and `poor` bool, `members` [person], all (households,); households that nobody belongs to do not count.
    """
    rows = cohort & (members > 0)
    if not rows.any():
        return PovertyReturn(float("nan"), float("nan"))
    fallen = poor[rows]
    return PovertyReturn(float(members[rows] @ fallen / members[rows].sum()), float(fallen.mean()))
