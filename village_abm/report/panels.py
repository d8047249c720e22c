"""Indicators as small charts: those of every section, the key numbers, and the same as tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.report import charts, palette, words
from village_abm.report.reading import Run
from village_abm.report.tables import Sheet
from village_abm.report.words import Text

CARDS = ("away_share", "farmed_area", "kd_area", "cover", "income_real", "poverty")
# What stands first in its group; the others follow in the order of the table.
FIRST = (
    "population", "households", "residents", "away_share", "farmer_age", "farmed_area", "abandoned_share",
    "cleared_area", "kd_area", "cover", "income_real", "poverty", "income", "scheme_payments", "enrolled_area",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """What an indicator was in one of several villages: its words, colour, first and last value."""

    place: Text
    colour: str
    first: str
    last: str


@dataclass(frozen=True)
class Card:
    """One key number: words, unit, first and last value and its path."""

    label: Text
    unit: Text
    first: str
    last: str
    chart: charts.Chart
    parts: list[Part]


@dataclass(frozen=True)
class Panel:
    """One small chart with its words."""

    label: Text
    unit: Text
    last: str
    chart: charts.Chart
    parts: list[Part]


@dataclass(frozen=True)
class Row:
    """An indicator over a few years, for those who would rather read."""

    label: Text
    unit: Text
    cells: list[str]


def of_group(run: Run, group: str) -> list[str]:
    """The indicators of a group as readers meet them: the key numbers first."""
    names = [name for name in run.indicators.columns if "." not in name and _about(run, "groups")[name] == group]
    return sorted(names, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))


def _about(run: Run, what: str) -> dict[str, str]:
    found: dict[str, str] = run.indicators.attrs[what]
    return found


def is_silent(run: Run, name: str) -> bool:
    """Whether an indicator is nothing in all years."""
    return bool((run.indicators[name].to_numpy(float) == 0).all())


def silent(run: Run, group: str) -> list[Text]:
    """The indicators of a group that are nothing in all years."""
    return [label(run, name) for name in of_group(run, group) if is_silent(run, name)]


def shown(run: Run, group: str) -> list[str]:
    """The indicators of a group worth a chart."""
    return [name for name in of_group(run, group) if not is_silent(run, name)]


def _columns(run: Run, name: str) -> list[str]:
    """The columns of an indicator: all of the land, then village by village where there are several."""
    return [name, *(column for column in run.indicators.columns if column.startswith(f"{name}."))]


def parts(run: Run, name: str) -> list[Part]:
    """An indicator village by village; none where there is only one."""
    found = []
    for number, column in enumerate(_columns(run, name)[1:]):
        written, values = _about(run, "units")[name], run.indicators[column].to_numpy(float)
        place, colour = words.place(column.split(".", 1)[1]), palette.LINES[(number + 1) % len(palette.LINES)]
        first, last = (words.amount(float(values[k]), written) for k in (0, -1))
        found.append(Part(place, colour, first, last))
    return found


def label(run: Run, name: str) -> Text:
    """An indicator in words, with a capital."""
    found = run.indicators.attrs["labels"][name]
    return Text(found["en"][:1].upper() + found["en"][1:], found["zh"])


def _scaled(run: Run, name: str) -> np.ndarray:
    stem = name.split(".", 1)[0]
    factor = 100.0 if _about(run, "units")[stem] == "1" else 1.0
    return run.indicators[name].to_numpy(float) * factor


def _chart(run: Run, name: str, from_zero: bool = False) -> charts.Chart:
    series = {column.partition(".")[2]: _scaled(run, column) for column in _columns(run, name)}
    return charts.time_path(run.years, series, palette.LINES, from_zero)


def cards(run: Run) -> list[Card]:
    """The key numbers at the head of the page."""
    found = []
    for name in CARDS:
        if name not in run.indicators:
            continue
        written, values = _about(run, "units")[name], run.indicators[name].to_numpy(float)
        first, last = words.number(values[0], written), words.number(values[-1], written)
        chart = _chart(run, name, from_zero=True)
        found.append(Card(label(run, name), words.unit(written), first, last, chart, parts(run, name)))
    return found


def panels(run: Run, group: str) -> list[Panel]:
    """The indicators of a group as time paths."""
    units = _about(run, "units")
    return [
        Panel(
            label(run, name),
            words.unit(units[name]),
            words.number(float(run.indicators[name].to_numpy()[-1]), units[name]),
            _chart(run, name),
            parts(run, name),
        )
        for name in shown(run, group)
    ]


def rows(run: Run, group: str) -> list[Row]:
    """The indicators of a group over a few years."""
    units = _about(run, "units")
    places = [run.years.index(year) for year in charts.year_ticks(run.years)]
    found = []
    for name in shown(run, group):
        values = run.indicators[name].to_numpy(float)
        cells = [words.number(float(values[k]), units[name]) for k in places]
        found.append(Row(label(run, name), words.unit(units[name]), cells))
    return found


def sheet(run: Run, group: str) -> Sheet:
    """The indicators of a group in all years and villages, to be downloaded."""
    head = [Text("name", "名称"), Text("indicator", "指标"), Text("village", "村"), Text("unit", "单位")]
    lines = [
        [
            column,
            label(run, name),
            words.place(column.partition(".")[2]) if "." in column else Text("all", "全部"),
            _about(run, "units")[name],
            *run.indicators[column].to_numpy(float).tolist(),
        ]
        for name in of_group(run, group)
        for column in _columns(run, name)
    ]
    return Sheet(f"{group}-by-year", [*head, *map(str, run.years)], lines)
