"""Schemes of one's own: a few lines that build on a shipped scheme, and what is wrong with a file said in one line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from village_abm import cli
from village_abm.load import load_params
from village_abm.params import ParameterError
from village_abm.scheme_files import is_scheme_file, names_in

HIGHER = """
[higher]
base = "grain_for_green_2"
label = { en = "A fifth more", zh = "提高两成" }
targeting = "steepest_first"
payment.rate = { value = [600, 0, 360, 0, 480], unit = "CNY/mu" }
"""


def read(tmp_path: Path, text: str):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return load_params(scheme_files=[file])


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(ParameterError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path / 'mine.toml'}: ")  # which file
    assert str(error.value).endswith(".")  # and what to do, in a sentence
    return str(error.value).removeprefix(f"{tmp_path / 'mine.toml'}: ")


def test_what_a_scheme_does_not_say_it_takes_from_the_one_it_builds_on(tmp_path):
    params = read(tmp_path, HIGHER)
    mine, theirs = params.schemes["higher"], params.schemes["grain_for_green_2"]
    assert mine.payment.rate == pytest.approx([600 * 15, 0, 360 * 15, 0, 480 * 15])  # a hectare is 15 mu
    assert (mine.targeting, theirs.targeting) == ("steepest_first", "first_come")
    assert (mine.contract, mine.monitoring, mine.budget) == (theirs.contract, theirs.monitoring, theirs.budget)
    assert mine.label == {"en": "A fifth more", "zh": "提高两成"}
    differs = "What differs: targeting, payment.rate."
    assert mine.explanation["en"] == f"A variant of: Grain for Green, second round. {differs}"


def test_the_shipped_schemes_stay_what_they_are(tmp_path):
    assert {**read(tmp_path, HIGHER).schemes, "higher": None} == {**load_params().schemes, "higher": None}


def test_a_scheme_may_build_on_one_above_it(tmp_path):
    again = HIGHER + '\n[higher_still]\nbase = "higher"\nbudget = { value = 1000000, unit = "CNY/yr" }\n'
    params = read(tmp_path, again)
    assert params.schemes["higher_still"].payment == params.schemes["higher"].payment
    assert params.schemes["higher_still"].budget == 1e6
    assert names_in(tmp_path / "mine.toml") == ["higher", "higher_still"]


def test_a_range_is_taken_over_in_the_unit_that_is_written(tmp_path):
    text = '[mine]\nbase = "grain_for_green_2"\npayment.rate = { value = [9000], unit = "CNY/ha" }\n'
    assert read(tmp_path, text).numbers["schemes.mine.payment.rate"].range == (0, 30_000)  # 0 to 2,000 yuan a mu
    assert "30001] lies outside its range 0 to 30000" in refused(tmp_path, text.replace("9000", "30001"))


def test_a_number_of_ones_own_may_cite_a_source_of_ones_own(tmp_path):
    text = '[sources]\nsurvey = "A survey, 2024"\n[mine]\nbase = "grain_for_green_2"\n'
    text += 'budget = { value = 5, unit = "CNY/yr", source = "survey" }\n'
    params = read(tmp_path, text)
    number = params.numbers["schemes.mine.budget"]
    assert (params.sources[number.source], number.confidence) == ("A survey, 2024", "unverified")


def test_a_whole_scheme_needs_no_base(tmp_path):
    shipped = (Path(__file__).parents[1] / "params" / "schemes.toml").read_text(encoding="utf-8")
    table = shipped[shipped.index("[living_allowance]") :].replace("living_allowance", "mine")
    whole = table[: table.index("\n[", table.index("[mine.delivery]"))] if table.count("\n[") > 2 else table
    assert read(tmp_path, whole).schemes["mine"].payment == load_params().schemes["living_allowance"].payment


MINE = '[mine]\nbase = "grain_for_green_2"\n'


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        pytest.param(MINE + 'targetting = "x"', "schemes.mine", "Nearest known: targeting", id="unknown part"),
        pytest.param(
            MINE + 'payment.rate = { value = [-5], unit = "CNY/mu" }', "schemes.mine.payment.rate",
            "Take a value inside", id="negative rate",
        ),
        pytest.param(
            MINE + 'payment.rate = { value = [-5], unit = "CNY/mu", range = [-9, 9] }', "schemes.mine.payment.rate",
            "is negative. Write 0", id="negative rate in a range of its own",
        ),
        pytest.param(
            MINE + 'payment.rate = { value = [9, 9, 9, 9, 9, 9], unit = "CNY/mu" }', "schemes.mine",
            "payment.rate pays in 6 years, but contract.years is 5", id="payment year outside the contract",
        ),
        pytest.param(
            MINE + 'budget = { value = 9, unit = "CNY/mu" }', "schemes.mine.budget", "converts to CNY/yr",
            id="budget in the wrong unit",
        ),
        pytest.param(MINE + "budget = 9", "schemes.mine.budget", 'unit = "CNY/yr"', id="budget without a unit"),
        pytest.param(MINE + "budget = { value = 9 }", "schemes.mine.budget", 'unit = "CNY/yr"', id="no unit either"),
        pytest.param(MINE + "payment = 9", "schemes.mine.payment", "Write [mine.payment]", id="a number for a table"),
        pytest.param(MINE + "budget.most = 9", "schemes.mine.budget", "{ value =", id="a table for a number"),
        pytest.param(MINE + 'targeting = "best"', "schemes.mine.targeting", "Write one of them", id="unknown word"),
        pytest.param(MINE + "years = [2020, 2010]", "schemes.mine", "Turn them round", id="years turned round"),
        pytest.param(MINE + 'pays_for = "need"', "schemes.mine.pays_for", "Leave one", id="another rule than its base"),
        pytest.param('[mine]\nbase = "grain_for_gren_2"', "schemes.mine.base", "Nearest known", id="unknown base"),
        pytest.param("[mine]\nbudget = 9", "schemes.mine", "Write one of", id="no payment rule"),
        pytest.param("[grain_for_green_2]", "schemes.grain_for_green_2", "another name", id="name taken"),
        pytest.param("[Mine]", "schemes.Mine", "small letters", id="name with a capital"),
        pytest.param("budget = 9", "schemes.budget", "below [name_of_the_scheme]", id="no scheme around it"),
        pytest.param("", "no scheme", "Write [name_of_the_scheme]", id="empty"),
        pytest.param("[mine\nx = 1", "at line 1", "Correct that line", id="no TOML"),
        pytest.param("sources = 3", "[sources]", "Write lines", id="sources that are none"),
    ],
)  # fmt: skip
def test_is_refused_with_the_key_and_what_to_do(tmp_path, text, key, remedy):
    said = refused(tmp_path, text)
    assert key in said
    assert remedy in said


def test_a_file_of_an_editor_that_marks_its_encoding_is_read(tmp_path):
    file = tmp_path / "marked.toml"
    file.write_text(HIGHER, encoding="utf-8-sig")
    assert "higher" in load_params(scheme_files=[file]).schemes


def test_a_scenario_that_allows_it_takes_values_outside_their_range(tmp_path):
    scenario, mine = tmp_path / "free.toml", tmp_path / "mine.toml"
    scenario.write_text('base = "village"\nallow_out_of_range = true\n', encoding="utf-8")
    mine.write_text(HIGHER.replace("600", "2600"), encoding="utf-8")
    assert load_params(scenario, scheme_files=[mine]).schemes["higher"].payment.rate[0] == 2600 * 15
    mine.write_text(HIGHER.replace("600", "-600"), encoding="utf-8")
    with pytest.raises(ParameterError, match="is negative"):
        load_params(scenario, scheme_files=[mine])


def test_two_files_may_not_mean_different_sources_by_one_key(tmp_path):
    files = [tmp_path / name for name in ("a.toml", "b.toml")]
    for number, file in enumerate(files):
        text = f'[sources]\nme = "source {number}"\n[s_{number}]\nbase = "grain_for_green_2"\n'
        file.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"b\.toml: sources\.me means another source"):
        load_params(scheme_files=files)


def test_the_command_line_explains_the_schemes_of_a_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(HIGHER, encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["schemes", str(file)])
    assert said.exit_code == 0
    assert "A fifth more / 提高两成" in said.stdout
    assert "payment.rate = [600, 0, 360, 0, 480] CNY/mu" in said.stdout


def test_the_command_line_says_in_one_line_what_is_wrong_with_a_file(tmp_path, capfd):
    file = tmp_path / "mine.toml"
    file.write_text("[mine]\nbase = 'grain_for_green_2'\nbudgett = 3\n", encoding="utf-8")
    said = CliRunner().invoke(cli.app, ["schemes", str(file)])
    assert said.exit_code == 2
    assert "Nearest known: budget" in said.output + capfd.readouterr().err


@pytest.mark.parametrize(("word", "file"), [("mine.toml", True), ("./x/mine", True), ("grain_for_green_2", False)])
def test_a_word_with_the_ending_or_a_slash_is_a_file(word, file):
    assert is_scheme_file(word) is file
