"""Land that is kept, carbon, results and water: the arithmetic of what is promised, due, sold and cut."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from policy_rules import MU, USES, changed, government, schemes

from agents.patch import GRADES
from village_abm.params import ParameterError
from village_abm.policy import carbon_payment, enrolment, kept, results, water_rights
from village_abm.streams import Streams

STREAMS = Streams(1, 0)
FOREST, GRASS, BALANCE, EASEMENT, PARK = (
    schemes()[name]
    for name in (
        "welfare_forest", "grassland_enclosure", "grassland_balance", "conservation_easement", "national_park",
    )
)  # fmt: skip
TREES, MARKET, TICKET = (schemes()[name] for name in ("single_tree_carbon", "carbon_market", "forest_ticket"))
GREENING, SOIL, WATER = (schemes()[name] for name in ("result_vegetation", "result_soil", "water_bank"))
NATURAL, MAIZE = USES.index("natural"), USES.index("maize")


# Land that is kept -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "yuan"), [(2001, 5), (2009, 5), (2010, 10), (2015, 15), (2024, 16)])
def test_public_welfare_forest_is_paid_5_then_10_then_15_then_16_yuan_a_mu(year, yuan):
    assert FOREST.payment.at(year) * MU == pytest.approx(yuan)


def test_of_sixteen_yuan_for_a_mu_the_holder_gets_thirteen_sixty_and_guards_two_forty():
    owed, guards = kept.due(FOREST, np.array([2005]), 2024, MU)
    assert (owed.tolist(), guards.tolist()) == ([1360], [240])


def test_an_easement_is_paid_once_and_is_a_share_of_the_value_of_the_land():
    starts = np.array([2015, 2014])
    owed, guards = kept.due(EASEMENT, starts, 2015, MU)
    assert owed.tolist() == [45 * 800, 0]  # .45 of 800 yuan on entry, in fen; nothing for the one of last year
    assert guards.sum() == 0


def test_a_park_pays_on_entry_and_every_year():
    owed, _ = kept.due(PARK, np.array([2020, 2018]), 2020, MU)
    assert owed.tolist() == [(240 + 16) * 100, 16 * 100]


def test_a_contract_of_five_years_ends_after_the_fifth_and_one_without_end_never():
    starts = np.array([2016, 2017])
    assert GRASS.is_over(starts, 2021).tolist() == [True, False]
    assert not FOREST.is_over(starts, 3000).any()


def test_what_a_one_off_is_worth_a_year_is_its_part_of_the_years_it_counts_for():
    assert EASEMENT.offer(2015) * MU == pytest.approx(0.45 * 800 / 30)


def test_rates_without_their_years_are_refused():
    with pytest.raises(ParameterError, match="rate_years"):
        kept.DatedByArea(rate_years=(2010, 2007), rate=(1.0, 2.0))


def entering(scheme, **columns):
    land = {
        "use": [NATURAL] * 4, "grade": [2] * 4, "slope": [30.0] * 4, "cover": [0.4] * 4,
        "red_line": [True] * 4, "owner": [0, 1, -1, 0],
    } | columns  # fmt: skip
    arrays = {name: np.array(values) for name, values in land.items()}
    return kept.may_keep(scheme, USES, GRADES, **arrays, poor=np.array([True, False])).tolist()


def test_household_and_collective_land_enters_but_no_crop():
    assert entering(FOREST) == [True, True, True, True]
    assert entering(FOREST, use=[MAIZE, NATURAL, MAIZE, NATURAL]) == [False, True, False, True]


def test_flat_or_thin_land_is_no_public_welfare_forest_and_a_park_ends_at_the_red_line():
    assert entering(FOREST, slope=[20.0, 30.0, 30.0, 24.9]) == [False, True, True, False]
    assert entering(FOREST, cover=[0.2, 0.3, 0.9, 0.1]) == [False, True, True, False]
    assert entering(PARK, red_line=[True, False, True, False]) == [True, False, True, False]


def test_only_the_poor_may_sell_single_trees_and_the_collective_may_not():
    assert entering(TREES) == [True, False, False, True]


def test_only_the_grades_named_may_enter():
    severe = changed(FOREST, eligible={"grades": ("severe", "extreme")})
    assert entering(severe, grade=[1, 4, 5, 3]) == [False, True, True, False]


def test_no_offer_before_the_scheme_opens_or_without_money():
    assert [FOREST.offers(year) for year in (2000, 2001)] == [False, True]
    assert not changed(FOREST, payment={"rate": (0.0,) * 7}).offers(2018)


def test_keeping_costs_wood_and_browse_where_it_closes_and_the_grain_that_hunger_would_clear_for():
    cover, gap = np.array([0.5, 0.5]), np.array([0.2, 0.2])
    cost = kept.cost(FOREST.contract, cover, gap, np.array([False, True]), np.array([4000.0, 4000.0]))
    assert cost.tolist() == pytest.approx([0.5 * 10 / MU, 0.5 * 10 / MU + 0.2 * 4000])
    assert kept.cost(EASEMENT.contract, cover, gap, np.zeros(2, bool), cover).tolist() == [0.0, 0.0]


@given(pay=st.floats(1.0, 1e4), more=st.floats(1.0, 10.0), cost=st.floats(0.0, 1e4))
def test_a_higher_payment_is_never_worth_less(pay, more, cost):
    some = np.array([0.3])
    low, high = (
        enrolment.worth_of_offer(government().enrolment, p, 10.0, np.array([cost]), *[some] * 6)
        for p in (pay, pay * more)
    )
    assert high[0] >= low[0]


def take(scheme, count=20, owner=None, wanted=None, held=0.0, held_by=None, area=MU):
    owner = np.arange(count) % 4 if owner is None else owner
    return kept.intake(
        scheme, STREAMS, 2018, area, np.arange(count), owner, np.ones(count, bool) if wanted is None else wanted,
        held, np.zeros(4) if held_by is None else held_by,
    )  # fmt: skip


def test_no_household_brings_in_more_than_the_most_it_may_and_what_it_has_in_counts():
    assert np.bincount(take(TREES) % 4).tolist() == [2, 2, 2, 2]
    got = take(TREES, held=2 * MU, held_by=np.array([2.0, 1.0, 0.0, 0.0]) * MU)
    assert np.bincount(got % 4, minlength=4).tolist() == [0, 1, 2, 2]


def test_the_most_of_a_household_binds_no_collective():
    assert len(take(TREES, owner=np.full(20, -1))) == 20


def test_the_pace_takes_so_much_of_the_eligible_land_a_year():
    assert len(take(changed(FOREST, contract={"pace": 0.2}))) == 4


def test_intake_stops_where_the_highest_rate_to_come_would_pass_the_budget():
    tight = changed(FOREST, contract={"pace": 1.0}, budget=16 * 1.08 * 7 + 1)
    assert len(take(tight)) == 7  # at 15 yuan of 2018 it would be 7.4, at 16 of 2019 it is 7
    assert len(take(tight, held=5 * MU)) == 2


@given(
    rate=st.lists(st.floats(0, 100), min_size=3, max_size=3), once=st.floats(0, 0.6), budget=st.floats(0, 1e4),
    later=st.integers(0, 5),
)  # fmt: skip
def test_what_was_taken_in_is_never_due_more_than_the_budget(rate, once, budget, later):
    pay = {"rate_years": (2016, 2019, 2021), "rate": tuple(r / MU for r in rate), "once": once}
    scheme = changed(GRASS, payment=pay, budget=budget)
    taken = take(scheme)
    owed, guards = kept.due(scheme, np.full(len(taken), 2018), 2018 + later, MU)
    assert (owed.sum() + guards.sum()) * (1 + scheme.delivery.admin) <= budget * 100 + 1e-3


@given(owed=st.lists(st.floats(0, 1e7), min_size=1, max_size=9), budget=st.floats(0, 1e5), others=st.floats(0, 0.5))
def test_a_short_budget_cuts_all_dues_by_one_share(owed, budget, others):
    scheme, owed = dataclasses.replace(TICKET, budget=budget), np.array(owed)
    cut = kept.within_budget(scheme, owed, others)
    assert (cut <= owed).all()
    assert cut.sum() * (1 + scheme.delivery.admin + others) <= budget * 100 + 1e-3
    if owed.sum() * (1 + scheme.delivery.admin + others) <= budget * 100:
        assert (cut == np.floor(owed)).all()


def test_a_plot_stands_while_its_use_its_closure_and_most_of_its_cover_do():
    use = np.array([NATURAL, MAIZE, NATURAL, NATURAL])
    closed = np.array([True, True, False, True])
    cover, before = np.array([0.4, 0.4, 0.4, 0.31]), np.full(4, 0.4)
    assert kept.keeps(FOREST, USES, use, closed, cover, before).tolist() == [True, False, False, False]


def test_found_wanting_is_only_what_was_visited_and_does_not_stand_and_visits_end_with_the_money():
    ids, stands = np.arange(4000), np.arange(4000) % 2 == 0
    visited, found = kept.watched(FOREST.monitoring, STREAMS, 2018, ids, stands, 10_000)
    assert not (found & (stands | ~visited)).any()
    assert visited.mean() == pytest.approx(0.10, abs=0.02)
    assert found.sum() == pytest.approx(0.8 * 0.10 * 2000, rel=0.25)
    assert kept.watched(FOREST.monitoring, STREAMS, 2018, ids, stands, 7)[0].sum() == 7


# Carbon ----------------------------------------------------------------------------------------------------


def test_450_trees_bring_1350_yuan_a_year_and_more_land_brings_no_more():
    owed = carbon_payment.owed_for_trees(TREES.payment, np.array([2, 1, 50]) * MU)
    assert owed.tolist() == pytest.approx([135_000, 67_500, 135_000])


def sold(pay, stock, mark, stands=(True, True), project=(0, 0)):
    return carbon_payment.credits(
        pay, 1.0, np.array(stock), np.array(mark), np.array(stands), np.array(project), max(project) + 1
    )


PLAIN = dataclasses.replace(MARKET.payment, baseline=0.0, least_area=0.0)


def test_a_tonne_of_carbon_is_44_twelfths_of_carbon_dioxide_and_marks_move_up_to_what_was_paid():
    tonnes, mark = sold(PLAIN, [11.0, 22.0], [10.0, 20.0])
    assert tonnes.tolist() == pytest.approx([44 / 12, 88 / 12])
    assert mark.tolist() == [11.0, 22.0]


def test_losses_are_set_against_gains_and_must_be_made_good_before_anything_is_sold_again():
    tonnes, mark = sold(PLAIN, [13.0, 19.0], [10.0, 20.0])
    assert tonnes.tolist() == pytest.approx([2 * 44 / 12, 0.0])  # three gained, one lost
    tonnes, mark = sold(PLAIN, [10.0, 19.0], mark)  # three are lost again
    assert tonnes.sum() == 0
    assert mark.tolist() == [13.0, 19.0]
    assert sold(PLAIN, [12.0, 19.5], mark)[0].sum() == 0  # not yet made good
    assert sold(PLAIN, [13.0, 19.5], mark)[0].sum() == pytest.approx(0.5 * 44 / 12)


def test_only_what_passes_the_baseline_is_sold():
    pay = dataclasses.replace(PLAIN, baseline=44 / 12)  # a tonne of carbon a year would come anyway
    assert sold(pay, [12.0, 22.0], [10.0, 20.0])[0].sum() == pytest.approx(2 * 44 / 12)
    tonnes, mark = sold(pay, [10.5, 20.5], [10.0, 20.0])
    assert (tonnes.sum(), mark.tolist()) == (0.0, [11.0, 21.0])


def test_a_project_that_is_too_small_sells_nothing_and_loses_no_claim():
    pay = dataclasses.replace(PLAIN, least_area=3.0)
    tonnes, mark = sold(pay, [11.0, 22.0], [10.0, 20.0])
    assert (tonnes.sum(), mark.tolist()) == (0.0, [10.0, 20.0])


def test_villages_are_projects_of_their_own_and_a_plot_found_wanting_sells_nothing():
    tonnes, _ = sold(PLAIN, [11.0, 18.0], [10.0, 20.0], project=(0, 1))
    assert tonnes.tolist() == pytest.approx([44 / 12, 0.0])
    assert sold(PLAIN, [11.0, 22.0], [10.0, 20.0], stands=(False, True))[0].tolist() == pytest.approx([0, 88 / 12])


def test_a_forest_ticket_is_eight_tenths_of_a_tonne_a_mu_at_75_yuan_less_a_quarter_for_brokers():
    tonnes, _ = carbon_payment.credits(
        TICKET.payment, MU, np.zeros(1), np.zeros(1), np.ones(1, bool), np.zeros(1, int), 1
    )
    assert tonnes[0] == pytest.approx(0.8)
    assert carbon_payment.proceeds(TICKET.payment, tonnes)[0] == pytest.approx(0.8 * 75 * 0.75 * 100)


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=1, max_size=6), st.floats(0, 10))
def test_carbon_sold_over_the_years_is_never_more_than_the_highest_gain(years, baseline):
    pay, mark, total = dataclasses.replace(PLAIN, baseline=baseline), np.array([10.0, 10.0]), 0.0
    best = 0.0
    for year, stock in enumerate(years, start=1):
        tonnes, mark = sold(pay, list(stock), mark)
        assert (tonnes >= 0).all()
        total += tonnes.sum()
        best = max(best, (sum(stock) - 20.0) * 44 / 12 - 2 * baseline * year)
    assert total == pytest.approx(best, abs=1e-6)


# Results ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "now", "mark", "units"),
    [("cover", 0.5, 0.4, 0.1), ("soil_kept", 1.0, 3.0, 2.0), ("carbon", 13.0, 10.0, 11.0), ("water", 0.45, 0.4, 600.0)],
)
def test_units_gained_on_a_hectare(measure, now, mark, units):
    assert results.gain(measure, np.array([now]), np.array([mark]), 1200.0, 1.0)[0] == pytest.approx(units)


def test_a_tenth_more_cover_on_a_hectare_brings_300_yuan_where_it_is_measured_without_error():
    exact = dataclasses.replace(GREENING.payment, error=0.0)
    owed = results.owed_for_gain(exact, STREAMS, 2018, np.arange(2), np.array([0.1, -0.3]))
    assert owed.tolist() == pytest.approx([30_000, 0])


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(0, 1))
def test_no_result_and_no_error_makes_a_payment_negative(gains, error):
    pay = dataclasses.replace(SOIL.payment, error=error)
    owed = results.owed_for_gain(pay, STREAMS, 2018, np.arange(len(gains)), np.array(gains))
    assert (owed >= 0).all()
    assert (owed[np.array(gains) <= 0] == 0).all()


def test_the_error_of_measurement_favours_nobody():
    owed = results.owed_for_gain(GREENING.payment, STREAMS, 2018, np.arange(20_000), np.ones(20_000))
    assert owed.mean() == pytest.approx(300_000, rel=0.01)
    assert owed.std() == pytest.approx(60_000, rel=0.03)


# Water -----------------------------------------------------------------------------------------------------


def test_a_fifth_more_cover_holds_back_600_cubic_metres_which_bring_180_yuan():
    water = water_rights.held_back(WATER.payment, np.array([0.40 + 0.25 * 0.2]), np.array([0.40]), 1.0)
    assert water[0] == pytest.approx(600)
    assert water_rights.earned(WATER.payment, water)[0] == pytest.approx(18_000)


def test_a_village_sells_only_what_it_holds_back_in_all():
    water, village = np.array([300.0, -100.0, -50.0, 20.0]), np.array([0, 0, 1, 1])
    assert water_rights.quota(water, np.ones(4, bool), village, 2).tolist() == pytest.approx([200, 0, 0, 0])
    assert water_rights.quota(water, np.zeros(4, bool), village, 2).sum() == 0
