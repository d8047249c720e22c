"""The rural revitalisation index: five dimensions, frozen bounds, three ways to weigh; and the eco-industry level.

Bounds, weights and ideal points are parameters. Nothing here is taken from the runs at hand, so the index of a run
does not change with the runs beside it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from village_abm.params import ParameterError, needs


@dataclass(frozen=True)
class ThrivingIndustry:
    """Bounds, worst and best, of the components of thriving industry."""

    output_per_day: tuple[float, float] = needs(
        "CNY/day", "net output of a day worked at home", price="2020", order="rising"
    )
    eco_industry_share: tuple[float, float] = needs(
        "1", "ecological industries' share of industries' land", order="rising"
    )
    active_member_share: tuple[float, float] = needs(
        "1", "households in cooperatives that do something", order="rising"
    )
    processed_share: tuple[float, float] = needs(
        "1", "share of cooperatives' deliveries that is processed", order="rising"
    )


@dataclass(frozen=True)
class LiveableEcology:
    """Bounds, worst and best, of the components of liveable ecology."""

    forest_share: tuple[float, float] = needs("1", "share of the land under trees", order="rising")
    kd_share: tuple[float, float] = needs("1", "share of the land that is rocky desertification", order="falling")
    erosion_ratio: tuple[float, float] = needs("1", "soil washed off over the tolerable loss", order="falling")
    rainwater_use: tuple[float, float] = needs("1", "share of the rain that is used", order="rising")


@dataclass(frozen=True)
class CivilisedCustom:
    """Bounds, worst and best, of the components of civilised custom."""

    schooling: tuple[float, float] = needs("yr", "mean years of schooling of adults", order="rising")
    belief: tuple[float, float] = needs("1", "mean environmental belief", order="rising")
    convention_share: tuple[float, float] = needs(
        "1", "share of households that keep a green convention", order="rising"
    )


@dataclass(frozen=True)
class EffectiveGovernance:
    """Bounds, worst and best, of the components of effective governance."""

    trust: tuple[float, float] = needs("1", "mean trust in the government's word", order="rising")
    audit_success: tuple[float, float] = needs("1", "share of visited plots found in order so far", order="rising")
    free_choice: tuple[float, float] = needs(
        "1", "share of cropland not enrolled against its household's choice", order="rising"
    )


@dataclass(frozen=True)
class ProsperousLife:
    """Bounds, worst and best, of the components of prosperous life."""

    income_parity: tuple[float, float] = needs("1", "income per head over a migrant's yearly wage", order="rising")
    income_gini: tuple[float, float] = needs("1", "Gini coefficient of income per head", order="falling")
    poverty: tuple[float, float] = needs("1", "share of people who are poor", order="falling")
    left_behind_index: tuple[float, float] = needs("1", "left-behind index", order="falling")


@dataclass(frozen=True)
class EcoIndustry:
    """Bounds, worst and best, of the four parts of the eco-industry level, and their weights."""

    resources: tuple[float, float] = needs("1", "value added per hectare against maize", order="rising")
    environment: tuple[float, float] = needs("1", "soil kept against maize", order="rising")
    output: tuple[float, float] = needs("CNY/person/yr", "value added per head", price="2020", order="rising")
    employment: tuple[float, float] = needs("1", "share of households' working days", order="rising")
    weights: tuple[float, float, float, float] = needs("1", "weights of the parts, in this order")

    def __post_init__(self) -> None:
        """Refuse weights that do not add up; raises ParameterError."""
        _check_weights("weights", self.weights, 4)


@dataclass(frozen=True)
class Revitalisation:
    """How the index is put together; the components of a dimension have the names of their indicators."""

    thriving_industry: ThrivingIndustry
    liveable_ecology: LiveableEcology
    civilised_custom: CivilisedCustom
    effective_governance: EffectiveGovernance
    prosperous_life: ProsperousLife
    eco_industry: EcoIndustry
    method: Literal["fixed", "equal", "topsis"] = needs(None, "how components and dimensions are put together")
    weights: tuple[float, float, float, float, float] = needs("1", "fixed weights of the dimensions, in this order")
    entropy: tuple[float, ...] = needs("1", "frozen entropy weights of all components, in this order, for topsis")
    draws: int = needs(None, "draws of weights by which the stability of ranks is told")
    classes: tuple[str, ...] = needs(None, "names of the ten classes of coupling coordination, lowest first")
    classes_zh: tuple[str, ...] = needs(None, "the same in Chinese")

    def __post_init__(self) -> None:
        """Refuse weights that do not add up and classes that are not ten; raises ParameterError."""
        _check_weights("weights", self.weights, len(DIMENSIONS))
        _check_weights("entropy", self.entropy, len(COMPONENTS))
        if not np.bincount(OF, self.entropy).all():
            raise ParameterError("entropy leaves a dimension without any weight. Give one of its components some.")
        if not len(self.classes) == len(self.classes_zh) == 10:
            raise ParameterError("classes and classes_zh name ten classes each. Write ten names.")


_RECORDS = (ThrivingIndustry, LiveableEcology, CivilisedCustom, EffectiveGovernance, ProsperousLife)
DIMENSIONS = ("thriving_industry", "liveable_ecology", "civilised_custom", "effective_governance", "prosperous_life")
COMPONENTS = tuple(field.name for record in _RECORDS for field in dataclasses.fields(record))
OF = np.repeat(np.arange(len(_RECORDS)), [len(dataclasses.fields(record)) for record in _RECORDS])
"""Place in DIMENSIONS of the dimension of each component; (components,)."""
_ONE = np.zeros(len(DIMENSIONS), np.int64)
PARTS = ("resources", "environment", "output", "employment")


@dataclass(frozen=True)
class Standing:
    """Where a village stands in a year; not a number where it is not known."""

    values: np.ndarray  # (components,) each in the unit of its indicator
    scores: np.ndarray  # (components,) 0 to 1
    outside: np.ndarray  # (components,) beyond its bounds, so counted as 0 or 1
    weights: np.ndarray  # (components,) in the index, those of what is missing shared out in its dimension
    contributions: np.ndarray  # (components,) they add up to the index
    dimensions: np.ndarray  # (5,) 0 to 1, each of the components that are known
    index: float


def scored(values: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Min-max score s = (x - worst)/(best - worst) within 0 to 1, and which values lie beyond their bounds.

    values (..., components), bounds (components, 2), worst first; what is missing stays missing and lies nowhere.
    """
    raw = (values - bounds[:, 0]) / (bounds[:, 1] - bounds[:, 0])
    outside = (raw < -1e-12) | (raw > 1 + 1e-12)
    return np.clip(raw, 0.0, 1.0), outside


def additive(scores: np.ndarray, weights: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level sum w s / sum w of each group over what is known of it, and what each adds to its level.

    scores, weights and group `of` (n,); levels (groups,), not a number where nothing is known; additions (n,).
    """
    known, shares, empty = _shared(scores, weights, of)
    parts = shares * known
    return np.where(empty, np.nan, np.bincount(of, parts)), parts


def topsis(scores: np.ndarray, weights: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Closeness C = D-/(D+ + D-) of each group to its ideal, all 1, against the worst, all 0; shapes as `additive`.

    D+ = sqrt(sum (w (1 - s))^2), D- = sqrt(sum (w s)^2), Hwang and Yoon (1981), with the bounds as ideal and worst
    point. What each adds is its part of D-^2, brought to the sum C.
    """
    known, shares, empty = _shared(scores, weights, of)
    squares = (shares * known) ** 2
    near, far = np.bincount(of, squares) ** 0.5, np.bincount(of, (shares * (1 - known)) ** 2) ** 0.5
    closeness = np.divide(near, near + far, out=np.full(len(near), np.nan), where=~empty)
    scale = np.divide(closeness, near**2, out=np.zeros(len(near)), where=near > 0)
    return closeness, squares * scale[of]


def stand(rules: Revitalisation, values: np.ndarray) -> Standing:
    """Scores, dimensions, index and what each component adds to it, from the values of the components.

    A dimension is put together from those of its components that are known; the index needs all five dimensions.
    """
    bounds, within, across = _frozen(rules)
    join = topsis if rules.method == "topsis" else additive
    scores, outside = scored(values, bounds)
    levels, parts = join(scores, within, OF)
    whole = np.isnan(levels).any()
    index, added = (np.array([np.nan]), np.full(len(levels), np.nan)) if whole else join(levels, across, _ONE)
    _, shares, _ = _shared(scores, within, OF)
    scale = np.divide(added, levels, out=np.zeros(len(levels)), where=~(levels == 0))
    return Standing(values, scores, outside, across[OF] * shares, parts * scale[OF], levels, float(index[0]))


def eco_level(rules: EcoIndustry, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Eco-industry level: its four parts between 0 and 1, which lie beyond their bounds, and their weighted mean.

    values (4,) in the order of PARTS. Not a number where a part is not known.
    """
    parts, outside = scored(values, _eco_bounds(rules))
    return parts, outside, float(parts @ np.array(rules.weights))


def reference_weights(rules: Revitalisation, values: np.ndarray) -> np.ndarray:
    """Entropy weights to be frozen, from the components of a reference ensemble, (samples, components) with units."""
    return entropy_weights(scored(values, _frozen(rules)[0])[0])


def entropy_weights(scores: np.ndarray) -> np.ndarray:
    """Weights by how unevenly each component is spread over samples, from scores (samples, components); they add to 1.

    p_ij = s_ij/sum_i s_ij, e_j = -sum_i p_ij ln p_ij/ln m, w_j = (1 - e_j)/sum_k (1 - e_k), Shannon entropy with
    0 ln 0 = 0; samples in which a component is missing are left out for it. What never varies, or is always 0, tells
    nothing and weighs nothing. Raises ValueError where nothing varies.
    """
    told = np.zeros(scores.shape[1])
    for k, column in enumerate(scores.T):
        known = column[~np.isnan(column)]
        if len(known) < 2 or not known.sum() > 0:
            continue
        p = known / known.sum()
        told[k] = 1 + float((p[p > 0] * np.log(p[p > 0])).sum()) / np.log(len(known))
    told[told < 1e-12] = 0.0
    if not told.any():
        raise ValueError("no component varies over the reference ensemble: entropy gives no weights. Take more runs.")
    return told / told.sum()


def dirichlet(draws: np.ndarray) -> np.ndarray:
    """Weights spread evenly over all that add up to 1, from uniform draws (draws, n): -ln u over their sum."""
    gamma = -np.log(draws)
    shares: np.ndarray = gamma / gamma.sum(axis=1, keepdims=True)
    return shares


def outranks(levels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Share of weight draws (draws, n) in which one row of levels (rows, n) stands above another; (rows, rows)."""
    totals = levels @ weights.T
    above: np.ndarray = (totals[:, None, :] > totals[None, :, :]).mean(axis=2)
    return np.where(np.isnan(totals).any(axis=1)[:, None] | np.isnan(totals).any(axis=1)[None, :], np.nan, above)


@lru_cache(maxsize=64)
def _frozen(rules: Revitalisation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds (components, 2), weights within the dimensions (components,) and of the dimensions (5,)."""
    bounds = np.array([getattr(getattr(rules, DIMENSIONS[k]), name) for k, name in zip(OF, COMPONENTS, strict=True)])
    if rules.method == "topsis":
        return bounds, np.array(rules.entropy), np.bincount(OF, rules.entropy)
    count = len(DIMENSIONS)
    return bounds, np.ones(len(OF)), np.array(rules.weights) if rules.method == "fixed" else np.full(count, 1 / count)


@lru_cache(maxsize=64)
def _eco_bounds(rules: EcoIndustry) -> np.ndarray:
    return np.array([getattr(rules, name) for name in PARTS])


def _shared(scores: np.ndarray, weights: np.ndarray, of: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores with 0 for what is missing, weights of what is known brought to the sum 1 in each group, empty groups."""
    missing = np.isnan(scores)
    given = np.where(missing, 0.0, weights)
    total = np.bincount(of, given)
    empty = total == 0
    return np.where(missing, 0.0, scores), given / np.where(empty, 1.0, total)[of], empty


def _check_weights(name: str, weights: tuple[float, ...], count: int) -> None:
    if len(weights) != count or min(weights) < 0 or abs(sum(weights) - 1) > 1e-6:
        raise ParameterError(f"{name} = {list(weights)}: write {count} weights of 0 or more that add up to 1.")
