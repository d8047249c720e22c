"""Land uses: what a hectare of each asks for, where it can stand and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from agents.patch import LAND_KINDS, LITHOLOGIES
from village_abm.params import ParameterError, needs

KINDS = ("wild", "crop", "planted", "perennial", "built")
PURE = LITHOLOGIES.index("pure")


@dataclass(frozen=True)
class Use:
    """One land use, a hectare and a year at a time; money in yuan of 2020."""

    name: str
    label: Mapping[str, str]
    kind: str = needs(None, "wild, crop, planted (under a scheme), perennial or built")
    product: str = needs(None, "what is harvested; empty for nothing")
    price_series: str = needs(None, "yearly series of the farm-gate price; empty for no product")
    full_yield: float = needs("kg/ha/yr", "yield in full bearing on deep soil without rock, in 2020")
    mean_farmer: float = needs("1", "share of that yield which the mean farmer gets")
    cash_cost: float = needs("CNY/ha/yr", "bought inputs a year in 2020", price="2020")
    labour: float = needs("day/ha/yr", "working days a year besides picking, in 2020")
    harvest_rate: float = needs("kg/day", "product picked in a day; 0 where picking is in the other days")
    seasons: tuple[float, ...] = needs("1", "shares of the work in spring, summer, autumn and winter")
    establish_cash: float = needs("CNY/ha", "cash for planting", price="2020")
    establish_days: float = needs("day/ha", "working days for planting")
    lag: float = needs("yr", "age at the first harvest")
    full_age: float = needs("yr", "age at full bearing")
    life_low: float = needs("yr", "shortest life, with poor care; 0 for uses that need no replanting")
    life_high: float = needs("yr", "longest life, with good care")
    max_slope: float = needs("degree", "steepest slope it stands on")
    min_depth: float = needs("cm", "thinnest soil it stands on")
    max_grade: float = needs("1", "worst rocky-desertification grade it stands on, index into GRADES")
    min_elevation: float = needs("m", "lowest place it stands on: who needs cool air has one")
    max_elevation: float = needs("m", "highest place it stands on")
    min_cover: float = needs("1", "least woody and herb cover that shades it when planted; 0 for none")
    red_line: bool = needs(None, "may stand inside the ecological red line")
    pure_rock: bool = needs(None, "stands on pure carbonate rock")
    under_forest: bool = needs(None, "grows under the forest, which stays: cover and soil are those of wild land")
    felled: bool = needs(None, "harvested once, at the age of its first harvest, and the ground is bare afterwards")
    regional: bool = needs(None, "growers elsewhere who answer to its price make it; else the series does")
    land_kinds: tuple[str, ...] = needs(None, "kinds of contract land it stands on")
    on_clearing: bool = needs(None, "stands on land cleared outside the contract")
    voluntary: bool = needs(None, "households may choose it without a scheme")
    grade_response: float = needs("1", "share of the yield lost to bedrock that this use loses")
    byproduct: float = needs("CNY/ha/yr", "minor products, gathered without a harvest", price="2020")
    grain: float = needs("1", "kg of grain that a kg of product counts for")
    price_risk: float = needs("1", "spread of the price that a farmer reckons with, as a share")
    green: float = needs("1", "good it does nature in the eyes of those who care, 0 to 1")
    cover_factor_young: float = needs("1", "erosion cover factor in the first year (C of RUSLE)")
    cover_factor: float = needs("1", "erosion cover factor when grown (C of RUSLE)")

    def __post_init__(self) -> None:
        """Refuse numbers that do not fit together; raises ParameterError."""
        if len(self.seasons) != 4 or abs(sum(self.seasons) - 1) > 1e-9:
            raise ParameterError(f"seasons = {list(self.seasons)}: write four shares that sum to 1.")
        if self.lag > self.full_age:
            raise ParameterError(
                f"lag = {self.lag:g} exceeds full_age = {self.full_age:g}: it cannot bear in full before it bears. "
                f"Lower lag or raise full_age."
            )
        if self.life_low > self.life_high or (self.life_high > 0 and self.life_low + self.life_high < 2):
            raise ParameterError(
                f"life_low = {self.life_low:g} and life_high = {self.life_high:g} are no life. "
                f"Write life_high no less than life_low and at least a year in their mean, or 0 for both."
            )
        if self.min_elevation > self.max_elevation:
            raise ParameterError(
                f"min_elevation = {self.min_elevation:g} m exceeds max_elevation = {self.max_elevation:g} m: it can "
                f"stand nowhere. Lower min_elevation, raise max_elevation, or set voluntary = false to switch it off."
            )
        if not 0 <= self.min_cover <= 1:
            raise ParameterError(f"min_cover = {self.min_cover:g} is no share of the ground. Write 0 to 1.")
        if self.felled and not self.lag < self.life_low <= self.life_high <= self.lag + 1:
            raise ParameterError(
                f"felled at age lag = {self.lag:g} and living {self.life_low:g} to {self.life_high:g} years. "
                f"Write lives above lag and up to lag + 1: it is felled once and ends with that."
            )
        if self.kind != "perennial" and (self.felled or self.under_forest or self.regional):
            raise ParameterError(
                f"felled, under_forest and regional are for perennials, and its kind is '{self.kind}'. Write false."
            )


@dataclass(frozen=True)
class UseArrays:
    """The uses side by side: each number of `Use` as an array of shape (uses,), in the order of the file."""

    names: tuple[str, ...]
    index: dict[str, int]
    numbers: np.ndarray
    """Place of each use among all uses: luck is keyed by it."""
    kinds: tuple[str, ...]
    kind: np.ndarray
    price_series: tuple[str, ...]
    product: tuple[str, ...]
    stands_on: np.ndarray
    on_clearing: np.ndarray
    voluntary: np.ndarray
    top_yield: np.ndarray
    cash_cost: np.ndarray
    labour: np.ndarray
    picking: np.ndarray
    seasons: np.ndarray
    establish_cash: np.ndarray
    establish_days: np.ndarray
    lag: np.ndarray
    full_age: np.ndarray
    life_low: np.ndarray
    life_high: np.ndarray
    max_slope: np.ndarray
    min_depth: np.ndarray
    max_grade: np.ndarray
    min_elevation: np.ndarray
    max_elevation: np.ndarray
    min_cover: np.ndarray
    red_line: np.ndarray
    pure_rock: np.ndarray
    under_forest: np.ndarray
    felled: np.ndarray
    regional: np.ndarray
    grade_response: np.ndarray
    byproduct: np.ndarray
    grain: np.ndarray
    price_risk: np.ndarray
    green: np.ndarray
    cover_factor_young: np.ndarray
    cover_factor: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    def is_kind(self, kind: str) -> np.ndarray:
        """Which uses are of a kind; shape (uses,)."""
        return self.kind == KINDS.index(kind)

    def only(self, some: np.ndarray) -> UseArrays:
        """The uses at the places `some`, in that order; `numbers` keeps their places among all."""
        names = tuple(self.names[k] for k in some)
        parts: dict[str, Any] = {}
        for field in fields(self):
            whole = getattr(self, field.name)
            if isinstance(whole, np.ndarray):
                parts[field.name] = whole[some]
            elif isinstance(whole, tuple):
                parts[field.name] = tuple(whole[k] for k in some)
        return UseArrays(index={name: place for place, name in enumerate(names)}, **parts)


_PLAIN = (
    "cash_cost", "labour", "establish_cash", "establish_days", "lag", "full_age", "life_low", "life_high",
    "max_slope", "min_depth", "max_grade", "min_elevation", "max_elevation", "min_cover", "grade_response", "byproduct",
    "grain", "price_risk", "green", "cover_factor_young", "cover_factor",
)  # fmt: skip
_FLAGS = ("on_clearing", "voluntary", "red_line", "pure_rock", "under_forest", "felled", "regional")


def _one_of(word: str, known: tuple[str, ...], use: str, field: str) -> int:
    if word not in known:
        raise ParameterError(f"uses.{use}.{field} = '{word}' is none of {', '.join(known)}.")
    return known.index(word)


def stack(uses: Mapping[str, Use]) -> UseArrays:
    """Put the uses side by side; raises ParameterError for an unknown kind or kind of land.

    `top_yield` [kg/ha/yr] is full yield x share of the mean farmer; `picking` [day/kg] is 1/harvest rate;
    `seasons` (uses, 4) sums to one a use; `stands_on` (uses, land kinds).
    """
    rows = list(uses.values())
    stands_on = np.zeros((len(rows), len(LAND_KINDS)), dtype=bool)
    for number, (name, use) in enumerate(uses.items()):
        for word in use.land_kinds:
            stands_on[number, _one_of(word, LAND_KINDS, name, "land_kinds")] = True
    rate = np.array([use.harvest_rate for use in rows])
    return UseArrays(
        names=tuple(uses),
        index={name: number for number, name in enumerate(uses)},
        numbers=np.arange(len(rows)),
        kinds=tuple(use.kind for use in rows),
        kind=np.array([_one_of(use.kind, KINDS, name, "kind") for name, use in uses.items()]),
        price_series=tuple(use.price_series for use in rows),
        product=tuple(use.product for use in rows),
        stands_on=stands_on,
        top_yield=np.array([use.full_yield * use.mean_farmer for use in rows]),
        picking=np.divide(1.0, rate, out=np.zeros(len(rows)), where=rate > 0),
        seasons=np.array([use.seasons for use in rows]),
        **{name: np.array([getattr(use, name) for use in rows], dtype=bool) for name in _FLAGS},
        **{name: np.array([getattr(use, name) for use in rows], dtype=float) for name in _PLAIN},
    )


def somewhere(uses: UseArrays, slope: np.ndarray, elevation: np.ndarray, red_line: np.ndarray) -> np.ndarray:
    """Which uses the lie of the land lets stand on at least one patch, whatever its soil and holder; (uses,)."""
    low, high = elevation.min(), elevation.max()
    gentle = slope.min() <= uses.max_slope
    return gentle & (low <= uses.max_elevation) & (high >= uses.min_elevation) & (uses.red_line | ~red_line.all())


def feasible(
    uses: UseArrays,
    slope: np.ndarray,
    soil_depth: np.ndarray,
    grade: np.ndarray,
    elevation: np.ndarray,
    land_kind: np.ndarray,
    clearing: np.ndarray,
    red_line: np.ndarray,
    lithology: np.ndarray,
    cover: np.ndarray,
) -> np.ndarray:
    """Where each use can stand by slope, soil, rock, height, shade, red line and kind of land; (patches, uses).

    Land cleared outside the contract carries only uses that stand `on_clearing`, whatever its kind.
    """
    # Uses by patches: long inner loops. The result is turned round at the end.
    may = uses.stands_on.take(land_kind, axis=1)
    may[:, clearing] = uses.on_clearing[:, None]
    may &= slope <= uses.max_slope[:, None]
    may &= soil_depth >= uses.min_depth[:, None]
    may &= grade <= uses.max_grade[:, None]
    may &= elevation <= uses.max_elevation[:, None]
    # Few uses ask for these: each has its own line, so that the others pay nothing.
    for use in np.flatnonzero(uses.min_elevation > 0):
        may[use] &= elevation >= uses.min_elevation[use]
    for use in np.flatnonzero(uses.min_cover > 0):
        may[use] &= cover >= uses.min_cover[use]
    for use in np.flatnonzero(~uses.red_line):
        may[use] &= ~red_line
    for use in np.flatnonzero(~uses.pure_rock):
        may[use] &= lithology != PURE
    return np.ascontiguousarray(may.T)


def crop_cover_factor(uses: UseArrays, use: np.ndarray, use_age: np.ndarray) -> np.ndarray:
    """Erosion cover factor (C of RUSLE) of managed land, from young to grown by `full_age`; (patches,)."""
    young, grown = uses.cover_factor_young[use], uses.cover_factor[use]
    return young + (grown - young) * np.clip(use_age / np.maximum(uses.full_age[use], 1.0), 0.0, 1.0)
