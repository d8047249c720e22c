"""Keyed draws: a number that depends on what it is for, never on how many were drawn before it."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

import numpy as np
from scipy.special import ndtri

_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_STEP, _FACTORS = np.uint64(_GOLDEN), (np.uint64(_FIRST), np.uint64(_SECOND))
_SHIFTS, _DROPPED = (np.uint64(30), np.uint64(27), np.uint64(31)), np.uint64(12)
_MASK64, _MASK63 = 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFFFFFFFFFF

Ints = int | np.integer | np.ndarray


def _absorb(state: np.ndarray) -> np.ndarray:
    """Mix words into 64 bits in place: the step and output function of splitmix64 (Steele, Lea and Flood 2014)."""
    state *= _STEP
    state += _STEP
    high = state >> _SHIFTS[0]
    state ^= high
    state *= _FACTORS[0]
    np.right_shift(state, _SHIFTS[1], out=high)
    state ^= high
    state *= _FACTORS[1]
    np.right_shift(state, _SHIFTS[2], out=high)
    state ^= high
    return state


def _mix_one(z: int) -> int:
    """`_absorb` of one word: the same bits, ten times as fast as an array of one."""
    z = ((z * _GOLDEN) + _GOLDEN) & _MASK64
    z = ((z ^ (z >> 30)) * _FIRST) & _MASK64
    z = ((z ^ (z >> 27)) * _SECOND) & _MASK64
    return z ^ (z >> 31)


@lru_cache(maxsize=1024)
def _name_key(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


def hashed(*parts: Ints | str) -> np.ndarray:
    """Hash whole numbers and names into 64 bits, broadcasting arrays; shape of the broadcast parts."""
    lone, state = _GOLDEN, None
    for part in parts:
        if isinstance(part, np.ndarray) and part.ndim:
            word = part.astype(np.int64, copy=False).view(np.uint64)
            state = _absorb((np.uint64(lone) if state is None else state) ^ word)
            continue
        number = _name_key(part) if isinstance(part, str) else int(part) & _MASK64
        if state is None:
            lone = _mix_one(lone ^ number)
        else:
            state = _absorb(state ^ np.uint64(number))
    return np.asarray(np.uint64(lone)) if state is None else state


def permanent_id(*parts: Ints | str) -> np.ndarray:
    """A permanent id: 63 bits of the hash of (parent id, year, kind, birth order) or of an origin."""
    return (hashed(*parts) & np.uint64(_MASK63)).astype(np.int64)


class Streams:
    """All luck of one run: every draw is a function of (seed, replicate, purpose, year, id, option).

    The scheme never enters the key, so two schemes on one seed meet the same weather, births and moods
    (common random numbers). A purpose is a plain name, one for each decision.
    """

    def __init__(self, seed: int, replicate: int = 0) -> None:
        self.seed, self.replicate = int(seed), int(replicate)
        self._root = int(hashed(self.seed, self.replicate))

    def uniform(self, purpose: str, year: int, ids: Ints, option: Ints = 0) -> np.ndarray:
        """Uniform draws in the open interval (0, 1); shape of `ids` broadcast with `option`."""
        words = hashed(self._root, purpose, year, option, ids)
        draws = (words >> _DROPPED) * 2.0**-52
        draws += 2.0**-53
        return draws

    def normal(self, purpose: str, year: int, ids: Ints, option: Ints = 0) -> np.ndarray:
        """Standard normal draws by inverse CDF; shape as `uniform`."""
        return ndtri(self.uniform(purpose, year, ids, option))

    def gumbel(self, purpose: str, year: int, ids: Ints, option: Ints = 0) -> np.ndarray:
        """Standard Gumbel draws, -ln(-ln u): one per (id, option), so a new option moves no other."""
        return -np.log(-np.log(self.uniform(purpose, year, ids, option)))
