"""The kinds of works against desertification, each in sentences: what is treated, what it becomes, what is booked."""

from functools import cache

import numpy as np
import pytest
from policy_rules import MU, schemes
from village_of_test import differing, model

from agents.patch import GRADES, LAND_KINDS
from village_abm.policy import engineering

KINDS = (
    "closure_works", "afforestation", "degraded_forest_restoration", "grassland_improvement", "stone_terraces",
    "cisterns",
)  # fmt: skip
SLIGHT, DRY_TERRACE = GRADES.index("slight"), LAND_KINDS.index("dry_terrace")


@cache
def lived(name="", until=2010, **parts):
    """A small village up to a year, with one scheme or none, and its patches a year before the works began."""
    changes = {"scenario.schemes": name} | {f"schemes.{name}.{path}": value for path, value in parts.items()}
    now = model(changes=changes, burn_in=2006)
    while now.year < 2007:
        now.step()
    columns = ("use", "grade", "terraced", "cistern", "closed", "cover", "soil_depth", "slope", "land_kind")
    before = {name: getattr(now.patches, name).copy() for name in columns}
    while now.year < until:
        now.step()
    return now, before


def treated(now):
    return np.flatnonzero(now.patches.treated > 0)


def uses(now, rows):
    return {now.use_names[use] for use in np.unique(now.patches.use[rows])}


@pytest.mark.parametrize("name", KINDS)
def test_contractors_are_paid_for_what_they_treat_and_every_book_closes(name):
    """The county draws what contractors and administration cost; no book is left open, or the year would fail."""
    now, _ = lived(name, 2008, **{"works.pace": 0.1, "budget": 1e6})
    scheme, rows = now.params.schemes[name], treated(now)
    purse = now.ledger.years[2008]["county purse"]
    _, works, admin = engineering.affordable(scheme, now.village.hectares)
    assert len(rows) > 0
    assert purse[f"works: {name}"] == -works * len(rows)
    assert purse[f"administration: {name}"] == -admin * len(rows)
    assert purse[f"transfer: {name}"] == (works + admin) * len(rows)
    assert now.households.payments.sum() == 0


@pytest.mark.parametrize("name", KINDS)
def test_works_for_which_nothing_is_paid_are_no_works_to_the_bit(name):
    rate = "payment.volume_cost" if name == "cisterns" else "payment.unit_cost"
    unpaid, _ = lived(name, 2010, **{rate: 0.0})
    assert differing(unpaid, lived()[0]) == []


@pytest.mark.parametrize(
    ("name", "yuan"),
    [("closure_works", 85), ("afforestation", 600), ("grassland_improvement", 300), ("stone_terraces", 2_000),
     ("cisterns", 400 * 5), ("degraded_forest_restoration", 400)],
)  # fmt: skip
def test_what_a_mu_costs(name, yuan):
    assert engineering.affordable(schemes()[name], MU)[1] == yuan * 100


def test_closed_hills_are_closed_to_cutting_and_their_forest_grows_back():
    """Desertified wild land is closed; nobody cuts there any more, so more stands on it than without the works."""
    now, before = lived("closure_works", 2010, **{"works.pace": 0.2})
    rows = treated(now)
    assert now.patches.closed[rows].all()
    assert uses(now, rows) == {"closed_forest"}
    assert (before["use"][rows] == now.use_names.index("natural")).all()
    assert now.patches.cover[rows].mean() > lived()[0].patches.cover[rows].mean()


def test_planted_forest_stands_earlier_than_it_would_by_itself():
    """Trees are planted on wild land of little cover; where they live, cover is higher than without the works."""
    now, _ = lived("afforestation", 2010, **{"works.pace": 0.2, "budget": 1e6})
    rows = treated(now)
    assert uses(now, rows) == {"eco_forest"}
    assert now.patches.cover[rows].mean() > lived()[0].patches.cover[rows].mean()


def test_degraded_forest_is_filled_up_and_stays_what_it_is():
    now, before = lived("degraded_forest_restoration", 2010, **{"works.pace": 0.2, "budget": 1e6})
    rows = treated(now)
    assert (now.patches.use[rows] == before["use"][rows]).all()
    assert now.patches.cover[rows].mean() > lived()[0].patches.cover[rows].mean()


def test_grass_is_sown_on_gentle_desertified_land():
    now, before = lived("grassland_improvement", 2010, **{"works.pace": 0.3, "budget": 1e6})
    rows = treated(now)
    assert uses(now, rows) == {"grass"}
    assert before["slope"][rows].max() <= 25
    assert now.patches.cover[rows].mean() > lived()[0].patches.cover[rows].mean()


def test_terraced_slopes_hold_more_soil_and_lose_less_and_stay_with_their_household():
    """Walls and soil on cropped slopes: about 20 cm of soil, less washed away, the same holder as without them."""
    now, before = lived("stone_terraces", 2010, **{"works.pace": 0.3, "budget": 1e6})
    rows, plain = treated(now), lived()[0].patches
    assert not before["terraced"][rows].any()
    assert now.patches.terraced[rows].all()
    assert (now.patches.land_kind[rows] == DRY_TERRACE).all()
    assert now.patches.soil_depth[rows].min() > 19
    cropped = rows[now.village.uses.is_kind("crop")[now.patches.use[rows]] & (now.patches.use[rows] == plain.use[rows])]
    assert now.patches.runoff_loss[cropped].mean() < plain.runoff_loss[cropped].mean()
    assert (now.patches.owner[rows] == plain.owner[rows]).mean() > 0.9
    assert now.ledger.years[2008]["soil"]["carried in by works"] > 0


def test_cisterns_stand_beside_dry_fields_and_put_more_rain_to_use():
    """Each served plot uses .30 more of the rain, by the share that a cistern adds; no plot gets a second one."""
    now, _ = lived("cisterns", 2010, **{"works.pace": 0.3, "budget": 1e6})
    rows, plain = treated(now), lived()[0]
    assert now.patches.cistern.sum() == len(rows)
    gained = now.village.memory["rainwater"][rows] - plain.village.memory["rainwater"][rows]
    like = np.abs(now.patches.cover[rows] - plain.patches.cover[rows]) < 1e-12
    assert like.any()
    np.testing.assert_allclose(gained[like], now.params.ecology.water.cistern_use)


def test_works_look_for_slope_kind_and_cover_and_do_not_build_twice():
    cells = (np.array([3.0, 10, 10, 10]), np.full(4, LAND_KINDS.index("dry_slope")), np.zeros(4))
    terraced, none = np.array([False, True, False, False]), np.zeros(4, bool)
    cells[1][2] = LAND_KINDS.index("paddy")
    assert engineering.fits(schemes()["stone_terraces"], *cells, none, terraced, none).tolist() == [0, 0, 0, 1]
    thin = np.array([0.39, 0.41])
    wild = (np.full(2, 40.0), np.zeros(2, int), thin, *np.zeros((3, 2), bool))
    assert engineering.fits(schemes()["afforestation"], *wild).tolist() == [True, False]
