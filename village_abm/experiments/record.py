"""The record of a run: a folder that appears whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.columns import Row, Table
from agents.household import Household
from agents.patch import GRADES, Patch
from agents.person import STATUSES, Person
from village_abm.experiments.rasters import write_geotiffs, write_netcdf

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

SCHEMA_VERSION = 1

FILES = {
    "manifest.json": ("what was run: scenario, changes, seed, versions, time and memory", "运行说明"),
    "indicators.csv": ("one row a year, one column an indicator", "逐年指标"),
    "indicators.parquet": ("the same, with units and labels inside", "逐年指标，含单位与名称"),
    "households.parquet": ("one row a household and recorded year", "逐年农户表"),
    "people.parquet": ("one row a person, at the end", "期末人口表"),
    "patches.nc": ("maps by year, y and x (NetCDF, CF conventions)", "逐年地图（NetCDF)"),
    "maps/": ("maps of the first and last year (GeoTIFF)", "首末年地图（GeoTIFF)"),
    "ties.graphml": ("who knows whom, at the end", "期末社会关系网络"),
    "events.parquet": ("who did what, when and why", "事件：何人、何时、何因"),
    "books.csv": ("opening, entries and closing of every book and year", "各年各账本的分录"),
    "parameters.csv": ("every parameter: unit, range, source, confidence", "全部参数及其来源"),
    "dictionary.csv": ("unit and meaning of every column", "数据字典"),
    "report.html": ("the report, to be opened in a browser", "本报告"),
}


class FolderError(ValueError):
    """A run folder cannot be made or read where it was asked for."""


def check_free(target: Path) -> None:
    """Refuse a target that holds something already; raises FolderError."""
    if target.is_file():
        raise FolderError(f"{target} is a file. Name a folder that does not exist yet.")
    if target.is_dir() and any(target.iterdir()):
        raise FolderError(f"{target} is not empty. Name a new folder, or empty this one.")


class RunFolder:
    """A folder written beside its target and renamed at the end; whatever fails leaves nothing behind.

    `with RunFolder(target) as folder:` gives the folder to write into; `path` is where it came to stand.
    With `numbered`, a target that is taken becomes target-2, target-3 and so on.
    """

    def __init__(self, target: Path, numbered: bool = False) -> None:
        self.target, self.numbered = Path(target).absolute(), numbered
        self.path: Path | None = None
        self._part = self.target.with_name(f".{self.target.name}.{os.getpid()}.part")
        self._made: list[Path] = []

    def __enter__(self) -> Path:
        if not self.numbered:
            check_free(self.target)
        self._made = [folder for folder in self.target.parents if not folder.exists()]
        try:
            self._part.mkdir(parents=True)
        except OSError:
            self._undo()
            raise
        return self._part

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._undo()
            return
        try:
            self.path = self._publish()
        except BaseException:
            self._undo()
            raise

    def _publish(self) -> Path:
        names = [self.target]
        if self.numbered:
            names += [self.target.with_name(f"{self.target.name}-{n}") for n in range(2, 10_000)]
        for name in names:
            try:
                check_free(name)
                if name.is_dir():
                    name.rmdir()
                self._part.rename(name)
                return name
            except (FolderError, FileExistsError):
                if not self.numbered:
                    raise
        raise FolderError(f"{self.target}: ten thousand runs of this name stand there. Clear some away.")

    def _undo(self) -> None:
        shutil.rmtree(self._part, ignore_errors=True)
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:
                return


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


def columns_of(table: Table) -> pa.Table:
    """The living rows of a table of agents, with unit and meaning on every column."""
    import pyarrow as pa

    frame = table.to_frame()
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


def write_all(folder: Path, model: Any, manifest: Mapping[str, Any]) -> None:
    """Write every file of a run but the panel of households and the report into `folder`."""
    write_indicators(folder, model.indicators)
    write_people(folder / "people.parquet", model.people)
    write_netcdf(folder / "patches.nc", model)
    write_geotiffs(folder / "maps", model)
    write_ties(folder / "ties.graphml", model.ties)
    write_events(folder / "events.parquet", model.events)
    model.ledger.to_frame().to_csv(folder / "books.csv", index=False, lineterminator="\n")
    write_parameters(folder / "parameters.csv", model.params)
    write_dictionary(folder / "dictionary.csv", model)
    text = json.dumps({**describe(model), **manifest}, indent=2, ensure_ascii=False, default=_plain)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else str(value)


def describe(model: Any) -> dict[str, Any]:
    """What the run was, in the words of the model: scenario, luck, differences, land and names."""
    scenario = model.params.scenario
    years = [int(year) for year in model.indicators.index]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": {"name": scenario.name, "label": _label(scenario.label)},
        "years": [years[0], years[-1]] if years else [],
        "seed": model.streams.seed,
        "replicate": model.streams.replicate,
        "differences": dict(model.params.differences),
        "fingerprint": model.params.fingerprint,
        "uses": [{"name": n, **_label(t)} for n, t in zip(model.use_names, model.use_labels, strict=True)],
        "grades": list(GRADES),
        "statuses": list(STATUSES),
        "files": {name: {"en": en, "zh": zh} for name, (en, zh) in FILES.items()},
    }


def _label(label: Any) -> dict[str, str]:
    if isinstance(label, Mapping):
        return {"en": str(label.get("en", "")), "zh": str(label.get("zh", label.get("en", "")))}
    return {"en": str(label), "zh": str(label)}


def write_indicators(folder: Path, indicators: pd.DataFrame) -> None:
    """Write the indicators as text whose bytes depend on the numbers alone, and as Parquet with units."""
    indicators.to_csv(folder / "indicators.csv", lineterminator="\n", encoding="utf-8")
    indicators.to_parquet(folder / "indicators.parquet")


def write_people(path: Path, people: Table) -> None:
    """Write the people on the register at the end."""
    import pyarrow.parquet as pq

    pq.write_table(columns_of(people), path)


def write_events(path: Path, events: list[dict[str, Any]]) -> None:
    """Write events, one row each; whole numbers stay whole where some are missing."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"year": "int64", "kind": "string", "household": "int64", "person": "int64", "patch": "int64"}
    types["why"] = "string"
    names = dict.fromkeys([*types, *(name for event in events for name in event)])
    table = {n: pa.array([_scalar(event.get(n)) for event in events], types.get(n)) for n in names}
    pq.write_table(pa.table(table), path)


def _scalar(value: Any) -> Any:
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
    """Write unit and meaning of every column of every table."""
    attrs = model.indicators.attrs
    rows: list[tuple[Any, ...]] = [
        ("indicators.csv", name, attrs["units"].get(name, ""), attrs["labels"].get(name, {}).get("en", ""))
        for name in model.indicators.columns
    ]
    kinds: list[tuple[str, type[Row]]] = [
        ("households.parquet", Household), ("people.parquet", Person), ("patches.nc", Patch),
    ]  # fmt: skip
    for file, kind in kinds:
        shown = model.maps if kind is Patch else kind.columns()
        rows += [(file, name, kind.columns()[name].unit, kind.columns()[name].meaning) for name in shown]
    _write_rows(path, ("file", "column", "unit", "meaning"), rows)
