"""Who holds what: scattered cropland, blocks of forest land, newcomers, and heirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import LAND_KINDS
from village_abm.land.landscape import DEPRESSION, Landscape, patch_ids
from village_abm.params import needs
from village_abm.streams import Streams

# Indices into LAND_KINDS.
COLLECTIVE, FOREST_LAND = LAND_KINDS.index("collective"), LAND_KINDS.index("forest_land")
DRY_SLOPE, DRY_TERRACE = LAND_KINDS.index("dry_slope"), LAND_KINDS.index("dry_terrace")
DRY_FLAT, WET_TERRACE = LAND_KINDS.index("dry_flat"), LAND_KINDS.index("wet_terrace")
PADDY, SETTLEMENT = LAND_KINDS.index("paddy"), LAND_KINDS.index("settlement")


@dataclass(frozen=True)
class Tenure:
    """How land is shared out."""

    plots: float = needs("plot", "mean cropland plots of a household")
    plots_least: float = needs("plot", "fewest cropland plots of a household")
    plots_most: float = needs("plot", "most cropland plots of a household")
    forest_land: float = needs("ha", "forest and barren land under contract of a mean household")
    forest_blocks: float = needs("1", "contiguous blocks the forest land of a household comes in")
    steepest_crop: float = needs("degree", "steepest slope allotted as cropland")
    least_soil: float = needs("cm", "thinnest soil allotted as cropland")
    slope_scale: float = needs("degree", "slope over which the worth of a plot falls by e")
    soil_scale: float = needs("cm", "soil depth at which the worth of a plot is half")
    distance_scale: float = needs("m", "distance over which the worth of a plot falls by e")
    farmland_bonus: float = needs("1", "times a plot is worth where the land cover shows crops")
    flat_slope: float = needs("degree", "slope below which cropland is flat")
    terraced_share: float = needs("1", "share of dry cropland on terraceable slopes that is walled")


@dataclass(frozen=True)
class Tenancy:
    """Who holds each flat patch; `owner` and `land_kind` have shape (patches,)."""

    owner: np.ndarray  # household row, -1 collective
    land_kind: np.ndarray  # index into LAND_KINDS
    terraced: np.ndarray  # held by terrace walls
    unmet: np.ndarray  # cropland plots each household should have had and did not get; shape (households,)


@dataclass(frozen=True)
class Settled:
    """Plots given to newcomers: patch, who takes it, and as what; shape (plots,)."""

    patch: np.ndarray
    taker: np.ndarray  # position in the list of takers
    land_kind: np.ndarray
    terraced: np.ndarray
    unmet: np.ndarray  # plots wanted and not found; shape (takers,)


def homes_for(landscape: Landscape, ids: np.ndarray, streams: Streams) -> np.ndarray:
    """Flat settlement patch each household lives on, evenly filled in an order drawn by permanent id."""
    houses = np.flatnonzero(landscape.settlement)
    order = np.argsort(streams.uniform("tenure.home", 0, ids), kind="stable")
    homes = np.empty(len(ids), np.int64)
    homes[order] = houses[np.arange(len(ids)) % len(houses)]
    return homes


def worth(rules: Tenure, landscape: Landscape) -> np.ndarray:
    """What a plot is worth to a village that shares out land, 0 where it may not be cropped; (patches,).

    w = D/(D + D_half) (1 - B) exp(-slope/s) exp(-distance/d), times the bonus on known farmland.
    """
    soil, slope = landscape.soil_depth, landscape.slope
    value = soil / (soil + rules.soil_scale) * (1 - landscape.exposure)
    value = value * np.exp(-slope / rules.slope_scale - landscape.distance / rules.distance_scale)
    value = value * np.where(landscape.farmland, rules.farmland_bonus, 1.0)
    barred = landscape.settlement | landscape.sealed | landscape.red_line
    return np.where(barred | (slope > rules.steepest_crop) | (soil < rules.least_soil), 0.0, value).ravel()


def crop_kinds(rules: Tenure, landscape: Landscape, streams: Streams, key: int) -> tuple[np.ndarray, np.ndarray]:
    """Kind of land each patch is when it is cropped, and whether walls hold it; both (patches,)."""
    slope, wet = landscape.slope.ravel(), landscape.wet.ravel()
    ids = patch_ids(key, *landscape.shape).ravel()
    walled = landscape.terraceable.ravel() & (streams.uniform("tenure.terrace", 0, ids) < rules.terraced_share)
    flat = slope < rules.flat_slope
    kind = np.where(flat, DRY_FLAT, np.where(walled, DRY_TERRACE, DRY_SLOPE))
    level = flat | (landscape.landform.ravel() == DEPRESSION)
    kind = np.where(wet, np.where(level, PADDY, WET_TERRACE), kind)
    return kind.astype(np.int8), (kind == DRY_TERRACE) | (kind == WET_TERRACE)


def quotas(mean: float, members: np.ndarray, least: float, most: float) -> np.ndarray:
    """Whole plots due to each household by heads, between least and most; shape (households,)."""
    due = mean * members / max(float(np.mean(members)), 1e-9)
    return np.clip(np.floor(due + 0.5), least, most).astype(np.int64)


def allot(
    rules: Tenure,
    landscape: Landscape,
    homes: np.ndarray,
    members: np.ndarray,
    ids: np.ndarray,
    streams: Streams,
    key: int,
) -> Tenancy:
    """Share out the land of one village among households, by heads; `homes` are flat settlement patches.

    Each hamlet takes the best and nearest land of its own surroundings, ranks it and cuts it into as many
    lots as it has plots to give; each household draws one plot in every quality of land, so its plots lie
    scattered. Hamlets short of land take what the others leave. Forest and barren land is given in
    contiguous blocks, nearest first; what remains is collective. No patch is given twice.
    """
    size = landscape.elevation.size
    owner, kind = np.full(size, -1, np.int32), np.full(size, COLLECTIVE, np.int8)
    terraced = np.zeros(size, bool)
    kind[landscape.settlement.ravel()] = SETTLEMENT
    value = worth(rules, landscape)
    hamlet = landscape.hamlet.ravel()
    quota = quotas(rules.plots, members, rules.plots_least, rules.plots_most)
    slot_owner, fraction = _slots(quota, "tenure.lot", ids, streams)
    patches = _best(value, hamlet, np.bincount(hamlet[homes[slot_owner]], minlength=landscape.hamlets))
    given, taker = _match(patches, value[patches], hamlet, slot_owner, fraction, hamlet[homes], ids)
    kinds, walls = crop_kinds(rules, landscape, streams, key)
    owner[given], kind[given], terraced[given] = taker, kinds[given], walls[given]

    free = (owner < 0) & (kind == COLLECTIVE) & ~landscape.sealed.ravel()
    per_plot = landscape.patch_size**2 / 10_000
    woods = quotas(rules.forest_land / per_plot, members, 0, np.inf)
    forest, holder = _forest(rules, landscape, free, woods, homes, ids, streams)
    owner[forest], kind[forest] = holder, FOREST_LAND
    return Tenancy(owner, kind, terraced, quota - np.bincount(taker, minlength=len(ids)))


def _slots(quota: np.ndarray, purpose: str, ids: np.ndarray, streams: Streams) -> tuple[np.ndarray, np.ndarray]:
    """One slot for each plot due: its household, and where in the order of quality it draws, 0 to 1."""
    owner = np.repeat(np.arange(len(quota)), quota)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(quota) - quota, quota)
    return owner, (turn + streams.uniform(purpose, 0, ids[owner], turn)) / quota[owner]


def _best(value: np.ndarray, hamlet: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Flat patches worth most in each hamlet's surroundings, then of what is left, best first."""
    order = np.argsort(-value, kind="stable")
    order = order[value[order] > 0]
    by_hamlet = order[np.argsort(hamlet[order], kind="stable")]
    counts = np.bincount(hamlet[by_hamlet], minlength=len(wanted))
    rank = np.arange(len(by_hamlet)) - np.repeat(np.cumsum(counts) - counts, counts)
    own = rank < wanted[hamlet[by_hamlet]]
    spare = by_hamlet[~own]
    spare = spare[np.argsort(-value[spare], kind="stable")][: max(int(wanted.sum()) - int(own.sum()), 0)]
    return np.concatenate([by_hamlet[own], spare])


def _match(
    patches: np.ndarray,
    value: np.ndarray,
    hamlet: np.ndarray,
    slot_owner: np.ndarray,
    fraction: np.ndarray,
    home_hamlet: np.ndarray,
    ids: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Pair patches with slots, both in order of quality, hamlet by hamlet, and then what is left over."""
    slot_order = np.lexsort((ids[slot_owner], fraction))
    patch_order = np.lexsort((patches, -value))
    slots_left, patches_left = np.ones(len(slot_owner), bool), np.ones(len(patches), bool)
    given, taken = [], []
    for number in (*range(int(hamlet.max()) + 1), None):  # None: whatever the hamlets left over
        slots = slot_order[slots_left[slot_order]]
        plots = patch_order[patches_left[patch_order]]
        if number is not None:
            slots = slots[home_hamlet[slot_owner[slots]] == number]
            plots = plots[hamlet[patches[plots]] == number]
        # Where land is short, slots at every quality go without alike.
        keep = min(len(slots), len(plots))
        slots = slots[(np.arange(keep) * len(slots)) // max(keep, 1)]
        plots = plots[:keep]
        slots_left[slots], patches_left[plots] = False, False
        given.append(patches[plots])
        taken.append(slot_owner[slots])
    return np.concatenate(given), np.concatenate(taken)


def _forest(
    rules: Tenure,
    landscape: Landscape,
    free: np.ndarray,
    quota: np.ndarray,
    homes: np.ndarray,
    ids: np.ndarray,
    streams: Streams,
) -> tuple[np.ndarray, np.ndarray]:
    """Free patches given as forest land, and to whom: the nearest of each hamlet, cut into blocks."""
    hamlet, distance = landscape.hamlet.ravel(), landscape.distance.ravel()
    wanted = np.bincount(hamlet[homes], weights=quota, minlength=landscape.hamlets).astype(np.int64)
    nearest = _best(np.where(free, 1 / (1 + distance), 0.0), hamlet, wanted)
    line, column = np.divmod(nearest, landscape.shape[1])
    owner = np.repeat(np.arange(len(quota)), quota)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(quota) - quota, quota)
    block = (turn * int(rules.forest_blocks)) // np.maximum(quota[owner], 1)
    draw = streams.uniform("tenure.block", 0, ids[owner], block)
    slots = np.lexsort((turn, ids[owner], draw, hamlet[homes[owner]]))
    # Neighbours in this order are neighbours on the ground, so that a run of slots is a block.
    patches = nearest[np.lexsort((_morton(line, column), hamlet[nearest]))]
    keep = min(len(slots), len(patches))
    slots = slots[(np.arange(keep) * len(slots)) // max(keep, 1)]
    return patches[:keep], owner[slots]


def _morton(line: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Interleave the bits of line and column: a curve that keeps neighbours together (Morton order)."""
    code = np.zeros(len(line), np.int64)
    for bit in range(12):
        code |= ((column >> bit) & 1) << (2 * bit) | ((line >> bit) & 1) << (2 * bit + 1)
    return code


def settle(
    rules: Tenure,
    landscape: Landscape,
    free: np.ndarray,
    plots: np.ndarray,
    ids: np.ndarray,
    streams: Streams,
    key: int,
    year: int,
) -> Settled:
    """Give newcomers plots of the free land, best and nearest first, in turns by lot.

    `free` (patches,) marks land nobody holds; `plots` (takers,) is what each newcomer should get. Land that
    may not be cropped is never given, nor any patch twice.
    """
    value = np.where(free, worth(rules, landscape), 0.0)
    best = np.argsort(-value, kind="stable")
    best = best[value[best] > 0][: int(plots.sum())]
    owner = np.repeat(np.arange(len(plots)), plots)
    turn = np.arange(len(owner)) - np.repeat(np.cumsum(plots) - plots, plots)
    draw = streams.uniform("tenure.settle", year, ids[owner], turn)
    # Everybody's first plot before anybody's second.
    slots = np.lexsort((ids[owner], draw, turn))[: len(best)]
    kinds, walls = crop_kinds(rules, landscape, streams, key)
    taker = owner[slots]
    return Settled(best, taker, kinds[best], walls[best], plots - np.bincount(taker, minlength=len(plots)))


def share_out(
    owner: np.ndarray,
    land_kind: np.ndarray,
    patch_id: np.ndarray,
    parents: np.ndarray,
    shares: np.ndarray,
    streams: Streams,
    year: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Plots that pass from parent households to the child households that leave them.

    `parents` (splits,) are household rows, each once; `shares` (splits,) the child's part, 0 to 1. Plots are
    dealt kind by kind in an order drawn by permanent id, so that the child's count in each kind is within one
    of its share, and in all within one. Returns flat patches and, for each, the number of the split.
    """
    if len(parents) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    split_of = np.full(max(int(owner.max(initial=-1)), int(np.max(parents))) + 2, -1)
    split_of[parents] = np.arange(len(parents))
    split_of[-1] = -1  # where owner is -1: collective land is nobody's to split
    split = split_of[owner]
    held = np.flatnonzero(split >= 0)
    draw = streams.uniform("tenure.share", year, patch_id[held])
    held = held[np.lexsort((patch_id[held], draw, land_kind[held], split[held]))]
    number = split[held]
    counts = np.bincount(number, minlength=len(parents))
    turn = np.arange(len(held)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = np.asarray(shares, float)[number]
    passes = np.floor((turn + 1) * share) > np.floor(turn * share)
    return held[passes], number[passes]
