"""Ways of choosing among alternatives: gains and losses, risk alone, logit, satisficing, imitation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def prospect_value(
    outcome: np.ndarray,
    reference: np.ndarray,
    sigma: np.ndarray,
    loss_aversion: np.ndarray,
    unit: float,
) -> np.ndarray:
    """Felt worth of an outcome against a reference, in the money of the outcome; broadcast shape.

    With x = outcome - reference and s = `unit`: v = s ((1 + |x|/s)^(1-sigma) - 1) / (1-sigma) for gains, and
    -lambda times that for losses. Near the reference a yuan gained counts as one and a yuan lost as lambda,
    so v stands beside sums of money (logit scale, switching bonus); far from it v grows as |x|^(1-sigma),
    the power form of prospect theory, whose own slope is infinite at the reference. Sigma is below 1.
    """
    x = outcome - reference
    curve = unit * np.expm1((1 - sigma) * np.log1p(np.abs(x) / unit)) / (1 - sigma)
    return np.where(x >= 0, curve, -loss_aversion * curve)


def risky_value(
    mean: np.ndarray,
    spread: np.ndarray,
    reference: np.ndarray,
    sigma: np.ndarray,
    loss_aversion: np.ndarray,
    unit: float,
) -> np.ndarray:
    """Expected prospect value of an outcome with a mean and a standard deviation; broadcast shape.

    Over the three outcomes of `expected`, so that a dread of losses counts against uncertain uses.
    """
    return expected(mean, spread, lambda outcome: prospect_value(outcome, reference, sigma, loss_aversion, unit))


def expected_utility(mean: np.ndarray, spread: np.ndarray, sigma: np.ndarray, unit: float) -> np.ndarray:
    """Expected utility of an outcome without reference or dread of losses, in its money; broadcast shape.

    u(x) = (1 - exp(-a x))/a, a = sigma / `unit` (constant absolute risk aversion), over the three outcomes of
    `expected`. Near nothing a yuan counts as one and u bends as the prospect value of the same sigma does.
    """
    aversion = sigma / unit
    return expected(mean, spread, lambda outcome: -np.expm1(-aversion * outcome) / aversion)


def expected(mean: np.ndarray, spread: np.ndarray, worth: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Mean of `worth` over three outcomes that have the given mean and standard deviation; broadcast shape.

    Mean and mean +- sqrt(3) spread, with weights 2/3 and 1/6 each (Gauss-Hermite).
    """
    step = np.sqrt(3.0) * spread
    low, middle, high = (worth(mean + side * step) for side in (-1, 0, 1))
    return middle * 2 / 3 + (low + high) / 6


def logit(utility: np.ndarray, allowed: np.ndarray, gumbel: np.ndarray) -> np.ndarray:
    """The option chosen in each row, argmax of utility + Gumbel draw; (rows,), -1 where nothing is allowed.

    Probabilities are exp(u)/sum exp(u) over the allowed options. `gumbel` (rows, options) holds one draw for
    each (row, option), so an option more or less moves nobody between the others. Ties go to the first.
    """
    return _best(utility + gumbel, allowed)


def satisficing(
    utility: np.ndarray,
    allowed: np.ndarray,
    present: np.ndarray,
    content: np.ndarray,
    margin: float,
    gumbel: np.ndarray,
) -> np.ndarray:
    """The option of rows that change only for a clear gain: the present one, else that of `logit`; (rows,).

    A `content` row (its income meets its aspiration) looks for another option only if the best utility beats
    the present one by more than `margin` x |present utility|; a discontented one, or one whose present option
    is not allowed, always looks. -1 where nothing is allowed.
    """
    rows = np.arange(len(present))
    now = utility[rows, present]
    clear = utility[rows, _best(utility, allowed)] - now > margin * np.abs(now)
    stays = allowed[rows, present] & content & ~clear
    return np.where(stays, present, logit(utility, allowed, gumbel))


def imitation(
    example: np.ndarray, utility: np.ndarray, allowed: np.ndarray, present: np.ndarray, gumbel: np.ndarray
) -> np.ndarray:
    """The option of rows that copy an example; (rows,), -1 where nothing is allowed.

    `example` (rows, options) is the share of each option in what is copied. Among the allowed ones an option
    is taken with the odds of its share: argmax of ln(share) + Gumbel draw. A row without an example that is
    allowed keeps the present option; where that is not allowed either it chooses as `logit`.
    """
    copyable = allowed & (example > 0)
    copied = logit(np.log(np.where(copyable, example, 1.0)), copyable, gumbel)
    kept = np.where(allowed[np.arange(len(present)), present], present, logit(utility, allowed, gumbel))
    return np.where(copied >= 0, copied, kept)


def _best(utility: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    masked = np.where(allowed, utility, -np.inf)
    return np.where(allowed.any(axis=1), masked.argmax(axis=1), -1)
