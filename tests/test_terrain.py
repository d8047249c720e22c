"""Terrain: what is drawn has the shape, the shares and the soils it claims."""

import heapq
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from land_rules import TERRAIN, capacity, landscape
from scipy import ndimage

from agents.patch import LANDFORMS, LITHOLOGIES
from village_abm.land import surface, terrain
from village_abm.land.hamlets import rehouse
from village_abm.land.landscape import DEPRESSION, FOOT, PEAK, SLOPE, slope_and_aspect
from village_abm.streams import Streams


def filled(heights):
    """Heights after every closed hollow is filled to its rim: flooding from the edge, lowest first."""
    lines, columns = heights.shape
    level = np.full(heights.shape, np.inf)
    edge = np.zeros(heights.shape, bool)
    edge[[0, -1]] = edge[:, [0, -1]] = True
    level[edge] = heights[edge]
    queue = [(heights[line, column], line, column) for line, column in zip(*np.nonzero(edge), strict=True)]
    heapq.heapify(queue)
    while queue:
        water, line, column = heapq.heappop(queue)
        for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)):
            y, x = line + down, column + right
            if 0 <= y < lines and 0 <= x < columns and level[y, x] == np.inf:
                level[y, x] = max(water, heights[y, x])
                heapq.heappush(queue, (level[y, x], y, x))
    return level


def test_landform_indices_are_those_of_the_patch_table():
    assert [LANDFORMS[i] for i in (DEPRESSION, FOOT, SLOPE, PEAK)] == ["depression", "foot", "slope", "peak"]


def test_a_plane_rising_to_the_east_faces_west():
    plane = np.tile(np.arange(6) * 25.0, (5, 1))
    slope, aspect = slope_and_aspect(plane, 25.0)
    assert slope[2, 2] == pytest.approx(45.0)
    assert aspect[2, 2] == pytest.approx(270.0)


def test_a_plane_falling_to_the_south_faces_south():
    plane = np.tile(np.arange(6)[::-1, None] * 10.0, (1, 5))
    slope, aspect = slope_and_aspect(plane, 20.0)
    assert slope[2, 2] == pytest.approx(np.degrees(np.arctan(0.5)))
    assert aspect[2, 2] == pytest.approx(180.0)


def test_slope_by_hand_on_nine_heights():
    # Horn: dz/dx = ((3+2*6+9) - (1+2*4+7)) / (8*10) = 8/80; dz/dy = ((7+2*8+9) - (1+2*2+3)) / 80 = 24/80.
    heights = np.arange(1.0, 10.0).reshape(3, 3)
    slope, _ = slope_and_aspect(heights, 10.0)
    assert slope[1, 1] == pytest.approx(np.degrees(np.arctan(np.hypot(0.1, 0.3))))


@pytest.mark.parametrize("kind", range(4))
def test_landforms_take_their_shares(kind):
    land = landscape(terrain.TERRAINS[kind])
    shares = np.bincount(land.landform.ravel(), minlength=4) / land.landform.size
    assert shares[DEPRESSION] == pytest.approx(TERRAIN.depression_share[kind], abs=0.005)
    assert shares[FOOT] == pytest.approx(TERRAIN.foot_share[kind], abs=0.005)
    assert shares[PEAK] == pytest.approx(TERRAIN.peak_share[kind], abs=0.005)


@pytest.mark.parametrize("seed", range(3))
def test_peak_clusters_are_steep_where_they_should_be(seed):
    land = landscape(seed=seed)
    assert 0.57 < (land.slope >= 15).mean() < 0.66
    on_slopes = land.slope[land.landform == SLOPE]
    assert ((on_slopes >= 20) & (on_slopes <= 40)).mean() > 0.55
    assert np.median(land.slope[land.landform == DEPRESSION]) < 6


def test_landscapes_differ_as_their_names_say():
    steep = {name: (landscape(name).slope >= 15).mean() for name in terrain.TERRAINS}
    assert steep["plateau"] < steep["trough_valley"] < steep["gorge"]
    relief = {name: np.ptp(landscape(name).elevation) for name in terrain.TERRAINS}
    assert relief["gorge"] > 2 * relief["trough_valley"] > 2 * relief["peak_cluster_depression"]


@pytest.mark.parametrize("seed", range(3))
def test_depressions_are_closed(seed):
    land = landscape(seed=seed)
    depth = filled(land.elevation) - land.elevation
    groups, count = ndimage.label(land.landform == DEPRESSION, np.ones((3, 3)))
    edge = np.ones(land.shape, bool)
    edge[1:-1, 1:-1] = False
    cut_by_the_edge = set(groups[edge])
    inside = [number for number in range(1, count + 1) if number not in cut_by_the_edge]
    assert len(inside) >= 10
    for number in inside:
        lowest = np.argmin(np.where(groups == number, land.elevation, np.inf))
        assert depth.flat[lowest] > 3, "a rim stands well above the floor"


def test_slopes_are_those_of_the_heights():
    land = landscape()
    rise = np.abs(np.diff(land.elevation, axis=1)) / land.patch_size
    assert np.degrees(np.arctan(np.median(rise[:, 1:-1]))) < np.median(land.slope)
    assert np.array_equal(slope_and_aspect(land.elevation, 25.0)[0], land.slope)


def test_soil_and_rock_follow_the_stated_laws():
    depth, rock, form = ([], [], [])
    for seed in range(4):
        land = landscape(seed=seed)
        depth.append(land.soil_depth.ravel())
        rock.append(land.exposure.ravel())
        form.append(land.landform.ravel())
    depth, rock, form = map(np.concatenate, (depth, rock, form))
    for kind, mean, bare in ((SLOPE, 20, 0.40), (PEAK, 14, 0.48), (FOOT, 55, 0.18), (DEPRESSION, 84.4, 0.04)):
        assert depth[form == kind].mean() == pytest.approx(mean, rel=0.06)
        assert rock[form == kind].mean() == pytest.approx(bare, abs=0.02)
    slopes = form == SLOPE
    assert np.log(depth[slopes]).std() == pytest.approx(0.6, abs=0.04)
    assert rock[slopes].std() == pytest.approx(0.165, abs=0.015)
    assert np.corrcoef(rock[slopes], np.log(depth[slopes]))[0, 1] == pytest.approx(-0.6, abs=0.05)


def test_cover_varies_enough_and_half_of_the_rocky_land_is_still_green():
    for seed in range(3):
        land = landscape(seed=seed)
        assert land.cover.std() >= 0.18
        rocky = land.exposure >= 0.3
        assert 0.4 < (land.cover[rocky] >= 0.5).mean() < 0.65
        assert (land.cover <= capacity(land.soil_depth, land.exposure) + 1e-12).all()


def test_cover_is_lower_near_houses():
    land = landscape()
    level = land.landform <= FOOT
    near, far = level & (land.distance < 300), level & (land.distance > 1000)
    assert land.cover[near].mean() < land.cover[far].mean() - 0.05


def test_neighbours_resemble_one_another():
    soil = np.log(landscape().soil_depth)
    hills = landscape().landform >= SLOPE
    both = hills[:, 1:] & hills[:, :-1]
    assert np.corrcoef(soil[:, 1:][both], soil[:, :-1][both])[0, 1] > 0.3


def test_hamlets_stand_dry_and_level_with_houses_enough():
    land = landscape()
    assert land.settlement.sum() == np.ceil(268 / TERRAIN.households_per_patch)
    assert not (land.settlement & (land.wet | land.red_line | land.sealed | land.terraceable)).any()
    assert (land.landform[land.settlement] <= FOOT).mean() > 0.9
    assert land.hamlets == 4
    assert (land.distance == 0).sum() == land.settlement.sum()


def test_paths_join_the_hamlets():
    land = landscape()
    joined, _ = ndimage.label(land.path | ndimage.binary_dilation(land.settlement, iterations=3), np.ones((3, 3)))
    on_path = np.unique(joined[land.path])
    assert len(on_path) == 1, "one network"
    groups, hamlets = ndimage.label(ndimage.binary_dilation(land.settlement, iterations=3))
    touched = [(joined[groups == g] == on_path[0]).any() for g in range(1, hamlets + 1)]
    assert sum(touched) >= hamlets - 1


def test_shares_of_rock_water_and_red_line():
    land = landscape()
    rock = np.bincount(land.lithology.ravel(), minlength=len(LITHOLOGIES)) / land.lithology.size
    assert rock == pytest.approx(TERRAIN.lithology_shares, abs=0.01)
    assert land.wet[land.landform == DEPRESSION].mean() == pytest.approx(TERRAIN.wet_depression, abs=0.03)
    assert land.red_line.mean() == pytest.approx(TERRAIN.red_line_share, abs=0.01)
    assert land.slope[land.red_line].mean() > land.slope.mean()
    assert not land.wet[land.landform >= SLOPE].any()


def test_the_same_seed_gives_the_same_land_and_another_village_another():
    def make(seed, key):
        return terrain.generate(TERRAIN, "peak_cluster_depression", 30, 30, 25.0, Streams(seed), key, 40, capacity)

    first, again, other = make(3, 0), make(3, 0), make(3, 1)
    for field in fields(first):
        assert np.array_equal(getattr(first, field.name), getattr(again, field.name))
    assert not np.array_equal(first.elevation, other.elevation)


def test_an_unknown_landform_and_a_tiny_grid_are_refused():
    with pytest.raises(ValueError, match="Write one of peak_cluster_depression"):
        terrain.generate(TERRAIN, "dunes", 30, 30, 25.0, Streams(1), 0, 40, capacity)
    with pytest.raises(ValueError, match=r"land.lines and land.columns to 10 at least"):
        terrain.generate(TERRAIN, "gorge", 5, 30, 25.0, Streams(1), 0, 40, capacity)


@settings(max_examples=25, deadline=None)
@given(
    landform=st.sampled_from(terrain.TERRAINS),
    lines=st.integers(12, 50),
    columns=st.integers(12, 50),
    size=st.sampled_from([10.0, 25.0, 60.0, 100.0]),
    seed=st.integers(0, 1000),
    households=st.integers(1, 200),
    red_line=st.sampled_from([0.0, 0.6]),
    wet=st.sampled_from([0.0, 0.9]),
)
def test_any_landscape_is_whole(landform, lines, columns, size, seed, households, red_line, wet):
    rules = replace(TERRAIN, red_line_share=red_line, wet_depression=wet)
    land = terrain.generate(rules, landform, lines, columns, size, Streams(seed), 0, households, capacity)
    for field in fields(land):
        value = getattr(land, field.name)
        if isinstance(value, np.ndarray):
            assert value.shape == (lines, columns)
            assert np.isfinite(value).all(), field.name
    assert (land.soil_depth > 0).all()
    for share in (land.exposure, land.cover):
        assert (share >= 0).all()
        assert (share <= 1).all()
    assert land.settlement.any()
    assert (land.slope < 90).all()
    line, column = land.cell(*land.centre(*np.indices(land.shape)))
    assert np.array_equal(line, np.indices(land.shape)[0])
    assert np.array_equal(column, np.indices(land.shape)[1])


def test_landforms_of_a_cone_on_a_plain():
    y, x = np.indices((60, 60)) - 30
    heights = np.maximum(0, 150 - 15.0 * np.hypot(x, y))  # flanks of 31 degrees, on patches of 25 m
    slope, _ = slope_and_aspect(heights, 25.0)
    forms = surface.landforms_of(TERRAIN, heights, slope, 25.0)
    assert forms[30, 30] == PEAK
    assert forms[30, 35] == SLOPE
    assert forms[2, 2] == DEPRESSION, "level land without relief around is a floor"


def test_houses_can_be_moved_to_where_they_really_stand():
    land = landscape()
    homes = np.array([10 * 120 + 10, 10 * 120 + 12, 100 * 120 + 100])
    moved = rehouse(land, homes)
    assert moved.settlement.sum() == 3
    assert moved.hamlets == 2, "two houses 50 m apart are one hamlet"
    assert moved.distance[10, 20] == pytest.approx(8 * 25.0)
    assert moved.hamlet[11, 11] != moved.hamlet[99, 99]
