"""Indicators: each registered once, with name, unit, meaning and the function that counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_abm.counted import (  # noqa: F401 (they register their indicators)
    acquainted,
    balance_statement,
    cascade_statement,
    cooperation,
    earning,
    equity_statements,
    equivalents,
    functions,
    gep,
    gep_statement,
    herding,
    holding,
    income,
    keeping,
    landscape,
    layout,
    left_behind,
    once_poor,
    paying,
    poor_by_group,
    realised,
    realised_statement,
    register,
    revitalisation,
    revitalisation_industry,
    revitalisation_statement,
    soil_debt,
    trading,
    treasury,
    unequal,
    visiting,
)
from village_abm.scope import REGISTRY, Scope

if TYPE_CHECKING:
    from village_abm.village import Village

# In the order of their files and lines, whichever file was imported first.
_ORDER = sorted(REGISTRY.values(), key=lambda item: (item.count.__module__, item.count.__code__.co_firstlineno))
REGISTRY.clear()
REGISTRY.update({item.name: item for item in _ORDER})


def count_all(village: Village) -> dict[str, float]:
    """All indicators of the year; with several villages also each one's, as `name.village`."""
    scopes: list[tuple[str, Scope]] = [("", Scope(village))]
    if len(village.names) > 1:
        scopes += [(f".{name}", Scope(village, number)) for number, name in enumerate(village.names)]
    return {f"{item.name}{tail}": scope.once(item.count) for tail, scope in scopes for item in _ORDER}
