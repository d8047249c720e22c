"""What accounts need beside the books: nature at the opening of the recorded years, debts as they grow, year one."""

from __future__ import annotations

from village_abm.accounting import balance
from village_abm.counted import balance_statement, equity_statements
from village_abm.scope import Scope
from village_abm.village import Village


def begin(village: Village) -> None:
    """Keep nature as it is when the first recorded year opens."""
    if village.year >= village.params.scenario.start and "nature at first" not in village.memory:
        village.memory["nature at first"] = balance_statement.nature(village)
        village.memory["soil debt"] = 0.0


def keep(village: Village) -> None:
    """Reckon the soil lost beyond what forms; in the first recorded year keep how people live."""
    if village.year < village.params.scenario.start:
        return
    patches, formation = village.patches, village.params.ecology.soil.formation
    beyond = balance.excess(patches.runoff_loss, formation, patches.lithology, patches.exposure)
    village.memory["excess soil loss"] = beyond
    village.memory["soil debt"] += float(beyond.sum()) * village.hectares
    if "equity at first" not in village.memory:
        village.memory["equity at first"] = equity_statements.taken(Scope(village))
