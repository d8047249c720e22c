"""Land choice: review, own food first, planting within means, clearing under hunger, giving up under loss."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from farm_rules import AREA, MU, dry_slope, number, outlook, params, plots, uses
from hypothesis import given, settings
from hypothesis import strategies as st

from village_abm.economy import clearing as edge
from village_abm.economy import land_use
from village_abm.order import taken_before
from village_abm.params import specs
from village_abm.streams import Streams
from village_abm.units import factor

RULES, FARMING = params().farm.choice, params().farm.production
MAIZE, ASH, FALLOW = number("maize"), number("prickly_ash"), number("fallow")
FARM_TOML = Path(__file__).parents[1] / "params" / "farm.toml"


def decide(held, seen, rules=RULES, seed=1, feasible=None):
    ids = np.arange(len(seen.shadow_wage)) + 500
    may = dry_slope(len(held.use)) if feasible is None else feasible
    return land_use.decide(rules, FARMING, uses(), held, seen, may, ids, 0.15, Streams(seed))


def eager(**changes):
    """Households that review every year and act on every rise."""
    return replace(RULES, **{"review": 1.0, "act_on_rise": 1.0, "act_without_rise": 1.0} | changes)


def with_price(seen, name, price):
    prices = seen.price.copy()
    prices[:, number(name)] = price
    return replace(seen, price=prices)


OWNERS = np.repeat(np.arange(60), 8)


def test_first_come_first_served_by_hand():
    # group 0: the two with key 1 first, by id (rows 3, 0), then row 2; group 1: row 1 alone
    ahead = taken_before(
        np.array([0, 1, 0, 0]), np.array([5.0, 7, 1, 2]), (np.array([1, 9, 2, 1]), np.array([40, 1, 10, 30]))
    )
    np.testing.assert_allclose(ahead, [2, 0, 7, 0])


def test_most_plots_are_left_alone_in_a_year():
    done = decide(plots(OWNERS), outlook(60, len(OWNERS)))
    reviewed = done.reviewed.reshape(60, 8)
    assert (reviewed.all(axis=1) | ~reviewed.any(axis=1)).all()  # a household reviews all its land or none
    assert reviewed.any(axis=1).mean() == pytest.approx(RULES.review, abs=0.2)
    np.testing.assert_array_equal(done.use[~done.reviewed], MAIZE)


def test_contracted_plots_are_never_touched():
    held = plots(OWNERS, free=np.zeros(len(OWNERS), bool))
    assert (decide(held, outlook(60, len(OWNERS)), eager()).use == MAIZE).all()


def test_nobody_plants_what_nobody_knows():
    seen = outlook(60, len(OWNERS))
    seen.knowledge[:, uses().is_kind("perennial")] = 0.1
    assert not decide(plots(OWNERS), with_price(seen, "prickly_ash", 40), eager()).planted.any()


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 40), st.floats(0, 20), st.integers(0, 50))
def test_a_higher_price_never_lowers_the_area_planted(price, rise, seed):
    seen = outlook(60, len(OWNERS), purse=np.linspace(0, 400, 60))
    low, high = (decide(plots(OWNERS), with_price(seen, "prickly_ash", p), seed=seed) for p in (price, price + rise))
    assert (low.use == ASH).sum() <= (high.use == ASH).sum()


def test_households_act_more_on_an_expected_rise_than_without_one():
    seen = with_price(outlook(60, len(OWNERS)), "prickly_ash", 60)
    rising, steady = (replace(seen, usual_price=np.full(len(uses()), usual)) for usual in (50.0, 59.0))
    rules = replace(RULES, review=1.0)
    planters = [np.unique(OWNERS[decide(plots(OWNERS), look, rules).planted]).size for look in (rising, steady)]
    assert planters[0] / 60 == pytest.approx(RULES.act_on_rise, abs=0.15)
    assert planters[1] / 60 == pytest.approx(RULES.act_without_rise, abs=0.12)


def test_a_high_price_fills_the_slopes_with_prickly_ash():
    seen = outlook(60, len(OWNERS))
    poor, rich = (decide(plots(OWNERS), with_price(seen, "prickly_ash", p), eager()) for p in (2, 40))
    assert (poor.use == ASH).mean() < 0.1 < 0.5 < (rich.use == ASH).mean()


def test_planting_ends_with_the_purse():
    # a plot of .9375 mu costs 450 x .9375 = 421.9 yuan: 1,000 yuan pay for two
    seen = with_price(outlook(60, len(OWNERS), purse=np.full(60, 1000.0)), "prickly_ash", 60)
    done = decide(plots(OWNERS), seen, eager())
    planted = np.bincount(OWNERS[done.planted], minlength=60)
    assert planted.max() == 2
    assert done.denied.any()
    assert (done.cash <= 1000).all()
    assert done.cash.max() == pytest.approx(2 * 450 * AREA / MU)
    assert (done.use[done.denied] == MAIZE).mean() > 0.5
    assert not uses().is_kind("perennial")[done.use[done.denied]].any()


def test_planting_ends_with_the_days():
    seen = with_price(outlook(60, len(OWNERS), idle_days=np.full(60, 16.0)), "prickly_ash", 60)
    done = decide(plots(OWNERS), seen, eager())
    assert np.bincount(OWNERS[done.planted]).max() == 2  # 7.5 days a plot
    assert (done.days <= 16).all()


def test_own_food_comes_first_on_the_best_plots():
    seen = with_price(outlook(60, len(OWNERS)), "prickly_ash", 60)
    best = np.tile([1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], 60)
    seen = replace(seen, yields=seen.yields * best[:, None], own_food=np.full(60, 1.0))
    done = decide(plots(OWNERS), seen, eager())
    # 300 kg x .9375 x .8 = 225, 202.5, 180 kg: the best three cover 600 kg
    np.testing.assert_array_equal(done.protected.reshape(60, 8), np.tile(np.arange(8) < 3, (60, 1)))
    assert (uses().grain[done.use[done.protected]] > 0).all()
    assert (done.use[~done.protected] == ASH).any()


def test_everybody_keeps_a_third_of_the_own_grain():
    seen = with_price(outlook(60, len(OWNERS), own_food=np.zeros(60)), "prickly_ash", 60)
    done = decide(plots(OWNERS), seen, eager())
    assert done.protected.reshape(60, 8).sum(1).tolist() == [1] * 60  # 225 kg of 180 wanted


def test_perennials_are_locked_in_while_they_pay():
    held = plots(OWNERS, "prickly_ash", use_age=np.full(len(OWNERS), 6))
    done = decide(held, with_price(outlook(60, len(OWNERS)), "maize", 20), eager())
    assert (done.use == ASH).all()
    assert not done.planted.any()


def test_worn_out_stands_are_replanted_or_given_another_use():
    held = plots(OWNERS, "prickly_ash", use_age=np.full(len(OWNERS), 12))
    done = decide(held, with_price(outlook(60, len(OWNERS)), "prickly_ash", 30), replace(RULES, review=0.0))
    assert done.reviewed.all()
    assert (done.planted == (uses().is_kind("perennial")[done.use])).all()
    assert done.planted.any()


def test_stands_are_cut_after_years_of_loss_or_on_an_expected_fall():
    held = plots(OWNERS, "prickly_ash", use_age=np.full(len(OWNERS), 6))
    seen = with_price(outlook(60, len(OWNERS)), "prickly_ash", 2.0)
    fall = decide(held, seen)
    assert fall.cut.mean() == pytest.approx(RULES.act_on_fall, abs=0.07)
    assert (fall.use[fall.cut] != ASH).all()
    lost = decide(replace(held, loss_years=np.full(len(OWNERS), 2)), seen)
    assert lost.cut.all()


def test_loss_years_count_up_and_start_anew():
    losing = outlook(60, len(OWNERS), shadow_wage=np.full(60, 300.0))
    done = decide(plots(OWNERS, loss_years=np.ones(len(OWNERS), int)), losing, replace(RULES, review=0.0))
    assert (done.loss_years == 2).all()
    paying = decide(plots(OWNERS, loss_years=np.ones(len(OWNERS), int)), outlook(60, len(OWNERS)))
    assert (paying.loss_years == 0).all()


def test_fallow_comes_back_only_for_profit_or_hunger():
    held = plots(OWNERS, "fallow")
    costly = outlook(60, len(OWNERS), shadow_wage=np.full(60, 300.0))
    assert (decide(held, costly, eager()).use == FALLOW).all()
    hungry = decide(held, replace(costly, food_gap=np.full(60, 0.2), shadow_wage=np.full(60, 60.0)), eager())
    back = hungry.use != FALLOW
    assert back.any()
    assert (uses().grain[hungry.use[back]] > 0).all()
    assert (decide(held, outlook(60, len(OWNERS), shadow_wage=np.full(60, 5.0)), eager()).use != FALLOW).any()


def test_uses_follow_the_ties():
    seen = outlook(60, len(OWNERS))
    seen.norm[:, ASH] = 0.0
    alone = decide(plots(OWNERS), seen, eager())
    among = replace(seen, norm=seen.norm.copy())
    among.norm[:, ASH] = 1.0
    assert (decide(plots(OWNERS), among, eager()).use == ASH).sum() > (alone.use == ASH).sum()


def test_the_reasons_add_up_to_the_choice():
    done = decide(plots(OWNERS), outlook(60, len(OWNERS)), replace(RULES, review=1.0))
    luck = Streams(1).gumbel("land.use", 2010, np.arange(len(OWNERS))[:, None] + 1000, np.arange(len(uses()))[None, :])
    total = sum(done.terms.values()) + luck[done.weighed]
    moved = np.flatnonzero((done.use != MAIZE)[done.weighed] & ~done.denied[done.weighed])
    assert set(done.terms) == {"value", "norm", "knowledge", "belief", "switching"}
    assert (total[moved, done.use[done.weighed][moved]] > total[moved, MAIZE]).all()


def anywhere(data) -> land_use.LandUse:
    """The rules with every number drawn from the ends of its range or between."""
    written = tomllib.loads(FARM_TOML.read_text(encoding="utf-8"))["choice"]
    drawn = {}
    for name, spec in specs(land_use.LandUse).items():
        leaf = written[name]
        if "range" in leaf and not isinstance(leaf["value"], list):
            low, high = leaf["range"]
            drawn[name] = data.draw(st.floats(low, high)) * factor(leaf["unit"], spec["unit"])
    return replace(RULES, **drawn)


@settings(max_examples=25, deadline=None)
@given(st.data(), st.integers(0, 1000))
def test_no_number_goes_astray_within_the_ranges(data, seed):
    luck = np.random.default_rng(seed)
    seen = outlook(
        60,
        len(OWNERS),
        price=luck.uniform(0, 30, (60, len(uses()))),
        shadow_wage=luck.uniform(0, 150, 60),
        risk=luck.uniform(0.3, 0.9, 60),
        loss_aversion=luck.uniform(1.5, 3.5, 60),
        discount=luck.uniform(0.08, 0.35, 60),
        shortfall=luck.uniform(0, 1e5, 60),
        food_gap=luck.uniform(-0.5, 1, 60).clip(0),
        purse=luck.uniform(0, 5000, 60),
    )
    start = luck.choice([MAIZE, ASH, FALLOW, number("potato")], len(OWNERS))
    held = plots(OWNERS, start, use_age=luck.integers(0, 20, len(OWNERS)), loss_years=luck.integers(0, 4, len(OWNERS)))
    done = decide(held, seen, anywhere(data), seed)
    assert np.isfinite(sum(done.terms.values())).all()
    assert np.isfinite(done.chosen_return).all()
    grown = done.use[done.use != start]
    assert (uses().voluntary[grown] | (grown == FALLOW)).all()
    assert (done.cash <= seen.purse + 1e-6).all()


def test_one_household_more_moves_no_other():
    few, many = np.repeat(np.arange(20), 8), np.repeat(np.arange(21), 8)
    a = decide(plots(few), outlook(20, len(few)), eager())
    b = decide(plots(many), outlook(21, len(many)), eager())
    np.testing.assert_array_equal(a.use, b.use[: len(few)])


# Clearing


def clear(missing, idle=None, patches=200, seed=1, rules=RULES, **land):
    """Who clears what among patches on two villages, nearest first by number."""
    households = len(missing)
    plain = {
        "patch_ids": np.arange(patches) + 7000,
        "patch_village": np.arange(patches) % 2,
        "distance": np.arange(patches) * 10.0,
        "exposure": np.zeros(patches),
        "slope": np.full(patches, 20.0),
        "soil_depth": np.full(patches, 15.0),
        "grain_yield": np.full(patches, 1600.0),
        "open_land": np.ones(patches, bool),
    }
    return edge.clearing(
        rules,
        1985,
        Streams(seed),
        np.arange(households) + 500,
        np.arange(households) % 2,
        np.asarray(missing, float),
        np.full(households, 500.0) if idle is None else idle,
        area=AREA,
        **plain | land,
    )


def test_clearing_by_hand():
    # 2,000 kg missing, 100 kg a patch: .15 x 20 = 3 patches, the nearest three of the own village
    rows, takers = clear([2000.0, 0.0])
    np.testing.assert_array_equal(rows, [0, 2, 4])
    np.testing.assert_array_equal(takers, [0, 0, 0])


def test_part_of_a_patch_is_cleared_by_chance():
    # 800 kg missing: .15 x 8 = 1.2 patches, one for sure and a second in a fifth of the years
    counts = [len(clear([800.0], seed=seed)[0]) for seed in range(400)]
    assert set(counts) == {1, 2}
    assert np.mean(counts) == pytest.approx(1.2, abs=0.06)


def test_each_village_reckons_with_the_yield_of_its_own_wild_land():
    # 100 kg a patch in village 0, 300 kg in village 1: .15 x 40 = 6 patches and .15 x 13.3 = 2;
    # at the mean of both, 200 kg, each would clear 3
    fields = np.where(np.arange(200) % 2 == 0, 1600.0, 4800.0)
    rows, takers = clear([4000.0, 4000.0], grain_yield=fields)
    np.testing.assert_array_equal(rows[takers == 0], [0, 2, 4, 6, 8, 10])
    np.testing.assert_array_equal(rows[takers == 1], [1, 3])
    better, _ = clear([4000.0, 4000.0], grain_yield=np.where(np.arange(200) % 2 == 0, 1600.0, 9600.0))
    np.testing.assert_array_equal(better[better % 2 == 0], rows[takers == 0])  # no matter what grows next door


def test_land_that_cannot_be_cleared_does_not_count_in_the_mean():
    guarded = np.arange(200) >= 100
    fields = np.where(guarded, 9600.0, 1600.0)
    rows, _ = clear([2000.0], grain_yield=fields, open_land=~guarded)
    np.testing.assert_array_equal(rows, [0, 2, 4])


def test_a_village_without_wild_land_clears_none():
    rows, takers = clear([4000.0, 4000.0], patch_village=np.ones(200, int))
    np.testing.assert_array_equal(takers, [1] * len(rows))
    assert len(rows) == 6


def test_the_neediest_take_the_nearest():
    # .15 x 20 = 3 patches for the one, .15 x 40 = 6 for the other
    rows, takers = clear([2000.0, 0, 4000.0])
    np.testing.assert_array_equal(rows, np.arange(0, 18, 2))
    np.testing.assert_array_equal(takers, [2] * 6 + [0] * 3)


def test_rock_and_slope_count_as_walk():
    rocky = np.zeros(200)
    rocky[0] = 0.5  # as far as 400 m more
    steep = np.full(200, 20.0)
    steep[2] = 37.0  # as far as 255 m more
    rows, _ = clear([2000.0], exposure=rocky, slope=steep)
    np.testing.assert_array_equal(rows, [4, 6, 8])


@pytest.mark.parametrize(
    "land",
    [{"soil_depth": np.full(200, 6.0)}, {"slope": np.full(200, 38.0)}, {"open_land": np.zeros(200, bool)}],
)
def test_thin_steep_or_guarded_land_is_not_cleared(land):
    assert len(clear([4000.0, 4000.0], **land)[0]) == 0


def test_no_hands_no_clearing():
    rows, takers = clear([4000.0, 4000.0], idle=np.array([59.0, 130.0]))
    np.testing.assert_array_equal(takers, [1, 1])
    assert len(rows) == 2


@given(st.lists(st.floats(0, 8000), min_size=1, max_size=40), st.integers(0, 300), st.integers(0, 20))
def test_no_patch_is_cleared_twice_and_none_in_another_village(missing, patches, seed):
    rows, takers = clear(missing, patches=patches, seed=seed)
    assert len(rows) == len(takers) == len(set(rows.tolist()))
    np.testing.assert_array_equal(rows % 2, takers % 2)


# Giving up


def abandoned(seed=1, **changes):
    count = 4000
    plain = {
        "patch_ids": np.arange(count),
        "use": np.full(count, MAIZE),
        "owner": np.zeros(count, int),
        "loss_years": np.full(count, 2),
        "land_kind": np.full(count, 2),
        "distance": np.full(count, 500.0),
        "protected": np.zeros(count, bool),
        "food_gap": np.zeros(1),
        "elder_share": np.zeros(1),
    }
    return edge.abandonment(RULES, 2010, Streams(seed), uses(), **plain | changes)


def test_giving_up_by_hand():
    # far slope plots of the old: rate x (.3 + .4 + .2) x (1 - .10)
    chance = RULES.abandon_rate * 0.9 * 0.9
    old_and_far = abandoned(elder_share=np.ones(1), distance=np.full(4000, 1500.0))
    assert old_and_far.mean() == pytest.approx(chance, abs=0.015)


@pytest.mark.parametrize(
    "kept",
    [
        {"loss_years": np.ones(4000, int)},
        {"protected": np.ones(4000, bool)},
        {"food_gap": np.array([0.1])},
        {"use": np.full(4000, ASH)},
        {"owner": np.full(4000, -1)},
    ],
)
def test_paying_protected_or_needed_land_is_kept(kept):
    assert not abandoned(**kept).any()


def test_slopes_go_before_terraces_and_terraces_before_paddy():
    slope, terrace, paddy = (abandoned(land_kind=np.full(4000, kind)) for kind in (2, 3, 6))
    assert slope.sum() > terrace.sum() > paddy.sum()
    assert (slope >= terrace).all()  # same luck: whoever gives up the terrace gives up the slope
