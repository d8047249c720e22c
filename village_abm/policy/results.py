"""Payments for what was reached: cover, soil, carbon or water gained since the year of entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.carbon_payment import CO2_OF_CARBON
from village_abm.policy.kept import KeptScheme, Measure
from village_abm.policy.parts import payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY

M3_OF_MM_HA = 10.0
"""Cubic metres of a millimetre of rain on a hectare."""


@dataclass(frozen=True)
class PerResult:
    """Pays a unit rate for the measured gain over the year of entry: yuan = rate x max(0, gain x (1 + error z)).

    The units: `cover` ha of full cover more than at entry, every year; `soil_kept` t of soil lost less than in the
    year before entry, every year; `carbon` t of CO2 above the highest paid for, once; `water` m3 of rain held more
    than at entry, every year. The error is the surveyor's, z a standard normal draw by holder and year. Nominal.
    """

    measure: Literal["cover", "soil_kept", "carbon", "water"] = needs(None, "what is measured")
    rate: float = needs("CNY", "paid for a unit of the measure", price="nominal")
    expected: float = needs("1/ha", "units a hectare and year that holders expect to reach")
    error: float = needs("1", "standard deviation of the measurement, as a share of the gain")
    rain: float = needs("mm", "rain of a year, which turns the share held into m3")


@payment_rule("result")
@dataclass(frozen=True, kw_only=True)
class ResultPaid(KeptScheme):
    """Pays holders for what the land under contract gained together, never for what it lost."""

    pays_for: Literal["result"] = needs(None, "the payment rule")
    payment: PerResult

    def measure(self) -> Measure:
        """What the scheme pays for."""
        return self.payment.measure

    def offer(self, year: int) -> float:
        """What holders expect a hectare to bring [CNY/ha/yr, nominal]: rate x units expected."""
        return self.payment.rate * self.payment.expected


def gain(measure: Measure, now: np.ndarray, mark: np.ndarray, rain: float, area: float) -> np.ndarray:
    """Units gained on each plot since its mark, negative where lost; shape (plots,).

    `now` and `mark`: cover [1], soil lost [t/ha/yr], carbon [t/ha] or share of the rain held [1]; `area` [ha].
    """
    unit = {"cover": 1.0, "soil_kept": -1.0, "carbon": CO2_OF_CARBON, "water": rain * M3_OF_MM_HA}[measure]
    return (now - mark) * (unit * area)


def owed_for_gain(
    pay: PerResult, streams: Streams, year: int, holder_ids: np.ndarray, gained: np.ndarray
) -> np.ndarray:
    """What each holder is due for the gain of its land together, by the surveyor's measure [fen]; (holders,)."""
    seen = gained * np.maximum(0.0, 1.0 + pay.error * streams.normal("result.measured", year, holder_ids))
    return np.maximum(seen, 0.0) * pay.rate * FEN_PER_CNY
