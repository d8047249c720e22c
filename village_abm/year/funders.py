"""What funders have left within the year: limits that every scheme keeps to, arrears of the county, a tired office."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import budget, levels
from village_abm.policy.parts import Scheme
from village_abm.units import FEN_PER_CNY
from village_abm.village import Village
from village_abm.year.exogenous import Now


def open_year(village: Village, government: Government, now: Now) -> levels.PurseYear:
    """Ask every funder of a scheme that runs what it has this year, and the office how tired it is."""
    rules, left = village.params.government, {}
    schemes = [village.params.schemes[name] for name in village.params.scenario.schemes]
    on = [scheme for scheme in schemes if scheme.years[0] <= now.year]  # one to come binds no money yet
    for scheme in on:
        limit = levels.allotted(rules.levels, rules.buyers, levels.funder(scheme))
        if limit is not None:
            left[levels.funder(scheme)] = limit
    pays_itself = any(scheme.draws_on_county for scheme in on)
    purse = levels.purse_year(
        rules.levels, now.price_level, government.cash, budget.allotted(rules, now.price_level), pays_itself
    )
    if pays_itself:
        left["county"] = purse.schemes
    village.memory["left with funders"], village.memory["fatigue"] = left, government.fatigue
    return purse


def commit(village: Village, name: str, fen: int) -> None:
    """Set aside what a scheme has bought before payment day [fen], so that no other of its funder spends it too."""
    left, who = village.memory["left with funders"], levels.funder(village.params.schemes[name])
    if who in left:
        village.memory.setdefault("committed", {})[name] = fen
        left[who] -= fen


def set_aside(village: Village) -> None:
    """Take what was committed since the year began from what funders have on payment day."""
    left = village.memory["left with funders"]
    for name, fen in village.memory.get("committed", {}).items():
        left[levels.funder(village.params.schemes[name])] -= fen


def give_back(village: Village, name: str) -> None:
    """Give a scheme back what it has set aside, now that it pays."""
    fen = village.memory.get("committed", {}).pop(name, 0)
    if fen:
        village.memory["left with funders"][levels.funder(village.params.schemes[name])] += fen


def budget_room(village: Village, scheme: Scheme) -> int:
    """Most that a scheme may spend yet this year: its budget, or what its funder has left if that is less [fen]."""
    left = village.memory.get("left with funders", {}).get(levels.funder(scheme))
    own, held = round(scheme.budget * FEN_PER_CNY), village.memory.get("committed", {}).get(scheme.name, 0)
    return own if left is None else min(own, left + held)


def as_funded(village: Village, scheme: Scheme) -> Scheme:
    """The scheme as it can be run this year: budget within its funder's room, checks by a tired office."""
    left, fatigue = village.memory.get("left with funders"), village.memory.get("fatigue", 0.0)
    if not left and not fatigue:
        return scheme
    return levels.within_room(levels.as_checked(scheme, fatigue), budget_room(village, scheme))


def within(village: Village, name: str, fen: np.ndarray) -> np.ndarray:
    """What of amounts due [fen] the funder of a scheme can pay, all cut alike; what is paid is taken from its room.

    Room is kept for the administration of what is paid.
    """
    scheme, left = village.params.schemes.get(name), village.memory.get("left with funders")
    if scheme is None or not left or (who := levels.funder(scheme)) not in left:
        return fen
    total, most = int(fen.sum()), max(0, int(left[who] / (1 + scheme.delivery.admin)))
    if total > most:
        fen = (fen * (most / total)).astype(np.int64)
    left[who] -= int(fen.sum())
    return fen


def owe(village: Village, name: str, fen: np.ndarray) -> None:
    """Remember what the county owes households (households,) [fen] of a scheme of its own."""
    if village.params.schemes[name].funded_by == "county" and fen.any():
        village.households.arrears[:] += fen
        village.ledger["arrears"].enter("not paid in time", fen)


def pay_arrears(village: Village) -> int:
    """Pay what the county owes from before as far as its purse reaches, before anything new [fen]."""
    households, left = village.households, village.memory["left with funders"]
    total = int(households.arrears.sum())
    if not total:
        return 0
    most = min(total, left.get("county", 0))
    paid = households.arrears.copy() if most == total else (households.arrears * (most / total)).astype(np.int64)
    village.pay("arrears paid", paid)
    village.ledger["arrears"].enter("arrears paid", -paid)
    households.arrears[:] -= paid
    households.payments[:] += paid
    households.promised[:] += paid
    left["county"] = left.get("county", 0) - int(paid.sum())
    return int(paid.sum())


def pass_on(village: Village, house: int, heir: int | None) -> None:
    """What the county owes a household that ends is owed to its heir; without one it lapses."""
    arrears, book = village.households.arrears, village.ledger["arrears"]
    owed = arrears[house : house + 1].copy()
    if not owed.any():
        return
    arrears[house] = 0
    book.enter("estates" if heir is not None else "estates without heirs", -owed, np.array([house]))
    if heir is not None:
        arrears[heir] += owed[0]
        book.enter("estates", owed, np.array([heir]))


def lapse(village: Village, rows: np.ndarray) -> None:
    """Let what the county owes households that leave the village for good lapse."""
    arrears = village.households.arrears
    if arrears[rows].any():
        village.ledger["arrears"].enter("lapsed at leaving", -arrears[rows], rows)
        arrears[rows] = 0
