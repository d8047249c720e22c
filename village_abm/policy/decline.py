"""Declining personal compensation: people in the zone are paid a share of the income a head that falls with time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.policy.zone import Zone
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Falling:
    """Shares of the income a head, on a straight line from the first year of the scheme to its last."""

    first: float = needs("1", "share of the income a head paid to people in the first year")
    last: float = needs("1", "share paid to people in the last year")
    works_first: float = needs("1", "share paid for the village's infrastructure in the first year")
    works_last: float = needs("1", "share paid for infrastructure in the last year")


@payment_rule("personal_decline")
@dataclass(frozen=True, kw_only=True)
class DecliningScheme(Scheme):
    """Money for people whose land lies in a zone to be protected, for not clearing it; and for their village."""

    pays_for: Literal["personal_decline"] = needs(None, "the payment rule")
    payment: Falling
    zone: Zone
    least_share: float = needs("1", "share of a household's land that must lie in the zone")
    delivery: Delivery


def shares(scheme: DecliningScheme, year: int) -> tuple[float, float]:
    """Shares of the income a head paid to people and for infrastructure in a year; nothing outside the years."""
    if not scheme.is_open(year):
        return 0.0, 0.0
    first, last = scheme.years
    gone = (year - first) / max(last - first, 1)
    rules = scheme.payment
    return (
        rules.first + (rules.last - rules.first) * gone,
        rules.works_first + (rules.works_last - rules.works_first) * gone,
    )


def lives_in(scheme: DecliningScheme, owner: np.ndarray, in_zone: np.ndarray, households: int) -> np.ndarray:
    """Which households count as living in the zone: so much of the land they hold lies there; (households,) bool.

    `owner` and `in_zone` (patches,).
    """
    held = owner >= 0
    plots = np.bincount(owner[held], minlength=households)
    found: np.ndarray = (plots > 0) & (
        np.bincount(owner[held & in_zone], minlength=households) >= scheme.least_share * np.maximum(plots, 1)
    )
    return found


def income_a_head(
    income: np.ndarray, aid: np.ndarray, members: np.ndarray, villages: np.ndarray, count: int
) -> np.ndarray:
    """Mean income a head of each village without `aid`, never negative; (villages,), unit of `income` a person."""
    people = np.bincount(villages, weights=members, minlength=count)
    total = np.bincount(villages, weights=income - aid, minlength=count)
    return np.maximum(total, 0.0) / np.maximum(people, 1)


def due(
    scheme: DecliningScheme, year: int, head: np.ndarray, villages: np.ndarray, residents: np.ndarray,
    gets: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """What is due to households, and to villages for infrastructure: share x income a head x people [fen].

    `head` (villages,) [CNY, nominal]; counted are the `residents` of the households that get it. A short budget,
    administration included, gives everybody the same part.
    """
    own, works = shares(scheme, year)
    people = np.where(gets, residents, 0)
    here = np.bincount(villages, weights=people, minlength=len(head))
    owed, fund = own * head[villages] * people * FEN_PER_CNY, works * head * here * FEN_PER_CNY
    cost = owed.sum() * (1 + scheme.delivery.admin) + fund.sum()
    part = min(1.0, scheme.budget * FEN_PER_CNY / cost) if cost > 0 else 0.0
    return np.floor(owed * part).astype(np.int64), np.floor(fund * part).astype(np.int64)
