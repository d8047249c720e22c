"""The information service: what it costs, whom it reaches, and that prices swing no wider with it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from region_rules import lived as region_lived
from region_rules import market
from village_of_test import differing, model

from village_abm import load_params
from village_abm.economy.market import INFORMED
from village_abm.policy import information

NAME = "information_service"
SCHEME = load_params().schemes[NAME]


def test_260_households_cost_5200_yuan_and_8_percent():
    assert information.cost(SCHEME, 2015, 260) == (520_000, 41_600)


def test_too_short_a_budget_no_money_or_another_year_is_no_service():
    assert information.cost(replace(SCHEME, budget=5_000.0), 2015, 260) == (0, 0)
    assert information.reach(replace(SCHEME, budget=5_000.0), 2015, 260) == 0
    assert information.reach(replace(SCHEME, payment=information.Service(rate=0.0)), 2015, 260) == 0
    assert information.reach(SCHEME, 2009, 260) == 0
    assert information.reach(SCHEME, 2015, 260) == SCHEME.reach


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_prices_of_a_region_swing_no_wider_where_more_growers_know(seed):
    def swing(informed):
        price = np.log([page.price for page in region_lived(120, seed, market(informed=informed))[40:]])
        return price.std()

    assert swing(SCHEME.reach) < swing(market().informed)


# A village --------------------------------------------------------------------------------------------------

SOON = {"scenario.schemes": NAME, f"schemes.{NAME}.years": [1985, 2050]}


@cache
def lived(until=1996, **changes):
    own = {f"schemes.{NAME}.{name.replace('__', '.')}": value for name, value in changes.items()}
    now = model(changes=SOON | own, burn_in=1983)
    prices = []
    while now.year < until:
        now.step()
        prices.append(now.village.memory["price"].copy())
    return now, np.array(prices)


@cache
def alone(until=1996):
    now = model(changes={"scenario.schemes": ""}, burn_in=1983)
    prices = []
    while now.year < until:
        now.step()
        prices.append(now.village.memory["price"].copy())
    return now, prices


def test_published_areas_calm_the_price_of_prickly_ash_and_the_county_pays_for_every_household():
    """Who can know what is planted is a larger share of the growers with the service; the price of prickly ash
    strays no farther from its mean; the purse books the service and its administration, and nobody is paid."""
    now, prices = lived()
    other, before = alone()
    ash = now.use_names.index("prickly_ash")
    assert now.village.memory["trade"][ash].region.shares[INFORMED] > 0.2
    assert other.village.memory["trade"][ash].region.shares[INFORMED] <= 0.1 + 1e-9
    assert np.log(prices[:, ash]).std() <= np.log(np.array(before)[:, ash]).std()
    purse = now.ledger.years[1996]["county purse"]
    households = int(now.households.alive.sum())
    assert purse[f"works: {NAME}"] == -2_000 * households
    assert purse[f"administration: {NAME}"] == -160 * households
    assert purse[f"paid: {NAME}"] == 0


def test_without_money_there_is_no_scheme_bit_for_bit():
    assert differing(lived(payment__rate=0)[0], alone()[0]) == []


@pytest.mark.slow
def test_a_service_that_reaches_fewer_than_know_anyway_changes_no_mind():
    assert differing(lived(reach=0.05)[0], alone()[0]) == []
