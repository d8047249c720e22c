"""The parts that schemes of every kind are put together from: who runs them, contract, audit, delivery."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from village_abm.params import ParameterError, needs, refuse_unknown

RULES: dict[str, type[Scheme]] = {}


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
class Dated:
    """A rate that changes with the years; whoever takes it up says what is paid between them."""

    rate_years: tuple[int, ...] = needs(None, "years of the rates")
    rate: tuple[float, ...] = needs("CNY/person", "the rates", price="nominal")

    def __post_init__(self) -> None:
        if len(self.rate) != len(self.rate_years) or list(self.rate_years) != sorted(set(self.rate_years)):
            raise ParameterError(
                f"rate_years = {list(self.rate_years)} and rate = {list(self.rate)} do not belong together. "
                f"Write rising years and one rate for each."
            )

    def between(self, year: float | np.ndarray) -> np.ndarray:
        """Rate of a year on a straight line between the years given, level before and after; shape of `year`."""
        return np.asarray(np.interp(year, self.rate_years, self.rate))


@dataclass(frozen=True)
class Checks:
    """Who is looked at."""

    audit: float = needs("1/yr", "probability that a plot under contract is visited in a year")
    detection: float = needs("1", "probability that a visit finds what is wrong")


@dataclass(frozen=True)
class Monitoring(Checks):
    """Who is looked at and what happens to a plot that does not stand."""

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


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """What every scheme states; the payment rule decides which further parts it has."""

    name: str
    label: dict[str, str]
    explanation: dict[str, str]
    mechanism: Literal["rights_trading", "governance_premium", "industrial_operation", "compensation"] = needs(
        None, "how value is realised"
    )
    led_by: Literal["government", "market", "society"] = needs(None, "who leads")
    funded_by: Literal["central", "province", "county", "downstream", "buyers", "members"] = needs(
        None, "who sends the earmarked money"
    )
    years: tuple[int, int] = needs(None, "first and last year of new contracts or works")
    budget: float = needs("CNY/yr", "most that may be spent in a year, administration included", price="nominal")
    delivery: Overhead

    def __post_init__(self) -> None:
        if self.years[0] > self.years[1]:
            raise ParameterError(f"years = {list(self.years)}: the last year comes before the first. Turn them round.")

    def is_open(self, year: int) -> bool:
        """Whether new contracts or works are taken on in the year."""
        return self.years[0] <= year <= self.years[1]

    @property
    def takes_in_land(self) -> bool:
        """Whether land comes under a contract."""
        return False

    @property
    def takes_in_people(self) -> bool:
        """Whether households of the village are parties to it and may be paid."""
        return True

    @property
    def earns_its_payments(self) -> bool:
        """Whether it pays households from what it sells, so that its budget limits a public subsidy alone."""
        return False

    def last_payment(self) -> int | None:
        """The last year in which it can pay, that of its last contracts; None where they are paid without end."""
        return self.years[1]

    @property
    def draws_on_county(self) -> bool:
        """Whether the county's own purse may have to pay."""
        return self.funded_by == "county"

    @staticmethod
    def variant(table: Mapping[str, Any], where: str) -> type[Scheme]:
        """The record a table of schemes.toml becomes, by its `pays_for`; raises ParameterError."""
        leaf = table.get("pays_for")
        rule = leaf.get("value") if isinstance(leaf, Mapping) else leaf
        if rule is None:
            raise ParameterError(f"{where}: 'pays_for' is missing. Write one of {', '.join(RULES)}.")
        refuse_unknown([rule], RULES, f"{where}.pays_for", "payment rule")
        return RULES[rule]


def payment_rule[S: Scheme](name: str) -> Callable[[type[S]], type[S]]:
    """Register a kind of scheme under the word that `pays_for` chooses it by."""

    def register(record: type[S]) -> type[S]:
        RULES[name] = record
        return record

    return register
