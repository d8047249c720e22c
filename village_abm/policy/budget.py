"""The county's purse: earmarked money in, payments and works out, audits from its own allotment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from village_abm.params import needs
from village_abm.policy.enrolment import Enrolment
from village_abm.policy.levels import Buyers, Fatigue, Levels, PurseYear
from village_abm.policy.reversion import Reversion
from village_abm.policy.spent import Spent
from village_abm.policy.transfers import EcologicalIndex
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class GovernmentRules:
    """How the county keeps its purse, and how households answer its offers."""

    enrolment: Enrolment
    reversion: Reversion
    levels: Levels
    buyers: Buyers
    fatigue: Fatigue
    index: EcologicalIndex
    on: bool = needs(None, "whether there is a government: schemes, packages, a purse, subsidies for cooperatives")
    opening: float = needs("CNY", "money in the purse at the start", price="2020")
    allotment: float = needs("CNY/yr", "own money the county gets for audits in a year", price="2020")
    visit_cost: float = needs("CNY", "cost of visiting a plot under contract", price="2020")


def _fen(yuan_2020: float, price_level: float) -> int:
    return round(yuan_2020 * price_level * FEN_PER_CNY)


def opening_purse(rules: GovernmentRules, price_level: float) -> int:
    """What the purse holds at the start [fen of the year's money]."""
    return _fen(rules.opening * rules.on, price_level)


def allotted(rules: GovernmentRules, price_level: float) -> int:
    """The county's own money for audits this year [fen]."""
    return _fen(rules.allotment * rules.on, price_level)


def affordable_visits(rules: GovernmentRules, price_level: float, purse: int) -> int:
    """How many plots can be visited from what the purse holds, the year's allotment included [visits]."""
    held = purse + allotted(rules, price_level)
    cost = _fen(rules.visit_cost, price_level)
    return max(0, held // cost) if cost else max(0, held)


def entries(
    rules: GovernmentRules,
    price_level: float,
    spent: Mapping[str, Spent],
    purse: PurseYear | None = None,
    own: Collection[str] = (),
) -> dict[str, int]:
    """The year's movements of the purse by name, in fen: positive in, negative out.

    `spent` gives what each scheme cost. It is sent to the county earmarked, to the fen, so that what is paid to
    households, shared with the village, paid for works and for administration and kept by the county = drawn; schemes
    of its `own` the county pays from its purse. Audits are paid from the allotment and fines, and what is left stays
    in the purse; `purse` adds its gains, revenue and interest.
    """
    moves = {"allotment": allotted(rules, price_level)}
    for name, one in spent.items():
        if name not in own:
            moves[f"transfer: {name}"] = one.drawn
        moves[f"paid: {name}"] = -one.paid
        moves[f"administration: {name}"] = -one.admin
        for entry, fen in (("shared", one.shared), ("works", one.works), ("paid back", one.sent)):
            if fen:
                moves[f"{entry}: {name}"] = -fen
    moves["audits"] = -sum(one.visits for one in spent.values()) * _fen(rules.visit_cost, price_level)
    moves["fines"] = sum(one.fines for one in spent.values())
    if purse is not None:
        extra = {"gains": purse.gained, "revenue": purse.revenue, "interest on debt": -purse.interest}
        moves |= {entry: fen for entry, fen in extra.items() if fen}
    return moves
