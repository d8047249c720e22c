"""Emulators: a Gaussian process for each target stands in for the model between the points that were run."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.experiments.calibration.ensemble import Ensemble

LEAST_COVERED = 0.85
"""Share of left-out points within two standard deviations, .95 if all is well, below which an emulator is bad."""
LEAST_EXPLAINED = 0.5
"""Share of the variance between points that a good emulator predicts of those left out."""
_TOLD = 1e-12


@dataclass(frozen=True)
class Check:
    """How an emulator does at points that it was not told (leave one out)."""

    explained: float
    """1 - sum of squared errors over that of the mean."""
    covered: float
    """Share of left-out points within two standard deviations."""
    error: float
    """Root of the mean squared error."""

    def bad(self, enough: float) -> bool:
        """Whether it is too sure of itself, or errs by more than `enough` and explains too little."""
        return self.covered < LEAST_COVERED or (self.explained < LEAST_EXPLAINED and self.error > enough)


@dataclass(frozen=True)
class Emulator:
    """The Gaussian process of one target; `noise` is the luck left in the means that it was fitted to [variance]."""

    process: Any
    scale: float
    centre: float
    noise: float

    def __call__(self, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance of the model's expectation at points in the unit cube; shapes (points,)."""
        mean, sd = self.process.predict(at, return_std=True)
        variance = np.maximum(sd**2 * self.scale**2 - self.noise, 0.0)
        return mean * self.scale + self.centre, variance

    def check(self) -> Check:
        """Leave each point out in turn, hyperparameters kept: mu_i = y_i - [K^-1 y]_i / [K^-1]_ii, var_i = 1/[K^-1]_ii.

        Rasmussen & Williams (2006), Gaussian processes for machine learning, eq. 5.12.
        """
        inside = self.process
        lower = np.linalg.inv(inside.L_)
        inverse = lower.T @ lower
        spread = 1 / np.diag(inverse)
        miss = (inverse @ inside.y_train_) * spread
        total = max(float(np.sum((inside.y_train_ - inside.y_train_.mean()) ** 2)), _TOLD)
        return Check(
            1 - float(np.sum(miss**2)) / total, float(np.mean(np.abs(miss) <= 2 * np.sqrt(spread))),
            float(np.sqrt(np.mean(miss**2))) * self.scale,
        )  # fmt: skip


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra in one thread: matrices are small, and sums in one order give one result."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def emulators(runs: Ensemble, like: Sequence[Emulator] | None = None) -> list[Emulator]:
    """An emulator for each target; with `like`, of the same hyperparameters, which saves finding them."""
    told: Sequence[Emulator | None] = like if like is not None else [None] * runs.values.shape[2]
    return [_fitted(runs.at, runs.mean[:, at], one) for at, one in enumerate(told)]


def _fitted(at: np.ndarray, values: np.ndarray, like: Emulator | None) -> Emulator:
    from sklearn.gaussian_process import GaussianProcessRegressor, kernels

    centre, scale = float(values.mean()), float(values.std()) or 1.0
    if like is None:
        size = at.shape[1]
        kernel = kernels.ConstantKernel(1.0, (1e-2, 1e2)) * kernels.Matern(
            np.ones(size), (0.05, 50.0), nu=2.5
        ) + kernels.WhiteKernel(1e-2, (1e-8, 2.0))
        made = GaussianProcessRegressor(kernel, n_restarts_optimizer=2, random_state=0)
    else:
        made = GaussianProcessRegressor(like.process.kernel_, optimizer=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a length at its bound is a parameter that does not matter here
        made.fit(at, (values - centre) / scale)
    return Emulator(made, scale, centre, float(made.kernel_.k2.noise_level) * scale**2)
