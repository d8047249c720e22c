"""How ties come and go: which fade, whom households get to know, who meets in a cooperative or in a town."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from village_abm.order import among, firsts, in_turn
from village_abm.society.ties import KIN, NEIGHBOUR, TieList, Ties
from village_abm.streams import Streams

# Household row of the first array looks to the row in the same place of the second.
Pairs = tuple[np.ndarray, np.ndarray]


def lasting(
    rules: Ties,
    ties: TieList,
    ids: np.ndarray,
    alive: np.ndarray,
    at_home: np.ndarray,
    village: np.ndarray,
    origin: np.ndarray,
    year: int,
    streams: Streams,
) -> np.ndarray:
    """Which ties live on into this year; mask (ties,), the other arrays of shape (household,).

    Ties to houses that ended are gone. A neighbour tie fades with the yearly chance `fade`, or `fade_away` once one
    of the two houses stands empty (nobody `at_home`) or in another village; each side draws for itself. A kin tie
    fades for both with `fade_kin` unless it is close: both houses founders, one from the other, or both from one
    (`origin`: row of the house it split from, -1 a founder).
    """
    a, b = ties.source, ties.target
    near = at_home[a] & at_home[b] & (village[a] == village[b])
    close = (origin[a] == origin[b]) | (origin[a] == b) | (origin[b] == a)
    chance = np.where(ties.kind == KIN, np.where(close, 0.0, rules.fade_kin), 0.0)
    chance = np.where(ties.kind == NEIGHBOUR, np.where(near, rules.fade, rules.fade_away), chance)
    kept: np.ndarray = alive[a] & alive[b]
    at_risk = np.flatnonzero(kept & (chance > 0))
    both_ways, one, other = ties.kind[at_risk] == KIN, ids[a[at_risk]], ids[b[at_risk]]
    first, second = np.where(both_ways, np.minimum(one, other), one), np.where(both_ways, np.maximum(one, other), other)
    kept[at_risk] = streams.uniform("ties.fade", year, first, second) >= chance[at_risk]
    return kept


def acquaintances(
    rules: Ties,
    ties: TieList,
    ids: np.ndarray,
    at_home: np.ndarray,
    village: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    year: int,
    streams: Streams,
) -> Pairs:
    """New neighbour ties of the year: at most one for each household at home that looks to fewer than it might.

    With chance `closure` to one of those whom one of its ties looks to, drawn in two steps (a friend of a friend:
    triadic closure), else to one of the `near` nearest inhabited homes. Nobody whom it looks to as a neighbour
    already, nobody of another village, no empty house; who finds nobody waits a year. `at_home` (household,) is
    false for houses that ended.
    """
    listed = ties.kind == NEIGHBOUR
    degree = np.bincount(ties.source[listed], minlength=len(ids))
    seekers = np.flatnonzero(at_home & (degree < rules.neighbours))
    by_ties = streams.uniform("ties.way", year, ids[seekers]) < rules.closure
    seeking = np.zeros(len(ids), bool)
    seeking[seekers] = True
    taken = listed & seeking[ties.source]
    taken_keys = ties.source[taken] * len(ids) + ties.target[taken]
    run, friend = _looked_at(ties, seekers[by_ties])
    source, friend = _one_each(seekers[by_ties][run], friend, ids, "ties.friend", year, streams)
    run, target = _looked_at(ties, friend)
    near_source, near_target = _near(rules, seekers[~by_ties], at_home, village, x, y)
    source, target = np.concatenate([source[run], near_source]), np.concatenate([target, near_target])
    fits = at_home[target] & (village[source] == village[target]) & (source != target)
    source, target = source[fits], target[fits]
    new = ~among(source * len(ids) + target, taken_keys)
    return _one_each(source[new], target[new], ids, "ties.meet", year, streams)


def _looked_at(ties: TieList, rows: np.ndarray) -> Pairs:
    """All ties of `rows`, which may repeat: positions in `rows`, and whom they look to."""
    wanted = np.zeros(max(ties.source.max(initial=-1), rows.max(initial=-1)) + 1, bool)
    wanted[rows] = True
    source, target = (side[wanted[ties.source]] for side in (ties.source, ties.target))
    order = np.argsort(source, kind="stable")
    source, target = source[order], target[order]
    start = np.searchsorted(source, rows)
    count = np.searchsorted(source, rows, side="right") - start
    run = np.repeat(np.arange(len(rows)), count)
    return run, target[start[run] + np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)]


def _one_each(
    source: np.ndarray, target: np.ndarray, ids: np.ndarray, purpose: str, year: int, streams: Streams
) -> Pairs:
    """One of the pairs of each source, by a draw keyed with both ids."""
    draw = streams.uniform(purpose, year, ids[source], ids[target])
    order = in_turn(source, (draw, ids[target]))
    source, target = source[order], target[order]
    first = firsts(source)
    return source[first], target[first]


def _near(
    rules: Ties, seekers: np.ndarray, at_home: np.ndarray, village: np.ndarray, x: np.ndarray, y: np.ndarray
) -> Pairs:
    """The nearest inhabited homes of the own village, for each of the seekers."""
    sources, targets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for place in np.unique(village[seekers]):
        mine = seekers[village[seekers] == place]
        there = np.flatnonzero(at_home & (village == place))
        count = min(rules.near + 1, len(there))  # a house finds itself first
        homes = np.column_stack([x, y])
        found = there[cKDTree(homes[there]).query(homes[mine], k=count)[1].reshape(-1)]
        sources.append(np.repeat(mine, count))
        targets.append(found)
    return np.concatenate(sources), np.concatenate(targets)


def circles(
    group: np.ndarray, member: np.ndarray, ids: np.ndarray, slots: int, purpose: str, streams: Streams
) -> Pairs:
    """Who looks to whom within groups: each to the next `slots` on a circle in an order drawn once for good.

    `member` (memberships,) are household rows, `group` their groups; a household stands in a group once. Whoever
    joins or leaves changes the ties of his `slots` neighbours on the circle and of nobody else.
    """
    place = streams.uniform(purpose, 0, ids[member], group)
    order = np.lexsort((ids[member], place, group))
    group, member = group[order], member[order]
    start = np.searchsorted(group, group)
    size = np.searchsorted(group, group, side="right") - start
    here = np.arange(len(group)) - start
    sources, targets = [member[:0]], [member[:0]]
    for step in range(1, slots + 1):
        wide = size > step
        sources.append(member[wide])
        targets.append(member[(start + (here + step) % np.maximum(size, 1))[wide]])
    return np.concatenate(sources), np.concatenate(targets)


def destinations(
    rules: Ties, ids: np.ndarray, before: np.ndarray, known: np.ndarray, year: int, streams: Streams
) -> np.ndarray:
    """Town to which each person goes; (people,). Who has been away goes back to the town of `before` (-1 never).

    The others take the town with the highest `chain` x `known` + Gumbel draw: chain migration. `known`
    (people, towns) is the share of the migrants known who work in each town.
    """
    luck = streams.gumbel("ties.town", year, ids[:, None], np.arange(rules.towns))
    return np.where(before >= 0, before, np.argmax(rules.chain * known + luck, axis=1))
