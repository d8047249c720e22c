"""Lines 6 and 12 of the year: what schemes do before land is used, and payment day; all is booked to the fen."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import budget
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.contracts import running
from village_abm.year.exogenous import Now
from village_abm.year.paying import registry


def prepare(village: Village, government: Government, now: Now) -> None:
    """Let the schemes that act on land, jobs or knowledge do so before anybody decides what to grow."""
    village.memory["visitors drawn by schemes"], village.memory["granted for rooms"] = 1.0, 0.0
    for number, name, scheme in running(village):
        if type(scheme) in registry.PREPARES:
            registry.PREPARES[type(scheme)](village, government, now, number, name, scheme)


def settle(village: Village, government: Government, now: Now) -> None:
    """Let each scheme that is switched on pay in its way, and settle the county's purse."""
    households, rules = village.households, village.params.government
    for column in (households.payments, households.allowance, households.promised, households.fined):
        column[:] = 0
    village.memory["paid by scheme"] = {}
    spent: dict[str, Spent] = dict(village.memory.pop("package spending", {}))
    moved = village.memory.pop("package payments")
    households.payments[:] += moved
    households.promised[:] += moved
    visits = 0
    for number, name, scheme in running(village):
        room = budget.affordable_visits(rules, now.price_level, government.cash) - visits
        spent[name] = registry.SETTLES[type(scheme)](village, government, now, number, name, scheme, max(room, 0))
        visits += spent[name].visits
    moves = budget.entries(rules, now.price_level, spent)
    for entry, fen in moves.items():
        village.ledger["county purse"].enter(entry, np.asarray(fen, np.int64))
    government.pay(moves)
    village.memory["spent by scheme"] = spent
