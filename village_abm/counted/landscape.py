"""Indicators of the land: fields, fallow and clearings; rock, soil, green, carbon and water."""

from __future__ import annotations

from agents.patch import GRADES
from village_abm.policy.schemes import LandScheme
from village_abm.scope import OWN, Scope, indicator
from village_abm.scope import mean as _mean
from village_abm.scope import share as _share

FIRST_KD = GRADES.index("slight")


# Land -----------------------------------------------------------------------------------------------------


@indicator(
    "ha",
    "land",
    "land under crops and orchards",
    "耕种面积",
    formula="plots of crops and orchards x area of a plot",
    source=OWN,
)
def farmed_area(scope: Scope) -> float:
    """Area under annual crops and perennial crops."""
    return float((scope.kind("crop") | scope.kind("perennial")).sum()) * scope.hectares


@indicator(
    "ha",
    "land",
    "slopes cleared outside the contract",
    "新开坡地面积",
    formula="plots cleared from wild land and cropped x area of a plot",
    source=OWN,
)
def cleared_area(scope: Scope) -> float:
    """Area now cropped that was cleared from wild land."""
    return float((scope.patch("clearing") & scope.kind("crop")).sum()) * scope.hectares


@indicator(
    "1",
    "land",
    "share of contract cropland abandoned",
    "撂荒比例",
    formula="fallow contract cropland / contract cropland outside conversion contracts",
    source=OWN,
)
def abandoned_share(scope: Scope) -> float:
    """Fallow as a share of contract cropland not under a land conversion contract."""
    contract = scope.cropland & ~scope.under(LandScheme)
    fallow = scope.patch("use") == scope.village.uses.index["fallow"]
    return _share(float((contract & fallow).sum()), float(contract.sum()))


# Rock, soil and green -------------------------------------------------------------------------------------


@indicator(
    "1",
    "ecology",
    "vegetation cover",
    "植被覆盖度",
    formula="mean over plots without settlements of cover, cropland by its canopy",
    source=OWN,
)
def cover(scope: Scope) -> float:
    """Mean cover of all patches but settlements; cropland counts as its crop canopy."""
    shown = scope.village.memory["shown_cover"][scope.land]
    return _mean(shown[~scope.kind("built")])


@indicator(
    "1",
    "ecology",
    "cover of land not cropped",
    "非耕地植被覆盖度",
    formula="mean over wild and planted plots of cover",
    source=OWN,
)
def wild_cover(scope: Scope) -> float:
    """Mean cover of wild and planted land."""
    return _mean(scope.patch("cover")[scope.kind("wild") | scope.kind("planted")])


@indicator(
    "ha",
    "ecology",
    "rocky desertification, all grades",
    "石漠化面积",
    formula="plots graded slight or worse x area of a plot",
    source=OWN,
)
def kd_area(scope: Scope) -> float:
    """Area graded slight, moderate, severe or extreme."""
    return float((scope.patch("grade") >= FIRST_KD).sum()) * scope.hectares


def _register_grades() -> None:
    chinese = {"potential": "潜在", "slight": "轻度", "moderate": "中度", "severe": "重度", "extreme": "极重度"}
    for number, grade in enumerate(GRADES):
        if grade == "none":
            continue

        def count(scope: Scope, number: int = number) -> float:
            return float((scope.patch("grade") == number).sum()) * scope.hectares

        count.__name__ = f"kd_{grade}"
        count.__doc__ = f"Area of {grade} rocky desertification."
        indicator(
            "ha",
            "ecology",
            f"{grade} rocky desertification",
            f"{chinese[grade]}石漠化面积",
            f"plots graded {grade} x area of a plot",
            OWN,
        )(count)


_register_grades()


@indicator("1", "ecology", "bare rock", "基岩裸露率", formula="mean over plots of bare rock", source=OWN)
def exposure(scope: Scope) -> float:
    """Mean share of the surface that is bare rock."""
    return _mean(scope.patch("exposure"))


@indicator("cm", "ecology", "soil depth", "土层厚度", formula="mean over plots of depth x (1 - bare rock)", source=OWN)
def soil_depth(scope: Scope) -> float:
    """Mean depth of soil spread over the whole surface: depth times soil-covered share."""
    return _mean(scope.patch("soil_depth") * (1 - scope.patch("exposure")))


@indicator(
    "t/km^2/yr",
    "ecology",
    "soil washed off the surface",
    "土壤侵蚀模数",
    formula="soil washed off the surface / area",
    source=OWN,
)
def erosion_modulus(scope: Scope) -> float:
    """Soil that left on the surface, per km2 of land: what a gauge would report."""
    return _share(scope.flow("surface soil loss"), scope.area / 100)


@indicator(
    "t/ha",
    "ecology",
    "carbon in plants and soil",
    "碳储量",
    formula="mean over plots of carbon in plants and soil",
    source=OWN,
)
def carbon(scope: Scope) -> float:
    """Carbon in vegetation and soil per hectare."""
    return _mean(scope.village.memory["carbon"][scope.land])


@indicator(
    "gC/m^2/yr",
    "ecology",
    "net primary production",
    "净初级生产力",
    formula="mean over plots of net primary production",
    source=OWN,
)
def npp(scope: Scope) -> float:
    """Net primary production per area."""
    return _mean(scope.village.memory["npp"][scope.land])


@indicator(
    "1", "ecology", "rainwater use rate", "雨水利用率", formula="mean over plots of rain used / rain fallen", source=OWN
)
def rainwater_use(scope: Scope) -> float:
    """Share of the rain that plants and cisterns use."""
    return _mean(scope.village.memory["rainwater"][scope.land])


@indicator("t/yr", "ecology", "firewood cut from living cover", "薪柴采伐量", formula="sum of dry wood cut", source=OWN)
def fuelwood(scope: Scope) -> float:
    """Dry wood taken from living cover this year."""
    return scope.flow("fuelwood")
