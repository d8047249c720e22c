"""Indicators of who lives here: people and households on the register, who is away, who farms."""

from __future__ import annotations

import numpy as np

from village_abm.scope import OWN, Scope, indicator
from village_abm.scope import mean as _mean
from village_abm.scope import share as _share


@indicator(
    "person", "people", "people on the register", "户籍人口", formula="count of people on the register", source=OWN
)
def population(scope: Scope) -> float:
    """People on the register, at home or away."""
    return float(len(scope.who))


@indicator("household", "people", "households", "户数", formula="count of households on the register", source=OWN)
def households(scope: Scope) -> float:
    """Households on the register."""
    return float(len(scope.homes))


@indicator(
    "person", "people", "people living at home", "常住人口", formula="people on the register - people away", source=OWN
)
def residents(scope: Scope) -> float:
    """People on the register who are not away for work."""
    return float(scope.at_home.sum())


@indicator(
    "1",
    "people",
    "share of adults away",
    "外出劳动力比例",
    formula="people aged 16 to 59 away / people aged 16 to 59",
    source=OWN,
)
def away_share(scope: Scope) -> float:
    """Migrants as a share of the people aged 16 to 59."""
    return _share(int((~scope.at_home & scope.adults).sum()), int(scope.adults.sum()))


@indicator(
    "yr",
    "people",
    "mean age of those who farm",
    "务农者平均年龄",
    formula="sum(age x days on the land) / sum(days on the land)",
    source=OWN,
)
def farmer_age(scope: Scope) -> float:
    """Mean age of people aged 16 or more, elders included, weighted by the days they worked on the land."""
    age = scope.person("age")
    days = np.where(age >= 16, scope.person("farm_days"), 0.0)
    return _share(float((age * days).sum()), float(days.sum()))


@indicator(
    "1",
    "people",
    "share of residents under 15 or over 59",
    "留守老幼比例",
    formula="(residents under 15 + residents of 60 or more) / residents",
    source=OWN,
)
def dependent_share(scope: Scope) -> float:
    """Children under 15 and people aged 60 or more as a share of those at home."""
    age = scope.person("age")[scope.at_home]
    return _mean((age < 15) | (age >= 60))
