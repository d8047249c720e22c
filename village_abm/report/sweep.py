"""The report of a sweep: one page that needs no network, made from its folder alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from village_abm.params import ParameterError, refuse_unknown
from village_abm.report import build, sweep_figures, sweep_tornado, tables
from village_abm.report.compare_numbers import figure
from village_abm.report.compare_words import unit
from village_abm.report.sweep_figures import MOST_CLOUDS
from village_abm.report.sweep_read import Factor, Sweep, read_sweep
from village_abm.report.sweep_words import DESIGNS, HEADS, RANKED, SAMPLED
from village_abm.report.tables import Sheet
from village_abm.report.words import Text

MOST_ABREAST = 3  # pictures of one measure side by side


def write_sweep_report(folder: Path, measures: Sequence[str] = (), axes: Sequence[str] = ()) -> Path:
    """Write `report.html` into the folder of a sweep and return its path; raises FolderError and ParameterError.

    `measures` are written as INDICATOR@YEAR, INDICATOR@FIRST..LAST or INDICATOR@end; `axes` are two parameters.
    """
    sweep = read_sweep(Path(folder), measures)
    return build.replace(Path(folder) / "report.html", render(sweep, axes))


def render(sweep: Sweep, axes: Sequence[str] = ()) -> str:
    """The whole page as text."""
    return build.environment().get_template("sweep.html").render(page(sweep, axes))


def page(sweep: Sweep, axes: Sequence[str] = ()) -> dict[str, Any]:
    """Everything the template shows, by name."""
    refuse_unknown(list(axes), [one.path for one in sweep.numbers], "--axes", "parameter varied")
    if len(set(axes)) < len(axes):
        raise ParameterError(f"--axes: '{axes[0]}' is named twice. Name two parameters.")
    found = sweep_tornado.regressions(sweep)
    leading = sweep_tornado.leading(sweep, found)
    chosen = [next(one for one in sweep.numbers if one.path == path) for path in axes] or leading[:2]
    payments = sweep_figures.payments(sweep)
    lines, summary = sweep_figures.summary(sweep)
    shown: dict[str, Any] = {
        "summary": lines,
        **_tornadoes(sweep, found),
        **_heats(sweep, chosen),
        **_effects(sweep, payments),
        **_paths(sweep, payments[0][1] if payments and sweep.kind not in SAMPLED else next(iter(leading), None)),
        **_clouds(sweep, leading[:MOST_CLOUDS]),
    }
    sheets = [Sheet("summary", HEADS["summary"], summary), Sheet("parameters", HEADS["parameters"], _varied(sweep))]
    sheets += [Sheet(name, HEADS[name], shown.pop(f"{name}_rows")) for name in
               ("tornado", "cells", "effects", "paths") if f"{name}_rows" in shown]  # fmt: skip
    sheets.append(Sheet("runs", list(sweep.runs.columns), sweep.runs.astype(object).to_numpy().tolist()))
    return shown | {
        "about": sweep.about,
        "sampled": sweep.kind in SAMPLED,
        "design": DESIGNS.get(sweep.kind, DESIGNS[""]),
        "sweep": sweep,
        "per": min(MOST_ABREAST, len(sweep.schemes)),
        "done": figure(len(set(sweep.runs["run_id"])), 0),
        "left": sweep.planned - len(set(sweep.runs["run_id"])) - len(sweep.failed),
        "failed": Counter((one.origin, one.type, one.message) for one in sweep.failed).most_common(),
        "years": sweep.years,
        "factors": sweep.factors,
        "apart": [one for one in sweep.factors if not one.number],
        "levels": _levels,
        "unit": unit,
        "number": figure,
        "tables": tables.kept(sheets),
    }


def _levels(factor: Factor) -> tuple[str, bool]:
    """The values of a parameter as a table writes them: one by one where they are few; whether they are a range."""
    if factor.number and len(factor.values) > sweep_figures.MOST_LINES + 1:
        return " – ".join(sweep_figures.shown(one) for one in (factor.values[0], factor.values[-1])), True
    return ", ".join(sweep_figures.shown(one) if factor.number else str(one) for one in factor.values), False


def _varied(sweep: Sweep) -> list[list[Any]]:
    return [[one.path, one.meaning, one.unit, _levels(one)[0], len(one.values)] for one in sweep.factors]


def _together(drawn: Sequence[Any], title: Callable[[Any], Text]) -> list[tuple[Text, list[Any]]]:
    """What is drawn of one measure side by side, under its title."""
    found: dict[Text, list[Any]] = {}
    for one in drawn:
        found.setdefault(title(one), []).append(one)
    return list(found.items())


def _tornadoes(sweep: Sweep, found: Sequence[Any]) -> dict[str, Any]:
    """Those of the sensitivity analysis, and those of ranks."""
    shown: dict[str, Any] = {"indexed": [], "index": None, "ranked": [], "rankable": sweep.kind in RANKED}
    rows: list[list[Any]] = []
    if sweep.sensitivity is not None:
        indexed, shown["index"] = sweep_tornado.by_index(sweep, sweep.sensitivity)
        shown["indexed"] = _together(indexed, lambda one: one.title)
        order = ["output", "path", "index", "value", "low", "high", "noise", "group"]
        rows += sweep.sensitivity[order].astype(object).to_numpy().tolist()
    if found:
        ranked, more = sweep_tornado.by_rank(sweep, found)
        shown["ranked"] = _together(ranked, lambda one: one.title)
        rows += more
    return shown | ({"tornado_rows": rows} if rows else {})


def _heats(sweep: Sweep, axes: Sequence[Factor]) -> dict[str, Any]:
    if len(axes) < 2:
        return {"heats": [], "axes": []}
    across, up = axes
    outputs = [one for told in sweep.measures for one in sweep_figures.outputs(sweep, told)]
    drawn = [sweep_figures.heat(one, across, up) for one in outputs if len(one.frame)]
    rows = [row for one in drawn for row in sweep_figures.heat_rows(one, across, up)]
    return {"heats": _together(drawn, lambda one: one.output.told.label), "axes": [across, up], "cells_rows": rows}


def _effects(sweep: Sweep, payments: Sequence[Any]) -> dict[str, Any]:
    blocks, rows = [], []
    for scheme, factor in payments:
        drawn = [sweep_figures.effect(sweep, told, scheme, factor) for told in sweep.measures]
        kept = [one for one in drawn if one is not None and one.runs]
        rows += [row for one in kept for row in sweep_figures.effect_rows(one)]
        if kept:
            blocks.append((scheme, factor, kept))
    return {"effects": blocks, "unpaired": bool(payments) and not blocks} | ({"effects_rows": rows} if rows else {})


def _paths(sweep: Sweep, factor: Factor | None) -> dict[str, Any]:
    if len(sweep.years) < 2:
        return {"paths": [], "split": None}
    groups = sweep_figures.split(sweep, factor)
    blocks, rows = [], []
    told = {one.measure.indicator: one for one in sweep.measures}
    for one in told.values():
        drawn, more = sweep_figures.paths(sweep, one, groups)
        blocks.append((one, drawn))
        rows += more
    colours = sweep_figures.lines(len(groups.labels) if groups else 1)
    return {"paths": blocks, "split": factor, "colours": colours, "paths_rows": rows}


def _clouds(sweep: Sweep, factors: Sequence[Factor]) -> dict[str, Any]:
    return {
        "clouds": [(told, sweep_figures.clouds(sweep, told, factors)) for told in sweep.measures] if factors else [],
        "unclouded": len(sweep.numbers) - len(factors),
    }
