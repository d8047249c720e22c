"""Vegetation: capacity, growth, spread, stages; fast where soil is deep, all but still where it is thin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import VEGETATION_TYPES
from village_abm.ecology.classes import reached
from village_abm.ecology.stands import BUILT, CROP, ECONOMIC, GRASS, STANDS, uncropped
from village_abm.params import needs

STAGES = ("bare", "grass", "shrub", "secondary", "mature")


@dataclass(frozen=True)
class Vegetation:
    """How cover grows, spreads, ages and is told apart."""

    max_cover: float = needs("1", "largest cover that deep soil without rock can carry")
    depth_half: float = needs("cm", "soil depth at which capacity is half its largest")
    exposure_weight: float = needs("1", "share of capacity that bare rock takes away where all is rock")
    critical_depth: float = needs("cm", "soil depth below which woody plants hardly come back")
    slowed: float = needs("1", "what growth and spread are multiplied by below the critical depth")
    decline: float = needs("1/yr", "share of the cover above capacity that dies in a year")
    rate_open: float = needs("1/yr", "growth of cover on land that is cut and grazed")
    rate_abandoned: float = needs("1/yr", "growth of cover on abandoned cropland")
    rate_closed: float = needs("1/yr", "growth of cover on land closed to cutting and grazing")
    rate_planted: float = needs("1/yr", "growth of cover of planted forest")
    rate_grass: float = needs("1/yr", "growth of cover of sown grass")
    rate_economic: float = needs("1/yr", "growth of cover of orchards and other tended perennials")
    cap_grass: float = needs("1", "largest cover of sown grass")
    cap_economic: float = needs("1", "largest cover of orchards and other tended perennials")
    spread: float = needs("1/yr", "cover gained a year on bare land by seed and resprouting together")
    resprouting: float = needs("1", "resprouting from rootstocks, where full seed rain is 1")
    seed_cover: float = needs("1", "cover from which a neighbouring patch gives seed")
    floor: float = needs("1", "least cover of uncropped land, from rootstocks")
    thin_floor: float = needs("1", "least cover of uncropped land below the critical depth")
    crop_cover: float = needs("1", "cover of cropland as it stands through the year")
    crop_counted: float = needs("1", "cover that cropland counts for in the mean of a village")
    bare_cover: float = needs("1", "cover below which land counts as stripped and its age starts anew")
    stage_ages: tuple[float, ...] = needs("yr", "ages from which land can be shrub, secondary, mature", order="rising")
    stage_covers: tuple[float, ...] = needs("1", "covers from which it can be grass, shrub, secondary, mature")
    first_age: float = needs("yr", "age of bare uncropped land at the start")
    age_per_cover: float = needs("yr", "years of age at the start for each unit of cover")


def capacity(rules: Vegetation, depth: np.ndarray, exposure: np.ndarray, water: np.ndarray | float = 1.0) -> np.ndarray:
    """Cover that soil and rock can carry, K = Kmax D/(D+Dh) (1 - phi B) g(water); shape (patch,) [1]."""
    carried = rules.max_cover * depth / (depth + rules.depth_half)
    return carried * (1 - rules.exposure_weight * exposure) * water


def growth_rate(rules: Vegetation, stand: np.ndarray) -> np.ndarray:
    """Intrinsic growth of cover by stand; crops and buildings do not grow; shape (patch,) [1/yr]."""
    wild = (rules.rate_open, rules.rate_abandoned, rules.rate_closed)
    tended = (rules.rate_planted, rules.rate_grass, rules.rate_economic)
    return np.array([*wild, *tended, 0.0, 0.0])[stand]


def cover_cap(rules: Vegetation, stand: np.ndarray) -> np.ndarray:
    """Largest cover that a stand's tending allows; shape (patch,) [1]."""
    caps = np.ones(len(STANDS))
    caps[[GRASS, ECONOMIC]] = rules.cap_grass, rules.cap_economic
    return caps[stand]


def neighbour_share(dense: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Share of the up to 8 neighbours that are dense; shape (patch,) [1].

    `shape` is (lines, columns), or (grids, lines, columns) where grids do not touch; patches are numbered
    line by line. At an edge the share is of the neighbours that there are.
    """
    lines, columns = shape[-2:]
    around = _sum_of_nine(dense.reshape(-1, lines, columns)) - dense.reshape(-1, lines, columns)
    here = _sum_of_nine(np.ones((1, lines, columns))) - 1
    return (around / np.maximum(here, 1)).ravel()


def _sum_of_nine(grid: np.ndarray) -> np.ndarray:
    grid = grid.astype(np.int16)
    across = grid.copy()
    across[..., 1:] += grid[..., :-1]
    across[..., :-1] += grid[..., 1:]
    total = across.copy()
    total[:, 1:] += across[:, :-1]
    total[:, :-1] += across[:, 1:]
    return total


def logistic(cover: np.ndarray, limit: np.ndarray, rate: np.ndarray, decline: float) -> np.ndarray:
    """Cover a year on: the exact logistic step below the limit, decline towards it above; shape (patch,).

    V <= K: K V e^r / (K + V (e^r - 1)); V > K: V + decline (K - V). Neither step can overshoot.
    """
    gain = np.expm1(rate)
    below = limit + cover * gain
    grown = limit * cover * (1 + gain) / np.where(below > 0, below, 1.0)
    return np.where(cover <= limit, grown, cover + decline * (limit - cover))


def grow(
    rules: Vegetation,
    cover: np.ndarray,
    depth: np.ndarray,
    exposure: np.ndarray,
    stand: np.ndarray,
    shape: tuple[int, ...],
    water: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Cover after a year of growth, spread and resprouting; shape (patch,) [1].

    Below the critical depth growth and spread are both slowed (hysteresis). Spread adds
    s (s0 + neighbours)(1 - V/K), never below nothing and never past K. Uncropped land keeps a floor of
    rootstocks. Cropland stands at its own cover; built land stays as it is.
    """
    limit = np.minimum(capacity(rules, depth, exposure, water), cover_cap(rules, stand))
    wild = uncropped(stand)
    thin = depth < rules.critical_depth
    pace = np.where(thin, rules.slowed, 1.0)
    grown = logistic(cover, limit, growth_rate(rules, stand) * pace, rules.decline)
    seed = neighbour_share((cover >= rules.seed_cover) & wild, shape)
    room = np.maximum(1 - cover / np.where(limit > 0, limit, np.inf), 0.0) * (cover < limit)
    gained = rules.spread * pace * (rules.resprouting + seed) * room
    spread = grown + np.minimum(gained, np.maximum(limit - grown, 0.0))
    least = np.where(thin, rules.thin_floor, np.minimum(rules.floor, limit))
    return np.where(wild, np.maximum(spread, least), np.where(stand == CROP, rules.crop_cover, cover))


def older(rules: Vegetation, age: np.ndarray, cover: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Years since the land was cropped, built on or stripped, a year on; shape (patch,) [yr]."""
    return np.where(uncropped(stand) & (cover >= rules.bare_cover), age + 1, 0.0)


def initial_age(rules: Vegetation, cover: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Age guessed from cover where none is known, in whole years; shape (patch,) [yr]."""
    return np.where(uncropped(stand), np.rint(rules.first_age + rules.age_per_cover * cover), 0.0)


def stage(rules: Vegetation, cover: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Succession stage, index into STAGES: the lower of what age and what cover allow; shape (patch,)."""
    return np.minimum(reached(rules.stage_covers, cover), 1 + reached(rules.stage_ages, age))


def vegetation_type(rules: Vegetation, cover: np.ndarray, age: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """What the monitoring rule sees, index into VEGETATION_TYPES; sown grass stays grass; shape (patch,)."""
    tree, grass = VEGETATION_TYPES.index("tree"), VEGETATION_TYPES.index("grass")
    seen = np.minimum(stage(rules, cover, age), tree)
    seen = np.where(stand == GRASS, np.minimum(seen, grass), seen)
    seen = np.where(stand == BUILT, VEGETATION_TYPES.index("none"), seen)
    return np.where(stand == CROP, VEGETATION_TYPES.index("crop"), seen).astype(np.int8)


def counted_cover(rules: Vegetation, cover: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Cover as the mean of a village counts it: crops in summer stand for more; shape (patch,) [1]."""
    return np.where(stand == CROP, rules.crop_counted, cover)
