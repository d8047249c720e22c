"""One experiment opened: key numbers, score sheet, and paths with bands where there are replicates."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.indicators import REGISTRY
from village_abm.records import stamp
from village_abm.report import words as plain
from village_abm.report.compare_numbers import Cell, cell
from village_abm.report.compare_parts import sheet
from village_abm.report.compare_study import Study, read_study
from village_abm.report.panels import CARDS
from village_abm.report.words import Text
from village_abm.view import results
from village_abm.view.results import DESIGN, INDICATORS, MANIFEST, REPORT, STUDY, Found, told
from village_abm.view.shown import ink, marks_of
from village_abm.view.words import pick, word

if TYPE_CHECKING:
    import pandas as pd

MOST_PARTS = 200
"""Parts of a sweep that are read for its paths."""
ENDS = (0.025, 0.975)
TWIN = "var(--soft)"


def label(name: str) -> tuple[str, str, str, str]:
    """Unit, group, English and Chinese label of an indicator; its name where it is none of this version."""
    item = REGISTRY.get(name.split(".", 1)[0])
    return (item.unit, item.group, item.en, item.zh) if item else ("", "", name, name)


def opened(one: Found, language: str) -> dict[str, Any]:
    """What the page says of an experiment beside its paths; raises what reading a damaged folder may raise."""
    shown: dict[str, Any] = {
        "title": pick(one.title, language), "facts": [], "words": [], "cards": [], "progress": [], "sheet": [],
        "has_report": (one.path / REPORT).is_file(),
    }  # fmt: skip
    if one.kind == "run":
        shown |= _run(one.path, language)
    elif one.kind == "comparison" and (one.path / STUDY).is_file():
        shown |= _comparison(study(one.path), language)
    elif one.kind == "sweep":
        shown["words"] = [results.progress(one, language)]
        shown["progress"] = [{"done": one.done, "failed": one.failed, "total": max(one.total, 1)}]
    else:
        shown["words"] = [results.line(one, language)["said"]]
    shown["facts"] = [[word("folder", language), str(one.path)], *shown["facts"]]
    if held := results.tables(one.path):
        shown["facts"].append([word("tables", language), ", ".join(held)])
    return shown


def unread(one: Found, error: Exception, language: str) -> dict[str, Any]:
    """What the page says of an experiment that cannot be read: why not, and its report where there is one."""
    said = f"{one.name} {word('broken', language)}: {' '.join(str(error).split())}"
    return {
        "title": pick(one.title, language), "facts": [[word("folder", language), str(one.path)]], "words": [],
        "wrong": said, "cards": [], "progress": [], "sheet": [], "has_report": (one.path / REPORT).is_file(),
    }  # fmt: skip


def study(folder: Path) -> Study:
    """A finished comparison; raises FolderError."""
    return _study(folder, *stamp(folder / STUDY))


@lru_cache(maxsize=4)
def _study(folder: Path, _changed: int, _size: int) -> Study:
    return read_study(folder)


def _run(folder: Path, language: str) -> dict[str, Any]:
    frame, manifest = _indicators(folder), told(folder / MANIFEST)
    cards = []
    for name in CARDS:
        if name in frame:
            unit, _, en, zh = label(name)
            first, last = (plain.number(float(frame[name].iloc[k]), unit) for k in (0, -1))
            ends = f"{frame.index[0]}: {first} → {frame.index[-1]}"
            said = pick(plain.unit(unit), language)
            cards.append({"label": zh if language == "zh" else en, "value": f"{last} {said}", "note": ends})
    facts = [[word("seed", language), str(manifest["seed"])], [word("years", language), _span(manifest["years"])]]
    facts += [[path, str(value)] for path, value in manifest.get("differences", {}).items()]
    return {"cards": cards, "facts": facts}


def _span(years: list[int]) -> str:
    return f"{years[0]}–{years[-1]}"


def _comparison(found: Study, language: str) -> dict[str, Any]:
    cards = []
    for scheme in found.schemes:
        row = found.row(scheme.name, str(found.about["primary"]))
        if row is not None:
            one = cell(row)
            note = f"{pick(row.measure.label, language)} ({one.interval})"
            value = f"{one.mean} {pick(one.unit, language)} {one.sign} {pick(one.word, language)}"
            cards.append({"label": pick(scheme.label, language), "value": value, "note": note})
    stopped = found.about["stopped"]["words"][language]
    facts = [
        [word("years", language), _span(found.about["years"])], [word("seed", language), str(found.about["seed"])],
        ["village-abm", str(found.about["command"])],
    ]  # fmt: skip
    warnings = [one[language] for one in found.about["warnings"]]
    groups = []
    for block in sheet(found):
        rows = [_line(one, year, language) for _, year, cells in block["blocks"] for one in cells]
        groups.append({"title": pick(block["title"], language), "rows": rows})
    return {"cards": cards, "facts": facts, "words": [stopped, *warnings], "sheet": groups}


def _line(one: Cell, year: str, language: str) -> dict[str, str]:
    """A row of the score sheet; where there is no number, the reason instead."""
    row = one.row
    return {
        "measure": pick(row.measure.label, language), "year": year, "scheme": pick(row.scheme.label, language),
        "without": one.without, "with": one.with_scheme, "mean": one.mean,
        "unit": "" if row.refused else pick(one.unit, language), "interval": one.interval,
        "verdict": f"{one.sign} {pick(one.word, language)}".strip(),
        "why": pick(row.words if row.refused else one.needed, language),
    }  # fmt: skip


def _indicators(folder: Path) -> pd.DataFrame:
    return _frame(folder / INDICATORS, *stamp(folder / INDICATORS))


@lru_cache(maxsize=8)
def _frame(path: Path, _changed: int, _size: int) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(path)


def indicators(one: Found) -> list[str]:
    """Indicators of which an experiment has paths."""
    if one.kind == "run":
        return [name for name in _indicators(one.path).columns if "." not in name]
    if one.kind == "comparison" and (one.path / STUDY).is_file():
        return list(dict.fromkeys(study(one.path).paths["indicator"]))
    parts = _parts(one.path) if one.kind == "sweep" else ()
    if not parts:
        return []
    import pyarrow.parquet as pq

    return [name for name in pq.read_schema(parts[0]).names if name in REGISTRY]


def choices(names: Iterable[str], language: str) -> list[dict[str, Any]]:
    """Indicators to choose from, by the groups of the report."""
    groups: dict[str, list[dict[str, str]]] = {}
    for name in names:
        _, group, en, zh = label(name)
        groups.setdefault(group, []).append({"name": name, "label": zh if language == "zh" else en})
    order = [key for key in (*plain.GROUPS, "") if key in groups]
    order += [key for key in groups if key not in order]
    return [{"label": pick(plain.GROUPS.get(key, Text(key, key)), language), "items": groups[key]} for key in order]


def path(one: Found, name: str, language: str) -> dict[str, Any]:
    """The path of an indicator as a chart draws it: a line a village or scheme, with a band of its runs."""
    unit, _, en, zh = label(name)
    if one.kind == "run":
        years, lines = _of_run(one.path, name)
    elif one.kind == "comparison":
        years, lines = _of_study(one.path, name, language)
    else:
        years, lines = _of_sweep(one.path, name)
    factor = 100.0 if unit == "1" else 1.0
    for drawn in lines:
        for key in ("values", "low", "high"):
            if key in drawn:
                drawn[key] = [round(float(v) * factor, 6) if math.isfinite(v) else None for v in drawn[key]]
    return {
        "title": zh if language == "zh" else en[:1].upper() + en[1:], "unit": pick(plain.unit(unit), language),
        "years": years, "lines": lines,
    }  # fmt: skip


def policy_years(one: Found, language: str) -> list[dict[str, Any]]:
    """Years in which the schemes of a run or a comparison begin."""
    if one.kind == "run":
        manifest = told(one.path / MANIFEST)
        first, last = manifest["years"]
        return marks_of(manifest.get("calendar", ()), first, last, language)
    if one.kind == "comparison" and (one.path / STUDY).is_file():
        found = study(one.path)
        first, last = found.about["years"]
        begun = [{"years": scheme.years, "en": scheme.label.en, "zh": scheme.label.zh} for scheme in found.schemes]
        return marks_of(begun, first, last, language)
    return []


def _line_of(name: str, place: int, values: Any, low: Any = None, high: Any = None) -> dict[str, Any]:
    drawn = {"name": name, "colour": ink(place), "dash": "", "values": list(values)}
    return drawn if low is None else drawn | {"low": list(low), "high": list(high)}


def _of_run(folder: Path, name: str) -> tuple[list[int], list[dict[str, Any]]]:
    frame = _indicators(folder)
    columns = [name, *(column for column in frame.columns if column.startswith(f"{name}."))]
    lines = [_line_of(c.partition(".")[2], k, frame[c].to_numpy(float)) for k, c in enumerate(columns)]
    return [int(year) for year in frame.index], lines


def _of_study(folder: Path, name: str, language: str) -> tuple[list[int], list[dict[str, Any]]]:
    file = folder / "paths.csv"
    rows = _table(file, *stamp(file))
    rows = rows[rows["indicator"] == name].sort_values("year")
    lines: list[dict[str, Any]] = []
    years = [int(year) for year in dict.fromkeys(rows["year"])]
    for place, scheme in enumerate(study(folder).schemes):
        mine = rows[rows["scheme"] == scheme.name]
        if not lines:
            twin = _line_of(
                word("without", language), 0, mine["mean_without"], mine["low_without"], mine["high_without"]
            )
            lines.append(twin | {"colour": TWIN, "dash": "5 4"})
        ends = (mine["mean_with"], mine["low_with"], mine["high_with"])
        lines.append(_line_of(pick(scheme.label, language), place, *ends))
    return years, lines


@lru_cache(maxsize=4)
def _table(path: Path, _changed: int, _size: int) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path)


def _parts(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted([*folder.glob("compact/part-*.parquet"), *folder.glob("parts/part-*.parquet")]))[:MOST_PARTS]


def partial(one: Found) -> bool:
    """Whether the paths of a sweep are drawn of the first of its parts only."""
    return one.kind == "sweep" and len(_parts(one.path)) == MOST_PARTS


def _of_sweep(folder: Path, name: str) -> tuple[list[int], list[dict[str, Any]]]:
    """Mean and middle 95% of all runs of a scheme, points and replicates together."""
    frame = _swept(folder, _parts(folder), name)
    lines: list[dict[str, Any]] = []
    years = sorted({int(year) for year in frame["year"]})
    for k, (scheme, rows) in enumerate(frame.groupby("scheme", sort=False, dropna=False)):
        by = rows.groupby("year")[name]
        values = by.mean().reindex(years)
        low, high = (by.quantile(end).reindex(years) for end in ENDS)
        lines.append(_line_of(str(scheme or ""), k, values, low, high))
    return years, lines


@lru_cache(maxsize=16)
def _swept(folder: Path, parts: tuple[Path, ...], name: str) -> pd.DataFrame:
    import pandas as pd

    frames = [pd.read_parquet(part, columns=["run_id", "year", name]) for part in parts]
    design = pd.read_parquet(folder / DESIGN)
    design = design.reindex(columns=["run_id", "scheme"], fill_value="")  # a design of one scheme may name none
    frame = pd.concat(frames, ignore_index=True).drop_duplicates(["run_id", "year"])
    return design.drop_duplicates("run_id").merge(frame, on="run_id")
