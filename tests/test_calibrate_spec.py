"""Targets and specifications of calibrations: what is refused in one line, and that nothing opens what is held out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from village_abm import cli, load_params
from village_abm.experiments import provenance
from village_abm.experiments.calibration.planned import read
from village_abm.experiments.calibration.targets import Observed, Target, chosen, read_targets, recorded
from village_abm.params import ParameterError
from village_abm.records import params_folder, read_toml
from village_abm.units import registry

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "examples" / "huanjiang.toml"
SCENARIO = """
base = "village"
start = 2008
end = 2008
burn_in = 2007
villages = [{ name = "v", landform = "peak_cluster_depression", households = 10, role = "ordinary" }]
[set]
land.lines = 40
land.columns = 40
market.region_on = false
"""
SPEC = """
base = "small.toml"
targets = ["cooperative_members_2008"]
[replicates]
n = 1
[design]
kind = "sobol"
n = 4
[design.bounds]
cooperatives.founding.hazard = [0.08, 0.12]
"""
HELD_OUT = {"B1.2", "B1.3", "B1.5", "B1.15", "B6", "X1"}


def spec_in(folder: Path, text: str = SPEC) -> Path:
    (folder / "small.toml").write_text(SCENARIO, encoding="utf-8")
    file = folder / "demo.toml"
    file.write_text(text, encoding="utf-8")
    return file


# Targets --------------------------------------------------------------------------------------------------


def test_every_shipped_target_is_read_from_what_a_run_gives() -> None:
    known = read_targets()
    assert len(known) >= 20
    for name, target in known.items():
        low, high = read_toml(params_folder() / "targets.toml")[name]["window"]
        assert low <= target.value <= high or target.observed.figure, name
        assert target.sd > 0, name


def test_the_targets_of_huanjiang_are_those_to_be_met_with_all_their_readings() -> None:
    known = read_targets()
    taken = chosen(known, "huanjiang")
    names = [target.name for target in taken]
    assert names == ["emigration_income", "emigration_cover_points", "emigration_cover_relative", "rainwater_use"]
    assert {target.figure for target in taken} == {"emigration_income", "emigration_cover", "rainwater_use"}
    sd = {target.name: target.sd for target in taken}
    assert sd["emigration_income"] == pytest.approx(820)  # 10%
    assert sd["emigration_cover_points"] == pytest.approx(0.10)  # a quarter of .40, the other reading being in use
    assert sd["rainwater_use"] == pytest.approx(0.075 + 0.05)  # and half of what lies between +30 and +40%
    (alone,) = chosen(known, "huanjiang", ["emigration_cover_points"])
    assert alone.sd == pytest.approx(0.10 + 0.10)  # half of what lies between points and ratio
    (fitted,) = chosen(known, "huanjiang", ["emigration_erosion"])
    assert fitted.role == "fitted"
    (modulus,) = chosen(known, "huanjiang", ["erosion_modulus"])
    assert modulus.sd == pytest.approx((76.36 - 49.60) / 4, rel=0.01)  # a quarter of the change, not of the level
    assert recorded(known, "huanjiang") == ("cover", "erosion_modulus", "income", "kd_area", "rainwater_use")


def test_a_figure_is_read_as_it_says() -> None:
    frame = pd.DataFrame({"run_id": ["a"] * 3, "year": [1994, 2005, 2016], "cover": [0.4, 0.5, 0.6]})

    def of(how: str, years: list[int]) -> float:
        seen = Observed(scenario="village", indicator="cover", how=how, years=years)
        return float(Target("t", "", "1", "calibrate", 0.0, 1.0, seen).of(frame)["a"])

    assert of("level", [2016]) == pytest.approx(0.6)
    assert of("level", [1994, 2016]) == pytest.approx(0.5)
    assert of("points", [1994, 2016]) == pytest.approx(0.2)
    assert of("ratio", [1994, 2016]) == pytest.approx(0.5)
    assert of("growth", [1994, 2016]) == pytest.approx(np.log(1.5) / 22)


ROW = {"what": "w", "window": [0.0, 1.0], "unit": "1", "source": "est", "role": "calibrate"}
SEEN = {"scenario": "village", "indicator": "cover", "how": "level", "years": [2020]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"indicator": "cower"}, r"t\.observed\.indicator: unknown indicator 'cower'\. Nearest known: cover"),
        ({"indicator": "cover.emigration"}, r"observed\.indicator: unknown village 'emigration'"),
        ({"scenario": "villag"}, r"unknown scenario 'villag'\. Nearest known: village"),
        ({"years": [2016, 2050]}, r"observed\.years: village records 1990 to 2020"),
        ({"years": [2016, 2010]}, r"year 2010 does not come after 2016"),
        ({"how": "points"}, r"a change needs two years"),
        ({"how": "guess"}, r"how = 'guess' is none of 'level', 'ratio', 'points' or 'growth'"),
        ({"sd_share": 0.1}, r"sd_share without a value"),
        ({"sd": 0.1}, r"unknown key 'sd'"),
    ],
)
def test_a_target_that_no_run_could_give_is_refused(change, said) -> None:
    with pytest.raises(ParameterError, match=said):
        read_targets({"t": {**ROW, "observed": SEEN | change}})


# Specifications -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"cooperative_members_2008"', '"cooperative_members"', r"targets: unknown target observed in village"),
        ('"cooperative_members_2008"', '"emigration_income"', r"unknown target observed in village"),
        ('"cooperative_members_2008"', '"gini"', r"years: 'gini' is read in 1990 to 2020, and the runs record 2008 to"),
        ('targets = ["cooperative_members_2008"]', "", r"none of role 'calibrate' is observed in village"),
        ('"sobol"', '"lhs"', r"design\.kind = 'lhs' is none of 'sobol'"),
        ("n = 4", "n = 5", r"design\.n: 5 is no power of two"),
        ("[0.08, 0.12]", "[0.12, 0.08]", r"leave nothing between"),
        ("[0.08, 0.12]", "[0.0, 200]", r"design\.bounds\.cooperatives\.founding\.hazard = .* outside its range"),
        ("founding.hazard", "founding.hasard", r"design\.bounds: unknown parameter"),
        ("[0.08, 0.12]", "{ choices = [0.1, 0.2] }", r"choices cannot be calibrated"),
        ("[replicates]", '[outputs]\nindicators = ["cover"]\n[replicates]', r"Leave \[outputs\] out"),
        ("targets =", 'schemes = ["none"]\ntargets =', r"schemes are not compared here"),
        ("[replicates]", "[matching]\ncutt = 3.0\n[replicates]", r"unknown key 'matching\.cutt'\. Nearest known: cut"),
        ("[replicates]", "[matching]\nwaves = 0\n[replicates]", r"matching\.waves = 0 is too few"),
        ("[replicates]", "[posterior]\npoints = 8\ndraws = 9\n[replicates]", r"posterior: 9 draws of 8 points"),
        ("[replicates]", "[objective]\ntrials = 9\n[replicates]", r"objective: not one goal"),
        ("[replicates]", '[objective]\nmaximise = "cover"\n[replicates]', r"objective: measure 'cover': no such form"),
    ],
)
def test_what_a_calibration_cannot_do_is_refused_before_anything_runs(old, new, said, tmp_path) -> None:
    assert old in SPEC
    file = spec_in(tmp_path, SPEC.replace(old, new))
    with pytest.raises(ParameterError, match=said) as refused:
        read(file)
    assert str(refused.value).startswith(str(file))


def test_a_search_needs_an_objective_of_known_indicators(tmp_path) -> None:
    with pytest.raises(ParameterError, match=r"'objective' is missing. Write \[objective\]"):
        read(spec_in(tmp_path), single=True)
    text = SPEC + '[objective]\nmaximise = "cower@end"\n'
    with pytest.raises(ParameterError, match=r"objective: unknown indicator 'cower'"):
        read(spec_in(tmp_path, text), single=True)
    for measure, told in (("cover@2050", "and the runs record"), ("cover.nowhere@2008", "unknown village 'nowhere'")):
        with pytest.raises(ParameterError, match=told):
            read(spec_in(tmp_path, SPEC + f'[objective]\nmaximise = "{measure}"\n'), single=True)
    text = SPEC + '[objective]\nmaximise = "cover@end"\nscheme = "grain_for_green_9"\n'
    with pytest.raises(ParameterError, match=r"unknown scheme 'grain_for_green_9'"):
        read(spec_in(tmp_path, text), single=True)


@pytest.mark.parametrize(("package", "method"), [("sklearn", "matching"), ("optuna", "optuna")])
def test_a_missing_package_is_named_with_its_remedy(package, method, tmp_path, monkeypatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    file = spec_in(tmp_path, SPEC + '[objective]\nmaximise = "cover@end"\n')
    words = ["calibrate", file, "--method", method, "--engine", "serial", "--out", tmp_path / "out"]
    answer = CliRunner().invoke(cli.app, [str(word) for word in words])
    assert answer.exit_code == 2
    assert "Install it: pip install 'karst-village-abm[calibrate]'" in answer.stderr
    assert not (tmp_path / "out").exists()


def test_the_example_is_three_parameters_within_their_ranges() -> None:
    asked = read(EXAMPLE)
    assert len(asked.paths) == 3
    assert len(asked.first.tasks()) == 64 * 4
    numbers = load_params("huanjiang").numbers
    for path, span in asked.spec.design.bounds.items():
        assert span.low <= numbers[path].value <= span.high
    assert read(EXAMPLE).identity == asked.identity


def test_the_example_is_the_one_shown_in_the_docs() -> None:
    page = (ROOT / "docs" / "calibrate.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```", page, flags=re.M | re.S)
    written = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert shown.splitlines() == written


# What is held out -----------------------------------------------------------------------------------------


def test_held_out_figures_are_whole_and_apart_from_the_targets() -> None:
    folder = params_folder()
    held, targets = read_toml(folder / "holdouts.toml"), read_toml(folder / "targets.toml")
    assert {row["id"] for row in held.values()} == HELD_OUT
    assert not HELD_OUT & {row["id"] for row in targets.values()}
    for name, row in held.items():
        assert {"id", "what", "value", "unit", "area", "years", "source", "role"} <= row.keys(), name
        assert row["role"] == "hold-out"
        assert row["years"][0] <= row["years"][1]
        registry().parse_units(row["unit"])


WATCH = """
import json, sys
opened = []
def watch(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)):
        opened.append(given[0] if isinstance(given[0], str) else given[0].decode())
sys.addaudithook(watch)
from village_abm import cli
told = []
for words in json.loads(sys.argv[1]):
    opened.clear()
    try:
        cli.app(words, standalone_mode=False)
        code = 0
    except SystemExit as end:
        code = end.code
    told.append([words[0], code, [name for name in opened if name.endswith(".toml")]])
print("TOLD" + json.dumps(told))
"""


@pytest.mark.slow
def test_no_command_opens_what_is_held_out(tmp_path) -> None:
    more = '[posterior]\npoints = 8\ndraws = 4\n[objective]\nminimise = "kd_area@end"\ntrials = 2\nagain = 1\n'
    spec_in(tmp_path, SPEC + more)
    sweep = tmp_path / "sweep.toml"
    sweep.write_text(SPEC.replace('targets = ["cooperative_members_2008"]', ""), encoding="utf-8")
    small, demo, serial = str(tmp_path / "small.toml"), str(tmp_path / "demo.toml"), ["--engine", "serial"]
    commands = [
        ["run", small, "--out", str(tmp_path / "run")],
        ["sweep", str(sweep), *serial, "--out", str(tmp_path / "sweep")],
        ["calibrate", demo, *serial, "--out", str(tmp_path / "cal")],
        ["calibrate", demo, *serial, "--method", "optuna", "--out", str(tmp_path / "search")],
    ]
    morris = tmp_path / "morris.toml"
    morris.write_text(sweep.read_text().replace('"sobol"\nn = 4', '"morris"\ntrajectories = 2'), encoding="utf-8")
    words = ["sweep", str(morris), *serial, "--out", str(tmp_path / "morris")]
    commands += [words, ["sensitivity", str(tmp_path / "morris"), "--measure", "kd_area@end"]]
    here = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    answer = subprocess.run([sys.executable, "-c", WATCH, json.dumps(commands)], capture_output=True, text=True,
                            env=here, cwd=tmp_path)  # fmt: skip
    assert "TOLD" in answer.stdout, answer.stderr
    told = json.loads(answer.stdout.rpartition("TOLD")[2])
    assert [command for command, _, _ in told] == [words[0] for words in commands]
    for command, code, opened in told:
        assert code == 0, (command, answer.stderr)
        assert not [name for name in opened if name.endswith(provenance.HELD_OUT)], command
    seen = [name for _, _, opened in told for name in opened]
    assert any(name.endswith("people.toml") for name in seen)  # the watch sees parameter files
    assert any(name.endswith("targets.toml") for name in seen)


def test_what_is_held_out_changes_no_hash(monkeypatch) -> None:
    read_bytes, names = Path.read_bytes, []
    monkeypatch.setattr(Path, "read_bytes", lambda path: (names.append(path.name), read_bytes(path))[1])
    provenance.source_hash()
    assert "targets.toml" in names
    assert provenance.HELD_OUT not in names
