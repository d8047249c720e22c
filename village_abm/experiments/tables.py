"""Tables of a run as files: indicators, agents, events, ties, parameters, and what every column means."""

from __future__ import annotations

import csv
import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.columns import Row, Table
from agents.cooperative import Cooperative
from agents.household import Household
from agents.patch import Patch
from agents.person import Person
from village_abm.scope import REGISTRY
from village_abm.statements import ACCOUNTS, Statement

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class HouseholdPanel:
    """Households year by year, written as they come so that memory stays flat."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: Any = None

    def add(self, year: int, households: Table) -> None:
        """Append the households on the register at the close of a year."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = columns_of(households)
        years = pa.array(np.full(len(table), year, np.int16))
        table = table.add_column(0, pa.field("year", pa.int16()), years)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        """Finish the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def write_statements(path: Path, statements: Mapping[str, Statement]) -> None:
    """The accounts as JSON, each with its title, group and meaning; a number that is none is null."""
    told = {}
    for name, drawn in statements.items():
        account, table = ACCOUNTS[name], dataclasses.asdict(drawn)
        for line in table["lines"]:
            line["values"] = [value if math.isfinite(value) else None for value in line["values"]]
        told[name] = {
            "group": account.group, "en": account.en, "zh": account.zh, "meaning": account.meaning, **table
        }  # fmt: skip
    text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def columns_of(table: Table, alive_only: bool = True) -> pa.Table:
    """The living rows of a table of agents, or all, with unit and meaning on every column."""
    import pyarrow as pa

    frame = table.to_frame(alive_only)
    fields = []
    for name in ["row", *frame.columns]:
        column = _column(table.__dict__["kind"], name)
        about = {"unit": column[0], "meaning": column[1]}
        values = frame.index if name == "row" else frame[name]
        fields.append((pa.field(name, pa.array(values.to_numpy()).type, metadata=about), values.to_numpy()))
    return pa.table([values for _, values in fields], schema=pa.schema([field for field, _ in fields]))


def _column(kind: type[Row], name: str) -> tuple[str, str]:
    if name == "row":
        return "1", "row number in the table; other tables refer to it"
    columns = kind.columns()
    if name in columns:
        return columns[name].unit, columns[name].meaning
    stem, number = name.rsplit("_", 1)
    return columns[stem].unit, f"{columns[stem].meaning}; number {number}"


def plain(value: Any) -> Any:
    """An array or number of numpy as JSON can hold it; anything else as text."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else str(value)


def write_indicators(folder: Path, indicators: pd.DataFrame) -> None:
    """Write the indicators as text whose bytes depend on the numbers alone, and as Parquet with units."""
    indicators.to_csv(folder / "indicators.csv", lineterminator="\n", encoding="utf-8")
    indicators.to_parquet(folder / "indicators.parquet")


def write_people(path: Path, people: Table) -> None:
    """Write the people on the register at the end."""
    import pyarrow.parquet as pq

    pq.write_table(columns_of(people), path)


def write_cooperatives(path: Path, cooperatives: Table) -> None:
    """Write every cooperative that was ever founded, as it stands or stood at its end."""
    import pyarrow.parquet as pq

    pq.write_table(columns_of(cooperatives, alive_only=False), path)


def write_events(path: Path, events: list[dict[str, Any]]) -> None:
    """Write events, one row each; whole numbers stay whole where some are missing, in pandas too."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"year": "int64", "kind": "string", "household": "int64", "person": "int64", "patch": "int64"}
    types["why"] = "string"
    names = dict.fromkeys([*types, *(name for event in events for name in event)])
    table = {n: pa.array([_scalar(event.get(n)) for event in events], types.get(n)) for n in names}
    # Through a frame of whole numbers that may be missing: plain ones become floats, too coarse for 63 bits.
    frame = pa.table(table).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path)


def _scalar(value: Any) -> Any:
    """A plain value; the terms of a decision become one JSON text."""
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return value.item() if isinstance(value, np.generic) else value


def write_ties(path: Path, ties: Any) -> None:
    """Write the graph of ties as GraphML."""
    import networkx as nx

    nx.write_graphml(ties, path)


def _write_rows(path: Path, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_parameters(path: Path, params: Any) -> None:
    """Write every parameter as its file has it, with what the model makes of it and whether it differs."""
    header: tuple[str, ...] = (
        "path",
        "value",
        "unit",
        "range_low",
        "range_high",
        "price_base",
        "source",
        "confidence",
    )
    header += ("differs", "meaning", "note", "file")
    rows = []
    for n in params.numbers.values():
        low, high = n.range or ("", "")
        value = json.dumps(n.value, ensure_ascii=False)
        origin = (n.price_base or "", n.source, n.confidence, int(n.path in params.differences))
        rows.append((n.path, value, n.unit or "", low, high, *origin, n.meaning, n.note, n.file))
    for name, one in params.series.items():
        path_of = f"series.{name}"
        value = json.dumps({year: one.at(year) for year in (params.scenario.start, params.scenario.end)})
        low, high = one.limits or ("", "")
        differs = int(any(path.startswith((path_of + ".", path_of)) for path in params.differences))
        origin = ("", ", ".join(one.sources), one.confidence, differs)
        rows.append((path_of, value, one.unit, low, high, *origin, one.meaning, one.note, "series.toml"))
    _write_rows(path, header, rows)


def write_dictionary(path: Path, model: Any) -> None:
    """Write unit and meaning of every column of every table; of indicators also formula and source."""
    rows: list[tuple[Any, ...]] = []
    for name in model.indicators.columns:
        item = REGISTRY[name.partition(".")[0]]
        rows.append(("indicators.csv", name, item.unit, item.meaning, item.formula, item.source))
    kinds: list[tuple[str, type[Row]]] = [
        ("households.parquet", Household), ("people.parquet", Person), ("cooperatives.parquet", Cooperative),
        ("patches.nc", Patch),
    ]  # fmt: skip
    for file, kind in kinds:
        shown = model.maps if kind is Patch else kind.columns()
        rows += [(file, name, kind.columns()[name].unit, kind.columns()[name].meaning, "", "") for name in shown]
    _write_rows(path, ("file", "column", "unit", "meaning", "formula", "source"), rows)
