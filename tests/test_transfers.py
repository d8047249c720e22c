"""Transfers from above in sentences: to function zones, by ecological share of tax, for forest and grass."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from policy_rules import changed, government, schemes
from village_of_test import differing, model

from village_abm.params import ParameterError
from village_abm.policy import transfers
from village_abm.policy.transfers import Place
from village_abm.year import condition

ZONE, SHARE, AREA = (schemes()[name] for name in ("function_zone", "icms_e", "vertical_special"))
NAMES = ("function_zone", "icms_e", "vertical_special")
HERE = Place(year=2015, people=1_000.0, area=900.0, by_use={"natural": 300.0, "grass": 10.0}, index=0.6, before=0.6)


def place(**how):
    return dataclasses.replace(HERE, **how)


@cache
def lived(names, until=2010, **changes):
    """A small village with these transfers; shared between tests, so only look at it."""
    now = model(changes={"scenario.schemes": names} | changes, burn_in=2007)
    while now.year < until:
        now.step()
    return now


# By hand --------------------------------------------------------------------------------------------------


def test_a_village_gets_its_part_of_what_its_county_gets():
    """1e8 x (.9 x .75 + .1 x .6) = 73.5 million to the county; of 350,000 people the village has 1,000."""
    assert ZONE.due(HERE) == pytest.approx(73_500_000 / 350)
    wide = changed(ZONE, region={"scaled_by": "area"})
    assert wide.due(HERE) == pytest.approx(73_500_000 * 900 / 250_000)


def test_a_county_that_lacks_more_gets_more_and_green_counts_little():
    poorer, greener = changed(ZONE, payment={"gap": 0.85}), place(index=0.7, before=0.7)
    assert poorer.due(HERE) / ZONE.due(HERE) == pytest.approx(1 + 0.09 / 0.735)
    assert ZONE.due(greener) / ZONE.due(HERE) == pytest.approx(1 + 0.01 / 0.735)


def test_a_fifth_is_withheld_where_the_index_falls():
    same = ZONE.base(place(index=0.55))
    assert ZONE.due(place(index=0.55)) == pytest.approx(same * 0.95 * 0.8)  # 1 + k (.55 - .60), less the penalty
    assert ZONE.due(place(index=0.596)) == pytest.approx(ZONE.base(place(index=0.596)) * 0.996)  # within tolerance


def test_the_share_of_tax_by_hand_and_that_it_limits_itself():
    """10% of 20 billion is 2 billion; .6 of 44.6 is the county's; the village has 9 of 2,500 km2."""
    first = place(year=2010)
    assert SHARE.due(first) == pytest.approx(2.0e9 * 0.6 / 44.6 * 9 / 2500)
    assert SHARE.due(place(year=2030)) < SHARE.due(first)  # the others have greened
    doubled = SHARE.due(place(year=2010, index=1.2, before=1.2))
    assert SHARE.due(first) < doubled < 2 * SHARE.due(first)


def test_forest_and_grass_are_paid_by_area():
    assert AREA.due(HERE) == pytest.approx(300 * 15 * 2.0 + 10 * 15 * 2.5)


def test_before_it_begins_and_beyond_its_budget_nothing_is_due():
    assert ZONE.due(place(year=2007)) == 0
    assert changed(ZONE, budget=100.0).due(HERE) == 100


@given(
    some.floats(0, 1), some.floats(0, 1), some.floats(0, 1), some.floats(0, 10), some.floats(0, 1), some.floats(0, 0.1)
)
def test_a_better_index_never_lowers_and_a_worse_one_never_raises_a_transfer(a, b, before, k, penalty, tolerance):
    worse, better = min(a, b), max(a, b)
    rules = {"sensitivity": k, "penalty": penalty, "tolerance": tolerance}
    for scheme in (ZONE, SHARE, AREA):
        one = changed(scheme, performance=rules, budget=1e12)
        low, high = (one.due(place(index=value, before=before)) for value in (worse, better))
        assert 0 <= low <= high + 1e-9


def test_the_index_by_hand():
    rules = government().index  # .5 cover, .25 sound land, .25 soil kept of 200 t/km2
    assert transfers.ecological_index(rules, 0.4, 0.8, 50) == pytest.approx(0.2 + 0.2 + 0.25 * 0.75)
    assert transfers.ecological_index(rules, 0.0, 0.0, 999) == 0


def test_shares_that_are_not_all_of_it_are_refused():
    with pytest.raises(ParameterError, match="do not add up"):
        dataclasses.replace(ZONE.spending, fund=0.9)
    with pytest.raises(ParameterError, match="do not add up"):
        dataclasses.replace(government().index, soil=0.9)
    with pytest.raises(ParameterError, match="one rate for each"):
        dataclasses.replace(AREA.payment, rate=(1.0,))


def test_heads_share_a_sum_and_no_fen_is_made():
    assert transfers.by_heads(1000, np.array([4, 2, 0, 1])).tolist() == [571, 285, 0, 142]


# In the village -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_what_is_sent_is_paid_out_shared_worked_administered_or_kept(name):
    """Every yuan of the transfer is found again: with households by head, in the fund, in works, in the purse."""
    now, rules = lived(name), schemes()[name].spending
    lines = now.ledger.years[2010]["county purse"]
    sent, spent = lines[f"transfer: {name}"], now.village.memory["spent by scheme"][name]
    assert sent == spent.paid + spent.shared + spent.works + spent.admin + spent.kept > 0
    assert (spent.paid > 0, spent.shared > 0) == (rules.households > 0, rules.fund > 0)
    assert now.ledger.years[2010]["cash"][f"paid: {name}"] == spent.paid
    assert now.ledger.years[2010]["village fund"].get(f"shared: {name}", 0) == spent.shared
    out = sum(lines.get(f"{what}: {name}", 0) for what in ("paid", "shared", "works", "administration"))
    assert sent + out == spent.kept
    assert now.government.received[schemes()[name].funded_by] == sent
    if rules.households:
        alive = now.households.alive
        heads = now.households.payments[alive] / now.households.members[alive]
        assert np.ptp(heads) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_transfer_of_nothing_is_no_scheme(name):
    rate = {
        "function_zone": {"payment.base": 0}, "icms_e": {"payment.share": 0},
        "vertical_special": {"payment.rate": [0, 0, 0, 0]},
    }[name]  # fmt: skip
    nothing = lived(
        name,
        **{f"schemes.{name}.{key}": tuple(value) if isinstance(value, list) else value for key, value in rate.items()},
    )
    assert differing(nothing, lived("")) == []
    assert nothing.village.memory["spent by scheme"][name].drawn == 0


def test_works_paid_by_a_transfer_treat_desertified_land():
    with_works, without = lived("function_zone"), lived("")
    assert (with_works.patches.treated > 0).sum() > 0 == (without.patches.treated > 0).sum()
    assert with_works.patches.cover.mean() > without.patches.cover.mean()


@pytest.mark.slow
def test_a_county_that_uses_half_of_its_money_leaves_the_rest():
    name = "schemes.vertical_special.utilisation"
    whole, half = (lived("vertical_special", until=2008, **{name: part}) for part in (1.0, 0.5))
    received = [now.indicators["transfers_received"].iloc[-1] for now in (whole, half)]
    assert 0 < received[1] < 0.6 * received[0]
    due = half.params.schemes["vertical_special"].due(condition.place(half.village))
    assert half.indicators["unused_transfers"].iloc[-1] + received[1] == pytest.approx(due, abs=0.01)


def test_works_that_no_scheme_describes_are_refused():
    with pytest.raises(ValueError, match="is no scheme of works"):
        lived("function_zone", until=2008, **{"schemes.function_zone.spending.treats": "icms_e"})
