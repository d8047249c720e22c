"""Works against rocky desertification: which patches are treated, what survives, what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.patch import GRADES, LAND_KINDS
from village_abm.policy.schemes import WorksScheme
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Treatment:
    """Patches treated in a year and what they become; money in whole fen."""

    rows: np.ndarray  # (treated,) patches
    survived: np.ndarray  # (treated,) the planting took
    cover: np.ndarray  # (treated,) cover afterwards
    age: np.ndarray  # (treated,) age of the vegetation afterwards [yr]
    soil_depth: np.ndarray  # (treated,) depth of the soil afterwards [cm]
    soil_brought: np.ndarray  # (treated,) soil brought in [cm on the soil-covered part]
    works: int
    admin: int


def may_treat(
    scheme: WorksScheme,
    year: int,
    use_names: Sequence[str],
    use: np.ndarray,
    grade: np.ndarray,
    treated: np.ndarray,
) -> np.ndarray:
    """Which patches may be treated this year: desertified, of a named use, never treated; (patches,).

    Works that are closed, or for which no money is paid, are not done. Where something is built, what counts is
    that it does not stand there yet (`fits`).
    """
    if not (scheme.is_open(year) and scheme.payment.offers()):
        return np.zeros(len(use), dtype=bool)
    open_uses = np.array([name in scheme.eligible.uses for name in use_names])
    may = open_uses[use] & (grade >= GRADES.index(scheme.eligible.least_grade))
    return may if scheme.works.builds != "nothing" else may & (treated == 0)


def fits(
    scheme: WorksScheme,
    slope: np.ndarray,
    land_kind: np.ndarray,
    cover: np.ndarray,
    closed: np.ndarray,
    terraced: np.ndarray,
    cistern: np.ndarray,
) -> np.ndarray:
    """Whether patches have the slope, kind and cover that is treated and lack what would be built; (patches,)."""
    rules = scheme.eligible
    may = (slope >= rules.slopes[0]) & (slope <= rules.slopes[1]) & (cover <= rules.most_cover)
    if rules.land_kinds:
        may &= np.isin(land_kind, [LAND_KINDS.index(kind) for kind in rules.land_kinds])
    if scheme.works.closes:
        may &= ~closed
    has = {"nothing": np.zeros(len(slope), bool), "terraces": terraced, "cisterns": cistern}
    return may & ~has[scheme.works.builds]


def affordable(scheme: WorksScheme, area: float) -> tuple[int, int, int]:
    """How many patches the year's budget treats, and works and administration of one patch [fen]."""
    cost = scheme.payment.unit_cost + scheme.payment.volume_cost * scheme.works.volume
    works = round(cost * area * FEN_PER_CNY)
    admin = int(np.floor(works * scheme.delivery.admin))
    each = works + admin
    return (round(scheme.budget * FEN_PER_CNY) // each if each else 0), works, admin


def treat(
    scheme: WorksScheme,
    streams: Streams,
    year: int,
    area: float,
    critical_depth: float,
    may: np.ndarray,
    ids: np.ndarray,
    score: np.ndarray,
    grade: np.ndarray,
    cover: np.ndarray,
    age: np.ndarray,
    soil_depth: np.ndarray,
) -> Treatment:
    """Treat the worst patches: highest score + 4 x Gumbel first, 5% of those that may be, within the budget.

    Soil is brought to the critical depth + 1 cm on every treated patch; where the planting survives (.85,
    .75, .55, .30 from slight to extreme) cover starts at .25 and age at 10, never below what was there. Numbers are
    those of the engineering as a whole; its kinds have their own, and those that carry no soil or plant nothing
    leave soil or cover as it is.
    """
    rules = scheme.works
    rows = np.flatnonzero(may)
    most, works, admin = affordable(scheme, area)
    count = min(int(np.rint(rules.pace * len(rows))), most)
    urgency = score[rows] + rules.noise * streams.gumbel("works.order", year, ids[rows])
    rows = rows[np.lexsort((ids[rows], -urgency))][:count]
    chances = np.asarray(rules.survival)[np.maximum(grade[rows] - GRADES.index("slight"), 0)]
    survived = streams.uniform("works.survival", year, ids[rows]) < chances
    deeper = np.maximum(soil_depth[rows], critical_depth + rules.soil_margin)
    return Treatment(
        rows=rows,
        survived=survived,
        cover=np.where(survived, np.maximum(cover[rows], rules.start_cover), cover[rows]),
        age=np.where(survived, np.maximum(age[rows], rules.start_age), age[rows]),
        soil_depth=deeper,
        soil_brought=deeper - soil_depth[rows],
        works=works * len(rows),
        admin=admin * len(rows),
    )
