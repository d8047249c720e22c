"""Leaving poverty and falling back: the register, what goes with it, and what is left when support ends."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scheme_pair import booked, drawn_is_used
from village_of_test import differing, model

from village_abm import load_params
from village_abm.accounting import poverty_return
from village_abm.economy import labour, livelihood
from village_abm.params import ParameterError
from village_abm.policy import allowance, poor_register
from village_abm.policy.poor_register import Register
from village_abm.society import migration
from village_abm.streams import Streams

PARAMS = load_params()
SCHEME = PARAMS.schemes["registered_support"]
RULES = SCHEME.revision  # 2014 to 2020, three years above the line
LUCK = Streams(3)
WITH = {"scenario.schemes": "registered_support,living_allowance", "schemes.living_allowance.timely": True}
EARLY = {
    "schemes.registered_support.years": [2007, 2030],
    "schemes.registered_support.revision.years": [2007, 2010],
    "schemes.registered_support.revision.years_above": 1,
    "schemes.registered_support.payment.rate": 300,
}


def off_in(entered, poor_in=(), years=range(2014, 2026)):
    """Year in which a household entered in `entered` and poor at the close of `poor_in` is struck off; 0 never."""
    register = Register(*(np.zeros(1, np.int64) for _ in range(3)))
    for year in years:
        needy, poor = np.array([year == entered]), np.array([year - 1 in poor_in])
        register = poor_register.revised(RULES, year, register, needy, poor)
    return int(register.struck_off[0])


# The register ---------------------------------------------------------------------------------------------


def test_who_stays_above_the_line_is_struck_off_after_three_years():
    assert off_in(2014, poor_in={2013}) == 2017


def test_who_falls_below_it_begins_to_count_anew():
    assert off_in(2014, poor_in={2013, 2015}) == 2019


def test_nobody_is_struck_off_after_the_last_revision():
    assert off_in(2018, poor_in={2017}) == 0


def test_who_was_never_needy_is_never_on_it():
    assert off_in(0) == 0


def test_once_entered_and_struck_off_for_good():
    before = Register(np.array([2014, 2014]), np.array([2017, 0]), np.array([2013, 2016]))
    after = poor_register.revised(RULES, 2018, before, np.array([True, True]), np.array([True, True]))
    assert after.entered.tolist() == [2014, 2014]
    assert after.struck_off.tolist() == [2017, 0]
    assert after.last_poor.tolist() == [2017, 2017]


def test_a_register_that_ends_before_it_begins_is_refused():
    with pytest.raises(ParameterError, match="Turn them round"):
        poor_register.Revision(years=(2020, 2014), years_above=3)


def test_all_on_the_register_are_paid_by_heads_and_nobody_else():
    members, entered = np.array([4, 3, 2]), np.array([2014, 0, 2016])
    rate = SCHEME.payment.rate
    assert poor_register.due(SCHEME, 2018, members, entered).tolist() == [rate * 400, 0, rate * 200]
    assert poor_register.due(SCHEME, 2050, members, entered).sum() == 0
    tight = dataclasses.replace(SCHEME, budget=rate * 3 * 1.05)  # half of what six people are due
    assert poor_register.due(tight, 2018, members, entered).tolist() == [rate * 200, 0, rate * 100]


# What a household can fall by, and on ---------------------------------------------------------------------


def test_a_tenth_of_income_may_come_from_savings_when_the_poor_are_counted():
    rules = dataclasses.replace(PARAMS.farm.livelihood, buffer=0.1)
    income, care = np.array([1000, 1000, 1000, -50]), np.array([0, 300, 0, 0])
    means = livelihood.bridged(rules, income, care, np.array([5000, 5000, 40, 5000]))
    assert means.tolist() == [1100, 800, 1040, -50]
    assert livelihood.bridged(PARAMS.farm.livelihood, income, care, np.full(4, 5000)).tolist() == [1000, 700, 1000, -50]


def test_costs_of_illness_spread_about_the_same_mean():
    ids = np.arange(200_000)
    rules = dataclasses.replace(PARAMS.farm.livelihood, sickness_spread=0.8)
    size = livelihood.case_size(rules, LUCK, 2020, ids)
    assert size.mean() == pytest.approx(1, abs=0.02)
    assert np.log(size).std() == pytest.approx(0.8, abs=0.01)
    assert livelihood.case_size(PARAMS.farm.livelihood, LUCK, 2020, ids) == 1


def test_local_work_is_lost_as_often_as_work_away_and_never_by_default():
    ids = np.arange(100_000)
    rules = dataclasses.replace(PARAMS.farm.labour, laid_off=1.0)
    assert labour.laid_off(rules, 0.15, LUCK, 2020, ids).mean() == pytest.approx(0.15, abs=0.005)
    assert not labour.laid_off(PARAMS.farm.labour, 0.15, LUCK, 2020, ids).any()


def test_wages_of_migrants_spread_about_the_same_mean_and_stay_with_them():
    ids, rules = np.arange(200_000), dataclasses.replace(PARAMS.people.migration, wage_spread=0.5)
    paid = migration.wages(rules, 3000.0, ids, LUCK)
    assert paid.mean() == pytest.approx(3000, rel=0.01)
    np.testing.assert_array_equal(paid[7:9], migration.wages(rules, 3000.0, ids[7:9], LUCK))
    assert (migration.wages(PARAMS.people.migration, 3000.0, ids, LUCK) == 3000).all()


def test_a_timely_allowance_pays_what_is_missing_to_the_line_and_no_less_than_the_regular_one():
    line, members = 100_000.5, np.array([2, 2, 1, 1])
    lacking = allowance.missing(np.array([150_000, 500_000, 20_000, 20_000]), members, line, np.array([1, 1, 1, 0]) > 0)
    assert lacking.tolist() == [50_001, 0, 80_001, 0]
    scheme = PARAMS.schemes["living_allowance"]
    owed = allowance.due(scheme, 2010, members, np.array([False, False, True, False]), lacking)
    assert owed.tolist() == [50_001, 0, 12 * 85 * 100, 0]


# Who has fallen back --------------------------------------------------------------------------------------


def test_headcounts_weigh_people_and_households():
    cohort, poor = np.array([1, 1, 1, 0, 1]) > 0, np.array([1, 0, 0, 1, 1]) > 0
    found = poverty_return.headcount(cohort, poor, np.array([1, 4, 5, 9, 0]))
    assert found.people == pytest.approx(1 / 10)
    assert found.households == pytest.approx(1 / 3)


def test_nobody_has_no_headcount():
    assert np.isnan(poverty_return.headcount(np.array([False]), np.array([True]), np.array([3])).people)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 9)), min_size=1, max_size=30))
def test_poor_and_not_poor_add_up_to_the_cohort(rows):
    cohort, poor, members = (np.array(column) for column in zip(*rows, strict=True))
    some, others = (poverty_return.headcount(cohort, one, members) for one in (poor, ~poor))
    if cohort.any():
        assert 0 <= some.people <= 1
        assert some.people + others.people == pytest.approx(1)
        assert some.households + others.households == pytest.approx(1)


# In a village ---------------------------------------------------------------------------------------------


def lived(until, changes=None):
    now = model(changes=WITH | EARLY | (changes or {}), burn_in=2004)
    while now.year < until:
        now.step()
    return now


def test_support_is_booked_from_the_purse_to_the_fen_and_reaches_who_is_on_the_register():
    now = lived(2009)
    households = now.households
    assert (households.registered > 0).any()
    assert (households.struck_off > 0).any()
    assert drawn_is_used(now, "registered_support")
    assert booked(now, "cash", "paid: registered_support") > 0
    got = now.village.memory["paid by scheme"]["registered_support"]
    assert ((got > 0) == (households.alive & (households.registered > 0) & (households.members > 0))).all()
    assert households.care_supported.sum() == (households.registered > 0).sum()


def test_until_it_is_withdrawn_a_village_is_its_twin_and_afterwards_nothing_is_paid():
    end = {"schemes.registered_support.years": [2007, 2009], "schemes.living_allowance.years": [2007, 2009]}
    assert differing(lived(2009), lived(2009, end)) == []
    kept, left = lived(2011), lived(2011, end)
    assert (kept.households.struck_off[:20] == left.households.struck_off[:20]).all()
    assert kept.households.payments.sum() > 0
    assert left.households.payments.sum() == 0
    assert not left.households.care_supported.any()


def test_who_splits_from_a_household_once_poor_was_once_poor():
    now = lived(2008)
    households = now.households
    households.registered[:], households.struck_off[:] = 2007, 2008  # everybody
    while now.year < 2015:
        now.step()
    young = households.founded > 2008
    assert young.any()
    assert (households.struck_off[young] == 2008).all()


def test_the_two_scenarios_of_leaving_poverty_differ_in_the_years_of_support_alone():
    kept, left = (load_params(name).differences for name in ("poverty_exit", "poverty_exit_withdrawn"))
    apart = {path for path in kept.keys() | left.keys() if kept.get(path) != left.get(path)}
    assert apart == {f"schemes.{name}.years" for name in ("rangers", "living_allowance", "registered_support")}
