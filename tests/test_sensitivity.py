"""Indices of toy models whose indices are known, through the engine of sweeps: what is found, and what is noise."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from toy_indices import SHARES, SLOPES, by_run, ishigami, linear, plan, seeded, swept

from village_abm.experiments.sensitivity import indices as indices_of
from village_abm.experiments.sensitivity.analysis import analyse, write
from village_abm.experiments.sensitivity.outputs import Swept
from village_abm.experiments.sensitivity.ranking import beyond_luck
from village_abm.experiments.sweep.spec import read_spec
from village_abm.params import ParameterError

pytest.importorskip("SALib")

SALTELLI, MORRIS, LHS = (
    {"kind": "saltelli", "n": 128},
    {"kind": "morris", "trajectories": 12},
    {"kind": "lhs", "n": 300},
)
PARAMETERS = ["x0", "x1", "x2", "x3"]


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch) -> None:
    monkeypatch.setattr(indices_of, "RESAMPLES", {"morris": 200, "sobol": 200, "pawn": 20})


@pytest.fixture(scope="module")
def tied(tmp_path_factory) -> Path:
    """The linear toy, each Saltelli block with its own luck."""
    return swept(tmp_path_factory.mktemp("tied") / "out", plan(SALTELLI, 128, tied=True), linear)


@pytest.fixture(scope="module")
def screened(tmp_path_factory) -> Path:
    """The linear toy along trajectories under two schemes, one of which adds twice the second parameter."""

    def schemes(x: list, luck: float, scheme: str) -> float:
        return linear(x, luck, scheme) + (2 * x[1] if scheme == "trees" else 0)

    planned = plan(MORRIS, 6, tied=True, schemes=("none", "trees"))
    return swept(tmp_path_factory.mktemp("screened") / "out", planned, schemes)


def table(frame: pd.DataFrame, index: str) -> pd.DataFrame:
    """The rows of one index by path."""
    return frame[frame["index"] == index].set_index("path")


def test_a_seed_for_every_block_shows_the_parameters_and_luck_as_what_they_are(tied) -> None:
    found = table(analyse(tied, ["y@end"], "sobol").frame, "ST")
    true = dict(zip(PARAMETERS, SHARES / 2, strict=True)) | {"luck": 0.5}  # half of the variance is luck
    for path, share in true.items():
        row = found.loc[path]
        assert row["low"] <= share <= row["high"], (path, row)
        assert row["value"] == pytest.approx(share, abs=0.1)
    assert found.loc["x3", "value"] == found.loc["dummy", "value"] == 0
    assert found.index[found["noise"].astype(bool)].tolist() == ["x3", "dummy"]
    assert found["group"].to_dict() == {"luck": 0, "x0": 1, "x1": 2, "x2": 3, "x3": 4, "dummy": 4}


def test_a_new_seed_for_every_run_makes_an_inert_parameter_look_strong(tied, tmp_path) -> None:
    loose = swept(tmp_path / "loose", plan({"kind": "saltelli", "n": 256}), linear, by_run)
    inflated = table(analyse(loose, ["y@end"], "sobol").frame, "ST")["value"]
    honest = table(analyse(tied, ["y@end"], "sobol").frame, "ST")["value"]
    # Each share gains the whole share of luck: ST = (V_i + V_luck) / V.
    expected = SHARES / 2 + 0.5
    np.testing.assert_allclose(inflated[PARAMETERS], expected, atol=0.12)
    assert inflated["x3"] > 0.38
    assert honest["x3"] == 0


def test_a_single_seed_for_all_gives_the_shares_that_hold_for_it(tmp_path) -> None:
    found = analyse(swept(tmp_path / "one", plan(SALTELLI), linear), ["y@end"], "sobol")
    np.testing.assert_allclose(table(found.frame, "ST").loc[PARAMETERS, "value"], SHARES, atol=0.06)
    assert "luck" not in set(found.frame["path"])
    assert "the share of luck is not known. Write tied = true" in found.sentences[0]


def test_the_indices_of_ishigami_are_recovered(tmp_path) -> None:
    folder = swept(tmp_path / "out", plan({"kind": "saltelli", "n": 256}, 2, tied=True), ishigami)
    frame = analyse(folder, ["y@end"]).frame
    for index, true in (("S1", (0.314, 0.442, 0.0, 0.0)), ("ST", (0.558, 0.442, 0.244, 0.0))):
        found = table(frame, index).loc[PARAMETERS]
        np.testing.assert_allclose(found["value"], true, atol=0.09)
        assert (found["low"] <= np.array(true)).all()
        assert (found["high"] >= np.array(true)).all()
    assert table(frame, "S1").loc["x2", "noise"]  # it acts through the first parameter alone
    assert not table(frame, "ST").loc["x2", "noise"]
    assert table(frame, "ST").loc["luck", "value"] == 0
    pawn = table(frame, "PAWN")
    assert pawn.index[~pawn["noise"].astype(bool)].tolist()[:2] == ["x1", "x0"]
    assert pawn.loc["x3", "noise"]
    assert pawn.loc["dummy", "value"] > 0  # nothing has an index of its own, and only a dummy shows how much


def test_blocks_with_places_for_second_order_give_the_same_indices(tmp_path) -> None:
    few = {"kind": "saltelli", "n": 16}
    wide = swept(tmp_path / "wide", plan({**few, "second_order": True}, 8, tied=True), linear)
    short = swept(tmp_path / "short", plan(few, 8, tied=True), linear)
    pd.testing.assert_frame_equal(analyse(wide, ["y@end"]).frame, analyse(short, ["y@end"]).frame)


def test_screening_finds_slopes_and_what_luck_would_count_as(screened) -> None:
    frame = analyse(screened, ["y@end"]).frame
    found = frame[frame["output"] == "y@end: none"]
    for index in ("mu_star", "mu"):
        values = table(found, index)["value"]
        np.testing.assert_allclose(values[PARAMETERS], SLOPES, atol=1e-9)
    assert table(found, "sigma").loc[PARAMETERS, "value"].max() < 1e-9
    star = table(found, "mu_star")
    assert star.index[star["noise"].astype(bool)].tolist() == ["x3", "dummy"]
    assert star["group"].to_dict() == {"luck": 0, "x0": 1, "x1": 2, "x2": 3, "x3": 4, "dummy": 4}
    draws = np.array([seeded(replicate) for replicate in range(6)])
    steps = np.abs(np.roll(draws, -1) - draws) / (2 / 3)  # block b has replicate b mod 6, and then the next
    assert star.loc["luck", "value"] == pytest.approx(steps.mean())
    assert star.loc["luck", "low"] < star.loc["luck", "value"] < star.loc["luck", "high"]


def test_screening_agrees_with_salib_over_all_trajectories(screened) -> None:
    from SALib.analyze import morris

    (output,) = Swept(screened).outputs(["y@end"], ["trees"])
    twisted = replace(output, values=np.exp(output.values + output.where[..., 0] * output.where[..., 1]))
    paths = [*PARAMETERS, "dummy"]
    problem = {"num_vars": 5, "names": paths, "bounds": [[0, 1]] * 5}
    theirs = morris.analyze(problem, output.where.reshape(-1, 5), twisted.values.ravel(), num_levels=4, seed=1)
    ours = indices_of.indices("morris", twisted, paths, Swept(screened).design)
    for one in ours:
        if one.path != "luck":
            assert one.value == pytest.approx(theirs[one.index][paths.index(one.path)]), one


def test_the_effect_of_a_scheme_is_free_of_what_both_share(screened) -> None:
    frame = analyse(screened, ["y@end"], effects=["trees"]).frame
    assert set(frame["output"]) == {"y@end: trees - none"}
    star = table(frame, "mu_star")
    assert star.loc["x1", "value"] == pytest.approx(2)
    assert star.index[~star["noise"].astype(bool)].tolist() == ["x1", "luck"]
    assert star["value"].drop("x1").max() < 1e-12  # luck cancels too
    everything = analyse(screened, ["y@end"]).frame
    assert list(everything["output"].unique()) == ["y@end: none", "y@end: trees", "y@end: trees - none"]


def test_more_than_luck_is_what_lies_above_all_of_its_interval() -> None:
    rows = [("y", "mu_star", "a", 3.1, 4.0), ("y", "mu_star", "b", 2.9, 4.0), ("y", "mu_star", "luck", 1.0, 3.0)]
    rows += [("z", "mu_star", "a", 0.5, 9.0), ("z", "mu_star", "luck", 0.1, 0.6), ("y", "PAWN", "a", 0.5, 0.6)]
    frame = pd.DataFrame(rows, columns=["output", "index", "path", "low", "high"])
    assert beyond_luck(frame).tolist() == [True, False, False, False, False, False]


def test_a_screening_ends_in_the_lines_of_the_next_specification(screened, tmp_path) -> None:
    told = tomllib.loads(analyse(screened, ["y@end"]).to_paste)
    assert told["design"] == {
        "kind": "saltelli", "n": 512, "bounds": {"x0": [0, 1], "x1": [0, 1], "dummy": [0, 1]},
    }  # fmt: skip  # the third moves less than luck does
    assert told["replicates"] == {"n": 512, "tied": True}
    file = tmp_path / "next.toml"
    file.write_text(analyse(screened, ["y@end"]).to_paste, encoding="utf-8")
    assert list(read_spec(file).design.bounds) == ["x0", "x1", "dummy"]
    assert analyse(screened, ["flat@end"]).to_paste == ""


def test_a_latin_hypercube_gives_pawn_with_a_dummy_of_its_own(tmp_path) -> None:
    calm = swept(tmp_path / "out", plan(LHS), lambda x, luck, scheme: linear(x, 0, scheme))
    frame = analyse(calm, ["y@end"]).frame
    assert set(frame["index"]) == {"PAWN"}
    assert frame["path"].tolist()[:2] == ["x0", "x1"]
    assert set(frame[frame["noise"].astype(bool)]["path"]) >= {"x3", "dummy"}


def test_choices_and_whole_numbers_are_laid_out_by_their_order(tmp_path) -> None:
    kinds = {
        "x0": {"choices": ["wide", "narrow"]},
        "x1": {"choices": [1, True, [2, 3]]},
        "x2": {"low": 1, "high": 8, "log": True},
    }
    planned = plan({**MORRIS, "bounds": {**kinds, "x3": [0, 1], "dummy": [0, 1]}}, 2, tied=True)

    def run(x: list, luck: float, scheme: str) -> float:
        return float(x[0] == "narrow") + 3 * float(x[1] == [2, 3]) - np.log(x[2])

    mu = table(analyse(swept(tmp_path / "out", planned, run), ["y@end"]).frame, "mu")["value"]
    assert mu["x0"] == pytest.approx(1.5)  # one choice to the other is a step of two thirds
    assert mu["x2"] == pytest.approx(-np.log(8))


# What is left out, and said ---------------------------------------------------------------------------------


def test_an_unfinished_sweep_is_analysed_by_whole_blocks(tmp_path) -> None:
    planned = plan(MORRIS, 12, tied=True)
    rows = planned.rows()
    part = swept(tmp_path / "part", planned, linear, limit=len({row.run_id for row in rows[: 7 * 8 + 3]}))
    found = analyse(part, ["y@end"])
    (said,) = found.sentences
    assert said == "y@end: 8 of 12 trajectories are whole and used; 4 are not finished, or failed."
    assert found.used["y@end"]["blocks"] == 8
    whole = swept(tmp_path / "whole", plan({**MORRIS, "trajectories": 8}, 12, tied=True), linear)
    pd.testing.assert_frame_equal(found.frame, analyse(whole, ["y@end"]).frame)
    assert set(found.used["y@end"]["run_ids"]) == {row.run_id for row in rows[: 7 * 8]}


def test_runs_without_a_value_take_their_block_with_them(tmp_path) -> None:
    def holes(x: list, luck: float, scheme: str) -> float:
        return float("nan") if x[0] > 0.99 and x[1] < 0.01 else linear(x, luck, scheme)

    found = analyse(swept(tmp_path / "out", plan(MORRIS, 12, tied=True), holes), ["y@end"])
    (said,) = found.sentences
    assert "trajectories are whole and used" in said
    assert "are without a value in some run" in said
    assert found.frame["value"].notna().all()


def test_what_never_varies_gets_a_sentence_and_no_index(screened) -> None:
    found = analyse(screened, ["flat@end"])
    assert found.sentences[0] == (
        "Luck is known from 6 draws for 12 trajectories, so its interval is too narrow. A larger n below [replicates] "
        "makes no more runs."
    )
    assert found.frame.empty
    assert found.frame.columns.tolist() == ["output", "path", "index", "value", "low", "high", "noise", "group"]
    assert re.fullmatch(r"flat@end: none is 3 in all of \d+ runs, so there is nothing that .*", found.sentences[1])


def test_too_few_blocks_get_a_sentence(tmp_path) -> None:
    small = swept(tmp_path / "out", plan({"kind": "morris", "trajectories": 3}, 3, tied=True), linear)
    found = analyse(small, ["y@end"])
    assert found.frame.empty
    assert found.sentences == [
        "y@end: no morris indices from 3 whole trajectories, which say too little. Go on with the sweep, or make it "
        "larger."
    ]


def test_replicates_that_are_not_tied_count_by_their_mean(tmp_path) -> None:
    folder = swept(tmp_path / "out", plan(MORRIS, 3), linear)
    found = analyse(folder, ["y@end"])
    np.testing.assert_allclose(table(found.frame, "mu")["value"][PARAMETERS], SLOPES, atol=1e-9)
    assert found.sentences[1] == "Every point counts with the mean of its 3 replicates."


def test_what_is_written_is_what_was_found(screened) -> None:
    found = analyse(screened, ["y@end"])
    file = write(screened, found)
    assert file == screened / "results" / "sensitivity.csv"
    pd.testing.assert_frame_equal(pd.read_parquet(file.with_suffix(".parquet")), found.frame)
    pd.testing.assert_frame_equal(pd.read_csv(file), found.frame)
    told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
    design = pd.read_parquet(screened / "design.parquet")
    assert set(told["outputs"]["y@end: trees"]["run_ids"]) == set(design[design["scheme"] == "trees"]["run_id"])
    assert set(told["outputs"]["y@end: trees - none"]["run_ids"]) == set(design["run_id"])
    assert told["packages"]["SALib"]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"method": "sobol"}, r"--method sobol: no indices of it from a design of kind 'morris'. Take .*'saltelli'"),
        ({"method": "pawn"}, r"--method pawn: .*Take design.kind = 'saltelli' or 'lhs' or 'sobol', or --method morris"),
        ({"method": "delta"}, r"--method delta: no such method. Write one of morris, sobol, pawn"),
        ({"measures": []}, r"no measure is named. Write --measure kd_area@end"),
        ({"measures": ["z@end"]}, r"unknown indicator 'z'"),
        ({"measures": ["y@1990"]}, r"the runs record 2000 to 2000"),
        ({"effects": ["grass"]}, r"--effect: unknown scheme of the sweep 'grass'"),
        ({"effects": ["none"]}, r"--effect: unknown scheme of the sweep 'none'. Known|Nearest"),
    ],
)
def test_what_cannot_be_analysed_is_refused(how, said, screened) -> None:
    with pytest.raises(ParameterError, match=said):
        analyse(screened, **{"measures": ["y@end"], **how})


def test_without_runs_of_none_there_is_no_effect(tmp_path) -> None:
    folder = swept(tmp_path / "out", plan(MORRIS, 2, tied=True, schemes=("trees",)), linear)
    with pytest.raises(ParameterError, match=r"--effect trees: the sweep has no runs without it. Add 'none'"):
        analyse(folder, ["y@end"], effects=["trees"])
    assert set(analyse(folder, ["y@end"]).frame["output"]) == {"y@end"}


def test_points_written_one_by_one_have_no_indices(tmp_path) -> None:
    import toy_sweep

    from village_abm.experiments.engines import Serial

    planned = plan(MORRIS)

    points = [{"x": 1.0}]
    written = {**planned.written, "design": {"kind": "points", "points": points}}
    toy_sweep.sweep(replace(planned, points=points, written=written), tmp_path / "out", Serial())
    with pytest.raises(ParameterError, match=r"from a design of kind 'points' no indices follow. Take design.kind"):
        analyse(tmp_path / "out", ["y@end"])
