"""Indicators of livelihoods: of what type households are, and on how many legs they stand."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import livelihoods
from village_abm.counted.living import living
from village_abm.scope import OWN, Scope, indicator


def _shares(scope: Scope) -> np.ndarray:
    return livelihoods.shares(scope.once(living).sources)


def _composition(scope: Scope) -> np.ndarray:
    return livelihoods.composition(scope.once(living).kinds)


def _share_of(scope: Scope, kind: str) -> float:
    return float(scope.once(_composition)[livelihoods.TYPES.index(kind)])


@indicator(
    "1", "equity", "diversity of income (Simpson)", "生计多样性(辛普森指数)",
    formula="mean over people of 1 - sum p^2, p the shares of seven sources",
    source="Simpson (1949), Measurement of diversity",
)  # fmt: skip
def income_diversity(scope: Scope) -> float:
    """How spread over sources the income of the mean person's household is: 0 one source, 6/7 seven equal ones.

    Losses count as nothing; households without income are left out.
    """
    return livelihoods.mean_over(livelihoods.simpson(scope.once(_shares)), scope.once(living).members)


@indicator(
    "source", "equity", "sources of income in effect", "有效收入来源数",
    formula="mean over people of exp(-sum p ln p), p the shares of seven sources",
    source="Hill (1973), Diversity and evenness; Shannon (1948), A mathematical theory of communication",
)  # fmt: skip
def income_sources(scope: Scope) -> float:
    """Number of equal sources of income as diverse as those of the mean person's household."""
    return livelihoods.mean_over(livelihoods.effective_number(scope.once(_shares)), scope.once(living).members)


@indicator(
    "1", "equity", "share of pure farming households", "纯农户比例",
    formula="households with farm income of 80% or more of what is earned / households", source=OWN,
)  # fmt: skip
def pure_farming_share(scope: Scope) -> float:
    """Households that live on land, herds and cooperatives almost alone, as a share of all; none left behind."""
    return _share_of(scope, "pure_farming")


@indicator(
    "1", "equity", "share of households that farm first", "农业兼业户比例",
    formula="households with farm income of 50 to 80% of what is earned / households", source=OWN,
)  # fmt: skip
def farm_first_share(scope: Scope) -> float:
    """Households that earn more from the farm than elsewhere, but not almost all, as a share of all."""
    return _share_of(scope, "farm_first")


@indicator(
    "1", "equity", "share of households that farm second", "非农兼业户比例",
    formula="households with farm income of 20 to 50% of what is earned / households", source=OWN,
)  # fmt: skip
def off_farm_first_share(scope: Scope) -> float:
    """Households that earn more elsewhere than from the farm, which they keep, as a share of all."""
    return _share_of(scope, "off_farm_first")


@indicator(
    "1", "equity", "share of households off the farm", "非农户比例",
    formula="households with farm income below 20% of what is earned / households", source=OWN,
)  # fmt: skip
def non_farm_share(scope: Scope) -> float:
    """Households that earn next to nothing from the farm, as a share of all; those that earn nothing among them."""
    return _share_of(scope, "non_farm")


@indicator(
    "1", "equity", "share of households left behind", "留守户比例",
    formula="households with people at home, none of them aged 16 to 59 / households", source="this model's own",
)  # fmt: skip
def left_behind_households(scope: Scope) -> float:
    """Households in whose house only children and elders live, whatever they live on, as a share of all."""
    return _share_of(scope, "left_behind")
