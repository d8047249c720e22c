"""Value of nature realised in money: by mechanism, against gross ecosystem product and against the village's income.

The rates are this model's own reading of "conversion rate" and "economic contribution rate" of Yu et al. (2020), who
are cited for the names; numerator and denominator always stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from village_abm.accounting.attribution import COMPENSATION, MECHANISMS, attributed
from village_abm.params import needs

Moved = Mapping[tuple[str, str], np.ndarray]
"""Money of a year by (book, entry); (villages,) [fen]."""


@dataclass(frozen=True)
class RealisedRules:
    """What counts as an ecological product, and which schemes support people rather than pay for nature."""

    least_green: float = needs("1", "good a use does nature from which on its product is ecological")
    tried: tuple[float, ...] = needs("1", "other such limits with which the statement shows the rate")
    herds: tuple[str, ...] = needs(None, "kinds of animals whose young are ecological products")
    support: tuple[str, ...] = needs(None, "payment rules that pay for need or farming, and so for no ecological good")


@dataclass(frozen=True)
class Realised:
    """Money of a year from outside the village, yuan of 2020; all (villages,) [CNY/yr]."""

    sources: Mapping[tuple[str, str], np.ndarray]
    """Value realised, by (mechanism, source)."""
    other: np.ndarray
    """Other income from outside, before costs: ordinary products, wages, remittances, support of the needy."""
    eaten: np.ndarray
    """Own products eaten, as the income of households counts them."""

    def through(self, mechanism: str) -> np.ndarray:
        """Value realised through one mechanism; (villages,) [CNY/yr]."""
        found = [value for (by, _), value in self.sources.items() if by == mechanism]
        return np.asarray(sum(found, np.zeros(len(self.other))))

    @property
    def total(self) -> np.ndarray:
        """Value realised through all four; (villages,) [CNY/yr]."""
        return np.asarray(sum(self.through(mechanism) for mechanism in MECHANISMS))

    @property
    def income(self) -> np.ndarray:
        """Gross income of the village: value realised, other income and what is eaten; (villages,) [CNY/yr]."""
        return np.asarray(self.total + self.other + self.eaten)

    @property
    def without_compensation(self) -> np.ndarray:
        """The same without compensation, which is a transfer; (villages,) [CNY/yr]."""
        return self.total - self.through(COMPENSATION)


def realise(
    moved: Moved,
    ecological: Moved,
    schemes: Mapping[str, str],
    late: str,
    fen_per_yuan: float,
    eaten: np.ndarray,
) -> Realised:
    """Sort a year's money by what it is; `eaten` (villages,) [CNY/yr] is what households ate of their own.

    `ecological` has the share [1] of each (book, entry) sold by product that is of ecological products, `schemes` the
    mechanism of every scheme and package by name ("" for support of the needy), `late` that of what the county pays
    late. Entries that nobody has attributed raise LookupError.
    """
    sources: dict[tuple[str, str], np.ndarray] = {}
    villages = len(eaten)
    other = np.zeros(villages)
    for (book, entry), fen in moved.items():
        known, yuan = attributed(book, entry, schemes), np.asarray(fen) / fen_per_yuan
        mechanism = known.mechanism or (late if known.role == "realised" else "")
        part = np.zeros(villages)
        if known.role == "by product":
            part = yuan * ecological[book, entry]
        elif known.role == "realised" and mechanism:
            part = yuan
        if known.role in ("income", "by product", "realised"):
            other = other + (yuan - part)
            if mechanism:
                key = (mechanism, known.source)
                sources[key] = sources.get(key, np.zeros(villages)) + part
    return Realised(sources, other, eaten)


def rate(part: float, whole: float) -> float:
    """part/whole, not a number where the whole is nothing or less."""
    return float(part) / float(whole) if whole > 0 else float("nan")


def conversion(realised: float, product: float) -> float:
    """Conversion rate: value realised in money over gross ecosystem product [1], both CNY/yr."""
    return rate(realised, product)


def contribution(realised: float, income: float) -> float:
    """Economic contribution rate: value realised over gross income of the village [1], both before costs [CNY/yr]."""
    return rate(realised, income)
