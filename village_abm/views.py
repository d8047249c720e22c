"""Views: the households and cooperatives of the tables as Mesa agents, each of the class of its role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.backbone_farmer import BackboneFarmer
from agents.cooperative import Cooperative
from agents.household import Household
from agents.returning_migrant import ReturningMigrant

if TYPE_CHECKING:
    from village_abm.model import VillageModel

# Classes of the views by rising precedence: a returning migrant who becomes a backbone farmer is seen as that.
ROLES = (Household, ReturningMigrant, BackboneFarmer)


class Views:
    """The agents registered with Mesa, by the row of their table."""

    def __init__(self, model: VillageModel) -> None:
        self.model = model
        self.households: dict[int, Household] = {}
        self.roles = np.zeros(0, np.int64)
        self.cooperatives: dict[int, Cooperative] = {}

    def meet_households(self) -> None:
        """Register a view of every living household as a Mesa agent, of the class of its role, and let go of others."""
        households = self.model.village.households
        role = np.where(households.backbone, 2, np.where(households.returnee, 1, 0))
        role[~households.alive] = -1
        known = np.full(len(households), -1)
        known[: len(self.roles)] = self.roles
        self.roles = role
        for row in np.flatnonzero(role != known).tolist():
            if row in self.households:
                self.households.pop(row).remove()
            if role[row] >= 0:
                self.households[row] = ROLES[role[row]](self.model, households, row)

    def meet_cooperatives(self) -> None:
        """Register a view of every living cooperative as a Mesa agent, and let go of those that have ended."""
        coops = self.model.village.cooperatives
        for row in [row for row in self.cooperatives if not coops.alive[row]]:
            self.cooperatives.pop(row).remove()
        for row in coops.rows.tolist():
            if row not in self.cooperatives:
                self.cooperatives[row] = Cooperative(self.model, coops, row)
