"""Production, living and ecological functions: patches worked on paper, bounds, and how they go together."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from village_of_test import lived

from village_abm import load_params
from village_abm.accounting import functions
from village_abm.accounting.functions import FUNCTIONS
from village_abm.params import ParameterError

RULES = load_params().accounting.functions


def living(built, residents, distance, village=None):
    built, residents, distance = np.array(built), np.array(residents, float), np.array(distance, float)
    return functions.living(RULES, built, residents, distance, np.array(village or [0] * len(built)))


def test_production_is_the_worth_of_the_harvest_up_to_a_good_one():
    assert functions.production(RULES, np.array([0, 7500, 15_000, 90_000])) == pytest.approx([0, 0.5, 1, 1])


def test_a_house_lives_by_those_at_home():
    """.3 empty, .3 + .7 x 8/16 half full, all of it full."""
    assert living([True] * 3, [0, 8, 40], [0, 0, 0]) == pytest.approx([0.3, 0.65, 1])


def test_land_near_houses_lives_by_how_full_they_are():
    """Of 16 people a patch one house has 16 and one none: half of .3 at the edge, a quarter at 150 of 300 m."""
    found = living([True, True, False, False, False], [16, 0, 0, 0, 0], [0, 0, 0, 150, 400])
    assert found[2:] == pytest.approx([0.15, 0.075, 0])


def test_a_village_is_as_full_as_its_own_houses():
    found = living([True, False, True, False], [16, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 1])
    assert found == pytest.approx([1, 0.3, 0.3, 0])
    assert living([False, False], [0, 0], [0, 10]) == pytest.approx([0, 0])  # land without a house


def test_ecology_is_cover_grade_and_value():
    """.4 x .5 + .2 x (1 - 2/5) + .4 x 17,300/34,600 = .52; built land has none, and less than no value counts none."""
    found = functions.ecological(
        RULES, np.array([False, True, False]), np.array([0.5, 0.5, 0.5]), np.array([2, 0, 2]),
        np.array([17_300.0, 17_300.0, -50.0]),
    )  # fmt: skip
    assert found == pytest.approx([0.52, 0, 0.32])


def test_the_strongest_function_is_named_and_none_where_all_are_weak():
    levels = np.array([[0.5, 0.1, 0.2, 0.05, 0.4], [0.1, 0.6, 0.2, 0.05, 0.1], [0.3, 0.2, 0.7, 0.09, 0.4]])
    named = [FUNCTIONS[k] for k in functions.dominant(RULES, levels)]
    assert named == ["production", "living", "ecological", "none", "production"]


def test_a_village_is_measured_against_bounds_fixed_once():
    assert functions.of_village(RULES, np.array([0.125, 0.06, 0.5])) == pytest.approx([0.5, 1, 0.5])


def test_weights_that_make_no_whole_are_refused():
    with pytest.raises(ParameterError, match="add up to 1"):
        dataclasses.replace(RULES, ecological_weights=(0.4, 0.4, 0.4))


SHARE = st.floats(0, 1)
PATCH = st.tuples(st.booleans(), SHARE, st.integers(0, 5), st.floats(-1e4, 1e6), st.floats(0, 5000), st.integers(0, 60))


@given(st.lists(PATCH, min_size=1, max_size=20), st.floats(0, 1e6))
def test_every_level_lies_between_nothing_and_one(patches, output):
    built, cover, grade, value, distance, residents = (np.array(column) for column in zip(*patches, strict=True))
    village = np.arange(len(built)) % 2
    levels = np.array([
        functions.production(RULES, np.full(len(built), output)),
        functions.living(RULES, built, residents.astype(float), distance, village),
        functions.ecological(RULES, built, cover, grade, value),
    ])  # fmt: skip
    assert (levels >= 0).all()
    assert (levels <= 1 + 1e-12).all()
    strongest = functions.dominant(RULES, levels)
    clear = strongest > 0
    picked = levels[strongest[clear] - 1, np.flatnonzero(clear)]
    assert np.array_equal(picked, levels.max(axis=0)[clear])


@given(SHARE, SHARE, st.integers(0, 4))
def test_barer_and_sicker_land_serves_nature_less(cover, barer, grade):
    open_land = np.zeros(3, bool)
    covers, grades = np.array([cover, cover * barer, cover]), np.array([grade, grade, grade + 1])
    best, bare, sick = functions.ecological(RULES, open_land, covers, grades, np.full(3, 1e4))
    assert bare <= best
    assert sick < best


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_the_map_of_functions_is_of_the_named_ones_and_houses_live(scenario):
    model = lived(scenario)
    assert set(np.unique(model.maps["function"])) <= set(range(len(FUNCTIONS)))
    built = model.village.uses.is_kind("built")[model.patches.use]
    assert (model.patches.function[built] == FUNCTIONS.index("living")).all()


def test_the_traditional_degree_lies_above_the_corrected():
    frame = lived().indicators
    assert (frame["function_coordination_traditional"] >= frame["function_coordination"]).all()
