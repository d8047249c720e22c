"""Statements: accounts drawn up at the close of a run, each registered once; report and CSV follow from that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from village_abm.scope import Scope


@dataclass(frozen=True)
class Column:
    """A column of a statement; unit "" where each line names its own."""

    name: str
    en: str
    zh: str
    unit: str = ""


@dataclass(frozen=True)
class Line:
    """One line: what it is, a number a column (not a number where there is none), its unit, whether it sums others."""

    name: str
    en: str
    zh: str
    values: tuple[float, ...]
    unit: str = ""
    total: bool = False


@dataclass(frozen=True)
class Statement:
    """A table of numbers at the close of a run: columns, lines, and what is to be said under it."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[tuple[str, str], ...] = ()
    """Sentences under the table, (English, Chinese)."""

    def __post_init__(self) -> None:
        for line in self.lines:
            if len(line.values) != len(self.columns):
                raise ValueError(f"line {line.name}: {len(line.values)} values under {len(self.columns)} columns")

    def line(self, name: str) -> Line:
        """The line of this name; raises KeyError."""
        return {line.name: line for line in self.lines}[name]


@dataclass(frozen=True)
class Account:
    """A registered statement: name, group of the report it stands in, title, and what draws it up."""

    name: str
    group: str
    en: str
    zh: str
    draw_up: Callable[[Scope], Statement]

    @property
    def meaning(self) -> str:
        """The docstring of the function that draws it up."""
        return " ".join((self.draw_up.__doc__ or "").split())


ACCOUNTS: dict[str, Account] = {}


def statement(group: str, en: str, zh: str) -> Callable[[Callable[[Scope], Statement]], Callable[[Scope], Statement]]:
    """Register a function that draws up a statement under its own name."""

    def register(draw_up: Callable[[Scope], Statement]) -> Callable[[Scope], Statement]:
        ACCOUNTS[draw_up.__name__] = Account(draw_up.__name__, group, en, zh, draw_up)
        return draw_up

    return register
