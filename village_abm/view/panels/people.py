"""Who lives there: the network of ties, people by age, and the household picked."""

from __future__ import annotations

from functools import partial

import solara

from village_abm.view import folk
from village_abm.view.panels.inspect import Inspect
from village_abm.view.panels.maps import Controls, side_title
from village_abm.view.panels.parts import PyramidPart, TiesPart
from village_abm.view.shown import escaped
from village_abm.view.visitor import Visitor
from village_abm.view.words import word, words_in


@solara.component
def People(visitor: Visitor) -> None:
    """Ties and ages of every village shown, and the household picked."""
    session, language, year = visitor.session.value, visitor.language.value, visitor.year.value
    assert session is not None
    Controls(visitor, maps=False)
    if year != session.year:
        solara.HTML(tag="p", unsafe_innerHTML=word("ties_now", language), classes=["km-hint"])
    with solara.Div(classes=["km-two"]):
        with solara.Div(classes=["km-left"]):
            for side in range(len(session.runs)):
                if len(session.runs) > 1:
                    title = escaped(side_title(session, side, language))
                    solara.HTML(tag="p", unsafe_innerHTML=title, classes=["km-side"])
                chosen = visitor.house.value
                TiesPart(
                    **folk.network(session, side, year, visitor.way.value, language), w=words_in(language),
                    dark=visitor.dark.value, chosen=str(chosen[1]) if chosen and chosen[0] == side else "",
                    event_visit=partial(_visit, visitor, side), event_paint=visitor.way.set,
                )  # fmt: skip
        with solara.Div(classes=["km-right"]):
            for side in range(len(session.runs)):
                if len(session.runs) > 1:
                    where = word(("left", "right")[side], language)
                    solara.HTML(tag="p", unsafe_innerHTML=escaped(where), classes=["km-side"])
                PyramidPart(**folk.pyramid(session.frame(year, side), language), w=words_in(language))
            Inspect(visitor, "click_house")


def _visit(visitor: Visitor, side: int, ident: str) -> None:
    visitor.visit(side, int(ident))
