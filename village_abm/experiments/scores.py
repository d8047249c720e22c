"""The score sheet: every measure of every scheme against its twin, and of every scheme against its rivals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from village_abm.experiments import wording
from village_abm.experiments.measures import Measure, Words
from village_abm.experiments.paired import Comparison, Question
from village_abm.experiments.simultaneous import (
    UNSETTLED,
    Ratio,
    compare_schemes,
    front_frequency,
    pareto_front,
    ratio_of_means,
)
from village_abm.experiments.trial import TWIN

CONFIDENCE = 0.95
ALL_AGAINST_ALL = 4  # schemes up to which each is compared with each, else with its neighbour in the order given
PAIRED = ("income_real", "cover")  # of these the study says in words what pairing has saved
PARETO = ("kd_area", "income_real")  # against these the cost is laid
COLUMNS = (
    "scheme", "measure", "unit", "group", "kind", "year", "mean_with", "mean_without", "mean", "sd", "low", "high",
    "simultaneous_low", "simultaneous_high", "method", "pairs", "wins", "effect_size", "correlation", "reduction",
    "verdict", "words_en", "words_zh", "pairs_needed",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Values:
    """What every run gave: (pairs,) of each scheme and measure, and why where it is not a number.

    The twin's stand under "none"; measures that only a scheme has are missing there.
    """

    schemes: tuple[str, ...]
    pairs: int
    of: Mapping[tuple[str, str], np.ndarray]
    why: Mapping[tuple[str, str], Words] = field(default_factory=dict)
    years: tuple[int, int] = (0, 0)
    """First year added up and last year recorded."""


def score_sheet(values: Values, measures: Mapping[str, Measure], seed: int = 0) -> list[Row]:
    """All rows of scores.csv: schemes first, measure by measure, then rivals."""
    rows: list[Row] = []
    told: dict[str, set[str]] = {}
    for measure in measures.values():
        if measure.kind != "ratio":
            found = _against_twin(values, measure, seed)
            rows += found
            told[measure.name] = {row["scheme"] for row in found if _is_told(row)}
    for measure in measures.values():
        if measure.kind == "ratio":
            settled = told[measure.gain]
            rows += [_ratio(values, measure, measures, scheme, settled, seed) for scheme in values.schemes]
    for measure in measures.values():
        if measure.kind != "ratio":
            rows += _rivals(values, measure, seed)
    return rows


def _is_told(row: Row) -> bool:
    """Whether a difference is told from nought over all schemes together; not by the agreement of a few pairs."""
    by_chance = row["method"] == "exact" and row["verdict"] == "not settled"
    return bool(row["simultaneous_low"] * row["simultaneous_high"] > 0) and not by_chance


def rivals(schemes: Sequence[str]) -> list[tuple[str, str]]:
    """Which schemes are compared with one another: all of a few, neighbours of many."""
    if len(schemes) <= ALL_AGAINST_ALL:
        return [(a, b) for k, a in enumerate(schemes) for b in schemes[k + 1 :]]
    return list(pairwise(schemes))


def question(measure: Measure) -> Question:
    """What the paired comparison is asked about a measure."""
    return Question(measure.name, measure.matters, measure.better != "less", measure.unit)


def _against_twin(values: Values, measure: Measure, seed: int) -> list[Row]:
    alone = measure.kind == "scheme only"
    nothing = np.zeros(values.pairs)
    sides = {
        scheme: (values.of[scheme, measure.name], nothing if alone else values.of[TWIN, measure.name])
        for scheme in values.schemes
    }
    rows = []
    found = _compared(values, measure, sides, seed)
    for scheme in values.schemes:
        one = found[scheme]
        if one is None:
            why = values.why.get((scheme, measure.name), UNKNOWN)
            rows.append(_refused(values, measure, scheme, measure.kind, why))
        elif alone:
            said = wording.of_level(measure, one, values.pairs)
            settled = "not settled" if one.covers_zero and one.sd > 0 else ""
            blank = {"mean_without": math.nan, "wins": math.nan, "effect_size": math.nan, "correlation": math.nan}
            row = _row(values, measure, scheme, measure.kind, sides[scheme], one)
            rows.append(row | blank | {"reduction": math.nan, "verdict": settled, "pairs_needed": None} | _words(said))
        else:
            rows.append(_row(values, measure, scheme, measure.kind, sides[scheme], one))
    return rows


def _rivals(values: Values, measure: Measure, seed: int) -> list[Row]:
    couples = {f"{a} - {b}": (a, b) for a, b in rivals(values.schemes)}
    sides = {name: (values.of[a, measure.name], values.of[b, measure.name]) for name, (a, b) in couples.items()}
    if not sides:
        return []
    rows = []
    for name, one in _compared(values, measure, sides, seed).items():
        if one is None:
            a, b = couples[name]
            why = values.why.get((a, measure.name)) or values.why.get((b, measure.name), UNKNOWN)
            rows.append(_refused(values, measure, name, "rival", why))
        else:
            rows.append(_row(values, measure, name, "rival", sides[name], one))
    return rows


UNKNOWN = Words("not defined in two pairs at least", "不足两对有定义")
Sides = Mapping[str, tuple[np.ndarray, np.ndarray]]


def _compared(values: Values, measure: Measure, sides: Sides, seed: int) -> dict[str, Comparison | None]:
    """Comparisons judged together, by name; None of what is defined in fewer than two pairs.

    Names that lack a number in the same pairs are compared in the others at once; all share one error.
    """
    fine = {name: np.isfinite(a) & np.isfinite(b) for name, (a, b) in sides.items()}
    able = [name for name in sides if fine[name].sum() >= 2]
    found: dict[str, Comparison | None] = dict.fromkeys(sides)
    for together in _families(able, fine):
        rows = np.logical_and.reduce([fine[name] for name in together])
        a = np.stack([sides[name][0][rows] for name in together], axis=1)
        b = np.stack([sides[name][1][rows] for name in together], axis=1)
        found |= dict(zip(together, compare_schemes(a, b, question(measure), CONFIDENCE, seed, len(able)), strict=True))
    return found


def _families(able: list[str], fine: Mapping[str, np.ndarray]) -> list[list[str]]:
    """Names with the same pairs are judged together."""
    kinds: dict[bytes, list[str]] = {}
    for name in able:
        kinds.setdefault(fine[name].tobytes(), []).append(name)
    return list(kinds.values())


def _year(values: Values, measure: Measure) -> str:
    first, last = values.years
    return f"{first}-{last}" if measure.over == "all years" else str(last)


def _about(values: Values, measure: Measure, scheme: str, kind: str) -> Row:
    return {
        "scheme": scheme,
        "measure": measure.name,
        "unit": measure.unit,
        "group": measure.group,
        "kind": kind,
        "year": _year(values, measure),
    }


def _words(said: Words) -> Row:
    return {"words_en": said.en, "words_zh": said.zh}


def _row(
    values: Values, measure: Measure, scheme: str, kind: str, sides: tuple[np.ndarray, np.ndarray], one: Comparison
) -> Row:
    fine = np.isfinite(sides[0]) & np.isfinite(sides[1])
    neither = measure.better == "neither"
    return {
        **_about(values, measure, scheme, kind),
        "mean_with": float(sides[0][fine].mean()),
        "mean_without": float(sides[1][fine].mean()),
        "mean": one.mean,
        "sd": one.sd,
        "low": one.alone.low,
        "high": one.alone.high,
        "simultaneous_low": one.interval.low,
        "simultaneous_high": one.interval.high,
        "method": one.alone.method,
        "pairs": one.pairs,
        "wins": math.nan if neither else one.wins,
        "effect_size": one.effect,
        "correlation": one.correlation,
        "reduction": one.reduction,
        "verdict": wording.verdict(measure, one),
        **_words(wording.of_difference(measure, one)),
        "pairs_needed": one.judgement.pairs_needed,
    }


def _refused(values: Values, measure: Measure, scheme: str, kind: str, why: Words) -> Row:
    empty = dict.fromkeys(COLUMNS[COLUMNS.index("mean_with") : COLUMNS.index("method")], math.nan)
    more = dict.fromkeys(("wins", "effect_size", "correlation", "reduction"), math.nan)
    return {
        **_about(values, measure, scheme, kind),
        **empty,
        "method": "refused",
        "pairs": values.pairs,
        **more,
        "verdict": "refused",
        **_words(why),
        "pairs_needed": None,
    }


def _ratio(
    values: Values, measure: Measure, measures: Mapping[str, Measure], scheme: str, told: set[str], seed: int
) -> Row:
    """Cost over gain; refused too where the gain is not settled over all schemes together, `told` being the others."""
    gained = measures[measure.gain]
    way = 1 if gained.better == "more" else -1
    cost = values.of[scheme, measure.cost]
    gain = way * (values.of[scheme, measure.gain] - values.of[TWIN, measure.gain])
    fine = np.isfinite(cost) & np.isfinite(gain)
    if fine.sum() < 2:
        return _refused(values, measure, scheme, "ratio", UNKNOWN)
    found = ratio_of_means(cost[fine], gain[fine], CONFIDENCE, seed)
    if found.defined and scheme not in told:
        found = Ratio(math.nan, math.nan, math.nan, "none", UNSETTLED)
    said = wording.of_ratio(measure, found)
    if not found.defined:
        return _refused(values, measure, scheme, "ratio", said)
    return {
        **_refused(values, measure, scheme, "ratio", said),
        "mean": found.value,
        "low": found.low,
        "high": found.high,
        "method": found.method,
        "verdict": "",
    }


def pairing(values: Values, measures: Mapping[str, Measure], seed: int = 0) -> list[dict[str, Any]]:
    """What common luck has saved, for every scheme and couple of rivals, in income and cover."""
    told = []
    for name in PAIRED:
        sides = {scheme: (values.of[scheme, name], values.of[TWIN, name]) for scheme in values.schemes}
        sides |= {f"{a} - {b}": (values.of[a, name], values.of[b, name]) for a, b in rivals(values.schemes)}
        for scheme, one in _compared(values, measures[name], sides, seed).items():
            if one is None:
                continue
            said = wording.of_pairing(one)
            told.append(
                {
                    "scheme": scheme,
                    "measure": name,
                    "words": {"en": said.en, "zh": said.zh},
                    "reduction": _or_none(one.reduction),
                    "pairs": one.pairs,
                    "correlation": _or_none(one.correlation),
                }
            )
    return told


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def pareto(values: Values, measures: Mapping[str, Measure], seed: int = 0) -> list[dict[str, Any]]:
    """Public cost against two outcomes, doing nothing included: who is on the front, how often over resampled pairs."""
    names = (TWIN, *values.schemes)
    costs = np.stack([np.zeros(values.pairs), *(values.of[name, "public_cost"] for name in values.schemes)], axis=1)
    goods = np.stack([_gains(values, measures[outcome], names) for outcome in PARETO], axis=2)
    front = pareto_front(costs.mean(axis=0), goods.mean(axis=0))
    often = front_frequency(costs, goods, seed)
    return [
        {
            "scheme": name,
            "cost": float(costs[:, k].mean()),
            "outcomes": {
                outcome: float((values.of[name, outcome] - values.of[TWIN, outcome]).mean()) for outcome in PARETO
            },
            "on_front": bool(front[k]),
            "frequency": round(float(often[k]), 4),
        }
        for k, name in enumerate(names)
    ]


def _gains(values: Values, measure: Measure, names: Sequence[str]) -> np.ndarray:
    way = 1 if measure.better == "more" else -1
    found = [way * (values.of[name, measure.name] - values.of[TWIN, measure.name]) for name in names]
    return np.stack(found, axis=1)
