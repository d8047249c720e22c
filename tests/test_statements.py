"""Statements: a table names its columns and lines, and is written so that a reader of JSON can read it."""

import json
import math

import pytest

from village_abm import statements
from village_abm.experiments.tables import write_statements
from village_abm.statements import Account, Column, Line, Statement

COLUMNS = (Column("opening", "opening", "期初"), Column("closing", "closing", "期末"))


def test_a_line_has_a_number_under_every_column():
    with pytest.raises(ValueError, match="line soil: 1 values under 2 columns"):
        Statement(COLUMNS, (Line("soil", "soil", "土壤", (3.0,), "t"),))


def test_a_statement_is_written_with_its_words_and_without_numbers_that_are_none(tmp_path, monkeypatch):
    table = Statement(COLUMNS, (Line("soil", "soil", "土壤", (3.0, math.nan), "t"),), (("A note.", "说明。"),))

    def assets(scope):
        """What the village has."""
        return table

    monkeypatch.setitem(statements.ACCOUNTS, "assets", Account("assets", "value", "Assets", "资产", assets))
    write_statements(tmp_path / "statements.json", {"assets": table})
    told = json.loads((tmp_path / "statements.json").read_text(encoding="utf-8"))["assets"]
    assert (told["en"], told["zh"], told["group"], told["meaning"]) == (
        "Assets", "资产", "value", "What the village has.",
    )  # fmt: skip
    assert told["lines"][0]["values"] == [3.0, None]
    assert told["notes"] == [["A note.", "说明。"]]
