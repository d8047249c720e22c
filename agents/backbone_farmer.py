"""Backbone farmers: those who stay and work the land of others beside their own."""

from __future__ import annotations

import numpy as np

from agents.household import Household


class BackboneFarmer(Household):
    """A household that stays, works far more land than its own, and is helped to do so.

    A view of the same row as before; `Household.backbone` says who is one. A household that is also a returning
    migrant is seen as a backbone farmer.
    """

    @classmethod
    def among(cls, was: np.ndarray, worked: np.ndarray, hands: np.ndarray, enter: float, leave: float) -> np.ndarray:
        """Who is a backbone farmer now; (households,) bool.

        Whoever works `enter` [ha] becomes one and stays one above `leave` [ha], as long as `hands`, people at home
        of working age who are not old, are there. `was` (households,) bool is last year's answer.
        """
        return (hands > 0) & (worked >= np.where(was, leave, enter))
