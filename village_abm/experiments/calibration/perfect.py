"""The perfect-model test: truths made up by the model itself, to see what the targets can tell of each parameter.

A truth is a point of the first wave; its figures are what one of its runs gave, read as the targets are read, with an
error of observation drawn on top: one history with its luck, as the real figures are. Emulators are fitted without
that point and without that replicate's luck.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from village_abm.experiments.calibration.ensemble import Ensemble
from village_abm.experiments.calibration.matching import Figures, interval, range_kept, wave, worst

TRUTHS = 20
SPREAD = 2**12  # points of the prior that are weighed for each truth
RECOVERED, PARTLY, LOST = "recovered", "recovered in part", "not recovered"
CLOSE, NARROW = 0.8, 0.6  # correlation of estimate and truth, share of the range left: of what is recovered
LOOSE, WIDE = 0.5, 0.85  # of what is recovered in part


@dataclass(frozen=True)
class Recovery:
    """What became of one parameter over all truths."""

    path: str
    kept: float
    """Share of its range that is not ruled out, mean over truths."""
    left: float
    """Share of its range that holds 95% of what is likely, mean over truths."""
    covered: float
    """Share of truths inside that interval."""
    correlation: float
    """Between estimate (mean of what is likely) and truth."""

    @property
    def verdict(self) -> str:
        """Recovered, recovered in part or not."""
        if self.correlation >= CLOSE and self.left <= NARROW:
            return RECOVERED
        return PARTLY if self.correlation >= LOOSE and self.left <= WIDE else LOST


@dataclass(frozen=True)
class Perfect:
    """The perfect-model test as a whole."""

    parameters: Sequence[Recovery]
    truths: int
    not_ruled_out: float
    """Share of truths that are not ruled out themselves."""
    share: float
    """Share of the whole space that is kept, mean over truths."""

    def told(self) -> dict[str, Any]:
        """As plain values."""
        rows = [{**asdict(row), "verdict": row.verdict} for row in self.parameters]
        return {**asdict(self), "parameters": rows}


def read_test(told: dict[str, Any]) -> Perfect:
    """A test from its plain values."""
    rows = [Recovery(**{key: value for key, value in row.items() if key != "verdict"}) for row in told["parameters"]]
    return Perfect(**{**told, "parameters": rows})


def perfect_model(runs: Ensemble, told: Figures, paths: Sequence[str], cut: float, seed: int) -> Perfect:
    """Take points of a wave for the truth in turn and see how much of each parameter is found again."""
    count, size = min(TRUTHS, len(runs.at)), runs.at.shape[1]
    truths = [number * len(runs.at) // count for number in range(count)]
    whole = wave(runs)
    at = qmc.Sobol(size, rng=np.random.default_rng(seed)).random(SPREAD)
    luck = np.random.default_rng([seed, count])
    kept, left, inside, estimates, alive, shares = [], [], [], [], [], []
    for number, point in enumerate(truths):
        replicate = number % runs.replicates
        made_up = _figures(runs.values[point, replicate], told, number, luck)
        one = wave(runs.without(point, replicate), like=whole.emulators)
        truth = runs.at[point : point + 1]
        each = one.implausibility(np.concatenate([at, truth]), made_up)
        most = worst(each, made_up)
        alive.append(most[-1] < cut)
        stays = most[:-1] < cut
        shares.append(stays.mean())
        kept.append(range_kept(at[stays]) if stays.any() else np.zeros(size))
        weights = likelihood(each[:-1], made_up)
        low, high = interval(at, weights)
        left.append(range_kept(at, weights))
        inside.append((low <= truth[0]) & (truth[0] <= high))
        estimates.append(weights @ at / weights.sum())
    near = [_correlation(np.array(estimates)[:, i], runs.at[truths][:, i]) for i in range(size)]
    rows = zip(paths, np.mean(kept, axis=0), np.mean(left, axis=0), np.mean(inside, axis=0), near, strict=True)
    parameters = [Recovery(path, *map(float, row)) for path, *row in rows]
    return Perfect(parameters, count, float(np.mean(alive)), float(np.mean(shares)))


def _figures(values: np.ndarray, told: Figures, number: int, luck: np.random.Generator) -> Figures:
    """The figures that a truth would leave behind; of several readings one is meant, and its number tried for all."""
    seen = values + luck.standard_normal(len(values)) * np.sqrt(told.observed)
    for places in told.readings().values():
        seen[places] = seen[places[number % len(places)]]
    return Figures(told.targets, seen, told.discrepancy)


def likelihood(each: np.ndarray, told: Figures) -> np.ndarray:
    """Weights of points by exp(-I^2 / 2) of every figure, the mean over its readings; shape (points,)."""
    logs = np.zeros(len(each))
    for places in told.readings().values():
        logs += np.logaddexp.reduce(-(each[:, places] ** 2) / 2, axis=1)
    return np.exp(logs - logs.max())


def _correlation(one: np.ndarray, other: np.ndarray) -> float:
    if len(one) < 3 or one.std() == 0 or other.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
