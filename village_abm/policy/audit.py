"""Where visits go: a county that learns looks more often at those it found wanting before."""

from __future__ import annotations

import numpy as np

PRIOR_VISITS = 10.0  # what is held of all is worth as much as ten visits to a group


def failing(seen: np.ndarray, found: np.ndarray) -> np.ndarray:
    """What share of the plots of each group is believed to fail, from the visits so far; shape (groups,).

    Mean of a Beta posterior about the share m found wanting in all: (found + 10 m) / (seen + 10); alike for all
    before anybody was found wanting.
    """
    overall = found.sum() / max(seen.sum(), 1.0)
    believed: np.ndarray = (found + PRIOR_VISITS * overall) / (seen + PRIOR_VISITS)
    return believed


def pull(learning: float, seen: np.ndarray, found: np.ndarray, group: np.ndarray) -> np.ndarray:
    """How much more often than the mean plot each is visited, mean 1; shape (plots,).

    w = 1 - learning + learning x (share believed to fail in its group) / (its mean over the plots). Learning 0, or
    nobody found wanting yet, is 1 for all.
    """
    believed = failing(seen, found)[group]
    mean = believed.mean() if len(believed) else 0.0
    if learning == 0 or mean == 0:
        return np.ones(len(group))
    return 1 - learning + learning * believed / mean


def visited(draws: np.ndarray, audit: float, weight: np.ndarray, ids: np.ndarray, most: int | None) -> np.ndarray:
    """Which plots are visited: as many as draws lie below the audit rate, at most `most`; shape (plots,).

    Those with the least draw / weight come first, ties by permanent id: with equal weights the ones whose draw lies
    below the rate. So learning moves visits and adds none.
    """
    count = int((draws < audit).sum())
    count = count if most is None else min(count, most)
    chosen = draws < audit
    if count < chosen.sum() or (weight != 1).any():
        rows = np.arange(len(draws)) if (weight != 1).any() else np.flatnonzero(chosen)
        chosen = np.zeros(len(draws), dtype=bool)
        chosen[rows[np.lexsort((ids[rows], (draws / weight)[rows]))[:count]]] = True
    return chosen


def expected_loss(
    audit: float,
    detection: float,
    forbearance: float,
    weight: np.ndarray,
    stake: np.ndarray,
) -> np.ndarray:
    """What who ploughs under contract must expect to lose beyond the payment itself; shape of `stake`, its unit.

    min(1, audit x weight) x detection x (1 - forbearance) x stake.
    """
    return np.minimum(1.0, audit * weight) * detection * (1 - forbearance) * stake
