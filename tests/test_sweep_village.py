"""Sweeps of real villages by the command line: what is kept, read back, done again and said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from typer.testing import CliRunner

from village_abm import VillageModel, cli, load_params, sweep_results
from village_abm.experiments import provenance
from village_abm.experiments.engines import Serial
from village_abm.experiments.sweep import care, failures, sweeping
from village_abm.experiments.sweep.folder import open_folder
from village_abm.experiments.sweep.planning import plan
from village_abm.experiments.sweep.store import Store
from village_abm.experiments.sweep.work import OtherVersion

SCENARIO = """
base = "village"
start = 1999
end = 2001
burn_in = 1998
villages = [{ name = "v", landform = "peak_cluster_depression", households = 10, role = "ordinary" }]
[set]
land.lines = 40
land.columns = 40
market.region_on = false
schemes.grain_for_green_1.eligible.least_slope = [5, 5, 5, 5]
schemes.grain_for_green_1.pace = 1.0
"""
SPEC = """
base = "small.toml"
schemes = ["none", "grain_for_green_1"]
[replicates]
n = 2
[design]
kind = "grid"
levels = { "people.migration.wage_weight" = [0.6, 1.2] }
[outputs]
indicators = ["kd_area", "population", "income_real"]
households = "end"
"""
RUNS = 8


def village(*words: object):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def spec_in(folder: Path, text: str = SPEC) -> Path:
    (folder / "small.toml").write_text(SCENARIO, encoding="utf-8")
    file = folder / "demo.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """The folder of a finished sweep; only look at it."""
    place = tmp_path_factory.mktemp("sweep")
    answer = village("sweep", spec_in(place), "--engine", "serial", "--out", place / "out")
    assert answer.exit_code == 0, answer.output
    assert "8 runs done, 0 failed, 0 not begun" in answer.stdout
    (place / "small.toml").unlink()  # the folder needs nothing beside it
    return place / "out"


def test_a_run_of_a_sweep_is_the_run_of_the_model(swept) -> None:
    frame = sweep_results(swept)
    assert len(frame) == RUNS * 3
    assert frame.attrs["units"] == {"kd_area": "ha", "population": "person", "income_real": "CNY/person/yr"}
    own = {"people.migration.wage_weight": 1.2, "scenario.schemes": ["kd_engineering", "grain_for_green_2"]}
    params = load_params(swept / "inputs" / "scenario.toml", own)
    model = VillageModel(params, rng=params.scenario.seed, replicate=1).run()
    mine = frame.query("scheme == 'none' and replication_id == 1 and `people.migration.wage_weight` == 1.2")
    for name in ("kd_area", "population", "income_real"):
        assert mine[name].tolist() == model.indicators[name].tolist()
    homes = sweep_results(swept, households=True)
    assert len(homes[homes["run_id"] == mine["run_id"].iloc[0]]) == int(model.households.alive.sum())


def test_points_and_schemes_share_their_luck(swept) -> None:
    frame = sweep_results(swept).query("year == 1999")
    assert frame.groupby("replication_id")["population"].nunique().max() <= 2
    assert frame.groupby("replication_id")["population"].first().nunique() == 2 or frame["kd_area"].nunique() > 1


def test_a_folder_tells_all_about_itself(swept) -> None:
    told = json.loads((swept / "manifest.json").read_text(encoding="utf-8"))
    assert told["name"] == "demo"
    assert told["spec"]["replicates"] == {"n": 2, "tied": False}
    assert told["code"]["source_sha256"] == provenance.source_hash()
    design = pd.read_parquet(swept / "design.parquet")
    assert design["replication_id"].tolist() == [0] * 4 + [1] * 4
    assert design["scenario_id"].tolist() == [0, 1, 2, 3] * 2
    assert (swept / "spec.toml").read_text(encoding="utf-8") == SPEC
    assert not list((swept / "parts").iterdir())


def test_status_doctor_replay_and_export_look_after_it(swept) -> None:
    answer = village("status", swept)
    assert "8 runs: 8 done, 0 failed, 0 left" in answer.stdout
    assert "finished: 8 of 8" in answer.stdout
    answer = village("doctor", swept)
    assert answer.exit_code == 0
    assert care.digest_of_all(Store(swept)) in answer.stdout
    run_id = pd.read_parquet(swept / "design.parquet")["run_id"][3]
    answer = village("replay", swept, run_id[:9])
    assert answer.exit_code == 0, answer.output
    assert "the same as in the sweep, to the last bit" in answer.stdout
    assert village("export", swept).exit_code == village("export", swept, "--csv").exit_code == 0
    flat = sweep_results(swept)
    for frame in (pd.read_parquet(swept / "results.parquet"), pd.read_csv(swept / "results.csv")):
        frame = frame.sort_values(["replication_id", "scenario_id", "year"], ignore_index=True)
        pd.testing.assert_frame_equal(frame, flat, check_dtype=False)


def test_a_run_that_comes_out_otherwise_is_told(swept, monkeypatch) -> None:
    run_id = pd.read_parquet(swept / "design.parquet")["run_id"][0]
    count = VillageModel.indicators.fget  # type: ignore[attr-defined]

    def more(model):
        frame = count(model)
        return frame.assign(kd_area=frame["kd_area"] + 2).set_axis(frame.index).pipe(lambda new: _as(new, frame))

    monkeypatch.setattr(VillageModel, "indicators", property(more))
    answer = village("replay", swept, run_id)
    assert answer.exit_code == 1
    assert "kd_area differs by up to 2" in answer.stdout


def _as(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    new.attrs = old.attrs
    return new


@pytest.mark.parametrize("command", ["status", "doctor", "replay", "export"])
def test_a_folder_without_a_sweep_is_refused(command, tmp_path) -> None:
    answer = village(command, tmp_path, *["abc"] * (command == "replay"))
    assert answer.exit_code == 2
    assert "holds no sweep. Name a folder that 'village-abm sweep' made" in answer.stderr


def test_another_sweep_in_the_folder_is_refused(swept, tmp_path) -> None:
    answer = village("sweep", spec_in(tmp_path, SPEC.replace('"kd_area", ', "")), "--out", swept)
    assert answer.exit_code == 2
    assert "holds another sweep, or one of another version of the model. Name a new folder" in answer.stderr


def test_a_dry_run_says_what_it_would_cost_and_writes_nothing(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = village("sweep", spec_in(tmp_path), "--dry-run", "--workers", 1)
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0] == "8 runs: 2 points, 2 schemes, 2 replicates"
    assert "hours with 1 at work" in lines[1]
    assert "MB of disk" in lines[2]
    assert [line[:2] for line in lines[3:]] == ["1.", "2.", "3."]
    assert "scheme none, replicate 0, people.migration.wage_weight = 0.6" in lines[3]
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_limits_failures_and_damage_end_with_their_exit_codes(tmp_path, monkeypatch) -> None:
    file, out = spec_in(tmp_path), tmp_path / "out"
    words = ["sweep", file, "--engine", "serial", "--out", out]
    assert "2 runs done, 0 failed, 0 not begun" in village(*words, "--limit", 2).stdout
    assert "8 runs: 2 done, 0 failed, 6 left" in village("status", out).stdout
    run = VillageModel.run

    def unlucky(model, *how):
        if model.streams.replicate == 1 and "grain_for_green_1" in model.params.scenario.schemes:
            raise ZeroDivisionError("no soil")
        return run(model, *how)

    with monkeypatch.context() as broken:
        broken.setattr(VillageModel, "run", unlucky)
        answer = village(*words)
        assert answer.exit_code == 1
        assert "2 runs failed" in answer.stderr
        failed = next(iter(failures.read(out)))
        assert village("replay", out, failed).exit_code == 0  # it fails in the same way
    answer = village("doctor", out)
    assert answer.exit_code == 1
    assert "2 runs failed" in answer.stderr
    assert "while running: ZeroDivisionError: no soil" in village("status", out).stdout
    assert "2 runs done, 0 failed" in village(*words).stdout  # what failed is tried again
    (part, *_) = Store(out).files("homes")
    part.write_bytes(part.read_bytes()[:-9])
    answer = village("doctor", out)
    assert answer.exit_code == 1
    assert f"damaged, in quarantine: {part.name}" in answer.stdout
    assert village(*words).exit_code == 0
    assert len(sweep_results(out)) == RUNS * 3


def test_a_full_disk_ends_with_its_exit_code(tmp_path) -> None:
    resource = pytest.importorskip("resource")
    words = ["sweep", spec_in(tmp_path), "--engine", "serial", "--out", tmp_path / "out"]
    assert village(*words, "--limit", 1).exit_code == 0
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, limits[1]))
    try:
        answer = village(*words)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert answer.exit_code == 75, answer.output
    assert "File too large: nothing half-written is left" in answer.stderr
    assert len(list((tmp_path / "out" / "parts").iterdir())) == 1


def test_files_changed_meanwhile_stop_the_sweep(tmp_path, monkeypatch) -> None:
    planned = plan(spec_in(tmp_path))
    folder = open_folder(planned, tmp_path / "out")
    scenario = folder / "inputs" / "scenario.toml"
    scenario.write_text(scenario.read_text(encoding="utf-8").replace("end = 2001", "end = 2000"), encoding="utf-8")
    with pytest.raises(OtherVersion, match="have changed since this sweep was planned"):
        sweeping.carry_out(planned, folder, Serial())
    monkeypatch.setattr(provenance, "semantics", lambda: "another")
    with pytest.raises(OtherVersion):
        sweeping.carry_out(planned, open_folder(planned, tmp_path / "out"), Serial())


def test_last_years_alone_are_those_of_all_years(swept, tmp_path) -> None:
    text = SPEC.replace('households = "end"', 'every = "end"').replace("n = 2", "n = 1")
    answer = village("sweep", spec_in(tmp_path, text), "--engine", "serial", "--out", tmp_path / "out")
    assert answer.exit_code == 0, answer.output
    ends, all_years = sweep_results(tmp_path / "out"), sweep_results(swept)
    last = all_years.query("year == 2001 and replication_id == 0")
    assert np.array_equal(ends[["kd_area", "population"]], last[["kd_area", "population"]])


def start(out: Path, file: Path) -> subprocess.Popen:
    """The command in a process of its own, when it has written a part."""
    here = Path(__file__).parents[1]
    words = [sys.executable, "-m", "village_abm.cli", "sweep", str(file), "--workers", "2", "--out", str(out)]
    found = os.environ | {"PYTHONPATH": str(here)}
    driver = subprocess.Popen(words, env=found, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 240
    while not list(out.glob("parts/part-*")):
        assert driver.poll() is None, driver.communicate()[1]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return driver


LONG = SPEC.replace("n = 2", "n = 12")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> str:
    """The digest of a longer sweep that nothing disturbed."""
    place = tmp_path_factory.mktemp("undisturbed")
    assert village("sweep", spec_in(place, LONG), "--engine", "serial", "--out", place / "out").exit_code == 0
    return care.examined(place / "out").digest


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal_it_goes_on_to_the_same_digest(number, tmp_path, undisturbed) -> None:
    file = spec_in(tmp_path, LONG)
    driver = start(tmp_path / "out", file)
    workers = psutil.Process(driver.pid).children(recursive=True)
    driver.send_signal(number)
    driver.communicate(timeout=120)
    assert driver.returncode == (-9 if number == signal.SIGKILL else 130)
    assert not psutil.wait_procs(workers, timeout=20)[1]
    assert 0 < care.standing(tmp_path / "out").done < 48
    assert village("sweep", file, "--engine", "serial", "--out", tmp_path / "out").exit_code == 0
    assert care.examined(tmp_path / "out").digest == undisturbed


@pytest.mark.slow
def test_serial_local_and_shards_at_once_agree_bit_for_bit(swept, tmp_path) -> None:
    file, out = spec_in(tmp_path), tmp_path / "out"
    here = Path(__file__).parents[1]
    words = [sys.executable, "-m", "village_abm.cli", "sweep", str(file), "--workers", "1", "--out", str(out)]
    found = os.environ | {"PYTHONPATH": str(here)}
    shards = [subprocess.Popen([*words, "--shard", f"{i}/2"], env=found) for i in range(2)]
    assert [one.wait(timeout=240) for one in shards] == [0, 0]
    assert care.examined(out).digest == care.examined(swept).digest
    assert not list((out / "parts").iterdir())
