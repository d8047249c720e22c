"""The agglomeration bonus: which enrolled plots have enrolled neighbours or lie round a depression, what that pays."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from village_abm.policy.contracts import in_force, offered
from village_abm.policy.enrolment import Enrolment
from village_abm.policy.schemes import Bonus, LandScheme
from village_abm.units import FEN_PER_CNY

DIAGONALS = 8


def neighbours(bonus: Bonus, marked: np.ndarray) -> np.ndarray:
    """How many neighbours of each cell are marked, within its own village; shape (villages, lines, columns)."""
    padded = np.pad(marked.astype(np.int64), ((0, 0), (1, 1), (1, 1)))
    down, across = padded[:, :, 1:-1], padded[:, 1:-1, :]
    count = down[:, :-2] + down[:, 2:] + across[:, :, :-2] + across[:, :, 2:]
    if bonus.neighbours == DIAGONALS:
        count += padded[:, :-2, :-2] + padded[:, :-2, 2:] + padded[:, 2:, :-2] + padded[:, 2:, 2:]
    return count


def to_depressions(is_depression: np.ndarray, patch_size: float) -> np.ndarray:
    """Distance between middles to the nearest depression of the village [m]; shape (villages, lines, columns)."""
    far = [
        ndimage.distance_transform_edt(~village) if village.any() else np.full(village.shape, np.inf)
        for village in is_depression
    ]
    return np.stack(far) * patch_size


def rate(bonus: Bonus, beside: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Bonus = pair x neighbours + strip where a depression is near [CNY/ha/yr, nominal]; shape of `beside`."""
    return bonus.pair * beside + bonus.strip * (distance <= bonus.width)


def fen(rate: np.ndarray, area: float) -> np.ndarray:
    """A rate [CNY/ha/yr] for a plot of `area` [ha], in whole fen; shape of `rate`."""
    return np.floor(rate * (area * FEN_PER_CNY)).astype(np.int64)


def added_value(rules: Enrolment, scheme: LandScheme, expected: np.ndarray) -> np.ndarray:
    """What a bonus adds to the utility of an offer, weight x ln(1 + bonus/pay); both rates nominal; (plots,)."""
    pay = offered(scheme)[1]
    return rules.payment * np.log1p(expected / pay) if pay > 0 else np.zeros(len(expected))


def reserved(
    scheme: LandScheme,
    kinds: np.ndarray,
    starts: int | np.ndarray,
    years: np.ndarray,
    distance: np.ndarray,
    area: float,
) -> np.ndarray:
    """The most that bonuses can draw from the budget by contract and year, administration included [fen].

    As if every neighbour were enrolled, so that a neighbour who follows never breaks a promise; (plots, years).
    """
    if scheme.bonus is None:
        return np.zeros((len(kinds), len(years)), np.int64)
    most = fen(rate(scheme.bonus, np.full(len(kinds), scheme.bonus.neighbours), distance), area)
    begun = np.broadcast_to(np.asarray(starts), kinds.shape)[:, None]
    paid = in_force(scheme, kinds[:, None], begun, years[None, :])
    return np.ceil(np.where(paid, most[:, None], 0) * (1 + scheme.delivery.admin)).astype(np.int64)
