"""Designs: which points a sweep visits. Samplers of scipy and SALib fill the unit cube; here it is mapped."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from village_abm.experiments.sweep.spec import Design, Grid, Lhs, Morris, Points, Saltelli, Sobol, Span
from village_abm.params import ParameterError

Point = dict[str, Any]
MOST = 1_000_000  # points of a design
SA = "karst-village-abm[sa]"


def points_of(design: Design | None, whole: Callable[[str], bool], seed: int) -> list[Point]:
    """The points of a design as values by path; the same design and seed give the same points.

    `whole(path)` says whether only whole numbers will do there.
    """
    if design is None:
        return [{}]
    if isinstance(design, Grid):
        size = math.prod(len(values) for values in design.levels.values())
        _refuse_too_many("design.levels", size, "fewer levels, or a design that samples them")
        combined = itertools.product(*design.levels.values())
        return [_plain(dict(zip(design.levels, values, strict=True)), whole) for values in combined]
    if isinstance(design, Points):
        return [_plain(point, whole) for point in design.points or ()]
    return placed(_sampled(design, seed), design.bounds, whole)


def placed(cube: np.ndarray, bounds: Mapping[str, Span], whole: Callable[[str], bool]) -> list[Point]:
    """Points of the unit cube, shape (points, paths), as values between the bounds."""
    columns = [_values(span, cube[:, at], whole(path)) for at, (path, span) in enumerate(bounds.items())]
    return [dict(zip(bounds, row, strict=True)) for row in zip(*columns, strict=True)]


def paths_of(design: Design | None) -> dict[str, list[Any]]:
    """Every path a design varies with the ends of its span, or all the values named for it."""
    if design is None:
        return {}
    if isinstance(design, Grid):
        return {path: list(values) for path, values in design.levels.items()}
    if isinstance(design, Points):
        points = design.points or ()
        paths = dict.fromkeys(path for point in points for path in point)
        return {path: [point[path] for point in points if path in point] for path in paths}
    return {path: list(span.choices or (span.low, span.high)) for path, span in design.bounds.items()}


def block_of(design: Design | None) -> int:
    """Points of a trajectory or of a Saltelli block; 0 for designs without such."""
    if isinstance(design, Morris):
        return len(design.bounds) + 1
    if isinstance(design, Saltelli):
        return (2 if design.second_order else 1) * len(design.bounds) + 2
    return 0


def section_of(design: Design) -> str:
    """The dotted key below which a design names its paths."""
    if isinstance(design, Points) and design.file:
        return "design.file"
    return {Grid: "design.levels", Points: "design.points"}.get(type(design), "design.bounds")


def without_salib(what: str) -> ParameterError:
    """That something needs SALib, and how to get it."""
    return ParameterError(f"{what} needs the package SALib. Install it: pip install '{SA}'.")


def _plain(point: Mapping[str, Any], whole: Callable[[str], bool]) -> Point:
    return {path: in_one_form(value, whole(path)) for path, value in point.items()}


def in_one_form(value: Any, whole: bool) -> Any:
    """A number as the parameter has it, so that 2 and 2.0 are one run; other values as they are."""
    if type(value) is int and not whole:
        return float(value)
    return int(value) if whole and type(value) is float and value.is_integer() else value


def _values(span: Span, unit: np.ndarray, whole: bool) -> list[Any]:
    """Points of the unit interval as values of a parameter: an even share of it for each choice or whole number."""
    if span.choices is not None:
        return [span.choices[at] for at in _shares(unit, len(span.choices))]
    assert span.low is not None
    assert span.high is not None
    if whole:
        low, high = math.ceil(span.low), math.floor(span.high)
        return [low + at for at in _shares(unit, high - low + 1)]
    if span.log:
        return [float(value) for value in span.low * (span.high / span.low) ** unit]
    return [float(value) for value in span.low + unit * (span.high - span.low)]


def _shares(unit: np.ndarray, count: int) -> list[int]:
    return [int(at) for at in np.minimum(np.floor(unit * count), count - 1)]


def _refuse_too_many(key: str, points: int, instead: str) -> None:
    if points > MOST:
        raise ParameterError(f"{key}: {points} points, more than {MOST}. Take {instead}.")


def _sampled(design: Lhs | Sobol | Morris | Saltelli, seed: int) -> np.ndarray:
    """Points in the unit cube; shape (points, paths)."""
    from scipy.stats import qmc

    size = len(design.bounds)
    if isinstance(design, Morris):
        _refuse_too_many("design.trajectories", design.trajectories * (size + 1), "fewer of them")
    else:
        block = 1 if not isinstance(design, Saltelli) else 2 * size + 2 if design.second_order else size + 2
        _refuse_too_many("design.n", design.n * block, "a smaller one")
    if isinstance(design, Lhs):
        return qmc.LatinHypercube(size, rng=np.random.default_rng(seed)).random(design.n)
    if isinstance(design, Sobol):
        return qmc.Sobol(size, rng=np.random.default_rng(seed)).random(design.n)
    problem = {"num_vars": size, "names": list(design.bounds), "bounds": [[0.0, 1.0]] * size}
    try:
        from SALib.sample import morris, sobol
    except ImportError:
        raise without_salib(f"design.kind = '{design.kind}'") from None
    if isinstance(design, Morris):
        return morris.sample(problem, design.trajectories, num_levels=design.levels, seed=seed)
    return sobol.sample(problem, design.n, calc_second_order=design.second_order, seed=seed)
