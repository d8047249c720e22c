"""What one visitor has chosen and sees; every tab has its own, founded in the page and gone with it."""

from __future__ import annotations

import functools
import logging
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import solara

from village_abm.params import ParameterError
from village_abm.units import UnitError
from village_abm.view.chosen import Chosen, handed_in
from village_abm.view.session import Session
from village_abm.view.words import word

CHARTS = ("kd_area", "cover", "income_real")
SPEEDS = (1, 2, 5, 10, 30)
PATIENCE = 5.0  # seconds a page may take to show a year before the next one passes anyway
LOG = logging.getLogger(__name__)


def in_words(act: Callable[..., None]) -> Callable[..., None]:
    """An act of a visitor that ends as words on the page when it fails, and the page goes on."""

    @functools.wraps(act)
    def guarded(self: Visitor, *given: Any) -> None:
        try:
            act(self, *given)
        except Exception as error:
            self.fail(error)

    return guarded


class Visitor:
    """Choices and state of one page, each of which the page is drawn anew by."""

    def __init__(self, chosen: Chosen, language: str, warned: str = "", folder: str = "runs") -> None:
        self.scenario = solara.reactive(chosen.scenario)
        self.seed = solara.reactive(chosen.seed)
        self.changes: solara.Reactive[dict[str, object]] = solara.reactive(dict(chosen.changes))
        self.beside = solara.reactive(chosen.right is not None)
        self.schemes_left: solara.Reactive[tuple[str, ...] | None] = solara.reactive(chosen.left)
        self.schemes_right: solara.Reactive[tuple[str, ...]] = solara.reactive(chosen.right or ())
        self.own: solara.Reactive[list[str]] = solara.reactive([chosen.scenario])
        """Scenarios to choose from beside the shipped ones: files that were opened."""
        self.query, self.section = solara.reactive(""), solara.reactive("")
        self.folder, self.opened = folder, solara.reactive("")
        self.warned = warned
        """What of the link made no sense, to be said once its village is there."""
        self.desk = tempfile.TemporaryDirectory(prefix="karst-desk-")
        self.language = solara.reactive(language)
        self.dark = solara.reactive(False)
        self.tab = solara.reactive("explore")
        self.session: solara.Reactive[Session | None] = solara.reactive(None)
        self.problem = solara.reactive("")
        self.founding = solara.reactive(True)
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
        self.guided = solara.reactive(True)
        """Whether what to do first is still said."""
        self.shown = threading.Event()
        self.shown.set()
        self.screen: AbstractContextManager[Any] = nullcontext()
        """Holds the screen back while several choices change at once; the page puts its own in."""
        self.gone = self.awaited = False
        self._founder, self._player = threading.Lock(), threading.Lock()

    def fail(self, error: Exception) -> None:
        """Stop, and say on the page what went wrong; what is no fault of the numbers given goes to the log too."""
        if self.gone:
            return
        said = " ".join(str(error).split()).removeprefix("override: ")
        if not isinstance(error, ParameterError | UnitError):
            LOG.error("the page stopped", exc_info=error)
            said = f"{word('stopped', self.language.value)} {said or type(error).__name__}"
        with self.screen:
            self.playing.value = False
            self.problem.value = said

    def again(self) -> None:
        """Have the village founded anew."""
        with self.screen:
            self.playing.value = False
            self.founding.value = True
            self.foundings.value += 1

    def pair(self) -> None:
        """Put the same village without schemes beside this one, or take the second village away."""
        session = self.session.value
        with self.screen:
            self.beside.value = session is None or len(session.runs) == 1
            self.schemes_right.value = ()
            self.again()

    def begin(self) -> None:
        """Have the village founded from what is set, and show it once it stands."""
        self.awaited = True
        self.again()

    @in_words
    def found(self) -> None:
        """Found the village anew from what is chosen; what is wrong with it is said, and the old village stays."""
        asked = self.foundings.value
        with self._founder:
            if self.gone or asked != self.foundings.value:
                return
            try:
                self._show(self._founded())
            finally:
                if asked == self.foundings.value:
                    self.founding.value = self.awaited = False

    @property
    def chosen(self) -> Chosen:
        """What the next village is founded from."""
        right = self.schemes_right.value if self.beside.value else None
        return Chosen(self.scenario.value, self.seed.value, self.changes.value, self.schemes_left.value, right)

    @in_words
    def take_in(self, name: str, text: str) -> None:
        """Take up a scenario file and found its village; a bad one is said, and nothing chosen before is lost."""
        chosen = handed_in(name, text, Path(self.desk.name))
        with self.screen:
            self.scenario.value, self.seed.value, self.changes.value = chosen.scenario, chosen.seed, {**chosen.changes}
            self.schemes_left.value = chosen.left
            self.own.value = list(dict.fromkeys([*self.own.value, chosen.scenario]))
            self.again()

    def _founded(self) -> Session:
        chosen = self.chosen
        return Session(chosen.scenario, chosen.seed, chosen.overrides(), chosen.others())

    def _show(self, session: Session) -> None:
        """Put a new village on the screen, and let go of the old one when nothing draws it any more."""
        if self.gone:
            session.close()
            return
        old = self.session.value
        self.shown.clear()
        with self.screen:
            self.problem.value, self.warned = self.warned, ""
            self.picked.value = self.house.value = None
            if self.compared.value == "to_other" and len(session.runs) == 1:
                self.compared.value = "as_is"
            self.year.value = session.year
            self.session.value = session
            if self.awaited:
                self.tab.value = "explore"
            self.tick.value += 1
        if old is not None:
            self.shown.wait(PATIENCE)
            old.close()

    @in_words
    def on(self) -> None:
        """Show the next year, letting it pass first where nobody has seen it."""
        session = self.session.value
        if session is None:
            return
        begun = self.year.value
        if begun == session.year and not session.over:
            session.step()
        with self.screen:
            # A visitor who went to another year or began again while this one passed is not called away from there.
            if self.session.value is session and self.year.value == begun:
                self.year.value = min(begun + 1, session.year)
                if session.over and self.year.value == session.year:
                    self.playing.value = False
            self.tick.value += 1

    def step(self) -> None:
        """Show the next year, and play no further."""
        self.playing.value = False
        self.on()

    def toggle(self) -> None:
        """Play or pause; at the end of the scenario, play again from the first year seen."""
        session = self.session.value
        with self.screen:
            if session is not None and not self.playing.value and session.over and self.year.value == session.year:
                self.year.value = session.years[0]
            self.playing.value = not self.playing.value

    def back(self) -> None:
        """Show the year before."""
        self.go(self.year.value - 1)

    def go(self, year: int) -> None:
        """Show a year already seen."""
        session = self.session.value
        if session is not None and session.years[0] <= year <= session.year:
            with self.screen:
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

    @in_words
    def play(self) -> None:
        """Let years pass while playing, each only when the one before is on the screen."""
        with self._player:
            while not self.gone and self.playing.value:
                begun = time.monotonic()
                self.shown.clear()
                self.on()
                self.shown.wait(PATIENCE)
                rest = 1 / self.speed.value - (time.monotonic() - begun)
                if rest > 0:
                    time.sleep(rest)

    def leave(self) -> None:
        """Let go of everything when the tab is closed."""
        self.gone = True
        self.shown.set()
        self.screen = nullcontext()
        session = self.session.peek()
        if session is not None:
            session.close()
        self.desk.cleanup()
