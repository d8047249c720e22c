"""What a hectare of each use is expected to bring to whoever works it."""

from __future__ import annotations

from dataclasses import dataclass

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
        life = float(lives[use])
        ages = np.arange(1, round(life) + 1)
        worth = np.ascontiguousarray(all_worth[:, : len(ages)])
        bears = bearing(production, uses, int(use), ages, life)
        annuity[:, use] = worth.sum(axis=1)
        factor[:, use] = worth @ bears / annuity[:, use]
    return factor, annuity


def expected_returns(
    uses: UseArrays,
    production: Production,
    outlook: Outlook,
    owner: np.ndarray,
    use: np.ndarray,
    grain_margin: float,
) -> Returns:
    """Expected net return of each use of each plot [CNY/ha/yr]; (plots, uses).

    net = py Y (p - w picking) - cash - days w - (planting cash + planting days w) / annuity + byproduct +
    offer, with the owner's price p and shadow wage w. Grain is worth its buying price, (1 + margin) p, to
    a household that lacks food. Cash and days of annual crops follow the input ratio and labour intensity.
    """
    crop = uses.is_kind("crop")
    cash = uses.cash_cost * np.where(crop, outlook.input_ratio, 1.0)
    days = uses.labour * np.where(crop, np.reshape(outlook.labour_intensity, (-1, 1)), 1.0)
    factor, annuity = lifetime(production, uses, outlook.discount)
    hungry = (outlook.food_gap > 0)[:, None] & (uses.grain > 0)
    price = outlook.price * np.where(hungry, 1 + grain_margin, 1.0)
    wage = outlook.shadow_wage[:, None]
    per_kg = price - wage * uses.picking
    fixed = uses.byproduct - cash - wage * days
    start = (uses.establish_cash + wage * uses.establish_days) / annuity
    net = outlook.yields * (factor * per_kg)[owner] + (fixed - start)[owner] + outlook.offer
    spread = outlook.yields * (factor * price * uses.price_risk)[owner]
    rows = np.arange(len(owner))
    bearing_years = np.where(uses.felled, 1 / np.maximum(uses.life_high, 1.0), 1.0)  # of timber one year in a life
    standing = outlook.yields[rows, use] * (per_kg * bearing_years)[owner, use] + fixed[owner, use]
    standing += outlook.offer[rows, use]
    return Returns(net, spread, standing)
