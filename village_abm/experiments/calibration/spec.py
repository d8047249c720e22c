"""The specification of a calibration: that of a sweep, and what is to be done with its runs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from village_abm.experiments.sweep.measured import read_measure
from village_abm.experiments.sweep.spec import Outputs, Real, Replicates, Sobol, Spec, Text, Whole, read_spec

ADVISED = 3
"""Free parameters that a handful of figures can tell anything about."""


class Matching(BaseModel, extra="forbid", frozen=True):
    """History matching: what is ruled out, and when it ends."""

    waves: Whole = Field(default=4, ge=1)
    cut: Real = Field(default=3.0, gt=0)
    discrepancy: Real = Field(default=0.10, ge=0)
    """Standard deviation of what the model leaves out, as a share of each figure."""
    settled: Real = Field(default=0.10, gt=0)
    """Change of the share kept, against the wave before, below which no further wave is run."""


class Posterior(BaseModel, extra="forbid", frozen=True):
    """The draws taken from what is kept."""

    points: Whole = Field(default=512, ge=0)
    """Points run in the kept region; 0 for no draws."""
    draws: Whole = Field(default=200, ge=4)
    """Of these the nearest to the figures, which are kept."""

    @model_validator(mode="after")
    def _possible(self) -> Posterior:
        if self.points and self.draws > self.points:
            raise ValueError(f"{self.draws} draws of {self.points} points. Take more points.")
        return self


class Constraint(BaseModel, extra="forbid", frozen=True):
    """A measure that must not pass a limit, as public cost."""

    measure: Text
    at_most: Real

    @field_validator("measure")
    @classmethod
    def _readable(cls, word: str) -> str:
        return read_measure(word).name


class Objective(BaseModel, extra="forbid", frozen=True):
    """One measure to be made as large, or as small, as can be."""

    maximise: Text | None = None
    minimise: Text | None = None
    scheme: Text | None = None
    """With it, the effect of this scheme: the measure with it less that without."""
    constraint: Constraint | None = None
    trials: Whole = Field(default=60, ge=2)
    again: Whole = Field(default=20, ge=1)
    """The best trials that are run again with other luck."""

    @model_validator(mode="after")
    def _one(self) -> Objective:
        if (self.maximise is None) == (self.minimise is None):
            raise ValueError("not one goal. Write either maximise or minimise.")
        read_measure(self.measure)
        return self

    @property
    def measure(self) -> str:
        """What is made large or small."""
        return self.maximise or self.minimise or ""

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """The goal in one word."""
        return "maximize" if self.maximise else "minimize"


class CalibrationSpec(Spec):
    """A whole specification of a calibration as its file writes it; `design` is the first wave."""

    replicates: Replicates = Replicates(n=8)
    design: Sobol
    targets: tuple[Text, ...] = ()
    matching: Matching = Matching()
    posterior: Posterior = Posterior()
    objective: Objective | None = None

    @model_validator(mode="after")
    def _possible(self) -> CalibrationSpec:
        if self.outputs != Outputs():
            raise ValueError("what is kept of the runs follows from the targets. Leave [outputs] out.")
        if self.schemes:
            raise ValueError("schemes are not compared here. Write those in force as scenario.schemes in a scenario "
                             "file; for the effect of one, objective.scheme.")  # fmt: skip
        several = next((path for path, span in self.design.bounds.items() if span.choices is not None), None)
        if several:
            raise ValueError(f"design.bounds.{several}: choices cannot be calibrated. Write [low, high], or one "
                             "calibration for each choice.")  # fmt: skip
        return self


def read_calibration(file: Path) -> CalibrationSpec:
    """The specification in a TOML file; raises ParameterError with file, dotted key and remedy."""
    return read_spec(file, CalibrationSpec)
