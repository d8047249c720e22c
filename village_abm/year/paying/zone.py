"""Where a zone to be protected lies in the village."""

from __future__ import annotations

import numpy as np

from agents.patch import LANDFORMS
from village_abm.land.sinkholes import distance_to_sinkhole
from village_abm.policy.zone import Zone, inside
from village_abm.village import Village

DEPRESSION = LANDFORMS.index("depression")


def lies_inside(village: Village, zone: Zone) -> np.ndarray:
    """Which patches lie in the zone as the land is now; (patches,) bool."""
    patches = village.patches
    return inside(zone, patches.red_line, patches.slope, patches.grade, _to_sinkhole(village))


def _to_sinkhole(village: Village) -> np.ndarray:
    """Distance to the nearest sinkhole of the same village [m], found once; (patches,)."""
    if "to sinkhole" not in village.memory:
        patches, shape = village.patches, village.grid_shape
        village.memory["to sinkhole"] = np.concatenate([
            distance_to_sinkhole(low, high, village.params.land.patch_size).ravel()
            for low, high in zip(
                (patches.landform == DEPRESSION).reshape(shape), patches.elevation.reshape(shape), strict=True
            )
        ])  # fmt: skip
    found: np.ndarray = village.memory["to sinkhole"]
    return found
