"""Indicators of how far ecological industry has come, and of how well it and revitalisation go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.accounting import coupling
from village_abm.accounting.revitalisation import DIMENSIONS, PARTS, eco_level
from village_abm.counted.cooperation import industries
from village_abm.counted.revitalisation import standing
from village_abm.economy.eco_industry import ATTRIBUTES
from village_abm.scope import OWN, Scope, indicator, share

EFFICIENCY, ENVIRONMENT = ATTRIBUTES.index("efficiency"), ATTRIBUTES.index("environment")
THRIVING, LIVEABLE, PROSPEROUS = (
    DIMENSIONS.index(name) for name in ("thriving_industry", "liveable_ecology", "prosperous_life")
)
WANG = "Wang Shujia, Kong et al. (2021), J. Natural Resources 36(3): 793-810"


# The level of ecological industry -------------------------------------------------------------------------


@dataclass(frozen=True)
class EcoIndustries:
    """The four parts of the eco-industry level as counted, the same between 0 and 1, and their mean."""

    values: np.ndarray
    parts: np.ndarray
    outside: np.ndarray
    level: float


def eco_industries(scope: Scope) -> EcoIndustries:
    """Resources, environment, output and employment of the industries here.

    Resources and environment are two of the eight attributes of ecological industry, efficiency and environment,
    over the land of all industries; output and employment are those of industries that do nature some good, with
    guests and with paid work for cooperatives.
    """
    found, village = scope.once(industries), scope.village
    green = np.where(found.known.green > 0, found.area, 0.0)
    whole = float(found.area.sum())
    added = float(green @ found.known.value) + float(village.real(scope.household("guest_income").sum()))
    days = float(green @ found.known.days) + float(scope.household("cooperative_days").sum())
    days += scope.value("homestays") * village.params.tourism.days
    values = np.array([
        share(float(found.area @ found.scores[:, EFFICIENCY]), whole),
        share(float(found.area @ found.scores[:, ENVIRONMENT]), whole),
        added / scope.heads,
        share(days, float(scope.household("labour").sum())),
    ])  # fmt: skip
    return EcoIndustries(values, *eco_level(village.params.accounting.revitalisation.eco_industry, values))


def _part(scope: Scope, name: str) -> float:
    return float(scope.once(eco_industries).parts[PARTS.index(name)])


@indicator("1", "index", "eco-industry level", "生态产业发展水平", "sum of weight x part over four parts", OWN)
def eco_industry_level(scope: Scope) -> float:
    """Use of resources, environment, output and employment of industries in one number between 0 and 1."""
    return scope.once(eco_industries).level


@indicator(
    "1", "index", "eco-industry level: use of resources", "生态产业水平:资源利用",
    "(value a hectare against maize - worst) / (best - worst)", OWN,
)  # fmt: skip
def eco_resources(scope: Scope) -> float:
    """Value added per hectare of industries' land, a / (a + that of maize), between its bounds."""
    return _part(scope, "resources")


@indicator(
    "1", "index", "eco-industry level: environment", "生态产业水平:环境质量",
    "(soil kept against maize - worst) / (best - worst)", OWN,
)  # fmt: skip
def eco_environment(scope: Scope) -> float:
    """How much better than maize industries hold the soil, 1 - C / C of maize over their land, between its bounds."""
    return _part(scope, "environment")


@indicator(
    "1", "index", "eco-industry level: output", "生态产业水平:产值",
    "(value added of ecological industries / people - worst) / (best - worst)", OWN,
)  # fmt: skip
def eco_output(scope: Scope) -> float:
    """Value added per head of industries that do nature some good and of guests, between its bounds."""
    return _part(scope, "output")


@indicator(
    "1", "index", "eco-industry level: employment", "生态产业水平:就业",
    "(days in ecological industries / days that households have - worst) / (best - worst)", OWN,
)  # fmt: skip
def eco_employment(scope: Scope) -> float:
    """Days that ecological industries, guests and cooperatives' paid work ask for, of all days that households have."""
    return _part(scope, "employment")


@indicator("component", "index", "components beyond their bounds", "超出阈值的分指标数", "count of components", OWN)
def index_outside(scope: Scope) -> float:
    """Components of the revitalisation index and parts of the eco-industry level that lie beyond their bounds.

    They count as 0 or 1.
    """
    return float(scope.once(standing).outside.sum() + scope.once(eco_industries).outside.sum())


# Coupling -------------------------------------------------------------------------------------------------


def five(scope: Scope) -> np.ndarray:
    """Levels of the five dimensions."""
    return scope.once(standing).dimensions


def industry_and_revitalisation(scope: Scope) -> np.ndarray:
    """Eco-industry level and revitalisation index."""
    return np.array([scope.once(eco_industries).level, scope.once(standing).index])


def ecology_and_economy(scope: Scope) -> np.ndarray:
    """Liveable ecology, and the mean of thriving industry and prosperous life."""
    levels = five(scope)
    return np.array([levels[LIVEABLE], (levels[THRIVING] + levels[PROSPEROUS]) / 2])


def coordination(levels: np.ndarray, corrected: bool = True) -> float:
    """Coupling coordination degree; not a number where a level is not known."""
    return float("nan") if np.isnan(levels).any() else float(coupling.coordination(levels, corrected=corrected))


@indicator(
    "1", "index", "coupling coordination of the five dimensions", "五维耦合协调度",
    "sqrt(corrected coupling degree x mean of the five dimensions)", WANG,
)  # fmt: skip
def coupling_coordination(scope: Scope) -> float:
    """How high and how much alike the five dimensions stand, with the corrected coupling degree."""
    return coordination(five(scope))


@indicator(
    "1", "index", "coupling coordination of the five dimensions, traditional", "五维耦合协调度(传统公式)",
    "sqrt(coupling degree x mean of the five dimensions)", WANG,
)  # fmt: skip
def traditional_coordination(scope: Scope) -> float:
    """The same with the traditional coupling degree, which crowds near one."""
    return coordination(five(scope), corrected=False)


@indicator(
    "1", "index", "coupling coordination of eco-industry and revitalisation", "生态产业与乡村振兴耦合协调度",
    "sqrt(corrected coupling degree x mean of the two)", WANG,
)  # fmt: skip
def industry_coordination(scope: Scope) -> float:
    """How high and how much alike eco-industry level and revitalisation index stand."""
    return coordination(industry_and_revitalisation(scope))


@indicator(
    "1", "index", "coupling coordination of ecology and economy", "生态与经济耦合协调度",
    "sqrt(corrected coupling degree x mean of the two)", WANG,
)  # fmt: skip
def ecology_coordination(scope: Scope) -> float:
    """How high and how much alike liveable ecology stands with the mean of thriving industry and prosperous life."""
    return coordination(ecology_and_economy(scope))
