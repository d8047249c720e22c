"""Ties come and go: what fades, whom people get to know, who meets in cooperatives and towns, what a village keeps."""

from dataclasses import replace
from functools import cache

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.sparse import csr_matrix
from society_rules import rules
from village_of_test import differing, model

from village_abm import VillageModel
from village_abm.society import learning, turnover
from village_abm.society.ties import COOPERATIVE, KIN, NEIGHBOUR, TOWN, TieList
from village_abm.streams import Streams, permanent_id
from village_abm.year import networks

RULES = rules().ties
LUCK = Streams(1)
OFF = {"people.ties.change": False, "people.ties.cooperative": 0, "people.ties.town": 0}


def tied(*rows):
    """A list of ties from (source, target, kind)."""
    source, target, kind = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return TieList(source, target, kind.astype(np.int8))


def pairs(found):
    return set(zip(*(side.tolist() for side in found), strict=True))


# Fading ---------------------------------------------------------------------------------------------------


def lasting(ties, households, alive=None, at_home=None, village=None, origin=None, year=2000, **rates):
    full = {"alive": np.ones(households, bool), "at_home": np.ones(households, bool),
            "village": np.zeros(households, int), "origin": np.full(households, -1)}  # fmt: skip
    given_here = {"alive": alive, "at_home": at_home, "village": village, "origin": origin}
    full |= {name: np.asarray(value) for name, value in given_here.items() if value is not None}
    ids = permanent_id("turnover", np.arange(households))
    return turnover.lasting(replace(RULES, **rates), ties, ids, *full.values(), year, LUCK)


def test_certain_and_impossible_fading_by_hand():
    """Houses 0 and 1 are inhabited neighbours, 2 stands empty, 3 lies in another village, 4 has ended."""
    ties = tied((0, 1, NEIGHBOUR), (0, 2, NEIGHBOUR), (0, 3, NEIGHBOUR), (0, 4, NEIGHBOUR), (0, 4, KIN), (0, 2, KIN))
    where = {"alive": [True] * 4 + [False], "at_home": [True, True, False, True, False], "village": [0, 0, 0, 1, 0]}
    kept = lasting(ties, 5, **where, fade=0.0, fade_away=1.0, fade_kin=0.0)
    assert kept.tolist() == [True, False, False, False, False, True]
    kept = lasting(ties, 5, **where, fade=1.0, fade_away=0.0, fade_kin=0.0)
    assert kept.tolist() == [False, True, True, False, False, True]


def test_close_kin_last_and_kin_taken_over_at_a_split_fade_on_both_sides_at_once():
    """House 2 split from 0, houses 3 and 4 from 1; 0 and 1 are kin from the start."""
    ties = [(a, b, KIN) for a, b in ((0, 1), (0, 2), (3, 4), (1, 2), (2, 3))]
    both = tied(*ties, *((b, a, KIN) for a, b, _ in ties))
    origin = [-1, -1, 0, 1, 1]
    assert lasting(both, 5, origin=origin, fade_kin=1.0).tolist() == [True, True, True, False, False] * 2
    for year in range(2000, 2020):
        kept = lasting(both, 5, origin=origin, fade_kin=0.5, year=year)
        assert kept[:5].tolist() == kept[5:].tolist()


def test_ties_fade_at_their_yearly_rates():
    count = 20_000
    ties = tied(*((row, row + 1, NEIGHBOUR) for row in range(count)))
    assert lasting(ties, count + 1, fade=0.05).mean() == pytest.approx(0.95, abs=0.006)


# Getting to know ------------------------------------------------------------------------------------------


def met(ties, x, at_home=None, village=None, year=2000, **changed):
    count = len(x)
    at_home = np.ones(count, bool) if at_home is None else np.asarray(at_home)
    village = np.zeros(count, int) if village is None else np.asarray(village)
    ids = permanent_id("turnover", np.arange(count))
    return turnover.acquaintances(
        replace(RULES, **changed), ties, ids, at_home, village, np.asarray(x, float), np.zeros(count), year, LUCK
    )


def test_a_friend_of_a_friend_becomes_a_neighbour():
    """0 looks to 1 alone, who looks to 2 and back to 0: only 2 is new to it. 2 knows nobody."""
    ties = tied((0, 1, KIN), (1, 2, NEIGHBOUR), (1, 0, NEIGHBOUR))
    assert (0, 2) in pairs(met(ties, [0, 1, 2], closure=1.0))
    assert not any(source == 2 for source, _ in pairs(met(ties, [0, 1, 2], closure=1.0)))


def test_near_homes_are_found_and_empty_ones_and_other_villages_are_not():
    found = met(tied(), [0, 1, 2, 50, 60], [True, True, False, True, True], [0, 0, 0, 0, 1], closure=0.0, near=2)
    assert pairs(found) <= {(0, 1), (0, 3), (1, 0), (1, 3), (3, 0), (3, 1)}
    assert {source for source, _ in pairs(found)} == {0, 1, 3}


def test_whoever_has_neighbours_enough_seeks_no_more():
    full = tied(*((0, row, NEIGHBOUR) for row in range(1, RULES.neighbours + 1)))
    for year in range(2000, 2010):
        found = met(full, np.arange(RULES.neighbours + 2), year=year)
        assert 0 not in found[0]
        assert len(found[0]) > 0


@settings(max_examples=60, deadline=None)
@given(seed=some.integers(0, 10**6), count=some.integers(2, 40), closure=some.floats(0, 1))
def test_new_ties_are_new_within_the_village_and_one_a_household_at_most(seed, count, closure):
    luck = np.random.default_rng(seed)
    size = luck.integers(0, 4 * count)
    listed = {(int(a), int(b), int(k)) for a, b, k in luck.integers(0, [count, count, 2], (size, 3)) if a != b}
    ties, at_home, village = tied(*sorted(listed)), luck.random(count) < 0.8, luck.integers(0, 2, count)
    source, target = met(ties, luck.random(count), at_home, village, closure=closure)
    assert (source != target).all()
    assert at_home[source].all()
    assert at_home[target].all()
    assert (village[source] == village[target]).all()
    assert len(np.unique(source)) == len(source)
    assert not {(a, b, NEIGHBOUR) for a, b in pairs((source, target))} & listed


# Meeting --------------------------------------------------------------------------------------------------


def circles(group, member, slots=2):
    ids = permanent_id("turnover", np.arange(100))
    return turnover.circles(np.asarray(group, int), np.asarray(member, int), ids, slots, "ties.cooperative", LUCK)


def test_members_look_to_two_fellows_and_a_pair_to_each_other():
    found = circles([0] * 6 + [1] * 2 + [2], [0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert np.bincount(found[0], minlength=9).tolist() == [2] * 6 + [1, 1, 0]
    assert np.bincount(found[1], minlength=9).tolist() == [2] * 6 + [1, 1, 0]
    assert {(6, 7), (7, 6)} <= pairs(found)
    assert all((a < 6) == (b < 6) for a, b in pairs(found)), "nobody looks into another group"


def test_ties_of_members_follow_their_cooperative_and_not_its_row():
    now = model("village", families=40, burn_in=2003)
    coops, rows = now.cooperatives, now.households.rows[:20]
    met = []
    for _ in range(2):
        now.households.cooperative[rows] = coop = coops.add(np.array([4711]))  # in another row each time
        networks._meet(now.village, COOPERATIVE, 3, *networks._members(now.village))
        found = now.village.ties
        met.append(pairs((found.source[found.kind == COOPERATIVE], found.target[found.kind == COOPERATIVE])))
        coops.alive[coop] = False
    assert met[0] == met[1]
    assert len(met[0]) == 60


@settings(max_examples=60, deadline=None)
@given(some.sets(some.integers(0, 60), min_size=1), some.integers(1, 4))
def test_who_leaves_a_group_takes_its_own_ties_along_and_no_others(rows, slots):
    before = pairs(circles([0] * len(rows), sorted(rows), slots))
    gone = min(rows)
    rest = rows - {gone}
    after = pairs(circles([0] * len(rest), sorted(rest), slots))
    assert {pair for pair in before if gone not in pair} <= after
    assert all(a != b for a, b in before)
    assert len(after - before) <= slots


def test_migrants_follow_those_they_know_and_go_back_to_their_town():
    ids = np.arange(4000)
    known = np.zeros((4000, RULES.towns))
    known[:2000, 3] = 1.0
    to = turnover.destinations(RULES, ids, np.full(4000, -1), known, 2000, LUCK)
    pull = np.exp(RULES.chain)
    assert (to[:2000] == 3).mean() == pytest.approx(pull / (pull + RULES.towns - 1), abs=0.03)
    assert (to[2000:] == 3).mean() == pytest.approx(1 / RULES.towns, abs=0.03)
    again = turnover.destinations(RULES, ids, to, np.roll(known, 1, axis=1), 2010, LUCK)
    assert np.array_equal(again, to)


# Showing --------------------------------------------------------------------------------------------------

FIVE = csr_matrix(np.array([[0, 1, 1, 1, 1], *([0] * 5 for _ in range(4))], dtype=float))


def shown(growers, threshold):
    known, grown = np.zeros((5, 1)), np.isin(np.arange(5), growers)[:, None]
    after = learning.knowledge(rules().learning, FIVE, known, grown, np.ones(5, bool), np.full(5, threshold))
    return after[0, 0]


def test_enough_growers_show_how_to_begin():
    """One of four ties is short of .3 and teaches by telling, two of four show; none shows nothing at any threshold."""
    assert shown([1], 0.3) == pytest.approx(0.25 * rules().learning.knowledge_spread)
    assert shown([1, 2], 0.3) == rules().learning.demonstrated
    assert shown([], -1.0) == 0


def test_thresholds_are_about_a_fifth_of_the_ties_and_lower_for_the_open_minded():
    ids, rule = np.arange(5000), rules().learning
    plain = learning.thresholds(rule, ids, np.zeros(5000, bool), LUCK)
    assert (plain.mean(), plain.std()) == pytest.approx((0.2, 0.1), abs=0.005)
    open_minded = learning.thresholds(rule, ids, np.ones(5000, bool), LUCK)
    assert np.array_equal(open_minded, np.minimum(plain, 0.1))
    assert learning.thresholds(replace(rule, demonstration=False), ids, np.ones(5000, bool), LUCK) is None


# In the village -------------------------------------------------------------------------------------------


@cache
def years(scenario="village"):
    """A model that lived to the end, and its ties with who lived, was at home and knew what, after every year."""
    seen = []

    def look(now):
        households = now.households
        seen.append((now.village.ties, households.alive.copy(), households.residents > 0, households.knowledge.copy()))

    return model(scenario, families=40).run(on_year=look), tuple(seen)


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_ties_lead_to_living_houses_once_and_kin_look_at_each_other(scenario):
    for ties, alive, _, _ in years(scenario)[1]:
        assert alive[ties.source].all()
        assert alive[ties.target].all()
        assert (ties.source != ties.target).all()
        assert len(set(zip(ties.source.tolist(), ties.target.tolist(), ties.kind.tolist(), strict=True))) == len(ties)
        kin = ties.kind == KIN
        there = pairs((ties.source[kin], ties.target[kin]))
        assert there == {(b, a) for a, b in there}


def test_degrees_stay_near_their_reference_for_forty_years():
    for ties, alive, at_home, _ in years()[1]:
        inhabited = np.flatnonzero(alive & at_home)
        near = np.bincount(ties.source[ties.kind == NEIGHBOUR], minlength=len(alive))[inhabited]
        kin = np.bincount(ties.source[ties.kind == KIN], minlength=len(alive))[inhabited]
        assert 4.5 < near.mean() < 7.5
        assert 2.5 < kin.mean() < 9
    ties = years()[1][-1][0]
    apart = model(families=40, changes={"people.ties.change": False}).run().village.ties
    assert len(apart) > 1.4 * (ties.kind < COOPERATIVE).sum(), "without fading every split adds for good"


def test_ties_turn_over_but_slowly():
    renewed = years()[0].indicators["new_ties"]
    assert 0.01 < renewed.mean() < 0.15


def test_families_with_migrants_in_one_town_look_to_one_another():
    now = years()[0]
    ties, people = now.village.ties, now.people
    town = ties.kind == TOWN
    assert town.sum() > 10
    away = people.alive & (people.town >= 0)
    where = np.zeros((len(now.households), RULES.towns), bool)
    where[people.household[away], people.town[away]] = True
    assert (where[ties.source[town]] & where[ties.target[town]]).any(axis=1).mean() > 0.8, "some came home since"
    assert now.indicators["town_ties"].iloc[0] < now.indicators["town_ties"].iloc[-1]


def test_members_of_a_cooperative_get_to_know_one_another_and_part_when_it_ends():
    now = model(changes={"cooperatives.on": False}, families=40).run(1)
    rows = now.households.rows[:8]
    now.households.cooperative[rows] = now.cooperatives.add(np.array([4711]))
    now.run(1)
    ties = now.village.ties
    fellows = ties.kind == COOPERATIVE
    assert np.isin(ties.source[fellows], rows).all()
    assert np.isin(ties.target[fellows], rows).all()
    assert (np.bincount(ties.source[fellows])[now.households.alive[rows].nonzero()[0]] <= RULES.cooperative).all()
    assert fellows.sum() >= 6 * RULES.cooperative
    now.households.cooperative[rows] = -1
    now.run(1)
    assert not (now.village.ties.kind == COOPERATIVE).any()


def test_without_a_grower_anywhere_nobody_learns_a_perennial():
    """Knowledge comes from the experienced alone: no innovators, nobody who comes home with ideas, no help."""
    nobody = {"people.learning.innovators": 0.0, "people.roles.returning": False, "people.roles.backbone": False}
    now = model(changes=nobody, families=40).run()
    perennial = now.village.uses.is_kind("perennial")
    assert not now.households.knowledge[:, perennial].any()
    assert now.village.ties.kind.size > 100


def test_switched_off_nothing_of_it_moves_anything():
    rest = {"people.ties.fade": 0.3, "people.ties.closure": 0.9, "people.ties.towns": 2, "people.ties.chain": 0.0}
    assert differing(model(changes=OFF).run(10), model(changes=OFF | rest).run(10)) == []


def test_the_same_seed_has_the_same_ties_and_a_saved_run_goes_on_with_them(tmp_path):
    straight, halved = model(families=40).run(12), model(families=40).run(5)
    halved.save(tmp_path / "half.model")
    resumed = VillageModel.load(tmp_path / "half.model").run(7)
    assert differing(straight, resumed) == []
    for name in ("source", "target", "kind"):
        assert np.array_equal(getattr(straight.village.ties, name), getattr(resumed.village.ties, name))
    assert nx.utils.graphs_equal(straight.ties, resumed.ties)
