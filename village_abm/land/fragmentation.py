"""How cut up the land is: plots of a household, patches of a landscape.

Written with scipy rather than taken from a library of landscape metrics: those there are read whole raster
files, return data frames and bring a geospatial stack with them, and the best known, PyLandStats, stands
under GPL-3.0-or-later, which does not go with this project's MIT licence. The metrics wanted here are a
labelling and a few counts, and must be cheap enough for every year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

SQUARE = np.ones((3, 3), bool)


@dataclass(frozen=True)
class HouseholdPattern:
    """How each household's land is cut up and scattered; every array has shape (households,).

    A parcel is a run of adjoining plots of one household. Without land the counts are 0 and the rest NaN.
    """

    plots: np.ndarray  # plots
    parcels: np.ndarray  # parcels
    distance: np.ndarray  # [m] mean from home to plot
    spread: np.ndarray  # [m] root mean square distance of plots from their middle
    simpson: np.ndarray  # 1 - sum a^2 / (sum a)^2 over parcels: 0 one parcel, towards 1 many equal ones
    januszewski: np.ndarray  # sqrt(sum a) / sum sqrt(a) over parcels: 1 one parcel, towards 0 many


@dataclass(frozen=True)
class LandscapePattern:
    """How a map of classes is cut up; per class (classes,) and, with the suffix _all, for the whole map.

    A landscape patch is a run of grid cells of one class that touch along sides or corners (8 neighbours).
    """

    area: np.ndarray  # [ha]
    patches: np.ndarray
    patch_density: np.ndarray  # [1/100 ha of the whole map]
    mean_patch: np.ndarray  # [ha] NaN where the class is absent
    largest_patch: np.ndarray  # [%] of the whole map
    edge_density: np.ndarray  # [m/ha of the whole map], without the rim of the map
    patch_density_all: float
    mean_patch_all: float
    largest_patch_all: float
    edge_density_all: float


def household_pattern(
    owner: np.ndarray, counted: np.ndarray, homes: np.ndarray, shape: tuple[int, int], patch_size: float
) -> HouseholdPattern:
    """Plots, parcels, distance and fragmentation of every household.

    `owner` and `counted` (patches,): household row or -1, and which land counts (cropland, say); `homes`
    (households,): flat patch of the house. Simpson's index and Januszewski's K are those of the literature
    on land fragmentation (Januszewski 1968).
    """
    households = len(homes)
    held = np.where(counted, owner, -1)
    plots = np.flatnonzero(held >= 0)
    of = held[plots]
    count = np.bincount(of, minlength=households)
    line, column = np.divmod(plots, shape[1])
    home_line, home_column = np.divmod(homes, shape[1])
    away = np.hypot(line - home_line[of], column - home_column[of]) * patch_size

    def mean(values: np.ndarray) -> np.ndarray:
        return np.bincount(of, values, households) / np.where(count > 0, count, np.nan)

    scatter = (line - mean(line)[of]) ** 2 + (column - mean(column)[of]) ** 2
    size, holder = _parcels(held, plots, shape)
    total = np.where(count > 0, count, np.nan)
    simpson = 1 - np.bincount(holder, size**2, households) / total**2
    return HouseholdPattern(
        plots=count,
        parcels=np.bincount(holder, minlength=households),
        distance=mean(away),
        spread=np.sqrt(mean(scatter)) * patch_size,
        simpson=simpson,
        januszewski=np.sqrt(total) / np.bincount(holder, np.sqrt(size), households).clip(1e-9),
    )


def _parcels(held: np.ndarray, plots: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Size [plots] and holder of every parcel: plots of one household that touch along sides or corners."""
    grid = held.reshape(shape)
    number = np.arange(grid.size).reshape(shape)
    pairs = []
    for a, b in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1], np.s_[1:]),
        (np.s_[:-1, :-1], np.s_[1:, 1:]),
        (np.s_[:-1, 1:], np.s_[1:, :-1]),
    ):
        same = (grid[a] == grid[b]) & (grid[a] >= 0)
        pairs.append((number[a][same], number[b][same]))
    start, end = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    links = sparse.coo_array((np.ones(len(start), bool), (start, end)), shape=(grid.size, grid.size))
    _, label = csgraph.connected_components(links, directed=False)
    _, first, size = np.unique(label[plots], return_index=True, return_counts=True)
    return size.astype(float), held[plots][first]


def landscape_pattern(classes: np.ndarray, count: int, patch_size: float) -> LandscapePattern:
    """Landscape metrics of a map of class numbers 0 to count - 1, shape (lines, columns).

    Definitions as in FRAGSTATS (McGarigal and Marks 1995): edges of a class are its sides shared with other
    classes; edges of the map count each such side once.
    """
    hectares, cell = classes.size * patch_size**2 / 1e4, patch_size**2 / 1e4
    area = np.bincount(classes.ravel(), minlength=count) * cell
    patches, largest = np.zeros(count, np.int64), np.zeros(count)
    for number in np.flatnonzero(area):
        labels, patches[number] = ndimage.label(classes == number, SQUARE)
        largest[number] = np.bincount(labels.ravel())[1:].max() * cell
    sides = np.zeros(count)
    for a, b in ((classes[:, :-1], classes[:, 1:]), (classes[:-1], classes[1:])):
        differ = a != b
        sides += np.bincount(a[differ], minlength=count) + np.bincount(b[differ], minlength=count)
    edges = sides * patch_size
    return LandscapePattern(
        area=area,
        patches=patches,
        patch_density=patches / hectares * 100,
        mean_patch=np.divide(area, patches, out=np.full(count, np.nan), where=patches > 0),
        largest_patch=largest / hectares * 100,
        edge_density=edges / hectares,
        patch_density_all=float(patches.sum() / hectares * 100),
        mean_patch_all=float(hectares / patches.sum()),
        largest_patch_all=float(largest.max() / hectares * 100),
        edge_density_all=float(edges.sum() / 2 / hectares),
    )
