"""Line 6 of the year: dated packages given from outside: relocation, closure, biogas."""

from __future__ import annotations

import numpy as np

from agents.patch import GRADES, LAND_KINDS
from village_abm.land import tenure
from village_abm.policy import packages
from village_abm.policy.spent import Spent
from village_abm.society import ties
from village_abm.village import Village
from village_abm.year import ground, guests, husbandry
from village_abm.year.coop_books import let_go
from village_abm.year.exogenous import Now
from village_abm.year.people import count_members

SLIGHT = GRADES.index("slight")
SETTLEMENT, COLLECTIVE = LAND_KINDS.index("settlement"), LAND_KINDS.index("collective")


def act(village: Village, now: Now) -> None:
    """Carry out the packages that the scenario switches on; what they cost is settled with the schemes."""
    on = village.params.scenario.packages
    spending: dict[str, Spent] = {}
    village.memory["package payments"] = np.zeros(len(village.households), np.int64)
    if "relocation" in on:
        spending["relocation"] = Spent(paid=_relocate(village, now))
    if "closure" in on:
        _close(village, now)
    if "biogas" in on:
        spending["biogas"] = Spent(works=_build_digesters(village, now))
    village.memory["package spending"] = spending


def _role(village: Village, role: str) -> list[int]:
    return [number for number, spec in enumerate(village.params.scenario.villages) if spec.role == role]


def _close(village: Village, now: Now) -> None:
    patches = village.patches
    rows = packages.newly_closed(
        village.params.packages.closure, village.streams, now.year, village.uses.names, patches.use, patches.slope,
        patches.closed, patches.id,
    )  # fmt: skip
    rows = rows[~np.isin(patches.village[rows], _role(village, "settle"))]
    village.end_leases(rows)
    close(village, rows)


def _build_digesters(village: Village, now: Now) -> int:
    households = village.households
    rows = households.rows
    new = rows[packages.adopters(village.streams, households.id[rows], now.biogas, households.biogas[rows])]
    households.biogas[new] = True
    return packages.biogas_subsidy(village.params.packages.biogas, len(new))


def _relocate(village: Village, now: Now) -> int:
    """Move households from the village to leave to the one to settle in; returns what is paid [fen]."""
    households, patches, rules = village.households, village.patches, village.params.packages.relocation
    leave, settle = _role(village, "leave"), _role(village, "settle")
    if not leave or not settle:
        return 0
    rows = np.flatnonzero(households.alive & (households.village == leave[0]))
    held = np.flatnonzero(patches.owner >= 0)
    owner, size = patches.owner[held], len(households)
    plots = np.maximum(np.bincount(owner, minlength=size), 1)
    far = np.bincount(owner, weights=patches.distance[held], minlength=size) / plots
    rocky = np.bincount(owner, weights=patches.grade[held] >= SLIGHT, minlength=size) / plots
    moved = packages.relocated(
        rules, village.streams, now.year, households.id[rows], far[rows], households.poor[rows], rocky[rows],
        village.memory.get("households moved", 0),
    )  # fmt: skip
    movers = rows[moved]
    village.memory["households moved"] = village.memory.get("households moved", 0) + len(movers)
    if not len(movers):
        return 0
    husbandry.sell_all(village, movers)
    husbandry.leave_digesters(village, movers)
    let_go(village, movers)
    old = leave_land(village, movers)
    if "closure" in village.params.scenario.packages:
        close(village, old[patches.use[old] == village.uses.index["fallow"]])
    _take_homes(village, movers, settle[0])
    _take_plots(village, now, movers, settle[0])
    count_members(village)
    paid = packages.relocation_payment(rules, households.members[movers])
    village.pay("paid: relocation", paid, movers)
    village.memory["package payments"][movers] += paid
    for house in movers.tolist():
        village.tell("relocated", household=int(households.id[house]), why={"to": village.names[settle[0]]})
    return int(paid.sum())


def leave_land(village: Village, movers: np.ndarray) -> np.ndarray:
    """Give the plots of households that move back to the collective; rows."""
    patches = village.patches
    village.end_leases(np.flatnonzero(np.isin(patches.user, movers)))
    old = np.flatnonzero(np.isin(patches.owner, movers))
    village.return_to_collective(old)
    patches.land_kind[old] = COLLECTIVE
    return old


def close(village: Village, rows: np.ndarray) -> None:
    """Close patches to cutting and grazing."""
    village.patches.closed[rows] = True
    village.turn("closed", rows, village.uses.index["closed_forest"])


def _take_homes(village: Village, movers: np.ndarray, place: int) -> None:
    households, people, patches = village.households, village.people, village.patches
    houses = np.flatnonzero((patches.village == place) & (patches.land_kind == SETTLEMENT))
    order = np.argsort(households.id[movers], kind="stable")
    guests.close(village, movers, "moved away")
    households.left_home[movers] = households.home[movers]
    households.home[movers[order]] = houses[np.arange(len(movers)) % len(houses)]
    gone = np.flatnonzero(people.alive & np.isin(people.household, movers))
    book = village.ledger["people"]
    ones = np.ones(len(gone), np.int64)
    book.enter("moved away", -ones, people.village[gone].astype(np.int64))
    people.village[gone], households.village[movers] = place, place
    book.enter("moved in", ones, people.village[gone].astype(np.int64))
    households.relocated[movers] = True
    x, y = village.place(households.home)
    village.ties = ties.newcomers(
        village.params.people.ties, village.ties, movers, households.village, households.alive, x, y
    )


def _take_plots(village: Village, now: Now, movers: np.ndarray, place: int) -> None:
    """New plots in the village to settle in, planted with fruit where it can stand."""
    households, patches, uses = village.households, village.patches, village.uses
    land, size = village.landscapes[place], village.landscapes[place].elevation.size
    here = slice(place * size, (place + 1) * size)
    free = (patches.owner[here] < 0) & (patches.use[here] == uses.index["natural"]) & ~patches.closed[here]
    free &= patches.scheme[here] < 0
    due = np.full(len(movers), round(village.params.land.tenure.plots))
    given = tenure.settle(
        village.params.land.tenure, land, free, due, households.id[movers], village.streams, place, now.year,
    )  # fmt: skip
    rows = given.patch + place * size
    patches.owner[rows] = movers[given.taker]
    patches.land_kind[rows], patches.terraced[rows] = given.land_kind, given.terraced
    may = ground.can_stand(village, rows)
    # Half of the land that can carry fruit is planted with it; the rest feeds the house until it bears.
    turn = np.arange(len(rows)) - np.searchsorted(given.taker, given.taker) if len(rows) else np.zeros(0, int)
    fruit = may[:, uses.index["fruit"]] & (turn % 2 == 0)
    grain = np.where(may[:, uses.index["paddy"]], uses.index["paddy"], uses.index["maize"])
    village.turn("settled", rows, np.where(fruit, uses.index["fruit"], grain))
    households.knowledge[movers, uses.index["fruit"]] = 1.0  # the package teaches what it plants
