"""Units as sources print them: mu, jin, yuan and days of labour."""

from __future__ import annotations

import pytest

from village_abm.series import SERIES_NEEDS
from village_abm.units import UnitError, factor, registry


@pytest.mark.parametrize(
    ("written", "needed", "times"),
    [
        ("CNY/mu", "CNY/ha", 15),  # 15 mu are a hectare
        ("jin/mu/yr", "kg/ha/yr", 7.5),  # half a kilo each
        ("yuan/jin", "CNY/kg", 2),
        ("d/mu/yr", "day/ha/yr", 15),
        ("t/km2/yr", "t/ha/yr", 0.01),
        ("g/cm^3", "t/m^3", 1),
        ("CNY/person/month", "CNY/person/yr", 12),
        ("gC/m2/yr", "t/ha/yr", 0.01),
        ("percent", "1", 0.01),
        ("fen", "CNY", 0.01),
        ("mm", "m", 0.001),
    ],
)
def test_a_unit_converts_as_on_paper(written: str, needed: str, times: float) -> None:
    assert factor(written, needed) == times
    assert factor(needed, written) == pytest.approx(1 / times, rel=1e-12)


@pytest.mark.parametrize(
    ("written", "needed", "why"),
    [
        ("kg/mu", "CNY/ha", "does not come out"),
        ("CNY/a", "CNY/yr", "unknown"),  # "a" is the are elsewhere; here it is refused
        ("day/yr", "1", "does not come out"),  # a day of labour is no part of a year
        ("degree", "1", "does not come out"),
        ("tCO2", "t", "does not come out"),  # a tonne of carbon dioxide holds less than a tonne of carbon
        ("10000 CNY", "CNY", "cannot be read"),
        ("CNY/(mu", "CNY/ha", "cannot be read"),
    ],
)
def test_a_unit_that_does_not_come_out_is_refused(written: str, needed: str, why: str) -> None:
    with pytest.raises(UnitError, match=why):
        factor(written, needed)


def test_an_unknown_unit_is_told_the_known_ones() -> None:
    with pytest.raises(UnitError, match=r"unit 'acre' is unknown.*known: .*mu.*jin"):
        factor("acre", "ha")


def test_every_unit_that_a_series_needs_can_be_read() -> None:
    for unit, _ in SERIES_NEEDS.values():
        registry().parse_units(unit)
