"""Who holds what: land is shared by heads, in scattered plots, and no patch has two masters."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from land_rules import TENURE, TERRAIN, capacity, landscape, village

from agents.patch import LAND_KINDS
from village_abm.land import tenure, terrain
from village_abm.land.tenure import COLLECTIVE, FOREST_LAND, PADDY, SETTLEMENT, WET_TERRACE
from village_abm.streams import Streams, permanent_id

CROP = [LAND_KINDS.index(k) for k in ("dry_slope", "dry_terrace", "dry_flat", "wet_terrace", "paddy")]


def counts(tenancy, households, kinds):
    held = np.isin(tenancy.land_kind, kinds) & (tenancy.owner >= 0)
    return np.bincount(tenancy.owner[held], minlength=households)


def test_quotas_go_by_heads():
    # Mean 8 plots for a mean of 4 heads: two plots a head, but never below 4 or above 20.
    assert tenure.quotas(8, np.array([1, 3, 4, 8]), 4, 20).tolist() == [4, 6, 8, 16]


def test_every_household_gets_its_plots():
    _, ids, _, members, held = village()
    plots = counts(held, len(ids), CROP)
    assert plots.mean() == pytest.approx(8, abs=0.4)
    assert plots.min() >= 4
    assert plots.max() <= 20
    assert np.array_equal(plots + held.unmet, tenure.quotas(8, members, 4, 20))
    assert held.unmet.sum() == 0
    assert np.corrcoef(plots, members)[0, 1] > 0.95


def test_forest_land_is_about_thirty_mu_and_the_rest_is_collective():
    land, ids, _, _, held = village()
    mu = counts(held, len(ids), [FOREST_LAND]) * land.patch_size**2 / 1e4 * 15
    assert mu.mean() == pytest.approx(30, abs=1.5)
    common = held.land_kind == COLLECTIVE
    assert (held.owner[common] == -1).all()
    assert 0.1 < common.mean() < 0.4
    forest = held.land_kind == FOREST_LAND
    assert land.distance.ravel()[forest].mean() < land.distance.ravel()[common].mean(), "nearest first"


def test_houses_stand_on_settlement_and_nobody_holds_it():
    land, _, homes, _, held = village()
    assert (held.land_kind[homes] == SETTLEMENT).all()
    assert ((held.land_kind == SETTLEMENT) == land.settlement.ravel()).all()
    assert (held.owner[held.land_kind == SETTLEMENT] == -1).all()
    houses = np.bincount(homes)[np.flatnonzero(land.settlement)]
    assert houses.max() - houses.min() <= 1, "houses are spread evenly"


def test_red_line_steep_and_thin_land_is_not_cropped():
    land, _, _, _, held = village()
    crop = np.isin(held.land_kind, CROP)
    assert not land.red_line.ravel()[crop].any()
    assert land.slope.ravel()[crop].max() <= TENURE.steepest_crop
    assert land.soil_depth.ravel()[crop].min() >= TENURE.least_soil


def test_kinds_of_land_follow_water_and_slope():
    land, _, _, _, held = village()
    slope, wet = land.slope.ravel(), land.wet.ravel()
    kind = held.land_kind
    assert wet[np.isin(kind, [PADDY, WET_TERRACE])].all()
    assert not wet[np.isin(kind, CROP[:3])].any()
    assert slope[kind == LAND_KINDS.index("dry_flat")].max() < TENURE.flat_slope
    assert slope[kind == LAND_KINDS.index("dry_slope")].min() >= TENURE.flat_slope
    terraces = np.isin(kind, [LAND_KINDS.index("dry_terrace"), WET_TERRACE])
    assert np.array_equal(terraces, held.terraced)
    assert land.terraceable.ravel()[kind == LAND_KINDS.index("dry_terrace")].all()


def test_cropland_is_a_mixture_with_slopes():
    for seed in range(3):
        land, _, _, _, held = village(seed=seed)
        crop = np.isin(held.land_kind, CROP)
        shares = np.bincount(held.land_kind[crop], minlength=8)[CROP] / crop.sum()
        assert (shares > [0.2, 0.05, 0.1, 0, 0.03]).all(), dict(zip(CROP, shares, strict=True))
        assert 0.05 < (land.slope.ravel()[crop] > 25).mean() < 0.25


def test_plots_of_a_household_are_scattered_and_of_every_quality():
    land, _, _, _, held = village()
    crop = np.isin(held.land_kind, CROP)
    worth = tenure.worth(TENURE, land)[crop]
    owner = held.owner[crop]
    rank = worth.argsort().argsort() / len(worth)
    count = np.bincount(owner)
    mean = np.bincount(owner, rank) / count
    within = np.sqrt(np.bincount(owner, (rank - mean[owner]) ** 2) / count)
    assert within.mean() > 0.2, "good and poor land in one hand: a random draw gives about .27"
    hamlet = land.hamlet.ravel()
    for number in range(land.hamlets):
        here = hamlet[village()[2]] == number
        assert mean[here].std() < 0.1, "and the same for all of a hamlet, as fair lots are"


def test_families_farm_near_home():
    land, _, homes, _, held = village()
    plots = np.flatnonzero(np.isin(held.land_kind, CROP))
    line, column = np.divmod(plots, 120)
    at, across = np.divmod(homes[held.owner[plots]], 120)
    away = np.hypot(line - at, column - across) * 25
    assert away.mean() < 0.5 * land.distance.max()
    assert 150 < away.mean() < 900


def test_a_new_household_moves_nobody_elses_luck():
    land = landscape()
    ids = permanent_id(0, "household", np.arange(200))
    few = Streams(1).uniform("tenure.home", 0, ids[:199])
    assert np.array_equal(few, Streams(1).uniform("tenure.home", 0, ids)[:199])
    again = [tenure.homes_for(land, ids, Streams(1)) for _ in range(2)]
    assert np.array_equal(*again)


def test_known_farmland_is_cropped_first():
    land = landscape()
    farmland = np.zeros(land.shape, bool)
    farmland[:60] = True
    marked = replace(land, farmland=farmland)
    ratio = tenure.worth(TENURE, marked) / np.maximum(tenure.worth(TENURE, land), 1e-12)
    allowed = tenure.worth(TENURE, land) > 0
    assert ratio[allowed & farmland.ravel()] == pytest.approx(TENURE.farmland_bonus)
    assert ratio[allowed & ~farmland.ravel()] == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(
    households=st.integers(1, 120),
    side=st.integers(12, 40),
    seed=st.integers(0, 99),
    landform=st.sampled_from(terrain.TERRAINS),
    forest=st.sampled_from([0.1, 2.0]),
)
def test_land_is_never_given_twice_nor_made_up(households, side, seed, landform, forest):
    streams = Streams(seed)
    land = terrain.generate(TERRAIN, landform, side, side, 25.0, streams, 0, households, capacity)
    rules = replace(TENURE, forest_land=forest)
    ids = permanent_id(0, "household", np.arange(households))
    homes = tenure.homes_for(land, ids, streams)
    members = 1 + np.arange(households) % 7
    held = tenure.allot(rules, land, homes, members, ids, streams, 0)
    plots = counts(held, households, CROP)
    # `owner` has one cell a patch, so the count by owner and the count by kind agree only if none is double.
    assert plots.sum() == np.isin(held.land_kind, CROP).sum()
    assert np.array_equal(plots + held.unmet, tenure.quotas(8, members, 4, 20))
    assert (held.unmet >= 0).all()
    private = np.isin(held.land_kind, [*CROP, FOREST_LAND])
    assert np.array_equal(private, held.owner >= 0)
    if held.unmet.sum():
        left = (tenure.worth(rules, land) > 0) & ~np.isin(held.land_kind, CROP)
        assert not left.any(), "land is short only when all that may be cropped is given"


def test_newcomers_get_free_land_in_turns():
    land, _, _, _, held = village()
    free = (held.owner < 0) & (held.land_kind == COLLECTIVE)
    new = permanent_id(1, "household", np.arange(10))
    wanted = np.array([6] * 9 + [3])
    given_ = tenure.settle(TENURE, land, free, wanted, new, Streams(1), 0, 1995)
    assert len(np.unique(given_.patch)) == len(given_.patch)
    assert free[given_.patch].all()
    assert np.array_equal(np.bincount(given_.taker, minlength=10) + given_.unmet, wanted)
    assert np.isin(given_.land_kind, CROP).all()
    assert not land.red_line.ravel()[given_.patch].any()


def test_when_free_land_is_short_all_newcomers_get_some():
    land = landscape()
    suited = np.flatnonzero(tenure.worth(TENURE, land) > 0)[:25]
    free = np.zeros(land.elevation.size, bool)
    free[suited] = True
    assert len(suited) == 25
    new = permanent_id(1, "household", np.arange(10))
    given_ = tenure.settle(TENURE, land, free, np.full(10, 6), new, Streams(1), 0, 1995)
    assert len(given_.patch) == 25
    assert np.bincount(given_.taker, minlength=10).min() == 2
    assert given_.unmet.sum() == 60 - 25


def test_half_the_plots_of_every_kind_go_with_the_child():
    owner = np.array([0] * 4 + [1] * 4 + [-1] * 2 + [0] * 2)
    kind = np.array([4, 4, 4, 4, 2, 2, 2, 2, 0, 0, 6, 6])
    patch, split = tenure.share_out(owner, kind, np.arange(12), np.array([0]), np.array([0.5]), Streams(1), 1990)
    assert (owner[patch] == 0).all()
    assert np.bincount(kind[patch], minlength=7)[[4, 6]].tolist() == [2, 1]
    assert (split == 0).all()


def test_no_split_moves_nothing():
    patch, split = tenure.share_out(
        np.array([0, 1]), np.array([2, 2]), np.arange(2), np.zeros(0, int), np.zeros(0), Streams(1), 1990
    )
    assert len(patch) == len(split) == 0


@settings(max_examples=60, deadline=None)
@given(
    owners=st.lists(st.integers(-1, 6), min_size=0, max_size=120),
    parents=st.lists(st.integers(0, 8), min_size=1, max_size=5, unique=True),
    share=st.floats(0, 1),
    seed=st.integers(0, 50),
)
def test_shares_are_fair_to_within_one_plot(owners, parents, share, seed):
    owner = np.array(owners, int)
    kind = 1 + (np.arange(len(owner)) * 7 + seed) % 6
    parents = np.array(parents)
    shares = np.full(len(parents), share)
    patch, split = tenure.share_out(owner, kind, np.arange(len(owner)) + 1000, parents, shares, Streams(seed), 1990)
    assert len(np.unique(patch)) == len(patch)
    assert np.array_equal(owner[patch], parents[split])
    for number, parent in enumerate(parents):
        mine = owner == parent
        assert abs((split == number).sum() - share * mine.sum()) < 1
        for k in range(1, 7):
            passed = (kind[patch[split == number]] == k).sum()
            assert abs(passed - share * (mine & (kind == k)).sum()) <= 1 + 1e-9


def test_sharing_does_not_depend_on_the_order_of_splits():
    owner, kind = np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.full(8, 2)
    ids, half = np.arange(8) * 11, np.array([0.5, 0.5])
    one, _ = tenure.share_out(owner, kind, ids, np.array([0, 1]), half, Streams(4), 1990)
    two, _ = tenure.share_out(owner, kind, ids, np.array([1, 0]), half, Streams(4), 1990)
    assert sorted(one) == sorted(two)
