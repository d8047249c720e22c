"""Statements as tables to be read: numbers as readers know them, with their units, and what is said under them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from village_abm.report import flow, words
from village_abm.report.reading import Run
from village_abm.report.tables import Sheet
from village_abm.report.words import Text

LONG = 40
# What stands first in its section; the others follow in the order of the record.
FIRST = ("gep", "realised", "cascade", "assets", "poverty", "revitalisation")
FLOWS = "_flows"
"""How the name of a statement ends that says what runs from where to where in the one it is named after."""


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is, its unit where columns have none, its numbers, whether it sums others."""

    label: Text
    unit: Text
    cells: list[str]
    total: bool


@dataclass(frozen=True)
class Table:
    """A statement as it is shown."""

    name: str
    title: Text
    heads: list[tuple[Text, Text]]
    """Columns: words and unit, the unit empty where the lines have their own."""
    lines: list[Line]
    notes: list[Text]
    drawn: flow.Flow | None
    """What runs from where to where, where another statement tells it."""

    @property
    def sums(self) -> list[Line]:
        """Of a long table the lines that sum others, to be read first; nothing of a short one."""
        sums = [line for line in self.lines if line.total]
        return sums if len(self.lines) > LONG and len(sums) > 1 else []

    @property
    def units(self) -> bool:
        """Whether the lines have units of their own."""
        return any(line.unit.en for line in self.lines)


def tables(run: Run, group: str) -> list[Table]:
    """The statements of a group; one that tells the flows of another is drawn beside that."""
    return [_table(run, name) for name in _names(run, group)]


def sheets(run: Run, group: str) -> list[Sheet]:
    """The statements of a group, and the flows drawn beside them, to be downloaded."""
    names = _names(run, group)
    return [_sheet(name, run.statements[name]) for name in names + [n + FLOWS for n in names]
            if name in run.statements]  # fmt: skip


def _names(run: Run, group: str) -> list[str]:
    held = run.statements
    here = [name for name, told in held.items() if told["group"] == group]
    shown = [name for name in here if not (name.endswith(FLOWS) and name.removesuffix(FLOWS) in held)]
    return sorted(shown, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def unit_of(column: dict[str, Any], line: dict[str, Any]) -> str:
    """The unit of a cell: that of its column, or where the column has none that of its line."""
    return str(column["unit"] or line["unit"])


def _capital(told: dict[str, Any]) -> Text:
    return Text(told["en"][:1].upper() + told["en"][1:], told["zh"])


def _value(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _table(run: Run, name: str) -> Table:
    told = run.statements[name]
    columns = told["columns"]
    mixed = any(not column["unit"] for column in columns)
    lines = [
        Line(
            _capital(line),
            words.unit(line["unit"]) if mixed and line["unit"] else Text("", ""),
            [
                words.number(_value(value), unit_of(column, line))
                for column, value in zip(columns, line["values"], strict=True)
            ],
            line["total"],
        )
        for line in told["lines"]
    ]
    heads = [(_capital(c), words.unit(c["unit"]) if c["unit"] else Text("", "")) for c in columns]
    flows = run.statements.get(name + FLOWS, told if name.endswith(FLOWS) else None)
    return Table(
        name,
        _capital(told),
        heads,
        lines,
        [Text(*note) for note in told["notes"]],
        flow.drawn(flows) if flows else None,
    )


def _sheet(name: str, told: dict[str, Any]) -> Sheet:
    head = [Text("name", "名称"), Text("line", "项目"), Text("unit", "单位")]
    columns = [
        Text(f"{c['en']} [{c['unit']}]", f"{c['zh']} [{c['unit']}]") if c["unit"] else Text(c["en"], c["zh"])
        for c in told["columns"]
    ]
    lines = [[li["name"], Text(li["en"], li["zh"]), li["unit"], *map(_value, li["values"])] for li in told["lines"]]
    return Sheet(name, [*head, *columns], lines)
