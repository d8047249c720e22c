"""State as columns: one array per state variable, with thin views for one entity at a time."""

from __future__ import annotations

from typing import Any, overload

import mesa
import numpy as np


class Column:
    """One state variable of an entity: unit and meaning beside the name; one array for the whole table.

    `Household.cash` is this description, `model.households.cash` the array of shape (rows,) or
    (rows, width), and `household.cash` one household's cell.
    """

    def __init__(
        self, unit: str, meaning: str, dtype: type = np.float64, fill: float = 0, width: int | str | None = None
    ) -> None:
        self.unit, self.meaning, self.dtype, self.fill, self.width = unit, meaning, np.dtype(dtype), fill, width
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, entity: None, owner: type) -> Column: ...
    @overload
    def __get__(self, entity: Row, owner: type) -> Any: ...
    def __get__(self, entity: Row | None, owner: type) -> Any:
        if entity is None:
            return self
        cells = entity.table.array(self.name)
        return cells.item(entity.row) if cells.ndim == 1 else cells[entity.row]

    def __set__(self, entity: Row, value: Any) -> None:
        entity.table.array(self.name)[entity.row] = value


class Row:
    """A view of one row of a table; reads and writes go to the columns."""

    id = Column("1", "permanent number, a hash of origin; never reused", np.int64, -1)
    alive = Column("1", "the row is in use", np.bool_, False)

    table: Table
    row: int

    def __init__(self, table: Table, row: int) -> None:
        self.table, self.row = table, int(row)

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """All columns of the entity, those of its bases first."""
        found: dict[str, Column] = {}
        for base in reversed(cls.__mro__):
            found |= {name: column for name, column in vars(base).items() if isinstance(column, Column)}
        return found


class Resident(Row, mesa.Agent):
    """A Mesa agent whose state is one row of a table."""

    def __init__(self, model: mesa.Model, table: Table, row: int) -> None:
        mesa.Agent.__init__(self, model)
        Row.__init__(self, table, row)


class TableFull(RuntimeError):
    """A table has no free row left: raise its capacity where the table is made."""


class Table:
    """All entities of one kind: a fixed number of rows, an `alive` mask, rows never reused.

    Attribute access gives the array of the rows used so far. Columns are written into, never swapped.
    """

    kind: type[Row]
    capacity: int
    used: int
    _columns: dict[str, np.ndarray]

    def __init__(self, kind: type[Row], capacity: int, **widths: int) -> None:
        """Make an empty table; `widths` gives the length of columns whose width is a name."""
        columns = {}
        for name, column in kind.columns().items():
            width = widths[column.width] if isinstance(column.width, str) else column.width
            shape = (capacity,) if width is None else (capacity, width)
            columns[name] = np.full(shape, column.fill, dtype=column.dtype)
        self.__dict__.update({"kind": kind, "capacity": capacity, "used": 0, "_columns": columns})
        self._look()

    def _look(self) -> None:
        """Hold every column cut to the rows in use as a plain attribute: the quickest way to reach it."""
        self.__dict__.update({name: cells[: self.used] for name, cells in self._columns.items()})

    def __getstate__(self) -> dict[str, Any]:
        """What is saved: the columns once, never the cuts beside them."""
        return {name: value for name, value in self.__dict__.items() if name not in self._columns}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._look()

    def __len__(self) -> int:
        return self.used

    def __getattr__(self, name: str) -> np.ndarray:
        raise AttributeError(f"table of {self.__dict__.get('kind', '?')} has no column '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"column '{name}' is written into (table.{name}[...] = ...), never swapped")

    def array(self, name: str) -> np.ndarray:
        """The whole column at full capacity; shape (capacity, ...)."""
        return self._columns[name]

    def add(self, ids: np.ndarray, **cells: Any) -> np.ndarray:
        """Fill new rows and return their numbers; raises TableFull if they do not fit."""
        ids = np.atleast_1d(np.asarray(ids, dtype=np.int64))
        start, stop = self.used, self.used + len(ids)
        if stop > self.capacity:
            raise TableFull(
                f"{self.kind.__name__}: {stop} rows wanted, {self.capacity} there. "
                f"Raise the capacity of this table in initialise.py."
            )
        self.__dict__["used"] = stop
        self._look()
        rows = np.arange(start, stop)
        self._columns["id"][rows], self._columns["alive"][rows] = ids, True
        for name, values in cells.items():
            self._columns[name][rows] = values
        return rows

    @property
    def rows(self) -> np.ndarray:
        """Numbers of the rows alive."""
        return np.flatnonzero(self.alive)

    def view(self, row: int) -> Row:
        """A view of one row."""
        return self.kind(self, row)

    def to_frame(self, alive_only: bool = True) -> Any:
        """The table as a pandas DataFrame, one row an entity, units in `.attrs`."""
        import pandas as pd

        rows = self.rows if alive_only else np.arange(self.used)
        data: dict[str, np.ndarray] = {}
        for name, cells in self._columns.items():
            taken = cells[rows]
            if taken.ndim == 1:
                data[name] = taken
            else:
                data |= {f"{name}_{k}": taken[:, k] for k in range(taken.shape[1])}
        frame = pd.DataFrame(data, index=pd.Index(rows, name="row"))
        frame.attrs["units"] = {name: column.unit for name, column in self.kind.columns().items()}
        return frame
