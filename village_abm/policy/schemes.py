"""A scheme is data: what it pays for, whom, how much, under which contract, and who checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.patch import GRADES
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
    """Pays for works on land once: fen = (unit_cost + volume_cost x volume) x area treated x 100. Nominal money."""

    unit_cost: float = needs("CNY/ha", "cost of treating a hectare", price="nominal")
    volume_cost: float = needs("CNY/m3", "cost of a cubic metre of what is built", price="nominal", default=0.0)

    def offers(self) -> bool:
        """Whether anything is paid at all; works without money are not done."""
        return self.unit_cost > 0 or self.volume_cost > 0


@dataclass(frozen=True)
class Cropland:
    """Which cropland may enter; always contract land of a household, never under another scheme."""

    uses: tuple[str, ...] = needs(None, "present uses that may be converted")
    least_slope: tuple[float, ...] = needs("degree", "least slope by year of the scheme; the last one holds on")
    most_slope: float = needs("degree", "greatest slope")
    red_line_only: bool = needs(None, "only plots inside the ecological red line")
    least_grade: Literal["none", "potential", "slight", "moderate", "severe", "extreme"] = needs(
        None, "mildest grade of desertification", default="none"
    )
    distances: tuple[float, float] = needs(
        "m", "nearest and farthest distance to a settlement", order="rising", default=(0.0, np.inf)
    )

    def within(self, grade: np.ndarray, distance: np.ndarray) -> np.ndarray:
        """Whether patches of a grade and distance [m] lie within these two limits; shape of `grade`."""
        near, far = self.distances
        return (grade >= GRADES.index(self.least_grade)) & (distance >= near) & (distance <= far)


@dataclass(frozen=True)
class Bidding:
    """How households bid: for what makes them just willing, and so much more."""

    shading: float = needs("1", "most that is asked on top of what makes a household just willing, as a share of it")


@dataclass(frozen=True)
class Benefit:
    """What taking a plot is good for: loss min(1, soil lost/r) + slope min(1, slope/s) + grade (grade/5)."""

    loss: float = needs("1", "weight of the soil lost last year")
    slope: float = needs("1", "weight of the slope")
    grade: float = needs("1", "weight of the grade of desertification")
    reference_loss: float = needs("t/ha/yr", "soil lost that counts in full")
    reference_slope: float = needs("degree", "slope that counts in full")


@dataclass(frozen=True)
class Bonus:
    """Agglomeration bonus: (pair x neighbours enrolled + strip beside a depression) x area x 100 fen a year.

    Paid on top of the rate in every year the contract is in force, for the neighbours that are so too. Nominal money.
    The idea is that of Parkhurst et al. (2002), Agglomeration bonus, Ecological Economics 41.
    """

    pair: float = needs("CNY/ha/yr", "for every neighbouring plot in the same scheme", price="nominal")
    strip: float = needs("CNY/ha/yr", "for a plot in the strip round a depression", price="nominal")
    width: float = needs("m", "width of the strip round depressions, where sinkholes and streams take the water in")
    neighbours: Literal[4, 8] = needs(None, "plots that count as neighbours: sharing a side, or a corner too")


@dataclass(frozen=True)
class Rocky:
    """Which land may be treated, each patch once."""

    uses: tuple[str, ...] = needs(None, "uses that may be treated")
    least_grade: Literal["none", "potential", "slight", "moderate", "severe", "extreme"] = needs(
        None, "mildest grade treated"
    )
    slopes: tuple[float, float] = needs("degree", "least and greatest slope", order="rising", default=(0.0, 90.0))
    land_kinds: tuple[str, ...] = needs(None, "kinds of land that may be treated; [] all", default=())
    most_cover: float = needs("1", "greatest cover that is treated", default=1.0)


@dataclass(frozen=True)
class Works:
    """What treatment does; survival in the order slight (or milder), moderate, severe, extreme.

    What is left out is not done: nothing planted, no soil carried in, nothing built, no other use.
    """

    pace: float = needs("1/yr", "share of the desertified patches treated in a year")
    noise: float = needs("1", "scale of the Gumbel noise in the order of treatment, in points of the score")
    survival: tuple[float, float, float, float] = needs(
        "1", "probability that a planting survives, by grade", default=(0.0, 0.0, 0.0, 0.0)
    )
    soil_margin: float = needs("cm", "soil is brought to this much above the critical depth", default=-np.inf)
    start_cover: float = needs("1", "cover a surviving planting starts with", default=0.0)
    start_age: float = needs("yr", "age of vegetation a surviving planting starts with", default=0.0)
    becomes: str = needs(None, "use the land gets; none: it keeps its own", default="none")
    closes: bool = needs(None, "closes the land to cutting and grazing", default=False)
    builds: Literal["nothing", "terraces", "cisterns"] = needs(
        None, "what is built on cropland that has none", default="nothing"
    )
    volume: float = needs("m3/ha", "volume built", default=0.0)


@payment_rule("area_converted")
@dataclass(frozen=True, kw_only=True)
class LandScheme(Scheme):
    """A contract with a household on converted cropland."""

    pays_for: Literal["area_converted"] = needs(None, "the payment rule")
    payment: AreaConverted
    eligible: Cropland
    targeting: Literal[
        "uniform",
        "first_come",
        "poorest_first",
        "steepest_first",
        "benefit_per_cost",
        "auction_uniform",
        "auction_discriminatory",
        "quota_by_village",
    ] = needs(None, "whose plots are taken first where not all can be")
    pace: float = needs("1/yr", "share of the eligible plots that may be taken in a year")
    contract: Contract
    monitoring: Monitoring
    delivery: Delivery
    bidding: Bidding | None = None
    benefit: Benefit | None = None
    bonus: Bonus | None = None

    @property
    def takes_bids(self) -> bool:
        """Whether households name the rate at which they would enter, the posted one being the most that is paid."""
        return self.targeting in ("auction_uniform", "auction_discriminatory", "benefit_per_cost")

    @property
    def takes_in_land(self) -> bool:
        """Whether land comes under a contract."""
        return True

    def last_payment(self) -> int:
        """The last paid year of the contracts of its last year, renewed terms included."""
        begun, terms, pay = self.years[1], self.contract, self.payment
        first = np.flatnonzero(pay.first_term() > 0) + 1
        renewed = np.flatnonzero(np.asarray(pay.renewal_rate) > 0) + 1
        ends = [begun]
        for term, again in zip(terms.years, terms.renewal_years, strict=True):
            paid = term if self.bonus else first[first <= term].max(initial=0)
            ends.append(begun + int(paid) - 1)
            late = int(renewed[renewed <= again].max(initial=0))
            if late:
                ends.append(max(begun + int(term), terms.renewal_from) + late - 1)
        return max(ends)

    def __post_init__(self) -> None:
        super().__post_init__()
        for part, is_needed in {"bidding": self.takes_bids, "benefit": self.targeting == "benefit_per_cost"}.items():
            if is_needed and getattr(self, part) is None:
                raise ParameterError(f"targeting = {self.targeting!r} needs the table [{part}]. Write it.")
        if self.takes_bids and not self.contract.voluntary:
            raise ParameterError(
                f"targeting = {self.targeting!r}: who is not asked makes no bid. Write contract.voluntary = true."
            )
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

    @property
    def takes_in_people(self) -> bool:
        """Nobody in the village is a party to it."""
        return False
