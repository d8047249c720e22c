"""The command line: what it writes, what it refuses, and that a refusal is one line and leaves nothing."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from typer.testing import CliRunner

from village_abm import cli
from village_abm.experiments import record, run
from village_abm.indicators import REGISTRY
from village_abm.ledger import BookGap
from village_abm.model import VillageModel
from village_abm.report.words import GROUPS
from village_abm.statements import ACCOUNTS, Account
from village_abm.terminal import explain_indicator

SMALL = ["--years", "1", "--set", "land.lines=40", "--set", "land.columns=40"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def village(*words):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def refused(answer, folder, *hints):
    """The answer is one clear line and exit code 2, and nothing stands in the folder."""
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    (line,) = answer.stderr.splitlines()
    assert line.startswith("village-abm: error: ")
    for hint in hints:
        assert hint in line
    assert list(folder.iterdir()) == []


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A small run of two years: the answer of the command and its folder."""
    out = tmp_path_factory.mktemp("run") / "small"
    answer = village("run", "--years", 2, *SMALL[2:], "--seed", 5, "--out", out)
    assert answer.exit_code == 0, answer.output
    return answer, out


def test_a_run_writes_every_file_that_is_promised(finished):
    _, out = finished
    for name in record.FILES:
        assert (out / name).exists(), name
    assert {path.name for path in out.iterdir()} == {name.rstrip("/") for name in record.FILES}
    assert [path.name for path in out.parent.iterdir()] == ["small"]


def test_a_run_says_what_happened_and_where_it_is(finished):
    answer, out = finished
    for words in ("people on the register", "vegetation cover", "1990", "1991", str(out), "report.html"):
        assert words in answer.stdout
    assert answer.stderr == ""


def test_the_manifest_holds_what_differs_and_how_to_repeat_it(finished):
    _, out = finished
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["differences"] == {"land.lines": 40, "land.columns": 40, "scenario.end": 1991}
    assert manifest["seed"] == 5
    assert manifest["years"] == [1990, 1991]
    assert manifest["packages"]["numpy"] == np.__version__
    assert manifest["cost"]["wall_seconds"] > 0
    assert any("generated" in note for note in manifest["notes"])


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(finished, tmp_path):
    _, out = finished
    again, other = tmp_path / "again", tmp_path / "other"
    assert village("run", "--years", 2, *SMALL[2:], "--seed", 5, "--out", again).exit_code == 0
    assert village("run", "--years", 2, *SMALL[2:], "--seed", 6, "--out", other).exit_code == 0
    first = (out / "indicators.csv").read_bytes()
    assert (again / "indicators.csv").read_bytes() == first
    assert (again / "books.csv").read_bytes() == (out / "books.csv").read_bytes()
    assert (other / "indicators.csv").read_bytes() != first


@pytest.mark.slow
def test_a_run_without_a_folder_goes_to_runs_and_is_numbered(here):
    assert village("run", *SMALL).exit_code == 0
    assert village("run", *SMALL).exit_code == 0
    assert sorted(p.name for p in (here / "runs").iterdir()) == ["village-20201015", "village-20201015-2"]


def test_the_report_can_be_written_again(finished):
    _, out = finished
    page = (out / "report.html").read_bytes()
    answer = village("report", out)
    assert (answer.exit_code, answer.stdout.strip()) == (0, str(out / "report.html"))
    assert (out / "report.html").read_bytes() == page


def test_parameters_are_listed_and_explained():
    listed = village("params", "land").stdout
    assert "land.patch_size = 25 m" in listed
    one = village("params", "land.patch_size").stdout
    for key in ("value", "unit", "range", "source", "confidence", "meaning"):
        assert f"\n{key} " in one


@pytest.mark.parametrize(
    ("words", "hints"),
    [
        (["run", "atlantis"], ["atlantis", "village"]),
        (["run", "nowhere.toml"], ["nowhere.toml"]),
        (["run", "--set", "land.patchsize=20"], ["land.patchsize", "land.patch_size"]),
        (["run", "--set", "land.patch_size"], ["PATH=VALUE"]),
        (["run", "--set", "land.patch_size=20 kg"], ["land.patch_size", "kg", "m"]),
        (["run", "--set", "land.patch_size=-25"], ["land.patch_size", "range"]),
        (["run", "--set", "people.migration.jobless=x"], ["people.migration"]),
        (["run", "--set", "land.lines="], ["land.lines=", "PATH=VALUE"]),
        (["run", "--set", "land.lines=5"], ['base = "village"', "allow_out_of_range = true"]),
        (["run", "--households", __file__], ["is a file", "households.csv"]),
        (["run", "--landscape", "."], ["is a folder"]),
        (["run", "--years", "0"], ["--years"]),
        (["run", "--seed", "-3"], ["--seed -3", "from 0 up"]),
        (["run", "--years", "-3"], ["--years"]),
        (["run", "--landscape", "no.tif"], ["no.tif"]),
        (["run", "--landcover", "cover.tif"], ["--landcover", "--landscape"]),
        (["run", "--window", "0", "0", "1", "1"], ["--window", "--landscape"]),
        (["run", "--households", "nobody"], ["nobody"]),
        (["run", "huanjiang", "--households", "nobody"], ["huanjiang", "2 villages"]),
        (["report", "."], ["manifest.json"]),
        (["params", "land.patchsize"], ["land.patchsize", "land.patch_size"]),
    ],
)
def test_wrong_input_is_refused_in_one_line_and_leaves_nothing(here, words, hints):
    refused(village(*words), here, *hints)


def test_a_raster_without_a_coordinate_system_is_refused(tmp_path, here, tmp_path_factory):
    dem = tmp_path_factory.mktemp("data") / "dem.tif"
    with rasterio.open(
        dem, "w", driver="GTiff", height=30, width=30, count=1, dtype="float32",
        transform=from_origin(500_000, 3_000_000, 30, 30),
    ) as file:  # fmt: skip
        file.write(np.full((30, 30), 500.0, np.float32), 1)
    refused(village("run", "--landscape", dem), here, "dem.tif", "--landscape-crs")


def _register(folder, line):
    (folder / "households.csv").write_text(f"id,line,column\na,{line},20\nb,21,20\n")
    (folder / "people.csv").write_text("id,household,age,female,schooling\n1,a,40,0,8\n2,b,38,1,6\n")
    (folder / "plots.csv").write_text("line,column,household\n20,21,a\n21,21,b\n")
    return folder


def test_real_households_take_the_place_of_generated_ones(here, tmp_path_factory):
    folder = _register(tmp_path_factory.mktemp("register"), line=20)
    answer = village("run", *SMALL, "--set", "scenario.start=1981", "--households", folder, "--out", "real")
    assert answer.exit_code == 0, answer.output
    manifest = json.loads((here / "real" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"] == {"households": str(folder)}
    assert f"Households, people and plots are those of {folder}." in manifest["notes"]


def test_a_household_on_no_patch_is_refused(here, tmp_path_factory):
    folder = _register(tmp_path_factory.mktemp("register"), line=300)
    refused(village("run", *SMALL, "--households", folder), here, "households.csv", "row 2", "line 300")


def test_a_grid_too_small_for_terrain_is_refused_where_ranges_are_off(here, tmp_path_factory):
    plan = tmp_path_factory.mktemp("plan") / "tiny.toml"
    plan.write_text('base = "village"\nallow_out_of_range = true\n[set]\n"land.lines" = 5\n')
    refused(village("run", plan), here, "5 x 120 patches is too small", "land.lines")


def test_more_households_than_the_land_has_room_for_are_refused(here, tmp_path_factory):
    plan = tmp_path_factory.mktemp("plan") / "crowd.toml"
    one = 'name = "a", landform = "gorge", households = 100000, role = "ordinary"'
    plan.write_text(f'base = "village"\nvillages = [{{ {one} }}]\n')
    # Four households share a patch of houses: 100000 / 4 + 100000 plots on 120 x 120 patches.
    refused(village("run", plan), here, "need 125000 patches", "there are 14400")


def test_all_indicators_are_listed_with_unit_and_meaning():
    listed = village("indicators")
    assert listed.exit_code == 0, listed.stderr
    words = listed.stdout
    assert [name for name in (*REGISTRY, *ACCOUNTS) if name not in words] == []
    assert [GROUPS[item.group].zh for item in REGISTRY.values() if GROUPS[item.group].zh not in words] == []


def test_one_indicator_is_explained_to_the_formula():
    told = village("indicators", "poverty").stdout
    counted = "people in households below the poverty line / people"
    where = "village_abm.counted.income.poverty"
    for words in ("1 (%)", counted, "Foster, Greer and Thorbecke (1984)", where, "贫困发生率"):
        assert words in told


def test_a_statement_is_explained_too(monkeypatch, capsys):
    def assets(scope):
        """What the village has."""

    monkeypatch.setitem(ACCOUNTS, "assets", Account("assets", "value", "Assets", "资产", assets))
    explain_indicator("assets")
    told = capsys.readouterr().out
    assert "What the village has." in told
    assert "资产" in told
    assert f"{__name__}.assets" in told


def test_an_unknown_indicator_is_refused_with_the_nearest():
    answer = village("indicators", "povertty")
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert "unknown indicator 'povertty'. Nearest known: poverty" in line


def test_a_run_without_schemes_is_asked_for_by_an_empty_word(here):
    answer = village("run", *SMALL, "--set", "scenario.start=1981", "--set", "scenario.schemes=", "--out", "none")
    assert answer.exit_code == 0, answer.output
    manifest = json.loads((here / "none" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["differences"]["scenario.schemes"] == []


def test_a_folder_inside_a_file_is_refused(here):
    (here / "afile").write_text("words")
    answer = village("run", *SMALL, "--out", "afile/run")
    assert answer.exit_code == 2
    assert answer.stderr.startswith("village-abm: error: afile is a file")
    assert ".part" not in answer.stderr


def test_an_unknown_option_is_refused(here):
    answer = village("run", "--yeers", "3")
    assert answer.exit_code == 2
    assert "--yeers" in answer.stderr
    assert list(here.iterdir()) == []


def test_a_folder_with_something_in_it_is_refused_before_anything_runs(here, monkeypatch):
    (here / "thesis.txt").write_text("ten years of work")
    monkeypatch.setattr(run, "run_once", lambda *_, **__: pytest.fail("it ran"))
    answer = village("run", "--out", ".")
    assert answer.exit_code == 2
    assert "not empty" in answer.stderr
    assert [path.name for path in here.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (OSError(errno.ENOSPC, "No space left on device"), 75, "No space left"),
        (BookGap("soil 1987: 3 account(s) do not close"), 1, "soil 1987"),
    ],
)
def test_a_run_that_breaks_off_says_so_and_leaves_nothing(here, monkeypatch, error, code, words):
    def step(model):
        raise error

    monkeypatch.setattr(VillageModel, "step", step)
    answer = village("run", *SMALL)
    assert answer.exit_code == code
    (line,) = answer.stderr.splitlines()
    assert words in line
    assert list(here.iterdir()) == []


def test_a_full_disk_while_writing_leaves_nothing(here, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(run, "write_all", full)
    assert village("run", *SMALL).exit_code == 75
    assert list(here.iterdir()) == []


def test_a_mistake_of_ours_is_not_dressed_up_as_bad_input(here, monkeypatch):
    def step(model):
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr(VillageModel, "step", step)
    answer = village("run", *SMALL)
    assert isinstance(answer.exception, ValueError)
    assert list(here.iterdir()) == []


def test_help_does_not_wait_for_the_model():
    asked = "import sys, village_abm.cli; print(*(m for m in ('mesa', 'numpy', 'pandas') if m in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_run_told_to_end_leaves_nothing(here):
    import signal
    import time

    command = [sys.executable, "-m", "village_abm.cli", "run", "--years", "100"]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 30
    while not list(here.glob("runs/.*.part")) and time.monotonic() < limit:
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "stopped" in said
    assert list(here.iterdir()) == []
