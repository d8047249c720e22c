"""Line 3 of the year: deaths, births, a year older, weddings, new houses, houses that end."""

from __future__ import annotations

import numpy as np

from village_abm.land import tenure
from village_abm.society import demography, families, ties
from village_abm.society.demography import MIGRANT, PUPIL
from village_abm.society.population import PeopleArrays
from village_abm.village import Village
from village_abm.year import funders, guests, husbandry
from village_abm.year.coop_books import keep_credit, let_go
from village_abm.year.exogenous import Now

# What a new house takes over as its parents hold it, and what of the past year it takes a share of.
INHERITED = (
    "village", "home", "relocated", "homestead_sold", "convention",
    "registered_poor", "needy", "best_income", "income_memory", "belief", "trust",
    "shortfall_memory", "knowledge", "price_belief", "biogas", "shadow_wage", "poor", "left_poverty", "food_gap",
    "caught", "shut_out", "registered", "struck_off", "last_poor",
)  # fmt: skip
SHARED = (
    "income", "cash_income", "farm_income", "enterprise_income", "wage_income", "remittances", "payments", "allowance",
    "promised", "idle_days", "local_labour", "cooperative_days", "farm_days_wanted", "credit_kept",
)  # fmt: skip


def live(village: Village, now: Now) -> None:
    """Let a year of family life pass; the people book holds every coming and going."""
    if not now.frozen:
        _die(village, now)
        _bear(village, now)
        _age(village, now)
        _marry(village, now)
        _split(village, now)
        _dissolve(village, now)
    count_members(village)


def count_members(village: Village) -> None:
    """Count again who belongs to which household, who is at home and who is away."""
    people, households = village.people, village.households
    rows = people.rows
    house, age, away = people.household[rows], people.age[rows], people.status[rows] == MIGRANT
    rules, size = village.params.people.demography, len(households)
    adult = (age >= rules.adult_age) & (age < rules.elder_age)
    at_work = (age >= rules.adult_age) & ~away & (people.status[rows] != PUPIL)
    old = at_work & (age >= village.params.farm.labour.old_from)

    def count(mask: np.ndarray) -> np.ndarray:
        return np.bincount(house[mask], minlength=size)

    households.members[:] = np.bincount(house, minlength=size)
    households.residents[:] = count(~away)
    households.adults[:] = count(adult)
    households.migrants[:] = count(away)
    workers = count(at_work)
    households.elder_share[:] = np.divide(count(old), workers, out=np.zeros(size), where=workers > 0)


def _enter(village: Village, entry: str, rows: np.ndarray, sign: int) -> None:
    amounts = np.full(len(rows), sign, dtype=np.int64)
    village.ledger["people"].enter(entry, amounts, village.people.village[rows].astype(np.int64))
    village.count(entry, np.ones(len(rows)), village.people.village[rows])


def leave_register(village: Village, entry: str, rows: np.ndarray) -> None:
    """Take people off the register; who was married to them no longer is."""
    people = village.people
    _enter(village, entry, rows, -1)
    widowed = people.spouse[rows]
    people.spouse[widowed[widowed >= 0]] = -1
    people.spouse[rows] = -1
    people.alive[rows] = False


def _die(village: Village, now: Now) -> None:
    people = village.people
    rows = people.rows
    dead = demography.deaths(
        village.params.people.demography, now.year, people.id[rows], people.age[rows], people.female[rows],
        now.life_expectancy, village.streams,
    )  # fmt: skip
    leave_register(village, "deaths", rows[dead])


def _bear(village: Village, now: Now) -> None:
    people, rules = village.people, village.params.people.demography
    rows = people.rows
    born = demography.births(
        rules, now.year, people.id[rows], people.age[rows], people.female[rows], people.spouse[rows] >= 0,
        people.children[rows], now.fertility, village.streams,
    )  # fmt: skip
    mothers = rows[born.mothers]
    people.children[mothers] += 1
    new = people.add(
        born.ids, village=people.village[mothers], household=people.household[mothers], female=born.female,
        mother=mothers, born=now.year,
    )  # fmt: skip
    # They turn nought, not one, when everybody else grows a year older.
    people.age[new] = -1
    _enter(village, "births", new, 1)


def _age(village: Village, now: Now) -> None:
    people = village.people
    rows = people.rows
    older = demography.a_year_older(
        village.params.people.demography, now.year, people.id[rows], people.age[rows], people.schooling[rows],
        people.status[rows], now.schooling, village.streams,
    )  # fmt: skip
    people.age[rows], people.schooling[rows], people.status[rows] = older.age, older.schooling, older.status


def _marry(village: Village, now: Now) -> None:
    people = village.people
    wed = families.marriages(
        village.params.people.demography, now.year, PeopleArrays.of(people), people.village, village.streams
    )
    people.spouse[wed.grooms], people.spouse[wed.brides] = wed.brides, wed.grooms
    people.household[wed.brides] = people.household[wed.grooms]
    new = people.add(
        wed.new_ids, village=people.village[wed.takers], household=people.household[wed.takers], age=wed.new_age,
        female=True, schooling=wed.new_schooling, status=wed.new_status, spouse=wed.takers, born=wed.new_born,
    )  # fmt: skip
    people.spouse[wed.takers] = new
    _enter(village, "brides in", new, 1)
    leave_register(village, "brides out", wed.leavers)
    leave_register(village, "settled away", wed.settlers)


def _split(village: Village, now: Now) -> None:
    people, households, patches = village.people, village.households, village.patches
    plan = families.splits(
        village.params.people.demography, now.year, PeopleArrays.of(people), households.id, village.streams
    )
    if not len(plan.ids):
        return
    parents = plan.parents
    before = np.bincount(people.household[people.rows], minlength=len(households))[parents]
    share = np.bincount(plan.destination, minlength=len(parents)) / before
    inherited = {name: getattr(households, name)[parents] for name in INHERITED}
    rows = households.add(plan.ids, origin=parents, founded=now.year, **inherited)
    village.draw_tastes(rows)
    people.household[plan.movers] = rows[plan.destination]
    plots, number = tenure.share_out(
        patches.owner, patches.land_kind, patches.id, parents, share, village.streams, now.year
    )
    patches.owner[plots] = rows[number]
    village.end_leases(plots[patches.user[plots] == patches.owner[plots]])
    paid = plots[patches.scheme_payee[plots] >= 0]
    patches.scheme_payee[paid] = patches.owner[paid]
    for name in ("cash", "arrears", "labour", "grain"):
        village.ledger[name].grow(len(households))
    keep_credit(village, parents)  # a new house takes over debts, not membership
    for name in SHARED:
        column = getattr(households, name)
        column[rows] = column[parents] * share
        column[parents] -= column[rows]
    portion = np.floor(households.cash[parents] * share).astype(np.int64)
    village.pay("shared out at a split", -portion, parents)
    village.pay("shared out at a split", portion, rows)
    husbandry.share_out(village, parents, rows, share)
    village.ties = ties.with_branches(village.ties, parents, rows)
    for parent, child in zip(parents, rows, strict=True):
        village.tell("split", household=int(households.id[child]), why={"from": int(households.id[parent])})


def _dissolve(village: Village, now: Now) -> None:
    people, households, patches = village.people, village.households, village.patches
    kin = village.known(ties.KIN)
    plan = families.dissolutions(
        village.params.people.demography, PeopleArrays.of(people), households.alive, households.village,
        households.id, kin,
    )  # fmt: skip
    people.household[plan.orphans] = plan.kin
    for house in plan.empty.tolist():  # a few a year
        husbandry.sell_all(village, np.array([house]))
        guests.close(village, np.array([house]), "nobody left")
        households.alive[house] = False
        village.end_leases(np.flatnonzero(patches.user == house))
        plots = np.flatnonzero(patches.owner == house)
        linked = kin.indices[kin.indptr[house] : kin.indptr[house + 1]]
        heirs = linked[households.alive[linked] & (households.village[linked] == households.village[house])]
        let_go(village, np.array([house]))
        households.credit_kept[house] = 0.0
        estate = np.maximum(households.cash[house : house + 1], 0)
        village.pay("debts forgiven at death", estate - households.cash[house : house + 1], np.array([house]))
        village.pay("estates" if len(heirs) else "estates without heirs", -estate, np.array([house]))
        if len(heirs):
            heir = heirs[np.argmin(households.id[heirs])]
            patches.owner[plots] = heir
            village.end_leases(plots[patches.user[plots] == heir])
            patches.scheme_payee[plots[patches.scheme_payee[plots] >= 0]] = heir
            village.pay("estates", estate, np.array([heir]))
            funders.pass_on(village, house, int(heir))
        else:
            village.return_to_collective(plots)
            funders.pass_on(village, house, None)
        village.tell("dissolved", household=int(households.id[house]), why={"heir": bool(len(heirs))})
