"""The last choice on every plot: what each use was expected to bring and the parts of its utility."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from village_abm.village import Village

MU_PER_HA = 15


class Choices:
    """Terms of the last choice on each patch, gathered year by year; a plot is reviewed every few years only."""

    def __init__(self, patches: int, uses: int) -> None:
        self._shape = (patches, uses)
        self.year = np.zeros(patches, np.int16)
        self._use = np.full(patches, -1, np.int16)
        self._returns = np.full(self._shape, np.nan, np.float32)
        self._terms: dict[str, np.ndarray] = {}

    def note(self, village: Village) -> None:
        """Write down the choices of the year just closed."""
        plots, numbers, decision = village.memory["choice"]
        rows = plots[decision.weighed]
        if not len(rows):
            return
        self.year[rows] = village.year
        self._use[rows] = numbers[decision.use[decision.weighed]]
        self._fill(self._returns, rows, numbers, decision.returns.net[decision.weighed] / MU_PER_HA)
        for name, part in decision.terms.items():
            if name not in self._terms:
                self._terms[name] = np.full(self._shape, np.nan, np.float32)
            self._fill(self._terms[name], rows, numbers, part)

    @staticmethod
    def _fill(table: np.ndarray, rows: np.ndarray, numbers: np.ndarray, values: np.ndarray) -> None:
        table[rows] = np.nan
        table[np.ix_(rows, numbers)] = values

    def of(self, row: int) -> list[tuple[int, float, dict[str, float]]]:
        """Uses weighed at the last choice on a patch: index, expected return [CNY/mu/yr], parts of utility.

        The chosen one first, the others by falling utility; uses that were not allowed there are left out.
        """
        found = []
        for use in range(self._shape[1]):
            terms = {name: float(part[row, use]) for name, part in self._terms.items()}
            if terms and all(np.isfinite(value) for value in terms.values()):
                found.append((use, float(self._returns[row, use]), terms))
        chosen = int(self._use[row])
        return sorted(found, key=lambda one: (one[0] != chosen, -sum(one[2].values())))
