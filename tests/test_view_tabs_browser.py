"""Settings and experiments in a real browser: a village set up, handed on and taken up again; results that grow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from compare_folder import write_folder
from test_view_results import run, sweep
from view_page import Tab, browser, check, needs_browser, server

from village_abm.load import load_params

pytestmark = [needs_browser, pytest.mark.slow]
REPORT = """<h1>The report</h1><p id=origin></p><script>
document.querySelector("#origin").textContent = window.origin;
try { parent.document.title = "taken"; } catch (refused) { document.querySelector("h1").textContent += ", kept apart"; }
</script>"""
WEIGHT = "people.migration.wage_weight"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    run(folder / "one")
    write_folder(folder / "compared")
    (folder / "compared" / "report.html").write_text(REPORT)
    sweep(folder / "swept")
    (folder / "nothing").mkdir()
    (folder / "fitted" / "results").mkdir(parents=True)
    (folder / "fitted" / "manifest.json").write_text('{"kind": "of a later version"}')
    (folder / "fitted" / "report.html").write_text(REPORT)
    cut = run(folder / "cut") / "indicators.parquet"
    cut.write_bytes(cut.read_bytes()[:99])
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory, runs):
    with server(tmp_path_factory.mktemp("page") / "server.log", folder=runs) as found:
        yield found


@pytest.fixture
def chromium():
    with browser() as found:
        yield found


def settings_of(tab: Tab) -> Tab:
    tab.page.click("nav button:nth-child(3)")
    tab.page.wait_for_selector("#find")
    return tab


def put(tab: Tab, path: str, value: str) -> None:
    """Find a number and write another value for it."""
    tab.page.fill("#find", path)
    tab.page.wait_for_function("document.querySelectorAll('.km-knob').length === 1")
    field = tab.page.locator(".km-knob input[type=number]")
    field.fill(value)
    field.press("Tab")
    tab.page.wait_for_selector(f"#changed :text('{path}')")


def test_a_village_is_set_up_handed_on_and_opened_again(served, chromium, tmp_path):
    tab = settings_of(Tab(chromium, served))
    put(tab, WEIGHT, "0.5")
    tab.page.locator(".km-knob input[type=range]").press("ArrowRight")
    tab.page.wait_for_selector("#changed b:text('0.52')")
    tab.page.check("#beside")
    tab.page.wait_for_selector("#right")
    tab.page.click("#begin")
    tab.founded()  # and shown
    settings_of(tab)
    with tab.page.expect_download() as got:
        tab.page.click("#download")
    file = tmp_path / "mine.toml"
    got.value.save_as(file)
    changes = {"land.lines": 40, "land.columns": 40, WEIGHT: 0.52}
    assert load_params(file).fingerprint == load_params("village", changes).fingerprint

    link = tab.page.input_value("#link")
    other = settings_of(Tab(chromium, served, link.removeprefix(served.address + "/")))
    assert "0.52" in other.page.inner_text("#changed")
    other.page.click("nav button:nth-child(1)")
    other.founded()
    assert other.page.locator(".km-map canvas").count() == 2
    check(other)

    third = settings_of(Tab(chromium, served))
    third.page.set_input_files("#upload", file)
    third.page.wait_for_selector("#changed b:text('0.52')")
    third.page.click(f"button[aria-label='Take back: {WEIGHT}'] >> nth=-1")
    third.page.wait_for_selector("#changed b:text('0.52')", state="detached")
    check(third)
    check(tab)


def test_bad_numbers_and_files_are_said_and_the_village_stays(served, chromium):
    tab = Tab(chromium, served)
    tab.page.click("nav button:nth-child(1)")
    tab.founded()
    settings_of(tab)
    put(tab, WEIGHT, "99")
    tab.page.click("#begin")
    tab.page.wait_for_selector(".km-problem:has-text('outside its range')")
    bad = {"name": "bad.toml", "mimeType": "text/plain", "buffer": b"base = village"}
    tab.page.set_input_files("#upload", files=[bad])
    tab.page.wait_for_selector(".km-problem:has-text('bad.toml: no valid TOML')")
    assert "99" in tab.page.inner_text("#changed")
    tab.page.click("nav button:nth-child(1)")
    tab.founded()
    settings_of(tab).page.click("#changed .km-link >> nth=-1")
    tab.page.click("#begin")
    tab.page.wait_for_selector(".km-problem", state="detached")
    check(tab)


def test_scenarios_and_schemes_are_chosen_and_numbers_say_where_they_are_from(served, chromium):
    tab = settings_of(Tab(chromium, served))
    page = tab.page
    page.fill("#find", WEIGHT)
    page.wait_for_function("document.querySelectorAll('.km-knob').length === 1")
    about = page.locator(".km-about")
    assert not about.is_visible()
    page.hover(".km-knob")
    assert about.inner_text().startswith("source ")
    assert "estimate" in about.inner_text()
    page.select_option("#scenario", "drought")
    page.click("#left summary")
    page.check("#left input[value=rangers]")
    page.wait_for_selector("#left summary:has-text('on offer')")
    page.click("#begin")
    page.wait_for_selector(".km-marks:has-text('rangers')")  # the village is shown, with the scheme's year
    check(tab)


def test_experiments_are_opened_and_seen_to_grow(served, chromium, runs):
    tab = Tab(chromium, served)
    page = tab.page
    page.wait_for_selector(".km-list button")
    for name, charts in (("one", 2), ("swept", 1), ("nothing", 0), ("cut", 0), ("fitted", 0), ("compared", 3)):
        page.click(f".km-list button:has-text('· {name} ·')")
        page.wait_for_selector(f".km-result code:text-is('{runs / name}')")
        assert page.locator(".km-path").count() == charts
        assert page.locator(".km-result [role=alert]").count() == (name == "cut")
        assert page.locator("#read").count() == (name in ("compared", "fitted"))
    assert page.locator(".km-mark").count() > 0
    assert page.locator(".km-path path[opacity]").count() > 0  # the bands of replicates
    page.click(".km-sheet summary:has-text('Environment')")
    assert "better" in page.inner_text(".km-sheet details:nth-of-type(4)")
    page.click("#read")
    with tab.context.expect_page() as opened:
        page.click("text=Open the report in a tab of its own")
    for where in (page, opened.value):  # its script runs, but cannot reach what shows it
        report = where.frame_locator("iframe")
        assert report.locator("h1").inner_text() == "The report, kept apart"
        assert report.locator("#origin").inner_text() == "null"
        assert where.title() != "taken"

    status = runs / "swept" / "status.json"
    told = json.loads(status.read_text())
    status.write_text(json.dumps(told | {"done": 4, "state": "finished"}))
    run(Path(runs) / "later")
    page.wait_for_selector(".km-list button:has-text('4 of 4 done')", timeout=8000)
    page.wait_for_selector(".km-list button:has-text('· later ·')", timeout=8000)
    check(tab)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True])
def test_everybody_can_use_both_tabs(served, chromium, width, lang, dark):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    tab = Tab(chromium, served, f"?lang={lang}&set={WEIGHT}=0.5&beside=", width)
    page = tab.page
    page.wait_for_selector(".km-idle")
    page.click(f".km-switch >> nth=1 >> button >> nth={int(dark)}")
    page.wait_for_selector(".km-dark" if dark else ".km-light")
    page.click(".km-list button:has-text('· compared ·')")
    page.wait_for_selector(".km-sheet")
    for number in (4, 3):
        page.click(f"nav button:nth-child({number})")
        page.wait_for_selector(".km-sheet" if number == 4 else "#find")
        wrong = [(one["id"], one["nodes"][0]["html"][:200]) for one in axe.run(page).response["violations"]]
        assert wrong == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
    check(tab)
