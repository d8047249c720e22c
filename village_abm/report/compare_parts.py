"""The parts of the page of a comparison: headline table, score sheet, fifths, pairing and the schemes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from village_abm.indicators import REGISTRY
from village_abm.report import compare_charts
from village_abm.report.compare_numbers import Cell, cell, figure
from village_abm.report.compare_story import FIFTH, headlines, tally
from village_abm.report.compare_study import BETWEEN, Measure, Row, Scheme, Study, text
from village_abm.report.compare_words import (
    CHARTED,
    CHARTED_IF_ANY,
    COST,
    FIFTHS,
    FRONT,
    FUNDS,
    GROUPS,
    LEADERS,
    MECHANISMS,
    PRIVATE_COST,
    STEMS,
    group,
    unit,
)
from village_abm.report.words import Text


@dataclass(frozen=True)
class Head:
    """The head of a column or line: an outcome, its unit, which way is better and from where it counts."""

    measure: Measure
    title: Text
    unit: Text
    better: Text
    matters: str


def capital(words: Text) -> Text:
    """Words as a heading writes them."""
    return Text(words.en[:1].upper() + words.en[1:], words.zh)


def head(measure: Measure, difference: bool = True) -> Head:
    """An outcome as the head of a column."""
    better = {"more": Text("↑ more is better", "↑ 越高越好"), "less": Text("↓ less is better", "↓ 越低越好")}
    factor = 100.0 if measure.unit == "1" else 1.0
    counts = f"{factor * measure.matters:,g}" if measure.matters > 0 and difference else ""
    return Head(
        measure,
        capital(measure.label),
        unit(measure.unit, difference),
        better.get(measure.better, Text("", "")),
        counts,
    )


def table(study: Study) -> dict[str, Any]:
    """Schemes by headline outcomes."""
    return grid(study, headlines(study))


def grid(study: Study, names: list[str]) -> dict[str, Any]:
    """Schemes by some outcomes: the heads of the columns, and a line of cells a scheme."""
    kinds = {name: any(row.compared for row in study.of(name)) for name in names}
    lines = [(scheme, [cell_of(study, scheme, name) for name in names]) for scheme in study.schemes]
    return {"heads": [head(study.measures[name], kinds[name]) for name in names], "lines": lines}


def cell_of(study: Study, scheme: Scheme, name: str) -> Cell | None:
    """An outcome of a scheme as it is written; None where the record has none."""
    row = study.row(scheme.name, name)
    return None if row is None else cell(row)


def against(study: Study) -> dict[str, Any] | None:
    """Scheme against scheme by headline outcomes; None where the record has no such rows."""
    names = headlines(study)
    couples = {(row.scheme.name, row.rival.name): (row.scheme, row.rival) for row in study.rivals if row.rival}
    if not couples:
        return None
    lines = []
    for (a, b), of in couples.items():
        rows = [study.rival(a, b, name) for name in names]
        lines.append((of, [None if row is None else cell(row) for row in rows]))
    return {"heads": [head(study.measures[name]) for name in names], "lines": lines}


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
                (head(held[0].measure, held[0].compared), held[0].year, [cell(row) for row in held])
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
            measure = unit(study.measures[names[0]].unit, whole[drawn[0].name][0].compared)
            title = STEMS.get(stem, capital(study.measures[names[0]].label))
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


def known(words: Mapping[str, Text], key: str, en: str = "{}", zh: str = "{}") -> Text:
    """The words of a key within a phrase; a key not known here stays as it is written."""
    found = words.get(key, text(key))
    return Text(en.format(found.en), zh.format(found.zh))


def additional(study: Study) -> dict[str, Any] | None:
    """The measures of additionality, leakage and permanence, scheme by scheme; None where there are none."""
    names = [m.name for m in study.measures.values() if m.group == "additionality" and study.of(m.name)]
    return grid(study, names) if names else None


def pairing(study: Study) -> list[tuple[Text, list[tuple[list[Scheme], Text, str]]]]:
    """By how much pairing cut the variance, outcome by outcome, for schemes and for couples of them."""
    told = list(study.about["pairing"])
    found = []
    for measure in dict.fromkeys(one["measure"] for one in told):
        lines = [
            (_couple(study, one["scheme"]), text(one["words"]), _correlation(one["correlation"]))
            for one in told
            if one["measure"] == measure
        ]
        label = study.measures[measure].label if measure in study.measures else text(measure)
        found.append((capital(label), lines))
    return found


def _couple(study: Study, name: str) -> list[Scheme]:
    """The scheme of this name, or both of a couple of rivals."""
    return [scheme for scheme in study.schemes if scheme.name in name.split(BETWEEN)]


def _correlation(value: float | None) -> str:
    return "–" if value is None else figure(float(value), 2)


def fronts(study: Study) -> list[compare_charts.Front]:
    """Cost against two outcomes: the well-known ones, else the primary one and the first of income."""
    firsts = [m.name for group in ("income", "environment") for m in study.measures.values() if m.group == group][:1]
    wanted = dict.fromkeys([*FRONT, str(study.about["primary"]), *firsts])
    drawn = [compare_charts.front(study, COST, name) for name in wanted if name in study.measures]
    return [chart for chart in drawn if chart is not None][:2]


def paid_otherwise(study: Study) -> list[tuple[Scheme, Cell]]:
    """The schemes for which buyers or members pay, and how much: the public cost leaves it out."""
    return [(row.scheme, cell(row)) for row in study.of(PRIVATE_COST) if not row.refused and row.mean > 0]


def charts(study: Study) -> list[compare_charts.Paths]:
    """The chosen indicators as differences over the years; the first of the record where none is known."""
    there = list(dict.fromkeys(study.paths["indicator"]))
    differ = set(study.paths["indicator"][study.paths["mean"].abs() > 0])
    known = (*CHARTED_IF_ANY, *CHARTED)
    chosen = [name for name in known if name in (differ if name in CHARTED_IF_ANY else there)] or there[:6]
    found = []
    for name in chosen:
        written, label = _indicator(study, name)
        drawn = compare_charts.paths(study, name, written, capital(label), unit(written, difference=True))
        found += [drawn] if drawn else []
    return found


def _indicator(study: Study, name: str) -> tuple[str, Text]:
    if name in study.measures:
        return study.measures[name].unit, study.measures[name].label
    known = REGISTRY.get(name)
    return (known.unit, Text(known.en, known.zh)) if known else ("", text(name))


def joint(study: Study) -> tuple[list[Text], list[tuple[Scheme, str]]] | None:
    """Cost and both recorded outcomes at once: how often each scheme is on that front; None where it is not kept."""
    told = {one["scheme"]: one for one in study.about.get("pareto") or []}
    held = [(scheme, told[scheme.name]) for scheme in study.schemes if scheme.name in told]
    if not held:
        return None
    outcomes = [study.measures[name].label for name in held[0][1]["outcomes"] if name in study.measures]
    return outcomes, [(scheme, figure(100 * one["frequency"], 0)) for scheme, one in held]


def cards(study: Study) -> list[dict[str, Any]]:
    """How each scheme works, in words, with what its numbers stand on where the record has them."""
    return [
        {
            "scheme": scheme,
            "explanation": text(scheme.about["explanation"]),
            "note": text(scheme.about.get("note") or ""),
            "mechanism": known(MECHANISMS, scheme.about["mechanism"]),
            "leader": known(LEADERS, scheme.about["led_by"]),
            "payer": known(FUNDS, scheme.about["funded_by"]),
            "rates": [_rate(told) for told in scheme.about.get("rates", [])],
        }
        for scheme in study.schemes
    ]


def _rate(told: Mapping[str, Any]) -> dict[str, Any]:
    """A number of a scheme as it is written in its file."""
    value, written = told["value"], str(told["unit"])
    shown = ", ".join(f"{one:,}" if isinstance(one, int | float) else str(one) for one in _listed(value))
    return {**told, "value": shown or "–", "unit": unit(written) if written else text("")}


def _listed(value: Any) -> list[Any]:
    """A list as it is, anything else as the only one of a list; years without commas."""
    held = list(value) if isinstance(value, list | tuple) else [value]
    return [str(one) if isinstance(one, int) and 1900 <= one <= 2100 else one for one in held]


def meanings(study: Study) -> list[tuple[Text, str]]:
    """What each outcome of the sheet counts; the record has it in English."""
    return [(capital(one.label), one.meaning.en) for one in study.measures.values() if one.meaning.en]


def sources(study: Study) -> list[tuple[str, Text]]:
    """What the source keys stand for."""
    held = study.about.get("sources") or {}
    pairs = held.items() if isinstance(held, Mapping) else [_source(one) for one in held]
    return [(str(key), text(said)) for key, said in pairs]


def _source(one: Any) -> tuple[str, Any]:
    if isinstance(one, Mapping):
        return str(one.get("key", "")), one.get("text", "")
    return "", one
