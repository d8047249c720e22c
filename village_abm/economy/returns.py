"""What a hectare of each use is expected to bring to whoever works it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agents.outlook import Outlook
from village_abm.economy.enterprises import UseArrays
from village_abm.economy.production import Production, bearing


@dataclass(frozen=True)
class Returns:
    """Expected returns in yuan of 2020 per hectare and year."""

    net: np.ndarray
    """Annualised net return of starting (or, for annual crops, going on with) each use; (plots, uses)."""
    spread: np.ndarray
    """Standard deviation of it from the price; (plots, uses)."""
    standing: np.ndarray
    """Yearly margin of the present use in full bearing (of what is felled, in the mean of its life), planting sunk;
    (plots,)."""


def lifetime(production: Production, uses: UseArrays, discount: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Discounted mean yield factor [1] and annuity factor [yr] of each use; both (households, uses).

    Over the mean life T of the use: annuity a = sum (1+d)^-t, factor = sum f_age(t) (1+d)^-t / a, t = 1..T.
    Uses without a life have factor 1 and an infinite annuity (nothing to pay off).
    """
    shape = (len(discount), len(uses))
    factor, annuity = np.ones(shape), np.full(shape, np.inf)
    lives = (uses.life_low + uses.life_high) / 2
    all_worth = (1 + discount[:, None]) ** -np.arange(1, round(lives.max(initial=0)) + 1)
    for use in np.flatnonzero(uses.life_high > 0):
        bears = _over_life(
            production, float(uses.lag[use]), float(uses.full_age[use]), float(lives[use]), bool(uses.felled[use])
        )
        worth = np.ascontiguousarray(all_worth[:, : len(bears)])
        annuity[:, use] = worth.sum(axis=1)
        factor[:, use] = worth @ bears / annuity[:, use]
    return factor, annuity


@lru_cache(maxsize=256)
def _over_life(production: Production, lag: float, full_age: float, life: float, felled: bool) -> np.ndarray:
    """Share of the full yield at the ages 1 to the mean life; (years,). Asked for again every year."""
    ages = np.arange(1, round(life) + 1)
    bears = bearing(production, np.array(felled), ages, np.array(lag), np.array(full_age), np.array(life))
    bears.setflags(write=False)
    return bears


def expected_returns(
    uses: UseArrays,
    production: Production,
    outlook: Outlook,
    owner: np.ndarray,
    use: np.ndarray,
    grain_margin: float,
) -> Returns:
    """Expected net return of each use of each plot [CNY/ha/yr]; (plots, uses).

    net = py Y (p - w picking) - cash - (days + way) w - (planting cash + planting days w) / annuity + byproduct +
    offer, with the owner's price p and shadow wage w, the way to the plot where it is tilled. Grain is worth its
    buying price, (1 + margin) p, to a household that lacks food. Cash and days of annual crops follow the input
    ratio and labour intensity.
    """
    factor, price, per_kg, fixed, start = _by_household(uses, production, outlook, grain_margin, slice(None))
    way = (outlook.shadow_wage[owner] * outlook.way)[:, None] * (uses.is_kind("crop") | uses.is_kind("perennial"))
    # In place, and `take` for rows of owners: these are the largest arrays of the year.
    net = (factor * per_kg).take(owner, axis=0)
    net *= outlook.yields
    net += (fixed - start).take(owner, axis=0)
    net += outlook.offer
    net -= way
    spread = (factor * price * uses.price_risk).take(owner, axis=0)
    spread *= outlook.yields
    rows = np.arange(len(owner))
    bearing_years = np.where(uses.felled, 1 / np.maximum(uses.life_high, 1.0), 1.0)  # of timber one year in a life
    standing = outlook.yields[rows, use] * (per_kg * bearing_years)[owner, use] + fixed[owner, use]
    standing += outlook.offer[rows, use] - way[rows, use]
    return Returns(net, spread, standing)


def _by_household(
    uses: UseArrays, production: Production, outlook: Outlook, grain_margin: float, some: slice | np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What does not depend on the plot, of `some` households: yield factor over a life [1], price and margin of a
    kg [CNY/kg], fixed return and yearly cost of planting [CNY/ha/yr]; all (some, uses)."""
    crop = uses.is_kind("crop")
    intensity = np.broadcast_to(np.reshape(outlook.labour_intensity, (-1, 1)), (len(outlook.discount), 1))[some]
    cash = uses.cash_cost * np.where(crop, outlook.input_ratio, 1.0)
    days = uses.labour * np.where(crop, intensity, 1.0)
    factor, annuity = lifetime(production, uses, outlook.discount[some])
    hungry = (outlook.food_gap[some] > 0)[:, None] & (uses.grain > 0)
    price = outlook.price[some] * np.where(hungry, 1 + grain_margin, 1.0)
    wage = outlook.shadow_wage[some, None]
    per_kg = price - wage * uses.picking
    fixed = uses.byproduct - cash - wage * days
    start = (uses.establish_cash + wage * uses.establish_days) / annuity
    return factor, price, per_kg, fixed, start


def break_even(uses: UseArrays, production: Production, outlook: Outlook, households: np.ndarray) -> np.ndarray:
    """Yield in full bearing from which each use pays what it costs over a life; (households, uses) [kg/ha/yr].

    Where the expected net return is nothing: Y = (start - fixed) / (py (p - w picking)); infinite where a kg
    brings no more than its picking. `households` are rows.
    """
    factor, _, per_kg, fixed, start = _by_household(uses, production, outlook, 0.0, households)
    brings = factor * per_kg
    return np.divide(start - fixed, brings, out=np.full(brings.shape, np.inf), where=brings > 0)
