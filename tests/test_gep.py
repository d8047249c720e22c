"""Gross ecosystem product: each service by hand, parts that make the whole, switches, and a land that decides alike."""

import dataclasses
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from village_of_test import differing, lived, model

from agents.patch import LANDFORMS
from village_abm import VillageModel, load_params
from village_abm.accounting import gep
from village_abm.accounting.gep import Gep, Products, Quantities
from village_abm.ecology import soil, water
from village_abm.economy.enterprises import crop_cover_factor, stack
from village_abm.indicators import count_all
from village_abm.report import words
from village_abm.scope import REGISTRY, Scope
from village_abm.year import ecosystem_product, nature
from village_abm.year.husbandry import Bred

PARAMS = load_params()
RULES = PARAMS.accounting.gep
NOTHING = dataclasses.replace(
    RULES, net=False, yard_animals=False, cistern_water=False, water_purified=False, climate=False, oxygen=False
)
SWITCHES = {"water_purified": "purification", "climate": "climate", "oxygen": "oxygen"}
INDICATORS = [name for name, item in REGISTRY.items() if item.count.__module__ == "village_abm.counted.gep"]


def amounts(patches=1, **given):
    return Quantities(
        **{
            field.name: np.full(patches, given.get(field.name, 0.0), dtype=float)
            for field in dataclasses.fields(Quantities)
        }
    )


def products(patches=1, **given):
    return Products(
        **{
            field.name: np.full(patches, given.get(field.name, 0.0), dtype=float)
            for field in dataclasses.fields(Products)
        }
    )


def rules(**changes):
    return dataclasses.replace(NOTHING, **changes)


# By hand --------------------------------------------------------------------------------------------------


def test_water_kept_is_rain_times_the_share_gained_times_the_area():
    # 1.2 m of rain on 10,000 m2 are 12,000 m3, of which cover adds a tenth.
    assert gep.water_kept(rules(rain=1.2), np.array([0.1]), hectares=1.0) == pytest.approx(1200)
    assert gep.priced(rules(water_price=0.6), products(), amounts(water=1200), 0).water == pytest.approx(720)


def test_soil_kept_spares_dredging_where_it_would_silt_up_and_nutrients_everywhere():
    # Of 12 t on the surface a quarter silts up: 3 t are 2.5 m3 at 1.2 t/m3, 62.5 yuan; 20 t hold 1,200 yuan.
    prices = rules(silting=0.25, dredging_price=25, nutrient_price=60)
    silt = gep.silt_kept(prices, np.array([12.0]), density=1.2)
    assert silt == pytest.approx(2.5)
    assert gep.soil_value(prices, silt, np.array([20.0])) == pytest.approx(1262.5)


def test_carbon_is_paid_by_the_tonne_of_carbon_dioxide_and_a_clearing_takes_off():
    # Three tonnes of carbon are eleven of carbon dioxide.
    assert pytest.approx(11) == 3 * gep.CO2_PER_CARBON
    worth = gep.priced(rules(carbon_price=60), products(), amounts(carbon=-11), 0)
    assert worth.carbon == pytest.approx(-660)
    assert worth.total == pytest.approx(-660)


def test_air_is_cleaned_and_water_only_where_that_is_counted():
    prices = rules(purification_price=1.26, treatment_price=1.8)
    given = amounts(pollutants=50, nutrients=10)
    assert gep.priced(prices, products(), given, 0).purification == pytest.approx(63)
    twice = dataclasses.replace(prices, water_purified=True)
    assert gep.priced(twice, products(), given, 0).purification == pytest.approx(63 + 18)


def test_cooling_is_the_heat_of_evaporation_at_what_an_air_conditioner_would_cost():
    # 0.8 m x .25 x half covered x 10,000 m2 = 1,000 m3, which take up 2.45 MJ a kg: 680,556 kWh at 1/6 yuan.
    hot = rules(evaporation=0.8, hot_share=0.25, electricity_price=0.5, cooling_ratio=3, climate=True)
    heat = gep.cooling(hot, np.array([0.5]), hectares=1.0)
    assert heat == pytest.approx(1e6 * 2.45 / 3.6)
    assert gep.priced(hot, products(), amounts(cooling=heat[0]), 0).climate == pytest.approx(113_426, abs=1)


def test_oxygen_and_guests_have_their_prices():
    assert gep.priced(rules(oxygen=True, oxygen_price=1000), products(), amounts(oxygen=2), 0).oxygen == 2000
    assert gep.priced(NOTHING, products(), amounts(nights=3), 114.0).cultural == 342


def test_provisioning_is_the_sum_of_what_people_take():
    taken = products(harvest=900, gathered=30, firewood=50, animals=-10, yard=20, inputs=-200)
    assert taken.total == 790
    assert gep.priced(NOTHING, taken, amounts(), 0).provisioning == 790


def test_an_amount_is_spread_over_its_group_by_weight_and_stays_where_nothing_weighs():
    group, weights = np.array([0, 0, 1, 2]), np.array([1.0, 3.0, 0.0, 5.0])
    found, left = gep.spread(np.array([100.0, 40.0, -10.0]), weights, group)
    assert found.tolist() == [25, 75, 0, -10]
    assert left.tolist() == [0, 40, 0]


def test_guests_pay_for_the_green_in_sight_of_their_house():
    # The house in the corner of three by three looks one patch about: at .2, .4, .4 and 1 of green, 2 in all.
    cover = np.array([[0.2, 0.4, 0.9], [0.4, 1.0, 0.9], [0.9, 0.9, 0.9]])
    found, left = gep.seen_from(np.array([100.0]), cover, np.array([0]), np.array([0]), cells=1)
    assert found == pytest.approx(np.array([[10.0, 20, 0], [20, 50, 0], [0, 0, 0]]))
    assert left == 0
    found, left = gep.seen_from(np.array([100.0]), np.zeros((3, 3)), np.array([0]), np.array([0]), cells=1)
    assert (found.sum(), left.sum()) == (0, 100)


def test_the_default_counts_everything_once():
    assert not any(getattr(RULES, name) for name in (*SWITCHES, "yard_animals", "cistern_water"))


# Identities and properties --------------------------------------------------------------------------------

AMOUNTS = hnp.arrays(float, (len(dataclasses.fields(Quantities)), 6), elements=st.floats(-1e3, 1e3))
TAKEN = hnp.arrays(float, (len(dataclasses.fields(Products)), 6), elements=st.floats(-1e3, 1e3))


@given(AMOUNTS, TAKEN, st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 6))
def test_parts_make_the_whole_and_so_do_two_halves_of_the_land(given_amounts, taken, on, cut):
    some = rules(**dict(zip(SWITCHES, on, strict=True)))
    worth = gep.priced(some, Products(*taken), Quantities(*given_amounts), 100.0)
    services = [getattr(worth, field.name) for field in dataclasses.fields(Gep)]
    assert np.allclose(np.sum(services, axis=0), worth.total)
    assert np.allclose(worth.provisioning + worth.regulating + worth.cultural, worth.total)
    halves = [
        gep.priced(some, Products(*taken[:, part]), Quantities(*given_amounts[:, part]), 100.0).total.sum()
        for part in (slice(cut), slice(cut, None))
    ]
    assert np.isclose(sum(halves), worth.total.sum(), atol=1e-6)


@given(AMOUNTS, TAKEN, st.sampled_from(list(SWITCHES)))
def test_a_switch_adds_its_service_and_touches_no_other(given_amounts, taken, switch):
    once, twice = (
        gep.priced(rules(**{switch: on}), Products(*taken), Quantities(*given_amounts), 100.0) for on in (False, True)
    )
    for field in dataclasses.fields(Gep):
        before, after = getattr(once, field.name), getattr(twice, field.name)
        assert (field.name == SWITCHES[switch]) or before.tobytes() == after.tobytes()
    added = getattr(twice, SWITCHES[switch]) - getattr(once, SWITCHES[switch])
    assert np.allclose(twice.total - once.total, added, atol=1e-6)


PRICES = ("water_price", "carbon_price", "dredging_price", "nutrient_price", "purification_price")


@given(AMOUNTS, st.sampled_from(PRICES), st.floats(0, 10))
def test_value_is_linear_in_a_price(given_amounts, name, times):
    there = Quantities(*given_amounts)
    free, one, many = (
        gep.priced(rules(**{name: getattr(RULES, name) * k}), products(6), there, 0).total for k in (0, 1, times)
    )
    assert np.allclose(many - free, times * (one - free), atol=1e-6)


@given(
    hnp.arrays(float, 4, elements=st.floats(-1e4, 1e4)),
    hnp.arrays(float, 12, elements=st.floats(0, 1e3).filter(lambda w: w == 0 or w > 1e-6)),
    hnp.arrays(np.int64, 12, elements=st.integers(0, 3)),
)
def test_spreading_neither_makes_nor_loses_anything(worth, weights, group):
    found, left = gep.spread(worth, weights, group)
    assert np.allclose(np.bincount(group, weights=found, minlength=4) + left, worth)
    assert (found[weights == 0] == 0).all()


@given(
    hnp.arrays(float, (7, 9), elements=st.floats(0.01, 1)),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 8), st.floats(0, 1e4)), min_size=1, max_size=5),
    st.integers(0, 10),
)
def test_what_houses_see_adds_up_to_what_they_earn_and_lies_in_sight(cover, houses, cells):
    line, column, nights = (np.array(part) for part in zip(*houses, strict=True))
    found, left = gep.seen_from(nights, cover, line, column, cells)
    assert np.isclose(found.sum() + left.sum(), nights.sum())
    by_hand = np.zeros((7, 9))
    for i, j, worth in houses:
        window = np.s_[max(i - cells, 0) : i + cells + 1, max(j - cells, 0) : j + cells + 1]
        by_hand[window] += worth * cover[window] / cover[window].sum()
    assert np.allclose(found, by_hand, atol=1e-6)


# Directions -----------------------------------------------------------------------------------------------


def regulated(cover, terraced=False, use=None, slope=25.0):
    """Water [m3/ha], soil kept [t/ha] and air cleaned [kg/ha] of a hectare of slope with half its surface rock."""
    one, earth = np.ones(1), PARAMS.ecology.soil
    factor = np.full(1, np.nan)
    if use is not None:
        uses = stack(PARAMS.uses)
        factor = crop_cover_factor(uses, np.array([uses.index[use]]), np.array([20]))
    terraces, no = np.array([terraced]), np.zeros(1, bool)
    steep = soil.slope_factor(slope * one, 25.0)
    bare, lost = (
        soil.erosion(earth, steep, v * one, c, walls, no)
        for v, c, walls in ((0.0, np.full(1, np.nan), no), (cover, factor, terraces))
    )
    gained = water.rainwater_use(PARAMS.ecology.water, cover * one, no, terraces) - PARAMS.ecology.water.base_use
    return np.array(
        [gep.water_kept(RULES, gained, 1.0)[0], 0.5 * (bare - lost)[0], RULES.purified * cover], dtype=float
    )


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 60))
def test_greener_wild_land_keeps_no_less_of_anything(one, other, slope):
    less, more = sorted((one, other))
    assert (regulated(more, slope=slope) >= regulated(less, slope=slope) - 1e-12).all()


def test_bare_ground_is_what_everything_is_measured_against():
    assert regulated(0.0) == pytest.approx([0, 0, 0])


def test_a_terrace_keeps_water_and_soil():
    assert (regulated(0.05, terraced=True, use="maize")[:2] > regulated(0.05, use="maize")[:2]).all()


def test_a_tilled_slope_loses_more_than_bare_ground_and_that_is_not_hidden():
    assert regulated(0.05, use="maize")[1] < 0


@pytest.mark.parametrize("orchard", ["prickly_ash", "fruit", "timber"])
def test_a_dense_grown_plantation_of_one_species_gives_less_than_mixed_forest(orchard):
    cap = PARAMS.ecology.vegetation.cap_economic
    planted, forest = regulated(cap, use=orchard), regulated(0.85)
    assert (planted < forest).all()
    # At equal cover the ground between the rows still washes away faster.
    assert planted[1] < regulated(cap)[1]


def test_a_greener_year_yields_more_under_the_same_luck():
    def year(more):
        now = model(burn_in=1989)
        now.run(1)
        wild = now.village.uses.is_kind("wild")[now.patches.use]
        now.patches.cover[wild] = np.minimum(now.patches.cover[wild] + more, 0.9)
        now.village.memory["plant carbon"] = nature.plant_carbon(now.village, nature.stands_now(now.village))
        now.step()
        there = now.village.memory["gep quantities"]
        return there.water.sum(), there.soil.sum(), there.pollutants.sum()

    assert (np.array(year(0.2)) > np.array(year(0.0))).all()


# A land by hand -------------------------------------------------------------------------------------------


def two_patches(**switches):
    """A quarter hectare of foot slope, green and with a cistern, and one of slope with little soil left."""
    earth = dataclasses.replace(
        PARAMS.ecology.soil, on_site=0.1, erosivity=5000.0, erodibility=0.03, bare_factor=0.1,
        leakage=(0.4, 0.5, 0.8, 0.9),
    )  # fmt: skip
    moved = SimpleNamespace(
        share=np.array([0.5, 1.0]), mass=np.array([600.0, 1.0]),
        year=SimpleNamespace(formed=np.array([0.1, 0.25]), lost=np.array([0.5, 1.25]), surface=np.array([0.25, 0.25])),
    )  # fmt: skip
    price = np.zeros(len(PARAMS.uses))
    return SimpleNamespace(
        hectares=0.25, grid_shape=(1, 1, 2), slope_factor=np.array([4.0, 4.0]), uses=stack(PARAMS.uses),
        params=SimpleNamespace(
            ecology=dataclasses.replace(PARAMS.ecology, soil=earth, water=dataclasses.replace(
                PARAMS.ecology.water, base_use=0.3, cistern_use=0.3)),
            accounting=SimpleNamespace(gep=rules(**switches)), tourism=PARAMS.tourism, land=PARAMS.land,
        ),
        patches=SimpleNamespace(
            cover=np.array([0.6, 0.2]), cistern=np.array([True, False]), yield_rate=np.array([0.0, 400.0]),
            landform=np.array([LANDFORMS.index("foot"), LANDFORMS.index("slope")]),
        ),
        households=SimpleNamespace(guest_nights=np.zeros(1)),
        ledger={"carbon": SimpleNamespace(at_opening=lambda: np.array([10.0, 10.0]))},
        memory={"soil moved": moved, "rainwater": np.array([0.75, 0.35]), "carbon": np.array([46.0, 38.0]),
                "wood cut": np.array([0.3, 0.0]), "price": price},
    )  # fmt: skip


def test_quantities_of_two_patches_by_hand():
    got = ecosystem_product._quantities(two_patches(rain=1.2, purified=90.0, soil_nutrients=2.8, silting=0.24))
    # Of .75 the ground would use .3 and the cistern takes .3 to crops: .15 of 3,000 m3.
    assert got.water == pytest.approx([450, 150])
    # Bare ground loses .1 x 5000 x .03 x 4 x .1 = 6 t a hectare of soil: 3 where half is rock, and no more than the
    # 1.25 t there are on the second, which lost that.
    assert got.soil == pytest.approx([0.625, 0.0])
    # On the foot half, on the slope a fifth of it goes on the surface: 1.5 less .25, and .25 less .25.
    assert got.silt == pytest.approx([0.24 * 0.3125 / PARAMS.ecology.soil.bulk_density, 0.0], abs=1e-12)
    assert got.nutrients == pytest.approx([1.75, 0.0])
    assert got.carbon == pytest.approx([1.5 * 44 / 12, -0.5 * 44 / 12])
    assert got.oxygen == pytest.approx([4, -4 / 3])
    assert got.pollutants == pytest.approx([13.5, 4.5])
    assert got.harvest.tolist() == [0, 100]
    assert got.firewood.tolist() == [0.3, 0]


def test_water_of_cisterns_is_counted_where_that_is_wished():
    got = ecosystem_product._quantities(two_patches(rain=1.2, cistern_water=True))
    assert got.water == pytest.approx([1350, 150])


def test_ground_tilled_bare_loses_ten_times_as_much():
    got = ecosystem_product._quantities(two_patches(soil_against="tilled"))
    assert got.soil == pytest.approx([0.25 * (30 - 0.5), 0.0])


# Herds ----------------------------------------------------------------------------------------------------


def test_herds_grow_on_the_land_that_feeds_them():
    """Cattle on the grass and field edges of their house, free goats where they browse, stalled ones nowhere."""
    uses = stack(PARAMS.uses)
    use = np.array([uses.index["forage"], uses.index["maize"]])
    village = SimpleNamespace(
        params=PARAMS, uses=uses, names=("upper", "lower"),
        households=Houses(np.array([0, 0, 1], np.int16)),
        memory={
            "harvest": (use, np.array([0, 0]), np.array([3 * PARAMS.husbandry.cattle.gathered, 500.0])),
            "plots": SimpleNamespace(rows=np.array([1, 2])), "browsed": np.array([0.3, 0, 0.1, 0, 0]),
            "bred": {
                # The first house has a plot of grass and one of maize, the second neither.
                "cattle": Bred(np.array([1000.0, 400, 0]), np.array([200.0, 0, 0]), np.ones(3)),
                "goats": Bred(np.array([100.0, 60, 20]), np.zeros(3), np.array([0.0, 0.5, 0])),
            },
        },
    )  # fmt: skip
    worth, feed = ecosystem_product._herds(village, np.array([0, 0, 0, 0, 1]))
    # 750 on grass that is three times what is gathered, 250 on the field; 400 over the four patches of the village;
    # of 130 for goats three quarters on the first patch; in the lower village nothing was browsed.
    assert worth == pytest.approx([100 + 97.5, 100 + 750, 100 + 250 + 32.5, 100, 20])
    assert feed == pytest.approx([0, 150, 50, 0, 0])


class Houses:
    """Households by the village they live in."""

    def __init__(self, village):
        self.village = village

    def __len__(self):
        return len(self.village)


# In runs --------------------------------------------------------------------------------------------------


@cache
def counted(**switches):
    """A small village a few years on, with switches of the rules."""
    changes = {f"accounting.gep.{name}": value for name, value in switches.items()}
    return model(changes=changes, burn_in=1986).run(3)


def test_no_decision_hears_of_a_price():
    dear = counted(water_price=8.5, carbon_price=330, oxygen=True, climate=True, net=True, soil_against="tilled",
                   yard_animals=True, cistern_water=True, water_purified=True, fuelwood_price=800)  # fmt: skip
    plain = counted()
    assert differing(plain, dear) == ["patches.gep"]
    assert plain.ledger.years == dear.ledger.years
    assert plain.events == dear.events
    assert dear.indicators["gep"].iloc[-1] > plain.indicators["gep"].iloc[-1]


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_the_harvest_is_what_the_farm_accounts_say(scenario):
    now = lived(scenario)
    village = now.village
    sold = sum(village.real(village.memory["farm money"][name].sum()) for name in ("sold", "eaten", "animals"))
    fed = -now.ledger.years[now.year]["grain"]["fed to animals"] * village.memory["price"][village.uses.index["maize"]]
    yard = village.memory["yard"].sum() - fed  # what the yard adds to the worth of its grain
    got = village.memory["gep products"]
    assert got.harvest.sum() == pytest.approx(sold - yard, rel=1e-4)
    assert got.gathered.sum() == pytest.approx(village.real(village.memory["farm money"]["gathered"].sum()), rel=1e-4)


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_carbon_taken_up_is_what_the_carbon_book_gained(scenario):
    now = lived(scenario)
    lines = now.ledger.years[now.year]["carbon"]
    taken = now.village.memory["gep quantities"].carbon.sum()
    assert taken == pytest.approx(44 / 12 * (lines["closing"] - lines["opening"]), rel=1e-6, abs=1e-3)


def test_firewood_guests_and_herds_are_those_of_the_books():
    now = counted()
    village, got = now.village, now.village.memory["gep products"]
    assert now.village.memory["gep quantities"].firewood.sum() == pytest.approx(village.flows["fuelwood"].sum())
    bred = village.memory["bred"]
    assert got.animals.sum() == pytest.approx((bred["goats"].worth * (1 - bred["goats"].stalled)).sum())
    assert got.animals.sum() != 0


def test_guests_pay_what_the_books_say():
    famous = {
        "tourism.nights": 60_000, "tourism.culture": 3, "tourism.road": 0, "tourism.least_cover": 0.3,
        "tourism.cost": 50_000, "tourism.considers": 1,
    }  # fmt: skip
    full = model(changes=famous, families=40, burn_in=1988).run(25)
    revenue = full.village.real(full.village.flows["guests"].sum())
    assert revenue > 0
    assert full.village.memory["gep"].cultural.sum() == pytest.approx(revenue, rel=1e-4)


def test_net_provisioning_is_gross_less_what_was_bought():
    gross, net = counted().village.memory["gep"], counted(net=True).village.memory["gep"]
    bought = counted().village.memory["plots"].inputs.sum()
    bred = counted().village.memory["bred"]
    assert "cattle" not in bred  # whose feed would come off as well
    assert (gross.provisioning - net.provisioning).sum() == pytest.approx(bought)
    assert bought > 0


def test_yard_animals_lie_on_the_plots_of_grain_and_count_their_worth_again():
    village = counted(yard_animals=True).village
    yard = village.memory["gep products"].yard
    assert yard.sum() == pytest.approx(village.memory["yard"].sum())
    assert yard.sum() > 0


def test_soil_kept_is_measured_against_the_ground_chosen():
    bare, tilled = (counted(soil_against=word).village.memory["gep quantities"].soil for word in ("bare", "tilled"))
    assert (tilled >= bare - 1e-9).all()
    assert bare.min() < 0
    assert tilled.min() >= -1e-9


def test_villages_add_up_to_the_whole():
    now = lived("huanjiang")
    counts = count_all(now.village)
    area = {".emigration": 0.0, ".resettlement": 0.0}
    for number, tail in enumerate(area):
        area[tail] = Scope(now.village, number).area
    for name in ("gep", "gep_provisioning", "gep_regulating", "gep_cultural"):
        parts = sum(counts[name + tail] * hectares for tail, hectares in area.items())
        assert parts == pytest.approx(counts[name] * sum(area.values()))
    for name in ("water_kept", "soil_kept", "carbon_taken_up"):
        assert counts[name + ".emigration"] + counts[name + ".resettlement"] == pytest.approx(counts[name])


def test_the_map_is_the_sum_of_the_services_per_hectare():
    now = lived("village")
    last, value = now.maps["gep"][-1], now.village.memory["gep"]
    assert last.dtype == np.float32
    assert last.ravel() == pytest.approx(value.total / now.village.hectares, rel=1e-6)
    assert now.indicators["gep"].iloc[-1] == pytest.approx(last.mean(), rel=1e-5)


# The account ----------------------------------------------------------------------------------------------


def everything():
    return counted(net=True, yard_animals=True, water_purified=True, climate=True, oxygen=True)


@pytest.mark.parametrize("draw", [counted, everything])
def test_lines_of_the_account_add_up(draw):
    now = draw()
    table, value = now.statements["gep"], now.village.memory["gep"]
    parts = [line.name for line in table.lines if not line.total]
    worth = {line.name: line.values[2] for line in table.lines}
    assert worth["provisioning"] + worth["regulating"] + worth["cultural"] == pytest.approx(worth["gep"])
    assert sum(worth[name] for name in parts) == pytest.approx(worth["gep"])
    assert worth["gep"] == pytest.approx(value.total.sum())
    assert worth["silt"] + worth["nutrients"] == pytest.approx(value.soil.sum())
    assert table.line("gep").values[4] == pytest.approx(1)
    for line in table.lines:
        quantity, price, worth_of_it, per_hectare, _ = line.values
        assert per_hectare * now.village.hectares * len(now.patches.use) == pytest.approx(worth_of_it)
        if quantity == quantity and quantity != 0:
            assert quantity * price == pytest.approx(worth_of_it)


def test_prices_of_the_account_are_those_of_the_parameters():
    table = counted().statements["gep"]
    prices = {name: table.line(name).values[1] for name in ("water", "silt", "nutrients", "carbon", "firewood")}
    assert prices == pytest.approx({"water": 0.6, "silt": 25, "nutrients": 60, "carbon": 60, "firewood": 400})


def test_the_account_says_what_was_counted_twice():
    plain, full = counted().statements["gep"], everything().statements["gep"]
    assert plain.notes[-1][0] == "Counted twice on purpose: nothing."
    assert "oxygen given off beside the carbon taken up" in full.notes[-1][0]
    assert "assumed prices" in plain.notes[0][0]
    assert {"oxygen", "climate", "clean_water", "inputs", "yard"} <= {line.name for line in full.lines}


def test_every_unit_of_the_account_and_the_indicators_has_words():
    table = everything().statements["gep"]
    units = {line.unit for line in table.lines} | {column.unit for column in table.columns}
    assert units - {""} <= set(words.UNITS)
    assert {REGISTRY[name].unit for name in INDICATORS} <= set(words.UNITS)


def test_every_indicator_says_its_formula_and_source():
    assert len(INDICATORS) == 10
    assert all(REGISTRY[name].formula and REGISTRY[name].source for name in INDICATORS)
    assert {REGISTRY[name].group for name in INDICATORS} == {"value"}


# Over-planting --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_slopes_planted_with_one_crop_tree_earn_more_and_regulate_less():
    """Grain for Green with prickly ash in place of ecological forest, all else and all luck the same."""
    shares = "schemes.grain_for_green_1.contract.shares"
    forest, pepper = (
        VillageModel(load_params("village", {shares: planted}), rng=1).run().indicators.iloc[-10:].mean()
        for planted in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    )
    assert pepper["income_real"] > forest["income_real"]
    assert pepper["gep_regulating"] < forest["gep_regulating"]
    assert pepper["gep_regulating_share"] < forest["gep_regulating_share"]
