"""The report of a comparison of schemes: numbers of the CSV, open stays open, both languages, no network."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from compare_folder import LAST, SCHEMES, write_folder
from report_folder import browser, needs_browser

from village_abm.accounting import scheme_measures
from village_abm.experiments.paired import Verdict
from village_abm.experiments.record import FolderError
from village_abm.policy.parts import Scheme
from village_abm.report import (
    charts,
    compare_charts,
    compare_maps,
    compare_money,
    compare_parts,
    compare_story,
    compare_words,
)
from village_abm.report.compare import write_compare_report
from village_abm.report.compare_numbers import cell, decimals, figure
from village_abm.report.compare_study import FILES, read_study, text


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    folder = write_folder(tmp_path_factory.mktemp("compare"))
    return SimpleNamespace(
        folder=folder, study=read_study(folder), page=write_compare_report(folder).read_text("utf-8")
    )


@pytest.fixture
def folder(tmp_path, once):
    """A copy to spoil."""
    shutil.copytree(once.folder, tmp_path / "compare", dirs_exist_ok=True)
    return tmp_path / "compare"


def spoil(folder, where, **values):
    """Change cells of scores.csv where a scheme and a measure stand; returns the study read again."""
    scores = pd.read_csv(folder / "scores.csv")
    here = (scores["scheme"] == where[0]) & (scores["measure"] == where[1])
    assert here.sum() == 1
    for column, value in values.items():
        scores[column] = scores[column].astype(object)
        scores.loc[here, column] = value
    scores.to_csv(folder / "scores.csv", index=False)
    return read_study(folder)


def told(folder, **values):
    """Change keys of study.json."""
    about = json.loads((folder / "study.json").read_text("utf-8"))
    (folder / "study.json").write_text(json.dumps(about | values, ensure_ascii=False), "utf-8")


class Page(HTMLParser):
    """Addresses a page asks for, elements left open, and the plain text of every cell of a marked row."""

    def __init__(self, page):
        super().__init__()
        self.addresses, self.open, self.wrong, self.rows, self.row = [], [], [], {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v]
        if tag not in ("meta", "img", "input", "br", "link"):
            self.open.append(tag)
        if tag == "tr":
            self.row = dict(attrs).get("data-row")
            self.rows.setdefault(self.row, [])
        if tag == "td" and self.row:
            self.rows[self.row].append("")

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
        if tag == "tr":
            self.row = None

    def handle_data(self, data):
        if self.row and self.rows[self.row]:
            self.rows[self.row][-1] += data


def test_the_page_needs_nothing_from_outside(once):
    page = Page(once.page)
    assert page.addresses
    assert all(a.startswith(("data:", "#")) for a in page.addresses)
    assert set(re.findall(r"url\((.{5})", once.page)) == {"data:"}
    assert not re.search(r"@import|fetch\(|XMLHttpRequest|https?://(?!www\.w3\.org)", once.page)
    assert (page.wrong, page.open) == ([], [])


def test_the_same_folder_gives_the_same_page(folder):
    first = write_compare_report(folder).read_bytes()
    assert write_compare_report(folder).read_bytes() == first
    assert not list(folder.glob("*.part"))


def number(shown):
    return float(shown.replace(",", "").replace("−", "-").replace("%", ""))


def test_every_number_of_the_sheet_is_that_of_the_csv(once):
    rows = Page(once.page).rows
    scores = pd.read_csv(once.folder / "scores.csv")
    scores = scores[scores["kind"] != "rival"]
    assert len(scores) > 60
    for row in scores.to_dict("records"):
        cells = rows[f"{row['scheme']} {row['measure']} {row['year']}"]
        if row["verdict"] == "refused":
            assert [c.strip() for c in cells[1:4]] == ["–"] * 3
            continue
        factor = 100 if row["unit"] == "1" else 1
        ends = [end for k in (4, 5) for end in cells[k].split("…")]
        wanted = [row[c] for c in ("low", "high", "simultaneous_low", "simultaneous_high")]
        for shown, value in zip(
            [cells[1], cells[2], cells[3], *ends],
            [row["mean_without"], row["mean_with"], row["mean"], *wanted],
            strict=False,
        ):
            if value != value:
                assert shown.strip() == "–"
                continue
            places = len(shown.strip().partition(".")[2])
            assert number(shown) == pytest.approx(factor * value, abs=0.5 * 10**-places + 1e-6), (row, shown)
        assert cells[7].strip() == str(row["pairs"])


def test_an_interval_that_covers_zero_is_never_called_an_effect(folder):
    study = spoil(folder, ("auction", "kd_area"), verdict="better", simultaneous_low=-30.0, simultaneous_high=0.5)
    row = study.row("auction", "kd_area")
    assert row.verdict == "not settled"
    (found,) = (one for one in compare_story.findings(study) if one.scheme.name == "auction")
    assert "rocky desertification" not in " ".join(words.en for _, words in found.effects)
    assert "rocky desertification, all grades" in found.open.en


def test_an_interval_that_is_not_known_settles_nothing(folder):
    study = spoil(
        folder, ("auction", "kd_area"), verdict="better", low=None, high=None, simultaneous_low=None,
        simultaneous_high=None,
    )  # fmt: skip
    assert study.row("auction", "kd_area").verdict == "not settled"
    assert cell(study.row("auction", "kd_area")).interval == "–"


def test_what_is_open_says_how_many_pairs_would_settle_it(folder):
    study = spoil(folder, ("rangers", "kd_area"), verdict="not settled", low=-3, high=3, simultaneous_low=-4,
                  simultaneous_high=4, pairs_needed=1234.0)  # fmt: skip
    shown = cell(study.row("rangers", "kd_area"))
    assert (shown.verdict, shown.needed.en, shown.needed.zh) == (
        "not settled",
        "needs about 1,234 pairs",
        "约需 1,234 对",
    )
    study = spoil(folder, ("rangers", "kd_area"), pairs_needed=None)
    assert cell(study.row("rangers", "kd_area")).needed.en == "needs more than 100,000 pairs"


def test_a_difference_told_from_zero_but_perhaps_too_small_is_not_called_better(folder):
    study = spoil(folder, ("area_pay", "cover"), verdict="not settled", low=0.002, high=0.02, simultaneous_low=0.001,
                  simultaneous_high=0.03)  # fmt: skip
    assert study.row("area_pay", "cover").verdict == "size not settled"


def test_what_is_neither_good_nor_bad_is_called_higher_or_lower(folder):
    for word in ("better", "worse", "more", "less"):
        study = spoil(folder, ("rangers", "away_share"), verdict=word)
        assert study.row("rangers", "away_share").verdict == "lower"


def test_what_is_refused_stays_refused_with_its_reason(once):
    row = once.study.row("rangers", "cost_per_kd")
    assert row.refused
    assert "不予计算：效果尚不能判定" in once.page
    cells = Page(once.page).rows[f"rangers cost_per_kd {LAST}"]
    assert "the effect is not settled" in cells[4]
    assert "∞" not in once.page
    assert not re.search(r"\b(inf|nan)\b", re.sub(r"data:image[^\"')]*", "", once.page))


def test_an_infinite_number_is_refused_too(folder):
    study = spoil(folder, ("auction", "cost_per_kd"), mean=float("inf"), low=float("-inf"), high=float("inf"))
    assert study.row("auction", "cost_per_kd").verdict == "refused"
    assert "∞" not in write_compare_report(folder).read_text("utf-8")


def test_both_languages_are_complete(once):
    spans = re.sub(r"<(span|tspan)", r"<span", once.page)
    assert spans.count('<span lang="en">') == spans.count('<span lang="zh">') > 400
    chinese = re.findall(r'<span lang="zh">(.*?)</span>', once.page)
    bare = {words for words in chinese if re.search("[a-zA-Z]{4}", words) and not re.search("[\u4e00-\u9fff]", words)}
    assert bare <= {"kd_engineering", "Sloping land conversion programme, a study", "Expert estimate"}


def _chinese(words):
    return bool(re.search("[\u4e00-\u9fff]", words.zh))


def test_every_group_verdict_and_way_of_a_scheme_has_chinese_words():
    assert {"cost", "participation", "additionality", "environment", "income", "people", "value"} == set(
        compare_words.GROUPS
    )
    assert {str(verdict) for verdict in Verdict} <= set(compare_words.VERDICTS) | {"refused"}
    assert all(_chinese(word) for _, word in compare_words.VERDICTS.values())
    for words in (compare_words.GROUPS, compare_words.EXPLAINED, compare_words.DEFINITIONS, compare_words.STEMS):
        assert all(_chinese(one) for one in words.values())
    for field, words in (
        ("mechanism", compare_words.MECHANISMS),
        ("led_by", compare_words.LEADERS),
        ("funded_by", compare_words.FUNDS),
    ):
        named = re.findall(r"'(\w+)'", str(Scheme.__annotations__[field])) or re.findall(
            r'"(\w+)"', str(Scheme.__annotations__[field])
        )
        assert set(named) == set(words), field
        assert all(_chinese(one) for one in words.values())


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("CNY/ha", "yuan a hectare", "元/公顷"),
        ("CNY/tC", "yuan a tonne of carbon", "元/吨碳"),
        ("CNY/yr", "yuan a year", "元/年"),
        ("furlong", "furlong", "furlong"),
    ],
)
def test_units_are_words(written, english, chinese):
    assert (compare_words.unit(written).en, compare_words.unit(written).zh) == (english, chinese)
    assert compare_words.unit("1", difference=True).en == "points"


HOSTILE = "</style><script>alert(1)</script>\"'><b>"


def test_hostile_words_cannot_break_the_page(folder):
    about = {name: json.loads((folder / "study.json").read_text("utf-8"))[name] for name in ("schemes", "measures")}
    for one in (*about["schemes"], *about["measures"]):
        one["label"] = {"en": HOSTILE, "zh": HOSTILE}
    about["schemes"][0] |= {"explanation": {"en": HOSTILE, "zh": HOSTILE}, "note": {"en": HOSTILE, "zh": HOSTILE}}
    both = {"en": HOSTILE, "zh": HOSTILE}
    told(
        folder,
        **about,
        title=HOSTILE,
        command=HOSTILE,
        scenario=HOSTILE,
        versions={HOSTILE: HOSTILE},
        sources={HOSTILE: HOSTILE},
        warnings=[both],
        stopped={"words": both},
    )
    page = write_compare_report(folder).read_text("utf-8")
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") > 20
    assert Page(page).wrong == []


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_said_in_one_line(folder, name):
    (folder / name).unlink()
    with pytest.raises(FolderError, match=name) as error:
        write_compare_report(folder)
    assert "\n" not in str(error.value)


def test_a_broken_file_is_said_in_one_line(folder, tmp_path):
    for name, broken in (
        ("study.json", "{"),
        ("scores.csv", "a,b\n1,2\n"),
        ("maps.npz", "PK\x03\x04no"),
        ("paths.csv", ""),
    ):
        before = (folder / name).read_bytes()
        (folder / name).write_text(broken, "utf-8")
        with pytest.raises(FolderError, match="not a whole comparison") as error:
            write_compare_report(folder)
        assert "\n" not in str(error.value)
        (folder / name).write_bytes(before)
    about = json.loads((folder / "study.json").read_text("utf-8"))
    del about["pairing"]
    (folder / "study.json").write_text(json.dumps(about), "utf-8")
    with pytest.raises(FolderError, match="pairing"):
        write_compare_report(folder)


def test_decimals_are_those_the_interval_bears():
    assert figure(1234567.4, decimals(1234567.4, [1.2e6, 1.26e6])) == "1,234,567"
    assert figure(-0.0312, decimals(-0.0312, [-0.07, -0.01]), signed=True) == "−0.03"
    assert decimals(3.0, [0.004, 6.0]) == 3  # an end told from zero is not written as zero
    assert decimals(0.0001, [-6.0, 6.0]) == 0
    assert figure(-0.2, 0, signed=True) == "0"
    assert figure(float("nan"), 2) == "–"


def test_the_front_is_that_of_the_means_with_doing_nothing_among_the_rivals(once):
    chart = compare_charts.front(once.study, "public_cost", "kd_area")
    stands = {point.scheme.name: point.on_front for point in chart.points}
    assert stands["auction"]
    assert not stands["area_pay"]  # dearer and with less gained than the auction
    assert chart.nothing_on_front
    often = {point.scheme.name: point.frequency for point in chart.points}
    assert often["auction"] == 1.0
    assert (often["area_pay"], chart.pairs) == (0.0, 24)
    heights = {point.scheme.name: point.y for point in chart.points}
    assert heights["auction"] < heights["area_pay"]  # the outcome of which less is better is turned: up is better


def test_badges_never_cover_one_another_nor_a_point(once):
    same = compare_charts._badges([(200.0, 150.0)] * 5)
    for k, a in enumerate(same):
        assert all(np.hypot(a[0] - b[0], a[1] - b[1]) >= 12 for b in same[:k])


def test_without_values_of_pairs_the_frequency_is_not_known(folder):
    pairs = pd.read_csv(folder / "pairs.csv")
    pairs[pairs["measure"] != "kd_area"].to_csv(folder / "pairs.csv", index=False)
    chart = compare_charts.front(read_study(folder), "public_cost", "kd_area")
    assert all(np.isnan(point.frequency) for point in chart.points)
    assert "is not known" in write_compare_report(folder).read_text("utf-8")


def test_paths_of_all_schemes_share_a_scale_and_mark_the_end_of_payments(once):
    (chart, *_) = compare_parts.charts(once.study)
    assert len({tuple(tick.text for tick in band.y_ticks) for band in chart.bands}) == 1
    assert all(band.running[0] < band.running[1] < band.stops for band in chart.bands)
    told = once.study.paths
    last = told[(told["scheme"] == "auction") & (told["indicator"] == "kd_area") & (told["year"] == LAST)].iloc[0]
    assert number(chart.bands[1].last[0]) == pytest.approx(last["mean"], abs=0.5)


def test_year_labels_do_not_run_into_one_another(once):
    for chart in compare_parts.charts(once.study):
        for band in chart.bands:
            places = [tick.place for tick in band.x_ticks]
            assert min(np.diff(places)) > 35  # a year is some 22 wide, the last one stands left of its place


def test_maps_are_worse_brown_and_better_green_on_one_scale(once):
    cover, grade, enrolled = compare_maps.layers(once.study)
    assert (cover.ends[2].en, grade.ends[2].en) == ("+50 better", "−2 better")
    assert set(cover.pictures) == set(enrolled.pictures) == set(SCHEMES)
    assert [charts.round_up(v) for v in (0.0, 0.03, 11.0, 50.0)] == [1.0, 0.05, 20.0, 50.0]


def test_money_that_the_record_does_not_divide_is_shown_as_the_rest(folder):
    scores = pd.read_csv(folder / "scores.csv")
    scores[scores["measure"] != "to_contractors"].to_csv(folder / "scores.csv", index=False)
    lines = compare_money.costs(read_study(folder))["lines"]
    assert "others" in [words.en for words, *_ in lines[1]["parts"]] or lines[1]["total"] > 850_000
    assert all(sum(part for _, _, part, *_ in line["parts"]) == pytest.approx(1) for line in lines)
    assert lines[0]["payer"].en.startswith("paid by the central government")


def test_fifths_stand_from_poorest_to_richest(once):
    income = next(item for item in compare_parts.fifths(once.study) if item["title"].en.startswith("Income"))
    bars = income["bars"][2]
    assert [bar.cell.row.measure.name[-1] for bar in bars] == list("12345")
    assert bars[0].dot == max(bar.dot for bar in bars)  # rangers help the poorest most


def test_rivals_are_told_apart_from_twins(once):
    assert not [row for row in once.study.rows if row.rival]
    table = compare_parts.against(once.study)
    assert {(a.name, b.name) for (a, b), _ in table["lines"]} == {
        ("area_pay", "rangers"), ("auction", "area_pay"), ("rangers", "auction"),
    }  # fmt: skip


def test_one_scheme_alone_is_a_page_too(folder):
    about = json.loads((folder / "study.json").read_text("utf-8"))
    for name in ("scores", "paths", "pairs"):
        frame = pd.read_csv(folder / f"{name}.csv")
        frame[frame["scheme"].isin(["auction", "none"])].to_csv(folder / f"{name}.csv", index=False)
    mine = [one for one in about["schemes"] if one["name"] == "auction"]
    told(folder, schemes=mine, title="auction: a village", pareto=[], equal_budget=None, pairing=[])
    page = write_compare_report(folder).read_text("utf-8")
    assert "Conservation auction: with and without" in page
    assert "95%, all schemes together" not in page
    assert Page(page).wrong == []


def test_words_in_one_language_stand_in_both():
    assert (text("a").zh, text({"en": "a"}).zh, text({"zh": "甲"}).en) == ("a", "a", "甲")


def test_the_opening_says_what_was_compared(once):
    said = compare_story.opening(once.study)
    assert "from 1990 to 2036, in 24 pairs of runs. All had the same budget of 200,000 yuan a year." in said.en
    assert "共 24 对运行" in said.zh
    assert scheme_measures.FREE  # the reasons of refused values are worded where they are made


@needs_browser
def test_a_browser_shows_the_page_in_both_languages_without_a_request(once):
    asked, wrong, wide = [], [], {}
    with browser() as chromium:
        tab = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.goto((once.folder / "report.html").as_uri())
        chinese = tab.inner_text("h1")
        tab.click("button[value=en]")
        english = tab.inner_text("h1")
        tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        for width in (1280, 390):
            tab.set_viewport_size({"width": width, "height": 900})
            wide[width] = tab.evaluate("document.documentElement.scrollWidth")
        badges = tab.evaluate("[...document.querySelectorAll('.badge')].map((badge) => badge.offsetWidth)")
    assert (chinese, english) == ("三种坡地生态补偿方式的比较", "Three ways to pay for green slopes")
    assert wide == {1280: 1280, 390: 390}
    assert set(badges) == {18}
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
