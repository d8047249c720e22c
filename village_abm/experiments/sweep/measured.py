"""Measures of a run: an indicator in a year, over some years or at the end, written as one word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from village_abm.experiments.sweep.folder import FIXED
from village_abm.params import ParameterError, refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

END = "end"
_WORD = re.compile(r"(?P<indicator>[^@\s]+)@(?:(?P<end>end)|(?P<first>\d+)(?:\.\.(?P<last>\d+))?)")


@dataclass(frozen=True)
class Measure:
    """An indicator and when it is read; without years in the last one recorded."""

    indicator: str
    years: tuple[int, int] | None = None
    """First and last year, over which the mean is taken."""

    @property
    def name(self) -> str:
        """As it is written: kd_area@2020, kd_area@2010..2020 or kd_area@end."""
        if self.years is None:
            return f"{self.indicator}@{END}"
        first, last = self.years
        return f"{self.indicator}@{first}" if first == last else f"{self.indicator}@{first}..{last}"


def read_measure(word: str) -> Measure:
    """A measure from INDICATOR@YEAR, INDICATOR@FIRST..LAST or INDICATOR@end; raises ParameterError."""
    found = _WORD.fullmatch(word.strip())
    if found is None:
        raise ParameterError(f"measure {word!r}: no such form. Write kd_area@2020, kd_area@2010..2020 or kd_area@end.")
    if found["end"]:
        return Measure(found["indicator"])
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if first > last:
        raise ParameterError(f"measure {word!r}: {first} comes after {last}. Write the earlier year first.")
    return Measure(found["indicator"], (first, last))


def measured(frame: pd.DataFrame, measure: Measure) -> pd.Series:
    """The measure of every run in a frame of `sweep_results`; shape (runs,), indexed by run_id in their order.

    A run that lacks a value in one of the years has none. Raises ParameterError for what the frame does not hold.
    """
    if frame.empty or frame["year"].isna().all():
        raise ParameterError(f"measure '{measure.name}': no run is finished yet. Run the sweep first.")
    known = [name for name in frame.columns if name not in (*FIXED, "year")]
    refuse_unknown([measure.indicator], frame.attrs.get("units") or known, f"measure '{measure.name}'", "indicator")
    there = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
    first, last = measure.years or (there[-1], there[-1])
    if not (first in there and last in there):
        raise ParameterError(
            f"measure '{measure.name}': the runs record {there[0]} to {there[-1]}. Take years among these."
        )
    rows = frame[frame["year"].between(first, last)].drop_duplicates(["run_id", "year"])
    table = rows.pivot(index="run_id", columns="year", values=measure.indicator)
    return table.mean(axis=1, skipna=False).reindex(frame["run_id"].unique()).rename(measure.name)
