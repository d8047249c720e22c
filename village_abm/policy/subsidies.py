"""Subsidies to households: for contract land still cropped, and for the poor to produce with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class ByArea:
    """Pays contract cropland to its holder, whoever works it: fen = rate x 100 x area, each year. Nominal money."""

    rate: float = needs("CNY/ha/yr", "paid for contract cropland under crops", price="nominal")


@dataclass(frozen=True)
class Look:
    """How claims are looked at."""

    audit: float = needs("1/yr", "probability that a plot that lies idle is looked at in a year")
    detection: float = needs("1", "probability that a look finds that it is not cropped")


@payment_rule("cropped_land")
@dataclass(frozen=True, kw_only=True)
class CroppedLandScheme(Scheme):
    """Money a mu for contract land kept under crops; idle land is claimed too and unpaid only where found."""

    pays_for: Literal["cropped_land"] = needs(None, "the payment rule")
    payment: ByArea
    monitoring: Look
    delivery: Delivery


@dataclass(frozen=True)
class Grant:
    """Pays poor households for production: fen = rate x 100 a household, each year. Nominal money."""

    rate: float = needs("CNY/household", "spent on every poor household in a year", price="nominal")
    formality: float = needs("1", "share spent on boards, visits and paper, without effect")


@payment_rule("production_grant")
@dataclass(frozen=True, kw_only=True)
class GrantScheme(Scheme):
    """Money for poor households with hands at home, to buy stock, seedlings or inputs with as they see fit."""

    pays_for: Literal["production_grant"] = needs(None, "the payment rule")
    payment: Grant
    delivery: Delivery


def _within(scheme: CroppedLandScheme | GrantScheme, owed: np.ndarray) -> np.ndarray:
    """Whole fen of `owed` within the budget, administration included: everybody gets the same part, rounded down."""
    cost = float(owed.sum()) * (1 + scheme.delivery.admin)
    part = min(1.0, scheme.budget * FEN_PER_CNY / cost) if cost > 0 else 0.0
    return np.floor(np.round(owed * part, 6)).astype(np.int64)


def claims(
    scheme: CroppedLandScheme, streams: Streams, year: int, ids: np.ndarray, idle: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which claimed plots are looked at, at most `most`, and which are paid; as `ids`, bool.

    What is cropped is paid; what lies idle is paid unless a look (audit x detection) finds it.
    """
    luck = streams.uniform("subsidies.visit", year, ids)
    looked = idle & (luck < scheme.monitoring.audit)
    if looked.sum() > most:
        order = np.flatnonzero(looked)[np.lexsort((ids[looked], luck[looked]))]
        looked = np.zeros(len(ids), bool)
        looked[order[:most]] = True
    out = looked & (streams.uniform("subsidies.detection", year, ids) < scheme.monitoring.detection)
    return looked, ~out


def due_for_land(scheme: CroppedLandScheme, year: int, hectares: np.ndarray) -> np.ndarray:
    """What holders are due for so much land that is paid [fen]; (households,)."""
    if not scheme.is_open(year):
        return np.zeros(len(hectares), np.int64)
    return _within(scheme, scheme.payment.rate * FEN_PER_CNY * hectares)


def granted(scheme: GrantScheme, year: int, gets: np.ndarray) -> tuple[np.ndarray, int]:
    """What poor households are due, (households,), and what is spent without effect [fen].

    rate (1 - formality) a household, and rate x formality for each of them besides, together within the budget.
    """
    if not scheme.is_open(year) or scheme.payment.rate <= 0:
        return np.zeros(len(gets), np.int64), 0
    spent = _within(scheme, np.where(gets, scheme.payment.rate * FEN_PER_CNY, 0.0))
    wasted = np.rint(spent * scheme.payment.formality).astype(np.int64)
    return spent - wasted, int(wasted.sum())
