"""Green finance in sentences: rights are registered, credit is posted against them, interest is helped with."""

from itertools import pairwise

import numpy as np
import pytest
from policy_rules import MU, changed, schemes
from scheme_pair import booked, drawn_is_used, lived, same

from village_abm.policy import credit
from village_abm.streams import Streams
from village_abm.year import means
from village_abm.year.exogenous import read
from village_abm.year.paying import credit as paying

GREEN = schemes()["green_finance"]
LUCK = Streams(5)
NAME = "green_finance"
EVERYBODY = {
    "schemes.green_finance.mortgage.served": 1, "schemes.green_finance.registration.coverage": 1,
    "schemes.green_finance.registration.ramp": 1,
}  # fmt: skip


def test_registration_reaches_nine_in_ten_within_five_years_and_takes_nobody_back():
    ids = np.arange(5000)
    rich, all_ask, none = changed(GREEN, budget=1e9), np.ones(5000, bool), np.zeros(5000, bool)
    shares = [credit.registered(rich, LUCK, year, ids, all_ask, none) for year in (2009, 2010, 2012, 2014, 2030)]
    assert [one.mean() for one in shares] == pytest.approx([0, 0.18, 0.54, 0.9, 0.9], abs=0.03)
    assert all((later >= earlier).all() for earlier, later in pairwise(shares))


def test_no_more_rights_are_surveyed_than_the_budget_pays_for_and_the_rest_wait():
    # 200 yuan a certificate and 8% administration: 2,160 yuan pay for ten a year
    tight, all_ask = changed(GREEN, budget=2_160.0), np.ones(100, bool)
    first = credit.registered(tight, LUCK, 2030, np.arange(100), all_ask, np.zeros(100, bool))
    then = credit.registered(tight, LUCK, 2031, np.arange(100), all_ask, first)
    assert (first.sum(), then.sum()) == (10, 20)
    assert (then >= first).all()


def test_certificates_and_interest_stay_within_the_budget_together():
    now = lived(NAME, 2012, EVERYBODY | {"schemes.green_finance.budget": 1_500}, burn_in=2009)
    spent = now.village.memory["spent by scheme"][NAME]
    assert 0 < spent.works <= spent.drawn <= 150_000


def test_half_the_worth_of_ten_mu_of_forest_and_two_of_cropland_is_lent():
    # 10 x 600 + 2 x 1,500 = 9,000 yuan
    all_served = changed(GREEN, mortgage={"served": 1.0})
    lent = credit.limit(
        all_served, LUCK, np.arange(2), np.array([True, False]), np.full(2, 10 * MU), np.full(2, 2 * MU)
    )
    assert lent.tolist() == pytest.approx([4500, 0])


def test_half_of_the_interest_is_paid_as_far_as_the_mortgage_covers_the_debt():
    debt, most = np.array([100_000, 900_000, 0]), np.full(3, 450_000)
    assert credit.subsidies(GREEN, 0.08, debt, most).tolist() == [4_000, 18_000, 0]


def test_registered_rights_let_a_household_lay_out_more_and_debtors_are_helped():
    now, other = lived(NAME, 2016, EVERYBODY, burn_in=2008), lived("", 2016, burn_in=2008)
    rows = now.households.rows
    assert (now.households.mortgage_credit[rows] > 0).mean() > 0.8
    assert means.purse(now.village)[rows].mean() > means.purse(other.village)[other.households.rows].mean()
    assert drawn_is_used(now, NAME)
    assert booked(now, "cash", f"paid: {NAME}") > 0
    certificates = -booked(now, "county purse", f"works: {NAME}")
    assert certificates % 20_000 == 0
    assert certificates >= 20_000 * 20  # of 24 families


def test_when_the_scheme_ends_a_household_may_owe_what_it_owes_and_no_more():
    now = lived(NAME, 2012, EVERYBODY, burn_in=2010)
    village, households = now.village, now.households
    row = int(households.rows[0])
    households.cash[:], households.cash_income[:] = 0, 0
    households.cash[row] = -village.fen(500.0)
    households.mortgage_credit[:] = 4000.0
    paying.prepare(village, now.government, read(village), 0, NAME, changed(GREEN, years=(1990, 1995)))
    assert households.mortgage_credit[row] == pytest.approx(500, abs=0.1)
    assert np.delete(households.mortgage_credit, row).sum() == 0


def test_where_nothing_is_lent_it_is_no_scheme_bit_for_bit():
    nothing = {"schemes.green_finance.mortgage.lent": 0}
    assert same(lived(NAME, 2016, nothing, burn_in=2010), lived("", 2016, burn_in=2010))
