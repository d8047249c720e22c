"""Ablation: paired differences by hand, no effect where nothing moves, the same for any number of workers."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from typer.testing import CliRunner
from village_of_test import SIDE, small

from village_abm import VillageModel, cli
from village_abm.experiments import ablation
from village_abm.experiments.ablation import added
from village_abm.experiments.inputs import Inputs
from village_abm.experiments.mechanisms import GROUPS, Mechanism, read_mechanisms
from village_abm.load import load_params
from village_abm.params import ParameterError
from village_abm.report import ablation as section
from village_abm.report.build import render
from village_abm.report.reading import read_run

DOCS = Path(__file__).resolve().parents[1] / "docs"
SMALL = ["--set", f"land.lines={SIDE}", "--set", f"land.columns={SIDE}"]

# The second round alone, on land as gentle as that of a small village.
GENTLE = {"scenario.schemes": ["grain_for_green_2"], "schemes.grain_for_green_2.eligible.least_slope": [5]}
EAGER = {"people.learning.innovators": 0.2, "farm.choice.act_without_rise": 0.3, "farm.choice.knowledge_gate": 0.1}
DEAR_CATTLE = EAGER | {
    "series.price_cattle.scale": 3.0, "husbandry.cattle.days": 20, "husbandry.cattle.price": 6000,
    "husbandry.cattle.grass": 12000,
}  # fmt: skip
FAMOUS = {
    "tourism.nights": 60_000, "tourism.culture": 3, "tourism.road": 0, "tourism.least_cover": 0.3,
    "tourism.cost": 50_000, "tourism.considers": 1,
}  # fmt: skip
SOON = {
    "cooperatives.founding.interested": 10, "cooperatives.founding.law_year": 2000,
    "cooperatives.founding.push_year": 2000, "cooperatives.founding.push": 4,
}  # fmt: skip
PERENNIALS = {name for name, use in load_params().uses.items() if use.kind == "perennial"}
# Nothing to see in a village of two dozen families: it has no such land, or meets no such choice.
ELSEWHERE: dict[str, object] = {
    "cooperatives": SOON,
    "shells": SOON,
    "brand": SOON | {"cooperatives.founding.shell_share": 0},
    "side_selling": SOON,
    "cooperative_ties": SOON,
    "cattle": DEAR_CATTLE,
    "loop": DEAR_CATTLE,
    "homestays": FAMOUS,
    "barren_land": EAGER | {"series.price_honeysuckle.scale": 3.0},
    "cili": EAGER | {"uses.cili.min_elevation": 800, "series.price_cili.scale": 3.0},
    "dragon_fruit": EAGER | {"uses.dragon_fruit.max_elevation": 900, "series.price_dragon_fruit.scale": 3.0},
    "honeysuckle": EAGER | {"series.price_honeysuckle.scale": 3.0},
    "herbs": EAGER | {"series.price_herbs.scale": 3.0},
    "timber": EAGER | {"series.price_timber.scale": 3.0},
    "sameness": {"market.region.sameness_from": 0},
    "belief": {"farm.choice.knowledge_gate": 0},
    "grain_for_green_2": GENTLE,
    "enrolment_norm": GENTLE,
    "trust": GENTLE,
    "relocation": "huanjiang",
    "closure": "huanjiang",
    "biogas": "huanjiang",
}


def village(*words: object):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


def variant(years: int = 2, burn_in: int = 1988):
    """Parameters of a small village of a few years, by what is changed in them."""

    def load(changes):
        return small("village", {"scenario.end": 1989 + years, **changes}, families=12, burn_in=burn_in)

    return load


# Arithmetic -----------------------------------------------------------------------------------------------


def test_an_interval_by_hand() -> None:
    """Differences 1, 2, 3: mean 2, deviation 1, error 1/sqrt(3); t(.975, 2) = 4.303, t(1 - .05/4, 2) = 6.205."""
    found = added(np.array([11.0, 22.0, 33.0]), np.array([10.0, 20.0, 30.0]), family=2)
    assert (found["mean_with"], found["mean_without"], found["difference"]) == (22.0, 20.0, 2.0)
    assert found["sd_difference"] == pytest.approx(1.0)
    assert found["high"] == pytest.approx(2 + 4.302653 / math.sqrt(3))
    assert found["low"] == pytest.approx(2 - 4.302653 / math.sqrt(3))
    assert found["simultaneous_high"] == pytest.approx(2 + 6.205347 / math.sqrt(3))
    assert found["reduction"] == pytest.approx(121 + 100)
    assert not found["effect"]  # 2 - 2.48 is below nothing


def test_what_is_clear_in_every_pair_is_an_effect() -> None:
    found = added(np.array([1.0, 1.1, 0.9, 1.0]), np.array([3.0, 3.2, 2.9, 3.1]), family=9)
    assert found["effect"]
    assert found["high"] < found["simultaneous_high"] < 0


def test_a_family_of_one_has_the_plain_interval() -> None:
    found = added(np.array([1.0, 2.0, 5.0]), np.zeros(3), family=1)
    assert (found["low"], found["high"]) == (found["simultaneous_low"], found["simultaneous_high"])


def test_what_moves_nothing_is_no_effect() -> None:
    same = np.array([0.3, 0.4, 0.7])
    found = added(same, same.copy(), family=9)
    assert (found["difference"], found["low"], found["high"], found["effect"]) == (0.0, 0.0, 0.0, 0)
    assert math.isnan(found["reduction"])  # complete


def test_two_pairs_that_differ_by_the_same_may_be_an_accident() -> None:
    assert not added(np.array([3.0, 4.0]), np.array([1.0, 2.0]), family=9)["effect"]
    assert added(np.arange(3.0, 9), np.arange(1.0, 7), family=9)["effect"]


def test_with_nothing_to_switch_off_nothing_is_run() -> None:
    with pytest.raises(ParameterError, match="nothing to compare: relocation"):
        ablation.plan(variant(), 2, ["relocation"])


def test_what_is_missing_in_a_pair_is_no_effect() -> None:
    assert not added(np.array([1.0, np.nan]), np.array([0.0, 0.0]), family=9)["effect"]


# The list -------------------------------------------------------------------------------------------------


@cache
def mechanisms() -> dict[str, Mechanism]:
    return {mechanism.name: mechanism for mechanism in read_mechanisms()}


def test_every_switch_of_the_parameters_is_a_mechanism() -> None:
    """What is true or false in the files switches something; rules of who may stand or enter where do not."""
    facts = ("on_clearing", "red_line", "pure_rock", "under_forest", "felled", "regional", "red_line_only", "closes")
    facts += ("poor_only", "timely")
    terms = ("contract.voluntary", "contract.permanent", "contract.closes", "registered_support.care")
    params = load_params()
    switches = {path for path, number in params.numbers.items() if isinstance(number.value, bool)}
    switches -= {path for path in switches if path.rsplit(".", 1)[-1] in facts or path.endswith(terms)}
    switches -= {path for path in switches if path.startswith("accounting.")}  # ways of counting move nothing
    listed = {mechanism.path for mechanism in mechanisms().values()}
    # Food crops and land under no crop are no enterprise; forage goes with the cattle it feeds.
    others = {f"uses.{name}.voluntary" for name in params.uses if name not in PERENNIALS or name == "forage"}
    assert switches - listed == others


def test_every_group_has_a_mechanism() -> None:
    assert {mechanism.group for mechanism in mechanisms().values()} == set(GROUPS)


@pytest.mark.parametrize("name", mechanisms())
def test_every_switch_loads_and_differs_from_the_default(name: str) -> None:
    path, off = mechanisms()[name].path, mechanisms()[name].off
    differing = load_params(overrides={path: off}).differences
    assert list(differing) == [path]


def _ends(name: str, changes: dict[str, object]) -> list[dict[str, bytes]]:
    """Households and patches at the end of a small village with a mechanism on and off."""
    mechanism, setting = mechanisms()[name], ELSEWHERE.get(name, {})
    scenario = setting if isinstance(setting, str) else "village"
    start = {"scenario.end": 2017, **(setting if isinstance(setting, dict) else {})}
    models = [VillageModel(small(scenario, start | one, families=40), rng=1).run() for one in ({}, changes)]
    tables = [(model.households.to_frame(), model.patches.to_frame()) for model in models]
    assert mechanism.path in changes
    return [{"households": a.to_csv(), "patches": b.to_csv()} for a, b in tables]


# A line needs 60 t or more, which so small a village never brings; test_cooperatives.py builds one.
@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in mechanisms() if name != "processing_line"])
def test_every_mechanism_off_changes_a_run(name: str) -> None:
    on, off = _ends(name, mechanisms()[name].switch)
    assert on != off


@pytest.mark.parametrize("name", ["leaving", "care", "ageing"])
def test_the_switches_of_this_list_change_a_run(name: str) -> None:
    """Those without a number to set to nothing; the others have their own tests as parameters."""
    load = variant(years=15)
    on, off = (VillageModel(load(changes), rng=1).run() for changes in ({}, mechanisms()[name].switch))
    assert not on.indicators.equals(off.indicators)


def test_nobody_leaves_where_leaving_is_off() -> None:
    model = VillageModel(variant(years=5)({"people.migration.on": False}), rng=1).run()
    assert (model.indicators["away_share"] == 0).all()


def test_without_a_government_there_is_neither_scheme_nor_purse() -> None:
    params = small("huanjiang", {"government.on": False, "scenario.end": 1996}, burn_in=1989)
    assert (params.scenario.schemes, params.scenario.packages) == ((), ())
    model = VillageModel(params, rng=1).run()
    assert model.government.cash == 0
    assert (model.indicators["scheme_payments"] == 0).all()


def test_without_a_government_cooperatives_get_no_subsidy_no_push_and_no_members_by_targeting() -> None:
    soon = SOON | {"cooperatives.founding.shell_share": 0.6, "scenario.start": 1990, "scenario.end": 2016}
    found: dict[bool, tuple[int, bool]] = {}
    for on in (True, False):
        model = VillageModel(small(changes=soon | {"government.on": on}, families=60, burn_in=1988), rng=1).run()
        years = model.ledger.years.values()
        given = sum(books["cooperatives"].get("founding subsidy", 0) for books in years)
        assert len(model.cooperatives) > 0
        found[on] = (given, bool(model.cooperatives.shell.any()))
    assert found[True][0] > 0
    assert found[True][1]
    assert found[False] == (0, False)
    rules = small(changes={"government.on": False}).cooperatives
    assert rules.founding.push == 1
    assert rules.membership.poor == 0


def test_an_off_value_is_taken_beside_the_range_and_only_that_one() -> None:
    assert load_params(overrides={"farm.livelihood.credit_multiple": 0}).farm.livelihood.credit_multiple == 0
    with pytest.raises(ParameterError, match="outside its range"):
        load_params(overrides={"farm.livelihood.credit_multiple": 0.1})


def test_a_fall_is_answered_like_a_rise_where_the_asymmetry_is_off() -> None:
    choice = load_params(overrides=mechanisms()["asymmetry"].switch).farm.choice
    assert choice.act_on_fall == choice.act_on_rise


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('switch = { "a" = 0, "b" = 0 }', "2 parameters"),
        ("switch = 3", "0 parameters"),
        ('group = "magic"', "unknown group 'magic'"),
        ('swich = { "a" = 0 }', "unknown key 'swich'"),
        ('label = "x"', "no label"),
    ],
)
def test_a_mechanism_written_wrong_is_refused(tmp_path: Path, monkeypatch, lines: str, complaint: str) -> None:
    whole = {"label": '{ en = "a", zh = "甲" }', "group": '"land"', "what": '{ en = "a", zh = "甲" }'}
    whole |= {"switch": '{ "farm.rental.on" = false }'}
    key, value = lines.split(" = ", 1)
    text = "\n".join(f"{name} = {given}" for name, given in (whole | {key: value}).items())
    (tmp_path / "ablations.toml").write_text(f"[rental]\n{text}\n", encoding="utf-8")
    monkeypatch.setattr("village_abm.experiments.mechanisms.params_folder", lambda: tmp_path)
    with pytest.raises(ParameterError, match=r"ablations\.toml: rental.*" + complaint):
        read_mechanisms()


def test_the_model_page_names_every_mechanism() -> None:
    text = (DOCS / "model.md").read_text(encoding="utf-8")
    assert [name for name, one in mechanisms().items() if f"`{one.path.removesuffix('.scale')}`" not in text] == []


# The plan and the runs ------------------------------------------------------------------------------------


def test_what_is_off_already_is_not_run() -> None:
    def load(changes):
        return variant()({"farm.rental.on": False, **changes})

    planned = ablation.plan(load, 2, ["rental", "backbone", "relocation"])
    assert [mechanism.name for mechanism, _ in planned.without] == ["backbone"]
    assert [mechanism.name for mechanism in planned.left_out] == ["rental", "relocation"]
    assert planned.runs == 4


@pytest.mark.parametrize("pairs", [1, 0, -2])
def test_fewer_than_two_pairs_are_refused(pairs: int) -> None:
    with pytest.raises(ParameterError, match="two pairs or more"):
        ablation.plan(variant(), pairs)


heard: list[tuple[int, int]] = []


@cache
def compared(workers: int) -> pd.DataFrame:
    planned = ablation.plan(variant(), 2, ["leaving", "trust"])
    told = (lambda done, total: heard.append((done, total))) if workers == 1 else None
    return ablation.run_pairs(planned, 1, workers=workers, progress=told)


def test_the_numbers_do_not_depend_on_the_number_of_workers() -> None:
    assert compared(1).to_csv() == compared(2).to_csv()


def test_a_mechanism_that_nothing_asks_for_adds_exactly_nothing() -> None:
    """Trust matters for an offer, and there is none in 1991."""
    rows = compared(2)[compared(2)["mechanism"] == "trust"]
    assert len(rows) == len(ablation.HEADLINES)
    assert (rows[["difference", "low", "high", "simultaneous_low", "simultaneous_high"]] == 0).all(axis=None)
    assert not rows["effect"].any()


def test_pairs_share_all_luck() -> None:
    """What is compared is the run of the seed itself and its replicates, to the last digit."""
    params = variant()({})
    ends = [ablation.end_of_run(params, 1, copy, Inputs())["income_real"] for copy in range(2)]
    row = compared(1).query("mechanism == 'leaving' and indicator == 'income_real'").iloc[0]
    assert row["mean_with"] == np.mean(ends)
    assert ends[0] == VillageModel(params, rng=1).run().indicators["income_real"].iloc[-1]


def test_progress_counts_every_run() -> None:
    compared(1)
    assert heard == [(done, 6) for done in range(1, 7)]


# The command and the report -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("ablation") / "small"
    words = (
        "run",
        "--years",
        2,
        *SMALL,
        "--ablate",
        "--pairs",
        2,
        "--only",
        "leaving",
        "--only",
        "trust",
        "--out",
        out,
    )
    answer = village(*words, "--only", "closure")
    assert answer.exit_code == 0, answer.output
    return answer, out


def test_the_command_writes_the_comparison_beside_the_run(finished) -> None:
    answer, out = finished
    frame = pd.read_csv(out / "ablation.csv")
    assert list(frame["mechanism"].unique()) == ["leaving", "trust"]
    assert (frame["pairs"] == 2).all()
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert told["ablation"]["left_out"][0]["name"] == "closure"
    assert "ablation.csv" in told["files"]
    assert "leaving for work" in answer.stdout
    assert "no effect seen" in answer.stdout


def test_the_report_says_what_each_mechanism_adds(finished) -> None:
    _, out = finished
    page = (out / "report.html").read_text(encoding="utf-8")
    for words in (
        "Which mechanism matters for what",
        "哪个机制影响什么",
        "leaving for work",
        "外出务工",
        "no effect seen",
    ):
        assert words in page
    assert "Off in this scenario already, so not run: closure of hills." in page


def test_the_section_is_built_again_from_the_table(finished) -> None:
    _, out = finished
    run, page = read_run(out), (out / "report.html").read_text(encoding="utf-8")
    assert render(run) == page
    frame = run.ablation.assign(difference=0.0, simultaneous_low=-1.0, simultaneous_high=1.0, effect=0)
    frame.to_csv(out / "ablation.csv", index=False)
    assert all(effects == "no effect seen" for _, effects in section.lines(read_run(out)))
    run.ablation.to_csv(out / "ablation.csv", index=False)


def test_a_run_without_comparison_has_no_such_section(tmp_path: Path) -> None:
    out = tmp_path / "plain"
    assert village("run", "--years", 1, *SMALL, "--out", out).exit_code == 0
    assert not (out / "ablation.csv").exists()
    assert "Which mechanism matters" not in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--pairs", "3"], "--pairs without --ablate"),
        (["--pairs", "0"], "--pairs without --ablate"),
        (["--only", "rental"], "--only without --ablate"),
        (["--ablate", "--pairs", "1"], "two pairs or more"),
        (["--ablate", "--only", "rentl"], "rental"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(tmp_path: Path, monkeypatch, words: list[str], hint: str) -> None:
    monkeypatch.chdir(tmp_path)
    answer = village("run", *words)
    assert answer.exit_code == 2
    (line,) = answer.stderr.splitlines()
    assert hint in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_told_to_end_while_comparing_it_leaves_neither_folder_nor_worker(tmp_path: Path) -> None:
    words = ["run", "--years", "30", *SMALL, "--ablate", "--pairs", "40", "--only", "trust"]
    command = [sys.executable, "-m", "village_abm.cli", *words]
    child = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 60
    while not list(tmp_path.glob("runs/.*.part/manifest.json")) and time.monotonic() < limit:
        time.sleep(0.02)
    time.sleep(1.0)  # the workers are there or coming
    workers = psutil.Process(child.pid).children(recursive=True)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert said.splitlines() == ["village-abm: error: stopped; nothing was written."]
    assert list(tmp_path.iterdir()) == []
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.123, "1", "+12"),
        (-0.0123, "1", "−1.2"),
        (0.0, "1", "0.0"),
        (-1234.5, "CNY/person/yr", "−1,234"),
        (0.2, "CNY", "0"),
        (0.26, "mu", "+0.3"),
    ],
)
def test_differences_are_written_with_their_sign(value: float, unit: str, shown: str) -> None:
    assert section.signed(value, unit) == shown


def test_a_clear_difference_is_never_written_as_nothing() -> None:
    row = {"difference": -0.0002, "simultaneous_low": -0.0003, "simultaneous_high": -0.0001, "unit": "1"}
    assert section._cell(row | {"effect": 1}).shown == "−0.02"
    assert section._cell(row | {"effect": 0}).shown == "0.0"


@pytest.mark.slow
def test_all_mechanisms_on_a_small_village(tmp_path: Path) -> None:
    out = tmp_path / "all"
    answer = village("run", "--years", 6, *SMALL, "--ablate", "--pairs", 2, "--out", out)
    assert answer.exit_code == 0, answer.output
    frame = pd.read_csv(out / "ablation.csv")
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["ablation"]
    named = {one["name"] for one in (*told["mechanisms"], *told["left_out"])}
    assert named == set(mechanisms())
    assert len(frame) == len(told["mechanisms"]) * len(ablation.HEADLINES)
    assert frame.query("mechanism == 'leaving' and indicator == 'away_share'")["difference"].item() > 0.01
