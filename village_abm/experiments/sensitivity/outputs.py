"""What is analysed: measures of a sweep laid out by block and place, on levels and on effects of a scheme."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments.sweep.design import block_of
from village_abm.experiments.sweep.folder import FIXED, read_design, read_written
from village_abm.experiments.sweep.measured import Measure, measured, read_measure
from village_abm.experiments.sweep.results import sweep_results
from village_abm.experiments.sweep.spec import Lhs, Morris, Saltelli, Sobol, Span, Spec
from village_abm.experiments.trial import TWIN
from village_abm.params import ParameterError, refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

Sampled = Morris | Saltelli | Lhs | Sobol
BLOCKS = {"morris": "trajectories", "saltelli": "blocks", "lhs": "points", "sobol": "points"}
"""What the designs that can be analysed consist of."""


@dataclass(frozen=True)
class Output:
    """One output at all points of the blocks that are whole."""

    name: str
    unit: str
    values: np.ndarray
    """Shape (blocks, places): point p of the design is place p mod size of block p // size."""
    luck: np.ndarray | None
    """The first point of each block under another draw of luck, shape (blocks,); None where replicates are not tied."""
    where: np.ndarray
    """Where the points lie along each path, in any unit that keeps the order; shape (blocks, places, paths)."""
    unfinished: int
    """Blocks with runs that are not done yet, or failed."""
    empty: int
    """Blocks with all runs done, but not a value in each."""
    run_ids: tuple[str, ...]

    @cached_property
    def constant(self) -> bool:
        """Whether it is the same wherever it was looked at, rounding apart."""
        seen = np.append(self.values, [] if self.luck is None else self.luck)
        return bool(np.ptp(seen) <= 1e-12 * np.abs(seen).max())


def sampled(spec: Spec) -> Sampled:
    """The design of a specification; raises ParameterError where no indices follow from it."""
    if isinstance(spec.design, Sampled):
        return spec.design
    kind = "no design" if spec.design is None else f"a design of kind '{spec.design.kind}'"
    raise ParameterError(f"from {kind} no indices follow. Take design.kind = 'morris' to screen, or 'saltelli'.")


def measures_of(spec: Spec, words: Sequence[str]) -> list[Measure]:
    """The measures named, or the indicators that a specification keeps, at the end; raises ParameterError."""
    if not words and not spec.outputs.indicators:
        raise ParameterError("no measure is named. Write --measure kd_area@end, say; it may be repeated.")
    return [read_measure(word) for word in words] or [Measure(name) for name in spec.outputs.indicators]


def effects_of(schemes: Collection[str], chosen: Sequence[str]) -> list[str]:
    """The schemes whose effects are looked at: those chosen, or all beside `none`; raises ParameterError."""
    known = [name for name in schemes if name != TWIN]
    refuse_unknown(chosen, known, "--effect", "scheme of the sweep")
    if chosen and TWIN not in schemes:
        raise ParameterError(f"--effect {chosen[0]}: the sweep has no runs without it. Add '{TWIN}' to schemes.")
    return list(chosen) or (known if TWIN in schemes else [])


class Swept:
    """A sweep to be analysed; raises FolderError where there is none, ParameterError for a design that does not fit."""

    def __init__(self, folder: Path) -> None:
        self.spec: Spec = read_written(folder)
        self.design = sampled(self.spec)
        self.paths = list(self.design.bounds)
        self.size = block_of(self.design) or 1
        self.tied = self.spec.replicates.tied
        self.results = sweep_results(folder)
        self._rows = self._numbered(folder)
        self.schemes = list(dict.fromkeys(self._rows["scheme"]))
        self.replicates = self._rows["replication_id"].nunique()
        self.blocks = self._rows["block"].nunique()

    def _numbered(self, folder: Path) -> pd.DataFrame:
        """The rows of the design with the block and the place of their point, and whether they are there for luck."""
        table = read_design(folder)
        rows = table.select(list(FIXED)).to_pandas()
        rows["block"], rows["place"] = rows["point"] // self.size, rows["point"] % self.size
        own = rows[rows["place"] == self.size - 1].groupby("block")["replication_id"].first()
        rows["luck"] = self.tied & (rows["replication_id"] != rows["block"].map(own))
        first = rows.drop_duplicates("point").sort_values("point").index.to_numpy()
        codes = [_codes(table[path].take(first).to_pylist(), self.design.bounds[path]) for path in self.paths]
        self._where = np.column_stack(codes).reshape(-1, self.size, len(self.paths))
        return rows

    def outputs(self, words: Sequence[str] = (), effects: Sequence[str] = ()) -> Iterator[Output]:
        """Each measure under each scheme, and what each scheme changes against `none`; with `effects` these alone.

        An effect is taken point by point and replicate by replicate, so both runs have met the same luck.
        """
        changed = effects_of(self.schemes, effects)
        for measure in measures_of(self.spec, words):
            values = measured(self.results, measure)
            if not effects:
                for scheme in self.schemes:
                    several = len(self.schemes) > 1
                    yield self._output(
                        f"{measure.name}: {scheme}" if several else measure.name, measure, values, scheme
                    )
            for scheme in changed:
                yield self._output(f"{measure.name}: {scheme} - {TWIN}", measure, values, scheme, TWIN)

    def _output(self, name: str, measure: Measure, values: pd.Series, *schemes: str) -> Output:
        rows = self._rows.assign(value=self._rows["run_id"].map(values), done=self._rows["run_id"].isin(values.index))
        mine = rows[rows["scheme"].isin(schemes)]
        table = mine.pivot(index=["luck", "block", "place", "replication_id"], columns="scheme", values="value")
        told = table[schemes[0]] - table[schemes[1]] if len(schemes) > 1 else table[schemes[0]]
        if self.tied:  # a block has but one replicate
            told = told.droplevel("replication_id")
        else:
            told = told.unstack("replication_id").mean(axis=1, skipna=False)
        grid = told.xs(False, level="luck").unstack("place").to_numpy()
        luck = told.xs(True, level="luck").to_numpy() if self.tied else None
        whole = ~np.isnan(grid).any(axis=1) & (True if luck is None else ~np.isnan(luck))
        done = mine.groupby("block")["done"].all().to_numpy()
        return Output(
            name, self.results.attrs["units"].get(measure.indicator, ""), grid[whole],
            None if luck is None else luck[whole], self._where[whole], int((~done).sum()), int((done & ~whole).sum()),
            tuple(mine.loc[whole[mine["block"]], "run_id"].unique()),
        )  # fmt: skip


def _codes(values: Sequence[Any], span: Span) -> list[float]:
    """Values of a path as numbers: choices by their place among them, also where the design holds them as JSON."""
    if span.choices is None:
        return [math.log(value) if span.log else float(value) for value in values]
    known: Mapping[str, int] = {json.dumps(choice, ensure_ascii=False): at for at, choice in enumerate(span.choices)}
    return [float(known[value if value in known else json.dumps(value, ensure_ascii=False)]) for value in values]
