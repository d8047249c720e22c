"""A small quick village: a square kilometre and two dozen families, which live thirty years in a moment."""

from __future__ import annotations

import copy
import dataclasses
from functools import cache
from types import SimpleNamespace

import numpy as np

from village_abm import VillageModel, load_params
from village_abm.load import Params

SIDE, FAMILIES = 40, 24
SHIPPED = ("village", "huanjiang", "p1_1980", "greening")
VARIED = ("crisis_2008", "drought", "pandemic", "price_crash", "combined")  # the default village but for a few lines
TWINS = ("poverty_exit", "poverty_exit_withdrawn", "over_planting")  # the default village under other policies

# A group may be empty in a village where somebody lives, and nothing is known of plots before the first visit.
OF_A_GROUP = {
    "poverty_left_behind", "poverty_migrant_families", "poverty_without_migrants", "poverty_enrolled",
    "poverty_not_enrolled", "poverty_once_poor", "poverty_return", "audit_success",
}  # fmt: skip


def small(
    scenario: str = "village",
    changes: dict[str, object] | None = None,
    families: int = FAMILIES,
    burn_in: int | None = None,
) -> Params:
    """Parameters of a shipped scenario on a small grid, with few families in every village of it.

    `burn_in` sets another first year lived, so that a test may begin close to what it looks at.
    """
    params = load_params(scenario, {"land.lines": SIDE, "land.columns": SIDE} | (changes or {}))
    plan = params.scenario
    villages = tuple(dataclasses.replace(spec, households=families) for spec in plan.villages)
    plan = dataclasses.replace(plan, villages=villages, burn_in=burn_in or plan.burn_in)
    return dataclasses.replace(params, scenario=plan)


def model(
    scenario: str = "village", changes: dict[str, object] | None = None, seed: int = 1, **how: int
) -> VillageModel:
    """A small village before its first year."""
    return VillageModel(small(scenario, changes, **how), rng=seed)


@cache
def _life(scenario: str, seed: int) -> tuple[VillageModel, tuple[SimpleNamespace, ...]]:
    pages: list[SimpleNamespace] = []

    def copy_down(now: VillageModel) -> None:
        village = now.village
        pages.append(
            SimpleNamespace(
                year=village.year,
                patches=copy.deepcopy(village.patches),
                people=copy.deepcopy(village.people),
                households=copy.deepcopy(village.households),
                purse=now.government.cash,
                flows=dict(village.flows),
                lines=now.ledger.years.get(village.year, {}),
            )
        )

    now = model(scenario, seed=seed)
    copy_down(now)
    return now.run(on_year=copy_down), tuple(pages)


def lived(scenario: str = "village", seed: int = 1) -> VillageModel:
    """A small village that has lived its scenario to the end; shared between tests, so only look at it."""
    return _life(scenario, seed)[0]


def chronicle(scenario: str = "village", seed: int = 1) -> tuple[SimpleNamespace, ...]:
    """Copies of its tables at the founding and after every year, burn-in included; shared, so only look."""
    return _life(scenario, seed)[1]


def state(now: VillageModel) -> dict[str, np.ndarray]:
    """Every column of every table of a model, by name."""
    tables = {"patches": now.patches, "people": now.people, "households": now.households}
    return {
        f"{kind}.{name}": getattr(table, name).copy()
        for kind, table in tables.items()
        for name in table.__dict__["kind"].columns()
    }


def differing(a: VillageModel, b: VillageModel) -> list[str]:
    """Names of the columns in which two models differ by as much as a bit."""
    one, other = state(a), state(b)
    return [name for name in one if one[name].tobytes() != other[name].tobytes()]
