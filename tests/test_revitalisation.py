"""The revitalisation index: by hand, its identities, what a better component does; other runs do not matter."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from village_of_test import differing, lived, model

from village_abm import load_params
from village_abm.accounting.revitalisation import (
    COMPONENTS,
    DIMENSIONS,
    OF,
    additive,
    dirichlet,
    eco_level,
    entropy_weights,
    outranks,
    reference_weights,
    scored,
    stand,
    topsis,
)
from village_abm.params import ParameterError
from village_abm.scope import REGISTRY
from village_abm.streams import Streams

RULES = load_params().accounting.revitalisation
METHODS = [dataclasses.replace(RULES, method=name) for name in ("fixed", "equal", "topsis")]
BOUNDS = np.array([getattr(getattr(RULES, DIMENSIONS[d]), name) for d, name in zip(OF, COMPONENTS, strict=True)])
GROUP = np.zeros(2, int)

scores_of_all = arrays(float, len(COMPONENTS), elements=some.floats(0, 1))
methods = some.sampled_from(METHODS)


def values_at(scores):
    """Values of the components that score so between their bounds."""
    return BOUNDS[:, 0] + np.asarray(scores) * (BOUNDS[:, 1] - BOUNDS[:, 0])


# By hand --------------------------------------------------------------------------------------------------


def test_a_score_is_the_way_from_worst_to_best_and_what_lies_beyond_is_told():
    bounds = np.array([[0.0, 120.0], [0.5, 0.0], [4.0, 9.0], [0.0, 1.0]])
    scores, outside = scored(np.array([30.0, 0.4, 10.0, np.nan]), bounds)
    assert scores[:3] == pytest.approx([0.25, 0.2, 1.0])
    assert np.isnan(scores[3])
    assert outside.tolist() == [False, False, True, False]


def test_topsis_by_hand():
    level, parts = topsis(np.array([0.9, 0.3]), np.array([1.0, 1.0]), GROUP)
    # To the worst sqrt(.45^2 + .15^2) = .4743, to the ideal sqrt(.05^2 + .35^2) = .3536.
    assert level == pytest.approx([0.4743416 / (0.4743416 + 0.3535534)])
    assert parts == pytest.approx(level * np.array([0.2025, 0.0225]) / 0.225)


def test_entropy_weights_by_hand():
    # Of four samples the first component is there in one, e = 0; the second is even, e = 1; the third in two, e = 1/2.
    scores = np.array([[1.0, 0.5, 0.4], [0.0, 0.5, 0.4], [0.0, 0.5, 0.0], [0.0, 0.5, 0.0]])
    assert entropy_weights(scores) == pytest.approx([1 / 1.5, 0, 0.5 / 1.5])


def test_entropy_weights_leave_out_what_is_missing():
    scores = np.array([[1.0, 0.4], [0.0, 0.4], [np.nan, 0.0], [np.nan, 0.0]])
    assert entropy_weights(scores) == pytest.approx([1 / 1.5, 0.5 / 1.5])
    with pytest.raises(ValueError, match="no component varies"):
        entropy_weights(np.full((3, 2), 0.5))


def test_the_index_by_hand():
    """Every component of a dimension alike: the dimension is that, and the index the weighted mean."""
    levels = np.array([0.2, 0.9, 0.5, 0.6, 0.4])
    now = stand(RULES, values_at(levels[OF]))
    assert now.dimensions == pytest.approx(levels)
    assert now.index == pytest.approx(0.346 * 0.2 + 0.145 * 0.9 + 0.084 * 0.5 + 0.169 * 0.6 + 0.256 * 0.4)
    assert stand(METHODS[1], values_at(levels[OF])).index == pytest.approx(levels.mean())


def test_a_dimension_is_made_of_what_is_known_and_the_index_needs_all_five():
    scores = np.full(len(COMPONENTS), 0.5)
    scores[COMPONENTS.index("trust")] = 0.8
    scores[COMPONENTS.index("audit_success")] = np.nan
    now, governance = stand(RULES, values_at(scores)), DIMENSIONS.index("effective_governance")
    assert now.dimensions[governance] == pytest.approx((0.8 + 0.5) / 2)
    assert now.weights[COMPONENTS.index("audit_success")] == 0
    assert now.weights[COMPONENTS.index("trust")] == pytest.approx(0.169 / 2)
    scores[governance == OF] = np.nan
    nothing = stand(RULES, values_at(scores))
    assert np.isnan(nothing.dimensions[governance])
    assert np.isnan(nothing.index)
    assert not np.isnan(np.delete(nothing.dimensions, governance)).any()


def test_no_cooperative_is_a_share_of_nothing_not_something_unknown():
    frame = lived().indicators
    assert (frame.loc[1990:1995, "active_member_share"] == 0).all()
    assert frame["thriving_industry"].notna().all()


def test_the_eco_industry_level_by_hand():
    rules = dataclasses.replace(RULES.eco_industry, output=(0.0, 1600.0), employment=(0.0, 0.5))
    parts, outside, level = eco_level(rules, np.array([0.5, 0.2, -100.0, 0.1]))
    assert parts == pytest.approx([0.5, 0.2, 0, 0.2])  # a loss counts as nothing, and is told
    assert outside.tolist() == [False, False, True, False]
    assert level == pytest.approx(0.9 / 4)


def test_rank_by_hand():
    levels = np.array([[0.9, 0.1], [0.5, 0.5], [0.6, 0.6]])
    weights = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.75, 0.25]])
    above = outranks(levels, weights)
    assert above[0, 1] == 2 / 4  # .9 and .7 against .5; .1 does not reach it, and .5 is no more
    assert above[2, 1] == 1
    assert above[1, 2] == 0
    assert np.isnan(outranks(np.array([[0.9, np.nan], [0.5, 0.5]]), weights)[[0, 1], [1, 0]]).all()


# Identities -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", METHODS, ids=lambda rules: rules.method)
def test_the_best_village_has_one_and_the_worst_nothing(rules):
    assert stand(rules, BOUNDS[:, 1]).index == pytest.approx(1)
    assert stand(rules, BOUNDS[:, 0]).index == 0


@given(methods, scores_of_all, some.sets(some.integers(0, len(COMPONENTS) - 1), max_size=2))
def test_contributions_add_up_to_the_index_and_weights_to_one(rules, scores, gone):
    scores[list(gone)] = np.nan
    now = stand(rules, values_at(scores))
    assert 0 <= now.index <= 1 + 1e-9
    assert now.contributions.sum() == pytest.approx(now.index, abs=1e-9)
    assert (now.contributions >= 0).all()
    assert now.weights.sum() == pytest.approx(1)
    assert now.outside.sum() == 0
    if rules.method != "topsis":
        assert now.weights @ np.nan_to_num(now.scores) == pytest.approx(now.index, abs=1e-9)


@given(arrays(float, (12, 5), elements=some.floats(0.01, 1)))
def test_entropy_weights_add_up_to_one_and_do_not_know_the_order_of_samples(scores):
    scores[0] = 1.0
    scores[1] = 0.01  # something varies
    weights = entropy_weights(scores)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    assert entropy_weights(scores[::-1]) == pytest.approx(weights)


def test_weights_drawn_are_spread_evenly_and_the_same_for_the_same_seed():
    ids = np.arange(4000)[:, None], np.arange(5)[None, :]
    one, again = (dirichlet(Streams(3).uniform("weights", 0, *ids)) for _ in range(2))
    assert np.array_equal(one, again)
    assert one.sum(axis=1) == pytest.approx(1)
    assert one.mean(axis=0) == pytest.approx(0.2, abs=0.01)
    assert one.var(axis=0) == pytest.approx(0.8 * 0.2 / 6, abs=0.003)  # of a Dirichlet with five ones


@given(arrays(float, (3, 4), elements=some.floats(0, 1)), arrays(float, (20, 4), elements=some.floats(0.01, 0.99)))
def test_of_two_one_may_stand_above_the_other_and_never_both(levels, draws):
    above = outranks(levels, dirichlet(draws))
    assert (above + above.T <= 1 + 1e-9).all()
    assert (np.diag(above) == 0).all()


# Directions -----------------------------------------------------------------------------------------------


@given(methods, scores_of_all, some.integers(0, len(COMPONENTS) - 1), some.floats(0, 2))
def test_a_better_component_never_lowers_the_index(rules, scores, which, more):
    values = values_at(scores)
    before = stand(rules, values)
    values[which] += more * (BOUNDS[which, 1] - BOUNDS[which, 0])
    after = stand(rules, values)
    assert after.index >= before.index - 1e-9
    assert (after.dimensions >= before.dimensions - 1e-9).all()


@given(arrays(float, 4, elements=some.floats(0, 1)), some.integers(0, 3))
def test_an_additive_level_is_a_mean_and_topsis_lies_between_least_and_most(scores, twice):
    weights = np.ones(4)
    weights[twice] = 2
    of = np.zeros(4, int)
    assert additive(scores, weights, of)[0] == pytest.approx([np.average(scores, weights=weights)])
    (close,) = topsis(scores, weights, of)[0]
    assert scores.min() - 1e-9 <= close <= scores.max() + 1e-9


# Parameters -----------------------------------------------------------------------------------------------


def test_weights_that_do_not_add_up_are_refused():
    with pytest.raises(ParameterError, match="add up to 1"):
        load_params("village", {"accounting.revitalisation.weights": [0.3, 0.2, 0.2, 0.2, 0.2]})
    with pytest.raises(ParameterError, match="without any weight"):
        dataclasses.replace(RULES, entropy=(1.0, *(0.0,) * (len(COMPONENTS) - 1)))
    with pytest.raises(ParameterError, match="ten"):
        dataclasses.replace(RULES, classes=("high", "low"))


def test_a_bound_on_the_wrong_side_is_refused():
    with pytest.raises(ParameterError, match="must be less than the one before"):
        load_params("village", {"accounting.revitalisation.liveable_ecology.kd_share": [0, 0.5]})


def test_every_component_is_an_indicator_in_the_unit_of_its_bounds():
    numbers = load_params().numbers
    for d, name in zip(OF, COMPONENTS, strict=True):
        number = numbers[f"accounting.revitalisation.{DIMENSIONS[d]}.{name}"]
        assert number.unit == REGISTRY[name].unit.replace("year", "yr")


# In runs --------------------------------------------------------------------------------------------------


def test_the_index_of_a_run_is_the_same_with_other_runs_beside_it_and_however_it_is_weighed_nothing_else_moves():
    fixed = model(burn_in=1990)
    fixed.run(4)
    alone = fixed.indicators["revitalisation_index"].to_numpy()
    other = model("huanjiang", seed=5, burn_in=1990)
    other.run(1)
    again, weighed = model(burn_in=1990), model(changes={"accounting.revitalisation.method": "topsis"}, burn_in=1990)
    again.run(4)
    weighed.run(4)
    assert np.array_equal(again.indicators["revitalisation_index"], alone)
    assert not np.isclose(weighed.indicators["revitalisation_index"], alone).any()
    assert differing(fixed, weighed) == []


def test_the_index_can_be_worked_out_from_the_table_of_a_run():
    frame = lived().indicators
    for year in (1990, 2005, 2020):
        now = stand(RULES, frame.loc[year, list(COMPONENTS)].to_numpy(float))
        assert now.index == pytest.approx(frame.loc[year, "revitalisation_index"])
    weights = reference_weights(RULES, frame[list(COMPONENTS)].to_numpy(float))
    assert weights.sum() == pytest.approx(1)


def test_each_village_of_a_landscape_has_its_own_index():
    frame = model("huanjiang", burn_in=1990).run(3).indicators
    for name in ("revitalisation_index", "eco_industry_level"):
        one, two = (frame[f"{name}.{place}"] for place in ("emigration", "resettlement"))
        assert not np.isclose(one, two).any()


def test_the_statement_of_the_index_adds_up():
    now = lived()
    drawn, last = now.statements["revitalisation"], now.indicators.iloc[-1]
    column = {one.name: k for k, one in enumerate(drawn.columns)}
    total = drawn.line("revitalisation_index").values
    assert total[column["value"]] == pytest.approx(last["revitalisation_index"])
    assert total[column["first"]] == pytest.approx(now.indicators["revitalisation_index"].iloc[0])
    for d, dimension in enumerate(DIMENSIONS):
        mine = [drawn.line(name) for name, of in zip(COMPONENTS, OF, strict=True) if of == d]
        sums = drawn.line(dimension)
        assert sums.total
        for what in ("weight", "contribution"):
            assert sum(line.values[column[what]] for line in mine) == pytest.approx(sums.values[column[what]])
    assert sum(drawn.line(name).values[column["contribution"]] for name in COMPONENTS) == pytest.approx(total[0])
    assert any("not comparable" in en for en, _ in drawn.notes)
    assert any("cultural life" in en for en, _ in drawn.notes)


def test_the_statements_of_rank_industry_and_coupling():
    now = lived()
    drawn, last = now.statements, now.indicators.iloc[-1]
    rank = drawn["rank_stability"]
    for low, high in itertools.pairwise(("low", "middle", "high")):
        assert all(a <= b for a, b in zip(rank.line(low).values, rank.line(high).values, strict=True))
    assert sum(rank.line("above").values) == pytest.approx(1)
    assert now.statements["rank_stability"] == rank  # keyed draws
    whole = drawn["eco_industry"].line("eco_industry_level")
    assert whole.values[0] == pytest.approx(last["eco_industry_level"])
    pair = drawn["coordination"].line("coupling_coordination").values
    assert pair[2] == pytest.approx(last["traditional_coordination"])
    assert pair[4] == pytest.approx(last["coupling_coordination"])
    told = str(drawn["coordination"].notes)
    assert all(name in told for name in ("The five dimensions", "Ecology and economy", "五个维度"))


def test_what_is_not_known_is_said():
    first = model(burn_in=1990, changes={"scenario.schemes": []})
    first.run(1)
    notes = [en for en, _ in first.statements["revitalisation"].notes]
    assert any(note.startswith("Not known this year") and "visited plots" in note for note in notes)
