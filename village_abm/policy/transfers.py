"""Transfers to the county and the village: by formula, by share of an index, by green area; what they are spent on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class EcologicalIndex:
    """How the ecological state of the village is told in one figure, 0 to 1; the weights add up to one."""

    cover: float = needs("1", "weight of vegetation cover")
    sound: float = needs("1", "weight of the land without rocky desertification")
    soil: float = needs("1", "weight of soil kept, 1 - surface loss over the worst")
    worst: float = needs("t/km^2/yr", "surface loss of soil at which nothing is left of that part")

    def __post_init__(self) -> None:
        if abs(self.cover + self.sound + self.soil - 1) > 1e-9:
            raise ParameterError("cover, sound and soil of the ecological index do not add up to 1. Correct them.")


def ecological_index(rules: EcologicalIndex, cover: float, sound: float, modulus: float) -> float:
    """a cover + b sound + c max(0, 1 - modulus / worst); 0 to 1."""
    return rules.cover * cover + rules.sound * sound + rules.soil * max(0.0, 1 - modulus / rules.worst)


@dataclass(frozen=True)
class Region:
    """What a transfer is for as a whole: a county or a basin; the village has its part of it."""

    scaled_by: Literal["people", "area"] = needs(None, "whether the village's part goes by people or by area")
    people: float = needs("person", "people in it")
    area: float = needs("ha", "its area")

    def part(self, people: float, area: float) -> float:
        """The village's part, at most all of it [1]."""
        return min(1.0, people / self.people if self.scaled_by == "people" else area / self.area)


@dataclass(frozen=True)
class Spending:
    """What money received is spent on; the shares add up to one."""

    households: float = needs("1", "share paid to households, by heads")
    fund: float = needs("1", "share paid into the fund of the village, by heads")
    works: float = needs("1", "share for works on desertified land")
    county: float = needs("1", "share left in the county's purse, for visits and offices")
    treats: str = needs(None, "scheme whose works are done with it")

    def __post_init__(self) -> None:
        if abs(self.households + self.fund + self.works + self.county - 1) > 1e-9:
            raise ParameterError("households, fund, works and county do not add up to 1. Correct them.")


@dataclass(frozen=True)
class Performance:
    """How a transfer follows what the ecological index did."""

    sensitivity: float = needs("1", "more or less money for a change of the index by one")
    penalty: float = needs("1", "share withheld where the index fell by more than the tolerance")
    tolerance: float = needs("1", "fall of the index that is let pass")


def performance(rules: Performance, index: float, before: float) -> float:
    """What a transfer is multiplied by: max(0, 1 + k (EI - EI before)), less the penalty after a fall.

    It never falls as the index rises.
    """
    fell = index < before - rules.tolerance
    return max(0.0, 1 + rules.sensitivity * (index - before)) * (1 - rules.penalty * fell)


@dataclass(frozen=True)
class Place:
    """What a transfer looks at: the village's people, area [ha], area by use [ha] and ecological index."""

    year: int
    people: float
    area: float
    by_use: dict[str, float]
    index: float
    before: float


@dataclass(frozen=True, kw_only=True)
class SpentTransfer(Scheme):
    """Money that comes to the county or the village and is spent there."""

    spending: Spending
    delivery: Delivery


@dataclass(frozen=True, kw_only=True)
class FiscalTransfer(SpentTransfer):
    """A transfer from above that follows performance and is not all used."""

    performance: Performance
    utilisation: float = needs("1", "share of the money received that is used within the year; the rest goes back")

    def base(self, place: Place) -> float:
        """What is due before performance [CNY]."""
        raise NotImplementedError

    def due(self, place: Place) -> float:
        """What is due for the year, within the budget [CNY]; nothing while the scheme is closed."""
        if not self.is_open(place.year):
            return 0.0
        return min(self.base(place) * performance(self.performance, place.index, place.before), self.budget)


@dataclass(frozen=True)
class Gap:
    """A county's transfer: mostly what it lacks, a little how green it is. Nominal money."""

    base: float = needs("CNY/yr", "transfer to a county of full need and full index", price="nominal")
    gap: float = needs("1", "what the county lacks of its standard spending, against the neediest")
    ecology: float = needs("1", "weight of the ecological index in the formula")


@payment_rule("formula")
@dataclass(frozen=True, kw_only=True)
class Formula(FiscalTransfer):
    """Pays base ((1 - w) gap + w EI) to the county, of which the village has its part."""

    pays_for: Literal["formula"] = needs(None, "the payment rule")
    payment: Gap
    region: Region

    def base(self, place: Place) -> float:
        """What is due before performance [CNY]."""
        rule = self.payment
        whole = rule.base * ((1 - rule.ecology) * rule.gap + rule.ecology * place.index)
        return whole * self.region.part(place.people, place.area)


@dataclass(frozen=True)
class Pool:
    """Tax handed down by ecological criteria, shared by index among municipalities. Nominal money."""

    devolved: float = needs("CNY/yr", "tax handed down to all municipalities", price="nominal")
    share: float = needs("1", "share of it that goes by ecological criteria")
    others: float = needs("1", "sum of the indices of the other municipalities")
    others_growth: float = needs("1/yr", "yearly growth of that sum since the scheme began: others green too")


@payment_rule("index_share")
@dataclass(frozen=True, kw_only=True)
class IndexShare(FiscalTransfer):
    """Pays share x devolved tax x EI / (EI + sum of the others' EI): the more go in for it the less each gets."""

    pays_for: Literal["index_share"] = needs(None, "the payment rule")
    payment: Pool
    region: Region

    def base(self, place: Place) -> float:
        """What is due before performance [CNY]."""
        rule = self.payment
        others = rule.others * (1 + rule.others_growth) ** (place.year - self.years[0])
        part = place.index / (place.index + others) if place.index > 0 else 0.0
        return rule.share * rule.devolved * part * self.region.part(place.people, place.area)


@dataclass(frozen=True)
class ByUse:
    """So much a hectare of each use; the lists stand in the same order. Nominal money."""

    uses: tuple[str, ...] = needs(None, "uses that count", any_length=True)
    rate: tuple[float, ...] = needs("CNY/ha/yr", "for a hectare of each", price="nominal", any_length=True)

    def __post_init__(self) -> None:
        if len(self.uses) != len(self.rate):
            raise ParameterError("payment.uses and payment.rate differ in length. Write one rate for each use.")


@payment_rule("green_area")
@dataclass(frozen=True, kw_only=True)
class GreenArea(FiscalTransfer):
    """Pays sum of rate x area over forest and grass."""

    pays_for: Literal["green_area"] = needs(None, "the payment rule")
    payment: ByUse

    def base(self, place: Place) -> float:
        """What is due before performance [CNY]."""
        rates = zip(self.payment.uses, self.payment.rate, strict=True)
        return sum(rate * place.by_use.get(use, 0.0) for use, rate in rates)


def fen_to_spend(scheme: SpentTransfer, yuan: float) -> int:
    """What may be spent of a sum so that administration fits into the budget beside it [fen]."""
    return int(min(yuan, scheme.budget / (1 + scheme.delivery.admin)) * FEN_PER_CNY)


def by_heads(fen: int, heads: np.ndarray) -> np.ndarray:
    """A sum shared by heads, rounded down [fen]; shape of `heads`."""
    return (fen * heads.astype(np.int64)) // max(int(heads.sum()), 1)
