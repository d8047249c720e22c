"""What each mechanism matters for: differences between paired runs as a table, a chart and lines of a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from village_abm.report import words
from village_abm.report.reading import Run
from village_abm.report.words import Text

if TYPE_CHECKING:
    import pandas as pd

# Short enough for the head of a column; the full names stand in the charts of the years.
SHORT = {
    "cover": Text("vegetation cover", "植被覆盖度"),
    "kd_area": Text("rocky desertification", "石漠化面积"),
    "income_real": Text("income a head, prices of 2020", "人均收入（2020年价）"),
    "poverty": Text("poor people", "贫困发生率"),
    "income_gini": Text("inequality (Gini)", "基尼系数"),
    "away_share": Text("adults away", "外出比例"),
    "abandoned_share": Text("cropland abandoned", "撂荒比例"),
    "rented_share": Text("cropland rented", "流转比例"),
    "largest_holding": Text("largest holding", "最大经营规模"),
}
POINTS = Text("points", "百分点")
CHARTED = ("cover", "income_real")
FIGURES = "123456789"
TENTHS = ("ha", "mu")
MOST_ROWS = 14
PLAIN_TEXT = 3


def section(run: Run) -> dict[str, Any] | None:
    """What the section shows; None for a run that was compared with nothing."""
    if run.ablation is None:
        return None
    told = run.manifest["ablation"]
    return {
        "pairs": told["pairs"],
        "percent": round(100 * told["confidence"]),
        "family": told["family"],
        "year": run.years[-1],
        "heads": [(_short(run, name), _unit(run, name)) for name in told["indicators"]],
        "groups": _groups(run, run.ablation),
        "charts": [forest(run, name) for name in CHARTED if name in told["indicators"] and len(run.ablation)],
        "left_out": [Text(row["en"], row["zh"]) for row in told["left_out"]],
    }


@dataclass(frozen=True)
class Cell:
    """One difference: how it is written, its interval, and whether it counts as an effect."""

    shown: str
    interval: str
    effect: bool
    sign: str


def _cell(row: dict[str, Any]) -> Cell:
    low, high = (signed(row[end], row["unit"]) for end in ("simultaneous_low", "simultaneous_high"))
    sign = "more" if row["difference"] > 0 else "less"
    return Cell(_written(row), f"{low} … {high}", bool(row["effect"]), sign)


def _written(row: dict[str, Any]) -> str:
    """The difference; a clear one that would round to nothing to its first figure."""
    shown = signed(row["difference"], row["unit"])
    if not row["effect"] or any(digit in shown for digit in FIGURES):
        return shown
    small = abs(row["difference"]) * (100 if row["unit"] == "1" else 1)
    return f"{'−' if row['difference'] < 0 else '+'}{small:.1g}"


def signed(value: float, written: str) -> str:
    """A difference as a reader knows it: with its sign, shares in points of per cent."""
    shown = f"{abs(value):.1f}" if written in TENTHS and abs(value) < 10 else words.number(abs(value), written)
    nothing = not any(digit in shown for digit in FIGURES)
    return shown if nothing else f"{'−' if value < 0 else '+'}{shown}"


def _groups(run: Run, frame: pd.DataFrame) -> list[tuple[Text, list[dict[str, Any]]]]:
    """Mechanisms by group, each with a cell an indicator in the order of the heads."""
    told = run.manifest["ablation"]
    cells = {(row["mechanism"], row["indicator"]): _cell(row) for row in _rows(frame)}
    found = []
    for group in told["groups"]:
        rows = []
        for one in (one for one in told["mechanisms"] if one["group"] == group["name"]):
            line = [cells[one["name"], indicator] for indicator in told["indicators"]]
            rows.append(
                {
                    "label": Text(one["en"], one["zh"]),
                    "what": Text(one["what"]["en"], one["what"]["zh"]),
                    "cells": line,
                    "seen": any(cell.effect for cell in line),
                }
            )
        if rows:
            found.append((Text(group["en"], group["zh"]), rows))
    return found


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


@dataclass(frozen=True)
class Bar:
    """One line of a forest plot: places in per cent of its width."""

    label: Text
    left: float
    width: float
    dot: float
    cell: Cell


@dataclass(frozen=True)
class Forest:
    """Differences with their intervals about a line of no difference."""

    title: Text
    unit: Text
    zero: float
    ends: tuple[str, str]
    bars: list[Bar]
    more: int
    """Mechanisms not drawn, whose differences are smaller."""


def forest(run: Run, indicator: str) -> Forest:
    """The mechanisms that differ most in an indicator, the largest gain first."""
    assert run.ablation is not None
    labels = {one["name"]: Text(one["en"], one["zh"]) for one in run.manifest["ablation"]["mechanisms"]}
    known = [
        row for row in _rows(run.ablation) if row["indicator"] == indicator and row["difference"] == row["difference"]
    ]
    rows = sorted(known, key=lambda row: (-row["effect"], -abs(row["difference"])))[:MOST_ROWS]
    rows.sort(key=lambda row: -row["difference"])
    # Scaled by the differences: an interval much wider than any of them is cut at the edge.
    reach = max((max(abs(row["simultaneous_low"]), abs(row["simultaneous_high"])) for row in rows), default=0.0)
    farthest = max((1.6 * abs(row["difference"]) for row in rows), default=0.0)
    edge = min(reach, farthest) or 1.0

    def place(value: float) -> float:
        return 50 + 50 * max(-1.0, min(1.0, value / edge))

    bars = []
    for row in rows:
        left, right = place(row["simultaneous_low"]), place(row["simultaneous_high"])
        bars.append(Bar(labels[row["mechanism"]], left, right - left, place(row["difference"]), _cell(row)))
    unit = run.indicators.attrs["units"][indicator]
    ends = (signed(-edge, unit), signed(edge, unit))
    return Forest(_short(run, indicator), _unit(run, indicator), 50.0, ends, bars, len(known) - len(rows))


def _short(run: Run, indicator: str) -> Text:
    label = run.indicators.attrs["labels"][indicator]
    return SHORT.get(indicator, Text(label["en"], label["zh"]))


def _unit(run: Run, indicator: str) -> Text:
    written = run.indicators.attrs["units"][indicator]
    return POINTS if written == "1" else words.unit(written)


def lines(run: Run) -> list[tuple[str, str]]:
    """For a terminal: each mechanism and its clearest effects, or that none is seen; empty without comparison."""
    if run.ablation is None:
        return []
    found = []
    for one in run.manifest["ablation"]["mechanisms"]:
        rows = [row for row in _rows(run.ablation) if row["mechanism"] == one["name"] and row["effect"]]
        # The clearest first: those whose interval is narrowest against the difference.
        rows.sort(key=lambda row: (row["high"] - row["low"]) / abs(row["difference"]))
        effects = []
        for row in rows[:PLAIN_TEXT]:
            unit = _unit(run, row["indicator"]).en.split(" a ")[0]  # yuan, not yuan a head and year
            effects.append(f"{_short(run, row['indicator']).en} {_written(row)} {unit}")
        more = f"; {len(rows) - PLAIN_TEXT} more" if len(rows) > PLAIN_TEXT else ""
        found.append((one["en"], "; ".join(effects) + more if effects else "no effect seen"))
    return found
