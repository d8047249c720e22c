"""Indicators of the herds: heads, who keeps them in the stall, what they bring and give back."""

from __future__ import annotations

from village_abm.scope import OWN, Scope, indicator
from village_abm.scope import mean as _mean
from village_abm.scope import share as _share


@indicator("head", "land", "cattle", "牛存栏", formula="sum of cows over households", source=OWN)
def cattle(scope: Scope) -> float:
    """Cows in the stalls of households at the close of the year."""
    return float(scope.household("cattle").sum())


@indicator("head", "land", "goats", "山羊存栏", formula="sum of free and stalled does over households", source=OWN)
def goats(scope: Scope) -> float:
    """Does that households own, free and stalled; those of the fitted number where goats are no herd."""
    return float((scope.household("free_goats") + scope.household("stalled_goats")).sum())


@indicator(
    "1",
    "land",
    "share of households with stalled stock",
    "舍饲户比例",
    formula="households with stalled stock / households",
    source=OWN,
)
def stall_fed_share(scope: Scope) -> float:
    """Households with cattle or does in the stall as a share of all."""
    return _mean((scope.household("cattle") + scope.household("stalled_goats")) > 0)


@indicator(
    "1",
    "money",
    "share of income from herds",
    "牛羊养殖收入占比",
    formula="(animals sold - feed) / net income",
    source=OWN,
)
def herd_share(scope: Scope) -> float:
    """Young and worn-out cattle and goats sold, less feed, as a share of net income."""
    return _share(scope.household("herd_income").sum(), scope.household("income").sum())


@indicator(
    "1",
    "land",
    "supply of manure",
    "粪肥供给程度",
    formula="mean over households of min(1, manure / what the fields take)",
    source=OWN,
)
def manure_supply(scope: Scope) -> float:
    """Mean over households of their stalled stock's manure against what their fields can take."""
    return _mean(scope.household("manure"))
