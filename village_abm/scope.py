"""What an indicator is, and what it looks at: the whole landscape or one village of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.patch import is_cropland
from agents.person import STATUSES
from village_abm.economy.enterprises import KINDS
from village_abm.society.ties import KINDS as TIES

if TYPE_CHECKING:
    from village_abm.policy.parts import Scheme
    from village_abm.village import Village


MIGRANT = STATUSES.index("migrant")
OWN = "this model's own"
"""The source of an indicator that follows no paper."""


@dataclass(frozen=True)
class Indicator:
    """One number a year: what it is called, its unit, what it means and how it is counted."""

    name: str
    unit: str
    group: str
    en: str
    zh: str
    count: Callable[[Scope], float]
    formula: str = ""
    source: str = ""

    @property
    def meaning(self) -> str:
        """The docstring of the counting function."""
        return " ".join((self.count.__doc__ or "").split())


REGISTRY: dict[str, Indicator] = {}


def mean(values: np.ndarray) -> float:
    """The mean, not a number where there is nothing."""
    return float(np.mean(values)) if len(values) else float("nan")


def share(part: float, whole: float) -> float:
    """A part over the whole, not a number where there is none."""
    return float(part) / float(whole) if whole else float("nan")


def indicator(
    unit: str, group: str, en: str, zh: str, formula: str = "", source: str = ""
) -> Callable[[Callable[[Scope], float]], Callable[[Scope], float]]:
    """Register a counting function under its own name, its docstring as the meaning.

    `formula` is the arithmetic in words or signs, `source` the paper it follows (author, year, title).
    """

    def register(count: Callable[[Scope], float]) -> Callable[[Scope], float]:
        REGISTRY[count.__name__] = Indicator(count.__name__, unit, group, en, zh, count, formula, source)
        return count

    return register


class Scope:
    """What an indicator looks at: the whole landscape, or one village of it."""

    def __init__(self, village: Village, number: int | None = None) -> None:
        self.village, self.number = village, number
        self.hectares = village.hectares
        self._found: dict[Callable[[Scope], Any], Any] = {}

    def once[T](self, work_out: Callable[[Scope], T]) -> T:
        """What `work_out` finds here, worked out once for all who count it in this year."""
        if work_out not in self._found:
            self._found[work_out] = work_out(self)
        found: T = self._found[work_out]
        return found

    def value(self, name: str) -> float:
        """An indicator of this scope by name."""
        return self.once(REGISTRY[name].count)

    def _here(self, column: np.ndarray, alive: np.ndarray | None = None) -> np.ndarray:
        here = np.ones(len(column), bool) if self.number is None else column == self.number
        return here if alive is None else here & alive

    @cached_property
    def land(self) -> np.ndarray | slice:
        """Which patches are in scope: a slice where all are, so that nothing is copied."""
        return slice(None) if self.number is None else self._here(self.village.patches.village)

    @cached_property
    def area(self) -> float:
        """Area of the land in scope [ha]."""
        return len(self.patch("use")) * self.hectares

    @cached_property
    def who(self) -> np.ndarray:
        """Rows of the living people in scope."""
        return np.flatnonzero(self._here(self.village.people.village, self.village.people.alive))

    @cached_property
    def homes(self) -> np.ndarray:
        """Rows of the households in scope."""
        return np.flatnonzero(self._here(self.village.households.village, self.village.households.alive))

    def patch(self, column: str) -> np.ndarray:
        """A column of the patches in scope."""
        return getattr(self.village.patches, column)[self.land]

    def under(self, kind: type[Scheme]) -> np.ndarray:
        """Which patches in scope are under contract with a scheme of this kind."""
        return self.village.under(kind)[self.land]

    def person(self, column: str) -> np.ndarray:
        """A column of the living people in scope."""
        return getattr(self.village.people, column)[self.who]

    def household(self, column: str) -> np.ndarray:
        """A column of the living households in scope."""
        return getattr(self.village.households, column)[self.homes]

    @cached_property
    def _kinds(self) -> np.ndarray:
        """Kind of the use of each patch in scope, index into KINDS."""
        return self.village.uses.kind.astype(np.int8).take(self.patch("use"))

    def kind(self, name: str) -> np.ndarray:
        """Which patches in scope are under a use of this kind."""
        found: np.ndarray = self._kinds == KINDS.index(name)
        return found

    @cached_property
    def cropland(self) -> np.ndarray:
        """Which patches in scope were shared out as cropland."""
        return is_cropland(self.patch("land_kind"))

    @cached_property
    def let(self) -> np.ndarray:
        """Which contract cropland in scope another household than its holder works."""
        mask: np.ndarray = (self.patch("user") >= 0) & self.cropland
        return mask

    @cached_property
    def at_home(self) -> np.ndarray:
        """Which people in scope are not away for work."""
        mask: np.ndarray = self.person("status") != MIGRANT
        return mask

    @cached_property
    def ties(self) -> np.ndarray:
        """Number of ties of each kind from households in scope to living households; (kinds,)."""
        households, ties = self.village.households, self.village.ties
        here = np.zeros(len(households), bool)
        here[self.homes] = True
        return np.bincount(ties.kind[here[ties.source] & households.alive[ties.target]], minlength=len(TIES))

    def flow(self, name: str) -> float:
        """A movement of the year counted by village, such as births or tonnes of wood."""
        amounts = self.village.flows.get(name)
        if amounts is None:
            return 0.0
        return float(amounts.sum() if self.number is None else amounts[self.number])

    @cached_property
    def adults(self) -> np.ndarray:
        """Which people in scope are aged 16 to 59."""
        age = self.person("age")
        return (age >= 16) & (age <= 59)

    @cached_property
    def heads(self) -> float:
        """People on the register of the households in scope."""
        return max(1.0, float(self.household("members").sum()))
