"""Each scheme that pays to keep land, for carbon, results or water, in a small village: a sentence a scheme."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from village_of_test import differing, model

from village_abm.policy.kept import KeptScheme
from village_abm.policy.schemes import LandScheme
from village_abm.year import exogenous
from village_abm.year.paying import kept

FIRST, LAST = 2016, 2019
PAY = {
    "welfare_forest": {"rate": [0]},
    "grassland_enclosure": {"rate": [0]},
    "grassland_balance": {"rate": [0]},
    "conservation_easement": {"once": 0},
    "national_park": {"rate": [0], "once": 0},
    "red_line_compensation": {"rate": [0]},
    "single_tree_carbon": {"rate": 0},
    "carbon_market": {"price": 0},
    "forest_ticket": {"price": 0},
    "result_vegetation": {"rate": 0},
    "result_soil": {"rate": 0},
    "water_bank": {"price": 0},
}
CLOSING = [name for name in PAY if name not in ("grassland_balance", "conservation_easement", "red_line_compensation")]


@cache
def lived(*schemes, last=LAST, **changes):
    """A small village with these schemes alone; `contract__pace=1` changes a part of the first of them."""
    paths = {f"schemes.{schemes[0]}.{path.replace('__', '.')}": value for path, value in changes.items()}
    if "result_soil" in schemes:
        paths["schemes.result_soil.years"] = [2017, 2050]  # in the year a village is founded no soil was lost before
    return live({"scenario.schemes": list(schemes), "scenario.start": FIRST} | paths, last)


def live(changes, last):
    now = model(changes=changes, burn_in=FIRST)
    now.spent = []
    while now.year < last:
        now.step()
        now.spent.append(dict(now.village.memory["spent by scheme"]))
    return now


def under(now):
    return now.village.under(KeptScheme)


def paid(now, name):
    return sum(year[name].paid for year in now.spent), sum(year[name].shared for year in now.spent)


def check_books(now, name):
    """Payments = drawn = received and administration, to the fen, in every year."""
    for year, spent in zip(range(FIRST, now.year + 1), now.spent, strict=True):
        one, books = spent[name], now.ledger.years[year]
        purse = books["county purse"]
        assert purse.get(f"transfer: {name}", 0) == one.paid + one.shared + one.works + one.admin
        assert books["cash"].get(f"paid: {name}", 0) == one.paid
        assert books["village fund"].get(f"shared: {name}", 0) == one.shared
        assert one.drawn <= now.params.schemes[name].budget * 100 + 1
    assert now.households.payments.sum() == now.spent[-1][name].paid


def check_contracts(now, name):
    """Whoever holds the land is under contract, and what the contract closes is closed."""
    scheme, patches = now.params.schemes[name], now.patches
    rows = under(now)
    assert rows.any()
    assert (patches.scheme_payee[rows] == patches.owner[rows]).all()
    assert (patches.closed[rows] == scheme.contract.closes).all()
    assert not patches.closed_by_scheme[~rows].any()
    assert np.isin(patches.use[rows], [now.village.uses.index[use] for use in scheme.eligible.uses]).all()


@pytest.mark.parametrize("name", PAY)
def test_money_goes_where_the_contract_says_to_the_fen(name):
    now = lived(name)
    check_books(now, name)
    check_contracts(now, name)
    to_households, to_village = paid(now, name)
    assert to_households > 0
    assert (to_village > 0) == ("collective" in now.params.schemes[name].eligible.holders)


def test_rates_of_nothing_are_no_schemes_bit_for_bit():
    nothing = {
        f"schemes.{name}.payment.{key}": value * 7 if name == "welfare_forest" else value
        for name, rates in PAY.items()
        for key, value in rates.items()
    }
    begun = {"scenario.schemes": list(PAY), "scenario.start": FIRST}  # land is judged in the first year recorded
    assert differing(live(nothing | begun, LAST), lived()) == []


@pytest.mark.parametrize("name", CLOSING)
def test_closing_land_never_leaves_it_with_less_cover(name):
    """Some plots are cut all the same, and some get fewer seeds from neighbours that are cut in their place."""
    now, without = lived(name), lived()
    rows = under(now) & (now.patches.scheme_year < LAST)
    gained = now.patches.cover[rows] - without.patches.cover[rows]
    assert gained.mean() > 0
    assert (gained > -0.02).mean() > 0.8


def test_public_welfare_forest_pays_the_village_fund_for_collective_woods_and_households_for_theirs():
    now = lived("welfare_forest")
    rows, patches = np.flatnonzero(under(now)), now.patches
    collective = (patches.owner[rows] < 0).sum()
    fen = round(0.85 * 16 * 15 * now.village.hectares * 100)
    assert now.spent[-1]["welfare_forest"].shared == pytest.approx(collective * fen, rel=0.1)  # few were found cut
    assert (patches.slope[rows] >= 25).all()


def test_thin_hillsides_are_enclosed_for_the_term_and_then_open_again():
    """Land that something else had closed before stays closed."""
    years = {"schemes.grassland_enclosure.years": [2016, 2016], "schemes.grassland_enclosure.contract.years": 2}
    now = model(changes={"scenario.schemes": ["grassland_enclosure"]} | years, burn_in=FIRST)
    before = np.flatnonzero(now.patches.cover < 0.3)[:10]
    now.patches.closed[before] = True
    now.step()
    entered = under(now)
    assert entered[before].any()
    now.step()
    assert now.patches.closed[entered].all()
    now.step()
    assert not under(now).any()
    assert np.flatnonzero(now.patches.closed).tolist() == before.tolist()


def test_who_keeps_stocking_in_balance_may_graze_on_and_gets_a_third_of_what_enclosure_pays():
    now = lived("grassland_balance")
    assert not now.patches.closed.any()
    a_plot = round(2.5 * 15 * now.village.hectares * 100)
    households = now.households
    plots = np.bincount(now.patches.scheme_payee[under(now) & (now.patches.owner >= 0)], minlength=len(households))
    assert (households.payments <= plots * (a_plot + 1)).all()


def test_an_easement_is_paid_in_the_year_of_entry_and_never_again():
    now = lived("conservation_easement")
    start = now.patches.scheme_year[under(now)]
    for year, spent in zip(range(FIRST, LAST + 1), now.spent, strict=True):
        one = spent["conservation_easement"]
        a_plot = round(0.45 * 800 * 15 * now.village.hectares * 100)
        assert one.paid + one.shared <= (start == year).sum() * a_plot
        assert one.paid + one.shared >= 0.8 * (start == year).sum() * a_plot


def test_a_park_closes_the_wild_land_inside_the_red_line_and_nothing_else():
    now = lived("national_park")
    assert now.patches.red_line[under(now)].all()
    assert (now.patches.closed == under(now)).all()


def test_inside_the_red_line_holders_may_gather_wood_and_are_paid_while_the_cover_holds():
    now = lived("red_line_compensation")
    assert now.patches.red_line[under(now)].all()
    assert not now.patches.closed.any()


def test_poor_households_sell_single_trees_on_two_mu_and_nobody_else_does():
    now = lived("single_tree_carbon")
    patches, most = now.patches, round(2 / 15 / now.village.hectares - 0.5)
    assert np.bincount(patches.scheme_payee[under(now)]).max() <= most
    assert now.households.payments.max() == pytest.approx(3 * 225 * 15 * now.village.hectares * most * 100, abs=1)


def test_of_the_carbon_sold_on_the_market_brokers_take_a_quarter():
    now = lived("carbon_market")
    one = now.spent[-1]["carbon_market"]
    assert one.works == pytest.approx((one.paid + one.shared) / 3, rel=1e-4)
    sold = now.village.flows["carbon sold"].sum()
    assert one.paid + one.shared == pytest.approx(sold * 65 * 0.75 * 100, rel=1e-4)


@pytest.mark.slow
def test_a_higher_baseline_sells_less_carbon():
    now, high = lived("carbon_market"), lived("carbon_market", payment__baseline=0.55)
    assert under(high).any()
    assert sum(paid(high, "carbon_market")) < sum(paid(now, "carbon_market"))


@pytest.mark.slow
def test_a_carbon_project_below_the_least_area_sells_nothing():
    now = lived("carbon_market", payment__least_area=10_000)
    assert under(now).any()
    assert sum(paid(now, "carbon_market")) == 0


def test_forest_tickets_pay_all_woods_alike_and_more_of_them_join_at_a_higher_price():
    cheap, dear = lived("forest_ticket", last=2018, payment__price=5), lived("forest_ticket")
    assert dear.patches.scheme_year[under(dear)].min() == 2018
    assert 0 < under(cheap).sum() < under(dear).sum()
    assert (under(cheap) <= under(dear)).all()


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), [("result_vegetation", "rate"), ("water_bank", "price")])
def test_more_pay_never_lowers_enrolment_in_the_first_year(name, key):
    shipped = 3000 if key == "rate" else 0.3
    sets = [under(lived(name, last=FIRST, **{f"payment__{key}": shipped * factor})) for factor in (0.05, 0.3, 1)]
    assert (sets[0] <= sets[1]).all()
    assert (sets[1] <= sets[2]).all()
    assert sets[0].sum() < sets[2].sum()


def test_payment_for_greening_follows_the_cover_gained_since_entry():
    now = lived("result_vegetation", payment__error=0.0, monitoring__audit=0.0, delivery__shortfall=0.0)
    patches, rows = now.patches, np.flatnonzero(under(now) & (now.patches.owner >= 0))
    gains = (patches.cover[rows] - patches.kept_cover[rows]) * now.village.hectares
    owed = np.maximum(np.bincount(patches.scheme_payee[rows], weights=gains, minlength=len(now.households)), 0) * 3e5
    assert np.abs(owed - now.households.payments).max() <= 1


def test_payment_for_soil_goes_only_to_those_who_lose_less_of_it_than_before_they_entered():
    now = lived("result_soil")
    patches, rows = now.patches, np.flatnonzero(under(now) & (now.patches.owner >= 0))
    kept_back = patches.kept_mark[rows] - patches.runoff_loss[rows]
    gains = np.bincount(patches.scheme_payee[rows], weights=np.maximum(kept_back, 0), minlength=len(now.households))
    assert (gains[now.households.payments > 0] > 0).all()
    assert (now.households.payments > 0).sum() > 3


@pytest.mark.slow
def test_any_of_the_four_results_can_be_paid_for():
    carbon = lived("result_vegetation", last=2017, payment__measure="carbon", payment__expected=1.0, payment__rate=60)
    water = lived("result_vegetation", last=2017, payment__measure="water", payment__expected=1.0, payment__rate=60)
    for now in (carbon, water):
        assert sum(paid(now, "result_vegetation")) > 0
        check_books(now, "result_vegetation")


def test_downstream_pays_by_the_cubic_metre_and_the_fund_gets_three_tenths_of_what_household_land_earns():
    now = lived("water_bank", eligible__holders=("household",))
    one = now.spent[-1]["water_bank"]
    assert one.shared == pytest.approx((one.paid + one.shared) * 0.3, rel=1e-3)
    assert one.paid + one.shared == pytest.approx(now.village.flows["water sold"].sum() * 0.3 * 100, rel=1e-3)


# What all of them share ------------------------------------------------------------------------------------


def test_who_cuts_closed_land_and_is_found_loses_the_payment_of_the_year():
    now, honest = lived("national_park", monitoring__audit=1.0, monitoring__breach=0.5), lived("national_park")
    assert sum(paid(now, "national_park")) < 0.8 * sum(paid(honest, "national_park"))
    assert sum(event["why"]["plots"] for event in now.events if event["kind"] == "found cut or cleared") > 100
    rows = under(now) & under(honest)
    assert now.patches.cover[rows].mean() < honest.patches.cover[rows].mean()


def test_hunger_clears_no_land_that_is_paid_to_be_kept():
    """With every family hungry and every hillside under contract there is nothing left to clear."""
    changes = {"scenario.schemes": ["conservation_easement"]} | {
        f"schemes.conservation_easement.{path}": value
        for path, value in {"contract.voluntary": False, "contract.pace": 1.0, "budget": 1e8}.items()
    }
    now = model(changes=changes, burn_in=FIRST)
    wild = now.patches.use == now.village.uses.index["natural"]
    now.step()
    assert (under(now) & wild).sum() > 0.9 * wild.sum()
    rows = under(now)
    for _ in range(2):
        now.households.food_gap[:] = 1.0
        now.step()
    assert not now.patches.clearing[rows].any()


def test_land_without_an_heir_leaves_the_contract_and_opens_again():
    now = model(changes={"scenario.schemes": ["welfare_forest"]}, burn_in=FIRST)
    now.step()
    village, patches = now.village, now.patches
    rows = np.flatnonzero(under(now) & (patches.owner >= 0))
    village.ledger["land"].open(village.land_by_use())
    village.return_to_collective(rows)
    assert (patches.scheme[rows] == -1).all()
    number = list(now.params.schemes).index("welfare_forest")
    kept._release(village, exogenous.read(village), number, now.params.schemes["welfare_forest"])
    assert not patches.closed[rows].any()
    assert not patches.closed_by_scheme[rows].any()


def test_conversion_and_keeping_are_counted_apart():
    now = lived("grain_for_green_2", "welfare_forest")
    counts = now.indicators.iloc[-1]
    assert counts["kept_area"] == pytest.approx(under(now).sum() * now.village.hectares)
    assert counts["enrolled_area"] == pytest.approx(now.village.under(LandScheme).sum() * now.village.hectares)
    assert counts["kept_area"] > 0
    assert counts["kept_area"] + counts["enrolled_area"] == pytest.approx(
        (now.patches.scheme >= 0).sum() * now.village.hectares
    )
