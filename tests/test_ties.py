"""Kin and neighbours: who is tied to whom, and what shares of ties mean."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from society_rules import rules

from village_abm.society import ties
from village_abm.society.ties import KIN, NEIGHBOUR, TieList
from village_abm.streams import Streams, permanent_id

RULES = rules().ties


def made(count=300, seed=1, villages=1, rewiring=None):
    ids = permanent_id("ties", np.arange(count))
    spot = Streams(seed).uniform("test.spot", 0, ids[:, None], np.arange(2)) * 3000
    rule = RULES if rewiring is None else replace(RULES, rewiring=rewiring)
    number = np.arange(count) % villages
    return ties.make_ties(rule, ids, number, spot[:, 0], spot[:, 1], Streams(seed)), spot, number


def test_every_household_looks_to_six_neighbours_and_has_about_four_kin():
    found, _, _ = made()
    near = np.bincount(found.source[found.kind == NEIGHBOUR], minlength=300)
    assert near.max() == 6
    assert near.mean() == pytest.approx(6.0, abs=0.1)
    kin = ties.matrix(found, 300, KIN)
    assert (kin != kin.T).nnz == 0, "kin look at each other"
    assert np.diff(kin.indptr).mean() == pytest.approx(4.0, abs=0.1)


def test_without_rewiring_neighbours_are_the_nearest_homes():
    found, spot, _ = made(60, rewiring=0.0)
    gap = np.hypot(*(spot[:, None] - spot[None]).transpose(2, 0, 1))
    np.fill_diagonal(gap, np.inf)
    for row in range(60):
        mine = found.target[(found.source == row) & (found.kind == NEIGHBOUR)]
        assert set(mine.tolist()) == set(np.argsort(gap[row])[:6].tolist())


def test_rewiring_leads_some_ties_far_away():
    near, far = made(rewiring=0.0), made(rewiring=0.3)

    def length(found, spot):
        kept = found.kind == NEIGHBOUR
        return np.linalg.norm(spot[found.source[kept]] - spot[found.target[kept]], axis=1).mean()

    assert length(far[0], far[1]) > 2 * length(near[0], near[1])


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 40), villages=st.integers(1, 3), seed=st.integers(0, 1000))
def test_ties_stay_within_a_village_and_lead_to_somebody_else(count, villages, seed):
    found, _, number = made(count, seed, villages)
    assert (found.source != found.target).all()
    assert np.array_equal(number[found.source], number[found.target])
    key = (found.kind.astype(int) * 100 + found.source) * 100 + found.target
    assert len(np.unique(key)) == len(found), "each tie once"


def test_homes_on_one_spot_do_not_make_a_household_its_own_neighbour():
    ids = np.arange(20)
    found = ties.make_ties(RULES, ids, np.zeros(20, int), np.zeros(20), np.zeros(20), Streams(1))
    assert (found.source != found.target).all()
    assert np.bincount(found.source[found.kind == NEIGHBOUR], minlength=20).min() >= 4


# 0 and 1 are kin; 0 looks to its neighbour 2, 2 to 3.
SMALL = TieList(
    source=np.array([0, 1, 0, 2]), target=np.array([1, 0, 2, 3]),
    kind=np.array([KIN, KIN, NEIGHBOUR, NEIGHBOUR], dtype=np.int8),
)  # fmt: skip


def test_shares_by_hand():
    known = ties.matrix(SMALL, 4)
    everybody = np.ones(4, bool)
    flag = np.array([True, True, False, True])
    assert ties.neighbour_share(known, flag, everybody).tolist() == [0.5, 1.0, 1.0, 0.0]
    two = np.column_stack([flag, ~flag])
    assert ties.neighbour_share(known, two, everybody)[0].tolist() == [0.5, 0.5]
    gone = np.array([True, True, False, True])
    assert ties.neighbour_share(known, flag, gone).tolist() == [1.0, 1.0, 1.0, 0.0], "the dead do not count"


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), share=st.floats(0, 1))
def test_shares_lie_between_nought_and_one_and_grow_with_the_flags(seed, share):
    found, _, _ = made(50, seed)
    known, luck = ties.matrix(found, 50), Streams(seed).uniform("test.flag", 0, np.arange(50))
    few = ties.neighbour_share(known, luck < share, np.ones(50, bool))
    more = ties.neighbour_share(known, luck < share + 0.2, np.ones(50, bool))
    assert ((few >= 0) & (few <= 1)).all()
    assert (more >= few).all()


def test_a_new_house_takes_over_the_ties_of_the_old_one_and_is_its_kin():
    grown = ties.with_branches(SMALL, np.array([0]), np.array([4]))
    pairs = set(zip(grown.source.tolist(), grown.target.tolist(), grown.kind.tolist(), strict=True))
    assert {(4, 1, KIN), (1, 4, KIN), (4, 2, NEIGHBOUR), (4, 0, KIN), (0, 4, KIN)} <= pairs
    assert len(pairs) == 4 + 5
    twice = ties.with_branches(SMALL, np.array([0, 0]), np.array([4, 5]))
    pairs = set(zip(twice.source.tolist(), twice.target.tolist(), twice.kind.tolist(), strict=True))
    assert {(4, 5, KIN), (5, 4, KIN)} <= pairs, "brothers' houses are kin"


def moved(movers, village, x, ties_before=SMALL, neighbours=2):
    rule = replace(RULES, neighbours=neighbours)
    place = np.asarray(village)
    found = ties.newcomers(
        rule, ties_before, np.asarray(movers), place, np.ones(len(place), bool), np.asarray(x, float), np.zeros(len(x))
    )
    return found, set(zip(found.source.tolist(), found.target.tolist(), found.kind.tolist(), strict=True))


OLD = set(zip(SMALL.source.tolist(), SMALL.target.tolist(), SMALL.kind.tolist(), strict=True))


def test_newcomers_and_the_nearest_homes_of_the_new_village_look_to_each_other():
    """0 moves to 0 m in village 1, where 4 to 7 live at 100, 200, 300 and 400 m; 3 of the old village is nearer."""
    found, pairs = moved([0], [1, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 10, 100, 200, 300, 400])
    new = {(0, 4, NEIGHBOUR), (0, 5, NEIGHBOUR), (4, 0, NEIGHBOUR), (5, 0, NEIGHBOUR)}
    assert pairs == OLD | new
    assert len(found) == len(pairs), "each tie once"


def test_newcomers_of_one_year_may_be_neighbours_of_one_another():
    """0 and 1 move in at 0 and 10 m, 2 lives at 100, 3 at 200 m: each looks to the other newcomer and to 2."""
    _, pairs = moved([0, 1], [1, 1, 1, 1], [0, 10, 100, 200], ties.nobody_tied())
    both_ways = {(0, 1), (0, 2), (1, 2)}
    assert pairs == {(a, b, NEIGHBOUR) for pair in both_ways for a, b in (pair, pair[::-1])}


def test_movers_to_two_villages_meet_the_people_of_their_own():
    _, pairs = moved([0, 1], [1, 2, 1, 2, 1, 2], [0, 0, 5, 5, 9, 9], ties.nobody_tied())
    assert {pair[:2] for pair in pairs} == {(0, 2), (0, 4), (2, 0), (4, 0), (1, 3), (1, 5), (3, 1), (5, 1)}


def test_the_dead_are_nobodys_new_neighbours():
    alive = np.array([True, False, True, True])
    rule = replace(RULES, neighbours=1)
    spot = np.array([0.0, 1, 5, 9])
    found = ties.newcomers(rule, ties.nobody_tied(), np.array([0]), np.ones(4, int), alive, spot, spot)
    assert set(zip(found.source.tolist(), found.target.tolist(), strict=True)) == {(0, 2), (2, 0)}


def test_the_first_to_arrive_in_an_empty_village_keep_only_their_old_ties():
    assert moved([0], [1, 0, 0, 0], [0, 0, 0, 10])[1] == OLD


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1000), count=st.integers(2, 40), movers=st.integers(1, 12), spots=st.integers(1, 5))
def test_newcomers_look_to_as_many_as_there_is_room_for_even_where_houses_share_a_spot(seed, count, movers, spots):
    luck = np.random.default_rng(seed)
    before, _, village = made(count, seed, villages=2)
    going = np.flatnonzero(village == 0)[:movers]
    old_village, village = village, np.where(np.isin(np.arange(count), going), 1, village)
    found, pairs = moved(going, village, luck.integers(0, spots, count), before, RULES.neighbours)
    assert (found.source != found.target).all(), "nobody is tied to itself"
    old = set(zip(before.source.tolist(), before.target.tolist(), before.kind.tolist(), strict=True))
    assert old <= pairs, "old ties stay"
    added = np.array([pair[:2] for pair in pairs - old]).reshape(-1, 2)
    assert (village[added] == 1).all()
    assert np.isin(added, going).any(axis=1).all()
    room = min(RULES.neighbours, (village == 1).sum() - 1)
    near = found.kind == NEIGHBOUR
    here = near & (village[found.target] == 1) & (old_village[found.source] == 0)
    assert (np.bincount(found.source[here], minlength=count)[going] >= room).all()
    if len(going) == 1:
        assert np.bincount(found.source[here], minlength=count)[going].tolist() == [room]


def test_a_tie_of_two_kinds_counts_once():
    both = TieList(np.array([0, 0, 0]), np.array([1, 1, 2]), np.array([KIN, NEIGHBOUR, KIN], dtype=np.int8))
    share = ties.neighbour_share(ties.matrix(both, 3), np.array([0, 1, 0]), np.ones(3, bool))
    assert share[0] == 0.5


def test_edges_for_a_graph_come_once_and_join_the_living():
    first, second, kind = ties.edges(SMALL, np.ones(4, bool))
    assert list(zip(first.tolist(), second.tolist(), kind.tolist(), strict=True)) == [
        (0, 1, KIN), (0, 2, NEIGHBOUR), (2, 3, NEIGHBOUR),
    ]  # fmt: skip
    first, second, _ = ties.edges(SMALL, np.array([True, True, False, True]))
    assert (first.tolist(), second.tolist()) == ([0], [1])


def test_a_village_of_one_has_no_ties():
    alone = ties.make_ties(RULES, np.array([5]), np.zeros(1, int), np.zeros(1), np.zeros(1), Streams(1))
    assert len(alone) == 0
    assert ties.matrix(alone, 1).nnz == 0
