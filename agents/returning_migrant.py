"""Returning migrants: households to which somebody has come home from the towns."""

from __future__ import annotations

import numpy as np

from agents.household import Household


class ReturningMigrant(Household):
    """A household to which a member came home not long ago, with savings and perhaps with ideas.

    A view of the same row as before; `Household.returnee` says who is one.
    """

    @classmethod
    def among(
        cls, households: int, home: np.ndarray, since: np.ndarray, away: np.ndarray, window: float, least: float
    ) -> np.ndarray:
        """Who is a returning migrant now; (households,) bool.

        Somebody at home (`home` [row of the household], `since` [yr] years back, `away` [yr] years in the towns;
        (people,)) came back less than `window` years ago after `least` years away or more.
        """
        counts = (since < window) & (away >= least)
        return np.bincount(home[counts], minlength=households) > 0
