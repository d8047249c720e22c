"""A small invented village with the face of a real model, for tests of what is written and shown."""

from __future__ import annotations

import os
from types import SimpleNamespace

import compiled  # noqa: F401 (first, so that the imports below are kept)
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from agents.columns import Table
from agents.cooperative import Cooperative
from agents.household import Household
from agents.patch import Patch
from agents.person import Person
from village_abm.indicators import REGISTRY
from village_abm.ledger import Ledger
from village_abm.params import Number

# On a machine that decides, the same code gets the same answer; at a desk every run tries something new.
settings.register_profile("decides", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("decides")

LINES, COLUMNS, START, END = 40, 48, 1990, 1995
USES = ("natural", "maize", "fallow", "settlement")


def _number(path, value, unit, confidence, note=""):
    return Number(path, value, unit, (0.0, 10.0), "S0", confidence, None, note, f"meaning of {path}", unit, "land.toml")


def _poverty_line():
    """A line that is raised from 400 to 900 in 1993."""
    return SimpleNamespace(
        at=lambda year: 400.0 if year < 1993 else 900.0,
        limits=(50, 10000),
        unit="CNY/person/yr",
        sources=("S0",),
        confidence="design",
        meaning="poverty line of the year",
        note="",
    )


def _landscape():
    y, x = np.mgrid[0:LINES, 0:COLUMNS]
    elevation = 600 + 120 * np.sin(x / 6) * np.cos(y / 5)
    return SimpleNamespace(
        patch_size=25.0,
        crs=None,
        origin=(0.0, LINES * 25.0),
        elevation=elevation,
        notes=("The terrain was generated: peak-cluster depression.",),
    )


def _maps(elevation):
    years = END - START + 1
    steps = np.arange(years)[:, None, None]
    use = np.where(elevation < 560, 1, 0) + 0 * steps
    use = np.where((elevation < 560) & (elevation > 560 - 20 * steps), 2, use)
    use[:, 20, 20] = 3
    grade = np.clip((elevation - 520) / 40 - steps / 3, 0, 5)
    shape = use.shape
    return {
        "use": use.astype(np.int16),
        "grade": grade.astype(np.int8),
        "cover": np.clip(0.3 + 0.05 * steps + 0 * elevation, 0, 1).astype(np.float32),
        "soil_depth": np.full(shape, 18.5, np.float32),
        "exposure": np.full(shape, 0.4, np.float32),
        "owner": np.where(use > 0, 0, -1).astype(np.int32),
        "scheme": np.full(shape, -1, np.int16),
    }


def _indicators(seed):
    years = np.arange(START, END + 1)
    paths = {}
    for number, name in enumerate(REGISTRY):
        top = 0.8 if REGISTRY[name].unit == "1" else 1000.0
        paths[name] = top * (0.4 + 0.1 * np.sin(years / 3 + number + seed))
    frame = pd.DataFrame(paths, index=pd.Index(years, name="year"))
    frame.attrs["units"] = {name: item.unit for name, item in REGISTRY.items()}
    frame.attrs["labels"] = {name: {"en": item.en, "zh": item.zh} for name, item in REGISTRY.items()}
    frame.attrs["groups"] = {name: item.group for name, item in REGISTRY.items()}
    return frame


class InventedModel:
    """A model that has already run: every attribute that the record and the report read."""

    def __init__(self, seed=7):
        self.streams = SimpleNamespace(seed=seed, replicate=0)
        numbers = {
            n.path: n
            for n in (
                _number("land.patch_size", 25.0, "m", "design"),
                _number("ecology.soil.bulk_density", 1.2, "t/m^3", "reported"),
                _number("ecology.soil.weathering", 0.03, "mm/yr", "estimate", "fitted to patterns"),
                _number("people.migration.ease", [1.0, 2.0], "1", "unverified"),
            )
        }
        self.params = SimpleNamespace(
            numbers=numbers,
            series={"poverty_line": _poverty_line()},
            schemes={"trees": SimpleNamespace(label={"en": "Trees", "zh": "树"}, years=(1991, 1993))},
            packages=SimpleNamespace(closure=SimpleNamespace(start=1992)),
            differences={"land.patch_size": 25.0},
            fingerprint="0123456789abcdef",
            scenario=SimpleNamespace(
                name="village",
                label={"en": "A village", "zh": "一个村庄"},
                start=START,
                end=END,
                burn_in=1980,
                seed=7,
                schemes=("trees",),
                packages=("closure",),
                villages=(SimpleNamespace(name="village"),),
            ),
        )
        self.landscape = _landscape()
        self.village = SimpleNamespace(landscapes=(self.landscape,))
        self.maps = _maps(self.landscape.elevation)
        self.map_years = list(range(START, END + 1))
        self.year = END
        self.indicators = _indicators(seed)
        self.use_names = USES
        scores = [0.0, 0.25, 0.5, 0.5, 0.0, 0.5, 1.0, 1.0]
        self.statements = {}
        self.industries = [{"name": "maize", "area": 12.5, "scores": scores, "score": 0.469}]
        chinese = ("自然地", "玉米", "撂荒", "聚落")
        self.use_labels = [{"en": name, "zh": zh} for name, zh in zip(USES, chinese, strict=True)]
        self.households = Table(Household, 8, uses=len(USES))
        self.households.add(np.arange(5), members=4, residents=3, income=500_000, farm_income=200_000)
        self.people = Table(Person, 30)
        ids = np.arange(20)
        self.people.add(ids, age=ids * 4, female=ids % 2, status=ids % 6)
        self.cooperatives = Table(Cooperative, 2)
        self.cooperatives.add(np.arange(2), founded=1991)
        self.patches = Table(Patch, LINES * COLUMNS)
        self.patches.add(np.arange(LINES * COLUMNS))
        self.ledger = Ledger()
        self.ledger.add("soil", "t", 1e-9)
        for year in self.map_years:
            stock = 100.0 - (year - START)
            self.ledger["soil"].open(stock)
            self.ledger["soil"].enter("washed away", -1.0)
            self.ledger.close("soil", stock - 1.0, year)
        self.events = [{"year": 1992, "kind": "enrolled", "household": 11, "why": "payment above return"}]
        self.ties = nx.Graph([(0, 1, {"kind": "kin"}), (1, 2, {"kind": "neighbour"})])


@pytest.fixture
def invented():
    """A finished invented model."""
    return InventedModel()
