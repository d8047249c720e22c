"""A checked calibration: its targets, and a sweep for every set of points that it comes to run."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from village_abm.experiments.calibration.spec import CalibrationSpec, read_calibration
from village_abm.experiments.calibration.targets import Target, chosen, read_targets, recorded
from village_abm.experiments.sweep.measured import read_measure
from village_abm.experiments.sweep.plan import Plan, canonical
from village_abm.experiments.sweep.planning import plan_of, whole_numbers
from village_abm.experiments.sweep.spec import Outputs, Points, Replicates, Sobol, Spec
from village_abm.experiments.trial import TWIN
from village_abm.load import load_params
from village_abm.params import ParameterError, refuse_unknown
from village_abm.records import params_folder, read_toml
from village_abm.scenario import Scenario, shipped_scenarios

Design = Sobol | Points
EXTRA = "karst-village-abm[calibrate]"
PACKAGES = {"sklearn": "scikit-learn", "optuna": "Optuna"}
ANALYSIS = ("targets", "matching", "posterior", "objective")


@dataclass(frozen=True)
class Calibration:
    """What is to be calibrated, by which runs."""

    spec: CalibrationSpec
    targets: Sequence[Target]
    whole: Callable[[str], bool]
    """Whether a path takes only whole numbers."""
    plan: Callable[[str, Design, int, int | None], Plan]
    """The sweep of a name, a design, so many replicates, and a seed if not that of the calibration."""
    first: Plan
    """The first wave."""

    @property
    def seed(self) -> int:
        """The seed of the runs; points and draws follow from it too."""
        return self.first.setting.seed

    @property
    def paths(self) -> list[str]:
        """The free parameters."""
        return list(self.spec.design.bounds)

    @property
    def identity(self) -> str:
        """SHA-256 of what one folder is for; how many waves and draws are taken does not change it."""
        asked = self.spec.model_dump(mode="json", include={"replicates", "design", "objective"})
        asked |= self.spec.matching.model_dump(mode="json", exclude={"waves", "settled"})
        if asked["objective"]:
            del asked["objective"]["trials"], asked["objective"]["again"]
        told = {"sweep": self.first.identity, "targets": self.told_targets(), **asked}
        return hashlib.sha256(canonical(told).encode()).hexdigest()

    def told_targets(self) -> list[dict[str, Any]]:
        """The targets as plain values."""
        return [{**vars(target), "observed": target.observed.model_dump(mode="json")} for target in self.targets]


def read(file: Path, single: bool = False) -> Calibration:
    """Read a specification and check everything before anything runs; raises ParameterError.

    With `single` what is asked for is one objective and no targets.
    """
    spec = read_calibration(file)
    _need("optuna" if single else "sklearn")
    try:
        return _checked(spec, file, single)
    except ParameterError as error:
        told = str(error)
        raise ParameterError(told if told.startswith(str(file)) else f"{file}: {told}") from None


def _need(package: str) -> None:
    """Refuse before anything runs where a package is missing that comes at the end."""
    try:
        importlib.import_module(package)
    except ImportError:
        raise ParameterError(
            f"this needs the package {PACKAGES[package]}. Install it: pip install '{EXTRA}'."
        ) from None


def _checked(spec: CalibrationSpec, file: Path, single: bool) -> Calibration:
    known = read_targets()
    scenario = _shipped(spec.base, file)
    targets = [] if single else chosen(known, scenario, spec.targets)
    indicators = _of_objective(spec) if single else recorded(known, scenario)
    schemes: tuple[str, ...] = ()
    if single and spec.objective and spec.objective.scheme:
        schemes = (TWIN, spec.objective.scheme)
    sweep = {name: getattr(spec, name) for name in Spec.model_fields if name not in ("schema_version", *ANALYSIS)}

    def plan(name: str, design: Design, replicates: int, seed: int | None) -> Plan:
        more: Mapping[str, Any] = {
            "name": f"{spec.name[:40]}-{name}", "design": design, "schemes": schemes,
            "replicates": Replicates(n=replicates), "outputs": Outputs(indicators=indicators),
            "seed": spec.seed if seed is None else seed,
        }  # fmt: skip
        return plan_of(Spec(**{**sweep, **more}), file)

    first = plan("wave-1", spec.design, spec.replicates.n, None)
    base = load_params(file.parent / spec.base if _is_file(spec.base) else spec.base, first.setting.changes)
    _refuse_unseen(targets, base.scenario)
    if single:
        _refuse_unread(spec, base.scenario)
    return Calibration(spec, targets, whole_numbers(base), plan, first)


def _refuse_unseen(targets: Sequence[Target], scenario: Scenario) -> None:
    """Refuse targets of years or villages that the runs do not have."""
    start, end = scenario.start, scenario.end
    villages = [village.name for village in scenario.villages] if len(scenario.villages) > 1 else []
    for target in targets:
        first, last = target.observed.years[0], target.observed.years[-1]
        if not start <= first <= last <= end:
            raise ParameterError(f"years: '{target.name}' is read in {first} to {last}, and the runs record {start} "
                                 f"to {end}. Write years = [{min(start, first)}, {max(end, last)}].")  # fmt: skip
        village = target.observed.indicator.partition(".")[2]
        refuse_unknown([village] if village else [], villages, f"base: {target.name} is read", "village")


def _refuse_unread(spec: CalibrationSpec, scenario: Scenario) -> None:
    """Refuse measures of an objective in years or villages that the runs do not have."""
    start, end = scenario.start, scenario.end
    villages = [village.name for village in scenario.villages] if len(scenario.villages) > 1 else []
    for word in _measures(spec):
        measure = read_measure(word)
        first, last = measure.years or (end, end)
        if not start <= first <= last <= end:
            raise ParameterError(f"objective: measure '{word}' is read in {first} to {last}, and the runs record "
                                 f"{start} to {end}. Take years among these, or other years.")  # fmt: skip
        village = measure.indicator.partition(".")[2]
        refuse_unknown([village] if village else [], villages, f"objective: {word} is read", "village")


def _measures(spec: CalibrationSpec) -> list[str]:
    """What an objective reads: its goal, and what its constraint limits."""
    asked = spec.objective
    if asked is None:
        raise ParameterError("'objective' is missing. Write [objective] and maximise = \"INDICATOR@YEAR\", say.")
    return [asked.measure] + ([asked.constraint.measure] if asked.constraint else [])


def _is_file(word: str) -> bool:
    return word.endswith(".toml") or len(Path(word).parts) > 1


def _shipped(base: str, file: Path) -> str:
    """The shipped scenario that a scenario builds on: targets are observed in these."""
    names, place = shipped_scenarios(params_folder()), file.parent / base if _is_file(base) else None
    while place is not None:
        base = str(read_toml(place).get("base", ""))
        beside = place.parent / f"{base}.toml"
        place = beside if base and beside != place and beside.is_file() else None
    return base if base in names else ""


def _of_objective(spec: CalibrationSpec) -> tuple[str, ...]:
    """The indicators that an objective reads."""
    from village_abm.indicators import REGISTRY

    named = [read_measure(word).indicator.partition(".")[0] for word in _measures(spec)]
    refuse_unknown(named, REGISTRY, "objective", "indicator")
    return tuple(sorted(set(named)))
