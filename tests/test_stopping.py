"""When to stop: worked by hand, resumed from the list, and its coverage measured."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from village_abm.experiments.intervals import t_interval
from village_abm.experiments.stopping import ACHIEVED, FIXED, Progress, StoppingRule, add, replay

NUMBERS = some.lists(some.floats(-1e6, 1e6), max_size=40)


def test_it_stops_five_pairs_after_the_first_narrow_interval_but_not_before_twenty():
    # -1 and 1 in turn: at 20 pairs sd 1.026, half-width 2.093 x 1.026 / sqrt(20) = 0.480
    found = replay(StoppingRule(half_width=0.6), [-1.0, 1.0] * 50)
    assert found.pairs == 25
    assert found.reason.startswith("half-width 0.421 below 0.6 for 5 further pairs, at 25 pairs; ")
    assert found.reason.endswith(ACHIEVED)


def test_a_wide_pair_starts_the_count_again():
    calm = [-1.0, 1.0] * 11  # 22 pairs: 3 below
    assert replay(StoppingRule(0.6), calm).below == 3
    shaken = replay(StoppingRule(0.6), [*calm, 9.0])
    assert shaken.below == 0
    assert not shaken.stopped
    later = replay(StoppingRule(0.6), [*calm, 9.0, *[-1.0, 1.0] * 80])
    assert later.stopped
    assert later.pairs > 40


def test_at_the_maximum_it_stops_and_says_so():
    found = replay(StoppingRule(0.01, most=30), [-1.0, 1.0] * 50)
    assert found.pairs == 30
    assert found.reason.startswith("maximum of 30 pairs reached with half-width 0.38, not below 0.01; ")
    early = replay(StoppingRule(0.6, most=22), [-1.0, 1.0] * 50)
    assert "below 0.6, but not for 5 further pairs" in early.reason
    assert early.reason.endswith(ACHIEVED)


def test_where_the_first_look_is_the_last_nothing_is_sequential():
    found = replay(StoppingRule(0.01, most=20), [-1.0, 1.0] * 50)
    assert found.pairs == 20
    assert found.reason.endswith(FIXED)


def test_equal_differences_need_no_more_than_the_first_and_the_guard():
    assert replay(StoppingRule(0.1), [3.0] * 99).pairs == 25


def test_after_the_end_nothing_is_added_and_what_is_no_number_is_refused():
    done = replay(StoppingRule(0.6), [-1.0, 1.0] * 50)
    with pytest.raises(ValueError, match="has ended"):
        add(StoppingRule(0.6), done, 1.0)
    with pytest.raises(ValueError, match="pair 0 gave nan"):
        add(StoppingRule(0.6), Progress(), float("nan"))


@pytest.mark.parametrize("wrong", [{"half_width": 0.0}, {"half_width": 1.0, "most": 10}, {"half_width": 1, "first": 1}])
def test_a_rule_that_cannot_be_kept_is_refused(wrong):
    with pytest.raises(ValueError, match=r"half-width is|2 <= first <= most"):
        StoppingRule(**wrong)


@given(NUMBERS, some.integers(0, 40))
@settings(max_examples=50)
def test_interrupted_it_goes_on_as_if_nothing_had_happened(differences, cut):
    rule = StoppingRule(1000.0, most=30)
    state = replay(rule, differences[:cut])
    for difference in differences[cut:]:
        if state.stopped:
            break
        state = add(rule, state, difference)
    assert state == replay(rule, differences)


@given(some.lists(some.floats(-1e3, 1e3), min_size=2, max_size=19))
@settings(max_examples=50)
def test_its_half_width_is_that_of_the_t_interval(differences):
    found, whole = replay(StoppingRule(1.0), differences), t_interval(np.array(differences))
    assert found.half_width == pytest.approx(whole.half_width, abs=1e-6)
    assert found.mean == pytest.approx(whole.mean, abs=1e-9)


def stopped_intervals(draw, repeats):
    """Share of sequential 95% intervals that cover the true mean of 1, and the mean number of pairs."""
    luck, rule = np.random.default_rng(20), StoppingRule(0.3, most=400)
    ends = [replay(rule, draw(luck, 400)) for _ in range(repeats)]
    return np.mean([abs(end.mean - 1) <= end.half_width for end in ends]), np.mean([end.pairs for end in ends])


@pytest.mark.slow
def test_measured_coverage_of_nominal_95_percent():
    normal, pairs = stopped_intervals(lambda luck, n: luck.normal(1, 1, n), 2000)
    skewed, more = stopped_intervals(lambda luck, n: luck.exponential(1, n), 2000)
    print(f"coverage: normal {normal:.3f} at {pairs:.0f} pairs, exponential {skewed:.3f} at {more:.0f} pairs")
    assert 0.92 <= normal <= 0.96
    assert 0.88 <= skewed <= normal
