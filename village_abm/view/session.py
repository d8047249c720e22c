"""A visitor's villages: one, or two under the same luck; what may be asked of them, with no screen in sight."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from village_abm.load import Params, load_params
from village_abm.model import VillageModel
from village_abm.view.choices import Choices
from village_abm.view.frame import take
from village_abm.view.history import History
from village_abm.view.layers import Layer, layers_of

if TYPE_CHECKING:
    from village_abm.view.frame import Frame


class Run:
    """One village on the page: the live model, which only the session steps, and the frames of its years."""

    def __init__(self, params: Params, seed: int) -> None:
        self.params, self.seed = params, seed
        self.model = VillageModel(params, rng=seed, keep_maps=False)
        while self.model.year < params.scenario.start - 1:
            self.model.step()
        self.layers: dict[str, Layer] = layers_of(self.model.village)
        self.history = History()
        self.choices = Choices(len(self.model.patches), len(self.model.use_names))
        self._told = 0

    def step(self) -> Frame:
        """Let a year pass and keep its frame."""
        self.model.step()
        self.choices.note(self.model.village)
        frame = take(self.model, self.layers, self.model.counted[-1], self._told)
        self._told = len(self.model.events)
        self.history.add(frame)
        return frame

    @property
    def over(self) -> bool:
        """Whether the last year of the scenario has been reached."""
        return self.model.year >= self.params.scenario.end


class Session:
    """What one visitor looks at: a village, and perhaps a second one beside it, year for year under one luck.

    Steps and questions to the live models take turns; frames may be read at any time.
    """

    def __init__(
        self,
        scenario: str | None,
        seed: int | None,
        changes: Mapping[str, object],
        beside: Mapping[str, object] | None = None,
    ) -> None:
        """Found the village, let its burn-in pass; `beside` are the changes of a second one. Raises ParameterError."""
        self.lock = threading.Lock()
        given = [load_params(scenario, these) for these in (changes, beside) if these is not None]
        self.seed = given[0].scenario.seed if seed is None else seed
        self.runs = [Run(params, self.seed) for params in given]
        self.step()

    @property
    def year(self) -> int:
        """The last year that all villages have closed."""
        return self.runs[0].model.year

    @property
    def years(self) -> list[int]:
        """Years seen."""
        return self.runs[0].history.years

    @property
    def over(self) -> bool:
        """Whether there is no further year."""
        return any(run.over for run in self.runs)

    def step(self) -> None:
        """Let a year pass in every village."""
        with self.lock:
            for run in self.runs:
                run.step()

    def frame(self, year: int, side: int = 0) -> Frame:
        """The frame of a year already seen."""
        with self.lock:
            return self.runs[side].history[year]

    def path(self, indicator: str, side: int = 0) -> list[float]:
        """An indicator in the years seen."""
        return self.runs[side].history.path(indicator)

    def ask(self, question: Any, side: int, *what: Any) -> Any:
        """Put a question to a live model between two years."""
        with self.lock:
            return question(self.runs[side], *what)

    def close(self) -> None:
        """Let go of files and models."""
        with self.lock:
            for run in self.runs:
                run.history.close()
            self.runs.clear()
