"""Small landscapes to test on."""

from functools import cache

import numpy as np
from ecology_rules import rules

from village_abm.land import tenure, terrain
from village_abm.streams import Streams, permanent_id

TERRAIN, TENURE = rules(terrain.Terrain, "land.toml"), rules(tenure.Tenure, "land.toml")


def capacity(soil_depth, exposure):
    """Cover that land can carry, of the usual form and size."""
    return 0.95 * soil_depth / (soil_depth + 4.2) * (1 - 0.1 * exposure)


@cache
def landscape(landform="peak_cluster_depression", seed=1, side=120, households=268):
    """A generated landscape of side x side patches of 25 m; kept, so do not write into it."""
    return terrain.generate(TERRAIN, landform, side, side, 25.0, Streams(seed), 0, households, capacity)


@cache
def village(seed=1, households=268, side=120):
    """A landscape, its households' ids, homes and heads, and what they were allotted."""
    land, streams = landscape(seed=seed, side=side, households=households), Streams(seed)
    ids = permanent_id(0, "household", np.arange(households))
    homes = tenure.homes_for(land, ids, streams)
    members = 2 + np.floor(6 * streams.uniform("test.members", 0, ids))
    return land, ids, homes, members, tenure.allot(TENURE, land, homes, members, ids, streams, 0)
