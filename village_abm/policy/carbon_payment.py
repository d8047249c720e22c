"""Payments for carbon: by the tree, and by tonnes of CO2 sold to a market or as forest tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.kept import KeptScheme, Measure
from village_abm.policy.parts import payment_rule
from village_abm.units import FEN_PER_CNY

CO2_OF_CARBON = 44 / 12


@dataclass(frozen=True)
class PerTree:
    """Pays for trees that stand: yuan = rate x min(trees per ha x area, most trees) a year and household. Nominal."""

    rate: float = needs("CNY/plant/yr", "paid for a tree and year", price="nominal")
    trees: float = needs("plant/ha", "trees on the land that count")
    most_trees: float = needs("plant", "most trees of one household")


@payment_rule("trees")
@dataclass(frozen=True, kw_only=True)
class TreesKept(KeptScheme):
    """Buyers pay households tree by tree; nothing of it is felled."""

    pays_for: Literal["trees"] = needs(None, "the payment rule")
    payment: PerTree

    def offer(self, year: int) -> float:
        """What holders expect a hectare to bring [CNY/ha/yr, nominal]: rate x trees."""
        return self.payment.rate * self.payment.trees


@dataclass(frozen=True)
class PerTonne:
    """Pays for CO2: yuan = tonnes sold x price x (1 - transaction cost), tonnes sold = credited x (1 - buffer).

    Credited is the norm x area, or what the project's land holds above the highest it was paid for, which rises by
    `baseline` every year: a gain that would have come anyway is not sold, and no tonne is sold twice. Nominal.
    """

    price: float = needs("CNY/tCO2", "what buyers pay", price="nominal")
    credited: Literal["measured", "norm"] = needs(None, "whether the gain is measured or credited by a norm")
    norm: float = needs("tCO2/ha/yr", "uptake credited by the norm; where it is measured, what holders expect of it")
    baseline: float = needs("tCO2/ha/yr", "gain that would come without the project; counts where it is measured")
    transaction: float = needs("1", "share of the sale that surveys, certificates and brokers take")
    buffer: float = needs("1", "share of the tonnes kept back against fire and felling")
    least_area: float = needs("ha", "smallest project that is certified")


@payment_rule("carbon")
@dataclass(frozen=True, kw_only=True)
class CarbonSold(KeptScheme):
    """The land under the scheme in a village is one project, whose tonnes are sold together."""

    pays_for: Literal["carbon"] = needs(None, "the payment rule")
    payment: PerTonne

    def measure(self) -> Measure:
        """Carbon in plants and soil."""
        return "carbon"

    def offer(self, year: int) -> float:
        """What holders expect a hectare to bring [CNY/ha/yr, nominal]: the norm, or what of it passes the baseline."""
        pay = self.payment
        tonnes = pay.norm if pay.credited == "norm" else max(0.0, pay.norm - pay.baseline)
        return tonnes * (1 - pay.buffer) * pay.price * (1 - pay.transaction)


def owed_for_trees(pay: PerTree, area: np.ndarray) -> np.ndarray:
    """What each household is due for the area that stands [ha], in fen; (households,)."""
    return np.minimum(pay.trees * area, pay.most_trees) * pay.rate * FEN_PER_CNY


def credits(
    pay: PerTonne, area: float, stock: np.ndarray, mark: np.ndarray, stands: np.ndarray, project: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Tonnes of CO2 credited to each plot this year [tCO2], and the new marks [t/ha]; shapes (plots,).

    `stock` and `mark` [t/ha of carbon]; `area` of a plot [ha]; `stands` plots not found wanting; `project` number of
    the project of each plot, `count` of them. Only a project at least `least_area` large is certified, and only
    where its plots together gained; the gain is shared in proportion to the plots' own gains. The mark of an
    unpaid project rises by the baseline alone.
    """
    large = np.bincount(project, minlength=count) * area >= pay.least_area * (1 - 1e-9)
    if pay.credited == "norm":
        return np.where(stands & large[project], pay.norm * area, 0.0), mark
    mark = mark + pay.baseline / CO2_OF_CARBON
    gain = stock - mark
    total = np.bincount(project, weights=gain, minlength=count)
    own = np.maximum(gain, 0.0)
    positive = np.bincount(project, weights=own, minlength=count)
    share = np.divide(total, positive, out=np.zeros(count), where=(total > 0) & large)[project]
    credited = np.where(stands, own * share, 0.0) * area * CO2_OF_CARBON
    return credited, np.where(share > 0, stock, mark)


def proceeds(pay: PerTonne, tonnes: np.ndarray) -> np.ndarray:
    """What holders get for the tonnes credited, buffer and transaction cost taken off [fen]; shape of `tonnes`."""
    return tonnes * (1 - pay.buffer) * pay.price * (1 - pay.transaction) * FEN_PER_CNY
