"""The command `sensitivity` on real villages: sweep and analysis in one, a folder analysed again, what is refused."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from test_sweep_village import SCENARIO, village

from village_abm import VillageModel
from village_abm.experiments.sensitivity.analysis import check
from village_abm.experiments.sweep.planning import plan

pytest.importorskip("SALib")

WEIGHT = "people.migration.wage_weight"
SPEC = f"""
base = "small.toml"
schemes = ["none", "grain_for_green_1"]
[replicates]
n = 2
tied = true
[design]
kind = "morris"
trajectories = 4
[design.bounds]
{WEIGHT} = [0.6, 1.2]
dummy = [0, 1]
[outputs]
indicators = ["kd_area", "income_real"]
"""


def spec_in(folder: Path, text: str = SPEC) -> Path:
    (folder / "small.toml").write_text(SCENARIO, encoding="utf-8")
    file = folder / "demo.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    """A sweep of 32 small villages, carried out in two goes by the command and analysed; only look at it."""
    place = tmp_path_factory.mktemp("sensitivity")
    words = ["sensitivity", spec_in(place), "--engine", "serial", "--out", place / "out"]
    words += ["--measure", "income_real@2000..2001"]
    answer = village(*words, "--limit", 6)
    assert answer.exit_code == 0, answer.output
    assert re.search(r"no morris indices from [1-3] whole trajectories, which say too little", answer.stdout)
    answer = village(*words)
    assert answer.exit_code == 0, answer.output
    assert "0 failed, 0 not begun" in answer.stdout
    (place / "said").write_text(answer.stdout, encoding="utf-8")
    return place / "out"


def test_it_carries_out_the_sweep_and_tells_what_moves_the_results(swept) -> None:
    said = (swept.parent / "said").read_text(encoding="utf-8")
    assert "income_real@2000..2001: grain_for_green_1 - none" in said
    frame = pd.read_csv(swept / "results" / "sensitivity.csv")
    assert frame["output"].nunique() == 3
    levels = frame[(frame["output"] == "income_real@2000..2001: none") & (frame["index"] == "mu")].set_index("path")
    assert levels.loc[WEIGHT, "value"] > 0  # whoever gives more weight to the wage leaves, and sends money
    assert levels.loc["dummy", "value"] == 0
    assert levels.loc["luck", "group"] == 0
    # The dummy costs no runs: of each trajectory two points and one with other luck, under two schemes.
    design = pd.read_parquet(swept / "design.parquet")
    assert len(design) == 4 * (3 + 1) * 2
    assert design["run_id"].nunique() <= 4 * (2 + 1) * 2


def test_lines_to_paste_make_a_specification(swept, tmp_path) -> None:
    said = (swept.parent / "said").read_text(encoding="utf-8")
    lines = said[said.rindex("[replicates]\n") : said.index("All indices")]
    answer = village("sweep", spec_in(tmp_path, f'base = "small.toml"\n{lines}'), "--dry-run", "--engine", "serial")
    assert answer.exit_code == 0, answer.output
    assert "2048 points, 1 schemes, 512 replicates, each block with one of them" in answer.stdout


def test_a_folder_is_only_analysed(swept, tmp_path) -> None:
    before = pd.read_csv(swept / "results" / "sensitivity.csv")
    answer = village("sensitivity", swept, "--measure", "income_real@2000..2001")
    assert answer.exit_code == 0, answer.output
    assert "runs done" not in answer.stdout
    pd.testing.assert_frame_equal(pd.read_csv(swept / "results" / "sensitivity.csv"), before)
    for words, option in ((["--limit", 3], "--limit"), (["--dry-run"], "--dry-run"), (["--out", tmp_path], "--out")):
        answer = village("sensitivity", swept, *words)
        assert answer.exit_code == 2
        assert f"{option}: {swept} is only analysed. Name its specification" in " ".join(answer.stderr.split())


@pytest.mark.slow
def test_failed_runs_take_their_trajectories_with_them_and_are_told(tmp_path, monkeypatch) -> None:
    run = VillageModel.run

    def unlucky(model, *how):
        if model.streams.replicate == 0 and model.params.people.migration.wage_weight > 1.1:
            raise ZeroDivisionError("no soil")
        return run(model, *how)

    monkeypatch.setattr(VillageModel, "run", unlucky)
    text = SPEC.replace('"none", "grain_for_green_1"', '"none"').replace("n = 2", "n = 6").replace("= 4", "= 6")
    answer = village("sensitivity", spec_in(tmp_path, text), "--engine", "serial", "--out", tmp_path / "out")
    assert answer.exit_code == 1
    assert "runs failed" in answer.stderr
    assert re.search(
        r"kd_area@end: \d of 6 trajectories are whole and used; \d are not finished, or failed", answer.stdout
    )
    assert (tmp_path / "out" / "results" / "sensitivity.csv").is_file()


def test_a_dry_run_costs_two_runs(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = village("sensitivity", spec_in(tmp_path), "--dry-run", "--engine", "serial")
    assert answer.exit_code == 0, answer.output
    assert "12 points, 2 schemes, 2 replicates, each block with one of them" in answer.stdout
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (SPEC, ["--method", "sobol"], "--method sobol: no indices of it from a design of kind 'morris'"),
        (SPEC, ["--measure", "kd_area"], "measure 'kd_area': no such form. Write kd_area@2020"),
        (SPEC, ["--measure", "population@end"], "unknown indicator, or none that the sweep keeps, 'population'"),
        (SPEC, ["--effect", "grass"], "--effect: unknown scheme of the sweep 'grass'"),
        (SPEC.replace('"none", ', ""), ["--effect", "grain_for_green_1"], "the sweep has no runs without it"),
        (SPEC[: SPEC.index("[outputs]")], [], "no measure is named. Write --measure kd_area@end"),
        (SPEC + 'every = "end"', ["--measure", "kd_area@2000"], "outputs.every = 'end' keeps the last year alone"),
        (SPEC.replace("n = 2", "n = 1"), [], "replicates.n = 1: what luck changes shows only in a second one"),
        ('base = "small.toml"', [], "from no design no indices follow. Take design.kind = 'morris' to screen"),
    ],
)  # fmt: skip
def test_what_could_not_be_analysed_is_refused_before_anything_runs(text, words, said, tmp_path) -> None:
    out = tmp_path / "out"
    answer = village("sensitivity", spec_in(tmp_path, text), "--engine", "serial", "--out", out, *words)
    assert answer.exit_code == 2, answer.output
    (line,) = answer.stderr.splitlines()
    assert said in line
    assert not out.exists()


def test_without_salib_the_remedy_is_said(swept, monkeypatch) -> None:
    for name in ("SALib", "SALib.analyze"):
        monkeypatch.setitem(sys.modules, name, None)
    answer = village("sensitivity", swept)
    assert answer.exit_code == 2
    assert "sensitivity needs the package SALib. Install it: pip install" in answer.stderr


def test_a_folder_without_a_sweep_is_refused(tmp_path) -> None:
    answer = village("sensitivity", tmp_path)
    assert answer.exit_code == 2
    assert "holds no sweep. Name a folder that 'village-abm sweep' made" in answer.stderr


def test_the_specification_shown_in_the_docs_is_one(tmp_path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```", page, flags=re.M | re.S)
    file = tmp_path / "screening.toml"
    file.write_text(shown, encoding="utf-8")
    shown_plan = plan(file)
    check(shown_plan, ["income_real@2015..2020", "kd_area@end"])
    assert len(shown_plan.rows()) == 30 * (5 + 1 + 1) * 2
