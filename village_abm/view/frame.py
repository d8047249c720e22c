"""A frame: what a page may know of one year, taken when the year has closed and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from village_abm.model import VillageModel
    from village_abm.view.layers import Layer

HOUSE = (
    "id", "village", "home", "members", "residents", "migrants", "income", "farm_income", "wage_income", "remittances",
    "payments", "enterprise_income", "cash", "poor", "backbone", "returnee", "cooperative",
)  # fmt: skip
"""Columns of households that a frame keeps, of living ones."""
AGES, OLDEST = 5, 85


@dataclass(frozen=True)
class Frame:
    """One closed year: bytes of every layer (lines, columns), indicators, living households, ages, events."""

    year: int
    layers: Mapping[str, np.ndarray]
    indicators: Mapping[str, float]
    houses: Mapping[str, np.ndarray]
    ages: np.ndarray
    """People by sex (men, women), at home or away, and five-year band; (2, 2, bands)."""
    events: tuple[Mapping[str, Any], ...]


def take(model: VillageModel, layers: Mapping[str, Layer], indicators: Mapping[str, float], past: int) -> Frame:
    """The frame of the year just closed; `past` events were told before it began."""
    village = model.village
    households = village.households
    rows = households.rows
    houses = {"row": rows.astype(np.int32)}
    houses |= {name: getattr(households, name)[rows] for name in HOUSE}
    return Frame(
        year=village.year,
        layers={name: layer.bytes_of(village) for name, layer in layers.items()},
        indicators=indicators,
        houses=houses,
        ages=ages(model),
        events=tuple(village.events[past:]),
    )


def ages(model: VillageModel) -> np.ndarray:
    """People on the register by sex, place and five-year band; (2, 2, bands)."""
    from village_abm.scope import MIGRANT

    people = model.village.people
    rows = people.rows
    band = np.minimum(people.age[rows], OLDEST) // AGES
    bands = OLDEST // AGES + 1
    place = (people.female[rows].astype(np.int64) * 2 + (people.status[rows] == MIGRANT)) * bands + band
    return np.bincount(place, minlength=4 * bands).reshape(2, 2, bands)
