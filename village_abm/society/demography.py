"""Deaths, births, ageing and schooling of the people on the register, by yearly hazards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq

from agents.person import STATUSES
from village_abm.params import needs
from village_abm.streams import Streams, permanent_id

CHILD, PUPIL, FARM, LOCAL_JOB, MIGRANT, ELDER = range(len(STATUSES))


@dataclass(frozen=True)
class Demography:
    """Rates of death, birth, schooling, marriage and household split."""

    infant_hazard: float = needs("1/yr", "hazard at birth above the background, before scaling to life expectancy")
    infant_decay: float = needs("1/yr", "rate at which the hazard of infancy fades with age")
    background_hazard: float = needs("1/yr", "hazard at every age, before scaling to life expectancy")
    senescent_hazard: float = needs("1/yr", "hazard of old age carried back to birth, before scaling")
    senescent_slope: float = needs("1/yr", "rate at which the hazard of old age rises with age")
    female_mortality: float = needs("1", "hazard of women as a share of that of men")
    oldest: int = needs(None, "age at which nobody lives on")
    frozen_from: int = needs(None, "year from which nobody is born, dies or grows older; 0 for never")
    girls: float = needs("1", "share of girls at birth")

    fertile_from: int = needs(None, "age before the first births")
    fertile_to: int = needs(None, "age from which no births happen")
    fertility_rise: float = needs("1", "exponent of the rise of fertility after its youngest age")
    fertility_fall: float = needs("1", "exponent of the fall of fertility towards its oldest age")

    adult_age: int = needs(None, "age from which a person works as an adult")
    elder_age: int = needs(None, "age from which a person counts as an elder and comes home from migration")
    school_age: int = needs(None, "age at entering school")
    school_end: int = needs(None, "age from which nobody goes to school")
    school_cohorts: tuple[float, ...] = needs(
        "yr", "years of birth for which schooling at the start is given", order="rising"
    )
    school_years: tuple[float, ...] = needs("yr", "mean years of school that each of these cohorts completes")
    school_spread: float = needs("yr", "standard deviation of years of school within a cohort")
    school_longest: float = needs("yr", "longest schooling")

    marriage_ages: tuple[float, ...] = needs("yr", "ages at which the marriage hazards are given", order="rising")
    women_marriage: tuple[float, ...] = needs("1/yr", "yearly hazard of marriage of a single woman at these ages")
    men_marriage: tuple[float, ...] = needs("1/yr", "yearly hazard that a single man seeks a wife at these ages")
    age_gap: float = needs("yr", "mean age of the husband less that of the wife")
    age_gap_spread: float = needs("yr", "standard deviation of that gap")
    village_match: float = needs("1", "share of brides who look for a husband in their own village")
    outside_bride: float = needs("1", "chance that a man who finds no wife in the village finds one outside")
    settle_away: float = needs("1", "chance that a man away from home who marries settles where he works")
    split_years: tuple[float, ...] = needs("yr", "years for which the next line is given", order="rising")
    split_stem: tuple[float, ...] = needs("1/yr", "hazard that the only younger couple of a house founds its own")
    split_joint: float = needs("1/yr", "the same where there are three couples or more in the house")
    split_childless: float = needs("1", "hazard of a couple without children as a share of these")


@lru_cache(maxsize=256)
def death_probability(rules: Demography, life_expectancy: float) -> np.ndarray:
    """Yearly probability of death of men and women at each completed age; shape (2, oldest + 1), row 1 women.

    Siler's hazard `mu(x) = s (a1 exp(-b1 x) + a2 + a3 exp(b3 x))` (men; women times `female_mortality`)
    integrated over each year of age. The level s is solved so that the mean life expectancy at birth of
    both sexes is `life_expectancy` [yr]: more years of life lower the hazard at every age.
    Raises ValueError where no level gives that expectancy.
    """
    low, high = np.log(1e-3), np.log(1e3)
    if not _expectancy(rules, high) < life_expectancy < _expectancy(rules, low):
        raise ValueError(f"a life expectancy of {life_expectancy} years is out of reach of the hazards given")
    level = brentq(lambda log_level: _expectancy(rules, log_level) - life_expectancy, low, high, xtol=1e-12)
    table = _probabilities(rules, level)
    table.setflags(write=False)
    return table


def _probabilities(rules: Demography, log_level: float) -> np.ndarray:
    age = np.arange(rules.oldest + 1)
    infancy = rules.infant_hazard / rules.infant_decay * (1 - np.exp(-rules.infant_decay))
    ageing = rules.senescent_hazard / rules.senescent_slope * (np.exp(rules.senescent_slope) - 1)
    hazard = np.exp(log_level) * (
        infancy * np.exp(-rules.infant_decay * age)
        + rules.background_hazard
        + ageing * np.exp(rules.senescent_slope * age)
    )
    table = 1 - np.exp(-np.stack([hazard, hazard * rules.female_mortality]))
    table[:, -1] = 1.0
    return table


def _expectancy(rules: Demography, log_level: float) -> float:
    lived = np.cumprod(1 - _probabilities(rules, log_level), axis=1).sum(axis=1) + 0.5
    return float(lived[0] * (1 - rules.girls) + lived[1] * rules.girls)


@lru_cache(maxsize=256)
def survival(rules: Demography, life_expectancy: float) -> np.ndarray:
    """Share of the newborn alive at each exact age; shape (2, oldest + 1), row 1 women."""
    living = np.cumprod(1 - death_probability(rules, life_expectancy), axis=1)
    return np.concatenate([np.ones((2, 1)), living[:, :-1]], axis=1)


def deaths(
    rules: Demography,
    year: int,
    ids: np.ndarray,
    age: np.ndarray,
    female: np.ndarray,
    life_expectancy: float,
    streams: Streams,
) -> np.ndarray:
    """Who of the living dies this year, before anybody ages; mask of the shape of `ids` (living people)."""
    if is_frozen(rules, year):
        return np.zeros(len(ids), dtype=bool)
    table = death_probability(rules, life_expectancy)
    chance = table[female.astype(np.int8), np.minimum(age, rules.oldest)]
    return streams.uniform("demography.death", year, ids) < chance


def is_frozen(rules: Demography, year: int) -> bool:
    """Whether the population is held as it stands."""
    return bool(rules.frozen_from) and year >= rules.frozen_from


@lru_cache(maxsize=16)
def married_share(rules: Demography, female: bool) -> np.ndarray:
    """Share ever married at each completed age that the marriage hazards build up; shape (oldest + 1,)."""
    return 1 - np.cumprod(1 - marriage_hazard(rules, female))


@lru_cache(maxsize=16)
def marriage_hazard(rules: Demography, female: bool) -> np.ndarray:
    """Yearly hazard of marriage at each completed age, linear between the ages given; shape (oldest + 1,)."""
    rates = rules.women_marriage if female else rules.men_marriage
    return np.interp(np.arange(rules.oldest + 1), rules.marriage_ages, rates, left=0.0, right=0.0)


@lru_cache(maxsize=16)
def fertility(rules: Demography) -> np.ndarray:
    """Share of a woman's births that falls on each completed age, summing to one; shape (oldest + 1,).

    Proportional to `(x - from)^rise (to - x)^fall`, a beta curve between the fertile ages.
    """
    age = np.arange(rules.oldest + 1.0)
    after = np.clip(age - rules.fertile_from, 0, None) ** rules.fertility_rise
    before = np.clip(rules.fertile_to - age, 0, None) ** rules.fertility_fall
    shape = np.where((age > rules.fertile_from) & (age < rules.fertile_to), after * before, 0.0)
    return shape / shape.sum()


@lru_cache(maxsize=16)
def marital_fertility(rules: Demography) -> np.ndarray:
    """Births per married woman and year at each age at a total fertility of one; shape (oldest + 1,).

    The schedule over the share ever married, so that the total over all women is the total fertility rate.
    """
    married = married_share(rules, True)
    return np.divide(fertility(rules), married, out=np.zeros_like(married), where=married > 0)


@dataclass(frozen=True)
class Births:
    """The newborn of a year: positions of their mothers in the arrays handed in, their ids and sex."""

    mothers: np.ndarray
    ids: np.ndarray
    female: np.ndarray


def births(
    rules: Demography,
    year: int,
    ids: np.ndarray,
    age: np.ndarray,
    female: np.ndarray,
    married: np.ndarray,
    children: np.ndarray,
    total_fertility: float,
    streams: Streams,
) -> Births:
    """Children born this year to married women, at home or away, one at most to each.

    Chance = total fertility x `marital_fertility(age)`, at most one. `married` says that the husband lives;
    all arrays have the shape of `ids` (living people). A child's id is the hash of its mother's id, the
    year and its place among her children.
    """
    chance = np.where(female & married, total_fertility * marital_fertility(rules)[np.minimum(age, rules.oldest)], 0.0)
    if is_frozen(rules, year):
        chance = np.zeros_like(chance)
    mothers = np.flatnonzero(streams.uniform("demography.birth", year, ids) < chance)
    newborn = permanent_id(ids[mothers], year, "birth", children[mothers].astype(np.int64))
    return Births(mothers, newborn, streams.uniform("demography.girl", 0, newborn) < rules.girls)


def schooling_goal(rules: Demography, ids: np.ndarray, mean: np.ndarray | float, streams: Streams) -> np.ndarray:
    """Years of school a person aims at, `mean` + a difference drawn once for good; whole years [yr]."""
    wish = mean + rules.school_spread * streams.normal("demography.schooling", 0, ids)
    return np.clip(np.rint(wish), 0, rules.school_longest)


def status_at(
    rules: Demography, age: np.ndarray, schooling: np.ndarray, goal: np.ndarray, status: np.ndarray
) -> np.ndarray:
    """What people do at an age: children and pupils grow up into farm work, workers at home into elders.

    Nobody goes back to school, and migrants of any age stay migrants until they return.
    """
    young = (status == CHILD) | (status == PUPIL)
    learning = young & (age >= rules.school_age) & (age < rules.school_end) & (schooling < goal)
    after = np.where(young, np.where(age < rules.adult_age, CHILD, FARM), status)
    after = np.where(learning, PUPIL, after)
    return np.where((age >= rules.elder_age) & (after != MIGRANT), ELDER, after).astype(np.int8)


@dataclass(frozen=True)
class Older:
    """People a year on: age, years of school and status; shapes as handed in."""

    age: np.ndarray
    schooling: np.ndarray
    status: np.ndarray


def a_year_older(
    rules: Demography,
    year: int,
    ids: np.ndarray,
    age: np.ndarray,
    schooling: np.ndarray,
    status: np.ndarray,
    mean_schooling: float,
    streams: Streams,
) -> Older:
    """Everybody a year older: pupils finish a class, the young start or leave school, workers turn elders.

    `mean_schooling` is what children at school this year will complete on average [yr].
    """
    if is_frozen(rules, year):
        return Older(age.copy(), schooling.copy(), status.copy())
    learned = schooling + (status == PUPIL)
    goal = schooling_goal(rules, ids, mean_schooling, streams)
    return Older(age + 1, learned, status_at(rules, age + 1, learned, goal, status))
