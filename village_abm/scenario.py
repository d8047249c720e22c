"""Scenarios: which years, which villages, which schemes and packages, and which numbers are set apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from village_abm.overrides import parsed
from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import read_label, read_toml, typed
from village_abm.series import FIRST_YEAR, LAST_YEAR

DEFAULT = "village"
LANDFORM_TYPES = ("peak_cluster_depression", "trough_valley", "plateau", "gorge")
ROLES = ("ordinary", "leave", "settle")
OVERRIDABLE = ("start", "end", "seed", "schemes", "packages", "held_migration", "frozen_from")


@dataclass(frozen=True)
class VillageSpec:
    """One village of a scenario: its landform, its households at the first year, its part in a relocation."""

    name: str
    landform: str
    households: int
    role: str


@dataclass(frozen=True)
class Scenario:
    """What is run: recorded years, first simulated year, villages, what is switched on."""

    name: str
    label: Mapping[str, str]
    note: str
    start: int
    end: int
    burn_in: int
    seed: int
    villages: tuple[VillageSpec, ...]
    schemes: tuple[str, ...]
    packages: tuple[str, ...]
    held_migration: str
    frozen_from: int
    allow_out_of_range: bool
    set: Mapping[str, object] = field(default_factory=dict)


KEYS = {field.name for field in dataclasses.fields(Scenario)} - {"name"}


def shipped_scenarios(folder: Path) -> list[str]:
    """Names of the scenarios that come with the parameters."""
    return sorted(file.stem for file in (folder / "scenarios").glob("*.toml"))


def read_scenario(folder: Path, scenario: str | Path | None = None) -> tuple[Scenario, str]:
    """The scenario of a shipped name or of a user's TOML file, and its file's name; raises ParameterError."""
    file = _find(folder, DEFAULT if scenario is None else scenario)
    table, origin = _inherited(folder, file, ())
    where = _shown(folder, file)
    for key in sorted(KEYS - {"set", "note"}):
        if key not in table:
            raise ParameterError(f"{where}: '{key}' is missing. Add it, or inherit it by base = \"{DEFAULT}\".")
    hints = {"start": int, "end": int, "burn_in": int, "seed": int, "frozen_from": int, "note": str}
    hints |= {"held_migration": str, "allow_out_of_range": bool}
    plain = {key: typed(table.get(key, ""), hint, f"{origin.get(key, where)}: {key}") for key, hint in hints.items()}
    rows = enumerate(_rows(table, origin["villages"]), start=1)
    return (
        Scenario(
            name=file.stem,
            label=read_label(table["label"], f"{origin['label']}: label"),
            villages=tuple(_village(row, f"{origin['villages']}: villages, entry {n}") for n, row in rows),
            schemes=typed(table["schemes"], tuple[str, ...], f"{origin['schemes']}: schemes"),
            packages=typed(table["packages"], tuple[str, ...], f"{origin['packages']}: packages"),
            set=flat(table.get("set", {})),
            **plain,
        ),
        where,
    )


def _find(folder: Path, scenario: str | Path) -> Path:
    path = Path(scenario)
    if path.suffix == ".toml" or len(path.parts) > 1:
        return path
    shipped = folder / "scenarios" / f"{path}.toml"
    refuse_unknown([str(path)], shipped_scenarios(folder), "scenario", "name")
    return shipped


def _shown(folder: Path, file: Path) -> str:
    """How errors name a scenario file: shipped ones by their name, others by their path."""
    return file.name if file.parent == folder / "scenarios" else str(file)


def _inherited(folder: Path, file: Path, heirs: tuple[Path, ...]) -> tuple[Mapping[str, Any], dict[str, str]]:
    """What a file says and inherits, and the file in which each key of it stands."""
    where = _shown(folder, file)
    if file.resolve() in heirs:
        raise ParameterError(f"{where}: inherits from itself by base = ... Break the circle.")
    table = read_toml(file)
    refuse_unknown(table, KEYS | {"base"}, where, "key")
    if not isinstance(table.get("set", {}), Mapping):
        raise ParameterError(f"{where}: set = {table['set']!r}: [set] is no table. Write [set] and lines PATH = VALUE.")
    origin = dict.fromkeys(table, where)
    if "base" not in table:
        return table, origin
    parent = _base(folder, file, typed(table["base"], str, f"{where}: base"))
    inherited, origins = _inherited(folder, parent, (*heirs, file.resolve()))
    settings = flat(inherited.get("set", {})) | flat(table.get("set", {}))
    return {**inherited, **table, "set": settings}, origins | origin


def _base(folder: Path, file: Path, base: str) -> Path:
    """The file that a base names: another one beside the file, else a shipped one."""
    beside, shipped = file.parent / f"{base}.toml", folder / "scenarios" / f"{base}.toml"
    if beside.resolve() == file.resolve() and shipped.is_file():
        return shipped  # a file may have the name of the shipped one it builds on
    return beside if beside.is_file() else _find(folder, base)


def flat(
    table: Mapping[str, Any], prefix: str = "", whole: Callable[[Mapping[str, Any]], bool] = lambda _: False
) -> dict[str, Any]:
    """A table with dotted paths, whether its file nests or quotes them; `whole` tables are values themselves.

    Raises ParameterError where a path is written twice, once nested and once quoted.
    """
    paths: dict[str, Any] = {}
    for key, value in table.items():
        nested = isinstance(value, Mapping) and not whole(value)
        inside = flat(value, f"{prefix}{key}.", whole) if nested else {f"{prefix}{key}": value}
        twice = next((path for path in inside if path in paths), None)
        if twice:
            raise ParameterError(f"{twice} is written twice. Write it once.")
        paths |= inside
    return paths


def _rows(table: Mapping[str, Any], where: str) -> list[Any]:
    rows = table["villages"]
    if not isinstance(rows, list) or not rows:
        raise ParameterError(f"{where}: villages is empty. Write at least one [[villages]].")
    return rows


def _village(row: Any, where: str) -> VillageSpec:
    hints = {"name": str, "landform": str, "households": int, "role": str}
    if not isinstance(row, Mapping):
        raise ParameterError(f"{where}: {row!r} is no village. Write [[villages]] and its lines {', '.join(hints)}.")
    refuse_unknown(row, hints, where, "key")
    for key in hints:
        if key not in row:
            raise ParameterError(f"{where}: '{key}' is missing. Add it.")
    village = VillageSpec(**{key: typed(row[key], hint, f"{where}, {key}") for key, hint in hints.items()})
    refuse_unknown([village.landform], LANDFORM_TYPES, where, "landform")
    refuse_unknown([village.role], ROLES, where, "role")
    if not 10 <= village.households <= 100_000:
        raise ParameterError(f"{where}, households = {village.households}. Write 10 to 100000.")
    return village


def overridden_scenario(scenario: Scenario, key: str, value: object, where: str) -> Scenario:
    """The scenario with one field changed (`scenario.end=2000`, `scenario.schemes=a,b`)."""
    place = f"{where}: scenario.{key}"
    refuse_unknown([f"scenario.{key}"], [f"scenario.{name}" for name in OVERRIDABLE], where, "parameter")
    current, new = getattr(scenario, key), value
    if isinstance(current, tuple):
        listed = parsed(value)
        if isinstance(listed, str):
            listed = [name.strip() for name in listed.split(",") if name.strip()]
        new = typed(listed, tuple[str, ...], place)
    elif isinstance(current, int):
        new = typed(parsed(value), int, place)
    changed: dict[str, Any] = {key: typed(new, str, place) if isinstance(current, str) else new}
    return dataclasses.replace(scenario, **changed)


def check_scenario(
    scenario: Scenario, where: str, schemes: Mapping[str, Any], packages: list[str], series: Mapping[str, Any]
) -> None:
    """Refuse years out of order and names that nothing stands for; raises ParameterError."""
    if scenario.end < scenario.start:
        raise ParameterError(f"{where}: end {scenario.end} before start {scenario.start}. Set end later.")
    if scenario.burn_in > scenario.start:
        raise ParameterError(
            f"{where}: burn_in {scenario.burn_in} after start {scenario.start}. Set it to {scenario.start} or before."
        )
    if scenario.burn_in <= FIRST_YEAR or scenario.end > LAST_YEAR:  # the year before the first is read too
        raise ParameterError(f"{where}: years outside {FIRST_YEAR + 1} to {LAST_YEAR}. Stay inside.")
    if scenario.frozen_from and not FIRST_YEAR <= scenario.frozen_from <= LAST_YEAR:
        raise ParameterError(f"{where}: frozen_from {scenario.frozen_from}. Write 0 (never) or a year.")
    if scenario.seed < 0:
        raise ParameterError(f"{where}: seed {scenario.seed} is negative. Write a whole number from 0 up.")
    refuse_unknown(scenario.schemes, schemes, where, "scheme")
    refuse_unknown(scenario.packages, packages, where, "package")
    imposed = [name for name in series if name.startswith("held_")]
    refuse_unknown([scenario.held_migration] if scenario.held_migration else [], imposed, where, "series")
    names = [village.name for village in scenario.villages]
    if len(set(names)) < len(names):
        raise ParameterError(f"{where}: two villages of one name. Name them apart.")
