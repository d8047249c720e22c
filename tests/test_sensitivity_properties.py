"""What holds of indices whatever the model: no first order beyond the total, no unit, no ranking without a gap."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_indices import plan

from village_abm.experiments.sensitivity import indices as indices_of
from village_abm.experiments.sensitivity.indices import LUCK, Index, indices
from village_abm.experiments.sensitivity.outputs import Output
from village_abm.experiments.sensitivity.ranking import ranked
from village_abm.experiments.sweep.plan import DUMMY
from village_abm.experiments.sweep.spec import Spec

pytest.importorskip("SALib")

PATHS = ["x0", "x1", "x2", "x3", DUMMY]
DESIGNS = {
    "morris": {"kind": "morris", "trajectories": 8}, "sobol": {"kind": "saltelli", "n": 256},
    "pawn": {"kind": "lhs", "n": 64},
}  # fmt: skip
PLANS = {method: plan(design) for method, design in DESIGNS.items()}

slopes = st.lists(st.floats(-5, 5), min_size=3, max_size=3)


def output(method: str, terms: list[float], scale: float = 1, shift: float = 0) -> tuple[Output, list[str], object]:
    """x0 and x1 alone and together, under a luck of its own for each block."""
    planned = PLANS[method]
    points = np.array([list(point.values()) for point in planned.points])
    size = {"morris": 6, "sobol": 7, "pawn": 1}[method]
    where = points.reshape(-1, size, points.shape[1])
    x = where - 0.5
    luck = np.random.default_rng(3).normal(size=(2, len(x)))
    clean = terms[0] * x[..., 0] + terms[1] * x[..., 1] + terms[2] * x[..., 0] * x[..., 1]
    values, again = clean + luck[0][:, None], clean[:, 0] + luck[1]
    design = Spec.model_validate(planned.written).design
    made = Output("y", "", scale * values + shift, scale * again + shift, where, 0, 0, ())
    return made, PATHS[: points.shape[1]], design


def told(method: str, *how) -> dict[tuple[str, str], Index]:
    made, paths, design = output(method, *how)
    with mock.patch.dict(indices_of.RESAMPLES, {method: 20}):
        return {(one.path, one.index): one for one in indices(method, made, paths, design)}


@settings(max_examples=15, deadline=None)
@given(terms=slopes)
def test_the_first_order_is_no_more_than_the_total_up_to_noise(terms) -> None:
    found = told("sobol", terms)
    for path in PATHS:
        assert found[path, "S1"].value <= found[path, "ST"].value + 0.2
    assert found["x3", "ST"].value < 1e-12
    assert found[DUMMY, "S1"].value == pytest.approx(0, abs=1e-12)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@pytest.mark.parametrize("method", ["sobol", "pawn", "morris"])
@given(terms=slopes, scale=st.floats(0.01, 1000), shift=st.floats(-1000, 1000))
def test_a_shift_changes_nothing_and_a_unit_only_what_has_one(method, terms, scale, shift) -> None:
    plain, moved = told(method, terms), told(method, terms, scale, shift)
    factor = scale if method == "morris" else 1.0  # elementary effects have the unit of the output
    for key, one in plain.items():
        for name in ("value", "low", "high"):
            got, wanted = getattr(moved[key], name), factor * getattr(one, name)
            # Where two values are equal but for rounding, the steps of PAWN may come in another order.
            assert got == pytest.approx(wanted, rel=1e-6, abs=0.03 if method == "pawn" else 1e-6 * factor), key


spans = st.tuples(st.floats(-3, 3), st.floats(0, 2), st.floats(0, 2))


@given(made=st.lists(spans, min_size=1, max_size=8), floor=st.none() | spans)
def test_ranks_differ_only_where_intervals_do_not_meet(made, floor) -> None:
    found = [Index(f"x{at}", "mu", v, v - down, v + up) for at, (v, down, up) in enumerate(made)]
    found.append(Index(LUCK, "mu", 1.0, 0.5, 1.5))
    if floor is not None:
        found.append(Index(DUMMY, "mu", floor[0], floor[0] - floor[1], floor[0] + floor[2]))
    rows = ranked(found)
    assert [abs(one.value) for one, *_ in rows] == sorted((abs(one.value) for one in found), reverse=True)
    groups = {one.path: group for one, noise, group in rows if not noise and one.path != LUCK}
    noisy = {group for _, noise, group in rows if noise}
    assert {group for one, _, group in rows if one.path == LUCK} == {0}
    assert sorted(set(groups.values())) == list(range(1, len(set(groups.values())) + 1))
    assert noisy <= {max(groups.values(), default=0) + 1}

    def size(one: Index) -> tuple[float, float]:
        ends = sorted((abs(one.low), abs(one.high)))
        return (0.0, ends[1]) if one.low <= 0 <= one.high else (ends[0], ends[1])

    sizes = {one.path: size(one) for one in found}
    for one, first in groups.items():
        assert sizes[one][0] > sizes.get(DUMMY, (0.0, 0.0))[1]  # above the floor
        for other, second in groups.items():
            if first < second:  # ranked above the other
                assert sizes[one][0] > sizes[other][1]


def test_intervals_that_overlap_through_others_share_a_rank() -> None:
    found = [Index(path, "ST", v, v - 0.1, v + 0.1) for path, v in (("a", 0.9), ("b", 0.75), ("c", 0.6), ("d", 0.2))]
    assert [(one.path, group) for one, _, group in ranked(found)] == [("a", 1), ("b", 1), ("c", 1), ("d", 2)]
    low = [*found, Index(DUMMY, "ST", 0.1, 0.0, 0.15)]
    assert [(one.path, noise, group) for one, noise, group in ranked(low)][3:] == [("d", True, 2), (DUMMY, True, 2)]
