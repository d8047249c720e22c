"""Overrides: a dotted path and a value change one number, the same way everywhere."""

from __future__ import annotations

import dataclasses
import re
import tomllib

from village_abm.params import Number, ParameterError, finite, times
from village_abm.units import UnitError, factor


def parsed(value: object) -> object:
    """A value typed on a command line, read as TOML (2400, true, [1, 2]) where it is that; else the text."""
    if not isinstance(value, str):
        return value
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value


def overridden(number: Number, value: object, where: str) -> Number:
    """The parameter with a new value, in the file's unit or with its own ("2400 CNY/ha")."""
    place = f"{where}: {number.path}"
    if number.needed is None:
        if not isinstance(number.value, str):
            value = parsed(value)
        value = list(value) if isinstance(value, tuple) else value
        if isinstance(number.value, float) and type(value) is int:
            value = float(value)
        if type(value) is not type(number.value):
            raise ParameterError(f"{place}: {value!r} is not of the kind of {number.value!r}. Write such a value.")
        return dataclasses.replace(number, value=value)
    value = parsed(value)
    if isinstance(value, str):
        value = _with_unit(number, value, place)
    value = finite(value, place)
    if isinstance(value, list) != isinstance(number.value, list):
        wanted = "a list, overridden whole or by .scale" if isinstance(number.value, list) else "one number"
        raise ParameterError(f"{place}: {value!r} where {wanted} is needed.")
    if isinstance(value, list) and len(value) != len(number.value) and not number.any_length:
        raise ParameterError(f"{place}: {len(value)} values where {len(number.value)} are needed. Write them all.")
    return dataclasses.replace(number, value=value)


def _with_unit(number: Number, text: str, place: str) -> float:
    match = re.fullmatch(r"\s*([-+]?\d[\d_.]*(?:[eE][-+]?\d+)?)\s+(\S.*?)\s*", text)
    if not match:
        raise ParameterError(
            f'{place}: {text!r} is no number. Write one in {number.unit}, or "number unit" to convert it.'
        )
    try:
        return float(match[1]) * factor(match[2], number.unit or "1")
    except (UnitError, ValueError) as error:
        raise ParameterError(f"{place}: {error}. Write a unit that converts to {number.unit}.") from error


def with_element(number: Number, path: str, value: object, where: str) -> Number:
    """A list parameter with one element changed, `path` being PATH[0] for its first; raises ParameterError."""
    place, index = f"{where}: {path}", path.removeprefix(f"{number.path}[").removesuffix("]")
    if not isinstance(number.value, list):
        raise ParameterError(f"{place}: {number.path} is no list. Write {number.path} = value.")
    if not (path.endswith("]") and index.isdecimal() and int(index) < len(number.value)):
        last = len(number.value) - 1
        raise ParameterError(f"{place}: no element of {number.path}. Write {number.path}[0] to {number.path}[{last}].")
    value, values, at = parsed(value), list(number.value), int(index)
    if number.needed is None:
        values[at] = value
        return overridden(number, values, where)
    value = finite(_with_unit(number, value, place) if isinstance(value, str) else value, place)
    if isinstance(value, list):
        raise ParameterError(f"{place}: {value!r} where one number is needed.")
    values[at] = value
    return dataclasses.replace(number, value=values)


def scaled(number: Number, value: object, where: str) -> Number:
    """A list parameter with every element multiplied; raises ParameterError."""
    place = f"{where}: {number.path}.scale"
    by = finite(parsed(value), place)
    if not isinstance(number.value, list) or number.needed is None or isinstance(by, list):
        raise ParameterError(f"{place}: only a list of numbers or a series is scaled. Write {number.path} = value.")
    return dataclasses.replace(number, value=times(number.value, by))
