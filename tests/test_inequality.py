"""Inequality and poverty: worked by hand, and parts that sum to the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from village_abm.accounting.inequality import (
    fifths,
    gini,
    gini_by_source,
    mobility,
    poverty,
    theil,
    theil_by_group,
    without_losses,
)

INCOMES = some.lists(some.integers(0, 50_000), min_size=2, max_size=30).filter(any)


def people(count, seed):
    return np.random.default_rng(seed).integers(1, 7, count)


def test_gini_worked_by_hand():
    # sorted 1 2 3 6: sum (2 i - n - 1) x_(i) = -3 x 1 - 1 x 2 + 1 x 3 + 3 x 6 = 16, over n sum = 4 x 12
    assert gini(np.array([6, 1, 3, 2])) == pytest.approx(16 / 48)
    assert gini(np.array([5, 5, 5])) == 0
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)  # (n - 1) / n
    assert gini(np.zeros(3)) == 0


def test_weighted_gini_is_the_area_under_the_lorenz_curve():
    # two people with 1 each, six with 3: the curve goes through (1/4, 1/10) and (1, 1); G = 1/4 - 1/10
    assert gini(np.array([1.0, 3.0]), np.array([2, 6])) == pytest.approx(0.15)


@given(INCOMES, some.integers(0, 99))
def test_a_household_of_three_is_three_people(incomes, seed):
    y, w = np.array(incomes, float), people(len(incomes), seed)
    assert gini(y, w) == pytest.approx(gini(np.repeat(y, w)), abs=1e-12)
    assert theil(y, w) == pytest.approx(theil(np.repeat(y, w)), abs=1e-12)


@given(INCOMES, some.floats(0.01, 1e6))
def test_inequality_knows_neither_money_nor_order(incomes, factor):
    y = np.array(incomes, float)
    for measure in (gini, theil):
        assert measure(factor * y) == pytest.approx(measure(y), abs=1e-9)
        assert measure(y[::-1]) == pytest.approx(measure(y), abs=1e-12)
    assert 0 <= gini(y) <= 1 - 1 / len(y) + 1e-12
    assert -1e-12 <= theil(y) <= np.log(len(y)) + 1e-12


def test_losses_are_refused_or_counted_as_nothing_and_said():
    with pytest.raises(ValueError, match="1 are negative"):
        gini(np.array([-1.0, 2.0]))
    values, losses = without_losses(np.array([-1.0, 2.0]))
    assert values.tolist() == [0, 2]
    assert losses == 1
    assert gini(values) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="unit 1 has no finite income"):
        gini(np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="nobody"):
        gini(np.array([]))
    with pytest.raises(ValueError, match="weights"):
        gini(np.array([1.0, 2.0]), np.array([0.0, 0.0]))


def test_sources_worked_by_hand():
    # farm (2, 1), wages (0, 5): totals 2 and 6, ranks 1/4 and 3/4, mean 4
    found = gini_by_source(np.array([[2.0, 0.0], [1.0, 5.0]]))
    assert found.total == pytest.approx(0.25)  # (6 - 2) / (2 x 8)
    np.testing.assert_allclose(found.share, [3 / 8, 5 / 8])
    np.testing.assert_allclose(found.gini, [1 / 6, 1 / 2])
    np.testing.assert_allclose(found.correlation, [-1, 1])  # farming levels, wages spread
    np.testing.assert_allclose(found.contribution, [-1 / 16, 5 / 16])


@given(
    some.lists(some.tuples(*[some.integers(0, 9_000)] * 3), min_size=2, max_size=25).filter(lambda x: np.sum(x) > 0),
    some.integers(0, 99),
)
def test_contributions_of_sources_sum_to_the_gini(rows, seed):
    sources = np.array(rows, float)
    w = people(len(rows), seed)
    found = gini_by_source(sources, w)
    assert found.contribution.sum() == pytest.approx(found.total, abs=1e-12)
    assert found.total == pytest.approx(gini(sources.sum(axis=1), w), abs=1e-12)
    assert found.share.sum() == pytest.approx(1)
    product = found.share * found.gini * found.correlation
    known = np.isfinite(product)
    np.testing.assert_allclose(product[known], found.contribution[known], atol=1e-12)
    np.testing.assert_allclose(found.contribution[~known], 0, atol=1e-12)  # nothing, or the same for all


def test_a_source_may_be_a_loss_but_a_total_may_not():
    found = gini_by_source(np.array([[5.0, -1.0], [3.0, 2.0]]))
    assert found.contribution.sum() == pytest.approx(gini(np.array([4.0, 5.0])))
    with pytest.raises(ValueError, match="negative"):
        gini_by_source(np.array([[5.0, -6.0], [3.0, 2.0]]))
    with pytest.raises(ValueError, match="nothing"):
        gini_by_source(np.zeros((2, 2)))


def test_theil_worked_by_hand():
    # 1 and 3, mean 2: (.5 ln .5 + 1.5 ln 1.5) / 2
    assert theil(np.array([1.0, 3.0])) == pytest.approx((0.5 * np.log(0.5) + 1.5 * np.log(1.5)) / 2)
    assert theil(np.array([0.0, 7.0])) == pytest.approx(np.log(2))
    assert theil(np.zeros(2)) == 0


def test_theil_within_and_between_worked_by_hand():
    # equal inside the groups 1, 1 and 3, 3: all of it lies between
    found = theil_by_group(np.array([1.0, 3, 1, 3]), np.array(["a", "b", "a", "b"]))
    assert found.within == 0
    assert found.between == pytest.approx(0.25 * np.log(0.5) + 0.75 * np.log(1.5))
    assert found.groups.tolist() == ["a", "b"]
    # two like groups: all of it lies within
    assert theil_by_group(np.array([1.0, 1, 3, 3]), np.array([0, 1, 0, 1])).between == pytest.approx(0, abs=1e-15)


@given(INCOMES, some.integers(0, 99), some.integers(1, 4))
def test_within_and_between_sum_to_theil(incomes, seed, groups):
    y, w = np.array(incomes, float), people(len(incomes), seed)
    found = theil_by_group(y, np.arange(len(y)) % groups, w)
    assert found.total == pytest.approx(theil(y, w), abs=1e-10)
    assert found.within >= -1e-12
    assert found.between >= -1e-12


def test_poverty_worked_by_hand():
    # line 10: gaps of .5 and 1; who stands on the line is not poor
    found = poverty(np.array([5.0, 0, 10, 20]), 10)
    assert (found.headcount, found.gap, found.severity) == pytest.approx((0.5, 1.5 / 4, 1.25 / 4))
    assert poverty(np.array([5.0, 20.0]), 10, np.array([3, 1])).headcount == pytest.approx(0.75)
    with pytest.raises(ValueError, match="poverty line"):
        poverty(np.array([1.0]), 0)


@given(INCOMES, some.integers(1, 40_000), some.integers(0, 30_000))
def test_giving_to_all_never_raises_poverty_and_the_three_are_ordered(incomes, line, gift):
    y = np.array(incomes, float)
    before, after = poverty(y, line), poverty(y + gift, line)
    assert 1 >= before.headcount >= before.gap >= before.severity >= 0
    assert after.headcount <= before.headcount
    assert after.gap <= before.gap + 1e-12
    assert after.severity <= before.severity + 1e-12


def test_fifths_hold_a_fifth_each_and_ties_go_by_id():
    assert fifths(np.array([9.0, -3, 5, 5, 7]), np.array([0, 1, 8, 2, 4])).tolist() == [4, 0, 2, 1, 3]
    ids = np.arange(50)
    assert np.bincount(fifths(np.zeros(50), ids)).tolist() == [10] * 5
    # by people: one household of 60 of 100 people fills the middle, two of 20 the ends
    assert fifths(np.array([1.0, 2, 3]), ids[:3], np.array([20, 60, 20])).tolist() == [0, 2, 4]


def test_mobility_worked_by_hand():
    before = np.array([0, 0, 1, 1, 4, 4])
    found = mobility(before, np.array([0, 1, 1, 1, 0, 4]))
    assert found.matrix[0].tolist() == [0.5, 0.5, 0, 0, 0]
    assert found.matrix[4].tolist() == [0.5, 0, 0, 0, 0.5]
    assert found.stayed == pytest.approx(4 / 6)
    assert found.shorrocks == pytest.approx((3 - 2) / 2)
    assert mobility(before, before).shorrocks == 0
    with pytest.raises(ValueError, match="same units"):
        mobility(before, before[:3])


@settings(max_examples=30)
@given(some.integers(5, 60), some.integers(0, 99))
def test_rows_of_moves_sum_to_one(count, seed):
    luck, ids = np.random.default_rng(seed), np.arange(count)
    found = mobility(fifths(luck.random(count), ids), fifths(luck.random(count), ids))
    np.testing.assert_allclose(found.matrix.sum(axis=1), 1)
    assert 0 <= found.stayed <= 1
