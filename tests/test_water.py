"""Rain is put to use by cover, cisterns and terraces; droughts come as luck has it."""

import numpy as np
import pytest
from ecology_rules import rules
from hypothesis import given
from hypothesis import strategies as st

from village_abm.ecology import water
from village_abm.ecology.weather import Climate, drought_severity, weather_of
from village_abm.streams import Streams

RULES, CLIMATE = rules(water.Water), rules(Climate, "climate.toml")


def test_rainwater_use_by_hand():
    used = water.rainwater_use(RULES, np.array([0.4, 0.4]), np.array([0.0, 0.5]), np.array([False, True]))
    assert used == pytest.approx([0.40, 0.65])  # .30 + .25 x .4, then + .3 x .5 + .1


def test_water_in_crops_by_hand():
    # 1 - .3 x (1 - .4) x 25/50
    assert water.crop_water(RULES, np.array([0.4]), np.array([25.0]), 0.3) == pytest.approx([0.91])


def test_no_drought_costs_no_harvest():
    assert (water.crop_water(RULES, np.array([0.0, 0.9]), np.array([0.0, 90.0]), 0.0) == 1).all()


@given(st.floats(0, 1), st.floats(0, 200), st.floats(0, 1))
def test_a_crop_keeps_between_nothing_and_all_of_its_harvest(use, depth, loss):
    factor = water.crop_water(RULES, np.array([use]), np.array([depth]), loss)
    assert 0 <= factor.item() <= 1


def test_deeper_soil_and_more_water_never_cost_harvest():
    depth = np.linspace(0, 100, 50)
    assert (np.diff(water.crop_water(RULES, np.full(50, 0.4), depth, 0.5)) > 0).all()
    assert (np.diff(water.crop_water(RULES, np.linspace(0, 1, 50), np.full(50, 20.0), 0.5)) > 0).all()


def test_even_where_all_is_done_not_all_rain_is_used():
    assert water.rainwater_use(RULES, np.array([1.0]), 1.0, np.array([True])) < 1


def test_droughts_come_as_often_as_said_and_take_a_third_on_average():
    draws = (np.arange(10_000) + 0.5) / 10_000
    severity = drought_severity(CLIMATE, draws)
    assert (severity > 0).mean() == pytest.approx(0.15, abs=1e-3)
    assert severity.max() == pytest.approx(2.2, abs=1e-2)
    lost = 1 - 0.7 ** severity[severity > 0]
    assert lost.mean() == pytest.approx(0.31, abs=0.01)
    assert lost.max() == pytest.approx(0.54, abs=0.01)


def test_one_region_has_one_drought_and_villages_have_their_own_hail():
    streams, village = Streams(3), np.arange(400)
    years = [weather_of(CLIMATE, streams, year, np.zeros(400, dtype=int), village) for year in range(1980, 2021)]
    assert all(len(np.unique(year.drought)) == 1 for year in years)
    assert any(year.drought[0] > 0 for year in years)
    hit = np.mean([(year.hazard_loss > 0).mean() for year in years])
    assert hit == pytest.approx(0.05, abs=0.01)
    again = weather_of(CLIMATE, Streams(3), 1999, np.zeros(1, dtype=int), np.array([7]))
    assert again.hazard_loss[0] == years[19].hazard_loss[7]
    assert again.drought[0] == years[19].drought[7]
