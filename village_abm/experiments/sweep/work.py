"""What a worker does with a chunk of runs: run each, keep what they gave, tell which failed and why."""

from __future__ import annotations

import gc
import multiprocessing
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments import provenance
from village_abm.experiments.sweep import failures, overtime
from village_abm.experiments.sweep.failures import FailureInfo
from village_abm.experiments.sweep.plan import INPUTS, Setting, Task
from village_abm.experiments.sweep.store import HOUSEHOLDS, RUNS, Store
from village_abm.experiments.workers import RunsFailed

if TYPE_CHECKING:
    import pyarrow as pa

    from village_abm.load import Params

Enter = Callable[[str], None]
Run = Callable[[Path, Setting, Task, Enter], Mapping[str, "pa.Table"]]
"""Runs a task and returns its tables by kind; tells the stage it enters."""


@dataclass(frozen=True)
class Report:
    """What a chunk came to."""

    done: int
    failed: tuple[FailureInfo, ...]
    seconds: float


class FolderUnseen(RunsFailed):
    """A worker does not see the folder of the sweep."""


def do_chunk(folder: Path, setting: Setting, tasks: Sequence[Task], run: Run) -> Report:
    """Run tasks and write one part of all that they gave; a run that raises an error does not stop the others.

    Errors of the disk are raised, since all chunks would meet them.
    """
    if not (folder / INPUTS).is_dir():
        raise FolderUnseen(
            f"{platform.node()} is at work on the sweep but does not see its folder {folder}. Put it, with --out, "
            f"where all machines at work see it under the same path."
        )
    if setting.timeout is not None:
        load()
    began = time.perf_counter()
    given: dict[str, Mapping[str, pa.Table]] = {}
    failed: list[FailureInfo] = []
    for task in tasks:
        stages = [failures.INSTANTIATING]
        try:
            with overtime.at_most(setting.timeout, folder, task):
                given[task.run_id] = run(folder, setting, task, stages.append)
        except RunsFailed:
            raise
        except Exception as error:
            failed.append(failures.failure(task, stages[-1], error))
        _clear_away()
    if given:
        try:
            _keep(Store(folder, setting.households), given)
        except (OSError, RunsFailed):
            raise
        except Exception as error:
            failed += [failures.failure(task, failures.WRITING, error) for task in tasks if task.run_id in given]
            given = {}
    gc.collect()
    return Report(len(given), tuple(failed), time.perf_counter() - began)


@cache
def load() -> None:
    """Load all that a village needs, so that it is not counted as time of the first run."""
    import village_abm.model  # noqa: F401


def _clear_away() -> None:
    """In a worker, free the village that is finished: it is a circle of references, and many would lie about.

    All that its first run has loaded stays for good; to look through it every time would take long.
    """
    if multiprocessing.parent_process() is not None:
        gc.collect()
        _set_aside_what_is_loaded()


@cache
def _set_aside_what_is_loaded() -> None:
    gc.freeze()


def _keep(store: Store, given: Mapping[str, Mapping[str, pa.Table]]) -> None:
    import pyarrow as pa

    joined = {}
    for kind in store.kinds:
        named = [
            tables[kind].add_column(0, "run_id", pa.array([run_id] * len(tables[kind]), pa.string()))
            for run_id, tables in given.items()
        ]
        joined[kind] = pa.concat_tables(named)
    store.keep(joined, list(given))


def run_village(folder: Path, setting: Setting, task: Task, enter: Enter) -> dict[str, pa.Table]:
    """One village from its first year to its last: its indicators by year and, if asked for, its households."""
    from village_abm.experiments.tables import columns_of
    from village_abm.model import VillageModel

    params = parameters(folder, setting, task)
    model = VillageModel(params, rng=setting.seed, replicate=task.replication_id)
    enter(failures.RUNNING)
    model.run()
    enter(failures.EXTRACTING)
    found = {RUNS: indicators(model, setting)}
    if setting.households:
        found[HOUSEHOLDS] = columns_of(model.households)
    return found


def indicators(model: Any, setting: Setting) -> pa.Table:
    """The indicators asked for, a row a year or that of the last alone, each with its unit."""
    import pyarrow as pa

    frame = model.indicators
    kept = slice(None) if setting.every == "year" else slice(-1, None)
    units, values = frame.attrs["units"], frame.to_numpy(float)[kept]  # column by column pandas copies the labels
    wanted = [
        (at, name)
        for at, name in enumerate(frame.columns)
        if not setting.indicators or name.split(".")[0] in setting.indicators
    ]
    fields = [pa.field("year", pa.int16())]
    fields += [pa.field(name, pa.float64(), metadata={"unit": units[name]}) for _, name in wanted]
    years = frame.index.to_numpy().astype("int16")[kept]
    return pa.table([years, *(values[:, at] for at, _ in wanted)], schema=pa.schema(fields))


class OtherVersion(RunsFailed):
    """The code or the parameter files are no longer those that the sweep was planned with."""


def parameters(folder: Path, setting: Setting, task: Task) -> Params:
    """The parameters of a run, kept for its next replicates. Raises OtherVersion and ParameterError."""
    fits = provenance.semantics() == setting.semantics
    if not (fits and _base(folder, _Same(setting), task.scheme, _stamps()) == setting.fingerprints[task.scheme]):
        raise OtherVersion(
            "the code or the parameter files have changed since this sweep was planned, so nothing more was run. "
            "Start the same command again: it goes into a folder of its own, or asks for one."
        )
    return _params(folder, _Same(setting), task.scheme, _Same(task.changes), _stamps())


class _Same[T]:
    """A value that keeps its place in a cache by how it reads."""

    def __init__(self, value: T) -> None:
        self.value, self.told = value, repr(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.told == other.told

    def __hash__(self) -> int:
        return hash(self.told)


@lru_cache(maxsize=64)
def _base(folder: Path, setting: _Same[Setting], scheme: str, _stamp: tuple[tuple[int, int], ...]) -> str:
    return setting.value.load(folder, scheme, {}).fingerprint


@lru_cache(maxsize=16)
def _params(
    folder: Path, setting: _Same[Setting], scheme: str, changes: _Same[Mapping[str, Any]],
    _stamp: tuple[tuple[int, int], ...],
) -> Params:  # fmt: skip
    return setting.value.load(folder, scheme, changes.value)


@cache
def _shipped() -> tuple[Path, ...]:
    from village_abm.records import params_folder

    files = sorted(path for path in params_folder().rglob("*") if path.suffix in {".toml", ".csv"})
    return tuple(path for path in files if path.name != provenance.HELD_OUT)


def _stamps() -> tuple[tuple[int, int], ...]:
    """When each parameter file was written: a change in the middle of a sweep must not pass unseen."""
    from village_abm.records import stamp

    return tuple(map(stamp, _shipped()))
