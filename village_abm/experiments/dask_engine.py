"""The engine of a Dask cluster: one that runs already, one of jobs under SLURM, or one on this machine.

What a process at work needs beyond its job (one thread for linear algebra, deaf to Ctrl-C) it gets from a plugin, so
that workers that come later have it too.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments.engines import THREADS, processors
from village_abm.experiments.workers import RunsFailed
from village_abm.params import ParameterError

if TYPE_CHECKING:
    from distributed import Client

SLURM = "slurm"
PATIENCE = 10.0  # seconds that a scheduler has to answer, also when its connection was lost
EXTRA = "karst-village-abm[dask]"


class SchedulerGone(RunsFailed):
    """The scheduler of a cluster no longer answers."""


class ConnectionLost(Exception):
    """Nothing can be handed to the scheduler at this moment."""


class Dask:
    """Workers of a Dask cluster; `scheduler` is tcp://HOST:PORT, a scheduler file, `slurm`, or None for this machine.

    A cluster on this machine has `workers` processes of one thread and ends with the engine, and so do jobs of SLURM;
    a cluster that runs already is left as it is. Raises ParameterError.
    """

    def __init__(self, scheduler: str | None = None, workers: int | None = None) -> None:
        try:
            from distributed.scheduler import KilledWorker
        except ImportError:
            raise ParameterError(
                f"--engine dask needs the package distributed. Install it: pip install '{EXTRA}'."
            ) from None
        self.lost: tuple[type[BaseException], ...] = (KilledWorker, ConnectionLost)
        self.scheduler, self.workers = scheduler, workers
        self._client: Client | None = None
        self._cluster: Any = None
        self._at_work: set[Future[Any]] = set()
        self._known, self._asked = workers or processors(), 0.0
        self._before = set(multiprocessing.active_children())
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told by the driver
        _refuse(scheduler, workers)
        if scheduler not in (None, SLURM):
            self._connect()

    @property
    def slots(self) -> int:
        """Threads of the workers there are now, asked for once a second; at least one, so that work waits for them."""
        if self._client is not None and self.scheduler is not None and time.monotonic() - self._asked > 1:
            self._asked = time.monotonic()
            with suppress(OSError):  # a scheduler lost at this moment is met where the next job is handed in
                self._known = max(1, sum(self._client.ncores().values()))
        return self._known

    def submit[R](self, work: Callable[..., R], *job: object) -> Future[R]:
        """Hand the job to the scheduler; raises ConnectionLost."""
        client = self._connect()
        if client.status != "running":
            raise ConnectionLost(self.scheduler)
        future: Future[R] = client.get_executor(pure=False).submit(work, *job)
        self._at_work.add(future)
        future.add_done_callback(self._at_work.discard)
        return future

    def alone[R](self, work: Callable[..., R], *job: object) -> R:
        """Do the job while no other of this engine is at work, so that the worker it ends does nothing else."""
        wait(list(self._at_work))
        return self.submit(work, *job).result()

    def recover(self) -> None:
        """Workers are started anew by their nannies; wait for a lost scheduler. Raises SchedulerGone."""
        deadline = time.monotonic() + PATIENCE
        while self._client is not None and self._client.status == "connecting" and time.monotonic() < deadline:
            time.sleep(0.1)
        if self._client is None or self._client.status != "running":
            raise SchedulerGone(
                f"the scheduler {self.scheduler} is gone; finished runs are kept. Start it again; then the same "
                f"command goes on from there."
            )

    def close(self, at_once: bool = False) -> None:
        """Leave the cluster; end it if it was begun here, with `at_once` in the middle of its work."""
        client, cluster, self._client, self._cluster = self._client, self._cluster, None, None
        if cluster is not None and at_once and self.scheduler is None:
            for nanny in cluster.workers.values():
                nanny.auto_restart = False
            for worker in set(multiprocessing.active_children()) - self._before:
                worker.kill()
        if client is not None:
            client.close()
        if cluster is not None:
            cluster.close()

    def _connect(self) -> Client:
        if self._client is None:
            self._cluster = self._begun_here()
            try:
                self._client = self._reached()
            except BaseException:
                self.close(at_once=True)
                raise
            if not self._client.ncores():
                print(f"waiting for workers of {self.scheduler}", file=sys.stderr)
        return self._client

    def _begun_here(self) -> Any:
        if self.scheduler == SLURM:
            return _slurm(self.workers or 1)
        return _local(self.workers or processors()) if self.scheduler is None else None

    def _reached(self) -> Client:
        """A client of the cluster whose workers are made ready."""
        from distributed import Client

        told = self.scheduler or ""
        try:
            client = Client(self._cluster or _address(told), timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ParameterError(
                f"--scheduler {told}: no scheduler answers ({error}). Start one with 'dask scheduler', or leave "
                f"--scheduler out for workers on this machine."
            ) from None
        try:
            client.register_plugin(_ready_to_work(self.scheduler is None), name="village-abm")
        except Exception as error:
            client.close()
            raise ParameterError(
                f"--scheduler {told}: its workers cannot do this work ({error}). Start "
                f"scheduler and workers with the same Python and packages as here, this one too."
            ) from None
        return client


def _refuse(scheduler: str | None, workers: int | None) -> None:
    """Refuse what can be seen to be wrong before anything is begun."""
    if scheduler is None:
        return
    if scheduler == SLURM:
        _refuse_slurm(workers)
    elif workers is not None:
        raise ParameterError("--workers: a cluster that runs already has its own. Leave --workers out.")
    elif "://" not in _address(scheduler):
        raise ParameterError(f"--scheduler {scheduler}: no scheduler. Write tcp://HOST:PORT, FILE.json or {SLURM}.")


def _address(scheduler: str) -> str:
    """The address of a scheduler, out of its file if one is named."""
    if not scheduler.endswith(".json"):
        return scheduler
    try:
        return str(json.loads(Path(scheduler).read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError, TypeError):
        raise ParameterError(
            f"--scheduler {scheduler}: no file with an address. Give the one that 'dask scheduler --scheduler-file "
            f"{scheduler}' writes."
        ) from None


def _refuse_slurm(workers: int | None) -> None:
    try:
        import dask
        import dask_jobqueue  # noqa: F401 (it brings its own configuration)
    except ImportError:
        raise ParameterError(
            f"--scheduler {SLURM} needs the package dask-jobqueue. Install it: pip install '{EXTRA}'."
        ) from None
    if workers is None:
        raise ParameterError(f"--scheduler {SLURM} needs --workers N: how many processes the jobs have together.")
    missing = [name for name in ("cores", "memory") if not dask.config.get(f"jobqueue.slurm.{name}", None)]
    if missing:
        raise ParameterError(
            f"--scheduler {SLURM}: jobqueue.slurm.{missing[0]} is not set. Write it into "
            f"~/.config/dask/jobqueue.yaml; see docs/sweep.md."
        )
    if shutil.which("sbatch") is None:
        raise ParameterError(f"--scheduler {SLURM}: no command sbatch here. Start where jobs can be handed in.")


def _local(workers: int) -> Any:
    """Processes of one thread on this machine; each that ends over a chunk is told at once."""
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", memory_limit=0,
        silence_logs=logging.CRITICAL, scheduler_kwargs={"allowed_failures": 0},
    )  # fmt: skip


def _slurm(workers: int) -> Any:
    """Jobs as the file of dask-jobqueue describes them, with a process for each of their processors.

    Adapting between the same two numbers hands in another job for one that has ended, which scaling does not.
    """
    import dask
    from dask_jobqueue import SLURMCluster

    of_a_job = dask.config.get("jobqueue.slurm.processes", None) or dask.config.get("jobqueue.slurm.cores")
    cluster = SLURMCluster(processes=int(of_a_job), silence_logs=logging.CRITICAL)
    cluster.adapt(minimum=workers, maximum=workers)
    return cluster


def _ready_to_work(here: bool) -> Any:
    """The plugin of workers; `here` says whether they hear the Ctrl-C of this terminal."""
    from distributed.diagnostics.plugin import WorkerPlugin

    class OneThread(WorkerPlugin):
        """Linear algebra of one thread; stopping is left to whoever started the sweep."""

        def setup(self, worker: Any) -> None:
            make_ready(here)

    return OneThread()


def make_ready(here: bool) -> None:
    """Make this process ready to work."""
    os.environ.update(dict.fromkeys(THREADS, "1"))
    if here and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
