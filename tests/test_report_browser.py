"""The report of the default village in a browser: whole figures, both languages, units, tables, paper and phone."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from report_folder import add_accounts, browser, needs_browser

from village_abm.experiments.run import run_once
from village_abm.load import load_params
from village_abm.report.build import write_report
from village_abm.report.words import UNITS
from village_abm.scope import REGISTRY

pytestmark = needs_browser

# Years short of the default, so that the test is soon done; from 1999 on schemes pay.
LAST, BURN_IN = 2004, 1988
# What stands in Latin letters among Chinese: names of indices, gases, classes and software, and units.
PROPER = {"GEP", "CO", "CSV", "EN", "TOPSIS", "Xie", "Bonferroni", "karst", "village", "abm", "MB", "Python", "ha",
          "NetCDF", "GeoTIFF", "Theil", "Gini", "Simpson", "Shannon", "kappa", "Kappa"}  # fmt: skip

BROKEN = re.compile(r"NaN|undefined|Infinity|[\"\s,MLCHV](nan|inf)\b")

# Text that is seen, but for what is written in the language of files: code, commands, parameters.
SEEN = """(letters) => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, within = node.parentElement;
    if (within.closest("code, pre, .raw, script, style, .switch, title") || !node.data.trim()) continue;
    if (within.getClientRects().length && new RegExp(letters, "u").test(node.data)) found.push(node.data.trim());
  }
  return found;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the default run, and one with made-up statements where it draws up none."""
    folder = tmp_path_factory.mktemp("default") / "run"
    params = load_params("village", {"scenario.end": LAST})
    params = dataclasses.replace(params, scenario=dataclasses.replace(params.scenario, burn_in=BURN_IN))
    run_once(params, params.scenario.seed, folder, about={"command": "village-abm run"}, finish=write_report)
    if not json.loads((folder / "statements.json").read_text("utf-8")):
        add_accounts(folder)
        write_report(folder)
    return folder


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


@pytest.fixture
def page(folder, chromium):
    """The report opened in English, with all that it asks for and complains of."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", accept_downloads=True)
    tab = context.new_page()
    seen = SimpleNamespace(tab=tab, asked=[], wrong=[])
    tab.on("request", lambda request: seen.asked.append(request.url))
    tab.on("pageerror", lambda error: seen.wrong.append(str(error)))
    tab.on("console", lambda said: seen.wrong.append(said.text) if said.type == "error" else None)
    tab.goto((folder / "report.html").as_uri())
    yield seen
    context.close()


def unfold(tab):
    tab.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")


def speak(tab, language):
    tab.click(f".switch button[value={language}]")


def test_no_figure_is_broken_and_nothing_is_asked_of_the_network(page):
    tab = page.tab
    unfold(tab)
    pictures = tab.evaluate(
        "Promise.all([...document.images].map((one) => one.decode().then(() => one.naturalWidth, () => 0)))"
    )
    assert len(pictures) >= 9
    assert min(pictures) > 0
    drawings = tab.evaluate(
        "[...document.querySelectorAll('svg')].map((one) => [one.getBoundingClientRect().width,"
        " one.getBoundingClientRect().height, one.outerHTML])"
    )
    assert len(drawings) > 40
    for width, height, code in drawings:
        assert min(width, height) > 0, code[:200]
        assert not re.search(
            r"NaN|undefined|Infinity|[\"\s,MLCHV](nan|inf)\b", re.sub(r"data-chart=\"[^\"]*\"", "", code)
        )
    charts = tab.evaluate(
        "[...document.querySelectorAll('svg[data-chart] path.path')].map((one) => one.getAttribute('d'))"
    )
    assert all(re.match(r"M[\d.]+ [\d.]+", path) for path in charts)
    assert (page.wrong, [url for url in page.asked if not url.startswith(("file:", "data:"))]) == ([], [])


def test_every_unit_is_known_and_shown(folder, page):
    told = json.loads((folder / "statements.json").read_text("utf-8"))
    units = {item.unit for item in REGISTRY.values()}
    units |= {part["unit"] for one in told.values() for part in (*one["columns"], *one["lines"])} - {""}
    assert units - set(UNITS) == set()
    bare = [
        (name, line["name"], column["name"])
        for name, one in told.items()
        for line in one["lines"]
        for column, value in zip(one["columns"], line["values"], strict=True)
        if value is not None and not (column["unit"] or line["unit"])
    ]
    assert bare == []
    panels = page.tab.evaluate(
        "[...document.querySelectorAll('.panel .title small')].map((one) => one.innerText.trim())"
    )
    assert len(panels) > 30
    assert all(panels)


def test_every_label_is_there_in_both_languages(page):
    pairs = page.tab.evaluate(
        "[...document.querySelectorAll('span[lang=en]')].map((one) => [one.textContent.trim(),"
        " one.nextElementSibling?.lang === 'zh' ? one.nextElementSibling.textContent.trim() : null])"
    )
    assert len(pairs) > 400
    for english, chinese in pairs:
        assert chinese is not None, english
        assert bool(english) == bool(chinese), (english, chinese)
        if english == chinese:
            assert not set(re.findall(r"[A-Za-z]{2,}", english)) - PROPER, english


def test_each_language_is_all_that_is_seen(page):
    unfold(page.tab)
    assert page.tab.evaluate(SEEN, "\\p{Script=Han}") == []
    speak(page.tab, "zh")
    assert page.tab.evaluate("document.documentElement.lang") == "zh"
    left = page.tab.evaluate(SEEN, "[A-Za-z]{2,}")
    bare = [re.sub(r"[\w.-]+\.(csv|toml|json|tif|parquet)\b|--\w+", "", text) for text in left]
    assert [text for text in bare if set(re.findall("[A-Za-z]{2,}", text)) - PROPER] == []


def downloaded(tab, name):
    with tab.expect_download() as waiting:
        tab.click(f"button[data-csv='{name}']")
    got = waiting.value
    return got.suggested_filename, got.path().read_bytes()


def test_tables_come_down_as_csv_that_a_spreadsheet_reads(folder, page):
    name, data = downloaded(page.tab, "money-by-year")
    assert name == "money-by-year.csv"
    assert data.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(data)).set_index("name")
    indicators = pd.read_csv(folder / "indicators.csv", index_col=0)
    for year in indicators.index:
        assert frame.loc["income", str(year)] == pytest.approx(indicators.loc[year, "income"], rel=1e-9)
    assert frame.loc["income", "unit"] == "CNY/person/yr"
    speak(page.tab, "zh")
    _, data = downloaded(page.tab, "money-by-year")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert head[:4] == ["名称", "指标", "村", "单位"]
    assert {"人均纯收入（当年价）"} <= {row[1] for row in rows}


# A browser stops a page that hands down many files at once, so here they are caught before.
CATCH = """async () => {
  const caught = [];
  URL.createObjectURL = (blob) => { caught.push(blob.text()); return "#"; };
  HTMLAnchorElement.prototype.click = () => {};
  const found = {};
  for (const button of document.querySelectorAll("button[data-csv]")) {
    button.click();
    found[button.dataset.csv] = await caught.at(-1);
  }
  return found;
}"""


def test_every_button_gives_a_whole_table(folder, page):
    names = page.tab.evaluate("[...document.querySelectorAll('button[data-csv]')].map((one) => one.dataset.csv)")
    assert len(set(names)) == len(names)
    told = json.loads((folder / "statements.json").read_text("utf-8"))
    got = page.tab.evaluate(CATCH)
    assert {*told, "books", "parameters", "industries", "people-by-year"} <= set(got)
    for name, text in got.items():
        rows = list(csv.reader(io.StringIO(text)))
        assert len({len(row) for row in rows}) == 1, name
        assert len(rows) > 1, name
    written = pd.read_csv(folder / "parameters.csv", keep_default_na=False)
    assert pd.read_csv(io.StringIO(got["parameters"]), keep_default_na=False)["path"].tolist() == list(written["path"])


def test_paper_shows_all_that_was_folded_and_cuts_no_figure(page):
    tab = page.tab
    tab.evaluate("addEventListener('beforeprint', () => { window.printed = document.querySelectorAll("
                 "'details:not([open])').length; })")  # fmt: skip
    paper = tab.pdf(format="A4", print_background=True)
    assert tab.evaluate("window.printed") == 0
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 10
    tab.emulate_media(media="print")
    assert not tab.is_visible(".bar")
    assert not tab.is_visible("button.csv")
    broken = tab.evaluate(
        "[...document.querySelectorAll('.panel, .card, .quarter, .maps figure, svg.stack, .flow-frame, .book')]"
        ".filter((one) => getComputedStyle(one).breakInside !== 'avoid').map((one) => one.className)"
    )
    assert broken == []
    starts = tab.evaluate("[...document.querySelectorAll('section')].map((one) => getComputedStyle(one).breakBefore)")
    assert set(starts[1:]) == {"page"}
    exact = tab.evaluate("[...document.querySelectorAll('.frame, .band i, .trust i')].map("
                         "(one) => getComputedStyle(one).printColorAdjust)")  # fmt: skip
    assert set(exact) == {"exact"}
    colours = tab.locator("#land .maps img").first.screenshot()
    from PIL import Image

    assert len(Image.open(io.BytesIO(colours)).convert("RGB").getcolors(1 << 24)) > 100


def test_the_page_fits_a_phone(page):
    page.tab.set_viewport_size({"width": 390, "height": 844})
    unfold(page.tab)
    for language in ("en", "zh"):
        speak(page.tab, language)
        assert page.tab.evaluate("document.documentElement.scrollWidth") == 390
