"""Works on desertified land: soil carried in, trees planted, contractors paid."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.ecology import soil
from village_abm.policy import engineering
from village_abm.policy.schemes import WorksScheme
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.nature import move_carbon, stands_now


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: WorksScheme, _room: int
) -> Spent:
    """Treat desertified land, the worst first, as far as pace and budget reach."""
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
    return Spent(works=done.works, admin=done.admin)
