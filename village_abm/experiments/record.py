"""The record of a run: a folder that appears whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from agents.patch import GRADES
from agents.person import STATUSES
from village_abm.experiments.keeping import FolderError
from village_abm.experiments.rasters import write_geotiffs, write_netcdf
from village_abm.experiments.tables import (
    plain,
    write_cooperatives,
    write_dictionary,
    write_events,
    write_indicators,
    write_parameters,
    write_people,
    write_statements,
    write_ties,
)

SCHEMA_VERSION = 1

FILES = {
    "manifest.json": {"en": "what was run: scenario, changes, seed, versions, time and memory", "zh": "运行说明"},
    "indicators.csv": {"en": "one row a year, one column an indicator", "zh": "逐年指标"},
    "indicators.parquet": {"en": "the same, with units and labels inside", "zh": "逐年指标，含单位与名称"},
    "households.parquet": {"en": "one row a household and recorded year", "zh": "逐年农户表"},
    "people.parquet": {"en": "one row a person, at the end", "zh": "期末人口表"},
    "cooperatives.parquet": {"en": "one row a cooperative ever founded, at the end", "zh": "历年合作社表"},
    "patches.nc": {"en": "maps by year, y and x (NetCDF, CF conventions)", "zh": "逐年地图（NetCDF）"},
    "maps/": {"en": "maps of the first and last year (GeoTIFF)", "zh": "首末年地图（GeoTIFF）"},
    "ties.graphml": {"en": "who knows whom, at the end", "zh": "期末社会关系网络"},
    "events.parquet": {"en": "who did what, when and why", "zh": "事件：何人、何时、何因"},
    "statements.json": {"en": "the accounts at the close: value, assets, who gains", "zh": "期末核算表"},
    "books.csv": {"en": "opening, entries and closing of every book and year", "zh": "各年各账本的分录"},
    "parameters.csv": {"en": "every parameter: unit, range, source, confidence", "zh": "全部参数及其来源"},
    "dictionary.csv": {"en": "unit and meaning of every column", "zh": "数据字典"},
    "report.html": {"en": "the report, to be opened in a browser", "zh": "本报告"},
}


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


def write_all(folder: Path, model: Any, manifest: Mapping[str, Any]) -> None:
    """Write every file of a run but the panel of households and the report into `folder`."""
    write_indicators(folder, model.indicators)
    write_people(folder / "people.parquet", model.people)
    write_cooperatives(folder / "cooperatives.parquet", model.cooperatives)
    write_netcdf(folder / "patches.nc", model)
    write_geotiffs(folder / "maps", model)
    write_statements(folder / "statements.json", model.statements)
    write_ties(folder / "ties.graphml", model.ties)
    write_events(folder / "events.parquet", model.events)
    model.ledger.to_frame().to_csv(folder / "books.csv", index=False, lineterminator="\n")
    write_parameters(folder / "parameters.csv", model.params)
    write_dictionary(folder / "dictionary.csv", model)
    text = json.dumps({**describe(model), **manifest}, indent=2, ensure_ascii=False, default=plain)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def describe(model: Any) -> dict[str, Any]:
    """What the run was, in the words of the model: scenario, luck, differences, land and names."""
    scenario = model.params.scenario
    years = [int(year) for year in model.indicators.index]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": {"name": scenario.name, "label": _label(scenario.label)},
        "years": [years[0], years[-1]] if years else [],
        "villages": [village.name for village in scenario.villages],
        "notes_by_village": _notes(model),
        "poverty_line": _poverty_line(model.params, years),
        "calendar": calendar(model.params),
        "seed": model.streams.seed,
        "replicate": model.streams.replicate,
        "differences": dict(model.params.differences),
        "fingerprint": model.params.fingerprint,
        "uses": [{"name": n, **_label(t)} for n, t in zip(model.use_names, model.use_labels, strict=True)],
        "industries": model.industries,
        "grades": list(GRADES),
        "statuses": list(STATUSES),
        "files": FILES,
    }


_PACKAGES = {
    "relocation": {"en": "Relocation", "zh": "生态移民搬迁"},
    "closure": {"en": "Hills closed to cutting and grazing", "zh": "封山育林"},
    "biogas": {"en": "Biogas in place of firewood", "zh": "沼气池建设"},
}


def _notes(model: Any) -> dict[str, list[str]]:
    """What is real and what generated about the land of each village."""
    names = [village.name for village in model.params.scenario.villages]
    lands = model.village.landscapes
    return {name: list(land.notes) for name, land in zip(names, lands, strict=True)}


def _poverty_line(params: Any, years: list[int]) -> dict[str, float]:
    """The poverty line of every recorded year [CNY/person/yr, money of the year]."""
    line = params.series["poverty_line"]
    return {str(year): round(float(line.at(year)), 2) for year in years}


def _package_years(params: Any, name: str) -> tuple[int, int]:
    """First and last year in which a package takes anything new in."""
    package, plan = getattr(params.packages, name), params.scenario
    if name == "relocation":
        return package.years[0], package.years[1]
    if name == "closure":
        return package.start, plan.end
    spread = params.series["biogas_adoption"]
    rising = [year for year in range(plan.burn_in, plan.end + 1) if spread.at(year) > spread.at(year - 1)]
    return (rising[0], rising[-1]) if rising else (plan.end + 1, plan.end + 1)


def calendar(params: Any) -> list[dict[str, Any]]:
    """The schemes and packages in force with the first and last year in which they take anything new in."""
    plan = params.scenario
    rows = [
        {"name": name, **_label(params.schemes[name].label), "years": list(params.schemes[name].years)}
        for name in plan.schemes
    ]
    for name, label in _PACKAGES.items():
        if name in plan.packages:
            rows.append({"name": name, **label, "years": list(_package_years(params, name))})
    return sorted(rows, key=lambda row: row["years"])


def _label(label: Any) -> dict[str, str]:
    if isinstance(label, Mapping):
        return {"en": str(label.get("en", "")), "zh": str(label.get("zh", label.get("en", "")))}
    return {"en": str(label), "zh": str(label)}
