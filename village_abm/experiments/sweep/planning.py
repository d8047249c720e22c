"""Planning a sweep: a specification becomes a plan, checked against the model before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from village_abm.experiments import provenance
from village_abm.experiments.study import named
from village_abm.experiments.sweep.design import Point, in_one_form, paths_of, points_of, section_of
from village_abm.experiments.sweep.folder import as_toml
from village_abm.experiments.sweep.plan import Plan, Setting
from village_abm.experiments.sweep.spec import Spec, read_spec
from village_abm.experiments.trial import TWIN
from village_abm.load import Params, load_params
from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import params_folder
from village_abm.scenario import read_scenario, shipped_scenarios

AS_IS = "scenario"  # the scheme of a run where none is named: those of the scenario
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
    _refuse_clashes(spec)
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
    points = points_of(spec.design, whole, seed)
    _check(spec, load, points, whole)
    setting = Setting(
        seed, changes, schemes, prints, len(files), spec.outputs.indicators, spec.outputs.every,
        spec.outputs.households == "end", provenance.semantics(),
    )  # fmt: skip
    inputs = {"scenario.toml": as_toml(read_scenario(params_folder(), scenario)[0])}
    inputs |= {f"schemes-{number}.toml": path.read_bytes() for number, path in enumerate(files)}
    return Plan(spec.name, setting, points, spec.replicates.n, spec.model_dump(mode="json"), inputs)


def _beside(file: Path, word: str) -> Path | str:
    """A file named in a specification stands beside it; other words are names."""
    path = Path(word)
    return file.parent / path if path.suffix == ".toml" or len(path.parts) > 1 else word


def _refuse_clashes(spec: Spec) -> None:
    """Refuse paths with a place of their own in a specification, and such as are both set and varied."""
    varied = paths_of(spec.design)
    for section, paths in (("set", spec.set), (spec.design and section_of(spec.design), varied)):
        for path in paths:
            if path in ELSEWHERE:
                raise ParameterError(f"{section}.{path}: this has a key of its own. Write {ELSEWHERE[path]} = ...")
    both = next((path for path in varied if path in spec.set), None)
    if both:
        raise ParameterError(f"set.{both}: the design varies it. Write it in one place.")


def _explained(section: str, load: Callable[[Mapping[str, Any]], Params], changes: Mapping[str, Any]) -> Params:
    """Load, and have errors name the dotted key of the specification."""
    try:
        return load(changes)
    except ParameterError as error:
        told = str(error)
        if not told.startswith("override: "):
            raise
        told = told.removeprefix("override: ")
        joined = "." if any(told.startswith(path) for path in changes) else ": "
        raise ParameterError(f"{section}{joined}{told}") from None


def _check(
    spec: Spec, load: Callable[[Mapping[str, Any]], Params], points: Sequence[Point], whole: Callable[[str], bool]
) -> None:
    """Load the ends of everything varied: unknown paths, wrong kinds and values out of range come to light."""
    if spec.design is None:
        return
    section = section_of(spec.design)
    for path, values in paths_of(spec.design).items():
        for value in _ends([in_one_form(value, whole(path)) for value in values]):
            if spec.design.kind == "points":
                point = next(point for point in points if path in point and point[path] == value)
                _explained(section, load, point)
            else:
                _explained(section, load, {path: value})


def _ends(values: Sequence[Any]) -> list[Any]:
    """The least and the greatest of numbers; of other values each once."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return [min(values), max(values)]
    return list({repr(value): value for value in values}.values())


def whole_numbers(base: Params) -> Callable[[str], bool]:
    """Whether a path takes only whole numbers."""

    def whole(path: str) -> bool:
        number = base.numbers.get(path.split("[", 1)[0])
        if number is None:
            return path.startswith("scenario.")
        held = number.value[0] if isinstance(number.value, list) and number.value else number.value
        return number.whole if number.needed is not None else type(held) is int

    return whole
