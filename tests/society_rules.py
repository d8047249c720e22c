"""The shipped parameters and series of society, for tests that need no whole scenario."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from village_abm.params import specs
from village_abm.society.demography import Demography
from village_abm.society.learning import Learning
from village_abm.society.migration import Migration
from village_abm.society.population import Population
from village_abm.society.ties import Ties
from village_abm.units import factor

PARAMS = Path(__file__).parents[1] / "params"
RECORDS = {record.__name__.lower(): record for record in (Population, Demography, Migration, Ties, Learning)}


@cache
def rules():
    """All records of people.toml by section, in the units the model needs (its money is of 2020)."""
    written = tomllib.loads((PARAMS / "people.toml").read_text(encoding="utf-8"))
    return SimpleNamespace(**{name: _record(record, written[name]) for name, record in RECORDS.items()})


def _record(record, leaves):
    assert set(leaves) == set(specs(record))
    return record(**{name: _value(leaves[name], spec["unit"]) for name, spec in specs(record).items()})


def _value(leaf, needed):
    value = leaf["value"]
    if needed is None:
        return value
    assert leaf["range"][0] <= np.min(value)
    assert leaf["range"][1] >= np.max(value)
    scale = factor(leaf["unit"], needed)
    return tuple(one * scale for one in value) if isinstance(value, list) else value * scale


@cache
def series(name):
    """Years and values of a shipped series, as its file writes them."""
    with (PARAMS / "series" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [(float(row["year"]), float(row["value"])) for row in csv.DictReader(file)]
    return tuple(zip(*rows, strict=True))


def at(name, year):
    """The value of a series in a year, linear between its points and held beyond them."""
    return float(np.interp(year, *series(name)))
