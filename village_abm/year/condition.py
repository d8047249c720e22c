"""How the land stands on payment day, as those see it who pay for it: the ecological index and the water."""

from __future__ import annotations

import numpy as np

from agents.patch import GRADES
from village_abm.policy import transfers
from village_abm.village import Village

FIRST_KD = GRADES.index("slight")


def modulus(village: Village) -> float:
    """Soil washed off the surface this year, as a gauge would report it [t/km2/yr]."""
    lost = village.flows.get("surface soil loss", np.zeros(1))
    return float(np.sum(lost)) / (len(village.patches) * village.hectares / 100)


def index(village: Village) -> tuple[float, float | None]:
    """The ecological index this year and the year before, told once a year; None where it was not told then [1]."""
    year, value, before = village.memory.get("ecological index", (None, None, None))
    if year != village.year:
        patches, rules = village.patches, village.params.government.index
        sound = float(np.count_nonzero(patches.grade < FIRST_KD)) / len(patches)
        before, value = value, transfers.ecological_index(rules, float(patches.cover.mean()), sound, modulus(village))
        before = before if year == village.year - 1 else None
        village.memory["ecological index"] = (village.year, value, before)
    return value, before


def place(village: Village) -> transfers.Place:
    """What a transfer looks at."""
    households, count = village.households, len(village.uses)
    area = np.bincount(village.patches.use, minlength=count) * village.hectares
    value, before = index(village)
    return transfers.Place(
        year=village.year, people=float(households.members[households.alive].sum()),
        area=len(village.patches) * village.hectares, by_use=dict(zip(village.uses.names, area.tolist(), strict=True)),
        index=value, before=value if before is None else before,
    )  # fmt: skip
