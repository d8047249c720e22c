"""A synthetic register of people: couples, their children and their parents, house by house."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from village_abm.params import needs
from village_abm.society.demography import (
    CHILD,
    FARM,
    Demography,
    marital_fertility,
    married_share,
    schooling_goal,
    status_at,
    survival,
)
from village_abm.streams import Streams, permanent_id


@dataclass(frozen=True)
class Population:
    """Who lives in the houses of a village when a run starts."""

    couple_ages: tuple[float, ...] = needs(
        "yr", "ages of the husband that bound the classes of youngest couples", order="rising"
    )
    couple_shares: tuple[float, ...] = needs("1", "share of houses whose youngest couple falls in each class")
    parents_ages: tuple[float, ...] = needs("yr", "ages of the husband at which the next line is given", order="rising")
    parents_share: tuple[float, ...] = needs("1", "share of such couples who live with the husband's parents")
    generation: float = needs("yr", "mean age of a mother at the birth of a son who now heads a house")
    generation_spread: float = needs("yr", "standard deviation of that age")
    past_fertility: float = needs("1", "births per woman over the decades before the start")
    oldest_child: int = needs(None, "oldest age of a child living with its parents at the start")


@dataclass(frozen=True)
class PeopleArrays:
    """People as columns, named as those of the person table; links are row numbers, -1 for none."""

    id: np.ndarray
    alive: np.ndarray
    household: np.ndarray
    age: np.ndarray
    female: np.ndarray
    schooling: np.ndarray
    status: np.ndarray
    spouse: np.ndarray
    mother: np.ndarray
    children: np.ndarray
    away_years: np.ndarray
    migrant_years: np.ndarray
    returned: np.ndarray
    born: np.ndarray

    @classmethod
    def of(cls, table: Any) -> Self:
        """The columns of a person table, dead rows included: views, good until rows are added."""
        return cls(**{field.name: getattr(table, field.name) for field in fields(cls)})

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class _Members:
    """One kind of member of every house, with the number of the row of its wife or husband and its mother."""

    there: np.ndarray
    age: np.ndarray
    female: np.ndarray
    children: np.ndarray
    spouse: np.ndarray
    mother: np.ndarray


def make_people(
    rules: Population,
    demography: Demography,
    household_ids: np.ndarray,
    year: int,
    life_expectancy: float,
    streams: Streams,
) -> PeopleArrays:
    """A registered population for `household_ids`, house by house; `household` is a position among them.

    Each house has a youngest couple (age of the husband from `couple_shares`), the children whom the
    fertility, death and marriage tables leave at home, and with `parents_share` the husband's parents where
    they still live. Nobody is away. An id is the hash of (household id, year, "founder", place in the house).
    """
    ids = np.asarray(household_ids, dtype=np.int64)
    alive_to = survival(demography, life_expectancy)
    members = _adults(rules, demography, ids, alive_to, streams)
    members.append(_children(rules, demography, ids, members[1], alive_to, streams))
    return _register(demography, ids, year, members, streams)


def _adults(
    rules: Population, demography: Demography, ids: np.ndarray, alive_to: np.ndarray, streams: Streams
) -> list[_Members]:
    """Husband, wife, and the husband's father and mother of every house, in this order."""
    count = len(ids)
    number = np.arange(count)
    bounds = np.concatenate([[0.0], np.cumsum(rules.couple_shares) / np.sum(rules.couple_shares)])
    husband = np.floor(np.interp(streams.uniform("population.couple", 0, ids), bounds, rules.couple_ages))
    gap = demography.age_gap + demography.age_gap_spread * streams.normal("population.age_gap", 0, ids)
    wed_at = np.flatnonzero(married_share(demography, True) > 0)
    youngest = wed_at[0] if len(wed_at) else demography.adult_age  # houses have couples though nobody marries now
    wife = np.maximum(np.rint(husband - gap), youngest).clip(max=demography.oldest - 1)
    age_at_birth = rules.generation + rules.generation_spread * streams.normal("population.generation", 0, ids)
    mother = husband + np.maximum(np.rint(age_at_birth), youngest)
    father = mother + np.maximum(np.rint(gap), 0)

    def lives(age: np.ndarray, female: int, who: str, since: np.ndarray) -> np.ndarray:
        known = alive_to[female]
        upper = demography.oldest
        chance = known[np.minimum(age, upper).astype(int)] / known[np.minimum(since, upper).astype(int)]
        return streams.uniform(f"population.{who}_lives", 0, ids) < np.where(age >= upper, 0.0, chance)

    together = streams.uniform("population.parents", 0, ids) < np.interp(
        husband, rules.parents_ages, rules.parents_share
    )
    wed = np.full(count, youngest)
    wife_there = lives(wife, 1, "wife", wed)
    husband_there = lives(husband, 0, "husband", wed) | ~wife_there
    mother_there = together & lives(mother, 1, "mother", mother - husband)
    father_there = together & lives(father, 0, "father", father - husband)
    none = np.full(count, -1)

    def linked(there: np.ndarray, block: int) -> np.ndarray:
        return np.where(there, number + block * count, none)

    men, women, zero = np.zeros(count, bool), np.ones(count, bool), np.zeros(count)
    born = np.zeros(count)  # filled when the children are drawn
    return [
        _Members(husband_there, husband, men, zero, linked(wife_there, 1), linked(mother_there, 3)),
        _Members(wife_there, wife, women, born, linked(husband_there, 0), none),
        _Members(father_there, father, men, zero, linked(mother_there, 3), none),
        _Members(mother_there, mother, women, zero + 1, linked(father_there, 2), none),
    ]


def _children(
    rules: Population,
    demography: Demography,
    ids: np.ndarray,
    wives: _Members,
    alive_to: np.ndarray,
    streams: Streams,
) -> _Members:
    """The unmarried children of every wife, by age: one column a year of age, flattened house by house."""
    ages = np.arange(rules.oldest_child + 1)
    slots = ids[:, None]
    at_birth = wives.age[:, None] - ages
    known = at_birth >= 0
    at_birth = np.where(known, at_birth, 0).astype(int)
    wed_by = married_share(demography, True)
    wed = streams.uniform("population.wed", 0, ids) * wed_by[wives.age.astype(int)]
    married = wed_by[at_birth] >= wed[:, None]
    chance = rules.past_fertility * marital_fertility(demography)[at_birth] * (known & married)
    born = streams.uniform("population.birth", 0, slots, ages) < chance
    wives.children[:] = born.sum(axis=1)
    female = streams.uniform("population.girl", 0, slots, ages) < demography.girls
    sex = female.astype(int)
    lives = streams.uniform("population.child_lives", 0, slots, ages) < alive_to[sex, ages]
    single = np.stack([1 - married_share(demography, False), 1 - wed_by])[sex, ages]
    home = streams.uniform("population.child_home", 0, slots, ages) < single
    there = (born & lives & home).ravel()
    mother = np.where(wives.there, np.arange(len(ids)) + len(ids), -1)
    shape = born.shape
    return _Members(
        there,
        np.broadcast_to(ages, shape).ravel(),
        female.ravel(),
        np.zeros(there.shape),
        np.full(there.shape, -1),
        np.broadcast_to(mother[:, None], shape).ravel(),
    )


def _register(
    demography: Demography, ids: np.ndarray, year: int, members: list[_Members], streams: Streams
) -> PeopleArrays:
    """Put all who are there in rows, house by house, eldest first, and point their links at the rows."""
    count = len(ids)
    there = np.concatenate([kind.there for kind in members])
    house = np.concatenate([np.repeat(np.arange(count), kind.there.size // count) for kind in members])
    age = np.concatenate([kind.age for kind in members]).astype(np.int64)
    kept = np.flatnonzero(there)
    kept = kept[np.lexsort((kept, -age[kept], house[kept]))]
    row = np.full(len(there), -1)
    row[kept] = np.arange(len(kept))

    def column(name: str) -> np.ndarray:
        return np.concatenate([getattr(kind, name) for kind in members])[kept]

    def link(name: str) -> np.ndarray:
        to = column(name)
        return np.where(to >= 0, row[to], -1).astype(np.int32)

    house, age = house[kept], age[kept]
    place = np.arange(len(kept)) - np.searchsorted(house, np.arange(count))[house]
    person = permanent_id(ids[house], year, "founder", place)
    born = year - age
    mean = np.interp(born, demography.school_cohorts, demography.school_years)
    goal = schooling_goal(demography, person, mean, streams)
    school = np.clip(age - demography.school_age, 0, goal)
    begun = np.where(age < demography.adult_age, CHILD, FARM)
    young = np.where(age < demography.school_end, CHILD, FARM)
    spouse = link("spouse")
    status = status_at(demography, age, school, goal, np.where(spouse < 0, young, begun))
    zero = np.zeros(len(kept), dtype=np.int16)
    return PeopleArrays(
        id=person, alive=np.ones(len(kept), bool), household=house.astype(np.int32), age=age.astype(np.int16),
        female=column("female"), schooling=school.astype(float), status=status, spouse=spouse,
        mother=link("mother"), children=column("children").astype(np.int16), away_years=zero,
        migrant_years=zero.copy(), returned=np.zeros(len(kept), bool), born=born.astype(np.int16),
    )  # fmt: skip
