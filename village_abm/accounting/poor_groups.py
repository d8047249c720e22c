"""Poverty group by group: the FGT measures of people, counted with their households; groups may overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class GroupPoverty:
    """Foster-Greer-Thorbecke measures of groups, (groups,); not numbers where nobody belongs to one."""

    people: np.ndarray
    headcount: np.ndarray
    gap: np.ndarray
    severity: np.ndarray


def poverty_of(income: np.ndarray, line: float, people: np.ndarray) -> GroupPoverty:
    """Poverty of groups, sum_h n_gh ((z - y_h) / z)^a over y_h < z, divided by sum_h n_gh, for a = 0, 1, 2.

    `income` a head of each household (households,) in the money of `line`; `people` (groups, households) are those of
    the group in each household. A loss counts as no income: nobody's gap exceeds the line. Groups that make up a whole
    have poor that add up to those of the whole: P = sum_g (n_g / n) P_g. Foster, Greer and Thorbecke (1984), A class of
    decomposable poverty measures.
    """
    if not line > 0:
        raise ValueError(f"poverty line is {line}; give an amount above 0")
    gap = np.clip((line - np.asarray(income, dtype=float)) / line, 0.0, 1.0)
    return GroupPoverty(people.sum(axis=1), *(mean_of(part, people) for part in (income < line, gap, gap**2)))


def mean_of(values: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Mean over the people of every group of what is so of their household; (groups,)."""
    whole = people.sum(axis=1)
    return np.divide(people @ values, whole, out=np.full(len(people), np.nan), where=whole > 0)
