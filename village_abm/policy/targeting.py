"""Whose plots a land scheme takes where it cannot take all: the queue, the pace, the budget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.policy import agglomeration
from village_abm.policy.contracts import commitments, horizon, planted
from village_abm.policy.schemes import LandScheme
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Known:
    """What some ways of targeting ask of the eligible plots, and what running contracts agreed on; arrays by plot."""

    household: np.ndarray  # permanent id of who holds the plot
    income: np.ndarray  # income per head of that household last year
    benefit: np.ndarray  # index of what taking it is good for
    bid: np.ndarray  # share of the posted rate it is offered at
    to_depression: np.ndarray  # [m]
    running_share: np.ndarray  # by running contract: share of the posted rate agreed on
    running_to_depression: np.ndarray  # by running contract [m]


def _in_turn(streams: Streams, year: int, ids: np.ndarray, household: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Place of each plot among those its household offers, as a share: cut anywhere, all give the same part."""
    order = np.lexsort((ids, streams.uniform("enrolment.arrival", year, ids), household, ~wanted))
    offers = int(wanted.sum())
    _, first, count = np.unique(household[order[:offers]], return_index=True, return_counts=True)
    place = np.full(len(ids), np.inf)
    mine = np.repeat(np.arange(len(count)), count)
    luck = streams.uniform("enrolment.turn", year, household[order[:offers]])
    place[order[:offers]] = (np.arange(offers) - first[mine] + luck) / count[mine]
    return place


def _rank(
    scheme: LandScheme, streams: Streams, year: int, ids: np.ndarray, slope: np.ndarray, wanted: np.ndarray,
    known: Known | None,
) -> np.ndarray:  # fmt: skip
    """What the queue is ordered by, the lowest first; shape (plots,)."""
    if scheme.targeting == "steepest_first":
        return -slope
    if scheme.targeting in ("first_come", "quota_by_village"):
        return streams.uniform("enrolment.arrival", year, ids)
    if known is None:
        raise ValueError(f"{scheme.targeting} asks what is known of the plots. Hand it in.")
    if scheme.targeting == "uniform":
        return _in_turn(streams, year, ids, known.household, wanted)
    if scheme.targeting == "poorest_first":
        return known.income
    return -known.benefit / known.bid if scheme.targeting == "benefit_per_cost" else known.bid


def _queue(
    scheme: LandScheme,
    rank: np.ndarray,
    ids: np.ndarray,
    villages: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:
    """Plots in the order in which they are taken, cut at the year's pace; ties by permanent id."""
    order = np.lexsort((ids, rank))
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
    known: Known | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Take plots into the scheme: positions among the eligible plots, and what is planted on each.

    Arguments by eligible plot but for `running` = (what is planted, year of start) of the contracts in the
    scheme already. The queue is cut where the year's pace is reached, and at the first plot that would take
    the promises of any year over the budget, paid what is agreed on (each its bid, or all the highest that wins)
    and every bonus it may yet earn; what is planted is an index into `contract.plants`. Targeting by households,
    benefits or bids, and a bonus, need what is `known` of the plots.
    """
    order = _queue(scheme, _rank(scheme, streams, year, ids, slope, wanted, known), ids, villages, wanted)
    if order.size == 0:
        return order, order
    kinds = planted(scheme.contract, streams, ids[order])
    years = horizon(scheme, year)
    old = commitments(scheme, running[0], running[1], years, area)
    new = np.cumsum(commitments(scheme, kinds, year, years, area), axis=0)
    if known is not None:
        old = np.ceil(old * known.running_share[:, None]).astype(np.int64)
        old += agglomeration.reserved(scheme, *running, years, known.running_to_depression, area)
        new = _agreed(scheme, new, known.bid[order])
        new += np.cumsum(agglomeration.reserved(scheme, kinds, year, years, known.to_depression[order], area), axis=0)
    room = round(scheme.budget * FEN_PER_CNY) - old.sum(axis=0)
    fits = (new <= room).all(axis=1)
    taken = int(np.argmin(fits)) if not fits.all() else len(order)
    return order[:taken], kinds[:taken]


def _agreed(scheme: LandScheme, posted: np.ndarray, bid: np.ndarray) -> np.ndarray:
    """What the first plots of the queue draw together at what they are paid, from that at the posted rate [fen]."""
    if not scheme.takes_bids:
        return posted
    if scheme.targeting == "auction_uniform":
        paid = posted * bid[:, None]  # bids rise along the queue: the last is the price of all
    else:
        paid = np.cumsum(np.diff(posted, axis=0, prepend=0) * bid[:, None], axis=0)
    return np.ceil(np.round(paid, 6)).astype(np.int64)
