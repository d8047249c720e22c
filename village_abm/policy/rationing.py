"""When there is too little: of money everybody gets the same part, of visits the luckiest draws are looked at."""

from __future__ import annotations

import numpy as np

from village_abm.policy.parts import Scheme
from village_abm.units import FEN_PER_CNY


def for_households(scheme: Scheme, others: float = 0.0) -> float:
    """What of a year's budget may be paid out so that what goes with it still fits in [fen].

    budget / (1 + admin + others), `others` what else is spent, as a share of what is paid (brokers, for example).
    """
    return scheme.budget * FEN_PER_CNY / (1 + scheme.delivery.admin + others)


def same_part(owed: np.ndarray, most: float) -> np.ndarray:
    """Whole fen of what is owed as far as `most` [fen] reaches: everybody the same part, rounded down; as `owed`."""
    total = owed.sum()
    reaches = owed if total <= most or total <= 0 else owed * (max(most, 0.0) / total)
    return np.floor(np.round(reaches, 6)).astype(np.int64)  # what is a whole fen but for the last digit stays one


def looked_at(wanted: np.ndarray, luck: np.ndarray, ids: np.ndarray, most: int) -> np.ndarray:
    """Which of those `wanted` are looked at where there are `most` visits: the lowest draws, then the id; bool."""
    if wanted.sum() <= most:
        return wanted
    found = np.zeros(len(ids), bool)
    if most > 0:  # only the draws that may be among the lowest are put in order
        rows = np.flatnonzero(wanted)
        rows = rows[luck[rows] <= np.partition(luck[rows], most - 1)[most - 1]]
        found[rows[np.lexsort((ids[rows], luck[rows]))[:most]]] = True
    return found
