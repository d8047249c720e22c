"""Points of a design from a table beside its specification: CSV or Parquet, a row a point and a column a path."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

from village_abm.params import ParameterError

Rows = dict[int, dict[str, Any]]
"""Points by the number that their row has in the file."""


def read_points(file: Path) -> Rows:
    """The points of a table; a cell left empty changes nothing. Raises ParameterError with file, row and column.

    Rows of a CSV file are numbered as a spreadsheet does, its heading being row 1, those of Parquet from 1 on.
    """
    if not file.is_file():
        raise ParameterError(f"design.file: {file}: no such file. Check the name; it stands beside the specification.")
    if file.suffix not in _READERS:
        raise ParameterError(f"design.file: {file}: neither .csv nor .parquet. Save the table as one of them.")
    rows = _READERS[file.suffix](file)
    if not rows:
        raise ParameterError(f"design.file: {file}: no row of values. Write a row for every point.")
    return rows


def _csv(file: Path) -> Rows:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = csv.reader(text)
            heading = [name.strip() for name in next(lines, [])]
            _refuse_headings(heading, file)
            rows: Rows = {}
            for number, cells in enumerate(lines, start=2):
                if len(cells) > len(heading):
                    raise ParameterError(
                        f"design.file: {file}, row {number}: {len(cells)} cells under {len(heading)} headings. "
                        f"Put lists in quotes."
                    )
                found = {name: _value(cell.strip(), file, number, name) for name, cell in zip(heading, cells)}  # noqa: B905
                if cells:
                    rows[number] = {name: value for name, value in found.items() if value is not None}
            return rows
    except (UnicodeDecodeError, csv.Error) as error:
        raise ParameterError(f"design.file: {file}: no CSV file ({error}). Save it as CSV, UTF-8.") from None


def _parquet(file: Path) -> Rows:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
    except pa.ArrowInvalid as error:
        raise ParameterError(f"design.file: {file}: no Parquet file ({error}). Write it anew.") from None
    _refuse_headings(table.column_names, file)
    return {
        number: {name: _number(value, file, number, name) for name, value in row.items() if value is not None}
        for number, row in enumerate(table.to_pylist(), start=1)
    }


_READERS = {".csv": _csv, ".parquet": _parquet}


def _refuse_headings(names: list[str], file: Path) -> None:
    if not names or not all(names):
        raise ParameterError(f"design.file: {file}: a column without a heading. Write the path of a parameter there.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ParameterError(f"design.file: {file}, column {twice}: it stands twice. Write it once.")


def _value(cell: str, file: Path, row: int, column: str) -> Any:
    """The value of a cell: a number, true or false, a list in brackets, or a word; None where it is empty."""
    if cell in ("", "true", "false"):
        return {"": None, "true": True, "false": False}[cell]
    if cell.startswith("["):
        try:
            return json.loads(cell)
        except ValueError:
            raise ParameterError(
                f"design.file: {file}, row {row}, column {column}: {cell!r} is no list. Write [1, 2], in quotes."
            ) from None
    for kind in (int, float):
        try:
            return _number(kind(cell), file, row, column)
        except ValueError as error:
            if isinstance(error, ParameterError):
                raise
    return cell


def _number(value: Any, file: Path, row: int, column: str) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        raise ParameterError(
            f"design.file: {file}, row {row}, column {column}: {value} is no number. Leave the cell empty where "
            f"nothing is to be changed."
        )
    return value
