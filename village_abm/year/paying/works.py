"""Works on desertified land: soil carried in, trees planted, contractors paid."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import LAND_KINDS
from village_abm.ecology import soil
from village_abm.policy import engineering
from village_abm.policy.schemes import WorksScheme
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.nature import move_carbon, stands_now

DRY_SLOPE, DRY_TERRACE = LAND_KINDS.index("dry_slope"), LAND_KINDS.index("dry_terrace")


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: WorksScheme, _room: int
) -> Spent:
    """Treat desertified land, the worst first, as far as pace and budget reach."""
    patches, ecology = village.patches, village.params.ecology
    may = engineering.may_treat(scheme, now.year, village.uses.names, patches.use, patches.grade, patches.treated)
    may &= engineering.fits(
        scheme, patches.slope, patches.land_kind, patches.cover, patches.closed, patches.terraced, patches.cistern
    )
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
    _change(village, scheme, name, rows)
    move_carbon(village, "planted by works", stands_now(village))
    village.count("treated", np.full(len(rows), village.hectares), patches.village[rows])
    if len(rows):
        village.tell("treated", why={"scheme": name, "patches": len(rows), "planting lived": int(done.survived.sum())})
    return Spent(works=done.works, admin=done.admin)


def _change(village: Village, scheme: WorksScheme, name: str, rows: np.ndarray) -> None:
    """Give treated patches the walls, cistern, closure or use that the works bring."""
    patches, works = village.patches, scheme.works
    if works.builds == "terraces":
        patches.terraced[rows] = True
        patches.land_kind[rows[patches.land_kind[rows] == DRY_SLOPE]] = DRY_TERRACE
    if works.builds == "cisterns":
        patches.cistern[rows] = True
    if works.closes:
        patches.closed[rows] = True
    if works.becomes != "none":
        village.turn(f"treated: {name}", rows, village.uses.index[works.becomes])
