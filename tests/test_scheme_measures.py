"""What a scheme added, moved elsewhere, kept and cost: eight patches and four households worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from village_abm.accounting.scheme_measures import (
    FREE,
    HARM,
    Leakage,
    additionality,
    cost_effectiveness,
    leakage,
    net_gain,
    participation_rent,
    permanence,
    shares_by_fifth,
)

HECTARES = 0.25


def patches(*numbers, count=8):
    """The patches with these numbers."""
    return np.isin(np.arange(count), numbers)


def test_additionality_worked_by_hand():
    # enrolled 0 to 3; 3 is ploughed in spite of the contract, 0 would have been planted without it
    found = additionality(patches(0, 1, 2, 3), patches(0, 1, 2, 6), patches(0, 6), HECTARES)
    assert (found.enrolled, found.kept, found.anyway) == (1.0, 0.75, 0.25)
    assert found.share == pytest.approx(0.75)
    assert found.gain == pytest.approx(0.5)


def test_what_would_have_come_anyway_adds_nothing():
    everything = patches(*range(8))
    found = additionality(patches(0, 1), everything, everything, HECTARES)
    assert found.share == found.gain == 0


def test_without_enrolled_land_there_is_no_share():
    found = additionality(patches(), patches(1), patches(), HECTARES)
    assert np.isnan(found.share)
    assert found.gain == 0


def test_maps_of_two_lands_are_refused():
    with pytest.raises(ValueError, match="same land"):
        additionality(patches(0), patches(0), patches(0, count=9), 1.0)


def test_leakage_worked_by_hand():
    enrolled, nobody = patches(0, 1), np.full(8, -1)
    clearer = np.array([-1, -1, 70, 70, 90, 90, -1, -1])
    # household 70 is enrolled and clears 2 and 3 where its twin clears 2; 90 is not and clears 4 and 5 for 4
    found = leakage(enrolled, patches(2, 3, 4, 5), patches(2, 4), clearer, clearer, np.array([70]), HECTARES)
    assert found == Leakage(same_household=0.5, others=0.5)
    assert found.share == 1.0
    # what is cleared on the enrolled land itself is want of compliance, not leakage
    inside = leakage(enrolled, patches(0), patches(), nobody, nobody, np.array([70]), HECTARES)
    assert inside.share == 0
    # less clearing than in the twin is leakage below zero
    less = leakage(enrolled, patches(), patches(2), clearer, clearer, np.array([70]), HECTARES)
    assert less == Leakage(-0.5, 0.0)


def test_a_plot_cleared_by_other_hands_nets_out_in_the_total():
    one, two = np.full(8, 70), np.full(8, 90)
    found = leakage(patches(0, 1), patches(5), patches(5), one, two, np.array([70]), HECTARES)
    assert found == Leakage(0.5, -0.5)
    assert found.share == 0


@given(some.lists(some.tuples(*[some.booleans()] * 3), min_size=1, max_size=30), some.floats(0.01, 10))
def test_a_scheme_that_changes_nothing_neither_adds_nor_leaks(rows, area):
    enrolled, kept, cleared = np.array(rows).T
    who = np.arange(len(rows)) % 3
    assert additionality(enrolled, kept, kept, area).gain == 0
    if enrolled.any():
        found = leakage(enrolled, cleared, cleared, who, who, np.array([1]), area)
        assert found == Leakage(0.0, 0.0)


def test_permanence_worked_by_hand():
    standing = np.array([patches(0, 1, 2, 7), patches(0, 1, 7), patches(0, 1, 2, 7)])
    left = permanence(patches(0, 1, 2, 3), standing, HECTARES)
    # what was ploughed in the second year and planted again in the third has not stood
    np.testing.assert_allclose(left, [0.75, 0.5, 0.5])
    area = np.array([1, 1, 1, 5, 9, 9, 9, 9], float)
    np.testing.assert_allclose(permanence(patches(0, 1, 2, 3), standing, area), [3 / 8, 2 / 8, 2 / 8])
    assert np.isnan(permanence(patches(), standing, HECTARES)).all()


@given(some.lists(some.lists(some.booleans(), min_size=6, max_size=6), min_size=1, max_size=12))
def test_permanence_never_grows(rows):
    left = permanence(np.ones(6, bool), np.array(rows), 1.0)
    assert (np.diff(left) <= 0).all()


def test_net_gain_and_what_a_hectare_costs_worked_by_hand():
    added = additionality(patches(0, 1, 2, 3), patches(0, 1, 2, 3), patches(0), 1.0)
    # 3 ha added, a tenth of 4 ha leaked by the same household, half of it still stands
    gain = net_gain(added, Leakage(0.1, 0.0), 0.5)
    assert gain == pytest.approx((3 - 0.4) / 2)
    value, why = cost_effectiveness(1000, 200, 100, gain)
    assert value == pytest.approx(1000)
    assert why == ""


@pytest.mark.parametrize(
    ("outlay", "gain", "words"), [(0, 5, FREE), (-10, 5, FREE), (0, 0, FREE), (10, 0, HARM), (10, -1, HARM)]
)
def test_a_scheme_that_costs_nothing_is_never_infinitely_cost_effective(outlay, gain, words):
    value, why = cost_effectiveness(outlay, 0, 0, gain)
    assert np.isnan(value)
    assert why == words


def test_rent_of_participation_worked_by_hand():
    takes_part = np.array([True, True, True, False])
    found = participation_rent(
        np.array([100, 100, 50, 0]), np.array([40, 60, 80, 10]), takes_part, np.array([0, 0, 4, 1])
    )
    np.testing.assert_array_equal(found.household, [60, 40, -30, np.nan])
    np.testing.assert_array_equal(found.mean_by_fifth, [50, np.nan, np.nan, np.nan, -30])
    assert found.losing == pytest.approx(1 / 3)


def test_shares_of_payments_by_fifth():
    np.testing.assert_allclose(shares_by_fifth(np.array([30, 10, 60]), np.array([0, 0, 3])), [0.4, 0, 0, 0.6, 0])
    assert np.isnan(shares_by_fifth(np.zeros(2), np.array([0, 1]))).all()
    with pytest.raises(ValueError, match="negative"):
        shares_by_fifth(np.array([-1.0]), np.array([0]))
