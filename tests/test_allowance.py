"""The minimum living allowance: who gets it, how much, and what the budget leaves of it."""

import dataclasses

import numpy as np
import pytest
from village_of_test import model, small

from village_abm import load_params
from village_abm.params import ParameterError
from village_abm.policy import allowance
from village_abm.policy.catalogue import RULES
from village_abm.streams import Streams
from village_abm.year import exogenous, purse, schemes
from village_abm.year.paying.registry import SETTLES

SCHEME = load_params().schemes["living_allowance"]
STREAMS = Streams(1, 0)
WITH = {"scenario.schemes": "living_allowance"}


def test_the_rate_lies_on_a_straight_line_between_the_years_given():
    assert SCHEME.payment.at(2010) == pytest.approx(85)
    assert SCHEME.payment.at(2015) == pytest.approx((85 + 350) / 2)
    assert SCHEME.payment.at(2030) == pytest.approx(350)


def test_a_family_of_four_gets_twelve_months_for_every_member():
    owed = allowance.due(SCHEME, 2010, np.array([4, 3]), np.array([True, False]))
    assert owed.tolist() == [12 * 85 * 4 * 100, 0]


def test_before_it_opens_nobody_gets_anything():
    assert allowance.due(SCHEME, 2006, np.array([4]), np.array([True])).sum() == 0


def test_a_short_budget_gives_everybody_the_same_part():
    tight = dataclasses.replace(SCHEME, budget=4_284.0)  # half of what a family of eight is due, with 5% on top
    owed = allowance.due(tight, 2010, np.array([4, 4]), np.array([True, True]))
    assert owed.tolist() == [12 * 85 * 4 * 100 // 2] * 2


def test_only_the_poor_are_reached_and_a_wider_coverage_reaches_the_same_and_more():
    ids, poor = np.arange(1000), np.arange(1000) % 2 == 0
    few, many = (
        allowance.reached(dataclasses.replace(SCHEME, coverage=share), STREAMS, ids, poor) for share in (0.4, 0.8)
    )
    assert not (few & ~poor).any()
    assert (many >= few).all()
    assert few.sum() == pytest.approx(200, abs=40)
    assert many.sum() == pytest.approx(400, abs=40)


def test_rates_without_their_years_are_refused():
    with pytest.raises(ParameterError, match="rate_years"):
        allowance.AMonth(rate_years=(2010, 2007), rate=(1.0, 2.0))


def test_what_the_purse_pays_is_what_the_poor_receive():
    village = model(changes=WITH, burn_in=2006)
    while village.year < 2010:
        village.step()
    purse, cash = village.ledger.years[2010]["county purse"], village.ledger.years[2010]["cash"]
    paid = cash["paid: living_allowance"]
    assert paid > 0
    assert purse["paid: living_allowance"] == -paid
    assert purse["transfer: living_allowance"] == paid - purse["administration: living_allowance"]
    assert village.households.payments.sum() == paid


def test_a_house_that_earns_less_than_the_line_year_after_year_is_paid_every_year():
    """It earns nine tenths of the line, so that with the allowance it is not poor; without it it would be."""
    now = model(changes=WITH | {"schemes.living_allowance.coverage": 1.0}, burn_in=2006)
    while now.year < 2007:
        now.step()
    village, households = now.village, now.households
    luck = exogenous.read(village)
    row = int(np.flatnonzero(households.alive & (households.members > 1))[0])
    now._open_books()
    paid, poor = [], []
    for _ in range(6):  # the same year over and over: nothing but what was paid before differs
        village.memory["package payments"] = np.zeros(len(households), np.int64)
        schemes.settle(village, now.government, luck)
        households.income[:] = village.fen(0.9 * luck.poverty_line * households.members) + households.payments
        households.care_costs[:] = 0
        purse._count_poor(village, luck)
        paid.append(int(households.allowance[row]))
        poor.append(bool(households.poor[row]))
    assert min(paid[1:]) == max(paid[1:]) > 0
    assert not any(poor[1:])


def test_the_allowance_can_be_withdrawn():
    params = small(changes=WITH)
    assert "living_allowance" in params.scenario.schemes
    assert "living_allowance" not in small(changes={"scenario.schemes": ""}).scenario.schemes


def test_every_kind_of_scheme_that_can_be_written_can_be_settled():
    assert set(RULES.values()) == set(SETTLES)
