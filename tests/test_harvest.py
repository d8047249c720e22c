"""Households cut and graze the wild; what is closed is spared, what is not found is told."""

import numpy as np
import pytest
from ecology_rules import rules
from hypothesis import given, settings
from hypothesis import strategies as st

from village_abm.ecology import harvest

RULES = rules(harvest.Harvest)
PATCH = 0.0625


def cutting(cover, distance=None, allowed=None, demand=(0.0,), village=None):
    cover = np.asarray(cover, dtype=float)
    distance = np.zeros(cover.size) if distance is None else np.asarray(distance, dtype=float)
    allowed = np.ones(cover.size, dtype=bool) if allowed is None else np.asarray(allowed)
    village = np.zeros(cover.size, dtype=int) if village is None else np.asarray(village)
    return harvest.cut(RULES, cover, distance, allowed, np.asarray(demand, dtype=float), village, PATCH)


def test_a_household_of_reference_size_without_cash_cuts_nearly_two_tons():
    substitution = harvest.fuel_substitution(RULES, np.array([0.0, 650.0]))
    assert substitution == pytest.approx([1.0, 0.525])  # .05 + .95/2
    wood = harvest.fuel_demand(RULES, np.array([4.8, 4.8]), substitution, np.array([False, True]))
    assert wood == pytest.approx([3.0 * 0.65, 3.0 * 0.525 * 0.65 * 0.4])


def test_money_and_a_biogas_stall_both_spare_goats_and_wood():
    residents, stalls = np.full(3, 4.0), np.array([False, False, True])
    substitution = harvest.fuel_substitution(RULES, np.array([0.0, 3000.0, 3000.0]))
    for wanted in (harvest.fuel_demand, harvest.free_goats):
        assert (np.diff(wanted(RULES, residents, substitution, stalls)) < 0).all()


def test_wood_is_cut_by_cover_and_distance_by_hand():
    # Pulls .4^1.5 = .2530 at the hamlet and .8^1.5 e^-1 = .2632 at 500 m share .1 t.
    year = cutting([0.4, 0.8], [0.0, 500.0], demand=[0.1])
    near = 0.1 * 0.25298 / (0.25298 + 0.26323)
    assert year.taken == pytest.approx([near, 0.1 - near], rel=1e-4)
    assert year.cover == pytest.approx(np.array([0.4, 0.8]) - year.taken / (45 * PATCH))
    assert year.unmet == pytest.approx([0.0], abs=1e-12)


def test_closed_land_is_neither_cut_nor_grazed():
    year = cutting([0.5, 0.5], allowed=[False, True], demand=[5.0])
    assert year.taken[0] == 0
    assert year.cover[0] == 0.5
    where = (np.array([0.5, 0.5]), np.zeros(2), np.array([False, True]))
    assert harvest.graze(RULES, *where, np.array([3.0]), np.zeros(2, dtype=int), PATCH).eaten[0] == 0


def test_closing_land_moves_the_cutting_elsewhere():
    free = cutting([0.5, 0.5, 0.5], demand=[0.3])
    fenced = cutting([0.5, 0.5, 0.5], allowed=[False, True, True], demand=[0.3])
    assert fenced.taken.sum() == pytest.approx(free.taken.sum())
    assert (fenced.taken[1:] > free.taken[1:]).all()


def test_no_patch_gives_more_than_a_quarter_and_the_rest_is_told():
    year = cutting([0.4, 0.8], demand=[10.0])
    most = 0.25 * np.array([0.4, 0.8]) * 45 * PATCH
    assert year.taken == pytest.approx(most)
    assert year.unmet == pytest.approx([10.0 - most.sum()])


def test_what_a_full_patch_refuses_is_asked_of_the_others():
    year = cutting([0.2, 0.2], [0.0, 800.0], demand=[0.2])
    most = 0.25 * 0.2 * 45 * PATCH
    assert year.taken == pytest.approx([most, 0.2 - most])
    assert year.unmet == pytest.approx([0.0], abs=1e-12)


def test_villages_cut_their_own_land_only():
    year = cutting([0.5, 0.5], demand=[0.1, 0.0], village=[0, 1])
    assert year.taken == pytest.approx([0.1, 0.0])
    landless = cutting([0.5], demand=[0.1, 0.2], village=[0])
    assert landless.unmet == pytest.approx([0.0, 0.2], abs=1e-12)


def test_grazing_by_hand_and_does_without_pasture_are_told():
    # One doe on one patch: 16 does a hectare; rate .03 x 16 / (.35 + .15) = .96.
    where = (np.array([0.35]), np.zeros(1), np.array([True]))
    year = harvest.graze(RULES, *where, np.array([1.0]), np.zeros(1, dtype=int), PATCH)
    assert year.cover == pytest.approx(0.35 * np.exp(-0.96))
    where = (np.array([0.35]), np.zeros(1), np.array([False]))
    assert harvest.graze(RULES, *where, np.array([1.0]), np.zeros(1, dtype=int), PATCH).unplaced == [1.0]


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), scale=st.floats(0, 100))
def test_every_ton_wanted_is_taken_or_unmet_and_cover_stays_within_bounds(seed, scale):
    luck = np.random.default_rng(seed)
    cover = luck.random(30) ** luck.choice([1, 200])
    allowed, village = luck.random(30) < 0.6, luck.integers(0, 3, 30)
    demand, goats = scale * luck.random(4), scale * luck.random(4)
    distance = luck.random(30) * 3000
    year = harvest.cut(RULES, cover, distance, allowed, demand, village, PATCH)
    taken = np.bincount(village, weights=year.taken, minlength=4)
    assert taken + year.unmet == pytest.approx(demand, abs=1e-9)
    assert year.cover * (45 * PATCH) + year.taken == pytest.approx(cover * (45 * PATCH))
    assert (year.taken[~allowed] == 0).all()
    grazed = harvest.graze(RULES, year.cover, distance, allowed, goats, village, PATCH)
    for left in (year.cover, grazed.cover):
        assert (left >= 0).all()
        assert (left <= cover).all()
