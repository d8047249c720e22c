"""Every number a visitor can move: found by word or group, with its range, its source and what it was."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from village_abm.load import Params
from village_abm.overrides import overridden
from village_abm.params import Number, ParameterError, check_range
from village_abm.report.words import CONFIDENCE, Text
from village_abm.view.sections import PARTS, SECTIONS
from village_abm.view.words import pick

MOST = 40
"""Numbers shown at a time."""
LOGARITHMIC = 100.0
"""A range spans more than two decades where its ends stand further apart than this."""
STEPS = 100
FIRST = (
    "schemes.grain_for_green_1.payment.grain",
    "schemes.grain_for_green_1.budget",
    "people.migration.wage_weight",
    "people.migration.remittance_share",
    "uses.maize.full_yield",
    "farm.choice.rule",
    "farm.choice.norm_weight",
    "ecology.harvest.fuel_need",
    "ecology.soil.erodibility",
)
"""Numbers to begin with: those that a visitor asks about and sees the village answer to."""


@dataclass(frozen=True)
class Knob:
    """A number, switch or choice that can be moved, with what it is found by."""

    number: Number
    kind: str
    """`real`, `whole`, `switch` or `choice`."""
    section: str
    choices: tuple[Any, ...]
    found_by: str


def section_of(path: str) -> str:
    """The group of a number: the first two parts of its path, the first where it has no more than two."""
    parts = path.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 else parts[0]


def section_words(section: str, params: Params) -> Text:
    """A group in words: what the whole is, and which part, use or scheme of it."""
    first, _, second = section.partition(".")
    whole = SECTIONS.get(first, Text(first, first))
    if not second:
        return whole
    of: Mapping[str, Any] = {"uses": params.uses, "schemes": params.schemes}.get(first, {})
    part = Text(of[second].label["en"], of[second].label["zh"]) if second in of else PARTS.get(section)
    part = part or Text(second.replace("_", " "), second)
    return Text(f"{whole.en}: {part.en}", f"{whole.zh}：{part.zh}")


@cache
def _hints(record: Hashable) -> dict[str, Any]:
    return typing.get_type_hints(record)


def _declared(params: Params, path: str) -> Any:
    """The type that the record of a number declares for it."""
    holder: Any = params
    *before, last = path.split(".")
    for part in before:
        holder = holder[part] if isinstance(holder, Mapping) else getattr(holder, part, None)
    hint = _hints(cast(Hashable, type(holder))).get(last)
    return typing.get_args(hint)[0] if isinstance(hint, types.UnionType) else hint


def _kind(number: Number, hint: Any) -> tuple[str, tuple[Any, ...]]:
    """How a number is moved, and among what; an empty kind for what is not moved here (lists, names)."""
    choices = number.choices or (typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ())
    if choices:
        return "choice", tuple(choices)
    if isinstance(number.value, bool):
        return "switch", ()
    if isinstance(number.value, int | float):
        return ("whole" if hint is int else "real"), ()
    return "", ()


def knobs(params: Params) -> list[Knob]:
    """Everything of a village that can be moved, in the order of the files."""
    found = []
    for path, number in params.numbers.items():
        kind, choices = _kind(number, _declared(params, path))
        if kind:
            section = section_of(path)
            said = section_words(section, params)
            words = (
                f"{path} {path.replace('.', ' ').replace('_', ' ')} {number.meaning} {number.note} {said.en} {said.zh}"
            )
            found.append(Knob(number, kind, section, choices, words.casefold()))
    return found


def matching(every: list[Knob], query: str, section: str) -> list[Knob]:
    """Those that hold every word of the query, in a group where one is chosen.

    Those with the words in their path come first, and among them those to begin with.
    """
    words = query.casefold().split()
    held = [one for one in every if (not section or one.section == section) and all(w in one.found_by for w in words)]
    begin = {path: place for place, path in enumerate(FIRST)}

    def order(one: Knob) -> tuple[bool, int]:
        path = one.number.path
        return not all(word in path for word in words), begin.get(path, len(begin))

    return sorted(held, key=order)


def sections(every: list[Knob], params: Params, query: str, language: str) -> list[dict[str, Any]]:
    """Groups with how many of their numbers match the query."""
    counts: dict[str, int] = {}
    for one in matching(every, query, ""):
        counts[one.section] = counts.get(one.section, 0) + 1
    kept = [name for name in dict.fromkeys(one.section for one in every) if name in counts]
    return [{"name": n, "label": pick(section_words(n, params), language), "count": counts[n]} for n in kept]


def now(number: Number, changes: Mapping[str, object]) -> tuple[Any, str]:
    """The value a number has with the changes, and what is wrong with it, in words; nothing where it is fine."""
    if number.path not in changes:
        return number.value, ""
    written = changes[number.path]
    try:
        value = overridden(number, written, "").value
        check_range(value, number.range, number.path, value == number.off)
        return value, ""
    except ParameterError as error:
        return (written if isinstance(written, int | float | str) else str(written)), str(error).removeprefix(": ")


def row(knob: Knob, params: Params, changes: Mapping[str, object], language: str) -> dict[str, Any]:
    """A number as the page draws it: its control, its unit, range, default and source."""
    number = knob.number
    value, wrong = now(number, changes)
    low, high = number.range or (None, None)
    return {
        "path": number.path, "meaning": number.meaning[:1].upper() + number.meaning[1:], "kind": knob.kind,
        "group": pick(section_words(knob.section, params), language),
        "value": value, "default": number.value, "unit": unit(number), "low": low, "high": high,
        "step": step(number, knob.kind), "log": logarithmic(number), "choices": list(knob.choices), "wrong": wrong,
        "moved": number.path in changes, "about": about(number, params, language),
    }  # fmt: skip


def unit(number: Number) -> str:
    """The unit of a number's file, with the year of its money."""
    base = f" ({number.price_base})" if number.price_base not in (None, "nominal") else ""
    return "" if number.unit in (None, "1") else f"{number.unit}{base}"


def logarithmic(number: Number) -> bool:
    """Whether a slider does better in powers of ten: a range over more than two decades."""
    return bool(number.range and number.range[0] > 0 and number.range[1] / number.range[0] > LOGARITHMIC)


def step(number: Number, kind: str) -> float:
    """How far one press of an arrow key moves a number: one where it is whole, else a round part of its range."""
    if kind == "whole" or number.range is None or number.range[0] == number.range[1]:
        return 1.0
    low, high = number.range
    size = 10.0 ** math.floor(math.log10((high - low) / STEPS))
    return next(size * k for k in (1, 2, 5, 10) if (high - low) / (size * k) <= STEPS * 1.0001)


def about(number: Number, params: Params, language: str) -> str:
    """Where a number comes from and how sure it is; the sources themselves are told in the words of their file."""
    sources = "; ".join(params.sources.get(key.strip(), key.strip()) for key in number.source.split(","))
    sure = CONFIDENCE.get(number.confidence)
    said = [sources, pick(sure, language) if sure else number.confidence, number.note]
    return " · ".join(part for part in said if part)


def move(params: Params, changes: Mapping[str, object], path: str, value: object) -> dict[str, object]:
    """The changes with one more; without it where a number is back at its default. Raises ParameterError."""
    number = params.numbers.get(path)
    kept = {one: held for one, held in changes.items() if one != path}
    if number is not None:
        if isinstance(number.value, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        try:
            if overridden(number, value, "").value == number.value:
                return kept
        except ParameterError:
            pass  # kept as written: `now` says what is wrong with it
    return {**changes, path: value}


def different(params: Params, changes: Mapping[str, object], language: str) -> list[dict[str, Any]]:
    """What a visitor changed, what it was before and is now, and what is wrong with it."""
    found = []
    for path, written in changes.items():
        number = params.numbers.get(path)
        if number is None:
            was = getattr(params.scenario, path.removeprefix("scenario."), "") if path.startswith("scenario.") else ""
            found.append(
                {"path": path, "group": "", "meaning": "", "was": shown(was), "now": shown(written), "wrong": ""}
            )
            continue
        value, wrong = now(number, changes)
        was, held = (f"{shown(one)} {unit(number)}".strip() for one in (number.value, value))
        group = pick(section_words(section_of(path), params), language)
        found.append({"path": path, "group": group, "meaning": number.meaning, "was": was, "now": held, "wrong": wrong})
    return found


def shown(value: Any) -> str:
    """A value as a reader sees it."""
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value)) or "–"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def schemes(params: Params, mechanisms: Mapping[str, Text], language: str) -> list[dict[str, Any]]:
    """Schemes to choose from, by mechanism."""
    groups: dict[str, list[dict[str, str]]] = {}
    for name, scheme in params.schemes.items():
        groups.setdefault(str(scheme.mechanism), []).append({"name": name, "label": scheme.label[language]})
    return [
        {"label": pick(mechanisms[key], language) if key in mechanisms else key, "items": items}
        for key, items in groups.items()
    ]
