"""Measures of what nature yields and what of it becomes money, each compared with the twin without the scheme."""

from __future__ import annotations

from village_abm.experiments.measures import Better, Case, counted
from village_abm.indicators import REGISTRY

# Indicators of the last year: name, which way is better, smallest difference that matters.
#
# Yuan: a hundred a hectare are some three per cent of the ecosystem product of the default village, ten thousand a
# year some six yuan a head. Of the rates neither way is better by itself: growing forests lower them.
OF_INDICATORS: tuple[tuple[str, Better, float], ...] = (
    ("gep", "more", 100.0),
    ("gep_regulating", "more", 50.0),
    ("realised_value", "more", 10_000.0),
    ("realised_rights", "neither", 10_000.0),
    ("realised_governance", "neither", 10_000.0),
    ("realised_operation", "neither", 10_000.0),
    ("realised_compensation", "neither", 10_000.0),
    ("conversion_rate", "neither", 0.01),
    ("market_conversion_rate", "neither", 0.01),
    ("contribution_rate", "neither", 0.005),
)


def _register() -> None:
    for name, better, matters in OF_INDICATORS:
        item = REGISTRY[name]

        def count(case: Case, name: str = name) -> float:
            return case.last(name)

        count.__name__, count.__doc__ = name, item.meaning
        counted(item.unit, "value", item.en, item.zh, better, matters)(count)


_register()
