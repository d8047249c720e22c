"""Indicators of poverty: how deep it is, whose it is, who falls into it and who falls back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from village_abm.accounting import livelihoods, poor_groups
from village_abm.counted import left_behind
from village_abm.counted.living import KINDS, living
from village_abm.scope import Scope, indicator

FGT = "Foster, Greer and Thorbecke (1984), A class of decomposable poverty measures"
OWN = "this model's own"


@dataclass(frozen=True)
class Group:
    """A group of people: its name, what it is called, and how many of them live in every household in scope."""

    name: str
    en: str
    zh: str
    people: Callable[[Scope], np.ndarray]


def _with(mask: Callable[[Scope], np.ndarray]) -> Callable[[Scope], np.ndarray]:
    """All people of the households of a mask."""
    return lambda scope: scope.once(living).members * scope.once(mask)


def _without(mask: Callable[[Scope], np.ndarray]) -> Callable[[Scope], np.ndarray]:
    """All people of the other households."""
    return lambda scope: scope.once(living).members * ~scope.once(mask)


def _persons(mask: Callable[[Scope], np.ndarray]) -> Callable[[Scope], np.ndarray]:
    """The people of a mask, counted in their households."""

    def count(scope: Scope) -> np.ndarray:
        house = scope.person("household")[scope.once(mask)]
        return np.bincount(house, minlength=len(scope.village.households))[scope.homes].astype(float)

    return count


def _migrants(scope: Scope) -> np.ndarray:
    return scope.once(living).migrants


def _enrolled(scope: Scope) -> np.ndarray:
    return scope.once(living).enrolled


def _backbone(scope: Scope) -> np.ndarray:
    return scope.household("backbone")


def _returnee(scope: Scope) -> np.ndarray:
    return scope.household("returnee") & ~scope.household("backbone")


def _any_role(scope: Scope) -> np.ndarray:
    return scope.household("returnee") | scope.household("backbone")


def _kind(number: int) -> Callable[[Scope], np.ndarray]:
    return lambda scope: scope.once(living).members * (scope.once(living).kinds == number)


def _left(scope: Scope) -> np.ndarray:
    return scope.once(left_behind.children) | scope.once(left_behind.elders) | scope.once(left_behind.women)


def once_poor(scope: Scope) -> np.ndarray:
    """Which households in scope left poverty in an earlier year, poor again or not."""
    left = scope.household("left_poverty")
    return (left > 0) & (left < scope.village.year)


def may_return(scope: Scope) -> np.ndarray:
    """Which of the once-poor in scope left poverty not long ago and were not poor last year: they may be poor again."""
    since = scope.village.year - scope.household("left_poverty")
    lately = since <= scope.village.params.farm.livelihood.poor_again_years
    return once_poor(scope) & lately & (~scope.household("poor") | scope.household("fell_poor"))


GROUPS = (
    Group("all", "all people", "全部人口", lambda scope: scope.once(living).members),
    Group("left_children", "left-behind children", "留守儿童", _persons(left_behind.children)),
    Group("left_elders", "left-behind elders", "留守老人", _persons(left_behind.elders)),
    Group("left_women", "left-behind women", "留守妇女", _persons(left_behind.women)),
    Group("left", "left-behind people, each once", "留守人口(不重复计)", _persons(_left)),
    Group("migrants", "families with migrants", "有外出务工者的家庭", _with(_migrants)),
    Group("no_migrants", "families without migrants", "无外出务工者的家庭", _without(_migrants)),
    Group("backbone", "backbone farmers", "中坚农户", _with(_backbone)),
    Group("returnees", "returning migrants, no backbone farmers", "返乡户(非中坚)", _with(_returnee)),
    Group("no_role", "households without a role", "其他农户", _without(_any_role)),
    Group("enrolled", "with land once enrolled", "参与退耕的农户", _with(_enrolled)),
    Group("not_enrolled", "without land ever enrolled", "未参与退耕的农户", _without(_enrolled)),
    Group("once_poor", "once poor", "曾脱贫户", _with(once_poor)),
    Group("not_once_poor", "others: never poor, or poor all along", "其他户(从未贫困或一直贫困)", _without(once_poor)),
    *(Group(name, f"{en} households", zh, _kind(livelihoods.TYPES.index(name))) for name, (en, zh) in KINDS.items()),
)
_INDEX = {group.name: number for number, group in enumerate(GROUPS)}
# Those an indicator is kept of; the rest is drawn up at the close of a run.
_YEARLY = ("all", "left", "migrants", "no_migrants", "enrolled", "not_enrolled", "once_poor")
_SHOWN = tuple(_INDEX[name] for name in _YEARLY)


@dataclass(frozen=True)
class Found:
    """Poverty of groups, with the share of people newly poor and of those who may return that did; (groups,)."""

    of: poor_groups.GroupPoverty
    new: np.ndarray
    back: np.ndarray


def found(scope: Scope, groups: tuple[int, ...]) -> Found:
    """Poverty of groups in scope, by their numbers in GROUPS."""
    people = np.array([GROUPS[number].people(scope) for number in groups])
    now = scope.once(living)
    return Found(
        poor_groups.poverty_of(now.left_over, now.line, people),
        poor_groups.mean_of(scope.household("fell_poor").astype(float), people),
        poor_groups.mean_of(scope.household("poor_again").astype(float), people * may_return(scope)),
    )


def every(scope: Scope) -> Found:
    """Poverty of every group."""
    return found(scope, tuple(range(len(GROUPS))))


def _yearly(scope: Scope) -> Found:
    return found(scope, _SHOWN)


def _headcount(scope: Scope, group: str) -> float:
    return float(scope.once(_yearly).of.headcount[_YEARLY.index(group)])


@indicator(
    "1", "equity", "depth of poverty", "贫困深度",
    formula="sum over poor people of (line - income) / line, over all people", source=FGT,
)  # fmt: skip
def poverty_gap(scope: Scope) -> float:
    """Mean shortfall of income a head below the poverty line, as a share of the line; nothing for who is not poor.

    Income is less what illness cost, with the savings that count, as where the poor are counted; a loss is no income.
    """
    return float(scope.once(_yearly).of.gap[0])


@indicator(
    "1", "equity", "severity of poverty", "贫困强度",
    formula="sum over poor people of ((line - income) / line)^2, over all people", source=FGT,
)  # fmt: skip
def poverty_severity(scope: Scope) -> float:
    """Mean squared shortfall of income a head below the poverty line: weighs the poorest most."""
    return float(scope.once(_yearly).of.severity[0])


@indicator(
    "1", "equity", "share poor of the left behind", "留守人口贫困发生率",
    formula="left-behind people in poor households / left-behind people", source=FGT,
)  # fmt: skip
def poverty_left_behind(scope: Scope) -> float:
    """Left-behind children, elders and women, each counted once, who live in poor households, as a share of them."""
    return _headcount(scope, "left")


@indicator(
    "1", "equity", "share poor in families with migrants", "外出务工家庭贫困发生率",
    formula="poor people / people, of households with migrants", source=FGT,
)  # fmt: skip
def poverty_migrant_families(scope: Scope) -> float:
    """Poverty headcount of people in households of which somebody is away for work."""
    return _headcount(scope, "migrants")


@indicator(
    "1", "equity", "share poor in families without migrants", "无外出务工家庭贫困发生率",
    formula="poor people / people, of households without migrants", source=FGT,
)  # fmt: skip
def poverty_without_migrants(scope: Scope) -> float:
    """Poverty headcount of people in households of which nobody is away for work."""
    return _headcount(scope, "no_migrants")


@indicator(
    "1", "equity", "share poor of those with land once enrolled", "参与退耕农户贫困发生率",
    formula="poor people / people, of households with land once under contract", source=FGT,
)  # fmt: skip
def poverty_enrolled(scope: Scope) -> float:
    """Poverty headcount of people in households that hold land which is or was under a conversion contract."""
    return _headcount(scope, "enrolled")


@indicator(
    "1", "equity", "share poor of those without land ever enrolled", "未参与退耕农户贫困发生率",
    formula="poor people / people, of households without such land", source=FGT,
)  # fmt: skip
def poverty_not_enrolled(scope: Scope) -> float:
    """Poverty headcount of people in households that hold no land which was ever under a conversion contract."""
    return _headcount(scope, "not_enrolled")


@indicator(
    "1", "equity", "share poor of the once poor", "曾脱贫人口贫困发生率",
    formula="poor people / people, of households that left poverty in an earlier year", source=FGT,
)  # fmt: skip
def poverty_once_poor(scope: Scope) -> float:
    """Poverty headcount of people in households that once left poverty: how much of the way out was lost again."""
    return _headcount(scope, "once_poor")


@indicator(
    "1", "equity", "share of people newly poor", "新增贫困人口比例",
    formula="people in households that became poor this year / people", source=OWN,
)  # fmt: skip
def newly_poor_share(scope: Scope) -> float:
    """People in households that became poor this year as a share of all."""
    return float(scope.once(_yearly).new[0])


@indicator(
    "1", "equity", "rate of poverty return", "返贫率",
    formula="people poor again / people who left poverty within the last years and were not poor last year",
    source=OWN,
)  # fmt: skip
def poverty_return(scope: Scope) -> float:
    """People poor again this year, as a share of those who left poverty not long ago and were not poor last year.

    Not long ago is farm.livelihood.poor_again_years.
    """
    return float(scope.once(_yearly).back[0])
