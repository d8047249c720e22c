"""A village of people alone: the yearly order of births, deaths, weddings, splits and migration, no land."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from society_rules import at, series
from society_rules import rules as shipped

from agents.columns import Table
from agents.person import STATUSES, Person
from village_abm.society import demography, families, migration, ties
from village_abm.society.demography import MIGRANT
from village_abm.society.population import PeopleArrays, make_people
from village_abm.streams import Streams, permanent_id

# Rural income per head, nominal, and the share of it earned at home: what leaving is weighed against.
INCOME = ([1990, 1995, 2000, 2005, 2010, 2014, 2017, 2020], [435, 1087, 1374, 1877, 3472, 6671, 8869, 11642])
HOME_SHARE = ([1990, 2000, 2010, 2020], [0.95, 0.78, 0.52, 0.32])
ADULT_SHARE = 0.57


def growing(path, year):
    """A money series between its points, by a constant rate of growth."""
    return float(np.exp(np.interp(year, path[0], np.log(path[1]))))


class Life:
    """People and bare households of one village, stepped by the year."""

    def __init__(self, seed=1, start=1980, houses=268, rules=None, capacity=9000):
        self.rules = rules or shipped()
        self.streams, self.year, self.seed = Streams(seed), start - 1, seed
        self.ids = permanent_id("village", "house", np.arange(houses))
        made = make_people(
            self.rules.population,
            self.rules.demography,
            self.ids,
            start,
            at("life_expectancy", start),
            self.streams,
        )
        self.people = Table(Person, capacity)
        cells = {name: getattr(made, name) for name in vars(made) if name not in ("id", "alive")}
        self.people.add(made.id, **cells)
        self.alive = np.ones(houses, bool)
        spot = self.streams.uniform("test.spot", 0, self.ids[:, None], np.arange(2)) * 3000
        self.ties = ties.make_ties(
            self.rules.ties, self.ids, np.zeros(houses, int), spot[:, 0], spot[:, 1], self.streams
        )
        self.books, self.flows, self.moves = {}, {}, None

    def count(self, **flows):
        for name, number in flows.items():
            self.flows[name] = self.flows.get(name, 0) + number

    def arrays(self):
        return PeopleArrays.of(self.people)

    def bury(self, rows):
        people = self.people
        people.alive[rows] = False
        widowed = people.spouse[rows]
        people.spouse[widowed[widowed >= 0]] = -1
        people.spouse[rows] = -1

    def deaths_and_births(self):
        people, rules = self.people, self.rules.demography
        rows = people.rows
        dead = demography.deaths(
            rules, self.year, people.id[rows], people.age[rows], people.female[rows],
            at("life_expectancy", self.year), self.streams,
        )  # fmt: skip
        self.bury(rows[dead])
        rows = people.rows
        born = demography.births(
            rules, self.year, people.id[rows], people.age[rows], people.female[rows],
            people.spouse[rows] >= 0, people.children[rows], at("tfr", self.year), self.streams,
        )  # fmt: skip
        women = people.age[rows[people.female[rows]]]
        rate = len(born.ids) / max(1e-9, demography.fertility(rules)[women].sum())
        mothers = rows[born.mothers]
        people.children[mothers] += 1
        new = people.add(
            born.ids, household=people.household[mothers], mother=mothers, female=born.female, born=self.year
        )
        people.age[new] = -1  # they turn nought when everybody else grows a year older
        rows = people.rows
        older = demography.a_year_older(
            rules, self.year, people.id[rows], people.age[rows], people.schooling[rows], people.status[rows],
            at("schooling_cohort", self.year), self.streams,
        )  # fmt: skip
        people.age[rows], people.schooling[rows], people.status[rows] = (
            older.age,
            older.schooling,
            older.status,
        )
        self.count(born=len(mothers), died=int(dead.sum()), tfr=rate)

    def weddings(self):
        people = self.people
        plan = families.marriages(
            self.rules.demography, self.year, self.arrays(), np.zeros(len(people), int), self.streams
        )
        people.spouse[plan.grooms], people.spouse[plan.brides] = plan.brides, plan.grooms
        people.household[plan.brides] = people.household[plan.grooms]
        new = people.add(
            plan.new_ids, household=people.household[plan.takers], age=plan.new_age, female=True,
            born=plan.new_born, schooling=plan.new_schooling, status=plan.new_status,
            spouse=plan.takers,
        )  # fmt: skip
        people.spouse[plan.takers] = new
        self.bury(np.concatenate([plan.leavers, plan.settlers]))
        self.count(
            brides_in=len(new),
            brides_out=len(plan.leavers),
            settled=len(plan.settlers),
            matched=len(plan.grooms),
        )

    def splits_and_ends(self):
        people = self.people
        plan = families.splits(self.rules.demography, self.year, self.arrays(), self.ids, self.streams)
        new = len(self.ids) + np.arange(len(plan.ids))
        self.ids, self.alive = np.append(self.ids, plan.ids), np.append(self.alive, np.ones(len(new), bool))
        people.household[plan.movers] = new[plan.destination]
        self.ties = ties.with_branches(self.ties, plan.parents, new)
        kin = ties.matrix(self.ties, len(self.ids), ties.KIN)
        ended = families.dissolutions(
            self.rules.demography, self.arrays(), self.alive, np.zeros(len(self.ids), int), self.ids, kin
        )
        people.household[ended.orphans] = ended.kin
        self.alive[ended.empty] = False
        self.count(split=len(new), ended=len(ended.empty), orphans=len(ended.orphans))

    def homes(self):
        people, count = self.people, len(self.ids)
        price = at("cpi", self.year) / 100
        share = np.interp(self.year, *HOME_SHARE)
        income = growing(INCOME, self.year) / price
        been = people.alive & ((people.status == MIGRANT) | (people.migrant_years > 0))
        network = ties.neighbour_share(
            ties.matrix(self.ties, count),
            np.bincount(people.household[been], minlength=count) > 0,
            self.alive,
        )
        members = np.bincount(people.household[people.alive], minlength=count)
        cash_share = np.interp(self.year, [1990, 2020], [0.4, 0.9])
        draw = self.streams.normal("test.cropland", 0, self.ids)
        return migration.Homes(
            local_wage=np.full(count, income * share / ADULT_SHARE / 12),
            cash=income * members * cash_share * 1.2,
            savings=income * members * 0.5,
            network=network,
            cropland=5.5 / 15 * np.exp(0.4 * draw),
            health_shock=self.streams.uniform("test.health", self.year, self.ids) < 0.05,
            offer=np.zeros(count),
            example=np.zeros(count),
        )

    def move(self, held=None):
        people, rules = self.people, self.rules.migration
        arrays, homes = self.arrays(), self.homes()
        need = migration.care(rules, arrays, len(self.ids))
        wage = growing(series("migrant_wage"), self.year) / (at("cpi", self.year) / 100)
        away = people.alive & (people.status == MIGRANT)
        jobless = np.zeros(len(people), bool)
        jobless[away] = migration.job_losses(self.year, people.id[away], 0.04, self.streams)
        if held is None:
            back = migration.returning(rules, self.year, arrays, homes, need, jobless, 0.0, self.streams)
            gone = migration.leaving(rules, self.year, arrays, homes, need, wage, self.streams)
            out, home = gone.rows, back.rows
            self.moves = (gone, back)
        else:
            plan = migration.hold(rules, self.year, arrays, homes, need, wage, held, self.streams)
            out, home = plan.leave, plan.come_home
            self.count(short=plan.short)
        people.status[out] = MIGRANT
        elder = people.age[home] >= self.rules.demography.elder_age
        people.status[home] = np.where(elder, STATUSES.index("elder"), STATUSES.index("farm"))
        people.away_years[home], people.returned[home] = 0, True
        away = people.alive & (people.status == MIGRANT)
        people.away_years[away] += 1
        people.migrant_years[away] += 1
        self.count(left=len(out), returned=len(home), migrants_seen=int(away.sum()))

    def step(self, held=None):
        self.year += 1
        self.flows = {}
        self.deaths_and_births()
        self.weddings()
        self.splits_and_ends()
        self.move(held)
        self.books[self.year] = self.tally()
        return self

    def run(self, until, held=None):
        while self.year < until:
            self.step(held)
        return self

    def tally(self):
        people = self.people
        rows = people.rows
        age, away = people.age[rows], people.status[rows] == MIGRANT
        work = (age >= 16) & (age < 60)
        grown = (age >= 18) & (age < 60)
        farm = ~away & (age >= 16) & (age < 75) & (people.status[rows] != STATUSES.index("pupil"))
        return SimpleNamespace(
            people=len(rows), houses=int(self.alive.sum()), size=len(rows) / max(1, self.alive.sum()),
            young=(age < 15).mean(), old=(age >= 60).mean(), away=away[work].mean(),
            resident_adults=grown[~away].sum() / grown.sum(), farm_age=age[farm].mean(),
            schooling=people.schooling[rows][work].mean(), **self.flows,
        )  # fmt: skip
