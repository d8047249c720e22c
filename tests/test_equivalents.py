"""Equivalent-factor value: tables that sum to what was published, a hectare worked on paper, and what takes off."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rasters import both, dem, landcover
from village_of_test import lived, small

from agents.patch import GRADES
from village_abm import VillageModel, load_params
from village_abm.accounting import equivalents
from village_abm.accounting.equivalents import CLASSES, GROUPS, SERVICES
from village_abm.counted import equivalents as counting
from village_abm.params import ParameterError
from village_abm.scope import Scope

PARAMS = load_params()
RULES = PARAMS.accounting.equivalents
UNIT = 1498.58

# Totals as the papers print them.
TOTAL_2015 = {"dry_crop": 4.01, "paddy": 3.89, "conifer": 17.53, "mixed": 23.09, "broadleaf": 22.95, "shrub": 15.22,
              "shrub_grass": 19.69, "grassland": 5.07, "bare": 0.20}  # fmt: skip
TOTAL_2008 = {"dry_crop": 7.90, "paddy": 7.90, "conifer": 28.12, "mixed": 28.12, "broadleaf": 28.12,
              "grassland": 11.67, "bare": 1.39}  # fmt: skip


def of(**changes):
    return dataclasses.replace(RULES, **changes)


def land(*names):
    return np.array([CLASSES.index(name) for name in names])


# The tables -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "totals"), [("xie_2015", TOTAL_2015), ("xie_2008", TOTAL_2008)])
def test_the_rows_of_a_table_sum_to_the_totals_published(table, totals):
    rows = equivalents.table(RULES, table)
    assert rows.shape == (len(CLASSES), len(SERVICES))
    for name, total in totals.items():
        assert rows[CLASSES.index(name)].sum() == pytest.approx(total), name


def test_groups_are_those_that_the_table_prints():
    parts = equivalents.by_group(equivalents.table(RULES, "xie_2015"))
    assert parts[CLASSES.index("dry_crop")] == pytest.approx([1.27, 2.68, 0.06])
    assert parts[CLASSES.index("mixed")] == pytest.approx([1.39, 20.56, 1.14])


def test_paddy_takes_more_water_than_it_gives_and_nothing_is_clipped():
    parts = equivalents.by_group(equivalents.table(RULES, "xie_2015"))
    assert parts[CLASSES.index("paddy")] == pytest.approx([-1.18, 4.98, 0.09])


def test_an_orchard_is_half_shrubs_and_half_dry_cropland():
    rows = equivalents.table(RULES, "xie_2015").sum(axis=1)
    assert rows[CLASSES.index("orchard")] == pytest.approx((15.22 + 4.01) / 2)
    bush = equivalents.table(of(orchard_shrub=1.0), "xie_2015").sum(axis=1)
    assert bush[CLASSES.index("orchard")] == pytest.approx(15.22)


def test_built_land_gives_nothing():
    for name in equivalents.TABLES:
        assert not equivalents.table(RULES, name)[CLASSES.index("built")].any()


def test_the_table_that_counts_is_chosen_by_name_and_the_standard_too():
    old = load_params(overrides={"accounting.equivalents.table": "xie_2008"}).accounting.equivalents
    assert np.array_equal(equivalents.table(old), equivalents.table(RULES, "xie_2008"))
    own = {"accounting.equivalents.standard": "own", "accounting.equivalents.standards.own": 2000}
    assert load_params(overrides=own).accounting.equivalents.unit_value == 2000
    assert RULES.unit_value == UNIT
    newer = load_params(overrides={"accounting.equivalents.standard": "xie_2015"})
    assert newer.accounting.equivalents.unit_value == pytest.approx(3406.5 / PARAMS.series["cpi"].at(2010))


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ParameterError, match="forest: 2 equivalents where the table has 9"):
        dataclasses.replace(RULES.xie_2008, forest=(1.0, 2.0))


# Classes --------------------------------------------------------------------------------------------------


def test_every_use_has_a_class_at_every_stage():
    classes = equivalents.classes_of_uses(RULES, tuple(PARAMS.uses))
    at = {name: [CLASSES[k] for k in row] for name, row in zip(PARAMS.uses, classes, strict=True)}
    assert at["maize"] == ["dry_crop"] * 5
    assert at["natural"] == ["bare", "grassland", "shrub", "mixed", "broadleaf"]
    assert at["timber"][3] == "conifer"  # a plantation counts for less than woods that came of themselves
    assert at["herbs"] == at["natural"]  # they grow under the forest, which stays


def test_a_new_use_without_a_class_is_refused():
    with pytest.raises(ParameterError, match=r"use 'tea' has no class of land\. Add \[\"tea\", CLASS\]"):
        equivalents.classes_of_uses(RULES, (*PARAMS.uses, "tea"))
    kept = [list(pair) for pair in RULES.class_of_use if pair[0] != "maize"]
    with pytest.raises(ParameterError, match="use 'maize' has no class"):
        load_params(overrides={"accounting.equivalents.class_of_use": kept})


def test_a_class_that_there_is_not_is_refused():
    with pytest.raises(ParameterError, match="tea: 'hedge' is no class of land"):
        of(class_of_use=(*RULES.class_of_use, ("tea", "hedge")))
    with pytest.raises(ParameterError, match=r"wild\[0\]: 'desert' is no class"):
        of(wild=("desert", "grassland", "shrub", "mixed", "broadleaf"))


# What desertification takes off ---------------------------------------------------------------------------


def left(rules, name="mixed", cover=0.75, exposure=0.0, grade="none"):
    (found,) = equivalents.adjustment(
        rules, land(name), np.array([cover]), np.array([exposure]), np.array([GRADES.index(grade)])
    )
    return found


def test_cover_and_rock_by_hand():
    assert left(RULES) == 1
    assert left(RULES, cover=0.3) == pytest.approx(0.4)
    assert left(RULES, cover=0.9) == pytest.approx(1.2)  # denser than the reference counts for more
    assert left(RULES, cover=0.3, exposure=0.5) == pytest.approx(0.4 * 0.75)
    assert left(RULES, "dry_crop", cover=0.05, exposure=0.5) == pytest.approx(0.75)  # crops have the cover of crops


def test_each_part_has_its_switch():
    bare = of(by_cover=False, by_rock=False)
    assert left(bare, cover=0.1, exposure=0.9, grade="extreme") == 1
    assert left(of(by_rock=False), cover=0.3, exposure=0.9) == pytest.approx(0.4)
    graded = of(by_cover=False, by_rock=False, by_grade=True)
    found = [left(graded, grade=grade) for grade in GRADES]
    assert found == [1, 1, 0.75, 0.5, 0.3, 0.15]


def test_a_hectare_on_paper():
    """Shrubs at .45 of cover on half rock: 15.22 x .6 x .75 = 6.849 equivalents, 10,264 yuan."""
    what = land("shrub")
    adjusted = equivalents.adjustment(RULES, what, np.array([0.45]), np.array([0.5]), np.array([2]))
    (worth,) = equivalents.value(RULES, what, adjusted)
    assert worth == pytest.approx(6.849 * UNIT)


# Identities and directions --------------------------------------------------------------------------------

CELLS = st.lists(
    st.tuples(
        st.integers(0, len(CLASSES) - 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, len(GRADES) - 1)
    ), min_size=1, max_size=30,
)  # fmt: skip


@given(CELLS, st.sampled_from(equivalents.TABLES), st.booleans())
def test_patches_classes_and_groups_sum_to_one_whole(cells, table, by_grade):
    what, cover, exposure, grade = (np.array(column) for column in zip(*cells, strict=True))
    rules = of(table=table, by_grade=by_grade)
    adjusted = equivalents.adjustment(rules, what, cover, exposure, grade)
    by_patch = equivalents.value(rules, what, adjusted)
    by_group = equivalents.worth(rules, equivalents.by_class(what, adjusted))
    assert by_group.shape == (len(GROUPS),)
    assert by_group.sum() == pytest.approx(by_patch.sum())
    assert (by_patch >= 0).all()  # every class is worth something on the whole, paddy too


@given(CELLS, st.floats(0, 1), st.floats(0, 1))
def test_barer_rockier_and_sicker_land_is_worth_no_more(cells, barer, rockier):
    what, cover, exposure, grade = (np.array(column) for column in zip(*cells, strict=True))
    rules = of(by_grade=True)

    def worth(cover, exposure, grade):
        return equivalents.value(rules, what, equivalents.adjustment(rules, what, cover, exposure, grade))

    before = worth(cover, exposure, grade)
    assert (worth(cover * barer, exposure, grade) <= before + 1e-9).all()
    assert (worth(cover, exposure + (1 - exposure) * rockier, grade) <= before + 1e-9).all()
    assert (worth(cover, exposure, np.minimum(grade + 1, 5)) <= before + 1e-9).all()


@pytest.mark.parametrize("table", equivalents.TABLES)
def test_forest_is_worth_more_than_what_stands_before_it(table):
    rows = dict(zip(CLASSES, equivalents.table(RULES, table).sum(axis=1), strict=True))
    assert rows["bare"] < rows["grassland"] < rows["shrub"] < rows["conifer"] <= rows["mixed"]
    assert rows["dry_crop"] < rows["orchard"] < rows["shrub"]


# In runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_the_statement_adds_up_to_the_map_and_to_the_indicator(scenario):
    model = lived(scenario)
    statement = counting.equivalents_by_class(Scope(model.village))
    classes = [line for line in statement.lines if line.name in CLASSES]
    whole = statement.line("all land").values
    for place in (0, 4, 5):
        assert sum(line.values[place] for line in classes) == pytest.approx(whole[place])
        if place:
            assert sum(statement.line(name).values[place] for name in GROUPS) == pytest.approx(whole[place])
    assert whole[0] == pytest.approx(len(model.patches) * model.village.hectares)
    assert whole[5] == pytest.approx(model.patches.esv.sum() * model.village.hectares)
    assert model.indicators["esv"].iloc[-1] == pytest.approx(model.patches.esv.mean())
    assert model.maps["esv"][-1].sum() == pytest.approx(model.patches.esv.sum(), rel=1e-5)


@pytest.mark.parametrize("table", equivalents.TABLES)
def test_were_all_slopes_forest_the_land_would_be_worth_more(table):
    """After the study of Bangui, Guizhou, where it comes out at 2.57 times."""
    scope = Scope(lived().village)
    now = counting.equivalents_by_class(scope).line("all land").values[4 + equivalents.TABLES.index(table)]
    assert counting.wooded_slopes(scope, table) > now


def test_real_land_is_counted_like_generated(tmp_path):
    dem(tmp_path)
    landcover(tmp_path)
    ground = both(tmp_path, window=(111.005, 0.005, 111.02, 0.02))
    model = VillageModel(small(burn_in=1988), rng=1, landscape=ground).run(2)
    assert np.isfinite(model.indicators[["esv", "function_coordination", "steep_crop_share"]].to_numpy()).all()
    for name in ("equivalents_by_class", "layout_table"):
        whole = model.statements[name].line("all land").values[0]
        assert whole == pytest.approx(len(model.patches) * model.village.hectares)
