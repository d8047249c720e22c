"""Indicators of schemes: land under contract and land ploughed again, payments, works, closed land."""

from __future__ import annotations

from village_abm.policy.schemes import LandScheme
from village_abm.scope import OWN, Scope, indicator


@indicator(
    "ha",
    "schemes",
    "land under conversion contracts",
    "退耕合同面积",
    formula="plots under conversion contracts x area of a plot",
    source=OWN,
)
def enrolled_area(scope: Scope) -> float:
    """Area under a land conversion contract."""
    return float(scope.under(LandScheme).sum()) * scope.hectares


@indicator(
    "ha/yr",
    "schemes",
    "converted land cropped again",
    "复耕面积",
    formula="plots ploughed again this year x area of a plot",
    source=OWN,
)
def reconverted_area(scope: Scope) -> float:
    """Area once enrolled that went back to crops this year."""
    return scope.flow("reconverted")


@indicator(
    "CNY/yr",
    "schemes",
    "payments to households, money of the year",
    "发放补偿款(当年价)",
    formula="sum over households of payments received",
    source=OWN,
)
def scheme_payments(scope: Scope) -> float:
    """Scheme payments received by households this year."""
    return float(scope.household("payments").sum()) / 100


@indicator(
    "ha/yr",
    "schemes",
    "land treated by engineering",
    "工程治理面积",
    formula="plots treated this year x area of a plot",
    source=OWN,
)
def treated_area(scope: Scope) -> float:
    """Area treated by rocky-desertification engineering this year."""
    return float((scope.patch("treated") == scope.village.year).sum()) * scope.hectares


@indicator(
    "ha",
    "schemes",
    "land closed to cutting and grazing",
    "封山育林面积",
    formula="plots closed x area of a plot",
    source=OWN,
)
def closed_area(scope: Scope) -> float:
    """Area closed to cutting and grazing."""
    return float(scope.patch("closed").sum()) * scope.hectares
