"""Indicators of ties: how many of each kind a household has, and how many of them are new."""

from __future__ import annotations

from village_abm.scope import OWN, Scope, indicator
from village_abm.society.ties import COOPERATIVE, KIN, NEIGHBOUR, TOWN


def _degree(scope: Scope, kind: int) -> float:
    return float(scope.ties[kind]) / max(len(scope.homes), 1)


@indicator(
    "tie/household",
    "people",
    "kin of a household",
    "户均亲属户",
    formula="kin ties from households / households",
    source=OWN,
)
def kin_ties(scope: Scope) -> float:
    """Mean number of kin households of a household."""
    return _degree(scope, KIN)


@indicator(
    "tie/household",
    "people",
    "neighbours of a household",
    "户均邻里户",
    formula="neighbour ties from households / households",
    source=OWN,
)
def neighbour_ties(scope: Scope) -> float:
    """Mean number of households to which a household looks as a neighbour."""
    return _degree(scope, NEIGHBOUR)


@indicator(
    "tie/household",
    "people",
    "fellow members of a household",
    "户均社员联系户",
    formula="ties between fellow members / households",
    source=OWN,
)
def cooperative_ties(scope: Scope) -> float:
    """Mean number of fellow members of a cooperative to whom a household looks."""
    return _degree(scope, COOPERATIVE)


@indicator(
    "tie/household",
    "people",
    "families of fellow migrants of a household",
    "户均同城务工联系户",
    formula="ties between families with migrants in one town / households",
    source=OWN,
)
def town_ties(scope: Scope) -> float:
    """Mean number of households with migrants in the same town to which a household looks."""
    return _degree(scope, TOWN)


@indicator(
    "1",
    "people",
    "share of ties made this year",
    "当年新结关系比例",
    formula="ties made this year / all ties",
    source=OWN,
)
def new_ties(scope: Scope) -> float:
    """Neighbour, cooperative and town ties made this year as a share of all ties; those of new houses are not new."""
    return scope.flow("ties made") / max(float(scope.ties.sum()), 1.0)
