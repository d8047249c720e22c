"""Luck belongs to a purpose: every draw is a function of what it is for, and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from village_abm.streams import Streams, permanent_id

IDS = np.arange(100_000)
STREAMS = Streams(seed=1)


def test_uniforms_are_uniform() -> None:
    draws = STREAMS.uniform("test.purpose", 1990, IDS)
    assert ((draws > 0) & (draws < 1)).all()
    # standard errors at n = 1e5: mean .0009, variance .00024; five of them are allowed
    assert abs(draws.mean() - 0.5) < 0.0046
    assert abs(draws.var() - 1 / 12) < 0.0012
    counts, _ = np.histogram(draws, bins=256, range=(0, 1))
    assert stats.chisquare(counts).pvalue > 1e-4


@pytest.mark.parametrize(
    "other",
    [
        STREAMS.uniform("test.purpose", 1991, IDS),
        STREAMS.uniform("test.purpose", 1990, IDS + 1),
        STREAMS.uniform("test.purpose", 1990, IDS, 1),
        STREAMS.uniform("test.purposf", 1990, IDS),
        Streams(seed=2).uniform("test.purpose", 1990, IDS),
        Streams(seed=1, replicate=1).uniform("test.purpose", 1990, IDS),
    ],
    ids=["year", "id", "option", "purpose", "seed", "replicate"],
)
def test_a_change_in_any_part_of_the_key_gives_an_unrelated_draw(other: np.ndarray) -> None:
    draws = STREAMS.uniform("test.purpose", 1990, IDS)
    assert abs(np.corrcoef(draws, other)[0, 1]) < 0.016  # five standard errors at n = 1e5
    assert not (draws == other).any()


def test_pairs_of_years_fill_the_square_evenly() -> None:
    first, second = (STREAMS.uniform("test.purpose", year, IDS) for year in (1990, 1991))
    counts, _, _ = np.histogram2d(first, second, bins=16, range=((0, 1), (0, 1)))
    assert stats.chisquare(counts.ravel()).pvalue > 1e-4


def test_ids_that_are_hashes_draw_as_evenly_as_small_ones() -> None:
    ids = permanent_id("household", IDS)
    assert abs(STREAMS.uniform("test.purpose", 1990, ids).mean() - 0.5) < 0.0046


@given(st.integers(0, 2**62), st.integers(1950, 2100), st.integers(-(2**62), 2**62), st.integers(0, 50))
def test_the_same_key_gives_the_same_number(seed: int, year: int, number: int, option: int) -> None:
    first = Streams(seed).uniform("a.b", year, number, option)
    assert first == Streams(seed).uniform("a.b", year, np.array([number]), np.array(option))[0]


@given(st.permutations(range(12)), st.integers(1, 11))
def test_draws_do_not_depend_on_order_or_on_how_many_are_made(order: list[int], few: int) -> None:
    ids = np.arange(12)
    whole = STREAMS.uniform("a.b", 1990, ids)
    mixed = np.array(order)
    assert (STREAMS.uniform("a.b", 1990, ids[mixed]) == whole[mixed]).all()
    STREAMS.uniform("another", 1990, ids)  # made or skipped, it is harmless
    assert (STREAMS.uniform("a.b", 1990, ids[:few]) == whole[:few]).all()


def test_a_new_option_moves_no_other_choice() -> None:
    ids, few, more = np.arange(20_000)[:, None], np.arange(3), np.arange(4)
    before = STREAMS.gumbel("choice", 1990, ids, few).argmax(axis=1)
    after = STREAMS.gumbel("choice", 1990, ids, more).argmax(axis=1)
    stayed = after != 3
    assert (after[stayed] == before[stayed]).all()
    assert 0.23 < (after == 3).mean() < 0.27  # one of four equal options


def test_a_key_drawn_today_is_drawn_for_ever() -> None:
    """Saved runs continue and published runs replay only while these figures stand."""
    expected = [0.8740704238811207, 0.3817787018493385, 0.16768695897167152]
    drawn = Streams(seed=7, replicate=3).uniform("village.weather", 2005, np.array([0, 1, 10**15]), 2)
    assert drawn.tolist() == pytest.approx(expected, abs=1e-15)
    assert permanent_id("household", 4, 1990, 1) == 7000231082324880243


def test_permanent_ids_are_positive_distinct_and_free_of_counters() -> None:
    ids = permanent_id("person", np.arange(50_000), 1990, "birth", 1)
    assert (ids >= 0).all()
    assert len(np.unique(ids)) == len(ids)
    assert permanent_id("person", 17, 1990, "birth", 1) == ids[17]
    assert permanent_id("person", 17, 1990, "birth", 2) != ids[17]
    assert permanent_id("person", 17, 1991, "birth", 1) != ids[17]


@pytest.mark.parametrize(
    ("law", "cdf"),
    [("normal", stats.norm.cdf), ("gumbel", stats.gumbel_r.cdf)],
)
def test_other_laws_follow_their_distribution(law: str, cdf: object) -> None:
    draws = getattr(STREAMS, law)("test." + law, 1990, IDS)
    assert np.isfinite(draws).all()
    assert stats.kstest(draws, cdf).pvalue > 1e-4
