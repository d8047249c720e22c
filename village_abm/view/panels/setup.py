"""What the village is founded from: scenario, seed, schemes, every number; to be handed on and taken up again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import solara

from village_abm.load import Params, load_params
from village_abm.params import ParameterError
from village_abm.records import params_folder
from village_abm.report.compare_words import MECHANISMS
from village_abm.scenario import read_scenario
from village_abm.units import UnitError
from village_abm.view import chosen as handing
from village_abm.view import settings
from village_abm.view.panels.parts import SetupPart
from village_abm.view.visitor import Visitor
from village_abm.view.words import words_in


@solara.component
def Setup(visitor: Visitor) -> None:
    """The form; what is moved in it acts when the village starts again."""
    scenario, language = visitor.scenario.value, visitor.language.value
    params = solara.use_memo(lambda: load_params(scenario), [scenario])
    knobs = solara.use_memo(lambda: settings.knobs(params), [scenario])
    changes, query, section = visitor.changes.value, visitor.query.value, visitor.section.value
    groups = settings.sections(knobs, params, query, language)
    matching = settings.matching(knobs, query, section if any(one["name"] == section for one in groups) else "")
    left = visitor.schemes_left.value
    text = _file(visitor)
    SetupPart(
        w=words_in(language), scenarios=_scenarios(visitor, language), scenario=scenario, seed=visitor.seed.value,
        usual_seed=params.scenario.seed, end=_end(params, changes),
        schemes=settings.schemes(params, MECHANISMS, language),
        left=list(params.scenario.schemes if left is None else left), own_left=left is not None,
        beside=visitor.beside.value, right=list(visitor.schemes_right.value), query=query, section=section,
        sections=groups, rows=[settings.row(one, params, changes, language) for one in matching[: settings.MOST]],
        count=len(matching), changed=settings.different(params, changes, language),
        file_name=f"{Path(scenario).stem}-changed.toml", file_text=text,
        address=handing.address(visitor.chosen, language) if scenario in handing.shipped() else "",
        ready=not visitor.founding.value, event_choose=lambda told: choose(visitor, told),
        event_move=lambda told: move(visitor, params, told["path"], told["value"]),
        event_take_back=lambda path: take_back(visitor, path), event_find=visitor.query.set,
        event_narrow=visitor.section.set, event_begin=lambda _: visitor.begin(),
        event_take_in=lambda told: visitor.take_in(str(told["name"]), str(told["text"])),
    )  # fmt: skip


def choose(visitor: Visitor, told: dict[str, Any]) -> None:
    """Take up one of the choices above the numbers."""
    name, value = told["name"], told["value"]
    if name == "scenario" and value in [*handing.shipped(), *visitor.own.value]:
        visitor.scenario.value, visitor.schemes_left.value = value, None
        visitor.changes.value = {path: v for path, v in visitor.changes.value.items() if path != "scenario.end"}
    elif name == "seed":
        visitor.seed.value = value if isinstance(value, int) and value >= 0 else None
    elif name == "end" and isinstance(value, int):
        visitor.changes.value = {**visitor.changes.value, "scenario.end": value}
    elif name == "left":
        visitor.schemes_left.value = None if value is None else tuple(value)
    elif name == "beside":
        visitor.beside.value = bool(value)
    elif name == "right":
        visitor.schemes_right.value = tuple(value)


def move(visitor: Visitor, params: Params, path: str, value: object) -> None:
    """Move one number."""
    visitor.changes.value = settings.move(params, visitor.changes.value, path, value)


def take_back(visitor: Visitor, path: str) -> None:
    """Put a number back to its default; all of them without a path."""
    visitor.changes.value = {one: v for one, v in visitor.changes.value.items() if path and one != path}


def _end(params: Params, changes: dict[str, object]) -> int:
    written = str(changes.get("scenario.end", params.scenario.end))
    return int(written) if written.isdecimal() else params.scenario.end


def _file(visitor: Visitor) -> str:
    """The scenario file of what is chosen; empty while something chosen cannot be."""
    try:
        return handing.scenario_file(visitor.chosen)
    except (ParameterError, UnitError):
        return ""


def _scenarios(visitor: Visitor, language: str) -> list[dict[str, str]]:
    found = []
    for name in dict.fromkeys([*handing.shipped(), *visitor.own.value]):
        try:
            told = read_scenario(params_folder(), name)[0]
        except ParameterError:  # a file that has gone since the page was opened
            continue
        label = told.label[language]
        found.append({"name": name, "label": label if name in handing.shipped() else f"{label} ({Path(name).name})"})
    return found
