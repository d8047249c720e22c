"""The page: one screen of maps, paths and reasons, drawn from frames and never from a village at work."""

from __future__ import annotations

from pathlib import Path

import reacton.ipyvuetify as rv
import solara
import solara.lab

from village_abm.view import opening
from village_abm.view.panels.bar import Bar
from village_abm.view.panels.inspect import Inspect
from village_abm.view.panels.maps import Maps
from village_abm.view.panels.paths import Paths
from village_abm.view.panels.people import People
from village_abm.view.visitor import Visitor
from village_abm.view.words import word

LOOK = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@solara.component
def Layout(children: list[solara.Element] = []) -> solara.Element:
    """Nothing around the page."""
    return solara.Div(children=children)


@solara.component
def Page() -> None:
    """What a visitor sees; the village is founded when the page opens and let go when its tab closes."""
    search = solara.use_router().search
    visitor = solara.use_memo(lambda: opening.visitor(search), [])
    solara.use_effect(lambda: visitor.leave, [])
    solara.lab.use_task(visitor.found, dependencies=[visitor.foundings.value])
    solara.lab.use_task(visitor.play, dependencies=[visitor.playing.value])
    solara.use_effect(visitor.shown.set, [visitor.tick.value])
    language = visitor.language.value
    solara.Title(word("title", language))
    solara.Style(LOOK)
    with solara.Div(classes=["km", "km-dark" if visitor.dark.value else "km-light"]):
        Bar(visitor)
        if visitor.problem.value:
            rv.Html(tag="p", children=[visitor.problem.value], class_="km-problem", attributes={"role": "alert"})
        with rv.Html(tag="main", class_="km-main"):
            if visitor.session.value is None:
                rv.Html(tag="p", children=[word("founding", language)], class_="km-wait", attributes={"role": "status"})
            else:
                Tab(visitor)


@solara.component
def Tab(visitor: Visitor) -> None:
    """What the tab chosen shows."""
    if visitor.tab.value == "people":
        People(visitor)
        return
    with solara.Div(classes=["km-two"]):
        with solara.Div(classes=["km-left"]):
            Maps(visitor)
        with solara.Div(classes=["km-right"]):
            Paths(visitor)
            Inspect(visitor)
