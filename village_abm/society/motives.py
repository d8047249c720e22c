"""What moves people out and back: the parts of the utility of leaving and of coming home, by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs
from village_abm.society.population import PeopleArrays


@dataclass(frozen=True)
class Migration:
    """What moves people out and back, in utility of a yearly logit hazard."""

    on: bool = needs(None, "whether people leave the village for work")
    care: bool = needs(None, "whether children and elders hold people back and call them home")
    intercept: float = needs("1", "utility of leaving when everything else is at its reference, c")
    wage_weight: float = needs("1", "utility of each e-fold of the city wage left over against local income")
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

    own_income_weight: float = needs("1", "weight of the own household, against the village, in local income")
    local_floor: float = needs("CNY/month", "least that a person expects to earn at home", price="2020")

    veto: bool = needs(None, "whether a household with land keeps one carer for its children and elders at home")
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
    return_example: float = needs("1", "utility of coming home when somebody has come home to every town tie")
    savings_target: float = needs("CNY", "savings of the household that a migrant works for", price="2020")

    remittance_share: float = needs("1", "share of the wage sent home")
    wage_spread: float = needs("1", "standard deviation of the logarithm of wages between migrants")


@dataclass(frozen=True)
class Homes:
    """What households mean to those who leave or come home; shapes (household,), dead rows included."""

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
    example: np.ndarray
    """Share of its town ties to which somebody came home not long ago."""


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


def barrier(rules: Migration, year: int) -> float:
    """Share of the institutional barrier that stands in a year: 1 to `barrier_from`, then falling to 0."""
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
        "example": rules.return_example * homes.example[house],
        "intercept": np.full(len(rows), rules.return_intercept),
    }
