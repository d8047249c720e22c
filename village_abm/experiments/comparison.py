"""Carry out a comparison: run what is missing, stop when pairs are enough, count, and write the folder."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from village_abm.experiments import keeping, measured_land, measured_outcomes, measured_policy, measured_value  # noqa: F401 (they put measures on the list)
from village_abm.experiments.keeping import Parts
from village_abm.experiments.measures import Case, Terms, Words, score_measures
from village_abm.experiments.scores import Values
from village_abm.experiments.stopping import Progress, replay
from village_abm.experiments.study import BATCH, PRIMARY, Plan
from village_abm.experiments.trial import INDICATORS, TWIN, run_and_keep
from village_abm.experiments.workers import RunsFailed, Workers

PLAN_FILE, FAILURES = "plan.json", "failures.txt"
RUNS = "runs to compare"
TOLD = 10  # failed runs named on the screen; the file names all
MAPS = ("cover", "grade", "enrolled", "cropped")


@dataclass(frozen=True)
class Counted:
    """All that the pairs used have given: end values, yearly paths, maps, and why no more pairs were run."""

    values: Values
    years: np.ndarray
    paths: dict[str, np.ndarray]
    """(pairs, years, indicators) of the twin and each scheme."""
    maps: dict[str, np.ndarray]
    stops: dict[str, Progress]


def default_folder(plan: Plan) -> Path:
    """Where a comparison goes that was given no folder: always the same for the same study."""
    return Path("runs") / f"compare-{plan.identity[:8]}"


def open_folder(plan: Plan, out: Path | None) -> Path:
    """Make the folder, or find it again; raises FolderError where something else stands."""
    folder = default_folder(plan) if out is None else out
    keeping.claim(folder, PLAN_FILE, plan.identity, "comparison", {"identity": plan.identity})
    (folder / "parts").mkdir(exist_ok=True)
    return folder


def gather(
    plan: Plan, folder: Path, workers: int | None = None, progress: Callable[[int, int, str], None] | None = None
) -> Counted:
    """Run what is not in the parts yet, pair by pair, until the rule says stop; then count.

    What comes out depends on the plan alone: not on workers, interruptions or parts of pairs beyond the stop. A run
    that raises an error does not keep the others from being done and kept; then RunsFailed says which it was.
    """
    parts = Parts(folder / "parts")
    parts.tidy()
    (folder / FAILURES).unlink(missing_ok=True)
    failed: dict[tuple[int, str], Exception] = {}
    done = parts.done()
    most, rule = plan.pairs * len(plan.runs), plan.rule
    wanted = rule.first
    with Workers(workers) as pool:
        while True:
            keys = [(pair, name) for pair in range(wanted) for name in plan.runs]
            jobs = {
                (pair, name): (parts.folder, plan.runs[name], plan.seed, pair, plan.dates, name)
                for pair, name in keys
                if (pair, name) not in done
            }
            before = len(keys) - len(jobs)

            def told(number: int, total: int, before: int = before) -> None:
                if progress:
                    progress(before + number, most, RUNS)

            if jobs:
                pool.do(run_and_keep, jobs, told, failed)
                if failed:
                    raise _failure(folder, failed, len(keys))
                done = parts.done()
            stops = _stops(plan, done, wanted)
            if all(stop.stopped for stop in stops.values()):
                break
            wanted = min(wanted + BATCH, plan.pairs)
    return count(plan, done, stops)


def _failure(folder: Path, failed: Mapping[tuple[int, str], Exception], total: int) -> RunsFailed:
    """Which runs failed and why, in a line each; their traces go into a file."""
    runs = sorted(failed.items(), key=lambda item: item[0])
    traces = [f"pair {pair}, {name}\n{''.join(traceback.format_exception(error))}" for (pair, name), error in runs]
    keeping.write_whole(folder / FAILURES, "\n".join(traces).encode())
    lines = [f"  pair {pair}, {name}: {type(error).__name__}: {error}" for (pair, name), error in runs[:TOLD]]
    lines += ["  ..."] * (len(runs) > TOLD)
    return RunsFailed(
        f"{len(runs)} of {total} runs failed, so nothing was counted; the others are kept. "
        f"Traces are in {folder / FAILURES}.\n" + "\n".join(lines)
    )


def _stops(plan: Plan, done: dict[tuple[int, str], Path], pairs: int) -> dict[str, Progress]:
    """Where the stopping rule stands for each scheme's primary difference after so many pairs."""
    at = INDICATORS.index(PRIMARY)

    def last(pair: int, name: str) -> float:
        with np.load(done[pair, name]) as part:
            return float(part["indicators"][-1, at])

    twins = [last(pair, TWIN) for pair in range(pairs)]
    return {name: replay(plan.rule, (last(pair, name) - twins[pair] for pair in range(pairs))) for name in plan.schemes}


def terms(plan: Plan, name: str) -> Terms:
    """What is known of a scheme before it runs."""
    scheme = plan.runs[name].schemes[name]
    years = plan.dates.close(name) - max(scheme.years[0], plan.dates.opening) + 1
    budget = scheme.budget * max(years, 0)
    return Terms(
        name, scheme.funded_by, plan.dates, budget, scheme.takes_in_land, scheme.takes_in_people,
    )  # fmt: skip


def count(plan: Plan, done: dict[tuple[int, str], Path], stops: dict[str, Progress]) -> Counted:
    """Count every measure of the pairs used, one pair in memory at a time."""
    used = max(stop.pairs for stop in stops.values())
    of: dict[tuple[str, str], list[float]] = {}
    why: dict[tuple[str, str], Words] = {}
    paths: dict[str, list[np.ndarray]] = {name: [] for name in plan.runs}
    maps: dict[str, np.ndarray] = {}
    years = np.zeros(0, np.int64)
    for pair in range(used):
        records = {name: keeping.read(done[pair, name]) for name in plan.runs}
        twin = records[TWIN]
        years = twin["years"]
        for name, record in records.items():
            paths[name].append(record["indicators"])
            case = Case(record, twin, terms(plan, plan.schemes[0] if name == TWIN else name))
            for measure in score_measures().values():
                if measure.count is None or (name == TWIN and measure.kind != "difference"):
                    continue
                value = measure.count(case)
                of.setdefault((name, measure.name), []).append(value)
                if measure.why and not np.isfinite(value):
                    why[name, measure.name] = measure.why(case)
            if name != TWIN:
                for layer in MAPS:
                    gap = record[f"map.{layer}"].astype(float) - (layer != "enrolled") * twin[f"map.{layer}"]
                    key = f"{name}/{layer}"
                    maps[key] = maps.get(key, 0.0) + gap / used
    maps["elevation"] = twin["map.elevation"]
    values = Values(
        plan.schemes,
        used,
        {key: np.array(numbers) for key, numbers in of.items()},
        why,
        (plan.dates.opening, plan.dates.end),
    )
    return Counted(values, years, {name: np.stack(rows) for name, rows in paths.items()}, maps, stops)
