"""The plan of a sweep: its runs, each with an identity that covers everything its result depends on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from village_abm.load import Params

INPUTS = "inputs"  # the folder of copies in the folder of a sweep
DUMMY = "dummy"  # a path that moves nothing and reaches no model, so that an analysis shows what it makes of nothing


def canonical(told: Any) -> str:
    """JSON with one text for one content."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Task:
    """One run; the names of its numbers are Mesa's: which scenario (point and scheme), which replication."""

    run_id: str
    scenario_id: int
    point: int
    scheme: str
    replication_id: int
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Setting:
    """What all runs share and a worker must know; plain values, so that a manifest can hold it."""

    seed: int
    changes: Mapping[str, Any]
    """What the specification sets in all runs, by dotted path."""
    schemes: Mapping[str, tuple[str, ...] | None]
    """The schemes in force in the runs of each name; None leaves those of the scenario."""
    fingerprints: Mapping[str, str]
    """Of the parameters of each before a point changes them."""
    scheme_files: int
    indicators: tuple[str, ...]
    every: str
    households: bool
    semantics: str

    def overrides(self, scheme: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """All changes of a run."""
        chosen = self.schemes[scheme]
        own = {} if chosen is None else {"scenario.schemes": list(chosen)}
        return {**self.changes, **reaching(changes), **own}

    def load(self, folder: Path, scheme: str, changes: Mapping[str, Any]) -> Params:
        """The parameters of a run, read from the copies that the folder of the sweep holds."""
        from village_abm.load import load_params

        inputs = folder / INPUTS
        files = [inputs / f"schemes-{number}.toml" for number in range(self.scheme_files)]
        return load_params(inputs / "scenario.toml", self.overrides(scheme, changes), files)

    def run_id(self, scheme: str, changes: Mapping[str, Any], replication: int) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of everything that can change what the run gives."""
        return _numbered(self.root(scheme, changes), replication)

    def root(self, scheme: str, changes: Mapping[str, Any]) -> hashlib._Hash:
        """The hash of what the replicates of a point under a scheme share."""
        told = {
            "parameters": self.fingerprints[scheme], "changes": reaching(changes), "seed": self.seed,
            "semantics": self.semantics,
        }  # fmt: skip
        return hashlib.sha256(canonical(told).encode())


def reaching(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes that reach a model: all but the dummy."""
    return {path: value for path, value in changes.items() if path != DUMMY}


def _numbered(root: hashlib._Hash, replication: int) -> str:
    own = root.copy()
    own.update(f" replicate {replication}".encode())
    return own.hexdigest()[:16]


@dataclass(frozen=True)
class Plan:
    """A checked sweep, ready to be run."""

    name: str
    setting: Setting
    points: Sequence[Mapping[str, Any]]
    replicates: int
    written: Mapping[str, Any]
    """The specification as it was understood."""
    inputs: Mapping[str, bytes]
    """Copies of the files it was made of, so that the folder needs no other and nobody changes them meanwhile."""
    block: int = 0
    """Points of a block that replicates are tied to; 0 where they are not."""

    def tasks(self) -> list[Task]:
        """Every run once, all of replicate 0 first, or all of block 0: what is cut short is a smaller experiment."""
        found: dict[str, Task] = {}
        for task in self.rows():
            found.setdefault(task.run_id, task)
        return list(found.values())

    def rows(self) -> list[Task]:
        """Every row of the design; points that a sampler visits twice share their run."""
        visits = [
            (at * len(self.setting.schemes) + number, at, scheme, point, self.setting.root(scheme, point))
            for at, point in enumerate(self.points)
            for number, scheme in enumerate(self.setting.schemes)
        ]
        return [
            Task(_numbered(root, replication), scenario, at, scheme, replication, point)
            for begin, end, replication in self._passes()
            for scenario, at, scheme, point, root in visits[begin:end]
        ]

    def _passes(self) -> Iterator[tuple[int, int, int]]:
        """From which scenario to which with which replicate, one pass after the other.

        Tied, block b has replicate b mod n, and its first point once more the next one: what luck alone changes.
        """
        schemes, scenarios = len(self.setting.schemes), len(self.points) * len(self.setting.schemes)
        if not self.block:
            yield from ((0, scenarios, replication) for replication in range(self.replicates))
            return
        for number, begin in enumerate(range(0, scenarios, self.block * schemes)):
            yield begin, begin + self.block * schemes, number % self.replicates
            yield begin, begin + schemes, (number + 1) % self.replicates

    @property
    def identity(self) -> str:
        """SHA-256 of what one folder is for; replicates and further points of the same design do not change it."""
        design = dict(self.written.get("design") or {})
        for size in ("n", "levels" if design.get("kind") == "grid" else "", "points", "trajectories"):
            design.pop(size, None)
        told: dict[str, Any] = {"name": self.name, "setting": dataclasses.asdict(self.setting), "design": design}
        told |= {"tied": True} if self.block else {}
        return hashlib.sha256(canonical(told).encode()).hexdigest()
