"""Maps of the year shown: one village, or two in step, with their legend."""

from __future__ import annotations

from functools import partial
from typing import Any

import solara

from village_abm.report.maps import relief
from village_abm.view import asked, shown
from village_abm.view.panels.parts import ControlsPart, LegendPart, MapPart
from village_abm.view.session import Session
from village_abm.view.visitor import SPEEDS, Visitor
from village_abm.view.words import pick, word, words_in


@solara.component
def Controls(visitor: Visitor, maps: bool = True) -> None:
    """Play, pause, step, back, speed; and where maps are shown, which and against what."""
    session, language = visitor.session.value, visitor.language.value
    assert session is not None
    layers = [
        {"name": name, "label": pick(one.words, language)} for name, one in session.runs[0].layers.items() if maps
    ]
    comparisons = ["as_is", "to_start"] + (["to_other"] if len(session.runs) > 1 else [])
    ControlsPart(
        w=words_in(language), ready=not visitor.founding.value, playing=visitor.playing.value, over=session.over,
        year=visitor.year.value, first=session.years[0], last=session.year, speed=visitor.speed.value,
        speeds=list(SPEEDS), layer=visitor.layer.value, layers=layers, compared=visitor.compared.value,
        comparisons=comparisons, event_toggle=lambda _: visitor.toggle(),
        event_back=lambda _: visitor.back(), event_step=lambda _: visitor.step(),
        event_reset=lambda _: visitor.again(), event_seek=visitor.go, event_pace=visitor.speed.set,
        event_lay=visitor.layer.set, event_compare=visitor.compared.set,
        pair=len(session.runs) > 1, event_beside=lambda _: visitor.pair(),
    )  # fmt: skip


@solara.component
def Maps(visitor: Visitor) -> None:
    """The controls, one map a village, and the legend they share."""
    session, language, year = visitor.session.value, visitor.language.value, visitor.year.value
    assert session is not None
    layer, compared = visitor.layer.value, visitor.compared.value
    shade = solara.use_memo(lambda: _relief(session), [id(session)])
    Controls(visitor)
    sides = [0] if compared == "to_other" else list(range(len(session.runs)))
    with solara.Div(classes=["km-maps"]):
        for side in sides:
            with solara.Div():
                if len(session.runs) > 1:
                    title = (
                        word("to_other", language) if compared == "to_other" else side_title(session, side, language)
                    )
                    solara.HTML(tag="p", unsafe_innerHTML=shown.escaped(title), classes=["km-side"])
                MapPart(
                    **shown.map_of(session, side, year, layer, compared, language), relief=shade,
                    patch=session.runs[side].params.land.patch_size, marks=_marks(visitor, session, side),
                    dark=visitor.dark.value, lang=language,
                    event_pick=partial(_look, visitor, side),
                )  # fmt: skip
    LegendPart(**shown.legend(session, 0, year, layer, compared, language))


def side_title(session: Session, side: int, language: str) -> str:
    """Left or right, and the schemes on offer there."""
    run = session.runs[side]
    names = [run.params.schemes[name].label[language] for name in run.params.scenario.schemes]
    where = word(("left", "right")[side], language)
    return f"{where}: {(', ' if language == 'en' else '、').join(names) or word('no_scheme', language)}"


def _relief(session: Session) -> str:
    land = session.runs[0].model
    return relief(land.landscape.elevation, land.params.land.patch_size, len(land.village.names))


def _marks(visitor: Visitor, session: Session, side: int) -> list[dict[str, Any]]:
    """The plot picked; land, house and neighbours of the household picked."""
    marks: list[dict[str, Any]] = []
    house = visitor.house.value
    if house is not None and house[0] == side:
        marks += session.ask(asked.marks, side, house[1])
    picked = visitor.picked.value
    if picked is not None and picked[0] == side:
        marks.append({"line": picked[1], "column": picked[2], "colour": "#b4511b", "size": 9})
    return marks


def _look(visitor: Visitor, side: int, at: dict[str, int]) -> None:
    visitor.look(side, at["line"], at["column"])
