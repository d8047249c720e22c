"""Classes with limits, as survey tables print them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def reached(limits: Sequence[float], values: np.ndarray) -> np.ndarray:
    """How many of the limits each value reaches or passes; shape of `values`."""
    count = np.zeros(np.shape(values), dtype=np.int8)
    for limit in limits:
        count += values >= limit
    return count


def passed(limits: Sequence[float], values: np.ndarray) -> np.ndarray:
    """How many of the limits each value lies above; shape of `values`."""
    count = np.zeros(np.shape(values), dtype=np.int8)
    for limit in limits:
        count += values > limit
    return count
