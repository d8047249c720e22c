"""What a sweep keeps beside its results, runs that hang, and points that come from a table."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from test_sweep_survives import Fragile, broken
from test_sweep_village import spec_in, village
from toy_runs import run
from toy_sweep import digest, sweep, toy

from village_abm.experiments import provenance
from village_abm.experiments.engines import Processes, Serial
from village_abm.experiments.sweep import failures, log, overtime
from village_abm.experiments.sweep.care import replay
from village_abm.experiments.sweep.folder import open_folder, read_setting
from village_abm.experiments.sweep.overtime import at_most
from village_abm.experiments.sweep.planning import plan
from village_abm.params import ParameterError

HERE = Path(__file__).parent
WEIGHT, KIN = "people.migration.wage_weight", "people.ties.kin"


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "log" / "driver.jsonl").read_text(encoding="utf-8").splitlines()]


# The log ---------------------------------------------------------------------------------------------------


def test_the_log_tells_what_happened_in_lines_of_json(tmp_path) -> None:
    folder, fated = tmp_path / "toy", toy(fates={3: "die", 5: "raise"}, replicates=1)
    sweep(fated, folder, Serial(), limit=3, chunk=3)
    part = next((folder / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:-9])
    sweep(fated, folder, Fragile(), chunk=5)
    told = lines(folder)
    assert [line["event"] for line in told[:3]] == ["started", "chunk done", "stopped"]
    assert (told[0]["engine"], told[0]["runs"], told[0]["to_do"], told[0]["slots"]) == ("Serial", 10, 3, 1)
    assert len(told[1]["runs"]) == told[1]["done"] == 3
    assert (told[2]["state"], told[2]["done"], told[2]["failed"]) == ("finished", 3, 0)
    (quarantined,) = [line for line in told if line["event"] == "part in quarantine"]
    assert quarantined["file"] == part.name
    lost = [line for line in told if line["event"] == "workers lost and begun anew"]
    dead = next(task.run_id for task in fated.tasks() if task.point == 3)
    assert len(lost) == told[-1]["workers_lost"] >= 2
    assert all(dead in chunk for line in lost for chunk in line["chunks"])
    failed = {line["type"]: line for line in told if line["event"] == "run failed"}
    assert failed.keys() == {"WorkerDied", "ValueError"}
    assert failed["ValueError"]["message"] == "no such village as 5"
    assert all({"time", "pid", "host"} <= line.keys() for line in told)


@pytest.mark.slow
def test_the_log_is_rotated_and_shards_have_their_own(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(log, "A_FILE", 400)
    few = toy(replicates=1)
    folder = tmp_path / "toy"
    sweep(few, folder, Serial(), chunk=1)
    names = sorted(path.name for path in (folder / "log").iterdir())
    assert names == ["driver.jsonl", *(f"driver.jsonl.{number}" for number in range(1, log.FILES + 1))]
    assert all(path.stat().st_size <= 400 for path in (folder / "log").iterdir())
    sweep(few, folder, Serial(), shard=(1, 3))
    assert (folder / "log" / "driver-1-of-3.jsonl").is_file()


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, capsys) -> None:
    folder = open_folder(toy(), tmp_path / "toy")
    (folder / "log" / "driver.jsonl").mkdir(parents=True)
    assert sweep(toy(), folder, Serial()).done == 40
    assert capsys.readouterr().err == ""


# By what the code differs from its commit ------------------------------------------------------------------


def checkout(place: Path) -> Path:
    """A checkout with one changed file, one new one, and one that is no part of the model."""
    (place / "village_abm").mkdir(parents=True)
    git = ["git", "-C", str(place), "-c", "user.name=a", "-c", "user.email=a@b"]
    (place / "village_abm" / "old.py").write_text("before\n", encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    (place / "village_abm" / "old.py").write_text("after\n", encoding="utf-8")
    (place / "village_abm" / "new.py").write_text("new\n", encoding="utf-8")
    (place / "notes.txt").write_text("none of it\n", encoding="utf-8")
    return place


def test_a_changed_checkout_leaves_its_difference_in_the_folder(tmp_path, monkeypatch) -> None:
    place = checkout(tmp_path / "here")
    monkeypatch.setattr(provenance, "PACKAGE", place / "village_abm")
    folder = open_folder(toy(), tmp_path / "toy")
    patch = (folder / "diff.patch").read_bytes()
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert told["diff_sha256"] == hashlib.sha256(patch).hexdigest()
    assert told["code"]["dirty"] is True
    assert b"notes.txt" not in patch
    again = tmp_path / "again"
    subprocess.run(["git", "clone", "-q", str(place), str(again)], check=True)
    subprocess.run(["git", "-C", str(again), "apply", str(folder / "diff.patch")], check=True)
    for name in ("old.py", "new.py"):
        assert (again / "village_abm" / name).read_bytes() == (place / "village_abm" / name).read_bytes()
    (place / "village_abm" / "old.py").write_text("later\n", encoding="utf-8")
    open_folder(toy(), folder)
    assert (folder / "diff.patch").read_bytes() == patch  # that of the manifest


def test_a_clean_checkout_and_an_installed_model_leave_none(tmp_path, monkeypatch) -> None:
    place = checkout(tmp_path / "here")
    subprocess.run(["git", "-C", str(place), "stash", "-qu"], check=True, env=os.environ | AUTHOR)
    for package in (place / "village_abm", tmp_path / "site-packages" / "village_abm"):
        monkeypatch.setattr(provenance, "PACKAGE", package)
        folder = open_folder(toy(), tmp_path / f"of {package.parent.name}")
        assert not (folder / "diff.patch").exists()
        assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["diff_sha256"] is None


AUTHOR = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


# Runs that hang --------------------------------------------------------------------------------------------


def hanging(timeout: float, **how) -> object:
    made = toy(fates={3: "hang"}, replicates=1, **how)
    return replace(made, setting=replace(made.setting, timeout=timeout))


class Hanging(Serial):
    """Two processes at once that end together where a run of one of them hangs, which leaves a note."""

    lost, slots = (BrokenProcessPool,), 2

    def __init__(self) -> None:
        self.seen: list[list[int]] = []

    def submit(self, work, *job):
        folder, _, tasks, _ = job
        self.seen.append([task.point for task in tasks])
        for task in tasks:
            if task.changes.get("toy.fate") == "hang":
                note(folder, task.run_id)
        return super().submit(work if len(self.seen) > 2 else broken, *job)


def note(folder: Path, run_id: str) -> None:
    (folder / "hanging").mkdir(exist_ok=True)
    (folder / "hanging" / f"{run_id}-here-1-1.txt").write_text("Timeout (0:00:03)!", encoding="utf-8")


def test_a_run_at_its_limit_is_a_failure_and_what_ended_with_it_goes_on_whole(tmp_path) -> None:
    folder, made, engine = tmp_path / "toy", hanging(3.0, points=6), Hanging()
    open_folder(made, folder)
    note(folder, made.tasks()[0].run_id)  # of an earlier start
    outcome = sweep(made, folder, engine, chunk=2)
    assert (outcome.done, outcome.failed) == (5, 1)
    assert engine.seen == [[0, 1], [2, 3], [0, 1], [2], [4, 5]]
    (failed,) = failures.read(folder).values()
    assert (failed.type, failed.traceback) == ("TimedOut", "Timeout (0:00:03)!")
    assert not list((folder / "hanging").iterdir())


def test_the_process_ends_at_the_limit_and_leaves_a_note_of_where_it_stood(tmp_path) -> None:
    code = """
from pathlib import Path
from toy_sweep import toy
from village_abm.experiments.sweep.overtime import at_most
task = toy().tasks()[0]
with at_most(60, Path(), task):
    pass
with at_most(0.2, Path(), task):
    sum(range(10**12))  # never lets go of the interpreter
print("went on")
"""
    found = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")])
    }
    ended = subprocess.run([sys.executable, "-c", code], env=found, cwd=tmp_path, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    left = overtime.found(tmp_path, toy().tasks()[0], 0.2)
    assert left is not None
    assert (left.type, left.message) == ("TimedOut", "not finished after 0.2 seconds")
    assert '<string>", line 9' in left.traceback


@pytest.mark.skipif(os.name == "nt", reason="processes that are forked away")
@pytest.mark.slow
@pytest.mark.parametrize("engine", ["local", "dask"])
def test_a_run_that_hangs_is_ended_and_told_and_hangs_again(engine, tmp_path) -> None:
    folder, made = tmp_path / "toy", hanging(3.0, points=4)
    if engine == "dask":
        pytest.importorskip("distributed")
        from village_abm.experiments.dask_engine import Dask
    outcome = sweep(made, folder, Processes(2) if engine == "local" else Dask(workers=2), chunk=2)
    assert (outcome.done, outcome.failed) == (3, 1)
    (failed,) = failures.read(folder).values()
    assert (failed.origin, failed.type, failed.message) == ("running", "TimedOut", "not finished after 3 seconds")
    assert "toy_runs.py" in failed.traceback  # where it hung
    assert lines(folder)[-1]["workers_lost"] == 1  # it is known, so it is not tried again and again
    assert not list((folder / "hanging").iterdir())
    good = toy(points=3, replicates=1)
    sweep(good, tmp_path / "good", Serial())
    assert digest(folder) == digest(tmp_path / "good")
    again = replay(folder, failed.run_id, run)
    assert again.same
    assert again.failed is not None
    assert again.failed.type == "TimedOut"


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.slow
def test_a_run_that_ends_its_process_is_done_again_in_one_of_its_own(tmp_path) -> None:
    folder, fated = tmp_path / "toy", toy(fates={1: "die"}, points=2, replicates=1)
    sweep(fated, folder, Processes(1), chunk=1)
    (failed,) = failures.read(folder).values()
    assert replay(folder, failed.run_id, run).same


def test_the_clock_watches_over_each_run_of_several_threads(tmp_path) -> None:
    first, second = toy().tasks()[:2]
    begun, finish = threading.Event(), threading.Event()

    def beside() -> None:
        with at_most(30, tmp_path, second):
            begun.set()
            finish.wait()

    other = threading.Thread(target=beside)
    with at_most(60, tmp_path, first):
        other.start()
        begun.wait()
        assert len(list((tmp_path / "hanging").iterdir())) == 2
        finish.set()
        other.join()
        (left,) = (tmp_path / "hanging").iterdir()
        assert left.name.startswith(first.run_id)
    assert not list((tmp_path / "hanging").iterdir())


def test_time_limits_change_no_folder_and_the_last_one_holds(tmp_path) -> None:
    short, long = hanging(1.0), hanging(9.0)
    assert short.identity == long.identity == toy(fates={3: "hang"}, replicates=1).identity
    folder = open_folder(short, tmp_path / "toy")
    open_folder(long, folder)
    assert read_setting(folder).timeout == 9.0
    assert [task.run_id for task in short.tasks()] == [task.run_id for task in long.tasks()]


@pytest.mark.parametrize(
    ("written", "engine", "said"),
    [
        ("5", "serial", "limits.timeout: a run that hangs is ended with its process. Write --engine local."),
        ("0", "local", "limits.timeout = 0 is too little. Write more than 0, or leave it out."),
        ('"1 h"', "local", "limits.timeout = '1 h': no number. Write a number."),
        ("inf", "local", "limits.timeout = inf"),
    ],
)
def test_limits_that_cannot_be_kept_are_refused(written, engine, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = spec_in(tmp_path, f'base = "small.toml"\n[limits]\ntimeout = {written}')
    answer = village("sweep", file, "--engine", engine)
    assert answer.exit_code == 2, answer.output
    assert said in answer.stderr
    assert not (tmp_path / "runs").exists()


# Points from a table ---------------------------------------------------------------------------------------


def design(place: Path, name: str = "points.csv") -> Path:
    return spec_in(place, f'base = "small.toml"\n[design]\nkind = "points"\nfile = "{name}"')


TABLE = f'{WEIGHT},{KIN},land.terrain.spacing\n0.5,3,\n1.25,4.0,\n,,"[900, 900, 900, 900]"\n'


def test_points_come_from_a_table_beside_the_specification(tmp_path) -> None:
    (tmp_path / "points.csv").write_text("\ufeff" + TABLE, encoding="utf-8")
    made = plan(design(tmp_path))
    assert list(made.points) == [
        {WEIGHT: 0.5, KIN: 3}, {WEIGHT: 1.25, KIN: 4}, {"land.terrain.spacing": [900, 900, 900, 900]},
    ]  # fmt: skip
    assert [type(value) for value in made.points[1].values()] == [float, int]
    columns = {WEIGHT: [0.5, 1.25, None], KIN: [3.0, 4.0, None], "land.terrain.spacing": [None, None, [900.0] * 4]}
    pd.DataFrame(columns).to_parquet(tmp_path / "points.parquet")
    same = plan(design(tmp_path, "points.parquet"))
    assert list(same.points)[:2] == list(made.points)[:2]
    assert same.identity == made.identity
    folder = open_folder(made, tmp_path / "out")
    assert (folder / "inputs" / "points.csv").read_bytes() == (tmp_path / "points.csv").read_bytes()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE.replace("wage_weight", "wage_wieght"), r"points.csv, row 2, column .*: unknown parameter .*wage_wieght"),
        (TABLE.replace("1.25", "9"), rf"points.csv, row 3, column {WEIGHT}: {WEIGHT} = 9.0 lies outside its range"),
        (TABLE.replace("4.0", "4.5"), rf"points.csv, row 3, column {KIN}: .*4.5 is not of the kind of 4"),
        (TABLE.replace("1.25", "much"), rf"points.csv, row 3, column {WEIGHT}: .*'much' is no number"),
        (TABLE.replace("1.25", "nan"), rf"points.csv, row 3, column {WEIGHT}: nan is no number. Leave the cell empty"),
        (TABLE.replace("900]", "900"), r"points.csv, row 4, column land.terrain.spacing: .* is no list. Write"),
        (TABLE.replace(KIN, WEIGHT), rf"points.csv, column {WEIGHT}: it stands twice. Write it once"),
        (TABLE.replace(KIN, ""), r"points.csv: a column without a heading. Write the path"),
        (TABLE.replace('"', ""), r"points.csv, row 4: 6 cells under 3 headings. Put lists in quotes"),
        (TABLE.replace(KIN, "scenario.end"), r"design.file.scenario.end: this has a key of its own. Write years ="),
        (TABLE.splitlines()[0], r"points.csv: no row of values. Write a row for every point"),
        (None, r"points.csv: no such file. Check the name; it stands beside"),
    ],
)  # fmt: skip
def test_a_table_is_checked_cell_by_cell_before_anything_runs(table, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    if table is not None:
        (tmp_path / "points.csv").write_text(table, encoding="utf-8")
    answer = village("sweep", design(tmp_path))
    assert answer.exit_code == 2, answer.output
    (line,) = answer.stderr.splitlines()
    assert re.search(said, line), line
    assert str(tmp_path / "demo.toml") in line
    assert not (tmp_path / "runs").exists()


def test_what_is_no_table_is_refused(tmp_path) -> None:
    for name, said in (("points.parquet", "no Parquet file"), ("points.xlsx", "neither .csv nor .parquet")):
        (tmp_path / name).write_bytes(b"PK\x03\x04")
        with pytest.raises(ParameterError, match=said):
            plan(design(tmp_path, name))
    for design_of in ('kind = "points"', 'kind = "points"\npoints = [{}]\nfile = "points.csv"'):
        with pytest.raises(ParameterError, match="both written, or neither"):
            plan(spec_in(tmp_path, f"[design]\n{design_of}"))


# The schema ------------------------------------------------------------------------------------------------


def test_the_schema_takes_what_the_command_takes() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    answer = village("sweep", "--schema")
    assert answer.exit_code == 0, answer.output
    check = jsonschema.Draft202012Validator(json.loads(answer.stdout))
    check.check_schema(check.schema)
    page = (Path(__file__).parents[1] / "docs" / "sweep.md").read_text(encoding="utf-8")
    shown = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    for good in ({}, shown, {"design": {"kind": "grid", "levels": {"a": {"b": [1, 2]}}}, "limits": {"timeout": 60}}):
        check.validate(good)
    for bad in ({"nam": "x"}, {"design": {"kind": "sobal"}}, {"replicates": {"n": 0}}, {"limits": {"timeout": 0}}):
        assert list(check.iter_errors(bad)), bad
