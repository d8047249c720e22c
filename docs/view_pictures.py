"""Take the pictures of docs/view.md from the running page: `uv run python docs/view_pictures.py`."""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from view_page import Tab, browser, server  # noqa: E402 (found by the line above)


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


def play_to(tab: Tab, year: int) -> None:
    """Play until a year is shown."""
    tab.page.select_option("#speed", "30")
    tab.page.click("#play")
    tab.page.wait_for_function(f"Number(document.querySelector('#year-shown').textContent) >= {year}")
    tab.page.click("#play")
    tab.page.wait_for_function("document.querySelector('#play').textContent.includes('▶')")
    tab.page.wait_for_timeout(1000)  # the year begun when pause was clicked may still come
    tab.page.fill("#year", str(year))
    tab.shows(f", {year}")


def main() -> None:
    """Open the page, do what the tour tells, and keep a picture of each stop."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder) / "log", {}) as served, browser() as chromium:
        tab = Tab(chromium, served).founded()
        play_to(tab, 2010)
        keep(tab, "explore")
        tab.at(15, 104, 120)
        tab.page.click(".km-inspect .km-link")
        tab.page.wait_for_selector(".km-money")
        tab.page.fill("#year", tab.page.get_attribute("#year", "max"))
        tab.page.wait_for_selector(".km-option")
        tab.page.add_style_tag(content=".km-bar { position: static !important; }")
        keep(tab, "why", ".km-inspect")
        tab.page.select_option("#layer", "cover")
        tab.page.select_option("#compared", "to_start")
        tab.shows("Vegetation cover")
        keep(tab, "change")
        tab.page.click("nav button:nth-child(2)")
        tab.page.wait_for_selector(".km-pyramid")
        keep(tab, "people")
        tab.close()
        phone = Tab(chromium, served, "?lang=zh", 390).founded()
        phone.page.click(".km-switch >> nth=1 >> button >> nth=1")
        keep(phone, "phone")


if __name__ == "__main__":
    main()
