"""Crops of the karst mountains: what they bring, where they stand, and wild land that is planted with them."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
from farm_rules import MU, number, outlook, params, uses
from test_enterprises import stands
from village_of_test import model, small

from agents.patch import LAND_KINDS
from village_abm import VillageModel
from village_abm.economy import enterprises, production
from village_abm.economy.returns import expected_returns
from village_abm.params import ParameterError
from village_abm.year import exogenous, ground, land_use, nature

NEW = ("cili", "dragon_fruit", "honeysuckle", "herbs", "timber")
FOREST = LAND_KINDS.index("forest_land")
WILD = {"land_kind": FOREST, "slope": 15.0, "soil_depth": 45.0, "elevation": 800.0, "cover": 0.7}


def net_per_mu(name: str, life: float, price: float, wage: float) -> float:
    """Annualised net return at the full stated yield and a given life, at 10% [CNY/mu/yr]."""
    lives = np.where(uses().is_kind("perennial"), life, 0.0)
    count = len(uses())
    seen = outlook(
        1, 1, year=2020, price=np.full((1, count), price), shadow_wage=np.array([wage]), discount=np.array([0.10]),
        yields=np.full((1, count), params().uses[name].full_yield),
    )  # fmt: skip
    one, sorts = np.zeros(1, dtype=int), replace(uses(), life_low=lives, life_high=lives)
    returns = expected_returns(sorts, params().farm.production, seen, one, one + number("maize"), 0.0)
    return float(returns.net[0, number(name)]) * MU


# Returns --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "life", "price", "stated", "slack"),
    [
        ("prickly_ash", 15.0, 4.0, (151, -467, -879), 45),
        ("prickly_ash", 15.0, 20.0, (1911, 1294, 882), 45),
        ("cili", 15.0, 1.5, (386, -288, -737), 60),
        ("cili", 15.0, 3.0, (1174, 499, 50), 60),
        ("cili", 15.0, 6.0, (2748, 2074, 1625), 60),
        ("dragon_fruit", 12.0, 3.0, (-264, -1776, -2783), 200),
        ("dragon_fruit", 12.0, 6.0, (1703, 191, -817), 200),
        ("dragon_fruit", 12.0, 12.0, (5637, 4125, 3117), 200),
        ("dragon_fruit", 12.0, 30.0, (17437, 15925, 14917), 340),
    ],
)
def test_returns_at_three_wages_are_those_of_the_activity_table(name, life, price, stated, slack):
    # The table does not state its years of bearing and of paying off; ours rise from the first harvest to the full
    # one and fall in old age. The slack is 2% of the dearest harvest, or a thirtieth of what planting costs.
    found = [net_per_mu(name, life, price, wage) for wage in (0.0, 60.0, 100.0)]
    assert found == pytest.approx(stated, abs=slack)


def test_dragon_fruit_by_hand():
    # life 12, 10%: bearing 0, 1/2, 1 ... 1 to year 8 (.7 x 12 = 8.4), then falling to .5 in year 12
    years = np.arange(1, 13)
    worth = 1.1**-years
    bears = np.clip(years - 1, 0, 2) / 2 * (1 - 0.5 * np.clip((years / 12 - 0.7) / 0.3, 0, 1))
    kilos = 900 * (worth @ bears) / worth.sum()
    by_hand = kilos * (6 - 60 / 150) - 1500 - 18 * 60 - (6000 + 25 * 60) / worth.sum()
    assert net_per_mu("dragon_fruit", 12.0, 6.0, 60.0) == pytest.approx(by_hand)


def test_timber_pays_once_at_the_felling():
    # 6 t a mu at 0.5 yuan in the fifth of six years: 3000 x 1.1^-5 = 1863, a year 1863 / 4.3553 = 428;
    # less 200 of upkeep and 200 / 4.3553 = 46 of planting
    assert net_per_mu("timber", 6.0, 0.5, 0.0) == pytest.approx(427.7 - 200 - 45.9, abs=0.2)
    rules, ages = params().farm.production, np.arange(8)
    sort = params().uses["timber"]
    bears = production.bearing(rules, np.array(True), ages, np.array(sort.lag), np.array(sort.full_age), np.array(6.0))
    np.testing.assert_array_equal(bears, [0, 0, 0, 0, 0, 1, 0, 0])


# Places ---------------------------------------------------------------------------------------------------


def test_cili_stands_on_the_cool_plateau_and_dragon_fruit_in_the_hot_valley():
    assert stands("cili", elevation=1300.0)
    assert not stands("cili", elevation=700.0)
    assert stands("dragon_fruit", elevation=500.0)
    assert not stands("dragon_fruit", elevation=720.0)


def test_the_red_line_forbids_timber_and_nothing_else():
    inside, outside = ({name for name in uses().names if stands(name, **WILD, red_line=line)} for line in (True, False))
    assert outside - inside == {"timber"}


def test_timber_wants_deep_soil_that_is_not_on_pure_rock():
    assert stands("timber", **WILD)
    assert not stands("timber", **(WILD | {"soil_depth": 30.0}))
    assert not stands("timber", **WILD, lithology=0)


def test_herbs_want_shade():
    assert stands("herbs", **WILD)
    assert not stands("herbs", **(WILD | {"cover": 0.4}))
    assert not stands("herbs", **(WILD | {"land_kind": 2}))


def test_honeysuckle_climbs_over_rock():
    assert stands("honeysuckle", grade=4, soil_depth=6.0, slope=35.0)


def test_what_the_lie_of_the_land_allows_nowhere_is_known():
    flat = {"slope": np.array([5.0, 20.0]), "red_line": np.array([False, False])}
    high = enterprises.somewhere(uses(), elevation=np.array([1100.0, 1500.0]), **flat)
    low = enterprises.somewhere(uses(), elevation=np.array([400.0, 600.0]), **flat)
    assert {n for n, a, b in zip(uses().names, high, low, strict=True) if a and not b} == {"cili"}
    assert not high[number("dragon_fruit")]
    assert low[number("dragon_fruit")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"min_elevation": 2000.0}, "min_elevation"),
        ({"min_cover": 1.5}, "min_cover"),
        ({"felled": True}, "felled at age"),
        ({"kind": "crop", "under_forest": True}, "for perennials"),
    ],
)
def test_fields_that_make_no_sense_are_refused(changed, said):
    with pytest.raises(ParameterError, match=said):
        replace(params().uses["cili"], **changed)


# In the village -------------------------------------------------------------------------------------------


def wild_rows(now: VillageModel, cover: float = 0.0) -> np.ndarray:
    """Ten wild plots of contract forest land with an owner, outside the red line."""
    patches = now.patches
    may = (patches.land_kind == FOREST) & (patches.owner >= 0) & ~patches.red_line & (patches.cover > cover)
    return np.flatnonzero(may & (patches.use == now.village.uses.index["natural"]))[:10]


def test_herbs_leave_the_forest_as_it_is():
    plain, planted = model(), model()
    rows = wild_rows(plain, cover=0.6)
    planted.village.patches.use[rows] = planted.village.uses.index["herbs"]
    ground.lay_bare(planted.village, rows, np.zeros(len(rows), int))
    for now in (plain, planted):
        now._open_books()
        nature._grow_plants(now.village, nature.stands_now(now.village))
        nature._move_soil(now.village, nature.stands_now(now.village))
        nature.survey(now.village)
    for name in ("cover", "age", "soil_depth", "soil_carbon", "runoff_loss", "grade"):
        np.testing.assert_array_equal(getattr(plain.patches, name), getattr(planted.patches, name))
    np.testing.assert_array_equal(plain.village.memory["plant carbon"], planted.village.memory["plant carbon"])


def test_planting_wild_land_leaves_half_of_its_cover_and_herbs_leave_all():
    now = model()
    rows = wild_rows(now, cover=0.6)
    before = now.patches.cover[rows].copy()
    now.village.patches.use[rows] = now.village.uses.index["herbs"]
    ground.lay_bare(now.village, rows, np.zeros(len(rows), int))
    np.testing.assert_array_equal(now.patches.cover[rows], before)
    now.village.patches.use[rows] = now.village.uses.index["prickly_ash"]
    ground.lay_bare(now.village, rows, np.zeros(len(rows), int))
    assert now.patches.cover[rows] == pytest.approx(before / 2)
    assert (now.patches.age[rows] == 0).all()


def test_the_red_line_and_woods_keep_wild_land_from_being_cleared_but_not_from_herbs():
    now = model()
    rows = wild_rows(now, cover=0.6)
    now.patches.red_line[rows] = True
    may = ground.can_stand(now.village, rows)
    assert set(np.flatnonzero(may.any(axis=0))) <= {now.village.uses.index["herbs"]}
    now.patches.red_line[rows] = False
    assert set(np.flatnonzero(ground.can_stand(now.village, rows).any(axis=0))) <= {now.village.uses.index["herbs"]}
    now.patches.cover[rows] = 0.25  # woods no more
    assert ground.can_stand(now.village, rows)[:, now.village.uses.index["honeysuckle"]].any()


def test_what_works_have_planted_is_not_cleared_however_thin_it_still_is():
    now = model()
    rows = wild_rows(now, cover=0.6)
    now.patches.cover[rows] = 0.25  # no woods
    assert ground.can_stand(now.village, rows)[:, now.village.uses.index["honeysuckle"]].any()
    now.patches.treated[rows] = 2005
    assert set(np.flatnonzero(ground.can_stand(now.village, rows).any(axis=0))) <= {now.village.uses.index["herbs"]}


def test_the_hungry_do_not_clear_what_works_have_planted():
    cleared = []
    for year in (0, 1985):
        now = model(changes={"farm.choice.clearing_rate": 0.6}, burn_in=1990)
        now.households.food_gap[:], now.households.idle_days[:] = 0.5, 200
        now.households.grain_need[:] = 1000
        now.patches.treated[:] = year
        now._open_books()
        land_use._clear(now.village, exogenous.read(now.village))
        cleared.append(int((now.patches.cleared == now.year).sum()))
    assert cleared[0] > 0 == cleared[1]


def test_worn_stands_of_forest_land_go_back_to_wild_land():
    now = model(changes={"farm.choice.plant_forest_land": False})
    now.step()
    rows, climber = wild_rows(now), now.village.uses.index["honeysuckle"]
    now.patches.use[rows], now.patches.use_age[rows] = climber, 99  # past every life
    now.village.memory["plant carbon"] = nature.plant_carbon(now.village, nature.stands_now(now.village))
    now.step()  # the books of land and carbon close over it
    given_up = rows[now.patches.use[rows] != climber]
    assert len(given_up)
    assert (now.patches.use[given_up] == now.village.uses.index["natural"]).all()
    assert (now.patches.land_kind[rows] == FOREST).all()


def test_forest_land_without_an_heir_grows_wild():
    now = model()
    rows = wild_rows(now)
    now.village.patches.use[rows] = now.village.uses.index["prickly_ash"]
    now._open_books()
    now.village.return_to_collective(rows)
    assert (now.patches.use[rows] == now.village.uses.index["natural"]).all()


EAGER = {
    "farm.choice.act_without_rise": 0.3, "farm.choice.knowledge_gate": 0.1, "people.learning.innovators": 0.2,
    "series.price_honeysuckle.scale": 3.0, "series.price_timber.scale": 3.0,
}  # fmt: skip


def test_profitable_climbers_come_to_stand_on_barren_land_and_timber_is_felled_at_its_age():
    now = model(changes=EAGER, burn_in=1988)
    felled = np.zeros(0, int)
    timber = now.village.uses.index["timber"]

    def look(at: VillageModel) -> None:
        nonlocal felled
        rows = np.flatnonzero((at.patches.use == timber) & (at.patches.yield_rate > 0))
        assert (at.patches.use_age[rows] == at.village.uses.lag[timber] + 1).all()  # aged since by the year's end
        felled = np.union1d(felled, rows)

    now.run(24, on_year=look)
    planted = [event for event in now.events if event["kind"] == "planted"]
    patch = dict(zip(now.patches.id.tolist(), range(len(now.patches.id)), strict=True))
    first = {event["patch"]: event for event in reversed(planted)}  # later ones may renew a worn stand
    wild = [event for event in first.values() if event["why"]["instead of"] == "natural"]
    assert "honeysuckle" in {e["why"]["use"] for e in wild}
    assert "timber" in {e["why"]["use"] for e in planted}
    rows = np.array([patch[e["patch"]] for e in wild])
    assert (now.patches.land_kind[rows] == FOREST).all()
    assert not now.patches.red_line[rows].any()
    assert len(felled)
    for event in wild:
        assert event["why"]["expected return"] > 0
        assert {"value", "norm", "knowledge", "belief", "switching", "value instead"} <= set(event["why"])


def test_nobody_plants_forest_land_where_that_is_switched_off():
    now = model(changes=EAGER | {"farm.choice.plant_forest_land": False}, burn_in=1988)
    now.run(8)
    assert not ground.planted_forest_land(now.village).any()


@pytest.mark.parametrize("name", ["honeysuckle", "timber"])
def test_a_crop_switched_off_is_as_if_it_were_not_there(name):
    off = small(changes={f"uses.{name}.voluntary": False}, burn_in=1988)
    rest = {key: use for key, use in off.uses.items() if key != name}
    # Luck is keyed by the place in the file: here the crop left out is the one at the end.
    there, gone = (dataclasses.replace(off, uses=kept) for kept in (rest | {name: off.uses[name]}, rest))
    one, other = (VillageModel(each, rng=1).run(12) for each in (there, gone))
    for column in ("use", "cover", "soil_depth", "yield_rate", "net_return", "owner"):
        np.testing.assert_array_equal(getattr(one.patches, column), getattr(other.patches, column))
    np.testing.assert_array_equal(one.households.cash, other.households.cash)
    np.testing.assert_array_equal(one.households.norm[:, : len(rest)], other.households.norm)
