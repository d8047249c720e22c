"""Draws from what is kept: approximate Bayesian computation with local-linear adjustment.

Beaumont, Zhang & Balding (2002), Approximate Bayesian computation in population genetics, Genetics 162.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.experiments.calibration.ensemble import Ensemble
from village_abm.experiments.calibration.matching import Figures

FEWEST = 10  # draws for each coefficient of the regression: with fewer it would make them look alike by itself
EDGE = 1e-3  # of the unit interval, where its logit ends


@dataclass(frozen=True)
class Draws:
    """Weighted points in the unit cube; `readings` says which target each was held against, by figure."""

    at: np.ndarray
    weights: np.ndarray
    readings: dict[str, np.ndarray]

    def where(self, kept: np.ndarray) -> Draws:
        """The draws of a mask, their weights adding up to one again."""
        weights = self.weights[kept]
        return Draws(self.at[kept], weights / weights.sum(), {key: one[kept] for key, one in self.readings.items()})


def draws(runs: Ensemble, told: Figures, wanted: int, seed: int) -> Draws:
    """Accept the points nearest to the figures and move them to where their distance would be nought.

    A run gives a figure as it would be observed: with an error drawn from V_observed + V_discrepancy. Distance
    d = sqrt(sum(((y - z) / s)^2)) with s^2 = V_observed + V_discrepancy + V_ensemble / R; weight 1 - (d / h)^2 with h
    the distance of the first point not accepted; the logit of each parameter is regressed on (y - z) / s.
    """
    luck = np.random.default_rng(seed)
    several = told.readings()
    count = len(runs.at)
    meant = {figure: np.array(places)[luck.integers(len(places), size=count)] for figure, places in several.items()}
    error = np.sqrt(told.observed + told.left_out)
    spread = np.sqrt(error**2 + runs.variance() / runs.replicates)
    away = (runs.mean + luck.standard_normal(runs.mean.shape) * error - told.values) / spread
    gaps = np.column_stack([away[np.arange(count), places] for places in meant.values()])
    distance = np.sqrt((gaps**2).sum(axis=1))
    order = np.argsort(distance, kind="stable")
    near = np.sort(order[:wanted])
    reach = float(distance[order[wanted]]) if wanted < count else float(distance.max()) * (1 + EDGE)
    weights = np.maximum(1 - (distance[near] / reach) ** 2, 0.0)
    weights /= weights.sum()
    at = _adjusted(runs.at[near], gaps[near], weights)
    names = {figure: np.array([told.targets[place].name for place in one[near]]) for figure, one in meant.items()}
    return Draws(at, weights, {figure: names[figure] for figure, places in several.items() if len(places) > 1})


def _adjusted(at: np.ndarray, gaps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Points moved along the regression to where the figures are met; too few for a regression stay where they are."""
    if len(at) < FEWEST * (gaps.shape[1] + 1):
        return at
    logit = np.log(np.clip(at, EDGE, 1 - EDGE)) - np.log1p(-np.clip(at, EDGE, 1 - EDGE))
    heavy = np.sqrt(weights)[:, None]
    terms = np.column_stack([np.ones(len(gaps)), gaps])
    slopes, *_ = np.linalg.lstsq(terms * heavy, logit * heavy, rcond=None)
    return 1 / (1 + np.exp(-(logit - gaps @ slopes[1:])))
