"""Specifications of sweeps: what is refused in one line before anything runs, and which points follow."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from village_abm import cli, load_params
from village_abm.experiments.sweep.folder import as_toml, design_table
from village_abm.experiments.sweep.plan import Plan, Setting
from village_abm.experiments.sweep.planning import plan
from village_abm.experiments.sweep.spec import read_spec
from village_abm.params import ParameterError
from village_abm.records import params_folder
from village_abm.scenario import read_scenario

WEIGHT, KIN, PLATEAU = "people.migration.wage_weight", "people.ties.kin", "land.terrain.spacing[2]"
BOUNDS = f"""
[design.bounds]
{WEIGHT} = [0.5, 1.2]
"{KIN}" = [2, 5]
"{PLATEAU}" = {{ low = 600, high = 2400, log = true }}
"""
LHS = f'name = "demo"\n[replicates]\nn = 3\n[design]\nkind = "lhs"\nn = 8\n{BOUNDS}'


def written(folder: Path, text: str) -> Path:
    file = folder / "spec.toml"
    file.write_text(text, encoding="utf-8")
    return file


def points(folder: Path, text: str) -> list[dict[str, object]]:
    return list(plan(written(folder, text)).points)


# What is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("n = 3", "m = 3", r"unknown key 'replicates\.m'. Known: n"),
        ("n = 3", "n = 0", r"replicates\.n = 0 is too few. Write 1 or more"),
        ("n = 3", 'n = "3"', r"replicates\.n = '3': no whole number"),
        ('"lhs"', '"sobal"', r"design\.kind = 'sobal' is none of them. Write one of grid, lhs, sobol"),
        ('kind = "lhs"\n', "", r"'design\.kind' is missing. Write one of grid"),
        ("n = 8", "n = 1000000000", r"design\.n: 1000000000 points, more than 1000000. Take a smaller one"),
        ('"lhs"\nn = 8', '"saltelli"\nn = 1048576', r"design\.n: \d+ points, more than 1000000"),
        ('"lhs"\nn = 8', '"morris"\ntrajectories = 1000000', r"design\.trajectories: \d+ points.*Take fewer of them"),
        ("n = 8", "n = 1", r"design\.n = 1 is too few. Write 2 or more"),
        ("n = 8", "", r"'design\.n' is missing. Add it"),
        ('"lhs"\nn = 8', '"sobol"\nn = 6', r"design\.n: 6 is no power of two.*Write 64 or 128"),
        ('"lhs"\nn = 8', '"saltelli"\nn = 6', r"design\.n: 6 is no power of two"),
        ('"lhs"\nn = 8', '"morris"\ntrajectories = 1', r"design\.trajectories = 1 is too few. Write 2 or more"),
        ("[0.5, 1.2]", "[1.2, 0.5]", rf"design\.bounds\.{WEIGHT}: bounds 1.2 and 0.5 leave nothing between"),
        ("[0.5, 1.2]", "[0.5, inf]", rf"design\.bounds\.{WEIGHT}: bounds 0.5 and inf are not both finite"),
        ('"lhs"\nn = 8', '"morris"\ntrajectories = 4\nlevels = 3', r"design\.levels = 3: no even number"),
        ("[0.5, 1.2]", "[0.5]", rf"design\.bounds\.{WEIGHT}: \[0.5\] are no bounds. Write \[low, high\]"),
        ("[0.5, 1.2]", "[0.1, 1.2]", rf"design\.bounds\.{WEIGHT} = 0.1 lies outside its range 0.4 to 1.5"),
        ("low = 600", "low = 0", r"no logarithm of a bound of 0"),
        ("[2, 5]", "{ choices = [3] }", rf"design\.bounds\.{KIN}: 1 of the choices. Write two or more"),
        ("[2, 5]", "[1.5, 5]", rf"design\.bounds\.{KIN}: 1.5 is not of the kind of 4"),
        (f'"{KIN}"', '"people.ties.kim"', r"design\.bounds: unknown parameter 'people.ties.kim'. Nearest.*kin"),
        (f'"{KIN}"', f'"{WEIGHT}"', rf"design\.bounds: {WEIGHT} is written twice. Write it once"),
        (f'"{KIN}"', '"scenario.end"', r"design\.bounds\.scenario\.end: this has a key of its own. Write years ="),
        ("spacing[2]", "spacing[4]", r"no element of land.terrain.spacing. Write land.terrain.spacing\[0\] to"),
        ('name = "demo"', f'[set]\n{WEIGHT} = 1', rf"set\.{WEIGHT}: the design varies it. Write it in one place"),
        ('name = "demo"', '[set]\nland.patch_siz = 1', r"set: unknown parameter.*land.patch_size"),
        ('name = "demo"', '[set]\nland.patch_size = 1e9', r"set\.land\.patch_size = 1.*lies outside its range"),
        ('name = "demo"', 'name = "a/b"', r"name = 'a/b': no name for a folder"),
        ('name = "demo"', 'name = "a"\nname = "b"', r"no valid TOML.*line 2"),
        ('name = "demo"', "years = [2000, 1990]", r"end 1990 before start 2000"),
        ('name = "demo"', 'base = "vilage"', r"unknown name 'vilage'. Nearest known: village"),
        ('name = "demo"', 'base = "mine.toml"', r"mine.toml: no such file"),
        ('name = "demo"', 'schemes = ["grain"]', r"unknown scheme 'grain'"),
        ('name = "demo"', 'schemes = ["none", "none"]', r"schemes: 'none' is named twice"),
        ('name = "demo"', 'outputs = { indicators = ["kd_aera"] }', r"unknown indicator 'kd_aera'. Nearest.*kd_area"),
        ('name = "demo"', 'outputs = { every = "month" }', r"outputs\.every = 'month' is none of 'year' or 'end'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line_before_anything_runs(old, new, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert old in LHS
    file = written(tmp_path, LHS.replace(old, new, 1))
    answer = CliRunner().invoke(cli.app, ["sweep", str(file)])
    assert answer.exit_code == 2, answer.output
    (line,) = answer.stderr.splitlines()
    assert re.search(said, line), line
    assert str(file) in line or "mine.toml" in line
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ("[1.0]", r"1 of the levels of .*wage_weight. Write two or more, or put the parameter into \[set\]"),
        ("[1.0, 1.0]", r"1.0 is written twice among the levels"),
        ("[1.0, 9.0]", r"design\.levels\.people\.migration\.wage_weight = 9.0 lies outside its range"),
        ("[2, 2.5, 5]", r"design\.levels\.people\.ties\.kin: 2.5 is not of the kind of 4"),
        ("[1.0, nan]", r"design\.levels\.people\.migration\.wage_weight: nan is not finite. Write a finite number"),
        ('[1.0, "much"]', r"design\.levels\.people\.migration\.wage_weight: 'much' is no number"),
    ],
)
def test_a_grid_needs_levels_that_can_be_run(levels, said, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = KIN if "2.5" in levels else WEIGHT
    file = written(tmp_path, f'[design]\nkind = "grid"\nlevels = {{ "{path}" = {levels} }}')
    answer = CliRunner().invoke(cli.app, ["sweep", str(file)])
    assert answer.exit_code == 2, answer.output
    (line,) = answer.stderr.splitlines()
    assert re.search(said, line), line
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_grid_without_measure_is_refused(tmp_path) -> None:
    levels = ", ".join(f'"land.terrain.spacing[{at}]" = {list(range(1000, 1040))}' for at in range(4))
    with pytest.raises(ParameterError, match=r"design\.levels: 2560000 points, more than 1000000\. Take fewer levels"):
        points(tmp_path, f'[design]\nkind = "grid"\nlevels = {{ {levels} }}')


def test_points_are_checked_too(tmp_path) -> None:
    with pytest.raises(ParameterError, match=r"design\.points\.people\.migration\.wage_weight = 9.0 lies outside"):
        points(tmp_path, f'[design]\nkind = "points"\npoints = [{{ "{WEIGHT}" = 1 }}, {{ "{WEIGHT}" = 9 }}]')


def test_a_scenario_that_allows_it_takes_values_out_of_range(tmp_path) -> None:
    (tmp_path / "wide.toml").write_text('base = "village"\nallow_out_of_range = true\n', encoding="utf-8")
    levels = f'[design]\nkind = "grid"\nlevels = {{ "{WEIGHT}" = [1, 9] }}'
    assert points(tmp_path, f'base = "wide.toml"\n{levels}') == [{WEIGHT: 1.0}, {WEIGHT: 9.0}]


def test_without_salib_the_remedy_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(ParameterError, match=r"'morris' needs the package SALib. Install it: pip install .*\[sa\]"):
        points(tmp_path, LHS.replace('"lhs"\nn = 8', '"morris"\ntrajectories = 2'))


@pytest.mark.parametrize("shard", ["4/4", "1", "a/b", "-1/3"])
def test_a_shard_that_is_none_is_refused(shard, tmp_path) -> None:
    answer = CliRunner().invoke(cli.app, ["sweep", str(written(tmp_path, LHS)), "--shard", shard])
    assert answer.exit_code == 2
    assert "Write i/n with i from 0 to n - 1" in answer.stderr


# Which points follow --------------------------------------------------------------------------------------


def test_a_grid_is_every_combination_whether_paths_are_nested_or_quoted(tmp_path) -> None:
    found = points(tmp_path, f'[design]\nkind = "grid"\n[design.levels]\n{WEIGHT} = [1, 1.5]\n"{KIN}" = [3, 4.0]')
    assert found == [{WEIGHT: w, KIN: k} for w in (1.0, 1.5) for k in (3, 4)]
    assert [type(value) for value in found[0].values()] == [float, int]


def test_a_hypercube_has_one_point_in_every_slice(tmp_path) -> None:
    found = points(tmp_path, LHS)
    weights = np.sort([point[WEIGHT] for point in found])
    assert np.floor((weights - 0.5) / 0.7 * 8).tolist() == list(range(8))
    assert sorted(point[KIN] for point in found) == [2, 2, 3, 3, 4, 4, 5, 5]  # an even share for each whole number
    logs = np.sort(np.log([point[PLATEAU] for point in found]))
    assert np.floor((logs - np.log(600)) / np.log(4) * 8).tolist() == list(range(8))


def test_more_points_of_a_sobol_sequence_begin_with_the_fewer(tmp_path) -> None:
    text = LHS.replace('"lhs"', '"sobol"')
    assert points(tmp_path, text.replace("n = 8", "n = 16"))[:8] == points(tmp_path, text)


def test_morris_changes_one_parameter_at_a_time(tmp_path) -> None:
    pytest.importorskip("SALib")
    found = points(tmp_path, LHS.replace('"lhs"\nn = 8', '"morris"\ntrajectories = 5\nlevels = 4'))
    assert len(found) == 5 * 4
    for start in range(0, 20, 4):
        steps = zip(found[start : start + 3], found[start + 1 : start + 4], strict=True)
        changed = [[path for path in one if one[path] != other[path]] for one, other in steps]
        assert sorted(path for (path,) in changed) == sorted([WEIGHT, KIN, PLATEAU])


@pytest.mark.parametrize(("order", "count"), [("false", 4 * 5), ("true", 4 * 8)])
def test_saltelli_has_its_blocks_and_goes_on_with_more(order, count, tmp_path) -> None:
    pytest.importorskip("SALib")
    text = LHS.replace('"lhs"\nn = 8', f'"saltelli"\nn = 4\nsecond_order = {order}')
    found = points(tmp_path, text)
    assert len(found) == count
    assert points(tmp_path, text.replace("n = 4", "n = 8"))[:count] == found


def test_choices_and_truth_values_are_sampled(tmp_path) -> None:
    rule = 'ecology.soil.leakage_at.choices = ["slope", "outlet"]\npeople.migration.care = { choices = [true, false] }'
    found = points(tmp_path, f'[design]\nkind = "lhs"\nn = 4\n[design.bounds]\n{rule}')
    assert sorted(point["people.migration.care"] for point in found) == [False, False, True, True]
    assert sorted(point["ecology.soil.leakage_at"] for point in found) == ["outlet", "outlet", "slope", "slope"]


def test_the_seed_of_the_sweep_draws_the_points(tmp_path) -> None:
    assert points(tmp_path, LHS) == points(tmp_path, LHS)
    assert points(tmp_path, LHS) != points(tmp_path, f"seed = 5\n{LHS}")


# Identity and order ---------------------------------------------------------------------------------------

SETTING = Setting(7, {}, {"none": (), "trees": ("trees",)}, {"none": "a", "trees": "b"}, 0, (), "year", False, "m")


def demo(setting: Setting = SETTING, points=({"x": 1.0}, {"x": 2.0}), replicates: int = 2) -> Plan:
    return Plan("demo", setting, points, replicates, {}, {})


def test_replicates_come_one_after_the_other_with_points_and_schemes_within() -> None:
    told = [(task.replication_id, task.point, task.scheme, task.scenario_id) for task in demo().tasks()]
    assert told[:5] == [(0, 0, "none", 0), (0, 0, "trees", 1), (0, 1, "none", 2), (0, 1, "trees", 3), (1, 0, "none", 0)]


def test_an_identity_covers_all_that_changes_the_result() -> None:
    from dataclasses import replace

    same = SETTING.run_id("none", {"x": 1.0, "y": 2}, 0)
    assert SETTING.run_id("none", {"y": 2, "x": 1.0}, 0) == same
    assert replace(SETTING, indicators=("kd_area",)).run_id("none", {"x": 1.0, "y": 2}, 0) == same
    others = {
        SETTING.run_id("trees", {"x": 1.0, "y": 2}, 0),
        SETTING.run_id("none", {"x": 1.5, "y": 2}, 0),
        SETTING.run_id("none", {"x": 1.0}, 0),
        SETTING.run_id("none", {"x": 1.0, "y": 2}, 1),
        replace(SETTING, seed=8).run_id("none", {"x": 1.0, "y": 2}, 0),
        replace(SETTING, semantics="n").run_id("none", {"x": 1.0, "y": 2}, 0),
        replace(SETTING, fingerprints={"none": "c"}).run_id("none", {"x": 1.0, "y": 2}, 0),
        same,
    }
    assert len(others) == 8
    assert re.fullmatch("[0-9a-f]{16}", same)


def test_points_visited_twice_are_run_once_and_stand_twice_in_the_design() -> None:
    twice = demo(points=({"x": 1.0}, {"x": 1.0}), replicates=1)
    assert len(twice.tasks()) == 2
    assert design_table(twice.rows(), 7)["point"].to_pylist() == [0, 0, 1, 1]


def test_the_order_of_schemes_and_points_changes_no_run() -> None:
    from dataclasses import replace

    turned = replace(SETTING, schemes=dict(reversed(SETTING.schemes.items())))
    other = demo(turned, points=({"x": 2.0}, {"x": 1.0}))
    assert {task.run_id for task in other.tasks()} == {task.run_id for task in demo().tasks()}
    assert other.identity == demo().identity


def test_replicates_do_not_change_the_folder_and_all_else_does(tmp_path) -> None:
    first = plan(written(tmp_path, LHS))
    assert plan(written(tmp_path, LHS.replace("n = 3", "n = 9").replace("n = 8", "n = 9"))).identity == first.identity
    for old, new in (("[2, 5]", "[2, 4]"), ("demo", "other"), ("[replicates]", "[outputs]\nevery='end'\n[replicates]")):
        assert plan(written(tmp_path, LHS.replace(old, new))).identity != first.identity


def test_a_design_of_100000_rows_is_written_in_seconds() -> None:
    points = [{"x": float(number), "y": number % 7} for number in range(500)]
    big = demo(points=points, replicates=100)
    began = time.process_time()
    table = design_table(big.rows(), 7)
    assert table.num_rows == 100_000
    assert len(set(table["run_id"].to_pylist())) == 100_000
    assert time.process_time() - began < 8


def test_a_scenario_written_out_is_the_scenario(tmp_path) -> None:
    for name in ("village", "huanjiang", "combined"):
        given = read_scenario(params_folder(), name)[0]
        copy = tmp_path / f"{name}.toml"
        copy.write_bytes(as_toml(given))
        assert read_scenario(params_folder(), copy)[0] == given


def test_an_empty_specification_is_one_run_of_the_default_scenario(tmp_path) -> None:
    file = tmp_path / "nothing.at.all.toml"
    file.write_text("", encoding="utf-8")
    assert read_spec(file).name == "nothing-at-all"
    (task,) = plan(file).tasks()
    assert (task.scheme, task.changes) == ("scenario", {})


# Single elements of lists ---------------------------------------------------------------------------------


def test_one_element_of_a_list_is_changed_by_its_number() -> None:
    shipped = load_params().numbers["land.terrain.spacing"].value
    changed = load_params(overrides={PLATEAU: "1.2 km", "land.terrain.spacing.scale": 2})
    assert changed.land.terrain.spacing == (2 * shipped[0], 2 * shipped[1], 2400.0, 2 * shipped[3])
    assert changed.fingerprint != load_params().fingerprint


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("land.terrain.spacing[4]", 1000, r"no element of land\.terrain\.spacing. Write .*\[0\] to .*\[3\]"),
        ("land.terrain.spacing[x]", 1000, r"no element of"),
        ("land.patch_size[0]", 20, r"land\.patch_size is no list. Write land\.patch_size = value"),
        ("land.terrain.spacing[0]", [1, 2], r"where one number is needed"),
        ("land.terrain.spacing[0]", 1e9, r"lies outside its range 200 to 6000"),
        ("land.terrain.spacin[0]", 1, r"unknown parameter .* Nearest known: land\.terrain\.spacing\[0\]"),
    ],
)
def test_an_element_that_is_not_there_or_does_not_fit_is_refused(path, value, said) -> None:
    with pytest.raises(ParameterError, match=said):
        load_params(overrides={path: value})


def test_whole_numbers_are_known_as_such() -> None:
    numbers = load_params().numbers
    assert [numbers[path].whole for path in ("land.lines", WEIGHT)] == [True, False]


def test_the_specification_shown_in_the_docs_is_one(tmp_path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "sweep.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```", page, flags=re.M | re.S)
    shown_plan = plan(written(tmp_path, shown))
    assert len(shown_plan.tasks()) == 50 * 3 * 20
