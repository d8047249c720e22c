"""Fragmentation: indices worked by hand, and bounds that hold for any map."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from land_rules import village

from village_abm.land.fragmentation import household_pattern, landscape_pattern

MAP = np.array(
    [
        [0, 0, 1, 1],
        [0, 1, 1, 1],
        [2, 2, 1, 0],
    ]
)


def test_a_map_of_twelve_cells_by_hand():
    # A cell of 100 m is a hectare. Class 0: patches of 3 and 1; class 1: one of 6; class 2: one of 2.
    found = landscape_pattern(MAP, 4, 100.0)
    assert found.area.tolist() == [4, 6, 2, 0]
    assert found.patches.tolist() == [2, 1, 1, 0]
    assert found.largest_patch[:3] == pytest.approx([100 * 3 / 12, 50, 100 * 2 / 12])
    assert found.patch_density == pytest.approx(np.array([2, 1, 1, 0]) / 12 * 100)
    assert found.mean_patch[:3].tolist() == [2, 6, 2]
    assert np.isnan(found.mean_patch[3])
    # Sides between classes, eastward: 0|1, 0|1, 2|1, 1|0; southward: 0|1, 0|2, 1|2, 1|0: eight.
    assert found.edge_density_all == pytest.approx(8 * 100 / 12)
    # Of these class 0 has six, class 1 seven and class 2 three.
    assert found.edge_density == pytest.approx(np.array([6, 7, 3, 0]) * 100 / 12)
    assert found.patch_density_all == pytest.approx(4 / 12 * 100)
    assert found.mean_patch_all == pytest.approx(3)
    assert found.largest_patch_all == pytest.approx(50)


def test_corners_join_a_patch():
    diagonal = np.array([[1, 0], [0, 1]])
    assert landscape_pattern(diagonal, 2, 10.0).patches.tolist() == [1, 1]


def test_households_by_hand():
    # Household 0 has plots at (0,0) and (0,1), which adjoin, and (0,4); household 1 has (2,2) only; 2 none.
    owner = np.full((3, 5), -1)
    owner[0, [0, 1, 4]], owner[2, 2] = 0, 1
    homes = np.array([0, 2 * 5 + 0, 7])
    found = household_pattern(owner.ravel(), np.ones(15, bool), homes, (3, 5), 10.0)
    assert found.plots.tolist() == [3, 1, 0]
    assert found.parcels.tolist() == [2, 1, 0]
    assert found.distance[:2] == pytest.approx([(0 + 10 + 40) / 3, 20])
    # Parcels of 2 and 1: Simpson 1 - (4 + 1)/9; Januszewski sqrt(3)/(sqrt(2) + 1).
    assert found.simpson[:2] == pytest.approx([4 / 9, 0])
    assert found.januszewski[:2] == pytest.approx([np.sqrt(3) / (np.sqrt(2) + 1), 1])
    # Columns 0, 1, 4 around their mean 5/3: variance 26/9.
    assert found.spread[:2] == pytest.approx([10 * np.sqrt(26 / 9), 0])
    assert np.isnan([found.distance[2], found.spread[2], found.simpson[2], found.januszewski[2]]).all()


def test_plots_of_neighbours_are_not_one_parcel():
    owner = np.array([0, 1, 0, 1])
    found = household_pattern(owner, np.ones(4, bool), np.zeros(2, int), (1, 4), 10.0)
    assert found.parcels.tolist() == [2, 2]


def test_only_counted_land_counts():
    owner = np.array([0, 0, 0, 0])
    found = household_pattern(owner, np.array([True, False, True, False]), np.zeros(1, int), (1, 4), 10.0)
    assert found.plots.tolist() == [2]
    assert found.parcels.tolist() == [2]


@settings(max_examples=60, deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.integers(0, 4)))
def test_bounds_of_landscape_metrics(classes):
    found = landscape_pattern(classes, 5, 25.0)
    assert found.area.sum() == pytest.approx(classes.size * 0.0625)
    assert 0 < found.largest_patch_all <= 100 + 1e-9
    assert found.mean_patch_all <= classes.size * 0.0625 + 1e-9
    assert found.edge_density.sum() == pytest.approx(2 * found.edge_density_all)
    assert (found.patches[found.area == 0] == 0).all()
    if len(np.unique(classes)) == 1:
        assert found.edge_density_all == 0
        assert found.patch_density_all == pytest.approx(100 / (classes.size * 0.0625))


@settings(max_examples=60, deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(1, 10), st.integers(1, 10)), elements=st.integers(-1, 5)))
def test_bounds_of_household_metrics(owner):
    found = household_pattern(owner.ravel(), np.ones(owner.size, bool), np.zeros(6, int), owner.shape, 25.0)
    held = found.plots > 0
    assert found.plots.sum() == (owner >= 0).sum()
    assert (found.parcels <= found.plots).all()
    assert (found.parcels[held] >= 1).all()
    one = found.parcels == 1
    assert found.simpson[one] == pytest.approx(0)
    assert found.januszewski[one] == pytest.approx(1)
    assert (found.simpson[held] < 1).all()
    assert (found.simpson[held] >= -1e-12).all()
    assert (found.januszewski[held] <= 1 + 1e-12).all()
    assert (found.januszewski[held] >= 1 / np.sqrt(found.parcels[held]) - 1e-12).all()


def test_a_village_is_fragmented():
    land, _, homes, _, held = village()
    crop = held.land_kind > 1
    plots = household_pattern(held.owner, crop, homes, land.shape, land.patch_size)
    pattern = landscape_pattern(held.land_kind.reshape(land.shape), 8, land.patch_size)
    assert plots.parcels.mean() > 6
    assert np.nanmean(plots.simpson) > 0.8
    assert pattern.mean_patch[2] < 2, "dry slope plots lie in small patches"
