"""Theories of choice on the same data and luck: each by hand, all within the same bounds, a mix by type."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from farm_rules import AREA, MU, dry_slope, number, outlook, params, plots, uses
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from village_of_test import model

from village_abm import load_params
from village_abm.economy import land_use, ways
from village_abm.economy.returns import Returns, expected_returns
from village_abm.params import ParameterError
from village_abm.society import learning
from village_abm.streams import Streams
from village_abm.year.land_use import household_type

RULES, FARMING = params().farm.choice, params().farm.production
MAIZE, POTATO, ASH = number("maize"), number("potato"), number("prickly_ash")
ALL = get_args(ways.Rule)
OWNERS = np.repeat(np.arange(60), 8)


def decide(held, seen, rules, seed=1):
    ids = np.arange(len(seen.shadow_wage)) + 500
    return land_use.decide(rules, FARMING, uses(), held, seen, dry_slope(len(held.use)), ids, 0.15, Streams(seed))


def by(rule, **changes):
    """The rules with everybody deciding by one theory, every year, on every rise."""
    return replace(RULES, **{"rule": rule, "review": 1.0, "act_on_rise": 1.0, "act_without_rise": 1.0} | changes)


def returns_of(net):
    """Certain returns [CNY/ha/yr] of one plot for the uses named; those of all others are nothing."""
    table = np.zeros((1, len(uses())))
    for name, value in net.items():
        table[0, number(name)] = value
    return Returns(table, np.zeros_like(table), table[0, [MAIZE]])


def terms(rule, seen, net):
    return ways.utilities(by(rule), uses(), plots(np.arange(1)), seen, returns_of(net), np.arange(1))


# By hand --------------------------------------------------------------------------------------------------
# One plot of maize; logit scale 120 CNY/mu = 1,800 CNY/ha, value unit 500 CNY/mu = 7,500 CNY/ha, sigma .5.


def test_prospect_value_counts_from_the_present_use():
    # 22,500 more than maize: 7500 ((1 + 3)^.5 - 1)/.5 = 15,000; 22,500 less: 2.5 times as much, against it
    value = terms("prospect", outlook(1, 1), {"maize": 3000, "prickly_ash": 25_500, "potato": -19_500})["value"][0]
    np.testing.assert_allclose(value[[MAIZE, ASH, POTATO]], [0, 15_000 / 1800, -37_500 / 1800])


def test_expected_utility_counts_what_a_use_brings_and_fears_no_loss():
    # a = .5/7500: u(15,000) = 15,000 (1 - e^-1), u(-15,000) = 15,000 (1 - e), whatever the land brings now
    value = terms("expected_utility", outlook(1, 1), {"maize": 0, "prickly_ash": 15_000, "potato": -15_000})["value"]
    np.testing.assert_allclose(
        value[0, [MAIZE, ASH, POTATO]], [0, 15_000 * (1 - np.exp(-1)) / 1800, 15_000 * (1 - np.e) / 1800]
    )
    seen = outlook(1, 1, loss_aversion=np.array([9.0]), shortfall=np.array([5000.0]))
    again = terms("expected_utility", seen, {"maize": 0, "prickly_ash": 15_000, "potato": -15_000})["value"]
    np.testing.assert_array_equal(value, again)


def test_planned_behaviour_adds_attitude_norm_and_control():
    # 2 x .4 of the ties; 1 x knowledge .5 x means: 211 of the 421.9 yuan that a plot of .9375 mu costs at 450 a mu
    seen = outlook(1, 1, purse=np.array([450 * AREA / MU / 2]))
    seen.norm[:, ASH], seen.knowledge[:, ASH] = 0.4, 0.5
    found = terms("planned_behaviour", seen, {"maize": 3000, "prickly_ash": 25_500})
    assert found["value"][0, ASH] == pytest.approx(15_000 / 1800)
    assert found["norm"][0, ASH] == pytest.approx(2 * 0.4)
    assert found["knowledge"][0, ASH] == pytest.approx(1 * 0.5 * 0.5)
    assert found["knowledge"][0, MAIZE] == pytest.approx(1.0)  # known well, and nothing to be planted


def test_means_are_the_lesser_of_purse_and_days():
    # a plot asks for 421.9 yuan and 7.5 days (8 a mu)
    seen = outlook(4, 4, purse=np.array([1e5, 42.1875, 1e5, 0]), idle_days=np.array([500.0, 500, 3.75, 500]))
    reach = ways.means(uses(), plots(np.arange(4)), seen)
    np.testing.assert_allclose(reach[:, ASH], [1, 0.1, 0.5, 0])
    np.testing.assert_allclose(reach[:, MAIZE], 1)


def test_satisficing_stays_while_income_is_what_it_was():
    seen = outlook(60, len(OWNERS))
    seen.price[:, ASH] = 0.0  # maize is worth most; chance speaks for potatoes on some plots
    held, missing = plots(OWNERS), replace(seen, shortfall=np.full(60, 3000.0))
    assert (decide(held, seen, by("satisficing")).use == MAIZE).all()
    assert (decide(held, missing, by("satisficing")).use != MAIZE).any()
    looked = decide(held, missing, by("prospect"))
    np.testing.assert_array_equal(decide(held, missing, by("satisficing")).use, looked.use)  # on the same luck


def test_the_best_off_tie_by_hand():
    # 0 looks to 1 (poorer), 2 and 3 (richer alike: the lower id); 1 to 4 (dead); 2 to 0 (poorer); 3 to nobody
    ties = csr_matrix(np.array([[0, 1, 1, 1, 0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 0], [0] * 5, [1, 0, 0, 0, 0]]))
    income = np.array([10.0, 5, 20, 20, 99])
    alive = np.array([True, True, True, True, False])
    best = learning.best_off_tie(ties, income, np.array([7, 8, 9, 1, 2]), alive)
    np.testing.assert_array_equal(best, [3, -1, -1, -1, -1])


def test_an_example_is_the_use_of_comparable_land_by_hand():
    # household 0 looks up to 1, which has three plots of kind 0 (two of use 1, one of use 2) and none of kind 1
    owner, kind = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 0, 0])
    share = ways.examples(owner, kind, np.array([0, 0, 1, 1, 2]), np.array([1, -1]), kinds=2, uses=3)
    np.testing.assert_allclose(share, [[0, 2 / 3, 1 / 3], [0] * 3, [0] * 3, [0] * 3, [0] * 3])


def test_imitation_copies_and_asks_nothing_else():
    seen = outlook(60, len(OWNERS))  # what is worth most, or what most do, does not count
    seen.example[::2, POTATO] = 1.0
    done = decide(plots(OWNERS), seen, by("imitation"))
    free = ~done.protected
    assert (done.use[::2][free[::2]] == POTATO).all()
    assert (done.use[1::2] == MAIZE).all()


def test_a_norm_attracts_from_a_fifth_of_the_ties_on_and_repels_nobody():
    """Weight 1, threshold .20: of none or a fifth of the ties 0, of half .3, of all .8."""
    held, seen = plots(np.arange(4)), outlook(4, 4)
    seen.norm[:, ASH] = [0.0, 0.2, 0.5, 1.0]
    returns = expected_returns(uses(), FARMING, seen, held.owner, held.use, 0.15)
    norm = ways.utilities(RULES, uses(), held, seen, returns, np.arange(4))["norm"]
    assert norm[:, ASH] == pytest.approx([0.0, 0.0, 0.3, 0.8])
    twice = ways.utilities(replace(RULES, norm_weight=2.0), uses(), held, seen, returns, np.array([2]))["norm"]
    assert twice[0, ASH] == pytest.approx(0.6)


# All of them ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ALL)
@settings(max_examples=15, deadline=None)
@given(price=st.floats(0, 40), rise=st.floats(0, 20), seed=st.integers(0, 50))
def test_a_higher_price_never_lowers_the_area_planted(rule, price, rise, seed):
    planted = []
    for paid in (price, price + rise):
        seen = outlook(60, len(OWNERS), purse=np.linspace(0, 400, 60))
        seen.price[:, ASH] = paid
        seen.example[:, [MAIZE, ASH]] = 0.5
        planted.append((decide(plots(OWNERS), seen, replace(RULES, rule=rule), seed).use == ASH).sum())
    assert planted[0] <= planted[1]


@pytest.mark.parametrize("rule", ALL)
def test_every_theory_keeps_to_purse_food_and_knowledge(rule):
    seen = outlook(60, len(OWNERS), purse=np.full(60, 1000.0))
    seen.price[:, ASH] = 60
    seen.example[:, ASH] = 1.0
    seen.knowledge[:30, ASH] = 0.1
    seen.knowledge[:, uses().index["forage"]] = 0.0
    done = decide(plots(OWNERS), replace(seen, shortfall=np.full(60, 100.0)), by(rule))
    assert done.planted.any()
    assert not done.planted[OWNERS < 30].any()
    assert (done.cash <= 1000).all()
    assert (uses().grain[done.use[done.protected]] > 0).all()


# A mix ----------------------------------------------------------------------------------------------------


def test_a_mix_is_each_type_by_its_own_theory():
    kind = np.arange(60) % 3
    seen = outlook(60, len(OWNERS), household_type=kind, shortfall=np.linspace(0, 3000, 60))
    seen.example[:, POTATO] = 1.0
    mix = ("imitation", "expected_utility", "planned_behaviour")
    mixed = decide(plots(OWNERS), seen, by("mixed", mix=mix))
    assert len({decide(plots(OWNERS), seen, by(rule)).use.tobytes() for rule in mix}) == 3
    for number_of_kind, rule in enumerate(mix):
        alone = decide(plots(OWNERS), seen, by(rule))
        of_kind = kind[OWNERS] == number_of_kind
        np.testing.assert_array_equal(mixed.use[of_kind], alone.use[of_kind])
        rows = np.flatnonzero(mixed.reviewed)
        for name in ways.TERMS:
            np.testing.assert_array_equal(mixed.terms[name][of_kind[rows]], alone.terms[name][of_kind[rows]])


def test_a_mix_of_one_theory_is_that_theory():
    seen = outlook(60, len(OWNERS), household_type=np.arange(60) % 3)
    one, same = (
        decide(plots(OWNERS), seen, by("prospect")),
        decide(plots(OWNERS), seen, by("mixed", mix=("prospect",) * 3)),
    )
    np.testing.assert_array_equal(one.use, same.use)


def test_types_of_household_by_hand():
    now = model(burn_in=1989)
    houses = now.households
    houses.adults[:3], houses.migrants[:3] = [0, 3, 3], [0, 1, 0]
    houses.adults[3], houses.migrants[3] = 2, 2  # all of them away: nobody of working age at home
    assert household_type(now.village)[:4].tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize("rule", [*ALL, "mixed"])
def test_a_village_lives_by_every_theory(rule):
    now = model(changes={"farm.choice.rule": rule}, burn_in=1986)
    for _ in range(6):
        now.step()
    assert now.year == 1991


def test_an_unknown_theory_is_refused_with_the_known_ones():
    with pytest.raises(ParameterError, match=r"farm\.choice\.rule.*imitation"):
        load_params("village", {"farm.choice.rule": "hope"})
    with pytest.raises(ParameterError, match=r"farm\.choice\.mix.*imitation"):
        load_params("village", {"farm.choice.mix": ["hope", "prospect", "prospect"]})
