"""Indices of sensitivity: SALib's of Morris, Sobol and PAWN, each with an interval from resampled blocks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.experiments.sensitivity.outputs import Output, Sampled
from village_abm.experiments.sweep.design import without_salib
from village_abm.experiments.sweep.plan import DUMMY
from village_abm.experiments.sweep.spec import Morris, Saltelli
from village_abm.params import ParameterError

LUCK = "luck"  # the path of what another draw of luck changes
METHODS = {"morris": ("morris",), "saltelli": ("sobol", "pawn"), "lhs": ("pawn",), "sobol": ("pawn",)}
"""Which methods a design is made for."""
LEAST = {"morris": 4, "sobol": 4, "pawn": 20}
"""Fewest trajectories, blocks or points from which an interval is worth telling."""
RESAMPLES = {"morris": 1000, "sobol": 500, "pawn": 100}
SLICES = (10, 8, 5, 4, 2)
"""Into how many slices PAWN cuts the range of a parameter, ten points in each; SALib fails at some other numbers."""
LEVEL = 0.95
_SE = 1.96  # standard errors on both sides that hold 95% of a normal distribution

Of = Callable[[np.ndarray], np.ndarray]
"""Indices from the numbers of the blocks they are taken over; shape (blocks,) to (indices,)."""


@dataclass(frozen=True)
class Index:
    """One index of one path with its interval."""

    path: str
    index: str
    value: float
    low: float
    high: float


def methods_for(design: Sampled, method: str | None) -> tuple[str, ...]:
    """The methods for a design, or the one named; raises ParameterError where it does not fit."""
    fit = METHODS[design.kind]
    if method is None:
        return fit
    if method not in LEAST:
        raise ParameterError(f"--method {method}: no such method. Write one of {', '.join(LEAST)}.")
    if method not in fit:
        kinds = " or ".join(f"'{kind}'" for kind, known in METHODS.items() if method in known)
        raise ParameterError(
            f"--method {method}: no indices of it from a design of kind '{design.kind}'. "
            f"Take design.kind = {kinds}, or --method {fit[0]}."
        )
    return (method,)


def indices(method: str, output: Output, paths: Sequence[str], design: Sampled) -> list[Index]:
    """The indices of an output that varies, each with an interval of 95%.

    Whole blocks are drawn with replacement (scipy's bootstrap) and analysed as all of them were; the interval is
    between percentiles. That of PAWN is 1.96 standard errors to both sides: points drawn twice raise the index, so
    that percentiles would lie too high.
    """
    from scipy.stats import bootstrap

    ways: dict[str, Callable[..., tuple[list[tuple[str, str]], Of]]]
    ways = {"morris": _morris, "sobol": _sobol, "pawn": _pawn}
    labels, of = ways[method](output, paths, design)
    blocks = np.arange(len(output.values))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # resamples without variation: their indices are 0
        value = of(blocks)
        found = bootstrap(
            (blocks,), lambda some: of(some.astype(int)), n_resamples=RESAMPLES[method], confidence_level=LEVEL,
            method="percentile", vectorized=False, rng=np.random.default_rng(1),
        )  # fmt: skip
    low, high = found.confidence_interval
    if method == "pawn":
        low, high = np.maximum(value - _SE * found.standard_error, 0), value + _SE * found.standard_error
    return [
        Index(path, index, *map(float, three))
        for (path, index), *three in zip(labels, value, low, high, strict=True)
    ]  # fmt: skip


def _problem(paths: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(paths), "names": list(paths), "bounds": [[0.0, 1.0]] * len(paths)}


def salib() -> Any:
    """SALib's methods of analysis; raises ParameterError where it is not installed."""
    try:
        from SALib import analyze
        from SALib.analyze import morris, pawn, sobol  # noqa: F401 (so that they can be reached from there)
    except ImportError:
        raise without_salib("sensitivity") from None
    return analyze


def _morris(output: Output, paths: Sequence[str], design: Morris) -> tuple[list[tuple[str, str]], Of]:
    """Elementary effects a full range: mean size, mean and standard deviation over the trajectories (Morris 1991).

    Those of luck are what a step that drew it anew would count as.
    """
    step = design.levels / (2 * (design.levels - 1))
    effects = np.array([_effects(*one, paths, design) for one in zip(output.where, output.values, strict=True)])
    named = list(paths)
    if output.luck is not None:
        effects = np.column_stack([effects, (output.luck - output.values[:, 0]) / step])
        named.append(LUCK)

    def of(blocks: np.ndarray) -> np.ndarray:
        some = effects[blocks]
        return np.concatenate([np.abs(some).mean(axis=0), some.mean(axis=0), some.std(axis=0, ddof=1)])

    return [(path, index) for index in ("mu_star", "mu", "sigma") for path in named], of


def _effects(where: np.ndarray, values: np.ndarray, paths: Sequence[str], design: Morris) -> np.ndarray:
    """The elementary effects of one trajectory; shape (paths,). SALib tells means alone, so it is given it twice."""
    twice = np.concatenate([where, where]), np.concatenate([values, values])
    found = salib().morris.analyze(_problem(paths), *twice, num_resamples=2, num_levels=design.levels, seed=1)
    return np.asarray(found["mu"], float)


def _sobol(output: Output, paths: Sequence[str], design: Saltelli) -> tuple[list[tuple[str, str]], Of]:
    """Shares of the variance, luck in it: S1 after Saltelli (2010), ST and that of luck after Jansen (1999).

    ST of luck = mean((y - y')^2) / 2 V, where y and y' are the first point of a block under two draws of luck.
    """
    analyze = salib().sobol.analyze
    size = output.values.shape[1]
    kept = [*range(len(paths) + 1), size - 1]  # without the places for indices of second order
    labels = [(path, name) for name in ("S1", "ST") for path in paths]
    labels += [(LUCK, "ST")] if output.luck is not None else []

    def of(blocks: np.ndarray) -> np.ndarray:
        values = output.values[blocks][:, kept]
        variance = values[:, [0, -1]].var()
        if variance <= np.finfo(float).tiny:
            return np.zeros(len(labels))
        found = analyze(_problem(paths), values.ravel(), calc_second_order=False, num_resamples=2, seed=1)
        told = np.concatenate([found["S1"], found["ST"]])
        if output.luck is None:
            return told
        return np.append(told, ((output.luck[blocks] - values[:, 0]) ** 2).mean() / 2 / variance)

    return labels, of


def _pawn(output: Output, paths: Sequence[str], design: Sampled) -> tuple[list[tuple[str, str]], Of]:
    """Median distance (Kolmogorov-Smirnov) of the output within a slice of a parameter from that of all points.

    A dummy is added where the design has none, since the index of what moves nothing is not 0. Of a Saltelli block the
    first and the last point count, which are drawn independently (Pianosi and Wagener 2018).
    """
    analyze = salib().pawn.analyze
    rng = np.random.default_rng(1)
    ends = [0, -1] if output.values.shape[1] > 1 else [0]
    values, where = output.values[:, ends], output.where[:, ends]
    names = list(paths)
    if DUMMY not in names:
        names.append(DUMMY)
        where = np.concatenate([where, rng.random((*where.shape[:2], 1))], axis=2)
    flat = where.reshape(-1, len(names))
    order = [np.lexsort((rng.random(len(flat)), column)) for column in flat.T]  # equal values in any order
    ranks = np.column_stack([np.argsort(one) for one in order]).astype(float).reshape(where.shape)
    slices = next(count for count in SLICES if 10 * count <= values.size)

    def of(blocks: np.ndarray) -> np.ndarray:
        found = analyze(_problem(names), ranks[blocks].reshape(-1, len(names)), values[blocks].ravel(), S=slices)
        return np.asarray(found["median"])

    return [(path, "PAWN") for path in names], of
