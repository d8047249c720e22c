"""Livelihoods: kinds of households and diversity of income, worked by hand; statements of inequality and mobility."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import entropy
from village_of_test import SHIPPED, lived

from village_abm.accounting import inequality, livelihoods
from village_abm.accounting.livelihoods import TYPES, Livelihoods
from village_abm.counted.living import SOURCES
from village_abm.params import ParameterError

RULES = Livelihoods(farm_shares=(0.2, 0.5, 0.8))
PYSAL = {
    "gini": 0.40539473684210525, "gini of people": 0.3807113195288003, "theil": 0.27385243931324454,
    "theil of people": 0.24361644320667913, "between": 0.05924844, "between of people": 0.05898521,
}  # fmt: skip
ROWS = some.lists(some.tuples(*[some.integers(-4_000, 9_000)] * 4), min_size=1, max_size=20)


def kinds(*shares, left=False):
    return [TYPES[kind] for kind in livelihoods.types(RULES, np.array(shares), np.full(len(shares), left))]


def test_kinds_by_the_share_of_the_farm():
    assert kinds(0.9, 0.8, 0.6, 0.5) == ["pure_farming", "pure_farming", "farm_first", "farm_first"]
    assert kinds(0.4, 0.2, 0.1, 0.0) == ["off_farm_first", "off_farm_first", "non_farm", "non_farm"]
    assert kinds(0.9, 0.0, left=True) == ["left_behind"] * 2


def test_limits_must_rise():
    for wrong in ((0.5, 0.2, 0.8), (0.2, 0.5), (0.2, 0.2, 0.8)):
        with pytest.raises(ParameterError, match="three rising shares"):
            Livelihoods(farm_shares=wrong)


def test_the_farm_share_of_a_loss_of_nothing_and_of_nobody():
    farm, off = np.array([300.0, -50.0, 0.0, 0.0]), np.array([100.0, 80.0, 0.0, -9.0])
    days, other = np.array([10.0, 10, 30, 0]), np.array([10.0, 10, 10, 0])
    # .75; a loss on the farm is no income; without income the days say it; without work none is farmed
    np.testing.assert_allclose(livelihoods.farm_share(farm, off, days, other), [0.75, 0, 0.75, 0])


def test_diversity_worked_by_hand():
    share = livelihoods.shares(np.array([[50.0, 30, 20], [7, 0, 0], [0, -5, 0], [4, 4, -9]]))
    np.testing.assert_allclose(share[:2], [[0.5, 0.3, 0.2], [1, 0, 0]])
    np.testing.assert_allclose(share[3], [0.5, 0.5, 0])  # a loss is no leg to stand on
    np.testing.assert_allclose(livelihoods.simpson(share), [1 - 0.38, 0, np.nan, 0.5])
    np.testing.assert_allclose(livelihoods.effective_number(share)[[1, 3]], [1, 2])
    assert livelihoods.effective_number(share)[0] == pytest.approx(np.exp(entropy([0.5, 0.3, 0.2])))


@given(ROWS)
def test_diversity_lies_between_one_source_and_all_alike(rows):
    share = livelihoods.shares(np.array(rows, float))
    known = share.any(axis=1)
    simpson, number = livelihoods.simpson(share), livelihoods.effective_number(share)
    assert (np.isnan(simpson) == ~known).all()
    assert ((simpson[known] >= -1e-12) & (simpson[known] <= 0.75 + 1e-12)).all()
    assert ((number[known] >= 1 - 1e-12) & (number[known] <= 4 + 1e-12)).all()
    assert (number[known] >= 1 / (1 - simpson[known]) - 1e-9).all()  # Hill's numbers fall with their order


@given(some.lists(some.tuples(some.integers(0, 4), some.integers(0, 4)), min_size=1, max_size=30))
def test_composition_sums_to_one_and_moves_to_all_households(pairs):
    before, after = np.array(pairs).T
    assert livelihoods.composition(before).sum() == pytest.approx(1)
    moved = livelihoods.moves(before, after)
    assert moved.sum(axis=1).tolist() == np.bincount(before, minlength=5).tolist()
    assert moved.sum(axis=0).tolist() == np.bincount(after, minlength=5).tolist()


def test_nobody_has_no_composition_and_no_mean():
    assert np.isnan(livelihoods.composition(np.zeros(0, int))).all()
    assert np.isnan(livelihoods.mean_over(np.array([np.nan]), np.ones(1)))
    assert livelihoods.mean_over(np.array([1.0, np.nan, 4.0]), np.array([1, 9, 2])) == 3


# Inequality -----------------------------------------------------------------------------------------------


def test_effects_worked_by_hand_and_of_one_who_has_all_alike():
    # farm (2, 1), wages (0, 5): the Gini is .25, contributions -1/16 and 5/16, shares 3/8 and 5/8
    found = inequality.source_effects(np.array([[2.0, 0.0], [1.0, 5.0]]))
    np.testing.assert_allclose(found, [-1 / 4 - 3 / 8, 5 / 4 - 5 / 8])
    assert np.isnan(inequality.source_effects(np.array([[3.0, 1.0], [1.0, 3.0]]))).all()
    assert np.isnan(inequality.source_effects(np.zeros((3, 2)))).all()


@given(
    some.lists(some.tuples(*[some.integers(1, 9_000)] * 3), min_size=2, max_size=20).filter(
        lambda rows: len({sum(row) for row in rows}) > 1
    )
)
def test_effects_sum_to_nothing_and_are_what_a_little_more_does(rows):
    sources = np.array(rows, float)
    found = inequality.source_effects(sources)
    assert found.sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(found, inequality.gini_by_source(sources).effect, atol=1e-9)
    heads = np.sort(sources.sum(axis=1))
    nearest = np.diff(heads)[np.diff(heads) > 0].min()
    grown = 1e-5 * min(1.0, nearest / heads.max())  # too little to change anybody's rank
    if (np.diff(heads) > 0).all():
        more = sources * np.array([1 + grown, 1, 1])
        whole = inequality.gini(sources.sum(axis=1))
        change = (inequality.gini(more.sum(axis=1)) - whole) / whole / grown
        assert change == pytest.approx(found[0], abs=1e-3)


def test_gini_and_theil_are_those_of_pysal():
    """Numbers of `inequality` 1.2.0 (pysal) on the same incomes, one person each and in households."""
    income = np.array([320.0, 1450, 780, 2210, 980, 4100, 150, 2600, 890, 1720])
    group, people = np.array([0, 0, 1, 1, 1, 0, 1, 0, 1, 0]), np.array([4, 3, 5, 2, 6, 3, 1, 4, 5, 2])
    assert inequality.gini(income) == pytest.approx(PYSAL["gini"], abs=1e-12)
    assert inequality.gini(income, people) == pytest.approx(PYSAL["gini of people"], abs=1e-12)
    assert inequality.theil(income) == pytest.approx(PYSAL["theil"], abs=1e-12)
    assert inequality.theil(income, people) == pytest.approx(PYSAL["theil of people"], abs=1e-12)
    assert inequality.theil_by_group(income, group).between == pytest.approx(PYSAL["between"], abs=1e-8)
    assert inequality.theil_by_group(income, group, people).between == pytest.approx(
        PYSAL["between of people"], abs=1e-8
    )


# In runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SHIPPED)
def test_contributions_sum_to_the_gini_and_within_and_between_to_theil(scenario):
    now = lived(scenario)
    table, spread = now.statements["inequality"], now.statements["spread"]
    for contribution in (3, 8):
        parts = [line.values[contribution] for line in table.lines if line.name in SOURCES]
        assert sum(parts) == pytest.approx(table.line("all").values[contribution])
    for share in (0, 5):
        assert sum(line.values[share] for line in table.lines if line.name in SOURCES) == pytest.approx(1)
    for year in (0, 1):
        whole = spread.line("theil").values[year]
        for name in ("migrants", "enrolled", "villages", "kinds"):
            parts = [spread.line(f"{name}.{part}").values[year] for part in ("within", "between")]
            assert sum(parts) == pytest.approx(whole)
    last = now.indicators.iloc[-1]
    assert table.line("all").values[1] == pytest.approx(last["income_gini"])
    assert spread.line("gini").values[1] == pytest.approx(last["income_gini"])
    assert spread.line("theil").values[1] == pytest.approx(last["income_theil"])


@pytest.mark.parametrize("scenario", SHIPPED)
def test_kinds_of_livelihood_add_up_and_moves_follow_the_same_households(scenario):
    now = lived(scenario)
    table = now.statements["livelihoods"]
    rows = np.array([table.line(name).values for name in TYPES])
    whole = table.line("all").values
    np.testing.assert_allclose(rows[:, :2].sum(axis=0), 1)
    assert rows[:, 2].sum() == whole[2] == now.people.alive.sum()
    np.testing.assert_allclose(rows[:, 5:].sum(axis=0), whole[5:])
    assert rows[:, 5:].sum() <= len(now.households.rows)
    shares = now.indicators[["pure_farming_share", "farm_first_share", "off_farm_first_share", "non_farm_share",
                             "left_behind_households"]]  # fmt: skip
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(shares.iloc[-1], rows[:, 1])
    np.testing.assert_allclose(shares.iloc[0], rows[:, 0])


def test_farms_give_way_to_other_livelihoods_in_thirty_years():
    shares = lived("village").indicators[["pure_farming_share", "farm_first_share"]].sum(axis=1)
    assert shares.iloc[0] > 0.4
    assert shares.iloc[-1] < 0.15


def test_moves_between_fifths_are_shares_of_those_who_started_there():
    table = lived("village").statements["mobility"]
    rows = np.array([line.values for line in table.lines])
    assert rows.shape == (5, 5)
    np.testing.assert_allclose(rows.sum(axis=1), 1)


def test_income_by_source_is_all_income():
    frame = lived("village").indicators
    now = lived("village")
    shares = {line.name: line.values[0] for line in now.statements["inequality"].lines}
    last = frame.iloc[-1]
    assert shares["land"] == pytest.approx(last["farm_share"], abs=0.01)  # losses count as nothing
    assert shares["sent_home"] == pytest.approx(last["remittance_share"], abs=0.01)
    assert shares["herds"] == pytest.approx(last["herd_share"], abs=0.01)
