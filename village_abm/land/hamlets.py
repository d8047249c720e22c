"""Hamlets and the paths between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from village_abm.land.landscape import FOOT, Landscape
from village_abm.streams import Streams

if TYPE_CHECKING:
    from village_abm.land.terrain import Terrain

# How the generator lays hamlets out: no equation of the yearly path reads these.
EDGE_WORTH = 0.3  # standing at the foot of a hill is worth this share of the land in reach
SLOPE_COST = 20.0  # [m/degree] walk a house avoids by standing one degree flatter
WET_COST = 400.0  # [m] walk a house avoids by not standing on wet or steep ground
KNOWN_WORTH = 1000.0  # [m] walk a house accepts to stand where the land cover shows houses
FORBIDDEN = 1e6
GATHERED = 4  # [patches]


def settle_hamlets(
    rules: Terrain,
    slope: np.ndarray,
    forms: np.ndarray,
    wet: np.ndarray,
    farmland: np.ndarray,
    built: np.ndarray,
    water: np.ndarray,
    patch_size: float,
    streams: Streams,
    ids: np.ndarray,
    households: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Settlement patches, the nearest hamlet of every patch, and the flat patches the hamlets began on.

    Hamlets begin one by one where most gentle land (or known farmland) lies in reach, at the foot of hills,
    apart from one another; houses then fill the nearest dry, gentle land. Arrays are (lines, columns).
    """
    wanted = max(int(np.ceil(households / rules.households_per_patch)), 1)
    gentle = (forms <= FOOT) & ~water
    arable = (farmland | built if farmland.any() else gentle).astype(float)
    reach = max(int(2 * rules.arable_reach / patch_size) | 1, 3)
    near_land = ndimage.uniform_filter(arable, reach, mode="constant")
    edge = ndimage.binary_dilation(forms == FOOT) & gentle
    # The draw only parts equals.
    score = near_land * (1 + EDGE_WORTH * edge + built) + 1e-6 * streams.uniform("land.hamlet", 0, ids)
    score = np.where(gentle & ~wet, score, score - 10 - slope - FORBIDDEN * water)
    line, column = np.indices(forms.shape)
    closest = np.full(forms.shape, np.inf)
    hamlet, seeds = np.zeros(forms.shape, np.int8), []
    for number in range(min(int(rules.hamlets), wanted)):
        crowded = closest * patch_size < rules.hamlet_spacing
        seed = int(np.argmax(score - FORBIDDEN * crowded))
        away = np.hypot(line - line.flat[seed], column - column.flat[seed])
        hamlet[away < closest] = number
        closest = np.minimum(closest, away)
        seeds.append(seed)
    cost = closest * patch_size + SLOPE_COST * slope + WET_COST * (wet | ~gentle) - KNOWN_WORTH * built
    cost += FORBIDDEN * water + patch_size * streams.uniform("land.house", 0, ids)
    settlement = np.zeros(forms.size, bool)
    settlement[np.argsort(cost, axis=None, kind="stable")[:wanted]] = True
    return settlement.reshape(forms.shape), hamlet, np.array(seeds)


def paths(rules: Terrain, elevation: np.ndarray, seeds: np.ndarray, patch_size: float) -> np.ndarray:
    """Patches on the cheapest ways between the first hamlet and each other one, as (lines, columns).

    A step to one of the eight neighbours costs its length plus `climb_cost` times the height climbed or lost.
    """
    on_path = np.zeros(elevation.size, bool)
    number = np.arange(elevation.size).reshape(elevation.shape)
    steps = (
        (np.s_[:, :-1], np.s_[:, 1:], 1.0),
        (np.s_[:-1], np.s_[1:], 1.0),
        (np.s_[:-1, :-1], np.s_[1:, 1:], np.sqrt(2)),
        (np.s_[:-1, 1:], np.s_[1:, :-1], np.sqrt(2)),
    )
    climbs = [rules.climb_cost * np.abs(elevation[a] - elevation[b]) for a, b, _ in steps]
    cost = np.concatenate(
        [(length * patch_size + climb).ravel() for (*_, length), climb in zip(steps, climbs, strict=True)]
    )
    start = np.concatenate([number[a].ravel() for a, _, _ in steps])
    end = np.concatenate([number[b].ravel() for _, b, _ in steps])
    graph = sparse.csr_array((cost, (start, end)), shape=(number.size, number.size))
    _, before = csgraph.dijkstra(graph, directed=False, indices=int(seeds[0]), return_predecessors=True)
    for seed in seeds[1:]:
        here = int(seed)
        while here >= 0:
            on_path[here] = True
            here = int(before[here])
    return on_path.reshape(elevation.shape)


def rehouse(landscape: Landscape, homes: np.ndarray) -> Landscape:
    """The landscape with houses on the flat patches `homes` instead of the generated hamlets.

    Houses within `GATHERED` patches of one another are one hamlet. Soil, rock and cover stay as they are.
    """
    settlement = np.zeros(landscape.shape, bool)
    settlement.flat[homes] = True
    groups, _ = ndimage.label(ndimage.binary_dilation(settlement, iterations=GATHERED))
    away, nearest = ndimage.distance_transform_edt(~settlement, return_indices=True)
    return replace(
        landscape,
        settlement=settlement,
        distance=away * landscape.patch_size,
        hamlet=(groups[tuple(nearest)] - 1).astype(np.int16),
        path=landscape.path & ~settlement,
        sealed=landscape.sealed & ~settlement,
        farmland=landscape.farmland & ~settlement,
        wet=landscape.wet & ~settlement,
        terraceable=landscape.terraceable & ~settlement,
        red_line=landscape.red_line & ~settlement,
        notes=(*landscape.notes, f"Houses stand where the register says: {len(np.unique(homes))} patches."),
    )
