"""Whose plots are taken: queues in sentences, auctions, benefit for the money, what holds of every targeting."""

from dataclasses import replace
from typing import get_args, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import MU, changed, government, schemes
from village_of_test import differing, model

from village_abm.params import ParameterError
from village_abm.policy import benefit, bidding, contracts, payments
from village_abm.policy.enrolment import utility, willing
from village_abm.policy.schemes import LandScheme
from village_abm.policy.targeting import Known, intake
from village_abm.streams import Streams

RULES = government().enrolment
SHOWN = schemes()["targeted_conversion"]  # the one with all parts, so that any targeting can be tried on it
TARGETINGS = get_args(get_type_hints(LandScheme)["targeting"])
NONE = (np.zeros(0, np.int64), np.zeros(0, np.int64))
WITHOUT_LIMIT = 1e12


def by(targeting, **parts):
    return changed(SHOWN, targeting=targeting, **parts)


def known(household, **given):
    count = len(household)
    cells = {"income": np.zeros(count), "benefit": np.ones(count), "bid": np.ones(count)}
    cells |= {
        "to_depression": np.full(count, np.inf),
        "running_share": np.ones(0),
        "running_to_depression": np.zeros(0),
    }
    return Known(household=household, **(cells | given))


def take(scheme, household, slope=None, wanted=None, villages=None, luck=None, **given):
    ids, luck = np.arange(len(household)), luck or Streams(4)
    return intake(
        scheme, luck, 2014, MU, ids, np.full(len(ids), 30.0) if slope is None else slope,
        np.zeros(len(ids), int) if villages is None else villages,
        np.ones(len(ids), bool) if wanted is None else wanted, NONE, known(household, **given),
    )[0]  # fmt: skip


def village_of_plots(seed, plots=60):
    """Plots of twenty households that differ in what their land would bring, in slope, benefit and income."""
    luck, ids = Streams(seed), np.arange(plots)
    house = ids % 20
    slope = 15 + 25 * luck.uniform("test.slope", 0, ids)
    cost = 2_000 * np.exp(luck.normal("test.cost", 0, ids))
    nothing = np.zeros(plots)
    value = utility(RULES, SHOWN, 1.0, cost, slope, nothing + 0.2, nothing, nothing, nothing, nothing)
    return luck, house, slope, luck.uniform("test.benefit", 0, ids), value


def auctioned(scheme, seed):
    """Plots taken and the bids of all, of which those above the posted rate are no offer."""
    luck, house, slope, good, value = village_of_plots(seed)
    bid = bidding.bids(RULES, scheme, luck, house, value)
    wanted = willing(RULES, scheme, luck, 2014, house, value) & (bid <= 1)
    taken = take(scheme, house, slope, wanted, luck=luck, bid=bid, benefit=good, income=house * 100.0)
    return taken, bid, wanted, good


# ---- queues in sentences


def test_the_poorest_households_come_first():
    """Three households of three plots, with room for four plots: all of the poorest one, one of the next."""
    house = np.repeat([0, 1, 2], 3)
    income = np.array([900.0, 100.0, 500.0])[house]
    taken = take(by("poorest_first", pace=4 / 9, budget=WITHOUT_LIMIT), house, income=income)
    assert house[taken].tolist() == [1, 1, 1, 2]


@pytest.mark.parametrize("pace", [0.25, 0.5, 0.75])
def test_under_uniform_targeting_large_and_small_give_the_same_part(pace):
    house = np.repeat([0, 1, 2], [80, 40, 20])
    taken = take(by("uniform", pace=pace, budget=WITHOUT_LIMIT), house)
    given = np.bincount(house[taken], minlength=3)
    assert (np.abs(given - pace * np.array([80, 40, 20])) <= 1).all()


def test_uniform_targeting_counts_only_what_is_offered():
    house, wanted = np.repeat([0, 1], 40), np.arange(80) % 40 < 20
    taken = take(by("uniform", pace=0.25, budget=WITHOUT_LIMIT), house, wanted=wanted)
    assert wanted[taken].all()
    assert np.bincount(house[taken]).tolist() == [10, 10]


def test_the_best_value_for_the_money_comes_first():
    # benefit over bid: 2, 3, 1; two thirds of three plots are taken
    taken = take(
        by("benefit_per_cost", pace=2 / 3, budget=WITHOUT_LIMIT), np.arange(3),
        benefit=np.array([1.0, 0.6, 0.9]), bid=np.array([0.5, 0.2, 0.9]),
    )  # fmt: skip
    assert taken.tolist() == [1, 0]


def test_the_benefit_index_worked_by_hand():
    # 10 of 20 t, 22.5 of 45 degrees, grade 5 of 5: a half, a half and one; more soil lost counts no more than one
    got = benefit.index(SHOWN.benefit, np.array([10.0, 500.0]), np.array([22.5, 0.0]), np.array([5, 0]))
    assert got.tolist() == [2.0, 1.0]


def test_land_outside_the_grades_and_distances_named_may_not_enter():
    near = replace(SHOWN.eligible, least_grade="slight", distances=(100.0, 500.0))
    assert near.within(np.array([1, 2, 2, 2]), np.array([200, 200, 50, 600])).tolist() == [False, True, False, False]
    assert SHOWN.eligible.within(np.zeros(2), np.array([0.0, 1e6])).all()


def test_targeting_that_asks_what_nobody_told_is_an_error():
    with pytest.raises(ValueError, match="poorest_first"):
        intake(by("poorest_first"), Streams(1), 2014, MU, *np.zeros((3, 2), int), np.ones(2, bool), NONE)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"bidding": None}, r"\[bidding\]"),
        ({"benefit": None}, r"\[benefit\]"),
        ({"contract": {"voluntary": False}}, "makes no bid"),
    ],
)
def test_a_targeting_without_what_it_needs_is_refused(parts, says):
    with pytest.raises(ParameterError, match=says):
        changed(SHOWN, **parts)


# ---- what must hold of every targeting


@pytest.fixture(scope="module")
def nobody_offers():
    return lives({"scenario.schemes": ""})


def lives(changes, until=2015, burn_in=2013):
    now = model(changes=changes, burn_in=burn_in)
    while now.year < until:
        now.step()
    return now


@pytest.mark.parametrize("targeting", TARGETINGS)
def test_a_rate_of_nothing_is_no_scheme_to_the_bit(targeting, nobody_offers):
    offered = {
        "scenario.schemes": "targeted_conversion",
        "schemes.targeted_conversion.targeting": targeting,
        "schemes.targeted_conversion.payment.rate": [0.0] * 5,
    }
    assert differing(lives(offered), nobody_offers) == []


def dear(targeting, budget=WITHOUT_LIMIT):
    return by(targeting, payment={"rate": (1e9,) * 5}, budget=budget)


@pytest.mark.parametrize("targeting", TARGETINGS)
def test_a_rate_at_which_all_gain_takes_every_plot(targeting):
    luck, house, slope, good, _ = village_of_plots(1)
    nothing = np.zeros(60)
    scheme = dear(targeting, budget=1e15)
    value = utility(RULES, scheme, 1.0, nothing + 4_500, slope, *(nothing,) * 5)
    bid = bidding.bids(RULES, scheme, luck, house, value) if scheme.takes_bids else np.ones(60)
    wanted = willing(RULES, scheme, luck, 2014, house, value) & (bid <= 1)
    assert len(take(scheme, house, slope, wanted, luck=luck, bid=bid, benefit=good)) == 60


@pytest.mark.parametrize("targeting", [word for word in TARGETINGS if not by(word).takes_bids])
def test_it_takes_them_as_far_as_the_budget_reaches(targeting):
    # a mu draws 300 x 1.08 = 324 yuan a year: seven fit into 2,300 yuan
    assert len(take(by(targeting, budget=2_300.0), np.arange(60) % 20)) == 7


@settings(max_examples=60, deadline=None)
@given(f=some.floats(0, 20), beyond=some.floats(1e-6, 1), sign=some.sampled_from([-1, 1]), seed=some.integers(0, 10**6))
def test_a_farmer_who_maximises_profit_switches_where_the_payment_makes_up_for_it(f, beyond, sign, seed):
    """sqrt(1.5(1 + f)) + payment against sqrt(2(1 + f)): the switch is at .1895 sqrt(1 + f)."""
    forgone = (np.sqrt(2) - np.sqrt(1.5)) * np.sqrt(1 + f)
    payment = forgone * (1 + sign * beyond)
    zero = dict.fromkeys(("intercept", "duration", "norm", "slope", "off_farm", "food_gap", "trust", "shortfall"), 0.0)
    profit_only = replace(RULES, **zero, payment=1e9, least_cost=1e-12)
    offer = by("first_come", payment={"rate": (payment,)}, contract={"years": (1.0,)})
    nothing = np.zeros(1)
    value = utility(profit_only, offer, 1.0, np.array([forgone]), *(nothing,) * 6)
    assert willing(profit_only, offer, Streams(seed), 2014, np.array([7]), value).item() == (sign > 0)


# ---- auctions


@settings(max_examples=40, deadline=None)
@given(
    seed=some.integers(0, 10**6), budget=some.floats(0, 20_000), word=some.sampled_from(["uniform", "discriminatory"])
)  # fmt: skip
def test_an_auction_takes_the_lowest_bids_and_never_pays_a_loser(seed, budget, word):
    scheme = by(f"auction_{word}", budget=budget)
    taken, bid, wanted, _ = auctioned(scheme, seed)
    lost = np.setdiff1d(np.arange(60), taken)
    assert wanted[taken].all()
    assert (bid[taken] <= 1).all()
    if len(taken) and wanted[lost].any():
        assert bid[taken].max() <= bid[lost[wanted[lost]]].min()
    paid = bidding.price(scheme, bid[taken])
    assert (paid >= bid[taken]).all()
    assert (paid == (bid[taken].max(initial=0) if word == "uniform" else bid[taken])).all()


@settings(max_examples=40, deadline=None)
@given(
    seed=some.integers(0, 10**6), budget=some.floats(0, 20_000),
    targeting=some.sampled_from(["auction_uniform", "auction_discriminatory", "benefit_per_cost"]),
)  # fmt: skip
def test_what_winners_are_paid_stays_within_the_budget(seed, budget, targeting):
    scheme = by(targeting, budget=budget)
    taken, bid, _, _ = auctioned(scheme, seed)
    share, kinds = bidding.price(scheme, bid[taken]), np.zeros(len(taken), int)
    count = len(taken)
    one = payments.settle(
        scheme, Streams(seed), 2014, MU, taken, kinds, np.full(count, 2014), np.arange(count), np.ones(count, bool),
        np.arange(count), share=share,
    )  # fmt: skip
    assert one.drawn <= round(budget * 100)
    np.testing.assert_allclose(one.paid, np.floor(share * 30_000), atol=1)


def test_without_a_margin_a_bid_is_what_makes_a_household_just_willing():
    luck, house, _, _, value = village_of_plots(3)
    honest = by("auction_uniform", bidding={"shading": 0.0})
    bid = bidding.bids(RULES, honest, luck, house, value)
    # at that rate its utility is nought: below it it would not enter, above it it would
    for by_how_much, enters in ((0.999, False), (1.001, True)):
        paid = value + RULES.payment * np.log(bid * by_how_much)
        assert (willing(RULES, honest, luck, 2014, house, paid) == enters).all()
    assert ((bid <= 1) == willing(RULES, honest, luck, 2014, house, value)).all()


def test_who_is_paid_its_bid_asks_for_a_margin_of_its_own():
    luck, house, _, _, value = village_of_plots(3)
    asking = (by("auction_discriminatory", bidding={"shading": most}) for most in (0.0, 0.3))
    honest, bold = (bidding.bids(RULES, scheme, luck, house, value) for scheme in asking)
    margin = bold / honest - 1
    assert margin.min() >= 0
    assert margin.max() <= 0.3
    assert len(np.unique(margin.round(12))) == 20  # one a household, whatever it bids for


def test_an_agreed_rate_is_kept_as_money_a_year_and_found_again():
    scheme, kinds, share = by("auction_discriminatory"), np.zeros(3, int), np.array([0.25, 0.5, 1.0])
    rate = bidding.agreed_rate(scheme, kinds, share)
    np.testing.assert_allclose(rate * MU, [75, 150, 300])
    np.testing.assert_allclose(bidding.agreed_share(scheme, kinds, rate), share)
    assert bidding.agreed_share(scheme, kinds, np.zeros(3)).tolist() == [1.0] * 3  # nothing agreed: the posted rate


@settings(max_examples=60, deadline=None)
@given(seed=some.integers(0, 10**6), budget=some.floats(300, 8_000))
def test_benefit_for_the_money_buys_no_less_than_first_come_but_for_one_plot(seed, budget):
    """Same bids, same budget: the plots that came first, each paid its bid, do at most one plot more good."""
    scheme = by("benefit_per_cost", budget=budget)
    taken, bid, wanted, good = auctioned(scheme, seed)
    came = np.argsort(Streams(seed).uniform("test.arrival", 0, np.arange(60)), kind="stable")
    came = came[wanted[came]]
    cost = np.floor(bid * 30_000) * 1.08
    first = came[: int((np.cumsum(cost[came]) <= budget * 100).sum())]
    assert good[taken].sum() >= good[first].sum() - good.max() - 1e-9


# ---- in a village


@pytest.mark.parametrize("name", ["slope_auction", "slope_auction_uniform", "targeted_conversion", "river_strips"])
def test_what_households_get_and_administration_is_what_the_scheme_draws(name):
    """Every fen drawn from the budget is paid to a household or to administration."""
    now = lives({"scenario.schemes": name, f"schemes.{name}.eligible.least_slope": [5]}, until=2016)
    village, enrolled = now.village, now.patches.scheme >= 0
    assert enrolled.any()
    for year in (2014, 2015, 2016):
        purse, cash = now.ledger.years[year]["county purse"], now.ledger.years[year]["cash"]
        assert purse[f"transfer: {name}"] == cash[f"paid: {name}"] - purse[f"administration: {name}"]
        assert purse[f"paid: {name}"] == -cash[f"paid: {name}"]
        assert purse[f"transfer: {name}"] <= 2e6  # the budget in fen
    assert now.households.payments.sum() == now.ledger.years[2016]["cash"][f"paid: {name}"]
    rates, owner = now.patches.agreed_rate[enrolled], village.patches.owner[enrolled]
    assert (village.patches.scheme_payee[enrolled] == owner).all()
    if name == "slope_auction":
        assert len(np.unique(rates)) > 3  # each its own
        scheme, starts = now.params.schemes[name], now.patches.scheme_year[enrolled]
        kinds = np.zeros(len(rates), int)
        share = bidding.agreed_share(scheme, kinds, rates)
        owed = np.floor(contracts.due(scheme, kinds, starts, 2016, village.hectares) * share)
        assert now.households.promised.sum() <= owed.sum()  # but for plots that an audit found wanting
    if name == "slope_auction_uniform":
        first = now.patches.scheme_year[enrolled] == 2014
        assert len(np.unique(rates[first])) == 1
    if name == "river_strips":
        assert (rates == 0).all()
