"""Rocky desertification is graded as a surveyor would grade it, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from ecology_rules import rules
from hypothesis import given
from hypothesis import strategies as st

from agents.patch import GRADES, VEGETATION_TYPES
from village_abm.ecology import desertification as kd

RULES = rules(kd.Desertification)
RESEARCH = replace(RULES, definition="research")


def ground(exposure, cover, vegetation, depth, slope=20.0, terraced=False, built=False):
    """What a surveyor sees, from plain numbers or lists."""
    named = np.atleast_1d(vegetation)
    types = np.array([VEGETATION_TYPES.index(name) for name in named]) if named.dtype.kind == "U" else named
    values = (exposure, cover, types, depth, slope, terraced, built)
    return kd.Ground(*np.broadcast_arrays(*(np.atleast_1d(np.asarray(value)) for value in values)))


@pytest.mark.parametrize(
    ("exposure", "cover", "vegetation", "depth", "points", "grade"),
    [
        (0.35, 0.05, "crop", 25, 20 + 16 + 8 + 3, "moderate"),  # dry cropland goes straight to moderate
        (0.35, 0.05, "crop", 45, 20 + 16 + 8 + 1, "slight"),
        (0.30, 0.49, "shrub", 40, 20 + 8 + 8 + 1, "slight"),
        (0.45, 0.45, "shrub", 15, 26 + 8 + 8 + 6, "moderate"),
        (0.75, 0.40, "shrub", 8, 44 + 8 + 8 + 10, "severe"),
        (0.55, 0.25, "grass", 12, 32 + 12 + 14 + 6, "severe"),
        (0.65, 0.15, "grass", 5, 38 + 12 + 20 + 10, "extreme"),
        (0.70, 0.05, "none", 2, 44 + 20 + 26 + 10, "extreme"),
        (0.55, 0.60, "grass", 30, 32 + 12 + 5 + 3, "moderate"),  # herb cover counts only from .70
        (0.55, 0.60, "shrub", 30, 0, "potential"),
        (0.55, 0.70, "grass", 30, 0, "potential"),
        (0.90, 0.50, "tree", 3, 0, "potential"),
        (0.29, 0.05, "none", 3, 0, "none"),
    ],
)
def test_the_scoring_table_by_hand(exposure, cover, vegetation, depth, points, grade):
    score, found = kd.graded(RULES, ground(exposure, cover, vegetation, depth))
    assert score.item() == points
    assert GRADES[found.item()] == grade


def test_terraced_cropland_is_at_most_potential_and_buildings_are_not_surveyed():
    score, grade = kd.graded(RULES, ground(0.8, 0.05, "crop", 5, terraced=[True, False]))
    assert score[0] == 0
    assert [GRADES[g] for g in grade] == ["potential", "extreme"]
    score, grade = kd.graded(RULES, ground(0.8, 0.05, "none", 5, built=True))
    assert (score.item(), grade.item()) == (0, 0)


@pytest.mark.parametrize(
    ("exposure", "cover", "depth", "slope", "grade"),
    [
        (0.35, 0.80, 30, 10, "none"),
        (0.45, 0.60, 18, 16, "potential"),
        (0.65, 0.40, 14, 20, "slight"),
        (0.75, 0.30, 8, 24, "moderate"),
        (0.85, 0.15, 4, 28, "severe"),
        (0.95, 0.05, 2, 35, "extreme"),
        (0.95, 0.05, 2, 5, "extreme"),  # three marks of four are enough
        (0.95, 0.05, 30, 5, "none"),  # two are not
    ],
)
def test_the_research_rule_asks_for_three_marks_of_four(exposure, cover, depth, slope, grade):
    _, found = kd.graded(RESEARCH, ground(exposure, cover, "grass", depth, slope))
    assert GRADES[found.item()] == grade


def test_a_definition_nobody_wrote_is_refused():
    with pytest.raises(ValueError, match=r"definition = 'eye'\. Write score or research"):
        kd.graded(replace(RULES, definition="eye"), ground(0.5, 0.5, "tree", 20))


shares, depths = st.floats(0, 1), st.floats(0, 120)


@given(shares, shares, shares, st.sampled_from(range(4)), depths, st.sampled_from([RULES, RESEARCH]))
def test_more_rock_never_improves_the_grade(one, other, cover, vegetation, depth, definition):
    less, more = sorted((one, other))
    _, grade = kd.graded(definition, ground([less, more], cover, vegetation, depth))
    assert grade[0] <= grade[1]


@given(shares, shares, shares, st.sampled_from(range(4)), depths, st.sampled_from([RULES, RESEARCH]))
def test_more_cover_never_worsens_the_grade(one, other, exposure, vegetation, depth, definition):
    less, more = sorted((one, other))
    _, grade = kd.graded(definition, ground(exposure, [less, more], vegetation, depth))
    assert grade[1] <= grade[0]


@given(shares, shares, st.sampled_from(range(5)), depths)
def test_land_has_points_exactly_where_it_is_desertified(exposure, cover, vegetation, depth):
    score, grade = kd.graded(RULES, ground(exposure, cover, vegetation, depth))
    assert (score > 0) == (grade >= kd.SLIGHT)
    assert score == 0 or 34 <= score <= 100
