"""Rangers: who is one this year, the days it takes, what is watched, and their pay."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import job
from village_abm.policy.job import JobScheme
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year import guard, means
from village_abm.year.exogenous import Now
from village_abm.year.paying import need, pay


def prepare(village: Village, _government: Government, now: Now, number: int, name: str, scheme: JobScheme) -> None:
    """Choose this year's rangers among the poor with hands at home, and give them their days and their land."""
    households, patches = village.households, village.patches
    before = households.job == number
    if not scheme.is_open(now.year) and not before.any():
        guard.set_out(village, name, None)
        return
    households.job[before] = -1
    where, land = households.village.astype(np.int64), patches.village.astype(np.int64)
    counts = np.array([use in scheme.watch.uses for use in village.uses.names])[patches.use]
    forest = np.bincount(land[counts], minlength=len(village.names)) * village.hectares
    may = need.poor(village, now, name) & (households.job < 0) & (households.adults > households.migrants)
    may &= households.labour >= scheme.payment.days
    jobs = job.places(scheme, now.year, forest)
    works = job.chosen(scheme, village.streams, now.year, households.id, where, may, jobs)
    households.job[works] = number
    households.other_days[works] += scheme.payment.days * np.array(scheme.payment.seasons)
    # Days of a job kept on were never free: last year's idle days are counted without them.
    means.take_days(village, scheme.payment.days, np.flatnonzero(works & ~before))
    means.take_days(village, -scheme.payment.days, np.flatnonzero(before & ~works & households.alive))
    if not works.any():
        guard.set_out(village, name, None)
        return
    rangers = np.bincount(where[works], minlength=len(village.names))
    beat = job.watched(scheme.watch, rangers, village.hectares, counts, land, patches.distance, patches.id)
    guard.set_out(village, name, guard.Beat(scheme.watch, beat))
    head = village.real_last_year(households.income) / np.maximum(households.members, 1)
    for row in np.flatnonzero(works & ~before).tolist():
        why = {"scheme": name, "income per head": round(float(head[row]), 1), "line": round(now.poverty_line, 1)}
        village.tell("given a job", household=int(households.id[row]), why=why)


def settle(
    village: Village, _government: Government, now: Now, number: int, name: str, scheme: JobScheme, _room: int
) -> Spent:
    """Pay rangers for the days they worked."""
    works = village.households.job == number
    if not works.any():
        return Spent()
    done = village.memory["work"].fulfilled @ np.array(scheme.payment.seasons)
    return Spent(*pay.deliver(village, name, scheme.delivery, job.due(scheme, works, done)))
