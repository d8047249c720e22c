"""When to stop adding pairs: the half-width of the interval stays below its target, or the maximum is reached."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from village_abm.experiments.intervals import quantile_of_t

CONFIDENCE = 0.95
ACHIEVED = "sequential: nominal 95%, achieved about 90-94%"
FIXED = "a number of pairs fixed beforehand: nominal 95%"


@dataclass(frozen=True)
class StoppingRule:
    """Stop once the half-width is below target for `guard` further pairs running, from `first` pairs on."""

    half_width: float
    most: int = 200
    first: int = 20
    guard: int = 5

    def __post_init__(self) -> None:
        if not self.half_width > 0:
            raise ValueError(f"target half-width is {self.half_width}; give a number above 0 in the outcome's unit")
        if self.first < 2 or self.most < self.first or self.guard < 0:
            raise ValueError(f"pairs: first {self.first}, most {self.most}, guard {self.guard}; 2 <= first <= most")

    @property
    def sequential(self) -> bool:
        """Whether the results decide when to stop: not where the first look is the last as well."""
        return self.first < self.most

    @property
    def level(self) -> str:
        """What is to be said of the level of the intervals."""
        return ACHIEVED if self.sequential else FIXED


@dataclass(frozen=True)
class Progress:
    """How far a comparison has come: mean and spread so far, pairs running below target, why it stopped."""

    pairs: int = 0
    mean: float = 0.0
    squares: float = 0.0  # sum of squared deviations from the mean
    below: int = 0
    reason: str = ""

    @property
    def stopped(self) -> bool:
        """Whether no further pair is wanted."""
        return bool(self.reason)

    @property
    def half_width(self) -> float:
        """t s / sqrt(n) of the pairs so far at 95%, in the outcome's unit; infinite below two pairs."""
        if self.pairs < 2:
            return math.inf
        return quantile_of_t(self.pairs, CONFIDENCE) * math.sqrt(self.squares / (self.pairs - 1) / self.pairs)


def add(rule: StoppingRule, so_far: Progress, difference: float) -> Progress:
    """One paired difference more; raises ValueError after the end or for what is not a number."""
    if so_far.stopped:
        raise ValueError(f"the comparison has ended: {so_far.reason}")
    if not math.isfinite(difference):
        raise ValueError(f"pair {so_far.pairs} gave {difference}; leave out both runs of a failed pair")
    pairs = so_far.pairs + 1
    step = difference - so_far.mean
    mean = so_far.mean + step / pairs
    now = Progress(pairs, mean, so_far.squares + step * (difference - mean))
    width = now.half_width
    below = so_far.below + 1 if pairs >= rule.first and width < rule.half_width else 0
    return replace(now, below=below, reason=_reason(rule, pairs, below, width))


def _reason(rule: StoppingRule, pairs: int, below: int, width: float) -> str:
    """Why to stop now; empty to go on."""
    target = f"{rule.half_width:g}"
    if below > rule.guard:
        return f"half-width {width:.3g} below {target} for {rule.guard} further pairs, at {pairs} pairs; {rule.level}"
    if pairs >= rule.most:
        still = f"below {target}, but not for {rule.guard} further pairs" if below else f"not below {target}"
        return f"maximum of {rule.most} pairs reached with half-width {width:.3g}, {still}; {rule.level}"
    return ""


def replay(rule: StoppingRule, differences: Iterable[float]) -> Progress:
    """Where the rule stands after these differences, in the order of the pairs; those after the stop are not used."""
    state = Progress()
    for difference in differences:
        if state.stopped:
            break
        state = add(rule, state, float(difference))
    return state
