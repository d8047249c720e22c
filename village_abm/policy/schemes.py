"""A scheme is data: what it pays for, whom, how much, under which contract, and who checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from village_abm.params import ParameterError, needs, refuse_unknown


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
class Contract:
    """What is planted and how long it is paid; lists stand in the order of `plants`."""

    plants: tuple[str, ...] = needs(None, "uses planted on the plots")
    shares: tuple[float, ...] = needs("1", "share of the plots planted to each")
    years: tuple[float, ...] = needs("yr", "paid years of the first term")
    renewal_years: tuple[float, ...] = needs("yr", "paid years of the renewed term")
    renewal_from: int = needs(None, "first calendar year in which a renewed term is paid")
    voluntary: bool = needs(None, "households are asked; if not, plots are assigned from above")

    def __post_init__(self) -> None:
        count = len(self.plants)
        for name in ("shares", "years", "renewal_years"):
            if len(getattr(self, name)) != count:
                raise ParameterError(
                    f"contract.{name}: {len(getattr(self, name))} values for {count} plants. "
                    f"Write one for each of {', '.join(self.plants)}."
                )
        if abs(sum(self.shares) - 1) > 1e-9:
            raise ParameterError(f"contract.shares: {list(self.shares)} do not add up to 1. Correct them.")


@dataclass(frozen=True)
class Monitoring:
    """Who is looked at and what happens to a plot that does not stand."""

    audit: float = needs("1/yr", "probability that a plot under contract is visited in a year")
    detection: float = needs("1", "probability that a visit finds what is wrong")
    penalty: float = needs(
        "1", "fine, in mean yearly payments of the first term; the year's payment is withheld as well"
    )
    forbearance: float = needs("1", "probability that a plot found wanting is let off and paid")
    grace: float = needs("yr", "age before which a young stand is not judged by its cover")
    least_cover: float = needs("1", "cover below which an older stand counts as failed")


@dataclass(frozen=True)
class Overhead:
    """What running a scheme costs."""

    admin: float = needs("1", "administration, as a share of what is paid out")


@dataclass(frozen=True)
class Delivery(Overhead):
    """What the way to the household costs and what gets lost on it."""

    shortfall: float = needs("1", "mean share of the amount due that never arrives")


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


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """What every scheme states; the payment rule decides which further parts it has."""

    name: str
    label: dict[str, str]
    mechanism: Literal["compensation", "governance_premium"] = needs(None, "how value is realised")
    led_by: Literal["government"] = needs(None, "who leads")
    funded_by: Literal["central", "province"] = needs(None, "who sends the earmarked money")
    years: tuple[int, int] = needs(None, "first and last year of new contracts or works")
    budget: float = needs("CNY/yr", "most that may be spent in a year, administration included", price="nominal")
    delivery: Overhead

    def is_open(self, year: int) -> bool:
        """Whether new contracts or works are taken on in the year."""
        return self.years[0] <= year <= self.years[1]

    @staticmethod
    def variant(table: Mapping[str, Any], where: str) -> type[Scheme]:
        """The record a table of schemes.toml becomes, by its `pays_for`; raises ParameterError."""
        leaf = table.get("pays_for")
        rule = leaf.get("value") if isinstance(leaf, Mapping) else leaf
        if rule is None:
            raise ParameterError(f"{where}: 'pays_for' is missing. Write one of {', '.join(RULES)}.")
        refuse_unknown([rule], RULES, f"{where}.pays_for", "payment rule")
        return RULES[rule]


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


@dataclass(frozen=True, kw_only=True)
class WorksScheme(Scheme):
    """Works on desertified land by contractors; nobody in the village is under contract."""

    pays_for: Literal["action_taken"] = needs(None, "the payment rule")
    payment: ActionTaken
    eligible: Rocky
    works: Works


RULES: dict[str, type[Scheme]] = {"area_converted": LandScheme, "action_taken": WorksScheme}
