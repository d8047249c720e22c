"""The live page in a browser, for tests, measurements and pictures: its server, a Chromium, a visitor's tab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from village_abm.view.opening import TOLD
from village_abm.view.serve import HOST, SETTINGS, free_port

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
SMALL = {"land.lines": 40, "land.columns": 40}
KNOWN = "Failed to evaluate Vue script and find module.exports"
"""A warning in the browser's console of a part of Solara's own, which writes `modules.export`."""
PATIENCE = 60_000  # milliseconds that a busy machine may take to found a village

needs_browser = pytest.mark.skipif(not (CHROMIUM or os.environ.get("CI")), reason="chromium is not installed")


@contextmanager
def server(
    log: Path, changes: dict[str, object] | None = None, folder: Path | None = None
) -> Iterator[SimpleNamespace]:
    """The server of the page as the command starts it, with what it says in a file; its address and process."""
    port = free_port(None)
    told = json.dumps(
        {"scenario": "village", "seed": 3, "set": SMALL if changes is None else changes, "folder": folder}, default=str
    )
    command = [sys.executable, "-m", "solara", "run", "village_abm.view.page", "--host", HOST, "--port", str(port),
               "--production", "--no-open", "--log-level", "warning"]  # fmt: skip
    with log.open("w") as says:
        process = subprocess.Popen(
            command,
            env={**os.environ, **SETTINGS, "SOLARA_KERNEL_CULL_TIMEOUT": "1s", TOLD: told},
            stdout=says,
            stderr=says,
        )
        found = SimpleNamespace(address=f"http://{HOST}:{port}", process=process, log=log, seed=3)
        try:
            for _ in range(300):
                try:
                    resources(found, "readyz")
                    break
                except OSError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.2)
            yield found
        finally:
            process.terminate()
            process.wait(20)


def resources(served: SimpleNamespace, page: str = "resourcez") -> Any:
    """What the server says of itself."""
    with urllib.request.urlopen(f"{served.address}/{page}", timeout=10) as answer:
        return json.loads(answer.read())


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium without a screen."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Tab:
    """A visitor's tab: what is on it, and what went wrong or was asked for elsewhere."""

    def __init__(self, chromium: Any, served: SimpleNamespace, search: str = "", width: int = 1280) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": 900})
        self.page, self.served = self.context.new_page(), served
        self.wrong: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._said)
        self.page.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._asked)
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(f"{served.address}/{search}")

    def _said(self, said: Any) -> None:
        if said.type in ("error", "warning") and not said.text.startswith(KNOWN):
            self.wrong.append(said.text)

    def _answered(self, answer: Any) -> None:
        if answer.status >= 400:
            self.wrong.append(f"{answer.status} {answer.url}")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.served.address, "data:", "blob:")):
            self.outside.append(request.url)

    def founded(self) -> Tab:
        """Wait until the village is there."""
        self.page.wait_for_function("document.querySelector('.km-idle canvas')?.dataset.shows")
        return self

    def shows(self, what: str) -> None:
        """Wait until the first map says that it shows this, such as a layer or a year."""
        self.page.wait_for_function(
            "(text) => document.querySelector('canvas')?.dataset.shows?.includes(text)", arg=what
        )

    def all_show(self, what: str) -> None:
        """Wait until every map says that it shows this."""
        maps = "[...document.querySelectorAll('.km-map canvas')]"
        self.page.wait_for_function(f"(text) => {maps}.every((one) => one.dataset.shows?.includes(text))", arg=what)

    def drawn(self) -> list[str]:
        """What every map shows, dot by dot."""
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('.km-map canvas')].map((one) => one.toDataURL())"
        )
        return found

    def play_to(self, year: int) -> None:
        """Play until a year is shown, pause, and go to it."""
        self.page.select_option("#speed", "30")
        self.page.click("#play")
        self.page.wait_for_function(f"Number(document.querySelector('#year-shown').textContent) >= {year}")
        self.page.click("#play")
        self.page.wait_for_function("document.querySelector('#play').textContent.includes('▶')")
        self.page.wait_for_timeout(500)  # the year begun when pause was clicked comes to its end
        self.go(year)

    def go(self, year: int) -> None:
        """Go to a year already seen."""
        self.page.fill("#year", str(year))
        self.all_show(f", {year}")

    @property
    def year(self) -> int:
        """The year shown."""
        return int(self.page.inner_text("#year-shown"))

    def at(self, line: int, column: int, lines: int = 40, canvas: int = 0) -> None:
        """Click a patch of a square map."""
        place = self.page.locator("canvas").nth(canvas)
        box = place.bounding_box()
        x, y = (column + 0.5) / lines * box["width"], (line + 0.5) / lines * box["height"]
        place.click(position={"x": x, "y": y})

    def counts(self, expected: list[float]) -> None:
        """Wait until the charts show these numbers for the year, to all the places the page is given."""
        numbers = "[...document.querySelectorAll('.km-now')].map((one) => Number(one.dataset.value))"
        close = f"(wanted) => {numbers}.every((one, k) => Math.abs(one - wanted[k]) < 2e-6)"
        try:
            self.page.wait_for_function(close, arg=expected, timeout=10_000)
        except Exception:
            assert self.page.evaluate(numbers) == expected
        assert len(self.page.evaluate(numbers)) == len(expected)

    def close(self) -> None:
        """Close the tab."""
        self.context.close()


def complaints(served: SimpleNamespace) -> list[str]:
    """Lines of the server's log that speak of an error or warn."""
    signs = ("Error", "ERROR", "Traceback", "WARNING", "Warning", "CRITICAL")
    return [line for line in served.log.read_text().splitlines() if any(sign in line for sign in signs)]


def check(tab: Tab) -> None:
    """Nothing went wrong in the browser or the server, and nothing was asked of another computer."""
    assert tab.wrong == []
    assert tab.outside == []
    assert complaints(tab.served) == []
