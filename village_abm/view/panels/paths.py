"""Time paths of the indicators chosen."""

from __future__ import annotations

import solara

from village_abm.view import shown
from village_abm.view.panels.parts import ChoicePart, MarksPart, PathPart
from village_abm.view.visitor import Visitor
from village_abm.view.words import word


@solara.component
def Paths(visitor: Visitor) -> None:
    """The paths chosen and a list to choose from."""
    session, language = visitor.session.value, visitor.language.value
    assert session is not None
    both = [mark for run in session.runs for mark in shown.policy_years(run, language)]
    marks = sorted({mark["text"]: mark for mark in both}.values(), key=lambda mark: int(mark["year"]))
    scenario = session.runs[0].params.scenario
    with solara.Div(classes=["km-paths"]):
        for name in visitor.charts.value:
            PathPart(
                **shown.path_of(session, name, language), first=scenario.start, last=scenario.end,
                shown=visitor.year.value, marks=marks, event_go=visitor.go,
            ).key(name)  # fmt: skip
    if marks:
        MarksPart(marks=marks)
    ChoicePart(
        title=word("add_chart", language), groups=shown.indicator_choices(session, language),
        chosen=visitor.charts.value, event_choose=visitor.chart,
    )  # fmt: skip
