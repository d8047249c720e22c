"""Relocation to town: whole households leave the village for a flat and a job, their land goes back to green."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import logit

from village_abm.params import needs
from village_abm.policy.packages import Ranking, urgency
from village_abm.policy.parts import Dated, Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class AHead(Dated):
    """Pays once for every member of a household that moves: the rate of the last year given that has come."""

    rate: tuple[float, ...] = needs(
        "CNY/person", "paid for every member that moves, from each year on", price="nominal"
    )
    reclaiming: float = needs("CNY/ha", "cost of taking down empty houses and reclaiming their land", price="nominal")

    def at(self, year: int) -> float:
        """Rate of a year [CNY/person, nominal]; nothing before the first."""
        place = int(np.searchsorted(self.rate_years, year, side="right")) - 1
        return float(self.rate[place]) if place >= 0 else 0.0


@dataclass(frozen=True)
class Places(Ranking):
    """How many may move, and who comes first; desertified is land of grade severe or worse."""

    share: float = needs("1", "share of the households of the village that may have moved when it ends")


@dataclass(frozen=True)
class Wish:
    """Weights of the logit by which a household accepts a place."""

    intercept: float = needs("1", "log odds of moving for a payment of one year's income and nothing else")
    payment: float = needs("1", "weight of ln(payment a head / yearly income a head)")
    hardship: float = needs("1", "weight of distance, poverty and desertification as they count in the order")
    job: float = needs("1", "weight of the chance of a job in town")
    least_income: float = needs("CNY/person/yr", "floor under the income a head", price="2020")


@payment_rule("relocation")
@dataclass(frozen=True, kw_only=True)
class RelocationScheme(Scheme):
    """A flat in town and the promise of a job for whole households, for the land and the house they leave."""

    pays_for: Literal["relocation"] = needs(None, "the payment rule")
    payment: AHead
    places: Places
    wish: Wish
    job: float = needs("1", "probability that a household finds the job in town that it is promised")
    old_land: Literal["closed_forest", "grass", "collective"] = needs(
        None, "what becomes of the land left: closed to cutting, sown to grass, or left to the collective as it is"
    )
    delivery: Delivery


def hardship(scheme: RelocationScheme, distance: np.ndarray, poor: np.ndarray, desertified: np.ndarray) -> np.ndarray:
    """How badly households are placed: weighted distance [m], poverty, severely desertified share; (households,)."""
    rules = scheme.places
    return rules.distance * np.asarray(distance) / 1000.0 + rules.poverty * poor + rules.desertified * desertified


def accepts(
    scheme: RelocationScheme, streams: Streams, year: int, price_level: float, ids: np.ndarray, income: np.ndarray,
    hard: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Which households would take a place this year: V + logistic error drawn once for good > 0; (households,) bool.

    V = a + b ln(payment / max(income, floor)) + c hardship + d P(job), `income` a head, yuan of 2020. A higher
    payment never makes one stay; without payment there is no offer.
    """
    pay = scheme.payment.at(year) / price_level
    if pay <= 0 or not scheme.is_open(year):
        return np.zeros(len(ids), bool)
    rules = scheme.wish
    value = rules.intercept + rules.payment * np.log(pay / np.maximum(income, rules.least_income))
    value = value + rules.hardship * hard + rules.job * scheme.job
    return value + logit(streams.uniform("relocation.taste", 0, ids)) > 0


def moving(
    scheme: RelocationScheme, streams: Streams, year: int, ids: np.ndarray, members: np.ndarray,
    distance: np.ndarray, poor: np.ndarray, desertified: np.ndarray, willing: np.ndarray, moved: int,
) -> np.ndarray:  # fmt: skip
    """Positions of the households that move this year, the worst placed of the willing first.

    Places keep to share x (years gone)/(years of the scheme) of all, those already `moved` counted; what is not
    taken is there next year. The queue ends at the first household that the budget cannot pay.
    """
    first, last = scheme.years
    goal = scheme.places.share * (year - first + 1) / (last - first + 1) * (len(ids) + moved)
    count = max(0, int(np.rint(goal)) - moved)
    order = np.lexsort((ids, -urgency(scheme.places, streams, ids, distance, poor, desertified)))
    order = order[willing[order]][:count]
    cost = np.cumsum(payment(scheme, year, members[order])) * (1 + scheme.delivery.admin)
    taken: np.ndarray = order[: int(np.searchsorted(cost, scheme.budget * FEN_PER_CNY, side="right"))]
    return taken


def payment(scheme: RelocationScheme, year: int, members: np.ndarray) -> np.ndarray:
    """What each household that moves is due: rate of the year x members [fen]; as `members`."""
    return np.rint(scheme.payment.at(year) * FEN_PER_CNY * np.asarray(members)).astype(np.int64)


def finds_job(scheme: RelocationScheme, streams: Streams, ids: np.ndarray) -> np.ndarray:
    """Which of the households that moved find the job they were promised, drawn once for good; as `ids`, bool."""
    return streams.uniform("relocation.job", 0, ids) < scheme.job


def reclaimable(scheme: RelocationScheme, owed: int, hectares: float) -> int | None:
    """How many house plots of `hectares` each the budget reclaims once `owed` [fen] is paid; None any number."""
    each = reclaiming(scheme, hectares)
    room = scheme.budget * FEN_PER_CNY - owed * (1 + scheme.delivery.admin)
    return max(0, int(room / each)) if each else None


def reclaiming(scheme: RelocationScheme, hectares: float) -> int:
    """What reclaiming so much land of empty houses costs [fen]."""
    return round(scheme.payment.reclaiming * hectares * FEN_PER_CNY)
