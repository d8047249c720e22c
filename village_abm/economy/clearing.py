"""Cropland at its edges: land cleared under hunger, land given up under loss."""

from __future__ import annotations

import numpy as np

from village_abm.economy.enterprises import UseArrays
from village_abm.economy.land_use import LandUse
from village_abm.streams import Streams


def clearing(
    rules: LandUse,
    year: int,
    streams: Streams,
    household_ids: np.ndarray,
    household_village: np.ndarray,
    missing_grain: np.ndarray,
    idle_days: np.ndarray,
    patch_ids: np.ndarray,
    patch_village: np.ndarray,
    distance: np.ndarray,
    exposure: np.ndarray,
    slope: np.ndarray,
    soil_depth: np.ndarray,
    grain_yield: np.ndarray,
    area: float,
    open_land: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Wild patches cleared for crops this year and by whom: (patch rows, household rows), no patch twice.

    A household expects to clear rate x missing grain / mean yield of a clearable patch of its village, in whole
    patches by a keyed draw ("land.clearing"), and no more than its idle days allow. `missing_grain` [kg/yr]
    (households,); `grain_yield` [kg/ha/yr] and `open_land` (natural, not closed, outside the red line, held by nobody)
    (patches,). Within a village the households that lack most come first and take the nearest patches, walk
    lengthened by rock and slope; ties by permanent id. Returns empty arrays where nobody clears.
    """
    nobody = np.zeros(0, dtype=np.int64)
    clearable = open_land & (soil_depth > rules.clearing_depth) & (slope < rules.clearing_slope)
    patches = np.flatnonzero(clearable & (grain_yield > 0))
    if len(patches) == 0 or not (missing_grain > 0).any():
        return nobody, nobody
    mean = _mean_by(patch_village[patches], grain_yield[patches], int(household_village.max()) + 1)[household_village]
    expected = rules.clearing_rate * np.divide(missing_grain, mean * area, out=np.zeros(len(mean)), where=mean > 0)
    luck = streams.uniform("land.clearing", year, household_ids)
    wanted = np.floor(np.minimum(expected + luck, idle_days / rules.clearing_days)).astype(np.int64)
    wanted = np.maximum(wanted, 0)
    wanted[missing_grain <= 0] = 0
    if not wanted.any():
        return nobody, nobody
    order = np.lexsort((household_ids, -missing_grain, household_village))
    claims = np.repeat(order, wanted[order])
    village = household_village[claims]
    rank = np.arange(len(claims)) - np.searchsorted(village, village)
    patches = patches[np.bincount(village, minlength=int(patch_village.max()) + 1)[patch_village[patches]] > 0]
    walk = distance[patches] + rules.clearing_per_exposure * exposure[patches]
    walk += rules.clearing_per_degree * slope[patches]
    patches = patches[np.lexsort((patch_ids[patches], walk, patch_village[patches]))]
    place = np.searchsorted(patch_village[patches], village) + rank
    there = place < np.searchsorted(patch_village[patches], village, side="right")
    return patches[place[there]], claims[there]


def _mean_by(group: np.ndarray, values: np.ndarray, groups: int) -> np.ndarray:
    """Mean of the values in each group, 0 where there are none; shape (groups,)."""
    count = np.bincount(group, minlength=groups)
    return np.bincount(group, weights=values, minlength=groups) / np.maximum(count, 1)


def abandonment(
    rules: LandUse,
    year: int,
    streams: Streams,
    uses: UseArrays,
    patch_ids: np.ndarray,
    use: np.ndarray,
    owner: np.ndarray,
    loss_years: np.ndarray,
    land_kind: np.ndarray,
    distance: np.ndarray,
    protected: np.ndarray,
    food_gap: np.ndarray,
    elder_share: np.ndarray,
    untenanted: float | None = None,
) -> np.ndarray:
    """Plots under annual crops given up this year; (plots,) bool.

    Annual chance rate x (.3 + .4 elder share + .2 far) (1 - p_tenant), only after two years of loss, never on
    plots kept for own food and never while the household lacks food. `food_gap`, `elder_share` (households,).
    p_tenant stands for a rental market; where there is one, no tenant was found for any of these plots, and
    `untenanted` [1/yr] stands in the place of rate (1 - p_tenant).
    """
    rate = rules.abandon_rate * (1 - np.asarray(rules.tenant)[land_kind]) if untenanted is None else untenanted
    chance = rules.abandon_base + rules.abandon_elder * elder_share[owner] + rules.abandon_far * (distance > rules.far)
    chance *= rate
    may = (owner >= 0) & uses.is_kind("crop")[use] & (loss_years >= rules.loss_years)
    may &= ~protected & (food_gap[owner] <= 0)
    return may & (streams.uniform("land.abandon", year, patch_ids) < chance)
