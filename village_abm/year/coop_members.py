"""Cooperatives come and go: founded, joined, left, ended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agents.cooperative import DRIVERS, FOUNDERS
from agents.patch import is_cropland
from agents.person import STATUSES
from village_abm.economy import cooperatives, surplus
from village_abm.society.ties import tie_share
from village_abm.streams import permanent_id
from village_abm.village import Village
from village_abm.year import means
from village_abm.year.coop_books import keep_credit, let_go, outside, settle, take_in, working
from village_abm.year.coop_trade import plant
from village_abm.year.exogenous import Now

MIGRANT = STATUSES.index("migrant")


@dataclass
class Sellers:
    """What households sell and know, worked out when somebody asks."""

    village: Village

    @classmethod
    def of(cls, village: Village) -> Sellers:
        """The sellers of a village after its harvest."""
        return cls(village)

    @cached_property
    def area(self) -> np.ndarray:
        """Land whose product is sold [ha]; (households, uses)."""
        use, owner, _ = self.village.memory["harvest"]
        return self._of_uses(use, owner, np.full(len(use), self.village.hectares))

    @cached_property
    def kg(self) -> np.ndarray:
        """Product sold, cooperatives included [kg/yr]; (households, uses)."""
        return self._of_uses(*self.village.memory["harvest"])

    def _of_uses(self, use: np.ndarray, owner: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        size, count = len(self.village.households), len(self.village.uses)
        cells = np.bincount(owner * count + use, weights=amounts, minlength=size * count).reshape(size, count)
        home = self.village.memory["home share"][:, None] * (self.village.uses.grain > 0)
        return cells * (1 - home)

    @cached_property
    def schooling(self) -> tuple[np.ndarray, np.ndarray]:
        """Schooling of adults against the mean of all households [standard deviations], and the most at home [yr]."""
        people, size = self.village.people, len(self.village.households)
        rules = self.village.params.people.demography
        rows = people.rows
        rows = rows[(people.age[rows] >= rules.adult_age) & (people.age[rows] < rules.elder_age)]
        house, years = people.household[rows], people.schooling[rows]
        count = np.bincount(house, minlength=size)
        mean = np.bincount(house, weights=years, minlength=size) / np.maximum(count, 1)
        there = mean[count > 0]
        spread = float(there.std()) if len(there) else 0.0
        z = np.where(count > 0, (mean - there.mean()) / spread, 0.0) if spread > 0 else np.zeros(size)
        most = np.zeros(size)
        home = people.status[rows] != MIGRANT
        np.maximum.at(most, house[home], years[home])
        return z, most

    def chance(self, now: Now, area: np.ndarray, ties: np.ndarray) -> np.ndarray:
        """Chance of every household to join within the year; (households,)."""
        households, rules = self.village.households, self.village.params.cooperatives.membership
        first, last = rules.targeted
        poor = households.registered_poor & (first <= now.year <= last)
        return cooperatives.joining(rules, households.backbone, self.schooling[0], ties, area, poor)

    def able(self) -> np.ndarray:
        """Who lives, is in no cooperative and can pay a share; (households,) bool."""
        village, households = self.village, self.village.households
        can_pay = means.purse(village) >= village.params.cooperatives.membership.share
        return households.alive & (households.members > 0) & (households.cooperative < 0) & can_pay


def end(village: Village) -> None:
    """End cooperatives that fail, are bankrupt or have nobody left; what they have is shared out. A few a year."""
    coops, rules = village.cooperatives, village.params.cooperatives.membership
    sells = coops.use >= 0
    use = np.maximum(coops.use, 0)
    price = np.where(sells, village.memory["price"][use], 1.0)
    previous = np.where(sells, village.memory["previous price"][use], 1.0)
    hazard = cooperatives.failure(rules, price, previous)
    luck = village.streams.uniform("cooperatives.failure", village.year, coops.id)
    broke = coops.cash + plant(village) < 0
    for coop in np.flatnonzero(coops.alive & ((luck < hazard) | broke | (coops.members == 0))).tolist():
        why = {
            "cooperative": int(coops.id[coop]),
            "hazard": round(float(hazard[coop]), 3),
            "bankrupt": bool(broke[coop]),
            "members": int(coops.members[coop]),
            "cash": round(float(village.real(coops.cash[coop]))),
        }
        wind_up(village, coop)
        village.tell("cooperative ended", why=why)


def wind_up(village: Village, coop: int) -> None:
    """Sell the line, pay what can be paid and share out the rest by shares; nobody is a member any more."""
    coops, households = village.cooperatives, village.households
    one = np.array([coop])
    line = np.rint(plant(village)[one] * village.params.cooperatives.line.salvage).astype(np.int64)
    outside(village, "line sold", line, one)
    rows = np.flatnonzero(households.cooperative == coop)
    shares, left = households.cooperative_share[rows], int(coops.cash[coop])
    if left < 0:
        outside(village, "left to creditors", -coops.cash[one], one)
    elif shares.sum() > 0:
        parts, of = surplus.shared(left, shares), np.full(len(rows), coop)
        own = np.minimum(parts, shares)  # the share itself was theirs before and is no income
        settle(village, "shares paid out", own, rows, of)
        settle(village, "shared out at the end", parts - own, rows, of)
        households.enterprise_income[rows] += parts - own
    else:
        village.pay_fund("left to the village", coops.cash[one], coops.village[one])
        outside(village, "left to the village", -coops.cash[one], one)
    keep_credit(village, rows)
    households.cooperative[rows], households.cooperative_share[rows] = -1, 0
    coops.shares[coop], coops.members[coop], coops.line_capacity[coop], coops.line_cost[coop] = 0, 0, 0.0, 0
    coops.brand[coop], coops.surplus[coop], coops.gain[coop] = 0.0, 0, 0.0
    coops.delivered[coop] = coops.outside[coop] = coops.processed[coop] = coops.price_paid[coop] = 0.0
    coops.alive[coop], coops.ended[coop] = False, village.year


def leave(village: Village) -> None:
    """Let members leave who have had enough."""
    households, coops = village.households, village.cooperatives
    rows = np.flatnonzero(households.cooperative >= 0)
    if not len(rows):
        return
    of = households.cooperative[rows]
    luck = village.streams.uniform("cooperatives.leaving", village.year, households.id[rows])
    chance = cooperatives.leaving(village.params.cooperatives.membership, coops.gain[of])
    goes = luck < chance
    for row, coop, p in zip(rows[goes].tolist(), of[goes].tolist(), chance[goes].tolist(), strict=True):
        why = {"cooperative": int(coops.id[coop]), "chance": round(p, 3), "gain": round(float(coops.gain[coop]), 3)}
        village.tell("left a cooperative", household=int(households.id[row]), why=why)
    village.count("left cooperatives", np.ones(int(goes.sum())), households.village[rows[goes]])
    let_go(village, rows[goes])


def found(village: Village, now: Now, sellers: Sellers) -> None:
    """Found cooperatives of products that have growers enough and no cooperative; a few draws a village."""
    rules = village.params.cooperatives.founding
    interested = _interested(village, sellers)
    for place in range(len(village.names)):
        wants = interested & (village.households.village == place)[:, None]
        lacking = _lacking(village, sellers, place, wants)
        # By name, not by number: a use added among the others leaves their luck as it was.
        names = [village.uses.names[use] for use in lacking.tolist()]
        ids = np.array([permanent_id(place, "cooperative", now.year, name) for name in names], np.int64)
        luck = village.streams.uniform("cooperatives.founding", now.year, ids)
        for at in np.flatnonzero(luck < cooperatives.product_hazard(rules, now.year, len(lacking))).tolist():
            _found_one(village, now, sellers, wants[:, lacking[at]], place, int(lacking[at]), ids[at])


def _interested(village: Village, sellers: Sellers) -> np.ndarray:
    """Who would join in founding a cooperative of what; (households, uses) bool."""
    households = village.households
    rising = households.price_belief >= village.memory["usual price"]
    wants = cooperatives.interested(
        village.params.cooperatives.founding, sellers.area, village.uses.is_kind("perennial"), households.knowledge,
        rising,
    )  # fmt: skip
    return wants & households.alive[:, None]


def _lacking(village: Village, sellers: Sellers, place: int, wants: np.ndarray) -> np.ndarray:
    """Products sold in a village that enough of its households are interested in and no cooperative sells; uses."""
    coops, uses = village.cooperatives, village.uses
    served = coops.use[coops.alive & ~coops.shell & (coops.village == place) & (coops.use >= 0)]
    lacking = wants.sum(axis=0) >= village.params.cooperatives.founding.interested
    lacking &= sellers.kg[village.households.village == place].sum(axis=0) > 0
    lacking[served] = False
    return np.flatnonzero(lacking & np.array([bool(series) for series in uses.price_series]))


def _found_one(
    village: Village, now: Now, sellers: Sellers, wants: np.ndarray, place: int, use: int, identity: np.int64
) -> None:
    """Found a cooperative of a product in a village, if there is somebody who can; `wants` (households,)."""
    rules, households, coops = village.params.cooperatives, village.households, village.cooperatives
    if (coops.id == identity).any():
        return  # founded this year and gone again
    same = coops.alive & (coops.village == place) & (coops.use == use)
    sold = float(sellers.kg[households.village == place, use].sum())
    known = households.knowledge[:, use]
    free = wants & sellers.able()
    kinds = np.where(sellers.schooling[1] >= rules.founding.cadre_schooling, FOUNDERS.index("cadre"), -1)
    kinds = np.where(households.returnee, FOUNDERS.index("returning migrant"), kinds)
    kinds = np.where(households.backbone, FOUNDERS.index("backbone farmer"), kinds)
    founder = cooperatives.best_founder(
        rules.founding, np.where(free, kinds, -1), known, sellers.schooling[1], village.real(households.cash),
        households.id,
    )  # fmt: skip
    shells = cooperatives.shells(rules.founding, now.year)
    shell = bool(village.streams.uniform("cooperatives.shell", now.year, identity) < shells)
    kind = int(kinds[founder]) if founder >= 0 else FOUNDERS.index("firm")
    if founder < 0:
        comes = village.streams.uniform("cooperatives.firm", now.year, identity) < rules.founding.firm_chance
        if shell or not comes or sold < rules.founding.firm_from:
            return
    if shell and same.any():
        return  # somebody else has had what is to be had for it
    luck = village.streams.uniform("cooperatives.joining", now.year, households.id, use)
    driver = _driver(village, identity, place, use, kind, sold)
    if shell:
        names = np.flatnonzero(free)
        order = names[np.lexsort((households.id[names], luck[names]))]
        joins = order[order != founder][: rules.founding.legal_members - 1]
    else:
        chance = sellers.chance(now, sellers.area[:, use], np.zeros(len(households)))
        joins = np.flatnonzero(free & (luck < chance))
        joins = joins[joins != founder]
    rows = np.append(joins, founder) if founder >= 0 else joins
    if len(rows) < rules.founding.legal_members:
        return
    product = -1 if DRIVERS[driver] == "non_farm" else use
    coop = coops.add(
        np.array([identity]), village=place, use=product, driver=driver, founder_kind=kind, shell=shell,
        founded=now.year, founder=households.id[founder] if founder >= 0 else -1,
    )  # fmt: skip
    village.ledger["cooperatives"].grow(len(coops))
    _open(village, coop, rows, founder, shell)
    why = {
        "cooperative": int(identity), "product": village.uses.names[use], "driver": DRIVERS[driver],
        "founder": FOUNDERS[kind], "shell": shell, "interested": int(wants.sum()), "members": len(rows),
        "sold t": round(sold / 1000, 1),
    }  # fmt: skip
    village.tell("cooperative founded", household=int(households.id[founder]) if founder >= 0 else None, why=why)


def _driver(village: Village, identity: np.int64, place: int, use: int, founder: int, sold: float) -> int:
    """Type of a new cooperative by what the village has and who founds it."""
    rules, households, patches, coops = (
        village.params.cooperatives, village.households, village.patches, village.cooperatives,
    )  # fmt: skip
    here, land = households.alive & (households.village == place), patches.village == place
    days = float(households.labour[here].sum())
    tilled = land & is_cropland(patches.land_kind)
    endowed = cooperatives.endowments(
        rules.founding, rules.line, float(households.idle_days[here].sum()) / max(days, 1.0), sold,
        float(patches.cover[land].mean()), float((patches.use[tilled] == use).mean()) if tilled.any() else 0.0,
    )  # fmt: skip
    works = working(village) & (coops.village == place) & (coops.use < 0)
    luck = village.streams.gumbel("cooperatives.driver", village.year, identity, np.arange(len(DRIVERS)))
    return cooperatives.driver_of(rules, endowed, founder, luck, ("non_farm",) if works.any() else ())


def _open(village: Village, coop: np.ndarray, rows: np.ndarray, founder: int, shell: bool) -> None:
    """Pay in shares and the founding subsidy; who founded a shell takes the subsidy home."""
    rules, households = village.params.cooperatives, village.households
    share = np.where(rows == founder, rules.founding.founder_share, rules.membership.share)
    take_in(village, rows, np.repeat(coop, len(rows)), village.fen(0.0 * share if shell else share))
    given = rules.founding.subsidy if village.year >= rules.founding.law_year else 0.0
    subsidy = np.array([int(village.fen(given))])
    outside(village, "founding subsidy", subsidy, coop)
    if founder < 0:
        outside(village, "put in by a firm", village.fen(np.array([rules.founding.founder_share])), coop)
    elif shell:
        settle(village, "taken by the founder", subsidy, np.array([founder]), coop)
        households.enterprise_income[founder] += subsidy[0]


def join(village: Village, now: Now, sellers: Sellers) -> None:
    """Let growers join the cooperative of their product; who could join two joins that of the larger land."""
    coops, households, rules = village.cooperatives, village.households, village.params.cooperatives
    there = np.flatnonzero(working(village) & (coops.founded < now.year))
    if not len(there):
        return
    there = there[np.argsort(coops.id[there], kind="stable")]
    able, ids = sellers.able(), households.id
    member = households.cooperative[:, None] == there
    ties = tie_share(village.known(), member, households.alive, otherwise=0.0)
    best, choice, taken = np.full(len(households), -1.0), np.full(len(households), -1), np.zeros(len(households))
    for column, coop in enumerate(there.tolist()):
        use = int(coops.use[coop])
        area = sellers.area[:, use] if use >= 0 else np.zeros(len(households))
        grows = area > rules.founding.least_area if use >= 0 else households.idle_days >= rules.trade.job_days
        chance = sellers.chance(now, area, ties[:, column])
        luck = village.streams.uniform("cooperatives.joining", now.year, ids, use)
        new = able & grows & (households.village == coops.village[coop]) & (luck < chance) & (area > best)
        best[new], choice[new], taken[new] = area[new], coop, chance[new]
    rows = np.flatnonzero(choice >= 0)
    fen = np.broadcast_to(village.fen(rules.membership.share), rows.shape)
    take_in(village, rows, choice[rows], fen)
    village.count("joined cooperatives", np.ones(len(rows)), households.village[rows])
    for row in rows.tolist():
        why = {"cooperative": int(coops.id[choice[row]]), "chance": round(float(taken[row]), 3)}
        village.tell("joined a cooperative", household=int(ids[row]), why=why | {"mu": round(float(best[row]) * 15, 1)})
