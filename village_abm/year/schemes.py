"""Line 11 of the year: visits, payments, fines and works; what is drawn arrives, to the fen."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.ecology import soil
from village_abm.policy import budget, contracts, engineering, payments
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.village import Village
from village_abm.year.contracts import land_schemes, plants
from village_abm.year.exogenous import Now
from village_abm.year.nature import move_carbon, stands_now


def settle(village: Village, government: Government, now: Now) -> None:
    """Audit and pay the contracts, treat desertified land, and settle the county's purse."""
    households, rules = village.households, village.params.government
    for column in (households.payments, households.promised, households.fined):
        column[:] = 0
    spent: dict[str, tuple[int, int]] = dict(village.memory.pop("package spending", {}))
    moved = village.memory.pop("package payments")
    households.payments[:] += moved
    households.promised[:] += moved
    visits = fines = 0
    for number, name, scheme in land_schemes(village):
        room = budget.affordable_visits(rules, now.price_level, government.cash) - visits
        paid, seen, fined = _pay(village, government, now, number, name, scheme, max(room, 0))
        spent[name] = paid
        visits, fines = visits + seen, fines + fined
    for name in village.params.scenario.schemes:
        works = village.params.schemes[name]
        if isinstance(works, WorksScheme):
            spent[name] = _treat(village, now, name, works)
    moves = budget.entries(rules, now.price_level, spent, visits, fines)
    for entry, fen in moves.items():
        village.ledger["county purse"].enter(entry, np.asarray(fen, np.int64))
    government.pay(moves)


def _pay(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: LandScheme, room: int
) -> tuple[tuple[int, int], int, int]:
    """Pay one scheme: (paid out, administration), visits and fines, money in fen."""
    patches, households = village.patches, village.households
    rows = np.flatnonzero(patches.scheme == number)
    if not len(rows):
        return (0, 0), 0, 0
    kinds = contracts.planted(scheme.contract, village.streams, patches.id[rows])
    binding = contracts.in_force(scheme, kinds, patches.scheme_year[rows], now.year)
    rows, kinds = rows[binding], kinds[binding]
    planted = patches.use[rows] == plants(village, scheme)[kinds]
    keeps = payments.stands(scheme.monitoring, planted, patches.use_age[rows], patches.cover[rows])
    paid = payments.settle(
        scheme, village.streams, now.year, village.hectares, patches.id[rows], kinds, patches.scheme_year[rows],
        patches.scheme_payee[rows].astype(np.int64), keeps, households.id, room,
    )  # fmt: skip
    village.pay(f"paid: {name}", paid.paid)
    village.pay("fines", -paid.fines)
    households.payments[:] += paid.paid
    households.promised[:] += paid.passed
    households.fined[:] += paid.fines
    failed = rows[paid.punished]
    village.turn("replanted after a visit", failed, plants(village, scheme)[kinds[paid.punished]])
    if len(failed):
        move_carbon(village, "replanted after a visit", stands_now(village))
    government.audit(paid.visited, paid.punished)
    for row in failed.tolist():
        village.tell(
            "fined", household=int(households.id[patches.scheme_payee[row]]), patch=int(patches.id[row]),
            why={"scheme": name},
        )  # fmt: skip
    return (int(paid.paid.sum()), paid.admin), int(paid.visited.sum()), int(paid.fines.sum())


def _treat(village: Village, now: Now, name: str, scheme: WorksScheme) -> tuple[int, int]:
    patches, ecology = village.patches, village.params.ecology
    may = engineering.may_treat(scheme, now.year, village.uses.names, patches.use, patches.grade, patches.treated)
    done = engineering.treat(
        scheme, village.streams, now.year, village.hectares, ecology.vegetation.critical_depth, may, patches.id,
        patches.score, patches.grade, patches.cover, patches.age, patches.soil_depth,
    )  # fmt: skip
    rows = done.rows
    before = soil.soil_mass(ecology.soil, patches.soil_depth[rows], patches.exposure[rows])
    patches.soil_depth[rows], patches.cover[rows], patches.age[rows] = done.soil_depth, done.cover, done.age
    patches.treated[rows] = now.year
    brought = soil.soil_mass(ecology.soil, patches.soil_depth[rows], patches.exposure[rows]) - before
    village.ledger["soil"].enter("carried in by works", brought * village.hectares, rows)
    move_carbon(village, "planted by works", stands_now(village))
    village.count("treated", np.full(len(rows), village.hectares), patches.village[rows])
    if len(rows):
        village.tell("treated", why={"scheme": name, "patches": len(rows), "planting lived": int(done.survived.sum())})
    return done.works, done.admin
