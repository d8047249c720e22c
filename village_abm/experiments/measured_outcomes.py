"""Measures of what becomes of land, income and people, each compared with the twin without the scheme."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import inequality
from village_abm.experiments.measured_policy import ORDINAL, ORDINAL_ZH
from village_abm.experiments.measures import Better, Case, counted
from village_abm.experiments.trial import SOURCES
from village_abm.indicators import REGISTRY

# Indicators of the last year: name, group, which way is better, smallest difference that matters.
OF_INDICATORS: tuple[tuple[str, str, Better, float], ...] = (
    ("cover", "environment", "more", 0.01),
    ("kd_area", "environment", "less", 2.0),
    ("kd_potential", "environment", "neither", 2.0),
    ("kd_slight", "environment", "less", 2.0),
    ("kd_moderate", "environment", "less", 2.0),
    ("kd_severe", "environment", "less", 1.0),
    ("kd_extreme", "environment", "less", 1.0),
    ("erosion_modulus", "environment", "less", 10.0),
    ("carbon", "environment", "more", 0.5),
    ("rainwater_use", "environment", "more", 0.01),
    ("income_real", "income", "more", 100.0),
    ("poverty", "income", "less", 0.01),
    ("poor_again", "income", "less", 1.0),
    ("income_gini", "income", "less", 0.01),
    ("farm_share", "income", "neither", 0.01),
    ("wage_share", "income", "neither", 0.01),
    ("remittance_share", "income", "neither", 0.01),
    ("payment_share", "income", "neither", 0.01),
    ("enterprise_share", "income", "neither", 0.01),
    ("away_share", "people", "neither", 0.02),
    ("left_behind_share", "people", "less", 0.02),
    ("left_behind_index", "people", "less", 0.02),
    ("abandoned_share", "people", "less", 0.02),
    ("revitalisation_index", "value", "more", 0.01),
    ("thriving_industry", "value", "more", 0.02),
    ("liveable_ecology", "value", "more", 0.02),
    ("civilised_custom", "value", "more", 0.02),
    ("effective_governance", "value", "more", 0.02),
    ("prosperous_life", "value", "more", 0.02),
    ("eco_industry_level", "value", "more", 0.01),
    ("coupling_coordination", "value", "more", 0.01),
)


def _register_indicators() -> None:
    for name, group, better, matters in OF_INDICATORS:
        item = REGISTRY[name]

        def count(case: Case, name: str = name) -> float:
            return case.last(name)

        count.__name__, count.__doc__ = name, item.meaning
        counted(item.unit, group, item.en, item.zh, better, matters)(count)


_register_indicators()


# Environment ------------------------------------------------------------------------------------------------


@counted("t", "environment", "soil washed off, all years", "累计土壤流失量", "less", 50.0, over="all years")
def soil_loss(case: Case) -> float:
    """Soil that left on the surface in all years since the opening."""
    return case.total("soil loss")


@counted("t", "environment", "carbon held", "碳储量总量", "more", 100.0)
def carbon_stock(case: Case) -> float:
    """Carbon in vegetation and soil of the whole landscape in the last year."""
    return case.last("carbon") * float(case.run["map.cover"].size * case.run["hectares"])


@counted("ha", "environment", "mean clump of cropland", "耕地斑块平均面积", "neither", 0.05)
def cropland_clump(case: Case) -> float:
    """Landscape fragmentation: mean size of the runs of annual cropland that touch along sides or corners."""
    return float(case.run["clump"])


# Income -----------------------------------------------------------------------------------------------------


def _register_fifths() -> None:
    for number, (en, zh) in enumerate(zip(ORDINAL, ORDINAL_ZH, strict=True)):

        def count(case: Case, number: int = number) -> float:
            here = case.run["house.alive"] & (case.fifth == number)
            people = float(case.run["house.members"][here].sum())
            return float(case.run["house.income"][here].sum()) / people if people else float("nan")

        count.__name__ = f"income_fifth_{number + 1}"
        count.__doc__ = (
            f"Income per head, yuan of 2020, of the families that were the {en} in the twin before the opening, and of "
            f"all that split from them."
        )
        counted("CNY/person/yr", "income", f"income per head, {en}", f"{zh}人均收入", "more", 100.0)(count)


_register_fifths()


def _living(case: Case, column: str) -> np.ndarray:
    there = case.run["house.alive"] & (case.run["house.members"] > 0)
    found: np.ndarray = case.run[column][there]
    return found


@counted("1", "income", "poverty gap", "贫困深度", "less", 0.005)
def poverty_gap(case: Case) -> float:
    """Mean shortfall below the poverty line, as a share of it, over all people.

    Income less what illness cost, a negative one counted as nothing; Foster, Greer and Thorbecke (1984).
    """
    people = _living(case, "house.members").astype(float)
    if not people.sum():
        return float("nan")
    heads = np.maximum(_living(case, "house.income") - _living(case, "house.care"), 0.0) / people
    return inequality.poverty(heads, float(case.run["line"]), people).gap


SOURCE_WORDS = {
    "farm_income": ("the land", "农业"),
    "wage_income": ("local wages", "本地务工"),
    "remittances": ("money sent home", "汇款"),
    "payments": ("schemes", "补偿"),
    "enterprise_income": ("enterprises", "经营"),
}


def _register_sources() -> None:
    for number, source in enumerate(SOURCES):
        en, zh = SOURCE_WORDS[source]

        def count(case: Case, number: int = number) -> float:
            people = _living(case, "house.members").astype(float)
            sources = _living(case, "house.sources") / people[:, None]
            gained = sources.sum(axis=1) >= 0  # a total below nothing has no Lorenz curve
            if not (sources[gained].sum() > 0):
                return float("nan")
            return float(inequality.gini_by_source(sources[gained], people[gained]).contribution[number])

        count.__name__ = f"gini_{source.removesuffix('_income')}"
        count.__doc__ = (
            f"What income from {en} adds to the Gini coefficient of income per head (Lerman and Yitzhaki 1985), of "
            f"households without a loss in all."
        )
        counted("1", "income", f"inequality that comes from {en}", f"{zh}对基尼系数的贡献", "less", 0.01)(count)


_register_sources()
