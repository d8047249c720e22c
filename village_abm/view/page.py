"""The page: one screen of maps, paths and reasons, drawn from frames and never from a village at work."""

from __future__ import annotations

from pathlib import Path

import reacton.ipyvuetify as rv
import solara
import solara.lab
from reacton.core import get_render_context

from village_abm.view import opening
from village_abm.view.panels.bar import Bar
from village_abm.view.panels.inspect import Inspect
from village_abm.view.panels.maps import Maps
from village_abm.view.panels.parts import OnwardPart, StepsPart
from village_abm.view.panels.paths import Paths
from village_abm.view.panels.people import People
from village_abm.view.panels.results import Results
from village_abm.view.panels.setup import Setup
from village_abm.view.visitor import Visitor
from village_abm.view.words import word, words_in

LOOK = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")


@solara.component
def Layout(children: list[solara.Element] = []) -> solara.Element:
    """Nothing around the page."""
    return solara.Div(children=children)


@solara.component
def Page() -> None:
    """What a visitor sees; should a part of it fail to draw, that is said in words and the visitor may go on."""
    broken, again = solara.use_exception()
    if broken is None:
        Village()
        return
    solara.Style(LOOK)
    with solara.Div(classes=["km", "km-light"]), rv.Html(tag="main", class_="km-main"):
        said = " ".join(str(broken).split()) or type(broken).__name__
        rv.Html(tag="p", children=[f"{word('stopped', 'en')} {said}"], attributes={"role": "alert"})
        OnwardPart(label=f"{word('onward', 'en')} / {word('onward', 'zh')}", event_onward=lambda _: again())


@solara.component
def Village() -> None:
    """The village of this visitor: founded when the page opens and let go when its tab closes."""
    search = solara.use_router().search
    visitor = solara.use_memo(lambda: opening.visitor(search), [])
    visitor.screen = get_render_context()
    solara.use_effect(lambda: visitor.leave, [])
    solara.lab.use_task(visitor.found, dependencies=[visitor.foundings.value])
    solara.lab.use_task(visitor.play, dependencies=[visitor.playing.value])
    solara.use_effect(visitor.shown.set, [visitor.tick.value])
    language, founding = visitor.language.value, visitor.founding.value
    solara.Title(word("title", language))
    solara.Style(LOOK)
    shade = "km-dark" if visitor.dark.value else "km-light"
    with solara.Div(classes=["km", shade, "km-busy" if founding else "km-idle"]):
        Bar(visitor)
        if visitor.problem.value:
            rv.Html(tag="p", children=[visitor.problem.value], class_="km-problem", attributes={"role": "alert"})
        with rv.Html(tag="main", class_="km-main"):
            if visitor.tab.value == "settings":
                Setup(visitor)
            elif visitor.tab.value == "results":
                Results(visitor)
            elif visitor.session.value is not None:
                Tab(visitor)
            elif founding:
                rv.Html(tag="p", children=[word("founding", language)], class_="km-wait", attributes={"role": "status"})
            else:
                OnwardPart(label=word("reset", language), event_onward=lambda _: visitor.again())


@solara.component
def First(visitor: Visitor) -> None:
    """What to do first, until a visitor has read it."""
    session, language = visitor.session.value, visitor.language.value
    assert session is not None
    households = int(session.frame(session.years[0]).indicators["households"])
    patch = session.runs[0].params.land.patch_size
    StepsPart(
        w=words_in(language), about=word("about_village", language).format(f"{households:,}", f"{patch:g}"),
        event_close=lambda _: visitor.guided.set(False),
    )  # fmt: skip


@solara.component
def Tab(visitor: Visitor) -> None:
    """What the tab chosen shows."""
    if visitor.tab.value == "people":
        People(visitor)
        return
    session = visitor.session.value
    assert session is not None
    with solara.Div(classes=["km-two", "km-one" if len(session.runs) == 1 else "km-pair"]):
        with solara.Div(classes=["km-left"]):
            Maps(visitor)
        with solara.Div(classes=["km-right"]):
            if visitor.guided.value:
                First(visitor)
            Paths(visitor)
            Inspect(visitor)
