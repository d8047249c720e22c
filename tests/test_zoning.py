"""The red line as a scheme: widened, watched, dared, fined, restored and compensated."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from village_of_test import differing, model

from village_abm import load_params
from village_abm.policy import zoning
from village_abm.streams import Streams
from village_abm.year import guard

NAME = "red_line"
SCHEME = load_params().schemes[NAME]
MANY = np.arange(5_000)


def watched(audit, detection=0.8, **more):
    return replace(SCHEME, watch=replace(SCHEME.watch, audit=audit, detection=detection, **more))


def test_whoever_would_clear_dares_to_on_one_less_audit_times_detection():
    assert zoning.violable(watched(0.5), Streams(1), 2015, MANY).mean() == pytest.approx(0.6, abs=0.02)
    assert not zoning.violable(watched(1.0, 1.0), Streams(1), 2015, MANY).any()


def test_a_closer_watch_never_opens_a_patch():
    loose, close = (zoning.violable(watched(audit), Streams(1), 2015, MANY) for audit in (0.2, 0.6))
    assert not (close & ~loose).any()


def test_no_more_is_looked_at_than_can_be_paid():
    looked, out = zoning.found(watched(0.5), Streams(1), 2015, MANY, most=40)
    assert looked.sum() == 40
    assert not (out & ~looked).any()
    assert out.mean() == pytest.approx(0.8 * 40 / 5_000, abs=0.003)


def test_ten_mu_inside_the_line_at_15_yuan_are_due_150_yuan():
    paid = replace(SCHEME, payment=zoning.Compensation(rate=15.0 * 15))
    assert zoning.due(paid, 2015, np.array([10 / 15, 0.0])).tolist() == [15_000, 0]
    assert zoning.due(replace(paid, budget=150 * 1.08 / 2), 2015, np.array([10 / 15, 0.0])).tolist() == [7_500, 0]
    assert zoning.due(paid, 2011, np.array([10 / 15])).sum() == 0


# A village --------------------------------------------------------------------------------------------------

SOON = {"scenario.schemes": NAME, f"schemes.{NAME}.years": [1985, 2050]}
ANEW = {"zone__least_slope": 90, "zone__sinkhole": 0}  # the line of the map and no more


@cache
def lived(until=1990, **changes):
    own = {f"schemes.{NAME}.{name.replace('__', '.')}": value for name, value in changes.items()}
    now = model(changes=SOON | own, burn_in=1983)
    while now.year < until:
        now.step()
    return now


@cache
def alone(until=1990):
    now = model(changes={"scenario.schemes": ""}, burn_in=1983)
    while now.year < until:
        now.step()
    return now


def cleared_inside(now):
    return int((now.patches.red_line & now.patches.clearing).sum())


def test_a_line_that_nobody_watches_is_cleared_and_one_that_is_watched_is_not():
    """Hungry families clear inside a line that nobody looks after; the closer it is watched the less; what is found
    is fined and goes back to the wild, and the fines reach the county's purse."""
    loose, shipped, close = (lived(watch__audit=audit, watch__detection=1) for audit in (0.0, 0.5, 1.0))
    assert cleared_inside(loose) > cleared_inside(shipped) > cleared_inside(close) == 0
    fined = [event for event in shipped.events if event["kind"] == "fined"]
    assert len(fined) > 0
    years = range(1985, 1991)
    purse = sum(shipped.ledger.years[year]["county purse"]["fines"] for year in years)
    assert purse == -sum(shipped.ledger.years[year]["cash"].get("fines", 0) for year in years)
    assert purse == len(fined) * round(SCHEME.watch.fine * 0.0625 * 100)
    restored = sum(shipped.ledger.years[year]["land"].get("restored after a visit (to)", 0) for year in years)
    assert restored == pytest.approx(len(fined) * 0.0625)


@pytest.mark.slow
def test_a_wider_line_takes_in_wild_land_and_no_field():
    now, other = lived(), alone()
    new = now.patches.red_line & ~other.patches.red_line
    assert new.sum() > 0
    first = lived(until=1985)
    tilled = first.village.uses.is_kind("crop")[first.patches.use] & ~first.patches.clearing
    assert not (tilled & new).any()


def test_the_line_of_the_map_kept_by_everybody_is_no_scheme_bit_for_bit():
    kept = lived(watch__audit=1, watch__detection=1, negative_list=(), **ANEW)
    assert differing(kept, alone()) == []


def test_families_with_land_inside_are_compensated_if_it_is_said_so():
    paid, unpaid = lived(until=1986, payment__rate=15), lived(until=1986)
    assert paid.ledger.years[1986]["cash"][f"paid: {NAME}"] > 0
    assert unpaid.ledger.years[1986]["cash"].get(f"paid: {NAME}", 0) == 0
    assert paid.ledger.years[1986]["county purse"][f"paid: {NAME}"] == -paid.households.payments.sum()


def test_what_the_negative_list_names_is_not_begun_inside_the_line():
    now = lived(until=1985)
    village = now.village
    inside, outside = np.flatnonzero(now.patches.red_line)[:5], np.flatnonzero(~now.patches.red_line)[:5]
    for rows, stands in ((inside, False), (outside, True)):
        may = np.ones((5, len(village.uses)), bool)
        guard.bar(village, rows, may, slice(None))
        assert may[:, village.uses.index["herbs"]].all() == stands
        assert may[:, village.uses.index["maize"]].all()
