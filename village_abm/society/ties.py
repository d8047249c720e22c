"""Who knows whom: kin, neighbours, members of a cooperative, migrants in a town; lists of pairs, sparse arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from village_abm.order import once
from village_abm.params import needs
from village_abm.streams import Streams

KINDS = ("kin", "neighbour", "cooperative", "town")
KIN, NEIGHBOUR, COOPERATIVE, TOWN = range(len(KINDS))


@dataclass(frozen=True)
class Ties:
    """How many ties a household has, and to whom."""

    kin: int = needs(None, "kin households of each household when a run starts, on average")
    neighbours: int = needs(None, "nearest homes to which each household looks")
    rewiring: float = needs("1", "share of neighbour ties that lead to any household of the village instead")
    change: bool = needs(None, "whether kin and neighbour ties fade and new neighbour ties form")
    fade: float = needs("1/yr", "chance that a neighbour tie fades between two inhabited houses")
    fade_away: float = needs("1/yr", "chance that it fades when one house stands empty or in another village")
    fade_kin: float = needs("1/yr", "chance that a kin tie fades which a house took over at a split")
    closure: float = needs("1", "share of new neighbour ties sought among the ties of ties, not among near homes")
    near: int = needs(None, "nearest inhabited homes among which a new neighbour is found")
    cooperative: int = needs(None, "fellow members of its cooperative to whom a household looks")
    town: int = needs(None, "households with migrants in the same town to whom a household with a migrant looks")
    towns: int = needs(None, "towns to which migrants go")
    chain: float = needs("1", "utility of a town in which all migrants known work: chain migration")


@dataclass(frozen=True)
class TieList:
    """Ties as directed pairs: household row `source` looks to row `target`; `kind` is an index into KINDS.

    Kin look at each other; a tie of another kind may be one-sided.
    """

    source: np.ndarray
    target: np.ndarray
    kind: np.ndarray

    def __len__(self) -> int:
        return len(self.source)


def nobody_tied() -> TieList:
    """No ties at all."""
    nothing = np.zeros(0, np.int64)
    return TieList(nothing, nothing, nothing.astype(np.int8))


def make_ties(
    rules: Ties, ids: np.ndarray, village: np.ndarray, x: np.ndarray, y: np.ndarray, streams: Streams
) -> TieList:
    """Ties of all households, within villages; arrays of shape (household,), homes at x, y [m].

    Kin: `kin / 2` draws of any household of the village from each, made mutual. Neighbours: the nearest
    homes, each rewired to any household with chance `rewiring` (a small world, Watts and Strogatz 1998).
    """
    sources, targets, kinds = [], [], []
    for number in np.unique(village):
        rows = np.flatnonzero(village == number)
        if len(rows) < 2:
            continue
        a, b = _kin(rules, ids, rows, streams)
        c, d = _neighbours(rules, ids, rows, x, y, streams)
        sources += [a, b, c]
        targets += [b, a, d]
        kinds += [np.full(2 * len(a), KIN), np.full(len(c), NEIGHBOUR)]
    if not sources:
        return nobody_tied()
    return _unique(np.concatenate(sources), np.concatenate(targets), np.concatenate(kinds))


def _any_other(purpose: str, ids: np.ndarray, rows: np.ndarray, slots: int, streams: Streams) -> np.ndarray:
    """Some other household of the village for each and each slot; rows, shape (len(rows), slots)."""
    draw = streams.uniform(purpose, 0, ids[rows][:, None], np.arange(slots))
    step = 1 + np.floor(draw * (len(rows) - 1)).astype(np.int64)
    return rows[(np.arange(len(rows))[:, None] + step) % len(rows)]


def _kin(rules: Ties, ids: np.ndarray, rows: np.ndarray, streams: Streams) -> tuple[np.ndarray, np.ndarray]:
    slots = rules.kin // 2
    return np.repeat(rows, slots), _any_other("ties.kin", ids, rows, slots, streams).ravel()


def _nearest(seekers: np.ndarray, rows: np.ndarray, x: np.ndarray, y: np.ndarray, slots: int) -> np.ndarray:
    """The homes among `rows` nearest to each of the `seekers`, who are of `rows` too; shape (seekers, slots)."""
    homes = np.column_stack([x, y])
    found = rows[cKDTree(homes[rows]).query(homes[seekers], k=slots + 1)[1].reshape(len(seekers), slots + 1)]
    own = found == seekers[:, None]
    own[~own.any(axis=1), -1] = True  # homes on one spot may crowd a household out of its own list
    return found[~own].reshape(len(seekers), slots)


def _neighbours(
    rules: Ties, ids: np.ndarray, rows: np.ndarray, x: np.ndarray, y: np.ndarray, streams: Streams
) -> tuple[np.ndarray, np.ndarray]:
    slots = min(rules.neighbours, len(rows) - 1)
    nearest = _nearest(rows, rows, x, y, slots)
    moved = streams.uniform("ties.rewired", 0, ids[rows][:, None], np.arange(slots)) < rules.rewiring
    anywhere = _any_other("ties.anywhere", ids, rows, slots, streams)
    return np.repeat(rows, slots), np.where(moved, anywhere, nearest).ravel()


def _unique(source: np.ndarray, target: np.ndarray, kind: np.ndarray) -> TieList:
    """Each tie once, sorted by kind, source and target; nobody is tied to itself."""
    apart = source != target
    source, target, kind = source[apart], target[apart], kind[apart]
    size = int(max(source.max(initial=0), target.max(initial=0))) + 1
    key = np.unique((kind.astype(np.int64) * size + source) * size + target)
    return TieList(key // size % size, key % size, (key // (size * size)).astype(np.int8))


def with_branches(ties: TieList, parents: np.ndarray, branches: np.ndarray) -> TieList:
    """The ties after splits: a new household takes over all ties of the old one, both ways, and is kin to it.

    `parents` and `branches` are household rows; shape (splits,). Two branches of one house are kin.
    """
    source, target, kind = ties.source, ties.target, ties.kind
    for parent, branch in zip(parents, branches, strict=True):  # a few a year, and one may follow another
        out, into = np.flatnonzero(source == parent), np.flatnonzero(target == parent)
        kind = np.concatenate([kind, kind[out], kind[into], [KIN, KIN]], dtype=np.int8, casting="unsafe")
        source, target = (
            np.concatenate([source, np.full(len(out), branch), source[into], [parent, branch]]),
            np.concatenate([target, target[out], np.full(len(into), branch), [branch, parent]]),
        )
    return TieList(source, target, kind)


def newcomers(
    rules: Ties, ties: TieList, movers: np.ndarray, village: np.ndarray, alive: np.ndarray, x: np.ndarray, y: np.ndarray
) -> TieList:
    """The ties after households moved to another village: they look to the nearest homes there, and these to them.

    Ties to the old village stay. `movers` are household rows that live in their new `village` already; the other
    arrays have shape (household,).
    """
    sources, targets = [ties.source], [ties.target]
    for place in np.unique(village[movers]):
        there = np.flatnonzero(alive & (village == place))
        new = movers[village[movers] == place]
        slots = min(rules.neighbours, len(there) - 1)
        out, into = np.repeat(new, slots), _nearest(new, there, x, y, slots).ravel()
        sources += [out, into]
        targets += [into, out]
    source, target = np.concatenate(sources), np.concatenate(targets)
    kind = np.full(len(source), NEIGHBOUR)
    kind[: len(ties)] = ties.kind
    return _unique(source, target, kind)


def matrix(ties: TieList, households: int, kind: int | None = None) -> csr_matrix:
    """Who looks to whom as 0 and 1, of all kinds or one; sparse (household, household)."""
    kept = slice(None) if kind is None else ties.kind == kind
    key = once(ties.source[kept] * households + ties.target[kept])  # kin next door count once
    source, target = np.divmod(key, households)
    first = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=households))])
    return csr_matrix((np.ones(len(key)), target, first), shape=(households, households))


def tie_share(ties: csr_matrix, flag: np.ndarray, counted: np.ndarray, otherwise: float) -> np.ndarray:
    """Share of each household's ties with a flag, among the ties that count.

    `flag` (household,) or (household, use) of truth values or shares, `counted` (household,);
    `otherwise` stands where no tie counts. Shape of `flag`.
    """
    weight = counted.astype(float)
    total = ties @ weight
    column = weight if flag.ndim == 1 else weight[:, None]
    held = ties @ (flag * column)
    total = total if flag.ndim == 1 else total[:, None]
    return np.divide(held, total, out=np.full(held.shape, otherwise), where=total > 0)


def neighbour_share(ties: csr_matrix, flag: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Share of each household's living ties with a flag, none counting as nought; shape of `flag`."""
    return tie_share(ties, flag, alive, otherwise=0.0)


def edges(ties: TieList, alive: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ties between living households for a graph without directions: rows i < j and kind, each once."""
    kept = alive[ties.source] & alive[ties.target]
    first, second = np.minimum(ties.source, ties.target)[kept], np.maximum(ties.source, ties.target)[kept]
    once = _unique(first, second, ties.kind[kept])
    return once.source, once.target, once.kind
