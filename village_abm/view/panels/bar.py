"""The head of the page: its name, its tabs, language and shade."""

from __future__ import annotations

import solara
import solara.lab

from village_abm.view.panels.parts import BarPart
from village_abm.view.visitor import Visitor
from village_abm.view.words import words_in

TABS = ("explore", "people", "settings", "results")


@solara.component
def Bar(visitor: Visitor) -> None:
    """Title, tabs, language, light or dark."""
    BarPart(
        w=words_in(visitor.language.value), tabs=list(TABS), tab=visitor.tab.value, lang=visitor.language.value,
        dark=visitor.dark.value, event_go=visitor.tab.set, event_speak=visitor.language.set,
        event_shade=visitor.dark.set,
    )  # fmt: skip
