"""Units as the sources print them (mu, jin, yuan, day), converted once, on reading."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

FEN_PER_CNY = 100

_DEFINITIONS = (
    "CNY = [currency] = yuan",
    "fen = 0.01 * CNY",
    "mu = hectare / 15",
    "jin = 0.5 * kg",
    "person = [person]",
    "household = [household]",
    "head = [head]",
    "plot = [plot]",
    "plant = [plant]",
    "points = percent",
    "tC = metric_ton",
    "gC = gram",
    "tCO2 = metric_ton",
    "yr = year",
    "d = day",
)


class UnitError(ValueError):
    """A unit is unknown, or does not come out as the model needs it."""


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry:
    """The unit registry with mu, jin, CNY, fen, person, household, head, plot and plant."""
    import pint

    units = pint.UnitRegistry(on_redefinition="ignore", autoconvert_offset_to_baseunit=True)
    for definition in _DEFINITIONS:
        units.define(definition)
    # A year counts 365 working-calendar days only in rates; "day/yr" (labour) is kept as it stands.
    return units


@lru_cache(maxsize=4096)
def factor(written: str, needed: str) -> float:
    """What a number in the written unit is multiplied by to get the needed unit; raises UnitError."""
    if written == needed:
        return 1.0
    import pint

    units = registry()
    try:
        return float(units.Quantity(1.0, units.parse_units(written)).to(units.parse_units(needed)).magnitude)
    except pint.UndefinedUnitError as error:
        raise UnitError(f"unit '{written}' is unknown ({error})") from error
    except pint.DimensionalityError as error:
        raise UnitError(f"unit '{written}' does not come out as '{needed}'") from error
    except (pint.PintError, ValueError, TypeError, AttributeError, AssertionError) as error:
        raise UnitError(f"unit '{written}' cannot be read ({error})") from error
