"""The red line within the year: drawn once, watched every year; what is cleared inside it is fined and restored."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import zoning
from village_abm.policy.spent import Spent
from village_abm.policy.zoning import ZoningScheme
from village_abm.village import FOREST_LAND, Village
from village_abm.year import guard
from village_abm.year.exogenous import Now
from village_abm.year.nature import move_carbon, stands_now
from village_abm.year.paying import pay
from village_abm.year.paying.zone import lies_inside


def prepare(village: Village, _government: Government, now: Now, number: int, name: str, scheme: ZoningScheme) -> None:
    """Draw the line in the first year, over wild land alone, and say where it is not kept this year."""
    patches, uses = village.patches, village.uses
    if not scheme.is_open(now.year):
        guard.watch_line(village, name, None)
        return
    if f"drawn: {name}" not in village.memory:
        wild = np.isin(patches.use, [uses.index["natural"], uses.index["closed_forest"]]) & ~patches.clearing
        new = lies_inside(village, scheme.zone) & wild & ~patches.red_line
        patches.red_line[new] = True
        village.memory[f"drawn: {name}"] = int(new.sum())
        village.tell("red line drawn", why={"scheme": name, "patches added": int(new.sum())})
    dared = zoning.violable(scheme, village.streams, now.year, patches.id)
    barred = np.isin(np.arange(len(uses)), [uses.index[use] for use in scheme.negative_list])
    guard.watch_line(village, name, guard.Line(dared, barred))


def settle(
    village: Village, government: Government, now: Now, _number: int, name: str, scheme: ZoningScheme, room: int
) -> Spent:
    """Visit what was cleared inside the line, fine and restore what is found, and pay who left the land wild."""
    if not scheme.is_open(now.year):
        return Spent()
    patches, households = village.patches, village.households
    cleared = np.flatnonzero(patches.red_line & patches.clearing & (patches.owner >= 0) & (patches.scheme < 0))
    looked, out = zoning.found(scheme, village.streams, now.year, patches.id[cleared], room)
    rows = cleared[out]
    owners = patches.owner[rows].astype(np.int64)
    fines = np.zeros(len(households), np.int64)
    np.add.at(fines, owners, zoning.fines(scheme, village.hectares, len(rows)))
    village.pay("fines", -fines)
    households.fined[:] += fines
    government.audit(looked, out)
    for row, house in zip(rows.tolist(), owners.tolist(), strict=True):
        why = {"scheme": name, "cleared": int(patches.cleared[row])}
        village.tell("fined", household=int(households.id[house]), patch=int(patches.id[row]), why=why)
    _restore(village, rows)
    held = patches.red_line & ~patches.clearing & (patches.owner >= 0) & (patches.scheme < 0)
    held &= patches.use == village.uses.index["natural"]
    land = np.bincount(patches.owner[held], minlength=len(households)) * village.hectares
    owed = np.where(households.alive & (fines == 0), zoning.due(scheme, now.year, land), 0)
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    return Spent(paid, admin, int(looked.sum()), int(fines.sum()))


def _restore(village: Village, rows: np.ndarray) -> None:
    """Give cleared land back to the wild, and to the collective where it was not the household's own forest land."""
    if not len(rows):
        return
    patches = village.patches
    village.turn("restored after a visit", rows, village.uses.index["natural"])
    village.end_leases(rows)
    patches.clearing[rows] = False
    patches.owner[rows[patches.land_kind[rows] != FOREST_LAND]] = -1
    move_carbon(village, "restored after a visit", stands_now(village))
