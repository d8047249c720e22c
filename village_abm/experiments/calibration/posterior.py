"""Draws from what is kept: approximate Bayesian computation with local-linear adjustment.

Beaumont, Zhang & Balding (2002), Approximate Bayesian computation in population genetics, Genetics 162.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.experiments.calibration.ensemble import Ensemble
from village_abm.experiments.calibration.matching import Figures, luck_of_one

FEWEST = 10  # draws for each coefficient of the regression: with fewer it would make them look alike by itself
EDGE = 1e-3  # of the unit interval, where its logit ends


@dataclass(frozen=True)
class Draws:
    """Weighted points in the unit cube; `readings` says which target each was held against, by figure."""

    at: np.ndarray
    weights: np.ndarray
    readings: dict[str, np.ndarray]
    tried: int
    """Points they were taken from."""

    @property
    def accepted(self) -> float:
        """Share of the points that became draws."""
        return len(self.at) / self.tried

    @property
    def effective(self) -> float:
        """How many draws of one weight tell as much: 1 / sum(w^2)."""
        return float(1 / (self.weights**2).sum())

    def where(self, kept: np.ndarray) -> Draws:
        """The draws of a mask, their weights adding up to one again."""
        weights = self.weights[kept]
        readings = {key: one[kept] for key, one in self.readings.items()}
        return Draws(self.at[kept], weights / weights.sum(), readings, self.tried)

    def stays(self, told: Figures, left: np.ndarray) -> np.ndarray:
        """Which draws no wave rules out as they were read; `left` says which targets are not at each of them."""
        names = np.array([target.name for target in told.targets])
        kept = np.ones(len(self.at), bool)
        for figure, places in told.readings().items():
            meant = names[places] == self.readings[figure][:, None] if figure in self.readings else True
            kept &= (left[:, places] & meant).any(axis=1)
        return kept


def draws(runs: Ensemble, told: Figures, left: np.ndarray, wanted: int, seed: int) -> Draws | None:
    """Accept the points nearest to the figures and move them to where their distance would be nought.

    Of several readings of a figure one is meant, drawn from those that are left at the point; `left`, shape (points,
    targets), says which. Points with none left are not drawn; of the others the share of readings left is a weight,
    as if all readings had been drawn and those ruled out refused. None where there is no point.

    A run gives a figure as it would be observed: with an error drawn from s^2 = V_observed + V_discrepancy +
    V_ensemble (1 + 1 / R), the last left out of single runs, which bring luck of their own. Distance
    d = sqrt(sum(((y - z) / s)^2)); weight 1 - (d / h)^2 with h the distance of the first point not accepted; the logit
    of each parameter is regressed on (y - z) / s.
    """
    luck = np.random.default_rng(seed)
    several = told.readings()
    count = len(runs.at)
    meant = {figure: np.array(places)[_one_of(left[:, places], luck)] for figure, places in several.items()}
    prior = np.prod([left[:, places].mean(axis=1) for places in several.values()], axis=0)
    spread = np.sqrt(told.observed + told.left_out + luck_of_one(runs.variance(), runs.replicates))
    away = (runs.mean - told.values) / spread + luck.standard_normal(runs.mean.shape)
    gaps = np.column_stack([away[np.arange(count), places] for places in meant.values()])
    distance = np.where(prior > 0, np.sqrt((gaps**2).sum(axis=1)), np.inf)
    order = np.argsort(distance, kind="stable")[: int((prior > 0).sum())]
    if not len(order):
        return None
    near = np.sort(order[:wanted])
    reach = float(distance[order[wanted]] if wanted < len(order) else distance[order[-1]] * (1 + EDGE))
    weights = prior[near] * np.maximum(1 - (distance[near] / reach) ** 2, 0.0)
    weights /= weights.sum()
    at = _adjusted(runs.at[near], gaps[near], weights)
    names = {figure: np.array([told.targets[place].name for place in one[near]]) for figure, one in meant.items()}
    readings = {figure: names[figure] for figure, places in several.items() if len(places) > 1}
    return Draws(at, weights, readings, count)


def _one_of(left: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """The place of one of those left in each row, all alike; shape (rows,)."""
    return np.where(left, luck.random(left.shape), -1.0).argmax(axis=1)


def _adjusted(at: np.ndarray, gaps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Points moved along the regression to where the figures are met; too few for a regression stay where they are."""
    if len(at) < FEWEST * (gaps.shape[1] + 1):
        return at
    logit = np.log(np.clip(at, EDGE, 1 - EDGE)) - np.log1p(-np.clip(at, EDGE, 1 - EDGE))
    heavy = np.sqrt(weights)[:, None]
    terms = np.column_stack([np.ones(len(gaps)), gaps])
    slopes, *_ = np.linalg.lstsq(terms * heavy, logit * heavy, rcond=None)
    return 1 / (1 + np.exp(-(logit - gaps @ slopes[1:])))
