"""Green finance: rights to land are registered and can be mortgaged, and part of the interest is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Registration:
    """Rights to forest and cropland are surveyed and written down, some households after others."""

    coverage: float = needs("1", "part of the households whose rights are registered in the end")
    ramp: float = needs("yr", "years until then")
    cost: float = needs("CNY/household", "survey and certificate, paid once to outsiders", price="nominal")


@dataclass(frozen=True)
class Mortgage:
    """What is lent against registered rights, and what part of the interest the government pays."""

    forest: float = needs("CNY/ha", "value of the right to forest land", price="2020")
    cropland: float = needs("CNY/ha", "value of the right to cropland", price="2020")
    lent: float = needs("1", "part of the value that is lent")
    served: float = needs("1", "part of the registered households whom a bank serves: products and staff are few")
    subsidy: float = needs("1", "part of the interest on such debt that is paid for the household")

    def offers(self) -> bool:
        """Whether anything is lent; if not, nothing is registered either."""
        return self.lent * self.served > 0


@payment_rule("credit")
@dataclass(frozen=True, kw_only=True)
class GreenCredit(Scheme):
    """More credit against registered land rights, and a subsidy on its interest."""

    pays_for: Literal["credit"] = needs(None, "the payment rule")
    registration: Registration
    mortgage: Mortgage
    delivery: Delivery


def registered(
    scheme: GreenCredit, streams: Streams, year: int, household_ids: np.ndarray, asks: np.ndarray, done: np.ndarray
) -> np.ndarray:
    """Whose rights are registered by the end of a year, those `done` before included; (households,) bool.

    Of those who may (`asks`), whoever draws for good less than coverage x min(years/ramp, 1), the lowest draws first
    as far as the year's budget pays for certificates; the rest wait for the next year.
    """
    rules = scheme.registration
    years = np.clip(min(year, scheme.years[1]) - scheme.years[0] + 1, 0, None)
    share = rules.coverage * min(float(years) / max(rules.ramp, 1.0), 1.0)
    draws = streams.uniform("credit.registered", 0, household_ids)
    new = np.flatnonzero(asks & ~done & (draws < share))
    new = new[np.lexsort((household_ids[new], draws[new]))]
    fen = round(rules.cost * FEN_PER_CNY)
    places = int(scheme.budget * FEN_PER_CNY / (1 + scheme.delivery.admin)) // fen if fen else len(new)
    found = done.copy()
    found[new[:places]] = True
    return found


def limit(
    scheme: GreenCredit, streams: Streams, household_ids: np.ndarray, holds: np.ndarray, forest: np.ndarray,
    cropland: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """What each household may owe against its rights, yuan of 2020: lent x worth of the land; (households,) [CNY].

    Only those who hold registered rights (`holds`) and whom a bank serves, drawn once for good; areas in hectares.
    """
    rules = scheme.mortgage
    served = streams.uniform("credit.served", 0, household_ids) < rules.served
    return np.where(holds & served, rules.lent * (rules.forest * forest + rules.cropland * cropland), 0.0)


def subsidies(scheme: GreenCredit, rate: float, debt: np.ndarray, limit_: np.ndarray, works: int = 0) -> np.ndarray:
    """Part of the interest on debt that is paid, as far as it is covered by the mortgage [fen]; (households,).

    subsidy x rate x min(debt, limit), everybody the same part where the budget less certificates (`works`) is short.
    """
    owed = np.floor(scheme.mortgage.subsidy * rate * np.minimum(np.maximum(debt, 0), limit_)).astype(np.int64)
    most = max(scheme.budget * FEN_PER_CNY / (1 + scheme.delivery.admin) - works, 0)
    total = int(owed.sum())
    return owed if total <= most else np.floor(owed * (most / total)).astype(np.int64)
