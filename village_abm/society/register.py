"""Real households, people and plots: three CSV files, read and checked before a run begins."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agents.patch import LAND_KINDS
from agents.person import STATUSES
from village_abm.params import near
from village_abm.streams import permanent_id

Cell = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

OLDEST, MOST_SCHOOLING = 120, 25  # [yr]
PLACES = (("line", "column"), ("x", "y"))
ALLOTTED = tuple(kind for kind in LAND_KINDS if kind not in ("collective", "settlement"))
YES, NO = ("1", "true", "yes", "f", "female"), ("0", "false", "no", "m", "male")


class RegisterError(ValueError):
    """A register cannot be used; says file, row, column, why, and what to do."""


@dataclass(frozen=True)
class Register:
    """A village's register as plain arrays; households and people are numbered as their files run."""

    household_id: np.ndarray  # permanent ids; shape (households,)
    home: np.ndarray  # flat patch the house stands on
    person_id: np.ndarray  # permanent ids; shape (people,)
    household: np.ndarray  # number of the person's household
    age: np.ndarray  # [yr]
    female: np.ndarray
    schooling: np.ndarray  # [yr]
    status: np.ndarray  # index into STATUSES, -1 where not said
    spouse: np.ndarray  # number of the husband or wife, -1 none
    mother: np.ndarray  # number of the mother, -1 not in the register
    plot: np.ndarray  # flat patch; shape (plots,)
    holder: np.ndarray  # number of the household that holds the plot
    land_kind: np.ndarray  # index into LAND_KINDS, -1 where not said
    use: tuple[str, ...]  # name of the use, "" where not said

    @property
    def size(self) -> int:
        """How many households there are."""
        return len(self.household_id)


@dataclass(frozen=True)
class _Row:
    """One row of a file, with what is needed to say where it stands."""

    file: Path
    number: int
    cells: dict[str, str]

    def refuse(self, column: str, why: str, remedy: str) -> RegisterError:
        return RegisterError(f"{self.file}: row {self.number}, column '{column}': {why}. {remedy}")

    def word(self, column: str, known: Collection[str] | None = None, blank: bool = False) -> str:
        text = self.cells.get(column, "")
        if not text:
            if blank:
                return ""
            raise self.refuse(column, "is empty", "Fill it in.")
        if known is not None and text not in known:
            raise self.refuse(column, f"'{text}' is unknown", near(text, list(known)))
        return text

    def number_in(self, column: str, low: float, high: float, unit: str = "") -> float:
        text = self.word(column)
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.refuse(column, f"'{text}' is no number", "Write a number.")
        if not low <= value <= high:
            raise self.refuse(column, f"{value:g} lies outside {low:g} to {high:g}{unit}", "Correct it.")
        return value

    def whole(self, column: str, low: float, high: float, unit: str = "") -> int:
        value = self.number_in(column, low, high, unit)
        if value != int(value):
            raise self.refuse(column, f"{value:g} is no whole number", "Write a whole number.")
        return int(value)

    def truth(self, column: str) -> bool:
        text = self.word(column).lower()
        if text not in YES + NO:
            raise self.refuse(column, f"'{text}' is neither yes nor no", "Write 1 or 0.")
        return text in YES


def read_register(folder: Path, shape: tuple[int, int], cell: Cell, uses: Collection[str]) -> Register:
    """Read households.csv, people.csv and plots.csv of a folder; docs/data.md has the columns.

    `shape` is the grid's lines and columns, `cell(x, y)` gives line and column of projected coordinates [m],
    `uses` the names of uses. A plots.csv without rows leaves the land to be shared out by rule. Raises
    RegisterError.
    """
    if folder.is_file():
        raise RegisterError(f"{folder}: is a file. Give the folder with households.csv, people.csv and plots.csv.")
    if not folder.is_dir():
        raise RegisterError(f"{folder}: no such folder. Give one with households.csv, people.csv and plots.csv.")
    houses = _rows(folder / "households.csv", ("id",), (), placed=True)
    people = _rows(
        folder / "people.csv",
        ("id", "household", "age", "female", "schooling"),
        ("status", "spouse", "mother"),
    )
    plots = _rows(folder / "plots.csv", ("household",), ("land_kind", "use"), placed=True, may_be_empty=True)
    names = _numbers(houses)
    home = np.array([_patch(row, shape, cell, "the house") for row in houses], np.int64)
    persons = _numbers(people)
    of = np.array([_known(row, "household", names, "households.csv") for row in people], np.int64)
    empty = np.flatnonzero(np.bincount(of, minlength=len(names)) == 0)
    if len(empty):
        row = houses[empty[0]]
        raise row.refuse("id", f"household '{row.cells['id']}' has no people", "Add them to people.csv, or drop it.")
    female = np.array([row.truth("female") for row in people])
    age = np.array([row.whole("age", 0, OLDEST, " years") for row in people], np.int64)
    spouse, mother = (_links(people, persons, column) for column in ("spouse", "mother"))
    _check_families(people, age, female, spouse, mother)
    plot, holder = _plots(plots, shape, cell, names, home)
    kinds = [row.word("land_kind", ALLOTTED, blank=True) for row in plots]
    status = [row.word("status", STATUSES, blank=True) for row in people]
    return Register(
        household_id=np.array([permanent_id("register household", name) for name in names], np.int64),
        home=home,
        person_id=np.array([permanent_id("register person", name) for name in persons], np.int64),
        household=of,
        age=age,
        female=female,
        schooling=np.array([row.number_in("schooling", 0, MOST_SCHOOLING, " years") for row in people]),
        status=np.array([STATUSES.index(word) if word else -1 for word in status], np.int64),
        spouse=np.where(spouse >= 0, spouse, _back(spouse)),
        mother=mother,
        plot=plot,
        holder=holder,
        land_kind=np.array([LAND_KINDS.index(kind) if kind else -1 for kind in kinds], np.int64),
        use=tuple(row.word("use", uses, blank=True) for row in plots),
    )


def _rows(
    file: Path,
    needed: tuple[str, ...],
    optional: tuple[str, ...],
    placed: bool = False,
    may_be_empty: bool = False,
) -> list[_Row]:
    """The rows of a CSV file with a header that holds the needed columns and none that is unknown."""
    if file.is_dir():
        raise RegisterError(f"{file}: is a folder. Write it as a CSV file with columns {', '.join(needed)}.")
    if not file.is_file():
        raise RegisterError(f"{file}: no such file. Write it with columns {', '.join(needed)}; see docs/data.md.")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            header = [name.strip() for name in next(reader, [])]
            body = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RegisterError(f"{file}: cannot be read as CSV ({error}). Save it as CSV in UTF-8.") from None
    known = (*needed, *optional, *(name for pair in PLACES for name in pair if placed))
    for name in header:
        if name not in known:
            raise RegisterError(f"{file}: row 1: unknown column '{name}'. {near(name, known)}")
        if header.count(name) > 1:
            raise RegisterError(f"{file}: row 1: column '{name}' stands twice. Leave one out.")
    for name in needed:
        if name not in header:
            raise RegisterError(f"{file}: row 1: no column '{name}'. Add it; docs/data.md says what it holds.")
    if placed and sum(set(pair) <= set(header) for pair in PLACES) != 1:
        raise RegisterError(f"{file}: row 1: needs either columns line, column or columns x, y. Write one pair.")
    if not body and not may_be_empty:
        raise RegisterError(f"{file}: no rows. Write one line each.")
    for number, row in body:
        if len(row) != len(header):
            raise RegisterError(
                f"{file}: row {number}: {len(row)} cells, the header has {len(header)}. Correct the commas."
            )
    return [_Row(file, number, dict(zip(header, map(str.strip, row), strict=True))) for number, row in body]


def _numbers(rows: list[_Row]) -> dict[str, int]:
    """The number of each id of a file."""
    numbers: dict[str, int] = {}
    for row in rows:
        name = row.word("id")
        if name in numbers:
            raise row.refuse("id", f"'{name}' stands twice, first in row {rows[numbers[name]].number}", "Rename one.")
        numbers[name] = len(numbers)
    return numbers


def _known(row: _Row, column: str, numbers: dict[str, int], where: str) -> int:
    name = row.word(column)
    if name not in numbers:
        raise row.refuse(column, f"'{name}' is not in {where}", near(name, numbers))
    return numbers[name]


def _patch(row: _Row, shape: tuple[int, int], cell: Cell, what: str) -> int:
    """The flat patch a row stands on."""
    if "line" in row.cells:
        line, column = (row.whole(name, -np.inf, np.inf) for name in ("line", "column"))
    else:
        x, y = (np.array([row.number_in(name, -np.inf, np.inf)]) for name in ("x", "y"))
        line, column = (int(found[0]) for found in cell(x, y))
    if not (0 <= line < shape[0] and 0 <= column < shape[1]):
        first = "line" if "line" in row.cells else "x"
        raise row.refuse(
            first,
            f"{what} stands on no patch: line {line}, column {column}, the grid is {shape[0]} x {shape[1]}",
            "Correct the place, or choose a --window that holds it.",
        )
    return line * shape[1] + column


def _links(people: list[_Row], persons: dict[str, int], column: str) -> np.ndarray:
    """Numbers of the persons a column names, -1 where it is blank."""
    return np.array(
        [_known(row, column, persons, "people.csv") if row.cells.get(column) else -1 for row in people],
        np.int64,
    )


def _back(spouse: np.ndarray) -> np.ndarray:
    """Who names each person as husband or wife, -1 nobody."""
    named = np.full(len(spouse), -1, np.int64)
    who = np.flatnonzero(spouse >= 0)
    named[spouse[who]] = who
    return named


def _check_families(
    people: list[_Row], age: np.ndarray, female: np.ndarray, spouse: np.ndarray, mother: np.ndarray
) -> None:
    for number, row in enumerate(people):
        other, mum = spouse[number], mother[number]
        if other == number:
            raise row.refuse("spouse", "names the person itself", "Correct it.")
        if other >= 0 and ((spouse == other).sum() > 1 or spouse[other] not in (-1, number)):
            raise row.refuse("spouse", f"'{row.cells['spouse']}' is married to somebody else", "Correct one.")
        if mum >= 0 and not (female[mum] and age[mum] > age[number]):
            raise row.refuse("mother", f"'{row.cells['mother']}' is no older woman", "Correct it.")


def _plots(
    plots: list[_Row], shape: tuple[int, int], cell: Cell, names: dict[str, int], home: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Flat patch and holder of every plot; no patch twice, none under a house."""
    taken: dict[int, int] = {}
    houses, holders = set(home.tolist()), []
    for row in plots:
        patch = _patch(row, shape, cell, "the plot")
        first = "line" if "line" in row.cells else "x"
        if patch in taken:
            raise row.refuse(first, f"this patch is already held in row {taken[patch]}", "A patch has one holder.")
        if patch in houses:
            raise row.refuse(first, "a house stands on this patch", "Move the plot or the house by a patch.")
        taken[patch] = row.number
        holders.append(_known(row, "household", names, "households.csv"))
    return np.array(list(taken), np.int64), np.array(holders, np.int64)
