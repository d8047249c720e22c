"""Who pays in the end: allotments from above, the county's own purse, its debt and arrears, a tired office."""

import dataclasses
import pickle
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import government, schemes
from test_lives_property import BLOWS
from village_of_test import differing, model

from village_abm.params import ParameterError
from village_abm.policy import levels
from village_abm.policy.spent import Spent
from village_abm.year import funders

RULES = dataclasses.replace(government().levels, debt_limit=0.0)
LAND, POOR, CENTRE = "grain_for_green_1", "living_allowance", "kd_engineering"
OWN = {
    "scenario.schemes": f"{LAND},{POOR}", f"schemes.{LAND}.funded_by": "county", f"schemes.{POOR}.funded_by": "county",
    f"schemes.{LAND}.eligible.least_slope": [5, 5, 5, 5],
}  # fmt: skip


def lent(limit, revenue=0.0, **more):
    return {
        "government.levels.debt_limit": limit, "government.levels.revenue": revenue,
        "government.opening": 0, "government.allotment": 0,
    } | more | OWN  # fmt: skip


def until(now, year):
    while now.year < year:
        now.step()
    return now


# By hand --------------------------------------------------------------------------------------------------


def ruled(**changes):
    return dataclasses.replace(RULES, **changes)


def test_a_year_of_debt_by_hand():
    """1,000 yuan owed at 5% is 50; of a limit of 3,000, 1,950 and the revenue of 200 are left for schemes."""
    purse = levels.purse_year(ruled(debt_limit=3_000.0, revenue=200.0), 1.0, -100_000, 50_000, pays_itself=True)
    assert (purse.interest, purse.schemes, purse.audits) == (5_000, 195_000 + 20_000, 50_000)


def test_what_is_saved_grows_and_nobody_pays_interest_on_savings():
    purse = levels.purse_year(ruled(growth=0.02), 1.0, 100_000, 0, pays_itself=True)
    assert (purse.gained, purse.interest, purse.schemes) == (2_000, 0, 102_000)


def test_interest_that_does_not_fit_under_the_limit_is_not_paid():
    purse = levels.purse_year(ruled(debt_limit=1_000.0), 1.0, -100_000, 2_000, pays_itself=True)
    assert (purse.interest, purse.unpaid_interest, purse.schemes, purse.audits) == (2_000, 3_000, 0, 0)


@settings(max_examples=200, deadline=None)
@given(
    some.integers(-(10**8), 10**8), some.floats(0, 10**6), some.integers(0, 10**6), some.floats(0, 0.15),
    some.floats(0, 10**5), some.booleans(), some.floats(0, 1), some.floats(0, 1),
)  # fmt: skip
def test_whatever_is_spent_of_what_the_year_allows_debt_keeps_to_its_limit(
    opening, limit, allotment, interest, revenue, own, schemes_take, audits_take
):
    rules = ruled(debt_limit=limit, interest=interest, revenue=revenue)
    most = levels.debt_limit(rules)
    opening = max(opening, -most)
    purse = levels.purse_year(rules, 1.0, opening, allotment, own)
    assert min(purse.schemes, purse.audits, purse.interest, purse.unpaid_interest) >= 0
    spent = int(purse.schemes * schemes_take) + int(purse.audits * audits_take)
    held = opening + purse.gained + purse.revenue + allotment - purse.interest
    assert held - spent >= -most


def test_each_funder_has_its_own_limit_and_nought_means_none():
    rules = ruled(central=100.0)
    buyers = levels.Buyers(kinds=("trigger",), demand=(7.0,))
    assert levels.allotted(rules, buyers, "central") == 10_000
    assert levels.allotted(rules, buyers, "province") is None
    assert levels.allotted(rules, buyers, "buyers: trigger") == 700
    assert levels.allotted(rules, buyers, "buyers: something else") is None
    assert levels.funder(schemes()["chishui"]) == "downstream: trigger"
    with pytest.raises(ParameterError, match="one demand for each"):
        levels.Buyers(kinds=("trigger",), demand=())
    with pytest.raises(ParameterError, match="unknown payment rule 'tiger'"):
        levels.Buyers(kinds=("tiger",), demand=(1.0,))


def test_a_tired_office_visits_less_and_lets_off_more():
    scheme = schemes()[LAND]
    tired = levels.as_checked(scheme, 0.5).monitoring
    assert tired.audit == pytest.approx(0.05)
    assert tired.forbearance == pytest.approx(0.65)
    assert levels.as_checked(scheme, 0.0) is scheme
    assert levels.as_checked(schemes()[CENTRE], 0.5) is schemes()[CENTRE]  # nobody is visited there


def test_what_tires_an_office_is_the_greatest_of_three():
    rules = dataclasses.replace(government().fatigue, rate=0.5)
    assert levels.tiring(rules, 20, 2, gain=0.1, more_debt=0, limit=0) == pytest.approx(0)  # a tenth failed, as usual
    assert levels.tiring(rules, 20, 1, gain=0.1, more_debt=0, limit=0) == pytest.approx(0.5)
    assert levels.tiring(rules, 20, 2, gain=0.0, more_debt=0, limit=0) == 1
    assert levels.tiring(rules, 20, 2, gain=0.1, more_debt=30, limit=100) == pytest.approx(0.3)
    assert levels.fatigue_next(rules, 0.2, 1.0) == pytest.approx(0.6)


# In the village -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_with_nobody_short_of_money_it_is_as_if_there_were_no_limits():
    """A centre with a thousand times what it needs, and a county rich enough to fund all itself, change no bit."""
    names = {"scenario.schemes": f"{LAND},{CENTRE},{POOR}"}
    plain = until(model(changes=names, burn_in=1999), 2008)
    rich = {
        "government.levels.central": 1.0e9, "government.levels.province": 1.0e9, "government.opening": 1.0e7,
        "government.allotment": 1.0e5,
    }  # fmt: skip
    plenty = until(model(changes=names | rich, burn_in=1999), 2008)
    assert differing(plain, plenty) == []
    own = {f"schemes.{name}.funded_by": "county" for name in (LAND, CENTRE, POOR)}
    county = until(model(changes=names | rich | own, burn_in=1999), 2008)
    assert differing(plain, county) == []
    assert plain.government.received["central"] > 0
    assert county.government.received == {}
    assert county.government.cash < plenty.government.cash


def test_a_county_that_funds_its_own_schemes_pays_till_its_debt_is_at_the_limit_and_owes_the_rest():
    """With 10,000 yuan of credit contracts are paid short: households remember it, and new contracts stop."""
    now = model(changes=lent(10_000), burn_in=1999)
    free = model(changes=OWN | {"government.opening": 1e7}, burn_in=1999)
    debts = []
    while now.year < 2006:
        now.step()
        debts.append(now.government.debt)
    until(free, 2006)
    assert max(debts) <= 1_000_000
    assert max(debts) > 990_000
    assert now.households.arrears.sum() > 0
    assert now.indicators["arrears"].iloc[-1] == pytest.approx(now.households.arrears[now.households.alive].sum() / 100)
    assert now.households.shortfall_memory.mean() > free.households.shortfall_memory.mean() + 0.1
    assert (now.patches.scheme >= 0).sum() < (free.patches.scheme >= 0).sum()
    lines = now.ledger.years[2005]["county purse"]
    assert f"transfer: {LAND}" not in lines
    assert now.ledger.years[2001]["county purse"]["interest on debt"] < 0
    assert now.indicators["unpaid_interest"].iloc[-1] == pytest.approx(500)  # 5%, and nothing left to pay it from


def test_arrears_are_paid_when_there_is_money_again():
    now = until(model(changes=lent(10_000), burn_in=1999), 2005)
    owed = int(now.households.arrears.sum())
    now.government.cash = 10**9
    now.step()
    paid = now.ledger.years[2006]["cash"]["arrears paid"]
    assert 0 < paid <= owed
    for book in ("county purse", "arrears"):
        assert now.ledger.years[2006][book]["arrears paid"] == -paid
    assert now.households.arrears.sum() == 0


@pytest.mark.slow
def test_a_centre_with_half_the_money_pays_at_most_that():
    names = {"scenario.schemes": f"{LAND},{CENTRE}"}
    full = until(model(changes=names, burn_in=1999), 2010)
    needed = max(lines["county purse"].get(f"transfer: {LAND}", 0) for lines in full.ledger.years.values())
    half = until(model(changes=names | {"government.levels.central": needed / 200}, burn_in=1999), 2010)
    sent = [
        sum(fen for line, fen in books["county purse"].items() if line.startswith("transfer"))
        for books in half.ledger.years.values()
    ]
    assert max(sent) <= needed // 2 + 1
    assert max(sent) > needed // 4
    assert half.households.arrears.sum() == 0  # what the centre does not send the county does not owe


def test_a_scheme_has_no_more_room_than_its_funder():
    now = until(model(changes={"government.levels.central": 1_000, "scenario.schemes": CENTRE}, burn_in=2005), 2005)
    scheme = now.params.schemes[CENTRE]
    now.village.memory["left with funders"] = {"central": 100_000}
    assert funders.budget_room(now.village, scheme) == 100_000
    assert funders.as_funded(now.village, scheme).budget == 1_000
    now.village.memory["left with funders"] = {}
    assert funders.budget_room(now.village, scheme) == round(scheme.budget * 100)
    assert funders.as_funded(now.village, scheme) is scheme


@pytest.mark.slow
def test_a_tiring_office_makes_fewer_visits():
    names = {"scenario.schemes": LAND, f"schemes.{LAND}.monitoring.audit": 0.5}
    fresh = until(model(changes=names, burn_in=1999), 2008)
    tired = until(model(changes=names | {"government.fatigue.rate": 0.5}, burn_in=1999), 2008)
    assert fresh.government.fatigue == 0
    assert 0 < tired.government.fatigue <= 1
    assert tired.government.audits < fresh.government.audits


def test_spent_counts_what_is_kept_and_not_what_is_sent_on():
    assert Spent(paid=5, shared=1, works=2, kept=3, admin=4, sent=9).drawn == 15


# Whatever happens -----------------------------------------------------------------------------------------


@cache
def indebted():
    changes = lent(15_000, 500.0) | {
        "scenario.schemes": f"{LAND},{POOR},chishui,function_zone", "government.levels.central": 3_000,
        "schemes.chishui.years": [2001, 2050], "schemes.chishui.payment.flows_back": 1.0,
        "schemes.chishui.water.standard": 40, "government.fatigue.rate": 0.3,
        "government.buyers.demand": [500] + [0] * 7, "government.allotment": 500,
    }  # fmt: skip
    return pickle.dumps(until(model(changes=changes, families=16, burn_in=1999), 2003))


def county_loses(now, which):
    now.government.cash = -1_500_000 + which


def county_wins(now, which):
    now.government.cash = 10**which


CHAIN = some.lists(
    some.tuples(some.sampled_from((*BLOWS, county_loses, county_wins)), some.integers(0, 7)), min_size=1, max_size=5
)


@settings(max_examples=5, deadline=None)
@given(CHAIN)
def test_the_books_close_and_debt_keeps_to_its_limit_whatever_happens(blows):
    now = pickle.loads(indebted())
    for blow, which in blows:
        if now.households.alive.any():
            blow(now, which)
        now.step()
        assert now.government.debt <= 1_500_000
        assert (now.households.arrears >= 0).all()
        assert not now.households.arrears[~now.households.alive].any()
        assert 0 <= now.government.fatigue <= 1
        lines = dict(now.ledger.years[now.year]["county purse"])
        closing = lines.pop("closing")
        assert sum(lines.values()) == closing == now.government.cash
        assert lines.get("transfer: function_zone", 0) <= 300_000
        assert lines.get("transfer: chishui", 0) <= 50_000


# As shipped, and from a scenario file ----------------------------------------------------------------------


def test_targeted_poverty_alleviation_is_financed_by_debt_and_stops_where_there_is_no_credit():
    """As shipped the county borrows for it, up to 3 million yuan a village; where it may owe no more than 1,000 it
    pays what is in the purse, then nothing, and the chronicle says that there was no money."""
    years = {"scenario.schemes": "targeted_poverty", "schemes.targeted_poverty.years": [1985, 2050]}
    empty = {"government.opening": 0, "government.allotment": 0}
    now = until(model(changes=years | empty, burn_in=1983), 1988)
    spent = [now.ledger.years[year]["county purse"]["works: targeted_poverty"] for year in range(1985, 1989)]
    assert max(spent) < 0 < now.government.debt == -now.government.cash
    assert not [event for event in now.events if event["kind"] == "county had no money"]
    short = until(model(changes=years | empty | {"government.levels.debt_limit": 1_000}, burn_in=1983), 1988)
    assert 0 < short.government.debt <= 100_000
    assert short.ledger.years[1987]["county purse"]["paid: targeted_poverty"] == 0
    told = [event for event in short.events if event["kind"] == "county had no money"]
    assert told[-1] | {"why": {}} == {"year": 1988, "kind": "county had no money", "why": {}}
    assert told[-1]["why"]["scheme"] == "targeted_poverty"


SCENARIO = """
base = "village"
label = { en = "A tired and indebted county", zh = "疲于监管、负债的县" }
note = "For a test."
schemes = ["grain_for_green_1", "welfare_forest"]

[set]
"government.fatigue.rate" = 0.5
"government.levels.debt_limit" = 200000
"government.levels.interest" = 0.1
"schemes.grain_for_green_1.funded_by" = "county"
"schemes.grain_for_green_1.eligible.least_slope" = [5, 5, 5, 5]
"""


def test_debt_and_fatigue_are_set_in_a_scenario_file_and_act(tmp_path):
    """A scenario file gives the county credit and an office that tires: it borrows and pays a tenth in interest, and
    it tires, so that fewer plots are looked at, of contracts and of kept forest."""
    file = tmp_path / "tired.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    visited = {
        "schemes.grain_for_green_1.monitoring.audit": 0.5,
        "government.opening": 0,
        "government.allotment": 2_000,
    }
    now = until(model(str(file), changes=visited, burn_in=1999), 2004)
    fresh = until(model(str(file), changes=visited | {"government.fatigue.rate": 0}, burn_in=1999), 2004)
    assert 0 < now.government.fatigue <= 1
    assert now.government.audits < fresh.government.audits
    assert 0 < now.government.debt <= 20_000_000
    before = now.ledger.years[2004]["county purse"]
    assert before["interest on debt"] == pytest.approx(before["opening"] / 10, abs=1)


def test_whatever_is_checked_is_checked_less_by_a_tired_office():
    """Kept forest, claims for cropped land and red lines know no forbearance, but are looked at less all the same."""
    for name, part in (("welfare_forest", "monitoring"), ("land_protection", "monitoring"), ("red_line", "watch")):
        scheme = schemes()[name]
        fresh, tired = getattr(scheme, part), getattr(levels.as_checked(scheme, 0.5), part)
        assert tired == dataclasses.replace(fresh, audit=fresh.audit / 2)
    assert levels.as_checked(schemes()["rangers"], 0.5) is schemes()["rangers"]


def test_a_funder_that_has_overspent_takes_nothing_from_anybody():
    """What one scheme has cost beyond the limit is not taken back from those whom the next one pays."""
    now = model(changes={"scenario.schemes": f"{POOR},{CENTRE}"}, burn_in=2006)
    now.village.memory["left with funders"] = {"province": -5_000}
    owed = np.full(len(now.households), 100)
    assert funders.within(now.village, POOR, owed).sum() == 0
    assert funders.within(now.village, POOR, 0 * owed).sum() == 0


def test_the_first_year_tells_an_office_nothing():
    """Where a transfer looks at the ecological index as well there is still no year before to compare with."""
    names = {"scenario.schemes": "function_zone", "government.fatigue.rate": 0.5}
    now = until(model(changes=names, burn_in=2006), 2006)
    assert now.government.fatigue == 0
