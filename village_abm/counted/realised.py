"""Indicators of value realised: what nature's yield brings in money, through which mechanism, against what it is worth.

All money is in yuan of 2020, in cash, before costs, counted once where it enters the village.
"""

from __future__ import annotations

import numpy as np

from village_abm.accounting.attribution import COMPENSATION, GOVERNANCE, OPERATION, RIGHTS
from village_abm.accounting.realised import contribution, conversion
from village_abm.counted import value_of_year
from village_abm.scope import Scope, indicator

OURS = "this model's own; the names after Yu et al. (2020), the mechanisms after the review S0"


def of_scope(scope: Scope, amounts: np.ndarray) -> float:
    """What of amounts by village (villages,) is in scope."""
    return float(amounts.sum() if scope.number is None else amounts[scope.number])


def product(scope: Scope) -> float:
    """Gross ecosystem product of the land in scope [CNY/yr]."""
    return float(scope.village.memory["gep"].total[scope.land].sum())


def value(scope: Scope) -> float:
    """Value realised in scope [CNY/yr]."""
    return of_scope(scope, value_of_year.realised(scope.village).total)


@indicator(
    "CNY/yr", "value", "value realised in money, prices of 2020", "生态产品价值实现额(2020年价)",
    formula="rights sold + premiums + sales of ecological products and to guests + compensation", source=OURS,
)  # fmt: skip
def realised_value(scope: Scope) -> float:
    """Money from outside for what nature yields, to households, cooperatives and village fund, before costs."""
    return value(scope)


@indicator(
    "CNY/person/yr", "value", "value realised a head, prices of 2020", "人均生态产品价值实现额(2020年价)",
    formula="realised_value / population", source=OURS,
)  # fmt: skip
def realised_value_head(scope: Scope) -> float:
    """Value realised over the people on the register."""
    return value(scope) / scope.heads


def _through(scope: Scope, mechanism: str) -> float:
    return of_scope(scope, value_of_year.realised(scope.village).through(mechanism))


@indicator(
    "CNY/yr", "value", "realised by trading rights, prices of 2020", "产权交易实现额(2020年价)",
    formula="sum of payments and village shares of schemes of this mechanism", source=OURS,
)  # fmt: skip
def realised_rights(scope: Scope) -> float:
    """Received for rights: easements, carbon, water, land tickets, forest pooled in a bank, credit on rights."""
    return _through(scope, RIGHTS)


@indicator(
    "CNY/yr", "value", "realised by governance and value added, prices of 2020", "治理溢价实现额(2020年价)",
    formula="brand premium + payments of schemes of this mechanism", source=OURS,
)  # fmt: skip
def realised_governance(scope: Scope) -> float:
    """Premiums of a brand and payments of schemes that raise what land carries; works by contractors bring nothing."""
    return _through(scope, GOVERNANCE)


@indicator(
    "CNY/yr", "value", "realised by industrial operation, prices of 2020", "产业经营实现额(2020年价)",
    formula="sales of ecological products by households and cooperatives + spending of guests + payments",
    source=OURS,
)  # fmt: skip
def realised_operation(scope: Scope) -> float:
    """Ecological products sold to traders and by cooperatives, gathered or from herds, and what guests pay."""
    return _through(scope, OPERATION)


@indicator(
    "CNY/yr", "value", "realised by compensation, prices of 2020", "生态补偿实现额(2020年价)",
    formula="sum of payments and village shares of schemes of this mechanism", source=OURS,
)  # fmt: skip
def realised_compensation(scope: Scope) -> float:
    """Compensation paid out to households and village fund; what supports the needy or helps them move is not in it."""
    return _through(scope, COMPENSATION)


@indicator(
    "1", "value", "conversion rate of ecosystem product", "生态产品价值转化率",
    formula="realised_value / gross ecosystem product", source=OURS,
)  # fmt: skip
def conversion_rate(scope: Scope) -> float:
    """Value realised in money as a share of gross ecosystem product.

    Services that regulate dominate the product by assumed prices, so the rate may fall because forests grow: read
    numerator and denominator with it.
    """
    return conversion(value(scope), product(scope))


@indicator(
    "1", "value", "conversion rate without compensation", "生态产品价值市场转化率",
    formula="(realised_value - realised_compensation) / gross ecosystem product", source=OURS,
)  # fmt: skip
def market_conversion_rate(scope: Scope) -> float:
    """The conversion rate without compensation, which is a transfer; it too may fall because forests grow."""
    return conversion(of_scope(scope, value_of_year.realised(scope.village).without_compensation), product(scope))


@indicator(
    "1", "value", "economic contribution of ecological products", "生态产品经济贡献率",
    formula="realised_value / (realised_value + other income from outside before costs + own products eaten)",
    source=OURS,
)  # fmt: skip
def contribution_rate(scope: Scope) -> float:
    """Value realised as a share of the gross income of the village, money sent home and food grown included."""
    return contribution(value(scope), of_scope(scope, value_of_year.realised(scope.village).income))
