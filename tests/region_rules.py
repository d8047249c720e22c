"""A region of prickly-ash growers by itself, at a price and a wage that stay, for the tests of the market."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from farm_rules import params, uses

from village_abm.economy import region
from village_abm.economy.enterprises import UseArrays
from village_abm.economy.land_use import LandUse
from village_abm.economy.market import Market
from village_abm.streams import Streams

LEVEL, WAGE = 12.0, 60.0


def market(**changes: object) -> Market:
    """The shipped market with fields of it, or of its region, changed."""
    shipped = params().market
    own = {name: value for name, value in changes.items() if hasattr(shipped, name)}
    of_region = {name: value for name, value in changes.items() if name not in own}
    return replace(shipped, region=replace(shipped.region, **of_region), **own)


def crop(rules: Market | None = None, lag: int = 3, sorts: UseArrays | None = None) -> region.Crop:
    """Prickly ash that first bears at `lag` and fully two years later."""
    sorts = sorts or uses()
    at = np.arange(len(sorts)) == sorts.index["prickly_ash"]
    sorts = replace(sorts, lag=np.where(at, lag, sorts.lag), full_age=np.where(at, lag + 2, sorts.full_age))
    return region.crop_of(rules or market(), params().farm.production, sorts, sorts.index["prickly_ash"])


def lived(
    years: int, seed: int, rules: Market | None = None, choice: LandUse | None = None, lag: int = 3
) -> list[region.Region]:
    """A region at the close of each of its years."""
    rules, production = rules or market(), params().farm.production
    plant = crop(rules, lag)
    noise = Streams(seed).normal("test.region", 0, np.arange(years))
    now, pages = region.founded(rules, plant, LEVEL), []
    for draw in noise:
        now = region.year_of(rules, choice or params().farm.choice, production, plant, now, LEVEL, WAGE, float(draw))
        pages.append(now)
    return pages
