"""Ways of choosing among alternatives: gains and losses, logit, satisficing."""

from __future__ import annotations

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

    Three outcomes, mean and mean +- sqrt(3) spread with weights 2/3 and 1/6 each (Gauss-Hermite), so that a
    dread of losses counts against uncertain uses.
    """
    step = np.sqrt(3.0) * spread
    low, middle, high = (
        prospect_value(mean + side * step, reference, sigma, loss_aversion, unit) for side in (-1, 0, 1)
    )
    return middle * 2 / 3 + (low + high) / 6


def logit(utility: np.ndarray, allowed: np.ndarray, gumbel: np.ndarray) -> np.ndarray:
    """The option chosen in each row, argmax of utility + Gumbel draw; (rows,), -1 where nothing is allowed.

    Probabilities are exp(u)/sum exp(u) over the allowed options. `gumbel` (rows, options) holds one draw for
    each (row, option), so an option more or less moves nobody between the others. Ties go to the first.
    """
    return _best(utility + gumbel, allowed)


def satisficing(
    utility: np.ndarray, allowed: np.ndarray, present: np.ndarray, content: np.ndarray, margin: float
) -> np.ndarray:
    """The option of rows that change only for a clear gain: the best one, else the present one; (rows,).

    A `content` row (its income meets its aspiration) moves only if the best beats the present by more than
    `margin` x |present utility|; a discontented one, or one whose present option is not allowed, takes the
    best. -1 where nothing is allowed.
    """
    rows = np.arange(len(present))
    best = _best(utility, allowed)
    now = utility[rows, present]
    clear = utility[rows, best] - now > margin * np.abs(now)
    stays = allowed[rows, present] & content & ~clear
    return np.where(stays, present, best)


def _best(utility: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    masked = np.where(allowed, utility, -np.inf)
    return np.where(allowed.any(axis=1), masked.argmax(axis=1), -1)
