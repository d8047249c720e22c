"""How well several subsystems develop together: the coupling coordination degree, in its two forms."""

from __future__ import annotations

import numpy as np


def together(levels: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Comprehensive level T = sum a_i U_i of subsystems (..., subsystems) with weights that add up to 1; (...)."""
    u = _levels(levels)
    return u @ _weights(weights, u.shape[-1])


def coupling(levels: np.ndarray) -> np.ndarray:
    """Traditional coupling degree C = n (prod U_i)^(1/n) / sum U_i, 1 where all are alike; (...).

    0 where a subsystem is at 0. Levels (..., subsystems) between 0 and 1.
    """
    u = _levels(levels)
    total = u.sum(axis=-1)
    mean = np.exp(_mean_log(u))
    return np.divide(u.shape[-1] * mean, total, out=np.ones_like(total), where=total > 0)


def corrected_coupling(levels: np.ndarray) -> np.ndarray:
    """Corrected coupling degree of Wang Shujia, Kong et al. (2021, J. Natural Resources 36(3): 793-810); (...).

    C' = sqrt((1 - sum_{i>j} |U_i - U_j| / (n (n - 1) / 2)) (prod U_i / max U)^(1 / (n - 1))), the product over all
    but the largest, each against the largest: it spreads over 0 to 1, where C crowds near 1.
    """
    u = np.sort(_levels(levels), axis=-1)
    count = u.shape[-1]
    if count < 2:
        raise ValueError("coupling needs two subsystems or more")
    rank = 2 * np.arange(count) - (count - 1)  # how often a sorted level is added less how often it is taken away
    apart = (u * rank).sum(axis=-1) / (count * (count - 1) / 2)
    most = u[..., -1:]
    against = np.divide(u, most, out=np.ones_like(u), where=most > 0)[..., :-1]
    return np.sqrt(np.maximum(1 - apart, 0.0) * np.exp(_mean_log(against)))


def coordination(levels: np.ndarray, weights: np.ndarray | None = None, *, corrected: bool = True) -> np.ndarray:
    """Coupling coordination degree D = sqrt(C T), with C' in the place of C where `corrected`; (...)."""
    degree = corrected_coupling(levels) if corrected else coupling(levels)
    return np.sqrt(degree * together(levels, weights))


def tenth(degree: np.ndarray) -> np.ndarray:
    """The tenth, 0 to 9, in which a degree between 0 and 1 lies, from extreme disorder to quality coordination."""
    return np.minimum(np.floor(np.round(np.asarray(degree) * 10, 9)), 9).astype(np.int64)


def _mean_log(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        mean: np.ndarray = np.log(values).mean(axis=-1)
    return mean


def _levels(levels: np.ndarray) -> np.ndarray:
    u = np.asarray(levels, dtype=float)
    if not ((u >= 0) & (u <= 1)).all():
        raise ValueError("a subsystem's level lies outside 0 to 1: put it on that scale first")
    return u


def _weights(weights: np.ndarray | None, count: int) -> np.ndarray:
    a = np.full(count, 1 / count) if weights is None else np.asarray(weights, dtype=float)
    if a.shape != (count,) or (a < 0).any() or abs(a.sum() - 1) > 1e-9:
        raise ValueError(f"{count} subsystems need {count} weights that add up to 1")
    return a
