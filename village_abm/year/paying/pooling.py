"""The year of a forest bank: what is pooled, what the bank earns and owes, what it pays; a book of its own."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.order import totals
from village_abm.policy import pooling
from village_abm.policy.pooling import PooledRights
from village_abm.policy.spent import Spent
from village_abm.village import FOREST_LAND, Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import kept, pay
from village_abm.year.paying.offers import answers


def prepare(village: Village, _government: Government, now: Now, number: int, name: str, scheme: PooledRights) -> None:
    """Give back what is over, ask who would pool, and take it on where it is enough; pooled forest is closed."""
    _release(village, now, number, scheme)
    rows, holders = _offered(village, now, number, scheme)
    there = np.count_nonzero(village.patches.scheme == number)
    if not len(rows) or (len(rows) + there) * village.hectares < scheme.pool.threshold:
        return
    patches = village.patches
    patches.scheme[rows], patches.scheme_year[rows], patches.scheme_payee[rows] = number, now.year, holders
    patches.closed[rows], patches.closed_by_scheme[rows] = True, True
    where = patches.village[rows].astype(np.int64)
    ones = np.full(len(rows), village.hectares)
    setup = village.fen(scheme.stand.setup * totals(where, ones, len(village.names)))
    village.pay_bank("stands improved", -setup)
    for house, plots in zip(*np.unique(holders, return_counts=True), strict=True):
        village.tell(
            "pooled forest", household=int(village.households.id[house]),
            why={"scheme": name, "mu": round(float(plots * village.hectares * 15), 2)},
        )  # fmt: skip


def _release(village: Village, now: Now, number: int, scheme: PooledRights) -> None:
    """End contracts that have run their time, and open what the bank no longer holds."""
    patches = village.patches
    mine = np.flatnonzero(patches.scheme == number)
    over = mine[now.year - patches.scheme_year[mine] >= scheme.pool.years]
    patches.scheme[over], patches.scheme_payee[over] = -1, -1
    kept.reopen(village)


def _offered(village: Village, now: Now, number: int, scheme: PooledRights) -> tuple[np.ndarray, np.ndarray]:
    """Plots that households would pool this year, and their holders; (n,)."""
    patches, size = village.patches, len(village.households)
    nothing = np.zeros(0, np.int64)
    if not (scheme.is_open(now.year) and scheme.payment.offers()):
        return nothing, nothing
    fit = np.array([use in scheme.pool.uses for use in village.uses.names])
    may = fit[patches.use] & (patches.land_kind == FOREST_LAND) & (patches.owner >= 0) & (patches.scheme < 0)
    may &= ~patches.closed & (patches.cover >= scheme.pool.least_cover)
    rows = np.flatnonzero(may)
    owner = patches.owner[rows].astype(np.int64)
    price = float(now.trend_prices[village.uses.index["timber"]])
    brings = pooling.expected(scheme, patches.cover[rows], price, now.price_level)
    plots = np.bincount(owner, minlength=size)
    mean = np.divide(np.bincount(owner, weights=brings, minlength=size), plots, out=np.zeros(size), where=plots > 0)
    inside = np.zeros(size, bool)
    inside[patches.scheme_payee[patches.scheme == number]] = True
    willing = answers(village, now, scheme, mean, np.full(size, scheme.pool.keeping), scheme.pool.years, inside)
    chosen = rows[willing[owner]]
    return chosen, patches.owner[chosen].astype(np.int64)


def settle(
    village: Village, _government: Government, now: Now, number: int, name: str, scheme: PooledRights, _room: int
) -> Spent:
    """Sell the wood, pay for tending and interest, then rents and shares as far as the bank can."""
    patches, households = village.patches, village.households
    rows, size = np.flatnonzero(patches.scheme == number), len(village.names)
    if not len(rows) and not village.bank.any():
        return Spent()
    where = patches.village[rows].astype(np.int64)
    area = np.bincount(where, minlength=size) * village.hectares
    payee = patches.scheme_payee[rows].astype(np.int64)
    plots = np.bincount(payee, minlength=len(households))
    rent = np.rint(scheme.payment.rent * village.hectares * 100 * plots).astype(np.int64)
    of = households.village.astype(np.int64)
    rents = np.zeros(size, np.int64)
    np.add.at(rents, of, rent)
    net, subsidy = _run(village, now, scheme, rows, area, rents)
    share = pooling.shared(scheme, net, rents, village.bank - rents)
    part = np.divide(plots * village.hectares, area[of], out=np.zeros(len(households)), where=area[of] > 0)
    due = rent + np.floor(share[of] * part).astype(np.int64)
    able = village.bank + village.fen(scheme.platform.lending * area)
    gets = pooling.paid_out(due, able, of)
    earned = pay.hand_over(village, name, gets, due, earned=True)
    out = np.zeros(size, np.int64)
    np.add.at(out, of, gets)
    village.pay_bank("rents and shares paid", -out)
    return Spent(works=subsidy, earned=earned)


def _run(
    village: Village, now: Now, scheme: PooledRights, rows: np.ndarray, area: np.ndarray, rents: np.ndarray
) -> tuple[np.ndarray, int]:
    """The bank's business of the year; its net income before `rents` (villages,) and the subsidy it got [fen].

    What the bank pays for its own people is a share of the rents due, as schemes pay theirs of what they pay out.
    """
    patches, rules, size = village.patches, scheme.platform, len(village.names)
    price = float(now.trend_prices[village.uses.index["timber"]])
    years = now.year - patches.scheme_year[rows].astype(np.int64)
    brings = pooling.income(scheme, patches.cover[rows], years, price) * village.hectares
    wood = totals(patches.village[rows].astype(np.int64), brings, size)
    wood *= pooling.sells(rules, village.streams, now.year, np.arange(size))
    interest = np.rint(rules.interest * np.maximum(-village.bank, 0)).astype(np.int64)
    helped = np.floor(rules.subsidy * interest * scheme.is_open(now.year)).astype(np.int64)
    most = int(scheme.budget * 100)
    if helped.sum() > most:
        helped = helped * most // int(helped.sum())
    moves = {
        "pooled wood sold": village.fen(wood),
        "tending of the pool": -village.fen(scheme.stand.tending * area),
        "interest of the bank": -interest,
        "administration of the bank": -np.floor(scheme.delivery.admin * rents).astype(np.int64),
        "interest subsidy": helped,
    }
    for entry, amount in moves.items():
        village.pay_bank(entry, amount)
    return np.asarray(sum(moves.values())), int(helped.sum())
