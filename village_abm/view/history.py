"""Years already seen: frames spilled to files of the visitor's, so that looking back costs no memory."""

from __future__ import annotations

import pickle
import tempfile
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import numpy as np

from village_abm.view.frame import Frame

RECENT = 4
"""Frames held ready in memory: the year shown and its neighbours."""


class History:
    """Frames by year: the bytes of all layers in one file to be mapped, the rest pickled in another.

    The files lie in a folder of their own, which goes with the visitor.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="karst-village-")
        folder = Path(self._folder.name)
        self._layers, self._rest = (folder / "layers").open("w+b"), (folder / "rest").open("w+b")
        self._names: tuple[str, ...] = ()
        self._shape: tuple[int, int] = (0, 0)
        self._places: dict[int, tuple[int, int]] = {}
        self._recent: OrderedDict[int, Frame] = OrderedDict()
        self._indicators: dict[int, dict[str, float]] = {}

    def add(self, frame: Frame) -> None:
        """Keep the frame of the year after those before it."""
        if not self._places:
            self._names = tuple(frame.layers)
            self._shape = next(iter(frame.layers.values())).shape
        self._layers.write(b"".join(np.ascontiguousarray(frame.layers[name]).tobytes() for name in self._names))
        self._layers.flush()
        rest = pickle.dumps(replace(frame, layers={}), protocol=5)
        place = self._rest.seek(0, 2)
        self._rest.write(rest)
        self._rest.flush()
        self._places[frame.year] = (place, len(rest))
        self._indicators[frame.year] = dict(frame.indicators)
        self._hold(frame)

    def __getitem__(self, year: int) -> Frame:
        if year not in self._recent:
            place, length = self._places[year]
            self._rest.seek(place)
            frame: Frame = pickle.loads(self._rest.read(length))
            maps = np.array(self._mapped()[self.years.index(year)])
            self._hold(replace(frame, layers=dict(zip(self._names, maps, strict=True))))
        self._recent.move_to_end(year)
        return self._recent[year]

    def _mapped(self) -> np.memmap:
        """All layers of all years; (years, layers, lines, columns) uint8."""
        return np.memmap(self._layers.name, np.uint8, "r", shape=(len(self._places), len(self._names), *self._shape))

    def _hold(self, frame: Frame) -> None:
        self._recent[frame.year] = frame
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)

    @property
    def years(self) -> list[int]:
        """Years kept, in order."""
        return list(self._places)

    def path(self, indicator: str) -> list[float]:
        """An indicator in all years kept."""
        return [row.get(indicator, float("nan")) for row in self._indicators.values()]

    def cells(self, layer: str, line: int, column: int) -> np.ndarray:
        """Byte of one patch in all years kept; (years,) uint8."""
        return np.array(self._mapped()[:, self._names.index(layer), line, column])

    def close(self) -> None:
        """Let go of the files."""
        self._recent.clear()
        self._layers.close()
        self._rest.close()
        self._folder.cleanup()
