"""The report of a sweep: the numbers drawn, worked by hand; both languages; what cannot be drawn is said."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest
from compare_folder import write_folder
from report_folder import browser, needs_browser
from sweep_folder import GRAIN, GRID, LHS, WEIGHT, write_sweep
from typer.testing import CliRunner

from village_abm import cli
from village_abm.experiments.keeping import FolderError
from village_abm.params import ParameterError
from village_abm.report import sweep_figures, sweep_tornado
from village_abm.report.sweep import page, render, write_sweep_report
from village_abm.report.sweep_read import read_sweep

T3 = 3.18245  # Student's t at 97.5% with 3 degrees of freedom
GFG = "grain_for_green_1"


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    return write_sweep(tmp_path_factory.mktemp("grid"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sweep(tmp_path_factory.mktemp("lhs"), LHS)


@pytest.fixture(scope="module")
def shown(grid):
    sweep = read_sweep(grid)
    return SimpleNamespace(sweep=sweep, page=page(sweep), text=render(sweep))


def kd(sweep):
    return next(one for one in sweep.measures if one.measure.indicator == "kd_area")


def test_the_effect_is_the_paired_difference_at_each_level(shown) -> None:
    ((scheme, factor, charts),) = shown.page["effects"]
    assert (scheme.name, factor.path) == (GFG, GRAIN)
    assert (factor.unit, factor.meaning.startswith("grain in every year")) == ("kg/mu", True)
    effect = next(one for one in charts if one.output.told.measure.indicator == "kd_area")
    # At 100 replicates differ by -10, -9, -8 and -7: mean -8.5, sd sqrt(5/3).
    half = T3 * math.sqrt(5 / 3) / 2
    low, high = effect.levels
    assert (low.mean, low.replicates, low.runs) == (-8.5, 4, 12)
    assert (low.low, low.high) == (pytest.approx(-8.5 - half, abs=1e-3), pytest.approx(-8.5 + half, abs=1e-3))
    assert high.mean == -18.5
    assert effect.chart.dots.count("M") == 24
    assert len(effect.chart.marks) == 2
    assert effect.chart.marks[0][1] < effect.chart.marks[1][1]  # the larger loss stands lower


def test_a_heat_map_has_the_mean_and_the_number_of_runs_in_every_cell(shown) -> None:
    sweep = shown.sweep
    grain, weight = (next(one for one in sweep.factors if one.path == path) for path in (GRAIN, WEIGHT))
    level, change = sweep_figures.outputs(sweep, kd(sweep))
    drawn = sweep_figures.heat(change, grain, weight)
    assert drawn.columns == ["100", "200"]
    assert [label for label, _ in drawn.lines] == ["1.2", "0.9", "0.6"]  # upwards
    for _, cells in drawn.lines:
        assert [(one.mean, one.runs) for one in cells] == [(-8.5, 4), (-18.5, 4)]
    assert drawn.empty == 0
    assert {one.mean for _, cells in sweep_figures.heat(level, grain, weight).lines for one in cells} == {96}


def test_cells_without_runs_are_drawn_empty(sample) -> None:
    sweep = read_sweep(sample)
    across, up = sweep.numbers[:2]
    drawn = sweep_figures.heat(sweep_figures.outputs(sweep, kd(sweep))[0], across, up)
    empty = sum(one is None for _, cells in drawn.lines for one in cells)
    assert empty == drawn.empty > 0
    assert sum(one.runs for _, cells in drawn.lines for one in cells if one) == drawn.runs == 24 * 3
    assert render(sweep).count('class="cell empty"') >= empty


def test_paths_have_the_mean_and_the_middle_of_every_group(shown) -> None:
    told, paths = next(one for one in shown.page["paths"] if one[0].measure.indicator == "kd_area")
    none, gfg = paths
    assert shown.page["split"].path == GRAIN
    assert gfg.names == ["100", "200"]
    assert [one.last for one in none.threads.threads] == [96, 96]
    # In the last year 86, 87, 88 and 89 of each weight: mean 87.5; the fourth fifths of twelve runs lie within.
    assert [one.last for one in gfg.threads.threads] == [87.5, 77.5]
    assert gfg.threads.threads[0].first_last == (86, 89)
    assert gfg.threads.data["v"][0] == [86.5, 85.5, 84.5, 83.5, 82.5]
    assert told.plain.en == "Rocky desertification, all grades"


def test_the_summary_tells_levels_and_differences(shown) -> None:
    none, gfg = shown.page["summary"]
    assert none["cells"][0].mean == "96.0"
    assert none["cells"][0].change == ""
    assert gfg["cells"][0].change == "−13.5"
    assert gfg["cells"][0].settled
    assert (gfg["cells"][1].change, gfg["cells"][1].settled) == ("0", False)  # cover is the same everywhere


def test_a_tornado_ranks_what_moves_and_greys_what_does_not(shown) -> None:
    drawn = {(one.title.en, one.under.en): one for _, held in shown.page["ranked"] for one in held}
    change = next(one for (title, under), one in drawn.items() if "desertification" in title and "less" in under)
    grain, weight, luck = change.bars
    assert (grain.path, grain.noise, grain.rank) == (GRAIN, False, 1)
    assert grain.value.startswith("−")  # more grain, less desertified land
    assert grain.left + grain.width == pytest.approx(change.zero)
    assert (weight.path, weight.noise, weight.value) == (WEIGHT, True, "0.00")
    assert luck.is_luck
    assert not any("cover" in title for title, _ in drawn)  # nothing varies, nothing is drawn


def test_in_a_sample_the_parameter_that_matters_leads_and_the_inert_one_is_noise(sample) -> None:
    sweep = read_sweep(sample)
    found = sweep_tornado.regressions(sweep)
    income = next(told for output, told in found if output.key == "income_real@end")
    by_path = dict(zip((one.path for one in sweep.numbers), income.weights, strict=True))
    assert by_path[WEIGHT].value > 0.95
    assert (by_path[WEIGHT].group, by_path[GRAIN].noise, by_path["people.ties.kin"].noise) == (1, True, True)
    assert {one.path for one in sweep_tornado.leading(sweep, found)[:2]} == {WEIGHT, GRAIN}


def test_runs_that_failed_are_told_and_counted_nowhere(sample) -> None:
    sweep = read_sweep(sample)
    assert sweep.failed
    assert len(sweep.runs) == 24 * 2 * 3 - len(sweep.failed)
    assert f"{len(sweep.failed)} × running: ZeroDivisionError: no kin" in render(sweep)


def test_measures_and_axes_are_as_chosen(grid) -> None:
    sweep = read_sweep(grid, ["kd_area@2001..2003", "cover@2000"])
    assert [one.label.en for one in sweep.measures] == [
        "Rocky desertification, all grades, mean 2001–2003", "Vegetation cover, 2000",
    ]  # fmt: skip
    assert sweep.runs["kd_area@2001..2003"].max() == 98
    assert [one.path for one in page(sweep, [WEIGHT, GRAIN])["axes"]] == [WEIGHT, GRAIN]
    with pytest.raises(ParameterError, match="unknown indicator 'kd_are'"):
        read_sweep(grid, ["kd_are@end"])
    with pytest.raises(ParameterError, match=r"--axes.*people\.migration\.wage_weigt"):
        page(sweep, [GRAIN, "people.migration.wage_weigt"])
    with pytest.raises(ParameterError, match="named twice"):
        page(sweep, [GRAIN, GRAIN])


FRAME = [
    ("kd_area@end: none", "luck", "ST", 0.4, 0.3, 0.5, False, 0),
    ("kd_area@end: none", WEIGHT, "ST", 0.5, 0.4, 0.6, False, 1),
    ("kd_area@end: none", WEIGHT, "S1", 0.4, 0.3, 0.5, False, 1),
    ("kd_area@end: none", GRAIN, "ST", 0.02, 0.0, 0.05, True, 2),
    ("kd_area@end: none", "dummy", "ST", 0.01, 0.0, 0.06, True, 2),
    (f"kd_area@end: {GFG} - none", GRAIN, "ST", 0.8, 0.7, 0.9, False, 1),
]


def test_the_indices_of_a_sensitivity_analysis_are_drawn(tmp_path) -> None:
    folder = write_sweep(tmp_path)
    (folder / "results").mkdir()
    columns = ["output", "path", "index", "value", "low", "high", "noise", "group"]
    pd.DataFrame(FRAME, columns=columns).to_parquet(folder / "results" / "sensitivity.parquet")
    told = page(read_sweep(folder))
    ((title, (none, change)),) = told["indexed"]
    assert title.en == "Rocky desertification, all grades, 2004"
    assert [(one.path, one.rank, one.noise) for one in none.bars] == [
        (WEIGHT, 1, False), (GRAIN, 2, True), ("luck", 0, False),
    ]  # fmt: skip
    # The axis ends at 0.6 and a little room; the dummy reaches 0.06 of it.
    assert none.floor == (0, pytest.approx(100 * 0.06 / (0.6 * 1.04)))
    assert none.bars[0].width == pytest.approx(100 * 0.5 / (0.6 * 1.04))
    assert change.under.en == "Grain for Green, first round less no scheme"
    assert [one.path for one in told["axes"]] == [GRAIN, WEIGHT]  # 1 + 0.04 squared, and 1: the frame decides
    assert len(told["tables"]["tornado"]) > len(FRAME)
    pd.DataFrame(FRAME, columns=columns).drop(columns="noise").to_parquet(folder / "results" / "sensitivity.parquet")
    with pytest.raises(FolderError, match="lacks the column noise"):
        read_sweep(folder)
    (folder / "results" / "sensitivity.parquet").write_bytes(b"")
    with pytest.raises(FolderError, match=r"sensitivity\.parquet is damaged\. Run 'village-abm sensitivity' again"):
        read_sweep(folder)
    (folder / "manifest.json").write_bytes(b"")
    with pytest.raises(FolderError, match="holds no sweep"):
        read_sweep(folder)


def test_without_a_run_without_the_scheme_no_effect_is_drawn(tmp_path) -> None:
    folder = write_sweep(tmp_path, GRID.replace('"none", ', ""))
    told = page(read_sweep(folder))
    assert told["effects"] == []
    assert told["unpaired"]
    assert "Not drawn: an effect is a difference" in render(read_sweep(folder))


@pytest.mark.slow
def test_what_the_design_cannot_bear_is_left_out(tmp_path) -> None:
    one = GRID.replace(f', "{WEIGHT}" = [0.6, 0.9, 1.2]', "")
    told = page(read_sweep(write_sweep(tmp_path / "one", one)))
    assert told["heats"] == []
    assert len(told["effects"]) == 1
    folder = write_sweep(tmp_path / "two", GRID.replace("n = 4", "n = 1"))
    told = page(read_sweep(folder))
    assert told["ranked"] == []
    assert "with one replicate of a grid" in render(read_sweep(folder))
    level = told["effects"][0][2][0].levels[0]
    assert (level.mean, level.runs) == (-10, 3)
    assert math.isnan(level.low)
    # No design at all: one point under two schemes.
    nothing = 'schemes = ["none", "grain_for_green_1"]\n[replicates]\nn = 2\n'
    told = page(read_sweep(write_sweep(tmp_path / "none", nothing)))
    assert (told["heats"], told["effects"], told["clouds"], told["split"]) == ([], [], [], None)
    assert len(told["paths"]) == 3
    at_end = GRID + '[outputs]\nevery = "end"\n'
    assert page(read_sweep(write_sweep(tmp_path / "end", at_end)))["summary"]


def test_a_folder_without_a_finished_run_is_refused(grid, tmp_path) -> None:
    for name in ("manifest.json", "design.parquet"):
        (tmp_path / name).write_bytes((grid / name).read_bytes())
    with pytest.raises(FolderError, match="no finished run yet"):
        read_sweep(tmp_path)


class Pairs(HTMLParser):
    """The words of a page in both languages, in the order in which they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[tuple[str, str]] = []
        self.language = ""

    def handle_starttag(self, tag, attrs):
        self.language = dict(attrs).get("lang", "") or "" if tag in ("span", "tspan") else ""

    def handle_data(self, data):
        if self.language in ("en", "zh") and data.strip():
            self.held.append((self.language, data.strip()))
        self.language = ""


def test_every_label_is_there_in_both_languages(shown) -> None:
    found = Pairs()
    found.feed(shown.text)
    assert len(found.held) > 150
    assert [one for one, _ in found.held[::2]] == ["en"] * (len(found.held) // 2)
    assert [one for one, _ in found.held[1::2]] == ["zh"] * (len(found.held) // 2)
    for (_, english), (_, chinese) in zip(found.held[::2], found.held[1::2], strict=True):
        assert not re.search(r"[\u4e00-\u9fff]", english)
        if re.search("[A-Za-z]{3}", english):
            assert re.search(r"[\u4e00-\u9fff]", chinese), english


def test_the_page_needs_nothing_but_itself(shown) -> None:
    assert not re.search(r"(src|href)=\"(?!#|data:)", shown.text)
    assert not re.search(r"url\((?!data:)", shown.text)
    # No number that is none in a figure.
    for code in re.findall(r"<svg.*?</svg>", shown.text, flags=re.S):
        assert not re.search(r"[\s\",MLh](nan|inf)\b", re.sub(r"data-chart=\"[^\"]*\"", "", code))


def test_the_command_knows_what_a_folder_holds(grid, tmp_path) -> None:
    def report(*words):
        return CliRunner().invoke(cli.app, ["report", *map(str, words)])

    answer = report(grid, "--measure", "kd_area@2002", "--axes", GRAIN, WEIGHT)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.strip() == str(grid / "report.html")
    assert "Rocky desertification, all grades, 2002" in (grid / "report.html").read_text("utf-8")
    compared = write_folder(tmp_path / "compare")
    assert report(compared).stdout.strip() == str(compared / "report.html")
    answer = report(compared, "--measure", "kd_area@end")
    assert answer.exit_code == 2
    assert "--measure" in answer.stderr
    assert "is no folder of a sweep" in answer.stderr
    assert report(tmp_path).exit_code == 2


@needs_browser
def test_it_opens_offline_in_both_languages_on_a_phone_and_hands_down_its_tables(sample) -> None:
    write_sweep_report(sample)
    asked, wrong = [], []
    with browser() as chromium:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", accept_downloads=True)
        context.set_offline(True)
        tab = context.new_page()
        tab.on("request", lambda one: asked.append(one.url))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        tab.goto((sample / "report.html").as_uri())
        for language in ("en", "zh"):
            tab.click(f".switch button[value={language}]")
            assert tab.evaluate("document.documentElement.scrollWidth") == 390
            assert tab.evaluate("document.documentElement.lang") == language
            assert not tab.is_visible(f"h2 span[lang={'zh' if language == 'en' else 'en'}]")
        tab.locator("#paths svg[data-chart]").first.hover()
        names = tab.evaluate("[...document.querySelectorAll('button[data-csv]')].map((one) => one.dataset.csv)")
        assert sorted(names) == sorted(["parameters", "summary", "runs", "tornado", "cells", "effects", "paths"])
        with tab.expect_download() as waiting:
            tab.click("button[data-csv=runs]")
        rows = list(csv.reader(io.StringIO(waiting.value.path().read_text("utf-8-sig"))))
        assert len(rows) == 1 + len(read_sweep(sample).runs)
        assert rows[0][:4] == ["run_id", "scheme", "point", "replication_id"]
        sizes = tab.evaluate("[...document.querySelectorAll('svg')].map((one) => one.getBoundingClientRect().width)")
        assert len(sizes) > 10
        assert min(sizes) > 0
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert wrong == []


def test_the_tables_are_whole(shown) -> None:
    tables = json.loads(re.search(r'id="tables">(.*?)</script>', shown.text, flags=re.S)[1])
    assert len(tables["runs"]) == 1 + 48
    assert len(tables["cells"]) == 1 + 6 * 3 * 2
    assert len(tables["paths"]) == 1 + 3 * 2 * 2 * 5
    for name, rows in tables.items():
        assert {len(row) for row in rows} == {len(rows[0])}, name
    # Shares are fractions in the tables, per cent on the page.
    assert {row[3] for row in tables["summary"] if row[0] == "cover@end"} == {0.5}
