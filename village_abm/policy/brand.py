"""A park brand: a premium on what members sell, for keeping a green convention, and green coins for listed assets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class PremiumAndCoins:
    """Buyers pay `premium` on branded sales of members; the county pays coins for keeping the convention.

    coins = least + (most - least) x min(points/full, 1), points of the green asset list.
    """

    premium: float = needs("1", "more that buyers pay for branded products, as a share")
    branded: float = needs("1", "part of the members' sales of these products that goes out under the brand")
    products: tuple[str, ...] = needs(None, "uses whose products carry the brand")
    coins_least: float = needs("CNY/household", "green coins of a year for keeping the convention", price="nominal")
    coins_most: float = needs("CNY/household", "with a full asset list", price="nominal")
    lodging: float = needs("1", "visitors that the brand adds where everybody keeps the convention, as a share")

    def offers(self) -> bool:
        """Whether members get anything at all."""
        return self.premium * self.branded > 0 or self.coins_most > 0


@dataclass(frozen=True)
class AssetList:
    """What of a household's own counts as green assets."""

    orchard: float = needs("1/ha", "points for orchards and other perennials")
    forest: float = needs("1/ha", "points for own forest land under trees and shrubs")
    homestay: float = needs("1", "points for a homestay")
    full: float = needs("1", "points of a full list")


@dataclass(frozen=True)
class Convention:
    """What keeping the convention is taken to cost."""

    effort: float = needs("CNY/household/yr", "time and care for labels, records and waste", price="2020")
    doe: float = needs("CNY/head/yr", "what a freely grazing doe brings a year, which members give up", price="2020")


@payment_rule("brand_premium")
@dataclass(frozen=True, kw_only=True)
class BrandPremium(Scheme):
    """A brand for the products of households who keep a green convention."""

    pays_for: Literal["brand_premium"] = needs(None, "the payment rule")
    payment: PremiumAndCoins
    assets: AssetList
    convention: Convention
    delivery: Delivery


def kept(
    cleared: np.ndarray, free_goats: np.ndarray, fined: np.ndarray, ploughed: np.ndarray, member: np.ndarray
) -> np.ndarray:
    """Members who kept the convention: cleared nothing, no free grazing, no fine, kept converted land; (n,)."""
    broke: np.ndarray = (cleared > 0) | (free_goats > 0) | (fined > 0) | (ploughed > 0)
    return member & ~broke


def points(rules: AssetList, orchards: np.ndarray, forest: np.ndarray, homestays: np.ndarray) -> np.ndarray:
    """Points of each household's asset list, from hectares and homestays; (households,)."""
    return rules.orchard * orchards + rules.forest * forest + rules.homestay * homestays


def coins(scheme: BrandPremium, keeps: np.ndarray, listed: np.ndarray) -> np.ndarray:
    """Green coins due to those who `keeps`, by the points `listed`, within the budget [fen]; (households,)."""
    pay = scheme.payment
    full = np.minimum(listed / scheme.assets.full, 1.0)
    yuan = pay.coins_least + (pay.coins_most - pay.coins_least) * full
    owed = np.where(keeps, np.rint(yuan * FEN_PER_CNY), 0).astype(np.int64)
    most = scheme.budget * FEN_PER_CNY / (1 + scheme.delivery.admin)
    total = int(owed.sum())
    return owed if total <= most else np.floor(owed * (most / total)).astype(np.int64)


def premiums(pay: PremiumAndCoins, sold: np.ndarray, keeps: np.ndarray, most: int | None = None) -> np.ndarray:
    """What buyers pay on top of sales of the listed products, premium x branded x sold [fen]; (households,).

    Not more than `most` in all [fen], everybody the same part; None where buyers have no limit.
    """
    more = np.where(keeps, np.rint(pay.premium * pay.branded * sold), 0).astype(np.int64)
    total = int(more.sum())
    return more if most is None or total <= most else np.floor(more * (most / total)).astype(np.int64)
