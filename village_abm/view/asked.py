"""Questions to a village about one plot or one household, answered in plain records for the page to word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.society import ties
from village_abm.view.session import Run


@dataclass(frozen=True)
class Plot:
    """One patch as it stands: place, ground, who holds and works it (ids, -1 nobody), and the last choice on it."""

    row: int
    village: int
    line: int
    column: int
    numbers: dict[str, float]
    holder: int
    worker: int
    use: int
    choice: list[tuple[int, float, dict[str, float]]]
    """Uses weighed at the last choice: index, expected return [CNY/mu/yr], parts of its utility; the chosen first."""
    chosen_in: int
    """Year of that choice; 0 none yet."""


def row_of(run: Run, line: int, column: int) -> int:
    """The row of the patch at a place of the map, villages side by side."""
    _, lines, columns = run.model.village.grid_shape
    village, within = divmod(column, columns)
    return (village * lines + line) * columns + within


def plot(run: Run, line: int, column: int) -> Plot:
    """What is known of the patch at a place of the map."""
    village, row = run.model.village, row_of(run, line, column)
    patches, households = village.patches, village.households
    names = ("elevation", "slope", "soil_depth", "exposure", "cover", "distance", "use_age", "net_return", "yield_rate")
    owner, worker = int(patches.owner[row]), int(village.workers[row])
    return Plot(
        row=row, village=int(patches.village[row]), line=line, column=column,
        numbers={name: float(getattr(patches, name)[row]) for name in names},
        holder=int(households.id[owner]) if owner >= 0 else -1,
        worker=int(households.id[worker]) if worker >= 0 else -1,
        use=int(patches.use[row]), choice=run.choices.of(row), chosen_in=int(run.choices.year[row]),
    )  # fmt: skip


def house_row(run: Run, house: int) -> int:
    """The row of a household by its permanent id; -1 where it has ended."""
    households = run.model.village.households
    rows = households.rows
    found = rows[households.id[rows] == house]
    return int(found[0]) if len(found) else -1


def members(run: Run, house: int) -> list[dict[str, Any]]:
    """The people of a household, oldest first."""
    people, row = run.model.village.people, house_row(run, house)
    rows = people.rows[people.household[people.rows] == row]
    rows = rows[np.argsort(-people.age[rows], kind="stable")]
    names = ("age", "female", "status", "schooling")
    return [{name: getattr(people, name).item(row) for name in names} for row in rows.tolist()]


def neighbours(run: Run, house: int) -> list[tuple[int, str]]:
    """Who a household is tied to: permanent id and kind of tie."""
    village = run.model.village
    first, second, kind = ties.edges(village.ties, village.households.alive)
    row = house_row(run, house)
    other = np.concatenate([second[first == row], first[second == row]])
    kinds = np.concatenate([kind[first == row], kind[second == row]])
    ids = village.households.id[other].tolist()
    return [(one, ties.KINDS[k]) for one, k in zip(ids, kinds.tolist(), strict=True)]


def land(run: Run, house: int) -> list[tuple[int, int, bool]]:
    """Plots that a household holds or works: line and column on the map, and whether it works them."""
    village, row = run.model.village, house_row(run, house)
    _, _, columns = village.grid_shape
    rows = np.flatnonzero((village.patches.owner == row) | (village.workers == row)) if row >= 0 else np.zeros(0, int)
    patches = village.patches
    return [
        (int(patches.line[k]), int(patches.column[k] + patches.village[k] * columns), bool(village.workers[k] == row))
        for k in rows.tolist()
    ]


def home(run: Run, house: int) -> tuple[int, int] | None:
    """Line and column of a household's house on the map; nothing where it has none."""
    village, row = run.model.village, house_row(run, house)
    patch = int(village.households.home[row]) if row >= 0 else -1
    if patch < 0:
        return None
    patches, (_, _, columns) = village.patches, village.grid_shape
    return int(patches.line[patch]), int(patches.column[patch] + patches.village[patch] * columns)


KIND_COLOURS = {"kin": "#8c3f7d", "neighbour": "#3f6fb0", "cooperative": "#b7962b", "town": "#444a52"}


def marks(run: Run, house: int) -> list[dict[str, Any]]:
    """What a map marks of a household: its plots, its house, and the houses of those it is tied to."""
    found: list[dict[str, Any]] = [
        {"line": line, "column": column, "colour": "#14624a" if works else "#59625c", "size": 4}
        for line, column, works in land(run, house)
    ]
    for other, kind in neighbours(run, house):
        place = home(run, other)
        if place:
            found.append({"line": place[0], "column": place[1], "colour": KIND_COLOURS[kind], "size": 7, "kind": "dot"})
    own = home(run, house)
    if own:
        found.append({"line": own[0], "column": own[1], "colour": "#c2571a", "size": 11, "kind": "dot"})
    return found
