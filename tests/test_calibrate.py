"""Calibration: what a toy of known truth lets be found, what it says cannot be, what is ruled out and what is left."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from toy_calibration import AWAY, BOUNDS, COVER, INCOME, TRUTH, means, run, target, toy

from village_abm.experiments.calibration import calibrating, matching, wording
from village_abm.experiments.calibration.calibrating import Unfinished, calibrate, first_wave
from village_abm.experiments.calibration.emulator import Check, emulators, one_thread
from village_abm.experiments.calibration.ensemble import Ensemble, in_cube
from village_abm.experiments.calibration.matching import (
    Figures,
    Kept,
    Wave,
    correlations,
    figures,
    implausibility,
    kept,
    range_kept,
    readings_kept,
    region,
    worst,
)
from village_abm.experiments.calibration.perfect import LOST, PARTLY, RECOVERED, Perfect, Recovery
from village_abm.experiments.calibration.posterior import draws
from village_abm.experiments.calibration.targets import Observed, Target
from village_abm.experiments.keeping import FolderError
from village_abm.experiments.workers import RunsFailed

DRAWN = {"posterior": {"points": 128, "draws": 64}}


# The arithmetic -------------------------------------------------------------------------------------------


def test_implausibility_by_hand() -> None:
    # |8 - 2| / sqrt(1 + 8 (1 + 1/4) + 15 + 10) = 6 / 6
    assert implausibility(np.array([8.0]), 2.0, np.array([1.0]), 8.0, 4, 15.0, 10.0) == pytest.approx([1.0])
    # more runs never take away the luck of the one history: 3 / sqrt(9)
    assert implausibility(np.array([8.0]), 5.0, np.array([0.0]), 9.0, 10**9, 0.0, 0.0) == pytest.approx([1.0])
    # a model without doubts about anything but the observation: 3 / 2
    assert implausibility(np.array([2.0]), 5.0, np.array([0.0]), 0.0, 1, 4.0, 0.0) == pytest.approx([1.5])


def test_single_histories_of_the_model_are_as_far_from_its_mean_as_is_allowed_for() -> None:
    luck = np.random.default_rng(5)
    histories = luck.normal(0.0, 2.0, 20_000)
    means = luck.normal(0.0, 2.0, (20_000, 4)).mean(axis=1)
    far = [float(implausibility(means[[at]], one, np.zeros(1), 4.0, 4, 0.0, 0.0)[0])
           for at, one in enumerate(histories)]  # fmt: skip
    assert np.sqrt(np.mean(np.square(far))) == pytest.approx(1.0, abs=0.02)


def seen(name: str, value: float, sd: float, figure: str = "") -> Target:
    observed = Observed(scenario="village", indicator="cover", how="level", years=[2020], figure=figure)
    return Target(name, name, "1", "calibrate", value, sd, observed)


def test_discrepancy_is_a_share_of_the_figure() -> None:
    told = figures([seen("one", 20.0, 3.0), seen("other", -0.3, 0.1)], 0.10)
    assert told.observed == pytest.approx([9.0, 0.01])
    assert told.left_out == pytest.approx([4.0, 0.0009])


def test_a_point_is_out_when_any_figure_is_missed_and_in_when_one_reading_is_met() -> None:
    told = figures([seen("income", 1, 1), seen("points", 1, 1, "cover"), seen("ratio", 1, 1, "cover")], 0.0)
    each = np.array([[1.0, 2.0, 9.0], [1.0, 9.0, 2.5], [4.0, 0.0, 0.0], [1.0, 5.0, 6.0]])
    assert worst(each, told).tolist() == [2.0, 2.5, 4.0, 5.0]


def line(at: np.ndarray, slope: float = 10.0) -> Ensemble:
    """A model whose figure is a straight line of its only parameter, the same in each of two runs."""
    return Ensemble(at, np.repeat((slope * at)[:, None], 2, axis=1))


def test_what_is_kept_of_a_straight_line_is_where_it_must_be() -> None:
    runs = line(np.linspace(0, 1, 16)[:, None])
    told = figures([seen("figure", 5.0, 0.5)], 0.0)
    wave = Wave(emulators(runs), runs.variance(), runs.replicates)
    found = region(1, [wave], told, 3.0, 8, seed=1)
    assert found.share == pytest.approx(2 * 3 * 0.5 / 10, abs=0.01)  # 5 +- 3 x .5 on a slope of 10
    assert found.at.min() == pytest.approx(0.35, abs=0.01)
    assert found.at.max() == pytest.approx(0.65, abs=0.01)
    assert range_kept(found.at) == pytest.approx([0.30], abs=0.01)
    check = wave.emulators[0].check()
    assert check.explained > 0.999
    assert not check.bad(0.5)


def test_two_readings_keep_both_their_places() -> None:
    at = np.linspace(0, 1, 16)[:, None]
    values = np.repeat(np.stack([10 * at, 10 * at], axis=-1), 2, axis=1)
    runs = Ensemble(at, values)
    told = figures([seen("low", 2.0, 0.2, "one"), seen("high", 8.0, 0.2, "one")], 0.0)
    wave = Wave(emulators(runs), runs.variance(), 2)
    found = region(1, [wave], told, 3.0, 8, seed=1)
    assert found.share == pytest.approx(0.24, abs=0.01)
    assert not ((found.at > 0.3) & (found.at < 0.7)).any()
    shares = readings_kept(found.at, [wave], told, 3.0)
    assert shares == pytest.approx({"low": 0.5, "high": 0.5}, abs=0.02)


def test_an_emulator_of_noise_is_called_bad() -> None:
    luck = np.random.default_rng(3)
    at = luck.random((24, 2))
    runs = Ensemble(at, luck.standard_normal((24, 1, 1)))
    check = emulators(runs)[0].check()
    assert check.explained < 0.5
    assert check.bad(0.1)  # it errs by more than a figure known to .1 allows
    assert not check.bad(5.0)  # and by less than one known to 5 can see


def test_leaving_one_out_is_what_it_says() -> None:
    at = np.linspace(0, 1, 10)[:, None]
    runs = Ensemble(at, np.sin(6 * at)[:, None])
    whole = emulators(runs)
    misses = []
    for point in range(10):
        process = whole[0].process.__class__(whole[0].process.kernel_, optimizer=None)
        rest = np.delete(np.arange(10), point)
        scaled = (runs.mean[:, 0] - whole[0].centre) / whole[0].scale
        process.fit(at[rest], scaled[rest])
        misses.append((process.predict(at[[point]])[0] - scaled[point]) * whole[0].scale)
    assert whole[0].check().error == pytest.approx(np.sqrt(np.mean(np.square(misses))), rel=1e-3)


def test_points_come_back_to_the_cube_they_came_from() -> None:
    spans = toy(bounds={**BOUNDS, "toy.r": {"low": 0.03, "high": 0.3, "log": True}}).spec.design.bounds
    at = in_cube([{"toy.g": 0.13, "toy.m": 0.005, "toy.r": 0.3 / 10**0.5}], spans)
    assert at[0] == pytest.approx([0.5, 0.0, 0.5])


def every(at: np.ndarray) -> np.ndarray:
    """No wave rules out the only target anywhere."""
    return np.ones((len(at), 1), bool)


def test_draws_are_moved_to_where_the_figure_is_met() -> None:
    at = np.random.default_rng(1).random((2000, 1))
    found = draws(line(at), figures([seen("figure", 4.0, 0.5)], 0.0), every(at), 400, seed=2)
    assert found is not None
    assert found.weights.sum() == pytest.approx(1)
    mean = float(found.weights @ found.at[:, 0])
    sd = float(np.sqrt(found.weights @ (found.at[:, 0] - mean) ** 2))
    assert mean == pytest.approx(0.40, abs=0.01)
    assert sd == pytest.approx(0.05, abs=0.012)  # .5 on a slope of 10
    assert found.accepted == 0.2  # 400 of 2000
    assert 300 < found.effective < 400


def test_draws_are_as_wide_as_the_luck_of_one_history() -> None:
    at = np.random.default_rng(1).random((2000, 1))
    lucky = Ensemble(at, 10 * at[:, None] + np.array([-0.5, 0.5])[None, :, None])  # V_ensemble = .5, R = 2
    found = draws(lucky, figures([seen("figure", 4.0, 0.5)], 0.0), every(at), 400, seed=2)
    assert found is not None
    mean = float(found.weights @ found.at[:, 0])
    sd = float(np.sqrt(found.weights @ (found.at[:, 0] - mean) ** 2))
    assert sd == pytest.approx(0.1, abs=0.012)  # sqrt(.25 + .5 x 3/2) = 1 on a slope of 10


def test_no_draw_is_read_as_is_ruled_out_where_it_stands() -> None:
    at = np.random.default_rng(1).random((2000, 1))
    runs = Ensemble(at, np.repeat(10 * at[:, None], 2, axis=1).repeat(2, axis=2))
    told = figures([seen("low", 4.0, 1.0, "one"), seen("high", 6.0, 1.0, "one")], 0.0)
    left = np.column_stack([at[:, 0] < 0.5, (at[:, 0] > 0.4) & (at[:, 0] < 0.9)])
    found = draws(runs, told, left, 1000, seed=2)
    assert found is not None
    place = np.where(found.readings["one"] == "low", 0, 1)
    meant = draws(runs, told, left, 19, seed=2)  # too few for a regression: they stand where they were run
    assert meant is not None
    assert np.where(meant.readings["one"] == "low", meant.at[:, 0] < 0.5, meant.at[:, 0] > 0.4).all()
    assert meant.at.max() < 0.9  # no reading is left beyond
    moved = np.column_stack([found.at[:, 0] < 0.5, found.at[:, 0] > 0.5])
    assert (found.stays(told, moved) == moved[np.arange(len(place)), place]).all()
    assert 0 < found.stays(told, moved).mean() < 1
    assert draws(runs, told, np.zeros_like(left), 19, seed=2) is None


def test_points_with_fewer_readings_left_weigh_as_much_less() -> None:
    at = np.linspace(0, 1, 4000)[:, None]
    same = Ensemble(at, np.zeros((4000, 2, 2)))
    told = figures([seen("low", 0.0, 1.0, "one"), seen("high", 0.0, 1.0, "one")], 0.0)
    left = np.column_stack([np.ones(4000, bool), at[:, 0] < 0.5])
    found = draws(same, told, left, 4000, seed=2)
    assert found is not None
    first = np.arange(4000) < 2000  # all points are draws here, in their order
    assert found.weights[first].sum() == pytest.approx(2 / 3, abs=0.03)  # two readings against one
    by_reading = found.weights[first & (found.readings["one"] == "high")].sum()
    assert by_reading == pytest.approx(1 / 3, abs=0.03)


def test_draws_too_few_for_a_regression_are_not_moved() -> None:
    at = np.random.default_rng(1).random((100, 1))
    few = draws(line(at), figures([seen("figure", 4.0, 0.5)], 0.0), every(at), 19, seed=2)
    many = draws(line(at), figures([seen("figure", 4.0, 0.5)], 0.0), every(at), 20, seed=2)
    assert few is not None
    assert many is not None
    assert np.isin(few.at, at).all()
    assert not np.isin(many.at, at).any()


def test_correlation_of_what_is_kept_by_hand() -> None:
    at = np.array([[0.0, 1.0, 0.0], [0.5, 0.5, 1.0], [1.0, 0.0, 0.0]])
    assert correlations(at, ["a", "b", "c"]) == pytest.approx({"a ~ b": -1.0, "a ~ c": 0.0, "b ~ c": 0.0})


# A toy of known truth -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def matched(tmp_path_factory):
    """The toy calibrated to income and cover, with draws: what was asked, its folder, what was found."""
    asked, folder = toy(**DRAWN), tmp_path_factory.mktemp("toy") / "out"
    return asked, folder, calibrate(asked, means(asked, folder))


def test_the_perfect_model_test_tells_what_can_be_found_and_what_cannot(matched) -> None:
    _, folder, found = matched
    g, m, r = found.perfect.parameters
    assert g.verdict == RECOVERED
    assert (g.left < 0.35, g.correlation > 0.95) == (True, True)
    for one in (m, r):
        assert one.verdict in (PARTLY, LOST)
        assert one.kept > 0.7
    assert min(one.covered for one in (g, m, r)) >= 0.8
    assert found.perfect.not_ruled_out >= 0.9
    said = "\n".join(wording.of_test(found.perfect))
    assert "The targets can tell toy.g." in said
    assert json.loads((folder / "recovery.json").read_text(encoding="utf-8"))["test"]["truths"] == 20


def test_what_is_kept_holds_the_truth_and_shows_what_trades_off(matched) -> None:
    asked, _, found = matched
    truth = in_cube([TRUTH], asked.spec.design.bounds)
    assert 0.02 < found.kept.share < 0.4
    low, high = found.kept.at.min(axis=0), found.kept.at.max(axis=0)
    assert ((low <= truth[0]) & (truth[0] <= high)).all()
    g, m, r = range_kept(found.kept.at)
    assert g < 0.5
    assert min(m, r) > 0.6
    assert correlations(found.kept.at, asked.paths)["toy.m ~ toy.r"] < -0.3
    assert found.shares[-1] == found.kept.share


@pytest.mark.slow
def test_a_third_kind_of_figure_tells_what_two_could_not(tmp_path, matched) -> None:
    asked = toy(targets=(INCOME, COVER, AWAY), matching={"waves": 1})
    found = calibrate(asked, means(asked, tmp_path / "out"))
    told = {row.path: row for row in found.perfect.parameters}
    before = {row.path: row for row in matched[2].perfect.parameters}
    assert told["toy.m"].verdict == RECOVERED
    assert told["toy.m"].left < before["toy.m"].left - 0.2
    assert told["toy.r"].left < before["toy.r"].left


def test_the_draws_hold_the_truth_and_are_a_sweep(matched) -> None:
    from village_abm.experiments.sweep.spec import Points, read_spec

    _, folder, found = matched
    table = pd.read_parquet(folder / "posterior.parquet")
    assert len(table) == len(found.draws.at)
    assert table["weight"].sum() == pytest.approx(1)
    mean = float(table["weight"] @ table["toy.g"])
    assert mean == pytest.approx(TRUTH["toy.g"], abs=0.008)
    spec = read_spec(folder / "posterior.toml")
    assert isinstance(spec.design, Points)
    assert [point["toy.g"] for point in spec.design.points] == table["toy.g"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("asked_at", [1, 2])  # of the points that were run, and of where the regression moved them
def test_draws_ask_the_waves_about_the_reading_that_is_meant(asked_at, tmp_path, monkeypatch) -> None:
    readings = [target(name, "cover", "points", [1994, 2016], figure="cover") for name in ("one", "other")]
    asked = toy((INCOME, *readings), n=32, replicates=2, matching={"waves": 1}, posterior={"points": 64, "draws": 48})
    calls = []
    known = matching.open_readings

    def shut(*given) -> np.ndarray:
        left = known(*given)
        calls.append(len(left))
        if len(calls) == asked_at + 1:  # the first is about the share kept under each reading
            left[:, 2] = False
        return left

    monkeypatch.setattr(matching, "open_readings", shut)
    found = calibrate(asked, means(asked, tmp_path / "out"))
    assert len(calls) == 3
    assert set(found.draws.readings["cover"]) == {"one"}


def test_it_never_names_one_best_point(matched) -> None:
    asked, _, found = matched
    said = "\n".join([*wording.of_test(found.perfect), *wording.of_outcome(asked, found)])
    assert "best" not in said
    assert "Not ruled out" in said
    assert "toy.m ~ toy.r" in said
    assert f"% of the 128 points run for them; they tell as much as {found.draws.effective:.0f} of one weight" in said


@pytest.mark.slow
def test_bounds_that_exclude_the_truth_reject_the_structure(tmp_path) -> None:
    asked = toy(bounds={**BOUNDS, "toy.g": [0.01, 0.05]})
    found = calibrate(asked, means(asked, tmp_path / "out"))
    assert found.rejected
    said = "\n".join(wording.of_outcome(asked, found))
    assert "Nothing is kept" in said
    assert "The structure of the model is rejected for these targets, or a bound excludes the truth." in said
    assert calibrating.told(asked, found)["range_kept"] == {}


def test_a_bad_emulator_neither_settles_nor_rejects(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(Check, "bad", lambda self, enough: True)
    asked = toy(n=32, replicates=1, matching={"waves": 2, "settled": 10.0})
    found = calibrate(asked, means(asked, tmp_path / "out"))
    assert not found.settled
    assert len(found.shares) == 2
    found.kept = Kept(np.empty((0, 3)), 0.0, 1)
    said = "\n".join(wording.of_outcome(asked, found))
    assert "is not rejected by them" in said
    assert "The structure of the model is rejected" not in said


def test_a_larger_discrepancy_keeps_more(matched) -> None:
    asked, _, found = matched
    with one_thread():
        wave = matching.wave(found.runs)
        shares = [region(3, [wave], figures(asked.targets, share), 3.0, 8, 1).share for share in (0.0, 0.1, 0.4)]
    assert shares[0] < shares[1] < shares[2]


def test_more_than_three_free_parameters_are_warned_of() -> None:
    assert wording.of_warnings(toy()) == []
    (line,) = wording.of_warnings(toy(bounds={**BOUNDS, "toy.x": [0.0, 1.0]}))
    assert "4 free parameters: a handful of figures tells of 3 at most" in line


def test_a_single_replicate_is_warned_of_and_not_refused() -> None:
    (line,) = wording.of_warnings(toy(replicates=1))
    assert line.startswith("one replicate: luck cannot be told from the error of the emulators")
    assert wording.of_warnings(toy(targets=(), replicates=1)) == []  # a search has no emulators


# Going on -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_goes_on_where_it_was_and_runs_nothing_twice(tmp_path, monkeypatch) -> None:
    done: list[str] = []

    def counted(folder, setting, task, enter):
        done.append(task.run_id)
        return run(folder, setting, task, enter)

    asked = toy(n=32, replicates=2, posterior={"points": 32, "draws": 16})
    known = calibrate(asked, means(asked, tmp_path / "undisturbed"))
    stages = 0
    while True:  # each command does one half of what is left to its part
        try:
            found = calibrate(asked, means(asked, tmp_path / "out", counted, shard=(stages % 2, 2)))
            break
        except Unfinished as left:
            said = str(left)
            stages += 1
    assert stages >= 2
    assert "runs are left; the same command goes on" in said
    assert len(done) == len(set(done))
    assert found.shares == known.shares
    assert np.array_equal(found.draws.at, known.draws.at)
    before = len(done)
    monkeypatch.setattr(calibrating, "perfect_model", None)  # its result is in the folder
    again = calibrate(asked, means(asked, tmp_path / "out", counted))
    assert len(done) == before
    assert again.shares == known.shares
    assert again.perfect == known.perfect


def _altered(text: str) -> str:
    told = json.loads(text)
    told["test"]["parameters"][0]["correlation"] = 1.0
    return json.dumps(told)


def _without_digest(text: str) -> str:
    return json.dumps({key: value for key, value in json.loads(text).items() if key != "digest"})


@pytest.mark.parametrize("damage", [_altered, _without_digest, lambda text: text[:99], lambda _: "{}", lambda _: "[]"])
def test_a_damaged_or_altered_test_is_worked_out_anew(damage, tmp_path, quick_test) -> None:
    asked, worked_out = quick_test
    where = means(asked, tmp_path / "out")
    _, known = first_wave(asked, where)
    file = tmp_path / "out" / "recovery.json"
    whole = file.read_text(encoding="utf-8")
    first_wave(asked, where)
    assert len(worked_out) == 1  # a whole one is read
    file.write_text(damage(whole), encoding="utf-8")
    _, again = first_wave(asked, where)
    assert len(worked_out) == 2
    assert again == known
    assert file.read_text(encoding="utf-8") == whole


@pytest.fixture
def quick_test(monkeypatch):
    """A small toy, and a count of the tests worked out, which take no time."""
    worked_out = []

    def quick(runs, *_: object) -> Perfect:
        worked_out.append(len(runs.at))
        return Perfect([Recovery("toy.g", 0.1, 0.2, 0.95, 1 / 3)], 20, 1.0, 0.5)

    monkeypatch.setattr(calibrating, "perfect_model", quick)
    return toy(n=16, replicates=1), worked_out


def test_another_calibration_in_the_folder_is_refused(matched) -> None:
    _, folder, _ = matched
    with pytest.raises(FolderError, match="holds another calibration"):
        calibrating.open_folder(toy(targets=(INCOME,), **DRAWN), folder)
    calibrating.open_folder(toy(posterior={"points": 200}), folder)  # more draws are no other calibration


@pytest.mark.slow
def test_more_draws_go_on_with_those_that_are_there(tmp_path) -> None:
    done: list[str] = []

    def counted(folder, setting, task, enter):
        done.append(task.run_id)
        return run(folder, setting, task, enter)

    for points, runs in ((16, 32 + 16), (24, 8)):
        asked = toy(n=32, replicates=1, matching={"waves": 1}, posterior={"points": points, "draws": 12})
        calibrate(asked, means(asked, tmp_path / "out", counted))
        assert len(done) == runs
        done.clear()


@pytest.mark.slow
def test_points_whose_runs_fail_are_left_out_and_counted(tmp_path) -> None:
    def unlucky(folder, setting, task, enter):
        if task.point % 8 == 3 and task.replication_id == 1:
            raise ValueError("no such village")
        return run(folder, setting, task, enter)

    asked = toy(n=32, replicates=2, matching={"waves": 1})
    found = calibrate(asked, means(asked, tmp_path / "out", unlucky))
    assert found.runs.lost == 4
    assert len(found.runs.at) == 28
    assert "4 points were left out" in "\n".join(wording.of_outcome(asked, found))

    def hopeless(folder, setting, task, enter):
        raise ValueError("no village at all")

    asked = toy(n=4, replicates=1)
    with pytest.raises(RunsFailed, match=r"every run of .* failed"):
        calibrate(asked, means(asked, tmp_path / "hopeless", hopeless))


def test_kept_asks_every_wave() -> None:
    at = np.linspace(0, 1, 16)[:, None]
    one, other = (Wave(emulators(line(at, slope)), np.zeros(1), 2) for slope in (10.0, 5.0))
    told = Figures([seen("figure", 4.0, 0.3)], np.array([4.0]), 0.0)
    both = kept(at, [one, other], told, 3.0)
    assert (both == (kept(at, [one], told, 3.0) & kept(at, [other], told, 3.0))).all()
    assert not both.all()
