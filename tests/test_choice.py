"""Ways of choosing: gains and losses, risk alone, logit, satisficing, imitation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choice import expected_utility, imitation, logit, prospect_value, risky_value, satisficing
from village_abm.streams import Streams

money = st.floats(-1e5, 1e5)


def test_prospect_value_by_hand():
    # gain of 3 units at sigma .5: 100 x ((1 + 3)^.5 - 1)/.5 = 200; the same loss weighs 2.5 times
    x = prospect_value(np.array([310.0, -290.0, 10.0]), np.array(10.0), np.array(0.5), np.array(2.5), 100.0)
    np.testing.assert_allclose(x, [200, -500, 0])


def test_a_small_gain_counts_as_money_and_a_small_loss_as_lambda_times_it():
    x = prospect_value(np.array([0.01, -0.01]), np.array(0.0), np.array(0.5), np.array(2.5), 500.0)
    np.testing.assert_allclose(x, [0.01, -0.025], rtol=1e-4)


def test_dread_of_losses_counts_against_an_uncertain_use():
    sure, risky = (
        risky_value(np.array(100.0), np.array(s), np.array(0.0), np.array(0.0), np.array(2.5), 500.0) for s in (0, 200)
    )
    # outcomes 100, 100 +- 346.4 with weights 4/6, 1/6, 1/6; sigma 0: the loss of 246.4 counts 2.5 times
    assert sure == pytest.approx(100)
    assert risky == pytest.approx(100 - 1.5 * 246.41 / 6, abs=0.01)


@given(money, money, st.floats(0.3, 0.9), st.floats(1.5, 3.5), st.floats(100, 30000))
def test_more_is_never_worth_less(less, more, sigma, fear, unit):
    less, more = sorted((less, more))
    low, high = prospect_value(np.array([less, more]), np.array(0.0), np.array(sigma), np.array(fear), unit)
    assert np.isfinite([low, high]).all()
    assert low <= high


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 0.55), st.floats(1.5, 3.5))
def test_a_dearer_product_is_never_worth_less_however_uncertain(gross, more, risk, fear):
    low, high = (
        risky_value(np.array(x), np.array(x * risk), np.array(0.0), np.array(0.5), np.array(fear), 7500.0)
        for x in (gross, gross + more)
    )
    assert low <= high + 1e-9


def test_logit_follows_its_probabilities():
    rows = np.arange(40000)
    utility = np.tile(np.log([1.0, 3.0, 6.0]), (len(rows), 1))
    draws = Streams(7).gumbel("test", 2000, rows[:, None], np.arange(3)[None, :])
    shares = np.bincount(logit(utility, np.ones(utility.shape, bool), draws)) / len(rows)
    np.testing.assert_allclose(shares, [0.1, 0.3, 0.6], atol=0.01)


def test_a_new_option_moves_nobody_between_the_others():
    rows = np.arange(2000)
    utility = np.tile([0.5, 0.2, 0.0, 0.1], (len(rows), 1))
    draws = Streams(7).gumbel("test", 2000, rows[:, None], np.arange(4)[None, :])
    allowed = np.ones(utility.shape, bool)
    four = logit(utility, allowed, draws)
    three = logit(utility, allowed & (np.arange(4) < 3), draws)
    stayed = four < 3
    assert 0 < stayed.sum() < len(rows)
    assert (four[stayed] == three[stayed]).all()


def test_nothing_allowed_is_said_plainly():
    nothing = np.zeros((1, 2), bool)
    assert logit(np.zeros((1, 2)), nothing, np.zeros((1, 2))) == -1
    assert satisficing(np.zeros((1, 2)), nothing, np.array([0]), np.array([True]), 0.1, np.zeros((1, 2))) == -1
    assert imitation(np.ones((1, 2)), np.zeros((1, 2)), nothing, np.array([0]), np.zeros((1, 2))) == -1


def test_the_content_move_only_for_a_clear_gain():
    utility = np.array([[1.0, 1.1], [1.0, 1.2], [1.0, 1.1], [1.0, 1.1]])
    allowed = np.ones(utility.shape, bool)
    allowed[3, 0] = False
    content = np.array([True, True, False, True])
    chosen = satisficing(utility, allowed, np.zeros(4, int), content, 0.15, np.zeros((4, 2)))
    np.testing.assert_array_equal(chosen, [0, 1, 1, 1])


def test_luck_moves_only_those_who_look():
    # a content row stays whatever the draw; the discontented one takes .1 less for a draw of .5 more
    utility, luck = np.array([[1.1, 1.0]] * 2), np.array([[0.0, 0.5]] * 2)
    chosen = satisficing(utility, np.ones((2, 2), bool), np.zeros(2, int), np.array([True, False]), 0.15, luck)
    np.testing.assert_array_equal(chosen, [0, 1])


def test_expected_utility_by_hand():
    # sigma .5 over 100: a = .005; u(200) = (1 - e^-1)/.005 = 126.42, u(-200) = (1 - e)/.005 = -343.66
    sure = expected_utility(np.array([200.0, -200.0, 0.0]), np.zeros(3), np.array(0.5), 100.0)
    np.testing.assert_allclose(sure, [126.424, -343.656, 0], atol=1e-3)
    # +- 100 with weights 1/6 about nothing: (u(100) + u(-100))/6 = (78.694 - 129.744)/6
    risky = expected_utility(np.array(0.0), np.array(100 / np.sqrt(3)), np.array(0.5), 100.0)
    assert risky == pytest.approx((78.694 - 129.744) / 6, abs=1e-3)


def test_without_dread_a_small_loss_costs_what_a_small_gain_brings():
    gain, loss = expected_utility(np.array([0.01, -0.01]), np.zeros(2), np.array(0.5), 500.0)
    assert gain == pytest.approx(0.01, rel=1e-4)
    assert loss == pytest.approx(-0.01, rel=1e-4)


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 0.55), st.floats(0.3, 0.9))
def test_expected_utility_never_falls_with_the_price(gross, more, risk, sigma):
    low, high = (
        expected_utility(np.array(x), np.array(x * risk), np.array(sigma), 7500.0) for x in (gross, gross + more)
    )
    assert np.isfinite([low, high]).all()
    assert low <= high + 1e-9


def test_a_copy_follows_the_shares_of_the_example():
    rows = np.arange(20000)
    example = np.tile([0.0, 0.25, 0.75], (len(rows), 1))
    worth = np.tile([9.0, 0.0, 0.0], (len(rows), 1))  # what it thinks itself does not count
    draws = Streams(7).gumbel("test", 2000, rows[:, None], np.arange(3)[None, :])
    chosen = imitation(example, worth, np.ones(worth.shape, bool), np.zeros(len(rows), int), draws)
    np.testing.assert_allclose(np.bincount(chosen) / len(rows), [0, 0.25, 0.75], atol=0.01)


def test_without_an_example_that_may_be_followed_things_stay():
    example = np.array([[0.0, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1]])
    allowed = np.array([[True, True, True], [True, True, True], [True, True, False], [False, True, False]])
    worth = np.tile([0.0, 5.0, 1.0], (4, 1))
    # nobody to copy: stays; copies; the copy is not allowed: stays; neither is staying: what is worth most
    chosen = imitation(example, worth, allowed, np.zeros(4, int), np.zeros((4, 3)))
    np.testing.assert_array_equal(chosen, [0, 2, 0, 1])
