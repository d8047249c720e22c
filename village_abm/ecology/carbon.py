"""Carbon: what stands, what the soil holds, what grows in a year; every change is told on its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from village_abm.ecology.soil import SoilYear
from village_abm.ecology.stands import BUILT, CROP, ECONOMIC, GRASS, STANDS
from village_abm.order import of_group, totals
from village_abm.params import needs


@dataclass(frozen=True)
class Carbon:
    """Densities of carbon in plants and soil, and growth of plants."""

    ages: tuple[float, ...] = needs("yr", "ages of typical grass, shrub, secondary and mature forest", order="rising")
    biomass: tuple[float, ...] = needs("t/ha", "carbon in plants at those ages, at full cover")
    full_cover: float = needs("1", "cover at which the densities hold")
    crop_biomass: float = needs("t/ha", "carbon in plants of cropland")
    grass_biomass: float = needs("t/ha", "carbon in sown grass at full cover")
    economic_biomass: float = needs("t/ha", "carbon in orchards at full cover")
    growth: tuple[float, ...] = needs("t/ha/yr", "net primary production at those ages, at typical cover")
    typical_cover: tuple[float, ...] = needs("1", "typical cover at those ages")
    crop_growth: float = needs("t/ha/yr", "net primary production of cropland")
    soil_crop: float = needs("t/ha/cm", "carbon that a centimetre of cropped or bare soil comes to hold")
    soil_forest: float = needs("t/ha/cm", "carbon that a centimetre of soil under full cover comes to hold")
    soil_pace: float = needs("1/yr", "share of the way to that carbon that soil goes in a year")


@dataclass(frozen=True)
class SoilCarbonYear:
    """A year of soil carbon; shape (patch,), per patch area [t/ha].

    Stock = stock before - eroded + deposited + stored (negative where soil breathes out).
    """

    stock: np.ndarray
    eroded: np.ndarray
    deposited: np.ndarray
    stored: np.ndarray


def vegetation_carbon(rules: Carbon, cover: np.ndarray, age: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Carbon in living plants: density by stand and age, times cover over full cover; (patch,) [t/ha].

    Density runs straight between the typical ages. Crops carry a fixed amount, built land none. Linear in
    cover: what a cut, a bite or growth moves is the difference between before and after.
    """
    return plants(rules, carbon_of_cover(rules, age, stand), cover, stand)


def plants(rules: Carbon, held: np.ndarray, cover: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """`vegetation_carbon` where `carbon_of_cover` is known already: `held` [t/ha]; (patch,) [t/ha]."""
    return np.where(stand == CROP, rules.crop_biomass, held * cover)


def carbon_of_cover(rules: Carbon, age: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Carbon in plants for a unit of cover, by age and stand: what a cut or a bite takes with it; (patch,) [t/ha].

    Nothing on cropland, whose plants carry a fixed amount, and on built land.
    """
    tended = np.zeros(len(STANDS))
    tended[[GRASS, ECONOMIC]] = rules.grass_biomass, rules.economic_biomass
    return np.where(stand >= GRASS, tended[stand], _by_age(age, rules.ages, rules.biomass)) / rules.full_cover


def _by_age(age: np.ndarray, ages: tuple[float, ...], values: tuple[float, ...]) -> np.ndarray:
    """A value at each age in completed years, straight between the ages given and level beyond; shape of `age`."""
    return _table(ages, values).take(np.minimum(age, ages[-1]).astype(np.int64))


@lru_cache(maxsize=64)
def _table(ages: tuple[float, ...], values: tuple[float, ...]) -> np.ndarray:
    """A value at each whole age up to the last; (years,). Asked for again every year."""
    table = np.interp(np.arange(int(ages[-1]) + 1), ages, values)
    table.setflags(write=False)
    return table


def soil_carbon_held(
    rules: Carbon, depth: np.ndarray, exposure: np.ndarray, cover: np.ndarray, stand: np.ndarray
) -> np.ndarray:
    """Carbon that the soil would come to hold: density by cover, times volume D (1 - B); (patch,) [t/ha]."""
    share = np.where(stand >= CROP, 0.0, np.minimum(cover / rules.full_cover, 1.0))
    density = rules.soil_crop + (rules.soil_forest - rules.soil_crop) * share
    return density * depth * (1 - exposure)


def soil_carbon_year(
    rules: Carbon,
    stock: np.ndarray,
    soil_before: np.ndarray,
    year: SoilYear,
    cover: np.ndarray,
    stand: np.ndarray,
    village: np.ndarray,
) -> SoilCarbonYear:
    """Carbon that leaves with soil, settles with it, and is stored or breathed out; shapes (patch,).

    `soil_before` is the mass of soil at the start of the year [t/ha]. Soil lost takes its share of the
    stock; soil laid down brings the mean carbon of what left on the surface of its village.
    """
    there = soil_before + year.formed
    # Soil that goes whole takes the whole stock: rounding must not take a trace more than there is.
    eroded = stock * np.minimum(year.lost / np.where(there > 0, there, np.inf), 1.0)
    leaving = eroded * year.surface / np.where(year.lost > 0, year.lost, np.inf)
    carried, on_surface = (totals(village, part) for part in (leaving, year.surface))
    deposited = year.deposited * of_group(carried / np.where(on_surface > 0, on_surface, np.inf), village)
    moved = stock - eroded + deposited
    stored = rules.soil_pace * (soil_carbon_held(rules, year.depth, year.exposure, cover, stand) - moved)
    return SoilCarbonYear(moved + stored, eroded, deposited, stored)


def primary_production(rules: Carbon, cover: np.ndarray, age: np.ndarray, stand: np.ndarray) -> np.ndarray:
    """Net primary production by age, in proportion to cover up to what is typical; shape (patch,) [t/ha/yr].

    Carbon fixed by plants before litter, harvest and decay: not what the stock gains.
    """
    usual = _by_age(age, rules.ages, rules.growth)
    usual *= np.minimum(cover / _by_age(age, rules.ages, rules.typical_cover), 1.0)
    return np.where(stand == CROP, rules.crop_growth, np.where(stand == BUILT, 0.0, usual))
