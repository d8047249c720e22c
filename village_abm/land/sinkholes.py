"""Sinkholes: the lowest point of every closed depression, where water and soil go underground."""

from __future__ import annotations

import numpy as np
from scipy import ndimage


def distance_to_sinkhole(depression: np.ndarray, elevation: np.ndarray, patch_size: float) -> np.ndarray:
    """Distance from each patch to the lowest patch of the nearest depression [m]; infinite where there is none.

    `depression` bool and `elevation` [m] of shape (lines, columns), like the result.
    """
    groups, count = ndimage.label(depression)
    if count == 0:
        return np.full(depression.shape, np.inf)
    lowest = np.ones(depression.shape, bool)
    for line, column in ndimage.minimum_position(elevation, groups, np.arange(1, count + 1)):
        lowest[line, column] = False
    away: np.ndarray = ndimage.distance_transform_edt(lowest) * patch_size
    return away
