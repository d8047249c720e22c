"""The pot and the purse: grain, sales, living, sickness, debt."""

from __future__ import annotations

import numpy as np
import pytest
from farm_rules import number, params, uses
from hypothesis import given
from hypothesis import strategies as st

from village_abm.economy import livelihood

RULES = params().farm.livelihood
kilos = st.floats(0, 5000)


def living(cash: float, income: float, in_kind: float = 0, spent: float = 0, people: float = 4, line: float = 1000):
    row = [np.array([float(x)]) for x in (cash, income, in_kind, spent, people)]
    return livelihood.living(RULES, *row, line)


def test_grain_is_eaten_sold_or_bought():
    balance = livelihood.grain_balance(
        np.array([500.0, 1500, 500, 0]), np.array([1000.0, 1000, 1000, 0]), np.array([200.0, 200, 900, 9])
    )
    np.testing.assert_allclose(balance.eaten, [500, 1000, 500, 0])
    np.testing.assert_allclose(balance.sold, [0, 500, 0, 0])
    np.testing.assert_allclose(balance.bought, [200, 0, 500, 0])
    np.testing.assert_allclose(balance.gap, [0.3, 0, 0, 0])


@given(kilos, kilos, kilos)
def test_grain_closes(grown, need, affordable):
    b = livelihood.grain_balance(np.array([grown]), np.array([need]), np.array([affordable]))
    assert b.eaten[0] + b.sold[0] == pytest.approx(grown)
    assert b.eaten[0] + b.bought[0] + b.gap[0] * need == pytest.approx(need, abs=1e-6)
    assert 0 <= b.gap[0] <= 1
    assert min(b.eaten[0], b.sold[0], b.bought[0]) >= 0


def test_debt_buys_no_grain():
    kg = livelihood.affordable_grain(RULES, np.array([-500.0, 100.0]), np.array([800.0, 800.0]), 2.0)
    np.testing.assert_allclose(kg, [100, 150])  # a quarter of 800 yuan, and the savings


def test_who_can_buy_grain_need_not_grow_it():
    share = livelihood.own_food_share(np.array([0.0, 500, 2000, 0]), np.array([1000.0, 1000, 1000, 0]))
    np.testing.assert_allclose(share, [1, 0.5, 0, 0])


def test_five_kilos_of_potatoes_count_as_one_of_grain():
    use = np.array([number("maize"), number("potato"), number("prickly_ash"), number("maize")])
    grain = livelihood.grain_grown(uses(), use, np.array([300.0, 500, 80, 70]), np.array([0, 0, 0, -1]), 2)
    np.testing.assert_allclose(grain, [400, 0])


def year_of_grain(grown, need, affordable):
    return livelihood.grain_balance(*(np.array(kg, dtype=float) for kg in (grown, need, affordable)))


def test_grain_left_over_from_food_feeds_the_yard():
    # 800 kg feed the people and 400 more their animals. 1,000 grown and 100 bought leave 300 for the yard,
    # worth 300 x (2 + .8) = 840: 420 are sold; eaten are 420 less the 600 that stand in the farm account
    yard = livelihood.animals(RULES, year_of_grain([1000], [1200], [100]), np.array([800.0]), 2.0)
    assert (yard.fed[0], yard.sold[0], yard.eaten[0]) == pytest.approx((300, 420, -180))


def test_people_eat_before_their_pigs():
    balance = year_of_grain([500, 800, 0, 2000], [1200, 1200, 0, 1200], [200, 0, 50, 0])
    yard = livelihood.animals(RULES, balance, np.array([800.0, 800, 0, 800]), 2.0)
    np.testing.assert_allclose(yard.fed, [0, 0, 0, 400])  # what is sold as grain is fed to nobody
    np.testing.assert_allclose(yard.sold, [0, 0, 0, 0.5 * 400 * 2.8])
    np.testing.assert_allclose(yard.eaten[:3], 0)


@given(kilos, kilos, kilos, kilos, st.floats(0.1, 10))
def test_the_yard_adds_its_margin_on_every_kilo_fed_and_feeds_no_food(grown, food, feed, affordable, price):
    balance = year_of_grain([grown], [food + feed], [affordable])
    yard = livelihood.animals(RULES, balance, np.array([food]), price)
    assert yard.sold[0] + yard.eaten[0] == pytest.approx(0.8 * yard.fed[0], abs=1e-6)
    assert 0 <= yard.fed[0] <= feed + 1e-9
    left = balance.eaten[0] + balance.bought[0] - yard.fed[0]
    assert left == pytest.approx(min(food, grown + affordable), abs=1e-6)
    assert yard.sold[0] >= 0


def test_inputs_are_bought_as_far_as_the_purse_reaches():
    share = livelihood.inputs_bought(np.array([500.0, 100, 0, 0, 250]), np.array([250.0, 400, 50, 0, 250]))
    np.testing.assert_allclose(share, [1, 0.25, 0, 1, 1])


@given(st.floats(-1e4, 1e4), st.floats(-1e3, 1e4), st.floats(0, 1e5))
def test_inputs_never_cost_more_than_the_purse_holds(cash, income, wanted):
    purse = livelihood.purse(RULES, np.array([cash]), np.array([income]))
    share = livelihood.inputs_bought(purse, np.array([wanted]))
    assert 0 <= share[0] <= 1
    assert share[0] * wanted <= purse[0] + 1e-9


def test_input_cost_by_hand():
    # yuan a mu: maize 220, prickly ash 250, grass 30, wild land nothing; only annual crops had cheaper inputs once
    use = np.array([number(name) for name in ("maize", "prickly_ash", "grass", "natural")])
    np.testing.assert_allclose(livelihood.input_cost(uses(), use, 2 / 15, 0.5), [220, 500, 60, 0])


def test_farm_account_by_hand():
    # 400 kg of maize at 2 yuan, half eaten; 50 kg of prickly ash at 10 yuan, all sold; a mu of grass gives 60 yuan
    use, price = np.array([number(name) for name in ("maize", "prickly_ash", "grass")]), np.zeros(len(uses()))
    price[use] = [2.0, 10.0, 0.0]
    harvest, owner, bought = np.array([400.0, 50.0, 0.0]), np.array([0, 0, 0]), np.array([1.0, 0.4, 0.5])
    account = livelihood.farm_account(uses(), use, harvest, 1 / 15, owner, price, np.array([0.5]), 0.5, bought)
    assert (account.sold[0], account.eaten[0]) == pytest.approx((400 + 500, 400))
    assert account.inputs[0] == pytest.approx(220 * 0.5 + 250 * 0.4 + 30 * 0.5)
    assert account.gathered[0] == pytest.approx(60)


def test_land_of_nobody_is_in_no_account():
    use, price = np.full(3, number("maize")), np.full(len(uses()), 2.0)
    owner, all_inputs = np.array([1, -1, 0]), np.ones(3)
    account = livelihood.farm_account(
        uses(), use, np.array([100.0, 900.0, 300.0]), 1 / 15, owner, price, np.zeros(2), 1.0, all_inputs
    )
    np.testing.assert_allclose(account.sold, [600, 200])
    np.testing.assert_allclose(account.inputs, [220, 220])


def test_a_quarter_of_what_is_above_the_floor_is_saved():
    year = living(cash=0, income=6000)  # floor 4 x 1,000
    assert year.total[0] == pytest.approx(4000 + 0.75 * 2000)
    assert year.unmet[0] == 0


def test_below_the_floor_savings_are_eaten_up():
    year = living(cash=500, income=3000)
    assert year.paid[0] == pytest.approx(3500)
    assert year.unmet[0] == pytest.approx(500)


def test_debt_is_taken_only_against_hunger_and_within_credit():
    assert living(cash=0, income=1000).paid[0] == pytest.approx(1600)  # hunger floor .4 x 4,000
    assert living(cash=0, income=300).paid[0] == pytest.approx(300 + 600)  # credit: two years of cash income
    assert living(cash=-600, income=300).paid[0] == pytest.approx(300)  # credit used up


def test_debtors_pay_back():
    # above the hunger floor of 1,600 there are 1,000, of which .3 pay debt
    assert living(cash=-5000, income=2600).paid[0] == pytest.approx(2600 - 300)
    assert living(cash=-100, income=2600).paid[0] == pytest.approx(2600 - 100)


def test_grain_already_bought_is_not_paid_twice():
    year = living(cash=0, income=6000, in_kind=1000, spent=700)
    assert year.total[0] == pytest.approx(4000 + 0.75 * 3000)
    assert year.paid[0] == pytest.approx(year.total[0] - 1700)


@given(
    st.floats(-1e4, 1e5),
    st.floats(0, 1e5),
    st.floats(0, 1e4),
    st.floats(0, 1e4),
    st.integers(0, 9),
    st.floats(200, 5000),
)
def test_living_is_finite_and_no_debt_grows_beyond_credit(cash, income, in_kind, spent, people, line):
    spent = min(spent, max(cash, 0) + 0.25 * income)
    year = living(cash, income, in_kind, spent, people, line)
    assert np.isfinite([year.total, year.paid, year.unmet]).all()
    assert year.paid[0] >= -1e-6
    left = cash + income - spent - year.paid[0]
    assert left >= min(cash, 0, -2 * income) - 1e-6


def test_interest_is_owed_on_debt_alone():
    np.testing.assert_allclose(livelihood.interest(RULES, np.array([-1000.0, 1000])), [120, 0])


def test_debt_above_what_is_ever_lent_is_written_off():
    # at most two years of cash income are lent: 800, 1,200, 0 and 0 yuan
    lost = livelihood.written_off(RULES, np.array([-1000.0, -1000, 300, -50]), np.array([400.0, 600, 0, -10]))
    np.testing.assert_allclose(lost, [200, 0, 0, 50])


@given(st.floats(-1e5, 1e5), st.floats(-1e4, 1e5))
def test_what_is_left_after_writing_off_could_be_lent_and_savings_are_untouched(cash, income):
    lost = livelihood.written_off(RULES, np.array([cash]), np.array([income]))[0]
    assert cash + lost >= -2 * max(income, 0) - 1e-6
    assert lost == 0 or cash + lost == pytest.approx(-2 * max(income, 0), abs=1e-6)
    assert 0 <= lost <= max(-cash, 0)


def test_sickness_costs_less_with_insurance():
    luck, poor = np.array([0.01, 0.01, 0.9]), np.array([False, True, False])
    np.testing.assert_allclose(livelihood.sickness(RULES, luck, 1990, 0.5, poor), [3000, 3000, 0])
    np.testing.assert_allclose(livelihood.sickness(RULES, luck, 2020, 1.0, poor), [4200, 1800, 0])


def test_memory_keeps_three_years_and_the_best():
    memory, best = livelihood.remember(np.array([[5.0, 9, 7], [1, 1, 1]]), np.array([6.0, 3]))
    np.testing.assert_allclose(memory, [[6, 5, 9], [3, 1, 1]])
    np.testing.assert_allclose(best, [9, 3])
    missing = livelihood.missing_income(memory, best, np.array([4, 4]), np.array([0.5, 0.0]))
    np.testing.assert_allclose(missing, [3 * 4 / 0.5, 0])


def test_a_household_without_people_has_no_income_a_head():
    np.testing.assert_allclose(livelihood.per_head(np.array([100.0, 100]), np.array([0, 4])), [0, 25])


def test_who_is_poor_again_by_hand():
    # stays poor; leaves poverty; poor for the first time; poor again after three years; after four; unknown last year
    was = np.array([True, True, False, False, False, False])
    poor = np.array([True, False, True, True, True, True])
    left = np.array([0, 0, 0, 2009, 2008, 0])
    known = np.array([True] * 5 + [False])
    fell, again, now_left = livelihood.entering_poverty(RULES, 2012, was, poor, known, left)
    assert fell.tolist() == [False, False, True, True, True, False]
    assert again.tolist() == [False, False, False, True, False, False]
    assert now_left.tolist() == [0, 2012, 0, 2009, 2008, 0]
