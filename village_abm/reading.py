"""Reading of records: every number gets its override, is converted, and is kept under its dotted path."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from village_abm.overrides import overridden, scaled, with_element
from village_abm.params import Deflator, Number, ParameterError, converted, read_number
from village_abm.records import assemble, read_toml, stamp, typed


class Reader:
    """One reading: hands each number its override, converts it, and remembers what was asked for.

    `prices` are the years and points of the price index.
    """

    def __init__(
        self,
        sources: Mapping[str, str],
        prices: tuple[tuple[int, float], ...],
        changes: dict[str, tuple[str, object]],
        allow: bool,
    ) -> None:
        self.sources, self.prices, self.changes, self.allow = sources, prices, changes, allow
        self.deflator = Deflator(dict(prices))
        self.numbers: dict[str, Number] = {}
        self.values: dict[str, object] = {}
        self.differences: dict[str, object] = {}

    def record(self, record: type, file: Path, name: str = "") -> Any:
        """The record a shipped file becomes, or its table `name`; raises ParameterError."""
        path, table = f"{file.stem}.{name}" if name else file.stem, read_toml(file)
        if any(change.startswith(f"{path}.") for change in self.changes):
            return assemble(record, table[name] if name else table, path, file.name, self.leaf, name)
        found = _as_shipped(record, file, name, (stamp(file), stamp(file.with_name("sources.toml"))), self.prices)
        made, numbers, values = found
        self.numbers |= numbers
        self.values |= values
        return made

    def leaf(self, written: Any, spec: Mapping[str, Any], path: str, file: str, hint: Any) -> Any:
        """The value of one number as the model needs it; raises ParameterError."""
        number = shipped = read_number(written, spec, path, file, self.sources)
        self._converted(shipped, spec, hint, self.allow)
        if path in self.changes:
            where, value = self.changes.pop(path)
            number = dataclasses.replace(overridden(number, value, where), file=where)
        for key in [key for key in self.changes if key.startswith(f"{path}[")]:
            where, value = self.changes.pop(key)
            number = dataclasses.replace(with_element(number, key, value, where), file=where)
        if f"{path}.scale" in self.changes:
            where, value = self.changes.pop(f"{path}.scale")
            number = dataclasses.replace(scaled(number, value, where), file=where)
        if number.value != shipped.value:
            self.differences[path] = number.value
        self.values[path] = self._converted(number, spec, hint, self.allow)
        if path.startswith("schemes.") and "CNY" in (number.needed or "") and np.min(number.value, initial=0.0) < 0:
            raise ParameterError(
                f"{number.file}: {path} = {number.value} is negative. Write 0 (nothing is paid) or more."
            )
        self.numbers[path] = dataclasses.replace(number, file=file, whole=hint in (int, tuple[int, ...]))
        return self.values[path]

    def _converted(self, number: Number, spec: Mapping[str, Any], hint: Any, allow: bool = False) -> Any:
        value = converted(number, spec, self.deflator, allow)
        return typed(value, hint, f"{number.file}: {number.path}")


@lru_cache(maxsize=512)
def _as_shipped(
    record: type, file: Path, name: str, _stamps: tuple[tuple[int, int], ...], prices: tuple[tuple[int, float], ...]
) -> tuple[Any, Mapping[str, Number], Mapping[str, object]]:
    """A record with no override in it, with its numbers and values, kept: an experiment reads its files often."""
    reader = Reader(read_toml(file.with_name("sources.toml")), prices, {}, False)
    table, path = read_toml(file), file.stem
    if name:
        table, path = table[name], f"{path}.{name}"
    return assemble(record, table, path, file.name, reader.leaf, name), reader.numbers, reader.values
