"""A sweep of toy runs, and a program that runs it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import compiled  # noqa: F401 (first, so that the imports below are kept)
from toy_runs import run

from village_abm.experiments.engines import Engine, Processes
from village_abm.experiments.sweep.care import digest_of_all
from village_abm.experiments.sweep.folder import open_folder
from village_abm.experiments.sweep.plan import Plan, Setting
from village_abm.experiments.sweep.store import Store
from village_abm.experiments.sweep.sweeping import carry_out

SETTING = Setting(7, {}, {"none": None}, {"none": "toy"}, 0, (), "year", False, "toy")


def toy(points: int = 10, replicates: int = 4, fates: Mapping[int, str] | None = None, pause: float = 0.0) -> Plan:
    """Forty runs; `fates` says which points come to a bad end, `pause` how long each run takes [s]."""
    told = {at: {"toy.fate": fate} for at, fate in (fates or {}).items()}
    at = [{"toy.x": float(number), **told.get(number, {})} for number in range(points)]
    return Plan("toy", SETTING, at, replicates, {"pause": pause}, {})


def sweep(plan: Plan, folder: Path, engine: Engine, **how):
    """Carry out a toy sweep."""
    return carry_out(plan, open_folder(plan, folder), engine, run=run, **how)


def digest(folder: Path) -> str:
    """One hash of all that a sweep has given."""
    return digest_of_all(Store(folder))


def main(engine: Engine | None = None) -> None:
    """The arguments FOLDER CHUNK PAUSE: a toy sweep of two workers, to be stopped from outside."""
    folder, chunk, pause = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    plan = toy()
    open_folder(plan, folder)
    (folder / "pause").write_text(pause)
    outcome = carry_out(plan, folder, engine or Processes(2), run=run, chunk=chunk)
    raise SystemExit(130 if outcome.interrupted else 0)
