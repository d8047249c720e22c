"""Declining personal compensation: from 80% to 20% of the income a head in twenty years, for those in the zone."""

from dataclasses import replace

import numpy as np
import pytest
from scheme_pair import alone, early
from village_of_test import differing

from village_abm import load_params
from village_abm.land.sinkholes import distance_to_sinkhole
from village_abm.policy import decline, zone

NAME = "declining_personal"
SCHEME = load_params().schemes[NAME]
FIRST, LAST = SCHEME.years


def test_people_get_80_percent_at_first_and_20_percent_in_the_twentieth_year():
    assert decline.shares(SCHEME, FIRST) == pytest.approx((0.80, 0.20))
    assert decline.shares(SCHEME, LAST) == pytest.approx((0.20, 0.05))
    assert LAST - FIRST + 1 == 20
    assert decline.shares(SCHEME, LAST + 1) == decline.shares(SCHEME, FIRST - 1) == (0.0, 0.0)


def test_it_falls_by_the_same_step_every_year():
    paid = np.array([decline.shares(SCHEME, year)[0] for year in range(FIRST, LAST + 1)])
    np.testing.assert_allclose(np.diff(paid), -0.6 / 19)


def due(scheme=SCHEME, year=FIRST):
    head, villages = np.array([2_000.0]), np.zeros(3, np.int64)
    return decline.due(scheme, year, head, villages, np.array([4, 2, 5]), np.array([True, True, False]))


def test_four_people_at_home_in_a_village_of_2000_yuan_a_head_get_6400_yuan():
    owed, fund = due()
    assert owed.tolist() == [640_000, 320_000, 0]
    assert fund.tolist() == [240_000]  # 20% of 2,000 yuan for the six who are paid


def test_a_short_budget_gives_everybody_the_same_part():
    full = (9_600 * 1.08 + 2_400) / 2
    owed, fund = due(replace(SCHEME, budget=full))
    assert owed.tolist() == [320_000, 160_000, 0]
    assert fund.tolist() == [120_000]


def test_who_holds_a_third_of_its_land_in_the_zone_lives_there():
    owner = np.array([0, 0, 0, 1, 1, 1, 1, -1])
    steep = np.array([True, False, False, True, False, False, False, True])
    assert decline.lives_in(SCHEME, owner, steep, 3).tolist() == [True, False, False]


def test_income_a_head_leaves_out_what_the_scheme_paid():
    """Otherwise the compensation would lift the income of which it is a share."""
    cells = (np.array(cell) for cell in ([9_000.0, 3_000.0], [2_000.0, 0.0], [4, 1], [0, 0]))
    assert decline.income_a_head(*cells, 1).tolist() == [2_000.0]


def test_the_zone_is_the_red_line_the_steep_bad_land_and_the_sinkholes():
    rules = zone.Zone(least_slope=25, least_grade="severe", sinkhole=100)
    lies = zone.inside(
        rules, np.array([1, 0, 0, 0, 0], bool), np.array([5, 30, 30, 20, 5]), np.array([0, 4, 3, 5, 0]),
        np.array([900, 900, 900, 900, 50.0]),
    )  # fmt: skip
    assert lies.tolist() == [True, True, False, False, True]


def test_a_sinkhole_is_the_lowest_point_of_each_depression():
    low = np.zeros((3, 7), bool)
    low[1, 0:3], low[1, 5:7] = True, True
    high = np.full((3, 7), 9.0)
    high[1, 1], high[1, 6] = 1.0, 2.0
    away = distance_to_sinkhole(low, high, 25.0)
    assert away[1].tolist() == [25.0, 0.0, 25.0, 50.0, 50.0, 25.0, 0.0]
    assert np.isinf(distance_to_sinkhole(np.zeros((2, 2), bool), high[:2, :2], 25.0)).all()


# A village --------------------------------------------------------------------------------------------------


def lived(until=1989, **parts):
    return early(NAME, until, (1985, 1988), **parts)


def test_people_in_the_zone_are_paid_less_every_year_and_the_village_gets_its_part_for_roads():
    """Payments fall from year to year and end with the twentieth (here the fourth); a quarter as much as people
    are due goes to the village's fund; the purse pays what they receive; who is paid is better off."""
    now = lived()
    paid = [now.ledger.years[year]["cash"].get(f"paid: {NAME}", 0) for year in range(1984, 1990)]
    assert paid[0] == paid[-1] == 0
    assert paid[1] > paid[2] > paid[3] > paid[4] > 0
    for year in range(1985, 1989):
        books = now.ledger.years[year]
        shared = books["village fund"][f"shared: {NAME}"]
        assert shared == pytest.approx(books["cash"][f"paid: {NAME}"] / 4, rel=1e-3)
        purse = books["county purse"]
        assert sum(purse[f"{what}: {NAME}"] for what in ("transfer", "paid", "shared", "administration")) == 0
    first = lived(until=1985).households
    got = first.payments > 0
    assert got.sum() > 0
    assert (first.income[got] > alone(1985).households.income[got]).all()


def test_whoever_clears_wild_land_is_not_paid_that_year():
    now = lived(until=1985, least_share=0)
    patches, households = now.patches, now.households
    cleared = np.unique(patches.owner[patches.clearing & (patches.cleared == 1985)])
    assert len(cleared[cleared >= 0]) > 0
    assert (households.payments[cleared[cleared >= 0]] == 0).all()
    assert (households.payments > 0).any()


def test_without_money_there_is_no_scheme_bit_for_bit():
    nothing = dict.fromkeys(("payment__first", "payment__last", "payment__works_first", "payment__works_last"), 0)
    assert differing(lived(**nothing), alone(1989)) == []
