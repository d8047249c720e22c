"""The handful of numbers shown at the end of a run, for the first, middle and last year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from village_abm.report.words import number, unit

if TYPE_CHECKING:
    import pandas as pd

ROWS = (
    "population", "households", "away_share", "farmed_area", "abandoned_share", "cover",
    "kd_slight", "kd_moderate", "kd_severe", "kd_extreme", "income_real", "poverty", "enrolled_area",
    "scheme_payments",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the table: words, unit and the value of each year shown."""

    words: str
    unit: str
    cells: list[str]


def table(indicators: pd.DataFrame) -> tuple[list[int], list[Line]]:
    """The years shown (first, middle, last), and a line for each headline number that the run counts."""
    years = [int(year) for year in indicators.index]
    places = list(dict.fromkeys((0, (len(years) - 1) // 2, len(years) - 1)))
    labels, units = indicators.attrs["labels"], indicators.attrs["units"]
    lines = []
    for name in ROWS:
        if name in indicators:
            values = indicators[name].to_numpy(float)
            cells = [number(float(values[k]), units[name]) for k in places]
            lines.append(Line(labels[name]["en"], unit(units[name]).en, cells))
    return [years[k] for k in places], lines
