"""What a cooperative pays and makes: prices, brand, processing, and how a surplus is shared out to the fen."""

from __future__ import annotations

import numpy as np

from village_abm.economy.cooperatives import Line, Trade


def agreed_price(rules: Trade, usual: np.ndarray, market: np.ndarray) -> np.ndarray:
    """Price paid on delivery, w usual + (1 - w) market, both at the farm gate; shape of `market` [CNY/kg]."""
    return rules.contract * usual + (1 - rules.contract) * market


def sells_outside(rules: Trade, outside: np.ndarray, agreed: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Members who sell to traders: outside > agreed x (1.1 + spread z), z a standard normal drawn for good; (n,)."""
    if not rules.side_selling:
        return np.zeros(len(outside), bool)
    return outside > agreed * (rules.side_above + rules.side_spread * luck)


def premium(rules: Trade, brand: np.ndarray, scenery: np.ndarray) -> np.ndarray:
    """Premium on the price, pi_max (1 + s scenery) b/(b + 1); shape of `brand` [1]."""
    return rules.premium_max * (1 + rules.scenery * scenery) * brand / (brand + 1)


def brand_after(rules: Trade, brand: np.ndarray, spent: np.ndarray) -> np.ndarray:
    """Brand stock after a year, .85 b + spent/unit, `spent` as a share of sales; shape of `brand` [1]."""
    return rules.brand_memory * brand + spent / rules.brand_unit


def made(rules: Line, kg: np.ndarray, usual: np.ndarray) -> np.ndarray:
    """What a kg brings once processed, value x usual x (kg/least)^(1/eps); shape of `kg` [CNY/kg]."""
    return rules.value * usual * (np.maximum(kg, 1e-9) / rules.least) ** (1 / rules.elasticity)


def processed(
    rules: Line, kg: np.ndarray, capacity: np.ndarray, fresh: np.ndarray, usual: np.ndarray, wage: float
) -> np.ndarray:
    """How much a line takes, (n,) [kg/yr]: what is delivered and fits, as long as a kg brings more than it costs.

    A kg pays while (1 - c)(made - fresh) > wage/per day, so at most least x (needed/(value usual))^eps; a line
    that would run on less than `least` stands still. `fresh` and `usual` are net of margins [CNY/kg].
    """
    needed = fresh + wage / rules.per_day / (1 - rules.cost_share)
    ratio = np.divide(needed, rules.value * usual, out=np.full(len(kg), np.inf), where=usual > 0)
    pays = np.where(np.isfinite(ratio), rules.least * np.maximum(ratio, 1e-9) ** rules.elasticity, 0.0)
    taken = np.minimum(np.minimum(kg, capacity), pays)
    return np.where((taken >= rules.least) & (fresh > 0), taken, 0.0)


def worn(rules: Line, cost: np.ndarray, age: np.ndarray) -> np.ndarray:
    """What of a line is not yet written down after `age` years, in equal parts to the fen; shape of `cost` [fen]."""
    left = np.clip(rules.life - age, 0, rules.life)
    return cost * left // rules.life


def shared(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole fen by weight: each its part rounded down, what is left to the largest remainders, the first on ties.

    `weights` (n,) whole, not negative and not all nothing; sums to `total`, which may be negative.
    """
    whole = np.asarray(weights, np.int64)
    parts, rest = np.divmod(abs(total) * whole, int(whole.sum()))
    over = abs(total) - int(parts.sum())
    parts[np.argsort(-rest, kind="stable")[:over]] += 1
    return parts if total >= 0 else -parts


def distributed(rules: Trade, surplus: int, reserves: int) -> tuple[int, int]:
    """Patronage and dividends out of a surplus [fen], 60% and 20% of what is left once losses are made good.

    `reserves` before the year, negative for losses carried forward.
    """
    free = max(min(surplus, surplus + reserves), 0)
    return int(free * rules.patronage), int(free * rules.dividend)
