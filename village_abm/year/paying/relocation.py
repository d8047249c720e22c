"""Relocation to town: who leaves the village, what is left behind, and the money they take along."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import GRADES, LAND_KINDS
from village_abm.policy import relocation
from village_abm.policy.relocation import RelocationScheme
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year import funders, guests, husbandry
from village_abm.year.coop_books import let_go
from village_abm.year.exogenous import Now
from village_abm.year.packages import close, leave_land
from village_abm.year.paying import pay
from village_abm.year.people import count_members, leave_register

SEVERE = GRADES.index("severe")
SETTLEMENT, COLLECTIVE = LAND_KINDS.index("settlement"), LAND_KINDS.index("collective")


def prepare(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: RelocationScheme
) -> None:
    """Let willing households leave before land is used: land, herds, shares, rooms and register; money follows."""
    village.memory.pop(f"moving: {name}", None)
    if not scheme.is_open(now.year):
        return
    households, patches = village.households, village.patches
    settled = [number for number, spec in enumerate(village.params.scenario.villages) if spec.role == "settle"]
    rows = np.flatnonzero(households.alive & (households.members > 0) & ~np.isin(households.village, settled))
    distance, severe = _placed(village)
    distance, severe, poor = distance[rows], severe[rows], households.poor[rows]
    income = village.real_last_year(households.income[rows]) / households.members[rows]
    hard = relocation.hardship(scheme, distance, poor, severe)
    willing = relocation.accepts(scheme, village.streams, now.year, now.price_level, households.id[rows], income, hard)
    moved = village.memory.get(f"moved: {name}", 0)
    chosen = relocation.moving(
        scheme, village.streams, now.year, households.id[rows], households.members[rows], distance, poor, severe,
        willing, moved,
    )  # fmt: skip
    if not len(chosen):
        return
    movers = rows[chosen]
    village.memory[f"moved: {name}"] = moved + len(movers)
    found = relocation.finds_job(scheme, village.streams, households.id[movers])
    for house, near, job in zip(movers.tolist(), hard[chosen].tolist(), found.tolist(), strict=True):
        why = {"scheme": name, "hardship": round(near, 2), "job in town": job}
        village.tell("moved to town", household=int(households.id[house]), why=why)
    owed = relocation.payment(scheme, now.year, households.members[movers])
    _leave(village, movers)
    old = leave_land(village, movers)
    houses = np.unique(households.home[movers])
    houses = houses[~_inhabited(village)[houses] & (patches.land_kind[houses] == SETTLEMENT)]
    houses = houses[: relocation.reclaimable(scheme, int(owed.sum()), village.hectares)]
    village.memory[f"moving: {name}"] = movers, owed, _reclaim(village, scheme, old, houses)


def _placed(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Mean distance to each household's plots [m] and severely desertified share of them; (households,)."""
    patches, size = village.patches, len(village.households)
    held = np.flatnonzero(patches.owner >= 0)
    owner = patches.owner[held]
    plots = np.maximum(np.bincount(owner, minlength=size), 1)
    far = np.bincount(owner, weights=patches.distance[held], minlength=size) / plots
    return far, np.bincount(owner, weights=patches.grade[held] >= SEVERE, minlength=size) / plots


def _inhabited(village: Village) -> np.ndarray:
    """Patches on which a house of a living household stands; (patches,) bool."""
    homes = np.zeros(len(village.patches), bool)
    homes[village.households.home[village.households.alive]] = True
    return homes


def _leave(village: Village, movers: np.ndarray) -> None:
    """Close what the households have in the village and take their people off the register."""
    households, people = village.households, village.people
    husbandry.sell_all(village, movers)
    husbandry.leave_digesters(village, movers)
    guests.close(village, movers, "moved away")
    let_go(village, movers)
    households.credit_kept[movers] = 0.0
    village.ledger["labour"].enter("days people have", -households.labour[movers], movers)
    for days in (households.labour, households.idle_days, households.other_days, households.taken_days):
        days[movers] = 0.0
    households.job[movers] = -1
    leave_register(village, "moved away", np.flatnonzero(people.alive & np.isin(people.household, movers)))
    households.alive[movers] = False
    count_members(village)


def _reclaim(village: Village, scheme: RelocationScheme, old: np.ndarray, houses: np.ndarray) -> float:
    """Turn the land left and that of empty houses to what the scheme says; hectares of house land reclaimed."""
    patches, uses = village.patches, village.uses
    patches.land_kind[houses] = COLLECTIVE
    village.turn("houses reclaimed", houses, uses.index["natural"])
    idle = np.isin(patches.use[old], [uses.index["fallow"], uses.index["natural"]])
    land = np.concatenate([old[idle & ~patches.closed[old]], houses])
    if scheme.old_land == "closed_forest":
        close(village, land)
    elif scheme.old_land == "grass":
        village.turn("closed", land, uses.index["grass"])
    return len(houses) * village.hectares


def settle(
    village: Village, _government: Government, _now: Now, _number: int, name: str, scheme: RelocationScheme, _room: int
) -> Spent:
    """Pay those who moved this year; what they have, or owe, goes with them."""
    if f"moving: {name}" not in village.memory:
        return Spent()
    households = village.households
    movers, owed, reclaimed = village.memory.pop(f"moving: {name}")
    everyone = np.zeros(len(households), np.int64)
    everyone[movers] = owed
    paid, admin = pay.deliver(village, name, scheme.delivery, everyone)
    village.pay("taken along to town", -households.cash[movers], movers)
    funders.lapse(village, movers)
    return Spent(paid, admin, works=relocation.reclaiming(scheme, reclaimed))
