"""Poverty by group: worked by hand, parts that add up to the whole, and the same in runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from village_of_test import SHIPPED, lived, model

from village_abm.accounting import inequality, poor_groups
from village_abm.counted import poor_by_group
from village_abm.counted.living import living
from village_abm.scope import Scope

HOUSES = some.lists(
    some.tuples(some.integers(-3_000, 9_000), some.integers(0, 7), some.integers(0, 7)), min_size=1, max_size=25
)

# Groups that together are all people.
PARTITIONS = (
    ("migrants", "no_migrants"),
    ("backbone", "returnees", "no_role"),
    ("enrolled", "not_enrolled"),
    ("once_poor", "not_once_poor"),
    tuple(poor_by_group.KINDS),
)


def test_poverty_of_groups_worked_by_hand():
    # line 1,000; a household of four at 500, one of two with a loss, one of three on the line
    income = np.array([500.0, -200.0, 1000.0])
    all_people, children = np.array([4.0, 2, 3]), np.array([1.0, 0, 1])
    found = poor_groups.poverty_of(income, 1000.0, np.array([all_people, children, np.zeros(3)]))
    np.testing.assert_allclose(found.people, [9, 2, 0])
    np.testing.assert_allclose(found.headcount, [6 / 9, 1 / 2, np.nan])
    np.testing.assert_allclose(found.gap, [(4 * 0.5 + 2 * 1) / 9, 0.25, np.nan])  # a loss is no income: a gap of 1
    np.testing.assert_allclose(found.severity, [(4 * 0.25 + 2 * 1) / 9, 0.125, np.nan])
    with pytest.raises(ValueError, match="poverty line is 0"):
        poor_groups.poverty_of(income, 0.0, np.ones((1, 3)))


@given(HOUSES, some.integers(1, 5_000))
def test_poor_of_the_parts_are_the_poor_of_the_whole(houses, line):
    income, one, other = (np.array(part, float) for part in zip(*houses, strict=True))
    found = poor_groups.poverty_of(income, line, np.array([one, other, one + other]))
    for measure in (found.headcount, found.gap, found.severity):
        sums = np.nan_to_num(measure) * found.people
        assert sums[0] + sums[1] == pytest.approx(sums[2], abs=1e-9)
    if (one + other).any():
        whole = inequality.poverty(np.maximum(income, 0), line, one + other)
        assert (found.headcount[2], found.gap[2], found.severity[2]) == pytest.approx(
            (whole.headcount, whole.gap, whole.severity)
        )
        assert 1 >= found.headcount[2] >= found.gap[2] >= found.severity[2] >= 0


def test_nobody_and_one_household():
    nobody = poor_groups.poverty_of(np.zeros(0), 1.0, np.zeros((2, 0)))
    assert np.isnan(nobody.headcount).all()
    alone = poor_groups.poverty_of(np.array([-5.0]), 1.0, np.ones((1, 1)))
    assert (alone.headcount[0], alone.gap[0], alone.severity[0]) == (1, 1, 1)


# In runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SHIPPED)
def test_the_poor_of_groups_are_all_the_poor(scenario):
    now = lived(scenario)
    table = now.statements["poverty"]
    people, _, headcount, gap, severity, new, _ = np.array([line.values for line in table.lines]).T
    place = {line.name: number for number, line in enumerate(table.lines)}
    villages = [tuple(name for name in place if name.startswith("village."))] if len(now.village.names) > 1 else []
    for groups in (*PARTITIONS, *villages):
        rows = [place[name] for name in groups]
        assert people[rows].sum() == people[0], groups
        for measure in (headcount, gap, severity, new):
            assert np.nan_to_num(measure[rows]) @ people[rows] == pytest.approx(measure[0] * people[0]), groups
    last = now.indicators.iloc[-1]
    assert headcount[0] == pytest.approx(last["poverty"])  # counted from the flags of the year
    assert gap[0] == pytest.approx(last["poverty_gap"])


def test_who_is_poor_has_less_than_the_line_left_over():
    now = lived("village")
    found = living(Scope(now.village))
    assert ((found.left_over < found.line) == now.households.poor[found.rows]).all()


def test_savings_count_in_the_depth_of_poverty_where_they_count_in_who_is_poor():
    saved = 0

    def check(now):
        nonlocal saved
        village, scope = now.village, Scope(now.village)
        found = living(scope)
        below = found.left_over < found.line
        assert (below == scope.household("poor")).all()
        bare = village.real(scope.household("income") - scope.household("care_costs")) / np.maximum(found.members, 1)
        saved += int(((bare < found.line) & ~below & (found.members > 0)).sum())
        every = poor_by_group.every(scope).of
        assert every.headcount[0] == pytest.approx(scope.value("poverty"))

    model(changes={"farm.livelihood.buffer": 0.3}, families=50, burn_in=1986).run(12, on_year=check)
    assert saved > 0  # who would be poor but for savings


def test_only_the_once_poor_can_return():
    now = lived("village")
    scope = Scope(now.village)
    again = scope.household("poor_again")
    assert not (again & ~poor_by_group.may_return(scope)).any()
    assert not (poor_by_group.may_return(scope) & ~poor_by_group.once_poor(scope)).any()


def test_rates_of_return_lie_where_shares_lie_in_every_year():
    frame = lived("village").indicators
    assert frame["poverty_return"].dropna().between(0, 1).all()
    assert (frame["newly_poor_share"] <= frame["poverty"] + 1e-12).all()
    assert (frame["poverty_severity"] <= frame["poverty_gap"] + 1e-12).all()
    assert (frame["poverty_gap"] <= frame["poverty"] + 1e-12).all()


def test_more_costly_illness_makes_poverty_deeper_and_the_once_poor_poorer():
    seldom = {"farm.livelihood.sickness_rate": 0.03, "farm.livelihood.sickness_cost": 2_000}
    often = {"farm.livelihood.sickness_rate": 0.08, "farm.livelihood.sickness_cost": 25_000}
    well, ill = (model(changes=how, families=50, burn_in=1988).run(12).indicators for how in (seldom, often))
    assert ill["poverty_gap"].mean() > well["poverty_gap"].mean()
    assert ill["poverty_once_poor"].mean() > well["poverty_once_poor"].mean()
