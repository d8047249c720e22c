"""The village before its first year: who lives there, who holds what, how the land lies; and real registers."""

import dataclasses
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from village_of_test import small

from agents.patch import LAND_KINDS, is_cropland
from agents.person import STATUSES
from village_abm import VillageModel, load_params
from village_abm.land.fragmentation import household_pattern
from village_abm.society.register import read_register
from village_abm.year import ground

DOCS = Path(__file__).parents[1] / "docs" / "data.md"
HECTARE_PATCHES = 16  # patches of 25 m in a hectare
SEEDS = (1, 2, 3, 4)


@cache
def founded(seed=1):
    """The default village before its first year, full size; shared, so only look."""
    return VillageModel(load_params("village"), rng=seed)


@cache
def in_1990(seed):
    """Indicators of the default village in its first recorded year."""
    return VillageModel(load_params("village"), rng=seed).run(1).indicators.loc[1990]


def plots_of(now):
    patches = now.patches
    counted = is_cropland(patches.land_kind)
    return household_pattern(
        patches.owner, counted, now.households.home, now.landscape.shape, now.params.land.patch_size
    )


# The default village ---------------------------------------------------------------------------------------


def test_in_1990_some_1440_people_live_in_some_300_houses():
    people = [in_1990(seed)["population"] for seed in SEEDS]
    houses = [in_1990(seed)["households"] for seed in SEEDS]
    assert np.mean(people) == pytest.approx(1440, rel=0.05)
    assert np.mean(houses) == pytest.approx(300, rel=0.05)
    assert all(one == pytest.approx(1440, rel=0.12) for one in people)
    assert all(one == pytest.approx(300, rel=0.12) for one in houses)


def test_in_1990_a_third_of_the_land_is_desertified_and_cover_is_below_one_half():
    rocky = [in_1990(seed)["kd_area"] / (14_400 / HECTARE_PATCHES) for seed in SEEDS]
    cover = [in_1990(seed)["cover"] for seed in SEEDS]
    assert all(0.30 <= one <= 0.40 for one in rocky)
    assert 0.43 <= np.mean(cover) <= 0.47
    assert all(0.42 <= one <= 0.48 for one in cover)


def test_in_1990_moderate_desertification_is_the_most_and_extreme_the_least():
    for seed in SEEDS:
        now = in_1990(seed)
        parts = now[["kd_slight", "kd_moderate", "kd_severe", "kd_extreme"]] / now["kd_area"]
        assert parts.sum() == pytest.approx(1)
        assert parts.idxmax() == "kd_moderate"
        assert parts.idxmin() == "kd_extreme"


def test_the_landscape_is_nine_square_kilometres_of_which_a_seventh_is_cropland():
    now = founded()
    assert len(now.patches) == 14_400
    assert now.village.land_by_use().sum() == 900.0
    shares = np.bincount(now.patches.land_kind, minlength=len(LAND_KINDS)) / len(now.patches)
    of = dict(zip(LAND_KINDS, shares.tolist(), strict=True))
    assert sum(of[kind] for kind in ("dry_slope", "dry_terrace", "dry_flat", "wet_terrace", "paddy")) == pytest.approx(
        0.145, abs=0.02
    )
    assert 0.5 < of["forest_land"] < 0.6
    assert 0.25 < of["collective"] < 0.33
    assert of["dry_slope"] > of["dry_terrace"] > of["wet_terrace"]
    assert of["settlement"] == pytest.approx(0.0044, abs=0.001)


def test_a_household_holds_about_eight_plots_scattered_over_the_village():
    plots = plots_of(founded())
    rules = founded().params.land.tenure
    assert plots.plots.mean() == pytest.approx(rules.plots, rel=0.05)
    assert plots.plots.min() >= rules.plots_least
    assert plots.plots.max() <= rules.plots_most
    assert (plots.parcels > 0.9 * plots.plots).mean() > 0.8  # hardly two plots of one household touch
    assert 200 < plots.distance.mean() < 500
    assert plots.simpson.mean() > 0.8


def test_forest_land_lies_in_few_blocks_where_cropland_lies_in_many():
    now = founded()
    forest = household_pattern(
        now.patches.owner,
        now.patches.land_kind == LAND_KINDS.index("forest_land"),
        now.households.home,
        now.landscape.shape,
        now.params.land.patch_size,
    )
    assert forest.plots.mean() > 20
    assert forest.parcels.mean() < 6


def test_houses_stand_on_settlement_patches_where_nobody_farms():
    now = founded()
    assert (now.patches.land_kind[now.households.home] == LAND_KINDS.index("settlement")).all()
    assert (now.patches.use[now.households.home] == now.village.uses.index["settlement"]).all()
    assert (now.patches.owner[now.patches.land_kind == LAND_KINDS.index("settlement")] == -1).all()


def test_rice_stands_on_wet_land_maize_on_other_cropland_and_nothing_is_grown_on_the_rest():
    now = founded()
    index, kind, use = now.village.uses.index, now.patches.land_kind, now.patches.use
    wet = np.isin(kind, [LAND_KINDS.index("paddy"), LAND_KINDS.index("wet_terrace")])
    assert (use[wet] == index["paddy"]).all()
    assert (use[is_cropland(kind) & ~wet] == index["maize"]).all()
    assert np.isin(use[~is_cropland(kind)], [index["natural"], index["settlement"]]).all()
    assert ((now.patches.owner >= 0) == (is_cropland(kind) | (kind == LAND_KINDS.index("forest_land")))).all()


def test_everybody_lives_in_a_house_couples_together_and_children_with_their_mother():
    now = founded()
    people, households = now.people, now.households
    assert households.members.sum() == len(people.rows)
    assert (households.members > 0).all()
    wed = np.flatnonzero(people.spouse >= 0)
    assert len(wed) > 400
    assert (people.spouse[people.spouse[wed]] == wed).all()
    assert (people.household[people.spouse[wed]] == people.household[wed]).all()
    assert (people.female[people.spouse[wed]] != people.female[wed]).all()
    mothered = np.flatnonzero(people.mother >= 0)
    assert people.female[people.mother[mothered]].all()
    assert (people.age[people.mother[mothered]] - people.age[mothered] >= 15).all()


def test_at_first_nobody_is_away_and_nothing_is_under_contract_closed_or_booked():
    now = founded()
    assert (now.people.status != STATUSES.index("migrant")).all()
    assert (now.patches.scheme == -1).all()
    assert (now.patches.scheme_payee == -1).all()
    assert not now.patches.ever_enrolled.any()
    assert not now.patches.closed.any()
    assert not now.patches.clearing.any()
    assert now.ledger.years == {}


def test_every_house_begins_with_the_same_savings_a_head():
    now = founded()
    fen = now.village.fen(now.params.farm.livelihood.opening_savings)
    assert fen > 0
    assert np.allclose(now.households.cash / now.households.members, fen, atol=1)


def test_households_expect_the_prices_they_see_and_know_the_crops_they_grow():
    now = founded()
    seen, series = now.village.memory["price"], now.village.usual_prices(1979)
    assert (now.households.price_belief == seen).all()
    inside = np.isin(np.arange(len(seen)), list(now.village.memory["trade"]))  # whose prices a region makes
    assert {"prickly_ash", "fruit", "honeysuckle"} <= {now.village.uses.names[use] for use in np.flatnonzero(inside)}
    assert (seen[~inside] == series[~inside]).all()
    assert (seen[inside] != series[inside]).all()
    held = now.patches.owner >= 0
    assert (now.households.knowledge[now.patches.owner[held], now.patches.use[held]] == 1).all()


def test_ids_are_permanent_and_never_shared():
    now = founded()
    ids = np.concatenate([now.people.id, now.households.id, now.patches.id])
    assert len(np.unique(ids)) == len(ids)
    assert (ids > 1_000_000).all()  # a hash of where they come from, no count
    again = VillageModel(load_params("village"), rng=1)
    assert (again.people.id == now.people.id).all()


def test_a_second_village_leaves_the_first_as_it_was():
    """Luck is keyed by village and household, so what lies beside a village changes nothing in it.

    But for the prices of what grows only next door: where nobody can grow a crop, no region makes its price.
    """
    both = small("huanjiang")
    alone = dataclasses.replace(both, scenario=dataclasses.replace(both.scenario, villages=both.scenario.villages[:1]))
    one, two = VillageModel(alone, rng=6), VillageModel(both, rng=6)
    for kind in ("patches", "people", "households"):
        small_table, large_table = getattr(one, kind), getattr(two, kind)
        rows = len(small_table)
        assert len(large_table) > rows
        for name in small_table.__dict__["kind"].columns():
            mine, theirs = getattr(small_table, name), getattr(large_table, name)[:rows]
            if name == "price_belief":
                grown = ground.present(one.village)
                mine, theirs = mine[:, grown], theirs[:, grown]
            assert mine.tobytes() == theirs.tobytes(), f"{kind}.{name}"


# A register ------------------------------------------------------------------------------------------------


@pytest.fixture
def registered(tmp_path):
    """A model of the two households of docs/data.md on a small generated landscape."""
    for name, text in re.findall(r"`(\w+\.csv)`\n\n```csv\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    params = small()
    land = VillageModel(params, rng=1).landscape
    register = read_register(tmp_path, land.shape, land.cell, params.uses)
    return VillageModel(params, rng=1, landscape=land, register=register)


def test_real_people_enter_in_the_first_recorded_year_without_a_burn_in(registered):
    assert registered.year == registered.params.scenario.start - 1
    assert registered.years_ahead(0) == 0
    registered.run(1)
    assert registered.map_years == [1990]


def test_everybody_of_the_register_is_there_as_it_says(registered):
    people, households = registered.people, registered.households
    assert len(households.rows) == 2
    assert people.age.tolist() == [41, 39, 12, 67, 33]
    assert people.female.tolist() == [False, True, True, True, False]
    assert people.household.tolist() == [0, 0, 0, 1, 1]
    assert people.spouse.tolist() == [1, 0, -1, -1, -1]
    assert people.mother.tolist() == [-1, -1, 1, -1, 3]
    assert [STATUSES[status] for status in people.status] == ["farm", "farm", "pupil", "elder", "migrant"]
    assert people.schooling.tolist() == [6, 4, 5, 0, 9]
    assert people.born.tolist() == (registered.year - people.age).tolist()
    assert people.children.tolist() == [0, 1, 0, 1, 0]
    assert households.members.tolist() == [3, 2]
    assert (households.residents.tolist(), households.migrants.tolist()) == ([3, 1], [0, 1])
    assert households.home.tolist() == [4 * 40 + 5, 4 * 40 + 6]


def test_plots_of_the_register_have_their_holder_kind_and_use(registered):
    patches, names = registered.patches, registered.use_names
    rows = [3 * 40 + 5, 7 * 40 + 9, 2 * 40 + 2, 5 * 40 + 6]
    assert patches.owner[rows].tolist() == [0, 0, 0, 1]
    assert [LAND_KINDS[kind] for kind in patches.land_kind[rows]] == ["dry_flat", "dry_slope", "forest_land", "paddy"]
    assert [names[use] for use in patches.use[rows]] == ["maize", "maize", "natural", "paddy"]
    unsaid = 8 * 40 + 1  # its kind and use are left to slope and water
    assert patches.owner[unsaid] == 1
    assert is_cropland(patches.land_kind[unsaid])
    assert names[patches.use[unsaid]] in ("maize", "paddy")
    others = np.setdiff1d(np.arange(len(patches)), [*rows, unsaid])
    assert (patches.owner[others] == -1).all()


def test_houses_of_the_register_stand_and_the_land_knows_how_far_they_are(registered):
    patches = registered.patches
    assert (patches.land_kind[registered.households.home] == LAND_KINDS.index("settlement")).all()
    assert (patches.land_kind == LAND_KINDS.index("settlement")).sum() == 2
    assert patches.distance[registered.households.home].tolist() == [0, 0]
    assert patches.distance[4 * 40 + 9] == pytest.approx(3 * 25)


def test_a_village_of_two_real_households_lives_and_its_books_close(registered):
    registered.run(30)
    assert sorted(registered.ledger.years) == list(range(1990, 2020))
