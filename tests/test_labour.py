"""Work: days of people, seasons that lack hands, the worth of a day, local jobs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from farm_rules import AREA, number, params, uses
from hypothesis import given
from hypothesis import strategies as st

from agents.person import STATUSES
from village_abm.economy import labour

RULES = params().farm.labour
LEAST = labour.least_days(uses(), np.ones(1))
MAIZE, ASH = number("maize"), number("prickly_ash")


def status(word: str) -> int:
    return STATUSES.index(word)


def test_days_by_age_and_status():
    people = [
        (8, "child"),
        (13, "pupil"),
        (17, "pupil"),
        (30, "farm"),
        (30, "migrant"),
        (65, "elder"),
        (75, "elder"),
    ]
    days = labour.work_days(RULES, np.array([a for a, _ in people]), np.array([status(s) for _, s in people]))
    np.testing.assert_allclose(days, [0, 40.5, 40.5, 270, 0, 162, 67.5])


def test_a_plot_of_maize_and_a_new_plot_of_prickly_ash_by_hand():
    use, new = np.array([MAIZE, ASH]), np.array([False, True])
    days = labour.plot_days(uses(), use, AREA, np.array([3000.0, 0.0]), new, 2.0)
    # .9375 mu: maize 11 days at twice the intensity; prickly ash 5 days + 8 for planting
    np.testing.assert_allclose(days, [0.9375 * 22, 0.9375 * 13])


def test_picking_asks_a_day_for_every_25_kg():
    with_fruit = labour.plot_days(uses(), np.array([ASH]), 1.0, np.array([2500.0]), np.array([False]), 1.0)
    without = labour.plot_days(uses(), np.array([ASH]), 1.0, np.array([0.0]), np.array([False]), 1.0)
    assert with_fruit - without == pytest.approx(100)


def test_the_worst_season_sets_the_shortage():
    # 100 days of prickly ash: 55 of them in summer, when 120 / 4 = 30 days are there
    demand = labour.demand_by_season(uses(), np.array([ASH]), np.array([100.0]), np.array([0]), 1)
    work = labour.farm_work(demand, np.array([120.0]))
    np.testing.assert_allclose(work.fulfilled, [[1, 30 / 55, 1, 1]])
    assert (work.used[0], work.missing[0], work.idle[0]) == pytest.approx((75, 25, 45))
    assert labour.plot_fulfilled(uses(), np.array([ASH]), np.array([0]), work.fulfilled) == pytest.approx(30 / 55)


def test_nobody_at_home_leaves_the_work_undone():
    work = labour.farm_work(np.array([[5.0, 5, 5, 5]]), np.array([0.0]))
    assert work.fulfilled.max() == 0
    assert work.missing[0] == 20
    assert work.used_share[0] == 1


def test_land_without_owner_asks_nobody():
    demand = labour.demand_by_season(uses(), np.array([MAIZE, MAIZE]), np.array([10.0, 10]), np.array([-1, 1]), 2)
    np.testing.assert_allclose(demand.sum(1), [0, 10])


@given(st.lists(st.floats(0, 500), min_size=4, max_size=4), st.floats(0, 1500))
def test_days_close(seasons, supply):
    work = labour.farm_work(np.array([seasons]), np.array([supply]))
    assert work.used[0] + work.missing[0] == pytest.approx(sum(seasons))
    assert work.used[0] + work.idle[0] == pytest.approx(supply)
    assert work.idle[0] >= -1e-9


def test_shadow_wage_by_hand():
    # u = .4, o = .3/.6: pull .75 x .4 + .55 x .5 = .575; old 1.1 - .6 x .5 x .24/.48 = .95
    wage = labour.shadow_wage(RULES, 100.0, np.array([0.4]), np.array([0.3]), np.array([0.5]), 0.24)
    assert wage[0] == pytest.approx(100 * (0.15 + 0.85 * 0.575) * 0.95)


def test_idle_hands_are_worth_little():
    idle = labour.shadow_wage(RULES, 26.0, np.array([0.2]), np.array([0.03]), np.array([0.2]), 0.03)
    assert 5 < idle[0] < 12  # yuan of 2020 a day, as in the 1980s and 1990s


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_worth_of_a_day_stays_below_the_day_wage_and_rises_with_use(u, away, elders, village):
    less, more = (
        labour.shadow_wage(RULES, 100.0, np.array([x]), np.array([away]), np.array([elders]), village)[0]
        for x in (u * 0.5, u)
    )
    assert 0 < less <= more <= 100


def test_jobs_go_to_everyone_first_and_then_to_the_most_idle():
    # 10 days an adult, 2 adults each. The busy one takes 5 and leaves 15 of its 20 to the most idle.
    idle = np.array([5.0, 300.0, 200.0])
    got = labour.local_jobs(RULES, idle, np.full(3, 2.0), 10.0, np.zeros(3, int), np.arange(3))
    np.testing.assert_allclose(got, [5, 35, 20])


def test_jobs_of_one_village_stay_there():
    idle = np.array([0.0, 300.0])
    got = labour.local_jobs(RULES, idle, np.full(2, 2.0), 10.0, np.array([0, 1]), np.arange(2))
    np.testing.assert_allclose(got, [0, 20])


@given(
    st.lists(st.tuples(st.floats(0, 600), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=30),
    st.floats(0, 250),
)
def test_jobs_never_exceed_days_at_hand_or_jobs_there_are(rows, days):
    idle, adults, village = (np.array(column) for column in zip(*rows, strict=True))
    got = labour.local_jobs(RULES, idle, adults.astype(float), days, village, np.arange(len(rows)))
    assert (got >= -1e-9).all()
    assert (got <= np.minimum(idle, 200.0 * adults) + 1e-9).all()
    total = np.bincount(village, weights=got)
    assert (total <= days * np.bincount(village, weights=adults) + 1e-6).all()


def test_wage_work_goes_to_the_young_and_the_fields_to_who_is_left():
    # household 0: 22, 45 and 66 with 270, 270 and 162 days; 300 days of wages: 200 for the youngest (the cap),
    # 100 for the next; the fields' 201 days over what is left, 70, 170 and 162 days: half of it
    days = np.array([270.0, 270, 162, 270])
    hired, farmed = labour.days_worked(
        RULES, days, np.array([45, 22, 66, 30]), np.array([0, 0, 0, 1]), np.arange(4), np.array([300.0, 0]),
        np.array([201.0, 0]),
    )  # fmt: skip
    np.testing.assert_allclose(hired, [100, 200, 0, 0])
    np.testing.assert_allclose(farmed, [85, 35, 81, 0])


def test_what_the_cap_leaves_over_goes_to_the_youngest_again():
    days, age = np.array([270.0, 162]), np.array([30, 66])
    hired, _ = labour.days_worked(RULES, days, age, np.zeros(2, int), np.arange(2), np.array([300.0]), np.array([0.0]))
    np.testing.assert_allclose(hired, [270, 30])  # 200, then the other 70 and what the old can add


@given(
    st.lists(st.tuples(st.integers(12, 90), st.integers(0, 4)), min_size=1, max_size=30),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_days_worked_by_persons_are_those_of_the_household(rows, wages, fields):
    age, house = np.array([a for a, _ in rows]), np.array([h for _, h in rows])
    days = labour.work_days(RULES, age, np.full(len(rows), status("farm")))
    held = np.bincount(house, weights=days, minlength=5)
    local, farm = held * wages, held * (1 - wages) * fields
    hired, farmed = labour.days_worked(RULES, days, age, house, np.arange(len(rows)), local, farm)
    assert (hired >= 0).all()
    assert (farmed >= 0).all()
    assert (hired + farmed <= days + 1e-9).all()
    np.testing.assert_allclose(np.bincount(house, weights=hired, minlength=5), local, atol=1e-9)
    np.testing.assert_allclose(np.bincount(house, weights=farmed, minlength=5), farm, atol=1e-9)


def test_a_small_far_plot_takes_more_days_a_hectare_by_hand():
    """30 visits of .05 day and the walk there and back; .04 ha at 490 m against .0627 ha at 250 m."""
    usual = 30 * (0.05 + 500 / 24000) / RULES.usual_plot
    np.testing.assert_allclose(
        labour.way_days(RULES, np.array([250.0, 490.0]), 0.04, LEAST),
        [30 * (0.05 + 500 / 24000) / 0.04 - usual, 30 * (0.05 + 980 / 24000) / 0.04 - usual],
    )
    assert labour.way_days(RULES, np.array([250.0]), RULES.usual_plot, LEAST)[0] == pytest.approx(0, abs=1e-12)


@given(st.floats(0, 3000), st.floats(0, 3000), st.floats(0.01, 0.2), st.floats(0.01, 0.2))
def test_a_farther_or_smaller_plot_never_takes_fewer_days(near, far, small, large):
    (near, far), (small, large) = sorted((near, far)), sorted((small, large))
    few, many = (labour.way_days(RULES, np.array([m]), area, LEAST) for m, area in ((near, large), (far, small)))
    assert few <= many + 1e-9


def test_the_fewest_days_are_those_of_prickly_ash_or_of_crops_at_their_intensity():
    """5 days a mu of prickly ash and forage, 11 of maize; at a third of its intensity maize takes 3.67."""
    assert labour.least_days(uses(), np.array([1.0, 2.0])) == pytest.approx(75)
    assert labour.least_days(uses(), np.array([1 / 3, 2.0])) == pytest.approx(55)


@given(
    st.floats(0, 40), st.floats(0, 0.08), st.floats(100, 1000), st.floats(0, 3000), st.sampled_from([0.01, 0.0625, 1])
)
def test_no_plot_takes_fewer_days_than_none_whatever_visits_cost(visits, setup, usual, distance, area):
    """At 40 visits of .08 day and a usual plot a km away a near hectare would spare 100 days of the 75 of ash."""
    rules = replace(RULES, visits=visits, setup=setup, usual_distance=usual)
    tilled = uses().is_kind("crop") | uses().is_kind("perennial")
    way = labour.way_days(rules, np.array([distance]), area, LEAST)
    assert (uses().labour[tilled] + way >= 0).all()
    bare = replace(RULES, visits=40.0, setup=0.08, usual_distance=1000.0)
    assert labour.way_days(bare, np.array([0.0]), 1.0, LEAST)[0] == -LEAST


def test_without_visits_the_way_costs_nothing():
    still = replace(RULES, visits=0.0)
    assert not labour.way_days(still, np.array([0.0, 900.0]), 0.01, LEAST).any()
