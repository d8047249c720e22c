"""Jobs for poor households: rangers who watch the forest and are chosen again every year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.order import taken_before
from village_abm.params import ParameterError, needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Wage:
    """Pays for work done: fen = rate x 100 x share of the job's days worked. Nominal money."""

    rate: float = needs("CNY/yr", "paid for a full year's work", price="nominal")
    days: float = needs("day/yr", "days that the job takes")
    seasons: tuple[float, float, float, float] = needs("1", "share of the days in each season; they add up to one")

    def __post_init__(self) -> None:
        if abs(sum(self.seasons) - 1) > 1e-9:
            raise ParameterError(f"seasons = {list(self.seasons)} do not add up to 1. Correct them.")


@dataclass(frozen=True)
class Watch:
    """What rangers watch, and what comes of it."""

    uses: tuple[str, ...] = needs(None, "uses that count as forest")
    area: float = needs("ha", "forest for each ranger")
    clearing: float = needs("1", "probability that whoever sets out to clear watched land is turned back")
    cheating: float = needs("1/yr", "probability that a ranger looks at a watched plot under contract in a year")
    cutting: float = needs("1/yr", "share of the watched land on which nobody cuts or grazes in a year")


@payment_rule("job")
@dataclass(frozen=True, kw_only=True)
class JobScheme(Scheme):
    """A job a household for the poor, so many to a village as its forest needs."""

    pays_for: Literal["job"] = needs(None, "the payment rule")
    payment: Wage
    watch: Watch
    delivery: Delivery


def places(scheme: JobScheme, year: int, forest: np.ndarray) -> np.ndarray:
    """Jobs by village: whole areas of `forest` [ha] (villages,); none where nothing is paid."""
    if not scheme.is_open(year) or scheme.payment.rate <= 0:
        return np.zeros(len(forest), np.int64)
    return np.floor(np.round(forest / scheme.watch.area, 9)).astype(np.int64)


def chosen(
    scheme: JobScheme,
    streams: Streams,
    year: int,
    ids: np.ndarray,
    villages: np.ndarray,
    may: np.ndarray,
    jobs: np.ndarray,
) -> np.ndarray:
    """Which of the households that may are given a job this year, by lot within their village; (households,) bool.

    `jobs` (villages,); altogether no more than the budget pays: budget/(rate (1 + admin)). The lot is drawn anew
    every year.
    """
    rows = np.flatnonzero(may & (jobs[villages] > 0))
    lot = streams.uniform("job.lot", year, ids[rows])
    ones = np.ones(len(rows), np.int64)
    rows = rows[taken_before(villages[rows], ones, (lot, ids[rows])) < jobs[villages[rows]]]
    most = int(scheme.budget / (scheme.payment.rate * (1 + scheme.delivery.admin))) if len(rows) else 0
    order = np.lexsort((ids[rows], streams.uniform("job.lot", year, ids[rows])))
    got = np.zeros(len(ids), bool)
    got[rows[order[:most]]] = True
    return got


def due(scheme: JobScheme, works: np.ndarray, done: np.ndarray) -> np.ndarray:
    """What each household with a job is due: rate x share of the days worked `done`, rounded down [fen]; as `works`."""
    return np.where(works, np.floor(scheme.payment.rate * FEN_PER_CNY * np.clip(done, 0.0, 1.0)), 0).astype(np.int64)


def watched(
    watch: Watch, rangers: np.ndarray, area: float, forest: np.ndarray, villages: np.ndarray, distance: np.ndarray,
    ids: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Patches of `forest` (patches,) that the rangers of each village watch, the nearest to houses first; bool.

    `rangers` (villages,), each for `watch.area`; a patch is `area` hectares.
    """
    reach = np.floor(np.round(rangers * watch.area / area, 9)).astype(np.int64)
    seen = np.zeros(len(forest), bool)
    for village in np.flatnonzero(reach):  # a few; only who stands on the edge needs sorting
        rows = np.flatnonzero(forest & (villages == village))
        if len(rows) > reach[village]:
            edge = np.partition(distance[rows], reach[village] - 1)[reach[village] - 1]
            on_it = rows[distance[rows] == edge]
            rows = rows[distance[rows] < edge]
            rows = np.append(rows, on_it[np.argsort(ids[on_it], kind="stable")][: reach[village] - len(rows)])
        seen[rows] = True
    return seen
