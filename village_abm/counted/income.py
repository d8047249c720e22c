"""Indicators of money: income and where it is from, who is poor, what a day of work is worth."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import inequality
from village_abm.scope import OWN, Scope, indicator
from village_abm.scope import mean as _mean
from village_abm.scope import share as _share


def _income_share(scope: Scope, column: str) -> float:
    return _share(scope.household(column).sum(), scope.household("income").sum())


@indicator(
    "CNY/person/yr",
    "money",
    "income per head, money of the year",
    "人均纯收入(当年价)",
    formula="net income of households / people on their registers",
    source=OWN,
)
def income(scope: Scope) -> float:
    """Net income per registered person in the year's own money."""
    return float(scope.household("income").sum()) / 100 / scope.heads


@indicator(
    "CNY/person/yr",
    "money",
    "income per head, prices of 2020",
    "人均纯收入(2020年价)",
    formula="net income of households / price index (2020 = 1) / people on their registers",
    source=OWN,
)
def income_real(scope: Scope) -> float:
    """Net income per registered person at the prices of 2020."""
    return float(scope.village.real(scope.household("income").sum())) / scope.heads


@indicator(
    "1",
    "money",
    "share of income from the land",
    "农业收入占比",
    formula="net income from the land / net income",
    source=OWN,
)
def farm_share(scope: Scope) -> float:
    """Net income from the land, grain eaten included, as a share of net income."""
    return _income_share(scope, "farm_income")


@indicator(
    "1", "money", "share of income from local wages", "本地务工收入占比", formula="local wages / net income", source=OWN
)
def wage_share(scope: Scope) -> float:
    """Local wages as a share of net income."""
    return _income_share(scope, "wage_income")


@indicator(
    "1", "money", "share of income sent home", "汇款收入占比", formula="money sent home / net income", source=OWN
)
def remittance_share(scope: Scope) -> float:
    """Money sent home as a share of net income."""
    return _income_share(scope, "remittances")


@indicator(
    "1",
    "money",
    "share of income from schemes",
    "补偿收入占比",
    formula="(scheme payments - fines) / net income",
    source=OWN,
)
def payment_share(scope: Scope) -> float:
    """Scheme payments less fines as a share of net income."""
    return _share(
        float((scope.household("payments") - scope.household("fined")).sum()), scope.household("income").sum()
    )


@indicator(
    "1",
    "money",
    "share of income from enterprises",
    "经营收入占比",
    formula="net income from herds, guests and cooperatives / net income",
    source=OWN,
)
def enterprise_share(scope: Scope) -> float:
    """Net income from what is not land (herds, guests, cooperatives) as a share of net income.

    With the shares from the land, local wages, money sent home and schemes it makes one.
    """
    return _income_share(scope, "enterprise_income")


@indicator(
    "1",
    "money",
    "share of people who are poor",
    "贫困发生率",
    formula="people in households below the poverty line / people",
    source="Foster, Greer and Thorbecke (1984), A class of decomposable poverty measures",
)
def poverty(scope: Scope) -> float:
    """People in households below the poverty line of the year as a share of all."""
    members = scope.household("members")
    return _share(members[scope.household("poor")].sum(), members.sum())


@indicator(
    "1",
    "money",
    "inequality of income (Gini)",
    "人均收入基尼系数",
    formula="2 cov(y, F) / mean(y), y = income a head or 0 where negative, F its rank by people",
    source="Lerman and Yitzhaki (1985), Income inequality effects by income source",
)
def income_gini(scope: Scope) -> float:
    """Gini coefficient of net income per head over all people on the register; losses count as nothing."""
    members = scope.household("members")
    if not members.any():
        return float("nan")
    heads, _ = inequality.without_losses(scope.household("income") / np.maximum(members, 1))
    return inequality.gini(heads, members)


@indicator("1", "money", "food gap", "粮食缺口", formula="grain neither grown nor bought / grain needed", source=OWN)
def food_gap(scope: Scope) -> float:
    """Share of the grain need that households neither grew nor could buy."""
    need = scope.household("grain_need")
    return _share((scope.household("food_gap") * need).sum(), need.sum())


@indicator(
    "CNY/day",
    "money",
    "worth of a day of family labour, prices of 2020",
    "家庭劳动影子工资",
    formula="mean over households of the worth of one more day",
    source=OWN,
)
def shadow_wage(scope: Scope) -> float:
    """Mean shadow wage of family labour."""
    return _mean(scope.household("shadow_wage"))
