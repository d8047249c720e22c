"""The government: one agent with a budget, a calendar and an audit."""

from __future__ import annotations

import mesa


class Government(mesa.Agent):
    """The county government that runs the schemes: its purse is in whole fen, nominal."""

    def __init__(self, model: mesa.Model) -> None:
        super().__init__(model)
        self.cash: int = 0
        self.spent: dict[str, int] = {}
        self.audits: int = 0
        self.failures: int = 0
