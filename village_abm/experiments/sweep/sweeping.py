"""A sweep from beginning to end: open the folder, see what is done, run the rest, put the parts together."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from village_abm.experiments.engines import Engine, Processes, Serial
from village_abm.experiments.sweep import failures
from village_abm.experiments.sweep import folder as folders
from village_abm.experiments.sweep.driver import Driver, Outcome, is_full
from village_abm.experiments.sweep.log import Log
from village_abm.experiments.sweep.plan import Plan, Task
from village_abm.experiments.sweep.status import Status
from village_abm.experiments.sweep.store import Found, Store, packed
from village_abm.experiments.sweep.work import Run, do_chunk, run_village
from village_abm.experiments.workers import RunsFailed
from village_abm.params import ParameterError

ENGINES = ("local", "serial", "dask")
Shard = tuple[int, int]
WHOLE: Shard = (0, 1)


def engine(name: str, workers: int | None = None, scheduler: str | None = None) -> Engine:
    """An engine by its name; raises ParameterError."""
    if scheduler is not None and name != "dask":
        raise ParameterError(f"--scheduler {scheduler} is for --engine dask. Add that, or leave --scheduler out.")
    if name == "dask":
        from village_abm.experiments.dask_engine import Dask

        return Dask(scheduler, workers)
    if name == "serial":
        return Serial()
    if name == "local":
        return Processes(workers)
    raise ParameterError(f"--engine {name}: no such engine. Write one of {', '.join(ENGINES)}.")


def shard_of(text: str) -> Shard:
    """Which part of how many, from i/n; raises ParameterError."""
    part, sign, parts = text.partition("/")
    if not (sign and part.isdecimal() and parts.isdecimal() and int(part) < int(parts)):
        raise ParameterError(f"--shard {text}: no such part. Write i/n with i from 0 to n - 1, as 0/4.")
    return int(part), int(parts)


def refuse_unfit(plan: Plan, engine: Engine) -> None:
    """Refuse an engine that cannot do what a plan asks for; raises ParameterError."""
    if plan.setting.timeout is not None and not engine.lost:
        raise ParameterError("limits.timeout: a run that hangs is ended with its process. Write --engine local.")


def mine(tasks: Sequence[Task], shard: Shard) -> list[Task]:
    """The tasks of one part of n: every n-th, so that parts advance through the replicates together."""
    return list(tasks[shard[0] :: shard[1]])


def carry_out(
    plan: Plan,
    folder: Path,
    engine: Engine,
    *,
    shard: Shard = WHOLE,
    limit: int | None = None,
    run: Run = run_village,
    chunk: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    told: Callable[[Found, int], None] | None = None,
) -> Outcome:
    """Run all that is not done yet in an opened folder, and put the parts together when nothing is left.

    What the runs give depends on the plan alone: not on engine, chunks, shards or interruptions. `told` hears first
    what was found in the folder and how many runs there are. Raises OSError where the disk is full, NotReproducible,
    ParameterError where the engine is not fit for it.
    """
    refuse_unfit(plan, engine)
    folder = folder.absolute()  # workers may stand elsewhere
    store = Store(folder, plan.setting.households)
    found, tasks = store.check(), mine(plan.tasks(), shard)
    todo = [task for task in tasks if task.run_id not in found.done][:limit]
    if told:
        told(found, len(tasks))
    log = Log(folder, shard)
    for path in found.damaged:
        log.tell("part in quarantine", file=path.name)
    log.tell("started", engine=type(engine).__name__, slots=engine.slots, runs=len(tasks), to_do=len(todo))
    status = Status(folder, len(tasks), sum(task.run_id in found.done for task in tasks), shard)
    driver = Driver(folder, plan.setting, engine, status, log, run=run, chunk=chunk, progress=progress)
    state = "stopped by an error"
    try:
        outcome = driver.go(todo)
        state = "interrupted" if outcome.interrupted else "finished"
    except OSError as error:
        state = "disk full" if is_full(error) else state
        raise
    finally:
        _last_word(status, log, state, driver.outcome)
    store.tidy()  # workers that were lost may have been writing
    if not outcome.interrupted:
        _put_together(store, plan)
    return outcome


def _last_word(status: Status, log: Log, state: str, outcome: Outcome) -> None:
    log.tell("stopped", state=state, done=outcome.done, failed=outcome.failed, workers_lost=status.rebuilt)
    log.close()
    try:
        status.tell(state, outcome.done, outcome.failed, now=True)
    except OSError:
        if state != "disk full":
            raise


def _put_together(store: Store, plan: Plan) -> None:
    """Put the parts together where every run of the design, of other shards too, is done or has failed."""
    settled = store.done() | set(failures.read(store.folder))
    if all(task.run_id in settled for task in plan.tasks()):
        store.compact()


@dataclass(frozen=True)
class Estimate:
    """What a sweep would cost, from two pilot runs."""

    runs: int
    seconds_a_run: float
    bytes_a_run: float


def estimate(plan: Plan, run: Run = run_village) -> Estimate:
    """Two pilot runs in a folder that is thrown away; the first also loads the model, so the second is timed.

    What a run adds to a file of many is what the second adds to a file of the first.
    """
    import pyarrow as pa

    tasks, setting = plan.tasks(), replace(plan.setting, timeout=None)  # the limit would end this process
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "pilot"
        folders.open_folder(plan, folder)
        for task in (tasks[0], tasks[min(1, len(tasks) - 1)]):
            began = time.perf_counter()
            report = do_chunk(folder, setting, [task], run)
            seconds = time.perf_counter() - began
            if report.failed:
                one = report.failed[0]
                raise RunsFailed(f"a pilot run failed while {one.origin}: {one.type}: {one.message}")
        store = Store(folder, plan.setting.households)
        given = [list(store.tables(kind)) for kind in store.kinds]
    sizes = [[len(packed(pa.concat_tables(some), [])) for some in (tables, tables[:1])] for tables in given]
    return Estimate(len(tasks), seconds, float(sum(both - one for both, one in sizes)))
