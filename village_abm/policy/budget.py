"""The county's purse: earmarked money in, payments and works out, audits from its own allotment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from village_abm.params import needs
from village_abm.policy.enrolment import Enrolment
from village_abm.policy.reversion import Reversion
from village_abm.policy.spent import Spent
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class GovernmentRules:
    """How the county keeps its purse, and how households answer its offers."""

    enrolment: Enrolment
    reversion: Reversion
    on: bool = needs(None, "whether there is a government: schemes, packages, a purse, subsidies for cooperatives")
    opening: float = needs("CNY", "money in the purse at the start", price="2020")
    allotment: float = needs("CNY/yr", "own money the county gets for audits in a year", price="2020")
    visit_cost: float = needs("CNY", "cost of visiting a plot under contract", price="2020")


def _fen(yuan_2020: float, price_level: float) -> int:
    return round(yuan_2020 * price_level * FEN_PER_CNY)


def opening_purse(rules: GovernmentRules, price_level: float) -> int:
    """What the purse holds at the start [fen of the year's money]."""
    return _fen(rules.opening * rules.on, price_level)


def _allotted(rules: GovernmentRules, price_level: float) -> int:
    return _fen(rules.allotment * rules.on, price_level)


def affordable_visits(rules: GovernmentRules, price_level: float, purse: int) -> int:
    """How many plots can be visited from what the purse holds, the year's allotment included [visits]."""
    held = purse + _allotted(rules, price_level)
    cost = _fen(rules.visit_cost, price_level)
    return max(0, held // cost) if cost else max(0, held)


def entries(
    rules: GovernmentRules,
    price_level: float,
    spent: Mapping[str, Spent],
) -> dict[str, int]:
    """The year's movements of the purse by name, in fen: positive in, negative out.

    `spent` gives what each scheme cost. It is sent to the county earmarked, to the fen, so that what is paid to
    households, shared with the village, paid for works and for administration = drawn; audits are paid from the
    allotment and fines, and what is left stays in the purse.
    """
    moves = {"allotment": _allotted(rules, price_level)}
    for name, one in spent.items():
        moves[f"transfer: {name}"] = one.drawn
        moves[f"paid: {name}"] = -one.paid
        moves[f"administration: {name}"] = -one.admin
        for entry, fen in (("shared", one.shared), ("works", one.works)):
            if fen:
                moves[f"{entry}: {name}"] = -fen
    moves["audits"] = -sum(one.visits for one in spent.values()) * _fen(rules.visit_cost, price_level)
    moves["fines"] = sum(one.fines for one in spent.values())
    return moves
