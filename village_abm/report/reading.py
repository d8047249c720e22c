"""A run folder, read back: the report knows a run only by what was recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments.ablation import FILE as ABLATION
from village_abm.experiments.record import FolderError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MAPS = ("use", "grade", "cover")
FURTHER_MAPS = ("gep", "esv", "function", "suited", "agreement")
"""Maps that not every folder holds."""


@dataclass(frozen=True)
class Run:
    """One recorded run: what was asked for, what came out, year by year and cell by cell."""

    manifest: dict[str, Any]
    indicators: pd.DataFrame
    households: pd.DataFrame
    people: pd.DataFrame
    books: pd.DataFrame
    relocated: pd.DataFrame
    parameters: pd.DataFrame
    maps: dict[str, np.ndarray]
    map_years: list[int]
    labels: dict[str, dict[str, Any]]
    """Attributes of every map as the file has them: unit, what its numbers stand for."""
    statements: dict[str, Any]
    elevation: np.ndarray
    patch_size: float
    ablation: pd.DataFrame | None = None
    """What each mechanism adds, from paired runs; None where none were made."""

    @property
    def years(self) -> list[int]:
        """Recorded years."""
        return [int(year) for year in self.indicators.index]

    @property
    def moments(self) -> list[int]:
        """Places of the first, middle and last recorded map."""
        last = len(self.map_years) - 1
        return list(dict.fromkeys((0, last // 2, last)))


def read_run(folder: Path) -> Run:
    """Read a run folder; raises FolderError where it is none, or parts of it are missing."""
    import pandas as pd
    import xarray as xr

    if not (folder / "manifest.json").is_file():
        raise FolderError(
            f"{folder} is no run folder: it has no manifest.json. Name a folder made by 'run', 'compare' or 'sweep'."
        )
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        with xr.open_dataset(folder / "patches.nc", engine="h5netcdf") as file:
            held = [name for name in MAPS + FURTHER_MAPS if name in file or name in MAPS]
            layers = {name: file[name].to_numpy() for name in held}
            labels = {name: dict(file[name].attrs) for name in held}
            years, elevation = [int(year) for year in file["year"].to_numpy()], file["elevation"].to_numpy()
            patch_size = float(file.attrs["patch_size"])
        first_last = [("year", "in", [years[0], years[len(years) // 2], years[-1]])]
        return Run(
            manifest=manifest,
            indicators=pd.read_parquet(folder / "indicators.parquet"),
            households=pd.read_parquet(
                folder / "households.parquet",
                columns=["year", "members", "residents", "migrants"],
                filters=first_last,
            ),
            people=pd.read_parquet(folder / "people.parquet", columns=["age", "female", "status"]),
            books=pd.read_csv(folder / "books.csv", keep_default_na=False),
            relocated=pd.read_parquet(
                folder / "events.parquet", columns=["year", "why"], filters=[("kind", "==", "relocated")]
            ),
            parameters=pd.read_csv(folder / "parameters.csv", keep_default_na=False),
            maps=layers,
            map_years=years,
            labels=labels,
            statements=json.loads((folder / "statements.json").read_text(encoding="utf-8")),
            elevation=elevation,
            patch_size=patch_size,
            ablation=pd.read_csv(folder / ABLATION) if "ablation" in manifest else None,
        )
    except (OSError, KeyError, ValueError) as error:
        raise FolderError(f"{folder} is not a whole run folder: {error}. Run the model again.") from error
