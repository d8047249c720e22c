"""Which mechanism matters for what: a scenario with everything on, and with one mechanism off at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.differences import CONFIDENCE, compare
from village_abm.experiments.inputs import Inputs
from village_abm.experiments.mechanisms import GROUPS, Mechanism, read_mechanisms
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
    ends = _in_workers(jobs, workers or os.cpu_count() or 1, progress)

    def of(name: str, indicator: str) -> np.ndarray:
        return np.array([ends[name, copy][indicator] for copy in range(plan.pairs)])

    return _frame(plan, of)


def _frame(plan: Plan, of: Callable[[str, str], np.ndarray]) -> pd.DataFrame:
    import pandas as pd

    from village_abm.scope import REGISTRY

    rows = []
    for mechanism, _ in plan.without:
        for indicator in HEADLINES:
            found = compare(of(ALL_ON, indicator), of(mechanism.name, indicator), len(HEADLINES))
            about = {"mechanism": mechanism.name, "indicator": indicator, "unit": REGISTRY[indicator].unit}
            rows.append({**about, "year": plan.params.scenario.end, **asdict(found), "effect": int(found.effect)})
    return pd.DataFrame(rows)


def _in_workers(
    jobs: Mapping[tuple[str, int], tuple[Params, int, int, Inputs]],
    workers: int,
    progress: Callable[[int, int], None] | None,
) -> dict[tuple[str, int], dict[str, float]]:
    """The end of every job's run, by its key; whatever stops it ends the workers too."""
    found: dict[tuple[str, int], dict[str, float]] = {}
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), multiprocessing.get_context("spawn"), initializer=_leave_stopping_to_the_parent
    )
    before = set(multiprocessing.active_children())
    try:
        waiting: dict[Future[dict[str, float]], tuple[str, int]] = {
            pool.submit(end_of_run, *job): key for key, job in jobs.items()
        }
        for number, done in enumerate(as_completed(waiting), start=1):
            found[waiting[done]] = done.result()
            if progress:
                progress(number, len(jobs))
    except BaseException:
        for worker in set(multiprocessing.active_children()) - before:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return found


def _leave_stopping_to_the_parent() -> None:
    """Workers do not hear Ctrl-C themselves: whoever started them ends them, without a trace from each."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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
