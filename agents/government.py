"""The government: one agent with a budget, a calendar and an audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np


class Government(mesa.Agent):
    """The county government that runs the schemes, between centre, province and others who send it money.

    Its purse is in whole fen, nominal; debt where negative. Fatigue, 0 to 1, is how tired it is of checking.
    """

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.cash: int = 0
        self.on_offer: tuple[str, ...] = ()
        self.spent: dict[str, int] = {}
        self.audits: int = 0
        self.failures: int = 0
        self.fatigue: float = 0.0
        self.received: dict[str, int] = {}
        self.unused: int = 0

    def announce(self, schemes: Mapping[str, Any], year: int) -> tuple[str, ...]:
        """Names of the schemes that take on land this year; the year's account starts empty."""
        self.on_offer = tuple(name for name, scheme in schemes.items() if scheme.is_open(year))
        self.spent, self.audits, self.failures = {}, 0, 0
        self.received, self.unused = {}, 0
        return self.on_offer

    @property
    def debt(self) -> int:
        """What it owes [fen]."""
        return max(-self.cash, 0)

    def receive(self, funder: str, fen: int) -> None:
        """Remember what a funder sent this year."""
        self.received[funder] = self.received.get(funder, 0) + fen

    def pay(self, moves: Mapping[str, int], debt_limit: int = 0) -> int:
        """Move whole fen in and out of the purse by name and return what it holds; raises ValueError.

        A purse never goes below the limit of debt: what is not there is not paid.
        """
        holds = self.cash + sum(moves.values())
        if holds < -debt_limit:
            raise ValueError(
                f"the county's purse would stand at {holds / 100:,.2f} yuan, below {-debt_limit / 100:,.2f}. "
                f"Raise government.allotment or government.levels.debt_limit, or lower the audit rates of the schemes."
            )
        for name, fen in moves.items():
            self.spent[name] = self.spent.get(name, 0) + int(fen)
        self.cash = int(holds)
        return self.cash

    def audit(self, visited: np.ndarray, punished: np.ndarray) -> float:
        """Remember a round of visits; returns the share of the plots visited that were punished."""
        visits, failures = int(np.count_nonzero(visited)), int(np.count_nonzero(punished))
        self.audits += visits
        self.failures += failures
        return failures / visits if visits else 0.0
