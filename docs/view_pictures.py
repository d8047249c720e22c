"""Take the pictures of docs/view.md from the running page: `uv run python docs/view_pictures.py`."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from view_page import SMALL, Tab, browser, server  # noqa: E402 (found by the line above)


def keep(tab: Tab, name: str, part: str = "") -> None:
    """Keep what the window shows, or a part of the page, as docs/pictures/view-NAME.png."""
    tab.page.wait_for_timeout(700)
    picture = Image.open(io.BytesIO(tab.page.locator(part).screenshot() if part else tab.page.screenshot())).convert(
        "RGB"
    )
    picture = picture.quantize(
        256, method=Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE
    )  # to stay small
    picture.save(DOCS / "pictures" / f"view-{name}.png", optimize=True)


def experiments(folder: Path) -> None:
    """A run and a comparison of two schemes in a small village, as anybody would have them under runs/."""
    small = [part for path, value in SMALL.items() for part in ("--set", f"{path}={value}")]
    for name, words in (
        ("village", ["run"]),
        ("two-rounds", ["compare", "grain_for_green_1", "grain_for_green_2", "--pairs", "8"]),
    ):
        command = [sys.executable, "-c", "from village_abm.cli import main; main()", *words, *small]
        subprocess.run([*command, "--out", str(folder / name)], check=True, stdout=subprocess.DEVNULL)


def explore(tab: Tab) -> None:
    """A village alone: its map, why a plot is used so, what changed, who lives there."""
    keep(tab, "begin")
    tab.page.click("#guided")
    tab.play_to(2010)
    keep(tab, "explore")
    tab.page.fill("#year", tab.page.get_attribute("#year", "max"))
    for column in range(58, 72):  # a plot that is used as it was last chosen
        tab.at(76, column, 120)
        tab.page.wait_for_selector(f".km-inspect h2:has-text('77 · {column + 1}:')")
        use = tab.page.inner_text(".km-inspect h2 >> nth=0").partition(": ")[2]
        if tab.page.locator(f".km-chosen b:text-is('{use}')").count():
            break
    tab.page.click(".km-inspect .km-link")
    tab.page.wait_for_selector(".km-money")
    hidden = tab.page.add_style_tag(content=".km-bar { position: static !important; }")
    keep(tab, "why", ".km-inspect")
    hidden.evaluate("one => one.remove()")
    tab.page.select_option("#layer", "cover")
    tab.page.select_option("#compared", "to_start")
    tab.shows("Vegetation cover")
    keep(tab, "change")
    tab.page.click("nav button:nth-child(2)")
    tab.page.wait_for_selector(".km-pyramid")
    keep(tab, "people")


def beside(tab: Tab) -> None:
    """A village beside the same one without schemes."""
    tab.page.click("#guided")
    tab.page.click("#pair")
    tab.page.wait_for_function("document.querySelectorAll('.km-map canvas').length === 2")
    tab.play_to(2012)
    keep(tab, "two")


def handed_on(tab: Tab) -> None:
    """A number moved in the settings, and an experiment opened."""
    tab.page.click("nav button:nth-child(3)")
    tab.page.fill("#find", "migration wage weight")
    field = tab.page.locator(".km-knob input[type=number] >> nth=0")
    tab.page.wait_for_function("document.querySelector('.km-knob code')?.textContent.includes('wage_weight')")
    field.fill("0.6")
    field.press("Tab")
    tab.page.wait_for_selector("#changed")
    tab.page.hover(".km-knob")
    keep(tab, "settings")
    tab.page.click("nav button:nth-child(4)")
    tab.page.click(".km-list button:has-text('two-rounds')")
    tab.page.wait_for_selector(".km-sheet")
    keep(tab, "experiments")


def main() -> None:
    """Open the page, do what the tour tells, and keep a picture of each stop."""
    with tempfile.TemporaryDirectory() as place:
        runs = Path(place) / "runs"
        experiments(runs)
        with server(Path(place) / "log", {}, runs) as served, browser() as chromium:
            for stop in (explore, beside, handed_on):
                tab = Tab(chromium, served)
                tab.page.click("nav button:nth-child(1)")
                stop(tab.founded())
                tab.close()
            phone = Tab(chromium, served, "?lang=zh", 390)
            phone.page.click("nav button:nth-child(1)")
            phone.founded().page.click(".km-switch >> nth=1 >> button >> nth=1")
            keep(phone, "phone")


if __name__ == "__main__":
    main()
