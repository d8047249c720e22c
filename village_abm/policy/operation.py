"""Ecological industry run as a business: a regional brand for cooperatives, guests, and dividends for the village."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Overhead, Scheme, payment_rule
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Marketing:
    """Adds to the brand of cooperatives that sell what grows on green land, and pays an agency for it."""

    brand: float = needs("1/yr", "added to the brand stock of each such cooperative a year, where fully paid for")
    cost: float = needs("CNY/yr", "paid to an agency for each such cooperative", price="nominal")
    green: float = needs("1", "greenness of its use from which a product counts as ecological")


@dataclass(frozen=True)
class Lodging:
    """Draws guests to the village and helps those who open rooms."""

    visitors: float = needs("1", "visitors that advertising adds, as a share")
    campaign: float = needs(
        "CNY/yr", "paid for advertising in a year in which people travel, rooms or none", price="nominal"
    )
    grant: float = needs("1", "part of the cost of new rooms that is paid back")


@payment_rule("operation")
@dataclass(frozen=True, kw_only=True)
class Operation(Scheme):
    """From resource to commodity to brand: marketing, lodging, and dividends of the village fund."""

    pays_for: Literal["operation"] = needs(None, "the payment rule")
    marketing: Marketing
    lodging: Lodging
    dividend: float = needs("1/yr", "part of the village fund shared out evenly among the households a year")
    delivery: Overhead


def affordable(scheme: Operation, wanted: float) -> float:
    """Part of what is wanted [CNY, nominal] that the budget reaches for, administration included, 0 to 1."""
    cost = wanted * (1 + scheme.delivery.admin)
    return 1.0 if cost <= scheme.budget else scheme.budget / cost


def dividends(share: float, fund: np.ndarray, of: np.ndarray) -> np.ndarray:
    """What each household gets of the fund of its village, even parts rounded down [fen]; as `of`.

    `fund` (villages,) [fen], `of` the village of each household.
    """
    homes = np.bincount(of, minlength=len(fund))
    each = np.floor(share * np.maximum(fund, 0) / np.maximum(homes, 1)).astype(np.int64)
    return each[of]


def fen(yuan: float) -> int:
    """Nominal yuan as whole fen, rounded down so that no budget is passed."""
    return int(round(yuan * FEN_PER_CNY, 6))


def with_admin(scheme: Operation, bought: int) -> int:
    """What is bought and its administration [fen]."""
    return bought + int(scheme.delivery.admin * bought)
