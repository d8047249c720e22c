"""The ground within line 7 of the year: what can stand there, forest land that may be planted, what planting bares."""

from __future__ import annotations

import numpy as np

from agents.outlook import Outlook
from agents.patch import LAND_KINDS, is_cropland
from village_abm.economy import enterprises, land_use, production
from village_abm.economy.enterprises import UseArrays
from village_abm.village import Village
from village_abm.year import guard

FOREST_LAND = LAND_KINDS.index("forest_land")


def tilled_or_tillable(village: Village) -> np.ndarray:
    """Contract cropland and cleared land; shape (patches,)."""
    return is_cropland(village.patches.land_kind) | village.patches.clearing


def can_stand(village: Village, rows: np.ndarray, some: np.ndarray | None = None) -> np.ndarray:
    """Which uses (of `some`, or of all) can stand on patches; (rows, uses).

    Wild land that is woods (cover above `farm.choice.woods_from`), was planted by works or lies inside the ecological
    red line is not cleared: only what grows under the forest is planted there, unless a negative list bars it.
    """
    patches = village.patches
    uses = village.uses if some is None else some_uses(village, some)
    may = enterprises.feasible(
        uses, patches.slope[rows], patches.soil_depth[rows], patches.grade[rows], patches.elevation[rows],
        patches.land_kind[rows], patches.clearing[rows], patches.red_line[rows], patches.lithology[rows],
        patches.cover[rows],
    )  # fmt: skip
    woods = patches.red_line[rows] | (patches.cover[rows] > village.params.farm.choice.woods_from)
    woods |= patches.treated[rows] > 0
    kept = (patches.use[rows] == village.uses.index["natural"]) & woods
    may[kept] &= uses.under_forest
    guard.bar(village, rows, may, slice(None) if some is None else some)
    return may


def planted_forest_land(village: Village) -> np.ndarray:
    """Contract forest land under perennials; shape (patches,) bool."""
    patches = village.patches
    on = (patches.land_kind == FOREST_LAND) & ~patches.clearing & (patches.owner >= 0)
    return on & village.uses.is_kind("perennial")[patches.use]


def plantable_forest_land(village: Village, outlook: Outlook) -> np.ndarray:
    """Wild contract forest land that its household may plant this year; rows.

    Only where a use stands and pays that its household knows, can afford a plot of and goes about this year: on
    all other wild land nothing could be chosen.
    """
    farm, patches, uses, households = village.params.farm, village.patches, village.uses, village.households
    some = np.flatnonzero(
        uses.stands_on[:, FOREST_LAND] & uses.voluntary & uses.is_kind("perennial") & present(village)
    )
    if not farm.choice.plant_forest_land or not len(some):
        return np.zeros(0, np.int64)
    thinks = land_use.reviewing(farm.choice, village.year, households.id, village.streams)
    least = land_use.worth_planting(
        farm.choice, farm.production, some_uses(village, some), outlook.of(some), village.hectares,
        households.id, thinks, village.streams,
    )  # fmt: skip
    hopes = (least < uses.top_yield[some]).any(axis=1)
    if not hopes.any():
        return np.zeros(0, np.int64)
    rows = np.flatnonzero((patches.land_kind == FOREST_LAND) & (patches.owner >= 0))
    rows = rows[hopes[patches.owner[rows]] & (patches.use[rows] == uses.index["natural"])]
    rows = rows[~patches.closed[rows] & (patches.scheme[rows] < 0) & ~patches.clearing[rows]]
    if not len(rows):
        return rows
    yields = production.potential(
        farm.production, some_uses(village, some), patches.soil_depth[rows], patches.grade[rows], village.year
    )
    return rows[(can_stand(village, rows, some) & (yields > least[patches.owner[rows]])).any(axis=1)]


def present(village: Village) -> np.ndarray:
    """Uses that the lie of the land lets stand somewhere; found once, (uses,) bool."""
    if "standing somewhere" not in village.memory:
        patches = village.patches
        village.memory["standing somewhere"] = enterprises.somewhere(
            village.uses, patches.slope, patches.elevation, patches.red_line
        )
    found: np.ndarray = village.memory["standing somewhere"]
    return found


def some_uses(village: Village, some: np.ndarray) -> UseArrays:
    """Some of the uses by their places, kept, as the same are asked for year after year."""
    kept: dict[bytes, UseArrays] = village.memory.setdefault("some uses", {})
    key = some.tobytes()
    if key not in kept:
        kept[key] = village.uses.only(some)
    return kept[key]


def on_offer(village: Village, rows: np.ndarray) -> np.ndarray:
    """Uses that this year's choice looks at: those that may be chosen, maize, idle land, and what stands; places."""
    uses = village.uses
    offered = uses.voluntary & present(village)
    offered[[uses.index["natural"], uses.index["fallow"], uses.index["maize"]]] = True
    offered[village.patches.use[rows]] = True
    return np.flatnonzero(offered)


def lay_bare(village: Village, rows: np.ndarray, before: np.ndarray) -> None:
    """Strip the ground where wild land was cleared for a stand or timber was felled; `before` the use until then.

    On wild land `farm.choice.cover_kept` of the cover stays; felling leaves the cover of cropland. None is added.
    """
    patches, uses, tilled = village.patches, village.uses, village.params.ecology.vegetation.crop_cover
    cleared = (before == uses.index["natural"]) & ~uses.under_forest[patches.use[rows]]
    left = np.where(cleared, village.params.farm.choice.cover_kept * patches.cover[rows], 0.0)
    change = cleared | uses.felled[before]
    bare = rows[change]
    patches.cover[bare] = np.minimum(patches.cover[bare], np.maximum(left[change], tilled))
    patches.age[bare] = 0.0
