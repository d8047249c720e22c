"""Stands: the eight ways in which land is covered, as growth, cutting and carbon tell uses apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

STANDS = ("open", "abandoned", "closed", "planted", "grass", "economic", "crop", "built")
OPEN, ABANDONED, CLOSED, PLANTED, GRASS, ECONOMIC, CROP, BUILT = range(len(STANDS))

_BY_NAME = {"fallow": ABANDONED, "closed_forest": CLOSED, "grass": GRASS, "forage": GRASS}
_BY_KIND = {"wild": OPEN, "crop": CROP, "planted": PLANTED, "perennial": ECONOMIC, "built": BUILT}


def stands_of_uses(names: Sequence[str], kinds: Sequence[str], under_forest: np.ndarray) -> np.ndarray:
    """The stand of every use, by its name where the name says more than its kind; shape (use,).

    What grows `under_forest` (use,) leaves the land the open wild land that it is.

    Raises ValueError for a kind that no stand stands for.
    """
    unknown = [kind for kind in kinds if kind not in _BY_KIND]
    if unknown:
        raise ValueError(f"kind of use '{unknown[0]}' has no stand. Write one of {', '.join(_BY_KIND)}.")
    found = [_BY_NAME.get(name, _BY_KIND[kind]) for name, kind in zip(names, kinds, strict=True)]
    return np.where(under_forest, np.int8(OPEN), np.array(found, dtype=np.int8))


def stands_of_patches(of_uses: np.ndarray, use: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """The stand of every patch; a closed patch of open or abandoned land counts as closed; shape (patch,)."""
    stand = of_uses[use]
    return np.where(closed & (stand <= ABANDONED), np.int8(CLOSED), stand)


def uncropped(stand: np.ndarray) -> np.ndarray:
    """Whether neither crops nor buildings stand there; shape of `stand`."""
    return stand < CROP


def open_to_cutting(stand: np.ndarray) -> np.ndarray:
    """Whether wood may be cut and goats may graze: wild land that is not closed; shape of `stand`.

    Plantations, sown grass and orchards are guarded by whoever planted them.
    """
    return stand <= ABANDONED
