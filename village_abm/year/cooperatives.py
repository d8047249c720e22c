"""Line 11 of the year: cooperatives sell and share out, fail, lose members, are founded and joined."""

from __future__ import annotations

import numpy as np

from village_abm.economy import surplus
from village_abm.village import Village
from village_abm.year import coop_members, coop_trade
from village_abm.year.coop_books import served, working
from village_abm.year.exogenous import Now


def act(village: Village, now: Now) -> None:
    """Let cooperatives live a year; both books hold every fen between them and their members."""
    if not village.params.cooperatives.on:
        return
    village.households.cooperative_days[:] = 0.0
    village.memory["visitors"] = 1.0
    if working(village).any():
        coop_trade.trade(village, now)
    sellers = coop_members.Sellers.of(village)
    coop_members.end(village)
    coop_members.leave(village)
    coop_members.found(village, now, sellers)
    coop_members.join(village, now, sellers)


def deliver(
    village: Village, prices: np.ndarray, use: np.ndarray, owner: np.ndarray, kg: np.ndarray, home: np.ndarray,
    sold: np.ndarray,
) -> np.ndarray | int:  # fmt: skip
    """Let members bring what they do not eat, or sell it outside; worth of it at traders' prices, (households,) [fen].

    `use`, `owner`, `kg` (plots,), `home` share of the grain eaten and `sold` worth of all that is sold [fen]
    (households,). Traders pay for the rest.
    """
    if not village.params.cooperatives.on:
        return 0
    rules, coops, size = village.params.cooperatives, village.cooperatives, len(village.households)
    village.memory["home share"] = home
    sale = rules.drivers.column("sale")[coops.driver] * working(village)
    if not sale.any():
        village.memory["deliveries"] = None
        return 0
    member = village.households.cooperative.astype(np.int64)
    sells = np.append(sale, 0.0)[member]  # -1, no cooperative, is the last
    product = np.where(sells > 0, np.append(coops.use, -1)[member], -1)
    mine = np.flatnonzero(product[owner] == use)
    eaten = np.where(village.uses.grain[use[mine]] > 0, home[owner[mine]], 0.0)
    brought = np.bincount(owner[mine], weights=kg[mine] * (1 - eaten), minlength=size) * sells
    agreed = surplus.agreed_price(rules.trade, village.memory["usual price"], prices)
    luck = village.streams.normal("cooperatives.loyalty", 0, village.households.id)
    tempted = surplus.sells_outside(rules.trade, prices[product], agreed[product], luck)
    delivered = np.where(tempted, 0.0, brought)
    worth = np.minimum(village.fen(delivered * prices[product]), sold)
    village.memory["deliveries"] = {
        "kg": delivered, "outside": brought - delivered, "worth": worth,
        "paid": village.fen(delivered * agreed[product]), "product": product,
    }  # fmt: skip
    return worth


def rental_cost(village: Village) -> np.ndarray | float:
    """Part of the cost of renting that is left to each household [1]; (households,)."""
    rules = village.params.cooperatives
    return np.where(served(village), rules.trade.rental_cost, 1.0) if rules.on else 1.0
