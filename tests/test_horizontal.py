"""Payments along a river in sentences: a basin fund with a trigger, a standard of costs, a bargain."""

import dataclasses
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as some
from policy_rules import schemes
from village_of_test import differing, model

from agents.downstream import Downstream
from village_abm.params import ParameterError
from village_abm.policy import horizontal

RIVER, SOURCE, CITY = (schemes()[name] for name in ("chishui", "dongjiang", "yudong"))
NAMES = ("chishui", "dongjiang", "yudong")
BEGIN = {name: {f"schemes.{name}.years": [2002, 2050]} for name in NAMES}
GOOD, BAD = 5_000, 5  # t/km2/yr that are asked for at most


@cache
def lived(name, standard=GOOD, until=2006, **changes):
    """A small village under one such payment; shared between tests, so only look at it."""
    of_scheme = {f"schemes.{name}.{key}": value for key, value in changes.items() if not key.startswith("government")}
    of_county = {key.replace("__", "."): value for key, value in changes.items() if key.startswith("government")}
    now = model(
        changes={"scenario.schemes": name, f"schemes.{name}.water.standard": standard}
        | BEGIN[name] | of_scheme | of_county,
        burn_in=2001,
    )  # fmt: skip
    while now.year < until:
        now.step()
    return now


def sent(now, name, year):
    return now.ledger.years[year]["county purse"].get(f"transfer: {name}", 0)


@cache
def without():
    now = model(changes={"scenario.schemes": ""}, burn_in=2001)
    while now.year < 2006:
        now.step()
    return now


# By hand --------------------------------------------------------------------------------------------------


def test_guizhou_receives_two_fifths_of_200_million_and_pays_in_half():
    assert RIVER.payment.received() == pytest.approx(80e6)
    assert RIVER.payment.lost() == 0  # withheld only
    assert dataclasses.replace(RIVER.payment, flows_back=1.0).lost() == pytest.approx(100e6)
    assert dataclasses.replace(RIVER.payment, here="yunnan").received() == pytest.approx(60e6)
    assert sum(RIVER.payment.pays) == pytest.approx(1) == pytest.approx(sum(RIVER.payment.receives))


def test_the_province_must_lie_on_the_river():
    with pytest.raises(ParameterError, match="is none of yunnan, guizhou, sichuan"):
        dataclasses.replace(RIVER.payment, here="hunan")
    with pytest.raises(ParameterError, match="differ in length"):
        dataclasses.replace(RIVER.payment, pays=(1.0,))


def test_a_standard_of_costs_by_hand():
    """600 ha at 900 yuan, and 9 ha treated in three years at 20,000 yuan: half of 540,000 + 60,000."""
    assert horizontal.standard(SOURCE.payment, 600, 9) == pytest.approx(300_000)


def test_a_city_of_contented_users_would_pay_8_47_million():
    assert CITY.payment.most() == pytest.approx(8.47e6, rel=0.001)
    assert CITY.payment.cost() == pytest.approx(199_000 + 1_285_000)
    middle = (CITY.payment.most() + CITY.payment.cost()) / 2
    assert horizontal.agreed(CITY.payment, 1.0) == pytest.approx(middle)


@given(some.floats(0, 1), some.floats(0, 1e7), some.floats(0, 1))
def test_a_bargain_is_struck_only_where_both_gain(content, cost, power):
    rules = dataclasses.replace(CITY.payment, yearly_cost=cost, power=power)
    price, most = horizontal.agreed(rules, content), content * rules.most()
    assert price == 0 or rules.cost() - 1e-6 <= price <= most + 1e-6
    assert (price > 0) == (0 < most >= rules.cost())


def test_users_forget_bad_water_slowly():
    users = Downstream()
    assert [round(users.taste(good, 0.5), 3) for good in (False, False, True, True)] == [0.5, 0.25, 0.625, 0.812]


# In the village -------------------------------------------------------------------------------------------


def test_the_village_gets_its_part_of_the_basin_fund_while_little_soil_is_washed_away():
    """One km2 of 11,400 of 80 million is 7,017 yuan; a missed trigger brings nothing."""
    good, bad = lived("chishui"), lived("chishui", BAD)
    assert sent(good, "chishui", 2006) / 100 == pytest.approx(80e6 / 11_400, rel=0.03)
    assert [sent(bad, "chishui", year) for year in range(2002, 2007)] == [0] * 5
    assert any(event["kind"] == "water was bad" for event in bad.events)
    assert good.households.payments.sum() > 0 == bad.households.payments.sum()
    assert differing(bad, without()) == []


def test_where_money_flows_back_the_county_pays_what_its_purse_can_bear():
    """Half of 200 million on one km2 of 11,400 is 8,772 yuan a year; 10,000 in the purse do not last."""
    bad = lived("chishui", BAD, **{"payment.flows_back": 1.0, "government__levels__debt_limit": 5_000})
    back = [-bad.ledger.years[year]["county purse"].get("paid back: chishui", 0) for year in range(2002, 2007)]
    assert back[0] == 877_192  # 100 million / 11,400, in fen
    assert min(back) < back[0]
    assert 0 < bad.government.debt <= 500_000
    assert bad.households.payments.sum() == 0


def test_what_those_downstream_can_pay_is_no_limit_to_what_flows_back():
    poor = {
        "payment.flows_back": 1.0,
        "government__levels__debt_limit": 5_000,
        "government__buyers__kinds": ("trigger",),
        "government__buyers__demand": (10,),
    }
    assert lived("chishui", BAD, 2002, **poor).ledger.years[2002]["county purse"]["paid back: chishui"] == -877_192


def cleared_hills(year, **changes):
    """A village under the shipped Chishui rule whose hills are laid bare and ploughed from `year` on, and its purse."""
    names = {"scenario.schemes": "chishui", "schemes.chishui.years": [2002, 2050]}
    now = model(changes=names | changes, burn_in=2001)
    received = []
    while now.year < 2006:
        if now.year + 1 >= year:
            patches = now.patches
            wild = (patches.use == now.use_names.index("natural")) & (patches.slope > 10)
            patches.cover[wild] = 0.05
        now.step()
        received.append(sent(now, "chishui", now.year))
    return now, received


def test_whoever_clears_the_hills_loses_the_payment_and_pays_into_the_river_fund():
    """At a standard of 70 t/km2 (this small village loses some 60) the water is good while hills are green; from the
    year in which they are laid bare nothing is received, and where money flows back the county pays 8,772 yuan."""
    standard = {"schemes.chishui.water.standard": 70}
    back = {"schemes.chishui.payment.flows_back": 1.0}
    green, _ = cleared_hills(2050, **standard | back)
    bare, received = cleared_hills(2004, **standard | back)
    told = [event["year"] for event in bare.events if event["kind"] == "water was bad"]
    assert told == [2004, 2005, 2006]
    assert min(received[1:3]) > 0 == max(received[3:])
    for year in (2002, 2003):
        assert "paid back: chishui" not in bare.ledger.years[year]["county purse"]
    for year in told:
        assert bare.ledger.years[year]["county purse"]["paid back: chishui"] == -877_192
    assert bare.government.cash <= green.government.cash - 2 * 877_192


def test_the_standard_of_costs_stands_for_three_years():
    now = lived("dongjiang")
    paid = [-now.ledger.years[year]["county purse"]["paid: dongjiang"] for year in range(2002, 2007)]
    assert paid[0] > 0
    assert paid[0] == pytest.approx(paid[1], abs=300) == pytest.approx(paid[2], abs=300)
    assert paid[3] != pytest.approx(paid[2], abs=300)


@pytest.mark.slow
def test_a_dearer_city_makes_no_bargain():
    dear = lived("yudong", **{"payment.yearly_cost": 1.0e7})
    assert differing(dear, without()) == []
    assert lived("yudong").households.payments.sum() > 0


@pytest.mark.slow
def test_after_bad_water_the_users_no_longer_pay_what_protection_costs():
    now = lived("yudong", BAD)
    users = now.village.memory["downstream"]["yudong"]
    assert users.content < 0.2
    assert horizontal.agreed(now.params.schemes["yudong"].payment, users.content) == 0


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("chishui", {"payment.fund": 0}),
        ("dongjiang", {"payment.protection": 0, "payment.construction": 0}),
        ("yudong", {"payment.willing_to_pay": 0}),
    ],
)
def test_a_payment_of_nothing_is_no_scheme(name, rate):
    assert differing(lived(name, **rate), without()) == []


@pytest.mark.parametrize("name", NAMES)
def test_cleaner_water_never_brings_less(name):
    bad, good = (sum(sent(lived(name, standard), name, year) for year in range(2002, 2007)) for standard in (BAD, GOOD))
    assert bad == 0 < good


def test_buyers_with_a_limit_pay_no_more_than_that():
    """Those downstream of the river have 1,000 yuan a year, so no more is sent, whatever is due."""
    now = lived("chishui", government__buyers__demand=(1_000,) + (0,) * 7)
    for year in range(2002, 2007):
        assert 80_000 < sent(now, "chishui", year) <= 100_000
