"""Roles: backbone farmers and returning migrants, entered and left by stated conditions, one view of one row."""

import copy
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from village_of_test import chronicle, lived, model

from agents.backbone_farmer import BackboneFarmer
from agents.cooperative import Cooperative
from agents.government import Government
from agents.household import Household
from agents.returning_migrant import ReturningMigrant
from village_abm import VillageModel, load_params
from village_abm.society import roles
from village_abm.streams import Streams

MU = 1 / 15


def rules():
    return load_params().people.roles


# Conditions and gifts -------------------------------------------------------------------------------------


def test_a_household_becomes_a_backbone_farmer_at_the_upper_bound_and_stays_one_to_the_lower():
    worked = np.array([14, 16, 10, 10, 7, 30]) * MU
    was = np.array([False, False, False, True, True, True])
    hands = np.array([2, 2, 2, 2, 2, 0])
    found = BackboneFarmer.among(was, worked, hands, 15 * MU, 8 * MU)
    assert found.tolist() == [False, True, False, True, False, False]


def test_who_came_home_long_ago_or_after_a_short_time_counts_no_more():
    found = ReturningMigrant.among(4, np.array([0, 1, 2]), np.array([0, 5, 1]), np.array([6, 9, 1]), 5, 3)
    assert found.tolist() == [True, False, False, False]


def test_savings_grow_with_the_years_away_to_a_limit():
    found = roles.brought_home(rules(), 2000.0, np.array([2, 5, 10, 30]))
    assert found.tolist() == pytest.approx([0, 6000, 12000, 12000])  # a twentieth of 24,000 a year


def test_one_in_five_brings_ideas_and_the_same_one_whenever_it_is_asked():
    ids, years = np.arange(20_000), np.full(20_000, 4)
    found = roles.enterprising(rules(), Streams(3), ids, years)
    assert found.mean() == pytest.approx(0.2, abs=0.01)
    assert np.array_equal(found, roles.enterprising(rules(), Streams(3), ids, years))
    assert not roles.enterprising(rules(), Streams(3), ids, np.full(20_000, 2)).any()


def test_assistance_closes_a_fifth_of_the_gap_every_year():
    assert roles.assisted(rules(), np.array([0.0, 0.5, 1.0])).tolist() == pytest.approx([0.2, 0.6, 1.0])


# In the village -------------------------------------------------------------------------------------------


def agree(now):
    """Views and columns say the same, one view a living household, of the class of its role."""
    houses = now.households
    kinds = np.where(houses.backbone, 2, np.where(houses.returnee, 1, 0))[houses.alive]
    counted = Counter(type(agent) for agent in now.agents if not isinstance(agent, Cooperative))
    expected = {(Household, ReturningMigrant, BackboneFarmer)[k]: int((kinds == k).sum()) for k in range(3)}
    assert counted == Counter({Government: 1} | {kind: n for kind, n in expected.items() if n})
    for kind, count in expected.items():
        assert len(now.agents_by_type.get(kind, [])) == count
    rows = [agent.row for agent in now.agents if isinstance(agent, Household)]
    assert sorted(rows) == houses.rows.tolist()
    assert not (houses.backbone | houses.returnee)[~houses.alive].any()


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_every_year_the_view_is_of_the_class_of_the_role(scenario):
    seen = Counter()

    def look(now):
        agree(now)
        seen.update(kind.__name__ for kind in now.agents_by_type)

    model(scenario, families=60).run(on_year=look)
    assert seen["BackboneFarmer"] > 0
    assert seen["ReturningMigrant"] > 0


def test_roles_are_left_as_they_are_entered():
    backbone = [page.households.backbone for page in chronicle("village")]
    returnee = [page.households.returnee for page in chronicle("village")]
    for path in (backbone, returnee):
        changes = [(after[: len(before)].astype(int) - before) for before, after in pairwise(path)]
        assert any((change > 0).any() for change in changes)
        assert any((change < 0).any() for change in changes)


def test_worked_land_is_all_the_tended_land_counted_once():
    for page in chronicle("village")[1:]:
        index = lived("village").village.uses
        tended = (index.is_kind("crop") | index.is_kind("perennial"))[page.patches.use]
        assert page.households.worked.sum() == pytest.approx(tended.sum() * 0.0625)


@pytest.mark.parametrize(("switch", "column"), [("backbone", "backbone"), ("returning", "returnee")])
def test_each_role_is_switched_off_by_one_parameter(switch, column):
    now = model(changes={f"people.roles.{switch}": False}).run()
    assert not getattr(now.households, column).any()
    assert ("savings brought home" in now.ledger.years[2015]["cash"]) == (switch != "returning")
    agree(now)


def test_a_model_saved_in_the_middle_keeps_its_views(tmp_path):
    now = model(families=60).run(5)
    now.save(tmp_path / "village")
    again = VillageModel.load(tmp_path / "village")
    for one in (now, again):
        one.run(3)
        agree(one)
    assert now.indicators.equals(again.indicators)


@settings(max_examples=6, deadline=None)
@given(some.integers(1, 10**6), some.booleans(), some.booleans(), some.sampled_from(["village", "huanjiang"]))
def test_no_plot_or_household_is_lost_or_counted_twice_whatever_happens(seed, backbone, returning, scenario):
    """Years of splits, deaths, moves, contracts and leases under random luck; the books stop the run if they gape."""
    changes = {
        "people.roles.backbone": backbone, "people.roles.returning": returning,
        "people.demography.split_joint": 0.3, "farm.rental.cost_in": 40, "farm.rental.cost_out": 40,
    }  # fmt: skip
    now = model(scenario, changes, seed=seed, burn_in=1988)
    held = copy.copy(now.patches.owner)
    seen = set(now.households.id[now.households.alive].tolist())

    def look(now):
        agree(now)
        patches, houses, village = now.patches, now.households, now.village
        let = patches.user >= 0
        assert houses.alive[patches.user[let]].all()
        assert (patches.owner[let] >= 0).all()
        assert (patches.user != patches.owner)[let].all()
        assert np.array_equal(village.workers[let], patches.user[let])
        assert np.array_equal(village.workers[~let], patches.owner[~let])
        ids = houses.id[houses.alive]
        assert len(np.unique(ids)) == len(ids)
        told = {e["household"] for e in now.events if e["kind"] == "split"}
        gone = {e["household"] for e in now.events if e["kind"] == "dissolved"}
        assert set(ids.tolist()) == (seen | told) - gone

    now.run(12, on_year=look)
    assert len(held) == len(now.patches.owner)
