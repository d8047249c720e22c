"""Prices and what households expect of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from farm_rules import params
from hypothesis import given
from hypothesis import strategies as st

from village_abm.economy import market
from village_abm.streams import Streams

RULES = params().market


def expected(way: int, belief: float, price: float, previous: float, informed: float = 9.0) -> float:
    one = [np.array([x]) for x in (price, previous, informed)]
    return float(market.expected_price(RULES, np.array([[way]]), np.array([[belief]]), *one)[0, 0])


def test_four_ways_of_looking_ahead_by_hand():
    assert expected(market.NAIVE, 5, 8, 10) == 8
    assert expected(market.ADAPTIVE, 5, 8, 10) == pytest.approx(5 + 0.4 * 3)
    assert expected(market.TREND, 5, 8, 10) == pytest.approx(8 - 0.5 * 2)
    assert expected(market.INFORMED, 5, 8, 10) == 9


def test_trend_followers_never_expect_less_than_a_fifth_of_the_price():
    assert expected(market.TREND, 5, 1, 10) == pytest.approx(0.2)


def test_ways_have_their_shares_and_stay():
    ids = np.arange(20000)
    shares = np.array([[0.45, 0.30, 0.20, 0.05], [0.2, 0.2, 0.2, 0.4]])  # of two products
    way = market.way_of_expecting(shares, Streams(3), ids)
    for product in (0, 1):
        np.testing.assert_allclose(np.bincount(way[:, product]) / len(ids), shares[product], atol=0.01)
    np.testing.assert_array_equal(way, market.way_of_expecting(shares, Streams(3), ids))


def test_who_is_informed_stays_so_when_more_are():
    ids = np.arange(5000)
    few, many = (
        market.way_of_expecting(market.base_shares(replace(RULES, informed=share))[None], Streams(3), ids)[:, 0]
        for share in (0.05, 0.45)
    )
    assert ((few != market.INFORMED) | (many == market.INFORMED)).all()
    assert (few != many).any()


def test_an_information_service_takes_from_the_other_ways_alike():
    np.testing.assert_allclose(market.base_shares(RULES), [0.45, 0.30, 0.20, 0.05])
    np.testing.assert_allclose(market.base_shares(replace(RULES, informed=0.525)), [0.225, 0.15, 0.1, 0.525])


def test_noise_leaves_the_mean_price_where_the_series_is():
    prices = np.array([market.farm_gate(RULES, np.array([10.0]), Streams(3), y)[0] for y in range(3000)])
    assert prices.mean() == pytest.approx(10, rel=0.01)
    assert np.log(prices).std() == pytest.approx(RULES.price_noise, rel=0.1)


def test_without_noise_the_price_is_the_series_and_nothing_costs_nothing():
    calm = replace(RULES, price_noise=0.0)
    np.testing.assert_array_equal(market.farm_gate(calm, np.array([0.0, 2.5]), Streams(1), 2000), [0, 2.5])


def test_a_new_product_leaves_the_other_prices_as_they_are():
    two = market.farm_gate(RULES, np.array([2.0, 3.0]), Streams(1), 2000)
    three = market.farm_gate(RULES, np.array([2.0, 3.0, 4.0]), Streams(1), 2000)
    np.testing.assert_array_equal(two, three[:2])


def test_the_usual_price_follows_slowly():
    assert market.usual_price(RULES, np.array([10.0]), np.array([20.0])) == pytest.approx(13.3)


@given(st.integers(0, 3), *[st.floats(0, 100)] * 4)
def test_nobody_expects_a_negative_price(way, belief, price, previous, informed):
    assert expected(way, belief, price, previous, informed) >= 0
