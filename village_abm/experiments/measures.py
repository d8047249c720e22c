"""The score sheet as a list: what each measure is called, its unit, which way is better, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from village_abm.accounting import inequality
from village_abm.experiments.trial import INDICATORS, Dates

Record = Mapping[str, np.ndarray]
Better = Literal["more", "less", "neither"]
GROUPS = {
    "cost": ("What it costs", "成本"),
    "participation": ("Who takes part", "参与"),
    "additionality": ("What would not have come anyway", "额外性"),
    "environment": ("Land and vegetation", "生态环境"),
    "income": ("Income and poverty", "收入与贫困"),
    "people": ("Who stays", "人口与土地"),
    "value": ("Ecological value", "生态价值"),
}


@dataclass(frozen=True)
class Words:
    """What is said of a number, or in the place of one."""

    en: str
    zh: str


@dataclass(frozen=True)
class Terms:
    """What is known of a scheme before it runs: its name, who pays, the years shared by all runs.

    `budget` is the most it may draw in all the years in which it can pay, money of the year [CNY]; `land` and `people`
    say whether any come under contract, `earns` whether it pays from what it sells.
    """

    scheme: str
    funded_by: str
    dates: Dates
    budget: float = 0.0
    land: bool = True
    people: bool = True
    earns: bool = False


@dataclass(frozen=True)
class Case:
    """A run beside its twin without the compared schemes; for the twin itself both are the same."""

    run: Record
    twin: Record
    terms: Terms

    def last(self, indicator: str) -> float:
        """An indicator in the last year."""
        return float(self.run["indicators"][-1, INDICATORS.index(indicator)])

    def total(self, name: str) -> float:
        """A sum over the years since the opening; money in yuan of 2020."""
        return float(self.run[f"sum.{name}"])

    @cached_property
    def family_fifths(self) -> dict[int, int]:
        """Fifth of income per head, in the twin in the year before the opening, by the family's permanent id."""
        twin, first = self.twin, int(self.twin["families"])
        there = twin["family.alive"] & (twin["family.members"] > 0)
        ids = twin["house.id"][:first][there]
        found = inequality.fifths(twin["family.income"][there], ids, twin["family.members"][there].astype(float))
        return dict(zip(ids.tolist(), found.tolist(), strict=True))

    @cached_property
    def fifth(self) -> np.ndarray:
        """That fifth of every household by its family, 0 poorest; -1 without one; shape (households,)."""
        known = self.family_fifths
        return np.array([known.get(family, -1) for family in self.run["house.family"].tolist()], dtype=np.int64)

    @cached_property
    def takes_part(self) -> np.ndarray:
        """Households that were paid by the scheme or had land under it; shape (households,)."""
        return (self.run["house.paid"] != 0) | self.run["house.land"]

    @cached_property
    def participants(self) -> np.ndarray:
        """Their families, by permanent id, sorted."""
        return np.unique(self.run["house.family"][self.takes_part & (self.run["house.family"] >= 0)])

    def by_family(self, run: Record, column: str) -> np.ndarray:
        """Sum of a household column over each participating family with its heirs; shape of `participants`."""
        at = np.searchsorted(self.participants, run["house.family"])
        at = np.minimum(at, max(len(self.participants) - 1, 0))
        mine = np.isin(run["house.family"], self.participants)
        return np.bincount(at[mine], weights=run[column][mine], minlength=len(self.participants))


@dataclass(frozen=True)
class Measure:
    """One line of the score sheet.

    kind "difference": counted in the scheme's run and in its twin and compared; "scheme only": there is nothing to
    compare with, because without the scheme it is nothing by definition; "ratio": mean of `cost` over the mean gain
    in `gain`, both measures by name, refused where there is no gain or no cost. `why` says what is meant where the
    count is not a number.
    """

    name: str
    unit: str
    group: str
    en: str
    zh: str
    better: Better
    matters: float
    kind: Literal["difference", "scheme only", "ratio"]
    meaning: str
    count: Callable[[Case], float] | None = None
    why: Callable[[Case], Words] | None = None
    cost: str = ""
    gain: str = ""
    over: Literal["last year", "all years"] = "last year"


MEASURES: dict[str, Measure] = {}


def score_measures() -> dict[str, Measure]:
    """All measures in the order of the sheet: group by group, ratios after what they are made of."""
    order = list(GROUPS)
    ranked = sorted(MEASURES.values(), key=lambda one: (order.index(one.group), one.kind == "ratio"))
    return {one.name: one for one in ranked}


def add(measure: Measure) -> None:
    """Put a measure on the score sheet; a name stands for one measure."""
    if measure.name in MEASURES:
        raise ValueError(f"measure {measure.name} is there already; give the new one another name")
    MEASURES[measure.name] = measure


def counted(
    unit: str,
    group: str,
    en: str,
    zh: str,
    better: Better,
    matters: float,
    kind: Literal["difference", "scheme only"] = "difference",
    over: Literal["last year", "all years"] = "last year",
    why: Callable[[Case], Words] | None = None,
) -> Callable[[Callable[[Case], float]], Callable[[Case], float]]:
    """Put a counting function on the score sheet under its own name, its docstring as the meaning."""

    def register(count: Callable[[Case], float]) -> Callable[[Case], float]:
        meaning = " ".join((count.__doc__ or "").split())
        add(
            Measure(
                count.__name__, unit, group, en, zh, better, matters, kind, meaning, count=count, why=why, over=over
            )
        )
        return count

    return register
