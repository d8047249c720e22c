""" "Blood-making" support: training, seedlings, work, processing lines and shares in place of cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY

FOR_WHOM = ("poor", "backbone", "all")


@dataclass(frozen=True)
class Training:
    """Teaches uses and skills: knowledge k becomes k + gain (1 - k); skills find paid work for idle days."""

    gain: float = needs("1/yr", "part of what is still unknown that a course teaches")
    course: float = needs("CNY/household", "paid to trainers for a household and year", price="nominal")
    job_days: float = needs("day/yr", "most paid days that a trained household finds when idle")


@dataclass(frozen=True)
class Help:
    """Money towards what makes a living: seedlings, processing lines, shares, land."""

    seedlings: float = needs("1", "part of the cost of planting a supported use that is paid back")
    lines: float = needs("1", "part of the money of its own, which a cooperative lacks for a line, that is granted")
    shares: float = needs("CNY/household", "share of a member in its cooperative is topped up to this", price="nominal")
    land: float = needs("ha/yr", "fallow land of the collective contracted out to each such household a year")


@payment_rule("hematopoietic")
@dataclass(frozen=True, kw_only=True)
class Support(Scheme):
    """Support that leaves people able to earn; every part may be nothing."""

    pays_for: Literal["hematopoietic"] = needs(None, "the payment rule")
    for_whom: str = needs(None, "which households: poor (on the register), backbone farmers or all")
    reach: float = needs("1", "part of these households that is reached")
    uses: tuple[str, ...] = needs(None, "uses that are taught and whose seedlings are paid")
    training: Training
    help: Help
    delivery: Delivery

    def __post_init__(self) -> None:
        if self.for_whom not in FOR_WHOM:
            raise ParameterError(f"{self.name}.for_whom = '{self.for_whom}'. Write one of {', '.join(FOR_WHOM)}.")


def reached(
    scheme: Support, streams: Streams, household_ids: np.ndarray, poor: np.ndarray, backbone: np.ndarray
) -> np.ndarray:
    """Which households are supported: of those meant, whoever is reached, drawn once for good; (households,) bool."""
    meant = {"poor": poor, "backbone": backbone, "all": np.ones(len(poor), bool)}[scheme.for_whom]
    return meant & (streams.uniform("support.reached", 0, household_ids) < scheme.reach)


def most(scheme: Support) -> int:
    """What may be spent in a year, administration left out [fen]."""
    return int(scheme.budget * FEN_PER_CNY / (1 + scheme.delivery.admin))


def trained(scheme: Support, streams: Streams, household_ids: np.ndarray, eager: np.ndarray) -> np.ndarray:
    """Who gets a course: of the `eager`, those the budget reaches, in an order drawn once for good; (households,)."""
    cost = scheme.training.course * FEN_PER_CNY
    rows = np.flatnonzero(eager)
    order = rows[np.lexsort((household_ids[rows], streams.uniform("support.turn", 0, household_ids[rows])))]
    places = len(order) if cost <= 0 else int(most(scheme) // cost)
    chosen = np.zeros(len(eager), bool)
    chosen[order[:places]] = True
    return chosen


def courses(scheme: Support, chosen: np.ndarray) -> int:
    """What the courses of those `chosen` (households,) cost [fen]."""
    return round(scheme.training.course * FEN_PER_CNY) * int(np.count_nonzero(chosen))


def learned(rules: Training, knowledge: np.ndarray) -> np.ndarray:
    """Knowledge after a course, k + gain (1 - k); shape of `knowledge` [1]."""
    return knowledge + rules.gain * (1 - knowledge)


def within(owed: np.ndarray, left: int) -> np.ndarray:
    """What is owed as far as what is `left` reaches, everybody the same part, rounded down [fen]; shape of `owed`."""
    total = int(owed.sum())
    return owed if total <= left else np.floor(owed * (max(left, 0) / total)).astype(np.int64)


def grant(rules: Help, own_money: np.ndarray, cash: np.ndarray) -> np.ndarray:
    """Part of what a cooperative lacks of the money of its own for a line [fen]; (cooperatives,)."""
    return np.floor(rules.lines * np.maximum(own_money - np.maximum(cash, 0), 0)).astype(np.int64)
