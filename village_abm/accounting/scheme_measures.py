"""What a scheme did that would not have come anyway, from the same patches and households with and without it.

Patches are matched by position, households by permanent id: both worlds have the same land and the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.accounting.inequality import FIFTHS

FREE = "costs the government nothing: no ratio"
HARM = "not defined: the effect goes the wrong way"


@dataclass(frozen=True)
class Additionality:
    """Land enrolled and what of it counts [ha]; shares are not a number where none is enrolled."""

    enrolled: float
    kept: float  # enrolled and conserved with the scheme
    anyway: float  # enrolled and conserved in the twin as well

    @property
    def share(self) -> float:
        """Share of the enrolled area that would not have come anyway, 1 - anyway / enrolled."""
        return _over(self.enrolled - self.anyway, self.enrolled)

    @property
    def gain(self) -> float:
        """Conserved with the scheme beyond the twin on enrolled land, kept - anyway [ha]; cheating lowers it."""
        return self.kept - self.anyway


@dataclass(frozen=True)
class Leakage:
    """Clearing on land not enrolled beyond that of the twin, over the area enrolled; below 0 where less is cleared."""

    same_household: float  # by households with land enrolled
    others: float

    @property
    def share(self) -> float:
        """Leakage of all households together."""
        return self.same_household + self.others


@dataclass(frozen=True)
class Rent:
    """What participation pays beyond what it costs, of participants alone; money in the unit of the payments."""

    household: np.ndarray  # (households,) payment - opportunity cost; not a number for those who stay out
    mean_by_fifth: np.ndarray  # (5,) not a number where nobody takes part
    losing: float  # share of participants with a negative rent


def additionality(
    enrolled: np.ndarray, conserved_with: np.ndarray, conserved_without: np.ndarray, area: np.ndarray | float
) -> Additionality:
    """Count the enrolled land and what of it is conserved with and without the scheme; (patches,) booleans.

    `area` is hectares a patch, one number or (patches,). Engel, Pagiola and Wunder (2008), Designing payments for
    environmental services in theory and practice.
    """
    _same_patches(enrolled, conserved_with, conserved_without)
    hectares = np.broadcast_to(np.asarray(area, dtype=float), enrolled.shape)
    return Additionality(
        enrolled=float(hectares[enrolled].sum()),
        kept=float(hectares[enrolled & conserved_with].sum()),
        anyway=float(hectares[enrolled & conserved_without].sum()),
    )


def leakage(
    enrolled: np.ndarray,
    cleared_with: np.ndarray,
    cleared_without: np.ndarray,
    clearer_with: np.ndarray,
    clearer_without: np.ndarray,
    participants: np.ndarray,
    area: np.ndarray | float,
) -> Leakage:
    """Clearing outside the enrolled land beyond the twin's, over the area enrolled, by whom.

    cleared_*: (patches,) booleans, land cleared since the scheme began. clearer_*: (patches,) permanent ids of the
    households that cleared it. participants: permanent ids of the households with land enrolled; a household that
    split from one later has an id of its own and counts among the others unless it is named too. Not a number where
    nothing is enrolled. Land cleared in both worlds by different hands nets out in the total.
    """
    _same_patches(enrolled, cleared_with, cleared_without, clearer_with, clearer_without)
    hectares = np.broadcast_to(np.asarray(area, dtype=float), enrolled.shape)

    def cleared(where: np.ndarray, whose: np.ndarray) -> tuple[float, float]:
        outside = where & ~enrolled
        own = np.isin(whose, participants)
        return float(hectares[outside & own].sum()), float(hectares[outside & ~own].sum())

    (own_with, other_with), (own, other) = (
        cleared(cleared_with, clearer_with),
        cleared(cleared_without, clearer_without),
    )
    land = float(hectares[enrolled].sum())
    return Leakage(_over(own_with - own, land), _over(other_with - other, land))


def permanence(at_end: np.ndarray, standing: np.ndarray, area: np.ndarray | float) -> np.ndarray:
    """Share of the land standing when payments stop that has stood every year since; shape (years,).

    at_end: (patches,) enrolled land that stands in the last paid year. standing: (years, patches), row k - 1 is k
    years later. Land ploughed and planted again does not count. Not a number where nothing stood.
    """
    _same_patches(at_end, *standing)
    hectares = np.broadcast_to(np.asarray(area, dtype=float), at_end.shape)
    left = np.logical_and.accumulate(standing, axis=0) & at_end
    total = float(hectares[at_end].sum())
    return np.array([_over(float(hectares[row].sum()), total) for row in left])


def net_gain(additional: Additionality, leaked: Leakage, permanent: float) -> float:
    """Land the scheme really won, (gain - leakage x enrolled) x permanence [ha]; below 0 where it did harm."""
    return (additional.gain - leaked.share * additional.enrolled) * permanent


def no_ratio(outlay: float, effect: float) -> str:
    """Why an outlay may not be divided by an effect; empty where it may."""
    if outlay <= 0:
        return FREE
    return HARM if effect <= 0 else ""


def cost_effectiveness(payments: float, transaction: float, monitoring: float, gain: float) -> tuple[float, str]:
    """Public outlay over net gain [money/ha], and why there is none; never infinite.

    (payments + transaction + monitoring) / gain. Without an outlay or a gain the figure is not a number and the
    words say which.
    """
    outlay = payments + transaction + monitoring
    why = no_ratio(outlay, gain)
    return (float("nan"), why) if why else (outlay / gain, "")


def participation_rent(
    payments: np.ndarray, opportunity_cost: np.ndarray, takes_part: np.ndarray, fifth: np.ndarray
) -> Rent:
    """Payment - opportunity cost of every participant; arguments (households,), `fifth` 0 poorest to 4 richest."""
    rent = np.where(takes_part, np.asarray(payments, dtype=float) - opportunity_cost, np.nan)
    means = [
        _over(float(rent[takes_part & (fifth == k)].sum()), int((takes_part & (fifth == k)).sum()))
        for k in range(FIFTHS)
    ]
    return Rent(rent, np.array(means), _over(int((rent < 0).sum()), int(takes_part.sum())))


def shares_by_fifth(amounts: np.ndarray, fifth: np.ndarray) -> np.ndarray:
    """Share of the amounts, (households,) and never negative, that goes to each fifth, poorest first; shape (5,)."""
    if (np.asarray(amounts) < 0).any():
        raise ValueError("shares of payments by fifth: an amount is negative; give what was received, fines apart")
    sums = np.bincount(fifth, weights=amounts, minlength=FIFTHS)
    return sums / sums.sum() if sums.sum() > 0 else np.full(FIFTHS, np.nan)


def _over(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _same_patches(first: np.ndarray, *others: np.ndarray) -> None:
    for other in others:
        if other.shape != first.shape:
            raise ValueError(f"maps of {first.shape} and {other.shape} patches: compare two runs on the same land")
