"""Line 5 of the year: who leaves, who comes home, and what a day of work is then worth."""

from __future__ import annotations

import numpy as np

from agents.patch import is_cropland
from village_abm.economy import labour
from village_abm.society import migration, ties
from village_abm.society.demography import ELDER, FARM, MIGRANT
from village_abm.society.population import PeopleArrays
from village_abm.village import Village
from village_abm.year import networks, roles
from village_abm.year.exogenous import Now
from village_abm.year.people import count_members


def leave_and_return(village: Village, now: Now) -> None:
    """Move people out and back, by the yearly logits or to an imposed share, and count labour."""
    people, rules = village.people, village.params.people.migration
    folk = PeopleArrays.of(people)
    need = migration.care(rules, folk, len(village.households))
    homes = _homes(village, now)
    people.jobless[:] = False
    away = np.flatnonzero(people.alive & (people.status == MIGRANT))
    people.jobless[away] = migration.job_losses(now.year, people.id[away], now.job_loss, village.streams)
    if now.held_away is None:
        back = migration.returning(rules, now.year, folk, homes, need, people.jobless, 0.0, village.streams)
        out = migration.leaving(rules, now.year, folk, homes, need, now.migrant_wage, village.streams)
        _come_home(village, now, back.rows, back)
        _leave(village, out.rows, out)
    else:
        held = migration.hold(rules, now.year, folk, homes, need, now.migrant_wage, now.held_away, village.streams)
        _come_home(village, now, held.come_home, None)
        _leave(village, held.leave, None)
    away = people.alive & (people.status == MIGRANT)
    people.away_years[:] = np.where(away, people.away_years + 1, 0)
    people.migrant_years[away] += 1
    count_members(village)
    _count_labour(village, now)


def _homes(village: Village, now: Now) -> migration.Homes:
    households, patches, people = village.households, village.patches, village.people
    size = len(households)
    rows = households.rows
    income = village.real_last_year(households.income - households.remittances - households.payments)
    local = np.full(size, village.params.people.migration.local_floor)
    local[rows], _ = migration.local_wage(
        village.params.people.migration, np.maximum(income[rows], 0.0), households.adults[rows],
        households.village[rows].astype(np.int64),
    )  # fmt: skip
    been = np.zeros(size, bool)
    been[people.household[people.alive & (people.migrant_years > 0)]] = True
    workers = village.workers
    tended = (workers >= 0) & is_cropland(patches.land_kind)
    cropland = np.bincount(workers[tended], minlength=size) * village.hectares
    savings = np.maximum(village.real(households.cash), 0.0)
    known = village.known()
    return migration.Homes(
        local_wage=local,
        cash=savings + np.maximum(village.real_last_year(households.cash_income), 0.0),
        savings=savings,
        network=ties.neighbour_share(known, been.astype(float), households.alive),
        cropland=cropland,
        health_shock=households.sick,
        offer=np.zeros(size),
        example=networks.example(village),
    )


def _leave(village: Village, rows: np.ndarray, move: migration.Move | None) -> None:
    networks.choose_towns(village, rows)
    village.people.status[rows] = MIGRANT
    _tell(village, "left", rows, move)


def _come_home(village: Village, now: Now, rows: np.ndarray, move: migration.Move | None) -> None:
    people = village.people
    roles.bring_home(village, now, rows)
    elder = people.age[rows] >= village.params.people.demography.elder_age
    people.status[rows] = np.where(elder, ELDER, FARM)
    people.returned[rows], people.returned_in[rows] = True, village.year
    people.years_brought[rows] = people.away_years[rows]
    _tell(village, "came home", rows, move)


def _tell(village: Village, kind: str, rows: np.ndarray, move: migration.Move | None) -> None:
    people, households = village.people, village.households
    village.count(kind, np.ones(len(rows)), people.village[rows])
    chosen = np.flatnonzero(move.moves) if move is not None else np.zeros(0, int)
    names = list(move.terms) if move is not None else []
    terms = np.round([move.terms[name][chosen] for name in names], 3).T.tolist() if move is not None else []
    houses, ids = households.id[people.household[rows]].tolist(), people.id[rows].tolist()
    for number, (house, person) in enumerate(zip(houses, ids, strict=True)):
        why = dict(zip(names, terms[number], strict=True)) if move is not None else {"imposed": True}
        village.tell(kind, household=house, person=person, why=why)


def _count_labour(village: Village, now: Now) -> None:
    people, households, rules = village.people, village.households, village.params.farm.labour
    rows = people.rows
    days = labour.work_days(rules, people.age[rows], people.status[rows])
    households.labour[:] = np.bincount(people.household[rows], weights=days, minlength=len(households))
    village.ledger["labour"].enter("days people have", households.labour)
    adults = np.maximum(households.adults, 1)
    villages = households.village.astype(np.int64)
    gone = np.bincount(villages, weights=households.migrants, minlength=len(village.names))
    everyone = np.bincount(villages, weights=households.adults, minlength=len(village.names))
    wanted = np.divide(
        households.farm_days_wanted, households.labour,
        out=(households.farm_days_wanted > 0).astype(float), where=households.labour > 0,
    )  # fmt: skip
    away, left = households.migrants / adults, (gone / np.maximum(everyone, 1))[villages]
    # What a day is worth to the same people with all days free, with the days of last year, and with none free.
    free, households.shadow_wage[:], busy = (
        labour.shadow_wage(rules, now.day_wage, used, away, households.elder_share, left)
        for used in (np.zeros(len(households)), np.clip(wanted, 0.0, 1.0), np.ones(len(households)))
    )
    village.memory["wage of the free and the busy"] = (free, busy)
