"""What the runs of a sweep say of its parameters, worked by hand: groups, cells, levels, bands, rank regression."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import qmc

from village_abm.experiments.sweep.effects import band, bins, by_level, cells, groups, rank_regression


def test_few_values_are_levels_and_many_are_steps() -> None:
    few = bins(np.array([3.0, 1.0, 1.0, math.nan, 2.0]))
    assert few.labels == ((1, 1), (2, 2), (3, 3))
    assert few.of.tolist() == [2, 0, 0, -1, 1]
    assert few.exact
    many = bins(np.arange(13.0), count=3, most=5)
    assert many.labels == ((0, 4), (4, 8), (8, 12))
    assert many.of.tolist() == [0] * 4 + [1] * 4 + [2] * 5  # the last value belongs to the last step
    assert many.centres == [2, 6, 10]
    assert not many.exact


def test_a_cell_is_the_mean_of_its_runs_and_an_empty_one_has_none() -> None:
    mean, count = cells(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]), np.array([1.0, 3.0, 5.0, math.nan]), (2, 2))
    assert count.tolist() == [[2, 0], [0, 1]]
    assert mean[0, 0] == 2
    assert mean[1, 1] == 5
    assert np.isnan(mean[[0, 1], [1, 0]]).all()


def test_the_interval_of_a_level_is_that_of_its_replicates() -> None:
    # Replicate 0 has 1 and 3, replicate 1 has 4: means 2 and 4, their mean 3, sd sqrt(2), t(1) = 12.706.
    level, other = by_level(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0]), np.array([1.0, 3.0, 4.0, 7.0]), 2)
    assert (level.mean, level.replicates, level.runs) == (3, 2, 3)
    half = 12.7062 * math.sqrt(2) / math.sqrt(2)
    assert (level.low, level.high) == (pytest.approx(3 - half, abs=1e-3), pytest.approx(3 + half, abs=1e-3))
    assert (other.mean, other.runs) == (7, 1)
    assert math.isnan(other.low)  # one replicate says nothing of luck


def test_a_level_without_runs_has_no_mean() -> None:
    (empty,) = by_level(np.array([0]), np.array([0]), np.array([math.nan]), 1)
    assert math.isnan(empty.mean)
    assert empty.runs == 0


def test_a_band_holds_the_middle_four_fifths() -> None:
    paths = np.column_stack([np.arange(11.0), np.full(11, 5.0), np.full(11, math.nan)])
    mean, low, high = band(paths)
    assert (mean[0], low[0], high[0]) == (5, 1, 9)
    assert (mean[1], low[1], high[1]) == (5, 5, 5)
    assert math.isnan(mean[2])


def design(points: int, paths: int, replicates: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A Latin hypercube with replicates: inputs, point and replicate of every run."""
    x = qmc.LatinHypercube(paths, rng=np.random.default_rng(seed)).random(points)
    return (
        np.repeat(x, replicates, axis=0),
        np.repeat(np.arange(points), replicates),
        np.tile(range(replicates), points),
    )


def test_of_one_parameter_alone_the_coefficient_is_one_and_bends_do_not_matter() -> None:
    x, points, replicates = design(40, 2, 1)
    found = rank_regression(x, np.exp(5 * x[:, 0]), points, replicates, sampled=True)
    assert found is not None
    assert found.weights[0].value == pytest.approx(1)
    assert found.weights[1].value == pytest.approx(0, abs=1e-9)
    assert [one.noise for one in found.weights] == [False, True]
    assert found.explained == pytest.approx(1)
    assert math.isnan(found.luck)


def test_the_sign_is_that_of_the_effect_and_the_smaller_comes_second() -> None:
    x, points, replicates = design(64, 3, 2)
    found = rank_regression(x, 3 * x[:, 0] - x[:, 1], points, replicates, sampled=True)
    assert found is not None
    first, second, nothing = found.weights
    assert first.value > 0 > second.value
    assert abs(first.value) > abs(second.value) > found.floor
    assert first.low < first.value < first.high
    assert (first.group, second.group, nothing.group) == (1, 2, 3)
    assert nothing.noise


def test_luck_alone_is_luck_and_no_parameter_has_a_rank() -> None:
    x, points, replicates = design(50, 3, 4)
    found = rank_regression(x, np.random.default_rng(3).standard_normal(200), points, replicates, sampled=True)
    assert found is not None
    assert all(one.noise for one in found.weights)
    # Within points of four runs lie three quarters of the variance.
    assert found.luck == pytest.approx(math.sqrt(0.75), abs=0.06)


def test_coefficients_and_luck_share_the_variance_of_a_straight_model() -> None:
    x, points, replicates = design(80, 2, 5)
    luck = np.random.default_rng(5).standard_normal(400) * 0.4
    found = rank_regression(x, x[:, 0] + luck, points, replicates, sampled=True)
    assert found is not None
    assert sum(one.value**2 for one in found.weights) == pytest.approx(found.explained, abs=0.02)
    assert found.explained + found.luck**2 <= 1.0


def test_what_does_nothing_seldom_gets_a_rank() -> None:
    """Of 25 samples with two parameters that do nothing, in few has either one a rank: 95 of 100 are promised."""
    wrong = 0
    for seed in range(25):
        x, points, replicates = design(32, 4, 3, seed)
        luck = np.random.default_rng(seed)
        y = (
            4 * x[:, 0]
            + x[:, 1]
            + 1.5 * x[:, 0] * x[:, 1]
            + luck.normal(size=3)[replicates]
            + 0.3 * luck.normal(size=96)
        )
        found = rank_regression(x, y, points, replicates, sampled=True, seed=seed)
        assert found is not None
        assert not found.weights[0].noise
        wrong += not all(one.noise for one in found.weights[2:])
    assert wrong <= 3


def test_in_a_grid_luck_makes_the_intervals() -> None:
    a, b, r = (axis.ravel().astype(float) for axis in np.meshgrid(range(3), range(3), range(4), indexing="ij"))
    luck = np.random.default_rng(2).normal(size=4)[r.astype(int)]
    found = rank_regression(np.column_stack([a, b]), 5 * a + 0.01 * luck, a * 3 + b, r, sampled=False)
    assert found is not None
    one, nothing = found.weights
    assert not one.noise
    # The same in every replicate to the last bit: an interval of no width, and not told from nothing.
    assert (nothing.value, nothing.noise) == (pytest.approx(0, abs=1e-9), True)
    assert math.isnan(found.floor)


def test_where_no_interval_can_be_given_there_is_no_regression() -> None:
    x, points, replicates = design(40, 2, 1)
    assert rank_regression(x, x[:, 0], points, replicates, sampled=False) is None  # a grid of one replicate
    assert rank_regression(x, np.full(40, 2.0), points, replicates, sampled=True) is None  # nothing varies
    assert rank_regression(x[:5], x[:5, 0], points[:5], replicates[:5], sampled=True) is None  # five points


def test_a_rank_group_ends_where_a_whole_interval_lies_below() -> None:
    value, low, high = [0.9, -0.8, 0.3, 0.1], [0.8, -0.85, 0.2, -0.1], [1.0, -0.7, 0.4, 0.3]
    assert groups(value, low, high, [False, False, False, True]) == [1, 1, 2, 3]
