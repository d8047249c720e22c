"""Runs that failed: where, why, and all that is needed to see it again; a line of JSON each."""

from __future__ import annotations

import dataclasses
import json
import os
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from village_abm.experiments.sweep.plan import Task

FILE = "failures.jsonl"
INSTANTIATING, RUNNING, EXTRACTING, WRITING = "instantiating", "running", "extracting", "writing"
DIED, OVERTIME = "WorkerDied", "TimedOut"


@dataclass(frozen=True)
class FailureInfo:
    """A run that failed; named as in Mesa."""

    run_id: str
    scenario_id: int
    replication_id: int
    origin: str
    """At which stage: instantiating, running, extracting or writing."""
    type: str
    message: str
    traceback: str
    task: dict[str, Any]


def failure(task: Task, origin: str, error: BaseException) -> FailureInfo:
    """What there is to say of a run that raised an error."""
    trace = "".join(traceback.format_exception(error))
    return _about(task, origin, type(error).__name__, str(error), trace)


def death(task: Task) -> FailureInfo:
    """What there is to say of a run that ended its process."""
    message = "the process of the run was ended three times, the last time alone in it; perhaps for want of memory"
    return _about(task, RUNNING, DIED, message, "")


def overtime(task: Task, seconds: float, trace: str) -> FailureInfo:
    """What there is to say of a run that was ended at its time limit, and where it stood then."""
    return _about(task, RUNNING, OVERTIME, f"not finished after {seconds:g} seconds", trace)


def _about(task: Task, origin: str, kind: str, message: str, trace: str) -> FailureInfo:
    told = dataclasses.asdict(task)
    return FailureInfo(task.run_id, task.scenario_id, task.replication_id, origin, kind, message, trace, told)


def add(folder: Path, failures: Iterable[FailureInfo]) -> None:
    """Append failures in one write each, so that several at work on a folder do not tear each other's lines."""
    path = folder / FILE
    for one in failures:
        line = json.dumps(dataclasses.asdict(one), ensure_ascii=False)
        torn = path.is_file() and not path.read_bytes().endswith(b"\n")  # by a process that was ended
        with path.open("ab", buffering=2**22) as file:
            file.write(f"{'\n' if torn else ''}{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())


def read(folder: Path) -> dict[str, FailureInfo]:
    """The last failure of each run that had one; a line that was cut off is passed over."""
    found: dict[str, FailureInfo] = {}
    path = folder / FILE
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        try:
            one = FailureInfo(**json.loads(line))
        except (ValueError, TypeError):
            continue
        found[one.run_id] = one
    return found
