"""Shocks: what the shipped ones do to a village in the year they strike, and many schemes at once."""

from __future__ import annotations

import copy
from functools import cache

import numpy as np
import pytest
from scheme_pair import drawn_is_used, lived
from village_of_test import OF_A_GROUP, VARIED, model, small

from agents.person import STATUSES
from village_abm import VillageModel
from village_abm.ecology.weather import weather_of
from village_abm.streams import Streams

FAMILIES = 60
MIGRANT = STATUSES.index("migrant")


@cache
def rules(scenario):
    return small(scenario, families=FAMILIES)


@cache
def _grown(year, seed):
    """A village that has lived by the shipped rules to the end of a year."""
    earlier = [one for one in (2007, 2009, 2011, 2019) if one < year]
    now = copy.deepcopy(_grown(earlier[-1], seed)) if earlier else VillageModel(rules("village"), rng=seed)
    while now.year < year:
        now.step()
    return now


def both(scenario, before, years, seed=1):
    """The same village in the years after `before`, spared and struck by a shipped shock."""
    pair = []
    for name in ("village", scenario):
        now = copy.deepcopy(_grown(before, seed))
        now.params = now.village.params = rules(name)
        for _ in range(years):
            now.step()
        pair.append(now)
    return pair


def came_home(now, since):
    return {event["person"] for event in now.events if event["kind"] == "came home" and event["year"] > since}


def perennials(now):
    return int(now.village.uses.is_kind("perennial")[now.patches.use].sum())


def test_in_a_drought_fields_bear_less_households_go_shorter_of_grain_and_more_are_poor():
    calm, dry = both("drought", 2009, 1)
    calm, dry = calm.households, dry.households
    assert dry.farm_income.sum() < calm.farm_income.sum()
    assert (dry.food_gap >= calm.food_gap).all()
    assert dry.food_gap.sum() > calm.food_gap.sum()
    assert (calm.poor <= dry.poor).all()


def test_a_drought_imposed_is_the_least_and_a_worse_one_that_chance_brings_stays():
    climate = rules("village").climate
    where = np.zeros(1, np.int64)
    for year in range(1980, 2020):
        drawn, mild, worst = (
            weather_of(climate, Streams(1), year, where, where, imposed).drought[0] for imposed in (0.0, 0.5, 3.0)
        )
        assert mild == max(drawn, 0.5)
        assert worst == 3.0


def test_in_the_crisis_migrants_lose_their_jobs_send_less_and_nobody_stays_away_who_would_have_come_home():
    calm, crisis = both("crisis_2008", 2007, 1)
    assert came_home(calm, 2007) <= came_home(crisis, 2007)
    away = calm.people.alive & (calm.people.status == MIGRANT)
    assert (calm.people.jobless[away] <= crisis.people.jobless[away])[crisis.people.status[away] == MIGRANT].all()
    assert crisis.households.remittances.sum() < calm.households.remittances.sum()
    assert (calm.households.poor <= crisis.households.poor).all()
    assert crisis.households.poor.sum() > calm.households.poor.sum()


def test_in_the_pandemic_people_come_home_money_from_away_dries_up_and_no_guest_comes():
    calm, struck = both("pandemic", 2019, 1)
    assert came_home(calm, 2019) < came_home(struck, 2019)
    assert struck.households.remittances.sum() < 0.7 * calm.households.remittances.sum()
    assert struck.households.poor.sum() > calm.households.poor.sum()
    assert struck.params.series["tourism_demand"].at(2021) == 0 < calm.params.series["tourism_demand"].at(2021)
    assert (struck.households.guest_nights == 0).all()


def test_when_prices_crash_who_grows_perennials_earns_less_and_fewer_are_kept():
    calm, crash = both("price_crash", 2011, 1)
    uses = calm.village.uses
    sold = uses.is_kind("perennial") & (calm.village.memory["price"] > 0)
    assert (crash.village.memory["price"][sold] < 0.5 * calm.village.memory["price"][sold]).all()
    assert crash.households.farm_income.sum() < calm.households.farm_income.sum()
    for now in (calm, crash):
        while now.year < 2015:
            now.step()
    assert perennials(crash) < perennials(calm)


@pytest.mark.parametrize("scenario", VARIED)
def test_a_shock_or_a_bundle_is_the_default_village_but_for_what_its_file_says(scenario):
    usual, varied = rules("village"), rules(scenario)
    series = {f"series.{name}{end}" for name in usual.series for end in ("", ".times")}
    assert varied.differences.keys() - usual.differences.keys() <= series
    for name, series in varied.series.items():
        changed = series.values != usual.series[name].values
        assert not changed.any() or any(path.startswith(f"series.{name}") for path in varied.differences), name
    assert {key: str(one.value) for key, one in varied.numbers.items()} == {
        key: str(one.value) for key, one in usual.numbers.items()
    }


def test_payments_of_rangers_stop_when_their_years_are_cut():
    now = lived("rangers", 2019, {"schemes.rangers.years": [2016, 2018]}, burn_in=2015, families=30)
    paid = {year: lines["county purse"].get("paid: rangers", 0) for year, lines in now.ledger.years.items()}
    assert paid[2018] < 0 == paid[2019]


def test_many_schemes_run_together_and_each_draws_what_it_spends():
    now = model("combined", {"scenario.start": 1999}, burn_in=1999).run()
    for name in now.params.scenario.schemes:
        assert drawn_is_used(now, name), name
    paid = {entry for lines in now.ledger.years.values() for entry in lines["county purse"]}
    for name in ("grain_for_green_1", "welfare_forest", "rangers", "living_allowance"):
        assert f"paid: {name}" in paid
    known = now.indicators.drop(columns=list(OF_A_GROUP))
    assert np.isfinite(known.to_numpy()).all()


@pytest.mark.slow
@pytest.mark.parametrize("scenario", VARIED)
@pytest.mark.parametrize("seed", [2, 3])
def test_every_variant_lives_to_its_end_whatever_the_luck(scenario, seed):
    now = model(scenario, seed=seed).run()
    assert now.year == now.params.scenario.end
    assert now.indicators["population"].min() > 0
