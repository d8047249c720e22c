"""Renewal, cheating and what visits learn: what each word of a contract means to who signed it."""

import copy
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from policy_rules import MU, changed, schemes
from village_of_test import model

from village_abm.params import ParameterError
from village_abm.policy import audit, contracts, payments
from village_abm.streams import Streams
from village_abm.year import audits, exogenous, land_use
from village_abm.year import contracts as year_contracts

FIRST, SECOND = "grain_for_green_1", "grain_for_green_2"
ROUND_1, ROUND_2 = schemes()[FIRST], schemes()[SECOND]
ECO = np.array([0])
LUCK = Streams(4)
WORDS = ("withhold", "repay", "repay_and_replant", "exclude")


def with_scheme(now, **parts):
    """From now on the first round in a model has other terms."""
    params = now.params
    schemes = {**params.schemes, FIRST: changed(params.schemes[FIRST], **parts)}
    now.params = now.village.params = replace(params, schemes=schemes)


# ---- renewal


def test_a_contract_that_is_not_renewed_ends_with_its_first_term():
    ended = changed(ROUND_1, contract={"renewal": "none"})
    years = np.arange(2000, 2020)
    assert years[contracts.in_force(ended, ECO, 2000, years)].tolist() == list(range(2000, 2008))
    assert years[~contracts.is_over(ended, ECO, 2000, years)].tolist() == list(range(2000, 2008))
    assert not contracts.comes_up(ended, ECO, 2000, years).any()


def test_a_contract_comes_up_once_when_its_renewed_term_begins():
    grass = np.array([2])  # two paid years, renewed from 2007
    for kind, start, year in ((ECO, 2000, 2008), (ECO, 2003, 2011), (grass, 2000, 2007)):
        years = np.arange(2000, 2020)
        assert years[contracts.comes_up(ROUND_1, kind, start, years)].tolist() == [year]


def test_the_renewed_term_of_the_first_round_is_eight_years_at_125_yuan_a_mu():
    years, pay = contracts.renewed_term(ROUND_1, 0)
    assert (years, pay * MU) == (8.0, pytest.approx(125))


@cache
def before_renewal():
    """A small village that has lived through 2007: its forest of 2000 is renewed next year, or not."""
    changes = {"scenario.schemes": [FIRST], "scenario.end": 2007}
    return model(changes=changes, families=60, burn_in=1996).run()


def in_2008(renewal, rate=125):
    """The next year at another word and rate, and the forest whose first term ended with 2007; (model, patches)."""
    now = copy.deepcopy(before_renewal())
    terms = {"contract": {"renewal": renewal}, "payment": {"renewal_rate": (rate / MU,) * 8}}
    with_scheme(now, **terms)
    patches = now.patches
    kinds = contracts.planted(ROUND_1.contract, now.streams, patches.id)
    up = (patches.scheme == 0) & (patches.scheme_year == 2000) & (kinds == 0)
    assert up.sum() > 5
    now.step()
    return now, up


def test_where_renewal_is_automatic_what_stands_goes_on_being_paid():
    now, up = in_2008("automatic")
    under = now.patches.scheme == 0
    assert under[up & year_contracts.standing(now.village)].all()
    assert np.isin(now.patches.scheme_payee[under], np.flatnonzero(now.households.payments > 0)).all()


def test_who_is_asked_again_signs_for_enough_money_and_not_for_a_little():
    signed = []
    for rate in (1, 30, 125, 2000):
        now, up = in_2008("opt_in", rate)
        signed.append(set(np.flatnonzero(up & (now.patches.scheme == 0)).tolist()))
        left = [e for e in now.events if e["kind"] == "not renewed" and e["year"] == 2008]
        assert len(left) >= up.sum() - len(signed[-1])
    for less, more in pairwise(signed):
        assert less <= more
    assert len(signed[0]) < len(signed[3])


def test_without_renewal_nobody_is_paid_after_the_first_term():
    now, up = in_2008("none")
    assert (now.patches.scheme[up] < 0).all()


# ---- what failing costs


def settled(count=400, plots=None, **monitoring):
    scheme = changed(ROUND_1, monitoring=monitoring, delivery={"shortfall": 0.0})
    stands = np.zeros(count, bool) if plots is None else plots
    return payments.settle(
        scheme, LUCK, 2001, MU, np.arange(count), np.zeros(count, int), np.full(count, 2000), np.arange(count),
        stands, np.arange(count),
    )  # fmt: skip


def test_only_where_the_word_says_repay_is_a_fine_asked():
    caught = {word: settled(consequence=word) for word in WORDS}
    for one in caught.values():
        assert (one.punished == caught["repay"].punished).all()
        assert one.withheld == caught["repay"].withheld > 0
    assert caught["withhold"].fines.sum() == caught["exclude"].fines.sum() == 0
    assert (
        caught["repay"].fines.sum()
        == caught["repay_and_replant"].fines.sum()
        == 23_625 * caught["repay"].punished.sum()
    )


def test_at_stake_is_the_fine_or_all_that_is_still_to_come():
    # a mu of forest in its third year: the fine is the mean of 8 years, 236.25 yuan; 230 yuan come in 5 more
    stakes = {
        word: contracts.stake(changed(ROUND_1, monitoring={"consequence": word}), ECO, np.array([2000]), 2002) * MU
        for word in WORDS
    }
    assert stakes["withhold"] == 0
    assert stakes["repay"] == stakes["repay_and_replant"] == pytest.approx(236.25)
    assert stakes["exclude"] == pytest.approx(230 * 5)


def test_in_its_last_year_a_contract_has_nothing_more_to_lose():
    out = changed(ROUND_1, monitoring={"consequence": "exclude"})
    assert contracts.stake(out, ECO, np.array([2000]), 2015) == 0
    assert contracts.years_left(ROUND_1, ECO, 2000, np.array([2000, 2007, 2008, 2015])).tolist() == [7, 0, 7, 0]


def test_a_cheat_expects_the_chance_to_be_caught_and_not_let_off_times_what_is_at_stake():
    one = audit.expected_loss(0.1, 0.8, 0.3, np.array([1.0, 2.0, 20.0]), np.array([1000.0] * 3))
    assert one.tolist() == pytest.approx([56.0, 112.0, 560.0])


def ploughed(kept, **monitoring):
    """Plots ploughed under contract in a year like no other: dear maize and no trees yet; the state is spared."""
    now = copy.deepcopy(kept)
    village = now.village
    with_scheme(now, monitoring=monitoring)
    village.households.price_belief[:, village.uses.index["maize"]] *= 8
    now._open_books()
    world = exogenous.read(village)
    land_use.decide(village, world)
    return {event["patch"] for event in village.events if event["kind"] == "ploughed again"
            and event["year"] == village.year and event["why"]["under contract"]}  # fmt: skip


@cache
def under_contract(seed=1):
    return model(
        changes={"scenario.schemes": [FIRST], "scenario.end": 2003}, families=60, burn_in=1996, seed=seed
    ).run()


@pytest.mark.parametrize(
    "stricter",
    [
        [{"audit": 0.0}, {"audit": 0.1}, {"audit": 0.5}],
        [{"forbearance": 1.0}, {"forbearance": 0.3}, {"forbearance": 0.0}],
        [{"penalty": 0.0}, {"penalty": 1.0}, {"penalty": 8.0}],
        [{"detection": 0.0}, {"detection": 1.0}],
        [{"consequence": "withhold"}, {"consequence": "repay"}],
    ],
)
def test_stricter_checks_never_bring_more_cheating(stricter):
    """In one and the same village of 2004, household by household."""
    cheats = [ploughed(under_contract(), **({"audit": 0.5, "penalty": 8.0} | rules)) for rules in stricter]
    for lax, strict in pairwise(cheats):
        assert strict <= lax
    assert len(cheats[0]) > 0


def test_the_strictest_county_has_fewer_cheats_than_the_laxest():
    lax, strict = (ploughed(under_contract(), **r) for r in ({"audit": 0.0}, {"audit": 0.5, "penalty": 8.0}))
    assert len(strict) < len(lax)


def test_who_is_shut_out_loses_the_contract_and_gets_no_other():
    """Every plot is looked at and none stands: with the county so strict all leave the scheme for good."""
    harsh = {f"schemes.{FIRST}.monitoring.{name}": value for name, value in
             (("audit", 0.5), ("detection", 1.0), ("forbearance", 0.0), ("consequence", "exclude"), ("grace", 1),
              ("least_cover", 0.5))}  # fmt: skip
    rich = {"government.allotment": 1_000_000, "scenario.schemes": [FIRST], "scenario.end": 2005}
    now = model(changes=rich | harsh, families=60, burn_in=1998).run()
    out = now.households.shut_out
    assert out.any()
    assert (out <= now.households.caught).all()
    entered = [(e["year"], e["household"]) for e in now.events if e["kind"] == "enrolled"]
    fined = {}
    for event in now.events:
        if event["kind"] == "fined":
            fined.setdefault(event["household"], event["year"])
    assert fined
    assert not [1 for year, house in entered if year > fined.get(house, 9999)]
    assert (now.households.fined == 0).all()


# ---- visits that learn


def test_what_is_believed_of_a_group_is_worked_by_hand():
    # 4 of 40 failed in all; of the first group 0 of 30, of the second 4 of 10: (0 + 10 x .1) / 40, (4 + 1) / 20
    believed = audit.failing(np.array([30.0, 10.0]), np.array([0.0, 4.0]))
    assert believed.tolist() == pytest.approx([0.025, 0.25])
    weight = audit.pull(0.5, np.array([30.0, 10.0]), np.array([0.0, 4.0]), np.array([0, 0, 0, 1]))
    mean = (3 * 0.025 + 0.25) / 4
    assert weight.tolist() == pytest.approx([0.5 + 0.5 * 0.025 / mean] * 3 + [0.5 + 0.5 * 0.25 / mean])


@settings(max_examples=80, deadline=None)
@given(
    learning=some.floats(0, 1), rate=some.floats(0, 0.5), most=some.one_of(some.none(), some.integers(0, 30)),
    found=some.lists(some.integers(0, 9), min_size=4, max_size=4), seed=some.integers(0, 10**6),
)  # fmt: skip
def test_learning_moves_visits_and_adds_none(learning, rate, most, found, seed):
    ids, luck = np.arange(120), Streams(seed)
    group = ids % 4
    weight = audit.pull(learning, np.full(4, 9.0), np.array(found, float), group)
    assert weight.mean() == pytest.approx(1)
    rules = changed(ROUND_1, monitoring={"audit": rate}).monitoring
    plain = payments.visits(rules, luck, 2001, ids, most)
    learned = payments.visits(rules, luck, 2001, ids, most, weight)
    assert learned.sum() == plain.sum() <= (120 if most is None else most)
    if learning == 0 or len(set(found)) == 1:
        assert (learned == plain).all()


def test_who_learns_most_looks_most_often_where_plots_failed_before():
    ids = np.arange(40_000)
    group = (ids % 10 == 0).astype(int)
    seen, found = np.array([900.0, 100.0]), np.array([9.0, 60.0])
    shares = []
    for learning in (0.0, 0.5, 1.0):
        rules = changed(ROUND_1, monitoring={"audit": 0.05}).monitoring
        looked = payments.visits(rules, LUCK, 2001, ids, None, audit.pull(learning, seen, found, group))
        shares.append(group[looked].mean())
    assert shares[0] == pytest.approx(0.1, abs=0.02)
    assert shares[0] < shares[1] < shares[2]


def test_what_visits_saw_is_remembered_by_village_and_by_who_was_caught():
    now = copy.deepcopy(under_contract())
    village, patches = now.village, now.patches
    rows = np.flatnonzero(patches.scheme == 0)[:3]
    village.memory["audits"] = {}
    audits.remember(village, FIRST, rows, np.array([True, True, False]), np.array([False, True, False]))
    assert village.memory["audits"][FIRST].tolist() == [[2.0, 0.0], [1.0, 0.0]]
    assert village.households.caught[patches.scheme_payee[rows[1]]]


@pytest.mark.parametrize(("key", "word"), [("contract.renewal", "perhaps"), ("monitoring.consequence", "a stern look")])
def test_words_that_mean_nothing_are_refused(key, word):
    with pytest.raises(ParameterError, match=word):
        model(changes={f"schemes.{FIRST}.{key}": word})
