"""Harvests: what soil, rock, water, work, age and skill leave of the full yield."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.economy.enterprises import UseArrays
from village_abm.params import needs


@dataclass(frozen=True)
class Production:
    """How the yield answers to its conditions."""

    depth_scale: float = needs("cm", "soil depth at which the yield reaches 63% of its full height")
    grade_yield: tuple[float, ...] = needs("1", "share of the yield left, by grade from none to extreme")
    labour_exponent: float = needs("1", "how sharply the yield falls when work is missing")
    technology: float = needs("1/yr", "growth of crop yields by better seed and inputs")
    technology_year: float = needs("yr", "year whose technology the stated yields have")
    decline_from: float = needs("1", "share of its life at which a perennial begins to decline")
    end_yield: float = needs("1", "share of its full yield that a perennial still gives at the end of its life")
    neglect: float = needs("1", "share of the yield left where a perennial makes a loss and is not tended")
    unfertilised: float = needs("1", "share of the yield left without any bought inputs")
    unskilled: float = needs("1", "share of the yield that somebody without knowledge of the use gets")


def technology(rules: Production, year: int) -> float:
    """Crop yield of a year against the base year, (1 + g)^(year - base) [1]."""
    return float((1 + rules.technology) ** (year - rules.technology_year))


def potential(rules: Production, uses: UseArrays, soil_depth: np.ndarray, grade: np.ndarray, year: int) -> np.ndarray:
    """Yield of each use by soil, rock and technology alone; (patches, uses) [kg/ha/yr]."""
    depth = -np.expm1(-soil_depth / rules.depth_scale)
    yields = _rockless(rules, uses, year) * depth[:, None]
    yields *= _left(rules, uses, np.arange(len(uses)), np.arange(len(rules.grade_yield))[:, None]).take(grade, axis=0)
    return yields


def potential_at(
    rules: Production, uses: UseArrays, use: np.ndarray | int, soil_depth: np.ndarray, grade: np.ndarray, year: int
) -> np.ndarray:
    """Yield of a use by soil, rock and technology alone; shape of the broadcast arguments [kg/ha/yr].

    Ymax (1 - exp(-D/D0)) f_KD, after Mitscherlich; f_KD = 1 - response (1 - f(grade)); crops x technology.
    """
    depth = -np.expm1(-soil_depth / rules.depth_scale)
    return _rockless(rules, uses, year)[use] * depth * _left(rules, uses, use, grade)


def _rockless(rules: Production, uses: UseArrays, year: int) -> np.ndarray:
    """Yield of each use on deep soil without rock in a year; (uses,) [kg/ha/yr]."""
    return uses.top_yield * np.where(uses.is_kind("crop"), technology(rules, year), 1.0)


def _left(rules: Production, uses: UseArrays, use: np.ndarray | int, grade: np.ndarray) -> np.ndarray:
    """Share of the yield that bare rock leaves, f_KD; shape of the broadcast arguments [1]."""
    share: np.ndarray = 1 - uses.grade_response[use] * (1 - np.asarray(rules.grade_yield)[grade])
    return share


def age_factor(
    rules: Production, age: np.ndarray, lag: np.ndarray, full_age: np.ndarray, life: np.ndarray
) -> np.ndarray:
    """Share of its full yield that a perennial gives at an age; shape of the broadcast arguments [1].

    0 before `lag`, linear to 1 at `full_age`, level to `decline_from` of its life, linear to `end_yield` at
    the end of its life and level after it; 1 throughout where life is 0 (annual crops).
    """
    rise = np.clip((age - lag + 1) / (full_age - lag + 1), 0.0, 1.0)
    old = np.clip((age / np.maximum(life, 1.0) - rules.decline_from) / (1 - rules.decline_from), 0.0, 1.0)
    return np.where(life > 0, rise * (1 - (1 - rules.end_yield) * old), 1.0)


def bearing(
    rules: Production, felled: np.ndarray, age: np.ndarray, lag: np.ndarray, full_age: np.ndarray, life: np.ndarray
) -> np.ndarray:
    """Share of its full yield that a stand gives at an age; shape of the broadcast arguments [1].

    `age_factor`, and of what is `felled` all of it in the year of age `lag` and nothing in any other.
    """
    grown = age_factor(rules, age, lag, full_age, life)
    return np.where(felled, age == lag, grown) if felled.any() else grown


def life_span(uses: UseArrays, use: np.ndarray, care: np.ndarray) -> np.ndarray:
    """Years a stand lives, from shortest to longest by the care (0 to 1) drawn for the plot; (plots,)."""
    return uses.life_low[use] + care * (uses.life_high[use] - uses.life_low[use])


def labour_factor(rules: Production, fulfilled: np.ndarray) -> np.ndarray:
    """Share of the yield that the work done leaves, min(1, l/l*)^.6; shape of `fulfilled` [1]."""
    return np.clip(fulfilled, 0.0, 1.0) ** rules.labour_exponent


def harvest(
    rules: Production,
    uses: UseArrays,
    use: np.ndarray,
    age: np.ndarray,
    life: np.ndarray,
    full: np.ndarray,
    water: np.ndarray,
    fulfilled: np.ndarray,
    inputs: np.ndarray | float,
    knowledge: np.ndarray | float,
    neglected: np.ndarray | bool,
) -> np.ndarray:
    """Yield of each plot [kg/ha/yr]; all arrays (plots,), `full` [kg/ha/yr] from `potential` at its use.

    full x water x labour x age x inputs x skill, and x `neglect` for a neglected perennial. `water`,
    `fulfilled` (share of the work done), `inputs` (share of the inputs bought), `knowledge` are 0 to 1.
    """
    fertiliser = rules.unfertilised + (1 - rules.unfertilised) * inputs
    skill = rules.unskilled + (1 - rules.unskilled) * knowledge
    tended = np.where(neglected & (uses.is_kind("perennial")[use]), rules.neglect, 1.0)
    grown = bearing(rules, uses.felled[use], age, uses.lag[use], uses.full_age[use], life)
    return full * water * labour_factor(rules, fulfilled) * grown * fertiliser * skill * tended
