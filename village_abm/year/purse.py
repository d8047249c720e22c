"""Line 13 of the year: wages, money from away, living, sickness, debt, and who is poor."""

from __future__ import annotations

import numpy as np

from village_abm.economy import livelihood
from village_abm.society import migration
from village_abm.society.demography import MIGRANT
from village_abm.village import Village
from village_abm.year.coop_books import credit
from village_abm.year.exogenous import Now


def balance(village: Village, now: Now) -> None:
    """Take in what was earned, pay for living and bad luck, and count income; every fen is booked."""
    _earn(village, now)
    _count_income(village)
    _live(village, now)
    _count_poor(village, now)


def _earnings(village: Village, now: Now) -> tuple[np.ndarray, np.ndarray]:
    """Local wages of the year and money sent home; both (households,) [fen]."""
    households, people = village.households, village.people
    wages = village.fen(households.local_labour * now.day_wage)
    away = np.flatnonzero(people.alive & (people.status == MIGRANT))
    rules = village.params.people.migration
    wages_away = migration.wages(rules, now.migrant_wage, people.id[away], village.streams)
    sent = village.fen(migration.remittances(rules, wages_away, people.jobless[away]))
    home = np.zeros(len(households), np.int64)
    np.add.at(home, people.household[away], sent)
    return wages, home


def income_so_far(village: Village, now: Now) -> np.ndarray:
    """Income of the year if schemes paid nothing more from here on; (households,) [fen]."""
    households = village.households
    wages, sent = _earnings(village, now)
    paid = households.payments - households.fined
    return _from_land(village) + households.enterprise_income + wages + sent + paid


def _earn(village: Village, now: Now) -> None:
    households = village.households
    households.wage_income[:], households.remittances[:] = _earnings(village, now)
    village.pay("local wages", households.wage_income)
    village.pay("sent home", households.remittances)


def _from_land(village: Village) -> np.ndarray:
    money = village.memory["farm money"]
    earned = money["sold"] + money["animals"] + money["eaten"] + money["gathered"]
    net: np.ndarray = earned + village.households.rents - money["inputs"] - village.memory["planting costs"]
    return net


def _count_income(village: Village) -> None:
    households, money = village.households, village.memory["farm money"]
    households.farm_income[:] = _from_land(village)
    other = households.wage_income + households.remittances + households.payments - households.fined
    households.income[:] = households.farm_income + households.enterprise_income + other
    households.cash_income[:] = households.income - money["eaten"]


def _live(village: Village, now: Now) -> None:
    households, rules = village.households, village.params.farm.livelihood
    owed = village.fen(livelihood.interest(rules, village.real(village.ledger["cash"].at_opening())))
    village.pay("interest", -owed)
    luck = village.streams.uniform("livelihood.sickness", now.year, households.id)
    care_price = now.day_wage / village.params.series["farm_day_wage"].at(2020)
    reimbursed = households.registered_poor | households.care_supported
    size = livelihood.case_size(rules, village.streams, now.year, households.id)
    cost = livelihood.sickness(rules, luck, now.year, care_price, reimbursed) * size
    cost = np.where(households.alive & (households.members > 0), cost, 0.0)
    households.sick[:] = cost > 0
    households.care_costs[:] = village.fen(cost)
    village.pay("sickness", -households.care_costs)
    food = village.memory["food bought"]
    before = households.cash - households.cash_income + food
    spent = livelihood.living(
        rules, village.real(before), village.real(households.cash_income),
        village.real(village.memory["farm money"]["eaten"]), village.real(food), households.residents, now.poverty_line,
    )  # fmt: skip
    paid = village.fen(spent.paid)
    village.pay("living", -paid)
    cash, cash_income = village.real(households.cash), village.real(households.cash_income)
    lost = livelihood.written_off(rules, cash, cash_income, credit(village))
    village.pay("debts written off", village.fen(lost))
    households.credit_kept[:] = livelihood.credit_kept(rules, cash, cash_income, households.credit_kept)
    households.consumption[:] = paid + food + village.memory["farm money"]["eaten"]
    village.count("living not met", spent.unmet, households.village)


def _count_poor(village: Village, now: Now) -> None:
    households, rules = village.households, village.params.farm.livelihood
    known = households.income_memory.any(axis=1)
    head = livelihood.per_head(village.real(households.income), households.members)
    households.income_memory[:], households.best_income[:] = livelihood.remember(households.income_memory, head)
    means = livelihood.bridged(rules, households.income, households.care_costs, households.cash)
    left_over = livelihood.per_head(village.real(means), households.members)
    poor = households.alive & (left_over < now.poverty_line)
    households.fell_poor[:], households.poor_again[:], households.left_poverty[:] = livelihood.entering_poverty(
        rules, now.year, households.poor, poor, known & households.alive, households.left_poverty
    )
    households.poor[:] = poor
    households.registered_poor[:] = poor
    # Judged by income with the allowance, whoever it lifts above the line would lose it every other year.
    earned = households.income - households.allowance - households.care_costs
    households.needy[:] = households.alive & (
        livelihood.per_head(village.real(earned), households.members) < now.poverty_line
    )
    _tell_who_is_poor_again(village, head, left_over, now.poverty_line)


def _tell_who_is_poor_again(village: Village, head: np.ndarray, left_over: np.ndarray, line: float) -> None:
    households, people = village.households, village.people
    jobless = np.bincount(people.household[people.alive & people.jobless], minlength=len(households))
    for row in np.flatnonzero(households.poor_again).tolist():  # a few a year
        why = {
            "left poverty": int(households.left_poverty[row]),
            "income per head": round(float(head[row]), 1),
            "less illness": round(float(head[row] - left_over[row]), 1),
            "line": round(float(line), 1),
            "migrants without a job": int(jobless[row]),
            "of working age at home": int(households.adults[row] - households.migrants[row]),
        }
        village.tell("poor again", household=int(households.id[row]), why=why)
