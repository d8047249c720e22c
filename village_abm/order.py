"""Sorting and looking up whole numbers and luck: what numpy's general tools do, sooner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MANY = 500  # rows from which it is worth looking for a quicker sort
MOST_GROUPS = np.iinfo(np.uint16).max


def in_turn(group: np.ndarray, keys: Sequence[np.ndarray]) -> np.ndarray:
    """Rows by group and within it by `keys`, the first key leading; (rows,), as of `np.lexsort`.

    Where the first key alone tells the many rows of each group apart, one plain sort by it and one by small whole
    numbers cost a quarter of a sort by all.
    """
    lead = keys[0]
    if len(group) >= MANY and lead.dtype.kind == "f" and group.min() >= 0 and group.max() <= MOST_GROUPS:
        order = np.argsort(lead)
        order = order[np.argsort(group[order].astype(np.uint16), kind="stable")]
        rises = lead[order[1:]] > lead[order[:-1]]
        if (rises | (group[order[1:]] != group[order[:-1]])).all():
            return order
    return np.lexsort((*reversed(keys), group))


def firsts(in_order: np.ndarray) -> np.ndarray:
    """Which of some numbers in order are the first of their like; mask (numbers,)."""
    first = np.ones(len(in_order), bool)
    np.not_equal(in_order[1:], in_order[:-1], out=first[1:])
    return first


def once(numbers: np.ndarray) -> np.ndarray:
    """The numbers in order, each once, as of `np.unique`; (different numbers,)."""
    in_order = np.sort(numbers)
    return in_order[firsts(in_order)]


def among(numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of the numbers are among `known`, as of `np.isin`; mask (numbers,)."""
    if not len(known):
        return np.zeros(len(numbers), bool)
    in_order = np.sort(known)
    place = np.minimum(np.searchsorted(in_order, numbers), len(in_order) - 1)
    found: np.ndarray = in_order[place] == numbers
    return found
