"""The draws of a calibration as files: a table with weights, and the specification of a sweep over its points."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from village_abm.experiments import keeping
from village_abm.experiments.calibration.planned import Calibration
from village_abm.experiments.calibration.posterior import Draws
from village_abm.experiments.sweep.plan import INPUTS

TABLE, SWEEP = "posterior.parquet", "posterior.toml"


def write(asked: Calibration, folder: Path, found: Draws, points: Sequence[Mapping[str, Any]]) -> None:
    """Write both; `point` of the sweep is the row of the table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {"point": range(len(points)), "weight": found.weights}
    columns |= {path: [point[path] for point in points] for path in asked.paths}
    columns |= {f"reading of {figure}": names for figure, names in found.readings.items()}
    out = io.BytesIO()
    pq.write_table(pa.table({name: pa.array(list(values)) for name, values in columns.items()}), out)
    keeping.write_whole(folder / TABLE, out.getvalue())
    keeping.write_whole(folder / SWEEP, _as_sweep(asked, points).encode())


def _as_sweep(asked: Calibration, points: Sequence[Mapping[str, Any]]) -> str:
    """A specification that may be given schemes and run as it is."""
    spec = asked.spec
    lines = [
        f"# The draws of a calibration: point N is row N of {TABLE}, whose weights belong to the results.",
        f"name = {json.dumps(f'{spec.name[:40]}-posterior')}", f'base = "wave-1/{INPUTS}/scenario.toml"',
        *([f"seed = {spec.seed}"] if spec.seed is not None else []),
        *([f"years = {list(spec.years)}"] if spec.years is not None else []),
        "", "[set]", *(f"{json.dumps(path)} = {_plain(value)}" for path, value in spec.set.items()),
        "", "[replicates]", f"n = {spec.replicates.n}", "", "[design]", 'kind = "points"', "points = [",
        *("  { " + ", ".join(f"{json.dumps(path)} = {_plain(value)}" for path, value in point.items()) + " },"
          for point in points),
        "]", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
