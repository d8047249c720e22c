"""Sweeps on a real cluster of Dask: the same digest as in one process, whatever is killed."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from test_sweep_survives import RUNS, Fragile, gone, slow, whole
from test_sweep_village import spec_in, village
from toy_runs import run
from toy_sweep import digest, sweep, toy

from village_abm.experiments.engines import THREADS, Serial
from village_abm.experiments.sweep import care, failures, status
from village_abm.experiments.sweep.work import FolderUnseen, do_chunk

pytest.importorskip("distributed")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
HERE = Path(__file__).parent

from village_abm.experiments import dask_engine  # noqa: E402
from village_abm.experiments.dask_engine import Dask, SchedulerGone  # noqa: E402


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> str:
    """The digest of a sweep that nothing disturbed, in one process."""
    folder = tmp_path_factory.mktemp("whole") / "toy"
    assert sweep(toy(), folder, Serial()).done == RUNS
    return digest(folder)


def started_here() -> set:
    return set(multiprocessing.active_children())


def environment(**more: str) -> dict[str, str]:
    found = [str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(found)} | more


# A cluster on this machine ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_costs_nothing(tmp_path, undisturbed) -> None:
    folder, before, engine = tmp_path / "toy", started_here(), Dask(workers=2)

    def strike() -> None:
        while not list(folder.glob("parts/part-*")):
            time.sleep(0.01)
        pids = engine._client.run(os.getpid)
        (folder / "pause").write_text("0.1")
        while not (busy := [worker for worker, keys in engine._client.processing().items() if keys]):
            time.sleep(0.01)
        os.kill(pids[busy[0]], signal.SIGKILL)

    killer = threading.Thread(target=strike)
    killer.start()
    folder.mkdir()
    plan = toy()
    outcome = sweep(plan, folder, engine, chunk=2, progress=lambda *_: slow(folder))
    killer.join()
    assert (outcome.done, outcome.failed) == (RUNS, 0)
    assert status.read(folder)[0]["pools_rebuilt"] >= 1
    whole(folder, undisturbed)
    assert started_here() <= before  # no orphan


@pytest.mark.slow
def test_a_run_that_kills_its_worker_and_one_that_raises_are_set_apart(tmp_path) -> None:
    folder, plan = tmp_path / "toy", toy(points=6, fates={3: "die", 5: "raise"}, replicates=1)
    outcome = sweep(plan, folder, Dask(workers=2), chunk=1)
    assert (outcome.done, outcome.failed) == (4, 2)
    by_point = {one.task["point"]: one for one in failures.read(folder).values()}
    assert (by_point[3].type, by_point[5].type) == (failures.DIED, "ValueError")
    assert "toy_runs.py" in by_point[5].traceback
    sweep(plan, tmp_path / "one", Fragile(), chunk=3)
    assert digest(folder) == digest(tmp_path / "one")


def thread_settings() -> list[str | None]:
    return [os.environ.get(name) for name in THREADS]


def parameters_read() -> int:
    from village_abm.experiments.sweep import work

    return work._base.cache_info().misses


@pytest.mark.slow
def test_real_villages_come_out_bit_for_bit_as_in_one_process(tmp_path, monkeypatch) -> None:
    assert village("sweep", spec_in(tmp_path), "--engine", "serial", "--out", tmp_path / "one").exit_code == 0
    told, close = [], Dask.close

    def look(engine: Dask, at_once: bool = False) -> None:
        client = engine._client
        told.extend((client.run(thread_settings), client.run(parameters_read), client.ncores()))
        close(engine, at_once)

    monkeypatch.setattr(Dask, "close", look)
    words = ["--engine", "dask", "--workers", 1, "--out", tmp_path / "dask"]
    answer = village("sweep", tmp_path / "demo.toml", *words)
    assert answer.exit_code == 0, answer.output
    assert care.examined(tmp_path / "dask").digest == care.examined(tmp_path / "one").digest
    threads, read, cores = (list(one.values()) for one in told)
    assert threads == [["1"] * len(THREADS)]
    assert read == [2]  # once a scheme, for four runs each
    assert cores == [1]


def interrupted(folder: Path, *numbers: int) -> tuple[subprocess.Popen, list[psutil.Process]]:
    """The sweep in a process group of its own, to which signals are sent as a terminal does, each when it is heard."""
    code = "import toy_sweep; from village_abm.experiments.dask_engine import Dask; toy_sweep.main(Dask(workers=2))"
    driver = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), "2", "0.3"],
        env=environment(), stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list(folder.glob("parts/part-*")):
        assert driver.poll() is None, driver.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    workers = psutil.Process(driver.pid).children(recursive=True)
    assert len(workers) >= 2
    for number in numbers:
        os.killpg(driver.pid, number) if number == signal.SIGINT else driver.send_signal(number)
        time.sleep(0.05)
    return driver, workers


@pytest.mark.slow
@pytest.mark.parametrize(
    "numbers", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGINT), (signal.SIGKILL,)],
    ids=["once", "by a queue", "twice", "killed"],
)  # fmt: skip
def test_stopped_it_leaves_no_orphan_and_goes_on_to_the_same_digest(numbers, tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    driver, workers = interrupted(folder, *numbers)
    said = driver.communicate(timeout=40)[1]
    assert gone(workers)
    done = care.standing(folder).done
    assert 0 < done < RUNS
    if len(numbers) == 1 and numbers[0] != signal.SIGKILL:
        assert driver.returncode == 130, said
        assert "finishing the chunks in flight" in said
        assert done % 2 == 0
        assert status.read(folder)[0]["state"] == "interrupted"
    (folder / "pause").unlink()
    assert sweep(toy(), folder, Serial()).done == RUNS - done
    whole(folder, undisturbed)


# A cluster that runs already -------------------------------------------------------------------------------


class Cluster:
    """A scheduler and workers in processes of their own, as a cluster has them."""

    def __init__(self, place: Path, *workers: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address, self.file = f"tcp://127.0.0.1:{port}", place / "scheduler.json"
        self._place = place
        words = ("--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--scheduler-file", str(self.file))
        self.scheduler = self._start("scheduler", *words)
        self.workers = [self.worker(one) for one in workers]

    def worker(self, more: dict[str, str]) -> subprocess.Popen:
        return self._start(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1",
            "--local-directory", str(self._place), **more,
        )  # fmt: skip

    def _start(self, what: str, *words: str, **more: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *words], env=environment(**more),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._place,
        )  # fmt: skip

    def close(self) -> None:
        for one in (*self.workers, self.scheduler):
            one.kill()  # what they have begun ends with them
            one.wait(timeout=20)


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A cluster with two workers."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    found = Cluster(tmp_path, {}, {})
    yield found
    found.close()


@pytest.mark.slow
def test_the_scheduler_killed_is_told_and_the_next_start_goes_on(cluster, tmp_path, undisturbed, monkeypatch) -> None:
    folder = tmp_path / "toy"
    engine = Dask(cluster.address)
    monkeypatch.setattr(dask_engine, "PATIENCE", 0.5)

    def strike(done: int, _total: int) -> None:
        slow(folder)
        if done >= 8:
            cluster.scheduler.kill()

    with pytest.raises(SchedulerGone, match=r"the scheduler tcp://.* is gone; finished runs are kept. Start it again"):
        sweep(toy(), folder, engine, chunk=2, progress=strike)
    assert status.read(folder)[0]["state"] == "stopped by an error"
    done = care.standing(folder).done
    assert 8 <= done < RUNS
    (folder / "pause").unlink()
    assert sweep(toy(), folder, Serial()).done >= RUNS - done - 4  # workers may have finished two chunks meanwhile
    whole(folder, undisturbed)


@pytest.mark.slow
def test_a_scheduler_file_names_a_cluster_which_stays(cluster, tmp_path, undisturbed) -> None:
    deadline = time.monotonic() + 30
    while not cluster.file.is_file():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    folder = tmp_path / "toy"
    assert sweep(toy(), folder, Dask(str(cluster.file)), chunk=3).done == RUNS
    whole(folder, undisturbed)
    assert all(one.poll() is None for one in (cluster.scheduler, *cluster.workers))
    poisoned = toy(points=4, fates={3: "die"}, replicates=1)
    assert sweep(poisoned, tmp_path / "poisoned", Dask(cluster.address), chunk=1).failed == 1


@pytest.mark.slow
def test_workers_without_the_package_or_the_folder_are_told(tmp_path) -> None:
    (tmp_path / "elsewhere" / "village_abm").mkdir(parents=True)
    (tmp_path / "elsewhere" / "village_abm" / "__init__.py").write_text("raise ImportError('not installed')")
    paths = os.pathsep.join([str(tmp_path / "elsewhere"), environment()["PYTHONPATH"]])
    cluster = Cluster(tmp_path, {"PYTHONPATH": paths})
    out = tmp_path / "out"
    words = ["sweep", spec_in(tmp_path), "--engine", "dask", "--scheduler", cluster.address, "--out", out]
    try:
        wait_for_a_worker(cluster.address)
        answer = village(*words)
        assert answer.exit_code == 2
        (line,) = answer.stderr.splitlines()
        assert "its workers cannot do this work (ImportError('not installed')). Start" in line
        assert not out.exists()
    finally:
        cluster.close()


SBATCH = """#!/bin/sh
cp "$1" PLACE/job.sh  # as a queue does: the script is taken away at once
setsid sh PLACE/job.sh >/dev/null 2>&1 &
echo $! >> PLACE/jobs
echo Submitted batch job $!
"""


@pytest.mark.slow
def test_jobs_of_slurm_do_the_work_and_end_with_it(tmp_path, undisturbed, monkeypatch) -> None:
    for name, text in (("sbatch", SBATCH), ("scancel", '#!/bin/sh\nfor job; do kill -TERM -- -"$job"; done\n')):
        (tmp_path / name).write_text(text.replace("PLACE", str(tmp_path)), encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    import dask

    job = {"cores": 2, "memory": "4GB", "python": sys.executable, "local-directory": str(tmp_path), "interface": "lo"}
    with dask.config.set({f"jobqueue.slurm.{key}": value for key, value in job.items()}):
        assert sweep(toy(), tmp_path / "toy", Dask("slurm", 2), chunk=4, progress=before(60)).done == RUNS
    whole(tmp_path / "toy", undisturbed)
    assert len((tmp_path / "jobs").read_text(encoding="utf-8").split()) == 1  # two processes of one thread are a job
    assert gone([one for one in psutil.process_iter() if str(tmp_path) in " ".join(one.cmdline() or ["-"])])


def before(seconds: float):
    """What is asked as a sweep goes on, whether workers come or not: that it does not take too long."""
    deadline = time.monotonic() + seconds

    def look(*_: int) -> None:
        assert time.monotonic() < deadline

    return look


def wait_for_a_worker(address: str) -> None:
    from distributed import Client

    with Client(address, timeout=20, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=40)


def test_a_folder_that_a_worker_does_not_see_is_told(tmp_path) -> None:
    plan = toy()
    with pytest.raises(FolderUnseen, match=r"does not see its folder .*nowhere. Put it, with --out, where all"):
        do_chunk(tmp_path / "nowhere", plan.setting, plan.tasks()[:2], run)


# What is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--scheduler", "tcp://127.0.0.1:1"], r"tcp://127.0.0.1:1 is for --engine dask. Add that, or leave"),
        (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:1"], r"no scheduler answers .*Start one with 'dask sch"),
        (["--engine", "dask", "--scheduler", "host"], r"host: no scheduler. Write tcp://HOST:PORT, FILE.json or slurm"),
        (["--engine", "dask", "--scheduler", "a.json"], r"a.json: no file with an address. Give the one that"),
        (["--engine", "dask", "--scheduler", "broken.json"], r"broken.json: no file with an address"),
        (["--engine", "dask", "--scheduler", "tcp://h:1", "--workers", 2], r"has its own. Leave --workers out"),
        (["--engine", "dask", "--scheduler", "slurm"], r"--scheduler slurm needs --workers N"),
        (["--engine", "dask", "--scheduler", "slurm", "--workers", 2], r"jobqueue.slurm.cores is not set. Write it in"),
    ],
)  # fmt: skip
def test_what_cannot_be_reached_is_refused_before_anything_is_written(words, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(dask_engine, "PATIENCE", 0.3)
    (tmp_path / "broken.json").write_text("{}", encoding="utf-8")
    answer = village("sweep", spec_in(tmp_path), *words)
    assert answer.exit_code == 2, answer.output
    (line,) = answer.stderr.splitlines()
    assert re.search(said, line), line
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("package", "words"), [("distributed.scheduler", []), ("dask_jobqueue", ["--scheduler", "slurm", "--workers", 1])]
)
def test_without_its_package_the_remedy_is_said(package, words, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    answer = village("sweep", spec_in(tmp_path), "--engine", "dask", *words)
    assert answer.exit_code == 2, answer.output
    (line,) = answer.stderr.splitlines()
    assert re.search(r"needs the package [a-z-]+. Install it: pip install 'karst-village-abm\[dask\]'", line), line
    assert not (tmp_path / "runs").exists()
