"""History matching: what cannot have given the figures is ruled out; what is left is a set, not one best point.

Williamson et al. (2013), History matching for exploring and reducing climate model parameter space; for agent-based
models McCulloch et al. (2022), J. Artif. Soc. Soc. Simul. 25(2) 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc

from village_abm.experiments.calibration.emulator import Emulator, emulators
from village_abm.experiments.calibration.ensemble import Ensemble
from village_abm.experiments.calibration.targets import Target

BATCH = 2**14  # points looked at together
MOST = 2**19  # points looked at before it is said that nothing is left


def implausibility(
    mean: np.ndarray, value: float, emulator: np.ndarray, ensemble: float, replicates: int, observed: float,
    discrepancy: float,
) -> np.ndarray:  # fmt: skip
    """I = |m(x) - z| / sqrt(V_emulator + V_ensemble (1 + 1 / R) + V_observed + V_discrepancy); all V are variances."""
    return np.abs(mean - value) / np.sqrt(emulator + luck_of_one(ensemble, replicates) + observed + discrepancy)


def luck_of_one[Variance: (float, np.ndarray)](ensemble: Variance, replicates: int) -> Variance:
    """V_ensemble (1 + 1 / R): the luck of the one history that was observed, and that left in a mean of R runs."""
    return ensemble * (1 + 1 / replicates)


@dataclass(frozen=True)
class Figures:
    """The figures to be met as a row of targets each; `values` differ from theirs where a truth is made up."""

    targets: Sequence[Target]
    values: np.ndarray
    discrepancy: float
    """Standard deviation of what the model leaves out, as a share of the figures as they were observed."""

    @property
    def observed(self) -> np.ndarray:
        """V_observed; shape (targets,)."""
        return np.array([target.sd**2 for target in self.targets])

    @property
    def left_out(self) -> np.ndarray:
        """V_discrepancy; shape (targets,)."""
        return np.array([(self.discrepancy * target.value) ** 2 for target in self.targets])

    def readings(self) -> dict[str, list[int]]:
        """The targets that are readings of each figure, by their places."""
        found: dict[str, list[int]] = {}
        for at, target in enumerate(self.targets):
            found.setdefault(target.figure, []).append(at)
        return found


def figures(targets: Sequence[Target], discrepancy: float) -> Figures:
    """The figures as they were observed."""
    return Figures(targets, np.array([target.value for target in targets]), discrepancy)


@dataclass(frozen=True)
class Wave:
    """The emulators of one wave, and the spread between the replicates they were fitted to."""

    emulators: Sequence[Emulator]
    variance: np.ndarray
    replicates: int

    @property
    def luck(self) -> np.ndarray:
        """V_ensemble; of single runs what the emulator takes for noise; shape (targets,)."""
        return self.variance if self.replicates > 1 else np.array([one.noise for one in self.emulators])

    def implausibility(self, at: np.ndarray, told: Figures) -> np.ndarray:
        """I of each target at points in the unit cube; shape (points, targets)."""
        columns = []
        for value, emulator, luck, seen, left_out in zip(
            told.values, self.emulators, self.luck, told.observed, told.left_out, strict=True
        ):
            mean, variance = emulator(at)
            columns.append(implausibility(mean, value, variance, luck, self.replicates, seen, left_out))
        return np.column_stack(columns)


def wave(runs: Ensemble, like: Sequence[Emulator] | None = None) -> Wave:
    """Fit the emulators of a wave."""
    return Wave(emulators(runs, like), runs.variance(), runs.replicates)


def worst(each: np.ndarray, told: Figures) -> np.ndarray:
    """The largest I of a point, each figure read in the way that suits the point best; shape (points,).

    Which reading is meant is uncertain, one or the other: a point is out when it fails under every reading.
    """
    return np.stack([each[:, places].min(axis=1) for places in told.readings().values()]).max(axis=0)


def kept(at: np.ndarray, waves: Sequence[Wave], told: Figures, cut: float) -> np.ndarray:
    """Which points no wave rules out; shape (points,)."""
    left = np.ones(len(at), bool)
    most = np.zeros((len(at), len(told.targets)))
    for one in waves:
        if left.any():
            most[left] = np.maximum(most[left], one.implausibility(at[left], told))
            left[left] = worst(most[left], told) < cut
    return left


def open_readings(at: np.ndarray, waves: Sequence[Wave], told: Figures, cut: float) -> np.ndarray:
    """Which targets no wave rules out at each point; shape (points, targets)."""
    return np.stack([one.implausibility(at, told) for one in waves]).max(axis=0) < cut


def readings_kept(at: np.ndarray, waves: Sequence[Wave], told: Figures, cut: float) -> dict[str, float]:
    """Of points that are kept, the share that is kept under each reading of a figure that has several."""
    several = [place for places in told.readings().values() if len(places) > 1 for place in places]
    if not len(at):
        return {}
    alone = open_readings(at, waves, told, cut)
    return {told.targets[place].name: float(alone[:, place].mean()) for place in several}


@dataclass(frozen=True)
class Kept:
    """What is not ruled out."""

    at: np.ndarray
    """Points spread evenly over it; shape (points, parameters)."""
    share: float
    """Its share of the space between the bounds."""
    looked: int
    """Points looked at to find them."""


def region(size: int, waves: Sequence[Wave], told: Figures, cut: float, wanted: int, seed: int) -> Kept:
    """Look for points that are kept, evenly over the unit cube of `size` parameters, till there are enough."""
    sampler = qmc.Sobol(size, rng=np.random.default_rng(seed))
    found: list[np.ndarray] = []
    looked = 0
    while looked < MOST and (looked < BATCH or sum(map(len, found)) < wanted):
        at = sampler.random(BATCH)
        looked += BATCH
        found.append(at[kept(at, waves, told, cut)])
    points = np.concatenate(found)
    return Kept(points, len(points) / looked, looked)


def range_kept(at: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """How wide the middle 95% of points lie, against 95% of the prior; shape (parameters,), 1 where nothing is told."""
    low, high = interval(at, weights)
    return np.minimum((high - low) / 0.95, 1.0)


def interval(at: np.ndarray, weights: np.ndarray | None = None, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The middle part of points by weight; two arrays of shape (parameters,)."""
    ends = [(1 - level) / 2, (1 + level) / 2]
    heavy = np.ones(len(at)) if weights is None else weights
    low, high = np.array([
        np.quantile(column, ends, weights=heavy, method="inverted_cdf") for column in at.T
    ]).T  # fmt: skip
    return low, high


def correlations(at: np.ndarray, paths: Sequence[str], weights: np.ndarray | None = None) -> dict[str, float]:
    """Correlation of each two parameters over points, by 'one ~ other'."""
    if len(at) < 3 or len(paths) < 2:
        return {}
    spread = np.cov(at, rowvar=False, aweights=weights)
    sd = np.sqrt(np.diag(spread))
    with np.errstate(invalid="ignore"):
        table = spread / np.outer(sd, sd)
    return {
        f"{one} ~ {other}": float(table[i, j])
        for i, one in enumerate(paths) for j, other in enumerate(paths) if i < j
    }  # fmt: skip
