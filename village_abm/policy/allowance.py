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
    """Money for the poor: whoever was poor last year by its income less this allowance, and is reached."""

    pays_for: Literal["need"] = needs(None, "the payment rule")
    payment: AMonth
    coverage: float = needs("1", "share of the poor households that are reached")
    delivery: Delivery


def reached(scheme: Allowance, streams: Streams, household_ids: np.ndarray, needy: np.ndarray) -> np.ndarray:
    """Which households get the allowance: in need, and among those reached, drawn once for good; (households,) bool.

    A wider coverage reaches the same households and more.
    """
    return needy & (streams.uniform("allowance.reached", 0, household_ids) < scheme.coverage)


def due(scheme: Allowance, year: int, members: np.ndarray, gets: np.ndarray) -> np.ndarray:
    """What each household is due: 12 x rate of the year x members, within the budget [fen]; (households,).

    Where the budget is short everybody gets the same part of what is due, rounded down.
    """
    if not scheme.is_open(year):
        return np.zeros(len(members), np.int64)
    owed = np.where(gets, np.rint(scheme.payment.at(year) * MONTHS * FEN_PER_CNY * members), 0).astype(np.int64)
    return rationing.same_part(owed, rationing.for_households(scheme))
