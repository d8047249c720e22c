"""Whose plots a land scheme takes where it cannot take all: the queue, the pace, the budget."""

from __future__ import annotations

import numpy as np

from village_abm.policy.contracts import commitments, horizon, planted
from village_abm.policy.schemes import LandScheme
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


def _queue(
    scheme: LandScheme,
    streams: Streams,
    year: int,
    ids: np.ndarray,
    slope: np.ndarray,
    villages: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:
    """Plots in the order in which they are taken, cut at the year's pace; ties by permanent id."""
    if scheme.targeting == "steepest_first":
        arrival = -slope
    else:
        arrival = streams.uniform("enrolment.arrival", year, ids)
    order = np.lexsort((ids, arrival))
    order = order[wanted[order]]
    if scheme.targeting != "quota_by_village":
        return order[: int(np.ceil(round(scheme.pace * len(ids), 9)))]
    quota = np.ceil(np.round(scheme.pace * np.bincount(villages), 9))
    place = np.empty(len(order), dtype=np.int64)
    for village in range(len(quota)):
        mine = villages[order] == village
        place[mine] = np.arange(mine.sum())
    return order[place < quota[villages[order]]]


def intake(
    scheme: LandScheme,
    streams: Streams,
    year: int,
    area: float,
    ids: np.ndarray,
    slope: np.ndarray,
    villages: np.ndarray,
    wanted: np.ndarray,
    running: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Take plots into the scheme: positions among the eligible plots, and what is planted on each.

    Arguments by eligible plot but for `running` = (what is planted, year of start) of the contracts in the
    scheme already. The queue is cut where the year's pace is reached, and at the first plot that would take
    the promises of any year over the budget; what is planted is an index into `contract.plants`.
    """
    order = _queue(scheme, streams, year, ids, slope, villages, wanted)
    if order.size == 0:
        return order, order
    kinds = planted(scheme.contract, streams, ids[order])
    years = horizon(scheme, year)
    promised = commitments(scheme, running[0], running[1], years, area).sum(axis=0)
    room = round(scheme.budget * FEN_PER_CNY) - promised
    fits = (np.cumsum(commitments(scheme, kinds, year, years, area), axis=0) <= room).all(axis=1)
    taken = int(np.argmin(fits)) if not fits.all() else len(order)
    return order[:taken], kinds[:taken]
