"""Indicators of households once poor: registered, found out of poverty, and what has become of them since."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import poverty_return
from village_abm.scope import Scope, indicator, share

OWN = "this model's own"
RISK = "Frontiers in Environmental Science 1175315 (2023), on the risk of returning to poverty after support ends"


def _once_poor(scope: Scope) -> np.ndarray:
    """Which households in scope were struck off the register of the poor, or split from one that was."""
    found: np.ndarray = scope.household("struck_off") > 0
    return found


def _again(scope: Scope) -> poverty_return.PovertyReturn:
    rows = _once_poor(scope)
    if not rows.any():
        return poverty_return.PovertyReturn(0.0, 0.0)
    return poverty_return.headcount(rows, scope.household("poor"), scope.household("members"))


@indicator(
    "household", "money", "households out of poverty", "脱贫户数",
    formula="count of households struck off the register of the poor", source=OWN,
)  # fmt: skip
def out_of_poverty(scope: Scope) -> float:
    """Households that were registered as poor and struck off as out of poverty, with those that split from them."""
    return float(_once_poor(scope).sum())


@indicator(
    "1", "money", "poverty among those out of it", "脱贫人口返贫率",
    formula="people of these households below the line / people of these households", source=RISK,
)  # fmt: skip
def poverty_return_rate(scope: Scope) -> float:
    """Of the people in households that had left poverty, the share that is poor now, illness paid; 0 with none."""
    return _again(scope).people


@indicator(
    "1", "money", "households poor among those out of poverty", "脱贫户返贫比例",
    formula="these households below the line / these households", source=RISK,
)  # fmt: skip
def poverty_return_households(scope: Scope) -> float:
    """Of the households that had left poverty, the share that is poor now, illness paid; 0 with none."""
    return _again(scope).households


@indicator(
    "1", "money", "policy income of those out of poverty", "脱贫户政策性收入占比",
    formula="payments of schemes to these households / their income", source=OWN,
)  # fmt: skip
def policy_income_share(scope: Scope) -> float:
    """What schemes pay the households that had left poverty, as a share of their income; 0 with none."""
    rows = _once_poor(scope)
    paid, income = (float(scope.household(name)[rows].sum()) for name in ("payments", "income"))
    return share(paid, income) if rows.any() else 0.0
