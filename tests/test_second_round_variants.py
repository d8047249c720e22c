"""The second round as revised in 2017 and the one for grass: who gets what, on which land, and that the books close."""

import numpy as np
import pytest
from policy_rules import MU, changed, schemes
from village_of_test import model

from village_abm.policy import contracts

VARIANTS = {"grain_for_green_2_revised": (1_600, 5), "grain_for_green_grass": (1_000, 3)}
YEARS = {"scenario.start": 2016, "scenario.end": 2018}


@pytest.mark.parametrize("name", VARIANTS)
def test_what_a_mu_is_paid_in_the_first_term_and_then_100_yuan_a_year_from_2022(name):
    scheme, (total, term) = schemes()[name], VARIANTS[name]
    paid = [contracts.due(scheme, np.array([0]), np.array([2017]), year, MU).item() for year in range(2017, 2030)]
    assert sum(paid[:5]) == total * 100
    assert paid[5 : 5 + term] == [10_000] * term
    assert sum(paid[5 + term :]) == 0


def test_the_revised_round_pays_seedlings_a_hundred_yuan_more_than_the_round_before():
    before, revised = schemes()["grain_for_green_2"], schemes()["grain_for_green_2_revised"]
    assert revised.payment.rate == before.payment.rate
    assert (revised.payment.seedlings - before.payment.seedlings) * MU == pytest.approx(100)


@pytest.mark.parametrize("name", VARIANTS)
def test_who_wishes_to_turns_steep_cropland_over_and_is_paid_for_it_to_the_fen(name):
    """The same small village with and without it: only steep plots change, and what the purse pays arrives."""
    on = {"scenario.schemes": [name], f"schemes.{name}.pace": 1.0}
    now = model(changes=YEARS | on, families=60, burn_in=2010).run()
    twin = model(changes=YEARS | {"scenario.schemes": []}, families=60, burn_in=2010).run()
    scheme, patches = now.params.schemes[name], now.patches
    under = patches.scheme == list(now.params.schemes).index(name)
    assert under.any()
    assert (patches.slope[under] >= 25).all()
    plant = now.village.uses.index[scheme.contract.plants[0]]
    assert (patches.use[under] == plant).mean() > 0.9
    assert (twin.patches.use == plant).sum() < (patches.use == plant).sum()
    begun = np.bincount(patches.scheme_year[under], minlength=2019)
    assert begun[2017] + begun[2018] == under.sum()
    paid = sum(now.ledger.years[year]["cash"][f"paid: {name}"] for year in (2017, 2018))
    for year in (2017, 2018):
        purse = now.ledger.years[year]["county purse"]
        assert purse[f"paid: {name}"] == -now.ledger.years[year]["cash"][f"paid: {name}"]
        assert purse[f"transfer: {name}"] + purse[f"paid: {name}"] + purse[f"administration: {name}"] == 0
    first = contracts.due(scheme, np.array([0]), np.array([2017]), 2017, now.village.hectares).item()
    assert paid <= first * under.sum() * 1.05  # the first year's payment, to whoever began; nothing comes in the second
    assert paid > 0


@pytest.mark.parametrize("name", VARIANTS)
def test_a_higher_rate_is_never_worth_less_to_who_is_asked(name):
    scheme = schemes()[name]
    more = changed(scheme, payment={"rate": tuple(2 * cny for cny in scheme.payment.rate)})
    assert (more.payment.first_term() >= scheme.payment.first_term()).all()
    assert contracts.mean_due(more, np.array([0]), MU) > contracts.mean_due(scheme, np.array([0]), MU)
