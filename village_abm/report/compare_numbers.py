"""Numbers of a comparison as they are read: a mean, its intervals and their unit, to the decimals they bear."""

from __future__ import annotations

import math
from dataclasses import dataclass

from village_abm.report.compare_study import Row
from village_abm.report.compare_words import MOST_PAIRS, OPEN, VERDICTS, unit
from village_abm.report.words import Text

MOST_DECIMALS = 6


@dataclass(frozen=True)
class Cell:
    """A row of the scores as it is written."""

    row: Row
    verdict: str
    sign: str
    word: Text
    mean: str
    alone: str
    together: str
    interval: str
    """The one of both that decides."""
    without: str
    with_scheme: str
    unit: Text
    needed: Text


def cell(row: Row) -> Cell:
    """The row in words and figures; a refused one has dashes and its reason."""
    sign, word = VERDICTS.get(row.verdict, ("", Text("", "")))
    signed = row.compared
    factor = 100.0 if row.measure.unit == "1" else 1.0
    mean, alone, together, interval = "–", "–", "–", "–"
    if not row.refused:
        ends = [factor * end for end in (*row.alone, *row.together)]
        decides = 0 if row.interval == row.alone else 2
        places = decimals(factor * row.mean, ends)
        mean = figure(factor * row.mean, places, signed)
        alone, together, interval = (_range(ends[k : k + 2], places, signed) for k in (0, 2, decides))
    levels = [factor * level for level in (row.mean_without, row.mean_with)]
    places = decimals(max(levels, key=lambda level: abs(level) if math.isfinite(level) else -1.0), [])
    without, with_scheme = (figure(level, places) for level in levels)
    return Cell(
        row, row.verdict, sign, word, mean, alone, together, interval, without, with_scheme,
        unit(row.measure.unit, signed), needed(row),
    )  # fmt: skip


def decimals(mean: float, ends: list[float]) -> int:
    """Decimals that the interval bears: its half-width to a figure or two, and no settled end rounded to nought."""
    known = [end for end in ends if math.isfinite(end)]
    width = (max(known) - min(known)) / 2 if known else 0.0
    size = width / 3 if width > 0 else abs(mean) / 100
    places = max(0, math.ceil(-math.log10(size))) if size > 0 else 0
    told_from_zero = known if known and (min(known) > 0 or max(known) < 0) else []
    while places < MOST_DECIMALS and any(round(end, places) == 0 for end in told_from_zero):
        places += 1
    return min(places, MOST_DECIMALS)


def figure(value: float, places: int, signed: bool = False) -> str:
    """A number with thousands apart, a true minus and, if asked, its sign; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    shown = f"{abs(value):,.{places}f}"
    nothing = not any(digit in shown for digit in "123456789")
    if nothing:
        return shown
    return f"−{shown}" if value < 0 else f"+{shown}" if signed else shown


def _range(ends: list[float], places: int, signed: bool) -> str:
    if not all(math.isfinite(end) for end in ends):
        return "–"
    low, high = (figure(end, places, signed) for end in ends)
    return f"{low} … {high}"


def needed(row: Row) -> Text:
    """How many pairs would settle what is open; empty where nothing is."""
    if row.verdict not in OPEN:
        return Text("", "")
    if not math.isfinite(row.pairs_needed) or row.pairs_needed > MOST_PAIRS:
        return Text(f"needs more than {MOST_PAIRS:,} pairs", f"需 {MOST_PAIRS:,} 对以上")
    count = f"{math.ceil(row.pairs_needed):,}"
    return Text(f"needs about {count} pairs", f"约需 {count} 对")


def money(value: float | None) -> Text:
    """Yuan in words; in Chinese by the ten thousand where they are many."""
    if value is None or not math.isfinite(value):
        return Text("–", "–")
    chinese = f"{value / 1e4:,.1f} 万元" if abs(value) >= 1e4 else f"{value:,.0f} 元"
    return Text(f"{value:,.0f} yuan", chinese)
