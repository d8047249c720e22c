"""Records from parameter files: a table becomes the dataclass that says what it must hold."""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from village_abm.params import ParameterError, refuse_unknown


def params_folder() -> Path:
    """Where the parameter files are: in an installed package, else beside it in the source tree."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_params", package.parent / "params"):
        if (folder / "sources.toml").is_file():
            return folder
    raise ParameterError(f"no parameter files in {package / '_params'}. Install the package again.")


def read_toml(file: Path) -> Mapping[str, Any]:
    """The tables of a TOML file, not to be written to; raises ParameterError with file and line."""
    try:
        return _parsed(file, *stamp(file))
    except FileNotFoundError:
        raise ParameterError(f"{file}: no such file. Check the path.") from None
    except UnicodeDecodeError as error:
        raise ParameterError(f"{file}: not UTF-8 text ({error}). Save it as UTF-8.") from error
    except OSError as error:
        raise ParameterError(f"{file}: cannot be read ({error.strerror}). Give the path of a TOML file.") from error
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{file}: no valid TOML: {error}. Correct that line.") from error


def stamp(file: Path) -> tuple[int, int]:
    """When a file was written and how long it is: another stamp, another text."""
    state = file.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=64)
def _parsed(file: Path, _changed: int, _size: int) -> Mapping[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8-sig"))  # half the time of loading: an experiment reads often


def typed(value: Any, hint: Any, where: str) -> Any:
    """The value as the type the record declares, or refused; raises ParameterError."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ParameterError(f"{where}: {value!r} is no list. Write [..., ...].")
        if inner[-1] is not Ellipsis and len(inner) != len(value):
            raise ParameterError(f"{where}: {len(value)} values where {len(inner)} are needed.")
        hints = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(typed(item, of, where) for item, of in zip(value, hints, strict=True))
    if origin is typing.Literal:
        if value not in inner:
            raise ParameterError(f"{where} = {value!r} is none of {list(inner)}. Write one of them.")
        return value
    if hint is int and isinstance(value, float) and abs(value - round(value)) < 1e-9:
        return round(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (type(value) is not hint or value != value):  # nan differs from itself
        words = {int: "a whole number", float: "a number", bool: "true or false", str: "a word in quotes"}
        word = words.get(hint, hint.__name__)
        raise ParameterError(f"{where}: {value!r} is not {word}. Write {word}.")
    return value


@cache
def _hints(record: Hashable) -> dict[str, Any]:
    return typing.get_type_hints(record)


def _wanted(hint: Any) -> Any:
    """What is read where something may be left out: X of X | None."""
    return typing.get_args(hint)[0] if isinstance(hint, types.UnionType) else hint


def assemble[R](
    record: type[R], table: Mapping[str, Any], path: str, file: str, leaf: Callable[..., Any], name: str = ""
) -> R:
    """Build a record from a table of a file; `leaf(table, spec, path, file, hint)` gives each value.

    A field made by `needs` is a parameter; a record field is a sub-table; a plain `name` is the
    table's own name, a plain `label` its names and `explanation` what it is, both in English and Chinese.
    Raises ParameterError for missing and unknown keys; a field with a default may be
    missing. A record with a `variant(table, where)` says
    which kind of it the table is.
    """
    where = f"{file}: {path}" if path else file
    if not isinstance(table, Mapping):
        raise ParameterError(f"{where}: {table!r} is no table of parameters. Write [{path}] and its lines.")
    record = cast(type[R], getattr(record, "variant", lambda *_: record)(table, where))
    fields = {field.name: field for field in dataclasses.fields(cast(Any, record)) if field.name != "name"}
    hints = _hints(cast(Hashable, record))
    refuse_unknown(table, fields, where, "parameter")
    values: dict[str, Any] = {"name": name} if "name" in hints else {}
    for key, field in fields.items():
        inside, hint = f"{path}.{key}" if path else key, _wanted(hints[key])
        if key not in table and field.default is not dataclasses.MISSING:
            continue
        if key not in table:
            raise ParameterError(f"{where}: '{key}' is missing ({field.metadata.get('meaning', 'a table')}). Add it.")
        if "meaning" in field.metadata:
            values[key] = leaf(table[key], field.metadata, inside, file, hint)
        elif key in ("label", "explanation"):
            values[key] = read_label(table[key], f"{file}: {inside}")
        else:
            values[key] = assemble(hint, table[key], inside, file, leaf, key)
    try:
        return record(**values)
    except ParameterError as error:  # numbers that are fine one by one and do not fit together
        raise ParameterError(f"{where}: {error}") from None


def read_label(written: Any, where: str) -> dict[str, str]:
    """A name in English and in Chinese; raises ParameterError."""
    if not isinstance(written, Mapping) or set(written) != {"en", "zh"}:
        raise ParameterError(f'{where}: no label. Write {{ en = "...", zh = "..." }}.')
    return {"en": str(written["en"]), "zh": str(written["zh"])}
