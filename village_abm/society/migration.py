"""Leaving for the cities and coming home: who goes by yearly hazards, who must stay, what is sent home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from village_abm.society.demography import FARM, LOCAL_JOB, MIGRANT, PUPIL
from village_abm.society.motives import Care, Homes, Migration, leaving_terms, return_terms
from village_abm.society.population import PeopleArrays
from village_abm.streams import Streams


@dataclass(frozen=True)
class Move:
    """Who of the candidates moves and why.

    `candidates` are person rows, `terms` the parts of their utility by name, `hazard` their yearly chance;
    `moves` and `vetoed` are masks of the candidates (vetoed: would have gone, but cares for the house).
    """

    candidates: np.ndarray
    terms: dict[str, np.ndarray]
    hazard: np.ndarray
    moves: np.ndarray
    vetoed: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """Person rows of those who move."""
        return self.candidates[self.moves]


@dataclass(frozen=True)
class Held:
    """Moves that bring the stock away to a given share: rows who leave and come home, places not filled."""

    leave: np.ndarray
    come_home: np.ndarray
    short: int


def local_wage(
    rules: Migration, local_income: np.ndarray, adults: np.ndarray, village: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What an adult could earn at home, and what the floor adds to it [CNY/month, 2020]; both (household,).

    Income without migration over registered adults over 12, the own household's weighted with the village's:
    `o x own + (1 - o) x village mean`, no less than `local_floor`. Living households only: `local_income`
    [CNY/yr, 2020] leaves out remittances, `adults` counts people of working age on the register.
    """
    numbers = village - village.min(initial=0)
    people = np.bincount(numbers, adults)
    mean = np.divide(np.bincount(numbers, local_income), people, out=np.zeros(len(people)), where=people > 0)[numbers]
    own = np.divide(local_income, adults, out=mean.copy(), where=adults > 0)
    wage = (rules.own_income_weight * own + (1 - rules.own_income_weight) * mean) / 12
    floored = np.maximum(wage, rules.local_floor)
    return floored, floored - wage


def care(rules: Migration, people: PeopleArrays, households: int) -> Care:
    """Who has young children and which of `households` rows need a carer; `people` includes dead rows."""
    young = np.zeros(len(people), dtype=bool)
    mothers = people.mother[people.alive & (people.age < rules.child_age) & (people.mother >= 0)]
    fathers = people.spouse[mothers]
    young[mothers] = True
    young[fathers[fathers >= 0]] = True
    home = people.alive & (people.status != MIGRANT)

    def count(mask: np.ndarray) -> np.ndarray:
        return np.bincount(people.household[mask], minlength=households)

    elder = count(home & (people.age >= rules.elder_care_age)) > 0
    child = count(home & (people.age < rules.care_age)) > 0
    able = home & (people.age >= rules.youngest) & (people.age < rules.carer_oldest) & (people.status != PUPIL)
    due = rules.care
    return Care(young & due, elder & due, (elder | child) & due, count(able), count(people.alive))


def _at_risk(rules: Migration, people: PeopleArrays) -> np.ndarray:
    working = (people.status == FARM) | (people.status == LOCAL_JOB)
    of_age = (people.age >= rules.youngest) & (people.age < rules.oldest)
    return np.flatnonzero(people.alive & working & of_age & rules.on)


def leaving(
    rules: Migration, year: int, people: PeopleArrays, homes: Homes, need: Care, wage: float, streams: Streams
) -> Move:
    """Who leaves this year: yearly hazard `logistic(sum of terms)` for workers at home, pupils excepted.

    A house with land that needs a carer keeps one: where all its carers would go, the one with the least
    utility of leaving stays.
    """
    rows = _at_risk(rules, people)
    terms = leaving_terms(rules, year, people, rows, homes, need, wage)
    utility = _total(terms)
    hazard = expit(utility)
    wants = streams.uniform("migration.leave", year, people.id[rows]) < hazard
    vetoed = np.zeros(len(rows), dtype=bool)
    if rules.veto:
        going = np.flatnonzero(wants)
        vetoed[going[_last_carers(people, rows[going], utility[going], homes, need)]] = True
    return Move(rows, terms, hazard, wants & ~vetoed, vetoed)


def _last_carers(people: PeopleArrays, rows: np.ndarray, utility: np.ndarray, homes: Homes, need: Care) -> np.ndarray:
    """Of those to go, the least willing of each house with land that would be left without a carer."""
    house = people.household[rows]
    keeps = need.needed & (homes.cropland > 0)
    keeps &= np.bincount(house, minlength=len(keeps)) >= need.carers
    order = np.lexsort((people.id[rows], utility, house))
    first = np.ones(len(order), dtype=bool)
    first[1:] = house[order][1:] != house[order][:-1]
    return order[first & keeps[house[order]]]


def _total(terms: dict[str, np.ndarray]) -> np.ndarray:
    return np.sum(list(terms.values()), axis=0)


def returning(
    rules: Migration,
    year: int,
    people: PeopleArrays,
    homes: Homes,
    need: Care,
    jobless: np.ndarray,
    local_industry: float,
    streams: Streams,
) -> Move:
    """Which migrants come home: yearly hazard `logistic(sum of terms)`, and all from age `oldest`."""
    rows = np.flatnonzero(people.alive & (people.status == MIGRANT))
    terms = return_terms(rules, people, rows, homes, need, jobless, local_industry)
    hazard = np.where(people.age[rows] >= rules.oldest, 1.0, expit(_total(terms)))
    home = streams.uniform("migration.return", year, people.id[rows]) < hazard
    return Move(rows, terms, hazard, home, np.zeros(len(rows), dtype=bool))


def hold(
    rules: Migration,
    year: int,
    people: PeopleArrays,
    homes: Homes,
    need: Care,
    wage: float,
    share: float,
    streams: Streams,
) -> Held:
    """Moves that put exactly the given share of registered people of working age away.

    The number is rounded. Rank = utility of leaving + a Gumbel draw made once for each person; the last carer
    of a house with land goes only when nobody else is left. `short` counts places that nobody could fill.
    """
    working = people.alive & (people.age >= rules.youngest) & (people.age < rules.oldest)
    away = people.alive & (people.status == MIGRANT)
    due = np.flatnonzero(away & ~working)
    wanted = round(share * int(working.sum()))
    stock = np.flatnonzero(away & working)
    rows = _at_risk(rules, people) if wanted > len(stock) else stock
    terms = leaving_terms(rules, year, people, rows, homes, need, wage)
    # What is imposed needs no purse of its own: the first trip holds nobody back.
    terms["first trip"] = np.zeros(len(rows))
    rank = _total(terms) + streams.gumbel("migration.hold", 0, people.id[rows])
    nobody = np.zeros(0, dtype=np.int64)
    if wanted <= len(stock):
        order = np.lexsort((people.id[rows], rank))
        return Held(nobody, np.concatenate([due, rows[order[: len(stock) - wanted]]]), 0)
    last = np.zeros(len(rows), dtype=bool)
    if rules.veto:
        last[_last_carers(people, rows, rank, homes, need)] = True
    order = np.lexsort((people.id[rows], -rank, last))
    leave = rows[order[: wanted - len(stock)]]
    return Held(leave, due, wanted - len(stock) - len(leave))


def job_losses(year: int, ids: np.ndarray, rate: float, streams: Streams) -> np.ndarray:
    """Which migrants are without work this year, at a yearly rate; mask of the shape of `ids`."""
    return streams.uniform("migration.job_loss", year, ids) < rate


def wages(rules: Migration, wage: float, ids: np.ndarray, streams: Streams) -> np.ndarray:
    """What each migrant earns [CNY/month, 2020], `wage x exp(s z - s^2/2)`, z drawn once for good; as `ids`.

    s = `wage_spread`; nobody leaves or stays for it, as nobody knows it before. At nothing nothing is drawn.
    """
    spread = rules.wage_spread
    if not spread:
        return np.full(len(ids), wage)
    return np.asarray(wage * np.exp(spread * streams.normal("migration.wage", 0, ids) - spread**2 / 2))


def remittances(rules: Migration, wage: np.ndarray | float, jobless: np.ndarray) -> np.ndarray:
    """What a migrant sends home [CNY/yr, 2020], `share x wage x 12`, nothing if jobless; as `jobless`."""
    return np.where(jobless, 0.0, rules.remittance_share * np.asarray(wage) * 12)
