"""The close of the year: equivalent-factor value and function of every patch; what land is suited to, twice a run."""

from __future__ import annotations

from village_abm.accounting import equivalents as factors
from village_abm.accounting import functions as kinds
from village_abm.accounting.layout import verdict
from village_abm.counted import equivalents, functions, layout
from village_abm.scope import Scope
from village_abm.village import Village


def survey(village: Village) -> None:
    """Write down value and function of the land from the first recorded year on, and judge it at start and end."""
    plan, rules, patches = village.params.scenario, village.params.accounting, village.patches
    if village.year < plan.start:
        return
    counted = equivalents.count_land(village)
    patches.esv[:] = factors.value(rules.equivalents, counted.land, counted.left)
    levels = functions.levels(village, patches.esv)
    patches.function[:] = kinds.dominant(rules.functions, levels)
    village.memory["land value"] = counted
    village.memory["functions"] = levels.reshape(len(levels), len(village.names), -1).sum(axis=2).T
    if village.year in (plan.start, plan.end):
        found = layout.judged(Scope(village))
        patches.suited[:], patches.agreement[:] = found.suits, verdict(found.suits, found.now)
