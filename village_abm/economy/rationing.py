"""First come, first served, without a loop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def taken_before(group: np.ndarray, amount: np.ndarray, keys: Sequence[np.ndarray]) -> np.ndarray:
    """What those ahead in the same group take before each row; (rows,), unit of `amount` (not negative).

    Rows of a group stand in rising order of `keys`, the first key leading and the last one a permanent id.
    """
    order = np.lexsort((*reversed(keys), group))
    before = np.cumsum(amount[order]) - amount[order]
    sorted_group = group[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = sorted_group[1:] != sorted_group[:-1]
    ahead = np.empty(len(order), dtype=before.dtype)
    ahead[order] = before - np.maximum.accumulate(np.where(first, before, 0))
    return ahead
