"""First come, first served, without a loop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from village_abm.order import firsts, in_turn


def taken_before(group: np.ndarray, amount: np.ndarray, keys: Sequence[np.ndarray]) -> np.ndarray:
    """What those ahead in the same group take before each row; (rows,), unit of `amount` (not negative).

    Rows of a group stand in rising order of `keys`, the first key leading and the last one a permanent id.
    """
    return ahead(in_turn(group, keys), group, amount)


def ahead(order: np.ndarray, group: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """`taken_before` where the rows' `order` by group and turn is known already; (rows,)."""
    before = np.cumsum(amount[order]) - amount[order]
    sorted_group = group[order]
    taken = np.empty(len(order), dtype=before.dtype)
    taken[order] = before - np.maximum.accumulate(np.where(firsts(sorted_group), before, 0))
    return taken
