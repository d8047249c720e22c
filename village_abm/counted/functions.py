"""Production, living and ecological functions of the village, and how well the three develop together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from village_abm.accounting import coupling, functions
from village_abm.counted import equivalents
from village_abm.scope import Scope, indicator

if TYPE_CHECKING:
    from village_abm.village import Village

LIU = "Liu Jilai, Liu Yansui, Li Yurui (2017), Production-living-ecological spaces in China, Acta Geogr. Sin. 72(7)"
OWN = f"this model's own, after {LIU}"
KONG = (
    "Wang Shujia, Kong Wei et al. (2021), Misuse and correction of the coupling coordination model, J. Nat. Resour. 36"
)


def levels(village: Village, value: np.ndarray) -> np.ndarray:
    """Level of production, living and ecology on every patch, of `value` [CNY/ha/yr]; (3, patches) [1]."""
    rules, patches, homes = village.params.accounting.functions, village.patches, village.households
    price: np.ndarray = village.memory["price"]
    built = village.uses.is_kind("built").take(patches.use)
    there = np.bincount(homes.home[homes.alive], homes.residents[homes.alive], minlength=len(patches))
    return np.array([
        functions.production(rules, patches.yield_rate * price.take(patches.use)),
        functions.living(rules, built, there, patches.distance, patches.village),
        functions.ecological(rules, built, patches.cover, patches.grade, value),
    ])  # fmt: skip


def of_village(scope: Scope) -> np.ndarray:
    """Level of the three functions for the land in scope; (3,), not a number where there is no land."""
    sums: np.ndarray = scope.village.memory["functions"]
    area = equivalents.here(scope, equivalents.counted(scope).area).sum()
    total = equivalents.here(scope, sums) * scope.hectares
    mean = total / area if area > 0 else np.full(len(total), np.nan)
    return functions.of_village(scope.village.params.accounting.functions, mean)


def _degree(scope: Scope, *, corrected: bool) -> float:
    three = scope.once(of_village)
    return float(coupling.coordination(three, corrected=corrected)) if np.isfinite(three).all() else float("nan")


@indicator(
    "1", "index", "production function of the land", "国土生产功能",
    "mean over patches of min(1, worth of the harvest / full output), against the mean that counts as full", OWN,
)  # fmt: skip
def production_function(scope: Scope) -> float:
    """How far the land produces: worth of the year's harvest against bounds fixed once."""
    return float(scope.once(of_village)[0])


@indicator(
    "1", "index", "living function of the land", "国土生活功能",
    "mean over patches of b + (1 - b) h where built, h = min(1, residents / full), else e max(0, 1 - distance / reach) "
    "x mean h, against the mean that counts as full", OWN,
)  # fmt: skip
def living_function(scope: Scope) -> float:
    """How far the land is lived on: houses, who is at home in them, and how near they are."""
    return float(scope.once(of_village)[1])


@indicator(
    "1", "index", "ecological function of the land", "国土生态功能",
    "mean over patches of w1 cover + w2 (1 - grade/5) + w3 min(1, equivalent-factor value / full value)", OWN,
)  # fmt: skip
def ecological_function(scope: Scope) -> float:
    """How far the land serves nature: cover, grade of rocky desertification and equivalent-factor value."""
    return float(scope.once(of_village)[2])


@indicator(
    "1", "index", "coordination of production, living and ecology", "三生功能耦合协调度",
    "sqrt(C' T): C' corrected coupling degree of the three functions, T their mean", KONG,
)  # fmt: skip
def function_coordination(scope: Scope) -> float:
    """Coupling coordination degree of the three functions in the corrected form, which spreads over 0 to 1."""
    return _degree(scope, corrected=True)


@indicator(
    "1", "index", "coordination of the three, traditional form", "三生功能耦合协调度(传统式)",
    "sqrt(C T): C = 3 (P L E)^(1/3) / (P + L + E), T their mean", KONG,
)  # fmt: skip
def function_coordination_traditional(scope: Scope) -> float:
    """Coupling coordination degree of the three functions in the traditional form, for comparison with papers."""
    return _degree(scope, corrected=False)
