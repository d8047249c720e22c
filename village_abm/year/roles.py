"""Roles within the year: what those who come home bring, what helps backbone farmers, who has a role now."""

from __future__ import annotations

import numpy as np

from agents.backbone_farmer import BackboneFarmer
from agents.returning_migrant import ReturningMigrant
from village_abm.society import roles
from village_abm.society.demography import MIGRANT, PUPIL
from village_abm.village import Village
from village_abm.year.exogenous import Now


def bring_home(village: Village, now: Now, rows: np.ndarray) -> None:
    """Savings and knowledge of the people `rows` who come home this year, before their years away are wiped out."""
    rules, people, households = village.params.people.roles, village.people, village.households
    if not rules.returning:
        return
    years = people.away_years[rows]
    saved = village.fen(roles.brought_home(rules, now.migrant_wage, years))
    village.pay("savings brought home", saved, people.household[rows])
    skilled = people.household[rows[roles.enterprising(rules, village.streams, people.id[rows], years)]]
    open_to_all = village.uses.voluntary[None]
    known = households.knowledge[skilled]
    households.knowledge[skilled] = np.where(open_to_all, np.maximum(known, rules.knowledge), known)


def labour_intensity(village: Village, now: Now) -> np.ndarray:
    """Days of crop work against those of 2020, less where assistance brings small machines; (households,) [1]."""
    saved = village.params.people.roles.labour_saved
    return np.where(village.households.backbone, now.labour_intensity * (1 - saved), now.labour_intensity)


def assist(village: Village) -> None:
    """Technical assistance to backbone farmers: a year's step towards full knowledge of every use."""
    rows = np.flatnonzero(village.households.backbone)
    known = village.households.knowledge
    known[rows] = roles.assisted(village.params.people.roles, known[rows])


def take(village: Village) -> None:
    """Count the land each household works and say who is a backbone farmer and who a returning migrant."""
    rules, people, households = village.params.people.roles, village.people, village.households
    size, workers = len(households), village.workers
    tended = (village.uses.is_kind("crop") | village.uses.is_kind("perennial"))[village.patches.use]
    households.worked[:] = np.bincount(workers[tended & (workers >= 0)], minlength=size) * village.hectares
    rows = people.rows
    house, age, status = people.household[rows], people.age[rows], people.status[rows]
    home = status != MIGRANT
    if rules.backbone:
        grown = age >= village.params.people.demography.adult_age
        able = home & grown & (age < rules.hands_below) & (status != PUPIL)
        hands = np.bincount(house[able], minlength=size)
        households.backbone[:] = households.alive & BackboneFarmer.among(
            households.backbone, households.worked, hands, rules.enter, rules.leave
        )
    if rules.returning:
        back = rows[home & (people.returned_in[rows] > 0)]
        households.returnee[:] = households.alive & ReturningMigrant.among(
            size, people.household[back], village.year - people.returned_in[back], people.years_brought[back],
            rules.window, rules.least_away,
        )  # fmt: skip
