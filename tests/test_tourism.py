"""Homestays: who comes, who gets them, when rooms pay, and what becomes of the money."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from village_of_test import differing, model

from village_abm import load_params
from village_abm.economy import tourism
from village_abm.year import exogenous, guests, means

RULES = load_params().tourism
# A well-known green village at the road, where rooms are cheap: there is something to look at.
FAMOUS = {
    "tourism.nights": 60_000, "tourism.culture": 3, "tourism.road": 0, "tourism.least_cover": 0.3,
    "tourism.cost": 50_000, "tourism.considers": 1,
}  # fmt: skip


# By hand --------------------------------------------------------------------------------------------------


def test_what_a_room_night_brings_and_a_year_leaves():
    """4 rooms sell 365 nights at a quarter: 25,000/.6 = 41,667 yuan of revenue, 114.16 a night, 20,000 to the owner."""
    assert RULES.price == pytest.approx(25_000 / 0.6 / 365)
    assert tourism.owner_income(RULES, np.array([365.0, 730.0])) == pytest.approx([20_000, 40_000])
    assert RULES.capacity == 730


def test_visitors_by_hand():
    """9,000 nights x .6 of the demand x e^-1 at 3 km x cover .5 x culture .5 x 1.2 with a convention of .2."""
    rule = replace(RULES, road=3000.0, convention=0.2)
    asked = tourism.visits(rule, 0.6, np.array([0.5, 1.0]))
    assert asked[0] == pytest.approx(9000 * 0.6 * np.exp(-1) * 0.5 * 0.5 * 1.2)
    assert asked[1] == pytest.approx(2 * asked[0])


def test_scenery_is_the_mean_of_the_square_around_a_house():
    cover = np.arange(25.0).reshape(5, 5)
    seen = tourism.scenery(cover, np.array([2, 0, 4]), np.array([2, 0, 3]), 1)
    assert seen == pytest.approx([12.0, np.mean([0, 1, 5, 6]), np.mean([17, 18, 19, 22, 23, 24])])


def test_rooms_are_worth_building_where_guests_pay_for_the_work_and_the_house():
    """At 730 nights 40,000 less 150 days at 50 yuan: 32,500 a year, 6.1446 times that in ten years at 10%."""
    gain = tourism.worth(RULES, np.array([730.0, 365.0]), np.array([50.0, 50.0]), np.array([0.1, 0.1]))
    assert gain[0] == pytest.approx(32_500 * 6.144567 - 120_000, rel=1e-6)
    assert gain[1] == pytest.approx(12_500 * 6.144567 - 120_000, rel=1e-6)
    assert gain[0] > 0 > gain[1]


def test_a_newcomer_expects_an_even_share_and_no_more_than_its_beds():
    nights = tourism.expected_nights(RULES, np.array([1000.0, 1000.0, 9000.0]), np.array([0.0, 3.0, 0.0]))
    assert nights.tolist() == [730, 250, 730]


def test_guests_whom_a_full_house_cannot_take_go_to_the_others():
    """100 ask for beds; the pretty house draws half but has 20 beds; the others share 80 as 1 to 3."""
    sold = tourism.guests(100.0, np.array([4.0, 1.0, 3.0]), np.array([20.0, 100.0, 100.0]))
    assert sold == pytest.approx([20, 20, 60])
    assert tourism.guests(1000.0, np.array([4.0, 1.0, 3.0]), np.array([20.0, 100.0, 100.0])).tolist() == [20, 100, 100]
    assert len(tourism.guests(10.0, np.zeros(0), np.zeros(0))) == 0


@settings(max_examples=150, deadline=None)
@given(
    asked=some.floats(0, 1e5),
    hosts=some.lists(some.tuples(some.floats(0.3, 1), some.floats(0, 730)), min_size=1, max_size=12),
)
def test_nobody_hosts_more_than_its_beds_and_nobody_sleeps_twice(asked, hosts):
    pull, capacity = np.array(hosts).T
    sold = tourism.guests(asked, pull, capacity)
    assert (sold >= 0).all()
    assert (sold <= capacity).all()
    assert sold.sum() == pytest.approx(min(asked, capacity.sum()), rel=1e-9, abs=1e-6)
    free = sold < capacity * (1 - 1e-9)
    if free.sum() > 1:
        assert np.ptp(sold[free] / pull[free]) == pytest.approx(0, abs=1e-6 * max(asked, 1)), "the same to each by pull"


@given(some.floats(0.1, 0.9), some.floats(0, 0.1), some.floats(0, 2), some.floats(0, 20_000))
def test_more_cover_never_means_fewer_visitors_nor_a_longer_road_more(cover, more, demand, road):
    here, farther = replace(RULES, road=road), replace(RULES, road=road + 500)
    few, many = tourism.visits(here, demand, np.array([cover, cover + more]))
    assert many >= few
    assert tourism.visits(farther, demand, np.array([cover]))[0] <= few


# In the village -------------------------------------------------------------------------------------------


@cache
def famous(cost=50_000, seed=1, **more):
    changes = FAMOUS | {"tourism.cost": cost} | {f"tourism.{name}": value for name, value in more.items()}
    return model(changes=changes, seed=seed, families=40, burn_in=1988).run()


def told(now, kind):
    return [event for event in now.events if event["kind"] == f"{kind} homestay"]


def test_homestays_open_where_there_is_something_to_see_and_not_before_people_travel():
    now = famous()
    assert now.indicators["homestays"].max() >= 3
    assert now.indicators["homestays"].loc[:1998].max() == 0
    opened = told(now, "opened")
    assert all(event["why"]["cover in sight"] > 0.3 and event["why"]["present worth"] > 0 for event in opened)
    assert all(event["why"]["room nights expected"] <= 730 for event in opened)


def test_the_first_hosts_came_home_or_farm_much():
    now = famous()
    first = told(now, "opened")[0]
    row = now.households.id.tolist().index(first["household"])
    home = {e["household"] for e in now.events if e["kind"] == "came home" and first["year"] - 6 < e["year"]}
    assert first["household"] in home or now.households.backbone[row]
    alone = model(
        changes=FAMOUS | {"people.roles.returning": False, "people.roles.backbone": False}, families=40, burn_in=1988
    ).run()
    assert told(alone, "opened") == [], "nobody can learn it from nobody"


def test_homestays_live_ten_years_at_most_and_need_somebody_at_home():
    now = famous()
    assert told(now, "closed")
    for event in told(now, "closed"):
        assert event["year"] - event["why"]["opened"] <= RULES.life
    households = now.households
    hosts = households.rooms > 0
    assert households.alive[hosts].all()
    assert (now.year - households.rooms_opened[hosts] < RULES.life).all()


def test_dearer_building_never_means_more_homestays():
    for seed in (1, 2):
        opened = [len(told(famous(cost, seed), "opened")) for cost in (50_000, 400_000)]
        assert opened == sorted(opened, reverse=True)
        assert opened[0] > opened[-1]


def test_a_road_too_far_leaves_the_rooms_unbuilt():
    assert told(famous(road=4), "opened") == []


def test_whoever_has_no_days_left_opens_no_rooms_and_who_does_has_fewer():
    opened = []
    for idle in (149.0, 200.0):
        now = model(changes=FAMOUS, families=40, burn_in=2010).run(1)
        households = now.households
        households.rooms[:], households.returnee[:], households.cash[:] = 0, True, 10**9
        now._open_books()
        households.idle_days[:], households.local_labour[:], households.cooperative_days[:] = idle, 0, 0
        guests.open_rooms(now.village, exogenous.read(now.village))
        hosts = households.rooms > 0
        opened.append(int(hosts.sum()))
        assert (means.days(now.village)[hosts] == idle - RULES.days).all()
        assert (means.days(now.village)[households.alive & ~hosts] == idle).all()
    assert opened[0] == 0 < opened[1]


def test_the_year_of_a_host_by_hand():
    """Its work is asked for by season; each sum is a rounded share of the one before, the owner has the rest."""
    now = model(changes=FAMOUS, families=40, burn_in=2010).run(1)
    households = now.households
    row = int(np.flatnonzero(households.alive & (households.adults - households.migrants > 1))[0])
    households.rooms[:], households.rooms[row], households.rooms_opened[row] = 0, 4, now.year
    now.run(1)
    assert households.other_days[row] == pytest.approx([37.5, 45, 45, 22.5])
    done = now.village.memory["work"].fulfilled[row] @ np.array(RULES.seasons)
    assert 0 < households.guest_nights[row] <= 730 * done + 1e-9
    revenue = round(households.guest_nights[row] * RULES.price * now.village.price_level * 100)
    left = revenue - round(0.4 * revenue)
    assert households.guest_income[row] == pytest.approx(left - 2 * round(0.1 * left), abs=1)


def test_the_money_of_guests_adds_up_and_the_village_keeps_its_tenth():
    now = famous()
    fund = 0
    for books in now.ledger.years.values():
        cash, own = books["cash"], books["village fund"]
        fund += own.get("from homestays", 0)
        assert own.get("from homestays", 0) == -cash.get("share of the village", 0)
        assert own["closing"] == fund
        if cash.get("guests"):
            left = cash["guests"] + cash["running homestays"]
            assert cash["share of the village"] == pytest.approx(-0.1 * left, abs=100)
            assert cash["share of the operator"] == pytest.approx(-0.1 * left, abs=100)
    assert fund == now.village.fund.sum() > 0
    built = sum(books["cash"].get("homestays built", 0) for books in now.ledger.years.values())
    assert built < 0


def test_what_is_built_is_no_income_and_what_guests_leave_is():
    alone = FAMOUS | {"cooperatives.on": False, "husbandry.cattle.on": False, "husbandry.goats.on": False}
    now = model(changes=alone | {"tourism.cost": 50_000}, families=40, burn_in=1988).run()
    households = now.households
    parts = households.farm_income + households.wage_income + households.remittances + households.payments
    rest = households.income - parts + households.fined
    assert np.array_equal(rest, households.enterprise_income)
    assert np.array_equal(households.enterprise_income[households.alive], households.guest_income[households.alive])
    assert households.guest_income.sum() > 0


def test_switched_off_nothing_of_it_moves_anything():
    off = {"tourism.on": False}
    now = model(changes=off, families=40, burn_in=1988).run()
    other = model(changes=off | FAMOUS, families=40, burn_in=1988).run()
    assert differing(now, other) == []
    assert not now.households.rooms.any()
    assert "guests" not in now.ledger.years[2019]["cash"]


def test_without_demand_it_is_as_if_switched_off():
    off = model(changes={"tourism.on": False}, families=40, burn_in=1988).run()
    nobody = model(changes=FAMOUS | {"series.tourism_demand": 0.0}, families=40, burn_in=1988).run()
    assert differing(off, nobody) == []
