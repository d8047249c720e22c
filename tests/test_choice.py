"""Ways of choosing: gains and losses, logit, satisficing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.choice import logit, prospect_value, risky_value, satisficing
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
    assert satisficing(np.zeros((1, 2)), nothing, np.array([0]), np.array([True]), 0.1) == -1


def test_the_content_move_only_for_a_clear_gain():
    utility = np.array([[1.0, 1.1], [1.0, 1.2], [1.0, 1.1], [1.0, 1.1]])
    allowed = np.ones(utility.shape, bool)
    allowed[3, 0] = False
    content = np.array([True, True, False, True])
    chosen = satisficing(utility, allowed, np.zeros(4, int), content, 0.15)
    np.testing.assert_array_equal(chosen, [0, 1, 1, 1])
