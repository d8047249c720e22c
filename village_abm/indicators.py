"""Indicators: each registered once, with name, unit, meaning and the function that counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.patch import GRADES
from village_abm.accounting import inequality
from village_abm.counted import (  # noqa: F401 (they register their indicators)
    acquainted,
    balance_statement,
    cooperation,
    earning,
    equity_statements,
    gep,
    gep_statement,
    herding,
    holding,
    keeping,
    left_behind,
    paying,
    poor_by_group,
    soil_debt,
    trading,
    treasury,
    unequal,
    visiting,
)
from village_abm.policy.schemes import LandScheme
from village_abm.scope import REGISTRY, Scope, indicator
from village_abm.scope import mean as _mean
from village_abm.scope import share as _share

if TYPE_CHECKING:
    from village_abm.village import Village

FIRST_KD = GRADES.index("slight")


# People ---------------------------------------------------------------------------------------------------


@indicator("person", "people", "people on the register", "户籍人口")
def population(scope: Scope) -> float:
    """People on the register, at home or away."""
    return float(len(scope.who))


@indicator("household", "people", "households", "户数")
def households(scope: Scope) -> float:
    """Households on the register."""
    return float(len(scope.homes))


@indicator("person", "people", "people living at home", "常住人口")
def residents(scope: Scope) -> float:
    """People on the register who are not away for work."""
    return float(scope.at_home.sum())


@indicator("1", "people", "share of adults away", "外出劳动力比例")
def away_share(scope: Scope) -> float:
    """Migrants as a share of the people aged 16 to 59."""
    return _share(int((~scope.at_home & scope.adults).sum()), int(scope.adults.sum()))


@indicator("yr", "people", "mean age of those who farm", "务农者平均年龄")
def farmer_age(scope: Scope) -> float:
    """Mean age of people aged 16 or more, elders included, weighted by the days they worked on the land."""
    age = scope.person("age")
    days = np.where(age >= 16, scope.person("farm_days"), 0.0)
    return _share(float((age * days).sum()), float(days.sum()))


@indicator("1", "people", "share of residents under 15 or over 59", "留守老幼比例")
def dependent_share(scope: Scope) -> float:
    """Children under 15 and people aged 60 or more as a share of those at home."""
    age = scope.person("age")[scope.at_home]
    return _mean((age < 15) | (age >= 60))


# Land -----------------------------------------------------------------------------------------------------


@indicator("ha", "land", "land under crops and orchards", "耕种面积")
def farmed_area(scope: Scope) -> float:
    """Area under annual crops and perennial crops."""
    return float((scope.kind("crop") | scope.kind("perennial")).sum()) * scope.hectares


@indicator("ha", "land", "slopes cleared outside the contract", "新开坡地面积")
def cleared_area(scope: Scope) -> float:
    """Area now cropped that was cleared from wild land."""
    return float((scope.patch("clearing") & scope.kind("crop")).sum()) * scope.hectares


@indicator("1", "land", "share of contract cropland abandoned", "撂荒比例")
def abandoned_share(scope: Scope) -> float:
    """Fallow as a share of contract cropland not under a land conversion contract."""
    contract = scope.cropland & ~scope.under(LandScheme)
    fallow = scope.patch("use") == scope.village.uses.index["fallow"]
    return _share(float((contract & fallow).sum()), float(contract.sum()))


# Rock, soil and green -------------------------------------------------------------------------------------


@indicator("1", "ecology", "vegetation cover", "植被覆盖度")
def cover(scope: Scope) -> float:
    """Mean cover of all patches but settlements; cropland counts as its crop canopy."""
    shown = scope.village.memory["shown_cover"][scope.land]
    return _mean(shown[~scope.kind("built")])


@indicator("1", "ecology", "cover of land not cropped", "非耕地植被覆盖度")
def wild_cover(scope: Scope) -> float:
    """Mean cover of wild and planted land."""
    return _mean(scope.patch("cover")[scope.kind("wild") | scope.kind("planted")])


@indicator("ha", "ecology", "rocky desertification, all grades", "石漠化面积")
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
        indicator("ha", "ecology", f"{grade} rocky desertification", f"{chinese[grade]}石漠化面积")(count)


_register_grades()


@indicator("1", "ecology", "bare rock", "基岩裸露率")
def exposure(scope: Scope) -> float:
    """Mean share of the surface that is bare rock."""
    return _mean(scope.patch("exposure"))


@indicator("cm", "ecology", "soil depth", "土层厚度")
def soil_depth(scope: Scope) -> float:
    """Mean depth of soil spread over the whole surface: depth times soil-covered share."""
    return _mean(scope.patch("soil_depth") * (1 - scope.patch("exposure")))


@indicator("t/km^2/yr", "ecology", "soil washed off the surface", "土壤侵蚀模数")
def erosion_modulus(scope: Scope) -> float:
    """Soil that left on the surface, per km2 of land: what a gauge would report."""
    return _share(scope.flow("surface soil loss"), scope.area / 100)


@indicator("t/ha", "ecology", "carbon in plants and soil", "碳储量")
def carbon(scope: Scope) -> float:
    """Carbon in vegetation and soil per hectare."""
    return _mean(scope.village.memory["carbon"][scope.land])


@indicator("gC/m^2/yr", "ecology", "net primary production", "净初级生产力")
def npp(scope: Scope) -> float:
    """Net primary production per area."""
    return _mean(scope.village.memory["npp"][scope.land])


@indicator("1", "ecology", "rainwater use rate", "雨水利用率")
def rainwater_use(scope: Scope) -> float:
    """Share of the rain that plants and cisterns use."""
    return _mean(scope.village.memory["rainwater"][scope.land])


@indicator("t/yr", "ecology", "firewood cut from living cover", "薪柴采伐量")
def fuelwood(scope: Scope) -> float:
    """Dry wood taken from living cover this year."""
    return scope.flow("fuelwood")


# Money ----------------------------------------------------------------------------------------------------


def _income_share(scope: Scope, column: str) -> float:
    return _share(scope.household(column).sum(), scope.household("income").sum())


@indicator("CNY/person/yr", "money", "income per head, money of the year", "人均纯收入(当年价)")
def income(scope: Scope) -> float:
    """Net income per registered person in the year's own money."""
    return float(scope.household("income").sum()) / 100 / scope.heads


@indicator("CNY/person/yr", "money", "income per head, prices of 2020", "人均纯收入(2020年价)")
def income_real(scope: Scope) -> float:
    """Net income per registered person at the prices of 2020."""
    return float(scope.village.real(scope.household("income").sum())) / scope.heads


@indicator("1", "money", "share of income from the land", "农业收入占比")
def farm_share(scope: Scope) -> float:
    """Net income from the land, grain eaten included, as a share of net income."""
    return _income_share(scope, "farm_income")


@indicator("1", "money", "share of income from local wages", "本地务工收入占比")
def wage_share(scope: Scope) -> float:
    """Local wages as a share of net income."""
    return _income_share(scope, "wage_income")


@indicator("1", "money", "share of income sent home", "汇款收入占比")
def remittance_share(scope: Scope) -> float:
    """Money sent home as a share of net income."""
    return _income_share(scope, "remittances")


@indicator("1", "money", "share of income from schemes", "补偿收入占比")
def payment_share(scope: Scope) -> float:
    """Scheme payments less fines as a share of net income."""
    return _share(
        float((scope.household("payments") - scope.household("fined")).sum()), scope.household("income").sum()
    )


@indicator("1", "money", "share of income from enterprises", "经营收入占比")
def enterprise_share(scope: Scope) -> float:
    """Net income from what is not land (herds, guests, cooperatives) as a share of net income.

    With the shares from the land, local wages, money sent home and schemes it makes one.
    """
    return _income_share(scope, "enterprise_income")


@indicator("1", "money", "share of people who are poor", "贫困发生率")
def poverty(scope: Scope) -> float:
    """People in households below the poverty line of the year as a share of all."""
    members = scope.household("members")
    return _share(members[scope.household("poor")].sum(), members.sum())


@indicator("1", "money", "inequality of income (Gini)", "人均收入基尼系数")
def income_gini(scope: Scope) -> float:
    """Gini coefficient of net income per head over all people on the register; losses count as nothing."""
    members = scope.household("members")
    if not members.any():
        return float("nan")
    heads, _ = inequality.without_losses(scope.household("income") / np.maximum(members, 1))
    return inequality.gini(heads, members)


@indicator("1", "money", "food gap", "粮食缺口")
def food_gap(scope: Scope) -> float:
    """Share of the grain need that households neither grew nor could buy."""
    need = scope.household("grain_need")
    return _share((scope.household("food_gap") * need).sum(), need.sum())


@indicator("CNY/day", "money", "worth of a day of family labour, prices of 2020", "家庭劳动影子工资")
def shadow_wage(scope: Scope) -> float:
    """Mean shadow wage of family labour."""
    return _mean(scope.household("shadow_wage"))


# In the order of their files and lines, whichever file was imported first.
_ORDER = sorted(REGISTRY.values(), key=lambda item: (item.count.__module__, item.count.__code__.co_firstlineno))
REGISTRY.clear()
REGISTRY.update({item.name: item for item in _ORDER})


def count_all(village: Village) -> dict[str, float]:
    """All indicators of the year; with several villages also each one's, as `name.village`."""
    scopes: list[tuple[str, Scope]] = [("", Scope(village))]
    if len(village.names) > 1:
        scopes += [(f".{name}", Scope(village, number)) for number, name in enumerate(village.names)]
    return {f"{item.name}{tail}": item.count(scope) for tail, scope in scopes for item in _ORDER}
