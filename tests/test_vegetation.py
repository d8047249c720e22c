"""Vegetation is fast where soil is deep and all but stands still where it is thin."""

from dataclasses import replace

import numpy as np
import pytest
from ecology_rules import anywhere, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.patch import VEGETATION_TYPES
from village_abm.ecology import vegetation
from village_abm.ecology.harvest import Harvest, cut, graze
from village_abm.ecology.stands import (
    ABANDONED,
    BUILT,
    CLOSED,
    CROP,
    ECONOMIC,
    GRASS,
    OPEN,
    PLANTED,
    STANDS,
    open_to_cutting,
    stands_of_patches,
    stands_of_uses,
)

RULES = rules(vegetation.Vegetation)
ONE = (1, 1)


def years_of_growth(years, cover, depth, exposure=0.45, stand=CLOSED, rules_=RULES, shape=ONE):
    """Cover after some years of growth without harvest, from plain numbers or arrays."""
    cover, depth, exposure, stand = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(value)) for value in (cover, depth, exposure, stand))
    )
    for _ in range(years):
        cover = vegetation.grow(rules_, cover, depth, exposure, stand, shape)
    return cover


def test_capacity_by_hand():
    # .95 x 20/23.1 x (1 - .1 x .45) = .7855
    assert vegetation.capacity(RULES, np.array([20.0]), np.array([0.45])) == pytest.approx(0.78550, abs=1e-5)


def test_a_logistic_year_by_hand():
    # K = .8, V = .4, r = ln 2: K V 2 / (K + V) = .64 / 1.2
    grown = vegetation.logistic(np.array([0.4]), np.array([0.8]), np.array([np.log(2)]), 0.3)
    assert grown == pytest.approx(0.64 / 1.2)


def test_cover_above_capacity_declines_and_never_turns_negative():
    # K = .02, V = .30: V + .3 (K - V) = .216; the plain step V + rV(1 - V/K) would be negative.
    declined = vegetation.logistic(np.array([0.3]), np.array([0.02]), np.array([0.35]), 0.3)
    assert declined == pytest.approx(0.216)


def test_two_half_years_of_growth_equal_one_year():
    cover, limit, none = np.array([0.2]), np.array([0.7]), 0.0
    half = vegetation.logistic(cover, limit, np.array([0.05]), none)
    assert vegetation.logistic(half, limit, np.array([0.05]), none) == pytest.approx(
        vegetation.logistic(cover, limit, np.array([0.10]), none)
    )


def test_neighbours_are_counted_on_all_eight_sides_and_edges_have_fewer():
    dense = np.zeros((3, 3), dtype=bool)
    dense[0, 0] = dense[1, 1] = True
    share = vegetation.neighbour_share(dense.ravel(), (3, 3)).reshape(3, 3)
    assert share[0, 0] == pytest.approx(1 / 3)
    assert share[1, 1] == pytest.approx(1 / 8)
    assert share[0, 1] == pytest.approx(2 / 5)
    assert share[2, 2] == pytest.approx(1 / 3)


def test_grids_that_do_not_touch_give_one_another_no_seed():
    dense = np.zeros((2, 3, 3), dtype=bool)
    dense[0] = True
    share = vegetation.neighbour_share(dense.ravel(), (2, 3, 3)).reshape(2, 3, 3)
    assert (share[0] == 1).all()
    assert (share[1] == 0).all()


def test_closed_land_below_the_critical_depth_does_not_come_back_in_thirty_years():
    thin = years_of_growth(30, 0.08, [3.0, 4.0, 5.4])
    deep = years_of_growth(30, 0.08, [5.5, 6.0, 8.0, 12.0])
    assert ((thin > 0.10) & (thin < 0.165)).all()
    assert ((deep > 0.40) & (deep < 0.65)).all()
    assert deep.min() > 2.5 * thin.max()


def test_without_the_threshold_thin_land_does_come_back():
    free = replace(RULES, slowed=1.0)
    assert years_of_growth(30, 0.08, 4.0, rules_=free) > 0.30
    assert years_of_growth(30, 0.08, 20.0, rules_=free) == years_of_growth(30, 0.08, 20.0)


def test_planting_alone_does_not_lift_thin_land_but_planting_with_soil_does():
    assert years_of_growth(30, 0.25, 3.0, stand=PLANTED) < 0.36
    assert years_of_growth(30, 0.25, RULES.critical_depth + 1, stand=PLANTED) > 0.5


def test_closed_land_grows_faster_than_abandoned_and_that_faster_than_open():
    grown = years_of_growth(10, 0.2, 20.0, stand=[OPEN, ABANDONED, CLOSED, PLANTED], shape=(4, 1, 1))
    assert (np.diff(grown) > 0).all()


def test_tended_stands_stop_at_their_caps_crops_stand_still_and_built_land_stays():
    grown = years_of_growth(80, 0.2, 100.0, 0.0, [GRASS, ECONOMIC, CROP, BUILT], shape=(4, 1, 1))
    assert grown == pytest.approx([0.7, 0.6, RULES.crop_cover, 0.2], abs=0.005)


def test_age_starts_anew_where_land_is_cropped_or_stripped():
    stand = np.array([OPEN, OPEN, CROP])
    assert vegetation.older(RULES, np.full(3, 9.0), np.array([0.3, 0.09, 0.5]), stand).tolist() == [10, 0, 0]


@pytest.mark.parametrize(
    ("cover", "age", "stand", "seen"),
    [
        (0.07, 60, OPEN, "none"),
        (0.60, 14, OPEN, "grass"),
        (0.21, 60, OPEN, "grass"),
        (0.60, 44, CLOSED, "shrub"),
        (0.49, 60, CLOSED, "shrub"),
        (0.50, 45, CLOSED, "tree"),
        (0.90, 95, CLOSED, "tree"),
        (0.70, 60, GRASS, "grass"),
        (0.90, 60, CROP, "crop"),
    ],
)
def test_what_the_surveyor_sees(cover, age, stand, seen):
    found = vegetation.vegetation_type(RULES, np.array([cover]), np.array([age]), np.array([stand]))
    assert VEGETATION_TYPES[found.item()] == seen


def test_every_kind_of_use_has_a_stand_and_closing_turns_only_wild_land():
    of_uses = stands_of_uses(
        ["natural", "maize", "fallow", "grass", "closed_forest", "eco_forest", "fruit", "settlement", "herbs"],
        ["wild", "crop", "wild", "planted", "wild", "planted", "perennial", "built", "perennial"],
        np.arange(9) == 8,  # what grows under the forest leaves it wild land
    )
    assert [STANDS[k] for k in of_uses] == [
        "open",
        "crop",
        "abandoned",
        "grass",
        "closed",
        "planted",
        "economic",
        "built",
        "open",
    ]
    closed = stands_of_patches(of_uses, np.arange(9), np.full(9, True))
    assert [STANDS[k] for k in closed[:3]] == ["closed", "crop", "closed"]
    with pytest.raises(ValueError, match="'marsh' has no stand"):
        stands_of_uses(["reed"], ["marsh"], np.array([False]))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), years=st.integers(1, 3))
def test_cover_stays_between_nothing_and_one_on_any_ground_for_any_rules_within_their_ranges(seed, years):
    luck = np.random.default_rng(seed)
    cover, exposure = luck.random(36), luck.random(36) * 0.999
    depth = luck.choice([0.0, 1e-6, 3.0, 5.5, 40.0, 200.0], 36) * luck.random(36)
    stand = luck.integers(0, len(STANDS), 36)
    any_rules = anywhere(vegetation.Vegetation, luck)
    grown = years_of_growth(years, cover, depth, exposure, stand, any_rules, (6, 6))
    assert np.isfinite(grown).all()
    assert (grown >= 0).all()
    assert (grown <= 1).all()


class Hillside:
    """A hillside around a hamlet: patchy soil, and a fixed pressure of cutting and grazing."""

    def __init__(self, side=32):
        luck = np.random.default_rng(1)
        deviation = luck.standard_normal(side * side)
        self.shape, self.hectares = (side, side), 0.0625
        self.depth = np.exp(np.log(20) - 0.18 + 0.6 * deviation)
        rock = 0.40 + 0.165 * (-0.6 * deviation + 0.8 * luck.standard_normal(side * side))
        self.exposure = np.where(rock > 0, np.where(rock < 0.95, rock, 0.95), 0.0)
        y, x = np.indices(self.shape) - side / 2
        self.distance = 25 * np.hypot(y, x).ravel()
        self.stand = np.zeros(side * side, dtype=np.int8)
        self.village = np.zeros(side * side, dtype=int)

    def held(self, pressure, start, years=80, rules_=RULES):
        """Mean cover after years at a pressure; 1 (as in 1990) is .77 t of wood and .24 does a hectare."""
        land, rules_of_harvest = self.depth.size * self.hectares, rules(Harvest)
        wood, does = np.array([0.77 * pressure * land]), np.array([0.24 * pressure * land])
        where = (self.distance, open_to_cutting(self.stand))
        cover = np.minimum(start, vegetation.capacity(rules_, self.depth, self.exposure))
        for _ in range(years):
            left = cut(rules_of_harvest, cover, *where, wood, self.village, self.hectares).cover
            left = graze(rules_of_harvest, left, *where, does, self.village, self.hectares).cover
            cover = vegetation.grow(rules_, left, self.depth, self.exposure, self.stand, self.shape)
        return cover.mean()


def test_eighty_years_at_one_pressure_end_apart_from_high_and_low_starts():
    hillside = Hillside()
    rich, poor = hillside.held(0.7, 0.80), hillside.held(0.7, 0.08)
    assert rich - poor > 0.10
    assert hillside.held(0.0, 0.80) - hillside.held(0.0, 0.08) < 0.03


def test_the_same_pressure_leaves_less_where_thin_soil_holds_recovery_back():
    hillside, free = Hillside(), replace(RULES, slowed=1.0)
    for start in (0.80, 0.08):
        assert hillside.held(0.7, start, rules_=free) > hillside.held(0.7, start)


def test_more_pressure_never_leaves_more_cover():
    hillside = Hillside(side=20)
    left = [hillside.held(pressure, 0.5, years=30) for pressure in (0.0, 0.4, 0.8, 1.2)]
    assert (np.diff(left) < 0).all()
