"""The year of land tickets: who sells, what the land becomes, who gets the money."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import LAND_KINDS
from village_abm.policy import quota
from village_abm.policy.quota import QuotaSale
from village_abm.policy.spent import Spent
from village_abm.society.demography import ELDER, MIGRANT
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.nature import move_carbon, stands_now
from village_abm.year.paying import pay

SETTLEMENT, COLLECTIVE = LAND_KINDS.index("settlement"), LAND_KINDS.index("collective")


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: QuotaSale, _room: int
) -> Spent:
    """Sell the homestead land that is offered; where no house is left on a patch, grass grows on it."""
    households, people, rules = village.households, village.people, scheme.homestead
    rows = households.rows
    ids, left = households.id[rows], households.left_home[rows] >= 0
    alive = people.rows
    elders = np.zeros(len(households), bool)
    elders[people.household[alive[people.status[alive] == ELDER]]] = True
    empty = quota.stood_empty(
        rules, people.household[alive].astype(np.int64), people.status[alive] == MIGRANT, people.away_years[alive],
        len(households),
    )  # fmt: skip
    part = quota.may_sell(
        rules, households.homestead_sold[rows], left, empty[rows], households.adults[rows], households.migrants[rows]
    )
    part[households.relocated[rows] & ~left] = 0.0  # a new house in the village they were moved to
    area = part * quota.homesteads(rules, village.streams, ids)
    wants = quota.reserve(rules, village.streams, ids, elders[rows], left)
    whole = part + households.homestead_sold[rows] >= 1
    sold, built = village.memory.get("homestead land sold", (0.0, _built(village)))
    taken = quota.sellers(scheme, village.streams, now.year, now.price_level, ids, area, whole, wants, built - sold)
    if not len(taken):
        return Spent()
    village.memory["homestead land sold"] = (sold + float(area[taken].sum()), built)
    chosen = rows[taken]
    house, fund, works = quota.proceeds(scheme.payment, now.year, area[taken])
    households.homestead_sold[chosen] += part[taken]
    owed = np.zeros(len(households), np.int64)
    owed[chosen] = house
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    shares = np.zeros(len(village.names), np.int64)
    np.add.at(shares, village.patches.village[homestead_patch(village)[chosen]].astype(np.int64), fund)
    reclaim(village)
    for row, k in zip(chosen.tolist(), taken.tolist(), strict=True):
        village.tell(
            "sold homestead land", household=int(households.id[row]),
            why={"mu": round(float(area[k]) * 15, 3), "least wanted a mu": round(float(wants[k]) / 15), "scheme": name},
        )  # fmt: skip
    return Spent(paid, admin, shared=pay.share_out(village, name, shares), works=int(works.sum()))


def _built(village: Village) -> float:
    """Land that houses stand on [ha]."""
    return float(np.count_nonzero(village.patches.land_kind == SETTLEMENT)) * village.hectares


def homestead_patch(village: Village) -> np.ndarray:
    """Row of the patch on which each household has its homestead: where it was moved from, else where it lives."""
    households = village.households
    return np.where(households.left_home >= 0, households.left_home, households.home).astype(np.int64)


def reclaim(village: Village) -> None:
    """Turn patches of houses that have all been sold from built land to collective grassland."""
    households, patches = village.households, village.patches
    alive, count = households.alive, len(patches)
    homes = homestead_patch(village)
    gone = alive & (households.homestead_sold >= 1)
    stands = alive & ~gone
    standing = np.bincount(homes[stands & (homes >= 0)], minlength=count)
    # Whoever was moved lives where the new house stands.
    standing += np.bincount(households.home[alive & (households.left_home >= 0)], minlength=count)
    sold = np.bincount(homes[gone & (homes >= 0)], minlength=count)
    rows = np.flatnonzero((sold > 0) & (standing == 0) & (patches.land_kind == SETTLEMENT))
    if not len(rows):
        return
    village.turn("reclaimed", rows, village.uses.index["grass"])
    patches.land_kind[rows], patches.age[rows] = COLLECTIVE, 0.0
    move_carbon(village, "reclaimed", stands_now(village))
