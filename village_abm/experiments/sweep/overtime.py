"""Runs that hang: a clock that ends the process of a run at its time limit and leaves a note of where it hung.

The clock is that of the interpreter's fault handler, which also ends what never lets go of the interpreter.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from village_abm.experiments import keeping
from village_abm.experiments.sweep import failures
from village_abm.experiments.sweep.failures import FailureInfo
from village_abm.experiments.sweep.plan import Task

NOTES = "hanging"  # the folder of notes in the folder of a sweep
_SOONEST = 1e-3  # seconds to which the clock can be set


class _Clock:
    """One a process, set to the run that must be finished first: threads of a worker may be at several."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[int, tuple[float, IO[str]]] = {}

    def set(self, number: int, seconds: float, note: IO[str]) -> None:
        """Watch over a run from now on."""
        with self._lock:
            self._runs[number] = (time.monotonic() + seconds, note)
            self._wind()

    def stop(self, number: int) -> None:
        """A run is finished."""
        with self._lock:
            del self._runs[number]
            self._wind()

    def _wind(self) -> None:
        faulthandler.cancel_dump_traceback_later()
        if self._runs:
            deadline, note = min(self._runs.values(), key=lambda run: run[0])
            faulthandler.dump_traceback_later(max(deadline - time.monotonic(), _SOONEST), exit=True, file=note)


_CLOCK = _Clock()


@contextmanager
def at_most(seconds: float | None, folder: Path, task: Task) -> Iterator[None]:
    """End this process if what is done within takes longer; None leaves it all the time it wants."""
    if seconds is None:
        yield
        return
    path = folder / NOTES / f"{task.run_id}-{keeping.HOST}-{os.getpid()}-{threading.get_ident()}.txt"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as note:
        _CLOCK.set(threading.get_ident(), seconds, note)
        try:
            yield
        finally:
            _CLOCK.stop(threading.get_ident())
    path.unlink(missing_ok=True)


def found(folder: Path, task: Task, seconds: float | None) -> FailureInfo | None:
    """The failure of a run whose process was ended at its time limit; its note is taken away."""
    trace = ""
    for path in _notes(folder, task) if seconds is not None else []:
        with suppress(FileNotFoundError):  # finished, and gone
            trace += path.read_text(encoding="utf-8")
            path.unlink()
    return failures.overtime(task, seconds, trace) if trace and seconds is not None else None


def forget(folder: Path, tasks: Iterable[Task]) -> None:
    """Take away the notes of an earlier start."""
    if (folder / NOTES).is_dir():
        for task in tasks:
            for path in _notes(folder, task):
                path.unlink(missing_ok=True)


def _notes(folder: Path, task: Task) -> list[Path]:
    return list((folder / NOTES).glob(f"{task.run_id}-*.txt"))
