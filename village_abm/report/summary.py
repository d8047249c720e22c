"""The handful of numbers shown at the end of a run, for the first, middle and last year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from village_abm.report.words import number

if TYPE_CHECKING:
    import pandas as pd

# Short words and units: with three numbers beside them a line fits a terminal of 80 columns.
ROWS = {
    "population": ("people on the register", ""),
    "households": ("households", ""),
    "away_share": ("adults away", "%"),
    "farmed_area": ("crops and orchards", "ha"),
    "abandoned_share": ("contract cropland abandoned", "%"),
    "cover": ("vegetation cover", "%"),
    "kd_slight": ("desertified, slight", "ha"),
    "kd_moderate": ("desertified, moderate", "ha"),
    "kd_severe": ("desertified, severe", "ha"),
    "kd_extreme": ("desertified, extreme", "ha"),
    "income_real": ("income a head, prices of 2020", "yuan/yr"),
    "poverty": ("poor people", "%"),
    "enrolled_area": ("under conversion contract", "ha"),
    "scheme_payments": ("paid to households", "yuan/yr"),
}


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
    units = indicators.attrs["units"]
    lines = []
    for name, (title, unit) in ROWS.items():
        if name in indicators:
            values = indicators[name].to_numpy(float)
            lines.append(Line(title, unit, [number(float(values[k]), units[name]) for k in places]))
    return [years[k] for k in places], lines
