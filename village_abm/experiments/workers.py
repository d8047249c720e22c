"""Many runs at once: a pool of worker processes that ends with whoever started it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from types import TracebackType
from typing import Any

from village_abm.experiments.engines import Processes, processors

Told = Callable[[int, int], None]


class RunsFailed(Exception):
    """Runs that raised an error or whose process was ended; what the others gave is kept."""


class Workers:
    """Does jobs in `count` processes (one: in this one); nothing that comes back depends on how many.

    `with Workers(count) as workers:` keeps them for several batches of jobs. Whatever stops the batch, Ctrl-C
    included, ends the processes too.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = count or processors()
        self._engine: Processes | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            self._engine.close(at_once=kind is not None)

    def do[K: Hashable, R](
        self,
        work: Callable[..., R],
        jobs: Mapping[K, tuple[Any, ...]],
        progress: Told | None = None,
        failed: dict[K, Exception] | None = None,
    ) -> dict[K, R]:
        """What `work(*job)` gave for every job, by its key; `progress` hears jobs done and jobs in all.

        Where `failed` is given, errors of jobs are put there and the other jobs are done all the same; but errors of
        the disk, which all jobs would meet, and the end of a process are raised.
        """
        found: dict[K, R] = {}
        if self.count == 1:
            for number, (key, job) in enumerate(jobs.items(), start=1):
                _take(found, failed, key, partial(work, *job))
                if progress:
                    progress(number, len(jobs))
            return found
        if self._engine is None:
            self._engine = Processes(min(self.count, max(len(jobs), 1)))
        waiting: dict[Future[R], K] = {self._engine.submit(work, *job): key for key, job in jobs.items()}
        for number, done in enumerate(as_completed(waiting), start=1):
            _take(found, failed, waiting[done], done.result)
            if progress:
                progress(number, len(jobs))
        return {key: found[key] for key in jobs if key in found}


def _take[K: Hashable, R](found: dict[K, R], failed: dict[K, Exception] | None, key: K, give: Callable[[], R]) -> None:
    """Put what a job gives with the others, or its error with the failed where these are collected."""
    try:
        found[key] = give()
    except BrokenProcessPool as error:
        raise RunsFailed(
            "a process at work was ended from outside, perhaps for want of memory; finished runs are kept. "
            "The same command goes on from there; with --workers 1 it needs the least memory."
        ) from error
    except Exception as error:
        if failed is None or isinstance(error, OSError):
            raise
        failed[key] = error
