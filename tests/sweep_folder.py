"""The folder of a sweep whose runs follow by hand from their parameters, with real paths, labels and units."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from village_abm.experiments.engines import Serial
from village_abm.experiments.sweep.folder import open_folder
from village_abm.experiments.sweep.plan import Setting, Task
from village_abm.experiments.sweep.planning import plan
from village_abm.experiments.sweep.store import RUNS
from village_abm.experiments.sweep.sweeping import carry_out

YEARS = range(2000, 2005)
GRAIN, WEIGHT = "schemes.grain_for_green_1.payment.grain", "people.migration.wage_weight"
UNITS = {"kd_area": "ha", "cover": "1", "income_real": "CNY/person/yr"}
GRID = f"""
schemes = ["none", "grain_for_green_1"]
[replicates]
n = 4
[design]
kind = "grid"
levels = {{ "{GRAIN}" = [100, 200], "{WEIGHT}" = [0.6, 0.9, 1.2] }}
"""
LHS = f"""
schemes = ["none", "grain_for_green_1"]
[replicates]
n = 3
[design]
kind = "lhs"
n = 24
[design.bounds]
"{GRAIN}" = [100, 200]
"{WEIGHT}" = [0.6, 1.2]
people.ties.kin = [2, 6]
"""


def run(_: Path, __: Setting, task: Task, enter) -> dict[str, pa.Table]:
    """Desertified land falls by a hectare a year; the scheme takes a tenth of the grain off it, less replicate by
    replicate. Income rises with the weight of wages and with luck. Cover is a half.
    """
    enter("running")
    grain, weight, luck = task.changes.get(GRAIN, 0.0), task.changes.get(WEIGHT, 1.0), task.replication_id
    if task.scheme != "none" and task.changes.get("people.ties.kin") == 6 and luck == 2:
        raise ZeroDivisionError("no kin")
    kd = 100.0 - (grain / 10 - luck if task.scheme != "none" else 0.0)
    rows = {
        "kd_area": [kd - (year - YEARS[0]) for year in YEARS],
        "cover": [0.5 for _ in YEARS],
        "income_real": [1000 * weight + 10 * luck for _ in YEARS],
    }
    fields = [
        pa.field("year", pa.int16()),
        *(pa.field(n, pa.float64(), metadata={"unit": u}) for n, u in UNITS.items()),
    ]
    enter("extracting")
    return {RUNS: pa.table({"year": pa.array(YEARS, pa.int16()), **rows}, schema=pa.schema(fields))}


def write_sweep(folder: Path, spec: str = GRID) -> Path:
    """Carry out a specification with these runs; returns the folder of the sweep."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "made.toml"
    file.write_text(spec, encoding="utf-8")
    planned = plan(file)
    out = open_folder(planned, folder / "out", file)
    carry_out(planned, out, Serial(), run=run)
    return out
