"""Equivalent-factor value of the land in scope: yearly indicators, and the statement of both tables side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.patch import LANDFORMS
from village_abm.accounting import equivalents
from village_abm.ecology import vegetation
from village_abm.scope import Scope, indicator, share
from village_abm.statements import Column, Line, Statement, statement

if TYPE_CHECKING:
    from village_abm.village import Village

XIE = "Xie Gaodi et al. (2015), Improvement of the evaluation method for ecosystem service value, J. Nat. Resour. 30(8)"
FORMULA = "sum over patches of equivalents a ha x cover / reference x (1 - w x bare rock) x unit value / area"
CHINESE = {
    "dry_crop": "旱地", "paddy": "水田", "orchard": "果园", "conifer": "针叶林", "mixed": "针阔混交林",
    "broadleaf": "阔叶林", "shrub": "灌木", "shrub_grass": "灌草丛", "grassland": "草地", "bare": "裸岩",
    "built": "居民点",
}  # fmt: skip
ENGLISH = {"dry_crop": "dry cropland", "mixed": "mixed forest", "conifer": "coniferous forest",
           "broadleaf": "broad-leaved forest", "shrub_grass": "shrubs and grass", "bare": "bare rock",
           "built": "built land", "shrub": "shrubs"}  # fmt: skip
SERVICES = {"provisioning": "供给服务", "regulating": "调节与支持服务", "cultural": "文化服务"}
HIGH = (LANDFORMS.index("slope"), LANDFORMS.index("peak"))
STEADY = equivalents.CLASSES.index("mixed")


@dataclass(frozen=True)
class Counted:
    """Class of each patch, index into CLASSES, and what is left of its equivalents [1], (patches,); and their sums.

    Area of each class and what of it counts in full [ha], (villages, classes).
    """

    land: np.ndarray
    left: np.ndarray
    area: np.ndarray
    sound: np.ndarray


def count_land(village: Village) -> Counted:
    """Class and adjustment of every patch, from use, stage of succession, cover, rock and grade; sums by village."""
    patches, rules = village.patches, village.params.accounting.equivalents
    stage = vegetation.stage(village.params.ecology.vegetation, patches.cover, patches.age)
    classes = equivalents.classes_of_uses(rules, village.uses.names)
    land = classes.ravel().take(patches.use * np.int64(equivalents.STAGES) + stage)
    left = equivalents.adjustment(rules, land, patches.cover, patches.exposure, patches.grade)
    shape = (len(village.names), len(equivalents.CLASSES))
    key = patches.village * np.int64(shape[1]) + land
    area, sound = (np.bincount(key, weight, shape[0] * shape[1]).reshape(shape) for weight in (None, left))
    return Counted(land, left, area * village.hectares, sound * village.hectares)


def here(scope: Scope, by_village: np.ndarray) -> np.ndarray:
    """Sum over the villages in scope; (villages, ...) to (...)."""
    number = scope.number
    total: np.ndarray = by_village[slice(None) if number is None else slice(number, number + 1)].sum(axis=0)
    return total


def counted(scope: Scope) -> Counted:
    """What was counted at the close of the year."""
    kept: Counted = scope.village.memory["land value"]
    return kept


def mean_by_group(scope: Scope) -> np.ndarray:
    """Mean equivalent-factor value by group of services; (groups,) [CNY/ha/yr], not a number without land."""
    sound, area = here(scope, counted(scope).sound), here(scope, counted(scope).area).sum()
    parts = equivalents.worth(scope.village.params.accounting.equivalents, sound)
    return parts / area if area > 0 else np.full(len(equivalents.GROUPS), np.nan)


def _share(scope: Scope, group: str) -> float:
    parts = scope.once(mean_by_group)
    return share(parts[equivalents.GROUPS.index(group)], parts.sum()) if np.isfinite(parts).all() else float("nan")


@indicator("CNY/ha/yr", "value", "equivalent-factor value", "当量因子法生态系统服务价值", FORMULA, XIE)
def esv(scope: Scope) -> float:
    """Value of ecosystem services by the table of equivalents and the unit value chosen, prices of 2020."""
    return float(scope.once(mean_by_group).sum())


@indicator(
    "1", "value", "provisioning share of the equivalent-factor value", "当量价值中供给服务占比",
    "food, raw material and water / all services; below nothing where paddy takes more water than it gives food", XIE,
)  # fmt: skip
def esv_provisioning_share(scope: Scope) -> float:
    """Share of food, raw material and water in the equivalent-factor value."""
    return _share(scope, "provisioning")


@indicator(
    "1", "value", "regulating share of the equivalent-factor value", "当量价值中调节与支持服务占比",
    "gas, climate, purification, hydrology, soil, nutrients and biodiversity / all services", XIE,
)  # fmt: skip
def esv_regulating_share(scope: Scope) -> float:
    """Share of regulating and supporting services in the equivalent-factor value."""
    return _share(scope, "regulating")


@indicator(
    "1", "value", "cultural share of the equivalent-factor value", "当量价值中文化服务占比",
    "aesthetics / all services", XIE,
)  # fmt: skip
def esv_cultural_share(scope: Scope) -> float:
    """Share of what is beautiful in the equivalent-factor value."""
    return _share(scope, "cultural")


@statement("value", "Equivalent-factor value by class of land", "分地类当量因子法价值")
def equivalents_by_class(scope: Scope) -> Statement:
    """What each class of land yields by both tables of equivalents, desertification taken off."""
    rules, found = scope.village.params.accounting.equivalents, counted(scope)
    area, sound = here(scope, found.area), here(scope, found.sound)
    tables = [equivalents.table(rules, name) for name in equivalents.TABLES]
    lines = []
    for k, name in enumerate(equivalents.CLASSES):
        if area[k] > 0:
            each = [float(book[k].sum()) for book in tables]
            values = (area[k], sound[k] / area[k], *each, *(sound[k] * e * rules.unit_value for e in each))
            lines.append(Line(name, ENGLISH.get(name, name), CHINESE[name], tuple(map(float, values))))
    whole = [equivalents.worth(rules, sound, name) for name in equivalents.TABLES]
    lines.append(_sum_line("all land", "all land", "合计", float(area.sum()), [float(w.sum()) for w in whole], True))
    for k, (name, chinese) in enumerate(SERVICES.items()):
        english = "regulating and supporting services" if name == "regulating" else f"{name} services"
        lines.append(_sum_line(name, english, chinese, np.nan, [float(w[k]) for w in whole]))
    wooded = [wooded_slopes(scope, name) for name in equivalents.TABLES]
    lines.append(_sum_line("wooded", "all land, were all slopes forest", "若坡地全部为森林", np.nan, wooded))
    return Statement(_COLUMNS, tuple(lines), _notes(scope))


_COLUMNS = (
    Column("area", "area", "面积", "ha"),
    Column("left", "left by cover and rock", "植被与基岩修正系数", "1"),
    Column("equivalents_2008", "equivalents, Xie 2008", "当量（谢高地2008）", "1/ha"),
    Column("equivalents_2015", "equivalents, Xie 2015", "当量（谢高地2015）", "1/ha"),
    Column("value_2008", "value, Xie 2008", "价值（谢高地2008）", "CNY/yr"),
    Column("value_2015", "value, Xie 2015", "价值（谢高地2015）", "CNY/yr"),
)


def _sum_line(name: str, en: str, zh: str, area: float, values: list[float], total: bool = False) -> Line:
    return Line(name, en, zh, (area, np.nan, np.nan, np.nan, *values), total=total)


def wooded_slopes(scope: Scope, table: str) -> float:
    """Value of the land were every slope and peak mixed forest at its reference cover on the rock there is [CNY/yr].

    Built land stays. What rock and thin soil let grow is not asked: an upper bound of what planting could bring.
    """
    rules, found = scope.village.params.accounting.equivalents, counted(scope)
    land, left = found.land[scope.land].copy(), found.left[scope.land].copy()
    high = np.isin(scope.patch("landform"), HIGH) & ~scope.kind("built")
    bound = np.full(int(high.sum()), rules.reference_cover)
    land[high] = STEADY
    none = np.zeros(len(bound), np.int8)
    left[high] = equivalents.adjustment(rules, land[high], bound, scope.patch("exposure")[high], none)
    return float(equivalents.worth(rules, equivalents.by_class(land, left) * scope.hectares, table).sum())


def _notes(scope: Scope) -> tuple[tuple[str, str], ...]:
    rules = scope.village.params.accounting.equivalents
    names = {"xie_2008": ("Xie 2008", "谢高地2008"), "xie_2015": ("Xie 2015", "谢高地2015")}
    en, zh = names[rules.table]
    standard = {"grain": "每公顷粮食收益的七分之一", "xie_2015": "谢高地2015", "xie_2003": "谢高地2003", "own": "自定"}
    return (
        (
            f"One equivalent is {rules.unit_value:,.2f} yuan of 2020 a hectare and year (standard: {rules.standard}). "
            f"{en} is the table that indicators and maps follow.",
            f"一个当量为每公顷每年 {rules.unit_value:,.2f} 元（2020年价，标准：{standard[rules.standard]}）。"
            f"指标与地图采用{zh}。",
        ),
        (
            "Paddy takes water: its water provision is below nothing in Xie 2015 and stays so.",
            "水田耗水：谢高地2015中其水资源供给为负值，予以保留。",
        ),
    )
