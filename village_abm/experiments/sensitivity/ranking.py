"""Which parameters can be told from nothing, and which from one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from village_abm.experiments.sensitivity.indices import LUCK, Index
from village_abm.experiments.sweep.plan import DUMMY

if TYPE_CHECKING:
    import pandas as pd

_ROUNDING = 1e-9  # of the largest index: what differences of equal numbers may come to


def ranked(found: Sequence[Index]) -> list[tuple[Index, bool, int]]:
    """The indices of one kind and output in falling order, each with whether it is noise and its group.

    Noise is what overlaps the interval of the dummy, or 0 where there is none, rounding apart. Of the rest, parameters
    whose intervals overlap, be it through others between them, share a group; groups count from 1, and noise has the
    last. Luck is a measure to compare with and stands outside, in group 0.
    """
    rounding = _ROUNDING * max(_span(one)[1] for one in found)
    floor = max((_span(one)[1] for one in found if one.path == DUMMY), default=0.0) + rounding
    noise = {one.path for one in found if one.path == DUMMY or (one.path != LUCK and _span(one)[0] <= floor)}
    order = sorted(found, key=lambda one: -abs(one.value))
    groups, group, lowest = {LUCK: 0}, 0, float("inf")
    for one in sorted(found, key=lambda one: -_span(one)[1]):
        if one.path in noise or one.path == LUCK:
            continue
        low, high = _span(one)
        if high < lowest:
            group += 1
        lowest = min(low, lowest)
        groups[one.path] = group
    return [(one, one.path in noise, groups.get(one.path, group + 1)) for one in order]


def beyond_luck(frame: pd.DataFrame) -> pd.Series:
    """Which rows of a frame of indices are surely larger than what luck does to the same output by the same index.

    Where all points of a block meet one luck, whatever acts at all also shifts somebody's luck and so shows above
    the dummy; what matters beside luck has the whole of its interval above that of luck.
    """
    of_luck = frame[frame["path"] == LUCK].set_index(["output", "index"])["high"]
    luck = frame.set_index(["output", "index"]).index.map(of_luck.to_dict())
    return (frame["low"] > luck) & ~frame["path"].isin([LUCK, DUMMY])


def _span(one: Index) -> tuple[float, float]:
    """The interval of the size of an index, whatever its sign."""
    if one.low <= 0 <= one.high:
        return 0.0, max(-one.low, one.high)
    return min(abs(one.low), abs(one.high)), max(abs(one.low), abs(one.high))
