"""The parts of the page of a comparison: headline table, score sheet, fifths, cost, pairing and the schemes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from village_abm.indicators import REGISTRY
from village_abm.report import compare_charts
from village_abm.report.compare_numbers import Cell, cell, figure, money
from village_abm.report.compare_story import FIFTH, headlines, tally
from village_abm.report.compare_study import Measure, Row, Scheme, Study, text
from village_abm.report.compare_words import (
    CHARTED,
    COST,
    COST_PARTS,
    DEFINITIONS,
    FIFTHS,
    FRONT,
    FUNDS,
    GROUPS,
    LEADERS,
    MECHANISMS,
    STEMS,
    group,
    unit,
)
from village_abm.report.words import Text


@dataclass(frozen=True)
class Head:
    """The head of a column or line: an outcome, its unit, which way is better and from where it counts."""

    measure: Measure
    unit: Text
    better: Text
    matters: str


def head(measure: Measure, difference: bool = True) -> Head:
    """An outcome as the head of a column."""
    better = {"more": Text("↑ more is better", "↑ 越高越好"), "less": Text("↓ less is better", "↓ 越低越好")}
    factor = 100.0 if measure.unit == "1" else 1.0
    counts = f"{factor * measure.matters:,g}" if measure.matters > 0 and difference else ""
    return Head(measure, unit(measure.unit, difference), better.get(measure.better, Text("", "")), counts)


def table(study: Study) -> dict[str, Any]:
    """Schemes by headline outcomes."""
    names = headlines(study)
    kinds = {name: any(row.kind == "difference" for row in study.of(name)) for name in names}
    lines = [(scheme, [_cell_of(study, scheme, name) for name in names]) for scheme in study.schemes]
    return {"heads": [head(study.measures[name], kinds[name]) for name in names], "lines": lines}


def _cell_of(study: Study, scheme: Scheme, name: str) -> Cell | None:
    row = study.row(scheme.name, name)
    return None if row is None else cell(row)


def sheet(study: Study) -> list[dict[str, Any]]:
    """Every row of the scores by group and measure, with what each group says in all."""
    known = [*GROUPS, *(m.group for m in study.measures.values())]
    found = []
    for name in dict.fromkeys(known):
        rows = [row for row in study.rows if row.measure.group == name]
        if rows:
            order = list(dict.fromkeys((row.measure.name, row.year) for row in rows))
            rows.sort(key=lambda row: (order.index((row.measure.name, row.year)), row.scheme.number))
            blocks = [
                (head(held[0].measure, held[0].kind == "difference"), held[0].year, [cell(row) for row in held])
                for _, held in ((key, list(part)) for key, part in groupby(rows, _block))
            ]
            found.append({"title": group(name), "count": len(blocks), "tally": tally(rows), "blocks": blocks})
    return found


def _block(row: Row) -> tuple[str, str]:
    return row.measure.name, row.year


@dataclass(frozen=True)
class Bar:
    """One fifth of a scheme: places in per cent of the width."""

    label: Text
    left: float
    width: float
    dot: float
    cell: Cell


def fifths(study: Study) -> list[dict[str, Any]]:
    """Outcomes by fifth of income: a small chart a scheme, all of an outcome on one scale."""
    stems = dict.fromkeys(name.partition(FIFTH)[0] for name in study.measures if re.search(rf"{FIFTH}[1-5]$", name))
    found = []
    for stem in stems:
        names = [f"{stem}{FIFTH}{k}" for k in range(1, 6)]
        if not all(name in study.measures for name in names):
            continue
        rows = {s.name: [study.row(s.name, name) for name in names] for s in study.schemes}
        whole = {s: [r for r in of if r is not None and not r.refused] for s, of in rows.items()}
        drawn = [s for s in study.schemes if len(whole[s.name]) == len(names)]
        if drawn:
            charts = _bars([whole[s.name] for s in drawn])
            measure = unit(study.measures[names[0]].unit, whole[drawn[0].name][0].kind == "difference")
            title = STEMS.get(stem, study.measures[names[0]].label)
            found.append({"title": title, "unit": measure, **charts, "schemes": drawn})
    return found


def _bars(rows: list[list[Row]]) -> dict[str, Any]:
    every = [row for of in rows for row in of]
    ends = [v for row in every for v in (row.mean, *row.alone) if math.isfinite(v)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    span = (high - low) or 1.0

    def place(value: float) -> float:
        return 100 * (value - low) / span

    bars = []
    for of in rows:
        line = []
        for label, row in zip(FIFTHS, of, strict=True):
            left, right = (place(end if math.isfinite(end) else row.mean) for end in row.alone)
            line.append(Bar(label, left, right - left, place(row.mean), cell(row)))
        bars.append(line)
    return {"bars": bars, "zero": place(0.0)}


def costs(study: Study) -> dict[str, Any]:
    """Who pays for each scheme and to whom the money goes."""
    lines = []
    for scheme in study.schemes:
        whole = _cell_of(study, scheme, COST)
        parts = [(words, colour, _cell_of(study, scheme, name)) for name, (words, colour) in COST_PARTS.items()]
        there = [(words, colour, one) for words, colour, one in parts if one and one.row.mean > 0]
        total = sum(one.row.mean for _, _, one in there)
        share = scheme.about.get("spent_share_of_budget")
        lines.append(
            {
                "scheme": scheme,
                "payer": FUNDS.get(scheme.about["funded_by"], text(scheme.about["funded_by"])),
                "whole": whole,
                "spent": money(scheme.about.get("spent_total")),
                "share": None if share is None else figure(100 * share, 0),
                "total": total,
                "parts": [(words, colour, one, figure(100 * one.row.mean / total, 0)) for words, colour, one in there],
            }
        )
    most = max((line["total"] for line in lines), default=0.0) or 1.0
    used = {words.en for line in lines for words, *_ in line["parts"]}
    keys = [(words, colour) for words, colour in COST_PARTS.values() if words.en in used]
    ratios = [name for name, m in study.measures.items() if m.group == "cost" and _kind(study, name) == "ratio"]
    return {
        "lines": lines,
        "most": most,
        "keys": keys,
        "ratios": [(head(study.measures[name], False), [cell(row) for row in study.of(name)]) for name in ratios],
    }


def _kind(study: Study, name: str) -> str:
    return next((row.kind for row in study.of(name)), "")


def additional(study: Study) -> list[dict[str, Any]]:
    """Additionality, leakage and permanence: what the word means and what each scheme has of it."""
    held = [m for m in study.measures.values() if m.group == "additionality" and study.of(m.name)]
    found = []
    for stem, definition in DEFINITIONS.items():
        of = [m for m in held if m.name.startswith(stem)]
        rows = [(head(m, _kind(study, m.name) == "difference"), [cell(row) for row in study.of(m.name)]) for m in of]
        found.append({"definition": definition, "rows": rows})
    others = [m for m in held if not m.name.startswith(tuple(DEFINITIONS))]
    rows = [(head(m, _kind(study, m.name) == "difference"), [cell(row) for row in study.of(m.name)]) for m in others]
    return [*found, {"definition": None, "rows": rows}] if rows else found


def pairing(study: Study) -> list[tuple[Text, list[tuple[Scheme, Mapping[str, Any], Text, str]]]]:
    """By how much pairing cut the variance, outcome by outcome; the headline ones alone where there are many."""
    told = list(study.about["pairing"])
    shown = headlines(study)
    told = [one for one in told if one["measure"] in shown] or told
    names = {scheme.name: scheme for scheme in study.schemes}
    found = []
    for measure in dict.fromkeys(one["measure"] for one in told):
        lines = [
            (names[one["scheme"]], one, text(one["words"]), _correlation(one["correlation"]))
            for one in told
            if one["measure"] == measure
        ]
        label = study.measures[measure].label if measure in study.measures else text(measure)
        found.append((label, lines))
    return found


def _correlation(value: float | None) -> str:
    return "–" if value is None else figure(float(value), 2)


def fronts(study: Study) -> list[compare_charts.Front]:
    """Cost against two outcomes: the well-known ones, else the primary one and the first of income."""
    firsts = [m.name for group in ("income", "environment") for m in study.measures.values() if m.group == group][:1]
    wanted = dict.fromkeys([*FRONT, str(study.about["primary"]), *firsts])
    drawn = [compare_charts.front(study, COST, name) for name in wanted if name in study.measures]
    return [chart for chart in drawn if chart is not None][:2]


def charts(study: Study) -> list[compare_charts.Paths]:
    """The chosen indicators as differences over the years; the first of the record where none is known."""
    there = list(dict.fromkeys(study.paths["indicator"]))
    chosen = [name for name in CHARTED if name in there] or there[:6]
    found = []
    for name in chosen:
        written, label = _indicator(study, name)
        drawn = compare_charts.paths(study, name, written, label, unit(written, difference=True))
        found += [drawn] if drawn else []
    return found


def _indicator(study: Study, name: str) -> tuple[str, Text]:
    if name in study.measures:
        return study.measures[name].unit, study.measures[name].label
    known = REGISTRY.get(name)
    return (known.unit, Text(known.en, known.zh)) if known else ("", text(name))


def cards(study: Study) -> list[dict[str, Any]]:
    """How each scheme works, in words, with what its numbers stand on where the record has them."""
    return [
        {
            "scheme": scheme,
            "explanation": text(scheme.about["explanation"]),
            "note": text(scheme.about.get("note") or ""),
            "mechanism": MECHANISMS.get(scheme.about["mechanism"], text(scheme.about["mechanism"])),
            "leader": LEADERS.get(scheme.about["led_by"], text(scheme.about["led_by"])),
            "payer": FUNDS.get(scheme.about["funded_by"], text(scheme.about["funded_by"])),
            "rates": list(scheme.about.get("rates", [])),
        }
        for scheme in study.schemes
    ]


def sources(study: Study) -> list[tuple[str, Text]]:
    """What the source keys stand for."""
    held = study.about.get("sources") or {}
    pairs = held.items() if isinstance(held, Mapping) else [_source(one) for one in held]
    return [(str(key), text(said)) for key, said in pairs]


def _source(one: Any) -> tuple[str, Any]:
    if isinstance(one, Mapping):
        return str(one.get("key", "")), one.get("text", "")
    return "", one
