"""What a visitor moves and hands on: numbers found by word, a scenario file and a link that give the same village."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_abm.load import Params, load_params
from village_abm.params import Number, ParameterError
from village_abm.view import settings
from village_abm.view.chosen import Chosen, address, addressed, handed_in, scenario_file, shipped, toml
from village_abm.view.settings import Knob

HAN = re.compile("[\u4e00-\u9fff]")
WEIGHT = "people.migration.wage_weight"
VILLAGES = [
    Chosen(),
    Chosen("drought", 7, {WEIGHT: 0.5, "series.migrant_wage.scale": 1.1}, ("rangers",)),
    Chosen("village", None, {WEIGHT: "0.5", "scenario.end": "2005", "tourism.on": "false"}, ()),
    Chosen("village", None, {"land.terrain.spacing.scale": 1.2, "ecology.soil.leakage_at": "outlet"}),
]
OWN = """
label = { en = "Two villages", zh = "两个村" }
start = 1990
end = 2000
burn_in = 1985
seed = 5
schemes = ["rangers"]
packages = []
held_migration = ""
frozen_from = 0
allow_out_of_range = true
[[villages]]
name = "upper"
landform = "gorge"
households = 30
role = "ordinary"
[[villages]]
name = "lower"
landform = "plateau"
households = 40
role = "ordinary"
[set]
people.migration.wage_weight = 3.0
"""


@cache
def params() -> Params:
    return load_params()


@cache
def knobs() -> dict[str, Knob]:
    return {one.number.path: one for one in settings.knobs(params())}


def fingerprint(chosen: Chosen) -> str:
    return load_params(chosen.scenario, chosen.overrides()).fingerprint


@pytest.mark.parametrize("chosen", VILLAGES)
def test_the_file_that_is_handed_on_gives_the_same_village(chosen: Chosen, tmp_path: Path) -> None:
    file = tmp_path / "village.toml"
    file.write_text(scenario_file(chosen), encoding="utf-8")
    loaded = load_params(file)
    assert loaded.fingerprint == fingerprint(chosen)
    plan = load_params(chosen.scenario).scenario
    assert loaded.scenario.seed == (plan.seed if chosen.seed is None else chosen.seed)


@pytest.mark.parametrize("chosen", VILLAGES)
def test_a_file_handed_in_again_is_taken_up_as_what_it_was(chosen: Chosen, tmp_path: Path) -> None:
    again = handed_in("mine.toml", scenario_file(chosen), tmp_path)
    assert fingerprint(again) == fingerprint(chosen)
    assert again.scenario == chosen.scenario
    assert set(again.changes) == set(chosen.changes)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("chosen", VILLAGES)
def test_the_link_opens_the_same_village(chosen: Chosen) -> None:
    beside = Chosen(chosen.scenario, chosen.seed, chosen.changes, chosen.left, ("rangers", "kd_engineering"))
    found, language, wrong = addressed(address(beside, "zh"), Chosen())
    assert (fingerprint(found), found.seed, language, wrong) == (fingerprint(beside), beside.seed, "zh", "")
    assert (
        load_params(found.scenario, found.others()).fingerprint
        == load_params(beside.scenario, beside.others()).fingerprint
    )


def test_a_file_with_villages_of_its_own_is_kept_and_handed_on_whole(tmp_path: Path) -> None:
    plain = tmp_path / "plain.toml"
    plain.write_text(OWN, encoding="utf-8")
    desk = tmp_path / "desk"
    desk.mkdir()
    taken = handed_in("../two villages.toml", OWN, desk)
    assert [file.name for file in desk.iterdir()] == ["two villages.toml"]
    assert taken.changes == {WEIGHT: 3.0}
    assert fingerprint(taken) == load_params(plain).fingerprint
    handed_on = tmp_path / "on.toml"
    handed_on.write_text(scenario_file(taken), encoding="utf-8")
    assert load_params(handed_on).fingerprint == load_params(plain).fingerprint
    assert load_params(handed_on).scenario.seed == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("base = village", "no valid TOML"),
        ('base = "village"\ncolour = 1', "colour"),
        ('base = "beside"', "no shipped scenario"),
        ('base = "village"\nset = 3', "no table"),
        ('base = "village"\nseed = "x"', "seed"),
        ('base = "village"\nschemes = "rangers"', "schemes"),
        ('base = "village"\nschemes = ["manna"]', "manna"),
        (f'base = "village"\n[set]\n{WEIGHT} = 99', WEIGHT),
        ('base = "village"\n[set]\nnature.x = 1', "nature.x"),
        ("start = 1990", "missing"),
        ("x" * 2_000_000, "longer"),
    ],
)
def test_a_bad_file_is_refused_in_a_line_that_names_it(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError) as refused:
        handed_in("mine.toml", text, tmp_path)
    assert said in str(refused.value)
    assert str(refused.value).startswith("mine.toml")
    assert str(tmp_path) not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("scenario=atlantis", "atlantis"),
        ("scenario=/etc/passwd", "passwd"),
        ("seed=seven", "seven"),
        ("seed=-1", "-1"),
        ("set=nothing", "nothing"),
        ("set==3", "=3"),
        ("lang=fr", "fr"),
    ],
)
def test_what_makes_no_sense_in_a_link_is_said_and_left_out(search: str, said: str) -> None:
    told = Chosen("drought", 3, {WEIGHT: "0.5"})
    found, language, wrong = addressed(search, told)
    assert said in wrong
    assert (found, language) == (told, "en")


def test_the_link_says_more_than_the_command() -> None:
    told = Chosen("village", 3, {WEIGHT: "0.5", "scenario.schemes": "rangers"})
    assert addressed("", told)[0].left == ("rangers",)
    found, _, _ = addressed(f"seed=4&set={WEIGHT}=0.6&schemes=", told)
    assert (found.seed, found.changes, found.left, found.right) == (4, {WEIGHT: "0.6"}, (), None)
    assert addressed("scenario=drought", told)[0].changes == {}


words = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_written_as_toml_is_read_as_it_was(value: object) -> None:
    assert tomllib.loads(f"value = {toml(value)}")["value"] == value


def test_every_number_with_a_range_can_be_moved() -> None:
    scalar = {
        path for path, one in params().numbers.items() if one.range is not None and not isinstance(one.value, list)
    }
    assert scalar
    assert scalar <= set(knobs())


def test_switches_whole_numbers_and_choices_are_moved_as_such() -> None:
    assert knobs()["tourism.on"].kind == "switch"
    assert knobs()["people.ties.kin"].kind == "whole"
    assert knobs()[WEIGHT].kind == "real"
    assert knobs()["ecology.soil.leakage_at"].choices == ("slope", "outlet")
    assert "prospect" in knobs()["farm.choice.rule"].choices


def test_every_group_has_words_in_both_languages() -> None:
    for section in {one.section for one in knobs().values()}:
        said = settings.section_words(section, params())
        assert HAN.search(said.zh), section
        assert not HAN.search(said.en)
        first, _, second = section.partition(".")
        assert not second or first in ("uses", "schemes") or section in settings.PARTS, section


@pytest.mark.parametrize("query", ["wage_weight", "WAGE weight", "e-fold city wage", "外出务工 wage_weight"])
def test_a_number_is_found_by_path_meaning_and_chinese_group(query: str) -> None:
    found = settings.matching(list(knobs().values()), query, "")
    assert WEIGHT in [one.number.path for one in found]
    assert len(found) < 10
    assert settings.matching(list(knobs().values()), query, "land.terrain") == []


def test_groups_count_what_they_hold_of_the_query() -> None:
    every = list(knobs().values())
    groups = settings.sections(every, params(), "", "en")
    assert sum(one["count"] for one in groups) == len(every)
    assert [one["name"] for one in settings.sections(every, params(), WEIGHT, "zh")] == ["people.migration"]


def number(low: float, high: float) -> Number:
    return Number("a.b", 1.0, "m", (low, high), "est", "estimate", None, "", "", "m", "a.toml")


@pytest.mark.parametrize(("low", "high", "step"), [(0, 60, 1), (0, 1, 0.01), (0.4, 1.5, 0.02), (0, 30000, 500)])
def test_a_press_of_a_key_moves_a_round_part_of_the_range(low: float, high: float, step: float) -> None:
    assert settings.step(number(low, high), "real") == pytest.approx(step)
    assert settings.step(number(low, high), "whole") == 1


def test_ranges_over_more_than_two_decades_are_logarithmic() -> None:
    assert settings.logarithmic(number(10, 2000))
    assert not settings.logarithmic(number(10, 1000))
    assert not settings.logarithmic(number(0, 2000))


def test_a_number_moved_is_told_with_what_it_was_and_gone_when_moved_back() -> None:
    changes = settings.move(params(), {}, WEIGHT, 0.5)
    (told,) = settings.different(params(), changes, "en")
    assert (told["path"], told["was"], told["now"], told["wrong"]) == (WEIGHT, "0.9", "0.5", "")
    assert settings.move(params(), changes, WEIGHT, 0.9) == {}


def test_numbers_out_of_range_and_unknown_ones_are_kept_and_said() -> None:
    row = settings.row(knobs()[WEIGHT], params(), {WEIGHT: 99}, "en")
    assert row["value"] == 99
    assert "outside its range" in row["wrong"]
    assert settings.different(params(), {"nature.x": "1"}, "zh")[0]["now"] == "1"
    assert "no number" in settings.row(knobs()[WEIGHT], params(), {WEIGHT: "much"}, "zh")["wrong"]


def test_units_of_a_link_are_taken_into_those_of_the_file() -> None:
    path = "schemes.grain_for_green_2.budget"
    row = settings.row(knobs()[path], params(), {path: "200 kCNY/yr"}, "en")
    assert (row["value"], row["wrong"]) == (200_000, "") or "CNY" in row["wrong"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_says_its_source_and_how_sure_it_is(language: str) -> None:
    for one in knobs().values():
        assert " · " in settings.row(one, params(), {}, language)["about"]


def test_the_default_comes_first() -> None:
    assert shipped()[0] == "village"


def test_no_screen_is_needed() -> None:
    code = "import sys; import village_abm.view.settings, village_abm.view.chosen; assert 'solara' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_numbers_to_begin_with_are_numbers_of_the_default_village_and_come_first() -> None:
    params = load_params("village")
    first = settings.matching(settings.knobs(params), "", "")[: len(settings.FIRST)]
    assert [one.number.path for one in first] == list(settings.FIRST)
