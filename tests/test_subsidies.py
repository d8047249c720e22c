"""Subsidies: contract land still cropped is paid, poor households get money to produce with."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from village_of_test import differing, model

from agents.patch import is_cropland
from village_abm import load_params
from village_abm.policy import subsidies
from village_abm.streams import Streams
from village_abm.year import exogenous
from village_abm.year.paying.subsidies import pay_for_land

LAND, GRANT = (load_params().schemes[name] for name in ("land_protection", "targeted_poverty"))
MANY = np.arange(5_000)


def test_five_mu_are_due_450_yuan_from_2015():
    assert subsidies.due_for_land(LAND, 2015, np.array([5 / 15, 0.0])).tolist() == [45_000, 0]
    assert subsidies.due_for_land(LAND, 2014, np.array([5 / 15])).sum() == 0


def test_idle_land_is_paid_unless_a_look_finds_it_and_cropped_land_always():
    idle = MANY < 4_000
    looked, paid = subsidies.claims(LAND, Streams(1), 2016, MANY, idle, most=5_000)
    assert paid[~idle].all()
    assert not looked[~idle].any()
    assert paid[idle].mean() == pytest.approx(1 - 0.1 * 0.8, abs=0.015)
    assert subsidies.claims(LAND, Streams(1), 2016, MANY, idle, most=50)[0].sum() == 50


def test_of_1500_yuan_1050_reach_the_household_and_450_are_spent_on_form():
    owed, wasted = subsidies.granted(GRANT, 2016, np.array([True, False]))
    assert owed.tolist() == [105_000, 0]
    assert wasted == 45_000
    assert subsidies.granted(GRANT, 2021, np.array([True]))[1] == 0


def test_a_short_budget_halves_grant_and_form_alike():
    owed, wasted = subsidies.granted(replace(GRANT, budget=750 * 1.08), 2016, np.array([True]))
    assert (owed.tolist(), wasted) == ([52_500], 22_500)


# A village --------------------------------------------------------------------------------------------------


@cache
def lived(scheme="", until=1988, **changes):
    own = {f"schemes.{scheme}.{name.replace('__', '.')}": value for name, value in changes.items()}
    if scheme:
        own[f"schemes.{scheme}.years"] = [1985, 2050]
    now = model(changes={"scenario.schemes": scheme} | own, burn_in=1983)
    while now.year < until:
        now.step()
    return now


def payment_day(audit):
    """What is paid for land where a hundred of the plots have been left idle, by household, and the looks taken."""
    now = model(changes={"scenario.schemes": ""}, burn_in=1983)
    while now.year < 1985:
        now.step()
    village, patches = now.village, now.patches
    rows = np.flatnonzero((patches.owner >= 0) & village.uses.is_kind("crop")[patches.use])
    patches.use[rows[:100]] = village.uses.index["fallow"]
    now._open_books()
    village.memory["paid by scheme"] = {}
    scheme = replace(LAND, monitoring=subsidies.Look(audit=audit, detection=1.0), years=(1985, 2050))
    before = now.households.cash.copy()
    spent = pay_for_land(village, now.government, exogenous.read(village), 0, "land_protection", scheme, 1_000)
    return now, rows, now.households.cash - before, spent


def test_holders_are_paid_for_cropped_land_and_a_strict_audit_finds_all_that_lies_idle():
    """Every holder of contract cropland gets 90 yuan for each mu under crops, whoever works it; where nobody looks
    idle land is paid as well, where every plot is looked at it is not."""
    now, rows, loose, unseen = payment_day(audit=0.0)
    _, _, audited, seen = payment_day(audit=1.0)
    plot = round(90 * 15 * 0.0625 * 100)
    contract = is_cropland(now.patches.land_kind[rows])
    held = np.bincount(now.patches.owner[rows[contract]], minlength=len(loose))
    np.testing.assert_allclose(loose, held * plot, atol=len(rows))
    idle = np.bincount(now.patches.owner[rows[:100][contract[:100]]], minlength=len(loose))
    assert idle.sum() > 0
    np.testing.assert_allclose(audited, (held - idle) * plot, atol=len(rows))
    assert (unseen.visits, seen.visits) == (0, idle.sum())
    assert unseen.paid == loose.sum()


def test_poor_households_get_money_to_produce_with_and_are_less_often_poor():
    """The grant lifts poor households with hands at home; what is spent on form leaves the county all the same."""
    now, other = lived("targeted_poverty", 1985), lived("", 1985)
    books = now.ledger.years[1985]["county purse"]
    paid = int(now.households.payments.sum())
    assert books["paid: targeted_poverty"] == -paid < 0
    assert books["works: targeted_poverty"] == pytest.approx(-paid * 0.3 / 0.7, rel=1e-3)
    got = now.households.payments > 0
    assert (now.households.adults[got] > now.households.migrants[got]).all()
    assert now.households.poor.sum() < other.households.poor.sum()


@pytest.mark.slow
def test_where_all_is_form_nothing_reaches_the_poor():
    now = lived("targeted_poverty", payment__formality=1.0)
    assert differing(now, lived()) == []
    assert now.ledger.years[1988]["county purse"]["works: targeted_poverty"] < 0


@pytest.mark.parametrize("scheme", ["land_protection", "targeted_poverty"])
def test_without_money_there_is_no_scheme_bit_for_bit(scheme):
    assert differing(lived(scheme, payment__rate=0), lived()) == []
