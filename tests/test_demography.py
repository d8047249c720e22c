"""Death, birth, ageing and school: rates that come out as the series says, and luck that stays put."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from society_rules import at, rules
from village_life import Life

from village_abm.society import demography
from village_abm.society.demography import CHILD, ELDER, FARM, MIGRANT, PUPIL
from village_abm.streams import Streams

RULES = rules().demography


@pytest.mark.parametrize("expectancy", [55.0, 61.0, 65.0, 71.0, 75.0, 79.0])
def test_newborns_live_as_long_as_the_series_says(expectancy):
    """Twenty thousand lives followed to the end, drawn year by year."""
    count, seed = 20_000, Streams(7)
    ids = np.arange(count)
    female = seed.uniform("test.girl", 0, ids) < RULES.girls
    alive, lived = np.ones(count, bool), np.zeros(count)
    for age in range(RULES.oldest + 1):
        dead = demography.deaths(RULES, 1900 + age, ids, np.full(count, age), female, expectancy, seed)
        lived += np.where(alive, np.where(dead, 0.5, 1.0), 0.0)
        alive &= ~dead
    assert not alive.any(), "nobody lives on beyond the oldest age"
    assert lived.mean() == pytest.approx(expectancy, abs=1.0)
    assert lived[female].mean() > lived[~female].mean()


def test_mortality_has_the_shape_of_human_lives():
    chance = demography.death_probability(RULES, 65.0)[0]
    assert 0.02 < chance[0] < 0.08
    assert chance[10] < chance[0]
    assert chance[10] < chance[40] < chance[60] < chance[80]


@settings(max_examples=30, deadline=None)
@given(low=st.floats(45, 84), gain=st.floats(0.1, 10), year=st.integers(1980, 2050), seed=st.integers(0, 1000))
def test_a_longer_life_expectancy_never_kills_anybody_who_would_have_lived(low, gain, year, seed):
    ids = np.arange(500)
    age, female = ids % 100, ids % 2 == 0
    short = demography.deaths(RULES, year, ids, age, female, low, Streams(seed))
    long = demography.deaths(RULES, year, ids, age, female, low + gain, Streams(seed))
    assert not (long & ~short).any()


def test_a_life_expectancy_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="out of reach"):
        demography.death_probability(RULES, 110.0)


def test_the_total_fertility_rate_comes_out_in_a_cohort_that_marries_by_the_hazards():
    count, seed = 20_000, Streams(3)
    ids, born = np.arange(count), 0
    married, children = np.zeros(count, bool), np.zeros(count, np.int16)
    for age in range(15, 50):
        hazard = demography.marriage_hazard(RULES, True)[age]
        married |= seed.uniform("test.wed", age, ids) < hazard
        here = demography.births(
            RULES, 1900 + age, ids, np.full(count, age), np.ones(count, bool), married, children, 3.3, seed
        )
        children[here.mothers] += 1
        born += len(here.ids)
    assert born / count == pytest.approx(3.3, rel=0.02)


def test_the_fertility_schedule_is_a_share_with_its_mean_in_the_late_twenties():
    shape = demography.fertility(RULES)
    assert shape.sum() == pytest.approx(1.0)
    assert 26 < (shape * np.arange(len(shape))).sum() < 30
    assert shape[: RULES.fertile_from + 1].sum() == 0
    assert shape[RULES.fertile_to :].sum() == 0


def test_only_married_women_of_fertile_age_bear_children():
    ids = np.arange(4000)
    age = np.tile(np.arange(100), 40)
    female, married = ids % 2 == 0, ids % 3 == 0
    born = demography.births(RULES, 2000, ids, age, female, married, np.zeros(4000, np.int16), 6.0, Streams(1))
    assert len(born.mothers) > 0
    assert female[born.mothers].all()
    assert married[born.mothers].all()
    assert age[born.mothers].min() > RULES.fertile_from
    assert age[born.mothers].max() < RULES.fertile_to


def test_a_child_keeps_its_number_whoever_else_is_born():
    """Children are numbered from their mother, the year and their place, not from a counter."""
    ids = np.arange(1000, 1200)
    age, women = np.full(200, 27), np.ones(200, bool)
    few = demography.births(RULES, 1990, ids, age, women, women, np.zeros(200, int), 2.0, Streams(4))
    many = demography.births(RULES, 1990, ids, age, women, women, np.zeros(200, int), 6.0, Streams(4))
    assert 0 < len(few.ids) < len(many.ids)
    assert np.isin(few.ids, many.ids).all(), "higher fertility adds children and takes none away"
    again = demography.births(RULES, 1991, ids, age, women, women, np.ones(200, int), 6.0, Streams(4))
    assert not np.isin(again.ids, many.ids).any()


def test_a_year_of_school_counts_and_the_young_grow_into_work():
    """Hand-worked lives: 6 to 7 starts school, a satisfied pupil of 15 goes to work at 16, 59 turns elder."""
    rules = dataclasses.replace(RULES, school_spread=0.0)
    age = np.array([6, 9, 15, 15, 59, 59, 22, 30])
    schooling = np.array([0.0, 2.0, 7.0, 8.0, 2.0, 2.0, 14.0, 3.0])
    status = np.array([CHILD, PUPIL, PUPIL, CHILD, FARM, MIGRANT, PUPIL, FARM])
    older = demography.a_year_older(rules, 2000, np.arange(8), age, schooling, status, 8.0, Streams(1))
    assert older.age.tolist() == [7, 10, 16, 16, 60, 60, 23, 31]
    assert older.schooling.tolist() == [0, 3, 8, 8, 2, 2, 15, 3]
    assert older.status.tolist() == [PUPIL, PUPIL, FARM, FARM, ELDER, MIGRANT, FARM, FARM]


def test_longer_schooling_of_a_cohort_takes_nobody_out_of_school():
    ids = np.arange(300)
    age, school, status = np.full(300, 14), np.full(300, 6.0), np.full(300, PUPIL)
    few = demography.a_year_older(RULES, 1990, ids, age, school, status, 6.5, Streams(2)).status == PUPIL
    many = demography.a_year_older(RULES, 1990, ids, age, school, status, 9.0, Streams(2)).status == PUPIL
    assert few.sum() < many.sum()
    assert not (few & ~many).any()


def test_a_frozen_population_neither_dies_nor_is_born_nor_ages():
    frozen = dataclasses.replace(RULES, frozen_from=2000)
    ids, age, women = np.arange(500), np.full(500, 30), np.ones(500, bool)
    for year, still in ((1999, False), (2000, True), (2010, True)):
        dead = demography.deaths(frozen, year, ids, np.full(500, 90), women, 60.0, Streams(1))
        born = demography.births(frozen, year, ids, age, women, women, age, 5.0, Streams(1))
        older = demography.a_year_older(frozen, year, ids, age, age * 0.1, np.full(500, FARM), 8.0, Streams(1))
        assert dead.any() != still
        assert (len(born.ids) == 0) == still
        assert older.age[0] == (30 if still else 31)


@pytest.fixture(scope="module")
def lives():
    return [Life(seed).run(2020) for seed in (1, 2, 3, 4)]


def mean(lives, name, years):
    return np.mean([getattr(life.books[year], name) for life in lives for year in years])


def test_the_register_grows_fast_then_slowly_then_hardly(lives):
    """Aim: 1.2% a year 1980-95, .6% in the 2000s, .1% in the 2010s."""

    def growth(start, end):
        people = [np.mean([life.books[year].people for life in lives]) for year in (start, end)]
        return 100 * ((people[1] / people[0]) ** (1 / (end - start)) - 1)

    assert growth(1980, 1995) == pytest.approx(1.2, abs=0.3)
    assert growth(2000, 2010) == pytest.approx(0.6, abs=0.35)
    assert growth(2010, 2020) == pytest.approx(0.1, abs=0.35)


def test_the_village_bears_children_at_the_fertility_of_the_series(lives):
    for years in (range(1981, 1994), range(1994, 2007), range(2007, 2021)):
        wanted = np.mean([at("tfr", year) for year in years])
        assert mean(lives, "tfr", years) == pytest.approx(wanted, rel=0.08)


def test_ages_and_schooling_move_as_in_rural_guizhou(lives):
    assert mean(lives, "young", [1990]) == pytest.approx(0.35, abs=0.04)
    assert mean(lives, "old", [1990]) == pytest.approx(0.08, abs=0.05)
    assert mean(lives, "old", [2020]) == pytest.approx(0.21, abs=0.05)
    for year, wanted in ((1990, 4.0), (2010, 6.5), (2020, 7.8)):
        assert mean(lives, "schooling", [year]) == pytest.approx(wanted, abs=1.0)
