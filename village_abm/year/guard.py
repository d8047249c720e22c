"""Who watches the land within the year: rangers who see what is cut, cleared and ploughed, and the red line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from village_abm.policy.job import Watch
from village_abm.village import Village


@dataclass(frozen=True)
class Beat:
    """Land that rangers of one scheme watch this year."""

    watch: Watch
    patches: np.ndarray
    """(patches,) bool."""


def set_out(village: Village, name: str, beat: Beat | None) -> None:
    """Let the rangers of scheme `name` watch their land until the next year; None where there are none."""
    beats: dict[str, Beat] = village.memory.setdefault("beats", {})
    beats.pop(name, None)
    if beat is not None:
        beats[name] = beat


def _beats(village: Village) -> Iterator[Beat]:
    yield from village.memory.get("beats", {}).values()


def _seen(village: Village, purpose: str, rows: np.ndarray, term: str) -> np.ndarray:
    """Which patches `rows` rangers watch and see this year, each with the probability `term` of the watch; bool."""
    seen = np.zeros(len(rows), bool)
    for beat in _beats(village):
        luck = village.streams.uniform(purpose, village.year, village.patches.id[rows])
        seen |= beat.patches[rows] & (luck < getattr(beat.watch, term))
    return seen


def turned_back(village: Village, rows: np.ndarray) -> np.ndarray:
    """Which of the patches about to be cleared rangers keep from it; (rows,) bool."""
    return _seen(village, "ranger.clearing", rows, "clearing")


def looked_at(village: Village, rows: np.ndarray) -> np.ndarray:
    """Which of the plots under contract rangers look at this year; (rows,) bool."""
    return _seen(village, "ranger.cheating", rows, "cheating")


def left_alone(village: Village, allowed: np.ndarray) -> np.ndarray:
    """Where people cut and graze: `allowed` (patches,) but for what rangers keep them from this year; bool."""
    if not village.memory.get("beats"):
        return allowed
    return allowed & ~_seen(village, "ranger.cutting", np.arange(len(allowed)), "cutting")


@dataclass(frozen=True)
class Line:
    """How a scheme keeps the red line this year."""

    dared: np.ndarray
    """Patches that whoever would clear dares to clear; (patches,) bool."""
    barred: np.ndarray
    """Uses that may not be begun inside the line; (uses,) bool."""


def watch_line(village: Village, name: str, line: Line | None) -> None:
    """Let scheme `name` keep the red line its way until the next year; None where it does not."""
    lines: dict[str, Line] = village.memory.setdefault("lines", {})
    lines.pop(name, None)
    if line is not None:
        lines[name] = line


def forbidden(village: Village) -> np.ndarray:
    """Where nobody clears: the red line, but for patches on which every scheme that keeps it is dared; bool.

    Where no scheme says how the line is kept it is kept everywhere.
    """
    lines = village.memory.get("lines")
    if not lines:
        return village.patches.red_line
    return village.patches.red_line & ~np.logical_and.reduce([line.dared for line in lines.values()])


def bar(village: Village, rows: np.ndarray, may: np.ndarray, uses: np.ndarray | slice) -> None:
    """Take the negative list from what can stand on `rows` inside the red line; `may` (rows, uses) is changed."""
    for line in village.memory.get("lines", {}).values():
        may[np.ix_(village.patches.red_line[rows], line.barred[uses])] = False
