"""Where a drawing of the network puts each household: hamlets as discs, a seat for life in each."""

from __future__ import annotations

import numpy as np

from village_abm.view.session import Run

WIDE, HIGH, EDGE = 600, 460, 8
"""The drawing of the network, in points of a screen, and what is left free around a hamlet."""
GAP = 9.0
"""Points between two households of a hamlet."""
FILL = 0.5
"""Most of the drawing that hamlets may cover; more households stand closer."""
GOLDEN = np.pi * (3 - np.sqrt(5))
PUSHES = 200


def spread(run: Run, home: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Points of a drawing, WIDE by HIGH: each hamlet a disc of its households like the seeds of a sunflower.

    Discs lie as their hamlets do on the map and are pushed apart until none touches another; households without a
    house in the village form one of their own. A household keeps its seat while it lives there; (households, 2).
    """
    hamlet, place = _hamlets(run, home)
    numbers, which = np.unique(hamlet, return_inverse=True)
    seats = np.array([run.seat(int(one), int(ident)) for one, ident in zip(hamlet, ids, strict=True)])
    taken = np.array([run.seats(int(one)) for one in numbers])
    radius = GAP * np.sqrt(taken) + GAP
    shrink = min(1.0, float(np.sqrt(FILL * WIDE * HIGH / (np.pi * (radius**2).sum()))))
    middles = _apart(np.array([place[which == k].mean(axis=0) for k in range(len(numbers))]), radius * shrink)
    angle, far = seats * GOLDEN, GAP * np.sqrt(seats + 0.5) * shrink
    return middles[which] + np.stack([far * np.cos(angle), far * np.sin(angle)], axis=1)


def _hamlets(run: Run, home: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Hamlet of each household, -1 where it has no house, and its house on the drawing; (households,), (.., 2)."""
    village = run.model.village
    patches, (_, lines, columns) = village.patches, village.grid_shape
    nearest = np.concatenate([land.hamlet.ravel() for land in village.landscapes]).astype(np.int64)
    before = np.cumsum([0, *(land.hamlets for land in village.landscapes)])
    number = np.where(home >= 0, nearest[home] + before[patches.village[home]], -1)
    column = (patches.column[home] + patches.village[home] * columns) / (columns * len(village.names))
    place = np.stack([column * WIDE, patches.line[home] / lines * HIGH], axis=1)
    return number, np.where(home[:, None] >= 0, place, EDGE)


def _apart(middles: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Discs pushed off one another and off the edge, a little at a time; (discs, 2)."""
    for _ in range(PUSHES):
        away = middles[:, None] - middles[None]
        distance = np.sqrt((away**2).sum(axis=2)) + np.eye(len(middles))
        overlap = np.maximum(radius[:, None] + radius[None] + EDGE - distance, 0) * (1 - np.eye(len(middles)))
        middles = middles + 0.5 * (away / np.maximum(distance, 1e-9)[:, :, None] * overlap[:, :, None]).sum(axis=1)
        middles = np.clip(middles, radius[:, None] + EDGE, np.array([WIDE, HIGH]) - radius[:, None] - EDGE)
    return middles
