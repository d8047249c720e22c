"""The county's purse: what is drawn is received or spent on administration, to the fen."""

from types import SimpleNamespace

import mesa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import changed, government, schemes

from agents.government import Government
from village_abm.ledger import Ledger
from village_abm.policy import budget, payments
from village_abm.policy.spent import Spent
from village_abm.streams import Streams

ROUND_1 = schemes()["grain_for_green_1"]
RULES = government()


@settings(max_examples=80, deadline=None)
@given(
    seed=some.integers(0, 10**6), plots=some.integers(0, 200), year=some.integers(2000, 2020),
    shortfall=some.floats(0, 0.4), admin=some.floats(0.03, 0.15), audit=some.floats(0, 0.5),
    area=some.floats(0.01, 1), standing=some.floats(0, 1),
)  # fmt: skip
def test_paid_is_what_was_drawn_less_administration_to_the_fen(
    seed, plots, year, shortfall, admin, audit, area, standing
):
    scheme = changed(ROUND_1, delivery={"shortfall": shortfall, "admin": admin}, monitoring={"audit": audit})
    luck, ids, homes = Streams(seed), np.arange(plots), np.arange(40)
    payees = ids % 40
    starts = 2000 + ids % 4
    one = payments.settle(
        scheme, luck, year, area, ids, ids % 3, starts, payees, luck.uniform("test", 0, ids) < standing, homes
    )
    for money in (one.due, one.passed, one.paid, one.fines):
        assert money.dtype == np.int64
        assert (money >= 0).all()
    assert one.drawn == one.paid.sum() + one.admin
    assert one.due.sum() == one.paid.sum() + one.lost + one.withheld
    assert one.passed.sum() == one.due.sum() - one.withheld == one.paid.sum() + one.lost
    assert ((one.paid <= one.passed) & (one.passed <= one.due)).all()
    assert one.admin <= admin * one.paid.sum()

    ledger, fines = Ledger(), int(one.fines.sum())
    cost = Spent(int(one.paid.sum()), one.admin, int(one.visited.sum()), fines)
    moves = budget.entries(RULES, 0.7, {scheme.name: cost})
    purse, homes_cash = ledger.add("purse", "fen"), ledger.add("cash", "fen")
    purse.open(np.int64(10**9))
    homes_cash.open(np.zeros(40, dtype=np.int64))
    for name, fen in moves.items():
        purse.enter(name, np.int64(fen))
    homes_cash.enter("payments", one.paid)
    homes_cash.enter("fines", -one.fines)
    visits = int(one.visited.sum()) * round(20 * 0.7 * 100)
    ledger.close("purse", np.int64(10**9 + round(5_000 * 0.7 * 100) + fines - visits), year)
    ledger.close("cash", one.paid - one.fines, year)


def test_a_year_of_the_purse_by_hand():
    round_one = Spent(paid=1_000_000, admin=80_000, visits=30, fines=2_000)
    tickets = Spent(paid=850_000, shared=150_000, works=20_000)
    works = Spent(works=500_000, admin=40_000)
    moves = budget.entries(RULES, 1.0, {"round": round_one, "tickets": tickets, "works": works})
    assert moves == {
        "allotment": 500_000,
        "transfer: round": 1_080_000, "paid: round": -1_000_000, "administration: round": -80_000,
        "transfer: tickets": 1_020_000, "paid: tickets": -850_000, "administration: tickets": 0,
        "shared: tickets": -150_000, "works: tickets": -20_000,
        "transfer: works": 540_000, "paid: works": 0, "administration: works": -40_000, "works: works": -500_000,
        "audits": -60_000,
        "fines": 2_000,
    }  # fmt: skip
    assert sum(moves.values()) == 442_000


def test_earmarked_money_leaves_nothing_behind():
    moves = budget.entries(RULES, 1.0, {"round": Spent(777, 62)})
    assert sum(moves.values()) == moves["allotment"]


def test_visits_are_those_the_purse_can_pay():
    assert budget.affordable_visits(RULES, 1.0, purse=0) == 250  # 5,000 yuan at 20 yuan
    assert budget.affordable_visits(RULES, 1.0, purse=100_000) == 300
    assert budget.affordable_visits(RULES, 1.0, purse=-10_000_000) == 0
    assert budget.affordable_visits(RULES, 0.5, purse=0) == 250


@settings(max_examples=100, deadline=None)
@given(
    purse=some.integers(0, 10**9),
    level=some.floats(0.1, 2),
    visits=some.integers(0, 10**6),
    fines=some.integers(0, 10**6),
)
def test_the_purse_never_falls_below_nothing(purse, level, visits, fines):
    visits = min(visits, budget.affordable_visits(RULES, level, purse))
    moves = budget.entries(RULES, level, {"round": Spent(10**7, 10**5, visits, fines)})
    assert purse + sum(moves.values()) >= 0


@pytest.fixture
def county():
    return Government(mesa.Model())


def test_the_government_announces_what_is_open_and_starts_a_new_account(county):
    county.spent, county.audits = {"old": 1}, 4
    names = ("grain_for_green_1", "grain_for_green_2", "kd_engineering", "living_allowance")
    assert county.announce({name: schemes()[name] for name in names}, 2015) == names[1:]
    assert (county.spent, county.audits) == ({}, 0)
    assert county.announce(schemes(), 1995) == ()


def test_the_government_pays_from_its_purse_and_remembers_for_what(county):
    assert county.pay({"transfer": 500, "paid": -450}) == 50
    assert county.pay({"paid": -50}) == 0
    assert county.spent == {"transfer": 500, "paid": -500}
    with pytest.raises(ValueError, match=r"government\.allotment"):
        county.pay({"audits": -1})
    assert county.cash == 0


def test_the_government_counts_what_its_visits_found(county):
    assert county.audit(np.array([True, True, False, True]), np.array([False, True, False, False])) == pytest.approx(
        1 / 3
    )
    assert county.audit(np.zeros(3, bool), np.zeros(3, bool)) == 0
    assert (county.audits, county.failures) == (3, 1)


def test_announcing_needs_no_more_of_a_scheme_than_whether_it_is_open(county):
    assert county.announce({"a": SimpleNamespace(is_open=lambda year: year == 1)}, 1) == ("a",)
