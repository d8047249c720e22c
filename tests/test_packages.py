"""Relocation, closure and biogas: dated packages given from outside."""

import numpy as np
import pytest
from policy_rules import FALLOW, MAIZE, NATURAL, USES, packages

from village_abm.policy.packages import (
    adopters,
    biogas_subsidy,
    newly_closed,
    relocated,
    relocation_payment,
)
from village_abm.streams import Streams

MOVE, CLOSE, GAS = packages().relocation, packages().closure, packages().biogas
LUCK = Streams(4)


def moving(years, households=200, distance=None, poor=None, rocky=None):
    """Who moves in each year, from a village that only loses those who move."""
    left, gone = np.arange(households), []
    cells = [np.zeros(households) if cell is None else cell for cell in (distance, poor, rocky)]
    for year in years:
        movers = relocated(MOVE, LUCK, year, left, *(cell[left] for cell in cells), moved=households - len(left))
        gone.append(left[movers])
        left = np.delete(left, movers)
    return gone


def test_fifteen_percent_have_moved_after_six_equal_years():
    gone = moving(range(1990, 2005))
    assert [len(year) for year in gone] == [0] * 4 + [5] * 6 + [0] * 5


def test_no_household_moves_twice():
    everyone = np.concatenate(moving(range(1994, 2000)))
    assert len(set(everyone.tolist())) == len(everyone) == 30


@pytest.mark.parametrize("reason", ["distance", "poor", "rocky"])
def test_far_poor_and_rocky_households_move_first(reason):
    worse = np.repeat([0.0, 1.0], 100) * (3_000 if reason == "distance" else 1)
    movers = np.concatenate(moving(range(1994, 2000), **{reason: worse}))
    assert (movers >= 100).mean() > 0.6


def test_a_household_is_paid_for_every_member():
    assert relocation_payment(MOVE, np.array([5, 1])).tolist() == [2_000_000, 400_000]  # 4,000 yuan a head


def closed_in(year, use=NATURAL, slope=30.0, closed=False, patches=20_000):
    cells = [np.full(patches, cell) for cell in (use, slope, closed)]
    return newly_closed(CLOSE, LUCK, year, USES, *cells, np.arange(patches))


def test_two_thirds_of_the_wild_hillsides_are_closed_in_1994():
    assert len(closed_in(1993)) == 0
    assert len(closed_in(1994)) / 20_000 == pytest.approx(0.68, abs=0.01)


def test_crops_gentle_land_and_closed_land_are_left_alone():
    assert len(closed_in(1994, use=MAIZE)) == 0
    assert len(closed_in(1994, slope=10.0)) == 0
    assert len(closed_in(1994, closed=True)) == 0


def test_land_that_falls_idle_later_is_closed_at_the_same_share_and_the_rest_stays_open():
    np.testing.assert_array_equal(closed_in(2010, use=FALLOW), closed_in(1994))


def test_digesters_follow_the_path_and_are_never_torn_down():
    ids, has, count = np.arange(20_000), np.zeros(20_000, bool), []
    for share in (0.0, 0.2, 0.6, 0.6, 0.3):
        builders = adopters(LUCK, ids, share, has)
        assert not has[builders].any()
        has[builders] = True
        count.append(has.mean())
    np.testing.assert_allclose(count, [0, 0.2, 0.6, 0.6, 0.6], atol=0.01)


def test_a_digester_costs_the_government_a_thousand_yuan():
    assert biogas_subsidy(GAS, 3) == 300_000
