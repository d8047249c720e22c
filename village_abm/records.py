"""Records from parameter files: a table becomes the dataclass that says what it must hold."""

from __future__ import annotations

import dataclasses
import math
import tomllib
import types
import typing
from collections.abc import Callable, Mapping
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


def read_toml(file: Path) -> dict[str, Any]:
    """The tables of a TOML file; raises ParameterError with file and line where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ParameterError(f"{file}: no such file. Check the path.") from None
    except UnicodeDecodeError as error:
        raise ParameterError(f"{file}: not UTF-8 text ({error}). Save it as UTF-8.") from error
    except OSError as error:
        raise ParameterError(
            f"{file}: cannot be read ({error.strerror}). Give the path of a TOML file."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ParameterError(f"{file}: no valid TOML: {error}. Correct that line.") from error


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
            raise ParameterError(f"{where} = {value!r} is none of {list(inner)}.")
        return value
    if origin in (typing.Union, types.UnionType):
        hint = next(option for option in inner if option is not type(None))
    if hint is int and isinstance(value, float) and abs(value - round(value)) < 1e-9:
        return round(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and (type(value) is not hint or (hint is float and not math.isfinite(value))):
        words = {int: "a whole number", float: "a number", bool: "true or false", str: "a word in quotes"}
        raise ParameterError(f"{where}: {value!r} is not {words.get(hint, hint.__name__)}.")
    return value


def assemble[R](
    record: type[R], table: Mapping[str, Any], path: str, file: str, leaf: Callable[..., Any], name: str = ""
) -> R:
    """Build a record from a table of a file; `leaf(table, spec, path, file, hint)` gives each value.

    A field made by `needs` is a parameter; a record field is a sub-table; a plain `name` is the
    table's own name and a plain `label` its names in English and Chinese. Raises ParameterError for
    missing and unknown keys.
    """
    where = f"{file}: {path}" if path else file
    fields = {field.name: field for field in dataclasses.fields(cast(Any, record)) if field.name != "name"}
    hints = typing.get_type_hints(record)
    if not isinstance(table, Mapping):
        raise ParameterError(f"{where}: {table!r} is no table of parameters. Write [{path}] and its lines.")
    refuse_unknown(table, fields, where, "parameter")
    values: dict[str, Any] = {"name": name} if "name" in hints else {}
    for key, field in fields.items():
        inside = f"{path}.{key}" if path else key
        if key not in table:
            raise ParameterError(
                f"{where}: '{key}' is missing ({field.metadata.get('meaning', 'a table')}). Add it."
            )
        if "meaning" in field.metadata:
            values[key] = leaf(table[key], field.metadata, inside, file, hints[key])
        elif key == "label":
            values[key] = read_label(table[key], f"{file}: {inside}")
        else:
            values[key] = assemble(hints[key], table[key], inside, file, leaf, key)
    return record(**values)


def assemble_all[R](
    record: type[R], table: Mapping[str, Any], path: str, leaf: Callable[..., Any]
) -> dict[str, R]:
    """One record for every table of a file, in the order of the file; raises ParameterError."""
    return {
        name: assemble(record, rows, f"{path}.{name}", f"{path}.toml", leaf, name)
        for name, rows in table.items()
    }


def read_label(written: Any, where: str) -> dict[str, str]:
    """A name in English and in Chinese; raises ParameterError."""
    if not isinstance(written, Mapping) or set(written) != {"en", "zh"}:
        raise ParameterError(f'{where}: no label. Write {{ en = "...", zh = "..." }}.')
    return {"en": str(written["en"]), "zh": str(written["zh"])}
