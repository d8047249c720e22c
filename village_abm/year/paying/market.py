"""What schemes that work through markets share: sales of some products, and visitors they draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from village_abm.village import Village


def sold_of(village: Village, products: Sequence[str]) -> np.ndarray:
    """What each household's last harvest of some products (none of them grain) was worth at the farm gate [fen]."""
    size = len(village.households)
    if "harvest" not in village.memory:
        return np.zeros(size, np.int64)
    use, owner, kg = village.memory["harvest"]
    named = np.array([name in products for name in village.uses.names]) & (village.uses.grain == 0)
    mine = named[use]
    worth = np.bincount(owner[mine], weights=kg[mine] * village.memory["price"][use[mine]], minlength=size)
    return village.fen(worth)


def lift_visitors(village: Village, share: float, inside: np.ndarray) -> None:
    """Let more visitors ask for rooms this year: 1 + share x part of the households `inside`, by village."""
    if share == 0:
        return
    households, count = village.households, len(village.names)
    rows = households.rows
    where = households.village[rows].astype(np.int64)
    homes = np.bincount(where, minlength=count)
    there = np.bincount(where, weights=inside[rows], minlength=count)
    lift = 1 + share * np.divide(there, homes, out=np.zeros(count), where=homes > 0)
    village.memory["visitors drawn by schemes"] = village.memory.get("visitors drawn by schemes", 1.0) * lift
