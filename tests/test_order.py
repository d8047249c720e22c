"""What sorts and adds up sooner gives, to the bit, what numpy's general tools give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_abm.order import MANY, among, firsts, in_turn, of_group, once, taken_before, totals

NUMBERS = st.lists(st.integers(-5, 5), max_size=30).map(lambda some: np.array(some, dtype=np.int64))


def many(levels: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Groups, a first key with so many levels, and ids, of more rows than are sorted in the plain way."""
    luck = np.random.default_rng(levels)
    rows = 3 * MANY
    return luck.integers(0, 40, rows), luck.integers(0, levels, rows) / 7.0, luck.permutation(rows)


@pytest.mark.parametrize("levels", [2, 50, 10**12], ids=["mostly level", "some level", "all apart"])
def test_many_rows_stand_as_in_a_sort_by_all_keys(levels: int) -> None:
    group, lead, ids = many(levels)
    assert (in_turn(group, (lead, ids)) == np.lexsort((ids, lead, group))).all()


def test_rows_without_a_number_and_groups_beyond_the_small_are_sorted_by_all_keys() -> None:
    group, lead, ids = many(10**12)
    lead[::5] = np.nan
    assert (in_turn(group, (lead, ids)) == np.lexsort((ids, lead, group))).all()
    for wide in (group - 1, group * 10_000):
        assert (in_turn(wide, (lead, ids)) == np.lexsort((ids, lead, wide))).all()


def test_those_ahead_take_first_however_many_rows_there_are() -> None:
    group, lead, ids = many(10**12)
    got = taken_before(group, np.ones(len(group)), (lead, ids))
    row = 17
    assert got[row] == ((group == group[row]) & (lead < lead[row])).sum()


@given(NUMBERS, NUMBERS)
def test_once_and_among_are_what_unique_and_isin_are(numbers: np.ndarray, known: np.ndarray) -> None:
    assert once(numbers).tolist() == np.unique(numbers).tolist()
    assert among(numbers, known).tolist() == np.isin(numbers, known).tolist()


def test_the_first_of_each_run() -> None:
    assert firsts(np.array([3, 3, 5, 9, 9])).tolist() == [True, False, True, True, False]


@pytest.mark.parametrize("groups", [1, 3])
def test_totals_are_those_of_bincount_to_the_bit(groups: int) -> None:
    luck = np.random.default_rng(groups)
    group, amount = luck.integers(0, groups, 5000), luck.random(5000) * 10.0 ** luck.integers(-9, 9, 5000)
    whole = np.bincount(group, weights=amount, minlength=groups)
    assert totals(group, amount, groups).tobytes() == whole.tobytes() == totals(group, amount).tobytes()
    assert totals(group[:0], amount[:0], groups).tolist() == [0.0] * groups


def test_one_group_stands_for_all_rows() -> None:
    group = np.array([0, 0, 1])
    assert of_group(np.array([2.0]), group * 0).tolist() == [2.0]
    assert of_group(np.array([2.0, 5.0]), group).tolist() == [2.0, 2.0, 5.0]
