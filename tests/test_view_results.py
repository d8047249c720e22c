"""Folders of experiments on the page: what each is, how far it is, its paths and bands; damage is told in words."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from compare_folder import write_folder

from village_abm.report.words import Text
from village_abm.view import result, results
from village_abm.view.results import BAD, Found, listing
from village_abm.view.words_chosen import CHOSEN_WORDS

HAN = re.compile("[\u4e00-\u9fff]")


def run(folder: Path) -> Path:
    """A run of three years in two villages, as far as the page reads it."""
    folder.mkdir(parents=True)
    told = {"scenario": {"label": {"en": "Two villages", "zh": "两村"}}, "seed": 7, "years": [1990, 1992],
            "differences": {"people.ties.kin": 3}}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    values = {"kd_area": [10.0, 9.0, 8.0], "kd_area.upper": [4.0, 4.0, 3.0], "cover": [0.5, 0.51, float("nan")]}
    frame = pd.DataFrame(values, index=pd.Index([1990, 1991, 1992], name="year"))
    frame.to_parquet(folder / "indicators.parquet")
    return folder


def sweep(folder: Path, **status: Any) -> Path:
    """A sweep of four runs, two a scheme, three of them done."""
    (folder / "parts").mkdir(parents=True)
    (folder / "compact").mkdir()
    (folder / "manifest.json").write_text(json.dumps({"name": "payments"}), encoding="utf-8")
    told = {"state": "running", "total": 4, "done": 3, "failed": 0, "runs_per_minute": 6.0, "seconds_left": 10,
            "pid": os.getpid(), "host": platform.node()}  # fmt: skip
    (folder / "status.json").write_text(json.dumps(told | status), encoding="utf-8")
    design = {"run_id": list("abcd"), "scheme": ["none", "none", "rangers", "rangers"]}
    pd.DataFrame(design).to_parquet(folder / "design.parquet")
    for name, runs in (("parts/part-1", "ab"), ("compact/part-2", "bc")):  # b is in both, and counts once
        rows = [(one, year, 100.0 * "abc".index(one) + year - 2000) for one in runs for year in (2000, 2001)]
        pd.DataFrame(rows, columns=["run_id", "year", "kd_area"]).to_parquet(folder / f"{name}.parquet")
    return folder


def old(folder: Path, moment: float) -> None:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (moment, moment))


def test_the_newest_experiment_comes_first_and_half_written_ones_do_not_come(tmp_path: Path) -> None:
    for age, folder in enumerate((run(tmp_path / "a"), write_folder(tmp_path / "b"), sweep(tmp_path / "c"))):
        old(folder, 1e9 - age)
    (tmp_path / ".d.123.part").mkdir()
    (tmp_path / "README.md").write_text("about")
    assert [(one.name, one.kind) for one in listing(tmp_path)] == [("a", "run"), ("b", "comparison"), ("c", "sweep")]


def test_a_folder_that_is_an_experiment_is_listed_itself(tmp_path: Path) -> None:
    assert [one.kind for one in listing(run(tmp_path / "a"))] == ["run"]
    assert listing(tmp_path / "nowhere") == []


def test_a_sweep_tells_how_far_it_is(tmp_path: Path) -> None:
    one = results.found(sweep(tmp_path / "s", failed=1, seconds_left=5400))
    assert results.progress(one, "en") == "3 of 4 done, 1 failed, 6 runs a minute, 1.5 h time left"
    assert results.line(one, "en")["share"] == 75
    assert "1.5 小时" in results.line(one, "zh")["said"]


def test_two_drivers_count_together_and_the_slower_one_tells_the_time(tmp_path: Path) -> None:
    folder = sweep(tmp_path / "s")
    told = json.loads((folder / "status.json").read_text())
    (folder / "status.json").unlink()
    for k, left in enumerate((10, 90)):
        (folder / f"status-{k}-of-2.json").write_text(json.dumps(told | {"seconds_left": left}))
    one = results.found(folder)
    assert (one.done, one.total, one.rate, one.left) == (6, 8, 12.0, 90.0)


def test_a_driver_that_is_no_more_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    assert results.found(sweep(tmp_path / "here", pid=gone.pid)).state == "killed"
    assert results.found(sweep(tmp_path / "elsewhere", pid=gone.pid, host="another computer")).state == "running"


@pytest.mark.parametrize("state", ["running", "interrupted", "finished", "disk full"])
def test_every_state_of_a_sweep_has_words(state: str, tmp_path: Path) -> None:
    one = results.found(sweep(tmp_path / "s", state=state))
    assert HAN.search(results.line(one, "zh")["said"])


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "5 s"), (59.4, "59 s"), (60, "1 min"), (500, "8.33 min"), (7200, "2 h")]
)
def test_time_is_told_in_its_largest_unit(seconds: float, said: str) -> None:
    assert results.lasts(seconds, "en") == said


def test_a_list_sees_what_is_added_while_it_is_open(tmp_path: Path) -> None:
    sweep(tmp_path / "s")
    before = listing(tmp_path)
    assert listing(tmp_path) == before
    told = json.loads((tmp_path / "s" / "status.json").read_text())
    (tmp_path / "s" / "status.json").write_text(json.dumps(told | {"done": 4, "left": 0}))
    run(tmp_path / "a")
    assert [(one.name, one.done) for one in sorted(listing(tmp_path), key=lambda one: one.name)] == [("a", 1), ("s", 4)]


def test_a_run_shows_its_numbers_as_they_were_recorded(tmp_path: Path) -> None:
    one = results.found(run(tmp_path / "a"))
    shown = result.opened(one, "en")
    assert shown["title"] == "Two villages, seed 7"
    assert [card["value"] for card in shown["cards"]] == ["8 ha", "– %"]
    assert ["people.ties.kin", "3"] in shown["facts"]
    assert result.indicators(one) == ["kd_area", "cover"]
    drawn = result.path(one, "kd_area", "zh")
    assert drawn["years"] == [1990, 1991, 1992]
    assert [(line["name"], line["values"]) for line in drawn["lines"]] == [("", [10, 9, 8]), ("upper", [4, 4, 3])]
    assert result.path(one, "cover", "en")["lines"][0]["values"] == [50, 51, None]


def test_a_sweep_draws_means_and_bands_by_scheme_each_run_once(tmp_path: Path) -> None:
    drawn = result.path(results.found(sweep(tmp_path / "s")), "kd_area", "en")
    none, rangers = drawn["lines"]
    assert (drawn["years"], none["name"], none["values"]) == ([2000, 2001], "none", [50, 51])
    assert (none["low"], none["high"]) == ([2.5, 3.5], [97.5, 98.5])  # of 0 and 100
    assert (rangers["values"], rangers["low"], rangers["high"]) == ([200, 201], [200, 201], [200, 201])


def test_a_sweep_without_a_finished_run_has_no_paths(tmp_path: Path) -> None:
    folder = sweep(tmp_path / "s")
    shutil.rmtree(folder / "parts")
    shutil.rmtree(folder / "compact")
    assert result.indicators(results.found(folder)) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_comparison_shows_its_score_sheet_with_words_and_its_paths_with_bands(language: str, tmp_path: Path) -> None:
    one = results.found(write_folder(tmp_path / "cmp"))
    shown = result.opened(one, language)
    scores = pd.read_csv(tmp_path / "cmp" / "scores.csv")
    rows = [row for group in shown["sheet"] for row in group["rows"]]
    assert len(rows) == (scores["kind"] != "rival").sum()
    assert ("▲ better" if language == "en" else "▲ 更好") in {row["verdict"] for row in rows}
    refused = [row for row in rows if row["mean"] == "–"]
    assert refused
    assert all(row["why"] and not row["unit"] for row in refused)
    drawn = result.path(one, "kd_area", language)
    assert len(drawn["lines"]) == 4
    for line in drawn["lines"]:
        assert all(low <= v <= high for low, v, high in zip(line["low"], line["values"], line["high"], strict=True))
    assert drawn["lines"][0]["name"] == ("without" if language == "en" else "无项目")


def test_a_comparison_under_way_tells_the_runs_done(tmp_path: Path) -> None:
    folder = tmp_path / "cmp"
    (folder / "parts").mkdir(parents=True)
    (folder / "plan.json").write_text('{"identity": "x"}')
    (folder / "parts" / "00000.none.x.npz").write_bytes(b"")
    one = results.found(folder)
    assert results.line(one, "en")["said"] == "under way: 1 done"
    assert result.opened(one, "en")["words"] == ["under way: 1 done"]
    assert result.indicators(one) == []


def damaged(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_broken_folders_are_named_with_what_is_wrong(tmp_path: Path) -> None:
    damaged(run(tmp_path / "a"), "manifest.json", "{")
    damaged(run(tmp_path / "b"), "manifest.json", "[]")
    damaged(write_folder(tmp_path / "c"), "study.json", "{}")
    damaged(sweep(tmp_path / "d"), "status.json", '{"state": "running"}')
    (tmp_path / "e").mkdir()
    found = {one.name: one for one in listing(tmp_path)}
    assert {one.kind for one in found.values()} == {"broken"}
    assert "is damaged" in found["a"].wrong.en
    assert "pairs" in found["c"].wrong.en
    assert results.line(found["e"], "en")["said"] == "holds no results that this page knows"
    for one in found.values():
        assert HAN.search(results.line(one, "zh")["said"])
        assert result.opened(one, "en")["words"] == [results.line(one, "en")["said"]]
        assert result.indicators(one) == []


def test_a_folder_of_a_kind_not_known_offers_its_report_and_names_its_tables(tmp_path: Path) -> None:
    (tmp_path / "a" / "results").mkdir(parents=True)
    damaged(tmp_path / "a", "manifest.json", '{"kind": "calibration", "scenario": 5}')
    damaged(tmp_path / "a", "results/best.csv", "a,b")
    (one,) = listing(tmp_path)
    assert one.kind == "other"
    assert results.line(one, "en")["said"] == "this page knows its tables by name alone"
    assert result.opened(one, "en")["facts"][-1] == ["Tables", "results/best.csv"]
    damaged(tmp_path / "a", "report.html", "<h1>told</h1>")
    (one,) = listing(tmp_path)
    assert HAN.search(results.line(one, "zh")["said"])
    assert result.opened(one, "en")["has_report"]
    assert result.indicators(one) == []


def test_a_sweep_names_what_was_worked_out_of_it_and_needs_no_schemes(tmp_path: Path) -> None:
    folder = sweep(tmp_path / "s")
    (folder / "results").mkdir()
    damaged(folder, "results/sensitivity.csv", "measure,s1")
    pd.DataFrame({"run_id": list("abcd"), "point": [0, 0, 1, 1]}).to_parquet(folder / "design.parquet")
    one = results.found(folder)
    assert ["Tables", "results/sensitivity.csv"] in result.opened(one, "en")["facts"]
    (line,) = result.path(one, "kd_area", "en")["lines"]
    assert (line["name"], line["values"]) == ("", [100, 101])  # the mean of 0, 100 and 200


def test_what_cannot_be_read_still_offers_its_report(tmp_path: Path) -> None:
    folder = damaged(run(tmp_path / "a"), "report.html", "<h1>told</h1>")
    shown = result.unread(results.found(folder), ValueError("cut\noff"), "en")
    assert (shown["wrong"], shown["has_report"]) == ("a cannot be read: cut off", True)


def test_schemes_of_a_run_and_of_a_comparison_are_marked_in_their_first_years(tmp_path: Path) -> None:
    folder = run(tmp_path / "a")
    told = json.loads((folder / "manifest.json").read_text())
    told["calendar"] = [{"name": "x", "en": "Trees", "zh": "树", "years": [1991, 1992]}]
    damaged(folder, "manifest.json", json.dumps(told))
    assert result.policy_years(results.found(folder), "zh") == [{"year": 1991, "text": "树 1991"}]
    compared = result.policy_years(results.found(write_folder(tmp_path / "b")), "en")
    assert [mark["text"].rsplit(" ", 1)[0] for mark in compared] == ["Payment by area", "Conservation auction",
                                                                     "Ecological rangers"]  # fmt: skip


@pytest.mark.parametrize("name", ["scores.csv", "maps.npz", "paths.csv"])
def test_a_comparison_whose_tables_are_gone_is_refused_when_opened(name: str, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "cmp")
    (folder / name).unlink()
    with pytest.raises(BAD, match=re.escape(name)):
        result.opened(results.found(folder), "en")


def test_a_run_whose_table_is_cut_off_is_refused_when_opened(tmp_path: Path) -> None:
    folder = run(tmp_path / "a")
    whole = (folder / "indicators.parquet").read_bytes()
    (folder / "indicators.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BAD):
        result.opened(results.found(folder), "en")


def test_indicators_to_choose_from_stand_in_their_groups() -> None:
    groups = result.choices(["cover", "kd_area", "unheard_of"], "en")
    assert [[item["name"] for item in one["items"]] for one in groups] == [["cover", "kd_area"], ["unheard_of"]]


def test_a_broken_folder_has_a_line_of_its_own() -> None:
    one = Found(Path("x"), "broken", Text("x", "x"), 0.0, "broken")
    assert results.line(one, "en")["broken"]


def test_every_word_is_there_in_both_languages() -> None:
    for name, text in CHOSEN_WORDS.items():
        assert text.en, name
        assert HAN.search(text.zh), name
        assert text.en.count("{}") == text.zh.count("{}"), name


def test_no_screen_is_needed() -> None:
    code = "import sys; import village_abm.view.result, village_abm.view.results; assert 'solara' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_command_opens_a_folder_of_experiments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("solara")
    from village_abm.view import serve
    from village_abm.view_command import view

    told: list[dict[str, Any]] = []
    monkeypatch.setattr(serve, "serve", lambda what, port, ready: told.append(dict(what)))
    view(str(run(tmp_path / "a")), browser=False)
    assert (told[0]["folder"], told[0]["scenario"]) == (str(tmp_path / "a"), None)
