"""docs/schemes.md: every scheme once, as its file has it, and commands that can be typed as they stand."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
import typer

from village_abm import cli, commands
from village_abm.experiments import study
from village_abm.load import load_params
from village_abm.records import params_folder, read_toml
from village_abm.scenario import shipped_scenarios

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "schemes.md").read_text(encoding="utf-8")
LIST, _, REST = PAGE.partition("## Which pathway for what")
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (\w+) \| (\w+) \|", flags=re.M)
HEADS = {
    "Rights trading": "rights_trading",
    "Governance": "governance_premium",
    "Industrial operation": "industrial_operation",
    "Compensation": "compensation",
}
LINES = re.findall(r"`village-abm ((?:run|compare) [^`]+)`", REST)


@cache
def schemes():
    return read_toml(params_folder() / "schemes.toml")


def listed():
    """Rows of the list: scheme, who leads, who pays, rule, mechanism of the heading they stand under."""
    rows = []
    for part in LIST.split("\n### ")[1:]:
        mechanism = next(word for head, word in HEADS.items() if part.startswith(head))
        rows += [(*found, mechanism) for found in ROW.findall(part)]
    return rows


@cache
def typed(line):
    """What the command line makes of a line of the page: command and its options."""
    name, *words = shlex.split(line)
    command = typer.main.get_command(cli.app).commands[name]
    with command.make_context(name, words) as context:
        return name, context.params


def test_the_page_lists_every_scheme_once_and_none_that_is_not_there():
    assert sorted(row[0] for row in listed()) == sorted(schemes())


def test_a_scheme_stands_under_its_mechanism_with_who_leads_who_pays_and_its_rule():
    for name, *told in listed():
        keys = ("led_by", "funded_by", "pays_for", "mechanism")
        assert told == [schemes()[name][key]["value"] for key in keys], name


def test_every_scheme_of_the_file_is_in_some_command():
    compared = {scheme for name, told in map(typed, LINES) if name == "compare" for scheme in told["schemes"]}
    assert compared == set(schemes())


@pytest.mark.parametrize("number", range(19))
def test_each_of_the_comparisons_has_a_command(number):
    (row,) = re.findall(rf"^\| S{number} \|.*", REST, flags=re.M)
    assert "`village-abm " in row


def test_every_command_of_the_page_can_be_typed():
    assert len(LINES) > 30
    for line in LINES:
        name, told = typed(line)
        if told["scenario"]:
            assert told["scenario"] in shipped_scenarios(params_folder()), line
        if name == "compare":
            assert set(told["schemes"]) <= set(schemes()), line
        commands.overrides(told["change"] or [])


def test_a_command_with_a_slip_is_noticed():
    with pytest.raises(Exception, match="No such option: --scenari"):
        typed("compare forest_bank --scenari drought")


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_page_loads_what_it_would_run(line):
    name, told = typed(line)
    changes = commands.overrides(told["change"] or [])
    if name == "compare":
        plan = study.plan(told["schemes"], scenario=told["scenario"], changes=changes)
        assert plan.schemes == tuple(told["schemes"])
    else:
        load_params(told["scenario"], changes)
