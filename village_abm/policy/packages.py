"""Dated packages given from outside: relocation, closure, biogas. Each names the rows it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Ranking:
    """Weights of the order in which households move, the worst placed first."""

    distance: float = needs("1/km", "weight of the distance to the household's plots in the order of moving")
    poverty: float = needs("1", "weight of being poor in the order of moving")
    desertified: float = needs("1", "weight of the desertified share of the household's land")
    noise: float = needs("1", "scale of the Gumbel noise in the order of moving")


@dataclass(frozen=True)
class Relocation(Ranking):
    """Households of a village to leave move to the village to settle in, the worst placed first."""

    years: tuple[int, int] = needs(None, "first and last year of moving")
    share: float = needs("1", "share of the households that have moved when it ends")
    payment: float = needs("CNY/person", "paid to the household for every member", price="nominal")


@dataclass(frozen=True)
class Closure:
    """Uncropped hillsides closed to cutting and grazing."""

    start: int = needs(None, "year the hills are closed")
    uses: tuple[str, ...] = needs(None, "uses that are closed")
    share: float = needs("1", "share of the uncropped land steeper than least_slope that is closed")
    least_slope: float = needs("degree", "land less steep stays open")


@dataclass(frozen=True)
class Biogas:
    """Digesters in place of firewood; the share of households is the yearly series biogas_adoption."""

    subsidy: float = needs("CNY/household", "paid towards a digester by the government", price="nominal")


@dataclass(frozen=True)
class Packages:
    """What may be given from outside; a scenario names those in force."""

    relocation: Relocation
    closure: Closure
    biogas: Biogas


def relocated(
    rules: Relocation,
    streams: Streams,
    year: int,
    ids: np.ndarray,
    distance: np.ndarray,
    poor: np.ndarray,
    desertified: np.ndarray,
    moved: int,
) -> np.ndarray:
    """Which of the households still in the village to leave move this year; positions among them.

    The number keeps `share` x (years gone) / (years of moving) of all, those already `moved` counted; the
    order is by weighted distance [m], poverty and desertified share + Gumbel noise drawn once for good.
    """
    first, last = rules.years
    if not first <= year <= last:
        return np.zeros(0, dtype=np.int64)
    goal = rules.share * (year - first + 1) / (last - first + 1) * (len(ids) + moved)
    count = max(0, int(np.rint(goal)) - moved)
    return np.lexsort((ids, -urgency(rules, streams, ids, distance, poor, desertified)))[:count]


def urgency(
    rules: Ranking, streams: Streams, ids: np.ndarray, distance: np.ndarray, poor: np.ndarray, desertified: np.ndarray
) -> np.ndarray:
    """How soon each household moves: weighted distance [m], poverty, desertified share + noise; (households,)."""
    score: np.ndarray = (
        rules.distance * np.asarray(distance) / 1000.0  # metres to kilometres
        + rules.poverty * np.asarray(poor, dtype=float)
        + rules.desertified * np.asarray(desertified)
        + rules.noise * streams.gumbel("relocation.order", 0, ids)
    )
    return score


def relocation_payment(rules: Relocation, members: np.ndarray) -> np.ndarray:
    """What each household that moves is paid [fen, nominal]; shape of `members`."""
    return np.rint(rules.payment * FEN_PER_CNY * np.asarray(members)).astype(np.int64)


def newly_closed(
    rules: Closure,
    streams: Streams,
    year: int,
    use_names: Sequence[str],
    use: np.ndarray,
    slope: np.ndarray,
    closed: np.ndarray,
    ids: np.ndarray,
) -> np.ndarray:
    """Rows of the patches closed this year: uncropped, steep, drawn once for good, not closed yet.

    Land that falls idle after `start` is closed at the same share. A larger share closes the same patches and
    more. Demand for wood does not fall by this: what is not cut here is cut elsewhere.
    """
    if year < rules.start:
        return np.zeros(0, dtype=np.int64)
    open_uses = np.array([name in rules.uses for name in use_names])
    may = open_uses[use] & (slope > rules.least_slope) & ~closed
    rows = np.flatnonzero(may)
    return rows[streams.uniform("closure.patch", 0, ids[rows]) < rules.share]


def adopters(streams: Streams, ids: np.ndarray, share: float, has: np.ndarray) -> np.ndarray:
    """Positions of the households that build a digester this year: draw below `share`, none yet.

    One draw a household for good, so a rising share only adds households.
    """
    return np.flatnonzero((streams.uniform("biogas.adoption", 0, ids) < share) & ~has)


def biogas_subsidy(rules: Biogas, households: int) -> int:
    """What the government pays towards the digesters of a year [fen, nominal]."""
    return round(rules.subsidy * FEN_PER_CNY) * households
