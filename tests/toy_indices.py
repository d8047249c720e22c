"""Toy models whose indices are known, run by the engine of sweeps; what is luck in them is made to measure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from village_abm.experiments.engines import Serial
from village_abm.experiments.sweep.design import block_of, points_of
from village_abm.experiments.sweep.folder import open_folder
from village_abm.experiments.sweep.plan import Plan, Setting, Task
from village_abm.experiments.sweep.spec import Spec
from village_abm.experiments.sweep.store import RUNS
from village_abm.experiments.sweep.sweeping import carry_out

Model = Callable[[list[Any], float, str], float]
"""The output from the parameters, the luck of the run (standard normal) and the scheme."""

SHARES = np.array([0.70, 0.26, 0.04, 0.0])  # of the variance of the linear toy, by parameter
SLOPES = np.sqrt(12 * SHARES)  # so that its variance is 1


def linear(x: list[Any], luck: float, scheme: str) -> float:
    """Four parameters, the last inert, and as much noise as signal."""
    return float(SLOPES @ np.array(x)) + luck


def ishigami(x: list[Any], luck: float, scheme: str) -> float:
    """The function of Ishigami and Homma (1990), a = 7 and b = 0.1, and an inert fourth parameter."""
    a, b, c = np.pi * (2 * np.array(x[:3]) - 1)
    return float(np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a))


def seeded(*words: object) -> float:
    """A draw of luck from words."""
    number = int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:8])
    return float(np.random.default_rng(number).standard_normal())


def by_replicate(task: Task) -> float:
    """The same luck at every point of a replicate, as in the model."""
    return seeded(task.replication_id)


def by_run(task: Task) -> float:
    """Another luck in every run, as a model with one stream of random numbers has it."""
    return seeded(task.run_id)


def plan(design: dict[str, Any], replicates: int = 1, tied: bool = False, schemes: tuple[str, ...] = ("none",)) -> Plan:
    """A sweep of the parameters x0 to x3 from 0 to 1, with a dummy in designs of blocks."""
    bounds = {f"x{number}": [0, 1] for number in range(4)}
    if design["kind"] in ("morris", "saltelli"):
        bounds["dummy"] = [0, 1]
    written = {
        "name": "toy", "replicates": {"n": replicates, "tied": tied}, "design": {"bounds": bounds, **design},
    }  # fmt: skip
    spec = Spec.model_validate(written)
    setting = Setting(
        7, {}, dict.fromkeys(schemes), {name: name for name in schemes}, 0, (), "year", False, "toy"
    )  # fmt: skip
    points = points_of(spec.design, lambda path: False, 7)
    block = block_of(spec.design) if tied else 0
    return Plan("toy", setting, points, replicates, spec.model_dump(mode="json"), {}, block)


def swept(folder: Path, planned: Plan, model: Model, luck: Callable[[Task], float] = by_replicate, **how) -> Path:
    """Run a model at every point of a plan."""

    def run(_: Path, setting: Setting, task: Task, enter) -> dict[str, pa.Table]:
        x = [task.changes[f"x{number}"] for number in range(4)]
        told = [model(x, luck(task), task.scheme)]
        return {RUNS: pa.table({"year": pa.array([2000], pa.int16()), "y": told, "flat": [3.0]})}

    folder = open_folder(planned, folder)
    carry_out(planned, folder, Serial(), run=run, chunk=2000, **how)
    return folder
