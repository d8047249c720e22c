"""Targets: figures of the real place that runs are held against, and how each is read from a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, Field, ValidationError, model_validator

from village_abm.experiments.sweep.measured import Measure, measured
from village_abm.experiments.sweep.spec import Real, Text, Whole, in_one_line
from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import params_folder, read_toml
from village_abm.scenario import read_scenario, shipped_scenarios

if TYPE_CHECKING:
    import pandas as pd

FILE = "targets.toml"
USED = "calibrate"
"""The role of figures that are there to be met; others are taken only where they are named."""


class Observed(BaseModel, extra="forbid", frozen=True):
    """How a figure is read from the runs of a scenario, and how well it is known."""

    scenario: Text
    indicator: Text
    how: Literal["level", "ratio", "points", "growth"]
    years: tuple[Whole, ...] = Field(min_length=1, max_length=2)
    value: Real | None = None
    sd_share: Real | None = Field(default=None, gt=0)
    figure: Text = ""
    gap: Real = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _possible(self) -> Observed:
        if self.how != "level" and len(self.years) != 2:
            raise ValueError("a change needs two years. Write years = [first, last].")
        if len(self.years) == 2 and self.years[0] >= self.years[1]:
            raise ValueError(f"year {self.years[1]} does not come after {self.years[0]}. Write the earlier one first.")
        if self.sd_share is not None and self.value is None:
            raise ValueError("sd_share without a value to take it of. Write value = ... too.")
        return self


@dataclass(frozen=True)
class Target:
    """A figure to be met."""

    name: str
    what: str
    unit: str
    role: str
    value: float
    sd: float
    """Standard deviation of the figure as an observation."""
    observed: Observed

    @property
    def figure(self) -> str:
        """What it is a reading of: readings of one figure exclude each other."""
        return self.observed.figure or self.name

    def of(self, frame: pd.DataFrame) -> pd.Series:
        """The figure in every run of a frame of results; shape (runs,), indexed by run_id."""
        seen, years = self.observed, self.observed.years
        if seen.how == "level":
            return measured(frame, Measure(seen.indicator, (years[0], years[-1])))
        first, last = (measured(frame, Measure(seen.indicator, (year, year))) for year in years)
        if seen.how == "points":
            return last - first
        ratio = (last / first).where((first > 0) & (last > 0))
        return ratio - 1 if seen.how == "ratio" else ratio.map(np.log) / (years[1] - years[0])


def read_targets(table: Mapping[str, Any] | None = None) -> dict[str, Target]:
    """All targets that say how they are observed, by name; raises ParameterError."""
    rows = read_toml(params_folder() / FILE) if table is None else table
    found: dict[str, tuple[Mapping[str, Any], Observed]] = {}
    for name, row in rows.items():
        if "observed" in row:
            try:
                found[name] = row, Observed.model_validate(row["observed"])
            except ValidationError as error:
                raise ParameterError(f"{FILE}: {name}.observed: {in_one_line(error, Observed)}") from None
            _check(found[name][1], f"{FILE}: {name}.observed")
    return {name: _target(name, row, seen) for name, (row, seen) in found.items()}


def _check(seen: Observed, where: str) -> None:
    """Refuse scenarios, indicators, villages and years that no run would have."""
    from village_abm.indicators import REGISTRY

    refuse_unknown([seen.scenario], shipped_scenarios(params_folder()), f"{where}.scenario", "scenario")
    scenario, _ = read_scenario(params_folder(), seen.scenario)
    indicator, _, village = seen.indicator.partition(".")
    refuse_unknown([indicator], REGISTRY, f"{where}.indicator", "indicator")
    if village:
        named = [one.name for one in scenario.villages] if len(scenario.villages) > 1 else []
        refuse_unknown([village], named, f"{where}.indicator", "village")
    if not scenario.start <= seen.years[0] <= seen.years[-1] <= scenario.end:
        raise ParameterError(
            f"{where}.years: {seen.scenario} records {scenario.start} to {scenario.end}. Take years among these."
        )


def _target(name: str, row: Mapping[str, Any], seen: Observed) -> Target:
    low, high = row["window"]
    value = (low + high) / 2 if seen.value is None else seen.value
    sd = (high - low) / 4 if seen.sd_share is None else seen.sd_share * abs(value)
    return Target(name, row["what"], row["unit"], row["role"], value, sd, seen)


def chosen(known: Mapping[str, Target], scenario: str, names: Sequence[str] = ()) -> list[Target]:
    """The targets of a scenario to be met: those named, or those of role calibrate with all readings of their figures.

    Of a figure of which not all readings are in use, half the gap between them is added to the standard deviation.
    Raises ParameterError where there is none, or one is of another scenario.
    """
    here = {name: target for name, target in known.items() if target.observed.scenario == scenario}
    refuse_unknown(names, here, "targets", f"target observed in {scenario}")
    figures = {target.figure for target in here.values() if target.role == USED}
    taken = [here[name] for name in names] or [target for target in here.values() if target.figure in figures]
    if not taken:
        raise ParameterError(
            f"targets: none of role '{USED}' is observed in {scenario}. Take base = \"huanjiang\", or name some of "
            f"{', '.join(here) or 'another scenario'}."
        )
    if len({target.name for target in taken}) < len(taken):
        raise ParameterError("targets: one is named twice. Name each once.")
    return [_with_gap(target, here, taken) for target in taken]


def _with_gap(target: Target, here: Mapping[str, Target], taken: Sequence[Target]) -> Target:
    readings = [one for one in here.values() if one.figure == target.figure]
    if len(readings) > 1 and all(one.name in {other.name for other in taken} for one in readings):
        return target
    return Target(**{**vars(target), "sd": target.sd + target.observed.gap / 2})


def recorded(known: Mapping[str, Target], scenario: str) -> tuple[str, ...]:
    """The indicators of which any target of a scenario is read: another choice of targets needs no other runs."""
    return tuple(sorted({
        target.observed.indicator.partition(".")[0]
        for target in known.values() if target.observed.scenario == scenario
    }))  # fmt: skip
