"""A scheme is data: what it pays for, whom, how much, under which contract, and who checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs
from village_abm.policy.parts import Contract, Delivery, Monitoring, Scheme, payment_rule


@dataclass(frozen=True)
class AreaConverted:
    """Pays for cropland taken out of crops: fen = rate[k - 1] x area x 100 in contract year k.

    In the paid years of the first term a plot earns `rate` and `grain` x `grain_price`, in the first year
    `seedlings` on top; in the renewed term `renewal_rate`. A list shorter than the term pays nothing beyond
    its end. Nominal money.
    """

    rate: tuple[float, ...] = needs("CNY/ha", "cash by contract year", price="nominal")
    grain: float = needs("kg/ha", "grain in every year of the first term")
    grain_price: float = needs("CNY/kg", "official price at which the grain counts", price="nominal")
    seedlings: float = needs("CNY/ha", "seedlings, in the first contract year", price="nominal")
    renewal_rate: tuple[float, ...] = needs("CNY/ha", "cash by year of the renewed term", price="nominal")

    def first_term(self) -> np.ndarray:
        """Payment by contract year, grain and seedlings counted in money [CNY/ha]; shape (years,)."""
        path = np.asarray(self.rate, dtype=float) + self.grain * self.grain_price
        path[:1] += self.seedlings
        return path

    def offers(self) -> bool:
        """Whether anything is paid at all; a scheme that pays nothing is no offer."""
        return bool((self.first_term() > 0).any() or (np.asarray(self.renewal_rate) > 0).any())


@dataclass(frozen=True)
class ActionTaken:
    """Pays for works on the land: fen = unit_cost x area treated x 100, once. Nominal money."""

    unit_cost: float = needs("CNY/ha", "cost of treating a hectare", price="nominal")

    def offers(self) -> bool:
        """Whether anything is paid at all; works without money are not done."""
        return self.unit_cost > 0


@dataclass(frozen=True)
class Cropland:
    """Which cropland may enter; always contract land of a household, never under another scheme."""

    uses: tuple[str, ...] = needs(None, "present uses that may be converted")
    least_slope: tuple[float, ...] = needs("degree", "least slope by year of the scheme; the last one holds on")
    most_slope: float = needs("degree", "greatest slope")
    red_line_only: bool = needs(None, "only plots inside the ecological red line")


@dataclass(frozen=True)
class Rocky:
    """Which land may be treated; never cropped or built land, and each patch once."""

    uses: tuple[str, ...] = needs(None, "uses that may be treated")
    least_grade: Literal["slight", "moderate", "severe", "extreme"] = needs(None, "mildest grade treated")


@dataclass(frozen=True)
class Works:
    """What treatment does; survival in the order slight, moderate, severe, extreme."""

    pace: float = needs("1/yr", "share of the desertified patches treated in a year")
    noise: float = needs("1", "scale of the Gumbel noise in the order of treatment, in points of the score")
    survival: tuple[float, float, float, float] = needs("1", "probability that a planting survives, by grade")
    soil_margin: float = needs("cm", "soil is brought to this much above the critical depth")
    start_cover: float = needs("1", "cover a surviving planting starts with")
    start_age: float = needs("yr", "age of vegetation a surviving planting starts with")


@payment_rule("area_converted")
@dataclass(frozen=True, kw_only=True)
class LandScheme(Scheme):
    """A contract with a household on converted cropland."""

    pays_for: Literal["area_converted"] = needs(None, "the payment rule")
    payment: AreaConverted
    eligible: Cropland
    targeting: Literal["first_come", "steepest_first", "quota_by_village"] = needs(
        None, "whose plots are taken first where not all can be"
    )
    pace: float = needs("1/yr", "share of the eligible plots that may be taken in a year")
    contract: Contract
    monitoring: Monitoring
    delivery: Delivery

    def __post_init__(self) -> None:
        super().__post_init__()
        open_for = self.years[1] - self.years[0] + 1
        if self.contract.waves > open_for:
            raise ParameterError(
                f"contract.waves: {self.contract.waves} yearly waves in the {open_for} years that the scheme is open. "
                f"Write fewer."
            )
        for rates, years in (("rate", "years"), ("renewal_rate", "renewal_years")):
            paid, term = len(getattr(self.payment, rates)), max(getattr(self.contract, years), default=0)
            if 0 < term < paid:  # a term of nothing is how a scheme is run without renewal
                raise ParameterError(
                    f"payment.{rates} pays in {paid} years, but contract.{years} is {term:g} at most: a payment year "
                    f"outside the contract. Shorten the list, or lengthen the contract."
                )


@payment_rule("action_taken")
@dataclass(frozen=True, kw_only=True)
class WorksScheme(Scheme):
    """Works on desertified land by contractors; nobody in the village is under contract."""

    pays_for: Literal["action_taken"] = needs(None, "the payment rule")
    payment: ActionTaken
    eligible: Rocky
    works: Works
