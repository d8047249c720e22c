"""Indicators of who works how much land: rented land, sizes of farms, backbone farmers and returning migrants."""

from __future__ import annotations

import numpy as np

from village_abm.scope import OWN, Scope, indicator, share

MU_PER_HECTARE = 15


@indicator(
    "1",
    "land",
    "share of contract cropland rented",
    "耕地流转比例",
    formula="contract cropland worked by others than its holder / contract cropland",
    source=OWN,
)
def rented_share(scope: Scope) -> float:
    """Contract cropland that another household than its holder works, as a share of all of it."""
    return share(float(scope.let.sum()), float(scope.cropland.sum()))


@indicator(
    "1",
    "land",
    "share of rented land that is free of rent",
    "无偿流转比例",
    formula="rented land at a rent of 0 / rented land",
    source=OWN,
)
def rent_free_share(scope: Scope) -> float:
    """Rented land for which nothing is paid as a share of what is rented; 0 where nothing is."""
    let = scope.let
    return float((let & (scope.patch("rent") == 0)).sum()) / max(float(let.sum()), 1.0)


@indicator(
    "mu",
    "land",
    "most land worked by one household",
    "最大经营规模",
    formula="max over households of land worked",
    source=OWN,
)
def largest_holding(scope: Scope) -> float:
    """Crops and orchards, own and rented, of the household that works most."""
    return float(scope.household("worked").max(initial=0.0)) * MU_PER_HECTARE


@indicator(
    "mu",
    "land",
    "land worked by the median household",
    "户均经营规模中位数",
    formula="median over households of land worked",
    source=OWN,
)
def median_holding(scope: Scope) -> float:
    """Median of the crops and orchards, own and rented, that a household works."""
    worked = scope.household("worked")
    return float(np.median(worked)) * MU_PER_HECTARE if len(worked) else 0.0


@indicator(
    "household",
    "people",
    "backbone farmers",
    "中坚农户数",
    formula="count of households in the role of backbone farmer",
    source=OWN,
)
def backbone_farmers(scope: Scope) -> float:
    """Households that stay and work far more land than their own."""
    return float(scope.household("backbone").sum())


@indicator(
    "household",
    "people",
    "returning migrants",
    "返乡户数",
    formula="count of households in the role of returning migrant",
    source=OWN,
)
def returning_migrants(scope: Scope) -> float:
    """Households to which somebody came home not long ago, backbone farmers among them included."""
    return float(scope.household("returnee").sum())
