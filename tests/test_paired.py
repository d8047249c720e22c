"""A scheme against its twin: worked by hand, and never an effect where the interval covers zero."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as some

from village_abm.experiments.intervals import Interval, mean_interval, pairs_for, t_interval
from village_abm.experiments.paired import Question, Verdict, compare, compare_all, judge, pairs_to_agree

INCOME = Question("income", matters=5, unit="CNY")
LEVELS = some.lists(
    some.tuples(some.integers(-1000, 1000), some.integers(-1000, 1000)), min_size=2, max_size=30
)  # pairs of runs


def pair_up(rows):
    return np.array(rows, float).T


def close_to(mean, half, pairs=40):
    """Differences, symmetrical, with this mean and this half-width of the t interval."""
    shape = np.linspace(-1, 1, pairs)
    return mean + shape * half / t_interval(shape).half_width


def asked(mean, half, question=INCOME):
    luck = np.linspace(900, 1100, 40)
    return compare(luck + close_to(mean, half), luck, question)


def test_a_comparison_worked_by_hand():
    # differences 1, 3, 5, 0: mean 2.25, sd sqrt(59 / 12) = 2.217; t(3) = 3.1824, half-width 3.528
    found = compare(np.array([11.0, 23, 35, 40]), np.array([10.0, 20, 30, 40]), INCOME)
    assert found.pairs == 4
    assert found.mean == 2.25
    assert found.sd == pytest.approx(math.sqrt(14.75 / 3))
    assert found.interval.low == pytest.approx(2.25 - 3.52829, abs=1e-4)
    assert found.interval.high == pytest.approx(2.25 + 3.52829, abs=1e-4)
    assert found.interval.method == "t"
    assert found.wins == pytest.approx(3.5 / 4)  # a tie counts half
    assert found.effect == pytest.approx(2.25 / math.sqrt(14.75 / 3))
    # var 162.25 and 166.67 apart, 4.917 of the difference
    var_a = np.var([11, 23, 35, 40], ddof=1)
    assert found.reduction == pytest.approx((var_a + 500 / 3) / (14.75 / 3))
    assert found.correlation == pytest.approx((var_a + 500 / 3 - 14.75 / 3) / 2 / math.sqrt(var_a * 500 / 3))


def test_less_may_be_better():
    found = compare(np.array([3.0, 3, 4]), np.array([9.0, 8, 7]), Question("soil lost", more_is_better=False))
    assert found.mean < 0
    assert found.wins == 1
    assert found.judgement.verdict == Verdict.BETTER


def test_the_verdicts_in_words():
    assert asked(12, 3).judgement.words == "better by at least 5 CNY"
    assert asked(-12, 3).judgement.words == "worse by at least 5 CNY"
    assert asked(1, 3).judgement.words == "equivalent: a difference smaller than 5 CNY either way"
    assert asked(3, 9).judgement.words.startswith("not settled, about ")
    some_way = asked(7, 4).judgement
    assert some_way.verdict == Verdict.OPEN
    assert some_way.words.startswith("better, but by as much as 5 CNY is not settled, about ")
    assert asked(-7, 4).judgement.words.startswith("worse, but by as much as 5 CNY is not settled, about ")
    assert asked(2, 1, Question("income")).judgement.words == "better"


def test_a_real_but_small_difference_is_equivalent():
    found = asked(2, 1)
    assert not found.covers_zero
    assert found.judgement.verdict == Verdict.EQUIVALENT


def test_an_open_difference_says_how_many_pairs_would_settle_it():
    # 3 from the limit of 5 at 8 with half-width 6 at 40 pairs: about four times as many
    found = asked(8, 6)
    assert found.judgement.pairs_needed == pairs_for(found.sd, 3.0)
    assert found.judgement.pairs_needed == pytest.approx(160, abs=8)
    more = close_to(8, 6)
    settled = compare(np.tile(more, 5), np.zeros(200), INCOME)
    assert settled.judgement.verdict == Verdict.BETTER


def test_on_the_limit_no_number_of_pairs_would():
    assert (
        asked(5, 3).judgement.words == "better, but by as much as 5 CNY is not settled, more than 100,000 pairs would"
    )


@pytest.mark.parametrize(("ratio", "pairs"), [(0.5, 18), (0.3, 46), (0.2, 99), (0.1, 387)])
def test_pairs_for_a_half_width_in_standard_deviations(ratio, pairs):
    assert pairs_for(1.0, ratio) == pairs
    assert pairs_for(1000.0, 1000 * ratio) == pairs


def test_no_number_of_pairs_reaches_a_width_of_nothing():
    assert pairs_for(1.0, 0.0) is None
    assert pairs_for(1.0, 1e-9) is None
    assert pairs_for(0.0, 1.0) == 2


def test_pairs_that_do_not_differ():
    levels = np.array([3.0, 8, 9, 4])
    found = compare(levels, levels, INCOME)
    assert found.judgement.words == "equivalent: no difference in any of 4 pairs"
    assert found.interval == Interval(0.0, 0.0, 0.0, 0.95, "exact", "all differences are equal")
    assert found.wins == 0.5
    assert math.isnan(found.effect)
    assert math.isnan(found.reduction)
    assert found.reduction_words == "complete"
    always = compare(levels + 7, levels, INCOME)
    assert always.judgement.words == "not settled: the same in all 4 pairs, which chance may do; 6 pairs would"
    assert compare(np.arange(6) + 7.0, np.arange(6), INCOME).judgement.words == (
        "better by at least 5 CNY, the same in all 6 pairs"
    )
    assert compare(np.ones(3), np.zeros(3), INCOME).reduction_words == "nothing varies"


def test_six_pairs_must_agree_to_be_no_chance_and_more_where_schemes_are_many():
    """Sign-flip test: 2 / 2^6 = .031 and 2 / 2^8 = .0078 are below .05 and .05 / 4, with a pair less they are not."""
    assert [pairs_to_agree(0.95, schemes) for schemes in (1, 4)] == [6, 8]
    for pairs, verdict in ((2, Verdict.OPEN), (5, Verdict.OPEN), (6, Verdict.EQUIVALENT)):
        assert compare(np.arange(pairs) + 1.0, np.arange(pairs), INCOME).judgement.verdict is verdict


def test_rounding_is_no_spread():
    levels = np.linspace(1.0, 1e4, 30)
    assert (levels + 0.1 - levels).std() > 0
    found = compare(levels + 0.1, levels, INCOME)
    assert found.sd == 0
    assert found.reduction_words == "complete"


def test_one_pair_settles_nothing():
    found = compare(np.array([9.0]), np.array([1.0]), INCOME)
    assert found.judgement.words == "not settled: one pair shows no spread, run more"
    assert found.covers_zero
    assert math.isinf(found.interval.high)


def test_a_skewed_difference_gets_a_bootstrap_that_leans_the_same_way():
    values = np.random.default_rng(3).exponential(1.0, 40) ** 2
    found = mean_interval(values)
    assert found.method == "BCa"
    assert "skewness" in found.reason
    assert found.high - found.mean > found.mean - found.low
    assert found == mean_interval(values)  # the seed is keyed
    assert found != mean_interval(values, seed=1)


def test_few_skewed_pairs_get_t_and_are_told_why():
    found = mean_interval(np.array([0.0, 0, 0, 0, 9]))
    assert found.method == "t"
    assert "too few for a bootstrap" in found.reason


def test_one_wild_pair_makes_no_effect():
    # noise of mean 0.1 and sd 1, and one pair in which all went another way
    noise = np.linspace(-1, 1, 29) * 1.7 + 0.1
    found = compare(np.append(noise, 500.0), np.zeros(30), Question("income"))
    assert found.interval == mean_interval(np.append(noise, 500.0))
    assert found.interval.reason == "skewed by a single pair, which no bootstrap can judge"
    assert found.covers_zero
    assert found.judgement.verdict == Verdict.OPEN


@given(LEVELS)
@example([(0, 0)] * 9 + [(0, 900)])
@example([(0, 0)] * 29 + [(1000, 0)])
@settings(max_examples=60, deadline=None)
def test_intervals_contain_the_mean_and_zero_is_never_called_an_effect(rows):
    a, b = pair_up(rows)
    for matters in (0, 5, 200):
        found = compare(a, b, Question("income", matters))
        assert found.interval.low <= found.mean <= found.interval.high
        assert found.mean == pytest.approx((a - b).mean(), abs=1e-9)
        if found.covers_zero:
            assert found.judgement.verdict in (Verdict.EQUIVALENT, Verdict.OPEN)
            assert "better" not in found.judgement.words
            assert "worse" not in found.judgement.words
        if found.judgement.pairs_needed is not None:
            assert found.judgement.pairs_needed > found.pairs


@given(LEVELS, some.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_pairs_changes_nothing(rows, luck):
    mixed = list(rows)
    luck.shuffle(mixed)
    first, second = compare(*pair_up(rows), INCOME), compare(*pair_up(mixed), INCOME)
    assert repr(first) == repr(second)


@given(LEVELS, some.integers(-12, 12))
@settings(max_examples=40, deadline=None)
def test_another_unit_changes_only_the_unit(rows, power):
    a, b = pair_up(rows)
    k = 2.0**power
    here, there = compare(a, b, INCOME), compare(k * a, k * b, Question("income", k * 5))
    assert there.interval.low == pytest.approx(k * here.interval.low, rel=1e-9, abs=1e-9 * k)
    assert there.interval.high == pytest.approx(k * here.interval.high, rel=1e-9, abs=1e-9 * k)
    assert there.effect == pytest.approx(here.effect, nan_ok=True)
    assert there.reduction == pytest.approx(here.reduction, nan_ok=True)
    assert (there.wins, there.judgement.verdict) == (here.wins, here.judgement.verdict)


@given(LEVELS)
@settings(max_examples=40, deadline=None)
def test_the_twin_seen_from_the_other_side(rows):
    a, b = pair_up(rows)
    assume(compare(a, b, INCOME).interval.method == "t")
    there = compare(b, a, INCOME)
    opposite = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    verdict = compare(a, b, INCOME).judgement.verdict
    assert there.judgement.verdict == opposite.get(verdict, verdict)
    assert there.wins == pytest.approx(1 - compare(a, b, INCOME).wins)


def test_several_outcomes_are_compared_one_by_one():
    luck = np.random.default_rng(2).normal(size=(25, 2))
    questions = [INCOME, Question("soil lost", 0.1, more_is_better=False, unit="t/ha")]
    both = compare_all(luck + np.array([9, 1]), luck, questions)
    assert [one.question.name for one in both] == ["income", "soil lost"]
    assert repr(both[1]) == repr(compare(luck[:, 1] + 1, luck[:, 1], questions[1]))
    assert both[1].judgement.words == "worse by at least 0.1 t/ha, the same in all 25 pairs"
    with pytest.raises(ValueError, match="2 questions need"):
        compare_all(luck[:, :1], luck[:, :1], questions)


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="income: pair 1 is not a finite number"):
        compare(np.array([1.0, np.nan]), np.zeros(2), INCOME)
    with pytest.raises(ValueError, match="every run needs its twin"):
        compare(np.ones(3), np.ones(2), INCOME)
    with pytest.raises(ValueError, match="at least one pair"):
        compare(np.array([]), np.array([]), INCOME)
    with pytest.raises(ValueError, match="smallest difference that matters is -1"):
        Question("income", -1)


def test_a_wider_interval_for_many_schemes_makes_a_verdict_more_careful():
    alone, together = Interval(7, 5.5, 8.5, 0.95, "t"), Interval(7, 4.0, 10.0, 0.95, "max-t")
    assert judge(INCOME, alone, alone, 5.0, 40).verdict == Verdict.BETTER
    careful = judge(INCOME, together, together, 5.0, 40, rivals=4)
    assert careful.verdict == Verdict.OPEN
    assert careful.pairs_needed > judge(INCOME, together, together, 5.0, 40).pairs_needed
