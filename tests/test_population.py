"""A synthetic register: sizes, ages and links of the people of a village when a run starts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from society_rules import rules

from village_abm.society.demography import CHILD, ELDER, FARM, PUPIL
from village_abm.society.population import make_people
from village_abm.streams import Streams, permanent_id

HOUSES = 268


def people_of(seed, houses=HOUSES, year=1980, life_expectancy=61.0):
    ids = permanent_id("village", "house", np.arange(houses))
    return make_people(rules().population, rules().demography, ids, year, life_expectancy, Streams(seed))


def test_a_house_of_1980_holds_nearly_five_people_and_every_third_is_a_child():
    made = [people_of(seed) for seed in range(6)]
    age = np.concatenate([people.age for people in made])
    assert len(age) / (6 * HOUSES) == pytest.approx(4.8, abs=0.2)
    assert np.mean(age < 15) == pytest.approx(0.35, abs=0.04)
    assert np.mean((age >= 15) & (age < 60)) == pytest.approx(0.57, abs=0.04)
    assert np.mean(age >= 60) == pytest.approx(0.08, abs=0.04)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), houses=st.integers(1, 60), expectancy=st.floats(45, 80))
def test_the_register_hangs_together_for_any_seed(seed, houses, expectancy):
    people = people_of(seed, houses, life_expectancy=expectancy)
    assert np.array_equal(np.unique(people.household), np.arange(houses)), "no house stands empty"
    assert (np.diff(people.household) >= 0).all(), "rows go house by house"
    assert len(np.unique(people.id)) == len(people)
    assert people.age.min() >= 0
    assert people.age.max() < rules().demography.oldest
    assert ((people.schooling >= 0) & (people.schooling <= people.age)).all()
    assert np.array_equal(people.born, 1980 - people.age)

    wed = np.flatnonzero(people.spouse >= 0)
    partner = people.spouse[wed]
    assert np.array_equal(people.spouse[partner], wed), "a marriage has two sides"
    assert (people.female[partner] != people.female[wed]).all()
    assert np.array_equal(people.household[partner], people.household[wed])

    child = np.flatnonzero(people.mother >= 0)
    mother = people.mother[child]
    assert people.female[mother].all()
    assert (people.age[mother] - people.age[child] >= rules().demography.fertile_from).all()
    assert np.array_equal(people.household[mother], people.household[child])
    assert (people.children[mother] >= np.bincount(mother, minlength=len(people))[mother]).all()


def test_what_people_do_follows_from_their_age_and_school():
    people = people_of(3)
    assert (people.age[people.status == ELDER] >= 60).all()
    assert (people.status[people.age >= 60] == ELDER).all()
    assert (people.age[people.status == FARM] >= 16).all()
    assert (people.age[people.status == CHILD] < 16).all()
    pupils = people.age[people.status == PUPIL]
    assert pupils.min() >= 7
    assert pupils.max() <= 22
    old, young = people.born < 1935, (people.born > 1945) & (people.age > 16)
    assert people.schooling[old].mean() < people.schooling[young].mean(), "the later born went to school longer"


def test_people_depend_on_their_own_house_alone():
    """A village with more houses has the same people in the first ones, id by id."""
    few, many = people_of(5, houses=20), people_of(5, houses=50)
    shared = many.household < 20
    for name in ("id", "age", "female", "schooling", "household", "spouse"):
        assert np.array_equal(getattr(few, name), getattr(many, name)[shared]), name


def test_longer_lives_leave_more_grandparents():
    def old(expectancy):
        return sum((people_of(s, life_expectancy=expectancy).age >= 60).sum() for s in range(3))

    assert old(50.0) < old(60.0) < old(75.0)
