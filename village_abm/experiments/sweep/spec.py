"""The specification of a sweep: a TOML file, checked key by key before anything is loaded or run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from village_abm.params import ParameterError, near
from village_abm.records import read_toml
from village_abm.scenario import DEFAULT, flat

SCHEMA_VERSION = 1
KINDS = ("grid", "lhs", "sobol", "morris", "saltelli", "points")

Whole = Annotated[int, Strict()]
Yes = Annotated[bool, Strict()]
Real = Annotated[float, Strict()]
Text = Annotated[str, Strict()]


class _Table(BaseModel):
    """A table of the file: keys it does not know are refused, values are not bent to fit."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Span(_Table):
    """Where a parameter is varied: between two bounds, evenly or in its logarithm, or over choices."""

    low: Real | None = None
    high: Real | None = None
    log: Yes = False
    choices: tuple[Any, ...] | None = None

    @model_validator(mode="after")
    def _possible(self) -> Span:
        if self.choices is not None:
            if self.low is not None or self.high is not None or self.log:
                raise ValueError("choices and bounds at once. Write one of them.")
            _refuse_few(self.choices, "choices")
            return self
        if self.low is None or self.high is None:
            raise ValueError("no bounds. Write [low, high], or { choices = [...] }.")
        if not math.isfinite(self.high - self.low):
            raise ValueError(f"bounds {self.low:g} and {self.high:g} are not both finite. Write two numbers.")
        if not self.low < self.high:
            raise ValueError(f"bounds {self.low:g} and {self.high:g} leave nothing between. Write the lower one first.")
        if self.log and self.low <= 0:
            raise ValueError(f"no logarithm of a bound of {self.low:g}. Write one above 0, or leave log out.")
        return self


def _is_span(table: Mapping[str, Any]) -> bool:
    """Whether a table says where a parameter is varied, and is no nest of dotted paths."""
    return bool(table) and set(table) <= set(Span.model_fields)


def _span(value: Any) -> Any:
    """Bounds written as a pair as the table of a span."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{value!r} are no bounds. Write [low, high], or {{ choices = [...] }}.")
    return {"low": value[0], "high": value[1]}


def _by_path(written: Any, whole: Any = lambda _: False) -> Any:
    return flat(written, whole=whole) if isinstance(written, Mapping) else written


def _refuse_few(values: Any, what: str) -> None:
    """Refuse what offers nothing to choose from, or the same thing twice."""
    if len(values) < 2:
        raise ValueError(f"{len(values)} of the {what}. Write two or more, or put the parameter into [set].")
    told = [repr(value) for value in values]
    twice = next((value for value in told if told.count(value) > 1), None)
    if twice:
        raise ValueError(f"{twice} is written twice among the {what}. Write it once.")


_NESTED = WithJsonSchema({"type": "object", "minProperties": 1})  # dotted paths may be written as tables in tables
Paths = Annotated[dict[str, Any], BeforeValidator(_by_path)]
Levels = Annotated[dict[str, tuple[Any, ...]], BeforeValidator(_by_path), Field(min_length=1), _NESTED]
Bounds = Annotated[
    dict[str, Annotated[Span, BeforeValidator(_span)]],
    BeforeValidator(lambda written: _by_path(written, _is_span)),
    Field(min_length=1),
    _NESTED,
]


def _power_of_two(n: int) -> int:
    if n < 2 or n & (n - 1):
        raise ValueError(f"{n} is no power of two, as this sequence needs. Write 64 or 128, say.")
    return n


Power = Annotated[int, Strict(), BeforeValidator(lambda n: _power_of_two(n) if type(n) is int else n)]


class Grid(_Table):
    """Every combination of the levels."""

    kind: Literal["grid"]
    levels: Levels

    @model_validator(mode="after")
    def _possible(self) -> Grid:
        for path, values in self.levels.items():
            _refuse_few(values, f"levels of {path}")
        return self


class Lhs(_Table):
    """A Latin hypercube of n points."""

    kind: Literal["lhs"]
    n: Whole = Field(ge=2)
    bounds: Bounds


class Sobol(_Table):
    """The first n points of a scrambled Sobol sequence; more of them go on with the same sequence."""

    kind: Literal["sobol"]
    n: Power
    bounds: Bounds


class Morris(_Table):
    """Trajectories that change one parameter at a time, for elementary effects."""

    kind: Literal["morris"]
    trajectories: Whole = Field(ge=2)
    levels: Whole = Field(default=4, ge=2, multiple_of=2)
    bounds: Bounds


class Saltelli(_Table):
    """Blocks of points for Sobol indices: n (d + 2) of them, or n (2 d + 2) with second order."""

    kind: Literal["saltelli"]
    n: Power
    second_order: Yes = False
    bounds: Bounds


class Points(_Table):
    """Points one by one, written here or in a table beside the specification, a row a point and a column a path."""

    kind: Literal["points"]
    points: Annotated[tuple[Paths, ...], Field(min_length=1)] | None = None
    file: Text | None = None

    @model_validator(mode="after")
    def _possible(self) -> Points:
        if (self.points is None) == (self.file is None):
            raise ValueError('points and file are both written, or neither. Write points = [...] or file = "...".')
        return self


Design = Annotated[Grid | Lhs | Sobol | Morris | Saltelli | Points, Field(discriminator="kind")]


class Replicates(_Table):
    """How often every point is run; replicate r meets the same luck at every point and under every scheme.

    Tied, every block of a design is run once, with one replicate of its own, and its first point with the next one too.
    """

    n: Whole = Field(default=1, ge=1)
    tied: Yes = False


class Outputs(_Table):
    """What is kept of a run."""

    indicators: tuple[Text, ...] = ()
    every: Literal["year", "end"] = "year"
    households: Literal["none", "end"] = "none"


class Limits(_Table):
    """What a run may take."""

    timeout: Real | None = Field(default=None, gt=0, allow_inf_nan=False)


class Spec(_Table):
    """A whole specification as its file writes it."""

    schema_version: Literal[1] = 1
    name: Text = Field(default="", pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]*)?$", max_length=60)
    base: Text = DEFAULT
    seed: Whole | None = Field(default=None, ge=0)
    years: tuple[Whole, Whole] | None = None
    schemes: tuple[Text, ...] = ()
    set: Paths = {}
    replicates: Replicates = Replicates()
    design: Design | None = None
    outputs: Outputs = Outputs()
    limits: Limits = Limits()


def schema() -> dict[str, Any]:
    """The JSON schema of a specification, by which editors complete and check what is written."""
    told = Spec.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **told, "title": "Sweep of karst villages"}


def read_spec[S: Spec](file: Path, kind: type[S] = Spec) -> S:  # type: ignore[assignment]
    """The specification of a kind in a TOML file; raises ParameterError with file, dotted key and remedy."""
    written = {"name": file.stem.replace(".", "-"), **read_toml(file)}
    try:
        return kind.model_validate(written)
    except ParameterError as error:
        raise ParameterError(f"{file}: {error}") from None
    except ValidationError as error:
        raise ParameterError(f"{file}: {in_one_line(error, kind)}") from None


def in_one_line(error: ValidationError, of: type[BaseModel]) -> str:
    """The first thing wrong with a table of a kind, with its dotted key and what to do."""
    first = error.errors(include_url=False)[0]
    kind, given, more = first["type"], first.get("input"), first.get("ctx", {})
    words = [str(word) for word in first["loc"]]
    if words[:1] == ["design"] and words[1:2] and words[1] in KINDS:
        del words[1]  # which of the designs it is stands in no file
    key = ".".join(words)
    if kind == "extra_forbidden":
        return f"unknown key '{key}'. {near(words[-1], _keys(first['loc'][:-1], of))}"
    if kind == "missing":
        return f"'{key}' is missing. Add it."
    if kind.startswith("union_tag"):
        given = given.get("kind") if isinstance(given, Mapping) else given
        tag = f"design.kind = {given!r} is none of them" if given is not None else "'design.kind' is missing"
        return f"{tag}. Write one of {', '.join(KINDS)}."
    if kind == "literal_error":
        return f"{key} = {given!r} is none of {more['expected']}. Write one of them."
    if kind == "value_error":
        return f"{key}: {more['error']}" if key else str(more["error"])
    if kind == "greater_than":
        return f"{key} = {given!r} is too little. Write more than {more['gt']:g}, or leave it out."
    if kind == "greater_than_equal":
        return f"{key} = {given!r} is too few. Write {more['ge']} or more."
    remedy = _REMEDIES.get(kind, f"{first['msg']}. Write it so.")
    return f"{key} = {given!r}: {remedy}"


_REMEDIES = {
    "int_type": "no whole number. Write a whole number.",
    "float_type": "no number. Write a number.",
    "bool_type": "neither true nor false. Write true or false.",
    "string_type": "no word. Write it in quotes.",
    "tuple_type": "no list. Write [..., ...].",
    "dict_type": "no table. Write lines PATH = VALUE below its heading.",
    "model_type": "no table. Write a table.",
    "model_attributes_type": "no table. Write a table.",
    "multiple_of": "no even number. Write 4, say.",
    "finite_number": "no finite number. Write a number.",
    "too_long": "too many of them. Write [first, last].",
    "too_short": "none of them. Write at least one.",
    "string_pattern_mismatch": "no name for a folder. Use letters, digits, - and _.",
}


def _keys(place: tuple[int | str, ...], kind: type[BaseModel]) -> list[str]:
    """The keys that the table at a place of the specification knows."""
    models: dict[str, type[BaseModel]] = {
        "grid": Grid, "lhs": Lhs, "sobol": Sobol, "morris": Morris, "saltelli": Saltelli, "points": Points,
    }  # fmt: skip
    models |= {name: table for name, field in kind.model_fields.items() if (table := _table(field.annotation))}
    return list((models[str(place[-1])] if place and str(place[-1]) in models else kind).model_fields)


def _table(hint: Any) -> type[BaseModel] | None:
    """The table that a field holds, where it holds one: X, or X in X | None."""
    return next((one for one in (hint, *get_args(hint)) if isinstance(one, type) and issubclass(one, BaseModel)), None)
