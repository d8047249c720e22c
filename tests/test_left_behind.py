"""What follows from leaving: elders without care, lost jobs, illness that makes poor; under common random numbers."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np
import pytest
from village_of_test import model, small

from agents.person import STATUSES

MIGRANT = STATUSES.index("migrant")
SEEDS = (1, 2, 3)
CRISIS = 0.3


@cache
def _grown(seed):
    return model(seed=seed, families=70).run(16)


def next_year(seed, changes):
    """The year 2006 in a village that has lived to 2005 by the shipped rules, and lives on by changed ones."""
    now = copy.deepcopy(_grown(seed))
    now.village.params = small(changes=changes, families=70)
    now.step()
    return now


def home_again(now):
    return {e["person"] for e in now.events if e["kind"] == "came home" and e["year"] == now.year}


def gone(now):
    return {e["person"] for e in now.events if e["kind"] == "left" and e["year"] == now.year}


@pytest.mark.parametrize("seed", SEEDS)
def test_who_loses_a_job_sends_nothing_and_nobody_stays_away_for_it(seed):
    calm, crisis = (next_year(seed, {"series.job_loss": rate}) for rate in (0.0, CRISIS))
    assert not calm.people.jobless.any()
    assert home_again(calm) <= home_again(crisis)
    away = crisis.people.alive & (crisis.people.status == MIGRANT)
    lost = np.bincount(crisis.people.household[away & crisis.people.jobless], minlength=len(crisis.households))
    kept = np.bincount(crisis.people.household[away & ~crisis.people.jobless], minlength=len(crisis.households))
    assert lost.sum() > 0
    assert (crisis.households.remittances[kept == 0] == 0).all()
    assert crisis.households.remittances.sum() < calm.households.remittances.sum()


def test_lost_jobs_bring_more_people_home():
    calm, crisis = ([next_year(seed, {"series.job_loss": rate}) for seed in SEEDS] for rate in (0.0, 1.0))
    assert sum(len(home_again(now)) for now in calm) < sum(len(home_again(now)) for now in crisis)


def test_elders_at_home_keep_people_from_leaving_and_call_others_back():
    bound = {"people.migration.elder_weight": 1.0, "people.migration.return_elder": 1.6}
    free = {"people.migration.elder_weight": 0.0, "people.migration.return_elder": 0.0}
    ends = {"people.migration.veto": False}
    for seed in SEEDS:
        with_care, without = (next_year(seed, {**rules, **ends}) for rules in (bound, free))
        assert gone(with_care) <= gone(without)
        assert home_again(without) <= home_again(with_care)


@pytest.mark.parametrize("seed", SEEDS)
def test_illness_makes_poor_in_the_year_it_strikes_and_nobody_else(seed):
    healthy, ill = (next_year(seed, {"farm.livelihood.sickness_rate": rate}) for rate in (0.03, 0.08))
    assert (healthy.households.income == ill.households.income).all()
    more = ill.households.poor & ~healthy.households.poor
    assert not (healthy.households.poor & ~ill.households.poor).any()
    assert ill.households.sick[more].all()


@pytest.mark.slow
def test_more_illness_brings_more_households_back_into_poverty():
    often = {"farm.livelihood.sickness_rate": 0.08, "farm.livelihood.sickness_cost": 25_000}
    seldom = {"farm.livelihood.sickness_rate": 0.03, "farm.livelihood.sickness_cost": 2_000}
    back = {}
    for name, changes in (("often", often), ("seldom", seldom)):
        frames = [model(changes=changes, seed=seed).run().indicators for seed in SEEDS]
        back[name] = sum(frame["poor_again"].sum() for frame in frames)
    assert back["often"] > back["seldom"]
