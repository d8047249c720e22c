"""Payment day of land contracts: visits, payments, fines and replanting."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import agglomeration, contracts, payments
from village_abm.policy.schemes import LandScheme
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year import audits, guard, terms
from village_abm.year.contracts import plants
from village_abm.year.exogenous import Now
from village_abm.year.nature import move_carbon, stands_now
from village_abm.year.paying import pay


def settle(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: LandScheme, room: int
) -> Spent:
    """Visit at most `room` plots under contract and pay those that stand."""
    patches, households = village.patches, village.households
    rows = np.flatnonzero(patches.scheme == number)
    if not len(rows):
        return Spent()
    kinds = contracts.planted(scheme.contract, village.streams, patches.id[rows])
    binding = contracts.in_force(scheme, kinds, patches.scheme_year[rows], now.year)
    rows, kinds = rows[binding], kinds[binding]
    planted = patches.use[rows] == plants(village, scheme)[kinds]
    keeps = payments.stands(scheme.monitoring, planted, patches.use_age[rows], patches.cover[rows])
    share, bonus = terms.agreed(village, now.year, number, scheme, rows, kinds)
    paid = payments.settle(
        scheme, village.streams, now.year, village.hectares, patches.id[rows], kinds, patches.scheme_year[rows],
        patches.scheme_payee[rows].astype(np.int64), keeps, households.id, room,
        guard.looked_at(village, rows),
        share=share, bonus=agglomeration.fen(bonus, village.hectares),
        pull=audits.pull(village, name, scheme, rows),
    )  # fmt: skip
    arrived = pay.hand_over(village, name, paid.paid, paid.passed)
    village.pay("fines", -paid.fines)
    households.fined[:] += paid.fines
    failed = rows[paid.punished]
    audits.remember(village, name, rows, paid.visited, paid.found)
    _follow_up(village, scheme, failed, kinds[paid.punished])
    government.audit(paid.visited, paid.punished)
    for row in failed.tolist():
        village.tell(
            "fined", household=int(households.id[patches.owner[row]]), patch=int(patches.id[row]),
            why={"scheme": name},
        )  # fmt: skip
    admin = int(np.floor(scheme.delivery.admin * arrived))  # of what arrived: less where the funder was short
    return Spent(arrived, admin, int(paid.visited.sum()), int(paid.fines.sum()))


def _follow_up(village: Village, scheme: LandScheme, failed: np.ndarray, kinds: np.ndarray) -> None:
    """Replant what failed, or end its contract and shut its household out, where the scheme does so."""
    patches = village.patches
    if scheme.monitoring.consequence == "repay_and_replant" and len(failed):
        village.turn("replanted after a visit", failed, plants(village, scheme)[kinds])
        move_carbon(village, "replanted after a visit", stands_now(village))
    if scheme.monitoring.consequence == "exclude":
        village.households.shut_out[patches.scheme_payee[failed]] = True
        patches.scheme[failed], patches.scheme_payee[failed] = -1, -1
