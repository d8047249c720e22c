"""Land tickets: homestead land is reclaimed and the right to build on as much elsewhere is sold as a quota."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class AHectareOfQuota:
    """Buyers pay `price` a unit of quota, on a straight line between its years; the net price is shared.

    Net price = price - reclaiming; the household has `household_share` of it, the village fund the rest. Where the
    price does not cover reclaiming nothing is sold. Nominal money; price and shares: W148 and estimates.
    """

    price_years: tuple[int, ...] = needs(None, "years of the prices")
    price: tuple[float, ...] = needs("CNY/ha", "paid by whoever builds elsewhere", price="nominal", any_length=True)
    reclaiming: float = needs("CNY/ha", "paid to contractors who take the house down and bring soil", price="nominal")
    household_share: float = needs("1", "part of the net price that the household has")
    quota: float = needs("ha/yr", "most that buyers take from here in a year")

    def __post_init__(self) -> None:
        if len(self.price) != len(self.price_years) or list(self.price_years) != sorted(set(self.price_years)):
            raise ParameterError(
                f"price_years = {list(self.price_years)} and price = {list(self.price)} do not belong together. "
                f"Write rising years and one price for each."
            )

    def at(self, year: int) -> float:
        """Price of a year [CNY/ha, nominal]."""
        return float(np.interp(year, self.price_years, self.price))

    def net(self, year: int) -> float:
        """Price less reclaiming, not below nothing [CNY/ha, nominal]."""
        return max(self.at(year) - self.reclaiming, 0.0)


@dataclass(frozen=True)
class Homestead:
    """Whose homestead land may be sold, how much that is, and what it is worth to those who hold it."""

    least: float = needs("ha", "smallest homestead")
    most: float = needs("ha", "largest homestead; each house draws evenly between them, once for good")
    spare: float = needs("1", "part of it that a house lived in can spare; 0: only empty houses are sold")
    settled: float = needs("yr", "years running that all its people have been away before an empty house is sold")
    away: float = needs("1", "part of the adults away from which a house lived in sells what it can spare")
    house: float = needs("CNY/ha", "what house and yard are worth to a household without old people", price="2020")
    attachment: float = needs("1", "how much more where somebody old may want to come home, as a share")
    spread: float = needs("1", "spread of the logarithm of this worth between households")


@payment_rule("quota_sale")
@dataclass(frozen=True, kw_only=True)
class QuotaSale(Scheme):
    """Quotas for homestead land of households who have left it, as far as buyers and budget reach."""

    pays_for: Literal["quota_sale"] = needs(None, "the payment rule")
    payment: AHectareOfQuota
    homestead: Homestead
    delivery: Delivery


def homesteads(rules: Homestead, streams: Streams, household_ids: np.ndarray) -> np.ndarray:
    """Homestead land of each household [ha]; as `household_ids`."""
    return rules.least + (rules.most - rules.least) * streams.uniform("quota.homestead", 0, household_ids)


def may_sell(
    rules: Homestead, sold: np.ndarray, left: np.ndarray, empty: np.ndarray, adults: np.ndarray, migrants: np.ndarray
) -> np.ndarray:
    """Part of its homestead that each household may sell this year; (households,) [1].

    All that is not `sold` yet where the house was `left` for good or has stood `empty` for long, `spare` where at
    least `away` of the adults live elsewhere, nothing where most live at home.
    """
    mostly = (adults > 0) & (migrants >= rules.away * adults)
    part = np.where(left | empty, 1.0, np.where(mostly, rules.spare, 0.0))
    return np.maximum(part - sold, 0.0)


def stood_empty(
    rules: Homestead, household: np.ndarray, migrant: np.ndarray, away_years: np.ndarray, households: int
) -> np.ndarray:
    """Houses whose people have all been away for `settled` years; (households,) bool, the other arrays by person."""
    members = np.bincount(household, minlength=households)
    settled = np.bincount(household[migrant & (away_years >= rules.settled)], minlength=households)
    return (members > 0) & (settled == members)


def reserve(
    rules: Homestead, streams: Streams, household_ids: np.ndarray, old: np.ndarray, left: np.ndarray
) -> np.ndarray:
    """Least that each household wants for its homestead, yuan of 2020; (households,) [CNY/ha].

    house (1 + attachment old) exp(spread z), z a standard normal drawn once for good; `old` whether somebody old
    belongs to it. Nothing where the house was `left` for good.
    """
    worth = (
        rules.house
        * (1 + rules.attachment * old)
        * np.exp(rules.spread * streams.normal("quota.worth", 0, household_ids))
    )
    return np.where(left, 0.0, worth)


def sellers(
    scheme: QuotaSale, streams: Streams, year: int, price_level: float, ids: np.ndarray, area: np.ndarray,
    whole: np.ndarray, wants: np.ndarray, built: float = np.inf,
) -> np.ndarray:  # fmt: skip
    """Positions of the households that sell this year: those who want more than nothing for it, empty houses first.

    `area` [ha] they may sell, `whole` whether that leaves nothing, `wants` [CNY/ha of 2020] the least they take; (n,).
    Within these a draw of the year decides; the next is taken as long as quota, budget and land `built` on that has
    not been sold [ha] last, whoever does not fit waits with all behind.
    """
    net = scheme.payment.net(year)
    if not scheme.is_open(year) or net <= 0:
        return np.zeros(0, np.int64)
    offer = scheme.payment.household_share * net / price_level
    willing = np.flatnonzero((area > 0) & (offer >= wants))
    luck = streams.uniform("quota.turn", year, ids[willing])
    order = willing[np.lexsort((ids[willing], luck, ~whole[willing]))]
    cost = scheme.payment.at(year) + scheme.delivery.admin * scheme.payment.household_share * net
    most = min(scheme.payment.quota, scheme.budget / cost, built)
    return order[np.cumsum(area[order]) <= most]


def proceeds(payment: AHectareOfQuota, year: int, area: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the sale of `area` [ha] brings, in whole fen: to each household, to the fund, to contractors; (n,)."""
    price = np.rint(payment.at(year) * area * FEN_PER_CNY).astype(np.int64)
    works = np.minimum(np.rint(payment.reclaiming * area * FEN_PER_CNY).astype(np.int64), price)
    house = np.floor(payment.household_share * (price - works)).astype(np.int64)
    return house, price - works - house, works
