"""Real terrain and land cover: layers are warped to one projected grid, or refused; never laid by index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy import ndimage

from village_abm.land.classes import CLASSES, RasterError, choose_classes
from village_abm.land.landscape import Capacity, Landscape, slope_and_aspect
from village_abm.land.layers import Bounds, Grid, Layer, cell_size, extent, read_layer, utm_of, warp
from village_abm.land.surface import furnish
from village_abm.land.terrain import Terrain
from village_abm.streams import Streams

LEAST_PATCHES, MOST_PATCHES = 10, 400  # on a side
SEARCH_CELLS = 12  # cells of the coarse grid along a window while one is looked for
LEAST_RELIEF = 10.0  # [m] land of less is hardly karst, or its heights are in another unit
LOWEST, HIGHEST = -500.0, 9000.0  # [m] heights of land on earth


def read_terrain(
    rules: Terrain,
    dem: Path,
    lines: int,
    columns: int,
    patch_size: float,
    streams: Streams,
    key: int,
    households: int,
    capacity: Capacity,
    tables: Path,
    *,
    crs: str | None = None,
    landcover: Path | None = None,
    landcover_crs: str | None = None,
    classes: Path | None = None,
    window: Bounds | None = None,
) -> Landscape:
    """Make a landscape of a DEM [m] and, if given, land cover, in the UTM zone of the window's middle.

    Without `window` (x0, y0, x1, y1 in the coordinates of the DEM) the window of lines x columns patches
    that holds most farmland is taken, among those nearly without gaps; without land cover the one with most
    gentle land. With `window` the grid is as large as it. `tables` is the folder of shipped class tables.
    What no layer gives is generated from the real terrain. Raises RasterError.
    """
    height = read_layer(dem, crs, "--landscape-crs")
    _check_heights(height)
    cover = read_layer(landcover, landcover_crs, "--landcover-crs") if landcover else None
    table = choose_classes(cover.values, cover.file, tables, classes) if cover else None
    codes = [c for c, name in table.classes.items() if name == "farmland"] if table else []
    if window is None and min(lines, columns) < LEAST_PATCHES:
        raise RasterError(
            f"a grid of {lines} x {columns} patches is too small. "
            f"Set land.lines and land.columns to {LEAST_PATCHES} at least."
        )
    if window is None:
        grid = find_window(rules, height, cover, codes, lines, columns, patch_size)
    else:
        grid = window_grid(height, window, patch_size)
    elevation, filled = _elevation_on(rules, height, grid)
    notes = _height_notes(height, grid, filled, float(np.ptp(elevation)))
    if cover is None or table is None:
        known = farmland = built = water = None
        notes += ("Land cover is not given: cover is generated and nothing is known to be farmland.",)
    else:
        kind, known = table.lookup(warp(cover, grid, classes=True))
        if (kind == CLASSES.index("unknown")).all():
            raise RasterError(
                f"{cover.file}: does not reach the window on {height.file}. "
                f"Check the coordinate systems of both, or give another --window."
            )
        farmland, built, water = (kind == CLASSES.index(name) for name in ("farmland", "built", "water"))
        notes += _cover_notes(cover, grid, table.file, kind)
    return furnish(
        rules, elevation, None, patch_size, streams, key, households, capacity,
        crs=grid.crs.to_wkt(), origin=(grid.left, grid.top),
        notes=(*notes, "Landforms are read from slope and relative height."),
        known_cover=known, farmland=farmland, built=built, water=water,
    )  # fmt: skip


def _check_heights(height: Layer) -> None:
    low, high = np.nanmin(height.values), np.nanmax(height.values)
    if low < LOWEST or high > HIGHEST:
        raise RasterError(
            f"{height.file}: heights run from {low:g} to {high:g} m. "
            f"Declare the value that means no data in the file, or give a DEM in metres."
        )


def window_grid(height: Layer, window: Bounds, patch_size: float) -> Grid:
    """The grid of a window given in the coordinates of the DEM."""
    from rasterio.warp import transform_bounds

    x0, y0, x1, y1 = window
    left, bottom, right, top = height.bounds
    given = f"--window {x0:g} {y0:g} {x1:g} {y1:g}"
    reach = f"{height.file} reaches from {left:.6g}, {bottom:.6g} to {right:.6g}, {top:.6g}"
    if not (x0 < x1 and y0 < y1):
        raise RasterError(f"{given}: write the low x and y first, then the high ones; {reach}.")
    if x1 <= left or x0 >= right or y1 <= bottom or y0 >= top:
        raise RasterError(f"{given}: lies outside; {reach}. Give a window inside, in {height.crs.to_string()}.")
    crs = utm_of((x0 + x1) / 2, (y0 + y1) / 2, height.crs)
    x0, y0, x1, y1 = transform_bounds(height.crs, crs, *window)
    lines, columns = round((y1 - y0) / patch_size), round((x1 - x0) / patch_size)
    if min(lines, columns) < LEAST_PATCHES or max(lines, columns) > MOST_PATCHES:
        raise RasterError(
            f"{given}: {lines} x {columns} patches of {patch_size:g} m. "
            f"Give a window of {LEAST_PATCHES} to {MOST_PATCHES} patches on a side."
        )
    return Grid(crs, _snap(x0, patch_size), _snap(y1, patch_size), lines, columns, patch_size)


def _snap(value: float, size: float) -> float:
    return float(np.round(value / size) * size)


def find_window(
    rules: Terrain,
    height: Layer,
    cover: Layer | None,
    farm_codes: list[int],
    lines: int,
    columns: int,
    patch_size: float,
) -> Grid:
    """The grid of lines x columns patches with most farmland (or gentle land) and hardly any gaps.

    Looked for on a coarse grid. Among windows with no more gaps than allowed: most farmland, then fewest
    gaps, then nearest the middle of the DEM, then northernmost and westernmost. Raises RasterError.
    """
    from rasterio.transform import xy
    from rasterio.warp import transform, transform_bounds

    rows, cols = np.nonzero(~np.isnan(height.values))
    middle_x, middle_y = xy(height.transform, rows.mean(), cols.mean())
    crs = utm_of(middle_x, middle_y, height.crs)
    left, bottom, right, top = transform_bounds(height.crs, crs, *height.bounds)
    coarse = max(min(lines, columns) * patch_size / SEARCH_CELLS, patch_size)
    high, wide = round(lines * patch_size / coarse), round(columns * patch_size / coarse)
    grid = Grid(crs, left, top, int((top - bottom) / coarse), int((right - left) / coarse), coarse)
    if grid.lines < high or grid.columns < wide:
        raise RasterError(
            f"{height.file}: {(top - bottom) / 1000:.1f} x {(right - left) / 1000:.1f} km is smaller than "
            f"the window of {lines} x {columns} patches of {patch_size:g} m. "
            f"Lower land.lines and land.columns, or give --window."
        )
    heights = warp(height, grid)
    gaps = bare = np.isnan(heights)
    if cover is None:
        wanted = ~gaps & (slope_and_aspect(heights, coarse)[0] <= rules.gentle_slope)
    else:
        codes = warp(cover, grid, classes=True)
        if np.isnan(codes[~gaps]).all():
            raise RasterError(
                f"{cover.file} and {height.file} do not overlap: {extent(cover)} against {extent(height)}. "
                f"Check their coordinate systems."
            )
        gaps = gaps | np.isnan(codes)
        wanted = np.isin(codes, farm_codes) & ~gaps
    missing, found = _box_mean(gaps, high, wide), _box_mean(wanted, high, wide)
    if missing.min() > rules.most_missing:
        raise _no_window(rules, height, cover, _box_mean(bare, high, wide).min(), missing.min(), lines, columns)
    line, column = np.indices(missing.shape)
    mid = np.array(transform(height.crs, crs, [middle_x], [middle_y])).ravel()
    away = np.hypot(left + (column + wide / 2) * coarse - mid[0], top - (line + high / 2) * coarse - mid[1])
    # The coarse grid sees gaps only roughly, so half of what is allowed is asked for where that can be had.
    fit = missing <= max(rules.most_missing / 2, missing.min())
    best = np.lexsort((away.ravel(), missing.ravel(), -found.ravel(), ~fit.ravel()))[0]
    x = left + (column.flat[best] + wide / 2) * coarse
    y = top - (line.flat[best] + high / 2) * coarse
    zone = utm_of(x, y, crs)
    (x,), (y,) = transform(crs, zone, [x], [y])
    x0, y1 = _snap(x - columns * patch_size / 2, patch_size), _snap(y + lines * patch_size / 2, patch_size)
    return Grid(zone, x0, y1, lines, columns, patch_size)


def _no_window(
    rules: Terrain, height: Layer, cover: Layer | None, of_heights: float, of_both: float, lines: int, columns: int
) -> RasterError:
    """Why no window will do: the heights have gaps, or the land cover does where the heights have none."""
    lacking = height.file if cover is None or of_heights > rules.most_missing else cover.file
    share = of_heights if lacking == height.file else of_both
    return RasterError(
        f"{lacking}: every window of {lines} x {columns} patches lacks data on at least {share:.0%} of its area"
        f"{'' if lacking == height.file else f', although {height.file} has it'}. "
        f"Lower land.lines and land.columns, or give --window."
    )


def _box_mean(mask: np.ndarray, high: int, wide: int) -> np.ndarray:
    """Share of every box of high x wide cells that is marked, by its north-west corner."""
    total = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1))
    total[1:, 1:] = mask.cumsum(0).cumsum(1)
    box = total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]
    return box / (high * wide)


def _elevation_on(rules: Terrain, height: Layer, grid: Grid) -> tuple[np.ndarray, float]:
    """Heights on the grid with small gaps filled from the nearest cell, and the share filled."""
    elevation = warp(height, grid)
    gaps = np.isnan(elevation)
    if gaps.mean() > rules.most_missing:
        raise RasterError(
            f"{height.file}: {gaps.mean():.0%} of the window has no data, "
            f"more than {rules.most_missing:.0%}. Give --window where there is data."
        )
    if gaps.any():
        nearest = ndimage.distance_transform_edt(gaps, return_distances=False, return_indices=True)
        elevation = elevation[tuple(nearest)]
    return elevation, float(gaps.mean())


def _height_notes(height: Layer, grid: Grid, filled: float, relief: float) -> tuple[str, ...]:
    from rasterio.warp import transform

    x, y = grid.left + grid.columns * grid.size / 2, grid.top - grid.lines * grid.size / 2
    (lon,), (lat,) = transform(grid.crs, "EPSG:4326", [x], [y])
    cell = cell_size(height, grid.crs)
    notes = [
        f"Elevation is real: {height.file} ({height.crs.to_string()}, cells of about {cell:.0f} m), "
        f"warped to {grid.lines} x {grid.columns} patches of {grid.size:g} m in {grid.crs.to_string()} "
        f"around {lon:.4f} E, {lat:.4f} N."
    ]
    if cell > 2 * grid.size:
        notes.append(
            "Its cells are coarser than the patches: heights between them are interpolated, so small karst "
            "forms are missing and slopes come out too gentle."
        )
    if relief < LEAST_RELIEF:
        notes.append(f"All of it lies within {relief:.2g} m of height: check that the heights are in metres.")
    if filled > 0:
        notes.append(f"Elevation had no data on {filled:.1%} of the patches, filled from the nearest cell.")
    return tuple(notes)


def _cover_notes(cover: Layer, grid: Grid, table: str, kind: np.ndarray) -> tuple[str, ...]:
    shares = np.bincount(kind.ravel(), minlength=len(CLASSES)) / kind.size
    named = ", ".join(f"{name} {share:.0%}" for name, share in zip(CLASSES, shares, strict=True) if share > 0)
    notes = [
        f"Land cover is real: {cover.file} ({cover.crs.to_string()}, cells of about "
        f"{cell_size(cover, grid.crs):.0f} m), classes by {table}: {named}."
    ]
    if shares[CLASSES.index("unknown")] > 0:
        notes.append("Where the class is unknown, as under cloud, cover is generated.")
    return tuple(notes)
