"""What lies on the terrain at the start: rock, soil, cover, water, hamlets, paths and the red line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from village_abm.land.hamlets import paths, settle_hamlets
from village_abm.land.landscape import (
    DEPRESSION,
    FOOT,
    PEAK,
    SLOPE,
    Capacity,
    Landscape,
    patch_ids,
    random_field,
    slope_and_aspect,
)
from village_abm.streams import Streams

if TYPE_CHECKING:
    from village_abm.land.terrain import Terrain

# How the generator lays things out: no equation of the yearly path reads these.
WET_REACH = 31  # [patches] land is low or high against a square of this width
RED_LINE_SMOOTH, RED_LINE_NOISE = 2.0, 0.1  # patches; weight of chance against steepness and distance


def furnish(
    rules: Terrain,
    elevation: np.ndarray,
    forms: np.ndarray | None,
    patch_size: float,
    streams: Streams,
    key: int,
    households: int,
    capacity: Capacity,
    *,
    crs: str | None,
    origin: tuple[float, float],
    notes: tuple[str, ...],
    known_cover: np.ndarray | None = None,
    farmland: np.ndarray | None = None,
    built: np.ndarray | None = None,
    water: np.ndarray | None = None,
) -> Landscape:
    """Complete a height grid [m] to a landscape; all arrays have shape (lines, columns).

    `forms` None derives landforms from the heights. `known_cover` is the mean cover of the land-cover class
    of each patch, NaN where unknown. What is not given is generated and the notes say so.
    """
    nowhere = np.zeros(elevation.shape, bool)
    farmland = nowhere if farmland is None else farmland
    built = nowhere if built is None else built
    water = nowhere if water is None else water
    ids = patch_ids(key, *elevation.shape)
    slope, aspect = slope_and_aspect(elevation, patch_size)
    if forms is None:
        forms = landforms_of(rules, elevation, slope, patch_size)
    wet = _wet(rules, elevation, forms, streams, ids) & ~water
    settlement, hamlet, seeds = settle_hamlets(
        rules, slope, forms, wet, farmland, built, water, patch_size, streams, ids, households
    )
    wet &= ~settlement
    distance = ndimage.distance_transform_edt(~settlement) * patch_size
    soil, exposure, bumps = _soil_and_rock(rules, forms, patch_size, streams, ids)
    cover, capped = _cover(rules, soil, exposure, distance, bumps, known_cover, capacity)
    swell = random_field(streams, "land.lithology", ids, max(elevation.shape) / 10)
    edges = np.quantile(swell, np.cumsum(rules.lithology_shares)[:-1] / sum(rules.lithology_shares))
    sealed = (water | built) & ~settlement
    walls = rules.terrace_slopes
    return Landscape(
        patch_size, elevation, slope, aspect, forms,
        lithology=np.digitize(swell, edges).astype(np.int8),
        distance=distance, hamlet=hamlet, settlement=settlement,
        path=paths(rules, elevation, seeds, patch_size) & ~settlement & ~water, sealed=sealed,
        farmland=farmland & ~settlement & ~sealed,
        soil_depth=soil, exposure=exposure, cover=cover, wet=wet,
        terraceable=(slope >= walls[0]) & (slope <= walls[1]) & ~sealed & ~settlement,
        red_line=_red_line(rules, slope, distance, streams, ids) & ~settlement,
        crs=crs, origin=origin,
        notes=(
            *notes,
            "Soil, rock exposure, lithology, water for rice, hamlets, paths and the red line are generated.",
            f"Cover at the start was cut to what soil and rock can carry on {capped:.0%} of the patches.",
        ),
    )  # fmt: skip


def _soil_and_rock(
    rules: Terrain, forms: np.ndarray, patch_size: float, streams: Streams, ids: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Soil depth [cm], rock exposure and a standard normal field for cover.

    D = mean exp(s z - s^2/2), lognormal with the stated mean; B = mean + sd (c z + sqrt(1 - c^2) z2), where
    c is the stated correlation, held between 0 and the stated most (a truncated normal).
    """
    reach = rules.patchiness / patch_size

    def patchy(name: str) -> np.ndarray:
        smooth = random_field(streams, f"land.{name}.smooth", ids, reach)
        fine = streams.normal(f"land.{name}.fine", 0, ids)
        return np.sqrt(rules.smooth_share) * smooth + np.sqrt(1 - rules.smooth_share) * fine

    hilly = forms >= SLOPE
    depth, other, bumps = patchy("soil"), patchy("rock"), patchy("cover")
    means = np.empty(4)
    means[DEPRESSION], means[FOOT], means[SLOPE] = rules.soil_depression, rules.soil_foot, rules.soil_slope
    means[PEAK] = rules.soil_slope * rules.soil_peak_factor
    spread = np.where(hilly, rules.soil_slope_log_sd, rules.soil_flat_log_sd)
    soil = means[forms] * np.exp(spread * depth - spread**2 / 2)
    rock = np.empty(4)
    rock[DEPRESSION], rock[FOOT] = rules.exposure_depression, rules.exposure_foot
    rock[SLOPE], rock[PEAK] = rules.exposure_slope, rules.exposure_peak
    deviation = np.where(hilly, 1.0, rock[forms] / rules.exposure_slope) * rules.exposure_sd
    with_soil = rules.soil_exposure_correlation
    mixed = with_soil * depth + np.sqrt(1 - with_soil**2) * other
    return soil, np.clip(rock[forms] + deviation * mixed, 0.0, rules.exposure_most), bumps


def _cover(
    rules: Terrain,
    soil: np.ndarray,
    exposure: np.ndarray,
    distance: np.ndarray,
    bumps: np.ndarray,
    known: np.ndarray | None,
    capacity: Capacity,
) -> tuple[np.ndarray, float]:
    """Cover at the start, and the share of patches where the capacity cut it.

    wanted = mean - loss exp(-distance/reach) + sd z; where the land cover is known its class says the mean.
    """
    loss = rules.cover_near_loss * np.exp(-distance / rules.cover_reach)
    wanted = rules.cover_mean - loss + rules.cover_sd * bumps
    if known is not None:
        wanted = np.where(np.isnan(known), wanted, known + rules.class_cover_sd * bumps)
    most = np.maximum(capacity(soil, exposure), 0.0)
    return np.clip(wanted, 0.0, most), float((wanted > most).mean())


def _wet(rules: Terrain, elevation: np.ndarray, forms: np.ndarray, streams: Streams, ids: np.ndarray) -> np.ndarray:
    """Land with water for rice: depression land lowest in its surroundings first, foot land by springs."""
    low = elevation - ndimage.uniform_filter(elevation, WET_REACH, mode="nearest")
    spring = random_field(streams, "land.springs", ids, 2)
    wet = np.zeros(forms.shape, bool)
    for form, share, order in ((DEPRESSION, rules.wet_depression, low), (FOOT, rules.wet_foot, spring)):
        here = forms == form
        if here.any() and share > 0:
            wet |= here & (order <= np.quantile(order[here], share))
    return wet


def _red_line(rules: Terrain, slope: np.ndarray, distance: np.ndarray, streams: Streams, ids: np.ndarray) -> np.ndarray:
    """The share of land that is steepest and farthest from settlements, in broad areas."""
    score = slope / (slope.max() or 1) + distance / (distance.max() or 1)
    score = ndimage.gaussian_filter(score, RED_LINE_SMOOTH) + RED_LINE_NOISE * random_field(
        streams, "land.red_line", ids, 6
    )
    if rules.red_line_share <= 0:
        return np.zeros(slope.shape, bool)
    return score > np.quantile(score, 1 - rules.red_line_share)


def landforms_of(rules: Terrain, elevation: np.ndarray, slope: np.ndarray, patch_size: float) -> np.ndarray:
    """Landform of each patch of a real height grid, from slope and relative height; shape of `elevation`.

    p = (z - lowest)/(highest - lowest) within a square of `position_reach`. Peak: p >= high_position where
    the relief is at least `least_relief`. Slope: steeper than `gentle_slope`. Depression (or valley floor):
    gentle and p <= low_position. Foot: the other gentle land.
    """
    cells = max(round(rules.position_reach / patch_size), 3)
    lowest = ndimage.minimum_filter(elevation, cells, mode="nearest")
    relief = ndimage.maximum_filter(elevation, cells, mode="nearest") - lowest
    position = (elevation - lowest) / np.maximum(relief, 1e-9)
    forms = np.where(slope > rules.gentle_slope, SLOPE, FOOT)
    flat = (slope <= rules.gentle_slope) & ((position <= rules.low_position) | (relief < rules.least_relief))
    forms[flat] = DEPRESSION
    forms[(position >= rules.high_position) & (relief >= rules.least_relief)] = PEAK
    return forms.astype(np.int8)
