"""What one visitor has chosen and sees; every tab has its own, founded in the page and gone with it."""

from __future__ import annotations

import threading
import time
from typing import Any

import solara

from village_abm.params import ParameterError
from village_abm.units import UnitError
from village_abm.view.session import Session

CHARTS = ("kd_area", "cover", "income_real")
SPEEDS = (1, 2, 5, 10, 30)
PATIENCE = 5.0  # seconds a page may take to show a year before the next one passes anyway


class Visitor:
    """Choices and state of one page, each of which the page is drawn anew by."""

    def __init__(self, scenario: str | None, seed: int | None, changes: dict[str, object], language: str) -> None:
        self.scenario = solara.reactive(scenario or "village")
        self.seed = solara.reactive(seed)
        self.changes: solara.Reactive[dict[str, object]] = solara.reactive(changes)
        self.beside = solara.reactive(False)
        self.schemes_left: solara.Reactive[tuple[str, ...] | None] = solara.reactive(None)
        self.schemes_right: solara.Reactive[tuple[str, ...]] = solara.reactive(())
        self.language = solara.reactive(language)
        self.dark = solara.reactive(False)
        self.tab = solara.reactive("explore")
        self.session: solara.Reactive[Session | None] = solara.reactive(None)
        self.problem = solara.reactive("")
        self.founding = solara.reactive(False)
        self.foundings = solara.reactive(0)
        self.year = solara.reactive(0)
        self.tick = solara.reactive(0)
        self.playing = solara.reactive(False)
        self.speed = solara.reactive(10)
        self.layer = solara.reactive("use")
        self.compared = solara.reactive("as_is")
        self.charts: solara.Reactive[list[str]] = solara.reactive(list(CHARTS))
        self.picked: solara.Reactive[tuple[int, int, int] | None] = solara.reactive(None)
        self.house: solara.Reactive[tuple[int, int] | None] = solara.reactive(None)
        self.way = solara.reactive("role")
        self.shown = threading.Event()
        self.shown.set()

    def again(self) -> None:
        """Have the village founded anew."""
        self.playing.value = False
        self.foundings.value += 1

    def found(self) -> None:
        """Found the village anew from what is chosen; what is wrong with it is said, and the old village stays."""
        self.founding.value = True
        try:
            self._found()
        finally:
            self.founding.value = False

    def _found(self) -> None:
        left, right = dict(self.changes.value), None
        if self.schemes_left.value is not None:
            left["scenario.schemes"] = list(self.schemes_left.value)
        if self.beside.value:
            right = {**self.changes.value, "scenario.schemes": list(self.schemes_right.value)}
        try:
            session = Session(self.scenario.value, self.seed.value, left, right)
        except (ParameterError, UnitError, RuntimeError) as error:
            self.problem.value = " ".join(str(error).split())
            return
        old = self.session.value
        self.problem.value = ""
        self.picked.value = self.house.value = None
        if self.compared.value == "to_other" and right is None:
            self.compared.value = "as_is"
        self.year.value = session.year
        self.session.value = session
        self.tick.value += 1
        if old is not None:
            old.close()

    def on(self) -> None:
        """Show the next year, letting it pass first where nobody has seen it."""
        session = self.session.value
        if session is None:
            return
        if self.year.value < session.year:
            self.year.value += 1
        elif not session.over:
            session.step()
            self.year.value = session.year
        else:
            self.playing.value = False
        self.tick.value += 1

    def back(self) -> None:
        """Show the year before."""
        session = self.session.value
        self.playing.value = False
        if session is not None and self.year.value > session.years[0]:
            self.year.value -= 1

    def go(self, year: int) -> None:
        """Show a year already seen."""
        session = self.session.value
        if session is not None and session.years[0] <= year <= session.year:
            self.playing.value = False
            self.year.value = year

    def look(self, side: int, line: int, column: int) -> None:
        """Look at a plot, and at the household that works it."""
        self.picked.value = (side, line, column)

    def visit(self, side: int, house: int) -> None:
        """Look at a household, by permanent id."""
        self.house.value = (side, house)

    def chart(self, name: str) -> None:
        """Show the path of an indicator, or no longer."""
        chosen = self.charts.value
        self.charts.value = [one for one in chosen if one != name] if name in chosen else [*chosen, name]

    def play(self) -> None:
        """Let years pass while playing, each only when the one before is on the screen."""
        while self.playing.value:
            begun = time.monotonic()
            self.shown.clear()
            self.on()
            self.shown.wait(PATIENCE)
            rest = 1 / self.speed.value - (time.monotonic() - begun)
            if rest > 0:
                time.sleep(rest)

    def leave(self) -> None:
        """Let go of everything when the tab is closed."""
        self.playing.value = False
        session: Any = self.session.value
        if session is not None:
            session.close()
