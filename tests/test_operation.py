"""Ecological industry as a business, in sentences: brands pushed, guests drawn, dividends shared out."""

import numpy as np
import pytest
from policy_rules import changed, schemes
from scheme_pair import booked, drawn_is_used, lived, same

from village_abm.policy import operation
from village_abm.year import exogenous
from village_abm.year.paying import operation as paying

LISHUI, SHIBADONG = schemes()["lishui"], schemes()["shibadong"]


def test_half_of_the_fund_is_shared_out_evenly_to_the_fen():
    of = np.array([0, 0, 0, 1])
    assert operation.dividends(0.5, np.array([1000, 60]), of).tolist() == [166, 166, 166, 30]
    assert operation.dividends(0.5, np.array([-500, 0]), of).sum() == 0


def test_a_short_budget_buys_part_of_the_marketing():
    tight = changed(LISHUI, budget=16_200.0)  # 15,000 with 8% on top
    assert operation.affordable(tight, 30_000.0) == pytest.approx(0.5)
    assert operation.affordable(LISHUI, 30_000.0) == 1


def with_a_cooperative():
    now = lived("", 2014, burn_in=2012)
    coops, village = now.cooperatives, now.village
    selling = int(np.argmax(now.params.cooperatives.drivers.column("sale")))
    coops.add(
        np.array([7, 8, 9]), use=[village.uses.index[use] for use in ("prickly_ash", "maize", "honeysuckle")],
        driver=[selling] * 3, shell=[False, False, True],
    )  # fmt: skip
    now._open_books()
    return now, village


def test_only_working_cooperatives_of_ecological_products_are_marketed():
    now, village = with_a_cooperative()
    before = now.cooperatives.brand.copy()
    paying.prepare(village, now.government, exogenous.read(village), 0, "lishui", LISHUI)
    gained = (now.cooperatives.brand - before)[-3:]
    assert gained.tolist() == [0.5, 0, 0]
    spent = paying.settle(village, now.government, exogenous.read(village), 0, "lishui", LISHUI, 0)
    ecological = np.count_nonzero(now.cooperatives.brand - before)
    assert (spent.works, spent.paid) == (3_000_000 * ecological, 0)


def test_more_guests_ask_for_rooms_and_new_rooms_are_paid_in_part():
    name = "shibadong"
    here = {"tourism.least_cover": "0.3", "tourism.considers": 1, "tourism.nights": 1500, "tourism.road": "0 km"}
    without, now = lived("", 2019, here, burn_in=2008), lived(name, 2019, here, burn_in=2008)
    opened = [event for event in now.events if event["kind"] == "opened homestay" and event["year"] >= 2014]
    assert opened
    grants = booked(now, "cash", f"paid: {name}")
    assert 0 < grants <= len(opened) * 0.3 * now.params.tourism.cost * 100 * 1.01
    assert booked(now, "cash", "guests") > booked(without, "cash", "guests")
    assert drawn_is_used(now, name)
    shared = booked(now, "cash", "dividends of the village")
    assert shared == -booked(now, "village fund", "dividends of the village") > 0
    assert now.village.fund.sum() == booked(now, "village fund", "from homestays") - shared


def test_two_schemes_that_buy_before_payment_day_never_spend_the_countys_money_twice():
    both = {
        "schemes.lishui.funded_by": "county", "schemes.shibadong.funded_by": "county",
        "schemes.lishui.lodging.campaign": 20_000, "schemes.lishui.lodging.visitors": 0.1,
        "government.opening": 30_000, "government.allotment": 0,
            "government.levels.debt_limit": 0,
    }  # fmt: skip
    now = lived("lishui,shibadong", 2015, both, burn_in=2012)
    assert booked(now, "county purse", "works: lishui") == -2_000_000  # the first takes what it asks for
    assert -1_000_000 < booked(now, "county purse", "works: shibadong") < 0  # the second what is left
    assert now.government.cash >= 0


@pytest.mark.parametrize("name", ["lishui", "shibadong"])
def test_parts_that_are_all_nothing_are_no_scheme_bit_for_bit(name):
    nothing = {
        f"schemes.{name}.{part}": 0
        for part in ("marketing.brand", "lodging.visitors", "lodging.grant", "dividend")
    }  # fmt: skip
    here = {"tourism.least_cover": "0.3", "tourism.considers": 1}
    assert same(lived(name, 2017, nothing | here), lived("", 2017, here))
