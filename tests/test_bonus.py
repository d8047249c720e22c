"""The agglomeration bonus: neighbours and strips by hand, what it does to offers, and its closed forms."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import MU, changed, government, schemes
from village_of_test import differing, model

from village_abm.policy import agglomeration, contracts
from village_abm.policy.enrolment import utility, willing
from village_abm.policy.targeting import Known, intake
from village_abm.streams import Streams

STRIPS, RULES = schemes()["river_strips"], government().enrolment
SIDE, NAME = 12, "river_strips"
FAR = np.full(SIDE * SIDE, np.inf)


def test_neighbours_share_a_side_or_a_corner_too_and_never_lie_in_another_village():
    marked = np.zeros((2, 3, 3), bool)
    marked[0, 0, 0] = marked[0, 1, 1] = marked[1, 0, 2] = True
    sides = agglomeration.neighbours(STRIPS.bonus, marked)
    assert sides[0].tolist() == [[0, 2, 0], [2, 0, 1], [0, 1, 0]]
    assert sides[1].tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    corners = agglomeration.neighbours(replace(STRIPS.bonus, neighbours=8), marked)
    assert corners[0].tolist() == [[1, 2, 1], [2, 1, 1], [1, 1, 1]]


def test_the_strip_reaches_fifty_metres_from_a_depression():
    depression = np.zeros((2, 1, 5), bool)
    depression[0, 0, 0] = True
    distance = agglomeration.to_depressions(depression, 25.0)
    assert distance[0, 0].tolist() == [0, 25, 50, 75, 100]
    assert np.isinf(distance[1]).all()  # a village without any
    paid = agglomeration.rate(STRIPS.bonus, np.array([0, 0, 2, 2, 0]), distance[0, 0]) * MU
    # 100 yuan a mu in the strip, 20 for each neighbour
    np.testing.assert_allclose(paid, [100, 100, 140, 40, 0])


def test_a_bonus_is_worth_to_a_household_what_the_same_rise_of_the_rate_is():
    more = changed(STRIPS, payment={"rate": tuple(cny + 20 / MU for cny in STRIPS.payment.rate)})
    cost, nothing = np.array([3_000.0]), np.zeros(1)
    plain, raised = (utility(RULES, scheme, 1.0, cost, *(nothing,) * 6) for scheme in (STRIPS, more))
    np.testing.assert_allclose(plain + agglomeration.added_value(RULES, STRIPS, np.array([20 / MU])), raised)


def test_the_budget_keeps_room_for_every_neighbour_that_may_follow():
    # 4 x 20 + 100 yuan a mu beside a depression, and 8% on top, in each of five years
    most = agglomeration.reserved(STRIPS, np.zeros(2, int), 2014, np.arange(2014, 2020), np.array([0.0, 99.0]), MU)
    assert most[0].tolist() == [19_440] * 5 + [0]
    assert most[1].tolist() == [8_640] * 5 + [0]


def enrolled_after(scheme, seed, years=4):
    """Which cells of a grid are enrolled after some years of offers that count who is enrolled already."""
    luck, ids = Streams(seed), np.arange(SIDE * SIDE)
    cost, nothing = 4_500 * np.exp(luck.normal("test.cost", 0, ids)), np.zeros(len(ids))
    base = utility(RULES, scheme, 1.0, cost, nothing + 15, nothing + 0.2, *(nothing,) * 4)
    into = np.zeros(len(ids), bool)
    for year in range(2014, 2014 + years):
        beside = agglomeration.neighbours(scheme.bonus, into.reshape(1, SIDE, SIDE)).ravel()
        value = base + agglomeration.added_value(RULES, scheme, agglomeration.rate(scheme.bonus, beside, FAR))
        rows = np.flatnonzero(~into & willing(RULES, scheme, luck, year, ids // 3, value))
        kinds, count = np.zeros(into.sum(), int), len(rows)
        one, none = np.ones(count), np.zeros(count)
        known = Known(ids[rows], none, one, one, FAR[rows], np.ones(len(kinds)), FAR[: len(kinds)])
        taken, _ = intake(
            scheme, luck, year, MU, ids[rows], none, none.astype(int), one.astype(bool),
            (kinds, np.full(len(kinds), 2014)), known,
        )  # fmt: skip
        into[rows[taken]] = True
    return into


def pairs(scheme, into):
    grid = into.reshape(1, SIDE, SIDE)
    return int(agglomeration.neighbours(scheme.bonus, grid)[grid].sum()) // 2


@settings(max_examples=25, deadline=None)
@given(seed=some.integers(0, 10**6), bonus=some.floats(0, 200), neighbours=some.sampled_from([4, 8]))
def test_doubling_the_bonus_never_lowers_the_pairs_where_money_lasts(seed, bonus, neighbours):
    once, twice = (
        changed(STRIPS, budget=1e12, bonus={"pair": factor * bonus / MU, "neighbours": neighbours}) for factor in (1, 2)
    )
    before, after = enrolled_after(once, seed), enrolled_after(twice, seed)
    assert (before <= after).all()
    assert pairs(once, before) <= pairs(twice, after)


def test_a_bonus_that_matters_brings_neighbours_in():
    none, large = (changed(STRIPS, budget=1e12, bonus={"pair": rate / MU}) for rate in (0, 150))
    assert pairs(none, enrolled_after(none, 2)) < pairs(large, enrolled_after(large, 2))


@settings(max_examples=25, deadline=None)
@given(seed=some.integers(0, 10**6), budget=some.floats(0, 40_000))
def test_with_every_bonus_it_may_earn_the_promises_stay_within_the_budget(seed, budget):
    scheme = changed(STRIPS, budget=budget)
    into = enrolled_after(scheme, seed)
    kinds = np.zeros(into.sum(), int)
    beside = agglomeration.neighbours(scheme.bonus, into.reshape(1, SIDE, SIDE)).ravel()[into]
    bonus = agglomeration.fen(agglomeration.rate(scheme.bonus, beside, FAR[into]), MU).sum()
    assert contracts.due(scheme, kinds, 2017, 2017, MU).sum() + bonus <= budget * 100 / 1.08


def lives(**parts):
    changes = {"scenario.schemes": NAME, f"schemes.{NAME}.eligible.least_slope": [5], f"schemes.{NAME}.budget": 1e6}
    now = model(changes=changes | {f"schemes.{NAME}.{path}": value for path, value in parts.items()}, burn_in=2013)
    while now.year < 2018:
        now.step()
    return now


NOTHING = {"bonus.pair": 0.0, "bonus.strip": 0.0}


def in_village(now):
    grid = (now.patches.scheme >= 0).reshape(now.village.grid_shape)
    return int(agglomeration.neighbours(STRIPS.bonus, grid)[grid].sum()) // 2


@pytest.fixture(scope="module")
def plain():
    return lives(**NOTHING)


def test_a_bonus_of_nothing_is_the_scheme_without_one_to_the_bit(plain):
    params = plain.params
    bare = replace(params.schemes[NAME], bonus=None)
    twin = type(plain)(replace(params, schemes=params.schemes | {NAME: bare}), rng=1)
    while twin.year < 2018:
        twin.step()
    assert differing(plain, twin) == []


def test_neighbours_and_strips_are_paid_more_for_and_the_books_close(plain):
    """With the bonus the same land earns its household more, every fen of it from the county."""
    more = lives(**{"bonus.pair": 100.0, "bonus.strip": 300.0})
    assert in_village(more) >= in_village(plain) > 0
    paid = [now.ledger.years[2014]["cash"][f"paid: {NAME}"] for now in (plain, more)]
    assert paid[1] > paid[0]
    lines = more.ledger.years[2016]["county purse"]
    assert lines[f"transfer: {NAME}"] == -lines[f"paid: {NAME}"] - lines[f"administration: {NAME}"]
    assert lines[f"paid: {NAME}"] == -more.ledger.years[2016]["cash"][f"paid: {NAME}"] < 0
