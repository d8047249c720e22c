"""State as columns: thin views, full tables that say so, and arrays that are written into, never swapped."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from agents.columns import Column, Row, Table, TableFull
from agents.government import Government
from agents.household import Household
from agents.patch import Patch
from agents.person import Person


def three_patches() -> Table:
    table = Table(Patch, capacity=5)
    table.add(np.array([11, 12, 13]), slope=np.array([5.0, 14.0, 30.0]), soil_depth=40.0)
    return table


def test_a_class_documents_the_column_a_table_holds_it_and_a_view_is_one_cell() -> None:
    patches = three_patches()
    assert (Patch.slope.unit, Patch.slope.meaning) == ("degree", "steepness")
    assert patches.slope.tolist() == [5, 14, 30]
    assert patches.view(1).slope == 14
    assert patches.view(1).id == 12


def test_a_view_writes_to_the_column_and_the_column_shows_in_the_view() -> None:
    patches = three_patches()
    patch = patches.view(2)
    patch.slope = 31.5
    assert patches.slope[2] == 31.5
    patches.slope[2] = 29
    assert patch.slope == 29


def test_a_wide_column_gives_a_row_of_cells() -> None:
    households = Table(Household, capacity=2, uses=4)
    households.add(np.array([1, 2]))
    household = Household(mesa.Model(rng=1), households, 1)
    households.knowledge[1, 3] = 0.7
    assert households.knowledge.shape == (2, 4)
    assert households.income_memory.shape == (2, 3)
    assert household.knowledge.tolist() == [0, 0, 0, 0.7]


def test_new_rows_hold_the_stated_fill() -> None:
    patches = three_patches()
    assert patches.owner.tolist() == [-1, -1, -1]
    assert patches.alive.all()
    assert patches.soil_depth.tolist() == [40, 40, 40]


def test_a_column_is_never_swapped() -> None:
    patches = three_patches()
    with pytest.raises(AttributeError, match=r"'slope' is written into \(table.slope\[...\] = ...\), never swapped"):
        patches.slope = np.zeros(3)


def test_an_unknown_column_is_refused_in_reading_and_in_adding() -> None:
    patches = three_patches()
    with pytest.raises(AttributeError, match="no column 'slop'"):
        _ = patches.slop
    with pytest.raises(KeyError):
        patches.add(np.array([14]), slop=1.0)


def test_a_full_table_says_so_and_takes_nothing() -> None:
    patches = three_patches()
    with pytest.raises(TableFull, match=r"Patch: 6 rows wanted, 5 there\. Raise the capacity"):
        patches.add(np.array([1, 2, 3]))
    assert len(patches) == 3
    patches.add(np.array([1, 2]))
    assert len(patches) == 5


def test_rows_of_the_dead_are_not_used_again() -> None:
    patches = three_patches()
    patches.alive[1] = False
    assert patches.rows.tolist() == [0, 2]
    assert patches.add(np.array([14])).tolist() == [3]


def test_a_frame_shows_the_living_with_units() -> None:
    households = Table(Household, capacity=3, uses=2)
    households.add(np.array([7, 8, 9]), members=np.array([4, 5, 6]))
    households.alive[0] = False
    frame = households.to_frame()
    assert frame.index.tolist() == [1, 2]
    assert frame["members"].tolist() == [5, 6]
    assert {"knowledge_0", "knowledge_1"} <= set(frame.columns)
    assert frame.attrs["units"]["members"] == "person"
    assert len(households.to_frame(alive_only=False)) == 3


@pytest.mark.parametrize("kind", [Patch, Person, Household])
def test_every_column_has_a_unit_and_a_meaning(kind: type[Row]) -> None:
    for name, column in kind.columns().items():
        assert isinstance(column, Column)
        assert column.name == name
        assert column.unit, name
        assert len(column.meaning) > 5, name


def test_households_and_the_government_are_mesa_agents() -> None:
    model = mesa.Model(rng=1)
    households = Table(Household, capacity=2, uses=2)
    households.add(np.array([7]), cash=np.array([12345]))
    household = Household(model, households, 0)
    government = Government(model)
    assert isinstance(household, mesa.Agent)
    assert household.cash_yuan == 123.45
    assert set(model.agents) == {household, government}
    household.cash = 5
    assert households.cash.tolist() == [5]
