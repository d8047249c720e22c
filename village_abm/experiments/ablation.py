"""Which mechanism matters for what: a scenario with everything on, and with one mechanism off at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.inputs import Inputs
from village_abm.experiments.intervals import t_interval
from village_abm.experiments.mechanisms import GROUPS, Mechanism, read_mechanisms
from village_abm.experiments.paired import CONFIDENCE, Question, compare
from village_abm.experiments.workers import Workers
from village_abm.params import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from village_abm.load import Params

FILE = "ablation.csv"
WHAT_IT_HOLDS = {"en": "what each mechanism adds to the headline indicators, from paired runs", "zh": "机制消融结果"}
PAIRS = 6
HEADLINES = (
    "cover", "kd_area", "income_real", "poverty", "income_gini", "away_share", "abandoned_share", "rented_share",
    "largest_holding",
)  # fmt: skip
ALL_ON = ""
FEWEST_ALIKE = 5  # pairs from which one and the same difference in all of them is no accident


@dataclass(frozen=True)
class Plan:
    """What is to be run: everything on, and each mechanism off, as many times as there are pairs."""

    params: Params
    without: tuple[tuple[Mechanism, Params], ...]
    left_out: tuple[Mechanism, ...]
    """Mechanisms that are off in the scenario already."""
    pairs: int

    @property
    def runs(self) -> int:
        """Runs in all."""
        return (1 + len(self.without)) * self.pairs

    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "pairs": self.pairs,
            "confidence": CONFIDENCE,
            "family": len(HEADLINES),
            "adjustment": "Bonferroni over the indicators of a mechanism",
            "indicators": list(HEADLINES),
            "groups": [{"name": name, **label} for name, label in GROUPS.items()],
            "mechanisms": [
                {"name": m.name, "group": m.group, **m.label, "what": dict(m.what), "switch": m.switch}
                for m, _ in self.without
            ],
            "left_out": [{"name": m.name, **m.label} for m in self.left_out],
        }


def plan(variant: Callable[[Mapping[str, object]], Params], pairs: int | None = None, only: Iterable[str] = ()) -> Plan:
    """Load every variant before anything runs; `variant(changes)` gives the parameters with changes made.

    Raises ParameterError.
    """
    count = PAIRS if pairs is None else pairs
    if count < 2:
        raise ParameterError(f"--pairs {count}: an interval needs two pairs or more. Write --pairs {PAIRS}, say.")
    params = variant({})
    in_force = {*params.scenario.schemes, *params.scenario.packages}
    without, left_out = [], []
    for mechanism in read_mechanisms(only):
        changed = variant(mechanism.switch)
        there = not mechanism.of or mechanism.of in in_force
        if there and changed.fingerprint != params.fingerprint:
            without.append((mechanism, changed))
        else:
            left_out.append(mechanism)
    if not without:
        names = ", ".join(mechanism.name for mechanism in left_out)
        raise ParameterError(
            f"nothing to compare: {names} is off already or has no place in this scenario. Name others with --only."
        )
    return Plan(params, tuple(without), tuple(left_out), count)


def run_pairs(
    plan: Plan,
    seed: int,
    *,
    inputs: Inputs | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Run everything in worker processes and compare; one row a mechanism and headline indicator.

    Pair k shares seed and replicate k, so all luck. `progress` hears runs done and runs in all. The numbers do
    not depend on the number of workers (by default one a processor).
    """
    variants = {ALL_ON: plan.params} | {mechanism.name: params for mechanism, params in plan.without}
    given = inputs or Inputs()
    jobs = {
        (name, copy): (params, seed, copy, given) for copy in range(plan.pairs) for name, params in variants.items()
    }
    with Workers(workers) as pool:
        ends = pool.do(end_of_run, jobs, progress)

    def of(name: str, indicator: str) -> np.ndarray:
        return np.array([ends[name, copy][indicator] for copy in range(plan.pairs)])

    return _frame(plan, of)


def _frame(plan: Plan, of: Callable[[str, str], np.ndarray]) -> pd.DataFrame:
    import pandas as pd

    from village_abm.scope import REGISTRY

    rows = []
    for mechanism, _ in plan.without:
        for indicator in HEADLINES:
            found = added(of(ALL_ON, indicator), of(mechanism.name, indicator), len(HEADLINES))
            about = {"mechanism": mechanism.name, "indicator": indicator, "unit": REGISTRY[indicator].unit}
            rows.append({**about, "year": plan.params.scenario.end, **found})
    return pd.DataFrame(rows)


def added(having: np.ndarray, lacking: np.ndarray, family: int) -> dict[str, float]:
    """What a mechanism adds to one indicator: having - lacking (pairs,), its intervals, what pairing saved.

    d +- t(1 - alpha/2, n - 1) s/sqrt(n); simultaneously over `family` indicators with alpha/family in the place of
    alpha (Bonferroni). An effect is what the simultaneous interval keeps apart from 0; of few pairs that are all
    alike nothing is said, nor of a pair in which a number is missing.
    """
    gaps = having - lacking
    found: dict[str, float] = {
        "mean_with": float(having.mean()),
        "mean_without": float(lacking.mean()),
        "difference": float(gaps.mean()),
    }
    ends = ("sd_difference", "low", "high", "simultaneous_low", "simultaneous_high")
    if not np.isfinite(gaps).all():
        return found | dict.fromkeys(ends, float("nan")) | {"pairs": len(gaps), "reduction": float("nan"), "effect": 0}
    one = compare(having, lacking, Question("difference"))
    wide = one.t if one.sd == 0 else t_interval(gaps, 1 - (1 - CONFIDENCE) / family)
    told = one.sd > 0 or len(gaps) >= FEWEST_ALIKE
    return {
        **found,
        **dict(zip(ends, (one.sd, one.t.low, one.t.high, wide.low, wide.high), strict=True)),
        "pairs": len(gaps),
        "reduction": one.reduction,
        "effect": int(told and not wide.covers(0.0)),
    }


def end_of_run(params: Params, seed: int, replicate: int, inputs: Inputs) -> dict[str, float]:
    """Run a scenario to its end; the headline indicators of the last year."""
    from village_abm.model import VillageModel

    land, register = inputs.read(params, seed, replicate)
    model = VillageModel(params, rng=seed, replicate=replicate, landscape=land, register=register).run()
    last = model.indicators.iloc[-1]
    return {name: float(last[name]) for name in HEADLINES}


def write(folder: Path, frame: pd.DataFrame) -> None:
    """Write the comparison beside the other files of a run, as text whose bytes depend on the numbers alone."""
    frame.to_csv(folder / FILE, index=False, lineterminator="\n", encoding="utf-8")
