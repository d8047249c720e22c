"""The driver: hands chunks of runs to an engine, sees to what goes wrong, and stops without losing anything."""

from __future__ import annotations

import errno
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from village_abm.experiments.engines import Engine
from village_abm.experiments.sweep import failures, overtime
from village_abm.experiments.sweep.failures import FailureInfo
from village_abm.experiments.sweep.log import Log
from village_abm.experiments.sweep.plan import Setting, Task
from village_abm.experiments.sweep.status import Status
from village_abm.experiments.sweep.store import Store
from village_abm.experiments.sweep.work import Report, Run, do_chunk, run_village

A_CHUNK = 10.0  # seconds of work that a chunk should take
MOST = 100  # runs in a chunk
STRIKES = 2  # processes that a chunk may lose before it is divided, and a single run before it is set apart
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass
class Chunk:
    """Runs that are done and written together; `strikes` counts the processes that ended at work on them."""

    tasks: Sequence[Task]
    strikes: int = 0

    @property
    def run_ids(self) -> list[str]:
        """The runs of it."""
        return [task.run_id for task in self.tasks]


@dataclass
class Outcome:
    """What came of a sweep, or of the part of it that was asked for."""

    done: int = 0
    failed: int = 0
    left: int = 0
    """Runs not begun."""
    interrupted: bool = False


class Driver:
    """Runs tasks on an engine; `chunk` fixes the runs of a chunk, which are otherwise so many as take ten seconds."""

    def __init__(
        self, folder: Path, setting: Setting, engine: Engine, status: Status, log: Log, *,
        run: Run = run_village, chunk: int | None = None, progress: Callable[[int, int], None] | None = None,
    ) -> None:  # fmt: skip
        self.folder, self.setting, self.engine, self.status, self.run = folder, setting, engine, status, run
        self.store = Store(folder, setting.households)
        self.log, self.chunk, self.progress = log, chunk, progress
        self.outcome = Outcome()
        self._todo: deque[Task] = deque()
        self._again: deque[Chunk] = deque()
        self._at_work: dict[Future[Report], Chunk] = {}
        self._stopping = False
        self._error: BaseException | None = None
        self._each = A_CHUNK / 2  # seconds a run, as the last chunk took; to begin with, so that chunks are small

    def go(self, tasks: Iterable[Task]) -> Outcome:
        """Do the tasks. Raises OSError where the disk refuses; what was in flight is finished before."""
        self._todo.extend(tasks)
        overtime.forget(self.folder, self._todo)
        total = len(self._todo)
        self._tell(total)
        clean = False
        try:
            with _told_to_stop(self._stop):
                while self._at_work or (self._more() and not self._stopping):
                    while self._more() and not self._stopping and len(self._at_work) < self.engine.slots:
                        self._begin()
                    self._collect()
                    self._tell(total)
            clean = True
        finally:
            self.engine.close(at_once=not clean)
        self.outcome.left = len(self._todo) + sum(len(chunk.tasks) for chunk in self._again)
        if self._error is not None:
            raise self._error
        return self.outcome

    def _more(self) -> bool:
        return bool(self._todo or self._again)

    def _stop(self) -> None:
        if self._stopping:
            raise KeyboardInterrupt
        self._stopping = self.outcome.interrupted = True
        print("finishing the chunks in flight; once more to end at once, losing these", file=sys.stderr)

    def _begin(self) -> None:
        """Hand the next chunk to the engine, unless its part has come to be there meanwhile."""
        chunk = self._again.popleft() if self._again else Chunk([self._todo.popleft() for _ in range(self._size())])
        if self.store.has(chunk.run_ids):
            self.outcome.done += len(chunk.tasks)
            return
        try:
            future = self.engine.submit(do_chunk, self.folder, self.setting, chunk.tasks, self.run)
        except self.engine.lost:
            self._again.appendleft(chunk)
            self._mend([])
        else:
            self._at_work[future] = chunk

    def _size(self) -> int:
        """How many runs the next chunk has: enough to be worth a file, few enough that all workers end together."""
        if self.chunk:
            return min(self.chunk, len(self._todo))
        fair = -(-len(self._todo) // self.engine.slots)
        return max(1, min(int(A_CHUNK / self._each), MOST, fair))

    def _collect(self) -> None:
        """Take in what is finished; wait up to a second for something to be."""
        finished, _ = wait(self._at_work, timeout=1.0, return_when="FIRST_COMPLETED")
        if lost := self._take([future for future in self._at_work if future in finished]):  # in one order
            self._mend(lost)

    def _take(self, finished: Iterable[Future[Report]]) -> list[Chunk]:
        """Take in finished chunks; those over which a process was lost."""
        gone: tuple[type[BaseException], ...] = (*self.engine.lost, CancelledError)
        lost = []
        for future in finished:
            chunk = self._at_work.pop(future)
            try:
                self._enter(future.result(), chunk)
            except gone:
                lost.append(chunk)
            except Exception as error:  # of the disk, or one that all chunks would meet
                self._give_up(error)
        return lost

    def _mend(self, lost: Sequence[Chunk]) -> None:
        """Have the engine recover; chunks that went down with a lost process come back to be done again."""
        self.status.rebuilt += 1
        self.engine.recover()
        lost = [*lost, *self._take([future for future in self._at_work if future.done()])]
        self.log.tell("workers lost and begun anew", chunks=[chunk.run_ids for chunk in lost])
        hung = [task.run_id for chunk in lost for task in chunk.tasks if self._hung(task)]
        for chunk in lost:
            rest = Chunk([task for task in chunk.tasks if task.run_id not in hung], chunk.strikes)
            if not hung:
                self._strike(rest)
            elif rest.tasks:  # no fault of theirs
                self._again.append(rest)

    def _hung(self, task: Task) -> bool:
        """Whether the process of a run was ended at its time limit; it is a failure then."""
        failure = overtime.found(self.folder, task, self.setting.timeout)
        if failure:
            self._failed([failure])
        return failure is not None

    def _strike(self, chunk: Chunk) -> None:
        """Do a chunk again that lost its process: whole, then run by run, and at last each run alone."""
        chunk.strikes += 1
        if chunk.strikes < STRIKES:
            self._again.append(chunk)
        elif len(chunk.tasks) > 1:
            self._again.extend(Chunk([task]) for task in chunk.tasks)
        else:
            self._set_apart(chunk)

    def _set_apart(self, chunk: Chunk) -> None:
        (task,) = chunk.tasks
        if self.store.has(chunk.run_ids):
            self.outcome.done += 1
            return
        try:
            self._enter(self.engine.alone(do_chunk, self.folder, self.setting, chunk.tasks, self.run), chunk)
        except self.engine.lost:
            if not self._hung(task):
                self._failed([failures.death(task)])
        except Exception as error:
            self._give_up(error)

    def _enter(self, report: Report, chunk: Chunk) -> None:
        self.outcome.done += report.done
        self._each = max(report.seconds / len(chunk.tasks), 1e-3)
        self.log.tell("chunk done", runs=chunk.run_ids, done=report.done, seconds=round(report.seconds, 3))
        self._failed(report.failed)

    def _failed(self, failed: Sequence[FailureInfo]) -> None:
        self.outcome.failed += len(failed)
        for one in failed:
            self.log.tell("run failed", run_id=one.run_id, origin=one.origin, type=one.type, message=one.message)
        try:
            failures.add(self.folder, failed)
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Begin nothing more; the first error is raised when what is in flight is finished."""
        self._stopping = True
        self._error = self._error or error

    def _tell(self, total: int) -> None:
        done = self.outcome.done + self.outcome.failed
        try:
            self.status.tell("running", self.outcome.done, self.outcome.failed)
        except OSError as error:
            self._give_up(error)
        if self.progress:
            self.progress(done, total)


def is_full(error: OSError) -> bool:
    """Whether a disk or a quota is full."""
    return error.errno in _FULL


@contextmanager
def _told_to_stop(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and a queue's signal to end call `stop`; threads cannot hear signals and go without."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
