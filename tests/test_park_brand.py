"""The park brand in sentences: who joins, what the convention asks, what buyers and county pay."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from policy_rules import MU, changed, schemes
from scheme_pair import booked, drawn_is_used, lived, same

from village_abm.policy import brand
from village_abm.year import exogenous
from village_abm.year.paying import brand as paying
from village_abm.year.paying.market import sold_of

BRAND = schemes()["park_brand"]
NAME = "park_brand"


@cache
def branded():
    return lived(NAME, 2020, burn_in=2008)


def test_a_fifth_more_on_the_three_fifths_that_are_branded():
    more = brand.premiums(BRAND.payment, np.array([100_000, 100_000]), np.array([True, False]))
    assert more.tolist() == [12_000, 0]


def test_a_full_asset_list_earns_300_yuan_of_coins_an_empty_one_50():
    # 4 mu of orchard and 20 of forest are 8 points: a full list
    listed = brand.points(
        BRAND.assets, np.array([0, 4, 4, 0]) * MU, np.array([0, 20, 0, 0]) * MU, np.array([0, 0, 0, 1])
    )
    keeps = np.ones(4, bool)
    assert listed.tolist() == pytest.approx([0, 8, 4, 4])
    assert brand.coins(BRAND, keeps, listed).tolist() == [5_000, 30_000, 17_500, 17_500]


def test_a_short_budget_cuts_everybodys_coins_alike():
    tight = changed(BRAND, budget=108.0)  # 100 yuan with 8% on top
    assert brand.coins(tight, np.ones(4, bool), np.full(4, 99.0)).tolist() == [2_500] * 4


@pytest.mark.parametrize("breach", ["cleared", "free_goats", "fined", "ploughed"])
def test_whoever_clears_grazes_freely_cheats_or_ploughs_again_gets_nothing(breach):
    deeds = {name: np.zeros(2) for name in ("cleared", "free_goats", "fined", "ploughed")}
    deeds[breach][1] = 1
    assert brand.kept(**deeds, member=np.ones(2, bool)).tolist() == [True, False]


def test_members_let_no_goat_graze_and_clear_nothing():
    now = branded()
    households, patches = now.households, now.patches
    member = households.alive & (households.convention > 0)
    assert member.any()
    assert (households.free_goats[member] == 0).all()
    new = np.flatnonzero(patches.clearing & (patches.owner >= 0))
    joined = households.convention[patches.owner[new]]
    assert ((joined == 0) | (patches.cleared[new] < joined)).all()
    other = lived("", 2020, burn_in=2008)
    assert households.free_goats.sum() < other.households.free_goats.sum()


def test_buyers_pay_the_premium_the_county_the_coins_and_the_books_close():
    now = branded()
    assert drawn_is_used(now, NAME)
    assert booked(now, "cash", f"paid: {NAME}") > 0
    assert "brand premium" not in now.ledger.years[2020]["county purse"]
    growers = now.households.alive & (now.households.convention > 0)
    sold = sold_of(now.village, BRAND.payment.products)
    now_paid = now.village.memory["paid by scheme"][NAME]
    assert (now_paid[~growers] == 0).all()
    assert now.ledger.years[2020]["cash"].get("brand premium", 0) == np.rint(0.12 * sold[growers]).sum()


def test_where_everybody_keeps_the_convention_a_fifth_more_guests_come():
    now = lived(NAME, 2015, burn_in=2012)
    village = now.village
    easy = changed(
        BRAND, convention={"effort": 1e-6, "doe": 0.0}, payment={"coins_least": 1e6, "coins_most": 1e6}, budget=1e12
    )
    village.memory["visitors drawn by schemes"] = 1.0
    village.year = 2015
    paying.prepare(village, now.government, exogenous.read(village), 0, NAME, easy)
    members = village.households.convention[village.households.alive] > 0
    assert members.all()
    assert village.memory["visitors drawn by schemes"] == pytest.approx([1.2])


def test_a_brand_that_pays_nothing_is_no_scheme_bit_for_bit():
    nothing = {f"schemes.park_brand.payment.{part}": 0 for part in ("premium", "coins_least", "coins_most")}
    assert same(lived(NAME, 2018, nothing, burn_in=2012), lived("", 2018, burn_in=2012))


def test_a_higher_premium_leaves_no_fewer_members():
    counts = []
    for coins in (50, 300):
        now = lived(NAME, 2015, {"schemes.park_brand.payment.coins_least": coins}, burn_in=2013)
        counts.append(np.count_nonzero(now.households.convention))
    assert counts[0] < counts[1]
