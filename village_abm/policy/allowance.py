"""The minimum living allowance: money a head for households below the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy import rationing
from village_abm.policy.parts import Dated, Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY

MONTHS = 12


@dataclass(frozen=True)
class AMonth(Dated):
    """Pays so much a head and month, between the years given on a straight line, level before and after."""

    rate: tuple[float, ...] = needs("CNY/person", "paid a month for every member at home or away", price="nominal")

    def at(self, year: int) -> float:
        """Rate of a year [CNY/person/month, nominal]."""
        return float(self.between(year))


@payment_rule("need")
@dataclass(frozen=True, kw_only=True)
class Allowance(Scheme):
    """Money for the poor: whoever was poor last year by its income less this allowance, and is reached.

    Where it is `timely`, who is reached and earns too little this year gets what is missing as well.
    """

    pays_for: Literal["need"] = needs(None, "the payment rule")
    payment: AMonth
    coverage: float = needs("1", "share of the poor households that are reached")
    timely: bool = needs(None, "whether who earns less than the line this year is brought up to it the same year")
    delivery: Delivery


def can_be_reached(scheme: Allowance, streams: Streams, household_ids: np.ndarray) -> np.ndarray:
    """Which households are among those reached whenever they are in need, drawn once for good; (households,) bool."""
    return streams.uniform("allowance.reached", 0, household_ids) < scheme.coverage


def reached(scheme: Allowance, streams: Streams, household_ids: np.ndarray, needy: np.ndarray) -> np.ndarray:
    """Which households get the allowance: in need, and among those reached, drawn once for good; (households,) bool.

    A wider coverage reaches the same households and more.
    """
    return needy & can_be_reached(scheme, streams, household_ids)


def due(
    scheme: Allowance, year: int, members: np.ndarray, gets: np.ndarray, missing: np.ndarray | int = 0
) -> np.ndarray:
    """What each household is due: 12 x rate of the year x members, within the budget [fen]; (households,).

    Up to what is `missing` [fen] to the line this year where that is more (nothing but for a timely allowance).
    Where the budget is short everybody gets the same part of what is due, rounded down.
    """
    if not scheme.is_open(year):
        return np.zeros(len(members), np.int64)
    regular = np.where(gets, np.rint(scheme.payment.at(year) * MONTHS * FEN_PER_CNY * members), 0).astype(np.int64)
    return rationing.same_part(np.maximum(regular, missing), rationing.for_households(scheme))


def missing(income: np.ndarray, members: np.ndarray, line: float, reached: np.ndarray) -> np.ndarray:
    """What the reached lack to the line this year, rounded up [fen]; `income` [fen], `line` [fen/person]."""
    return np.where(reached, np.maximum(np.ceil(line * members).astype(np.int64) - income, 0), 0)
