"""Soil and rock: slow erosion, leakage underground, deposition, exposure; every tonne is told.

The state is the volume of soil D (1 - B) [cm]: depth D where there is soil, and the share B that is rock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import LANDFORMS
from village_abm.order import of_group, totals
from village_abm.params import needs

_DEPRESSION = LANDFORMS.index("depression")


@dataclass(frozen=True)
class Soil:
    """How soil is lost, partitioned, formed, laid down, and how rock comes out and heals."""

    bulk_density: float = needs("t/m^3", "mass of dry soil in a volume")
    erosivity: float = needs("MJ*mm/ha/h/yr", "rain erosivity R")
    erodibility: float = needs("t*h/MJ/mm", "soil erodibility K")
    on_site: float = needs("1", "scale of RUSLE on thin karst soil, on the patch")
    bare_factor: float = needs("1", "cover factor C of uncropped land without cover")
    cover_exponent: float = needs("1", "how fast C of uncropped land falls with cover")
    terrace_factor: float = needs("1", "practice factor P of terraced land")
    paddy_factor: float = needs("1", "practice factor P of paddy")
    leakage: tuple[float, ...] = needs("1", "share of lost soil that goes underground, by landform")
    leakage_outlet: float = needs("1", "share of lost soil still underground at the outlet of a basin")
    leakage_at: str = needs(None, "scale at which leakage is counted: slope or outlet")
    formation: tuple[float, ...] = needs("t/ha/yr", "soil formed and so the tolerable loss, by lithology")
    deposit_share: float = needs("1", "share of the surface loss upslope laid down in depressions")
    exposing: float = needs("1", "share of a net loss that bares rock; the rest thins the soil")
    thinnest: float = needs("cm", "depth below which thin soil bares rock no faster")
    most_exposed: float = needs("1", "largest net loss in a year, as a share of depth, that bares rock")
    exposure_limit: float = needs("1", "exposure that is never passed: soil in fissures")
    healing: float = needs("1/yr", "exposure that a mat of vegetation covers in a year")
    healing_cover: float = needs("1", "cover above which rock is covered again")
    healing_depth: float = needs("cm", "soil depth below which no mat forms over rock")


@dataclass(frozen=True)
class SoilYear:
    """A year of soil; all of shape (patch,), masses per patch area [t/ha].

    Mass after = mass before + formed - lost + deposited. Lost = surface + underground. `refused` is what
    the erosion equation asked for beyond the soil there was: it never moved and is in no other number.
    """

    depth: np.ndarray
    exposure: np.ndarray
    formed: np.ndarray
    lost: np.ndarray
    surface: np.ndarray
    underground: np.ndarray
    deposited: np.ndarray
    refused: np.ndarray


def soil_mass(rules: Soil, depth: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Mass of soil per patch area, 100 rho D (1 - B); D in cm, rho in t/m3; shape (patch,) [t/ha].

    Also of a layer brought in or taken away, D being its thickness.
    """
    return 100 * rules.bulk_density * depth * (1 - exposure)


def slope_factor(slope: np.ndarray, patch_size: float) -> np.ndarray:
    """RUSLE's LS with a slope length of one patch side over cos(slope); shape (patch,) [1].

    S = 10.8 sin + .03 on gentle and 16.8 sin - .5 on steeper slopes (McCool et al. 1987), which meet at
    5.07 degrees, and 21.91 sin - .96 from 10 degrees (Liu et al. 1994); L = (length / 22.13 m)^.5.
    """
    angle = np.radians(slope)
    sine = np.sin(angle)
    gentle = np.maximum(10.8 * sine + 0.03, 16.8 * sine - 0.5)
    return np.where(slope < 10, gentle, 21.91 * sine - 0.96) * np.sqrt(patch_size / np.cos(angle) / 22.13)


def erosion(
    rules: Soil,
    slope_factor: np.ndarray,
    cover: np.ndarray,
    crop_factor: np.ndarray,
    terraced: np.ndarray,
    paddy: np.ndarray,
) -> np.ndarray:
    """Soil lost from where there is soil, s R K LS C P; shape (patch,) [t/ha of soil area/yr].

    `crop_factor` is the C of the use, nan for uncropped land, whose C = bare exp(-e V).
    """
    wild_factor = rules.bare_factor * np.exp(-rules.cover_exponent * cover)
    factor = np.where(np.isnan(crop_factor), wild_factor, crop_factor)
    practice = np.where(paddy, rules.paddy_factor, np.where(terraced, rules.terrace_factor, 1.0))
    return rules.on_site * rules.erosivity * rules.erodibility * slope_factor * factor * practice


def leaked_share(rules: Soil, landform: np.ndarray) -> np.ndarray:
    """Share of lost soil that goes underground: a partition of the loss; shape (patch,) [1].

    By landform on the slope; at the outlet of a basin, where most of it has come up again, one small share.
    Raises ValueError for a scale that is neither.
    """
    if rules.leakage_at == "slope":
        return np.asarray(rules.leakage)[landform]
    if rules.leakage_at == "outlet":
        return np.full(np.shape(landform), rules.leakage_outlet)
    raise ValueError(f"ecology.soil.leakage_at = '{rules.leakage_at}'. Write slope or outlet.")


def soil_year(
    rules: Soil,
    depth: np.ndarray,
    exposure: np.ndarray,
    erosion: np.ndarray,
    landform: np.ndarray,
    lithology: np.ndarray,
    village: np.ndarray,
    matted: np.ndarray,
) -> SoilYear:
    """A year of formation, loss, deposition, baring and healing, the mass of soil being kept.

    `erosion` is per soil area [t/ha/yr]; `matted` marks uncropped patches with enough cover to heal. With
    the net loss e = (lost - formed) / (100 rho (1 - B)) [cm], dB = kappa (1 - B) min(e / max(D, thinnest),
    most). Depth follows from the mass and the new exposure. Deposition changes no exposure.
    """
    before = soil_mass(rules, depth, exposure)
    soil = 1 - exposure
    formed = np.asarray(rules.formation)[lithology] * soil
    wanted = erosion * soil
    lost = np.minimum(wanted, before + formed)
    underground = leaked_share(rules, landform) * lost
    surface = lost - underground
    deposited = _deposited(rules, surface, landform, village)
    after = np.maximum(before + formed - lost, 0.0) + deposited
    net = np.maximum(lost - formed, 0.0) / (100 * rules.bulk_density * soil)
    bared = rules.exposing * np.minimum(net / np.maximum(depth, rules.thinnest), rules.most_exposed)
    rock = np.minimum(exposure + bared * soil, np.maximum(rules.exposure_limit, exposure))
    heals = matted & (depth >= rules.healing_depth)
    rock = np.where(heals, np.maximum(rock - rules.healing, 0.0), rock)
    deep = after / (100 * rules.bulk_density * (1 - rock))
    return SoilYear(deep, rock, formed, lost, surface, underground, deposited, wanted - lost)


def _deposited(rules: Soil, surface: np.ndarray, landform: np.ndarray, village: np.ndarray) -> np.ndarray:
    """What the surface loss upslope leaves in the depressions of the same village; shape (patch,) [t/ha].

    Spread evenly; a village without depressions keeps nothing.
    """
    basin = landform == _DEPRESSION
    upslope = totals(village, np.where(basin, 0.0, surface))
    patches = totals(village, basin)
    each = rules.deposit_share * upslope / np.where(patches > 0, patches, np.inf)
    return np.where(basin, of_group(each, village), 0.0)


def matted(rules: Soil, cover: np.ndarray, uncropped: np.ndarray) -> np.ndarray:
    """Whether vegetation closes over rock there; shape (patch,)."""
    return uncropped & (cover > rules.healing_cover)
