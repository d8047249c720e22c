"""Indicators of inequality: Theil within and between, what sources of income do to it, consumption, land."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import inequality
from village_abm.counted.living import SCHEMES, SENT_HOME, living
from village_abm.scope import Scope, indicator, share

THEIL = "Theil (1967), Economics and information theory"
LERMAN = "Lerman and Yitzhaki (1985), Income inequality effects by income source"
GINI = "Gini (1912), by the Lorenz curve"
NONE = float("nan")


def _by_migrants(scope: Scope) -> inequality.Theil | None:
    now = scope.once(living)
    return now.theil(now.migrants)


def _effect(scope: Scope, source: int) -> float:
    return float(scope.once(living).effects[source])


@indicator(
    "1", "equity", "inequality of income (Theil)", "人均纯收入泰尔指数",
    formula="mean over people of (y / mean) ln(y / mean)", source=THEIL,
)  # fmt: skip
def income_theil(scope: Scope) -> float:
    """Theil's T of net income per head over all people on the register; losses count as nothing.

    0 where all have the same, the logarithm of the number of people where one has all.
    """
    found = scope.once(_by_migrants)
    return NONE if found is None else found.total


@indicator(
    "1", "equity", "share of inequality between families with and without migrants", "有无外出务工家庭间不平等占比",
    formula="sum over groups of s ln(mean of group / mean), over T", source=THEIL,
)  # fmt: skip
def theil_between_migrants(scope: Scope) -> float:
    """Part of Theil's T that lies between households with and without migrants; the rest lies within the two."""
    found = scope.once(_by_migrants)
    return NONE if found is None else share(found.between, found.total)


@indicator(
    "1", "equity", "share of inequality between those with and without enrolled land", "是否参与退耕间不平等占比",
    formula="sum over groups of s ln(mean of group / mean), over T", source=THEIL,
)  # fmt: skip
def theil_between_enrolled(scope: Scope) -> float:
    """Part of Theil's T that lies between households with and without land once under a conversion contract."""
    now = scope.once(living)
    found = now.theil(now.enrolled)
    return NONE if found is None else share(found.between, found.total)


@indicator(
    "household", "equity", "households whose income is a loss", "收入为负的农户",
    formula="count of households with net income below 0", source="this model's own",
)  # fmt: skip
def income_losses(scope: Scope) -> float:
    """Households whose net income of the year is negative; measures of inequality count it as nothing."""
    return float(scope.once(living).heads[1])


@indicator(
    "1", "equity", "inequality of consumption (Gini)", "人均消费基尼系数",
    formula="1 - 2 x area under the Lorenz curve", source=GINI,
)  # fmt: skip
def consumption_gini(scope: Scope) -> float:
    """Gini coefficient of living costs per head over all people; consumption knows no losses."""
    now = scope.once(living)
    if not now.members.any():
        return NONE
    heads, _ = inequality.without_losses(now.consumption / np.maximum(now.members, 1))
    return inequality.gini(heads, now.members)


@indicator(
    "1", "equity", "concentration of land worked (Gini)", "经营土地基尼系数",
    formula="1 - 2 x area under the Lorenz curve", source=GINI,
)  # fmt: skip
def land_gini(scope: Scope) -> float:
    """Gini coefficient, over households, of the crops and orchards they work, own and rented."""
    worked = scope.household("worked")
    return inequality.gini(worked) if len(worked) else NONE


@indicator(
    "1", "equity", "effect of money sent home on inequality", "汇款对不平等的边际效应",
    formula="S R G_k / G - S: change of the Gini, as a share of it, where the source grows by one part", source=LERMAN,
)  # fmt: skip
def gini_effect_remittances(scope: Scope) -> float:
    """How far the Gini would change, as a share of it, for each share that money sent home grows by.

    Below 0 it makes incomes more equal.
    """
    return _effect(scope, SENT_HOME)


@indicator(
    "1", "equity", "effect of scheme payments on inequality", "补偿对不平等的边际效应",
    formula="S R G_k / G - S: change of the Gini, as a share of it, where the source grows by one part", source=LERMAN,
)  # fmt: skip
def gini_effect_payments(scope: Scope) -> float:
    """How far the Gini would change, as a share of it, for each share that scheme payments less fines grow by."""
    return _effect(scope, SCHEMES)
