"""An information service: the areas planted, young stands included, are published, so that fewer follow the herd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from village_abm.params import needs
from village_abm.policy.parts import Overhead, Scheme, payment_rule
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Service:
    """Pays for the service: fen = rate x 100 x households. Nominal money."""

    rate: float = needs("CNY/household", "cost of the service for every household in a year", price="nominal")


@payment_rule("information")
@dataclass(frozen=True, kw_only=True)
class InformationScheme(Scheme):
    """Published areas of what bears and what will, here and in the region whose growers make the price."""

    pays_for: Literal["information"] = needs(None, "the payment rule")
    payment: Service
    reach: float = needs("1", "share of growers who can know what is planted once it is published")
    delivery: Overhead

    @property
    def takes_in_people(self) -> bool:
        """Nobody in the village is a party to it."""
        return False


def cost(scheme: InformationScheme, year: int, households: int) -> tuple[int, int]:
    """Cost of the service and of administering it in a year [fen]; nothing where the budget is too short for it."""
    service = round(scheme.payment.rate * FEN_PER_CNY * households) if scheme.is_open(year) else 0
    admin = int(scheme.delivery.admin * service)
    return (service, admin) if service + admin <= scheme.budget * FEN_PER_CNY else (0, 0)


def reach(scheme: InformationScheme, year: int, households: int) -> float:
    """Share of growers who can know what is planted by the service in a year; 0 where it does not run."""
    return scheme.reach if cost(scheme, year, households)[0] > 0 else 0.0
