"""The terms of land contracts: what targeting asks of plots, and what each is paid besides the posted rate."""

from __future__ import annotations

import numpy as np

from agents.patch import LANDFORMS
from village_abm.policy import agglomeration, benefit, bidding, contracts
from village_abm.policy.schemes import LandScheme
from village_abm.policy.targeting import Known
from village_abm.village import Village
from village_abm.year.exogenous import Now

DEPRESSION = LANDFORMS.index("depression")


def _to_depressions(village: Village, scheme: LandScheme, rows: np.ndarray) -> np.ndarray:
    """Distance of plots to the nearest depression [m]; looked up once, and only where a bonus asks for it."""
    if scheme.bonus is None:
        return np.full(len(rows), np.inf)
    if "distance to depressions" not in village.memory:
        grid = (village.patches.landform == DEPRESSION).reshape(village.grid_shape)
        far = agglomeration.to_depressions(grid, village.params.land.patch_size)
        village.memory["distance to depressions"] = far.ravel()
    distance: np.ndarray = village.memory["distance to depressions"][rows]
    return distance


def _enrolled(village: Village, year: int, number: int, scheme: LandScheme) -> np.ndarray:
    """Patches with a contract of the scheme in force; (patches,) bool."""
    patches = village.patches
    enrolled = patches.scheme == number
    rows = np.flatnonzero(enrolled)
    kinds = contracts.planted(scheme.contract, village.streams, patches.id[rows])
    enrolled[rows] = contracts.in_force(scheme, kinds, patches.scheme_year[rows], year)
    return enrolled


def agreed(
    village: Village, year: int, number: int, scheme: LandScheme, rows: np.ndarray, kinds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of the posted payment that plots under contract are paid, and their bonus [CNY/ha/yr, nominal]; (rows,)."""
    share = bidding.agreed_share(scheme, kinds, village.patches.agreed_rate[rows])
    if scheme.bonus is None:
        return share, np.zeros(len(rows))
    enrolled = _enrolled(village, year, number, scheme)
    beside = agglomeration.neighbours(scheme.bonus, enrolled.reshape(village.grid_shape)).ravel()[rows]
    bonus = agglomeration.rate(scheme.bonus, beside, _to_depressions(village, scheme, rows))
    return share, np.where(enrolled[rows], bonus, 0.0)


def expected_bonus(village: Village, now: Now, number: int, scheme: LandScheme, rows: np.ndarray) -> np.ndarray:
    """What the bonus adds to the utility of offering plots, counting neighbours under contract already; (rows,)."""
    if scheme.bonus is None:
        return np.zeros(len(rows))
    enrolled = _enrolled(village, now.year, number, scheme)
    beside = agglomeration.neighbours(scheme.bonus, enrolled.reshape(village.grid_shape)).ravel()[rows]
    bonus = agglomeration.rate(scheme.bonus, beside, _to_depressions(village, scheme, rows))
    return agglomeration.added_value(village.params.government.enrolment, scheme, bonus)


def known(
    village: Village, scheme: LandScheme, rows: np.ndarray, value: np.ndarray, running: np.ndarray, kinds: np.ndarray
) -> Known:
    """What targeting may ask of the eligible plots `rows`, of utility `value`, and of the contracts `running`."""
    patches, households = village.patches, village.households
    house, rules = patches.owner[rows], village.params.government.enrolment
    income = village.real_last_year(households.income) / np.maximum(households.members, 1)
    return Known(
        household=households.id[house],
        income=income[house],
        benefit=np.zeros(len(rows)) if scheme.benefit is None else benefit.index(
            scheme.benefit, patches.runoff_loss[rows], patches.slope[rows], patches.grade[rows]
        ),
        bid=np.ones(len(rows)) if not scheme.takes_bids else bidding.bids(
            rules, scheme, village.streams, households.id[house], value
        ),
        to_depression=_to_depressions(village, scheme, rows),
        running_share=bidding.agreed_share(scheme, kinds, patches.agreed_rate[running]),
        running_to_depression=_to_depressions(village, scheme, running),
    )  # fmt: skip
