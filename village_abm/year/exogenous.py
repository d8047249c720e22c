"""What comes from outside: prices, wages, policy rates and weather of one year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.ecology.weather import Weather, weather_of
from village_abm.economy import market
from village_abm.village import Village


@dataclass(frozen=True)
class Now:
    """The outside world of one year; money at the prices of 2020 unless it says nominal."""

    year: int
    frozen: bool
    price_level: float
    day_wage: float
    migrant_wage: float
    prices: np.ndarray
    trend_prices: np.ndarray
    input_ratio: float
    labour_intensity: float
    food_need: float
    feed_need: float
    poverty_line: float
    local_days: float
    job_loss: float
    fertility: float
    life_expectancy: float
    schooling: float
    biogas: float
    weather: Weather
    held_away: float | None


def read(village: Village) -> Now:
    """Read the series and draw the weather of the year."""
    params, series, year = village.params, village.params.series, village.year
    level = series["cpi"].at(year)

    def real(name: str) -> float:
        return series[name].at(year) / level

    numbers = np.arange(len(village.names))
    held = params.scenario.held_migration
    freeze = params.people.demography.frozen_from
    # A crash is no new level of the series: what anchors a region's price does not see it.
    shock = np.where(village.uses.is_kind("perennial"), series["price_shock"].at(year), 1.0)
    trend = village.usual_prices(year) * shock
    weather = weather_of(
        params.climate, village.streams, year, np.zeros(len(village.names), np.int64), numbers,
        series["drought_imposed"].at(year),
    )  # fmt: skip
    return Now(
        year=year,
        frozen=bool(freeze) and year >= freeze,
        price_level=level,
        day_wage=real("farm_day_wage"),
        migrant_wage=real("migrant_wage"),
        prices=market.farm_gate(params.market, trend, village.streams, year),
        trend_prices=trend,
        input_ratio=series["input_cost_ratio"].at(year),
        labour_intensity=series["labour_intensity"].at(year),
        food_need=series["grain_food_need"].at(year),
        feed_need=series["grain_feed_need"].at(year),
        poverty_line=real("poverty_line"),
        local_days=series["local_job_days"].at(year),
        job_loss=series["job_loss"].at(year),
        fertility=series["tfr"].at(year),
        life_expectancy=series["life_expectancy"].at(year),
        schooling=series["schooling_cohort"].at(year),
        biogas=series["biogas_adoption"].at(year),
        weather=weather,
        held_away=series[held].at(year) if held else None,
    )
