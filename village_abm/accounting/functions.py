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
    near_living: float = needs("1", "living function of open land at the edge of a settlement")
    living_reach: float = needs("m", "distance over which that falls to 37%")
    full_value: float = needs("CNY/ha/yr", "equivalent-factor value at which that part is full", price="2020")
    ecological_weights: tuple[float, float, float] = needs("1", "weights of cover, grade and equivalent-factor value")
    least: float = needs("1", "level below which no function is said to dominate")
    village_full: tuple[float, float, float] = needs(
        "1", "mean level of production, living and ecology at which a village counts as full"
    )

    def __post_init__(self) -> None:
        """Refuse weights that make no whole; raises ParameterError."""
        if abs(sum(self.ecological_weights) - 1) > 1e-9:
            raise ParameterError(f"ecological_weights = {list(self.ecological_weights)}: write shares that add up to 1.")


def production(rules: Functions, output: np.ndarray) -> np.ndarray:
    """min(1, output / full output), from the worth of the year's harvest [CNY/ha/yr]; (patches,) [1]."""
    return np.clip(output / rules.full_output, 0.0, 1.0)


def living(rules: Functions, built: np.ndarray, residents: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """How far the land houses people: b + (1 - b) min(1, n / N) where built, e exp(-d / d0) elsewhere; (patches,) [1].

    `residents` n are the people at home on each patch, `distance` d that to the nearest settlement [m]. An emptied
    village has the houses and not the life.
    """
    inside = rules.built_living + (1 - rules.built_living) * np.minimum(residents / rules.full_residents, 1.0)
    return np.where(built, inside, rules.near_living * np.exp(-distance / rules.living_reach))


def ecological(
    rules: Functions, built: np.ndarray, cover: np.ndarray, grade: np.ndarray, value: np.ndarray
) -> np.ndarray:
    """w1 V + w2 (1 - grade/5) + w3 min(1, value / full value), nothing where built; (patches,) [1].

    `value` is the equivalent-factor value [CNY/ha/yr]; one below nothing counts as nothing.
    """
    first, second, third = rules.ecological_weights
    worth = np.clip(value / rules.full_value, 0.0, 1.0)
    sound = 1 - grade / (len(GRADES) - 1)
    return np.where(built, 0.0, first * cover + second * sound + third * worth)


def dominant(rules: Functions, levels: np.ndarray) -> np.ndarray:
    """The strongest function of each patch, index into FUNCTIONS; none where all lie below the least; (patches,).

    `levels` (patches, 3) in the order of FUNCTIONS without none; of equals the first.
    """
    strongest = (1 + levels.argmax(axis=1)).astype(np.int8)
    return np.where(levels.max(axis=1) >= rules.least, strongest, np.int8(0))


def of_village(rules: Functions, levels: np.ndarray) -> np.ndarray:
    """Mean level of each function over the land, against what counts as full; (patches, 3) to (3,), 0 to 1."""
    if not len(levels):
        return np.full(3, np.nan)
    return np.minimum(levels.mean(axis=0) / np.array(rules.village_full), 1.0)
