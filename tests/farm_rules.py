"""Shipped rules of the farm and small outlooks, for the tests of the economy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from agents.outlook import Outlook
from village_abm.economy import enterprises
from village_abm.economy.land_use import Plots
from village_abm.load import Params, load_params

MU = 1 / 15
AREA = 0.0625


@cache
def params() -> Params:
    return load_params()


@cache
def uses() -> enterprises.UseArrays:
    return enterprises.stack(params().uses)


def number(name: str) -> int:
    return uses().index[name]


def outlook(households: int, plots: int, **changes: object) -> Outlook:
    """Farmers of 2010 who know every use, are neither hungry nor broke, and expect middling prices."""
    count = len(uses())
    price = np.zeros(count)
    for name, value in {"maize": 2.4, "paddy": 2.8, "potato": 1.1, "prickly_ash": 11, "fruit": 2.5}.items():
        price[number(name)] = value
    plain = Outlook(
        year=2010,
        price=np.tile(price, (households, 1)),
        usual_price=price.copy(),
        yields=np.tile(uses().top_yield * 0.8, (plots, 1)),
        offer=np.zeros((plots, count)),
        shadow_wage=np.full(households, 30.0),
        input_ratio=1.0,
        labour_intensity=1.0,
        norm=np.full((households, count), 0.2),
        knowledge=np.ones((households, count)),
        belief=np.full(households, 0.4),
        household_type=np.full(households, 2),
        example=np.zeros((plots, count)),
        risk=np.full(households, 0.5),
        loss_aversion=np.full(households, 2.5),
        discount=np.full(households, 0.15),
        shortfall=np.zeros(households),
        food_gap=np.zeros(households),
        grain_need=np.full(households, 600.0),
        own_food=np.full(households, 0.3),
        purse=np.full(households, 1e5),
        idle_days=np.full(households, 500.0),
    )
    return replace(plain, **changes)


def plots(owner: np.ndarray, use: str | np.ndarray = "maize", **changes: object) -> Plots:
    """Plots of the owners given, under one use, free to change."""
    count = len(owner)
    under = np.full(count, number(use)) if isinstance(use, str) else use
    plain = Plots(
        ids=np.arange(count) + 1000,
        owner=np.asarray(owner),
        use=under,
        use_age=np.full(count, 1),
        life=np.full(count, 12.0),
        loss_years=np.zeros(count, dtype=int),
        free=np.ones(count, dtype=bool),
        idle=np.full(count, number("fallow")),
        area=AREA,
    )
    return replace(plain, **changes)


def dry_slope(count: int, grade: int = 0) -> np.ndarray:
    """What can stand on ordinary dry slopes; (plots, uses)."""
    return enterprises.feasible(
        uses(),
        slope=np.full(count, 18.0),
        soil_depth=np.full(count, 35.0),
        grade=np.full(count, grade),
        elevation=np.full(count, 700.0),
        land_kind=np.full(count, 2),
        clearing=np.zeros(count, dtype=bool),
        red_line=np.zeros(count, dtype=bool),
        lithology=np.zeros(count, dtype=int),
        cover=np.full(count, 0.05),
    )
