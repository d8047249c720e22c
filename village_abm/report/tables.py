"""Tables to be downloaded from the page itself: their numbers are kept in it, whole, in both languages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from village_abm.report.words import Text, full_width

Cell = str | int | float | Text | None


@dataclass(frozen=True)
class Sheet:
    """A table under the name of its file: the head, and one row a line; words stand in both languages."""

    name: str
    head: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]


def kept(sheets: Iterable[Sheet]) -> dict[str, list[list[Any]]]:
    """The tables as the page keeps them: by name the head and the rows; a word in two languages is a pair."""
    return {sheet.name: [[_plain(cell) for cell in row] for row in (sheet.head, *sheet.rows)] for sheet in sheets}


def _plain(cell: Cell) -> Any:
    if isinstance(cell, Text):
        return [cell.en, full_width(cell.zh)]
    if isinstance(cell, float):
        # Ten figures are more than the model means, and fewer bytes than all.
        return float(f"{cell:.10g}") if math.isfinite(cell) else None
    return cell
