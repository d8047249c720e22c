"""Herds: a year worked by hand, prices and closure push one way, dung gives back, no head appears from nowhere."""

import copy
import pickle
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from farm_rules import number, params, uses
from hypothesis import given, settings
from hypothesis import strategies as some
from village_of_test import differing, model

from village_abm.ecology import carbon
from village_abm.economy import husbandry
from village_abm.village import BOOKS
from village_abm.year import exogenous, means, nature
from village_abm.year import husbandry as herds

RULES = params().husbandry
CATTLE, GOATS, LOOP = RULES.cattle, RULES.goats, RULES.loop
OFF = {"husbandry.cattle.on": False, "husbandry.goats.on": False}
# Cattle that are worth their work: dear, cheap to begin with, and known to a house in five.
DEAR = {
    "series.price_cattle.scale": 3.0, "husbandry.cattle.days": 20, "husbandry.cattle.price": 6000,
    "husbandry.cattle.grass": 12000, "people.learning.innovators": 0.2,
}  # fmt: skip


def one(value):
    return np.array([value], float)


def net(price=4670.0, cow=12000.0, wage=10.0, discount=0.1, manure=0.0, stock=CATTLE):
    return husbandry.worth(stock, husbandry.Prices(price, cow), 1.0, one(manure), one(discount), one(wage))


@cache
def village_with_cattle():
    """A small village that has come to keep cattle."""
    now = model(changes=DEAR, burn_in=2006, seed=2)
    while now.year < 2012:
        now.step()
    return now


def again():
    return pickle.loads(pickle.dumps(village_with_cattle()))


# By hand --------------------------------------------------------------------------------------------------


def test_a_head_of_cattle_by_hand():
    """(.77 - .02) x 4670 - 900 - 45 days at 10 yuan = 2152.50; less 12000 (1 - .8 x 1.1^-8) / 5.3349 = 1409.88."""
    worth = net()
    assert worth.keeping == pytest.approx([2152.5])
    annuity = sum(1.1**-t for t in range(1, 9))
    assert annuity == pytest.approx(5.3349, abs=1e-4)
    assert worth.buying == pytest.approx([2152.5 - 12000 * (1 - 0.8 * 1.1**-8) / annuity])
    assert worth.keeping - worth.buying == pytest.approx([1409.9], abs=0.1)


def test_what_manure_saves_and_adds_by_hand():
    """.15 of 2000 yuan of inputs and .08 of a harvest of 5000 are 700; a head supplies .4 of .8 ha: 350."""
    worth = husbandry.manure_worth(LOOP, one(2000), one(5000), one(0.8))
    assert worth == pytest.approx([350.0])
    assert husbandry.manure_worth(LOOP, one(2000), one(5000), one(0.2)) == pytest.approx([700.0])
    assert husbandry.manure_worth(LOOP, one(0), one(0), one(0.0)) == [0.0]
    assert net(manure=350).keeping - net().keeping == pytest.approx([350.0])


def test_the_sown_grass_that_lets_a_cow_be_kept_has_all_she_brings():
    """She eats 17500 kg, 9000 of them gathered: 850 yuan on 8500 kg sown are .1 yuan a kg; nothing where she loses."""
    worth = husbandry.Worth(np.array([850.0, 850.0, -5.0]), np.array([1300.0, 1300.0, 100.0]))
    brings = husbandry.grass_worth(CATTLE, worth, np.array([0, 2, 0]))
    assert brings == pytest.approx([0.1, 2600 / 26000, 0.0])


def test_a_herd_year_by_hand():
    """Eight cows: .16 + .9 die: 1; 1 + .3 are worn out: 1; 8 x .77 x .75 + .5 = 5.12 are born: 5; 2 kept, 4 sold."""
    year = husbandry.herd_year(CATTLE, np.array([8]), np.array([8]), one(0.75), np.array([[0.9, 0.3, 0.5]]))
    assert (year.died, year.born, year.sold, year.left) == (1, 5, 1 + 5 - 2, 8)


def test_a_herd_that_is_to_shrink_keeps_no_young():
    year = husbandry.herd_year(GOATS, np.array([3]), np.array([1]), one(1.0), np.array([[0.0, 0.0, 0.5]]))
    assert (year.died, year.born, year.sold, year.left) == (0, 4, 4, 3)


def test_herds_are_as_large_as_food_days_and_purse_reach_for():
    assert husbandry.room(np.array([3.9, 3.9]), np.array([200.0, 90.0]), 45).tolist() == [3, 2]
    assert husbandry.affordable(np.array([11999.0, 25000.0]), 12000).tolist() == [0, 2]
    worth = husbandry.Worth(np.array([1.0, -1.0, -1.0]), np.array([5.0, 5.0, -5.0]))
    heads, room = np.array([1, 3, 3]), np.array([4, 2, 2])
    assert husbandry.wanted(CATTLE, heads, room, worth).tolist() == [4, 2, 0]


def test_manure_and_gas_by_hand():
    """A head supplies 6 mu: on 12 mu half of the supply, so maize takes 7.5% fewer inputs and bears 4% more."""
    supply = husbandry.manure(LOOP, np.array([1.0, 3.0, 0.0]), np.array([0.8, 0.8, 0.8]))
    assert supply == pytest.approx([0.5, 1.0, 0.0])
    use = np.array([number("maize"), number("fruit"), number("forage"), number("eco_forest")])
    half = np.full(4, 0.5)
    assert husbandry.input_cost_factor(LOOP, uses(), use, half) == pytest.approx([0.925, 1, 1, 1])
    assert husbandry.yield_factor(LOOP, uses(), use, half) == pytest.approx([1.04, 1.04, 1, 1])
    built, cows, does = np.array([True, True, False, True]), np.array([1, 0, 2, 0]), np.array([0, 8, 0, 9])
    assert husbandry.burns_own_gas(RULES, built, cows, does).tolist() == [True, False, False, True]


def test_prices_of_breeding_stock_follow_the_course_of_the_young():
    assert husbandry.prices(CATTLE, 2335.0, 4670.0) == husbandry.Prices(2335.0, 6000.0)


# Whole heads ----------------------------------------------------------------------------------------------


@given(some.lists(some.tuples(some.floats(0, 3), some.floats(0, 0.999), some.integers(0, 2)), min_size=1, max_size=30))
def test_does_are_whole_and_as_many_as_their_mean_in_every_village(houses):
    amount, luck, village = (np.array(column) for column in zip(*houses, strict=True))
    heads = husbandry.shared_whole(amount, luck, village, np.arange(len(amount)) + 9)
    assert (heads >= 0).all()
    assert (heads[amount == 0] == 0).all()
    assert (np.abs(heads - amount) < 2).all()
    asked, given_out = (np.bincount(village, weights=weights) for weights in (amount, heads))
    some_amount = np.bincount(village, weights=amount > 0)
    assert (np.abs(asked - given_out) <= 0.5 + 1e-9)[some_amount > 0].all()


@given(
    some.integers(0, 40), some.integers(0, 40), some.floats(0, 1), some.tuples(*[some.floats(0, 0.999)] * 3),
    some.sampled_from([CATTLE, GOATS]),
)  # fmt: skip
def test_no_head_is_lost_in_a_herd_year(heads, target, done, luck, stock):
    year = husbandry.herd_year(stock, np.array([heads]), np.array([target]), one(done), np.array([luck]))
    assert heads + year.born - year.died - year.sold == year.left
    assert min(year.born, year.died, year.sold, year.left) >= 0
    assert year.left <= max(heads, target)


# Directions -----------------------------------------------------------------------------------------------


@given(some.floats(500, 20000), some.floats(1, 2), some.floats(0, 200), some.integers(0, 5), some.integers(0, 5))
def test_dearer_young_never_mean_fewer_heads_wanted(price, dearer, wage, heads, room):
    few, many = (
        husbandry.wanted(CATTLE, np.array([heads]), np.array([room]), net(price=one, wage=wage))
        for one in (price, price * dearer)
    )
    assert many >= few


@given(some.floats(0, 200), some.floats(0, 50))
def test_a_dearer_day_never_makes_a_head_worth_more(wage, more):
    low, high = net(wage=wage), net(wage=wage + more)
    assert high.keeping <= low.keeping
    assert high.buying <= low.buying


def herds_after_keeping(now, change):
    """Herds of a copy of a village once households have chosen them next year, `change` made before."""
    change(now)
    village = now.village
    now._open_books()
    herds.keep(village, exogenous.read(village))
    return village.households


def with_price(scale):
    def change(now):
        series = dict(now.village.params.series)
        dear = copy.copy(series["price_cattle"])
        object.__setattr__(dear, "values", dear.values * scale)
        # The course of the price is the same, so cows cost the same.
        series["price_cattle"] = dear
        object.__setattr__(now.village.params, "series", series)

    return change


def test_dearer_cattle_never_mean_fewer_cows_bought_that_year():
    bought = []
    for scale in (0.1, 0.5, 1.0, 2.0):
        now = again()
        herds_after_keeping(now, with_price(scale))
        bought.append(now.ledger["cattle"].entries.get("bought", 0))
    assert bought == sorted(bought)
    assert bought[0] < bought[-1]


def test_the_more_is_closed_the_fewer_goats_graze_freely():
    free = []
    for share in (0.0, 0.3, 0.6, 1.0):
        now = again()

        def close(now, share=share):
            patches = now.patches
            luck = now.streams.uniform("test.closed", 0, patches.id)
            patches.closed[:] = (luck < share) & (now.village.uses.is_kind("wild")[patches.use])

        free.append(herds_after_keeping(now, close).free_goats.sum())
    assert free == sorted(free, reverse=True)
    assert free[0] > free[-1] == 0


def test_does_shut_out_go_to_the_stall_only_where_that_pays():
    def close(now):
        now.patches.closed[:] = now.village.uses.is_kind("wild")[now.patches.use]

    def close_and_be_busy(now):
        close(now)
        now.households.shadow_wage[:] = 1e4

    stalled, sold = herds_after_keeping(again(), close), herds_after_keeping(again(), close_and_be_busy)
    assert stalled.stalled_goats.sum() > 0
    assert sold.goats.sum() == 0


def test_the_loop_never_raises_the_firewood_cut():
    wood = []
    for on in (False, True):
        now = again()
        object.__setattr__(now.village.params.husbandry.loop, "on", on)
        households = now.households
        households.digester[:] = households.cattle > 0
        now._open_books()
        stand = nature.stands_now(now.village)
        held = carbon.carbon_of_cover(now.params.ecology.carbon, now.patches.age, stand)
        nature._cut_and_graze(now.village, stand, held)
        wood.append(now.village.flows["fuelwood"].sum())
    assert 0 < wood[1] < wood[0]


def ready(now, idle, local=0.0, cooperative=0.0):
    """A village in the middle of a year whose houses had these days to spare last year."""
    now._open_books()
    households = now.households
    households.idle_days[:], households.local_labour[:], households.cooperative_days[:] = idle, local, cooperative
    return now.village


def test_days_to_spare_by_hand():
    """40 without work, 30 for wages, 20 for a cooperative: 90; planting takes 25, rooms 150, 100 are given up."""
    village = ready(again(), 40.0, 30.0, 20.0)
    row = village.households.rows[0]
    for taken, left in ((0.0, 90), (25.0, 65), (150.0, 0), (-100.0, 15)):
        means.take_days(village, taken)
        assert means.days(village)[row] == left
    assert (means.days(village)[~village.households.alive] == 0).all()


def test_what_planting_and_rooms_took_no_cow_is_bought_for():
    bought = []
    for taken in (0.0, 400.0):
        village = ready(again(), 400.0)
        means.take_days(village, taken)
        herds.keep(village, exogenous.read(village))
        bought.append(village.ledger["cattle"].entries.get("bought", 0))
    assert bought[0] > bought[1] == 0


def test_herds_take_their_days_one_after_the_other():
    """Cattle first: goats have what these leave; the days taken are those of the heads more in the stall."""
    for idle in (0.0, 30.0, 60.0, 400.0):
        now = again()
        now.patches.closed[:] = now.village.uses.is_kind("wild")[now.patches.use]
        village, households = ready(now, idle), now.households
        cows, does = households.cattle.copy(), households.stalled_goats.copy()
        herds.keep(village, exogenous.read(village))
        stock = village.params.husbandry
        more = (households.cattle - cows) * stock.cattle.days + (households.stalled_goats - does) * stock.goats.days
        assert households.taken_days == pytest.approx(more)
        assert (more[households.alive] <= idle + 1e-9).all()


def test_days_of_planting_are_taken_from_those_to_spare():
    """Where there are neither herds nor rooms, what is taken in a year is the planting that is told of."""
    eager = {"people.learning.innovators": 0.2, "farm.choice.act_without_rise": 0.3, "tourism.on": False}
    now = model(changes=OFF | eager, burn_in=2000)
    planted = 0.0
    for _ in range(4):
        now.step()
        asked = dict.fromkeys(now.households.id.tolist(), 0.0)
        for event in now.events:
            if event["kind"] == "planted" and event["year"] == now.year:
                days = uses().establish_days[number(event["why"]["use"])]
                asked[event["household"]] += days * now.village.hectares
        assert now.households.taken_days == pytest.approx(list(asked.values()))
        planted += sum(asked.values())
    assert planted > 0


# In the village -------------------------------------------------------------------------------------------


def test_cattle_come_to_be_kept_where_they_pay_and_the_first_cow_is_told():
    now = village_with_cattle()
    told = [event for event in now.events if event["kind"] == "bought cattle"]
    assert now.households.cattle.sum() > 0
    assert {"heads", "net return of a head", "worth of a day", "price of a cow"} <= set(told[0]["why"])
    assert all(event["why"]["net return of a head"] > 0 for event in told)


def test_nobody_keeps_cattle_without_land_for_their_grass():
    now = village_with_cattle()
    kept = np.flatnonzero(now.households.cattle > 0)
    sown = np.bincount(now.village.workers[now.patches.use == number("forage")], minlength=len(now.households))
    assert len(kept)
    assert (sown[kept] > 0).all()


def test_switched_off_there_are_no_herds_and_the_fitted_does_graze():
    now = model(changes=OFF, burn_in=1990)
    for _ in range(3):
        now.step()
    households = now.households
    for column in ("cattle", "goats", "stalled_goats", "digester", "manure", "herd_income"):
        assert not getattr(households, column).any(), column
    assert (households.price_belief[:, number("forage")] == 0).all()
    assert households.free_goats.sum() % 1 != 0
    assert not {"bought", "born", "sold", "died"} & set(now.ledger.years[1992]["goats"])


def test_switched_off_the_phase_moves_nothing(monkeypatch):
    """The same as if the schedule had no such lines: to the bit."""
    plain, bare = (model(changes=OFF, burn_in=1990) for _ in range(2))
    for _ in range(3):
        plain.step()
    for name in ("value_grass", "keep", "sell", "sell_all"):
        monkeypatch.setattr(herds, name, lambda *given: None)
    monkeypatch.setattr(husbandry, "yield_factor", lambda *given: 1.0)
    monkeypatch.setattr(husbandry, "input_cost_factor", lambda *given: 1.0)
    for _ in range(3):
        bare.step()
    assert differing(plain, bare) == []


def test_without_the_loop_there_is_no_manure_and_no_digester():
    now = model(changes=DEAR | {"husbandry.loop.on": False}, burn_in=2006, seed=2)
    while now.year < 2012:
        now.step()
    assert now.households.cattle.sum() > 0
    assert not now.households.manure.any()
    assert not now.households.digester.any()


def test_whoever_is_relocated_leaves_its_digester_behind():
    now = model("huanjiang", {"series.biogas_adoption": 0.0}, burn_in=1993)
    now.step()
    now.households.digester[:] = now.households.biogas[:] = now.households.alive
    now.step()
    households = now.households
    moved = households.relocated & households.alive
    stay = households.alive & ~moved & (households.founded < now.year)
    assert moved.any()
    assert not (households.digester | households.biogas)[moved].any()
    assert (households.digester & households.biogas)[stay].all()


def test_goats_and_cattle_have_books_of_their_own():
    assert {("cattle", "head", 0.0), ("goats", "head", 0.0)} <= set(BOOKS)
    lines = village_with_cattle().ledger.years[2012]
    assert all(isinstance(amount, int) for kind in herds.KINDS for amount in lines[kind].values())


@settings(max_examples=15, deadline=None)
@given(some.lists(some.tuples(some.sampled_from(["split", "end", "move", "year"]), some.integers(0, 60)), max_size=12))
def test_herds_close_whatever_happens_to_their_households(steps):
    """Splits, ends and relocations of households and years of births, deaths and sales in any order."""
    now = again()
    village, households = now.village, now.households
    now._open_books()
    luck = exogenous.read(village)
    households.cattle[households.alive] += 3
    village.ledger["cattle"].enter("bought", 3 * households.alive.astype(np.int64))
    village.memory["cattle wanted"] = households.cattle.copy()
    village.memory["goats wanted"] = households.goats.copy()
    heads = {kind: getattr(households, kind).sum() for kind in herds.KINDS}
    for number_of_step, (step, pick) in enumerate(steps):
        rows = households.rows
        row = rows[[pick % len(rows)]]
        if step == "split":
            new = households.add(households.id[row] ^ (number_of_step + 1), village=0, home=households.home[row])
            for name in ("cash", "labour", "grain"):
                village.ledger[name].grow(len(households))
            herds.share_out(village, row, new, np.array([0.4]))
            assert heads == {kind: getattr(households, kind).sum() for kind in herds.KINDS}
        elif step in ("end", "move"):
            herds.sell_all(village, row)
            assert all(getattr(households, kind)[row] == 0 for kind in herds.KINDS)
            households.alive[row] = step == "move"
        else:
            village.memory["work"] = SimpleNamespace(fulfilled=np.full((len(households), 4), 0.8))
            village.memory["cattle wanted"], village.memory["goats wanted"] = (
                getattr(households, kind).copy() for kind in herds.KINDS
            )
            herds.sell(village, luck)
        heads = {kind: getattr(households, kind).sum() for kind in herds.KINDS}
        assert (households.stalled_goats <= households.goats).all()
    for kind in herds.KINDS:
        assert (getattr(households, kind) >= 0).all()
        village.ledger.close(kind, getattr(households, kind), village.year)
    village.ledger.close("cash", households.cash, village.year)
