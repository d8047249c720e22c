"""The register of poor households: who is entered, who is struck off as out of poverty, what support goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs
from village_abm.policy import rationing
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Transfer:
    """Pays every registered household by heads, those struck off as well: fen = rate x 100 x members. Nominal money."""

    rate: float = needs("CNY/person", "paid a year for every member at home or away", price="nominal")


@dataclass(frozen=True)
class Revision:
    """When and how the register is gone through."""

    years: tuple[int, int] = needs(None, "first and last year in which the register is gone through, whoever is paid")
    years_above: float = needs("yr", "years running above the line after which a household is struck off")

    def __post_init__(self) -> None:
        if self.years[0] > self.years[1]:
            raise ParameterError(
                f"revision.years = {list(self.years)}: the last comes before the first. Turn them round."
            )


@payment_rule("register")
@dataclass(frozen=True, kw_only=True)
class RegisteredSupport(Scheme):
    """Support for households once found poor, which goes on when they have left poverty and ends with the scheme."""

    pays_for: Literal["register"] = needs(None, "the payment rule")
    payment: Transfer
    care: bool = needs(None, "whether their illness is reimbursed as that of the poor, for as long as support lasts")
    revision: Revision
    delivery: Delivery


@dataclass(frozen=True)
class Register:
    """Year of entry, of being struck off as out of poverty, and last found poor; 0 for never; all (households,)."""

    entered: np.ndarray
    struck_off: np.ndarray
    last_poor: np.ndarray


def revised(rules: Revision, year: int, before: Register, needy: np.ndarray, poor: np.ndarray) -> Register:
    """The register after this year's revision, which knows the year before; `needy` and `poor` (households,) bool.

    Entered is who was `needy`, poor but for the allowance, and never was on it. Struck off is who since being entered
    has not been `poor`, support included, for `years_above` closed years running. Both happen once and for good;
    outside the years of revision nothing changes.
    """
    if not rules.years[0] <= year <= rules.years[1]:
        return before
    last_poor = np.where(poor, year - 1, before.last_poor)
    entered = np.where((before.entered == 0) & needy, year, before.entered)
    since = year - np.maximum(last_poor + 1, before.entered)
    off = (before.entered > 0) & (before.struck_off == 0) & (since >= rules.years_above)
    return Register(entered, np.where(off, year, before.struck_off), last_poor)


def due(scheme: RegisteredSupport, year: int, members: np.ndarray, entered: np.ndarray) -> np.ndarray:
    """What each household on the register is due, struck off or not, within the budget [fen]; (households,)."""
    if not scheme.is_open(year):
        return np.zeros(len(members), np.int64)
    owed = np.where(entered > 0, np.rint(scheme.payment.rate * FEN_PER_CNY * members), 0).astype(np.int64)
    return rationing.same_part(owed, rationing.for_households(scheme))
