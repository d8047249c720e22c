"""A scheme against its twin without it, pair by pair under common luck, and the verdict in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from village_abm.experiments.intervals import Interval, mean_interval, numbers, pairs_for, t_interval, tolerance

CONFIDENCE = 0.95
_MANY = 100_000


class Verdict(StrEnum):
    """What the pairs say about one outcome of one scheme."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    OPEN = "not settled"


@dataclass(frozen=True)
class Question:
    """What is asked of an outcome: its name, the smallest difference that matters, which way is better, its unit."""

    name: str
    matters: float = 0.0
    more_is_better: bool = True
    unit: str = ""

    def __post_init__(self) -> None:
        if not (self.matters >= 0 and math.isfinite(self.matters)):
            raise ValueError(f"{self.name}: the smallest difference that matters is {self.matters}; give 0 or more")

    @property
    def sign(self) -> int:
        """1 where more is better, else -1."""
        return 1 if self.more_is_better else -1

    @property
    def smallest(self) -> str:
        """The smallest difference that matters, with its unit."""
        return f"{self.matters:g} {self.unit}".strip()


@dataclass(frozen=True)
class Judgement:
    """A verdict, the sentence that says it, and the pairs that would settle what is open."""

    verdict: Verdict
    words: str
    pairs_needed: int | None = None


@dataclass(frozen=True)
class Comparison:
    """One outcome of a scheme against its twin over all pairs; differences are scheme minus twin.

    `wins` is the share of pairs in which the scheme is better, ties counting half; `effect` is d_z = mean / sd, not a
    number without spread; `reduction` is (var with + var without) / var(difference), not a number without spread.
    `interval` is the one judged by; `alone` that of this outcome and scheme by itself.
    """

    question: Question
    pairs: int
    mean: float
    sd: float
    interval: Interval
    alone: Interval
    t: Interval
    wins: float
    effect: float
    correlation: float
    reduction: float
    reduction_words: str
    judgement: Judgement

    @property
    def covers_zero(self) -> bool:
        """Whether the interval covers zero, so that nothing may be called an effect."""
        return self.interval.covers(0.0)


def compare(
    with_scheme: np.ndarray, without: np.ndarray, question: Question, confidence: float = CONFIDENCE, seed: int = 0
) -> Comparison:
    """Compare one outcome, (pairs,) with the scheme and (pairs,) of its twins on the same luck."""
    a, b = numbers(with_scheme, question.name), numbers(without, question.name)
    if a.shape != b.shape:
        raise ValueError(f"{question.name}: {len(a)} runs with the scheme but {len(b)} twins; every run needs its twin")
    order = np.lexsort((b, a - b))
    a, b = a[order], b[order]
    close, count = tolerance(a, b), len(a)
    difference = np.where(np.abs(a - b) <= close, 0.0, a - b)
    interval = mean_interval(difference, confidence, seed, close)
    same = interval.method == "exact"
    sd = 0.0 if same else float(difference.std(ddof=1)) if count > 1 else math.nan
    inner = mean_interval(difference, two_one_sided(confidence), seed, close)
    reduction, words = _reduction(a, b, sd, close)
    return Comparison(
        question=question,
        pairs=count,
        mean=interval.mean,
        sd=sd,
        interval=interval,
        alone=interval,
        t=interval if same else t_interval(difference, confidence),
        wins=float((question.sign * difference > 0).mean() + 0.5 * (difference == 0).mean()),
        effect=interval.mean / sd if sd > 0 else math.nan,
        correlation=_correlation(a, b, close),
        reduction=reduction,
        reduction_words=words,
        judgement=judge(question, interval, inner, sd, count),
    )


def compare_all(
    with_scheme: np.ndarray,
    without: np.ndarray,
    questions: Sequence[Question],
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> list[Comparison]:
    """Compare several outcomes of one scheme, (pairs, outcomes) each; one comparison a question, in their order."""
    a, b = np.asarray(with_scheme, dtype=float), np.asarray(without, dtype=float)
    if a.ndim != 2 or a.shape != b.shape or a.shape[1] != len(questions):
        raise ValueError(
            f"{len(questions)} questions need (pairs, {len(questions)}) twice, got {a.shape} and {b.shape}"
        )
    return [compare(a[:, k], b[:, k], asked, confidence, seed) for k, asked in enumerate(questions)]


def judge(question: Question, interval: Interval, inner: Interval, sd: float, pairs: int, rivals: int = 1) -> Judgement:
    """The verdict on a difference, from its interval and the narrower `inner` one of two one-sided tests.

    Better or worse: the interval lies wholly beyond the smallest difference that matters. Equivalent: `inner` lies
    wholly within it (Schuirmann 1987, two one-sided tests). Otherwise not settled; an interval that covers
    zero is then called neither better nor worse. The pairs that would settle it are n = (t sd / h)^2, h the distance
    of the mean from the nearest limit, with confidence shared among `rivals` (Bonferroni). A difference that is the
    same in all of a few pairs is not settled either: no spread does not show that there is none.
    """
    matters, smallest = question.matters, question.smallest
    low, high = sorted((question.sign * interval.low, question.sign * interval.high))
    by = f" by at least {smallest}" if matters else ""
    every = f", the same in all {pairs} pairs" if interval.method == "exact" else ""
    agree = pairs_to_agree(interval.confidence, rivals)
    if every and interval.mean != 0 and pairs < agree:
        return Judgement(
            Verdict.OPEN, f"not settled: the same in all {pairs} pairs, which chance may do; {agree} pairs would", agree
        )
    if low >= matters and low > 0:
        return Judgement(Verdict.BETTER, f"better{by}{every}")
    if high <= -matters and high < 0:
        return Judgement(Verdict.WORSE, f"worse{by}{every}")
    if low == high == 0 and every:
        return Judgement(Verdict.EQUIVALENT, f"equivalent: no difference in any of {pairs} pairs")
    if -matters < inner.low and inner.high < matters:
        return Judgement(Verdict.EQUIVALENT, f"equivalent: a difference smaller than {smallest} either way")
    if pairs < 2:
        return Judgement(Verdict.OPEN, "not settled: one pair shows no spread, run more")
    distance = abs(abs(interval.mean) - matters)
    reach = interval.confidence if abs(interval.mean) > matters else inner.confidence
    needed = pairs_for(sd, distance, 1 - (1 - reach) / rivals)
    needed = needed if needed is None else max(needed, pairs + 1)
    return Judgement(Verdict.OPEN, _open(question, low, high, needed), needed)


def _open(question: Question, low: float, high: float, needed: int | None) -> str:
    """The sentence for a difference that is not settled."""
    many = f"more than {_MANY:,}" if needed is None or needed > _MANY else f"about {needed:,}"
    if low > 0 or high < 0:
        way = "better" if low > 0 else "worse"
        return f"{way}, but by as much as {question.smallest} is not settled, {many} pairs would"
    return f"not settled, {many} pairs would"


def pairs_to_agree(confidence: float, rivals: int = 1) -> int:
    """Pairs from which one and the same difference in all is no chance: 2 / 2^n <= (1 - confidence) / rivals.

    The left side is the p of the two-sided sign-flip test, so that six pairs do for one scheme at 95%.
    """
    return 1 + math.ceil(math.log2(rivals / (1 - confidence)))


def two_one_sided(confidence: float) -> float:
    """Confidence of the interval that belongs to two one-sided tests at the same level, 1 - 2 (1 - confidence)."""
    return 1 - 2 * (1 - confidence)


def _correlation(a: np.ndarray, b: np.ndarray, close: float) -> float:
    if len(a) < 2 or np.ptp(a) <= close or np.ptp(b) <= close:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def _reduction(a: np.ndarray, b: np.ndarray, sd: float, close: float) -> tuple[float, str]:
    """By how much pairing cut the variance of the difference, and in words."""
    if len(a) < 2:
        return math.nan, "not known from one pair"
    if np.ptp(a) <= close and np.ptp(b) <= close:
        return math.nan, "nothing varies"
    if sd == 0:
        return math.nan, "complete"
    factor = float(a.var(ddof=1) + b.var(ddof=1)) / sd**2
    return factor, f"{factor:.3g} times"
