"""Parameters of a run: read, checked, changed where a scenario or a caller says so, and frozen."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from village_abm.accounting.equivalents import classes_of_uses
from village_abm.accounting.rules import Accounting
from village_abm.ecology.carbon import Carbon
from village_abm.ecology.desertification import Desertification
from village_abm.ecology.harvest import Harvest
from village_abm.ecology.soil import Soil
from village_abm.ecology.vegetation import Vegetation
from village_abm.ecology.water import Water
from village_abm.ecology.weather import Climate
from village_abm.economy.cooperatives import Cooperatives, without_government
from village_abm.economy.enterprises import Use
from village_abm.economy.husbandry import Husbandry
from village_abm.economy.labour import Labour
from village_abm.economy.land_use import LandUse
from village_abm.economy.livelihood import Livelihood
from village_abm.economy.market import Market
from village_abm.economy.production import Production
from village_abm.economy.rental import Rental
from village_abm.economy.tastes import Tastes
from village_abm.economy.tourism import Tourism
from village_abm.land.tenure import Tenure
from village_abm.land.terrain import Terrain
from village_abm.overrides import parsed
from village_abm.params import Number, ParameterError, near, needs
from village_abm.policy.budget import GovernmentRules
from village_abm.policy.catalogue import Scheme
from village_abm.policy.packages import Packages
from village_abm.reading import Reader
from village_abm.records import assemble, params_folder, read_toml
from village_abm.scenario import OVERRIDABLE, Scenario, check_scenario, overridden_scenario, read_scenario
from village_abm.scheme_files import own_schemes
from village_abm.series import Series, read_series
from village_abm.series_changes import overridden_series, scaled_series, struck_series
from village_abm.society.demography import Demography
from village_abm.society.learning import Learning
from village_abm.society.migration import Migration
from village_abm.society.population import Population
from village_abm.society.roles import Roles
from village_abm.society.ties import Ties


@dataclass(frozen=True)
class Land:
    """The grid, the terrain on it and who holds it."""

    terrain: Terrain
    tenure: Tenure
    patch_size: float = needs("m", "side of a patch")
    lines: int = needs("1", "rows of patches, north to south")
    columns: int = needs("1", "columns of patches, west to east")


@dataclass(frozen=True)
class Ecology:
    """Vegetation, its harvest, soil, rocky desertification, water and carbon."""

    vegetation: Vegetation
    harvest: Harvest
    soil: Soil
    desertification: Desertification
    water: Water
    carbon: Carbon


@dataclass(frozen=True)
class People:
    """Who lives there, is born, leaves, knows whom, learns what and has which role."""

    population: Population
    demography: Demography
    migration: Migration
    ties: Ties
    learning: Learning
    roles: Roles


@dataclass(frozen=True)
class Farm:
    """Production, labour, choice of land use, rental, the household's purse and its attitudes."""

    production: Production
    labour: Labour
    choice: LandUse
    rental: Rental
    livelihood: Livelihood
    tastes: Tastes


@dataclass(frozen=True)
class Params:
    """Everything a run is given; the attribute path of a number is its dotted path in the files.

    `numbers` holds each number as its file writes it (after overrides), `differences` what overrides
    changed, `fingerprint` a hash of all that the model reads but the seed.
    """

    land: Land
    ecology: Ecology
    climate: Climate
    people: People
    uses: Mapping[str, Use]
    farm: Farm
    market: Market
    husbandry: Husbandry
    tourism: Tourism
    cooperatives: Cooperatives
    schemes: Mapping[str, Scheme]
    packages: Packages
    government: GovernmentRules
    accounting: Accounting
    series: Mapping[str, Series]
    scenario: Scenario
    numbers: Mapping[str, Number]
    sources: Mapping[str, str]
    differences: Mapping[str, object]
    fingerprint: str


_RECORDS: dict[str, type] = {
    "land": Land,
    "ecology": Ecology,
    "climate": Climate,
    "people": People,
    "farm": Farm,
    "market": Market,
    "husbandry": Husbandry,
    "tourism": Tourism,
    "cooperatives": Cooperatives,
    "packages": Packages,
    "government": GovernmentRules,
    "accounting": Accounting,
}
_TABLES: dict[str, type] = {"uses": Use, "schemes": Scheme}


def load_params(
    scenario: str | Path | None = None,
    overrides: Mapping[str, object] | None = None,
    scheme_files: Sequence[Path] = (),
) -> Params:
    """The parameters of a scenario (a shipped name or a TOML file), with overrides by dotted path.

    `scheme_files` add schemes of one's own to the shipped ones (see `scheme_files.own_schemes`); they are there to be
    named in the scenario's schemes and to be changed by path as shipped ones are.

    A value is a number in the unit of its file, text with a unit ("2400 CNY/ha"), a list, a truth value or
    a word; `PATH[0]` is the first element of a list, `PATH.scale` multiplies a list or a series, `series.NAME.times`
    a series in single years; `scenario.end`, `.schemes` and the like are set the same way. These overrides win over the
    scenario's. Raises ParameterError.
    """
    folder = params_folder()
    sources = {key: row["text"] for key, row in read_toml(folder / "sources.toml").items()}
    own = _own_schemes(folder, scheme_files, sources)
    plan, place = read_scenario(folder, scenario)
    changes = {path: (f"{place} [set]", value) for path, value in plan.set.items()}
    changes |= {path: ("override", value) for path, value in (overrides or {}).items()}

    plan, plan_differences = _planned(plan, changes)
    series, series_differences = _series(read_series(folder, sources), changes, plan.allow_out_of_range)
    prices = series["cpi"]
    years = range(prices.points[0].year, prices.points[-1].year + 1)
    points = tuple((year, prices.at(year)) for year in years)
    reader = Reader(sources, points, changes, plan.allow_out_of_range)
    records: dict[str, Any] = {}
    for stem, record in _RECORDS.items():
        records[stem] = reader.record(record, folder / f"{stem}.toml")
    for stem, record in _TABLES.items():
        file = folder / f"{stem}.toml"
        records[stem] = {name: reader.record(record, file, name) for name in read_toml(file)}
    for name, (table, place_of) in own.items():
        records["schemes"][name] = assemble(Scheme, table, f"schemes.{name}", str(place_of), reader.leaf, name)
    for path, (where, _) in changes.items():
        raise ParameterError(f"{where}: unknown parameter '{path}'. {near(path, _known(reader.numbers, series))}")

    classes_of_uses(records["accounting"].equivalents, tuple(records["uses"]))  # refuses a use without a class
    place += " with overrides" if plan_differences else ""
    check_scenario(plan, place, records["schemes"], [f.name for f in dataclasses.fields(Packages)], series)
    if not records["government"].on:
        plan = dataclasses.replace(plan, schemes=(), packages=())
        records["cooperatives"] = without_government(records["cooperatives"])
    if plan.frozen_from:  # the imposed share of migrants is the experiment; it alone moves on
        series = {
            name: one if name.startswith("held_") else one.frozen_from(plan.frozen_from) for name, one in series.items()
        }
    return Params(
        **records,
        series=series,
        scenario=plan,
        numbers=reader.numbers,
        sources=sources,
        differences=plan_differences | series_differences | reader.differences,
        fingerprint=_fingerprint(reader.values, series, plan),
    )


def _own_schemes(
    folder: Path, files: Sequence[Path], sources: dict[str, str]
) -> dict[str, tuple[Mapping[str, Any], Path]]:
    """The tables of schemes of one's own and the file of each; what their files cite is added to `sources`."""
    shipped = read_toml(folder / "schemes.toml")
    found: dict[str, tuple[Mapping[str, Any], Path]] = {}
    for file in files:
        tables, cited = own_schemes(file, {**shipped, **{name: table for name, (table, _) in found.items()}})
        found |= {name: (table, file) for name, table in tables.items()}
        for key, text in cited.items():
            if sources.setdefault(key, text) != text:
                raise ParameterError(f"{file}: sources.{key} means another source already. Give yours another key.")
    return found


def _planned(plan: Scenario, changes: dict[str, tuple[str, object]]) -> tuple[Scenario, dict[str, object]]:
    """Take the changes of the scenario itself out of `changes` and make them."""
    shipped = plan
    for path in [path for path in changes if path.startswith("scenario.")]:
        where, value = changes.pop(path)
        plan = overridden_scenario(plan, path.removeprefix("scenario."), value, where)
    changed = [name for name in OVERRIDABLE if getattr(plan, name) != getattr(shipped, name)]
    return plan, {f"scenario.{name}": getattr(plan, name) for name in changed}


def _series(
    series: dict[str, Series], changes: dict[str, tuple[str, object]], allow: bool
) -> tuple[dict[str, Series], dict[str, object]]:
    """Take the changes of series out of `changes` and make them, whole ones before scales."""
    differences: dict[str, object] = {}
    for ending, change in (("", overridden_series), (".scale", scaled_series), (".times", struck_series)):
        for name in series:
            path = f"series.{name}{ending}"
            if path in changes:
                where, value = changes.pop(path)
                series[name] = change(series[name], value, where, allow)
                differences[path] = parsed(value)
    if abs(series["cpi"].at(2020) - 1) > 1e-9:
        raise ParameterError("series.cpi is not 1 in 2020, the price base. Scale prices and wages instead.")
    return series, differences


def _known(numbers: Mapping[str, Number], series: Mapping[str, Series]) -> list[str]:
    lists = [
        f"{path}{end}" for path, one in numbers.items() if isinstance(one.value, list) for end in (".scale", "[0]")
    ]
    rows = [f"series.{name}{ending}" for name in series for ending in ("", ".scale", ".times")]
    return [*numbers, *lists, *rows, *(f"scenario.{name}" for name in OVERRIDABLE)]


def _fingerprint(values: Mapping[str, object], series: Mapping[str, Series], plan: Scenario) -> str:
    """SHA-256 of everything the model reads, in canonical JSON; names, notes and the seed left out."""
    left_out = ("name", "label", "note", "set", "seed", "allow_out_of_range")
    told = {key: value for key, value in dataclasses.asdict(plan).items() if key not in left_out}
    everything = {
        "numbers": dict(values),
        "series": {name: one.values.tolist() for name, one in series.items()},
        "scenario": told,
    }
    text = json.dumps(everything, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
