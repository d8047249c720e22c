"""Indicators of land that is paid to be kept: how much there is, and what of it is sold."""

from __future__ import annotations

from village_abm.policy.kept import KeptScheme
from village_abm.scope import OWN, Scope, indicator


@indicator(
    "ha",
    "schemes",
    "land under contracts to keep it",
    "保护合同面积",
    formula="plots under contracts that keep land x area of a plot",
    source=OWN,
)
def kept_area(scope: Scope) -> float:
    """Area that a scheme pays to keep as it is: payments by area, for carbon, results or water."""
    return float(scope.under(KeptScheme).sum()) * scope.hectares


@indicator("tCO2/yr", "schemes", "carbon sold", "碳汇销售量", formula="sum of t CO2 sold", source=OWN)
def carbon_sold(scope: Scope) -> float:
    """Carbon dioxide sold this year by schemes that pay by the tonne, reserves left out."""
    return scope.flow("carbon sold")


@indicator("m3/yr", "schemes", "water sold", "水权销售量", formula="sum of m3 sold", source=OWN)
def water_sold(scope: Scope) -> float:
    """Water sold this year to users downstream by a water bank."""
    return scope.flow("water sold")
