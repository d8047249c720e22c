"""The plan of a comparison: what is compared with what, over which years, at which budget, under which luck."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from village_abm.experiments import provenance
from village_abm.experiments.measures import MEASURES
from village_abm.experiments.stopping import StoppingRule
from village_abm.experiments.trial import PERMANENCE, TWIN, Dates
from village_abm.load import Params, load_params
from village_abm.params import ParameterError, refuse_unknown
from village_abm.scheme_files import is_scheme_file, names_in

FIRST, BATCH, MOST = 20, 5, 60  # pairs, where nobody says how many
PRIMARY = "kd_area"
LATEST = 2060  # no horizon is drawn out beyond by itself
WITHOUT_TERM = 2045  # a scheme that may pay later than this has no fixed term


@dataclass(frozen=True)
class Plan:
    """Everything that decides what comes out; `runs` holds the parameters of the twin and of each scheme's run."""

    runs: Mapping[str, Params]
    dates: Dates
    seed: int
    pairs: int
    exact: bool
    """Whether all the pairs are run; if not, as many as settle the primary difference, and these at most."""
    budget: float | None
    command: str

    @property
    def schemes(self) -> tuple[str, ...]:
        """Names of the compared schemes in the order given."""
        return tuple(name for name in self.runs if name != TWIN)

    @property
    def base(self) -> Params:
        """The parameters of the twin."""
        return self.runs[TWIN]

    @property
    def rule(self) -> StoppingRule:
        """When pairs are enough: the half-width of the primary difference below the smallest that matters."""
        first = self.pairs if self.exact else FIRST
        return StoppingRule(MEASURES[PRIMARY].matters, most=self.pairs, first=first)

    @property
    def identity(self) -> str:
        """SHA-256 of what the runs depend on, so that a folder is never filled from two different studies."""
        told = {
            "runs": {name: params.fingerprint for name, params in self.runs.items()},
            "dates": dataclasses.asdict(self.dates),
            "seed": self.seed,
            "source": provenance.source_hash(),
            "versions": provenance.counts_with(),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def plan(
    asked: Sequence[str],
    *,
    scenario: str | None = None,
    changes: Mapping[str, object] | None = None,
    pairs: int | None = None,
    years: int | None = None,
    budget: str | None = None,
    seed: int | None = None,
) -> Plan:
    """Check everything and load every variant before anything runs; raises ParameterError.

    `asked` are names of schemes or TOML files with tables of schemes. The twin has the schemes of the scenario but
    those compared; each variant has one of these besides. `pairs` are run all; without a number so many as settle it.
    """
    names, files = named(asked)
    changes = dict(changes or {})
    count = MOST if pairs is None else pairs
    if count < 2:
        raise ParameterError(f"--pairs {count}: an interval needs two pairs or more. Write --pairs {FIRST}, say.")
    if years is not None and years < 1:
        raise ParameterError(f"--years {years}: at least one year must pass. Write --years 40, say.")
    if seed is not None and seed < 0:
        raise ParameterError(f"--seed {seed}: a seed is a whole number from 0 up. Write --seed 2, say.")
    amount = None if budget is None else _amount(budget)

    given = load_params(scenario, changes, files)
    refuse_unknown(names, given.schemes, "village-abm compare", "scheme")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ParameterError(f"scheme '{twice}' is named twice. Name each scheme once.")
    if amount is not None:
        changes |= {f"schemes.{name}.budget": amount for name in names}
    start = given.scenario.start
    last_paid = {name: given.schemes[name].last_payment() for name in names}
    end = start + years - 1 if years is not None else _horizon(given, last_paid)
    changes["scenario.end"] = end
    for name in names:
        first, last = given.schemes[name].years[0], last_paid[name]
        if (last is not None and last < start) or first > end:
            until = "on, without end" if last is None else f"to {last}"
            raise ParameterError(
                f"scheme '{name}' runs from {first} {until}, outside the years compared, {start} to {end}. "
                f"Set --years, or scenario.start with --set, so that they meet."
            )
    background = [name for name in given.scenario.schemes if name not in names]
    runs = {TWIN: load_params(scenario, changes | {"scenario.schemes": background}, files)}
    for name in names:
        runs[name] = load_params(scenario, changes | {"scenario.schemes": [*background, name]}, files)
        if name not in runs[name].scenario.schemes:
            raise ParameterError("government.on is false, so no scheme can run. Set it true.")
    opening = min(runs[TWIN].schemes[name].years[0] for name in names)
    dates = Dates(start, end, max(opening, given.scenario.burn_in + 1), last_paid)
    luck = given.scenario.seed if seed is None else seed
    return Plan(runs, dates, luck, count, pairs is not None, amount, "")


def named(asked: Sequence[str]) -> tuple[list[str], list[Path]]:
    """The names of the schemes asked for, those in files included, and the files."""
    names: list[str] = []
    files: list[Path] = []
    for word in asked:
        if is_scheme_file(word):
            files.append(Path(word))
            names += names_in(files[-1])
        else:
            names.append(word)
    return names, files


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not (amount > 0 and math.isfinite(amount)):
        raise ParameterError(
            f"--equal-budget {text}: a budget is a number of yuan a year above 0. Write --equal-budget 100000, say."
        )
    return amount


def _horizon(params: Params, last_paid: Mapping[str, int | None]) -> int:
    """Ten years beyond the last payment of any scheme of fixed term, and at least the scenario's end."""
    lasting = [year + PERMANENCE[-1] for year in last_paid.values() if year is not None and year <= WITHOUT_TERM]
    return max(params.scenario.end, *(min(year, LATEST) for year in lasting)) if lasting else params.scenario.end
