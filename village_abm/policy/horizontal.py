"""Payments between regions along a river: a basin fund with a trigger, a standard of costs, a bargain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from village_abm.params import ParameterError, needs
from village_abm.policy.parts import payment_rule
from village_abm.policy.transfers import Region, SpentTransfer


@dataclass(frozen=True)
class Water:
    """What those downstream ask of the water: soil washed off the land upstream, as a gauge would report it."""

    standard: float = needs("t/km^2/yr", "most surface loss of soil at which the water is good")


def water_is_good(rules: Water, modulus: float) -> bool:
    """Whether the year's surface loss of soil [t/km2/yr] keeps to the standard."""
    return modulus <= rules.standard


@dataclass(frozen=True, kw_only=True)
class Horizontal(SpentTransfer):
    """Money from those downstream, for water that is good enough."""

    water: Water


@dataclass(frozen=True)
class BasinFund:
    """A fund that provinces along a river pay into and draw from. Nominal money; lists in the order of `provinces`."""

    fund: float = needs("CNY/yr", "the whole fund", price="nominal")
    provinces: tuple[str, ...] = needs(None, "provinces along the river, from the source down")
    pays: tuple[float, ...] = needs("1", "share of the fund that each pays in")
    receives: tuple[float, ...] = needs("1", "share that each receives where the water is good")
    here: str = needs(None, "province in which the village lies")
    flows_back: float = needs("1", "part of what the province paid in that the county bears where the water is bad")

    def __post_init__(self) -> None:
        if not len(self.provinces) == len(self.pays) == len(self.receives):
            raise ParameterError("payment.provinces, pays and receives differ in length. Write one number for each.")
        if self.here not in self.provinces:
            raise ParameterError(f"payment.here = '{self.here}' is none of {', '.join(self.provinces)}. Write one.")

    def received(self) -> float:
        """What the village's province receives in a good year [CNY]."""
        return self.fund * self.receives[self.provinces.index(self.here)]

    def lost(self) -> float:
        """What goes the other way in a bad one [CNY]."""
        return self.fund * self.pays[self.provinces.index(self.here)] * self.flows_back


@payment_rule("trigger")
@dataclass(frozen=True, kw_only=True)
class Trigger(Horizontal):
    """Pays the village's part of what its province receives where the water is good; else money flows back."""

    pays_for: Literal["trigger"] = needs(None, "the payment rule")
    payment: BasinFund
    region: Region

    @property
    def draws_on_county(self) -> bool:
        """A bad year may cost the county."""
        return self.funded_by == "county" or self.payment.lost() > 0


@dataclass(frozen=True)
class Costs:
    """What protecting and building cost, fixed for some years at a time. Nominal money."""

    protection: float = needs("CNY/ha/yr", "cost of keeping a hectare protected", price="nominal")
    protected: tuple[str, ...] = needs(None, "uses that count as protected", any_length=True)
    construction: float = needs("CNY/ha", "cost of treating a hectare of desertified land", price="nominal")
    covered: float = needs("1", "share of the costs that those downstream bear")
    round_years: int = needs(None, "years for which the sum stands")


@payment_rule("cost_standard")
@dataclass(frozen=True, kw_only=True)
class CostStandard(Horizontal):
    """Pays covered x (protection x area protected + construction x area treated a year), fixed a round at a time."""

    pays_for: Literal["cost_standard"] = needs(None, "the payment rule")
    payment: Costs


def standard(rules: Costs, protected: float, treated: float) -> float:
    """The sum of a round [CNY/yr]: areas in ha protected now, and treated in the years of a round before."""
    yearly = rules.protection * protected + rules.construction * treated / rules.round_years
    return rules.covered * yearly


@dataclass(frozen=True)
class Bargain:
    """What users of the water would pay and what its source costs those upstream. Nominal money."""

    willing_to_pay: float = needs("CNY/m^3", "what a willing user pays for water", price="nominal")
    willing: float = needs("1", "share of the users willing to pay")
    use: float = needs("m^3/yr", "water used")
    investment: float = needs("CNY", "what those upstream invest", price="nominal")
    lasts: float = needs("yr", "years that the investment lasts")
    yearly_cost: float = needs("CNY/yr", "what protection costs those upstream in a year", price="nominal")
    power: float = needs("1", "part of the surplus that those upstream get")
    memory: float = needs("1/yr", "weight of the last year in how content the users are")

    def most(self) -> float:
        """What contented users would pay together [CNY/yr]."""
        return self.willing_to_pay * self.willing * self.use

    def cost(self) -> float:
        """What the source costs those upstream [CNY/yr]."""
        return self.investment / self.lasts + self.yearly_cost


def agreed(rules: Bargain, content: float) -> float:
    """The price of a bargain [CNY/yr]: cost + power (most - cost), most = content x WTP; nothing where cost > most."""
    most, cost = content * rules.most(), rules.cost()
    return cost + rules.power * (most - cost) if 0 < most >= cost else 0.0


@payment_rule("willingness")
@dataclass(frozen=True, kw_only=True)
class Willingness(Horizontal):
    """Pays what users downstream and those upstream agree on, in years in which the water is good."""

    pays_for: Literal["willingness"] = needs(None, "the payment rule")
    payment: Bargain
    region: Region
