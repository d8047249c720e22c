"""The landscape: what lies where before anybody farms it, and the arithmetic of a height grid."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from village_abm.streams import Streams, permanent_id

# Indices into LANDFORMS.
DEPRESSION, FOOT, SLOPE, PEAK = range(4)

# What cover land can carry, from soil depth [cm] and rock exposure: handed in by whoever knows the ecology.
Capacity = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Landscape:
    """A grid of patches, rows from north to south; every array has shape (lines, columns).

    `crs` is WKT, or None for generated land; `origin` is the projected x, y of the north-west corner [m].
    """

    patch_size: float
    elevation: np.ndarray  # [m]
    slope: np.ndarray  # [degree]
    aspect: np.ndarray  # [degree] clockwise from north, the way the slope faces
    landform: np.ndarray  # index into LANDFORMS
    lithology: np.ndarray  # index into LITHOLOGIES
    distance: np.ndarray  # [m] to the nearest settlement patch, as the crow flies
    hamlet: np.ndarray  # number of the hamlet that is nearest
    settlement: np.ndarray  # houses stand here
    path: np.ndarray  # on a path between hamlets
    sealed: np.ndarray  # open water or built-up ground: nothing grows, nobody farms
    farmland: np.ndarray  # the land cover shows crops; False everywhere where no cover was given
    soil_depth: np.ndarray  # [cm] where there is soil
    exposure: np.ndarray  # share of bare rock
    cover: np.ndarray  # woody and herb cover where nobody crops
    wet: np.ndarray  # water enough for rice
    terraceable: np.ndarray  # gentle enough for terrace walls
    red_line: np.ndarray  # inside the ecological red line
    crs: str | None
    origin: tuple[float, float]
    notes: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Lines and columns of the grid."""
        return self.elevation.shape

    def beside(self, others: tuple[Landscape, ...]) -> Landscape:
        """This land with others of the same shape put east of it, as one picture."""
        if not others:
            return self
        joined: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            first = getattr(self, field.name)
            if isinstance(first, np.ndarray):
                joined[field.name] = np.concatenate([first, *(getattr(other, field.name) for other in others)], axis=1)
        notes = tuple(note for land in (self, *others) for note in land.notes)
        return dataclasses.replace(self, **joined, notes=notes)

    @property
    def hamlets(self) -> int:
        """How many hamlets there are."""
        return int(self.hamlet.max()) + 1

    def cell(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Line and column of the patch that holds projected x, y [m]; outside the grid they run past it."""
        column = np.floor((np.asarray(x) - self.origin[0]) / self.patch_size).astype(np.int64)
        line = np.floor((self.origin[1] - np.asarray(y)) / self.patch_size).astype(np.int64)
        return line, column

    def centre(self, line: np.ndarray, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Projected x, y [m] of the middle of a patch."""
        x = self.origin[0] + (np.asarray(column) + 0.5) * self.patch_size
        return x, self.origin[1] - (np.asarray(line) + 0.5) * self.patch_size


def patch_ids(key: int, lines: int, columns: int) -> np.ndarray:
    """Permanent ids of the patches of one village; shape (lines, columns)."""
    return permanent_id(key, "patch", np.arange(lines * columns)).reshape(lines, columns)


def slope_and_aspect(elevation: np.ndarray, patch_size: float) -> tuple[np.ndarray, np.ndarray]:
    """Slope and aspect [degree] of a height grid [m] by the third-order differences of Horn (1981).

    The grid is mirrored at its edges, where slopes are therefore a little low. Flat land faces north (0).
    """
    z = np.pad(elevation, 1, mode="edge")
    north, south = z[:-2], z[2:]
    west, east = z[:, :-2], z[:, 2:]
    run = 8 * patch_size
    to_east = (east[:-2] + 2 * east[1:-1] + east[2:] - west[:-2] - 2 * west[1:-1] - west[2:]) / run
    to_south = (
        south[:, :-2] + 2 * south[:, 1:-1] + south[:, 2:] - north[:, :-2] - 2 * north[:, 1:-1] - north[:, 2:]
    ) / run
    slope = np.degrees(np.arctan(np.hypot(to_east, to_south)))
    # Downhill is minus the gradient: -d/dx to the east, +d/ds to the north.
    aspect = np.degrees(np.arctan2(-to_east, to_south)) % 360
    return slope, np.where(slope > 0, aspect, 0.0)


def random_field(streams: Streams, purpose: str, ids: np.ndarray, reach: float) -> np.ndarray:
    """A standard normal field, smooth over about `reach` [patches]; shape of `ids` (lines, columns).

    Keyed normal draws under a Gaussian filter, brought back to mean 0 and deviation 1.
    """
    field = streams.normal(purpose, 0, ids)
    if reach > 0:
        field = ndimage.gaussian_filter(field, reach, mode="reflect", truncate=2.5)
    return (field - field.mean()) / (field.std() or 1.0)
