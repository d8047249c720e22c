"""Lines 6 and 12 of the year: what schemes do before land is used, and payment day; all is booked to the fen."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import budget, levels
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year import condition, funders
from village_abm.year.contracts import running
from village_abm.year.exogenous import Now
from village_abm.year.paying import registry


def prepare(village: Village, government: Government, now: Now) -> None:
    """Let the schemes that act on land, jobs or knowledge do so before anybody decides what to grow."""
    funders.open_year(village, government, now)
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
    purse = funders.open_year(village, government, now)
    funders.set_aside(village)
    arrears = funders.pay_arrears(village)
    for_visits = purse.audits - budget.allotted(rules, now.price_level)
    left, visits = village.memory["left with funders"], 0
    for number, name, scheme in running(village):
        funders.give_back(village, name)
        room = budget.affordable_visits(rules, now.price_level, for_visits) - visits
        who = levels.funder(scheme)
        before = dict(left)
        if who == "county" and scheme.is_open(now.year) and left[who] <= 0:
            village.tell("county had no money", why={"scheme": name, "debt": round(government.debt / 100)})
        spent[name] = registry.SETTLES[type(scheme)](village, government, now, number, name, scheme, max(room, 0))
        visits += spent[name].visits
        _take(left, before, who, spent[name])
        if who != "county":
            government.receive(who, spent[name].drawn)
    own = {name for name, scheme in village.params.schemes.items() if scheme.funded_by == "county"}
    moves = budget.entries(rules, now.price_level, spent, purse, own)
    if arrears:
        moves["arrears paid"] = -arrears
    for entry, fen in moves.items():
        village.ledger["county purse"].enter(entry, np.asarray(fen, np.int64))
    owed = government.debt
    government.pay(moves, levels.debt_limit(rules.levels))
    _tire(village, government, government.debt - owed)
    village.memory["spent by scheme"] = spent
    village.memory["treasury"] = {
        "purse": government.cash,
        "received": sum(government.received.values()),
        "unused": government.unused,
        "visits": visits,
        "fatigue": government.fatigue,
        "unpaid interest": purse.unpaid_interest,
    }


def _take(left: dict[str, int], before: dict[str, int], who: str, one: Spent) -> None:
    """Take what a scheme drew from its funder, and what it sent on from the county."""
    if who in left:
        left[who] = before[who] - one.drawn
    if "county" in left:
        left["county"] -= one.sent


def _tire(village: Village, government: Government, more_debt: int) -> None:
    """Let the office tire of a year that gave it no reason to check, or rest."""
    rules = village.params.government
    if not rules.fatigue.rate:
        return
    value, before = condition.index(village)
    if before is None:  # nothing to compare with
        return
    suggests = levels.tiring(
        rules.fatigue, government.audits, government.failures, value - before, more_debt,
        levels.debt_limit(rules.levels),
    )  # fmt: skip
    government.fatigue = levels.fatigue_next(rules.fatigue, government.fatigue, suggests)
