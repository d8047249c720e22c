"""Line 9 of the year: what is cut and grazed, what grows, what washes away, and the grade of the land."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import LAND_KINDS
from village_abm.ecology import carbon, desertification, harvest, soil, stands, vegetation, water
from village_abm.economy import enterprises, husbandry
from village_abm.village import Village
from village_abm.year import guard
from village_abm.year.exogenous import Now

PADDY = LAND_KINDS.index("paddy")
WET_TERRACE = LAND_KINDS.index("wet_terrace")


@dataclass(frozen=True)
class Moved:
    """The soil's year with what there was before: share of the surface with soil [1], mass [t/ha]; (patches,)."""

    share: np.ndarray
    mass: np.ndarray
    year: soil.SoilYear


def grow(village: Village, now: Now) -> None:
    """Let people cut and graze, plants grow and soil move; the soil and carbon books hold every step."""
    stand, rules = stands_now(village), village.params.ecology.carbon
    held = carbon.carbon_of_cover(rules, village.patches.age, stand)
    begun = carbon.plants(rules, held, village.patches.cover, stand)
    _book_carbon(village, "cleared, felled and planted", begun - village.memory["plant carbon"])
    _cut_and_graze(village, stand, held)
    _grow_plants(village, stand)
    _move_soil(village, stand)


def stands_now(village: Village) -> np.ndarray:
    """The stand of every patch by its use and closure."""
    return stands.stands_of_patches(village.stand_of_use, village.patches.use, village.patches.closed)


def plant_carbon(village: Village, stand: np.ndarray) -> np.ndarray:
    """Carbon in plants on every patch as its columns stand [t/ha]."""
    patches = village.patches
    return carbon.vegetation_carbon(village.params.ecology.carbon, patches.cover, patches.age, stand)


def carbon_stock(village: Village) -> np.ndarray:
    """Carbon in plants and soil on every patch [t]."""
    return (plant_carbon(village, stands_now(village)) + village.patches.soil_carbon) * village.hectares


def soil_stock(village: Village) -> np.ndarray:
    """Soil on every patch [t]."""
    patches = village.patches
    mass = soil.soil_mass(village.params.ecology.soil, patches.soil_depth, patches.exposure)
    return mass * village.hectares


def move_carbon(village: Village, entry: str, stand: np.ndarray) -> None:
    """Book the change of carbon in plants since the last entry under `entry`."""
    _book_carbon(village, entry, plant_carbon(village, stand) - village.memory["plant carbon"])


def _book_carbon(village: Village, entry: str, change: np.ndarray) -> None:
    village.ledger["carbon"].enter(entry, change * village.hectares)
    village.memory["plant carbon"] = village.memory["plant carbon"] + change


def fuel_substitution(village: Village) -> np.ndarray:
    """Share of their fuel that households still cut, by the cash of last year; (households,) [1]."""
    households = village.households
    cash = village.real_last_year(households.remittances + households.wage_income) / np.maximum(households.members, 1)
    return harvest.fuel_substitution(village.params.ecology.harvest, cash)


def burns_gas(village: Village) -> np.ndarray:
    """Households that burn biogas, from the package or from the dung of their own herd; (households,) bool."""
    households = village.households
    return households.biogas | husbandry.burns_own_gas(
        village.params.husbandry, households.digester, households.cattle, households.stalled_goats
    )


def _cut_and_graze(village: Village, stand: np.ndarray, held: np.ndarray) -> None:
    """Take wood and browse from the wild land; `held` (patches,) is the carbon of a unit of cover [t/ha]."""
    rules, patches, households = village.params.ecology.harvest, village.patches, village.households
    substitution, gas = fuel_substitution(village), burns_gas(village)
    residents = np.where(households.alive, households.residents, 0)
    where, hamlets = patches.village.astype(np.int64), households.village.astype(np.int64)

    def by_village(amount: np.ndarray) -> np.ndarray:
        return np.bincount(hamlets, weights=amount, minlength=len(village.names))

    allowed = guard.left_alone(village, stands.open_to_cutting(stand))
    demand = by_village(harvest.fuel_demand(rules, residents, substitution, gas))
    cut = harvest.cut(rules, patches.cover, patches.distance, allowed, demand, where, village.hectares)
    _book_carbon(village, "fuelwood", held * (cut.cover - patches.cover))
    patches.cover[:] = cut.cover
    village.memory["wood cut"] = cut.taken
    if not village.params.husbandry.goats.on:  # else they are whole animals, counted with the herds
        households.free_goats[:] = harvest.free_goats(rules, residents, substitution, gas)
    grazed = harvest.graze(
        rules, patches.cover, patches.distance, allowed, by_village(households.free_goats), where, village.hectares
    )
    _book_carbon(village, "grazing", held * (grazed.cover - patches.cover))
    patches.cover[:] = grazed.cover
    village.memory["browsed"] = grazed.eaten
    village.count("fuelwood", cut.taken, where)
    village.flows["fuelwood not found"] = cut.unmet


def _grow_plants(village: Village, stand: np.ndarray) -> None:
    rules, patches = village.params.ecology.vegetation, village.patches
    patches.cover[:] = vegetation.grow(
        rules, patches.cover, patches.soil_depth, patches.exposure, stand, village.grid_shape
    )
    patches.age[:] = vegetation.older(rules, patches.age, patches.cover, stand)
    move_carbon(village, "growth", stand)


def _move_soil(village: Village, stand: np.ndarray) -> None:
    rules, patches = village.params.ecology.soil, village.patches
    tended = (village.uses.is_kind("crop") | village.uses.is_kind("perennial")) & ~village.uses.under_forest
    factor = np.where(
        tended[patches.use], enterprises.crop_cover_factor(village.uses, patches.use, patches.use_age), np.nan
    )
    rice = tended[patches.use] & ((patches.land_kind == PADDY) | (patches.land_kind == WET_TERRACE))
    rate = soil.erosion(rules, village.slope_factor, patches.cover, factor, patches.terraced, rice)
    before = soil.soil_mass(rules, patches.soil_depth, patches.exposure)
    matted = soil.matted(rules, patches.cover, stands.uncropped(stand))
    year = soil.soil_year(
        rules, patches.soil_depth, patches.exposure, rate, patches.landform, patches.lithology,
        patches.village.astype(np.int64), matted,
    )  # fmt: skip
    where = patches.village.astype(np.int64)
    stored = carbon.soil_carbon_year(
        village.params.ecology.carbon, patches.soil_carbon, before, year, patches.cover, stand, where
    )
    village.memory["soil moved"] = Moved(1 - patches.exposure, before, year)
    patches.soil_depth[:], patches.exposure[:] = year.depth, year.exposure
    patches.soil_carbon[:], patches.runoff_loss[:] = stored.stock, year.lost
    for entry, tonnes_per_ha in {
        "formed from rock": year.formed,
        "washed off the surface": -year.surface,
        "leaked underground": -year.underground,
        "laid down in depressions": year.deposited,
    }.items():
        village.ledger["soil"].enter(entry, tonnes_per_ha * village.hectares)
    for entry, tonnes_per_ha in {
        "gone with soil": -stored.eroded,
        "come with soil": stored.deposited,
        "stored in soil": stored.stored,
    }.items():
        village.ledger["carbon"].enter(entry, tonnes_per_ha * village.hectares)
    village.count("surface soil loss", year.surface * village.hectares, patches.village.astype(np.int64))


def survey(village: Village) -> None:
    """Grade the land as a surveyor would at the end of a year and keep what indicators show of it."""
    ecology, patches = village.params.ecology, village.patches
    stand = stands_now(village)
    seen = village.memory["vegetation"] = vegetation.vegetation_type(
        ecology.vegetation, patches.cover, patches.age, stand
    )
    ground = desertification.Ground(
        exposure=patches.exposure,
        cover=patches.cover,
        vegetation=seen,
        depth=patches.soil_depth,
        slope=patches.slope,
        terraced=patches.terraced | (patches.land_kind == PADDY),
        built=stand == stands.BUILT,
    )
    patches.score[:], patches.grade[:] = desertification.graded(ecology.desertification, ground)
    village.memory["shown_cover"] = vegetation.counted_cover(ecology.vegetation, patches.cover, stand)
    village.memory["carbon"] = village.memory["plant carbon"] + patches.soil_carbon
    village.memory["npp"] = 100 * carbon.primary_production(ecology.carbon, patches.cover, patches.age, stand)
    village.memory["rainwater"] = water.rainwater_use(ecology.water, patches.cover, patches.cistern, patches.terraced)
