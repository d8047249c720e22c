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
from village_abm.view.layers_accounts import account_layers

if TYPE_CHECKING:
    from village_abm.view.frame import Frame


class Run:
    """One village on the page: the live model, which only the session steps, and the frames of its years."""

    def __init__(self, params: Params, seed: int) -> None:
        self.params, self.seed = params, seed
        self.model = VillageModel(params, rng=seed, keep_maps=False)
        while self.model.year < params.scenario.start - 1:
            self.model.step()
        self.layers: dict[str, Layer] = layers_of(self.model.village) | account_layers()
        self.history = History()
        self.choices = Choices(len(self.model.patches), len(self.model.use_names))
        self._seats: dict[int, dict[int, int]] = {}
        self._told = 0

    def step(self) -> Frame:
        """Let a year pass and keep its frame."""
        self.model.step()
        self.choices.note(self.model.village)
        frame = take(self.model, self.layers, self.model.counted[-1], self._told)
        self._told = len(self.model.events)
        self.history.add(frame)
        return frame

    def seat(self, hamlet: int, house: int) -> int:
        """The seat of a household in the drawing of its hamlet: the next one free when it is first drawn there."""
        seats = self._seats.setdefault(hamlet, {})
        return seats.setdefault(house, len(seats))

    def seats(self, hamlet: int) -> int:
        """How many seats of a hamlet were ever taken."""
        return len(self._seats.get(hamlet, {}))

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
        self.broken = False
        given = [load_params(scenario, these) for these in (changes, beside) if these is not None]
        self.seed = given[0].scenario.seed if seed is None else seed
        self.runs = [Run(params, self.seed) for params in given]
        self.step()

    @property
    def year(self) -> int:
        """The last year that all villages have closed."""
        return min(run.history.years[-1] for run in self.runs)

    @property
    def years(self) -> list[int]:
        """Years seen in every village."""
        return [year for year in self.runs[0].history.years if year <= self.year]

    @property
    def over(self) -> bool:
        """Whether there is no further year, as the scenario ends or a village broke off in the middle of one."""
        return self.broken or any(run.over for run in self.runs)

    def step(self) -> None:
        """Let a year pass in every village."""
        with self.lock:
            try:
                for run in self.runs:
                    run.step()
            except Exception:
                self.broken = True
                raise

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
        """Let go of the files; the models go with the last who looks at them."""
        with self.lock:
            for run in self.runs:
                run.history.close()
