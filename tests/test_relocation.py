"""Relocation to town: who wants to go, who goes first, what is paid, and what a village left looks like."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from village_of_test import differing, model

from village_abm import load_params
from village_abm.policy import relocation
from village_abm.streams import Streams
from village_abm.year.paying.relocation import SETTLEMENT

SCHEME = load_params().schemes["relocation_to_town"]
MANY = np.arange(2000)


def test_a_family_of_four_gets_80000_yuan_in_2012_and_240000_in_2016():
    four = np.array([4])
    assert [int(relocation.payment(SCHEME, year, four)[0]) for year in (2011, 2012, 2015, 2016, 2020)] == [
        0, 8_000_000, 8_000_000, 24_000_000, 24_000_000,
    ]  # fmt: skip


def wish(scheme=SCHEME, income=8_000.0, hard=0.0, year=2016):
    cells = (np.full(len(MANY), cell) for cell in (income, hard))
    return relocation.accepts(scheme, Streams(1), year, 1.0, MANY, *cells)


def test_the_share_that_accepts_is_that_of_the_logit():
    value = -4 + 1.2 * np.log(60_000 / 8_000) + 1.0 * 0.8
    assert wish().mean() == pytest.approx(1 / (1 + np.exp(-value)), abs=0.03)


def test_more_money_more_hardship_and_surer_jobs_never_make_anybody_stay():
    paid = replace(SCHEME, payment=replace(SCHEME.payment, rate=(40_000.0, 120_000.0)))
    for more in (wish(paid), wish(hard=2.0), wish(replace(SCHEME, job=0.95)), wish(income=4_000.0)):
        assert (more >= wish()).all()
        assert more.sum() > wish().sum()


def test_nobody_is_offered_a_place_without_money_nor_before_it_opens():
    assert not wish(replace(SCHEME, payment=replace(SCHEME.payment, rate=(0.0, 0.0)))).any()
    assert not wish(year=2011).any()


def leaving(scheme=SCHEME, households=100, willing=True, poor=False, moved=0, year=2020):
    ids = np.arange(households)
    cells = [np.broadcast_to(cell, households) for cell in (4, 500.0, poor, 0.1, willing)]
    return relocation.moving(scheme, Streams(1), year, ids, *cells, moved=moved)


def test_places_grow_evenly_to_the_share_that_may_go():
    assert len(leaving(year=2012)) == 3  # a ninth of 30
    assert len(leaving()) == 30
    assert len(leaving(households=80, moved=20)) == 10


def test_the_unwilling_stay_and_others_take_their_place():
    willing = np.arange(100) % 2 == 0
    assert len(leaving(willing=willing)) == 30
    assert willing[leaving(willing=willing)].all()


def test_the_poor_go_first():
    poor = np.arange(100) < 50
    assert (leaving(replace(SCHEME, places=replace(SCHEME.places, noise=0.0)), poor=poor) < 50).all()


def test_the_budget_ends_the_queue_at_whole_families():
    """A family of four costs 240,000 yuan and 8% on top, 259,200: half a million pays one."""
    assert len(leaving(replace(SCHEME, budget=500_000.0))) == 1


# A village --------------------------------------------------------------------------------------------------

NAME = "relocation_to_town"
SOON = {
    "scenario.schemes": NAME, f"schemes.{NAME}.years": [1985, 1989], f"schemes.{NAME}.payment.rate_years": [1985, 1988],
    f"schemes.{NAME}.places.share": 0.5, f"schemes.{NAME}.wish.intercept": 10.0,
}  # fmt: skip


@cache
def lived(until=1990, **changes):
    own = {
        f"schemes.{NAME}.{name.replace('__', '.')}": list(value) if isinstance(value, tuple) else value
        for name, value in changes.items()
    }
    now = model(changes=SOON | own, burn_in=1983)
    while now.year < until:
        now.step()
    return now


@cache
def alone(until=1990):
    now = model(changes={"scenario.schemes": ""}, burn_in=1983)
    while now.year < until:
        now.step()
    return now


def test_families_who_move_to_town_take_their_people_and_money_and_leave_their_land_to_the_forest():
    """Half of the families may go and all want to: they leave the register and the purse of the village with all
    that they have, their fields are closed, and every book closes."""
    now = lived()
    households, patches, people = now.households, now.patches, now.people
    told = [event for event in now.events if event["kind"] == "moved to town"]
    gone = np.flatnonzero(np.isin(households.id, [event["household"] for event in told]))
    assert len(gone) >= 10
    assert not households.alive[gone].any()
    assert (households.cash[gone] == 0).all()
    assert not (people.alive & np.isin(people.household, gone)).any()
    for column in (patches.owner, patches.user, patches.scheme_payee):
        assert not np.isin(column, gone).any()
    for column in (households.cattle, households.goats, households.rooms):
        assert not column[gone].any()
    assert (households.cooperative[gone] < 0).all()
    books = [now.ledger.years[year] for year in range(1985, 1990)]
    paid = sum(book["cash"].get(f"paid: {NAME}", 0) for book in books)
    assert paid == -sum(book["county purse"].get(f"paid: {NAME}", 0) for book in books) > 0
    assert sum(book["cash"].get("taken along to town", 0) for book in books) < 0
    assert sum(-book["people"].get("moved away", 0) for book in books) * 2_000_000 <= paid
    assert patches.closed.sum() > alone().patches.closed.sum() == 0
    assert households.alive.sum() < alone().households.alive.sum()


def test_what_is_paid_is_the_rate_for_every_one_who_leaves():
    for year in range(1985, 1990):
        books = lived().ledger.years[year]
        rate = 2_000_000 if year < 1988 else 6_000_000
        assert books["cash"].get(f"paid: {NAME}", 0) == -rate * books["people"].get("moved away", 0)


@pytest.mark.parametrize("old_land", ["grass", "collective"])
def test_the_land_left_can_be_sown_to_grass_or_left_to_the_collective(old_land):
    now = lived(old_land=old_land)
    grass = (now.patches.use == now.use_names.index("grass")).sum()
    assert not now.patches.closed.any()
    assert (grass > 0) == (old_land == "grass")


def test_without_money_there_is_no_scheme_bit_for_bit():
    assert differing(lived(payment__rate=(0, 0)), alone()) == []


@pytest.mark.slow
def test_a_whole_village_may_leave_and_the_years_go_on():
    """When the last family of a house has gone the house is reclaimed; land and books outlive the people."""
    now = lived(until=1992, places__share=1.0)
    assert not now.households.alive.any()
    assert not now.people.alive.any()
    assert not (now.patches.land_kind == SETTLEMENT).any()
    works = sum(books["county purse"].get(f"works: {NAME}", 0) for books in now.ledger.years.values())
    built = (now.village.landscapes[0].settlement).sum()
    assert -works == round(built * 0.0625 * 15 * 35_000 * 100)


def test_what_is_reclaimed_keeps_to_the_budget():
    """A house plot of 625 m2 at 35,000 yuan a mu costs 32,812 yuan: 100,000 less 50,000 and 8% pay one."""
    poor = replace(SCHEME, budget=100_000.0)
    assert relocation.reclaimable(poor, 5_000_000, 0.0625) == 1
    assert relocation.reclaimable(poor, 9_500_000, 0.0625) == 0
    assert relocation.reclaimable(replace(SCHEME, payment=replace(SCHEME.payment, reclaiming=0.0)), 0, 0.0625) is None


def test_rangers_who_move_the_same_year_leave_no_days_of_work_and_no_claims_behind():
    """Days of a job, and what the county still owes, end with the household; the books close."""
    changes = SOON | {"scenario.schemes": f"rangers,{NAME}", "schemes.rangers.years": [1985, 2050]}
    now = model(changes=changes | {"schemes.rangers.watch.area": 20, f"schemes.{NAME}.places.share": 1.0}, burn_in=1983)
    while now.year < 1984:
        now.step()
    owed = np.where(now.households.alive, 700, 0)
    now.households.arrears[:] = owed
    while now.year < 1989:
        now.step()
    dead = ~now.households.alive
    assert dead.sum() > 10
    for column in (now.households.other_days, now.households.taken_days, now.households.arrears, now.households.cash):
        assert not column[dead].any()
