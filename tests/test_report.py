"""The report: one page, no network, both languages, and every number from the record."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from report_folder import run_folder
from village_of_test import SHIPPED, model

from village_abm.experiments import record, tables
from village_abm.indicators import REGISTRY
from village_abm.report import (
    books,
    build,
    chapters,
    charts,
    maps,
    notes,
    palette,
    panels,
    sections,
    story,
    summary,
    words,
)
from village_abm.report.reading import read_run
from village_abm.report.words import Text


@pytest.fixture
def folder(tmp_path, invented):
    return run_folder(tmp_path, invented)


class _Page(HTMLParser):
    """Collects the addresses a page asks for and the elements left open."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.open, self.wrong = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v]
        if tag not in ("meta", "img", "input", "br", "link"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_page_needs_nothing_from_outside(folder):
    text = build.write_report(folder).read_text(encoding="utf-8")
    page = _Page(text)
    assert page.addresses
    assert all(a.startswith(("data:", "#")) for a in page.addresses)
    assert set(re.findall(r"url\((.{5})", text)) == {"data:"}
    assert not re.search(r"@import|fetch\(|XMLHttpRequest|https?://(?!www\.w3\.org)", text)


def test_the_page_is_well_formed(folder):
    page = _Page(build.write_report(folder).read_text(encoding="utf-8"))
    assert page.wrong == []
    assert page.open == []


def test_every_sentence_is_there_in_both_languages(folder):
    text = build.write_report(folder).read_text(encoding="utf-8")
    assert text.count('<span lang="en">') == text.count('<span lang="zh">') > 100
    chinese = re.findall(r'<span lang="zh">(.*?)</span>', text)
    assert "植被覆盖度" in chinese


def test_what_a_user_wrote_cannot_break_the_page(folder):
    text = build.write_report(folder).read_text(encoding="utf-8")
    assert "a=&lt;b&gt;" in text
    assert "a=<b>" not in text


def test_the_same_record_gives_the_same_page(folder):
    first = build.write_report(folder).read_bytes()
    assert build.write_report(folder).read_bytes() == first
    assert not list(folder.glob("*.part"))


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(record.FolderError, match="no run folder"):
        build.write_report(tmp_path)


def test_a_folder_with_a_part_missing_is_refused(folder):
    (folder / "books.csv").unlink()
    with pytest.raises(record.FolderError, match="not a whole run folder"):
        build.write_report(folder)


def test_a_book_that_does_not_close_is_marked(folder):
    lines = pd.read_csv(folder / "books.csv")
    lines.loc[(lines["year"] == 1993) & (lines["entry"] == "washed away"), "amount"] = -2.0
    lines.to_csv(folder / "books.csv", index=False)
    (book,) = books.books(read_run(folder))
    assert (book["closed"], book["years"]) == (5, 6)
    assert 'class="mark open"' in build.write_report(folder).read_text(encoding="utf-8")


def test_a_stock_that_jumps_between_years_is_marked(folder):
    lines = pd.read_csv(folder / "books.csv")
    moved = (lines["year"] == 1993) & lines["entry"].isin(["opening", "closing"])
    lines.loc[moved, "amount"] += 5.0
    lines.to_csv(folder / "books.csv", index=False)
    (book,) = books.books(read_run(folder))
    assert book["closed"] == 4  # 1993 does not open as 1992 closed, nor 1994 as 1993


def test_books_are_added_up_over_the_years(folder):
    (book,) = books.books(read_run(folder))
    assert (book["opening"], book["closing"]) == (100.0, 94.0)
    assert book["entries"] == [(Text("washed away", "washed away"), "", -6.0)]
    assert book["closed"] == book["years"] == 6


def test_land_that_changes_use_is_shown_once():
    entries = books.shown_entries({"cleared (from)": -3.0, "cleared (to)": 3.0, "births": 5.0, "deaths": -2.0})
    assert entries == [("births", "+", 5.0), ("cleared", "±", 3.0), ("deaths", "", -2.0)]


def test_the_head_says_what_is_real(folder):
    text = sections.origin(read_run(folder))
    assert text.en == "Real: terrain (heights.tif). Generated: land cover, people."
    assert "生成" in text.zh


def test_the_calendar_shows_what_was_in_force(folder):
    manifest = read_run(folder).manifest
    assert [(row["name"], row["years"]) for row in manifest["calendar"]] == [
        ("trees", [1991, 1993]),
        ("closure", [1992, 1995]),
    ]


def test_estimates_are_counted_and_listed(folder):
    run = read_run(folder)
    assert {row["path"] for row in sections.guesses(run)} == {
        "ecology.soil.weathering",
        "people.migration.ease",
    }
    assert [level["count"] for level in sections.confidence(run)] == [1, 0, 2, 1, 1]


def test_people_away_are_counted_apart():
    age, female = np.array([3, 22, 22, 24, 91]), np.array([0, 0, 1, 1, 1])
    away = np.array([False, True, False, True, False])
    bands = {b.label: b for b in charts.pyramid(age, female, away)}
    assert (bands["20–24"].men_home, bands["20–24"].men_away) == (0, 1)
    assert (bands["20–24"].women_home, bands["20–24"].women_away) == (1, 1)
    assert bands["85+"].women_home == 1


def test_headlines_say_which_way_a_number_went():
    frame = pd.DataFrame({"population": [1400.0, 1200.0], "away_share": [0.05, 0.45]}, index=[1990, 2020])
    frame.attrs["units"] = {"population": "person", "away_share": "1"}
    line = story.sentence(frame, ("population", "people", "人口"), ("away_share", "the share away", "外出比例"))
    assert line.en == "People fell from 1,400 to 1,200; the share away rose from 5.0% to 45%."
    assert line.zh == "人口下降，由 1,400 人变为 1,200 人；外出比例上升，由 5.0%变为 45%。"


def test_poverty_that_was_lower_before_says_when():
    frame = pd.DataFrame({"poverty": [0.8, 0.04, 0.15]}, index=[1990, 2010, 2020])
    frame.attrs["units"] = {"poverty": "1"}
    assert story.income(frame).en.endswith("fell from 80% to 15%, after a low of 4.0% in 2010.")
    assert story.income(frame.iloc[:2]).en.endswith("fell from 80% to 4.0%.")


def test_the_poverty_line_is_named_and_when_it_was_raised(folder):
    text = story.poverty_line(read_run(folder))
    assert "400 yuan a head in 1990, 900 in 1995" in text.en
    assert "In 1993 the line was raised from 400 to 900" in text.en
    assert "1993 年贫困线由 400 元提高到 900 元" in text.zh


def test_contracts_that_ended_leave_forest_standing(folder):
    run = read_run(folder)
    run.manifest["uses"][2]["name"] = "eco_forest"
    run.indicators["enrolled_area"] = [0.0, 9.0, 9.0, 9.0, 5.0, 1.5]
    stands = (run.maps["use"][-1] == 2).sum() * 25**2 / 1e4
    assert f"1.5 ha were under contract in 1995, but {stands:.1f} ha of planted forest" in story.contracts(run).en
    run.indicators["enrolled_area"] = 9.0
    assert story.contracts(run) is None


@pytest.fixture
def moving(folder):
    """Two villages, and two households that went from one to the other."""
    events = [{"year": year, "kind": "relocated", "why": {"to": "resettlement"}} for year in (1991, 1993)]
    tables.write_events(folder / "events.parquet", events)
    lines = pd.read_csv(folder / "books.csv")
    lines.loc[len(lines)] = {"year": 1991, "book": "people", "entry": "moved in", "amount": 9, "unit": "person"}
    for entry in ("opening", "closing"):
        lines.loc[len(lines)] = {"year": 1991, "book": "people", "entry": entry, "amount": 9, "unit": "person"}
    lines.to_csv(folder / "books.csv", index=False)
    frame = pd.read_parquet(folder / "indicators.parquet")
    attrs = frame.attrs
    for name in ("population", "cover", "kd_area"):
        frame[f"{name}.emigration"], frame[f"{name}.resettlement"] = frame[name] / 3, frame[name] / 2
    frame.attrs = attrs
    frame.to_parquet(folder / "indicators.parquet")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["villages"] = ["emigration", "resettlement"]
    manifest["notes"] = ["Terrain is generated: gorge, 40 x 24 patches.", "Houses stand where they stand."]
    both = ["Houses stand where they stand."]
    manifest["notes_by_village"] = {"emigration": manifest["notes"], "resettlement": both}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_who_moved_where_and_when_is_told(moving):
    text = story.relocation(read_run(moving))
    assert text.en == "From 1991 to 1993, 2 households with 9 people were relocated to the village to settle in."
    assert text.zh == "1991—1993 年，共有 2 户、9 人搬迁至迁入村。"


def test_several_villages_are_told_apart(moving):
    run = read_run(moving)
    assert [part.place.zh for part in panels.parts(run, "cover")] == ["迁出村", "迁入村"]
    assert [line.en.split(":")[0] for line in story.became(run)][2:4] == ["Village to leave", "Village to settle in"]
    page = build.write_report(moving).read_text(encoding="utf-8").partition('id="tables"')[0]
    assert "emigration" not in page
    assert "迁出村：地形为生成：峡谷，40 × 24 个地块。" in page
    assert '<span lang="en">Houses stand where they stand.</span>' in page


# Both languages -------------------------------------------------------------------------------------------


def _chinese(text):
    return bool(re.search("[\u4e00-\u9fff]", text))


@pytest.fixture(scope="module")
def lives():
    """Every shipped scenario, small, at its end."""
    return {name: model(name).run() for name in SHIPPED}


def test_every_entry_of_every_book_has_chinese_words(lives):
    for scenario, life in lives.items():
        labels = {row["name"]: Text(row["en"], row["zh"]) for row in record.calendar(life.params)}
        lines = life.ledger.to_frame()
        for name in set(lines["entry"]) - {"opening", "closing"}:
            stem = name.removesuffix(" (from)").removesuffix(" (to)")
            words_of = words.entry(stem, labels)
            assert _chinese(words_of.zh), (scenario, name)
            assert not re.search("[a-z]", words_of.zh), (scenario, name)
            assert "_" not in words_of.en, (scenario, name)
        assert set(lines["book"]) <= set(words.BOOKS), scenario


def test_every_entry_named_in_the_code_has_chinese_words():
    source = Path(build.__file__).parents[1] / "year"
    text = "".join(file.read_text(encoding="utf-8") for file in source.glob("*.py"))
    written = re.findall(r"(?:\.pay|\.turn|\.enter|_enter|move_carbon)\((?:village, )?\"([^\":]+)\"", text)
    assert len(written) > 25
    assert [name for name in written if name not in words.ENTRIES] == []


def test_every_unit_and_indicator_has_chinese_words(lives):
    units = {item.unit for item in REGISTRY.values()}
    units |= set(lives["village"].ledger.to_frame()["unit"]) - {"fen"} | {"CNY"}
    assert {name for name in units if name != "1" and not _chinese(words.unit(name).zh)} == set()
    assert {item.name for item in REGISTRY.values() if not _chinese(item.zh)} == set()
    assert {item.group for item in REGISTRY.values()} <= set(words.GROUPS)


def test_every_village_shipped_has_words(lives):
    assert {v.name for life in lives.values() for v in life.params.scenario.villages} <= set(words.PLACES)


def test_every_note_of_a_generated_run_has_chinese_words(lives):
    for life in lives.values():
        assert [note for note in life.landscape.notes if not _chinese(notes.note(note).zh)] == []


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Households, people and who holds which plot are generated.", "农户、人口与地块归属均为生成。"),
        ("Households, people and plots are those of /a/(b).csv.", "农户、人口与地块取自 /a/(b).csv。"),
        (
            "Elevation is real: dem.tif (EPSG:4326, cells of about 30 m), warped to 120 x 120 patches of 25 m in "
            "EPSG:32648 around 108.2000 E, 24.9000 N.",
            "高程为真实数据：dem.tif（EPSG:4326，像元约 30 米），重采样为 120 × 120 个 25 米地块"
            "（EPSG:32648，中心约 108.2000°E、24.9000°N）。",
        ),
        (
            "Land cover is real: c.tif (EPSG:4326, cells of about 10 m), classes by esa.csv: farmland 12%, shrub 88%.",
            "土地覆盖为真实数据：c.tif（EPSG:4326，像元约 10 米），分类依据 esa.csv：耕地 12%、灌丛 88%。",
        ),
        ("What nobody foresaw.", "What nobody foresaw."),
    ],
)
def test_notes_on_real_data_are_put_into_chinese(english, chinese):
    assert notes.note(english) == Text(english, chinese)


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [("人均纯收入(当年价)", "人均纯收入（当年价）"), ("环江:迁出区", "环江：迁出区"), ("见 a(1).csv", "见 a(1).csv"),
     ("斜线 (外出)", "斜线 （外出）"), ("12:30", "12:30")],
)  # fmt: skip
def test_chinese_is_set_with_chinese_brackets(narrow, wide):
    assert words.full_width(narrow) == wide


def test_large_numbers_on_axes_are_counted_in_wan_in_chinese():
    chart = charts.time_path([1, 2], {"": np.array([0.0, 30_000.0])}, palette.LINES)
    assert [(tick.text, tick.zh) for tick in chart.y_ticks][1] == ("10k", "1万")


def test_what_is_nothing_in_all_years_is_named_but_not_drawn(folder):
    run = read_run(folder)
    run.indicators["closed_area"] = 0.0
    group = next(group for group in chapters.chapters(run)["schemes"].groups)
    assert "封山育林面积" not in [panel.label.zh for panel in group.panels]
    assert [label.zh for label in group.silent] == ["封山育林面积"]


def test_people_away_are_counted_among_adults(folder):
    shown = sections.pyramid(read_run(folder))  # ages 0, 4, ..., 76: adults are 16 to 56; every sixth is away
    assert (shown["adults"], shown["away"]) == (11, 2)


@pytest.mark.parametrize(
    ("first", "last", "word"), [(100, 101, "hardly changed"), (100, 110, "rose"), (100, 90, "fell")]
)
def test_a_small_change_is_called_one(first, last, word):
    assert story.change(first, last).en.startswith(word)


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(0.0512, "1", "5.1"), (0.5, "1", "50"), (1234567.0, "ha", "1,234,567"), (0.01234, "ha", "0.0123"),
     (44.0, "person", "44"), (-0.0, "", "0"), (-0.2, "CNY", "0"),
     (float("nan"), "ha", "–"), (None, "", "–"), (12.34, "ha", "12.3")],
)  # fmt: skip
def test_numbers_are_written_for_readers(value, unit, shown):
    assert words.number(value, unit) == shown


def test_ticks_are_round_and_hold_the_data():
    assert charts.round_ticks(3.2, 17.9) == [0, 5, 10, 15, 20]
    assert charts.round_ticks(0.0, 0.0)[0] == 0
    for low, high in [(0, 1e-6), (-5, 5), (99.9, 100.1), (7, 7)]:
        ticks = charts.round_ticks(low, high)
        assert ticks[0] <= low <= high <= ticks[-1]
        assert 2 <= len(ticks) <= 6


def test_a_year_without_a_value_leaves_a_gap():
    chart = charts.time_path([1, 2, 3, 4], {"": np.array([1.0, np.nan, 3.0, 4.0])}, palette.LINES)
    assert chart.lines[0].path.count("M") == 2
    assert chart.lines[0].values[1] is None


def test_a_path_of_nothing_is_still_a_chart():
    chart = charts.time_path([1990], {"": np.array([np.nan])}, palette.LINES)
    assert chart.lines[0].path == ""


def test_a_small_wiggle_does_not_look_like_a_collapse():
    chart = charts.time_path([1, 2], {"": np.array([100.0, 50.0])}, palette.LINES)
    assert chart.y_ticks[0].text == "0"
    slight = charts.time_path([1, 2], {"": np.array([29.3, 28.6])}, palette.LINES)
    assert float(slight.y_ticks[0].text) <= 0.8 * 29.3


def test_the_scale_bar_is_round_and_at_most_a_third():
    scale = maps.scale(columns=120, patch_size=25.0)
    assert (scale.metres, scale.words) == (1000, "1 km")
    assert scale.share == pytest.approx(1 / 3)
    assert maps.scale(40, 25.0).words == "200 m"


def test_slopes_to_the_north_west_are_light_and_those_to_the_south_east_dark():
    import base64
    import io

    from PIL import Image

    y, x = np.mgrid[0:60, 0:60]
    ridge = 300.0 - 5.0 * np.abs((x - 30) + (y - 30))  # falls away to north-west and to south-east
    data = maps.relief(ridge, 10.0).split(",", 1)[1]
    light = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))), float)
    size = light.shape[0]
    assert light[: size // 4, : size // 4].mean() > light[-size // 4 :, -size // 4 :].mean() + 40


def test_colours_of_the_ramps_can_be_told_apart_by_lightness_alone():
    def light(colour):
        red, green, blue = palette.rgb(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for ramp in (palette.GRADES, palette.COVER):
        steps = [light(colour) for colour in ramp]
        assert all(a - b > 5 for a, b in pairwise(steps))


def test_a_new_use_gets_a_colour_of_its_own():
    colours = palette.use_colours(["natural", "tea", "walnut"])
    assert len(set(colours)) == 3


def test_many_years_are_thinned_out_but_keep_first_middle_and_last(folder):
    run = read_run(folder)
    run.map_years[:] = list(range(1900, 2000))
    places = maps.frame_places(run)
    assert {0, 49, 99} <= set(places)
    assert len(places) <= maps.MOST_FRAMES + 2


def test_the_table_of_the_terminal_shows_first_middle_and_last_year(invented):
    years, lines = summary.table(invented.indicators)
    assert years == [1990, 1992, 1995]
    assert {"people on the register", "vegetation cover"} <= {line.words for line in lines}
    assert all(len(line.cells) == 3 for line in lines)


def test_a_line_of_the_terminal_fits_80_columns():
    margins = 2 * 5 + 2  # two blanks between columns and one at either end
    assert max(len(title) + len(unit) for title, unit in summary.ROWS.values()) + 3 * len("9,999,999") + margins <= 80


def test_the_charts_carry_their_numbers(folder):
    text = build.write_report(folder).read_text(encoding="utf-8")
    held = re.search(r'data-chart="([^"]*)"', text)[1]
    data = json.loads(held.replace("&#34;", '"').replace("&amp;", "&"))
    assert data["years"] == list(range(1990, 1996))
    assert len(data["x"]) == len(data["v"][0]) == 6
