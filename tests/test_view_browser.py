"""The live page in a real browser: what visitors do, what they see, and that nothing leaves this computer."""

from __future__ import annotations

import os
import time
from types import SimpleNamespace

import numpy as np
import pytest
from view_page import SMALL, Tab, browser, check, complaints, needs_browser, resources, server

from village_abm import VillageModel, load_params
from village_abm.view.visitor import CHARTS

pytestmark = needs_browser


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with server(tmp_path_factory.mktemp("page") / "server.log") as found:
        yield found


@pytest.fixture
def chromium():
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def model():
    """The model of the page, run on its own."""
    return VillageModel(load_params("village", SMALL), rng=3, keep_maps=False).run()


def expected(model: VillageModel, year: int) -> list[float]:
    row = model.indicators.loc[year]
    units = model.indicators.attrs["units"]
    return [row[name] * (100 if units[name] == "1" else 1) for name in CHARTS]


def settled(model: VillageModel) -> tuple[int, int]:
    """A plot that somebody works in every year: line and column."""
    worked = np.flatnonzero((model.village.workers >= 0) & (model.patches.use_age > 12))
    return int(model.patches.line[worked[0]]), int(model.patches.column[worked[0]])


def test_a_visitor_plays_pauses_looks_back_asks_why_and_changes_language(served, chromium, model, tmp_path):
    tab = Tab(chromium, served).founded()
    page = tab.page
    assert tab.year == 1990
    tab.counts(expected(model, 1990))
    page.click("#step")
    tab.shows(", 1991")
    tab.counts(expected(model, 1991))
    page.select_option("#speed", "30")
    page.click("#play")
    page.wait_for_function("Number(document.querySelector('#year-shown').textContent) > 1995")
    page.click("#play")
    page.wait_for_function("document.querySelector('#play').textContent.includes('▶')")
    time.sleep(0.5)  # the year that was under way comes to its end
    paused = tab.year
    time.sleep(0.7)
    assert tab.year == paused
    tab.counts(expected(model, paused))
    page.click("#back")
    tab.shows(f", {paused - 1}")
    tab.counts(expected(model, paused - 1))
    page.click("#step")
    tab.shows(f", {paused}")
    tab.at(*settled(model))
    page.click(".km-inspect .km-link")
    assert "Why it is used as it is" in page.inner_text(".km-inspect")
    page.wait_for_selector(".km-inspect h2:has-text('Household #')")
    page.select_option("#layer", "cover")
    tab.shows("Vegetation cover")
    page.select_option("#compared", "to_start")
    page.wait_for_selector(".km-legend >> text=≤ −50")
    page.click("button[lang=zh]")
    page.wait_for_selector("h1:has-text('喀斯特村庄模拟')")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.screenshot(path=tmp_path / "chinese.png", full_page=True)
    page.click("#reset")
    tab.shows(", 1990")
    check(tab)


@pytest.mark.slow
def test_the_scenario_plays_to_its_end_and_then_again_from_its_start(served, chromium, model):
    tab = Tab(chromium, served).founded()
    tab.page.select_option("#speed", "30")
    tab.page.click("#play")
    tab.shows(", 2020")
    tab.page.wait_for_selector("text=the scenario ends here")
    tab.counts(expected(model, 2020))
    assert tab.page.is_disabled("#step")
    for year in (1990, 2003, 2019):
        tab.page.fill("#year", str(year))
        tab.shows(f", {year}")
        tab.counts(expected(model, year))
    tab.page.fill("#year", "2020")
    tab.shows(", 2020")
    tab.page.select_option("#speed", "2")
    tab.page.click("#play")
    tab.shows(", 1991")
    check(tab)


@pytest.mark.slow
def test_pulling_the_year_back_while_playing_stops_there(served, chromium):
    tab = Tab(chromium, served).founded()
    tab.page.select_option("#speed", "30")
    for back in (1990, 1992):
        tab.page.click("#play")
        tab.page.wait_for_function("Number(document.querySelector('#year-shown').textContent) > 1995")
        tab.page.fill("#year", str(back))
        tab.shows(f", {back}")
        tab.page.wait_for_timeout(700)
        assert tab.year == back
    check(tab)


@pytest.mark.slow
def test_starting_again_while_playing_gives_the_same_village_once_more(served, chromium, model):
    tab = Tab(chromium, served).founded()
    tab.page.select_option("#speed", "30")
    for _ in range(3):
        tab.page.click("#play")
        tab.page.wait_for_function("Number(document.querySelector('#year-shown').textContent) > 1993")
        tab.page.click("#reset")
        tab.shows(", 1990")
        tab.founded()
    tab.counts(expected(model, 1990))
    assert "▶" in tab.page.inner_text("#play")
    check(tab)


@pytest.mark.slow
def test_two_visitors_at_once_do_not_disturb_each_other(served, chromium, model):
    one, other = Tab(chromium, served), Tab(chromium, served, "?lang=zh")
    one.founded(), other.founded()
    one.page.click("#play")
    other.page.click("#step")
    other.shows(", 1991")
    one.page.wait_for_function("Number(document.querySelector('#year-shown').textContent) > 1994")
    assert other.year == 1991
    other.counts(expected(model, 1991))
    assert (one.page.inner_text("h1"), other.page.inner_text("h1")) == ("A karst village, simulated", "喀斯特村庄模拟")
    check(one), check(other)


def none_left(served: SimpleNamespace) -> bool:
    """Whether all villages of closed tabs are let go before long."""
    end = time.monotonic() + 20
    while resources(served)["kernels"]["total"] > 0 and time.monotonic() < end:
        time.sleep(0.5)
    return bool(resources(served)["kernels"]["total"] == 0)


@pytest.mark.slow
def test_closing_a_tab_frees_its_village(served, chromium):
    assert none_left(served)  # of tests before
    tabs = [Tab(chromium, served).founded() for _ in range(3)]
    assert resources(served)["kernels"]["total"] == 3
    tabs[0].page.click("#play")
    for tab in tabs:
        tab.close()
    assert none_left(served)
    assert complaints(served) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?set=land.lines=5", "land.lines"),
        ("?set=nature.x=1", "nature.x"),
        ("?scenario=atlantis", "atlantis"),
        ("?seed=seven", "seed"),
    ],
)
def test_a_bad_link_says_so_in_words_and_kills_nothing(served, chromium, search, said):
    tab = Tab(chromium, served, search)
    words = tab.page.inner_text(".km [role=alert]")
    assert said in words
    assert "Traceback" not in tab.page.inner_text("body")
    tab.page.goto(served.address)
    tab.founded()
    check(tab)


@pytest.mark.slow
def test_people_are_drawn_and_a_household_answers_to_a_click(served, chromium):
    tab = Tab(chromium, served).founded()
    tab.page.click("nav button:nth-child(2)")
    tab.page.wait_for_selector(".km-kinds")
    tab.page.locator(".km-left canvas").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.wait_for_selector(".km-inspect h2:has-text('Household #')")
    for way in ("income", "enrolled"):
        tab.page.select_option("#colour-by", way)
    tab.page.wait_for_selector("text=under contract")
    assert tab.page.locator(".km-band").count() == 18
    check(tab)


@pytest.mark.slow
def test_the_map_is_reached_and_walked_by_keyboard(served, chromium):
    tab = Tab(chromium, served).founded()
    tab.page.locator("canvas").focus()
    for key in ("ArrowRight", "Shift+ArrowDown", "+", "+", "0", "Enter"):
        tab.page.keyboard.press(key)
    tab.page.wait_for_selector(".km-inspect h2:has-text('Plot 31 · 22')")
    check(tab)


@pytest.mark.slow
def test_maps_are_read_by_pointing_and_enlarged_and_a_household_lights_up(served, chromium, model):
    tab = Tab(chromium, served).founded()
    page = tab.page
    for layer, said in (("cover", "%"), ("elevation", "m"), ("use", "")):
        page.select_option("#layer", layer)
        page.wait_for_function(f"document.querySelector('#layer').value === '{layer}'")
        page.locator("canvas").hover(position={"x": 30, "y": 30})
        page.mouse.move(0, 0)
        tab.shows({"cover": "Vegetation cover", "elevation": "Height", "use": "Land use"}[layer])
        page.locator("canvas").hover(position={"x": 40, "y": 40})
        assert page.inner_text(".km-tip").endswith(said)
    (whole,) = tab.drawn()
    page.mouse.wheel(0, -300)
    page.wait_for_function("(before) => document.querySelector('canvas').toDataURL() !== before", arg=whole)
    page.dblclick("canvas")
    tab.at(*settled(model))
    page.wait_for_selector(".km-link >> text=Held by")
    (plain,) = tab.drawn()
    page.click(".km-inspect .km-link")
    page.wait_for_function("(before) => document.querySelector('canvas').toDataURL() !== before", arg=plain)
    page.click(".km-choice summary")
    page.locator(".km-choice input:not(:checked)").first.click()
    page.wait_for_function("document.querySelectorAll('.km-path').length === 4")
    page.locator(".km-path svg >> nth=0").hover()
    assert page.locator(".km-path >> nth=0 >> .km-mark").count() == 3
    check(tab)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True])
def test_everybody_can_use_it(served, chromium, model, tmp_path, width, lang, dark):
    if not os.environ.get("CI"):
        pytest.importorskip("axe_playwright_python", reason="axe is not installed")
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()
    tab = Tab(chromium, served, f"?lang={lang}", width).founded()
    page = tab.page
    page.click(f".km-switch >> nth=1 >> button >> nth={int(dark)}")
    page.wait_for_selector(".km-dark" if dark else ".km-light")
    for number in (1, 2):
        page.click(f"nav button:nth-child({number})")
        page.wait_for_selector(".km-map" if number == 1 else ".km-pyramid")
        if number == 1:
            tab.at(*settled(model))
            page.click(".km-inspect .km-link")
            page.wait_for_selector(".km-money")
        wrong = [(one["id"], one["nodes"][0]["html"][:200]) for one in axe.run(page).response["violations"]]
        assert wrong == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.screenshot(path=tmp_path / f"tab-{number}.png", full_page=True)
    check(tab)
