"""Production, living and ecological functions of land, each 0 to 1 by patch and for the village.

That a piece of land has all three, in different strength, is the view of Liu Jilai, Liu Yansui, Li Yurui (2017),
Classification evaluation and spatial-temporal analysis of production-living-ecological spaces in China, Acta
Geographica Sinica 72(7): 1290-1304. They score classes of land use; here the levels follow from what the patch
yields, who lives there and what grows there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import GRADES
from village_abm.params import ParameterError, needs

FUNCTIONS = ("none", "production", "living", "ecological")


@dataclass(frozen=True)
class Functions:
    """Bounds at which each function is full, fixed once so that years and runs can be compared."""

    full_output: float = needs("CNY/ha/yr", "worth of a harvest at which production is full", price="2020")
    full_residents: float = needs("person", "people at home on a built patch at which living is full")
    built_living: float = needs("1", "living function of a built patch without anybody at home")
    near_living: float = needs("1", "living function of open land at the edge of a full settlement")
    living_reach: float = needs("m", "distance over which that falls to nothing")
    full_value: float = needs("CNY/ha/yr", "equivalent-factor value at which that part is full", price="2020")
    ecological_weights: tuple[float, float, float] = needs("1", "weights of cover, grade and equivalent-factor value")
    least: float = needs("1", "level below which no function is said to dominate")
    village_full: tuple[float, float, float] = needs(
        "1", "mean level of production, living and ecology at which a village counts as full"
    )

    def __post_init__(self) -> None:
        """Refuse weights that make no whole; raises ParameterError."""
        if abs(sum(self.ecological_weights) - 1) > 1e-9:
            raise ParameterError(
                f"ecological_weights = {list(self.ecological_weights)}: write shares that add up to 1."
            )


def production(rules: Functions, output: np.ndarray) -> np.ndarray:
    """min(1, output / full output), from the worth of the year's harvest [CNY/ha/yr]; (patches,) [1]."""
    return np.clip(output / rules.full_output, 0.0, 1.0)


def living(
    rules: Functions, built: np.ndarray, residents: np.ndarray, distance: np.ndarray, village: np.ndarray
) -> np.ndarray:
    """How far the land houses people; (patches,) [1].

    b + (1 - b) h where built, with h = min(1, n / N); else e max(0, 1 - d / D) times the mean h of its village.
    `residents` n are the people at home on each patch, `distance` d that to the nearest settlement [m]. An emptied
    village has the houses and not the life.
    """
    homes = np.flatnonzero(built)
    crowded = np.minimum(residents[homes] / rules.full_residents, 1.0)
    villages = village.max(initial=0) + 1
    lived_in, there = (np.bincount(village[homes], weight, villages) for weight in (crowded, None))
    near = np.maximum(rules.near_living - distance * (rules.near_living / rules.living_reach), 0.0)
    near *= (lived_in / np.maximum(there, 1)).take(village)
    near[homes] = rules.built_living + (1 - rules.built_living) * crowded
    return near


def ecological(
    rules: Functions, built: np.ndarray, cover: np.ndarray, grade: np.ndarray, value: np.ndarray
) -> np.ndarray:
    """w1 V + w2 (1 - grade/5) + w3 min(1, value / full value), nothing where built; (patches,) [1].

    `value` is the equivalent-factor value [CNY/ha/yr]; one below nothing counts as nothing.
    """
    first, second, third = rules.ecological_weights
    worth = np.clip(value / rules.full_value, 0.0, 1.0)
    sound = 1 - grade / (len(GRADES) - 1)
    return (first * cover + second * sound + third * worth) * ~built


def dominant(rules: Functions, levels: np.ndarray) -> np.ndarray:
    """The strongest function of each patch, index into FUNCTIONS; none where all lie below the least; (patches,).

    `levels` (3, patches) in the order of FUNCTIONS without none; of equals the first.
    """
    produces, houses, serves = levels
    strongest = np.where(produces >= np.maximum(houses, serves), np.int8(1), np.int8(3) - (houses >= serves))
    return np.where(levels.max(axis=0) >= rules.least, strongest, 0).astype(np.int8)


def of_village(rules: Functions, mean: np.ndarray) -> np.ndarray:
    """Mean level of each function over the land against what counts as full, min(1, mean / full); (3,)."""
    return np.minimum(mean / np.array(rules.village_full), 1.0)
