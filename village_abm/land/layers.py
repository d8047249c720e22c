"""Layers of real data: read with their coordinate system, warped to one grid."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from village_abm.land.classes import RasterError

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layer:
    """One band of a raster as it stands in its file; NaN where there is no data."""

    file: str
    values: np.ndarray
    transform: Any
    crs: Any

    @property
    def bounds(self) -> Bounds:
        """Left, bottom, right, top in the layer's own coordinates."""
        from rasterio.transform import array_bounds

        left, bottom, right, top = array_bounds(*self.values.shape, self.transform)
        return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


@dataclass(frozen=True)
class Grid:
    """The one grid everything is warped to: projected, square cells, north up."""

    crs: Any
    left: float
    top: float
    lines: int
    columns: int
    size: float

    @property
    def transform(self) -> Any:
        """Affine transform of the grid."""
        from rasterio.transform import from_origin

        return from_origin(self.left, self.top, self.size, self.size)


def read_layer(path: Path, crs: str | None, option: str) -> Layer:
    """The first band of a raster with its coordinate system, from the file, a sidecar or `crs`."""
    import rasterio
    from rasterio.crs import CRS
    from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioIOError

    if path.is_dir():
        raise RasterError(f"{path}: is a folder. Give the path of a GeoTIFF or ESRI ASCII grid in it.")
    if not path.is_file():
        raise RasterError(f"{path}: no such file. Give the path of a GeoTIFF or ESRI ASCII grid.")
    try:
        with warnings.catch_warnings(), rasterio.Env():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as source:
                if source.dtypes[0].startswith("complex"):
                    raise RasterError(f"{path}: holds complex numbers. Give a raster of plain numbers.")
                values = source.read(1, masked=True).astype(float).filled(np.nan)
                transform, own = source.transform, source.crs
    except RasterioIOError as error:
        raise RasterError(f"{path}: not a raster that can be read. Give a GeoTIFF or ESRI ASCII grid.") from error
    if transform.is_identity:
        raise RasterError(f"{path}: not georeferenced. Give a GeoTIFF or ESRI ASCII grid with coordinates.")
    if crs is not None:
        try:
            with rasterio.Env():
                told = CRS.from_user_input(crs)
        except CRSError as error:
            raise RasterError(f"{path}: unknown coordinate system '{crs}'. Write one like EPSG:4326.") from error
        if own is not None and _on_earth(own) and own != told:
            raise RasterError(f"{path}: is in {own.to_string()}, not {crs}. Leave {option} out or correct it.")
        own = told
    if own is None:
        raise RasterError(f"{path}: no coordinate system in the file or beside it (.prj). Give {option}.")
    if not _on_earth(own):
        raise RasterError(
            f"{path}: its coordinate system ({own.to_wkt()[:60]}...) is local, with no place on earth. "
            f"Give {option} as a known one, like EPSG:32649."
        )
    if np.isnan(values).all():
        raise RasterError(f"{path}: has no data in any cell. Check the value that the file declares as no data.")
    if min(values.shape) < 2:
        raise RasterError(f"{path}: {values.shape[0]} x {values.shape[1]} cells hold no terrain. Give a larger raster.")
    layer = Layer(path.name, values, transform, own)
    _check_coordinates(layer, path, option)
    return layer


def _on_earth(crs: Any) -> bool:
    return bool(crs.is_geographic or crs.is_projected)


def _check_coordinates(layer: Layer, path: Path, option: str) -> None:
    """Refuse metres called degrees and degrees called metres."""
    left, bottom, right, top = layer.bounds
    could_be_degrees = left >= -361 and right <= 361 and bottom >= -90.5 and top <= 90.5
    if could_be_degrees != layer.crs.is_geographic:
        are = "degrees" if could_be_degrees else "no degrees"
        raise RasterError(
            f"{path}: coordinates like {left:.6g}, {bottom:.6g} are {are}, so it is not in "
            f"{layer.crs.to_string()}. Give {option} as the data's own system."
        )


def warp(layer: Layer, grid: Grid, *, classes: bool = False) -> np.ndarray:
    """A layer on the grid, NaN where it has no data; shape (lines, columns).

    Cells coarser than the grid: cubic for heights, nearest for classes. Cells finer than half a grid
    cell: the mean of heights, the most frequent of classes.
    """
    from rasterio.enums import Resampling
    from rasterio.warp import reproject

    finer = cell_size(layer, grid.crs) < grid.size / 2
    if classes:
        method = Resampling.mode if finer else Resampling.nearest
    else:
        method = Resampling.average if finer else Resampling.cubic
    warped = np.full((grid.lines, grid.columns), np.nan)
    reproject(
        layer.values, warped, src_transform=layer.transform, src_crs=layer.crs, src_nodata=np.nan,
        dst_transform=grid.transform, dst_crs=grid.crs, dst_nodata=np.nan, resampling=method, tolerance=0.0,
    )  # fmt: skip
    return warped


def cell_size(layer: Layer, crs: Any) -> float:
    """About how wide a cell is in a projected system [m]: the root of its mean area."""
    from rasterio.warp import transform_bounds

    left, bottom, right, top = transform_bounds(layer.crs, crs, *layer.bounds)
    return float(np.sqrt((right - left) * (top - bottom) / layer.values.size))


def utm_of(x: float, y: float, crs: Any) -> Any:
    """The UTM zone a point lies in."""
    from rasterio.crs import CRS
    from rasterio.warp import transform

    (lon,), (lat,) = transform(crs, CRS.from_epsg(4326), [x], [y])
    zone = int((lon + 180) // 6) % 60 + 1
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def extent(layer: Layer) -> str:
    """Where a layer lies, in words."""
    left, bottom, right, top = layer.bounds
    return f"{left:.6g}, {bottom:.6g} to {right:.6g}, {top:.6g} in {layer.crs.to_string()}"
