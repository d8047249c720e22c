"""The results of a sweep, read back: a row a run and year with the scheme and the parameters it had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from village_abm.experiments.keeping import HOST, FolderError
from village_abm.experiments.sweep.folder import read_design, read_setting
from village_abm.experiments.sweep.store import HOUSEHOLDS, RUNS, Store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def sweep_results(folder: str | Path, households: bool = False) -> pd.DataFrame:
    """What a sweep has given so far, in the order of its design; units of the columns in `.attrs`.

    With `households`, a row a household at the end of each run instead. Runs not done, or failed, are not in it.
    """
    import pandas as pd

    kind, place = HOUSEHOLDS if households else RUNS, Path(folder)
    design = read_design(place).to_pandas()
    store = Store(place, read_setting(place).households)
    tables = list(store.tables(kind)) if kind in store.kinds else []
    frames = [table.to_pandas() for table in tables]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"run_id": [], "year": []})
    design["order"] = range(len(design))
    within = "row" if households else "year"
    merged = design.merge(frame, on="run_id").sort_values(["order", within] if frames else ["order"], kind="stable")
    merged = merged.drop(columns="order").reset_index(drop=True)
    merged.attrs["units"] = units(tables[0]) if tables else {}
    return merged


def units(table: pa.Table) -> dict[str, str]:
    """The unit of every column that tells one."""
    return {field.name: field.metadata[b"unit"].decode() for field in table.schema if b"unit" in (field.metadata or {})}


def flat(folder: Path) -> Iterator[pa.Table]:
    """The results part by part, each row with the scheme and the parameters of its run."""
    import pyarrow as pa

    design = read_design(folder)
    for table in Store(folder).tables():
        joined = table.append_column("order", pa.array(range(len(table)))).join(design, "run_id")
        names = [*design.column_names, *(name for name in table.column_names if name != "run_id")]
        yield joined.sort_by([("scenario_id", "ascending"), ("order", "ascending")]).select(names)


def export(folder: Path, csv: bool) -> Path:
    """Write all results into one file, results.parquet or results.csv, and return where it is."""
    import pyarrow.csv
    import pyarrow.parquet as pq

    read_setting(folder)
    path = folder / ("results.csv" if csv else "results.parquet")
    beside = path.with_name(f".{path.name}.{HOST}.{os.getpid()}.tmp")
    make = pyarrow.csv.CSVWriter if csv else pq.ParquetWriter
    writer = None
    try:
        for table in flat(folder):
            writer = writer or make(str(beside), table.schema)
            writer.write_table(table)
        if writer is None:
            raise FolderError(f"{folder} holds no finished run yet. Run 'village-abm sweep' on it first.")
        writer.close()
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path
