"""Villages without a field, a wedding or a future: the years go on, and the books close."""

from dataclasses import replace

import numpy as np
import pytest
from village_of_test import SIDE, model, small

from village_abm import VillageModel
from village_abm.initialise import generated_land
from village_abm.society.register import read_register
from village_abm.streams import Streams


def lived_on(land_of):
    """Four years of a small village on its generated land as `land_of` changes it."""
    params = small(burn_in=1990)
    streams = Streams(1)
    return VillageModel(params, rng=1, landscape=land_of(generated_land(params, streams, 0))).run(4)


@pytest.mark.parametrize("layer", ["sealed", "red_line"])
def test_where_nothing_may_be_farmed_people_live_without_farming(layer):
    now = lived_on(lambda land: replace(land, **{layer: ~land.settlement, "farmland": land.settlement & False}))
    assert not now.village.uses.is_kind("crop")[now.patches.use].any()
    assert now.indicators["population"].min() > 0
    assert np.isfinite(now.households.cash).all()


def test_one_woman_of_99_with_one_plot_lives_out_her_years(tmp_path):
    (tmp_path / "households.csv").write_text("id,line,column\na,20,20\n")
    (tmp_path / "people.csv").write_text("id,household,age,female,schooling\n1,a,99,1,0\n")
    (tmp_path / "plots.csv").write_text("line,column,household\n20,21,a\n")
    params = small()
    land = generated_land(params, Streams(1), 0)
    register = read_register(tmp_path, (SIDE, SIDE), land.cell, params.uses)
    now = VillageModel(params, rng=1, landscape=land, register=register).run(15)
    assert now.indicators["population"].iloc[-1] == 0
    assert now.year == 2004


def test_where_no_woman_marries_men_find_wives_outside():
    now = model(changes={"people.demography.women_marriage": [0] * 7}, burn_in=1988).run(4)
    assert now.indicators["population"].min() > 0
    none = {f"people.demography.{sex}_marriage": [0] * 7 for sex in ("women", "men")}
    assert model(changes=none, burn_in=1988).run(4).indicators["population"].min() > 0
