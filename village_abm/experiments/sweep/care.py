"""Looking after a sweep: how it stands, what is wrong with it, one run of it done again."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments.engines import Processes
from village_abm.experiments.sweep import failures, overtime, status
from village_abm.experiments.sweep import folder as folders
from village_abm.experiments.sweep.failures import FailureInfo
from village_abm.experiments.sweep.plan import Setting, Task
from village_abm.experiments.sweep.store import RUNS, Store, digest
from village_abm.experiments.sweep.work import Run, load, run_village

if TYPE_CHECKING:
    import pyarrow as pa

    Tried = tuple[pa.Table | None, FailureInfo | None]


@dataclass
class Standing:
    """How a sweep stands."""

    runs: int
    done: int
    failed: list[FailureInfo]
    drivers: list[dict[str, Any]]
    damaged: list[Path] = field(default_factory=list)
    digest: str = ""
    """SHA-256 of all values in order of their runs, where they were read through."""


def standing(folder: Path) -> Standing:
    """How a sweep stands, by the names of its parts; raises FolderError where there is none."""
    store, wanted = _opened(folder)
    done = store.done() & wanted
    return Standing(len(wanted), len(done), _failed(folder, wanted - done), status.read(folder))


def examined(folder: Path) -> Standing:
    """How a sweep stands after every byte of it has been read; what is damaged goes into quarantine.

    Raises FolderError where there is no sweep and NotReproducible where a run stands in two forms.
    """
    store, wanted = _opened(folder)
    found = store.check()
    done = found.done & wanted
    told = digest_of_all(store)
    return Standing(
        len(wanted), len(done), _failed(folder, wanted - done), status.read(folder), found.damaged, told,
    )  # fmt: skip


def _opened(folder: Path) -> tuple[Store, set[str]]:
    setting = folders.read_setting(folder)
    return Store(folder, setting.households), set(folders.read_design(folder)["run_id"].to_pylist())


def _failed(folder: Path, missing: set[str]) -> list[FailureInfo]:
    return [one for run_id, one in failures.read(folder).items() if run_id in missing]


def digest_of_all(store: Store) -> str:
    """One hash of all runs, whatever parts they stand in."""
    import hashlib

    runs = sorted(
        (run_id, digest(_rows(table, run_id)))
        for table in store.tables()
        for run_id in table["run_id"].unique().to_pylist()
    )
    return hashlib.sha256("\n".join(" ".join(run) for run in runs).encode()).hexdigest()


def _rows(table: pa.Table, run_id: str) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.equal(table["run_id"], run_id))


@dataclass(frozen=True)
class Replayed:
    """One run done again."""

    task: Task
    table: pa.Table | None
    """What it gave; None where it failed."""
    stored: pa.Table | None
    failed: FailureInfo | None
    before: FailureInfo | None
    """How it failed in the sweep."""

    @property
    def same(self) -> bool:
        """Whether it came out as it stands in the store: the same bytes, or the same error at the same stage."""
        if self.failed is not None or self.table is None:
            alike = ("origin", "type", "message")
            return self.failed is not None and self.before is not None and self.stored is None and all(
                getattr(self.failed, name) == getattr(self.before, name) for name in alike
            )  # fmt: skip
        return self.stored is not None and digest(self.stored.drop_columns("run_id")) == digest(self.table)

    def differing(self) -> dict[str, float]:
        """The columns that differ from what is stored, and by how much at most."""
        import numpy as np

        if self.table is None or self.stored is None or len(self.table) != len(self.stored):
            return {}
        found = {}
        for name in self.table.column_names:
            one, other = (np.asarray(table[name], float) for table in (self.table, self.stored))
            if one.tobytes() != other.tobytes():
                gap = np.abs(one - other)
                found[name] = float(np.nanmax(gap)) if np.isfinite(gap).any() else float("nan")
        return found


def replay(folder: Path, run_id: str, run: Run = run_village) -> Replayed:
    """Do one run of a sweep again, from its folder alone; raises FolderError where there is no such run."""
    setting = folders.read_setting(folder)
    task = folders.task_of(folders.read_design(folder), run_id)
    stored = next((rows for table in Store(folder).tables() if len(rows := _rows(table, task.run_id))), None)
    before = failures.read(folder).get(task.run_id)
    table, failed = _again(folder, setting, task, run, before)
    return Replayed(task, table, stored, failed, before)


def _again(folder: Path, setting: Setting, task: Task, run: Run, before: FailureInfo | None) -> Tried:
    """Do a run here, or in a process of its own where it may end that."""
    if setting.timeout is None and not (before and before.type == failures.DIED):
        return _once(folder, setting, task, run)
    engine = Processes(1)
    try:
        return engine.alone(_once, folder, setting, task, run)
    except engine.lost:
        return None, overtime.found(folder, task, setting.timeout) or failures.death(task)


def _once(folder: Path, setting: Setting, task: Task, run: Run) -> Tried:
    stages = [failures.INSTANTIATING]
    load()
    try:
        with overtime.at_most(setting.timeout, folder, task):
            return run(folder, setting, task, stages.append)[RUNS], None
    except Exception as error:
        return None, failures.failure(task, stages[-1], error)
