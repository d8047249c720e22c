"""Planning a sweep: a specification becomes a plan, checked against the model before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from village_abm.experiments import provenance
from village_abm.experiments.study import named
from village_abm.experiments.sweep.design import Point, block_of, in_one_form, paths_of, points_of, section_of
from village_abm.experiments.sweep.folder import as_toml
from village_abm.experiments.sweep.plan import DUMMY, Plan, Setting, reaching
from village_abm.experiments.sweep.spec import Design, Points, Span, Spec, read_spec
from village_abm.experiments.sweep.table import read_points
from village_abm.experiments.trial import TWIN
from village_abm.load import Params, load_params
from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import params_folder
from village_abm.scenario import read_scenario, shipped_scenarios

AS_IS = "scenario"  # the scheme of a run where none is named: those of the scenario
NOTHING = Span(low=0, high=1)  # the bounds of the dummy
ELSEWHERE = {
    "scenario.seed": "seed", "scenario.start": "years", "scenario.end": "years", "scenario.schemes": "schemes",
}  # fmt: skip


def plan(file: Path) -> Plan:
    """Read a specification, check everything and load every scheme before anything runs; raises ParameterError."""
    return plan_of(read_spec(file), file)


def plan_of(spec: Spec, file: Path) -> Plan:
    """Check a specification read from a file, or built on one, and load all it names; raises ParameterError."""
    try:
        return _planned(spec, file)
    except ParameterError as error:
        told = str(error)
        raise ParameterError(told if told.startswith(str(file)) else f"{file}: {told}") from None


def _planned(spec: Spec, file: Path) -> Plan:
    from village_abm.indicators import REGISTRY

    scenario = _beside(file, spec.base) if spec.base not in shipped_scenarios(params_folder()) else spec.base
    words = [word if word == TWIN else str(_beside(file, word)) for word in spec.schemes]
    names, files = named(words)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ParameterError(f"schemes: '{twice}' is named twice. Name each scheme once.")
    design, rows, table = _with_points(spec, file)
    _refuse_clashes(spec, design)
    _refuse_odd_ties(spec, design)
    refuse_unknown(spec.outputs.indicators, REGISTRY, "outputs.indicators", "indicator")
    changes = dict(spec.set)
    if spec.years is not None:
        changes |= {"scenario.start": spec.years[0], "scenario.end": spec.years[1]}

    def load(more: Mapping[str, Any]) -> Params:
        return load_params(scenario, changes | dict(more), files)

    base = _explained("set", load, spec.set)
    refuse_unknown([name for name in names if name != TWIN], base.schemes, "schemes", "scheme")
    background = tuple(name for name in base.scenario.schemes if name not in names)
    schemes: dict[str, tuple[str, ...] | None] = {
        name: background if name == TWIN else (*background, name) for name in names
    }
    schemes = schemes or {AS_IS: None}
    prints = {
        name: base.fingerprint if chosen is None else load({"scenario.schemes": list(chosen)}).fingerprint
        for name, chosen in schemes.items()
    }
    seed = base.scenario.seed if spec.seed is None else spec.seed
    whole = whole_numbers(base)
    points = points_of(design, whole, seed)
    _check(design, load, points, whole, rows)
    setting = Setting(
        seed, changes, schemes, prints, len(files), spec.outputs.indicators, spec.outputs.every,
        spec.outputs.households == "end", provenance.semantics(), spec.limits.timeout,
    )  # fmt: skip
    inputs = {"scenario.toml": as_toml(read_scenario(params_folder(), scenario)[0])}
    inputs |= {f"points{path.suffix}": path.read_bytes() for path in table}
    inputs |= {f"schemes-{number}.toml": path.read_bytes() for number, path in enumerate(files)}
    block = block_of(spec.design) if spec.replicates.tied else 0
    return Plan(spec.name, setting, points, spec.replicates.n, spec.model_dump(mode="json"), inputs, block)


def _with_points(spec: Spec, file: Path) -> tuple[Design | None, Sequence[str], list[Path]]:
    """The design with the points of its table, where each of them stands, and the table."""
    if not isinstance(spec.design, Points) or spec.design.file is None:
        return spec.design, (), []
    path = file.parent / spec.design.file
    rows = read_points(path)
    design = spec.design.model_copy(update={"points": tuple(rows.values())})
    return design, [f"design.file: {path}, row {number}" for number in rows], [path]


def _beside(file: Path, word: str) -> Path | str:
    """A file named in a specification stands beside it; other words are names."""
    path = Path(word)
    return file.parent / path if path.suffix == ".toml" or len(path.parts) > 1 else word


def _refuse_clashes(spec: Spec, design: Design | None) -> None:
    """Refuse paths with a place of their own in a specification, and such as are both set and varied."""
    varied = paths_of(design)
    for section, paths in (("set", spec.set), (design and section_of(design), varied)):
        for path in paths:
            if path in ELSEWHERE:
                raise ParameterError(f"{section}.{path}: this has a key of its own. Write {ELSEWHERE[path]} = ...")
    both = next((path for path in varied if path in spec.set), None)
    if both:
        raise ParameterError(f"set.{both}: the design varies it. Write it in one place.")


def _refuse_odd_ties(spec: Spec, design: Design | None) -> None:
    """Refuse replicates tied to what has no blocks, luck without a second draw, and a dummy that would be more."""
    if spec.replicates.tied and not block_of(design):
        raise ParameterError(
            "replicates.tied: only the designs morris and saltelli have blocks to tie replicates to. "
            "Take one of these, or leave tied out."
        )
    if spec.replicates.tied and spec.replicates.n < 2:
        raise ParameterError("replicates.n = 1: what luck changes shows only in a second one. Write n = 2 or more.")
    bounds = getattr(design, "bounds", {})
    if design and DUMMY in paths_of(design) and not bounds:
        raise ParameterError(f"design.kind = '{design.kind}': {DUMMY} is for designs with bounds. Take it out.")
    if bounds.get(DUMMY, NOTHING) != NOTHING:
        raise ParameterError(f"design.bounds.{DUMMY}: it moves nothing, whatever its bounds. Write {DUMMY} = [0, 1].")
    if set(bounds) == {DUMMY}:
        raise ParameterError(f"design.bounds: {DUMMY} alone moves nothing. Add a parameter.")


def _explained(
    section: str, load: Callable[[Mapping[str, Any]], Params], changes: Mapping[str, Any], row: str = ""
) -> Params:
    """Load, and have errors name the dotted key of the specification, or row and column of a table."""
    try:
        return load(changes)
    except ParameterError as error:
        told = str(error)
        if not told.startswith("override: "):
            raise
        told = told.removeprefix("override: ")
        if row:
            column = next((path for path in changes if path in told), None)
            raise ParameterError(f"{row}{f', column {column}' if column else ''}: {told}") from None
        joined = "." if any(told.startswith(path) for path in changes) else ": "
        raise ParameterError(f"{section}{joined}{told}") from None


def _check(
    design: Design | None, load: Callable[[Mapping[str, Any]], Params], points: Sequence[Point],
    whole: Callable[[str], bool], rows: Sequence[str],
) -> None:  # fmt: skip
    """Load the ends of everything varied: unknown paths, wrong kinds and values out of range come to light.

    `rows` says where points stand that come from a table.
    """
    if design is None:
        return
    section = section_of(design)
    for path, values in reaching(paths_of(design)).items():
        for value in _ends([in_one_form(value, whole(path)) for value in values]):
            if design.kind == "points":
                at = next(at for at, point in enumerate(points) if path in point and _alike(point[path], value))
                _explained(section, load, points[at], rows[at] if rows else "")
            else:
                _explained(section, load, {path: value})


def _ends(values: Sequence[Any]) -> list[Any]:
    """The least and the greatest of whole and of other numbers, what is none of them, and all other values, each once.

    Whole numbers are apart since one that is not whole among them is of another kind.
    """
    ends: list[Any] = []
    for kind in (int, float):
        numbers = [value for value in values if type(value) is kind and value == value]
        ends += [min(numbers), max(numbers)] if numbers else []
    ends += [value for value in values if type(value) not in (int, float) or value != value]
    return list({repr(value): value for value in ends}.values())


def _alike(one: Any, other: Any) -> bool:
    """Whether two values read the same, as NaN does to itself."""
    return type(one) is type(other) and repr(one) == repr(other)


def whole_numbers(base: Params) -> Callable[[str], bool]:
    """Whether a path takes only whole numbers."""

    def whole(path: str) -> bool:
        number = base.numbers.get(path.split("[", 1)[0])
        if number is None:
            return path.startswith("scenario.")
        held = number.value[0] if isinstance(number.value, list) and number.value else number.value
        return number.whole if number.needed is not None else type(held) is int

    return whole
