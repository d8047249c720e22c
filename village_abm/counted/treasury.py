"""Indicators of the county's purse: what it owes and is sent, how much it checks, how tired it is of that."""

from __future__ import annotations

from village_abm.scope import OWN, Scope, indicator


def _kept(scope: Scope, what: str) -> float:
    """A figure of the last payment day; nothing before the first."""
    return float(scope.village.memory.get("treasury", {}).get(what, 0.0))


@indicator(
    "CNY",
    "schemes",
    "debt of the county, money of the year",
    "县级债务(当年价)",
    formula="max(0, -balance of the county purse)",
    source=OWN,
)
def county_debt(scope: Scope) -> float:
    """What the county's purse owes at the close of the year; the same for every village of a landscape."""
    return max(-_kept(scope, "purse"), 0) / 100


@indicator(
    "CNY/yr",
    "schemes",
    "interest that the county did not pay, money of the year",
    "县级未付利息(当年价)",
    formula="interest due - room under the limit of debt, at least 0",
    source=OWN,
)
def unpaid_interest(scope: Scope) -> float:
    """Interest that did not fit under the limit of debt and is asked for no longer; the same for every village."""
    return _kept(scope, "unpaid interest") / 100


@indicator(
    "CNY/yr",
    "schemes",
    "money sent to the county for schemes, money of the year",
    "到县转移支付(当年价)",
    formula="sum of transfers and payments for schemes from outside the county",
    source=OWN,
)
def transfers_received(scope: Scope) -> float:
    """What centre, province, those downstream, buyers and members sent for schemes; the same for every village."""
    return _kept(scope, "received") / 100


@indicator(
    "CNY/yr",
    "schemes",
    "transfers not used, money of the year",
    "未用完的转移支付(当年价)",
    formula="transfers due by formula - transfers used",
    source=OWN,
)
def unused_transfers(scope: Scope) -> float:
    """What was due by formula and went back because it was not used within the year; the same for every village."""
    return _kept(scope, "unused") / 100


@indicator(
    "CNY",
    "schemes",
    "arrears of the county to households, money of the year",
    "拖欠农户补偿款(当年价)",
    formula="sum over households of what the county owes",
    source=OWN,
)
def arrears(scope: Scope) -> float:
    """What the county owes households of schemes that it funds itself."""
    return float(scope.household("arrears").sum()) / 100


@indicator("plot/yr", "schemes", "plots visited", "核查地块数", formula="count of plots visited", source=OWN)
def audits(scope: Scope) -> float:
    """Plots under contract that were visited this year; the same for every village of a landscape."""
    return _kept(scope, "visits")


@indicator(
    "1",
    "schemes",
    "fatigue of the office",
    "监管疲劳度",
    formula="f + rate x (what the plots visited suggest - f), f of the year before; 0 fresh, 1 worn out",
    source=OWN,
)
def fatigue(scope: Scope) -> float:
    """How tired the county's office is of checking; the same for every village of a landscape."""
    return _kept(scope, "fatigue")
