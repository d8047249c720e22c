"""Parameters: every number names its source, one dotted path changes it, and a refusal says what to do."""

from __future__ import annotations

import dataclasses
import pickle
import re
import shutil
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from village_abm.explain import explain
from village_abm.load import Params, load_params
from village_abm.params import CONFIDENCES, Deflator, Number, ParameterError, near
from village_abm.records import params_folder, read_toml
from village_abm.units import factor, registry

PARAMS = load_params()
BULK = "ecology.soil.bulk_density"
SEEDLINGS = "schemes.grain_for_green_1.payment.seedlings"
RATES = "schemes.grain_for_green_1.payment.rate"


def at(params: Params, path: str) -> Any:
    """What stands at a dotted path of the frozen records."""

    def step(node: Any, name: str) -> Any:
        return node[name] if isinstance(node, dict) else getattr(node, name)

    return reduce(step, path.split("."), params)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the parameter files that a test may spoil."""
    folder = tmp_path / "params"
    shutil.copytree(params_folder(), folder)
    monkeypatch.setattr("village_abm.load.params_folder", lambda: folder)
    return folder


def rewrite(file: Path, pattern: str, by: str) -> None:
    """Spoil a file by replacing the one match of a pattern."""
    text, count = re.subn(pattern, by, file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count == 1, f"{pattern} not in {file.name}"
    file.write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------- the numbers themselves


def lacking(number: Number) -> list[str]:
    """What a number in the files fails to say about itself."""
    implied = {"est": "estimate", "fit": "estimate", "GK": "unverified", "derived": "derived"}
    said = {
        "a known source": all(key.strip() in PARAMS.sources for key in number.source.split(",")),
        "a confidence": number.confidence in CONFIDENCES,
        "the confidence of its source": number.confidence == implied.get(number.source, number.confidence),
        "a meaning": len(number.meaning) > 5,
        "what it was fitted to": number.source != "fit" or "fit" in number.note,
    }
    if number.needed is not None:
        said["a unit"] = bool(number.unit)
        said["a range that bounds a slider"] = bool(number.range and number.range[0] < number.range[1])
        said["a price base, if it is money"] = ("CNY" in number.needed) == (number.price_base is not None)
    return [f"{number.path} lacks {what}" for what, is_said in said.items() if not is_said]


def test_every_number_has_unit_range_source_confidence_and_meaning() -> None:
    assert len(PARAMS.numbers) > 500
    assert not [lack for number in PARAMS.numbers.values() for lack in lacking(number)]


def test_a_number_that_says_too_little_is_found() -> None:
    number = dataclasses.replace(PARAMS.numbers[SEEDLINGS], price_base=None, source="W999", range=(1, 1))
    assert len(lacking(number)) == 3


def test_a_path_in_the_files_is_a_path_in_the_records() -> None:
    for path, number in PARAMS.numbers.items():
        value = at(PARAMS, path)
        if number.needed is not None and not isinstance(number.value, list):
            assert isinstance(value, int | float), path


def test_numbers_keep_the_unit_of_their_source_and_reach_the_model_converted() -> None:
    assert (PARAMS.numbers[SEEDLINGS].value, PARAMS.numbers[SEEDLINGS].unit) == (50, "CNY/mu")
    assert at(PARAMS, SEEDLINGS) == 750  # yuan a hectare: 15 mu of 50 yuan


def test_money_of_a_year_becomes_yuan_of_2020_by_consumer_prices() -> None:
    prices = Deflator({2010: 0.781, 2020: 1.0})
    assert 100 * prices.to_2020("2010", "here") == pytest.approx(128.04, abs=0.005)
    with pytest.raises(ParameterError, match=r"here: price_base '1066' is no year .* between 2010 and 2020"):
        prices.to_2020("1066", "here")


def test_sources_and_inputs_are_cited_without_addresses() -> None:
    for file in params_folder().rglob("*.*"):
        if file.suffix in (".toml", ".csv"):
            assert "http" not in file.read_text(encoding="utf-8"), file.name


def test_targets_are_sourced_and_hold_no_figure_that_is_held_out() -> None:
    targets = read_toml(params_folder() / "targets.toml")
    assert {"P1", "P2", "P14", "B1.8"} <= {target["id"] for target in targets.values()}
    for name, target in targets.items():
        assert target.keys() - {"observed"} == {"id", "what", "window", "unit", "source", "role"}, name
        assert target["source"] in PARAMS.sources
        assert target["role"] in ("calibrate", "fitted", "pattern")
        assert target["window"][0] < target["window"][1]
        assert target["id"] not in ("B1.2", "B1.3", "B1.5", "B1.15", "B6", "X1")
        registry().parse_units(target["unit"])


# --------------------------------------------------------------------------------- one way to change one


@pytest.mark.parametrize(
    ("path", "value", "written"),
    [
        (BULK, 1.1, 1.1),
        (BULK, "1.1", 1.1),
        (BULK, "1100 kg/m3", 1.1),
        (SEEDLINGS, "900 CNY/ha", 60),  # 15 mu a hectare
        (SEEDLINGS, "60 yuan/mu", 60),
        (f"{RATES}.scale", 2, [40] * 8),
        (RATES, "[30, 30, 30, 30, 30, 30, 30, 30]", [30] * 8),
        ("land.lines", "60", 60),
    ],
)
def test_a_number_is_overridden_in_the_unit_of_its_file_or_in_its_own(path: str, value: Any, written: Any) -> None:
    params = load_params(overrides={path: value})
    path = path.removesuffix(".scale")
    assert params.numbers[path].value == pytest.approx(written)
    assert params.differences == {path: params.numbers[path].value}
    assert params.fingerprint != PARAMS.fingerprint


def test_a_list_is_replaced_before_it_is_scaled() -> None:
    params = load_params(overrides={f"{RATES}.scale": 2, RATES: [10] * 8})
    assert params.numbers[RATES].value == [20] * 8


# Ages of a use, shares of a whole and weights of an index bind one another, so one alone may be refused in its range.
BOUND = re.compile(
    r"uses\.\w+\.(lag|full_age|life_low|life_high|min_elevation|max_elevation)|schemes\.\w+\.spending\.\w+"
    r"|government\.index\.(cover|sound|soil)"
)
SCALARS = [
    path
    for path, number in PARAMS.numbers.items()
    if number.needed and isinstance(at(PARAMS, path), float) and not isinstance(number.value, list)
    if not BOUND.fullmatch(path)
]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SCALARS), st.floats(0, 1))
def test_any_value_inside_its_range_is_taken_and_converted(path: str, share: float) -> None:
    number = PARAMS.numbers[path]
    low, high = number.range
    value = min(low + share * (high - low), high)
    scale = factor(number.unit, number.needed)
    taken = at(load_params(overrides={path: value}), path)
    if number.price_base in (None, "nominal", "2020"):
        assert taken == pytest.approx(value * scale, rel=1e-12)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(SCALARS), st.floats(0.01, 10), st.booleans())
def test_any_value_outside_its_range_is_refused(path: str, beyond: float, above: bool) -> None:
    low, high = PARAMS.numbers[path].range
    width = (high - low) * beyond
    value = high + width if above else low - width
    assume(value != PARAMS.numbers[path].off)
    with pytest.raises(ParameterError, match=re.escape(path)):
        load_params(overrides={path: value})


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("ecology.soil.bulk_densty", 1.1, r"unknown parameter .* Nearest known: ecology\.soil\.bulk_density"),
        ("bulk_density", 1.1, r"Nearest known: ecology\.soil\.bulk_density"),
        (BULK, 9, r"bulk_density = 9 lies outside its range 1 to 1\.35\. .*allow_out_of_range"),
        (BULK, -1.2, r"outside its range"),
        (BULK, "heavy", r"'heavy' is no number\. Write one in g/cm\^3"),
        (BULK, True, r"True is no number"),
        (BULK, float("nan"), r"nan is not finite"),
        (BULK, [1.1, 1.2], r"where one number is needed"),
        (BULK, "3 kg", r"unit 'kg' does not come out as 'g/cm\^3'"),
        (BULK, "3 acre", r"unit 'acre' is unknown"),
        (
            f"{BULK}.scale",
            1.1,
            r"only a list of numbers or a series is scaled\. Write ecology\.soil\.bulk_density =",
        ),
        ("ecology.soil.leakage", 0.8, r"a list, overridden whole or by \.scale is needed"),
        ("ecology.soil.leakage", [0.8], r"1 values where 4 are needed"),
        ("ecology.soil.leakage", [0.8, 0.8, 0.8, 8], r"outside its range"),
        ("people.demography.marriage_ages", [60] * 7, r"each value must be greater than the one before"),
        ("ecology.desertification.depth_limits", "[10, 40, 20]", r"each value must be greater than the one before"),
        ("ecology.desertification.research_cover.scale", 0, r"each value must be less than the one before"),
        ("ecology.desertification.definition", "scores", r"'scores' is none of \['score', 'research'\]"),
        ("schemes.grain_for_green_1.eligible.uses", [1], r"1 is not a word"),
        ("schemes.grain_for_green_1.contract.voluntary", "maybe", r"'maybe' is not of the kind of False"),
        ("land.lines", 60.5, r"60\.5 is not a whole number"),
        ("series.wages", 1, r"unknown parameter 'series\.wages'\. Nearest known: series\."),
        ("series.migrant_wage.scale", 99, r"outside its range 0\.5 to 2"),
        ("series.cpi", 1.2, r"series\.cpi"),
        ("scenario.finish", 2000, r"unknown parameter 'scenario\.finish'\. Nearest known: scenario\."),
        ("scenario.end", "soon", r"'soon' is not a whole number"),
        ("scenario.end", 1980, r"end 1980 before start 1990"),
        ("scenario.schemes", "grain_for_gren_2", r"unknown scheme .*Nearest known: grain_for_green_2"),
        ("scenario.packages", ["closures"], r"unknown package 'closures'\. Nearest known: closure"),
        ("scenario.held_migration", "held", r"unknown series 'held'\. Known: held_migration"),
        ("scenario.held_migration", "cpi", r"unknown series 'cpi'"),
        ("scenario.frozen_from", 19, r"frozen_from 19\. Write 0"),
        ("scenario.seed", -1, r"seed -1 is negative"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(path: str, value: Any, complaint: str) -> None:
    with pytest.raises(ParameterError, match=complaint):
        load_params(overrides={path: value})


def test_the_nearest_names_come_first() -> None:
    assert near("bulk_densty", ["rain", "bulk_density"]) == "Nearest known: bulk_density."
    assert near("zzz", ["rain", "wind"]) == "Known: rain, wind."
    assert near("zzz", ["sky.rain", "sky.wind", "sea.salt"]) == "Known: sea, sky.", "what all names begin with"


# ------------------------------------------------------------------------------------- frozen and known


def test_parameters_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PARAMS.ecology.soil.bulk_density = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        PARAMS.series["cpi"].values[0] = 1


def test_parameters_travel_to_workers_unchanged() -> None:
    copy = pickle.loads(pickle.dumps(PARAMS))
    assert copy.fingerprint == PARAMS.fingerprint
    assert copy.ecology == PARAMS.ecology
    assert copy.series["cpi"].at(2010) == PARAMS.series["cpi"].at(2010)


def test_the_fingerprint_tells_worlds_apart_and_not_seeds_or_spellings() -> None:
    assert load_params().fingerprint == PARAMS.fingerprint
    assert load_params(overrides={"scenario.seed": 5}).fingerprint == PARAMS.fingerprint
    same = load_params(overrides={BULK: PARAMS.numbers[BULK].value})
    assert same.fingerprint == PARAMS.fingerprint
    assert same.differences == {}
    worlds = [
        {BULK: 1.1},
        {"series.migrant_wage.scale": 1.2},
        {"scenario.end": 2000},
        {"scenario.schemes": ""},
    ]
    prints = {load_params(overrides=world).fingerprint for world in worlds}
    assert len(prints | {PARAMS.fingerprint}) == 5


def test_what_differs_from_the_files_replays_the_run() -> None:
    changes = {BULK: "1100 kg/m3", "series.migrant_wage.scale": "1.2", "scenario.schemes": "kd_engineering"}
    changes |= {"scenario.end": "2005", "series.job_loss": "[[1990, 0.0], [2000, 0.5]]"}
    first = load_params("huanjiang", changes)
    second = load_params("huanjiang", first.differences)
    assert second.fingerprint == first.fingerprint
    assert second.scenario == first.scenario
    assert set(first.differences) == {*changes, *first.scenario.set}


# ------------------------------------------------------------------------------------ files with mistakes


@pytest.mark.parametrize(
    ("file", "pattern", "by", "complaint"),
    [
        (
            "ecology.toml",
            r"^bulk_density = \{",
            "bulk_density = ",
            r"ecology\.toml: no valid TOML: .*line \d+",
        ),
        ("ecology.toml", r"^bulk_density", "bulk_densty", r"ecology\.soil: unknown parameter 'bulk_densty'"),
        (
            "ecology.toml",
            r"^bulk_density.*$",
            "",
            r"ecology\.soil: 'bulk_density' is missing \(mass of dry soil",
        ),
        (
            "ecology.toml",
            r"^(bulk_density.*)value = \S+,",
            r"\1",
            r"bulk_density: no parameter\. Write \{ value",
        ),
        ("ecology.toml", r"^(bulk_density.*value = )\S+,", r"\1 'x',", r"bulk_density: 'x' is no number"),
        (
            "ecology.toml",
            r"^(bulk_density.*value = )\S+,",
            r"\1 7,",
            r"bulk_density = 7 lies outside its range",
        ),
        (
            "ecology.toml",
            r"^(bulk_density.*)unit = \S+,",
            r"\1",
            r"bulk_density: no unit\. Write unit = \"t/m\^3\"",
        ),
        ("ecology.toml", r"^(bulk_density.*unit = )\S+,", r'\1"mu",', r"'mu' does not come out as 't/m\^3'"),
        ("ecology.toml", r"^(bulk_density.*)range = \[.*?\],", r"\1", r"bulk_density: no range"),
        (
            "ecology.toml",
            r"^(bulk_density.*range = )\[.*?\]",
            r"\1[2, 1]",
            r"range \[2, 1\] is no \[low, high\]",
        ),
        (
            "ecology.toml",
            r"^(bulk_density.*source = )\"\w+\"",
            r'\1"GKK"',
            r"unknown source 'GKK'\. Nearest.*GK",
        ),
        (
            "ecology.toml",
            r"^(bulk_density.*source = )\"\w+\"",
            r'\1""',
            r"no source\. Name a key of sources\.toml",
        ),
        (
            "ecology.toml",
            r"^(bulk_density.*confidence = )\"\w+\"",
            r'\1"sure"',
            r"confidence 'sure'\. Write one of",
        ),
        (
            "ecology.toml",
            r"^(bulk_density.*)source",
            r"\1sauce",
            r"unknown key 'sauce'\. Nearest known: source",
        ),
        ("schemes.toml", r"^(seedlings.*)price_base = \S+,", r"\1", r"seedlings: money without price_base"),
        ("schemes.toml", r"^(seedlings.*price_base = )\S+,", r'\1"2020",', r"where nominal money is needed"),
        ("schemes.toml", r"^label.*$", 'label = { en = "one" }', r"no label\. Write \{ en"),
        ("series.toml", r"^\[cpi\]", "[cip]", r"series\.toml: unknown series 'cip'\. Nearest known: cpi"),
        ("series.toml", r"\"geometric\"", '"spline"', r"interpolation is one of linear, geometric, step"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_file_and_path(
    files: Path, file: str, pattern: str, by: str, complaint: str
) -> None:
    rewrite(files / file, pattern, by)
    with pytest.raises(ParameterError, match=complaint) as refusal:
        load_params()
    assert file in str(refusal.value)


def test_a_missing_file_is_named(files: Path) -> None:
    (files / "market.toml").unlink()
    with pytest.raises(ParameterError, match=r"market\.toml: no such file"):
        load_params()


# -------------------------------------------------------------------------------------------- scenarios


def test_shipped_scenarios_load_and_say_what_they_are() -> None:
    for file in (params_folder() / "scenarios").glob("*.toml"):
        scenario = load_params(file.stem).scenario
        assert scenario.name == file.stem
        assert scenario.label["en"]
        assert scenario.label["zh"]
        assert scenario.note


def test_the_default_is_the_village_from_1990_to_2020() -> None:
    scenario = PARAMS.scenario
    assert (scenario.name, scenario.burn_in, scenario.start, scenario.end) == ("village", 1980, 1990, 2020)
    assert [village.households for village in scenario.villages] == [260]
    assert scenario.schemes == ("grain_for_green_1", "kd_engineering", "grain_for_green_2")
    assert PARAMS.differences == {}


def test_huanjiang_has_a_village_to_leave_and_one_to_settle_in() -> None:
    scenario = load_params("huanjiang").scenario
    assert [village.role for village in scenario.villages] == ["leave", "settle"]
    assert set(scenario.packages) == {"relocation", "closure", "biogas"}
    assert scenario.schemes == PARAMS.scenario.schemes


def test_the_greening_twins_differ_in_migration_alone() -> None:
    many = load_params("greening")
    few = load_params("greening", {"scenario.held_migration": "held_migration_stay"})
    assert many.series[many.scenario.held_migration].at(2000) == 0.45  # the imposed path is not frozen
    assert few.series[few.scenario.held_migration].at(2000) == 0.05
    assert many.series["migrant_wage"].at(2012) == many.series["migrant_wage"].at(1990)
    assert many.series["cpi"].at(2012) == many.series["cpi"].at(1990)
    assert many.numbers == few.numbers
    assert at(many, SEEDLINGS) == at(PARAMS, SEEDLINGS)


def one_village(landform: str, households: int, role: str) -> str:
    """The text of a scenario with one village."""
    line = f'name = "a", landform = "{landform}", households = {households}, role = "{role}"'
    return f'base = "village"\nvillages = [{{ {line} }}]\n'


def own(folder: Path, text: str, name: str = "own") -> Path:
    """A scenario file of a user."""
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_user_scenario_inherits_and_sets_numbers_by_path(tmp_path: Path) -> None:
    file = own(tmp_path, f'base = "p1_1980"\nend = 1990\n[set]\n"{BULK}" = 1.1\n[set.land]\nlines = 60\n')
    params = load_params(file)
    assert (params.scenario.name, params.scenario.burn_in, params.scenario.end) == ("own", 1974, 1990)
    assert params.land.lines == 60
    assert params.differences == {BULK: 1.1, "land.lines": 60}
    assert load_params(str(file), {BULK: 1.05}).differences[BULK] == 1.05  # the caller has the last word


def test_a_scenario_may_leave_the_ranges_if_it_says_so(tmp_path: Path) -> None:
    text = f'base = "village"\n[set]\n"{BULK}" = 1.6\n'
    with pytest.raises(ParameterError, match=r"own\.toml \[set\]: ecology\.soil\.bulk_density = 1\.6 lies outside"):
        load_params(own(tmp_path, text))
    file = own(tmp_path, "allow_out_of_range = true\n" + text)
    assert load_params(file).ecology.soil.bulk_density == 1.6


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("end = 2000\n", r"'allow_out_of_range' is missing\. Add it, or inherit it by base = \"village\""),
        ('base = "vilage"\n', r"unknown name 'vilage'\. Nearest known: village"),
        ('base = "own"\n', r"inherits from itself"),
        ('base = "village"\nfinish = 2000\n', r"unknown key 'finish'"),
        ('base = "village"\nend = "2000"\n', r"end: '2000' is not a whole number"),
        ('base = "village"\nend = 1985\n', r"end 1985 before start 1990"),
        ('base = "village"\nburn_in = 1991\n', r"burn_in 1991 after start 1990"),
        ('base = "village"\nend = 2500\n', r"years outside 1951 to 2100"),
        ('base = "village"\nschemes = "kd"\n', r"schemes: 'kd' is no list"),
        ('base = "village"\nvillages = []\n', r"villages is empty"),
        ('base = "village"\nvillages = [{ name = "a" }]\n', r"villages, entry 1: 'landform' is missing"),
        (one_village("valley", 50, "leave"), r"unknown landform 'valley'\. Nearest known: trough_valley"),
        (one_village("gorge", -5, "leave"), r"households = -5\. Write 10 to"),
        (one_village("gorge", 50, "leaves"), r"unknown role 'leaves'\. Nearest known: leave"),
        (
            'base = "village"\n[set]\n"ecology.rain" = 1\n',
            r"own\.toml \[set\]: unknown parameter 'ecology\.rain'",
        ),
        ('base = "village"\nset = 3\n', r"own\.toml: set = 3: \[set\] is no table"),
        ("base = 3\n", r"own\.toml: base: 3 is not a word"),
        ('base = "village"\nvillages = [3]\n', r"villages, entry 1: 3 is no village"),
        (
            'base = "village"\nallow_out_of_range = true\n[set.uses.fruit]\nlag = 6\nfull_age = 5\n',
            r"uses\.fruit: lag = 6 exceeds full_age = 5",
        ),
        ('base = "village"\nend = \n', r"own\.toml: no valid TOML: .*line 2"),
    ],
)
def test_a_scenario_with_a_mistake_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ParameterError, match=complaint):
        load_params(own(tmp_path, text))


def test_a_file_may_have_the_name_of_the_shipped_scenario_it_builds_on(tmp_path: Path) -> None:
    file = own(tmp_path, 'base = "village"\nend = 1999\n', "village")
    assert (load_params(file).scenario.end, load_params(file).scenario.start) == (1999, 1990)


def test_a_mistake_is_told_with_the_file_it_stands_in(tmp_path: Path) -> None:
    own(tmp_path, 'base = "village"\nend = "soon"\n', "village")
    heir = own(tmp_path, 'base = "village"\nstart = 1990\n')
    with pytest.raises(ParameterError, match=r"[\\/]village\.toml: end: 'soon'"):
        load_params(heir)
    own(tmp_path, 'base = "village"\nfinish = 1999\n', "village")
    with pytest.raises(ParameterError, match=r"[\\/]village\.toml: unknown key 'finish'"):
        load_params(heir)


def test_files_that_build_on_one_another_are_refused(tmp_path: Path) -> None:
    own(tmp_path, 'base = "own"\n', "other")
    with pytest.raises(ParameterError, match=r"inherits from itself"):
        load_params(own(tmp_path, 'base = "other"\n'))


def test_a_scenario_is_left_without_schemes_by_an_empty_word() -> None:
    assert load_params(overrides={"scenario.schemes": ""}).scenario.schemes == ()


def test_an_unknown_scenario_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match=r"unknown name 'huanjang'\. Nearest known: huanjiang"):
        load_params("huanjang")
    with pytest.raises(ParameterError, match=r"nowhere\.toml: no such file"):
        load_params("nowhere.toml")


# ------------------------------------------------------------------------------------------ explanation


def test_a_number_is_explained_with_value_unit_source_and_meaning() -> None:
    (row,) = explain(PARAMS, BULK)
    assert (row["path"], row["value"], row["unit"], row["range"]) == (BULK, 1.2, "g/cm^3", (1.0, 1.35))
    assert row["source"].startswith("GK: General knowledge")
    assert row["confidence"] == "unverified"
    assert "soil" in row["meaning"]


def test_a_prefix_lists_what_is_under_it() -> None:
    paths = [row["path"] for row in explain(PARAMS, "ecology.soil")]
    assert BULK in paths
    assert all(path.startswith("ecology.soil.") for path in paths)
    assert explain(PARAMS, "ecology.soil.") == explain(PARAMS, "ecology.soil")
    with pytest.raises(ParameterError, match=r"'zzz'\. Known: accounting, climate, cooperatives, ecology, .*series, "):
        explain(PARAMS, "zzz")
    assert len(explain(PARAMS)) == len(PARAMS.numbers) + len(PARAMS.series)
    (wage,) = explain(PARAMS, "series.migrant_wage")
    assert wage["value"][1990] == 282
    assert "W54" in wage["source"]
    with pytest.raises(ParameterError, match=r"unknown parameter 'ecology\.soli'\. Nearest known: ecology\.soil"):
        explain(PARAMS, "ecology.soli")
