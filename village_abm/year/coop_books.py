"""How money moves in and out of cooperatives, each fen in both books; and how members go."""

from __future__ import annotations

import numpy as np

from village_abm.village import Village


def settle(village: Village, entry: str, fen: np.ndarray, houses: np.ndarray, coops: np.ndarray) -> None:
    """Move whole fen from cooperatives to households (or, negative, back), under one name in both books; (n,)."""
    village.pay(entry, fen, houses)
    np.add.at(village.cooperatives.cash, coops, -fen)
    village.ledger["cooperatives"].enter(entry, -fen, coops)
    village.note_money("cooperatives", entry, -fen, village.cooperatives.village[coops])


def outside(village: Village, entry: str, fen: np.ndarray, coops: np.ndarray | None = None) -> None:
    """Move whole fen between cooperatives and the world outside the village; all rows if `coops` is left out."""
    if coops is None:
        village.cooperatives.cash[...] += fen
    else:
        np.add.at(village.cooperatives.cash, coops, fen)
    village.ledger["cooperatives"].enter(entry, fen, coops)
    where = village.cooperatives.village
    village.note_money("cooperatives", entry, fen, where if coops is None else where[coops])


def working(village: Village) -> np.ndarray:
    """Which cooperatives live and are no shells; (cooperatives,)."""
    return village.cooperatives.alive & ~village.cooperatives.shell


def members(village: Village, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the members of the cooperatives marked in `of` (cooperatives,), and the cooperative of each."""
    rows = np.flatnonzero(village.households.cooperative >= 0)
    coops = village.households.cooperative[rows].astype(np.int64)
    return rows[of[coops]], coops[of[coops]]


def credit(village: Village) -> np.ndarray | float:
    """Credit beyond what others get, yuan of 2020: through cooperatives and against land rights; (households,).

    None where nobody is lent anything (`farm.livelihood.credit_multiple` 0).
    """
    lent = village.params.farm.livelihood.credit_multiple > 0
    return _by_membership(village) + village.households.mortgage_credit if lent else 0.0


def _by_membership(village: Village) -> np.ndarray | float:
    """Credit of members of cooperatives, and what those who left still owe, yuan of 2020; (households,)."""
    rules = village.params.cooperatives
    return np.where(served(village), rules.trade.credit, village.households.credit_kept) if rules.on else 0.0


def keep_credit(village: Village, rows: np.ndarray) -> None:
    """Let households `rows` that leave owe what they may owe now; the close of the year cuts it to what they do owe."""
    lent = village.params.farm.livelihood.credit_multiple > 0
    if village.params.cooperatives.on:
        size = len(village.households)
        village.households.credit_kept[rows] = np.broadcast_to(_by_membership(village) * lent, size)[rows]


def selling(village: Village) -> np.ndarray:
    """Which cooperatives work and sell what members grow, so that farming with them is dealt with; (cooperatives,)."""
    sells: np.ndarray = village.params.cooperatives.drivers.column("sale")[village.cooperatives.driver] > 0
    return working(village) & sells


def served(village: Village) -> np.ndarray:
    """Which households are served as farmers: members of a cooperative that works and sells; (households,)."""
    found = np.zeros(len(village.households), bool)
    found[members(village, selling(village))[0]] = True
    return found


def take_in(village: Village, rows: np.ndarray, coops: np.ndarray, fen: np.ndarray) -> None:
    """Let households become members and pay in their shares; (n,)."""
    households, table = village.households, village.cooperatives
    settle(village, "shares paid in", -fen, rows, coops)
    households.cooperative[rows], households.cooperative_share[rows] = coops, fen
    np.add.at(table.shares, coops, fen)
    np.add.at(table.members, coops, 1)


def let_go(village: Village, rows: np.ndarray) -> None:
    """Let those of the households `rows` who are members leave, and pay out what is left of their shares."""
    households, table = village.households, village.cooperatives
    rows = rows[households.cooperative[rows] >= 0]
    if not len(rows):
        return
    coops, fen = households.cooperative[rows].astype(np.int64), households.cooperative_share[rows].copy()
    keep_credit(village, rows)
    settle(village, "shares paid out", fen, rows, coops)
    np.add.at(table.shares, coops, -fen)
    np.add.at(table.members, coops, -1)
    households.cooperative[rows], households.cooperative_share[rows] = -1, 0
