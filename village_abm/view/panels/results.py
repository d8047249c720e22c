"""Experiments: the folders that commands left behind, live while they grow, and one of them opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara

from village_abm.view import result, results
from village_abm.view.panels.parts import ChoicePart, MarksPart, PathPart, ResultPart, ResultsPart, SheetPart
from village_abm.view.results import BAD, REPORT, Found, listing
from village_abm.view.visitor import CHARTS, Visitor
from village_abm.view.words import word, words_in


@solara.component
def Results(visitor: Visitor) -> None:
    """The list on the left, what is opened on the right."""
    folder, language = Path(visitor.folder), visitor.language.value
    first = solara.use_memo(lambda: listing(folder), [])
    found, set_found = solara.use_state(first)
    chosen = next((one for one in found if one.name == visitor.opened.value), found[0] if len(found) == 1 else None)
    with solara.Div(classes=["km-results"]):
        ResultsPart(
            w=words_in(language), folder=str(folder), found=[results.line(one, language) for one in found],
            opened=chosen.name if chosen else "", event_visit=visitor.opened.set,
            event_poll=lambda _: set_found(listing(folder)),
        )  # fmt: skip
        with solara.Div():
            if chosen is None and found:
                rv.Html(tag="p", children=[word("choose_result", language)], class_="km-hint")
            elif chosen is not None:
                Opened(visitor, chosen).key(chosen.name)


@solara.component
def Opened(visitor: Visitor, one: Found) -> None:
    """One experiment; where it cannot be read, why."""
    language = visitor.language.value
    reading, set_reading = solara.use_state(False)
    charts, set_charts = solara.use_state(list(CHARTS))
    names: list[str] = []
    paths: list[tuple[str, dict[str, Any]]] = []
    marks: list[dict[str, Any]] = []
    try:
        shown = result.opened(one, language)
        names = result.indicators(one)
        paths = [(name, result.path(one, name, language)) for name in charts if name in names]
        marks = result.policy_years(one, language)
    except BAD as error:
        shown, names = result.unread(one, error, language), []
    try:
        report = (one.path / REPORT).read_text(encoding="utf-8") if reading and shown["has_report"] else ""
    except BAD:  # gone or cut off since it was found
        report, shown["has_report"] = "", False
    sheet, whole = shown.pop("sheet"), one.kind != "sweep" and one.state == "finished"
    ResultPart(
        w=words_in(language), **shown, whole=whole, report=report, event_read=lambda _: set_reading(not reading)
    )  # fmt: skip
    if names:
        Drawn(one, paths, marks, names, charts, set_charts, language)
    if sheet:
        SheetPart(w=words_in(language), sheet=sheet)


@solara.component
def Drawn(
    one: Found, paths: list[tuple[str, dict[str, Any]]], marks: list[dict[str, Any]], names: list[str],
    charts: list[str], set_charts: Callable[[list[str]], None], language: str,
) -> None:  # fmt: skip
    """The paths chosen, what their bands mean, and a list to choose from."""
    with solara.Div(classes=["km-paths"]):
        for name, drawn in ((name, drawn) for name, drawn in paths if drawn["years"]):
            first, last = drawn["years"][0], drawn["years"][-1]
            PathPart(
                **drawn, first=first, last=max(last, first + 1), shown=last, marks=marks, event_go=lambda _: None
            ).key(name)  # fmt: skip
    if marks:
        MarksPart(marks=marks)
    if one.kind != "run":
        notes = ["bands_pairs", *(["many_parts"] if result.partial(one) else [])]
        said = " ".join(word(note, language) for note in notes)
        rv.Html(tag="p", children=[said], class_="km-hint")

    def choose(name: str) -> None:
        set_charts([other for other in charts if other != name] if name in charts else [*charts, name])

    ChoicePart(
        title=word("add_chart", language), groups=result.choices(names, language), chosen=charts, event_choose=choose
    )
