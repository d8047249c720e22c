"""Sweeps survive what stops them: after each event the same digest as undisturbed, nothing lost, nothing twice."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from toy_runs import YEARS, run
from toy_sweep import digest, sweep, toy

from village_abm import sweep_results
from village_abm.experiments import keeping
from village_abm.experiments.engines import THREADS, Processes, Serial
from village_abm.experiments.keeping import FolderError
from village_abm.experiments.sweep import failures, status
from village_abm.experiments.sweep import folder as folders
from village_abm.experiments.sweep.care import replay, standing
from village_abm.experiments.sweep.plan import Task
from village_abm.experiments.sweep.store import NotReproducible, Store, packed
from village_abm.experiments.sweep.work import do_chunk

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX")
RUNS = 40


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> str:
    """The digest of a sweep that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "toy"
    assert sweep(toy(), folder, Serial()).done == RUNS
    return digest(folder)


def whole(folder: Path, undisturbed: str) -> None:
    """All runs are there, once each, and nothing is left half-written."""
    frame = sweep_results(folder)
    assert len(frame) == RUNS * YEARS
    assert not frame.duplicated(["run_id", "year"]).any()
    assert digest(folder) == undisturbed
    assert not list(folder.rglob("*.tmp"))


def limited(folder: Path, runs: int, chunk: int = 4) -> None:
    assert sweep(toy(), folder, Serial(), limit=runs, chunk=chunk).done == runs


@pytest.mark.slow
def test_done_in_processes_it_is_the_same_and_a_second_start_runs_nothing(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    assert sweep(toy(), folder, Processes(2), chunk=7).done == RUNS
    whole(folder, undisturbed)
    assert sweep(toy(), folder, Serial()).done == 0
    assert not list((folder / "parts").iterdir())  # put together, so taken away
    assert len(list((folder / "compact").iterdir())) == 1
    assert status.read(folder)[0]["state"] == "finished"


def start(folder: Path, chunk: int = 3, pause: float = 0.1) -> subprocess.Popen:
    """The sweep in a process of its own, with two workers, when it has written a part."""
    words = [sys.executable, "-c", "import toy_sweep; toy_sweep.main()", str(folder), str(chunk), str(pause)]
    here = Path(__file__).parent
    found = os.environ | {"PYTHONPATH": os.pathsep.join([str(here.parent), str(here)])}
    driver = subprocess.Popen(words, env=found, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(folder.glob("parts/part-*")):
        assert driver.poll() is None, driver.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return driver


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=20)[1]


@pytest.mark.slow
def test_the_driver_killed_leaves_no_orphan_and_goes_on_with_other_chunks(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    driver = start(folder)
    workers = psutil.Process(driver.pid).children(recursive=True)
    driver.kill()
    driver.wait()
    assert workers
    assert gone(workers)
    assert status.read(folder)[0]["state"] == "killed"
    (folder / "pause").unlink()
    done = standing(folder).done
    assert 0 < done < RUNS
    assert sweep(toy(), folder, Serial(), chunk=5).done == RUNS - done
    whole(folder, undisturbed)
    assert sweep(toy(), folder, Serial()).done == 0


def test_ctrl_c_finishes_the_chunk_in_flight(tmp_path, capsys) -> None:
    folder, plan = tmp_path / "toy", toy(fates={5: "stop"})
    outcome = sweep(plan, folder, Serial(), chunk=4)
    assert outcome.interrupted
    assert (outcome.done, outcome.left) == (8, RUNS - 8)  # point 5 is in the second chunk
    assert "finishing the chunks in flight" in capsys.readouterr().err
    assert status.read(folder)[0]["state"] == "interrupted"
    assert len(list((folder / "parts").iterdir())) == 2


@pytest.mark.slow
def test_told_to_stop_it_finishes_the_chunks_in_flight(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    driver = start(folder)
    workers = psutil.Process(driver.pid).children(recursive=True)
    os.killpg(driver.pid, signal.SIGINT)  # as a terminal does: the workers are sent it too, and do not hear it
    said = driver.communicate(timeout=30)[1]
    assert driver.returncode == 130
    assert "finishing the chunks in flight" in said
    assert gone(workers)
    assert status.read(folder)[0]["state"] == "interrupted"
    done = standing(folder).done
    assert 0 < done < RUNS
    assert done % 3 == 0  # whole chunks
    (folder / "pause").unlink()
    assert sweep(toy(), folder, Serial()).done == RUNS - done
    whole(folder, undisturbed)


def test_a_worker_killed_from_outside_costs_nothing(tmp_path, undisturbed) -> None:
    folder, engine = tmp_path / "toy", Processes(2)

    def strike() -> None:
        while len(list(folder.glob("parts/part-*"))) < 2:
            time.sleep(0.01)
        multiprocessing.active_children()[0].kill()

    killer = threading.Thread(target=strike)
    killer.start()
    folder.mkdir()
    plan = toy()
    outcome = sweep(plan, folder, engine, chunk=2, progress=lambda *_: slow(folder))
    killer.join()
    assert (outcome.done, outcome.failed) == (RUNS, 0)
    assert status.read(folder)[0]["pools_rebuilt"] >= 1
    whole(folder, undisturbed)


def slow(folder: Path) -> None:
    """Let the toy runs take a moment, so that there is something to kill."""
    if not (folder / "pause").exists():
        (folder / "pause").write_text("0.02")


class Fragile(Serial):
    """An engine that is lost where a run would end its process."""

    lost = (BrokenProcessPool,)

    def submit(self, work, *job):
        return super().submit(work if all(survives(task) for task in job[2]) else broken, *job)

    def alone(self, work, *job):
        return (work if all(survives(task) for task in job[2]) else broken)(*job)


def survives(task: Task) -> bool:
    return task.changes.get("toy.fate") != "die"


def broken(*_job: object) -> None:
    raise BrokenProcessPool


@pytest.mark.parametrize("engine", [Fragile, pytest.param(lambda: Processes(2), marks=pytest.mark.slow)])
def test_a_run_that_kills_its_worker_and_one_that_raises_are_set_apart(engine, tmp_path) -> None:
    folder, plan = tmp_path / "toy", toy(fates={3: "die", 5: "raise"}, replicates=1)
    outcome = sweep(plan, folder, engine(), chunk=5)
    assert (outcome.done, outcome.failed) == (8, 2)
    assert 2 <= status.read(folder)[0]["pools_rebuilt"] <= 5
    by_point = {one.task["point"]: one for one in failures.read(folder).values()}
    assert (by_point[3].origin, by_point[3].type) == ("running", "WorkerDied")
    assert (by_point[5].origin, by_point[5].type, by_point[5].message) == (
        "running", "ValueError", "no such village as 5",
    )  # fmt: skip
    assert "toy_runs.py" in by_point[5].traceback
    again = replay(folder, by_point[5].run_id, run)
    assert again.same
    assert again.failed is not None
    good = next(task for task in plan.tasks() if task.point == 4)
    assert replay(folder, good.run_id[:10], run).same
    assert sorted(sweep_results(folder)["point"].unique()) == [0, 1, 2, 4, 6, 7, 8, 9]
    alike = toy(replicates=1)
    sweep(alike, tmp_path / "good", Serial())
    of_good = sweep_results(tmp_path / "good").set_index("run_id")
    mine = sweep_results(folder).set_index("run_id").drop(columns="toy.fate")
    assert mine.loc[good.run_id, "y3"].tolist() == of_good.loc[good.run_id, "y3"].tolist()


@pytest.mark.slow
def test_damaged_parts_go_into_quarantine_and_their_runs_are_done_again(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    limited(folder, 32)
    cut, flipped, *_ = sorted((folder / "parts").glob("part-*"))
    cut.write_bytes(cut.read_bytes()[:700])
    content = bytearray(flipped.read_bytes())
    content[900:964] = bytes(64)
    flipped.write_bytes(content)
    (folder / "parts" / f".part-x.parquet.{keeping.HOST}.999999999.tmp").write_bytes(b"half")
    other = folder / "parts" / f".part-y.parquet.{keeping.HOST}.{os.getpid()}.tmp"
    other.write_bytes(b"somebody is writing this")
    heard = []
    sweep(toy(), folder, Serial(), told=lambda found, runs: heard.append((len(found.damaged), len(found.done), runs)))
    assert heard == [(2, 24, RUNS)]
    assert sorted(path.name for path in (folder / "quarantine").iterdir()) == sorted(
        f"{path.name}.damaged" for path in (cut, flipped)
    )
    assert other.exists()
    other.unlink()
    whole(folder, undisturbed)
    (together,) = (folder / "compact").iterdir()
    together.write_bytes(together.read_bytes().replace(b"PAR1", b"PAR2", 1))
    assert sweep(toy(), folder, Serial()).done == RUNS
    whole(folder, undisturbed)


def test_a_part_that_cannot_be_read_is_named_with_what_mends_it(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    limited(folder, 8)
    first, foreign, *_ = sorted((folder / "parts").glob("part-*"))
    first.write_bytes(b"")
    with pytest.raises(FolderError, match=rf"{first.name} is damaged. Run the sweep again"):
        standing(folder)
    with pytest.raises(FolderError, match=rf"{first.name} is damaged. Run the sweep again"):
        sweep_results(folder)
    first.unlink()
    pq.write_table(pq.read_table(foreign).replace_schema_metadata(), foreign)
    with pytest.raises(FolderError, match=rf"{foreign.name} is damaged"):
        standing(folder)
    sweep(toy(), folder, Serial())
    whole(folder, undisturbed)


@pytest.mark.parametrize(("content", "said"), [(b"", "is damaged"), (None, "is missing")])
def test_a_design_that_was_lost_is_written_anew_by_the_sweep(content, said, tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    limited(folder, 8)
    design = folder / folders.DESIGN
    before = design.read_bytes()
    design.unlink()
    if content is not None:
        design.write_bytes(content)
    with pytest.raises(FolderError, match=f"design.parquet {said}. Run the sweep again"):
        standing(folder)
    sweep(toy(), folder, Serial())
    assert design.read_bytes() == before
    whole(folder, undisturbed)


@pytest.mark.parametrize("content", ["", "{", "{}", "[1]"])
def test_a_damaged_status_hides_nothing_else(content, tmp_path) -> None:
    folder = tmp_path / "toy"
    limited(folder, 8)
    (folder / status.name_of((1, 2))).write_text(content, encoding="utf-8")
    found = standing(folder)
    assert (found.done, [one["done"] for one in found.drivers]) == (8, [8])


def test_a_full_disk_leaves_nothing_half_written(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    limited(folder, 8)
    before = {path: path.read_bytes() for path in folder.glob("parts/*")}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            sweep(toy(), folder, Serial(), chunk=8)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert {path: path.read_bytes() for path in folder.glob("parts/*")} == before
    assert status.read(folder)[0]["state"] == "disk full"
    assert sweep(toy(), folder, Serial()).done == RUNS - 8
    whole(folder, undisturbed)


def test_what_others_are_writing_is_left_alone_for_an_hour(tmp_path) -> None:
    folder = tmp_path / "toy"
    limited(folder, 4)
    names = [f".part-{name}.parquet.{host}.1.tmp" for name, host in (("a", "elsewhere"), ("b", "elsewhere"))]
    fresh, stale = (folder / "parts" / name for name in names)
    for path in (fresh, stale):
        path.write_bytes(b"half")
    os.utime(stale, (time.time() - 3700,) * 2)
    limited(folder, 4)
    assert fresh.exists()
    assert not stale.exists()


def thread_settings() -> list[str | None]:
    return [os.environ.get(name) for name in THREADS]


def test_workers_have_one_thread_for_linear_algebra_and_this_process_keeps_its_own(monkeypatch) -> None:
    monkeypatch.setenv(THREADS[0], "3")
    engine = Processes(1)
    assert engine.submit(thread_settings).result() == engine.alone(thread_settings) == ["1"] * len(THREADS)
    engine.close()
    assert os.environ[THREADS[0]] == "3"
    assert not set(THREADS[1:]) & set(os.environ)


def test_a_part_and_its_folder_tell_by_which_schema_they_were_written(tmp_path) -> None:
    folder = tmp_path / "toy"
    limited(folder, 4)
    part = next((folder / "parts").iterdir())
    assert pq.read_schema(part).metadata[b"schema_version"] == b"1"
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["schema_version"] == 1


@pytest.mark.slow
def test_shards_at_once_fill_one_folder(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    done = []
    shards = [
        threading.Thread(target=lambda i=i: done.append(sweep(toy(), folder, Serial(), shard=(i, 3), chunk=3).done))
        for i in range(3)
    ]
    for one in shards:
        one.start()
    for one in shards:
        one.join()
    assert sum(done) == RUNS
    whole(folder, undisturbed)
    assert not list((folder / "parts").iterdir())  # whoever was last has put them together


@pytest.mark.slow
def test_the_same_sweep_twice_at_once_does_no_harm(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    both = [threading.Thread(target=sweep, args=(toy(), folder, Serial()), kwargs={"chunk": n}) for n in (3, 4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    whole(folder, undisturbed)


def test_more_replicates_and_points_keep_what_is_done(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    assert sweep(toy(points=6, replicates=2), folder, Serial()).done == 12
    assert sweep(toy(), folder, Serial()).done == RUNS - 12
    whole(folder, undisturbed)


def test_cut_short_it_is_a_smaller_experiment_with_its_pairs_whole(tmp_path) -> None:
    folder = tmp_path / "toy"
    limited(folder, 20)
    frame = sweep_results(folder)
    assert frame.groupby("replication_id")["point"].nunique().to_dict() == {0: 10, 1: 10}


def test_two_results_of_one_run_are_said_aloud(tmp_path) -> None:
    folder = tmp_path / "toy"
    limited(folder, 8)
    store = Store(folder)
    (part, *_) = store.files("part")
    table = pq.read_table(part)
    ids = list(dict.fromkeys(table["run_id"].to_pylist()))
    other = table.set_column(2, "y0", [[0.5] * len(table)])
    with pytest.raises(NotReproducible, match="THE MODEL IS NOT REPRODUCIBLE"):
        store.keep({"part": other}, ids)
    with pytest.raises(NotReproducible, match="differ"):
        sweep(toy(), folder, Serial())


@pytest.mark.slow
def test_the_same_values_in_other_bytes_are_no_alarm(tmp_path, undisturbed) -> None:
    folder = tmp_path / "toy"
    limited(folder, 8)
    (part, *_) = Store(folder).files("part")
    table = pq.read_table(part)
    ids = list(dict.fromkeys(table["run_id"].to_pylist()))
    again = packed(table.select([*table.column_names[::-1]]), ids)  # as another version of a library may write it
    keeping.keep(folder / "parts", part.name.rsplit("-", 1)[0] + "-", again, ".parquet", 12)
    sweep(toy(), folder, Serial())
    whole(folder, undisturbed)


def test_a_retried_chunk_overwrites_itself(tmp_path) -> None:
    folder, plan = tmp_path / "toy", toy()
    limited(folder, 4)
    before = sorted(path.name for path in (folder / "parts").iterdir())
    do_chunk(folder, plan.setting, plan.tasks()[:4], run)
    assert sorted(path.name for path in (folder / "parts").iterdir()) == before


def test_parts_are_read_by_sql_while_it_runs(tmp_path) -> None:
    duckdb = pytest.importorskip("duckdb")
    folder = tmp_path / "toy"
    counted = []

    def look(done: int, _total: int) -> None:
        if done:
            query = f"SELECT count(DISTINCT run_id) FROM '{folder}/*/part-*.parquet'"
            counted.append((done, duckdb.connect().execute(query).fetchone()[0]))

    sweep(toy(), folder, Serial(), chunk=10, progress=look)
    assert counted
    assert all(seen == done for done, seen in counted)
    assert duckdb.connect().execute(f"SELECT count(*) FROM '{folder}/*/part-*.parquet'").fetchone()[0] == RUNS * YEARS


def test_a_torn_line_of_failures_hides_no_other(tmp_path) -> None:
    plan = toy(fates={1: "raise"}, replicates=2)
    folder = tmp_path / "toy"
    sweep(plan, folder, Serial())
    path = folder / failures.FILE
    first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(first[:40], encoding="utf-8")
    failures.add(folder, [failures.FailureInfo(**__import__("json").loads(second))])
    assert [one.replication_id for one in failures.read(folder).values()] == [1]


def test_the_status_is_not_written_more_than_once_a_second(tmp_path, monkeypatch) -> None:
    written = []
    monkeypatch.setattr(keeping, "write_whole", lambda path, content: written.append(content))
    now = status.Status(tmp_path, 10, 0)
    for done in range(10):
        now.tell("running", done, 0)
    assert len(written) == 1
