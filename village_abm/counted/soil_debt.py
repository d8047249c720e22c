"""Indicator of the debt to the soil: what is lost beyond what forms."""

from __future__ import annotations

from village_abm.scope import OWN, Scope, indicator


@indicator(
    "t/yr", "value", "soil lost beyond what forms", "超容许量土壤流失",
    formula="sum over patches of max(0, loss - tolerance of the rock)",
    source=OWN,
)  # fmt: skip
def excess_soil_loss(scope: Scope) -> float:
    """Soil lost from patches, over and under ground, beyond what forms on their rock in a year."""
    return float(scope.village.memory["excess soil loss"][scope.land].sum()) * scope.hectares
