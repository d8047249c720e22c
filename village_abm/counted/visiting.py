"""Indicators of homestays: how many there are, who comes, what it brings."""

from __future__ import annotations

from village_abm.scope import OWN, Scope, indicator, share


@indicator(
    "household", "money", "homestays", "民宿户数", formula="count of households with rooms for guests", source=OWN
)
def homestays(scope: Scope) -> float:
    """Households that take in guests."""
    return float((scope.household("rooms") > 0).sum())


@indicator("1", "money", "occupancy of homestays", "民宿入住率", formula="guest nights / (365 x rooms)", source=OWN)
def occupancy(scope: Scope) -> float:
    """Room nights sold as a share of the rooms times 365; 0 where there are no rooms."""
    return float(scope.household("guest_nights").sum()) / max(365.0 * float(scope.household("rooms").sum()), 1.0)


@indicator(
    "CNY/yr",
    "money",
    "spending of visitors, money of the year",
    "游客消费(当年价)",
    formula="sum of what guests paid",
    source=OWN,
)
def visitor_spending(scope: Scope) -> float:
    """What guests of homestays paid this year, running costs and shares of village and operator included."""
    return scope.flow("guests") / 100


@indicator(
    "1",
    "money",
    "share of income from guests",
    "民宿收入占比",
    formula="net income from guests / net income",
    source=OWN,
)
def guest_share(scope: Scope) -> float:
    """What guests left to households as a share of net income."""
    return share(float(scope.household("guest_income").sum()), float(scope.household("income").sum()))
