"""Ties within lines 4 and 5 of the year: which fade and form, who meets in a cooperative or a town."""

from __future__ import annotations

import numpy as np

from village_abm.order import among, once
from village_abm.society import ties, turnover
from village_abm.society.demography import MIGRANT
from village_abm.society.ties import COOPERATIVE, NEIGHBOUR, TOWN, TieList
from village_abm.village import Village


def renew(village: Village) -> None:
    """Let ties fade and form, and tie members of a cooperative and families of migrants in one town."""
    rules = village.params.people.ties
    if rules.change:
        _fade_and_form(village)
    if rules.cooperative:
        _meet(village, COOPERATIVE, rules.cooperative, *_members(village))
    if rules.town:
        _meet(village, TOWN, rules.town, *_townsfolk(village))


def _fade_and_form(village: Village) -> None:
    rules, households, streams = village.params.people.ties, village.households, village.streams
    at_home, where = households.alive & (households.residents > 0), households.village
    last = turnover.lasting(
        rules, village.ties, households.id, households.alive, at_home, where, households.origin, village.year, streams
    )
    left = _only(village.ties, last)
    x, y = village.place(households.home)
    made = turnover.acquaintances(rules, left, households.id, at_home, where, x, y, village.year, streams)
    village.ties = _with(left, NEIGHBOUR, *made)
    village.count("ties made", np.ones(len(made[0])), where[made[0]])


def _only(some: TieList, kept: np.ndarray) -> TieList:
    return TieList(some.source[kept], some.target[kept], some.kind[kept])


def _with(some: TieList, kind: int, source: np.ndarray, target: np.ndarray) -> TieList:
    kinds = np.concatenate([some.kind, np.full(len(source), kind, some.kind.dtype)])
    return TieList(np.concatenate([some.source, source]), np.concatenate([some.target, target]), kinds)


def _members(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Permanent number of the cooperative and household of every member."""
    households = village.households
    rows = np.flatnonzero(households.alive & (households.cooperative >= 0))
    return village.cooperatives.id[households.cooperative[rows]], rows


def _townsfolk(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Town and household of whoever is away, each household once a town; towns apart for each village."""
    people, towns = village.people, village.params.people.ties.towns
    rows = np.flatnonzero(people.alive & (people.status == MIGRANT) & (people.town >= 0))
    group = people.village[rows].astype(np.int64) * towns + people.town[rows]
    key = once(group * len(village.households) + people.household[rows])
    return key // len(village.households), key % len(village.households)


def _meet(village: Village, kind: int, slots: int, group: np.ndarray, member: np.ndarray) -> None:
    """Make the ties of one kind anew from who is in which group; those who stay keep theirs."""
    old, households = village.ties.kind == kind, village.households
    if not len(member) and not old.any():
        return
    purpose, size = f"ties.{ties.KINDS[kind]}", len(households)
    source, target = turnover.circles(group, member, households.id, slots, purpose, village.streams)
    pairs = once(source * size + target)  # two families may meet in two towns
    new = pairs[~among(pairs, village.ties.source[old] * size + village.ties.target[old])] // size
    village.ties = _with(_only(village.ties, ~old), kind, pairs // size, pairs % size)
    village.count("ties made", np.ones(len(new)), households.village[new])


def choose_towns(village: Village, rows: np.ndarray) -> None:
    """Give the people `rows` who leave a town: where they have been before, else where those whom they know work."""
    rules, people = village.params.people.ties, village.people
    if not rules.town or not len(rows):
        return
    known = _migrants_known(village)[people.household[rows]]
    people.town[rows] = turnover.destinations(
        rules, people.id[rows], people.town[rows], known, village.year, village.streams
    )


def _migrants_known(village: Village) -> np.ndarray:
    """Share of the migrants of its own and its ties' houses who work in each town; (households, towns)."""
    people, towns, size = village.people, village.params.people.ties.towns, len(village.households)
    away = np.flatnonzero(people.alive & (people.status == MIGRANT) & (people.town >= 0))
    cells = people.household[away].astype(np.int64) * towns + people.town[away]
    own = np.bincount(cells, minlength=size * towns).reshape(size, towns)
    met = own + village.known() @ own.astype(float)
    total = met.sum(axis=1, keepdims=True)
    share: np.ndarray = np.divide(met, total, out=np.zeros_like(met), where=total > 0)
    return share


def example(village: Village) -> np.ndarray:
    """Share of each household's town ties to which somebody came home not long ago; (households,)."""
    households, size = village.households, len(village.households)
    met = _only(village.ties, village.ties.kind == TOWN)
    counted = households.alive[met.target]
    total = np.bincount(met.source, weights=counted, minlength=size)
    home = np.bincount(met.source, weights=counted & households.returnee[met.target], minlength=size)
    share: np.ndarray = np.divide(home, total, out=np.zeros(size), where=total > 0)
    return share
