"""Comparison of schemes: sheets worked by hand, words that claim nothing, resuming to the byte, errors in one line."""

from __future__ import annotations

import dataclasses
import json
import math
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
from hypothesis import given, settings
from hypothesis import strategies as some
from typer.testing import CliRunner
from village_of_test import small

from village_abm import cli
from village_abm.experiments import comparison, keeping, results, scores, study, trial, wording
from village_abm.experiments.measures import Case, Measure, Terms, Words, score_measures
from village_abm.experiments.paired import compare
from village_abm.experiments.scores import Values
from village_abm.experiments.stopping import replay
from village_abm.experiments.trial import TWIN, Dates
from village_abm.params import ParameterError

KD = Measure("kd", "ha", "environment", "rock", "石漠化", "less", 2.0, "difference", "Rock.")
COST = Measure("cost", "CNY", "cost", "cost", "成本", "less", 10.0, "scheme only", "Money.", over="all years")
WOOD = Measure("wood", "t", "people", "wood", "木材", "neither", 1.0, "difference", "Wood.")
PRICE = Measure("price", "CNY/ha", "cost", "price", "单价", "less", 1.0, "ratio", "Price.", cost="cost", gain="kd")
SHEET = {one.name: one for one in (KD, COST, WOOD, PRICE)}
FILES = ("scores.csv", "paths.csv", "pairs.csv", "maps.npz", "study.json")

# A scheme that has much to do on the gentle land of a small village, in few years.
HERE = {
    "scenario.start": 1999,
    "schemes.grain_for_green_1.eligible.least_slope": [5, 5, 5, 5],
    "schemes.grain_for_green_1.pace": 1.0,
}
UNPAID = {
    f"schemes.grain_for_green_1.payment.{name}": value
    for name, value in {"rate": [0] * 8, "grain": 0, "seedlings": 0, "renewal_rate": [0] * 8}.items()
}


def village(*words: object):
    return CliRunner().invoke(cli.app, [str(word) for word in words])


@pytest.fixture
def tiny(monkeypatch):
    """Comparisons run in a village of a dozen families that is founded shortly before the scheme."""

    def load(scenario, changes, files=()):
        assert not files
        return small("village", {"market.region_on": False, **changes}, families=12, burn_in=1998)

    monkeypatch.setattr(study, "load_params", load)

    def plan(*names: str, pairs: int | None = 2, changes: dict[str, object] | None = None, **more) -> study.Plan:
        return study.plan(names or ["grain_for_green_1"], changes=HERE | (changes or {}), pairs=pairs, years=4, **more)

    return plan


def carry_out(plan: study.Plan, folder: Path, workers: int = 1) -> dict[str, bytes]:
    results.write(folder, plan, comparison.gather(plan, comparison.open_folder(plan, folder), workers))
    return {name: (folder / name).read_bytes() for name in FILES}


# The sheet, by hand ---------------------------------------------------------------------------------------


def invented(**gone: object) -> Values:
    """Three pairs: desertification falls by 3, 4 and 5 ha, at a cost of 100, 200 and 300 yuan; wood as without."""
    of = {
        (TWIN, "kd"): np.array([20.0, 30.0, 40.0]),
        ("a", "kd"): np.array([17.0, 26.0, 35.0]),
        ("a", "cost"): np.array([100.0, 200.0, 300.0]),
        (TWIN, "wood"): np.array([1.0, 2.0, 3.0]),
        ("a", "wood"): np.array([1.0, 2.0, 3.0]),
    }
    return Values(("a",), 3, of | gone.pop("of", {}), years=(1990, 2000), **gone)  # type: ignore[operator]


def line(values: Values, measure: str, scheme: str = "a") -> dict:
    (row,) = [row for row in scores.score_sheet(values, SHEET) if (row["measure"], row["scheme"]) == (measure, scheme)]
    assert set(row) == set(scores.COLUMNS)
    return row


def test_a_difference_by_hand() -> None:
    """-3, -4, -5: mean -4, deviation 1; t(.975, 2) = 4.303, so -4 +- 2.484; not wholly below the -2 that matter."""
    row = line(invented(), "kd")
    assert (row["mean_with"], row["mean_without"], row["mean"], row["sd"]) == (26, 30, -4, pytest.approx(1))
    assert (row["low"], row["high"]) == (pytest.approx(-4 - 2.48414, abs=1e-4), pytest.approx(-4 + 2.48414, abs=1e-4))
    assert (row["simultaneous_low"], row["simultaneous_high"]) == (row["low"], row["high"])  # a family of one
    assert (row["wins"], row["effect_size"], row["pairs"]) == (1.0, pytest.approx(-4), 3)
    assert row["reduction"] == pytest.approx(81 + 100)  # 9^2 and 10^2 over 1
    assert row["verdict"] == "not settled"
    assert row["words_en"].startswith(
        "−4 ha (95% interval −6.48 to −1.52): better, but by as much as 2 ha is not settled"
    )
    assert row["year"] == "2000"


def test_what_only_the_scheme_has_is_told_without_a_twin() -> None:
    row = line(invented(), "cost")
    assert (row["mean"], row["year"]) == (200, "1990-2000")
    assert math.isnan(row["mean_without"])
    assert math.isnan(row["reduction"])
    assert row["words_en"] == "200 CNY (95% interval −48.4 to 448); not told from 0"


def test_what_does_not_differ_is_exactly_nothing() -> None:
    row = line(invented(), "wood")
    assert (row["mean"], row["low"], row["high"], row["verdict"]) == (0, 0, 0, "equivalent")
    assert row["words_en"] == "no difference in any of 3 pairs"
    assert math.isnan(row["wins"])  # neither more nor less is better


def test_a_ratio_of_means_by_hand() -> None:
    """300 yuan in every pair over a mean of 4 ha is 75 yuan a ha."""
    values = invented(of={("a", "cost"): np.array([300.0, 300.0, 300.0])})
    assert line(values, "price")["mean"] == pytest.approx(75)


@pytest.mark.parametrize(
    ("cost", "kd", "said"),
    [
        ([0, 0, 0], [17, 26, 35], "no public money is spent on it"),
        ([300, 300, 300], [25, 25, 41], "the gain is not settled"),
        ([300, 300, 300], [23, 34, 45], "the outcome goes the wrong way"),
        ([300, 300, 300], [20, 30, 40], "the gain is not settled"),
        ([1, 2, 300], [17, 26, 35], "the cost is not settled"),
    ],
)
def test_a_ratio_without_sense_is_refused_in_words(cost, kd, said) -> None:
    row = line(invented(of={("a", "cost"): np.array(cost, float), ("a", "kd"): np.array(kd, float)}), "price")
    assert row["verdict"] == "refused"
    assert said in row["words_en"]
    assert math.isnan(row["mean"])
    assert math.isnan(row["low"])


def test_rivals_are_compared_with_one_another_under_common_luck() -> None:
    more = {("b", "kd"): np.array([16.0, 25.0, 34.0]), ("b", "cost"): np.ones(3), ("b", "wood"): np.ones(3)}
    values = Values(("a", "b"), 3, {**invented().of, **more})
    row = line(values, "kd", "a - b")
    assert (row["kind"], row["mean"], row["mean_with"], row["mean_without"]) == ("rival", 1, 26, 25)
    assert (row["verdict"], row["pairs_needed"]) == ("not settled", 6)
    assert row["words_en"] == "+1 ha: not settled, though the same in all 3 pairs; about 6 pairs would settle it"
    assert line(values, "cost", "a - b")["mean"] == 199


def test_few_schemes_meet_all_rivals_and_many_their_neighbours() -> None:
    assert scores.rivals("abc") == [("a", "b"), ("a", "c"), ("b", "c")]
    assert scores.rivals("abcde") == [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")]


def test_what_is_not_defined_is_refused_and_of_some_pairs_said_so() -> None:
    none = invented(of={("a", "cost"): np.full(3, np.nan)}, why={("a", "cost"): Words("not defined: no land", "无")})
    assert (line(none, "cost")["verdict"], line(none, "cost")["words_en"]) == ("refused", "not defined: no land")
    row = line(invented(of={("a", "cost"): np.array([np.nan, 5.0, 5.0])}), "cost")
    assert (row["pairs"], row["mean"]) == (2, 5)
    assert row["words_en"] == "5 CNY in every pair, over the 2 of 3 pairs in which it is defined"


# Words ----------------------------------------------------------------------------------------------------

SETTLED = ("better", "worse", "more by", "less by", "effect", "improve", "改善", "变差", "增加", "减少")


@given(
    some.lists(some.tuples(some.integers(-50, 50), some.integers(-50, 50)), min_size=2, max_size=12),
    some.sampled_from([KD, WOOD]),
)
@settings(deadline=None, max_examples=60)
def test_an_interval_that_covers_zero_is_called_no_effect(rows, measure) -> None:
    a, b = np.array(rows, float).T
    found = compare(a, b, scores.question(measure))
    said = wording.of_difference(measure, found)
    if found.covers_zero:
        assert not [word for word in SETTLED if word in said.en + said.zh]
        assert wording.verdict(measure, found) in ("not settled", "equivalent")
    else:
        assert "no difference in any" not in said.en


def test_what_pairing_saved_is_told_without_absurd_numbers() -> None:
    """Up to a thousand times it is said how many separate runs tell as much; beyond, that nearly all luck is shared."""
    luck = np.random.default_rng(3).normal(0, 1, 40)

    def said(noise: float) -> str:
        return wording.of_pairing(compare(luck + noise * luck[::-1], luck, scores.question(KD))).en

    assert "tell as much as" in said(0.1)
    assert said(1e-5).endswith(" times: next to all luck is shared")
    assert "saved nothing" in wording.of_pairing(compare(-luck, luck, scores.question(KD))).en


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234567.8, "1,234,568"), (-0.01234, "−0.0123"), (12.3, "12.3"), (100.0, "100"), (math.nan, "-")],
)
def test_figures_are_written_as_people_write_them(value, text) -> None:
    assert wording.figure(value) == text


# Measures, by hand ----------------------------------------------------------------------------------------


def record(**more: object) -> dict[str, np.ndarray]:
    """Five families of one person with 1 to 5 yuan before the opening; the first one has split since."""
    made: dict[str, object] = {
        "families": 5, "family.alive": [True] * 5, "family.members": [1] * 5, "family.income": [1, 2, 3, 4, 5],
        "house.id": [10, 11, 12, 13, 14, 20], "house.family": [10, 11, 12, 13, 14, 10], "house.alive": [True] * 6,
        "house.members": [1, 1, 1, 1, 1, 3], "house.income": [8, 2, 3, 4, 5, 4], "house.farm": [5, 5, 5, 5, 5, 5],
        "house.paid": [0] * 6, "house.land": [False] * 6, "hectares": 2.0, "ever": [False] * 4,
        "uncropped.2005": [True, False, False, False], "cleared.2005": [False] * 4, "clearer.2005": [],
        "still.5": np.nan, "still.10": np.nan,
    }  # fmt: skip
    return {name: np.array(value) for name, value in {**made, **more}.items()}


TERMS = Terms("a", "central", Dates(1999, 2010, 2000, {"a": 2005}))


def value(name: str, run: dict, twin: dict, terms: Terms = TERMS) -> float:
    count = score_measures()[name].count
    assert count
    return count(Case(run, twin, terms))


def enrolled() -> dict[str, np.ndarray]:
    """Patches 0, 1 and 2 enrolled; the heir (20) of family 10 is paid; patch 3 is cleared by family 10."""
    return record(
        **{
            "ever": [True, True, True, False], "uncropped.2005": [True, True, False, False],
            "house.paid": [0, 0, 0, 0, 0, 7], "house.farm": [4, 5, 5, 5, 5, 3], "still.5": 0.5,
            "cleared.2005": [False, False, False, True], "clearer.2005": [10],
        }
    )  # fmt: skip


def test_land_that_would_have_come_anyway_is_not_additional() -> None:
    """6 ha enrolled, 2 ha out of crops in the twin too: two thirds additional; of 4 ha kept 2 ha are gained."""
    run, twin = enrolled(), record()
    assert value("area_enrolled", run, twin) == 6
    assert value("additionality", run, twin) == pytest.approx(2 / 3)
    assert value("leakage", run, twin) == value("own_leakage", run, twin) == pytest.approx(2 / 6)
    assert value("net_effect", run, twin) == pytest.approx((2 - 2) * 0.5)


def test_families_are_followed_through_their_heirs() -> None:
    run, twin = enrolled(), record()
    assert value("household_cost", run, twin) == 10 - 7  # what family 10 with its heir farmed less
    assert value("losing_share", run, twin) == 0  # paid 7 for 3
    assert value("participation_fifth_1", run, twin) == 1
    assert value("payments_fifth_1", run, twin) == 1
    assert value("income_fifth_1", run, twin) == (8 + 4) / (1 + 3)
    assert value("income_fifth_5", run, twin) == 5


def test_what_one_government_sends_and_another_keeps_is_no_public_cost() -> None:
    """Of 100 sent 30 stay with the county, which pays 5 for visits, gets a fine of 2 and pays 8 back downstream."""
    run = record(**{f"sum.{name}": 0 for name in trial.SUMS} | {
        "sum.drawn": 100, "sum.kept": 30, "sum.audits": 5, "sum.fines": 2, "sum.sent": 8,
    })  # fmt: skip
    for funder in ("central", "downstream"):
        terms = dataclasses.replace(TERMS, funded_by=funder)
        parts = {name: value(f"cost_{name}", run, run, terms) for name in ("central", "county", "downstream")}
        expected = {"central": 0, "downstream": -8, "county": 5 - 2 - 30 + 8}
        assert parts == expected | {funder: expected[funder] + 100}
        assert value("public_cost", run, run, terms) == sum(parts.values()) == 100 - 30 + 5 - 2
        assert value("private_cost", run, run, terms) == 0


def test_descent_by_hand() -> None:
    """Two founders; 2 splits from 0, 3 from 2; 4 came from nowhere."""
    assert trial.families(np.array([-1, -1, 0, 2, -1]), 2).tolist() == [0, 1, 0, 0, -1]


def test_permanence_beyond_the_horizon_is_refused_with_the_year() -> None:
    why = score_measures()["permanence_10"].why
    assert why
    assert why(Case(record(), record(), TERMS)).en.endswith(
        "the horizon ends in 2010, 10 years after the last payment would be 2015"
    )


def paid(**sums: float) -> dict[str, np.ndarray]:
    """A run in which 100 yuan were drawn."""
    zero = dict.fromkeys(trial.SUMS, 0.0)
    return record(**{f"sum.{name}": total for name, total in (zero | {"drawn": 100.0} | sums).items()})


def test_who_pays_by_hand() -> None:
    """The downstream sends 100 and gets 30 back from the county; what buyers pay is no public money."""
    run, down = paid(sent=30), dataclasses.replace(TERMS, funded_by="downstream")
    assert value("cost_downstream", run, run, down) == 70
    assert value("cost_county", run, run, down) == 30
    assert value("public_cost", run, run, down) == 100
    run, bought = paid(), dataclasses.replace(TERMS, funded_by="buyers")
    assert (value("private_cost", run, run, bought), value("public_cost", run, run, bought)) == (100, 0)


def test_where_nobody_is_under_contract_nothing_is_counted_of_participants() -> None:
    """Not a nought, which would read as an offer that nobody took."""
    works = dataclasses.replace(TERMS, land=False, people=False)
    run = paid()
    for name in ("area_enrolled", "households_enrolled", "household_cost", "participation_fifth_1", "additionality"):
        assert math.isnan(value(name, run, run, works))
        why = score_measures()[name].why
        assert why
        assert "not defined: " in why(Case(run, run, works)).en


def test_every_measure_has_words_in_two_languages_and_a_group() -> None:
    for measure in score_measures().values():
        assert measure.en
        assert any("\u4e00" <= sign <= "\u9fff" for sign in measure.zh)
        assert measure.meaning.endswith(".")
        assert measure.matters > 0
        assert (measure.count is None) == (measure.kind == "ratio")


# The plan -------------------------------------------------------------------------------------------------


def test_the_twin_keeps_the_background_and_each_variant_adds_one_scheme(tiny) -> None:
    old = {"scenario.start": 2005, "scenario.schemes": "grain_for_green_1,grain_for_green_2,kd_engineering"}
    plan = tiny("grain_for_green_1", "living_allowance", changes=old)
    assert plan.base.scenario.schemes == ("grain_for_green_2", "kd_engineering")
    assert plan.runs["living_allowance"].scenario.schemes == (*plan.base.scenario.schemes, "living_allowance")


def test_the_horizon_reaches_ten_years_beyond_the_last_payment() -> None:
    """Second round: contracts of 2020 are paid to 2024, and from 2025 for five years more."""
    plan = study.plan(["grain_for_green_2"])
    assert (plan.dates.last_paid["grain_for_green_2"], plan.dates.end) == (2029, 2039)
    assert study.plan(["living_allowance"]).dates.end == 2020  # without a term: the scenario's end
    assert study.plan(["grain_for_green_2"], years=30).dates.end == 2019


def test_every_scheme_gets_the_equal_budget(tiny) -> None:
    plan = tiny("grain_for_green_1", "kd_engineering", budget="5e4", changes={"scenario.start": 2005})
    assert {plan.base.schemes[name].budget for name in plan.schemes} == {5e4}
    assert plan.base.schemes["grain_for_green_2"].budget != 5e4


def test_without_a_government_there_is_nothing_to_compare(tiny) -> None:
    with pytest.raises(ParameterError, match=r"government\.on is false"):
        tiny(changes={"government.on": False})


# Runs -----------------------------------------------------------------------------------------------------


def test_one_worker_and_two_give_the_same_bytes_and_a_second_start_runs_nothing(tiny, tmp_path, monkeypatch) -> None:
    plan = tiny()
    first = carry_out(plan, tmp_path / "one", workers=1)
    assert carry_out(plan, tmp_path / "two", workers=2) == first
    monkeypatch.setattr(comparison, "run_and_keep", None)  # nothing is left to run
    assert carry_out(plan, tmp_path / "one") == first
    frame = pd.read_csv(tmp_path / "one" / "scores.csv")
    assert set(frame["kind"]) == {"difference", "scheme only", "ratio"}
    assert frame.query("measure == 'area_enrolled'")["mean"].item() > 0.5
    assert not list((tmp_path / "one").rglob("*.tmp"))
    told = json.loads(first["study.json"])
    assert (told["pairs"], told["planned_pairs"], told["stopped"]["enough"]) == (2, 2, False)
    assert told["stopped"]["words"]["en"].startswith("all 2 pairs asked for were run")


def test_stopped_and_damaged_it_goes_on_to_the_same_bytes(tiny, tmp_path, monkeypatch) -> None:
    plan, done = tiny(), []
    whole = carry_out(plan, tmp_path / "whole")

    def ctrl_c_at_the_third(*job: object) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        trial.run_and_keep(*job)  # type: ignore[arg-type]
        done.append(job)

    monkeypatch.setattr(comparison, "run_and_keep", ctrl_c_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, tmp_path / "part")
    assert not (tmp_path / "part" / "study.json").exists()
    parts = sorted((tmp_path / "part" / "parts").iterdir())
    assert len(parts) == 2
    parts[0].write_bytes(parts[0].read_bytes()[:700])  # as after a crash of the disk
    (tmp_path / "part" / "parts" / f".half.npz.{keeping.HOST}.999999999.tmp").write_bytes(b"half")
    jobs = []
    monkeypatch.setattr(comparison, "run_and_keep", lambda *job: (jobs.append(job), trial.run_and_keep(*job)))
    assert carry_out(plan, tmp_path / "part") == whole
    assert len(jobs) == 2 + 1
    assert len(list((tmp_path / "part" / "parts").iterdir())) == 4


def test_a_scheme_that_pays_nothing_is_no_scheme_to_the_last_bit(tiny, tmp_path) -> None:
    """Every difference is exactly 0, and what would be divided by it is refused."""
    carry_out(tiny(changes=UNPAID), tmp_path / "unpaid")
    frame = pd.read_csv(tmp_path / "unpaid" / "scores.csv")
    gaps = frame[(frame["kind"] == "difference") & (frame["verdict"] != "refused")]
    assert len(gaps) > 25
    assert (gaps[["mean", "low", "high", "simultaneous_low", "simultaneous_high"]] == 0).all(axis=None)
    ratios = frame[frame["kind"] == "ratio"]
    assert (ratios["verdict"] == "refused").all()
    assert ratios["words_en"].str.contains("no public money is spent").all()
    maps = np.load(tmp_path / "unpaid" / "maps.npz")
    assert all((maps[name] == 0).all() for name in maps.files if name != "elevation")
    told = json.loads((tmp_path / "unpaid" / "study.json").read_text(encoding="utf-8"))
    assert told["schemes"][0]["note"]["en"] == "nothing was spent on it"


def test_equal_arrays_have_equal_bytes_and_come_back() -> None:
    arrays = {"none": np.array(1.5), "some": np.arange(6).reshape(2, 3)}
    assert keeping.packed(arrays) == keeping.packed(dict(arrays))


def test_pairs_end_when_the_primary_difference_is_narrow_and_no_later_one_is_used(tiny, tmp_path, monkeypatch) -> None:
    """From the second pair on the half-width is below 2 ha; five further pairs like it end it at seven."""
    monkeypatch.setattr(study, "FIRST", 2)
    plan = tiny(pairs=None)
    luck = np.random.default_rng(1).normal(30, 0.1, study.MOST)
    at = trial.INDICATORS.index(study.PRIMARY)

    def invented_run(folder: Path, params, seed: int, pair: int, dates, name: str) -> None:
        row = np.zeros((1, len(trial.INDICATORS)))
        row[0, at] = luck[pair] if name == TWIN else 1.5 * luck[pair] - 3
        keeping.Parts(folder).keep(pair, name, {"indicators": row})

    used = []
    monkeypatch.setattr(comparison, "run_and_keep", invented_run)
    monkeypatch.setattr(comparison, "count", lambda plan, done, stops: used.append((len(done), stops)))
    comparison.gather(plan, comparison.open_folder(plan, tmp_path / "x"), 1)
    ((runs, stops),) = used
    (stop,) = stops.values()
    assert stop.pairs == 7
    assert runs == 2 * 7
    assert "for 5 further pairs" in stop.reason


def test_a_number_of_pairs_that_was_asked_for_is_run_to_the_last(tiny) -> None:
    """However narrow the interval; without a number sixty are the most."""
    rule = tiny(pairs=9).rule
    assert replay(rule, [1.0] * 9).pairs == 9
    assert (rule.first, rule.most) == (9, 9)
    assert replay(tiny(pairs=None).rule, [1.0] * 60).pairs == 20 + rule.guard
    assert replay(tiny(pairs=None).rule, [0.0, 90.0] * 60).pairs == 60


# The command ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["grain_for_green_3"], "grain_for_green_2"),
        (["grain_for_green_2", "grain_for_green_2"], "named twice"),
        (["grain_for_green_2", "--pairs", "1"], "two pairs or more"),
        (["grain_for_green_2", "--years", "0"], "at least one year"),
        (["grain_for_green_2", "--equal-budget", "0"], "above 0"),
        (["grain_for_green_2", "--equal-budget", "-5"], "above 0"),
        (["grain_for_green_2", "--equal-budget", "much"], "above 0"),
        (["grain_for_green_2", "--seed", "-1"], "from 0 up"),
        (["grain_for_green_2", "--years", "10"], "outside the years compared, 1990 to 1999"),
        (["grain_for_green_1", "--scenario", "vilage"], "village"),
        (["nowhere.toml"], "nowhere.toml"),
        (["grain_for_green_2", "--out", "taken"], "holds no comparison"),
        (["grain_for_green_2", "--out", "other"], "another comparison"),
        (["grain_for_green_2", "--out", "file.txt"], "is a file"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(tmp_path: Path, monkeypatch, words: list[str], hint: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("taken/notes.txt", "other/plan.json", "file.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    answer = village("compare", *words)
    assert answer.exit_code == 2, answer.output
    (said,) = answer.stderr.splitlines()
    assert hint in said
    assert sorted(tmp_path.rglob("*")) == before


def test_the_command_shows_a_table_for_people(tiny, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    changes = [word for path, value in HERE.items() for word in ("--set", f"{path}={value}")]
    words = ["compare", "grain_for_green_1", *changes, "--pairs", 2, "--years", 4, "--workers", 1]
    answer = village(*words)
    assert answer.exit_code == 0, answer.output
    (folder,) = (tmp_path / "runs").iterdir()
    assert set(FILES) < {path.name for path in folder.iterdir()}
    for text in (
        "grain_for_green_1",
        "area enrolled",
        "yuan of 2020",
        "pairing",
        "all 2 pairs asked for",
        "scores.csv",
        "report.html",
    ):
        assert text in answer.output
    told = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    assert told["command"].startswith("village-abm compare grain_for_green_1 --pairs 2 --years 4")
    assert "--workers" not in told["command"]
    monkeypatch.setattr(comparison, "gather", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    answer = village(*words)
    assert answer.exit_code == 130
    assert "the same command goes on from there" in answer.stderr


def test_every_measure_stands_in_the_page_about_comparing() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs" / "compare.md").read_text(encoding="utf-8")
    assert [name for name in score_measures() if f"| `{name}` |" not in text] == []


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_told_to_end_it_leaves_whole_parts_and_no_worker(tmp_path: Path) -> None:
    words = ["compare", "grain_for_green_1", "--pairs", "6", "--years", "15", "--set", "land.lines=40"]
    command = [sys.executable, "-m", "village_abm.cli", *words, "--set", "land.columns=40", "--workers", "2"]
    child = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    limit = time.monotonic() + 300
    while not list(tmp_path.glob("runs/compare-*/parts/*.npz")) and time.monotonic() < limit:
        time.sleep(0.05)
    workers = psutil.Process(child.pid).children(recursive=True)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "the same command goes on from there" in said
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive
    (folder,) = (tmp_path / "runs").iterdir()
    assert not (folder / "study.json").exists()
    assert len(keeping.Parts(folder / "parts").done()) == len(list((folder / "parts").glob("*.npz"))) > 0
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert again.returncode == 0, again.stderr
