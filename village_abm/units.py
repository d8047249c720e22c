"""Units as the sources print them (mu, jin, yuan, day), converted once, on reading."""

from __future__ import annotations

from functools import lru_cache
from tokenize import TokenError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

FEN_PER_CNY = 100

# A small vocabulary of our own instead of the library's thousand units: there "a" is the are (here often
# meant as a year), a day of labour turns into 1/365 year without a word, and an angle into a plain number.
_VOCABULARY = (
    "percent = 0.01 = %",
    "points = 0.01",
    "permille = 0.001",
    "m = [length]",
    "mm = 0.001 * m",
    "cm = 0.01 * m",
    "km = 1000 * m",
    "m2 = m ** 2",
    "km2 = km ** 2",
    "ha = 10000 * m ** 2",
    "mu = ha / 15",
    "m3 = m ** 3",
    "kg = [mass]",
    "g = 0.001 * kg",
    "t = 1000 * kg = tC",
    "Tg = 1e9 * kg",
    "jin = 0.5 * kg",
    "gC = g",
    "kgC = kg",
    "tCO2 = [carbon_dioxide]",
    "MJ = [energy]",
    "kWh = 3.6 * MJ",
    "yr = [time] = year",
    "month = yr / 12",
    "hour = yr / 8766 = h",
    "day = [labour] = d",
    "degree = [angle]",
    "CNY = [currency] = yuan",
    "fen = 0.01 * CNY",
    "person = [person]",
    "household = [household]",
    "head = [head]",
    "plot = [plot]",
    "plant = [plant] = tree",
)
_NAMES = tuple(name.strip() for line in _VOCABULARY for name in (line.split("=")[0], *line.split("=")[2:]))


class UnitError(ValueError):
    """A unit is unknown, or does not come out as the model needs it."""


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry:
    """The unit registry with the vocabulary above; a day is a day of labour and never part of a year."""
    import pint  # here, not above: 0.3 s that a reader of plain units need not pay

    units = pint.UnitRegistry(None)
    for definition in _VOCABULARY:
        units.define(definition)
    return units


@lru_cache(maxsize=4096)
def factor(written: str, needed: str) -> float:
    """What a number in the written unit is multiplied by to get the needed unit; raises UnitError."""
    if written == needed:
        return 1.0
    units = registry()
    import pint

    try:
        scale = units.Quantity(1.0, units.parse_units(written)).to(units.parse_units(needed)).magnitude
    except pint.UndefinedUnitError as error:
        raise UnitError(f"unit '{written}' is unknown ({error}); known: {', '.join(_NAMES)}") from error
    except pint.DimensionalityError as error:
        raise UnitError(f"unit '{written}' does not come out as '{needed}'") from error
    except (
        pint.PintError,
        TokenError,
        SyntaxError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
    ) as error:
        raise UnitError(f"unit '{written}' cannot be read ({error})") from error
    return float(f"{scale:.14g}")  # 0.9999999999999999 is the library's way of writing 1
