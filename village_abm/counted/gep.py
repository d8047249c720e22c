"""Indicators of gross ecosystem product: what nature yields at stated prices, and in cubic metres and tonnes."""

from __future__ import annotations

from village_abm.accounting.gep import REGULATING
from village_abm.scope import Scope, indicator, share

GEP = "Ouyang et al. (2020), Using gross ecosystem product (GEP) to value nature in decision making"
OWN = "this model's own"


def _worth(scope: Scope, *services: str) -> float:
    """Sum of services over the land in scope [CNY/yr]."""
    value = scope.village.memory["gep"]
    return sum(float(getattr(value, service)[scope.land].sum()) for service in services)


def _whole(scope: Scope) -> float:
    return _worth(scope, "provisioning", *REGULATING, "cultural")


def _quantity(scope: Scope, name: str) -> float:
    return float(getattr(scope.village.memory["gep quantities"], name)[scope.land].sum())


@indicator(
    "CNY/ha/yr", "value", "gross ecosystem product, prices of 2020", "生态产品总值(2020年价)",
    formula="(provisioning + regulating + cultural) / area", source=GEP,
)  # fmt: skip
def gep(scope: Scope) -> float:
    """Worth of the products and services of nature per area; regulating services weigh as their assumed prices do."""
    return share(_whole(scope), scope.area)


@indicator(
    "CNY/ha/yr", "value", "provisioning services, prices of 2020", "物质产品价值(2020年价)",
    formula="(harvest x farm-gate price + gathered + firewood x price + growth of herds fed by the land) / area",
    source=GEP,
)  # fmt: skip
def gep_provisioning(scope: Scope) -> float:
    """Market value of what people take from the land, per area."""
    return share(_worth(scope, "provisioning"), scope.area)


@indicator(
    "CNY/ha/yr", "value", "regulating services, prices of 2020", "调节服务价值(2020年价)",
    formula="(water + soil + carbon + purification, and climate and oxygen where counted) / area", source=GEP,
)  # fmt: skip
def gep_regulating(scope: Scope) -> float:
    """Worth of water and soil kept, carbon taken up and air cleaned, per area; losses count below 0."""
    return share(_worth(scope, *REGULATING), scope.area)


@indicator(
    "CNY/ha/yr", "value", "cultural services, prices of 2020", "文化服务价值(2020年价)",
    formula="room nights x price of a night / area", source=GEP,
)  # fmt: skip
def gep_cultural(scope: Scope) -> float:
    """What visitors pay for nights among green hills, per area of all land."""
    return share(_worth(scope, "cultural"), scope.area)


@indicator(
    "CNY/person/yr", "value", "gross ecosystem product per head, prices of 2020", "人均生态产品总值(2020年价)",
    formula="GEP / people on the register", source=GEP,
)  # fmt: skip
def gep_per_head(scope: Scope) -> float:
    """Gross ecosystem product per registered person."""
    return _whole(scope) / scope.heads


@indicator(
    "1", "value", "regulating services' share of gross ecosystem product", "调节服务占生态产品总值比例",
    formula="regulating / GEP", source=GEP,
)  # fmt: skip
def gep_regulating_share(scope: Scope) -> float:
    """Regulating services as a share of gross ecosystem product."""
    return share(_worth(scope, *REGULATING), _whole(scope))


@indicator(
    "CNY/CNY", "value", "green-gold index: ecosystem product over local income", "绿金指数(生态产品总值与本地收入之比)",
    formula="GEP / (net income of households - money from away - payments of schemes + fines)",
    source="Assessment of the gross ecosystem product of Hulunbuir (2023), Land 12(1) 63, with local income as the GDP",
)  # fmt: skip
def green_gold(scope: Scope) -> float:
    """Yuan of ecosystem product for each yuan households earn there: from farms, herds, guests and local wages."""
    local = scope.household("income") - scope.household("remittances") - scope.household("payments")
    local = local + scope.household("fined")
    return share(_whole(scope), float(scope.village.real(local.sum())))


@indicator(
    "m3/yr", "value", "water kept", "水源涵养量",
    formula="rain x (share of rain used - share on bare ground without works) x area", source=OWN,
)  # fmt: skip
def water_kept(scope: Scope) -> float:
    """Rain that cover and terraces keep beyond what bare ground keeps; water of cisterns only where it is counted."""
    return _quantity(scope, "water")


@indicator(
    "t/yr", "value", "soil kept", "土壤保持量",
    formula="loss of bare ground by the soil loss equation - loss of the year, on the surface and underground",
    source="Renard et al. (1997), Predicting soil erosion by water: the revised universal soil loss equation",
)  # fmt: skip
def soil_kept(scope: Scope) -> float:
    """Soil that would have gone from bare ground less what went; tilled slopes lose more and count below 0."""
    return _quantity(scope, "soil")


@indicator(
    "tCO2/yr", "value", "carbon taken up", "固碳量",
    formula="44/12 x change of carbon in plants and soil", source=OWN,
)  # fmt: skip
def carbon_taken_up(scope: Scope) -> float:
    """Net carbon dioxide that plants and soil took up; below 0 where more was cleared, cut or washed off."""
    return _quantity(scope, "carbon")
