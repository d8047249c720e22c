"""Leaving for the cities and coming home: yearly hazards with their reasons, care at home, remittances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from village_abm.params import needs
from village_abm.society.demography import FARM, LOCAL_JOB, MIGRANT, PUPIL
from village_abm.society.population import PeopleArrays
from village_abm.streams import Streams


@dataclass(frozen=True)
class Migration:
    """What moves people out and back, in utility of a yearly logit hazard."""

    intercept: float = needs("1", "utility of leaving when everything else is at its reference, c")
    wage_weight: float = needs(
        "1", "utility of a doubling by e of the city wage left over against the local income"
    )
    living_share: float = needs("1", "share of the wage that living in the city costs")
    network_weight: float = needs("1", "utility of all ties having migrants")
    schooling_weight: float = needs("1/yr", "utility of a year of school")
    schooling_centre: float = needs("yr", "schooling at which this utility is nought")
    age_weight: float = needs("1/yr**2", "loss of utility with the squared distance from the best age")
    age_centre: float = needs("yr", "age at which leaving is easiest")
    child_weight: float = needs("1", "loss of utility with a child under the next age")
    child_age: int = needs(None, "age below which a child keeps its parents")
    elder_weight: float = needs("1", "loss of utility with an elder to care for at home")
    elder_care_age: int = needs(None, "age from which an elder at home needs care")
    woman_child_weight: float = needs("1", "further loss of utility for the mother of a young child")
    cost_weight: float = needs("1", "loss of utility with the cost of the first trip over the cash of a year")
    first_trip: float = needs("CNY", "cost of the first trip", price="2020")
    cost_cap: float = needs("1", "ratio of cost to cash above which nothing changes")
    small_land_weight: float = needs("1", "utility of having little land")
    small_land: float = needs("ha", "cropland per member below which land is little")
    barrier: float = needs("1", "loss of utility under the full institutional barrier to leaving")
    barrier_from: int = needs(None, "year until which the barrier stands in full")
    barrier_until: int = needs(None, "year in which the barrier has gone")
    youngest: int = needs(None, "age from which people leave on their own")
    oldest: int = needs(None, "age from which nobody stays away")

    own_income_weight: float = needs(
        "1", "weight of the own household against the village in what a person could earn at home"
    )
    local_floor: float = needs("CNY/month", "least that a person expects to earn at home", price="2020")

    veto: bool = needs(
        None, "whether a household with land keeps one carer for its children and elders at home"
    )
    care_age: int = needs(None, "age below which a child at home needs a carer")
    carer_oldest: int = needs(None, "age up to which a person at home counts as a carer")

    return_intercept: float = needs("1", "utility of coming home when everything else is at its reference")
    return_age_weight: float = needs("1/yr", "utility of coming home for each year of age above the next one")
    return_age: float = needs("yr", "age from which age calls people home")
    return_elder: float = needs("1", "utility of coming home with an elder to care for")
    return_health: float = needs("1", "utility of coming home after a health shock in the family")
    return_jobless: float = needs("1", "utility of coming home after losing the job")
    return_savings: float = needs("1", "utility of coming home with the savings reached")
    return_industry: float = needs("1", "utility of coming home to a full local industry")
    return_offer: float = needs("1", "utility of coming home to a scheme open to all")
    savings_target: float = needs("CNY", "savings of the household that a migrant works for", price="2020")

    remittance_share: float = needs("1", "share of the wage sent home")


@dataclass(frozen=True)
class Homes:
    """What households mean to those who leave or come home; arrays of shape (household,), dead rows included."""

    local_wage: np.ndarray
    """What an adult can earn at home [CNY/month, 2020]."""
    cash: np.ndarray
    """Cash income of a year and savings [CNY, 2020]."""
    savings: np.ndarray
    """Savings [CNY, 2020]."""
    network: np.ndarray
    """Share of its ties with somebody who is or was away."""
    cropland: np.ndarray
    """Cropland [ha]."""
    health_shock: np.ndarray
    """A member fell seriously ill last year (truth value)."""
    offer: np.ndarray
    """How far a scheme is open to it, 0 to 1."""


@dataclass(frozen=True)
class Care:
    """Who needs whom: per person, then per household; dead rows included."""

    young_child: np.ndarray
    """Parent of a living child under `child_age` (person)."""
    elder: np.ndarray
    """An elder in need of care lives in the house (household)."""
    needed: np.ndarray
    """Children or elders at home need a carer (household)."""
    carers: np.ndarray
    """People at home who can care (household)."""
    members: np.ndarray
    """People on the register (household)."""


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
    """Moves that bring the stock away to a given share: rows who leave, rows who come home, places not filled."""

    leave: np.ndarray
    come_home: np.ndarray
    short: int


def local_wage(
    rules: Migration, local_income: np.ndarray, adults: np.ndarray, village: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What an adult could earn at home [CNY/month, 2020], and how much of it the floor adds; both (household,).

    Income without migration over registered adults over 12, the own household's weighted with the village's:
    `o x own + (1 - o) x village mean`, no less than `local_floor`. Living households only: `local_income`
    [CNY/yr, 2020] leaves out remittances, `adults` counts people of working age on the register.
    """
    numbers = village - village.min(initial=0)
    people = np.bincount(numbers, adults)
    mean = np.divide(np.bincount(numbers, local_income), people, out=np.zeros(len(people)), where=people > 0)[
        numbers
    ]
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
    able = (
        home & (people.age >= rules.youngest) & (people.age < rules.carer_oldest) & (people.status != PUPIL)
    )
    return Care(young, elder, elder | child, count(able), count(people.alive))


def barrier(rules: Migration, year: int) -> float:
    """Share of the institutional barrier to leaving that stands in a year: 1 to `barrier_from`, then falling to 0."""
    left = (rules.barrier_until - year) / (rules.barrier_until - rules.barrier_from)
    return min(max(left, 0.0), 1.0)


def leaving_terms(
    rules: Migration, year: int, people: PeopleArrays, rows: np.ndarray, homes: Homes, need: Care, wage: float
) -> dict[str, np.ndarray]:
    """Parts of the utility of leaving for person `rows`, by name; each of shape (len(rows),).

    `0.9 ln(w (1 - s) / w_local)`, network, schooling, age, young child, elder, mother of a young child, first
    trip over cash (only who has never been away, capped), little land, institutional barrier, intercept.
    `wage` is the migrant wage [CNY/month, 2020].
    """
    house = people.household[rows]
    age = people.age[rows].astype(float)
    child = need.young_child[rows]
    first = people.migrant_years[rows] == 0
    cash = np.maximum(homes.cash[house], rules.first_trip / rules.cost_cap)
    little = homes.cropland[house] < rules.small_land * need.members[house]
    return {
        "wage": rules.wage_weight * np.log(wage * (1 - rules.living_share) / homes.local_wage[house]),
        "network": rules.network_weight * homes.network[house],
        "schooling": rules.schooling_weight * (people.schooling[rows] - rules.schooling_centre),
        "age": -rules.age_weight * (age - rules.age_centre) ** 2,
        "young child": -rules.child_weight * child,
        "elder": -rules.elder_weight * need.elder[house],
        "mother": -rules.woman_child_weight * (child & people.female[rows]),
        "first trip": -rules.cost_weight * first * rules.first_trip / cash,
        "little land": rules.small_land_weight * little,
        "barrier": np.full(len(rows), -rules.barrier * barrier(rules, year)),
        "intercept": np.full(len(rows), rules.intercept),
    }


def _at_risk(rules: Migration, people: PeopleArrays) -> np.ndarray:
    working = (people.status == FARM) | (people.status == LOCAL_JOB)
    return np.flatnonzero(
        people.alive & working & (people.age >= rules.youngest) & (people.age < rules.oldest)
    )


def leaving(
    rules: Migration, year: int, people: PeopleArrays, homes: Homes, need: Care, wage: float, streams: Streams
) -> Move:
    """Who leaves this year: yearly hazard `logistic(sum of terms)` for workers at home, pupils excepted.

    A house with land that needs a carer keeps one: where all its carers would go, the one with the least
    utility of leaving stays.
    """
    rows = _at_risk(rules, people)
    terms = leaving_terms(rules, year, people, rows, homes, need, wage)
    utility = _total(terms, len(rows))
    hazard = expit(utility)
    wants = streams.uniform("migration.leave", year, people.id[rows]) < hazard
    vetoed = np.zeros(len(rows), dtype=bool)
    if rules.veto:
        going = np.flatnonzero(wants)
        vetoed[going[_last_carers(people, rows[going], utility[going], homes, need)]] = True
    return Move(rows, terms, hazard, wants & ~vetoed, vetoed)


def _last_carers(
    people: PeopleArrays, rows: np.ndarray, utility: np.ndarray, homes: Homes, need: Care
) -> np.ndarray:
    """Of those who want to go, the least willing of each house with land that would be left without a carer."""
    house = people.household[rows]
    keeps = need.needed & (homes.cropland > 0)
    keeps &= np.bincount(house, minlength=len(keeps)) >= need.carers
    order = np.lexsort((people.id[rows], utility, house))
    first = np.ones(len(order), dtype=bool)
    first[1:] = house[order][1:] != house[order][:-1]
    return order[first & keeps[house[order]]]


def return_terms(
    rules: Migration,
    people: PeopleArrays,
    rows: np.ndarray,
    homes: Homes,
    need: Care,
    jobless: np.ndarray,
    local_industry: float,
) -> dict[str, np.ndarray]:
    """Parts of the utility of coming home for migrants in `rows`, by name; each of shape (len(rows),).

    `jobless` is a mask of all people, `local_industry` an index from 0 to 1.
    """
    house = people.household[rows]
    years = np.maximum(people.age[rows] - rules.return_age, 0.0)
    return {
        "age": rules.return_age_weight * years,
        "elder": rules.return_elder * need.elder[house],
        "health": rules.return_health * homes.health_shock[house],
        "jobless": rules.return_jobless * jobless[rows],
        "savings": rules.return_savings * (homes.savings[house] > rules.savings_target),
        "local industry": np.full(len(rows), rules.return_industry * local_industry),
        "scheme offer": rules.return_offer * homes.offer[house],
        "intercept": np.full(len(rows), rules.return_intercept),
    }


def _total(terms: dict[str, np.ndarray], count: int) -> np.ndarray:
    return np.sum(list(terms.values()), axis=0) if terms else np.zeros(count)


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
    """Which migrants come home this year: yearly hazard `logistic(sum of terms)`, and all from age `oldest`."""
    rows = np.flatnonzero(people.alive & (people.status == MIGRANT))
    terms = return_terms(rules, people, rows, homes, need, jobless, local_industry)
    hazard = np.where(people.age[rows] >= rules.oldest, 1.0, expit(_total(terms, len(rows))))
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
    rank = _total(terms, len(rows)) + streams.gumbel("migration.hold", 0, people.id[rows])
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


def remittances(rules: Migration, wage: np.ndarray | float, jobless: np.ndarray) -> np.ndarray:
    """Money a migrant sends home in a year [CNY, 2020], `share x wage x 12`, nothing when jobless; as `jobless`."""
    return np.where(jobless, 0.0, rules.remittance_share * np.asarray(wage) * 12)
