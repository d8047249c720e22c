"""Land rental: contests settled by hand and against a plain loop, kin first, costs that shut it, one tenant a plot."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from farm_rules import AREA, number, outlook, uses
from hypothesis import given, settings
from hypothesis import strategies as some
from village_of_test import chronicle, differing, model

from agents.patch import LAND_KINDS, is_cropland
from village_abm.economy import clearing, rental
from village_abm.load import load_params
from village_abm.streams import Streams

MAIZE, SLOPE, PADDY = number("maize"), LAND_KINDS.index("dry_slope"), LAND_KINDS.index("paddy")
SCENARIOS = ("village", "huanjiang")
SHUT = {"farm.rental.cost_in": 2000, "farm.rental.cost_out": 2000, "farm.rental.kin_cost": 1}


def people(wage, rise=0.0, room=1e6, space=1e6, cost_in=0.0, cost_out=0.0, village=0):
    """Households that differ in the worth of a day; maize at 2.4 yuan a kg."""
    size = len(wage)

    def each(value):
        return np.broadcast_to(np.asarray(value, float), size).copy()

    return rental.farmers(
        uses(), outlook(size, 1), np.asarray(wage, float), 0.2, np.arange(size) + 70,
        np.broadcast_to(village, size).astype(np.int64), each(rise), each(room), each(space), each(cost_in),
        each(cost_out),
    )  # fmt: skip


def ground(owner, kg, kind=SLOPE, village=0, way=0.0):
    """Plots that bear maize and nothing else, `kg` a hectare, `way` days a hectare beyond a usual plot."""
    crops = people([1.0]).crops
    count = len(owner)
    yields = np.full((count, len(crops)), np.nan)
    yields[:, list(crops).index(MAIZE)] = kg
    return rental.Ground(
        np.arange(count) + 500, np.broadcast_to(village, count).astype(np.int64), np.full(count, kind),
        np.asarray(owner, np.int64), yields, np.broadcast_to(way, count).astype(float), AREA,
    )  # fmt: skip


def worth(kg, wage):
    """Marginal value of a hectare of maize by hand [CNY/ha/yr]: 220 yuan and 11 days a mu."""
    return kg * 2.4 - 220 * 15 - 11 * 15 * wage


def trade(who, land, thinking=True):
    deal, after = rental.market(who, land, np.full(len(who.ids), thinking))
    return {int(p): (int(t), float(r)) for p, t, r in zip(deal.plot, deal.tenant, deal.rent, strict=True)}, after


# By hand --------------------------------------------------------------------------------------------------


def test_a_plot_is_worth_what_it_brings_beyond_the_work_in_it():
    land = ground([0, 0, 0], 3000, way=[0, 0, 8])
    value, days, crop = people([10.0, 30.0]).value(land.yields, land.way, np.array([0, 1, 0]))
    assert value == pytest.approx([worth(3000, 10), worth(3000, 30), worth(3000, 10) - 80])
    assert value == pytest.approx([2250, -1050, 2170])
    assert days.tolist() == [165, 165, 173]
    assert crop.tolist() == [MAIZE] * 3


def test_of_three_who_want_one_plot_the_one_to_whom_it_is_worth_most_has_it():
    """The owner's days are dear: it asks nothing. Bids 3,900, 3,075 and 2,250: the first meets the ask, halfway."""
    deals, _ = trade(people([30, 10, 0, 5]), ground([0], 3000))
    assert deals == {0: (2, pytest.approx(3900 / 2))}


def test_two_plots_and_two_tenants_trade_at_the_middle_of_the_last_pair():
    """Asks 0 and 600 (wage 20: MV 600), bids 3,900 and 2,250 (one plot each): (2,250 + 600) / 2."""
    deals, _ = trade(people([30, 20, 0, 10], space=[0, 0, 1, 1]), ground([0, 1], 3000))
    assert deals == {0: (2, pytest.approx(1425)), 1: (3, pytest.approx(1425))}


def test_the_better_plot_costs_more_by_what_it_bears():
    deals, _ = trade(people([40, 0], cost_in=10, cost_out=10), ground([0, 0], [3000, 3500]))
    assert deals[1][1] - deals[0][1] == pytest.approx(500 * 2.4)


def test_costs_of_both_sides_stand_between_owner_and_tenant():
    """MV 600 for the owner and 2,250 for the other: a gap of 1,650 lets nothing through above that cost."""
    for cost_in, cost_out, happens in ((800, 800, True), (900, 800, False), (0, 1700, False), (1700, 0, False)):
        deals, _ = trade(people([20, 10], cost_in=cost_in, cost_out=cost_out), ground([0], 3000))
        assert bool(deals) is happens
        if happens:
            assert 600 + cost_out < deals[0][1] < 2250 - cost_in


def test_each_further_plot_makes_a_day_dearer_until_one_more_is_not_worth_it():
    """Maize on .0625 ha takes 10.3125 days; each makes a day .5 yuan dearer, a plot worth 850.8 yuan/ha less."""
    drop = 165 * 0.5 * 165 * AREA
    assert drop == pytest.approx(850.78, abs=0.01)
    deals, after = trade(people([40, 10], rise=[0, 0.5]), ground([0] * 9, 3000))
    assert len(deals) == 3  # 2,250, 1,399, 548, and then below nothing
    assert after.wage[1] == pytest.approx(10 + 3 * 165 * AREA * 0.5)
    assert after.room[1] == pytest.approx(1e6 - 3 * 165 * AREA)


def test_nobody_takes_more_than_days_or_size_allow_and_who_does_not_think_bids_nothing():
    land = ground([0] * 5, 3000)
    assert len(trade(people([40, 0], room=25), land)[0]) == 2
    assert len(trade(people([40, 0], space=[0, 3]), land)[0]) == 3
    assert trade(people([40, 0]), land, thinking=False)[0] == {}


def test_villages_have_markets_of_their_own():
    who, land = people([40, 0, 40, 10], village=[0, 0, 1, 1]), ground([0, 2], 3000, village=np.array([0, 1]))
    deals, _ = trade(who, land)
    assert (deals[0][0], deals[1][0]) == (1, 3)
    assert deals[0][1] > deals[1][1]


def test_bids_of_one_household_fall_with_every_plot_it_wins_by_a_table():
    """Four plots at no ask; a further plot is worth 850.8 less. Bids, highest first, and who wins with them:

    first 3,900.0, first 3,049.2, second 2,250.0, first 2,198.4 | second 1,399.2, first 1,347.7, ...
    All pay half of the last bid that met a plot, 2,198.4/2; plots alike are given out by id.
    """
    deals, after = trade(people([40, 0, 10], rise=[0, 0.5, 0.5]), ground([0] * 4, 3000))
    assert {plot: tenant for plot, (tenant, _) in deals.items()} == {0: 1, 1: 1, 2: 2, 3: 1}
    assert [rent for _, rent in deals.values()] == pytest.approx([(3900 - 2 * 165 * 0.5 * 165 * AREA) / 2] * 4)
    assert after.wage == pytest.approx([40, 3 * 165 * AREA * 0.5, 10 + 165 * AREA * 0.5])


def test_of_equal_bids_the_lowest_permanent_id_wins_whatever_the_row():
    who = people([40, 10, 10, 10], space=[0, 1, 1, 1])
    for ids, winners in (([70, 73, 72, 71], {0: 3, 1: 2}), ([70, 71, 73, 72], {0: 1, 1: 3})):
        deals, _ = trade(replace(who, ids=np.array(ids)), ground([0, 0], 3000))
        assert {plot: tenant for plot, (tenant, _) in deals.items()} == winners
        assert [rent for _, rent in deals.values()] == pytest.approx([1125, 1125])


def test_three_villages_by_a_table():
    """Owners' days at 40 yuan ask nothing, at 20 yuan 600; rents: 3,900/2, (2,250 + 600)/2, and nobody to bid."""
    who = people([40, 0, 10, 20, 10, 40], village=[0, 0, 0, 1, 1, 2], space=[0, 1, 1, 0, 1, 9])
    deals, _ = trade(who, ground([0, 3, 5], 3000, village=[0, 1, 2]))
    assert deals == {0: (1, pytest.approx(1950)), 1: (4, pytest.approx(1425))}


def test_kin_take_what_is_worth_most_to_them_and_who_is_full_leaves_it_to_the_next():
    """Plot 1 is the best; household 1 has space for one plot and prefers it, so plot 0 falls to household 2."""
    who, land = people([40, 5, 10], space=[0, 1, 9]), ground([0, 0], [3000, 3200])
    plots, kin, after = rental.with_kin(who, land, np.array([0, 0, 1, 1]), np.array([1, 2, 1, 2]), 0.1)
    assert dict(zip(plots.tolist(), kin.tolist(), strict=True)) == {0: 2, 1: 1}
    assert after.space.tolist() == [0, 0, 8]


def test_agreements_go_on_while_both_want_it():
    who, land = people([30, 10, 30, 10]), ground([0, 0, 3], 3000)
    tenant, rent = np.array([1, 2, 1]), np.zeros(3)
    kept, _ = rental.renewed(who, land, tenant, rent)
    assert kept.tolist() == [True, False, False]  # the second tenant loses by it, the third owner would gain


# Against a plain loop -------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(some.integers(0, 10**6), some.integers(0, 8), some.integers(0, 12))
def test_the_auction_is_what_a_loop_makes_of_it(seed, houses, plots):
    luck = np.random.default_rng(seed)
    bid, ask = luck.integers(0, 12, houses) * 10.0, luck.integers(0, 12, plots) * 10.0  # with ties
    drop, units = luck.integers(0, 3, houses) * 10.0, luck.integers(0, 4, houses)
    place, field = luck.integers(0, 2, houses), luck.integers(0, 2, plots)
    ids, plot_ids = luck.permutation(houses) + 90, luck.permutation(plots) + 10
    found = rental.auction(bid, drop, units, place, ids, ask, field, plot_ids)
    expected = {}
    for village in (0, 1):
        bids = [(-(bid[h] - n * drop[h]), ids[h], n, h) for h in range(houses) if place[h] == village
                for n in range(units[h])]  # fmt: skip
        asks = [(ask[p], plot_ids[p], p) for p in range(plots) if field[p] == village]
        pairs = [(b, a) for b, a in zip(sorted(bids), sorted(asks), strict=False) if -b[0] >= a[0]]
        for b, a in pairs:
            expected[a[2]] = (b[3], (pairs[-1][1][0] - pairs[-1][0][0]) / 2)
    assert {int(p): int(h) for p, h, _ in zip(*found, strict=True)} == {p: h for p, (h, _) in expected.items()}
    assert {int(p): r for p, _, r in zip(*found, strict=True)} == pytest.approx(
        {p: r for p, (_, r) in expected.items()}
    )


@settings(max_examples=60, deadline=None)
@given(some.integers(0, 10**6), some.integers(1, 6), some.integers(1, 10))
def test_kin_are_matched_as_the_best_pair_first_would_do_it(seed, houses, plots):
    luck = np.random.default_rng(seed)
    rise, space = luck.random(houses) * 0.3, luck.integers(0, 4, houses)
    who = people(luck.random(houses) * 25, rise=rise, space=space)
    land = ground(np.zeros(plots), 2000 + 2000 * luck.random(plots))
    asked = np.argwhere(luck.random((plots, houses)) < 0.6)
    found = rental.with_kin(who, land, asked[:, 0], asked[:, 1], 0.0)
    value, days, _ = who.value(land.yields[asked[:, 0]], land.way[asked[:, 0]], asked[:, 1])
    taken, load, expected = np.zeros(houses, int), np.zeros(houses), {}
    for k in np.argsort(-value):
        plot, house = asked[k]
        gain = value[k] - days[k] * rise[house] * load[house]
        if plot not in expected and gain > 0 and taken[house] < space[house]:
            expected[plot] = house
            taken[house], load[house] = taken[house] + 1, load[house] + days[k] * AREA
    assert dict(zip(found[0].tolist(), found[1].tolist(), strict=True)) == expected


@settings(max_examples=80, deadline=None)
@given(some.integers(0, 10**6), some.floats(0, 1500), some.floats(0, 1500))
def test_whoever_rents_gains_by_it_on_both_sides_and_no_plot_is_let_twice(seed, cost_in, cost_out):
    luck = np.random.default_rng(seed)
    who = people(luck.random(12) * 50, rise=luck.random(12), room=luck.random(12) * 60, cost_in=cost_in,
                 cost_out=cost_out, village=luck.integers(0, 2, 12))  # fmt: skip
    land = ground(luck.integers(0, 12, 40), 1500 + 3000 * luck.random(40))
    land.village[:] = who.village[land.owner]
    deal, after = rental.market(who, land, np.ones(12, bool))
    assert len(np.unique(deal.plot)) == len(deal.plot)
    owner = land.owner[deal.plot]
    assert (owner != deal.tenant).all()
    assert (who.village[owner] == who.village[deal.tenant]).all()
    assert (deal.rent >= 0).all()
    own, _, _ = who.value(land.yields[deal.plot], land.way[deal.plot], owner)
    value, _, _ = who.value(land.yields[deal.plot], land.way[deal.plot], deal.tenant)
    assert (own < deal.rent - cost_out).all()
    assert (value > deal.rent + cost_in).all()
    assert (after.room >= -1e-9).all()


# In the village -------------------------------------------------------------------------------------------


@cache
def pages(scenario):
    return chronicle(scenario)[1:]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_is_rented_is_held_by_another_living_household_of_the_village(scenario):
    seen = 0
    for page in pages(scenario):
        patches, houses = page.patches, page.households
        let = np.flatnonzero(patches.user >= 0)
        seen += len(let)
        user, owner = patches.user[let], patches.owner[let]
        assert (owner >= 0).all()
        assert (user != owner).all()
        assert houses.alive[user].all()
        assert (houses.village[user] == patches.village[let]).all()
        assert (patches.lease_end[let] >= page.year).all()
        assert (patches.rent[let] >= 0).all()
        rest = patches.user < 0
        assert not patches.rent[rest].any()
        assert not patches.lease_end[rest].any()
    assert seen > 100


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_only_cropland_under_crops_or_fallow_is_rented(scenario):
    index = model(scenario).village.uses
    open_uses = index.is_kind("crop").copy()
    open_uses[index.index["fallow"]] = True
    for page in pages(scenario):
        patches = page.patches
        let = patches.user >= 0
        assert is_cropland(patches.land_kind[let]).all()
        assert open_uses[patches.use[let]].all()
        assert (patches.scheme[let] < 0).all()
        assert not (patches.closed | patches.clearing)[let].any()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_rents_paid_are_rents_received(scenario):
    moved = 0
    for page in pages(scenario):
        lines = page.lines["cash"]
        assert lines.get("rent paid", 0) == -lines.get("rent received", 0)
        assert page.households.rents.sum() == 0
        moved += lines.get("rent received", 0)
    assert moved > 0


def test_with_costs_high_enough_nothing_is_rented():
    now = model(changes=SHUT).run()
    assert (now.indicators["rented_share"] == 0).all()


def test_dearer_renting_never_means_more_rented_land():
    shares = [model(changes={"farm.rental.cost_in": cost, "farm.rental.cost_out": cost}, seed=2).run()
              .indicators["rented_share"].mean() for cost in (30, 150, 600)]  # fmt: skip
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0


def test_without_the_market_a_fixed_chance_of_a_tenant_keeps_land_in_use():
    """Loss makers on a slope and on paddy: with the market both go at its one rate, without it by the old chance."""
    rules, count = load_params().farm.choice, 20_000
    kind = np.repeat([SLOPE, PADDY], count)
    size = 2 * count

    def given_up(untenanted):
        gone = clearing.abandonment(
            rules, 2010, Streams(1), uses(), np.arange(size), np.full(size, MAIZE), np.zeros(size, int),
            np.full(size, 5), kind, np.zeros(size), np.zeros(size, bool), np.zeros(1), np.ones(1), untenanted,
        )  # fmt: skip
        return gone[:count].mean(), gone[count:].mean()

    old = given_up(None)
    assert old[0] == pytest.approx(0.7 * 0.07 * 0.9, abs=0.005)
    assert old[1] == pytest.approx(0.7 * 0.07 * 0.2, abs=0.005)
    assert given_up(0.12) == pytest.approx((0.7 * 0.12, 0.7 * 0.12), abs=0.006)


def test_the_switch_leaves_nothing_of_the_market():
    off = {"farm.rental.on": False}
    now = model(changes=off).run()
    assert not (now.patches.user >= 0).any()
    assert "rent paid" not in now.ledger.years[2010]["cash"] or now.ledger.years[2010]["cash"]["rent paid"] == 0
    other = model(changes=off | SHUT | {"farm.rental.abandon_rate": 0.9}).run()
    assert differing(now, other) == []
