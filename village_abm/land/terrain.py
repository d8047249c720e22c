"""Karst terrain by rule: height grids of four landscapes, and the record of everything about terrain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from village_abm.land.landscape import (
    DEPRESSION,
    FOOT,
    PEAK,
    SLOPE,
    Capacity,
    Landscape,
    patch_ids,
    random_field,
)
from village_abm.land.surface import furnish
from village_abm.params import ParameterError, needs
from village_abm.streams import Streams, permanent_id

ROUNDING = 0.7  # [patches] creases along divides and at the foot are rounded this far
WINDING_REACH = 150.0  # [m] over which forms swerve
TERRAINS = ("peak_cluster_depression", "trough_valley", "plateau", "gorge")


@dataclass(frozen=True)
class Terrain:
    """How terrain is shaped, read and furnished; lists run over TERRAINS."""

    spacing: tuple[float, ...] = needs("m", "between the low places: depressions, valley axes, cones, gorges")
    depression_share: tuple[float, ...] = needs("1", "share of depression or valley floor")
    foot_share: tuple[float, ...] = needs("1", "share of foot slopes")
    peak_share: tuple[float, ...] = needs("1", "share of peaks")
    steepness: tuple[float, ...] = needs("degree", "mean steepness of hillsides")
    steepness_sd: float = needs("degree", "deviation of that steepness from place to place")
    floor_steepness: float = needs("degree", "steepness of floors")
    foot_steepness: float = needs("degree", "steepness of foot slopes")
    base_elevation: tuple[float, ...] = needs("m", "height of the lowest floors")
    regional_relief: float = needs("m", "deviation of the broad swell under the karst forms")
    roughness: float = needs("m", "deviation of small bumps")
    winding: float = needs("m", "deviation by which all forms wind and swerve")
    cone_lift: float = needs("1", "how much higher cones stand than the saddles between them, as a share")
    jitter: float = needs("1", "how far low places stray from an even spacing, as a share of it")
    lithology_shares: tuple[float, ...] = needs("1", "share of land on each kind of rock, over LITHOLOGIES")

    position_reach: float = needs("m", "width of the square in which height is judged on real terrain")
    low_position: float = needs("1", "relative height below which flat land is depression")
    high_position: float = needs("1", "relative height above which land is peak")
    least_relief: float = needs("m", "relief below which there are no peaks")
    gentle_slope: float = needs("degree", "slope above which real land is slope")
    most_missing: float = needs("1", "share of a window that may be without data")
    class_cover_sd: float = needs("1", "spread of cover within a land-cover class")

    soil_slope: float = needs("cm", "mean soil depth of slopes")
    soil_slope_log_sd: float = needs("1", "deviation of the log of soil depth on slopes and peaks")
    soil_peak_factor: float = needs("1", "soil depth of peaks as a share of that of slopes")
    soil_foot: float = needs("cm", "mean soil depth of foot slopes")
    soil_depression: float = needs("cm", "mean soil depth of depressions")
    soil_flat_log_sd: float = needs("1", "deviation of the log of soil depth on gentle land")
    exposure_slope: float = needs("1", "mean rock exposure of slopes")
    exposure_peak: float = needs("1", "mean rock exposure of peaks")
    exposure_foot: float = needs("1", "mean rock exposure of foot slopes")
    exposure_depression: float = needs("1", "mean rock exposure of depressions")
    exposure_sd: float = needs("1", "deviation of rock exposure on slopes and peaks")
    exposure_most: float = needs("1", "highest rock exposure at the start")
    soil_exposure_correlation: float = needs("1", "correlation of rock exposure with the log of soil depth")
    patchiness: float = needs("m", "reach of the smooth part of soil, rock and cover")
    smooth_share: float = needs("1", "share of the variance of soil, rock and cover that is smooth")

    cover_mean: float = needs("1", "mean cover of land far from settlements before the capacity binds")
    cover_sd: float = needs("1", "deviation of that cover")
    cover_near_loss: float = needs("1", "cover missing beside a settlement, against land far away")
    cover_reach: float = needs("m", "distance over which that loss fades by e")

    wet_depression: float = needs("1", "share of depression land with water for rice")
    wet_foot: float = needs("1", "share of foot land fed by springs")
    terrace_slopes: tuple[float, ...] = needs("degree", "lowest and highest slope that is terraced", order="rising")
    red_line_share: float = needs("1", "share of land inside the ecological red line")

    hamlets: float = needs("1", "hamlets of a village")
    hamlet_spacing: float = needs("m", "least distance between hamlets where there is room")
    households_per_patch: float = needs("household", "houses on one settlement patch")
    arable_reach: float = needs("m", "distance within which a hamlet looks for gentle land")
    climb_cost: float = needs("1", "metres of level walk that one metre of climb is worth")


def generate(
    rules: Terrain,
    landform: str,
    lines: int,
    columns: int,
    patch_size: float,
    streams: Streams,
    key: int,
    households: int,
    capacity: Capacity,
) -> Landscape:
    """Make a whole landscape of one of TERRAINS for a village of so many households.

    `key` names the village in every draw; `capacity(soil_depth, exposure)` is the cover land can carry.
    Raises ParameterError for an unknown landform or a grid that is too small.
    """
    if landform not in TERRAINS:
        raise ParameterError(f"landform '{landform}' is unknown. Write one of {', '.join(TERRAINS)}.")
    if min(lines, columns) < 10:
        raise ParameterError(
            f"a grid of {lines} x {columns} patches is too small. Set land.lines and land.columns to 10 at least."
        )
    elevation, forms = heights(rules, TERRAINS.index(landform), lines, columns, patch_size, streams, key)
    notes = (f"Terrain is generated: {landform.replace('_', ' ')}, {lines} x {columns} patches.",)
    return furnish(
        rules, elevation, forms, patch_size, streams, key, households, capacity,
        crs=None, origin=(0.0, lines * patch_size), notes=notes,
    )  # fmt: skip


def heights(
    rules: Terrain, kind: int, lines: int, columns: int, patch_size: float, streams: Streams, key: int
) -> tuple[np.ndarray, np.ndarray]:
    """Elevation [m] and landform of generated terrain, both of shape (lines, columns).

    Land rises with the distance d from the nearest low place, where t = d/L is 0 at that place and about 1
    on the divide: hardly on the floor, gently on the foot, then at the angle of the hillside, and gently
    again on the shoulders beyond L, which only gorges have. The limits of floor and foot are the quantiles
    of t that give their shares, so a floor is always ringed by higher land. Where three cells of polygonal
    karst meet the hillside is steeper, which makes a cone; between two it is less so, which makes a saddle.
    Peaks are the highest of the rest above their own floor.
    """
    ids = patch_ids(key, lines, columns)
    distance, reach, lift = _distance_to_low(rules, kind, lines, columns, patch_size, streams, key)
    t = distance / reach
    low, foot = rules.depression_share[kind], rules.depression_share[kind] + rules.foot_share[kind]
    floor_edge, foot_edge = np.quantile(t, (low, foot))
    grain = rules.spacing[kind] / patch_size
    angle = rules.steepness[kind] + rules.steepness_sd * random_field(streams, "land.steepness", ids, grain / 4)
    steepest = rules.steepness[kind] + 2 * rules.steepness_sd
    hillside = np.tan(np.radians(np.clip(angle, rules.foot_steepness, steepest)))
    at_floor, at_foot = floor_edge * reach, foot_edge * reach
    rise = (
        np.tan(np.radians(rules.floor_steepness)) * np.minimum(distance, at_floor)
        + np.tan(np.radians(rules.foot_steepness)) * (np.clip(distance, at_floor, at_foot) - at_floor)
        + hillside * lift * (np.clip(distance, at_foot, reach) - at_foot)
        + np.tan(np.radians(rules.foot_steepness)) * np.maximum(distance - reach, 0)
    )
    rise = ndimage.gaussian_filter(rise, ROUNDING, mode="nearest")
    swell = rules.regional_relief * random_field(streams, "land.swell", ids, max(lines, columns) / 6)
    bumps = rules.roughness * random_field(streams, "land.bumps", ids, 1.5)
    elevation = rise + swell + bumps
    forms = np.where(t <= floor_edge, DEPRESSION, np.where(t <= foot_edge, FOOT, SLOPE)).astype(np.int8)
    hills = forms == SLOPE
    share = min(rules.peak_share[kind] / max(hills.mean(), 1e-9), 1.0)
    forms[hills & (rise > np.quantile(rise[hills], 1 - share))] = PEAK
    return elevation - elevation.min() + rules.base_elevation[kind], forms


def _distance_to_low(
    rules: Terrain, kind: int, lines: int, columns: int, patch_size: float, streams: Streams, key: int
) -> tuple[np.ndarray, np.ndarray | float, np.ndarray | float]:
    """Distance d from the nearest low place, the length L it runs to [m], and the steepening of cones."""
    spacing = rules.spacing[kind]
    ids = patch_ids(key, lines, columns)
    y, x = (np.indices((lines, columns)) + 0.5) * patch_size
    x = x + rules.winding * random_field(streams, "land.winding.x", ids, WINDING_REACH / patch_size)
    y = y + rules.winding * random_field(streams, "land.winding.y", ids, WINDING_REACH / patch_size)
    height, width = lines * patch_size, columns * patch_size
    if TERRAINS[kind] == "peak_cluster_depression":
        # Polygonal karst: each depression drains its own cell, the divide lies where two are equally far.
        points = _scattered(rules, spacing, height, width, streams, key)
        found, _ = cKDTree(points).query(np.column_stack([x.ravel(), y.ravel()]), k=3)
        nearest, second, third = found.T.reshape(3, lines, columns)
        meeting = 1 - np.clip((third - nearest) / (spacing / 2), 0, 1)
        return nearest, (nearest + second) / 2, 1 + rules.cone_lift * (meeting - 0.5)
    if TERRAINS[kind] == "plateau":
        # Cones stand on the plain: the land is low where the nearest cone is far.
        points = _scattered(rules, spacing, height, width, streams, key)
        found, _ = cKDTree(points).query(np.column_stack([x.ravel(), y.ravel()]))
        from_cone = found.reshape(lines, columns)
        return from_cone.max() - from_cone, float(from_cone.max()), 1.0
    # Valleys and gorges run along a winding axis through the middle of the land.
    turn, phase, bend = streams.uniform("land.axis", 0, permanent_id(key, "axis"), np.arange(3))
    angle = np.pi * turn
    across = (x - width / 2) * np.cos(angle) + (y - height / 2) * np.sin(angle)
    along = (y - height / 2) * np.cos(angle) - (x - width / 2) * np.sin(angle)
    across = across + rules.jitter * spacing / 2 * np.sin(2 * np.pi * (along / spacing / (1 + bend) + phase))
    if TERRAINS[kind] == "gorge":
        return np.abs(across), spacing / 2, 1.0
    return np.abs((across / spacing + 0.5) % 1 - 0.5) * spacing, spacing / 2, 1.0


def _scattered(rules: Terrain, spacing: float, height: float, width: float, streams: Streams, key: int) -> np.ndarray:
    """Points of a jittered six-sided grid that reaches past the edges, x and y [m]; shape (points, 2)."""
    rise = spacing * np.sqrt(3) / 2
    line, column = np.indices((int(height / rise) + 5, int(width / spacing) + 5)).reshape(2, -1)
    ids = permanent_id(key, "centre", line * 10_000 + column)
    stray = (streams.uniform("land.centre", 0, ids[:, None], np.arange(2)) - 0.5) * 2 * rules.jitter * spacing
    shift = streams.uniform("land.grid", 0, permanent_id(key, "grid"), np.arange(2)) - 2
    x = (column + 0.5 * (line % 2) + shift[0]) * spacing
    return np.column_stack([x, (line + shift[1]) * rise]) + stray
