"""Weather: years of drought, one draw for a region, and local frost, hail and landslides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.streams import Streams


@dataclass(frozen=True)
class Climate:
    """How often droughts and hazards come and what they take."""

    drought_probability: float = needs("1/yr", "chance of a drought year")
    drought_loss: float = needs("1", "share of unbuffered harvest that a drought of severity 1 takes")
    worst_drought: float = needs("1", "severity of the worst drought")
    hazard_probability: float = needs("1/yr", "chance of frost, hail or landslides in a village")
    hazard_loss: float = needs("1", "share of harvest that frost, hail or landslides take in a village")


@dataclass(frozen=True)
class Weather:
    """A year's weather by village; shapes (village,)."""

    drought: np.ndarray
    drought_loss: np.ndarray
    hazard_loss: np.ndarray


def drought_severity(rules: Climate, draw: np.ndarray) -> np.ndarray:
    """Severity of drought, 0 in other years: uniform from 0 to the worst in a drought year; shape of draw."""
    if rules.drought_probability == 0:
        return np.zeros_like(draw)
    return rules.worst_drought * np.maximum(1 - draw / rules.drought_probability, 0.0)


def weather_of(
    rules: Climate, streams: Streams, year: int, region: np.ndarray, village: np.ndarray, imposed: float = 0.0
) -> Weather:
    """The year's weather of every village; shapes (village,).

    Villages of one region share one drought draw ("weather.drought"), whose severity is `imposed` [1] at least;
    hazards are drawn by village ("weather.hazard"). Severity s takes 1 - (1 - loss)^s of an unbuffered harvest.
    """
    severity = np.maximum(drought_severity(rules, streams.uniform("weather.drought", year, region)), imposed)
    struck = streams.uniform("weather.hazard", year, village) < rules.hazard_probability
    lost = 1 - (1 - rules.drought_loss) ** severity
    return Weather(severity, lost, np.where(struck, rules.hazard_loss, 0.0))
