"""A search for one objective: it finds a known optimum, keeps to its limit, and says how lucky the leader was."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from toy_calibration import means, toy

from village_abm.experiments.calibration import wording
from village_abm.experiments.calibration.calibrating import Unfinished
from village_abm.experiments.calibration.search import Judged, Searched, search
from village_abm.experiments.sweep.store import RUNS
from village_abm.experiments.workers import RunsFailed

PAY, PACE = "toy.pay", "toy.pace"
BOUNDS = {PAY: [0.0, 10.0], PACE: [0.0, 1.0]}


def run(folder, setting, task, enter):
    """The score is highest at a payment of 6 and a pace of .3; payments cost; luck is common to all points."""
    enter("running")
    pay, pace = task.changes[PAY], task.changes[PACE]
    luck = np.random.default_rng([setting.seed, task.replication_id]).standard_normal()
    score = -((pay - 6) ** 2) - 20 * (pace - 0.3) ** 2
    paid = task.scheme != "none"
    table = {"year": pa.array([2020], pa.int16()), "score": [luck + paid * score], "cost": [paid * pay * 100.0]}
    return {RUNS: pa.table(table)}


def wild(folder, setting, task, enter):
    """A score of nothing but luck, another at every point."""
    given = run(folder, setting, task, enter)
    luck = np.random.default_rng(int(task.run_id, 16)).standard_normal()
    return {RUNS: given[RUNS].set_column(1, "score", pa.array([luck]))}


def asked(trials: int = 48, replicates: int = 2, schemes=("scenario",), **goal):
    goal = {"maximise": "score@2020", "trials": trials, **goal}
    return toy(targets=(), bounds=BOUNDS, n=2, replicates=replicates, schemes=schemes, objective=goal)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A search that was not disturbed, and its folder."""
    folder = tmp_path_factory.mktemp("search") / "out"
    return search(asked(), means(asked(), folder, run)), folder


@pytest.mark.slow
def test_it_finds_a_known_optimum(found) -> None:
    outcome, folder = found
    assert (outcome.trials, outcome.within, len(outcome.best)) == (48, 48, 20)
    assert outcome.best[0].point[PAY] == pytest.approx(6, abs=1.0)
    assert outcome.best[0].point[PACE] == pytest.approx(0.3, abs=0.2)
    table = pd.read_csv(folder / "search.csv")
    assert table["with_other_luck"].is_monotonic_decreasing
    assert len(table) == 20


@pytest.mark.slow
def test_a_limit_is_kept(tmp_path) -> None:
    limited = asked(constraint={"measure": "cost@end", "at_most": 400.0})
    outcome = search(limited, means(limited, tmp_path / "out", run))
    assert outcome.within < outcome.trials
    assert all(one.point[PAY] <= 4.0 for one in outcome.best)
    assert outcome.best[0].point[PAY] == pytest.approx(4.0, abs=0.6)
    hopeless = asked(trials=8, constraint={"measure": "cost@end", "at_most": -1.0})
    with pytest.raises(RunsFailed, match=r"none of 8 trials stays within objective\.constraint"):
        search(hopeless, means(hopeless, tmp_path / "hopeless", run))


@pytest.mark.slow
def test_the_effect_of_a_scheme_is_taken_luck_by_luck(tmp_path) -> None:
    effect = asked(trials=16, schemes=("none", "pay"), scheme="pay", again=3)
    outcome = search(effect, means(effect, tmp_path / "out", run))
    for one in outcome.best:  # luck falls out of the difference
        score = -((one.point[PAY] - 6) ** 2) - 20 * (one.point[PACE] - 0.3) ** 2
        assert one.again == pytest.approx([score] * 2)
        assert one.found == pytest.approx(score)
    assert outcome.curse == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
def test_other_luck_shows_the_winners_curse(tmp_path) -> None:
    noisy = asked(trials=40, replicates=1)
    outcome = search(noisy, means(noisy, tmp_path / "out", wild))
    assert outcome.curse > 0.5  # the largest of forty draws against a fresh one
    assert np.mean([one.found - one.again.mean() for one in outcome.best]) > 0.4
    assert "winner's curse" in "\n".join(wording.of_search(noisy, outcome))


@pytest.mark.slow
def test_smaller_is_better_where_it_is_asked(tmp_path) -> None:
    least = asked(trials=24, maximise=None, minimise="cost@2020", again=2)
    outcome = search(least, means(least, tmp_path / "out", run))
    assert outcome.best[0].again.mean() <= outcome.best[1].again.mean() < 250


def test_who_cannot_be_told_from_the_first() -> None:
    rows = [[3.0, 5.0], [2.9, 4.8], [0.0, 1.9]]  # differences from the first: .15 +- .05 and 3.05 +- .05
    best = [Judged({PAY: 1.0}, 0.0, np.array(row)) for row in rows]
    assert Searched(3, 3, best, 1).level() == 1
    best[1] = Judged({PAY: 1.0}, 0.0, np.array([2.0, 5.5]))  # .25 +- .75
    assert Searched(3, 3, best, 1).level() == 2


@pytest.mark.slow
def test_stopped_it_goes_on_to_the_same_end(found, tmp_path) -> None:
    done: list[str] = []

    def halting(folder, setting, task, enter):
        done.append(task.run_id)
        return run(folder, setting, task, enter)

    part = 0
    while True:
        try:
            outcome = search(asked(), means(asked(), tmp_path / "out", halting, shard=(part % 2, 2)))
            break
        except Unfinished:
            part += 1
    assert part >= 6
    assert len(done) == len(set(done))
    whole, _ = found
    assert [one.point for one in outcome.best] == [one.point for one in whole.best]


@pytest.mark.slow
def test_who_kept_the_limit_by_luck_alone_stands_last(tmp_path) -> None:
    def dear(folder, setting, task, enter):
        given = run(folder, setting, task, enter)
        luck = 60.0 * (setting.seed - 7)  # nothing in the search, dearer when run again
        table = given[RUNS]
        return {RUNS: table.set_column(2, "cost", pa.array([table["cost"][0].as_py() + luck]))}

    limited = asked(constraint={"measure": "cost@end", "at_most": 400.0})
    outcome = search(limited, means(limited, tmp_path / "out", dear))
    late = [not one.within for one in outcome.best]
    assert late == [one.point[PAY] * 100.0 + 60.0 > 400.0 for one in outcome.best]
    assert any(late)
    assert not all(late)
    assert late == sorted(late)
    assert f"{sum(late)} of them pass the limit" in "\n".join(wording.of_search(limited, outcome))
