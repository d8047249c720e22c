"""The year of "blood-making" support: courses before land is used; work, grants and shares on payment day."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import is_cropland
from village_abm.policy import support
from village_abm.policy.spent import Spent
from village_abm.policy.support import Support
from village_abm.village import Village
from village_abm.year import funders
from village_abm.year.coop_books import outside, selling
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay


def prepare(village: Village, _government: Government, now: Now, _number: int, name: str, scheme: Support) -> None:
    """Teach those who are supported and know less than all, and contract fallow land of the collective to them."""
    village.memory.pop(f"trained by {name}", None)
    if not scheme.is_open(now.year):
        return
    households, rules = village.households, scheme.training
    supported = _supported(village, scheme)
    if rules.gain > 0 or rules.job_days > 0:
        chosen = support.trained(scheme, village.streams, households.id, supported)
        columns = [village.uses.index[use] for use in scheme.uses]
        rows = np.flatnonzero(chosen)
        cells = np.ix_(rows, columns)
        households.knowledge[cells] = support.learned(rules, households.knowledge[cells])
        village.memory[f"trained by {name}"] = chosen
        courses = support.courses(scheme, chosen)
        funders.commit(village, name, courses + int(scheme.delivery.admin * courses))
    if scheme.help.land > 0:
        _contract_land(village, scheme, np.flatnonzero(supported))


def _supported(village: Village, scheme: Support) -> np.ndarray:
    households = village.households
    return households.alive & support.reached(
        scheme, village.streams, households.id, households.registered_poor, households.backbone
    )


def _contract_land(village: Village, scheme: Support, takers: np.ndarray) -> None:
    """Give each of the `takers` plots of fallow land that nobody holds in its village, the nearest to a house first."""
    patches, households = village.patches, village.households
    free = (patches.owner < 0) & (patches.use == village.uses.index["fallow"]) & is_cropland(patches.land_kind)
    free &= ~patches.closed & ~patches.red_line & (patches.scheme < 0)
    plots = max(int(scheme.help.land / village.hectares), 0)
    for place in np.unique(patches.village[free]):  # one pass a village
        here = takers[households.village[takers] == place]
        rows = np.flatnonzero(free & (patches.village == place))
        rows = rows[np.lexsort((patches.id[rows], patches.distance[rows]))][: plots * len(here)]
        if len(rows):
            patches.owner[rows] = here[np.lexsort((households.id[here],))][np.arange(len(rows)) % len(here)]
            village.tell("contracted fallow land", why={"scheme": scheme.name, "plots": len(rows)})


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: Support, _room: int
) -> Spent:
    """Find work for the trained, pay trainers, seedlings, grants for lines and shares, as far as the budget reaches."""
    rules = scheme.help
    trained = village.memory.get(f"trained by {name}")
    courses = 0
    if trained is not None:
        courses = support.courses(scheme, trained)
        _find_work(village, scheme, trained)
    if not scheme.is_open(now.year):
        return Spent()
    left = support.most(scheme) - courses
    supported = _supported(village, scheme)
    owed = support.within(_planted(village, scheme, supported), left)
    paid, _ = pay.deliver(village, name, scheme.delivery, owed)
    works = courses + _grant_lines(village, scheme, left - paid)
    if rules.shares > 0:
        works += _give_shares(village, scheme, supported, left - paid - (works - courses))
    return Spent(paid, int(np.floor(scheme.delivery.admin * (paid + works))), works=works)


def _find_work(village: Village, scheme: Support, trained: np.ndarray) -> None:
    """Turn idle days of the trained into paid days; wages come with those of other local work."""
    households, book = village.households, village.ledger["labour"]
    days = np.where(trained & households.alive, np.minimum(households.idle_days, scheme.training.job_days), 0.0)
    if not days.any():
        return
    households.idle_days[:] -= days
    households.local_labour[:] += days
    book.enter("without work", days)
    book.enter("worked for wages", -days)


def _planted(village: Village, scheme: Support, supported: np.ndarray) -> np.ndarray:
    """Part of what the supported paid for planting this year that is paid back [fen]; (households,)."""
    patches, uses, households = village.patches, village.uses, village.households
    named = np.array([use in scheme.uses for use in uses.names]) & uses.is_kind("perennial")
    new = np.flatnonzero(named[patches.use] & (patches.use_age == 1) & (patches.scheme < 0) & (village.workers >= 0))
    new = new[supported[village.workers[new]]]
    cost = uses.establish_cash[patches.use[new]] * village.hectares * scheme.help.seedlings
    return village.fen(np.bincount(village.workers[new], weights=cost, minlength=len(households)))


def _grant_lines(village: Village, scheme: Support, left: int) -> int:
    """Give cooperatives that could fill a line what they lack to build one; returns what is granted [fen]."""
    coops, rules = village.cooperatives, village.params.cooperatives
    if scheme.help.lines == 0 or not rules.line.on or left <= 0:
        return 0
    does = rules.drivers.column("line")[coops.driver] * selling(village)
    none = (coops.line_built == 0) | (village.year - coops.line_built >= rules.line.life)
    may = (does > 0) & none & (coops.delivered >= rules.line.least)
    own = village.fen(rules.line.own_money * rules.line.cost * coops.delivered)
    fen = support.within(np.where(may, support.grant(scheme.help, own, coops.cash), 0), left)
    if fen.any():
        outside(village, "grant for a line", fen)
    return int(fen.sum())


def _give_shares(village: Village, scheme: Support, supported: np.ndarray, left: int) -> int:
    """Top up the shares of supported members of cooperatives that sell; returns what that costs [fen]."""
    coops, households = village.cooperatives, village.households
    rows = np.flatnonzero(supported & (households.cooperative >= 0))
    rows = rows[selling(village)[households.cooperative[rows]]]
    missing = np.maximum(round(scheme.help.shares * 100) - households.cooperative_share[rows], 0)
    fen = support.within(missing, left)
    if not fen.any():
        return 0
    of = households.cooperative[rows].astype(np.int64)
    outside(village, "shares given", fen, of)
    households.cooperative_share[rows] += fen
    np.add.at(coops.shares, of, fen)
    return int(fen.sum())
