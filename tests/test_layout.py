"""Layout in four steps: patches judged on paper, the order of the rules, and two maps compared by hand."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from village_of_test import lived, model

from agents.patch import GRADES, LANDFORMS
from village_abm import load_params
from village_abm.accounting import layout
from village_abm.accounting.layout import NOW, STEPS, SUITED, VERDICTS, Chances, Ground
from village_abm.counted import layout as counting
from village_abm.params import ParameterError
from village_abm.scope import Scope

RULES = load_params().accounting.layout
HEALTHY = {
    "slope": 5.0, "depth": 40.0, "exposure": 0.0, "grade": 0, "cover": 0.05, "age": 0.0,
    "landform": LANDFORMS.index("depression"), "distance": 0.0, "red_line": False, "terraced": False,
    "watered": True, "contract": True, "built": False,
}  # fmt: skip
WOODS = {"slope": 30.0, "depth": 20.0, "exposure": 0.4, "grade": 1, "cover": 0.8, "age": 60.0, "watered": False,
         "landform": LANDFORMS.index("slope"), "contract": False, "distance": 800.0}  # fmt: skip
POOR = {"labour": 0.0, "margin": 0.0, "knowledge": 0.0, "organised": False, "financed": False}
RICH = {"labour": 1e6, "margin": 1e6, "knowledge": 1.0, "organised": True, "financed": True}


def ground(**changes):
    return Ground(**{name: np.array([value]) for name, value in (HEALTHY | changes).items()})


def chances(**changes):
    return Chances(**{name: np.array([value]) for name, value in (POOR | changes).items()})


def suited(year=2020, money=POOR, **changes):
    land = ground(**changes)
    steps = layout.scores(RULES, land, chances(**money), year)
    return SUITED[layout.suited(RULES, land, steps)[0]]


# The four steps -------------------------------------------------------------------------------------------


def test_soil_is_to_be_kept_where_it_is_steep_thin_and_sick():
    """Slope 16.5 of 8 to 25: .5; depth 25 of 10 to 40: .5 lacking; grade moderate: 3/5. Mean .533."""
    assert layout.ecological(RULES, ground(slope=16.5, depth=25.0, grade=3))[0] == pytest.approx(1.6 / 3)


def test_woods_on_peaks_keep_water_and_old_dense_woods_keep_species():
    level = {"slope": 0.0, "depth": 50.0}
    peak = ground(**level, cover=0.6, landform=LANDFORMS.index("peak"))
    assert layout.ecological(RULES, peak)[0] == pytest.approx(0.9 * 0.6)
    old = ground(**level, cover=0.8, age=75.0)  # ramp(cover) 1, ramp(age) 60/75
    assert layout.ecological(RULES, old)[0] == pytest.approx(0.8)
    assert layout.ecological(RULES, ground(**level, red_line=True))[0] == 1
    assert layout.ecological(RULES, ground(**level, red_line=True, built=True))[0] == 0


def test_natural_resources_by_hand():
    """.3 x 1 (deep) + .3 x 0 (steep) + .25 x .6 (rock) + .15 x 0 (dry) = .45; a terrace is level: .75."""
    land = {"slope": 30.0, "exposure": 0.4, "watered": False}
    assert layout.natural(RULES, ground(**land))[0] == pytest.approx(0.45)
    assert layout.natural(RULES, ground(**land, terraced=True))[0] == pytest.approx(0.75)


def test_people_count_by_labour_and_nearness():
    """.6 x 1 of nature, and .4 x the mean of half the labour and, at 500 m, 1/e."""
    half = chances(labour=15 * 15.0)
    found = layout.resources(RULES, ground(distance=500.0), half)[0]
    assert found == pytest.approx(0.6 + 0.4 * (0.5 + np.exp(-1)) / 2)


def test_industry_is_market_technology_and_organisation():
    """.5 x 15,000/30,000 + .3 x .4 + .2 x 1."""
    found = layout.industry(RULES, chances(margin=15_000.0, knowledge=0.4, organised=True))[0]
    assert found == pytest.approx(0.25 + 0.12 + 0.2)
    assert layout.industry(RULES, chances(margin=-1e4))[0] == 0


def test_policy_is_finance_tax_and_land():
    assert layout.policy(RULES, ground(), chances(financed=True), 2006)[0] == pytest.approx(1)
    assert layout.policy(RULES, ground(), chances(), 2005)[0] == pytest.approx(0.3)  # the contract alone
    assert layout.policy(RULES, ground(contract=False), chances(), 2005)[0] == pytest.approx(0.15)


# What land is suited to -----------------------------------------------------------------------------------


def test_what_each_kind_of_land_is_suited_to():
    assert suited() == "farm"
    assert suited(built=True, red_line=True) == "built"
    assert suited(red_line=True) == "protect"  # though it is fertile
    assert suited(**WOODS) == "protect"
    assert suited(**WOODS | {"cover": 0.2, "age": 5.0}) == "restore"  # steep and bare
    assert suited(**WOODS | {"slope": 12.0, "cover": 0.4, "grade": 3}) == "restore"  # sick
    assert suited(slope=30.0, terraced=True) == "farm"
    assert suited(slope=30.0) == "restore"


def test_industry_goes_where_people_markets_and_policy_are():
    land = {"slope": 18.0, "depth": 18.0, "exposure": 0.3, "watered": False, "cover": 0.3}
    assert suited(money=RICH, **land) == "industry"
    assert suited(money=POOR, **land | {"contract": False, "distance": 3000.0}) == "restore"
    assert suited(money=RICH, **land | {"grade": 2}) == "restore"  # what is desertified is restored first


def test_weights_that_make_no_whole_are_refused():
    with pytest.raises(ParameterError, match=r"policy_weights .* add up to 1"):
        dataclasses.replace(RULES, policy_weights=(0.5, 0.5, 0.5))


FLOATS = {"slope": st.floats(0, 80), "depth": st.floats(0, 200), "exposure": st.floats(0, 1), "cover": st.floats(0, 1),
          "age": st.floats(0, 200), "distance": st.floats(0, 5000)}  # fmt: skip
LAND = st.fixed_dictionaries(FLOATS | {
    "grade": st.integers(0, len(GRADES) - 1), "landform": st.integers(0, 3), "red_line": st.booleans(),
    "terraced": st.booleans(), "watered": st.booleans(), "contract": st.booleans(), "built": st.booleans(),
})  # fmt: skip
MONEY = st.fixed_dictionaries({
    "labour": st.floats(0, 1e5), "margin": st.floats(-1e5, 1e6), "knowledge": st.floats(0, 1),
    "organised": st.booleans(), "financed": st.booleans(),
})  # fmt: skip


@given(LAND, MONEY, st.integers(1980, 2030))
def test_every_score_lies_between_nothing_and_one(land, money, year):
    steps = layout.scores(RULES, ground(**land), chances(**money), year)
    assert steps.shape == (1, len(STEPS))
    assert (steps >= 0).all()
    assert (steps <= 1 + 1e-12).all()


@given(LAND, MONEY)
def test_no_land_too_steep_or_sick_is_suited_to_the_plough(land, money):
    found = suited(money=money, **land)
    if (land["slope"] > 25 and not land["terraced"]) or land["grade"] >= 2 or land["red_line"]:
        assert found != "farm"
    if land["built"]:
        assert found == "built"


@given(LAND, MONEY, st.floats(0, 1), st.integers(0, 5))
def test_rock_and_sickness_never_make_land_better(land, money, more_rock, sicker):
    worse = land | {"exposure": land["exposure"] + (1 - land["exposure"]) * more_rock}
    before, after = (layout.resources(RULES, ground(**one), chances(**money))[0] for one in (land, worse))
    assert after <= before + 1e-12
    sick = land | {"grade": max(land["grade"], sicker)}
    calm, alarmed = (layout.ecological(RULES, ground(**one))[0] for one in (land, sick))
    assert alarmed >= calm - 1e-12  # the need to keep its soil rises


# Two maps -------------------------------------------------------------------------------------------------


def test_the_verdict_on_every_pair():
    pairs = {
        ("protect", "protected"): "agrees", ("farm", "farmed"): "agrees", ("protect", "farmed"): "overused",
        ("restore", "industry"): "overused", ("farm", "left alone"): "unused", ("industry", "restored"): "unused",
        ("protect", "left alone"): "unguarded", ("restore", "protected"): "otherwise",
        ("industry", "farmed"): "otherwise", ("built", "built"): "built", ("farm", "built"): "built",
    }  # fmt: skip
    suits = np.array([SUITED.index(a) for a, _ in pairs])
    now = np.array([NOW.index(b) for _, b in pairs])
    assert [VERDICTS[k] for k in layout.verdict(suits, now)] == list(pairs.values())


def test_kappa_and_its_parts_on_paper():
    """20 of 35 and 15 rightly, 5 and 10 wrongly: p .7, e .5 x .6 + .5 x .4 = .5, kappa .4.

    Rows 25 and 25, columns 30 and 20: quantity (5 + 5)/2 of 50 = .1, allocation .3 - .1 = .2.
    """
    found = layout.agreement(np.array([[20, 5], [10, 15]]))
    assert (found.alike, found.kappa) == (pytest.approx(0.7), pytest.approx(0.4))
    assert (found.quantity, found.allocation) == (pytest.approx(0.1), pytest.approx(0.2))


def test_maps_that_are_the_same_agree_and_no_map_agrees_with_nothing():
    same = layout.agreement(np.diag([3, 4, 5]))
    assert (same.alike, same.kappa, same.quantity, same.allocation) == pytest.approx((1, 1, 0, 0))
    assert np.isnan(layout.agreement(np.zeros((2, 2))).alike)


MAPS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=60)


@given(MAPS)
def test_the_parts_of_agreement_sum_to_one(cells):
    suits, now = (np.array(column) for column in zip(*cells, strict=True))
    crossed = layout.crossed(suits, now)
    assert crossed.sum() == len(cells)
    square = np.zeros((6, 6))
    square[:5] = crossed
    found = layout.agreement(square)
    assert found.alike + found.quantity + found.allocation == pytest.approx(1)
    assert found.alike == pytest.approx(np.mean(suits == now))
    assert np.isnan(found.kappa) or found.kappa <= 1 + 1e-12


# In runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_the_table_holds_all_the_land_and_the_shares_are_one_whole(scenario):
    scope = Scope(lived(scenario).village)
    table = counting.layout_table(scope)
    classes = np.array([table.line(name).values for name in SUITED])
    assert classes.sum(axis=0) == pytest.approx(table.line("all land").values)
    assert classes[:, 1:].sum(axis=1) == pytest.approx(classes[:, 0])
    assert classes[:, 0].sum() == pytest.approx(scope.area)
    shares = {line.name: line.values[0] for line in counting.layout_agreement(scope).lines}
    assert sum(shares[name] for name in VERDICTS[1:]) == pytest.approx(1)
    assert shares["agrees"] + shares["quantity"] + shares["allocation"] == pytest.approx(1)


def test_the_map_is_judged_at_the_start_and_at_the_end():
    now = lived()
    maps = now.maps["suited"]
    assert np.array_equal(maps[-1], now.picture(counting.judged(Scope(now.village)).suits))
    verdicts = np.bincount(now.patches.agreement, minlength=len(VERDICTS)) / (now.patches.agreement > 0).sum()
    told = {line.name: line.values[0] for line in counting.layout_agreement(Scope(now.village)).lines}
    assert verdicts[1:] == pytest.approx([told[name] for name in VERDICTS[1:]])
    assert np.array_equal(maps[0], maps[1])  # nobody judged it in between
    assert set(np.unique(maps)) <= set(range(len(SUITED)))


def test_schemes_on_offer_support_the_land_they_would_take():
    """In 2010 works against rocky desertification are open to sick wild land; without schemes nothing is supported."""
    now = model(burn_in=1988).run(21)
    scope = Scope(now.village)
    financed = counting.chances_of(scope).financed
    under = scope.patch("scheme") >= 0
    assert now.village.year == 2010
    assert financed[under].all()
    assert (financed & ~under & (scope.patch("grade") >= GRADES.index("slight"))).any()
    alone = model(changes={"government.on": False}, burn_in=1988).run(21)
    assert not counting.chances_of(Scope(alone.village)).financed.any()


def test_steep_crops_are_counted():
    scope = Scope(lived("p1_1980").village)
    crops = scope.kind("crop")
    expected = np.mean((scope.patch("slope") > 25)[crops] & ~scope.patch("terraced")[crops])
    assert counting.steep_crop_share(scope) == pytest.approx(expected)
    assert expected > 0
