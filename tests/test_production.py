"""Yields: worked by hand, in directions and within bounds."""

from __future__ import annotations

import numpy as np
import pytest
from farm_rules import number, params, uses
from hypothesis import given
from hypothesis import strategies as st

from village_abm.economy import production

RULES = params().farm.production
MAIZE, ASH = number("maize"), number("prickly_ash")


def maize_yield(depth: float, grade: int = 0, year: int = 2020) -> float:
    return float(production.potential(RULES, uses(), np.array([depth]), np.array([grade]), year)[0, MAIZE])


def reaped(use: int, **conditions: object) -> float:
    plain = {"age": 5, "life": 12.0, "full": 1000.0, "water": 1.0, "fulfilled": 1.0, "inputs": 1.0}
    plain |= {"knowledge": 1.0, "neglected": False}
    plain |= conditions
    given_ = {k: np.atleast_1d(v) for k, v in plain.items()}
    return float(production.harvest(RULES, uses(), np.array([use]), **given_)[0])


def test_maize_by_hand():
    # 300 kg/mu x 15 x (1 - exp(-18/18)) = 4,500 x .63212, at moderate grade x .65, in 1990 x 1.01^-30
    assert maize_yield(18) == pytest.approx(4500 * 0.6321206)
    assert maize_yield(18, grade=3) == pytest.approx(4500 * 0.6321206 * 0.65)
    assert maize_yield(18, year=1990) == pytest.approx(4500 * 0.6321206 * 1.01**-30)


def test_perennials_do_not_share_the_progress_of_grain():
    early, late = (production.potential(RULES, uses(), np.array([30.0]), np.array([0]), y)[0] for y in (1990, 2020))
    assert early[ASH] == late[ASH]
    assert early[MAIZE] < late[MAIZE]


def test_rock_costs_prickly_ash_less_than_maize():
    good, rocky = (production.potential(RULES, uses(), np.array([20.0]), np.array([g]), 2020)[0] for g in (0, 4))
    assert rocky[MAIZE] / good[MAIZE] == pytest.approx(0.45)
    assert rocky[ASH] / good[ASH] == pytest.approx(1 - 0.4 * 0.55)


def test_a_perennial_bears_nothing_rises_stays_and_declines():
    # lag 3, full at 5, life 10: nothing at 2, a third at 3, full at 5 to 7, half at 10 and after
    ages = np.array([0, 2, 3, 4, 5, 7, 8.5, 10, 14])
    bears = production.age_factor(RULES, ages, np.array(3.0), np.array(5.0), np.array(10.0))
    np.testing.assert_allclose(bears, [0, 0, 1 / 3, 2 / 3, 1, 1, 0.75, 0.5, 0.5])


def test_annual_crops_have_no_age():
    assert production.age_factor(RULES, np.array([0.0]), np.array(0.0), np.array(0.0), np.array(0.0)) == 1


def test_care_lengthens_the_life_of_a_stand():
    spans = production.life_span(uses(), np.array([ASH, ASH]), np.array([0.0, 1.0]))
    np.testing.assert_allclose(spans, [7, 15])


def test_half_the_work_leaves_two_thirds_of_the_yield():
    assert reaped(MAIZE, life=0.0, fulfilled=0.5) == pytest.approx(1000 * 0.5**0.6)


def test_conditions_multiply():
    by_hand = 1000 * 0.9 * 0.8**0.6 * (0.8 + 0.2 * 0.5) * (0.7 + 0.3 * 0.2)
    assert reaped(MAIZE, life=0.0, water=0.9, fulfilled=0.8, inputs=0.5, knowledge=0.2) == pytest.approx(by_hand)


def test_a_field_without_bought_inputs_gives_four_fifths():
    assert reaped(MAIZE, life=0.0, inputs=0.0) == pytest.approx(800)


def test_only_perennials_suffer_neglect():
    assert reaped(ASH, neglected=True) == pytest.approx(0.7 * reaped(ASH))
    assert reaped(MAIZE, life=0.0, neglected=True) == reaped(MAIZE, life=0.0)


@given(st.floats(0, 200), st.integers(0, 4), st.integers(1974, 2060))
def test_a_worse_grade_or_thinner_soil_never_yields_more(depth, grade, year):
    here = production.potential(
        RULES, uses(), np.array([depth, depth, depth * 0.7]), np.array([grade, grade + 1, grade]), year
    )
    assert (here[1] <= here[0]).all()
    assert (here[2] <= here[0]).all()


@given(st.floats(0, 2), st.floats(0, 2))
def test_more_work_never_lowers_the_yield(less, more):
    less, more = sorted((less, more))
    assert reaped(MAIZE, life=0.0, fulfilled=less) <= reaped(MAIZE, life=0.0, fulfilled=more)


@given(
    st.sampled_from(range(len(uses()))),
    st.floats(0, 40),
    st.floats(0, 30),
    st.tuples(*[st.floats(0, 1)] * 4),
    st.booleans(),
)
def test_yields_are_never_nan_nor_above_the_full_yield(use, age, life, shares, neglected):
    water, work, inputs, skill = shares
    out = reaped(
        use,
        age=age,
        life=life,
        water=water,
        fulfilled=work,
        inputs=inputs,
        knowledge=skill,
        neglected=neglected,
    )
    assert 0 <= out <= 1000 * (1 + 1e-12)
