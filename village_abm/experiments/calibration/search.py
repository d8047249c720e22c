"""A search for one objective: Optuna asks for points, sweeps run them under common luck, other luck judges the best.

Taking the best of many noisy trials favours those that were lucky; the best are run again with luck that played no
part in the choice.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.calibration.calibrating import Means
from village_abm.experiments.calibration.planned import Calibration
from village_abm.experiments.calibration.spec import Objective
from village_abm.experiments.sweep.measured import measured, read_measure
from village_abm.experiments.sweep.plan import Plan
from village_abm.experiments.sweep.results import sweep_results
from village_abm.experiments.sweep.spec import Points
from village_abm.experiments.trial import TWIN
from village_abm.experiments.workers import RunsFailed

if TYPE_CHECKING:
    import pandas as pd
    from optuna.study import Study

JOURNAL, TABLE = "journal.log", "search.csv"
BATCH = 8  # points asked for together
_OVER = "over"  # by how much a trial passes the limit of the constraint


@dataclass(frozen=True)
class Judged:
    """One of the best trials."""

    point: Mapping[str, Any]
    found: float
    """Its objective in the search."""
    again: np.ndarray
    """Its objective with other luck; shape (replicates,)."""
    over: float = 0.0
    """By how much it passes the limit of the constraint with other luck."""

    @property
    def within(self) -> bool:
        """Whether it stays within the limit with other luck."""
        return self.over <= 0

    @property
    def error(self) -> float:
        """Standard error of the mean with other luck; not known of one run."""
        return float(self.again.std(ddof=1) / np.sqrt(len(self.again))) if len(self.again) > 1 else float("nan")


@dataclass(frozen=True)
class Searched:
    """What a search has come to; the best with other luck first, those over the limit with it last."""

    trials: int
    within: int
    """Trials within the constraint."""
    best: Sequence[Judged]
    sign: int
    """1 where more is better."""

    @property
    def curse(self) -> float:
        """By how much the trial that led in the search did better there than with other luck."""
        leader = max(self.best, key=lambda one: self.sign * one.found)
        return self.sign * (leader.found - float(leader.again.mean()))

    def level(self) -> int:
        """How many of the best cannot be told from the first: paired by replicate, within two standard errors."""
        first = self.best[0].again
        if len(first) < 2:
            return len(self.best)
        like = [one for one in self.best if one.within == self.best[0].within]
        gaps = np.array([self.sign * (first - one.again) for one in like])
        return int((gaps.mean(axis=1) <= 2 * gaps.std(axis=1, ddof=1) / np.sqrt(len(first)) + 1e-12).sum())


def search(asked: Calibration, means: Means) -> Searched:
    """Ask, run and tell till all trials are done; then run the best again. Raises Unfinished and RunsFailed."""
    goal = asked.spec.objective
    assert goal is not None
    study = _study(asked, means)
    while True:
        trials = study.get_trials(deepcopy=False)
        waiting = [trial for trial in trials if not trial.state.is_finished()]
        if not waiting and len(trials) >= goal.trials:
            break
        if not waiting:
            _ask(asked, study, min(BATCH, goal.trials - len(trials)))
            continue
        points = [dict(trial.params) for trial in trials]
        plan = asked.plan("search", Points(kind="points", points=tuple(points)), asked.spec.replicates.n, None)
        values, over = _objective(plan, sweep_results(means.carry_out("search", plan)), goal)
        for trial in waiting:
            _tell(study, trial, values[trial.number], over[trial.number])
    return _again(asked, means, study, goal)


def _study(asked: Calibration, means: Means) -> Study:
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(means.folder / JOURNAL)))
    goal = asked.spec.objective
    assert goal is not None
    study = optuna.create_study(
        study_name=asked.identity[:8], storage=storage, direction=goal.direction, load_if_exists=True
    )
    _sample(asked, study)
    return study


def _sample(asked: Calibration, study: Study) -> None:
    """A sampler that depends on the seed and on what was tried alone: stopped, the study goes on as it would have."""
    import optuna

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # constraints are an experimental feature there
        study.sampler = optuna.samplers.TPESampler(
            seed=(asked.seed + len(study.get_trials(deepcopy=False))) % 2**32, multivariate=True,
            constraints_func=lambda trial: (trial.user_attrs.get(_OVER, 0.0),),
        )  # fmt: skip


def _ask(asked: Calibration, study: Study, count: int) -> None:
    import optuna

    _sample(asked, study)
    ranges: dict[str, Any] = {}
    for path, span in asked.spec.design.bounds.items():
        assert span.low is not None
        assert span.high is not None
        if asked.whole(path):
            ranges[path] = optuna.distributions.IntDistribution(int(np.ceil(span.low)), int(span.high), log=span.log)
        else:
            ranges[path] = optuna.distributions.FloatDistribution(span.low, span.high, log=span.log)
    for _ in range(count):
        study.ask(ranges)


def _tell(study: Study, trial: Any, values: np.ndarray, over: float) -> None:
    import optuna

    if not np.isfinite(values).all():
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
        return
    optuna.trial.Trial(study, trial._trial_id).set_user_attr(_OVER, over)
    study.tell(trial.number, float(values.mean()))


def _objective(plan: Plan, frame: pd.DataFrame, goal: Objective) -> tuple[np.ndarray, np.ndarray]:
    """The objective, shape (points, replicates), and by how much the mean of each point passes the limit."""
    shape = (plan.replicates, len(plan.points), len(plan.setting.schemes))
    ids = np.array([row.run_id for row in plan.rows()]).reshape(shape)
    schemes = list(plan.setting.schemes)

    def of(word: str) -> np.ndarray:
        found = measured(frame, read_measure(word))
        return found.reindex(ids.ravel()).to_numpy(float).reshape(shape).transpose(2, 1, 0)

    values = of(goal.measure)
    mine = schemes.index(goal.scheme) if goal.scheme else 0
    effect = values[mine] - values[schemes.index(TWIN)] if goal.scheme else values[0]
    if goal.constraint is None:
        return effect, np.zeros(len(plan.points))
    return effect, of(goal.constraint.measure)[mine].mean(axis=1) - goal.constraint.at_most


def _again(asked: Calibration, means: Means, study: Study, goal: Objective) -> Searched:
    trials = study.get_trials(deepcopy=False)
    done = [(trial, trial.value) for trial in trials if trial.value is not None]
    within = [(trial, value) for trial, value in done if trial.user_attrs[_OVER] <= 0]
    if not within:
        raise RunsFailed(
            f"none of {len(done)} trials stays within objective.constraint. Raise at_most, or widen the bounds."
        )
    sign = 1 if goal.maximise else -1
    best = sorted(within, key=lambda one: (-sign * one[1], one[0].number))[: goal.again]
    points = tuple(dict(trial.params) for trial, _ in best)
    plan = asked.plan("again", Points(kind="points", points=points), asked.spec.replicates.n, asked.seed + 1)
    values, over = _objective(plan, sweep_results(means.carry_out("again", plan)), goal)
    judged = [
        Judged(point, value, row, float(passed))
        for point, (_, value), row, passed in zip(points, best, values, over, strict=True)
        if np.isfinite(row).all()
    ]
    if not judged:
        raise RunsFailed("every one of the best trials failed with other luck; again/failures.jsonl says why.")
    judged.sort(key=lambda one: (not one.within, -sign * float(one.again.mean())))
    found = Searched(len(done), len(within), judged, sign)
    _write(asked, means, found)
    return found


def _write(asked: Calibration, means: Means, found: Searched) -> None:
    import pandas as pd

    from village_abm.experiments.keeping import write_whole

    rows = [
        {**one.point, "in_search": one.found, "with_other_luck": one.again.mean(), "standard_error": one.error,
         "over_limit": one.over}
        for one in found.best
    ]  # fmt: skip
    write_whole(means.folder / TABLE, pd.DataFrame(rows).to_csv(index=False).encode())
