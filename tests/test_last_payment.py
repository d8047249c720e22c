"""When a scheme pays for the last time: each says it itself, and no shipped one pays later than it says."""

import dataclasses

import pytest
from village_of_test import small

from village_abm import VillageModel
from village_abm.load import load_params
from village_abm.policy.kept import AreaKept, KeptScheme
from village_abm.policy.pooling import PooledRights
from village_abm.policy.schemes import LandScheme

SHIPPED = load_params().schemes
FIRST, LAST, END = 2000, 2001, 2015


def brief(name: str):
    """A shipped scheme that is open for two years only, with short contracts."""
    scheme = dataclasses.replace(SHIPPED[name], years=(FIRST, LAST), budget=1e6)
    if isinstance(scheme, PooledRights):
        return dataclasses.replace(scheme, pool=dataclasses.replace(scheme.pool, years=4, threshold=0.0))
    if isinstance(scheme, KeptScheme):
        contract = dataclasses.replace(scheme.contract, years=min(scheme.contract.years, 6.0), pace=0.1)
        return dataclasses.replace(scheme, contract=contract)
    if isinstance(scheme, LandScheme):
        gentle = dataclasses.replace(scheme.eligible, least_slope=(5.0,), red_line_only=False)
        contract = dataclasses.replace(scheme.contract, renewal_from=2005)
        return dataclasses.replace(scheme, contract=contract, eligible=gentle, pace=0.1)
    return scheme


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scheme_knows_its_last_payment(name) -> None:
    """Never before its last year; None only where a permanent contract is paid every year."""
    scheme = SHIPPED[name]
    last = scheme.last_payment()
    if last is None:
        assert isinstance(scheme, KeptScheme)
        assert scheme.contract.permanent
    else:
        assert last >= scheme.years[1]
        assert not scheme.takes_in_land or last > scheme.years[1] or name == "conservation_easement"


def test_last_payments_by_hand() -> None:
    """2003 + 8 paid years, and from 2011 on 8 renewed ones; contracts of 2020: 2020 to 2024, renewed 2025 to 2029."""
    said = {name: SHIPPED[name].last_payment() for name in SHIPPED}
    assert said["grain_for_green_1"] == 2003 + 8 + 8 - 1
    assert said["grain_for_green_2"] == 2029
    assert said["slope_auction"] == 2024  # five years, not renewed
    assert said["grassland_balance"] == 2020 + 5 - 1
    assert said["single_tree_carbon"] == 2021 + 6 - 1
    assert said["forest_bank"] == 2050 + SHIPPED["forest_bank"].pool.years - 1
    assert said["welfare_forest"] is None
    assert said["conservation_easement"] == 2030  # paid once, on entry
    assert said["kd_engineering"] == said["relocation_to_town"] == 2020


def test_what_is_paid_by_year_ends_with_its_rate() -> None:
    scheme = SHIPPED["welfare_forest"]
    assert isinstance(scheme, AreaKept)
    falls = dataclasses.replace(scheme.payment, rate_years=(2001, 2060), rate=(75.0, 0.0))
    assert dataclasses.replace(scheme, payment=falls).last_payment() == 2059


LAND = [name for name, scheme in SHIPPED.items() if isinstance(scheme, LandScheme)]
KEPT = [name for name, scheme in SHIPPED.items() if isinstance(scheme, KeptScheme | PooledRights)]
OTHERS = [name for name in SHIPPED if name not in LAND + KEPT]


@pytest.mark.parametrize(("names", "to_the_last"), [(LAND, 2), (KEPT, 3), (OTHERS, 10)], ids=["land", "kept", "others"])
def test_none_pays_after_its_last_payment(names: list[str], to_the_last: int) -> None:
    """All of a kind in one village; of those that paid at all, so many did so up to the very year."""
    schemes = {name: brief(name) for name in names}
    params = small("village", {"scenario.start": FIRST, "scenario.end": END, "market.region_on": False}, 12, 1999)
    plan = dataclasses.replace(params.scenario, schemes=tuple(names))
    paid: dict[str, int] = {}

    def look(model: VillageModel) -> None:
        spent = model.village.memory["spent by scheme"]
        paid.update({name: model.village.year for name in names if spent[name].drawn})

    VillageModel(dataclasses.replace(params, schemes={**params.schemes, **schemes}, scenario=plan), rng=1).run(
        on_year=look
    )
    last = {name: schemes[name].last_payment() for name in paid}
    assert {name: year for name, year in paid.items() if year > (last[name] or END)} == {}
    assert sum(year == (last[name] or END) for name, year in paid.items()) >= to_the_last
