"""The plot and the household a visitor has picked."""

from __future__ import annotations

import solara

from village_abm.view import told
from village_abm.view.panels.parts import InspectPart
from village_abm.view.visitor import Visitor
from village_abm.view.words import word, words_in


@solara.component
def Inspect(visitor: Visitor, hint: str = "click") -> None:
    """What the plot picked is, was and why; who works it."""
    session, language, year = visitor.session.value, visitor.language.value, visitor.year.value
    assert session is not None
    plot = lives = None
    side = 0
    if (picked := visitor.picked.value) and picked[0] < len(session.runs):
        side, line, column = picked
        plot = told.plot(session, side, line, column, year, language)
    if (house := visitor.house.value) and house[0] < len(session.runs):
        lives = told.house(session, house[0], house[1], year, language)
    InspectPart(
        w=words_in(language), plot=plot, house=lives, hint="" if lives else word(hint, language),
        event_visit=lambda ident: visitor.visit(side, int(ident)),
    )  # fmt: skip
