"""Going back to crops: the stated rule, its direction, and what it gives at the wages of 2005 and 2020.

Slow ones (-m slow, -s to read) stop all payments in full villages of 2005 and of 2020 and count what is ploughed.
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import government
from scipy.stats import norm

from village_abm.policy.reversion import goes_back, hazard
from village_abm.streams import Streams

RULES = government().reversion
AS_PROPOSED = replace(RULES, expired=1.5)  # the weight with which the form of the rule was first tried
PLOTS = 6_000
SLOPE = 28 + 5 * norm.ppf((np.arange(PLOTS) + 0.5) / PLOTS)
PER_MU = 15.0  # mu in a hectare
LUCK = Streams(3)
# a mu of maize: 250 kg, 11 days; cash 220 yuan of 2020; nominal price, consumer prices, hired day of the year
YEARS = {2005: (1.4, 0.676, 31.0, 0.35), 2020: (2.3, 1.0, 120.0, 0.65)}


def probability(
    crop=1.0, keep=20.0, level=1.0, expired=True, slope=15.0, off=0.0, short=0.0, own=False, age=0.0, ties=0.2,
    nobody=False, rules=RULES,
):  # fmt: skip
    terms = (crop * PER_MU, keep * PER_MU, expired, slope, off, short, own, age, ties, nobody)
    cells = [np.atleast_1d(x) for x in terms]
    return hazard(rules, level, *cells)


def gone_in_five_years(year, day, paid=0.0, expired=True, age=8.0, price=1.0, rules=AS_PROPOSED):
    """Share of the plots ploughed again within five years; `day` and `paid` in nominal yuan."""
    kilo, level, _, off = YEARS[year]
    crop = 250 * kilo * price - 220 * level - 11 * day
    p = probability(crop / level, paid / level, level, expired, SLOPE, off, age=age, ties=0.0, rules=rules)
    ids = np.arange(PLOTS)
    draws = np.array([LUCK.uniform("test.reversion", turn, ids) for turn in range(5)])
    return goes_back(p, draws).any(axis=0)


def half_the_hired_day(year):
    return 0.5 * YEARS[year][2]


def test_a_hazard_worked_by_hand():
    # -3 + 2 + ln(100 / 20) - .05 x 10 - 1.2 x .5 + .8 x .25 - .5 - .08 x 5 + .8 x .3
    logit = -3 + 2 + np.log(5) - 0.5 - 0.6 + 0.2 - 0.5 - 0.4 + 0.24
    got = probability(100, 20, slope=25, off=0.5, short=0.25, own=True, age=5, ties=0.5)
    assert got == pytest.approx(1 / (1 + np.exp(-logit)))


def test_both_returns_have_floors_in_the_money_of_the_year():
    np.testing.assert_allclose(probability(-500, 0), probability(5, 20))
    # at half the price level of 2020 a floor of 5 nominal yuan is worth 10
    np.testing.assert_allclose(probability(-500, 0, level=0.5), probability(10, 40, level=0.5))


def test_at_the_wages_of_2005_a_fifth_goes_back_and_at_those_of_2020_few_do():
    assert gone_in_five_years(2005, half_the_hired_day(2005)).mean() == pytest.approx(0.217, abs=0.03)
    assert gone_in_five_years(2020, half_the_hired_day(2020)).mean() == pytest.approx(0.040, abs=0.015)


def test_the_shadow_wage_of_the_village_keeps_both_within_the_bands_of_evidence():
    # 24 and 59 yuan of 2020, between the values reported for 2000, 2010 and 2020
    assert 0.15 <= gone_in_five_years(2005, 24 * 0.676).mean() <= 0.35
    assert gone_in_five_years(2020, 59.0).mean() < 0.08


def test_a_higher_continuing_payment_never_raises_reversion():
    paid = [gone_in_five_years(2005, half_the_hired_day(2005), paid=yuan) for yuan in (0, 20, 50, 105, 200)]
    for less, more in pairwise(paid):
        assert not (more & ~less).any()
    assert paid[0].sum() == paid[1].sum() > paid[2].sum() > paid[3].sum() > paid[4].sum()  # flat under the floor


def test_while_paid_hardly_anyone_goes_back():
    day = half_the_hired_day(2005)
    assert gone_in_five_years(2005, day, paid=50, expired=False).mean() < 0.05
    assert gone_in_five_years(2005, day, paid=125, expired=False).mean() < 0.02


def test_steep_plots_go_back_less_often():
    gone = gone_in_five_years(2005, half_the_hired_day(2005))
    assert gone[SLOPE > 32].mean() < 0.75 * gone[SLOPE < 25].mean()


def test_older_trees_keep_the_land_and_dear_grain_pulls_it_back():
    day = half_the_hired_day(2005)
    by_age = [gone_in_five_years(2005, day, age=age).mean() for age in (4, 8, 12, 16)]
    assert by_age == sorted(by_age, reverse=True)
    assert gone_in_five_years(2005, day, price=1.3).mean() > 1.5 * by_age[1]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"expired": True}, {"expired": False}),
        ({"crop": 200}, {"crop": 50}),
        ({"slope": 16}, {"slope": 35}),
        ({"off": 0.1}, {"off": 0.8}),
        ({"short": 0.4}, {"short": 0.0}),
        ({"own": False}, {"own": True}),
        ({"age": 2}, {"age": 12}),
        ({"ties": 0.6}, {"ties": 0.1}),
        ({"nobody": False}, {"nobody": True}),
    ],
)
def test_the_signs_of_the_evidence(more, less):
    assert probability(**more) > probability(**less)


@settings(max_examples=200, deadline=None)
@given(
    crop=some.floats(-5_000, 5_000), keep=some.floats(-100, 3_000), raised=some.floats(0, 3_000),
    level=some.floats(0.1, 2), expired=some.booleans(), slope=some.floats(0, 60), share=some.floats(0, 1),
)  # fmt: skip
def test_a_probability_whatever_the_returns_and_weakly_falling_in_the_payment(
    crop, keep, raised, level, expired, slope, share
):
    less = probability(crop, keep, level, expired, slope, share, share, False, 3, share)
    more = probability(crop, keep + raised, level, expired, slope, share, share, False, 3, share)
    assert 0 < more <= less < 1
