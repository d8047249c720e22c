"""Indicators of who is left: the three left-behind groups, hollowing, empty houses, the new poor."""

from __future__ import annotations

import numpy as np

from agents.patch import is_cropland
from village_abm.scope import MIGRANT, OWN, Scope, indicator, share


def _away(scope: Scope, rows: np.ndarray) -> np.ndarray:
    """Which rows of the table of people are living migrants; -1 is nobody."""
    people = scope.village.people
    return (rows >= 0) & people.alive[rows] & (people.status[rows] == MIGRANT)


def workers_at_home(scope: Scope) -> np.ndarray:
    """People aged 16 to 59 at home of every household of the table."""
    here = scope.at_home & scope.adults
    return np.bincount(scope.person("household")[here], minlength=len(scope.village.households))


def children(scope: Scope) -> np.ndarray:
    """Which people in scope are left-behind children."""
    mother = scope.person("mother")
    father = np.where(mother >= 0, scope.village.people.spouse[mother], -1)
    return scope.at_home & (scope.person("age") < 15) & (_away(scope, mother) | _away(scope, father))


def elders(scope: Scope) -> np.ndarray:
    """Which people in scope are left-behind elders."""
    alone = scope.once(workers_at_home)[scope.person("household")] == 0
    return scope.at_home & (scope.person("age") >= 60) & alone


def women(scope: Scope) -> np.ndarray:
    """Which people in scope are left-behind women."""
    return scope.at_home & scope.person("female") & _away(scope, scope.person("spouse"))


@indicator(
    "person",
    "people",
    "left-behind children",
    "留守儿童",
    formula="count of people under 15 at home with a parent away",
    source=OWN,
)
def left_behind_children(scope: Scope) -> float:
    """Children under 15 at home whose mother, or whose mother's husband, is away for work."""
    return float(scope.once(children).sum())


@indicator(
    "person",
    "people",
    "left-behind elders",
    "留守老人",
    formula="count of people of 60 or more at home in a house with nobody aged 16 to 59",
    source=OWN,
)
def left_behind_elders(scope: Scope) -> float:
    """People aged 60 or more at home in a house where nobody aged 16 to 59 lives."""
    return float(scope.once(elders).sum())


@indicator(
    "person",
    "people",
    "left-behind women",
    "留守妇女",
    formula="count of women at home whose husband is away",
    source=OWN,
)
def left_behind_women(scope: Scope) -> float:
    """Women at home whose husband is away for work."""
    return float(scope.once(women).sum())


@indicator(
    "1",
    "people",
    "share of residents left behind",
    "留守人口比例",
    formula="(left-behind children or elders or women) / residents",
    source=OWN,
)
def left_behind_share(scope: Scope) -> float:
    """Left-behind children, elders and women, each counted once, as a share of those at home."""
    left = scope.once(children) | scope.once(elders) | scope.once(women)
    return share(float(left.sum()), float(scope.at_home.sum()))


@indicator(
    "1",
    "people",
    "left-behind index",
    "留守指数",
    formula="(residents under 15 or over 59, or wives of migrants) / residents",
    source=OWN,
)
def left_behind_index(scope: Scope) -> float:
    """Children under 15, people aged 60 or more, and women whose husband is away, as a share of those at home."""
    age, home = scope.person("age"), scope.at_home
    counted = home & ((age < 15) | (age >= 60)) | scope.once(women)
    return share(float(counted.sum()), float(home.sum()))


@indicator(
    "1",
    "people",
    "hollowing out",
    "空心化率",
    formula="1 - people aged 18 to 59 at home / people aged 18 to 59 on the register",
    source=OWN,
)
def hollowing(scope: Scope) -> float:
    """One less the share at home of the people aged 18 to 59 on the register."""
    age = scope.person("age")
    grown = (age >= 18) & (age <= 59)
    return 1 - share(float((grown & scope.at_home).sum()), float(grown.sum()))


@indicator(
    "1",
    "people",
    "share of houses empty",
    "空置房比例",
    formula="households without residents / households",
    source=OWN,
)
def empty_houses(scope: Scope) -> float:
    """Households of which nobody lives at home, as a share of all."""
    return share(float((scope.household("residents") == 0).sum()), float(len(scope.homes)))


# The new poor ---------------------------------------------------------------------------------------------


def _fell(scope: Scope, group: np.ndarray) -> float:
    """Households in scope that became poor this year and are in a group (households of the table,)."""
    return float((scope.household("fell_poor") & group[scope.homes]).sum())


def _landless(scope: Scope) -> np.ndarray:
    patches = scope.village.patches
    held = (patches.owner >= 0) & (is_cropland(patches.land_kind) | patches.clearing)
    return np.bincount(patches.owner[held], minlength=len(scope.village.households)) == 0


@indicator(
    "household",
    "money",
    "households newly poor",
    "新增贫困户",
    formula="count of households poor this year and not poor last year",
    source=OWN,
)
def new_poor(scope: Scope) -> float:
    """Households that became poor this year."""
    return float(scope.household("fell_poor").sum())


@indicator(
    "household",
    "money",
    "newly poor without land",
    "新增贫困户:失地农户",
    formula="count of newly poor households without cropland",
    source=OWN,
)
def new_poor_landless(scope: Scope) -> float:
    """Households that became poor this year and hold neither contract cropland nor cleared land."""
    return _fell(scope, _landless(scope))


@indicator(
    "household",
    "money",
    "newly poor left-behind farmers",
    "新增贫困户:留守农户",
    formula="count of newly poor households that farm with nobody aged 16 to 59 at home",
    source=OWN,
)
def new_poor_left_behind(scope: Scope) -> float:
    """Households that became poor this year and worked their land with nobody aged 16 to 59 at home."""
    return _fell(scope, (scope.once(workers_at_home) == 0) & (scope.village.households.farm_labour > 0))


@indicator(
    "household",
    "money",
    "newly poor migrant families",
    "新增贫困户:务工受挫户",
    formula="count of newly poor households with migrants and a lost job or an illness",
    source=OWN,
)
def new_poor_migrants(scope: Scope) -> float:
    """Households that became poor this year, have migrants, and met the loss of a job or a costly illness."""
    households, people = scope.village.households, scope.village.people
    jobless = np.bincount(people.household[people.alive & people.jobless], minlength=len(households)) > 0
    return _fell(scope, (households.migrants > 0) & (jobless | households.sick))


@indicator(
    "household",
    "money",
    "households poor again",
    "返贫户",
    formula="count of newly poor households that left poverty a few years before",
    source=OWN,
)
def poor_again(scope: Scope) -> float:
    """Households that became poor this year within a few years of having left poverty."""
    return float(scope.household("poor_again").sum())
