"""Production, living and ecological functions of the village, and how well the three develop together."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import coupling, functions
from village_abm.counted import equivalents
from village_abm.scope import Scope, indicator

LIU = "Liu Jilai, Liu Yansui, Li Yurui (2017), Production-living-ecological spaces in China, Acta Geogr. Sin. 72(7)"
OWN = f"this model's own, after {LIU}"
KONG = "Wang Shujia, Kong Wei et al. (2021), Misuse and correction of the coupling coordination model, J. Nat. Resour. 36"


def levels(scope: Scope) -> np.ndarray:
    """Level of production, living and ecology on every patch in scope; (patches, 3) [1]."""
    village, rules = scope.village, scope.village.params.accounting.functions
    price: np.ndarray = village.memory["price"]
    output = scope.patch("yield_rate") * price[scope.patch("use")]
    homes = village.households
    # Houses of a village stand on its own land, so that nobody of another is counted here.
    there = np.bincount(homes.home[homes.alive], homes.residents[homes.alive], minlength=len(village.patches))
    built = scope.kind("built")
    value = scope.once(equivalents.value_by_patch)
    return np.column_stack([
        functions.production(rules, output),
        functions.living(rules, built, there[scope.land], scope.patch("distance")),
        functions.ecological(rules, built, scope.patch("cover"), scope.patch("grade"), value),
    ])  # fmt: skip


def of_village(scope: Scope) -> np.ndarray:
    """Level of the three functions for the land in scope; (3,), not a number where there is no land."""
    return functions.of_village(scope.village.params.accounting.functions, scope.once(levels))


def dominant(scope: Scope) -> np.ndarray:
    """Strongest function of every patch in scope, index into FUNCTIONS; (patches,)."""
    return functions.dominant(scope.village.params.accounting.functions, scope.once(levels))


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
    "mean over patches of b + (1 - b) min(1, residents / full) where built, e exp(-distance / reach) elsewhere, "
    "against the mean that counts as full", OWN,
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
