"""Carbon: every entry of the year is worked out on its own, and the sum is the change of the stock."""

import numpy as np
import pytest
from ecology_rules import rules
from hypothesis import given, settings
from hypothesis import strategies as st

from village_abm.ecology import carbon, soil
from village_abm.ecology.stands import BUILT, CLOSED, CROP, ECONOMIC, GRASS, OPEN, STANDS

RULES, GROUND = rules(carbon.Carbon), rules(soil.Soil)


def standing(cover, age, stand):
    return carbon.vegetation_carbon(RULES, *(np.atleast_1d(np.asarray(v)) for v in (cover, age, stand)))


def test_the_densities_of_the_sources_hold_at_full_cover():
    assert standing(0.75, [5, 15, 45, 90, 200], OPEN) == pytest.approx([4, 15, 74, 90, 90])
    assert standing(0.75, 60, [GRASS, ECONOMIC, CROP, BUILT]) == pytest.approx([4, 15, 3, 0])


def test_halfway_in_age_is_halfway_in_carbon_and_half_the_cover_holds_half():
    assert standing(0.75, 30, CLOSED) == pytest.approx([44.5])
    assert standing(0.375, 30, CLOSED) == pytest.approx([22.25])


def test_a_bite_takes_the_carbon_of_the_cover_it_takes_and_none_from_crops():
    age, stand = np.array([15, 60, 60, 60]), np.array([OPEN, GRASS, CROP, BUILT])
    assert carbon.carbon_of_cover(RULES, age, stand) == pytest.approx([15 / 0.75, 4 / 0.75, 0, 0])


def test_a_cut_shrub_loses_about_the_carbon_of_the_wood_taken():
    """45 t/ha of dry wood in a unit of cover, .47 of it carbon, is what shrubland holds."""
    lost = standing(0.5, 15, OPEN) - standing(0.4, 15, OPEN)
    assert lost == pytest.approx([0.1 * 45 * 0.47], rel=0.06)


def test_soil_under_forest_comes_to_hold_twice_what_a_field_holds():
    held = carbon.soil_carbon_held(
        RULES, np.full(3, 20.0), 0.5, np.array([0.0, 0.75, 0.75]), np.array([OPEN, OPEN, CROP])
    )
    assert held == pytest.approx([18.0, 35.0, 18.0])


def test_primary_production_by_hand():
    fixed = carbon.primary_production(
        RULES, np.array([0.7, 0.35, 0.9, 0.1]), np.array([45, 45, 45, 45]), np.full(4, OPEN)
    )
    assert fixed == pytest.approx([6.0, 3.0, 6.0, 6.0 / 7])
    assert carbon.primary_production(RULES, np.full(2, 0.5), np.zeros(2), np.array([CROP, BUILT])).tolist() == [
        4.0,
        0.0,
    ]


def test_soil_that_leaves_takes_its_share_of_carbon_and_settles_with_it():
    stock, landform, flat = np.array([40.0, 0.0]), np.array([2, 0]), np.zeros(2, dtype=int)
    depth, exposure, stand = np.full(2, 20.0), np.zeros(2), np.full(2, OPEN)
    before = soil.soil_mass(GROUND, depth, exposure)
    year = soil.soil_year(GROUND, depth, exposure, np.array([24.0, 0.0]), landform, flat, flat, np.full(2, False))
    moved = carbon.soil_carbon_year(RULES, stock, before, year, np.zeros(2), stand, flat)
    assert moved.eroded == pytest.approx([40 * 24 / 2400.2, 0])
    assert moved.deposited == pytest.approx([0, moved.eroded[0] * 0.18 * 0.45])


def test_soil_that_goes_whole_takes_all_its_carbon_and_not_a_trace_more():
    count = 4000
    luck = np.random.default_rng(1)
    depth, exposure = luck.random(count) * 0.01, luck.random(count)
    stock, landform, flat = luck.random(count), np.full(count, 2), np.zeros(count, dtype=int)
    before = soil.soil_mass(GROUND, depth, exposure)
    stand = np.full(count, OPEN)
    year = soil.soil_year(GROUND, depth, exposure, np.full(count, 1e6), landform, flat, flat, np.full(count, False))
    moved = carbon.soil_carbon_year(RULES, stock, before, year, np.zeros(count), stand, flat)
    assert moved.eroded == pytest.approx(stock)
    assert (moved.eroded <= stock).all()


def test_two_villages_share_no_carbon():
    """Each a slope above a depression: 24 t of soil leave with 40/2400.2, 48 t with none, then with 90/2400.2."""
    landform, village = np.array([2, 0, 2, 0]), np.array([0, 0, 1, 1])
    depth, none, stand = np.full(4, 20.0), np.zeros(4), np.full(4, OPEN)
    before = soil.soil_mass(GROUND, depth, none)
    loss, lithology, bare = np.array([24.0, 0.0, 48.0, 0.0]), np.zeros(4, dtype=int), np.full(4, False)
    year = soil.soil_year(GROUND, depth, none, loss, landform, lithology, village, bare)
    poor, rich = (
        carbon.soil_carbon_year(RULES, np.array([40.0, 0.0, second, 0.0]), before, year, none, stand, village)
        for second in (0.0, 90.0)
    )
    first = 40 * 24 / 2400.2 * 0.18 * 0.45
    assert poor.deposited == pytest.approx([0, first, 0, 0])
    assert rich.deposited == pytest.approx([0, first, 0, 90 * 48 / 2400.2 * 0.18 * 0.45])


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), fierce=st.floats(0, 3000))
def test_no_carbon_turns_negative_and_settled_carbon_came_from_somewhere(seed, fierce):
    luck = np.random.default_rng(seed)
    depth, exposure = luck.random(30) * luck.choice([0, 1, 50], 30), luck.random(30) * 0.99
    landform, village, cover = luck.integers(0, 4, 30), luck.integers(0, 2, 30), luck.random(30)
    stand, age, stock = luck.integers(0, len(STANDS), 30), luck.random(30) * 150, luck.random(30) * 100
    before = soil.soil_mass(GROUND, depth, exposure)
    matted = luck.random(30) < 0.5
    year = soil.soil_year(GROUND, depth, exposure, fierce * luck.random(30), landform, landform % 3, village, matted)
    moved = carbon.soil_carbon_year(RULES, stock, before, year, cover, stand, village)
    assert moved.stock == pytest.approx(stock - moved.eroded + moved.deposited + moved.stored)
    settled, left = (np.bincount(village, weights=part) for part in (moved.deposited, moved.eroded))
    assert (settled <= left + 1e-9).all(), "in each village"
    assert (moved.eroded <= stock + 1e-9).all()
    for held in (
        moved.stock,
        standing(cover, age, stand),
        carbon.primary_production(RULES, cover, age, stand),
    ):
        assert np.isfinite(held).all()
        assert (held >= -1e-9).all()
