"""Line 12 of the year: every scheme visits, pays, fines or works; what is drawn arrives, to the fen."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import budget
from village_abm.village import Village
from village_abm.year.contracts import running
from village_abm.year.exogenous import Now
from village_abm.year.paying import registry


def settle(village: Village, government: Government, now: Now) -> None:
    """Let each scheme that is switched on act in its way, and settle the county's purse."""
    households, rules = village.households, village.params.government
    for column in (households.payments, households.allowance, households.promised, households.fined):
        column[:] = 0
    spent: dict[str, tuple[int, int]] = dict(village.memory.pop("package spending", {}))
    moved = village.memory.pop("package payments")
    households.payments[:] += moved
    households.promised[:] += moved
    visits = fines = 0
    for number, name, scheme in running(village):
        room = budget.affordable_visits(rules, now.price_level, government.cash) - visits
        done = registry.SETTLES[type(scheme)](village, government, now, number, name, scheme, max(room, 0))
        spent[name] = (done.paid, done.admin)
        visits, fines = visits + done.visits, fines + done.fines
    moves = budget.entries(rules, now.price_level, spent, visits, fines)
    for entry, fen in moves.items():
        village.ledger["county purse"].enter(entry, np.asarray(fen, np.int64))
    government.pay(moves)
