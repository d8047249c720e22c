"""A calibration from beginning to end: first wave, perfect-model test, further waves, draws; always goes on."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from village_abm.experiments import keeping, provenance
from village_abm.experiments.calibration import draws_kept, matching
from village_abm.experiments.calibration.emulator import Check, one_thread
from village_abm.experiments.calibration.ensemble import Ensemble, ensemble
from village_abm.experiments.calibration.matching import Kept, Wave, figures
from village_abm.experiments.calibration.perfect import Perfect, perfect_model, read_test
from village_abm.experiments.calibration.planned import Calibration
from village_abm.experiments.calibration.posterior import Draws, draws
from village_abm.experiments.calibration.targets import Target
from village_abm.experiments.engines import Engine
from village_abm.experiments.sweep import failures
from village_abm.experiments.sweep import folder as folders
from village_abm.experiments.sweep.design import Point, placed
from village_abm.experiments.sweep.plan import Plan, canonical
from village_abm.experiments.sweep.results import sweep_results
from village_abm.experiments.sweep.spec import Points
from village_abm.experiments.sweep.store import Store
from village_abm.experiments.sweep.sweeping import WHOLE, Shard, carry_out
from village_abm.experiments.sweep.work import Run, run_village
from village_abm.experiments.workers import RunsFailed

MANIFEST, RECOVERY, RESULTS = "manifest.json", "recovery.json", "results.json"
FEWEST = 4  # points for each parameter that a further wave needs

Bar = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


class Unfinished(Exception):
    """Runs are left that this command does not do: it was stopped, or they are another part's."""

    def __init__(self, stage: str, left: int, interrupted: bool) -> None:
        super().__init__(f"{stage}: {left} runs are left; the same command goes on")
        self.interrupted = interrupted


@dataclass(frozen=True)
class Means:
    """What runs the sweeps of a calibration, and who is told how far they are."""

    folder: Path
    engine: Engine
    bar: Bar
    shard: Shard = WHOLE
    run: Run = run_village

    def carry_out(self, name: str, plan: Plan) -> Path:
        """Do all that is left of a sweep; its folder. Raises Unfinished and RunsFailed."""
        place = folders.open_folder(plan, self.folder / name)
        with self.bar(name) as progress:
            outcome = carry_out(plan, place, self.engine, shard=self.shard, run=self.run, progress=progress)
        done, failed = Store(place, plan.setting.households).done(), set(failures.read(place))
        left = [task for task in plan.tasks() if task.run_id not in done | failed]
        if left or outcome.interrupted:
            raise Unfinished(name, len(left), outcome.interrupted)
        if not done:
            raise RunsFailed(f"every run of {place} failed; {place / 'failures.jsonl'} says why.")
        return place


@dataclass
class Outcome:
    """What a calibration has come to."""

    perfect: Perfect
    runs: Ensemble
    checks: Sequence[Check] = ()
    shares: list[float] = field(default_factory=list)
    """Share of the space between the bounds kept after each wave."""
    kept: Kept | None = None
    readings: Mapping[str, float] = field(default_factory=dict)
    settled: bool = False
    draws: Draws | None = None

    @property
    def rejected(self) -> bool:
        """Whether nothing within the bounds can have given the figures."""
        return self.kept is not None and not len(self.kept.at)


def default_folder(asked: Calibration) -> Path:
    """Where a calibration goes that was given no folder."""
    return Path("runs") / f"{asked.spec.name}-{asked.identity[:8]}"


def open_folder(asked: Calibration, out: Path | None) -> Path:
    """Make the folder or find it again; raises FolderError where something else stands."""
    folder = default_folder(asked) if out is None else out
    told = {
        "schema_version": 1, "identity": asked.identity, "spec": asked.spec.model_dump(mode="json"),
        "targets": asked.told_targets(), "command": shlex.join(["village-abm", *sys.argv[1:]]),
        "code": provenance.code(), "machine": provenance.machine(), "packages": provenance.packages(),
    }  # fmt: skip
    keeping.claim(folder, MANIFEST, asked.identity, "calibration", told)
    return folder


def first_wave(asked: Calibration, means: Means) -> tuple[Ensemble, Perfect]:
    """Run the first wave and the perfect-model test on it, unless its result is in the folder already."""
    plan = asked.first
    place = means.carry_out("wave-1", plan)
    runs = ensemble(plan, sweep_results(place), asked.spec.design.bounds, asked.targets)
    _refuse_few(runs, len(asked.paths))
    told = figures(asked.targets, asked.spec.matching.discrepancy)
    file, stands_for = means.folder / RECOVERY, _fingerprint(runs)
    known = _known_test(file, stands_for)
    if known is not None:
        return runs, known
    with one_thread():
        found = perfect_model(runs, told, asked.paths, asked.spec.matching.cut, asked.seed)
    write(file, {"runs": stands_for, "test": found.told(), "digest": _digest(found.told())})
    return runs, found


def _known_test(file: Path, stands_for: str) -> Perfect | None:
    """The test in a folder; none where it is missing, damaged, altered or of other runs: it is worked out anew."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        if known["runs"] != stands_for or known["digest"] != _digest(known["test"]):
            return None
        return read_test(known["test"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _digest(told: Any) -> str:
    return hashlib.sha256(canonical(told).encode()).hexdigest()


def _refuse_few(runs: Ensemble, size: int) -> None:
    if len(runs.at) < FEWEST * size:
        raise RunsFailed(f"{len(runs.at)} points with all their runs and figures, {runs.lost} without: too few "
                         f"for {size} parameters. See failures.jsonl in the folder of the wave.")  # fmt: skip


def _fingerprint(runs: Ensemble) -> str:
    return hashlib.sha256(runs.at.tobytes() + runs.values.tobytes()).hexdigest()


def write(file: Path, told: Any) -> None:
    """Write plain values as JSON."""
    keeping.write_whole(file, json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n")


def calibrate(asked: Calibration, means: Means) -> Outcome:
    """History matching by waves till the share kept settles, then draws. Raises Unfinished and RunsFailed."""
    rules, told = asked.spec.matching, figures(asked.targets, asked.spec.matching.discrepancy)
    runs, perfect = first_wave(asked, means)
    found = Outcome(perfect, runs)
    waves: list[Wave] = []
    size, before, wanted = len(asked.paths), 1.0, max(asked.spec.design.n, asked.spec.posterior.points)
    while True:
        with one_thread():
            waves.append(matching.wave(runs))
            found.checks = [emulator.check() for emulator in waves[-1].emulators]
            found.kept = matching.region(size, waves, told, rules.cut, wanted, asked.seed + len(waves))
            found.readings = matching.readings_kept(found.kept.at, waves, told, rules.cut)
        found.shares.append(found.kept.share)
        still = abs(found.kept.share - before) < rules.settled * before
        found.settled = still and not doubtful(asked.targets, found.checks)
        before = found.kept.share
        if found.rejected or found.settled or len(waves) == rules.waves or len(found.kept.at) < FEWEST * size:
            break
        more = _run(asked, means, f"wave-{len(waves) + 1}", found.kept.at[: asked.spec.design.n])
        runs = runs.where(matching.kept(runs.at, waves, told, rules.cut)).joined(more)
        found.runs = found.runs.joined(more)
    if asked.spec.posterior.points and len(found.kept.at) >= FEWEST * size:
        drawn = _run(asked, means, "posterior-runs", found.kept.at[: asked.spec.posterior.points])
        left = matching.open_readings(drawn.at, waves, told, rules.cut)  # begun after fewer waves: some points are out
        near = draws(drawn, told, left, asked.spec.posterior.draws, asked.seed)
        if near is None:
            return found
        stays = near.stays(told, matching.open_readings(near.at, waves, told, rules.cut))
        if stays.any():
            found.draws = near.where(stays)
            draws_kept.write(asked, means.folder, found.draws, points_at(asked, found.draws.at))
    return found


def doubtful(targets: Sequence[Target], checks: Sequence[Check]) -> list[str]:
    """The targets whose emulators are bad; while there are any, a share that stays the same tells nothing."""
    return [target.name for target, check in zip(targets, checks, strict=True) if check.bad(target.sd)]


def _run(asked: Calibration, means: Means, name: str, at: np.ndarray) -> Ensemble:
    """Run points of the kept region; those that a folder began with stay as they are in it, more go on after them."""
    begun = _begun(means.folder / name, asked.paths)[: len(at)]
    points = begun + points_at(asked, at)[len(begun) :]
    plan = asked.plan(name, Points(kind="points", points=tuple(points)), asked.spec.replicates.n, None)
    found = ensemble(plan, sweep_results(means.carry_out(name, plan)), asked.spec.design.bounds, asked.targets)
    _refuse_few(found, len(asked.paths))
    return found


def points_at(asked: Calibration, at: np.ndarray) -> list[Point]:
    """Points of the unit cube as values of the parameters."""
    return placed(at, asked.spec.design.bounds, asked.whole)


def _begun(place: Path, paths: Sequence[str]) -> list[Point]:
    """The points of a sweep that was begun: another machine might find others by a hair."""
    if not (place / folders.DESIGN).is_file():
        return []
    design = folders.read_design(place)
    rows = design.select(["replication_id", *paths]).to_pylist()
    return [{path: row[path] for path in paths} for row in rows if row["replication_id"] == 0]


def told(asked: Calibration, found: Outcome) -> dict[str, Any]:
    """What a calibration has come to as plain values."""
    assert found.kept is not None
    spread = {} if found.rejected else dict(
        zip(asked.paths, map(float, matching.range_kept(found.kept.at)), strict=True)
    )  # fmt: skip
    return {
        "perfect_model": found.perfect.told(), "shares": found.shares, "settled": found.settled,
        "rejected": found.rejected, "lost_points": found.runs.lost, "looked_at": found.kept.looked,
        "range_kept": spread, "correlations": matching.correlations(found.kept.at, asked.paths),
        "readings": dict(found.readings),
        "emulators": {t.name: vars(check) for t, check in zip(asked.targets, found.checks, strict=True)},
        "draws": 0 if found.draws is None else len(found.draws.at),
    }  # fmt: skip
