"""Toy runs that take no time, raise, hang or end their process as they are told; they load soon in other processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pyarrow as pa

from village_abm.experiments.sweep.plan import Setting, Task
from village_abm.experiments.sweep.store import RUNS

YEARS = 5


def run(folder: Path, setting: Setting, task: Task, enter) -> dict[str, pa.Table]:
    """Five years of numbers that follow from the run alone."""
    enter("running")
    fate = task.changes.get("toy.fate")
    if fate == "raise":
        raise ValueError(f"no such village as {task.point}")
    if fate == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if fate == "hang":
        time.sleep(600)
    if fate == "stop":
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(float((folder / "pause").read_text()) if (folder / "pause").exists() else 0)
    enter("extracting")
    root = int(task.run_id, 16) / 2**64
    years = range(2000, 2000 + YEARS)
    numbers = {f"y{column}": [(root * (column + 1) * year) % 1 for year in years] for column in range(8)}
    return {RUNS: pa.table({"year": pa.array(years, pa.int16()), **numbers})}
