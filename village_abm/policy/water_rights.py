"""A water bank: rain that kept land holds back, sold as a quota to users downstream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.kept import KeptScheme, Measure
from village_abm.policy.parts import payment_rule
from village_abm.policy.results import M3_OF_MM_HA
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class PerWater:
    """Pays for water held back beyond the year of entry: yuan = price x rain x 10 x area x max(0, eta - eta at entry).

    eta is the share of the rain that plants and terraces put to use (cisterns are left out), rain in mm, area in ha.
    Of what land of households earns the village fund gets `fund_share`; land of the collective earns for the fund
    alone. Nominal.
    """

    price: float = needs("CNY/m3", "what users downstream pay for a cubic metre", price="nominal")
    rain: float = needs("mm", "rain of a year")
    expected: float = needs("m3/ha/yr", "water more than at entry that holders expect a hectare to hold")
    fund_share: float = needs("1", "share of the village fund in what the land of households earns")


@payment_rule("water")
@dataclass(frozen=True, kw_only=True)
class WaterSold(KeptScheme):
    """The village sells as one; the quota is the sum over the land, losses set against gains."""

    pays_for: Literal["water"] = needs(None, "the payment rule")
    payment: PerWater

    def measure(self) -> Measure:
        """Water held back."""
        return "water"

    def offer(self, year: int) -> float:
        """What holders expect a hectare to bring [CNY/ha/yr, nominal]: the household's part of the water expected."""
        return self.payment.price * self.payment.expected * (1 - self.payment.fund_share)


def held_back(pay: PerWater, now: np.ndarray, mark: np.ndarray, area: float) -> np.ndarray:
    """Water held back beyond the year of entry [m3/yr], negative where less; `now`, `mark` shares of rain; (plots,)."""
    return (now - mark) * (pay.rain * M3_OF_MM_HA * area)


def quota(water: np.ndarray, stands: np.ndarray, village: np.ndarray, count: int) -> np.ndarray:
    """Water each plot sells [m3/yr]; (plots,): the gain of its village, if any, shared by the plots' own gains.

    Plots found wanting (not `stands`) sell nothing; their water is lost to the quota.
    """
    total = np.bincount(village, weights=water, minlength=count)
    own = np.maximum(water, 0.0)
    positive = np.bincount(village, weights=own, minlength=count)
    share = np.divide(total, positive, out=np.zeros(count), where=total > 0)[village]
    return np.where(stands, own * share, 0.0)


def earned(pay: PerWater, sold: np.ndarray) -> np.ndarray:
    """What the water of each plot earns [fen]; shape of `sold`."""
    return sold * pay.price * FEN_PER_CNY
