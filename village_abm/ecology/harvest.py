"""Harvest of the wild: fuelwood that households burn and what free goats eat, patch by patch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.order import of_group, totals
from village_abm.params import needs

# A first pass by preference and one more for what full patches refused; the rest goes unmet, and is told.
PASSES = 2


@dataclass(frozen=True)
class Harvest:
    """What households cut and graze, where, and how much of it a patch can give."""

    fuel_need: float = needs("t/yr", "dry fuelwood of a household of reference size without substitutes")
    household_size: float = needs("person", "residents of a household of reference size")
    live_share: float = needs("1", "share of the fuel cut from living cover; the rest is litter or coal")
    fuel_floor: float = needs("1", "share of the fuel need that money never replaces")
    fuel_income: float = needs("CNY/person/yr", "cash at which half of what can be is replaced", price="2020")
    biogas_saving: float = needs("1", "share of fuel and free grazing that a biogas stall replaces")
    wood_per_cover: float = needs("t/ha", "dry wood in a unit of cover")
    most_cut: float = needs("1/yr", "largest share of a patch's cover cut in a year")
    cover_pull: float = needs("1", "exponent of cover in the choice of where to cut")
    wood_reach: float = needs("m", "distance over which the pull of a wood falls to 1/e")
    goats: float = needs("head", "free-grazing does of a household of reference size")
    goats_kept: float = needs("1", "share of the does kept where no fuelwood is cut any more")
    goat_reach: float = needs("m", "distance over which the density of goats falls to 1/e")
    goat_bite: float = needs("ha/head/yr", "cover eaten a year by one doe a hectare on dense cover")
    goat_half: float = needs("1", "cover at which a doe finds half as much")


@dataclass(frozen=True)
class Cutting:
    """A year's fuelwood: cover left (patch,), tonnes taken (patch,), tonnes found nowhere (village,)."""

    cover: np.ndarray
    taken: np.ndarray
    unmet: np.ndarray


@dataclass(frozen=True)
class Grazing:
    """A year's grazing: cover left (patch,), cover eaten (patch,), does without pasture (village,)."""

    cover: np.ndarray
    eaten: np.ndarray
    unplaced: np.ndarray


def fuel_substitution(rules: Harvest, cash_income: np.ndarray) -> np.ndarray:
    """Share of the fuel still cut, f = floor + (1 - floor)/(1 + (y/y_half)^2); shape (household,) [1].

    `cash_income` is remittances and local wages per registered person, yuan of 2020 [CNY/person/yr].
    """
    return rules.fuel_floor + (1 - rules.fuel_floor) / (1 + (cash_income / rules.fuel_income) ** 2)


def fuel_demand(rules: Harvest, residents: np.ndarray, substitution: np.ndarray, biogas: np.ndarray) -> np.ndarray:
    """Dry wood wanted from living cover, q residents/size f live (1 - saving biogas); (household,) [t/yr]."""
    fuel = rules.fuel_need * residents / rules.household_size * substitution * rules.live_share
    return fuel * (1 - rules.biogas_saving * biogas)


def free_goats(rules: Harvest, residents: np.ndarray, substitution: np.ndarray, biogas: np.ndarray) -> np.ndarray:
    """Free-grazing does, fewer where cash or a stall replaces them; shape (household,) [head]."""
    kept = rules.goats_kept + (1 - rules.goats_kept) * substitution
    return rules.goats * residents / rules.household_size * kept * (1 - rules.biogas_saving * biogas)


def cut(
    rules: Harvest,
    cover: np.ndarray,
    distance: np.ndarray,
    allowed: np.ndarray,
    demand: np.ndarray,
    village: np.ndarray,
    hectares: float,
) -> Cutting:
    """Spread each village's wood demand over its allowed patches in proportion to V^a exp(-dist/reach).

    `demand` has shape (village,) [t/yr], `hectares` is the area of a patch [ha], the rest shape (patch,).
    No patch gives more than its largest share; what full patches refuse is asked once more of the others,
    and what is then still wanted is returned as unmet.
    """
    pull = cover**rules.cover_pull * np.exp(-distance / rules.wood_reach) * allowed
    most = rules.most_cut * cover * (rules.wood_per_cover * hectares)
    taken = np.zeros_like(cover)
    unmet = np.asarray(demand, dtype=float)
    for _ in range(PASSES):
        asked = taken + _shared(unmet, pull, village)
        full = asked >= most
        taken = np.where(full & (pull > 0), most, asked)
        pull = np.where(full, 0.0, pull)
        unmet = np.maximum(demand - totals(village, taken, len(demand)), 0.0)
        if not unmet.any():
            break
    return Cutting(cover - taken / (rules.wood_per_cover * hectares), taken, unmet)


def _shared(amount: np.ndarray, pull: np.ndarray, village: np.ndarray) -> np.ndarray:
    """Divide each village's amount over its patches in proportion to their pull; shape (patch,)."""
    total = totals(village, pull, len(amount))
    return pull / of_group(np.where(total > 0, total, 1.0), village) * of_group(amount, village)


def graze(
    rules: Harvest,
    cover: np.ndarray,
    distance: np.ndarray,
    allowed: np.ndarray,
    goats: np.ndarray,
    village: np.ndarray,
    hectares: float,
) -> Grazing:
    """Let each village's does loose on its allowed patches at a density falling as exp(-dist/reach).

    `goats` has shape (village,) [head]. The bite is bite x (does/ha) / (V + half) of the cover, taken as a
    rate through the year, V exp(-rate), so that cover never turns negative. Villages without any allowed
    patch have all their does unplaced.
    """
    pull = np.exp(-distance / rules.goat_reach) * allowed
    density = _shared(np.asarray(goats, dtype=float), pull, village) / hectares
    eaten = -cover * np.expm1(-rules.goat_bite * density / (cover + rules.goat_half))
    pasture = totals(village, pull, len(goats)) > 0
    return Grazing(cover - eaten, eaten, np.where(pasture, 0.0, goats))
