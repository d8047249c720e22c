"""Rocky desertification: how far a patch has gone, by the rule of the national survey or of research."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.patch import GRADES, VEGETATION_TYPES
from village_abm.ecology.classes import passed, reached
from village_abm.params import needs

POTENTIAL, SLIGHT = GRADES.index("potential"), GRADES.index("slight")
_CROP, _GRASS, _NONE = (VEGETATION_TYPES.index(name) for name in ("crop", "grass", "none"))


@dataclass(frozen=True)
class Desertification:
    """Class limits and points of two definitions, and which of them is used."""

    definition: str = needs(None, "score: points of the national survey; research: marks of research")
    exposure_limits: tuple[float, ...] = needs(
        "1", "exposures where the classes begin; no rocky land below", order="rising"
    )
    exposure_points: tuple[float, ...] = needs("1", "points of the exposure classes")
    woody_limit: float = needs("1", "woody cover from which exposed land is only potentially desertified")
    herb_limit: float = needs("1", "herb cover from which exposed land is only potentially desertified")
    vegetation_points: tuple[float, ...] = needs("1", "points of none, grass, shrub, tree and crop")
    cover_limits: tuple[float, ...] = needs("1", "covers where the classes begin", order="rising")
    cover_points: tuple[float, ...] = needs("1", "points of the cover classes, sparsest first")
    crop_cover: float = needs("1", "cover that dry cropland is scored with")
    depth_limits: tuple[float, ...] = needs("cm", "soil depths where the classes begin", order="rising")
    depth_points: tuple[float, ...] = needs("1", "points of the soil depth classes, thinnest first")
    score_limits: tuple[float, ...] = needs("1", "largest scores of slight, moderate and severe", order="rising")
    research_exposure: tuple[float, ...] = needs(
        "1", "exposures above which land is potential ... extreme", order="rising"
    )
    research_cover: tuple[float, ...] = needs("1", "vegetation and soil covers below which it is", order="falling")
    research_depth: tuple[float, ...] = needs("cm", "soil depths below which it is", order="falling")
    research_slope: tuple[float, ...] = needs("degree", "slopes above which it is", order="rising")


@dataclass(frozen=True)
class Ground:
    """What a surveyor sees on patches; all of shape (patch,)."""

    exposure: np.ndarray
    cover: np.ndarray
    vegetation: np.ndarray
    depth: np.ndarray
    slope: np.ndarray
    terraced: np.ndarray
    built: np.ndarray


def _rocky(rules: Desertification, ground: Ground) -> np.ndarray:
    return (ground.exposure >= rules.exposure_limits[0]) & ~ground.built


def desertified(rules: Desertification, ground: Ground) -> np.ndarray:
    """Whether land is rocky-desertified by the national survey's rule; shape (patch,).

    Exposure of at least the first limit and cover below the woody or herb limit; or dry cropland that is
    not terraced (paddy counts as terraced). Built land is not surveyed.
    """
    limit = np.where(ground.vegetation == _GRASS, rules.herb_limit, rules.woody_limit)
    sparse = (ground.vegetation == _NONE) | (ground.cover < limit)
    return _rocky(rules, ground) & np.where(ground.vegetation == _CROP, ~ground.terraced, sparse)


def score(rules: Desertification, ground: Ground) -> np.ndarray:
    """Points of the national survey for exposure, vegetation type, cover and soil depth; shape (patch,) [1].

    Rule of the technical code for monitoring rocky desertification (LY/T 1840). Nothing for land that is
    not desertified; dry cropland is scored with the cover class of its own.
    """
    cover = np.where(ground.vegetation == _CROP, rules.crop_cover, ground.cover)
    points = (
        np.array([0.0, *rules.exposure_points])[reached(rules.exposure_limits, ground.exposure)]
        + np.array(rules.vegetation_points)[ground.vegetation]
        + np.array(rules.cover_points)[reached(rules.cover_limits, cover)]
        + np.array(rules.depth_points)[reached(rules.depth_limits, ground.depth)]
    )
    return np.where(desertified(rules, ground), points, 0.0)


def _grade_by_score(rules: Desertification, ground: Ground, points: np.ndarray) -> np.ndarray:
    rocky = np.where(_rocky(rules, ground), np.int8(POTENTIAL), np.int8(0))
    return np.where(points > 0, np.int8(SLIGHT) + passed(rules.score_limits, points), rocky)


def _grade_by_research(rules: Desertification, ground: Ground) -> np.ndarray:
    """The grade that at least three of the four marks reach.

    Marks are bare rock, vegetation and soil cover (the larger of the two), soil depth and slope.
    """
    veiled = np.maximum(ground.cover, 1 - ground.exposure)
    marks = (
        passed(rules.research_exposure, ground.exposure),
        passed([-limit for limit in rules.research_cover], -veiled),
        passed([-limit for limit in rules.research_depth], -ground.depth),
        passed(rules.research_slope, ground.slope),
    )
    return np.where(ground.built, np.int8(0), np.sort(marks, axis=0)[1])


def graded(rules: Desertification, ground: Ground) -> tuple[np.ndarray, np.ndarray]:
    """Score of the national survey and grade, index into GRADES, by the definition chosen; shapes (patch,).

    Raises ValueError for a definition that is neither.
    """
    points = score(rules, ground)
    if rules.definition == "score":
        return points, _grade_by_score(rules, ground, points)
    if rules.definition == "research":
        return points, _grade_by_research(rules, ground)
    raise ValueError(f"ecology.desertification.definition = '{rules.definition}'. Write score or research.")
