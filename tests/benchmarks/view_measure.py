"""Measure the live page: years a second, click to picture, pause, memory over a thousand steps, twenty visitors.

Run from the project's folder: `uv run python tests/benchmarks/view_measure.py`; about five minutes.
"""

from __future__ import annotations

import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from view_page import Tab, browser, resources, server

STEPS, RESETS, CLICKS, VISITORS = 1000, 9, 30, 20
LAST = {"scenario.end": 2100}


def megabytes(processes: list[psutil.Process]) -> float:
    """Resident memory, each page shared between processes counted once per process."""
    return sum(one.memory_info().rss for one in processes if one.is_running()) / 1e6


def renderers() -> list[psutil.Process]:
    """The browser's processes, which this script is the ancestor of."""
    children = psutil.Process().children(recursive=True)
    return [one for one in children if any("chrom" in part for part in one.cmdline()[:1])]


def until_year(tab: Tab, year: int) -> None:
    tab.page.wait_for_function(f"Number(document.querySelector('#year-shown')?.textContent) >= {year}", timeout=120_000)


def play(tab: Tab, years: int) -> float:
    """Play some years at the top speed; seconds."""
    begun, first = time.perf_counter(), tab.year
    tab.page.click("#play")
    until_year(tab, first + years)
    took = time.perf_counter() - begun
    tab.page.click("#play")
    tab.page.wait_for_function("document.querySelector('#play').textContent.includes('▶')")
    return took


def clicks(tab: Tab) -> list[float]:
    """Milliseconds from the click on the button to the picture of the next year, seen from inside the page."""
    script = """() => new Promise((done) => {
        const canvas = document.querySelector('canvas'), before = canvas.dataset.shows, begun = performance.now();
        const look = () => canvas.dataset.shows !== before
            ? done(performance.now() - begun) : requestAnimationFrame(look);
        document.querySelector('#step').click(); requestAnimationFrame(look); })"""
    found = []
    for _ in range(CLICKS):
        found.append(tab.page.evaluate(script))
        tab.page.wait_for_timeout(120)
    return found


def pauses(tab: Tab) -> list[float]:
    """Milliseconds from the click on pause to the last change of the year shown, five times."""
    script = """() => new Promise((done) => {
        const year = document.querySelector('#year-shown'), begun = performance.now();
        let last = 0, seen = year.textContent;
        const look = () => {
            if (year.textContent !== seen) { seen = year.textContent; last = performance.now() - begun; }
            performance.now() - begun < 1500 ? requestAnimationFrame(look) : done(last); };
        document.querySelector('#play').click(); requestAnimationFrame(look); })"""
    found = []
    for _ in range(5):
        tab.page.click("#play")
        tab.page.wait_for_timeout(700)
        found.append(tab.page.evaluate(script))
    return found


def main() -> None:
    """Measure and print."""
    print(f"load of the machine when begun: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores", flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        server(Path(folder) / "log", LAST) as served,
        browser() as chromium,
    ):
        process = [psutil.Process(served.process.pid)]
        begun = time.perf_counter()
        tab = Tab(chromium, served).founded()
        print(f"first picture after {time.perf_counter() - begun:.1f} s", flush=True)
        tab.page.select_option("#speed", "30")
        took = play(tab, 30)
        print(f"playing, one map and three charts: {30 / took:.1f} years a second", flush=True)
        times = clicks(tab)
        print(f"click to picture: median {statistics.median(times):.0f} ms, longest {max(times):.0f} ms", flush=True)
        tab.page.click("#reset")
        tab.shows(", 1990")
        tab.founded()
        print(f"pause: longest {max(pauses(tab)):.0f} ms to the last change", flush=True)
        for number in range(RESETS + 1):
            tab.page.click("#reset")
            tab.shows(", 1990")
            tab.founded()
            play(tab, STEPS // (RESETS + 1))
            print(f"  after {(number + 1) * STEPS // (RESETS + 1)} steps: server {megabytes(process):.0f} MB, "
                  f"browser {megabytes(renderers()):.0f} MB", flush=True)  # fmt: skip
        tab.close()
        before = megabytes(process)
        for number in range(VISITORS):
            guest = Tab(chromium, served).founded()
            guest.page.click("#step")
            guest.shows(", 1991")
            guest.close()
            if number % 5 == 4:
                print(f"  after {number + 1} visitors: server {megabytes(process):.0f} MB", flush=True)
        end = time.monotonic() + 30
        while resources(served)["kernels"]["total"] and time.monotonic() < end:
            time.sleep(0.5)
        gc.collect()
        left = resources(served)["kernels"]["total"]
        print(f"{VISITORS} visitors came and went: {left} left, server {before:.0f} to {megabytes(process):.0f} MB")
        print(served.log.read_text().count("Traceback"), "tracebacks in the server's log")


if __name__ == "__main__":
    main()
