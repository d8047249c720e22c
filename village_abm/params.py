"""Parameters: a number names its unit, range, source and confidence; a record is a frozen set of them."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.units import UnitError, factor

CONFIDENCES = ("reported", "derived", "estimate", "unverified", "design")
IMPLIED = {"design": "design", "est": "estimate", "derived": "derived"}  # what these sources say of the confidence
ORDERS = {"rising": "greater", "falling": "less"}
LEAF_KEYS = {"value", "unit", "range", "off", "source", "confidence", "price_base", "note", "choices", "label"}


class ParameterError(ValueError):
    """A parameter is missing, unknown, in the wrong unit or outside its range; says where and what to do."""


def needs(
    unit: str | None,
    meaning: str,
    *,
    price: str | None = None,
    any_length: bool = False,
    order: str = "",
    default: Any = dataclasses.MISSING,
) -> Any:
    """A field of a record: the unit the model needs it in, and what it means.

    `unit=None` takes a plain word, whole number, truth value or list as a design choice. `price="2020"`
    takes money in any price base, converted to yuan of 2020; `price="nominal"` takes only nominal money.
    A list is overridden by one of the same length, unless `any_length`; with `order` "rising" or "falling"
    its values must do so, as limits of classes and points of a curve must. What a file may leave out has a `default`,
    in the unit needed.
    """
    marks = {"unit": unit, "meaning": meaning, "price": price, "any_length": any_length, "order": order}
    return dataclasses.field(metadata=marks, default=default)


@dataclass(frozen=True)
class Number:
    """A parameter as its file writes it, with the unit the model needs it in and the file it stands in."""

    path: str
    value: Any
    unit: str | None
    range: tuple[float, float] | None
    source: str
    confidence: str
    price_base: str | None
    note: str
    meaning: str
    needed: str | None
    file: str
    choices: tuple[Any, ...] | None = None
    any_length: bool = False
    off: float | None = None
    """A value that switches off what the number stands for; allowed beside the range of plausible ones."""
    whole: bool = False
    """Whether only whole numbers will do."""


@dataclass(frozen=True)
class Deflator:
    """Consumer prices by year, 2020 = 1; turns money of one year into yuan of 2020."""

    index: Mapping[int, float]

    def to_2020(self, base: str, where: str) -> float:
        """What a yuan of the price base is worth in yuan of 2020; raises ParameterError."""
        try:
            return 1.0 / self.index[int(base)]
        except (KeyError, ValueError):
            raise ParameterError(
                f"{where}: price_base '{base}' is no year of the price index. "
                f'Write a year between {min(self.index)} and {max(self.index)}, or "nominal".'
            ) from None


def near(name: str, known: Iterable[str], count: int = 3) -> str:
    """The nearest known names, for an error message."""
    tail = name.rsplit(".", 1)[-1]
    alike = {
        path: difflib.SequenceMatcher(None, name, path).ratio() + (0.5 if path.rsplit(".", 1)[-1] == tail else 0)
        for path in known
    }
    best = [path for path in sorted(alike, key=alike.__getitem__, reverse=True) if alike[path] >= 0.5][:count]
    if best:
        return f"Nearest known: {', '.join(best)}."
    first = sorted({path.split(".")[0] for path in alike})
    return f"Known: {', '.join(first[:16])}." if first else "None is known here."


def refuse_unknown(names: Iterable[str], known: Collection[str], where: str, what: str = "name") -> None:
    """Refuse the first name that is not among the known ones; raises ParameterError."""
    for name in names:
        if name not in known:
            raise ParameterError(f"{where}: unknown {what} '{name}'. {near(str(name), known)}")


def check_range(value: Any, limits: tuple[float, float] | None, where: str, allow: bool = False) -> None:
    """Refuse a value, or any element of a list, outside its range; raises ParameterError."""
    if limits is None or allow:
        return
    numbers = np.atleast_1d(np.asarray(value, dtype=float))
    if np.isnan(numbers).any() or (numbers < limits[0]).any() or (numbers > limits[1]).any():
        raise ParameterError(
            f"{where} = {value} lies outside its range {limits[0]:g} to {limits[1]:g}. "
            f"Take a value inside, or run a scenario file with the two lines "
            f'base = "village" and allow_out_of_range = true.'
        )


def check_order(value: Any, order: str, where: str) -> None:
    """Refuse a list whose values do not rise (or fall) from each to the next; raises ParameterError."""
    if not order or not isinstance(value, list):
        return
    steps = np.diff(value) if order == "rising" else -np.diff(value)
    if (steps <= 0).any():
        raise ParameterError(f"{where} = {value}: each value must be {ORDERS[order]} than the one before. Order them.")


def finite(value: Any, where: str) -> Any:
    """The number, or list of numbers, if it is one and finite; raises ParameterError."""
    if isinstance(value, list | tuple):
        return [finite(item, where) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ParameterError(f"{where}: {value!r} is no number. Write a number in the unit given.")
    if not math.isfinite(value):
        raise ParameterError(f"{where}: {value} is not finite. Write a finite number.")
    return value.item() if isinstance(value, np.generic) else value


def check_marks(leaf: Mapping[str, Any], where: str, sources: Collection[str]) -> tuple[str, str]:
    """Source and confidence of a number, both among the known ones; raises ParameterError."""
    source = str(leaf.get("source", ""))
    if not source:
        raise ParameterError(f'{where}: no source. Name a key of sources.toml, or source = "design".')
    refuse_unknown([part.strip() for part in source.split(",")], sources, where, "source")
    confidence = str(leaf.get("confidence", IMPLIED.get(source)))
    if confidence not in CONFIDENCES:
        raise ParameterError(f"{where}: confidence '{confidence}'. Write one of {', '.join(CONFIDENCES)}.")
    return source, confidence


def read_number(
    leaf: Mapping[str, Any], spec: Mapping[str, Any], path: str, file: str, sources: Collection[str]
) -> Number:
    """Check one parameter's written form against what the model needs; raises ParameterError."""
    where = f"{file}: {path}"
    if not isinstance(leaf, Mapping) or "value" not in leaf:
        raise ParameterError(f"{where}: no parameter. Write {{ value = ..., unit = ..., source = ... }}.")
    refuse_unknown(leaf, LEAF_KEYS, where, "key")
    source, confidence = check_marks(leaf, where, sources)
    value, limits = leaf["value"], None
    if spec["unit"] is not None:
        value = finite(value, where)
        if "unit" not in leaf:
            raise ParameterError(f'{where}: no unit. Write unit = "{spec["unit"]}" or one that converts to it.')
        if "range" not in leaf:
            raise ParameterError(f"{where}: no range. Write range = [low, high] in the unit given.")
        limits = read_range(leaf["range"], where)
    return Number(
        path=path,
        value=value,
        unit=leaf.get("unit"),
        range=limits,
        source=source,
        confidence=confidence,
        price_base=str(leaf["price_base"]) if "price_base" in leaf else None,
        note=leaf.get("note", ""),
        meaning=spec["meaning"],
        needed=spec["unit"],
        file=file,
        choices=tuple(leaf["choices"]) if "choices" in leaf else None,
        any_length=spec.get("any_length", False),
        off=finite(leaf["off"], f"{where}, off") if "off" in leaf else None,
    )


def read_range(written: Any, where: str) -> tuple[float, float]:
    """The two ends of a range, low first; raises ParameterError."""
    limits = finite(written, where)
    if not isinstance(limits, list) or len(limits) != 2 or limits[0] > limits[1]:
        raise ParameterError(f"{where}: range {written} is no [low, high].")
    return limits[0], limits[1]


def converted(number: Number, spec: Mapping[str, Any], deflator: Deflator, allow: bool = False) -> Any:
    """The value as the model needs it: unit and price base converted, range checked."""
    where = f"{number.file}: {number.path}"
    if number.needed is None:
        if number.choices and number.value not in number.choices:
            raise ParameterError(f"{where} = {number.value!r} is none of {list(number.choices)}. Write one of them.")
        return _tuples(number.value)
    check_range(number.value, number.range, where, allow or number.value == number.off)
    check_order(number.value, spec.get("order", ""), where)
    try:
        scale = factor(number.unit or "1", number.needed)
    except UnitError as error:
        raise ParameterError(f"{where}: {error}. Write a unit that converts to {number.needed}.") from error
    if "CNY" in number.needed:
        scale *= _price_scale(number, spec["price"], deflator, where)
    return _tuples(times(number.value, scale))


def times(value: Any, scale: float) -> Any:
    """A number, or every number of a list, multiplied."""
    return [times(item, scale) for item in value] if isinstance(value, list) else value * scale


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _price_scale(number: Number, price: str | None, deflator: Deflator, where: str) -> float:
    if number.price_base is None:
        raise ParameterError(f'{where}: money without price_base. Write a year, or "nominal".')
    if price == "nominal":
        if number.price_base != "nominal":
            raise ParameterError(f"{where}: price_base {number.price_base} where nominal money is needed.")
        return 1.0
    if number.price_base == "nominal":
        raise ParameterError(f"{where}: nominal money where a price base is needed. Write its year.")
    return deflator.to_2020(number.price_base, where)


def specs(record: type) -> dict[str, Mapping[str, Any]]:
    """What each field of a record needs: unit, meaning, price."""
    return {field.name: field.metadata for field in dataclasses.fields(record) if "meaning" in field.metadata}
