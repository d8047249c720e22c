"""A toy of income, leaving and regrowth whose truth is known, calibrated through the real engine of sweeps.

Income grows by g and a little by those away; each year m of those at home leave; land they leave greens by r. Income
tells g. Cover tells little more than the product of m and r: who leaves twice as much and regrows half as fast looks
alike.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from village_abm.experiments.calibration.calibrating import Means, open_folder
from village_abm.experiments.calibration.planned import Calibration
from village_abm.experiments.calibration.spec import CalibrationSpec
from village_abm.experiments.calibration.targets import Observed, Target
from village_abm.experiments.engines import Serial
from village_abm.experiments.sweep.design import points_of
from village_abm.experiments.sweep.plan import Plan, Setting
from village_abm.experiments.sweep.store import RUNS

YEARS = range(1994, 2017)
TRUTH = {"toy.g": 0.130, "toy.m": 0.012, "toy.r": 0.090}
BOUNDS = {"toy.g": [0.08, 0.18], "toy.m": [0.005, 0.04], "toy.r": [0.03, 0.30]}


def history(changes, replicate: int) -> dict[str, list[float]]:
    """Income, cover and share away by year; luck is that of the replicate, whatever the point."""
    g, m, r = (changes.get(path, value) for path, value in TRUTH.items())
    luck = np.random.default_rng(replicate).standard_normal((len(YEARS), 2))
    earned, cover, away = np.log(290.0), 0.40, 0.0
    found: dict[str, list[float]] = {"income": [], "cover": [], "away_share": []}
    for one, other in luck:
        found["income"].append(float(np.exp(earned) * (1 + 0.3 * away)))
        found["cover"].append(cover)
        found["away_share"].append(away)
        earned += g + 0.01 * one
        cover += r * away * (1 - cover) + 0.001 * other
        away += m * (1 - away)
    return found


def run(folder, setting, task, enter) -> dict[str, pa.Table]:
    """A toy run as the engine wants it."""
    enter("running")
    return {RUNS: pa.table({"year": pa.array(YEARS, pa.int16()), **history(task.changes, task.replication_id)})}


def target(name: str, indicator: str, how: str, years: list[int], **more) -> Target:
    """A target with the figure that the truth leaves behind, averaged over much luck."""
    seen = Observed(scenario="toy", indicator=indicator, how=how, years=years, **more)
    places = [year - YEARS[0] for year in years]
    rows = [[history(TRUTH, luck)[indicator][at] for at in places] for luck in range(100, 140)]
    values = {"level": lambda v: v[-1], "ratio": lambda v: v[1] / v[0] - 1, "points": lambda v: v[1] - v[0]}
    value = float(np.mean([values[how](row) for row in rows]))
    share = 0.10 if indicator == "income" else 0.25
    return Target(name, name, "1", "calibrate", value, share * abs(value), seen)


INCOME = target("income", "income", "level", [2016])
COVER = target("cover", "cover", "points", [1994, 2016])
AWAY = target("away", "away_share", "level", [2016])


def toy(targets=(INCOME, COVER), bounds=BOUNDS, n: int = 64, replicates: int = 4, schemes=("scenario",), **more):
    """A calibration of the toy."""
    design = {"kind": "sobol", "n": n, "bounds": bounds}
    spec = CalibrationSpec.model_validate(
        {"name": "toy", "design": design, "replicates": {"n": replicates}, "posterior": {"points": 0}, **more}
    )

    def plan(name, design, replicates, seed) -> Plan:
        lists = {scheme: None if scheme == "scenario" else (scheme,) for scheme in schemes}
        prints = {scheme: f"toy {scheme}" for scheme in schemes}
        setting = Setting(7 if seed is None else seed, {}, lists, prints, 0, (), "year", False, "toy")
        written = {"design": design.model_dump(mode="json")}
        return Plan(name, setting, points_of(design, lambda _: False, 7), replicates, written, {})

    return Calibration(spec, list(targets), lambda _: False, plan, plan("wave-1", spec.design, replicates, None))


@contextmanager
def _no_bar(name):
    yield lambda done, total: None


def means(asked: Calibration, folder: Path, run=run, **how) -> Means:
    """One process does the runs, in this folder."""
    return Means(open_folder(asked, folder), Serial(), _no_bar, run=run, **how)
