"""Marriage, household split and dissolution, given as plans: who goes where, nothing written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from village_abm.society.demography import FARM, MIGRANT, Demography, marriage_hazard
from village_abm.society.population import PeopleArrays
from village_abm.streams import Streams, permanent_id


@dataclass(frozen=True)
class Marriages:
    """A year's weddings; rows are rows of the person table.

    `grooms[k]` and `brides[k]` marry within the village: she moves to his household, and goes on doing what
    she does. `takers[k]` brings in a wife from outside: a new row with the id, age, year of birth, status and
    schooling (that of her husband) given ("brides in"). `leavers` are women who marry out ("brides out") and
    `settlers` migrant men who marry where they work ("settled away"): both leave the register.
    """

    grooms: np.ndarray
    brides: np.ndarray
    takers: np.ndarray
    new_ids: np.ndarray
    new_age: np.ndarray
    new_born: np.ndarray
    new_schooling: np.ndarray
    new_status: np.ndarray
    leavers: np.ndarray
    settlers: np.ndarray


def marriages(rules: Demography, year: int, people: PeopleArrays, village: np.ndarray, streams: Streams) -> Marriages:
    """Who marries whom this year; `people` and `village` (of each person) include dead rows.

    Single women without children and single men marry by the hazard of their age, at home or away. A share
    `village_match` of the brides look in their own village: eldest with eldest, never within one household;
    the rest marry out. Men left over find a wife outside with chance `outside_bride`, else stay single.
    """
    single = people.alive & (people.spouse < 0)
    seeking = np.zeros(len(people), dtype=bool)
    for female in (False, True):
        pool = np.flatnonzero(single & (people.female == female) & ((people.children == 0) | (not female)))
        hazard = marriage_hazard(rules, female)[np.minimum(people.age[pool], rules.oldest)]
        seeking[pool] = streams.uniform("families.marriage", year, people.id[pool]) < hazard
    women = np.flatnonzero(seeking & people.female)
    men = np.flatnonzero(seeking & ~people.female)
    away = people.status[men] == MIGRANT
    settles = away & (streams.uniform("families.settle_away", year, people.id[men]) < rules.settle_away)
    settlers, men = men[settles], men[~settles]
    local = women[streams.uniform("families.village_match", year, people.id[women]) < rules.village_match]
    pairs = _pairs(people, village, men, local)
    grooms, brides = pairs[:, 0], pairs[:, 1]
    married = np.zeros(len(people), dtype=bool)
    married[pairs] = True
    left = men[~married[men]]
    takers = left[streams.uniform("families.outside_bride", year, people.id[left]) < rules.outside_bride]
    new_ids = permanent_id(people.id[takers], year, "bride", 0)
    gap = rules.age_gap + rules.age_gap_spread * streams.normal("families.age_gap", 0, new_ids)
    wed_at = np.flatnonzero(marriage_hazard(rules, True) > 0)
    youngest = wed_at[0] if len(wed_at) else rules.adult_age  # brides from outside come even so
    age = np.maximum(np.rint(people.age[takers] - gap), youngest).astype(np.int16)
    born = (year - age).astype(np.int16)
    school = people.schooling[takers]
    status = np.full(len(takers), FARM, dtype=np.int8)
    leavers = women[~married[women]]
    return Marriages(grooms, brides, takers, new_ids, age, born, school, status, leavers, settlers)


def _pairs(people: PeopleArrays, village: np.ndarray, men: np.ndarray, women: np.ndarray) -> np.ndarray:
    """Couples of one village from different households, eldest first (a loop over the few); (pairs, 2)."""
    waiting = men[np.lexsort((people.id[men], -people.age[men]))].tolist()
    couples = []
    for woman in women[np.lexsort((people.id[women], -people.age[women]))]:
        for man in waiting:
            if village[man] == village[woman] and people.household[man] != people.household[woman]:
                couples.append((man, woman))
                waiting.remove(man)
                break
    return np.array(couples, dtype=np.int64).reshape(-1, 2)


@dataclass(frozen=True)
class Splits:
    """New households: `parents[k]` is the row of the old one, `ids[k]` the new one's id.

    Person row `movers[j]` goes to the new household number `destination[j]` (0 for the first of `ids`).
    """

    parents: np.ndarray
    ids: np.ndarray
    movers: np.ndarray
    destination: np.ndarray


def splits(rules: Demography, year: int, people: PeopleArrays, household_ids: np.ndarray, streams: Streams) -> Splits:
    """Younger couples who leave a house that has an elder couple, at most one a house and year.

    The couple with the eldest husband stays; of the others the one with the eldest husband may go, by the
    hazard `split_stem` of the year where it is the only one and `split_joint` where there are more, times
    `split_childless` while it has no child. Its descendants in the house go along. The new id is the hash of
    (id of the old household, year, "split", 0). Dead rows of people are left out; `household_ids` are the ids
    of all household rows.
    """
    husbands = np.flatnonzero(people.alive & ~people.female & (people.spouse >= 0))
    husbands = husbands[people.household[people.spouse[husbands]] == people.household[husbands]]
    husbands = husbands[np.lexsort((people.id[husbands], -people.age[husbands], people.household[husbands]))]
    house = people.household[husbands]
    couples = np.bincount(house, minlength=len(household_ids))
    rank = np.arange(len(house)) - np.searchsorted(house, house)
    going = husbands[rank == 1]
    house = people.household[going]
    stem = np.interp(year, rules.split_years, rules.split_stem)
    hazard = np.where(couples[house] > 2, rules.split_joint, stem)
    hazard = np.where(people.children[people.spouse[going]] > 0, hazard, hazard * rules.split_childless)
    going = going[streams.uniform("families.split", year, people.id[going]) < hazard]
    parents = people.household[going].astype(np.int64)
    families = [_family(people, husband) for husband in going]
    return Splits(
        parents,
        permanent_id(household_ids[parents], year, "split", 0),
        np.concatenate([*families, np.zeros(0, np.int64)]).astype(np.int64),
        np.repeat(np.arange(len(families)), [len(family) for family in families]),
    )


def _family(people: PeopleArrays, husband: int) -> np.ndarray:
    """Rows of a man, his wife, her descendants in their house and whom these married; a loop over a house."""
    house = np.flatnonzero(people.alive & (people.household == people.household[husband])).tolist()
    family, grown = {int(husband), int(people.spouse[husband])}, True
    while grown:
        joining = {row for row in house if int(people.mother[row]) in family or int(people.spouse[row]) in family}
        grown = not joining <= family
        family |= joining
    return np.array(sorted(family.intersection(house)), dtype=np.int64)


@dataclass(frozen=True)
class Dissolutions:
    """Households that end: `empty` rows have nobody left once `orphans[j]` has moved to row `kin[j]`."""

    empty: np.ndarray
    orphans: np.ndarray
    kin: np.ndarray


def dissolutions(
    rules: Demography,
    people: PeopleArrays,
    household_alive: np.ndarray,
    household_village: np.ndarray,
    household_ids: np.ndarray,
    kin: csr_matrix,
) -> Dissolutions:
    """Households with no member left, and those with children only, whose children join kin.

    Children go to the kin household with an adult (`kin`: sparse (household, household)) that has the lowest
    id, or where there is none to the household with the lowest id of the same village; where no household
    anywhere has an adult they stay by themselves.
    """
    rows = np.flatnonzero(people.alive)
    count = len(household_ids)
    members = np.bincount(people.household[rows], minlength=count)
    grown = rows[people.age[rows] >= rules.adult_age]
    adults = np.bincount(people.household[grown], minlength=count)
    empty = household_alive & (members == 0)
    refuge = household_alive & (adults > 0)
    orphans: list[np.ndarray] = []
    homes: list[int] = []
    for house in np.flatnonzero(household_alive & (members > 0) & (adults == 0)):
        linked = kin.indices[kin.indptr[house] : kin.indptr[house + 1]]
        near = linked[refuge[linked] & (household_village[linked] == household_village[house])]
        if not near.size:
            near = np.flatnonzero(refuge & (household_village == household_village[house]))
        if not near.size:
            near = np.flatnonzero(refuge)
        if near.size:
            empty[house] = True
            orphans.append(rows[people.household[rows] == house])
            homes.append(int(near[np.argmin(household_ids[near])]))
    return Dissolutions(
        np.flatnonzero(empty),
        np.concatenate([*orphans, np.zeros(0, np.int64)]).astype(np.int64),
        np.repeat(np.array(homes, dtype=np.int64), [len(group) for group in orphans]),
    )
