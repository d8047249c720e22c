"""An ensemble: points of the free parameters, and what the targets came to in their runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.calibration.targets import Target
from village_abm.experiments.sweep.spec import Span

if TYPE_CHECKING:
    import pandas as pd

    from village_abm.experiments.sweep.plan import Plan


@dataclass(frozen=True)
class Ensemble:
    """Runs of whole points, their luck in common."""

    at: np.ndarray
    """Points in the unit cube of the bounds; shape (points, parameters)."""
    values: np.ndarray
    """What each target came to; shape (points, replicates, targets)."""
    lost: int = 0
    """Points of which a run is missing, or gave no figure."""

    @property
    def mean(self) -> np.ndarray:
        """Mean over replicates; shape (points, targets)."""
        return self.values.mean(axis=1)

    @property
    def replicates(self) -> int:
        """Runs of a point."""
        return self.values.shape[1]

    def variance(self) -> np.ndarray:
        """Variance between replicates of one point, mean over points; shape (targets,); nought for single runs."""
        if self.replicates < 2:
            return np.zeros(self.values.shape[2])
        return self.values.var(axis=1, ddof=1).mean(axis=0)

    def without(self, point: int, replicate: int | None) -> Ensemble:
        """The same with one point, and one replicate of all, left out."""
        values = np.delete(self.values, point, axis=0)
        if replicate is not None and self.replicates > 1:
            values = np.delete(values, replicate, axis=1)
        return Ensemble(np.delete(self.at, point, axis=0), values)

    def joined(self, other: Ensemble) -> Ensemble:
        """The points of both."""
        return Ensemble(np.concatenate([self.at, other.at]), np.concatenate([self.values, other.values]),
                        self.lost + other.lost)  # fmt: skip

    def where(self, kept: np.ndarray) -> Ensemble:
        """The points of a mask."""
        return Ensemble(self.at[kept], self.values[kept], self.lost)


def ensemble(plan: Plan, frame: pd.DataFrame, bounds: Mapping[str, Span], targets: Sequence[Target]) -> Ensemble:
    """The runs of a plan in a frame of results; points with a missing run or figure are left out and counted."""
    found = [target.of(frame) for target in targets]
    ids: dict[int, list[str]] = {}
    for row in plan.rows():
        ids.setdefault(row.point, []).append(row.run_id)
    names = np.array([ids[point] for point in range(len(plan.points))])
    values = np.stack([one.reindex(names.ravel()).to_numpy(float).reshape(names.shape) for one in found], axis=-1)
    whole = np.isfinite(values).all(axis=(1, 2))
    return Ensemble(in_cube(plan.points, bounds)[whole], values[whole], int((~whole).sum()))


def in_cube(points: Sequence[Mapping[str, Any]], bounds: Mapping[str, Span]) -> np.ndarray:
    """Where points lie between the bounds, evenly or in the logarithm; shape (points, parameters), from 0 to 1."""
    columns = []
    for path, span in bounds.items():
        assert span.low is not None
        assert span.high is not None
        values = np.array([float(point[path]) for point in points])
        if span.log:
            columns.append(np.log(values / span.low) / np.log(span.high / span.low))
        else:
            columns.append((values - span.low) / (span.high - span.low))
    return np.column_stack(columns)
