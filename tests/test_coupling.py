"""Coupling coordination: the known example in both forms, identities, and what never happens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from village_abm.accounting.coupling import coordination, corrected_coupling, coupling, tenth, together

levels = arrays(float, some.tuples(some.integers(1, 4), some.integers(2, 5)), elements=some.floats(0, 1))


def test_two_subsystems_by_hand():
    u = np.array([0.9, 0.3])
    assert coupling(u) == pytest.approx(2 * np.sqrt(0.9 * 0.3) / 1.2)  # .866
    assert coordination(u, corrected=False) == pytest.approx(np.sqrt(0.8660254 * 0.6))  # .721: seventh tenth
    assert corrected_coupling(u) == pytest.approx(np.sqrt((1 - 0.6) * (0.3 / 0.9)))  # .365
    assert coordination(u) == pytest.approx(0.468, abs=5e-4)  # the class changes with the form
    assert tenth(np.array([0.721, 0.468])).tolist() == [7, 4]


def test_three_subsystems_by_hand():
    u = np.array([0.8, 0.4, 0.2])
    # differences .4 + .6 + .2 = 1.2 over three pairs; against the largest .5 and .25, their geometric mean
    assert corrected_coupling(u) == pytest.approx(np.sqrt((1 - 0.4) * np.sqrt(0.5 * 0.25)))
    assert coupling(u) == pytest.approx(3 * (0.8 * 0.4 * 0.2) ** (1 / 3) / 1.4)


@pytest.mark.parametrize("u", [0.05, 0.5, 1.0])
def test_subsystems_that_are_alike_are_fully_coupled_and_coordinated_at_their_level(u):
    same = np.full(4, u)
    assert coupling(same) == pytest.approx(1)
    assert corrected_coupling(same) == pytest.approx(1)
    assert coordination(same) == pytest.approx(np.sqrt(u))


def test_weights_turn_the_level_and_must_add_up():
    u = np.array([0.9, 0.3])
    assert together(u, np.array([0.25, 0.75])) == pytest.approx(0.45)
    with pytest.raises(ValueError, match="add up to 1"):
        together(u, np.array([0.5, 0.6]))


def test_a_subsystem_outside_its_scale_is_refused():
    with pytest.raises(ValueError, match="outside 0 to 1"):
        coupling(np.array([0.5, 1.2]))
    with pytest.raises(ValueError, match="outside 0 to 1"):
        coupling(np.array([0.5, np.nan]))


@given(levels)
def test_both_degrees_lie_between_nothing_and_one(u):
    plain, corrected = coupling(u), corrected_coupling(u)
    assert ((plain >= 0) & (plain <= 1 + 1e-9)).all()
    assert ((corrected >= 0) & (corrected <= 1 + 1e-9)).all()
    assert (coordination(u) <= 1 + 1e-9).all()


@given(levels, some.randoms(use_true_random=False))
def test_the_order_of_the_subsystems_does_not_matter(u, luck):
    order = list(range(u.shape[-1]))
    luck.shuffle(order)
    assert corrected_coupling(u[..., order]) == pytest.approx(corrected_coupling(u), abs=1e-9)


@given(some.floats(0.01, 1), some.floats(0, 1), some.floats(0, 1))
def test_two_subsystems_further_apart_are_never_better_coupled(most, one, two):
    near, far = sorted((one * most, two * most), reverse=True)
    closer, further = np.array([most, near]), np.array([most, far])
    assert corrected_coupling(further) <= corrected_coupling(closer) + 1e-9
    assert coupling(further) <= coupling(closer) + 1e-9
