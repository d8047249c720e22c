"""Engines: where the work of an experiment is done. Each gives a Future for a job; who asks need not know where.

An engine for a cluster is one more class of these five names (its `submit` may be that of a
`concurrent.futures.Executor`). What is submitted is a plain importable function of arguments that can be pickled; it
sets no signal handlers, since some engines run it in threads.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol

THREADS = ("OMP_NUMTHREADS", "OPENBLAS_NUMTHREADS", "MKL_NUMTHREADS", "VECLIB_MAXIMUMTHREADS")


class Engine(Protocol):
    """What an experiment asks of an engine."""

    lost: tuple[type[BaseException], ...]
    """What a Future raises where the process at work was ended from outside."""

    @property
    def slots(self) -> int:
        """How many jobs are worked on at once; where workers come and go, at this moment."""

    def submit[R](self, work: Callable[..., R], *job: object) -> Future[R]:
        """Begin `work(*job)`."""

    def recover(self) -> None:
        """Make ready again after workers were lost; the jobs in flight are lost too."""

    def alone[R](self, work: Callable[..., R], *job: object) -> R:
        """Do `work(*job)` where it can harm no other job; raises one of `lost` if it ends its process."""

    def close(self, at_once: bool = False) -> None:
        """End the workers; with `at_once`, in the middle of their work."""


class Serial:
    """Every job in this process, one after the other, done when `submit` returns."""

    slots = 1
    lost: tuple[type[BaseException], ...] = ()

    def submit[R](self, work: Callable[..., R], *job: object) -> Future[R]:
        """Do the job now; its error, if it raises one, is kept for who asks for the result."""
        future: Future[R] = Future()
        try:
            future.set_result(work(*job))
        except Exception as error:
            future.set_exception(error)
        return future

    def alone[R](self, work: Callable[..., R], *job: object) -> R:
        """Do the job now."""
        return work(*job)

    def recover(self) -> None:
        """Nothing can be lost here but this process."""

    def close(self, at_once: bool = False) -> None:
        """Nothing to end."""


class Processes:
    """A pool of worker processes that live as long as the engine, of one thread each, and end with their parent."""

    lost: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, count: int | None = None) -> None:
        self.slots = count or processors()
        self._pool: ProcessPoolExecutor | None = None
        self._before = set(multiprocessing.active_children())

    def submit[R](self, work: Callable[..., R], *job: object) -> Future[R]:
        """Hand the job to a worker; workers start when there is a job for them."""
        if self._pool is None:
            self._pool = _pool(self.slots)
        with _one_thread_each():
            return self._pool.submit(work, *job)

    def alone[R](self, work: Callable[..., R], *job: object) -> R:
        """Do the job in a process of its own and wait for it."""
        with _pool(1) as pool, _one_thread_each():
            return pool.submit(work, *job).result()

    def recover(self) -> None:
        """End what is left of a broken pool; the next job starts another."""
        self.close(at_once=True)

    def close(self, at_once: bool = False) -> None:
        """End the workers."""
        if self._pool is None:
            return
        if at_once:
            for worker in set(multiprocessing.active_children()) - self._before:
                worker.terminate()
        self._pool.shutdown(cancel_futures=True)
        self._pool = None


def processors() -> int:
    """Processors that this process may use: under a queue, those of the job."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(count: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, spawn, initializer=_leave_stopping_to_the_parent)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started within use one thread for linear algebra: it counts its threads when it is loaded."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _leave_stopping_to_the_parent() -> None:
    """Workers do not hear Ctrl-C themselves: whoever started them ends them; without a parent they end at once."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
