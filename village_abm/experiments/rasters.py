"""Maps of a run as files: NetCDF for all years, GeoTIFF for the first and the last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.patch import GRADES, Patch
from village_abm.accounting.functions import FUNCTIONS
from village_abm.accounting.layout import SUITED, VERDICTS

if TYPE_CHECKING:
    import xarray as xr

MISSING = -1


def _flags(layer: str, model: Any) -> dict[str, Any]:
    named = {
        "grade": GRADES, "use": tuple(model.use_names), "function": FUNCTIONS, "suited": SUITED, "agreement": VERDICTS,
    }  # fmt: skip
    names = named.get(layer)
    if names is None:
        return {}
    return {
        "flag_values": np.arange(len(names), dtype=np.int16),
        "flag_meanings": " ".join(name.replace(" ", "_") for name in names),
    }


def _axes(landscape: Any, lines: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    left, top = landscape.origin
    size = landscape.patch_size
    return top - size * (np.arange(lines) + 0.5), left + size * (np.arange(columns) + 0.5)


def dataset(model: Any) -> xr.Dataset:
    """All maps of a run by year, y and x, described by the CF conventions."""
    import xarray as xr

    land = model.landscape
    y, x = _axes(land, *land.elevation.shape)
    columns = Patch.columns()
    mapping: dict[str, Any] = {}
    data: dict[str, Any] = {}
    if land.crs:
        from pyproj import CRS

        mapping = {"grid_mapping": "spatial_ref"}
        data["spatial_ref"] = ((), np.int32(0), CRS.from_user_input(land.crs).to_cf())
    for layer, values in model.maps.items():
        about = {
            "long_name": columns[layer].meaning,
            "units": columns[layer].unit,
            **_flags(layer, model),
            **mapping,
        }
        data[layer] = (("year", "y", "x"), values, about)
    height = {
        "long_name": "height above the sea",
        "standard_name": "surface_altitude",
        "units": "m",
        **mapping,
    }
    data["elevation"] = (("y", "x"), np.asarray(land.elevation, np.float32), height)
    east = {"long_name": "metres east", "units": "m", "axis": "X"}
    north = {"long_name": "metres north", "units": "m", "axis": "Y"}
    if land.crs:
        east["standard_name"], north["standard_name"] = "projection_x_coordinate", "projection_y_coordinate"
    return xr.Dataset(
        data,
        coords={
            "year": ("year", np.asarray(model.map_years, np.int32), {"long_name": "year, at its close"}),
            "y": ("y", y, north),
            "x": ("x", x, east),
        },
        attrs={
            "Conventions": "CF-1.11",
            "title": f"Maps of the scenario {model.params.scenario.name}",
            "source": "karst-village-abm",
            "patch_size": float(land.patch_size),
            "use_labels": json.dumps(list(model.use_labels), ensure_ascii=False),
        },
    )


def write_netcdf(path: Path, model: Any) -> None:
    """Write all maps of a run into one compressed NetCDF file, a chunk a year."""
    maps = dataset(model)
    small = {"zlib": True, "complevel": 4}
    encoding = {layer: {**small, "chunksizes": (1, *maps[layer].shape[1:])} for layer in model.maps}
    maps.to_netcdf(path, engine="h5netcdf", encoding={**encoding, "elevation": small})


def write_geotiffs(folder: Path, model: Any) -> None:
    """Write every layer of the first and of the last recorded year as `<layer>-<year>.tif`."""
    import rasterio
    from rasterio.transform import from_origin

    folder.mkdir()
    land = model.landscape
    transform = from_origin(*land.origin, land.patch_size, land.patch_size)
    columns = Patch.columns()
    years = list(model.map_years)
    for moment in dict.fromkeys((0, len(years) - 1)):
        for layer, values in model.maps.items():
            cells = values[moment]
            if cells.dtype == np.int8:
                cells = cells.astype(np.int16)
            form = {"height": cells.shape[0], "width": cells.shape[1], "count": 1, "dtype": cells.dtype.name}
            place = {"crs": land.crs, "transform": transform, "driver": "GTiff", "compress": "deflate"}
            nodata = MISSING if layer in ("owner", "scheme") else None
            with rasterio.open(folder / f"{layer}-{years[moment]}.tif", "w", nodata=nodata, **form, **place) as file:
                file.write(cells, 1)
                file.set_band_description(1, f"{columns[layer].meaning} [{columns[layer].unit}]")
