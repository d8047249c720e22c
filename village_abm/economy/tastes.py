"""Attitudes to risk, loss and time, drawn once for good for every household."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.streams import Streams


@dataclass(frozen=True)
class Tastes:
    """Lowest and highest of each attitude; households are spread evenly between."""

    risk: tuple[float, float] = needs("1", "curvature of value, sigma")
    loss_aversion: tuple[float, float] = needs("1", "weight of losses against gains, lambda")
    discount: tuple[float, float] = needs("1/yr", "yearly discount rate")


def draw(rules: Tastes, streams: Streams, ids: np.ndarray) -> dict[str, np.ndarray]:
    """Each attitude of households `ids`, uniform between its bounds; arrays of the shape of `ids`."""
    drawn = {}
    for name in ("risk", "loss_aversion", "discount"):
        low, high = getattr(rules, name)
        drawn[name] = low + (high - low) * streams.uniform(f"tastes.{name}", 0, ids)
    return drawn
