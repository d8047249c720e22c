"""The region: what its growers reckon, plant and pick, and what the market makes of it; much of it by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from farm_rules import params
from hypothesis import given, settings
from hypothesis import strategies as st
from region_rules import LEVEL, WAGE, crop, lived, market
from village_of_test import model

from village_abm.economy import demand, region
from village_abm.economy import market as rules_of
from village_abm.year import exogenous, market_day

MU = 15  # to the hectare
PRODUCTION, CHOICE = params().farm.production, params().farm.choice


def price(quantity: float, **changes: object) -> tuple[float, float]:
    found, unsold = demand.cleared(market(**changes), quantity, LEVEL)
    return float(found), float(unsold)


# Demand ---------------------------------------------------------------------------------------------------


def test_the_reference_quantity_sells_at_the_usual_price():
    assert price(1.0) == (LEVEL, 0.0)


def test_twice_the_quantity_sells_at_a_third_of_the_price_and_part_of_it_not_at_all():
    found, unsold = price(2.0, market_size=1.2)
    assert found == pytest.approx(12 * 2 ** (-1 / 0.6))  # 3.78
    assert unsold == pytest.approx(1 - 1.2 / 2)


def test_no_price_passes_three_times_the_usual():
    assert price(0.1)[0] == 36


def test_a_cold_store_makes_room_and_calms_the_price():
    found, unsold = price(2.0, market_size=1.2, cold_store=0.5)
    assert unsold == pytest.approx(1 - 1.8 / 2)
    assert found == pytest.approx(12 * 2 ** (-1 / (0.6 * 1.15)))


def test_processing_calms_the_price():
    assert price(2.0, processed=1.0)[0] == pytest.approx(12 * 2 ** (-1 / (0.6 * 1.6)))


def test_a_smaller_harvest_is_picked_whole():
    assert demand.offered(market(), np.array([0.4, 0.4]), np.array([1.0, 2.0]), 0.0, LEVEL, 1.0) == pytest.approx(0.8)


def test_in_a_glut_the_last_to_pick_take_what_their_picking_costs():
    grown, picking = np.array([1.0, 3.0]), np.array([0.5, 2.5])
    picked = demand.offered(market(), grown, picking, 0.0, LEVEL, 1.0)
    assert 1 < picked < 4
    found, unsold = price(picked)
    assert found * (1 - unsold) == pytest.approx(2.5)


def test_who_cannot_cover_the_picking_leaves_all_on_the_tree():
    picked = demand.offered(market(), np.array([3.0, 3.0]), np.array([0.5, 8.0]), 0.0, LEVEL, 1.0)
    assert picked == pytest.approx(3.0)
    assert demand.offered(market(), np.zeros(2), np.ones(2), 0.7, LEVEL, 1.0) == 0.7  # a village picks anyway


@given(st.floats(0.01, 20), st.floats(0.01, 20), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_harvest_never_brings_more_a_kg(one, other, cold, processed):
    low, high = sorted((one, other))
    (dear, few), (cheap, many) = (price(q, cold_store=cold, processed=processed) for q in (low, high))
    assert cheap <= dear
    assert 0 <= few <= many < 1


def test_a_village_is_one_of_all_those_that_feed_the_market():
    rules = market(villages=199, village_land=80.0, suitable=6.0, growth=0.0)
    local, share = demand.local_supply(rules, 1000.0, 80 * 1000.0 / 6, 1, 7)
    assert local == pytest.approx(1 / 200)  # a village that harvests what the average one does
    assert share == 1 / 200
    assert demand.local_supply(market(growth=0.1), 1000.0, 1.0, 1, 2)[0] == pytest.approx(
        demand.local_supply(market(growth=0.1), 1000.0, 1.0, 1, 0)[0] / 1.21
    )


def test_margin_and_sameness_at_the_farm_gate():
    assert demand.farm_gate_share(market(), 0.3) == 1.0
    assert demand.farm_gate_share(market(margin=0.12), 0.1) == pytest.approx(0.88 / 0.70)
    assert demand.farm_gate_share(market(), 0.8) == pytest.approx(np.exp(-0.3 * 0.5))


# What growers reckon --------------------------------------------------------------------------------------


def test_margin_and_net_return_of_a_mu_by_hand():
    plant = crop()
    margin, net = region.margins(plant, np.array([12.0]), np.array([60.0]))
    full = 180 * 0.75
    assert margin[0, 0] / MU == pytest.approx(full * (12 - 60 / 25) - 250 - 5 * 60)
    start = (450 + 8 * 60) / plant.annuity
    assert net[0, 0] / MU == pytest.approx(plant.factor * full * (12 - 60 / 25) - 250 - 5 * 60 - start)


def test_stands_live_seven_to_fifteen_years_and_bear_from_the_third():
    plant = crop()
    assert (plant.survival[:8] == 1).all()
    assert plant.survival[11] == pytest.approx(0.5)
    np.testing.assert_allclose(plant.bearing[:5], [0, 0, 0, 1 / 3, 2 / 3], atol=0.02)
    assert plant.bearing.max() < 1.0 + 1e-12


def test_a_region_in_balance_harvests_the_reference_quantity_at_the_usual_price():
    rules = market(growth=0.0)
    plant = crop(rules)
    now = region.founded(rules, plant, LEVEL)
    assert region.ripe(PRODUCTION, plant, now).sum() == pytest.approx(1)
    assert region.foretold(rules, plant, now.area.sum(axis=(0, 1)), LEVEL) == pytest.approx(LEVEL)


def test_who_knows_of_many_young_stands_foresees_low_prices():
    rules = market()
    plant = crop(rules)
    area = region.founded(rules, plant, LEVEL).area.sum(axis=(0, 1))
    more = area.copy()
    more[0] += 1.0
    assert region.foretold(rules, plant, more, LEVEL) < 0.6 * region.foretold(rules, plant, area, LEVEL)


def test_growers_turn_to_the_way_that_erred_least_as_far_as_information_goes():
    rules = market(informed=0.05)
    np.testing.assert_allclose(region.switched(rules, np.zeros(4)), [0.45, 0.30, 0.20, 0.05])
    shares = region.switched(rules, np.array([0.0, 0.0, -1.0, 0.0]))
    assert shares[2] / shares[0] == pytest.approx(0.20 / 0.45 * np.exp(-2))
    assert region.switched(rules, np.array([-3.0, -3.0, -3.0, 0.0]))[3] == pytest.approx(0.05)
    assert shares.sum() == pytest.approx(1)


@given(st.lists(st.floats(-4, 0), min_size=4, max_size=4), st.lists(st.floats(-4, 0), min_size=4, max_size=4))
def test_no_land_is_lost_when_growers_change_their_minds(before, after):
    shares = [region.switched(market(informed=0.3), np.array(fitness)) for fitness in (before, after)]
    area = np.repeat(shares[0][None, :, None], 3, axis=0) * np.arange(1.0, 6.0)
    found = region.moved(area, *shares)
    assert (found >= -1e-15).all()
    np.testing.assert_allclose(found.sum(axis=1), area.sum(axis=1))
    np.testing.assert_allclose(found.sum(axis=2)[0], shares[1] * 15)


# Planting and cutting -------------------------------------------------------------------------------------


def after(seen: float, usual: float = LEVEL, **changes: object) -> tuple[region.Region, region.Region]:
    """A region of naive growers before and after a year begun with a price seen."""
    rules = market(naive=0.6, adaptive=0.0, trend=0.0, informed=0.0, growth=0.0, **changes)
    plant = crop(rules)
    now = replace(region.founded(rules, plant, LEVEL), price=seen, usual=usual)
    return now, region.planted(rules, CHOICE, plant, now, LEVEL, WAGE)


def test_on_a_rise_growers_plant_the_idle_land_by_chance_review_and_step():
    before, now = after(24.0)
    plant = crop()
    kept = (before.area[:, 0, :-1] * plant.survival[1:] / plant.survival[:-1]).sum()
    idle = 6 / plant.mean_bearing - kept
    assert now.planted == pytest.approx(idle * 0.54 * 0.35 * 0.6)  # at 24 yuan it pays for all
    assert now.usual == pytest.approx(0.67 * 12 + 0.33 * 24)


def test_a_high_price_that_does_not_rise_moves_fewer():
    rise, none = after(24.0)[1], after(24.0, usual=24.0)[1]
    assert none.planted / rise.planted == pytest.approx(0.15 / 0.54)


def test_on_a_fall_three_in_ten_cut_where_little_is_left_and_none_plants():
    before, now = after(5.0)
    plant = crop()
    kept = before.area[:, 0, :-1] * plant.survival[1:] / plant.survival[:-1]
    margin, _ = region.margins(plant, np.array([5.0]), region.wages(market(), WAGE))
    assert (margin < 500 * MU).all()
    np.testing.assert_allclose(now.area[:, 0, 1:], kept * 0.7)
    assert now.planted == 0


def test_after_two_years_of_losses_stands_are_cut_whole():
    rules = market(naive=0.6, adaptive=0.0, trend=0.0, informed=0.0)
    plant = crop(rules)
    now = replace(region.founded(rules, plant, LEVEL), price=0.5)
    for year in range(3):
        now = replace(region.planted(rules, CHOICE, plant, now, LEVEL, WAGE), price=0.5)
        assert (now.standing > 0) == (year < 2)


def test_stands_at_a_loss_are_not_tended():
    _, now = after(1.0)
    plant = crop()
    assert region.ripe(PRODUCTION, plant, now).sum() == pytest.approx(0.7 * (now.area @ plant.bearing).sum())


@given(st.floats(0.5, 40), st.floats(0.5, 40))
@settings(max_examples=30, deadline=None)
def test_a_higher_expected_price_never_lowers_the_area_planted(one, other):
    low, high = sorted((one, other))
    assert after(low)[1].planted <= after(high)[1].planted + 1e-12


@pytest.mark.parametrize("seed", [1, 2])
def test_a_region_stays_within_its_land_and_its_prices_within_bounds(seed):
    for now in lived(120, seed):
        assert (now.area >= 0).all()
        assert now.standing <= 6 / crop().mean_bearing + 1e-9
        assert 0 < now.price <= 36
        assert 0 <= now.unsold < 1
        assert now.shares.sum() == pytest.approx(1)
        assert now.shares[rules_of.INFORMED] <= 0.05 + 1e-12


# In the village -------------------------------------------------------------------------------------------


def test_a_region_lives_before_the_village_and_its_mean_price_is_that_of_the_series():
    now = model()
    start = {use: trade.region.price for use, trade in now.village.memory["trade"].items()}
    now.step()
    series = now.params.series
    for use, trade in now.village.memory["trade"].items():
        noise = now.village.streams.normal("market.price", np.arange(1900, 1980), use)
        for year in (1979, 1999):
            level = now.village.usual_prices(year)[use]
            wage = 0.5 * series["farm_day_wage"].at(year) / series["cpi"].at(year)
            page, paid = region.founded(now.params.market, trade.crop, level), []
            for draw in noise:
                page = region.year_of(now.params.market, CHOICE, PRODUCTION, trade.crop, page, level, wage, draw)
                paid.append(page.price)
            assert start[use] == page.price or year == 1999
            assert np.mean(paid[20:]) * trade.anchor(year) == pytest.approx(level)


def test_without_regions_prices_are_the_series_and_its_noise():
    now = model(changes={"market.region_on": False})
    now.step()
    village = now.village
    assert village.memory["trade"] == {}
    expected = rules_of.farm_gate(now.params.market, village.usual_prices(1980), village.streams, 1980)
    np.testing.assert_array_equal(village.memory["price"], expected)


def test_other_products_do_not_notice_the_region():
    prices: list[np.ndarray] = []
    traded: list[int] = []
    for on in (True, False):
        now = model(changes={"market.region_on": on})
        now.step()
        prices.append(now.village.memory["price"])
        traded = traded or list(now.village.memory["trade"])
    made = np.isin(np.arange(len(prices[0])), traded)
    assert made.any()
    np.testing.assert_array_equal(prices[0][~made], prices[1][~made])
    assert (prices[0][made] != prices[1][made]).all()


def grown(kg: float, **changes: object) -> tuple[float, float, region.Region]:
    """What a kg of prickly ash brings in a village that harvests `kg`; its region before the sale and after."""
    now = model(changes={f"market.{path}": value for path, value in changes.items()})
    village = now.village
    village.year += 1
    outside = exogenous.read(village)
    market_day.look_ahead(village, outside)
    use = village.uses.index["prickly_ash"]
    prices = market_day.sell(village, outside, np.array([use]), np.array([kg]))
    trade = village.memory["trade"][use]
    assert prices[use] == pytest.approx(
        trade.region.price * trade.anchor(1980) * (1 - now.params.market.region.margin) / 0.7
    )
    return float(prices[use]), trade.region.unsold, trade.region


def test_the_harvest_of_a_village_hardly_moves_the_price_that_of_a_county_does():
    none, small, huge = (grown(kg)[0] for kg in (0.0, 2e3, 2e7))
    assert small < none
    assert small > 0.98 * none
    assert huge < 0.5 * none


def test_what_intermediaries_keep_no_household_gets():
    assert grown(0.0, **{"region.margin": 0.5})[0] == pytest.approx(grown(0.0)[0] * 0.5 / 0.7)


def test_what_perishes_unsold_is_not_paid_for():
    paid, unsold, now = grown(2e8)
    assert unsold > 0.5
    quoted, share = demand.cleared(market(), now.supply, 1.0)
    assert share == pytest.approx(unsold)
    assert paid < quoted * 1.5 * (1 - unsold) * LEVEL


def test_an_information_service_lets_more_households_look_at_areas():
    counts = []
    for informed in (0.05, 0.6):
        now = model(changes={"market.informed": informed})
        now.step()
        trade = now.village.memory["trade"][now.village.uses.index["prickly_ash"]]
        counts.append(trade.region.shares[rules_of.INFORMED])
    assert counts[0] <= 0.05
    assert counts[1] > 0.3
