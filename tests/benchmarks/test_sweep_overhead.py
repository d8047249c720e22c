"""What the engine of sweeps costs beside the runs, and whether memory grows with their number.

Time is that of the processors, all processes counted, so that what else the machine does matters little; every run
tells what it took by itself, so that the two are measured on the same runs. Starting a worker is counted apart: it
happens once, however long a sweep is.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import pyarrow as pa
import pytest

from village_abm import load_params
from village_abm.experiments.engines import Processes
from village_abm.experiments.sweep.care import digest_of_all  # noqa: F401 (loaded before the clock runs)
from village_abm.experiments.sweep.folder import open_folder
from village_abm.experiments.sweep.planning import plan
from village_abm.experiments.sweep.results import sweep_results
from village_abm.experiments.sweep.store import packed
from village_abm.experiments.sweep.sweeping import carry_out
from village_abm.experiments.sweep.work import indicators, parameters

resource = pytest.importorskip("resource")
RUNS = int(os.environ.get("SWEEP_RUNS", "24"))
SPEC = f"""
[replicates]
n = {RUNS // 4}
[design]
kind = "lhs"
n = 4
bounds = {{ "people.migration.wage_weight" = [0.5, 1.4], "land.terrain.steepness[0]" = [25, 40] }}
"""
MOST_OVERHEAD, MOST_GROWTH = 0.05, 1.05
_begun: list[float] = []


def timed(folder: Path, setting, task, enter) -> dict[str, pa.Table]:
    """A run as a worker does it, with what the village alone took and the memory held after it as columns."""
    from village_abm.model import VillageModel

    if not _begun:  # what is imported, read and compiled once belongs to the start
        packed(indicators(VillageModel(parameters(folder, setting, task)).run(), setting), [])
        _begun.append(time.process_time())
    params = parameters(folder, setting, task)
    start = time.process_time()
    model = VillageModel(params, rng=setting.seed, replicate=task.replication_id).run()
    taken = time.process_time() - start
    table = indicators(model, setting)
    told = {"bare": taken, "begun": _begun[0], "pid": os.getpid(), "held": psutil.Process().memory_info().rss}
    told["now"] = time.process_time()
    for name, value in told.items():
        table = table.append_column(name, [[float(value)] * len(table)])
    return {"part": table}


class Cost(NamedTuple):
    """Seconds of processors, and the most memory of a worker in the last third of its runs over the third before."""

    bare: float
    around: float
    """Starting and ending the two workers, once."""
    rest: float
    growth: float
    driver: float
    """Growth of the memory of the driver [MB]."""


@pytest.fixture(scope="module")
def cost(tmp_path_factory) -> Cost:
    """A sweep of the default village with two workers."""
    place = tmp_path_factory.mktemp("overhead")
    file = place / "bench.toml"
    file.write_text(SPEC, encoding="utf-8")
    planned = plan(file)
    loads = timed_loads()
    folder, me = open_folder(planned, place / "out"), psutil.Process()
    before, own, held = _spent(), time.process_time(), me.memory_info().rss
    assert carry_out(planned, folder, Processes(2), run=timed).done == RUNS
    spent, own, grown = _spent() - before, time.process_time() - own, (me.memory_info().rss - held) / 1e6
    frame = sweep_results(folder).drop_duplicates("run_id")
    workers = frame.groupby("pid")
    working = (workers["now"].max() - workers["begun"].first()).sum()
    bare = frame["bare"].sum() + loads * RUNS
    thirds = [np.array_split(rows.sort_values("now")["held"].to_numpy(), 3) for _, rows in workers]
    growth = max(last.max() / middle.max() for _, middle, last in thirds)
    return Cost(bare, spent - own - working, working + own - bare, growth, grown)


def timed_loads() -> float:
    """Seconds to load the parameters of a run, files read before."""
    changes = [{"people.migration.wage_weight": 0.5 + number / 50} for number in range(10)]
    load_params("village", changes[0])
    start = time.process_time()
    for change in changes:
        load_params("village", change)
    return (time.process_time() - start) / len(changes)


def _spent() -> float:
    """Seconds of this process and of all that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.mark.slow
def test_the_engine_costs_less_than_a_twentieth_of_the_runs(cost) -> None:
    print(f"\n{RUNS} runs {cost.bare:.1f} s, engine {cost.rest:.2f} s ({cost.rest / cost.bare:.1%}), "
          f"two workers begun and ended {cost.around:.1f} s")  # fmt: skip
    assert cost.rest / cost.bare <= MOST_OVERHEAD


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_runs(cost) -> None:
    print(f"\nworkers hold {cost.growth:.3f} times what they held in the third before; "
          f"the driver {cost.driver:+.1f} MB")  # fmt: skip
    assert cost.growth <= MOST_GROWTH
