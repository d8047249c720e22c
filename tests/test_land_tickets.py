"""Land tickets in sentences: who may sell, who wants to, what becomes of the land and of the money."""

import dataclasses

import numpy as np
import pytest
from policy_rules import MU, changed, schemes
from scheme_pair import booked, drawn_is_used, lived, same

from village_abm.params import ParameterError
from village_abm.policy import quota
from village_abm.streams import Streams

TICKET = schemes()["land_ticket"]
LUCK = Streams(5)
NAME = "land_ticket"
# Everybody whose house may go sells it, as far as the rules let them.
DEAR = {
    "schemes.land_ticket.homestead.house": "20000 CNY/mu", "schemes.land_ticket.homestead.settled": 0,
    "schemes.land_ticket.homestead.spread": 0, "schemes.land_ticket.payment.quota": "1000 mu/yr",
}  # fmt: skip


def test_a_mu_at_200000_yuan_leaves_140250_to_the_household():
    # 200,000 - 35,000 for reclaiming = 165,000 yuan: 85% to the household, 15% to the village
    house, fund, works = quota.proceeds(TICKET.payment, 2012, np.array([MU]))
    assert [int(x[0]) for x in (house, fund, works)] == [14_025_000, 2_475_000, 3_500_000]


def test_the_three_parts_of_a_sale_add_up_to_the_price_to_the_fen():
    area = LUCK.uniform("area", 0, np.arange(500)) * 0.04
    house, fund, works = quota.proceeds(TICKET.payment, 2012, area)
    assert (house + fund + works == np.rint(TICKET.payment.at(2012) * area * 100)).all()
    assert (fund >= 0).all()


def test_a_price_below_the_cost_of_reclaiming_sells_nothing():
    cheap = changed(TICKET, payment={"price": (20_000 * 15.0, 20_000 * 15.0)})
    many = np.full(9, 0.02)
    assert len(quota.sellers(cheap, LUCK, 2012, 0.8, np.arange(9), many, many > 0, np.zeros(9))) == 0


def test_who_lives_at_home_sells_nothing_and_who_is_mostly_away_sells_what_can_be_spared():
    yes, no = np.array([True]), np.array([False])
    one, four = np.array([1]), np.array([4])
    part = [
        quota.may_sell(TICKET.homestead, np.zeros(1), left, empty, four, away)[0]
        for left, empty, away in ((no, no, one), (no, no, four), (no, yes, four), (yes, no, one))
    ]
    assert part == [0.0, TICKET.homestead.spare, 1.0, 1.0]


def test_what_is_sold_is_not_sold_again():
    spare, empty = TICKET.homestead.spare, np.array([True])
    one = np.array([1])
    rest = quota.may_sell(TICKET.homestead, np.array([spare]), ~empty, empty, one, one)
    assert rest[0] == pytest.approx(1 - spare)
    assert quota.may_sell(TICKET.homestead, np.ones(1), ~empty, empty, one, one)[0] == 0


def test_a_house_is_empty_once_all_its_people_have_been_away_for_years():
    house, away = np.array([0, 0, 1, 1]), np.array([True, True, True, False])
    years = np.array([3, 5, 9, 0])
    assert quota.stood_empty(TICKET.homestead, house, away, years, 3).tolist() == [True, False, False]
    assert not quota.stood_empty(TICKET.homestead, house, away, years - 1, 3).any()


def test_the_old_hold_on_to_the_house_and_who_was_moved_does_not():
    ids, old, left = np.arange(3), np.array([False, True, True]), np.array([False, False, True])
    plain = dataclasses.replace(TICKET.homestead, spread=0.0)
    wants = quota.reserve(plain, LUCK, ids, old, left) * MU
    assert wants.tolist() == pytest.approx([120_000, 180_000, 0])


def test_a_higher_price_wins_the_same_sellers_and_more():
    ids, area = np.arange(300), np.full(300, 0.02)
    wants = quota.reserve(TICKET.homestead, LUCK, ids, ids % 2 == 0, np.zeros(300, bool))
    wide = changed(TICKET, payment={"quota": 1e9}, budget=1e12)
    sold = [
        set(
            quota.sellers(
                changed(wide, payment={"price": (price * 15.0,) * 2}), LUCK, 2012, 1.0, ids, area, area > 0, wants
            ).tolist()
        )
        for price in (100_000, 150_000, 250_000, 1e9)
    ]
    assert sold[0] < sold[1] < sold[2] < sold[3] == set(range(300))


def test_buyers_take_no_more_than_the_quota_and_empty_houses_come_first():
    ids, area, whole = np.arange(40), np.full(40, 0.02), np.arange(40) >= 30
    tight = changed(TICKET, payment={"quota": 0.25})
    taken = quota.sellers(tight, LUCK, 2012, 1.0, ids, area, whole, np.zeros(40))
    assert len(taken) == 12
    assert whole[taken[:10]].all()


def test_prices_without_their_years_are_refused():
    with pytest.raises(ParameterError, match="price_years"):
        dataclasses.replace(TICKET.payment, price_years=(2011, 2008))


def test_those_away_sell_their_yards_the_village_has_its_part_and_the_books_close():
    now = lived(NAME, 2014, DEAR)
    sold, households = now.households.homestead_sold, now.households
    assert (sold > 0).any()
    told = [event for event in now.events if event["kind"] == "sold homestead land"]
    assert {event["household"] for event in told} <= set(households.id.tolist())
    assert drawn_is_used(now, NAME)
    price, works = -booked(now, "county purse", f"paid: {NAME}"), -booked(now, "county purse", f"works: {NAME}")
    shared = booked(now, "village fund", f"shared: {NAME}")
    assert shared == pytest.approx(price * 0.15 / 0.85, abs=2 * len(told))
    # The price rises from 100,000 yuan a mu in 2008 to 200,000 in 2011, and reclaiming stays at 35,000.
    assert 35 / 200 <= works / (price + shared + works) <= 35 / 100


def test_a_patch_turns_green_only_when_no_house_is_left_on_it():
    now = lived(NAME, 2012, DEAR)
    village, households = now.village, now.households
    home = int(households.home[households.rows[0]])
    there = np.flatnonzero(households.alive & (households.home == home))
    households.homestead_sold[there[:-1]] = 1.0
    households.homestead_sold[there[-1]] = 0.5
    grass, built = village.uses.index["grass"], village.uses.index["settlement"]
    now._open_books()
    from village_abm.year.paying import quota as paying

    paying.reclaim(village)
    assert village.patches.use[home] == built
    households.homestead_sold[there[-1]] = 1.0
    paying.reclaim(village)
    assert village.patches.use[home] == grass


def test_a_price_of_nothing_is_no_scheme_bit_for_bit():
    nothing = DEAR | {"schemes.land_ticket.payment.price": [0, 0]}
    assert same(lived(NAME, 2014, nothing), lived("", 2014, DEAR))


def test_no_more_land_is_sold_than_houses_stand_on():
    many, all_of_it, free = np.full(9, 0.02), np.ones(9, bool), np.zeros(9)
    wide = changed(TICKET, payment={"quota": 1000.0}, budget=1e9)
    taken = quota.sellers(wide, LUCK, 2012, 0.8, np.arange(9), many, all_of_it, free, built=0.05)
    assert len(taken) == 2
