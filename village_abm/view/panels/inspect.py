"""The plot and the household a visitor has picked."""

from __future__ import annotations

import solara

from village_abm.view import told
from village_abm.view.panels.parts import InspectPart
from village_abm.view.visitor import Visitor
from village_abm.view.words import words_in


@solara.component
def Inspect(visitor: Visitor) -> None:
    """What the plot picked is, was and why; who works it."""
    session, language, year = visitor.session.value, visitor.language.value, visitor.year.value
    assert session is not None
    picked, house = visitor.picked.value, visitor.house.value
    plot = told.plot(session, *picked, year, language) if picked and picked[0] < len(session.runs) else None
    lives = told.house(session, *house, year, language) if house and house[0] < len(session.runs) else None
    side = picked[0] if picked else 0
    InspectPart(w=words_in(language), plot=plot, house=lives, event_visit=lambda ident: visitor.visit(side, int(ident)))
