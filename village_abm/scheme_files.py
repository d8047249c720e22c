"""Schemes of one's own: a short file of tables that build on shipped ones, filled up before they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from village_abm.params import IMPLIED, ParameterError, refuse_unknown, times
from village_abm.records import read_toml
from village_abm.units import UnitError, factor

INHERITED = ("unit", "range", "price_base")
SOURCES = "sources"
TEXTS = ("label", "explanation")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def is_scheme_file(word: str) -> bool:
    """Whether a word of the command line means a file and no shipped scheme."""
    return word.endswith(".toml") or "/" in word


def names_in(file: Path) -> list[str]:
    """The names of the schemes in a file, in its order; raises ParameterError."""
    return [name for name in read_toml(file) if name != SOURCES]


def own_schemes(file: Path, shipped: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The tables of a scheme file, filled up from those they build on, and the sources it names; raises ParameterError.

    A table with base = "NAME" takes over what it does not say from a shipped scheme or an earlier table of the file.
    Plain words, truth values and whole numbers stand for design choices; a number with a unit keeps its form
    { value, unit }, takes over a range it does not give, and is a design choice unless it names a source.
    """
    found: dict[str, Any] = {}
    tables = read_toml(file)
    written = dict(tables)
    sources = written.pop(SOURCES, {})
    if not isinstance(sources, Mapping) or not all(isinstance(text, str) for text in sources.values()):
        raise ParameterError(f'{file}: [sources] is no list of sources. Write lines KEY = "author, title, year".')
    if not written:
        raise ParameterError(f'{file}: no scheme in it. Write [name_of_the_scheme] and a line base = "NAME".')
    for name, table in written.items():
        where = f"{file}: schemes.{name}"
        if not isinstance(table, Mapping):
            raise ParameterError(f"{where} = {table!r} stands outside a scheme. Write it below [name_of_the_scheme].")
        if not _NAME.fullmatch(name):
            raise ParameterError(f"{where}: no name of a scheme. Use small letters, digits and underscores.")
        if name in shipped:
            raise ParameterError(f"{where}: a scheme of this name is there already. Give yours another name.")
        found[name] = _filled(name, table, {**shipped, **found}, where)
    return found, dict(sources)


def _filled(name: str, table: Mapping[str, Any], known: Mapping[str, Any], where: str) -> dict[str, Any]:
    said = {key: value for key, value in table.items() if key != "base"}
    base: Mapping[str, Any] = {}
    if "base" in table:
        refuse_unknown([table["base"]], known, f"{where}.base", "scheme")
        base = known[table["base"]]
        if said.get("pays_for", base["pays_for"]["value"]) != base["pays_for"]["value"]:
            raise ParameterError(
                f"{where}.pays_for = {said['pays_for']!r}, but '{table['base']}' pays for {base['pays_for']['value']}. "
                f"Leave one of the lines pays_for and base out."
            )
    texts = {"label": {"en": name, "zh": name}}
    if base:
        after = base["label"]
        own = ", ".join(_changed(said))
        texts["explanation"] = {
            "en": f"A variant of: {after['en']}." + (f" What differs: {own}." if own else ""),
            "zh": f"「{after['zh']}」的变体。" + (f"不同之处：{own}。" if own else ""),
        }
    merged = _merged(said, base, where)
    return {
        **merged,
        **{key: merged[key] if key in said else texts[key] for key in TEXTS if key in said or key in texts},
    }


def _changed(said: Mapping[str, Any], path: str = "") -> list[str]:
    """The dotted keys that a table sets, names and explanations left out."""
    found = []
    for key, value in said.items():
        if key not in TEXTS:
            inside = isinstance(value, Mapping) and "value" not in value
            found += _changed(value, f"{path}{key}.") if inside else [f"{path}{key}"]
    return found


def _merged(said: Mapping[str, Any], base: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What is said laid over its base, level by level down to single parameters."""
    merged = dict(base)
    for key, value in said.items():
        below = base.get(key, {})
        if key in TEXTS:
            merged[key] = {"en": value, "zh": value} if isinstance(value, str) else value
        elif isinstance(value, Mapping) and "value" not in value:
            _refuse_a_number_in_place_of(below, f"{where}.{key}")
            merged[key] = _merged(value, below, f"{where}.{key}")
        else:
            merged[key] = _leaf(value, below, f"{where}.{key}")
    return merged


def _refuse_a_number_in_place_of(below: Any, where: str) -> None:
    if isinstance(below, Mapping) and "value" in below:
        raise ParameterError(f"{where}: a table where one parameter belongs. Write {{ value = ..., unit = ... }}.")


def _leaf(value: Any, below: Any, where: str) -> dict[str, Any]:
    """One parameter in its full form; what it does not say of unit and range is that of its base."""
    known = below if isinstance(below, Mapping) and "value" in below else {}
    if isinstance(below, Mapping) and below and not known:
        raise ParameterError(
            f"{where} = {value!r}: a table of parameters belongs here. Write [{where.split('schemes.', 1)[1]}]."
        )
    if not isinstance(value, Mapping):
        if "unit" in known:
            unit = known["unit"]
            raise ParameterError(f'{where} = {value!r}: no unit. Write {{ value = {value!r}, unit = "{unit}" }}, say.')
        return {"value": value, "source": "design"}
    leaf = {**{key: known[key] for key in INHERITED if key in known}, "source": "design", **value}
    if "confidence" not in value and leaf["source"] not in IMPLIED:
        leaf["confidence"] = "unverified"  # until somebody else has looked it up
    if "unit" in value and "range" not in value and "range" in known:
        with suppress(UnitError):  # the reader refuses the unit itself, and says which one belongs here
            leaf["range"] = times(list(known["range"]), factor(known["unit"], str(value["unit"])))
    if "unit" not in value and "unit" in known and known["unit"] != "1":
        raise ParameterError(f'{where}: no unit. Write unit = "{known["unit"]}", say.')
    return leaf
