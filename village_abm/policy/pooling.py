"""The forest ecological bank: scattered forest rights pooled, managed as one, and paid for by rent or shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Overhead, Scheme, payment_rule
from village_abm.streams import Streams


@dataclass(frozen=True)
class RentOrShare:
    """Pays a rent in advance every year, and a share of the net income of the stand.

    due = rent x area + share x max(net - rents, 0) by area, net the wood sold less tending and interest.
    """

    rent: float = needs("CNY/ha/yr", "paid for pooled forest every year", price="nominal")
    share: float = needs("1", "part of the bank's net income that those who pooled have")

    def offers(self) -> bool:
        """Whether anything is paid at all."""
        return self.rent > 0 or self.share > 0


@dataclass(frozen=True)
class Pool:
    """What may be pooled, from which area on, and for how long."""

    uses: tuple[str, ...] = needs(None, "uses of forest land that may be pooled")
    least_cover: float = needs("1", "cover from which a stand is worth managing")
    keeping: float = needs("CNY/ha/yr", "what forest is worth a year to the household that keeps it", price="2020")
    threshold: float = needs("ha", "area below which the bank does not start")
    years: int = needs(None, "years of a contract")


@dataclass(frozen=True)
class Stand:
    """What pooled forest yields to the bank and costs it."""

    wood: float = needs("kg/ha/yr", "wood sold standing a year from a stand of full cover, as households would manage")
    gain: float = needs("1", "what managing as one adds to it")
    ramp: float = needs("yr", "years until the gain is there")
    setup: float = needs("CNY/ha", "improving the stand, once, borrowed", price="2020")
    tending: float = needs("CNY/ha/yr", "guarding and tending by outside hands", price="2020")


@dataclass(frozen=True)
class Platform:
    """How well the bank is run and covered against bad years."""

    lapse: float = needs("1/yr", "chance that a year's wood finds no buyer: no staff, no platform, nobody answerable")
    interest: float = needs("1/yr", "rate on what the bank owes")
    subsidy: float = needs("1", "part of the interest that the government pays")
    lending: float = needs("CNY/ha", "most that the bank may owe, improving the stand included", price="2020")
    reserve: float = needs("yr", "years of rent kept as a reserve before net income is shared")


@payment_rule("pooled_rights")
@dataclass(frozen=True, kw_only=True)
class PooledRights(Scheme):
    """Forest rights of many households, pooled by a bank that sells the wood and pays rent or shares."""

    pays_for: Literal["pooled_rights"] = needs(None, "the payment rule")
    payment: RentOrShare
    pool: Pool
    stand: Stand
    platform: Platform
    delivery: Overhead

    @property
    def takes_in_land(self) -> bool:
        """Whether land comes under a contract."""
        return True

    @property
    def earns_its_payments(self) -> bool:
        """The bank pays rents from the wood; the government helps with the interest."""
        return True

    def last_payment(self) -> int:
        """The last year of the contracts of its last year."""
        return self.years[1] + max(self.pool.years, 1) - 1


def income(scheme: PooledRights, cover: np.ndarray, years: np.ndarray, price: float) -> np.ndarray:
    """What the wood of pooled plots brings, wood x cover x price x (1 + gain min(years/ramp, 1)) [CNY/ha/yr]; (n,)."""
    rules = scheme.stand
    better = 1 + rules.gain * np.minimum(years / max(rules.ramp, 1.0), 1.0)
    return rules.wood * cover * price * better


def expected(scheme: PooledRights, cover: np.ndarray, price: float, price_level: float) -> np.ndarray:
    """What plots may be expected to bring those who pool them, yuan of 2020 [CNY/ha/yr]; shape of `cover`."""
    rent = scheme.payment.rent / price_level
    grown = np.full(len(cover), scheme.stand.ramp)
    net = income(scheme, cover, grown, price) - scheme.stand.tending - rent
    return rent + scheme.payment.share * np.maximum(net, 0.0)


def sells(rules: Platform, streams: Streams, year: int, villages: np.ndarray) -> np.ndarray:
    """Whether the wood of each village finds a buyer this year: a draw not below `lapse`; (villages,) bool."""
    return streams.uniform("pooling.lapse", year, villages) >= rules.lapse


def shared(scheme: PooledRights, net: np.ndarray, rents: np.ndarray, held: np.ndarray) -> np.ndarray:
    """What of the year's net income is shared, rents taken off and the reserve filled first [fen]; (villages,).

    `net` before rents, `rents` due and `held` by the bank once they are paid.
    """
    free = np.minimum(net - rents, held - scheme.platform.reserve * rents)
    return np.floor(scheme.payment.share * np.maximum(free, 0)).astype(np.int64)


def paid_out(due: np.ndarray, able: np.ndarray, of: np.ndarray) -> np.ndarray:
    """What each household gets of what is due to it from what its bank is able to pay [fen]; (households,).

    Everybody gets the same part, rounded down; `able` (villages,), `of` the village of each.
    """
    total = np.zeros(len(able), np.int64)
    np.add.at(total, of, due)
    short = np.maximum(able, 0) < total
    part = np.divide(np.maximum(able, 0), total, out=np.ones(len(able)), where=total > 0)
    return np.where(short[of], np.floor(due * part[of]), due).astype(np.int64)
