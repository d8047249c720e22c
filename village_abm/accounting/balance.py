"""Balance sheet of nature: what there was, what came and went by cause, what there is; from books that close.

An account runs over the recorded years: opening + increases - decreases = closing. Stocks are in the unit of their
book; prices are those of params/accounting.toml, in yuan of 2020 alike for opening and closing, so that money changes
only where things do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from village_abm.params import needs

TOLERANCE = 1e-6  # of the largest number of an account: rounding over years, never a missing entry
ROUNDING = 1e-12  # of the largest number: what sums leave where nothing moved
CO2_PER_CARBON = 44 / 12


class SheetGap(ValueError):
    """An account of the balance sheet does not close, or does not go on where the year before ended."""


@dataclass(frozen=True)
class Assets:
    """What debts to nature are priced at beside the prices of the ecosystem product."""

    restoration: float = needs("CNY/ha", "cost of restoring a hectare of rocky desertification", price="2020")


@dataclass(frozen=True)
class Change:
    """What one cause added and took over the years; both are 0 or more."""

    increase: float = 0.0
    decrease: float = 0.0


@dataclass(frozen=True)
class Account:
    """One line of the sheet: opening + increases - decreases = closing, by cause."""

    opening: float
    changes: Mapping[str, Change]
    closing: float
    scale: float = field(default=1.0, compare=False)
    """The largest number the account is made of: what rounding is measured by."""

    @property
    def increase(self) -> float:
        """All that was added."""
        return sum(change.increase for change in self.changes.values())

    @property
    def decrease(self) -> float:
        """All that was taken."""
        return sum(change.decrease for change in self.changes.values())

    @property
    def gap(self) -> float:
        """Closing less what the changes lead to; 0 but for rounding."""
        return self.closing - (self.opening + self.increase - self.decrease)

    def checked(self, name: str) -> Account:
        """The account if it closes; raises SheetGap."""
        if not abs(self.gap) <= TOLERANCE * max(1.0, abs(self.scale), abs(self.closing)):
            raise SheetGap(
                f"{name}: closing {self.closing:,.6g}, but opening {self.opening:,.6g} + {self.increase:,.6g} - "
                f"{self.decrease:,.6g} leaves a gap of {self.gap:,.6g}. Book what moved, or take the entry out."
            )
        return self


def over_years(pages: Sequence[Mapping[str, float]], name: str) -> Account:
    """The account of a book over years: `pages` are its lines year by year, opening, entries by name, closing.

    Of an entry, years in which it added are summed apart from years in which it took. Raises SheetGap where entries
    do not lead from opening to closing or a year does not open where the last one closed.
    """
    if not pages:
        raise SheetGap(f"{name}: no year is booked. Run the model to the end of a recorded year.")
    scale = max(abs(amount) for page in pages for amount in page.values())
    for last, page in pairwise(pages):
        if abs(page["opening"] - last["closing"]) > TOLERANCE * max(1.0, scale):
            raise SheetGap(
                f"{name}: a year closes with {last['closing']:,.6g}, the next opens with {page['opening']:,.6g}"
            )
    changes: dict[str, Change] = {}
    for page in pages:
        for entry, amount in page.items():
            if entry not in ("opening", "closing") and abs(amount) > ROUNDING * scale:
                changes[entry] = _and(changes.get(entry, Change()), amount)
    return Account(pages[0]["opening"], changes, pages[-1]["closing"], scale).checked(name)


def of_class(pages: Sequence[Mapping[str, np.ndarray]], members: np.ndarray, name: str) -> Account:
    """The account of some of the accounts of a book, `members` (accounts,) bool; entries "(from)" and "(to)" are one.

    What an entry moves within the class is no change of it.
    """
    classes = [{entry: float(page[members].sum()) for entry, page in year.items()} for year in pages]
    return over_years([_folded(lines) for lines in classes], name)


def part(opening: float, account: Account, causes: Iterable[str], closing: float, name: str) -> Account:
    """One of the stocks that a book holds together: its own opening and closing, and the causes that are its."""
    mine = {cause: account.changes[cause] for cause in causes if cause in account.changes}
    return Account(opening, mine, closing, account.scale).checked(name)


def transitions(before: np.ndarray, after: np.ndarray, states: int, area: float = 1.0) -> np.ndarray:
    """Land by its state before (rows) and after (columns), `area` a patch; shape (states, states)."""
    pair = before.astype(np.int64) * states + after
    return np.bincount(pair, minlength=states**2).reshape(states, states) * area


def with_signed(opening: float, signed: float, closing: float) -> Account:
    """The account of land under contract: what was signed is known, what ended follows [ha]."""
    ended = opening + signed - closing
    moved = {"signed": Change(signed), "ended": Change(max(-ended, 0.0), max(ended, 0.0))}
    return Account(opening, moved, closing, opening + signed + closing)


def of_mask(before: np.ndarray, after: np.ndarray, cause: np.ndarray, names: Sequence[str], area: float) -> Account:
    """The account of land in a state, bool (patches,) before and after: what entered and left it by `cause` (patches,).

    `cause` is an index into `names`; each patch is moved by one.
    """
    came = np.bincount(cause[~before & after], minlength=len(names)) * area
    went = np.bincount(cause[before & ~after], minlength=len(names)) * area
    moved = zip(names, came, went, strict=True)
    changes = {name: Change(float(more), float(less)) for name, more, less in moved if more or less}
    opening, closing = float(before.sum()) * area, float(after.sum()) * area
    return Account(opening, changes, closing, len(before) * area).checked("land in a state")


def excess(loss: np.ndarray, formation: tuple[float, ...], lithology: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Soil lost beyond what forms on the soil there is, max(0, loss - T (1 - B)), T of the rock; (patches,) [t/ha/yr].

    `loss` a patch area, `formation` the tolerance T by lithology [t/ha/yr].
    """
    return np.maximum(loss - np.asarray(formation)[lithology] * (1 - exposure), 0.0)


def carbon_worth(price: float) -> float:
    """Worth of a tonne of carbon held [CNY/t]: price of a tonne of CO2 x 44/12."""
    return price * CO2_PER_CARBON


def silt_cost(silting: float, surface_share: float, dredging: float, bulk_density: float) -> float:
    """What a tonne of lost soil costs those below [CNY/t]: silting x part lost on the surface / density x dredging.

    The soil itself is gone from the assets: its nutrients are no debt on top.
    """
    return silting * surface_share / bulk_density * dredging


def _and(change: Change, amount: float) -> Change:
    return Change(change.increase + max(amount, 0.0), change.decrease + max(-amount, 0.0))


def _folded(lines: Mapping[str, float]) -> dict[str, float]:
    """Lines with what left one account and came to another under one name."""
    found: dict[str, float] = {}
    for entry, amount in lines.items():
        stem = entry.removesuffix(" (from)").removesuffix(" (to)")
        found[stem] = found.get(stem, 0.0) + amount
    return found
