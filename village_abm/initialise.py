"""The village as it stands before the first year: land, people, who holds what, who knows whom."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from agents.columns import Table
from agents.cooperative import Cooperative
from agents.household import Household
from agents.patch import LAND_KINDS, Patch, is_cropland
from agents.person import Person
from village_abm.ecology import carbon, soil, stands, vegetation
from village_abm.economy import enterprises
from village_abm.land import landscape as grids
from village_abm.land import tenure, terrain
from village_abm.land.hamlets import rehouse
from village_abm.ledger import Ledger
from village_abm.params import ParameterError
from village_abm.society import population, ties
from village_abm.society.demography import CHILD, FARM, schooling_goal, status_at
from village_abm.streams import Streams, permanent_id
from village_abm.village import BOOKS, BY_ACCOUNT, Village
from village_abm.year import market_day

if TYPE_CHECKING:
    from village_abm.land.landscape import Landscape
    from village_abm.load import Params
    from village_abm.society.register import Register

# Rows for those who are born, marry in or found houses later; a table that fills up says so.
ROOM_PEOPLE, ROOM_HOUSEHOLDS, ROOM_COOPERATIVES = 6, 5, 500


def found(
    params: Params, streams: Streams, landscape: Landscape | None = None, register: Register | None = None
) -> Village:
    """Make the village of a scenario, on real land and with real people where these are given."""
    uses = enterprises.stack(params.uses)
    if register is None:
        _check_room(params, landscape)
    lands = _lands(params, streams, landscape)
    if register is not None:
        lands = (rehouse(lands[0], register.home), *lands[1:])
    patches = _patches(lands, streams)
    names = tuple(spec.name for spec in params.scenario.villages[: len(lands)])
    specs = params.scenario.villages
    count = sum(spec.households for spec in specs) if register is None else register.size
    households = Table(Household, count * ROOM_HOUSEHOLDS, uses=len(uses))
    people = Table(Person, count * ROOM_PEOPLE * ROOM_HOUSEHOLDS)
    village = Village(
        params=params, streams=streams, landscapes=lands, patches=patches, people=people,
        households=households, uses=uses, names=names, ledger=_books(), fund=np.zeros(len(names), np.int64),
        bank=np.zeros(len(names), np.int64),
        cooperatives=Table(Cooperative, len(names) * ROOM_COOPERATIVES),
    )  # fmt: skip
    # Real people are those of the first recorded year: a burn-in would only make them older.
    village.year = (params.scenario.burn_in if register is None else params.scenario.start) - 1
    village.price_level = village.last_level = params.series["cpi"].at(village.year)
    if register is None:
        for number in range(len(names)):
            _populate(village, number)
    else:
        _enter(village, register)
    _first_uses(village, register)
    _first_minds(village)
    _first_ties(village)
    _first_nature(village)
    return village


def _check_room(params: Params, given: Landscape | None) -> None:
    """Refuse villages with fewer patches than their houses and one plot each need; raises ParameterError."""
    land = params.land
    patches = land.lines * land.columns if given is None else given.elevation.size
    for spec in params.scenario.villages:
        least = int(spec.households * (1 + 1 / land.terrain.households_per_patch))
        if least > patches:
            raise ParameterError(
                f"village '{spec.name}': {spec.households} households need {least} patches for houses and one plot "
                f"each, and there are {patches}. Lower its households, or raise land.lines and land.columns."
            )


def _books() -> Ledger:
    ledger = Ledger()
    for name, unit, tolerance in BOOKS:
        ledger.add(name, unit, tolerance, by_account=name in BY_ACCOUNT)
    return ledger


def _lands(params: Params, streams: Streams, given: Landscape | None) -> tuple[Landscape, ...]:
    if given is not None:
        return (given,)
    return tuple(generated_land(params, streams, number) for number in range(len(params.scenario.villages)))


def generated_land(params: Params, streams: Streams, number: int) -> Landscape:
    """Generated land of one village of the scenario, with houses for its households."""
    spec, land = params.scenario.villages[number], params.land
    return terrain.generate(
        land.terrain, spec.landform, land.lines, land.columns, land.patch_size, streams, number,
        spec.households, partial(vegetation.capacity, params.ecology.vegetation),
    )  # fmt: skip


def _patches(lands: tuple[Landscape, ...], streams: Streams) -> Table:
    lines, columns = lands[0].shape
    size = lines * columns
    patches = Table(Patch, size * len(lands))
    line, column = np.divmod(np.arange(size), columns)
    for number, land in enumerate(lands):
        taken = {
            name: getattr(land, name).ravel()
            for name in ("elevation", "slope", "aspect", "landform", "lithology", "distance", "soil_depth",
                         "exposure", "cover", "red_line")
        }  # fmt: skip
        ids = grids.patch_ids(number, lines, columns).ravel()
        care = streams.uniform("land.care", 0, ids)
        patches.add(ids, village=number, line=line, column=column + number * columns, care=care, **taken)
    return patches


def _populate(village: Village, number: int) -> None:
    """Fill one village with generated households and people, and share out its land."""
    params, streams, patches = village.params, village.streams, village.patches
    spec, land = params.scenario.villages[number], village.landscapes[number]
    offset = number * land.elevation.size
    ids = permanent_id(number, "household", np.arange(spec.households))
    folk = population.make_people(
        params.people.population, params.people.demography, ids, village.year,
        params.series["life_expectancy"].at(village.year), streams,
    )  # fmt: skip
    first, base = len(village.households), len(village.people)
    homes = tenure.homes_for(land, ids, streams)
    rows = village.households.add(ids, village=number, home=homes + offset, founded=village.year)

    def shifted(links: np.ndarray, by: int) -> np.ndarray:
        return np.where(links >= 0, links + by, -1)

    village.people.add(
        folk.id, village=number, household=folk.household + first, age=folk.age, female=folk.female,
        schooling=folk.schooling, status=folk.status, spouse=shifted(folk.spouse, base),
        mother=shifted(folk.mother, base), children=folk.children, born=folk.born,
    )  # fmt: skip
    members = np.bincount(folk.household, minlength=len(ids))
    held = tenure.allot(params.land.tenure, land, homes, members, ids, streams, number)
    here = np.arange(offset, offset + land.elevation.size)
    patches.owner[here] = np.where(held.owner >= 0, rows[held.owner], -1)
    patches.land_kind[here], patches.terraced[here] = held.land_kind, held.terraced


def _enter(village: Village, register: Register) -> None:
    """Fill the first village with a real register; what it does not say is drawn as for generated people."""
    params, patches, people, land = village.params, village.patches, village.people, village.landscapes[0]
    rows = village.households.add(register.household_id, home=register.home, founded=village.year)
    demography = params.people.demography
    born = village.year - register.age
    mean = np.interp(born, demography.school_cohorts, demography.school_years)
    goal = schooling_goal(demography, register.person_id, mean, village.streams)
    begun = np.where(register.age < demography.school_end, CHILD, FARM)
    guessed = status_at(demography, register.age, register.schooling, goal, begun)
    people.add(
        register.person_id, household=rows[register.household], age=register.age, female=register.female,
        schooling=register.schooling, status=np.where(register.status >= 0, register.status, guessed),
        spouse=register.spouse, mother=register.mother, born=born,
        children=np.bincount(register.mother[register.mother >= 0], minlength=len(born)),
    )  # fmt: skip
    kinds, walls = tenure.crop_kinds(params.land.tenure, land, village.streams, 0)
    if len(register.plot):
        patches.land_kind[land.settlement.ravel()] = LAND_KINDS.index("settlement")
        said = register.land_kind
        patches.owner[register.plot] = rows[register.holder]
        patches.land_kind[register.plot] = np.where(said >= 0, said, kinds[register.plot])
        patches.terraced[register.plot] = walls[register.plot]
        return
    members = np.bincount(register.household, minlength=register.size)
    held = tenure.allot(params.land.tenure, land, register.home, members, register.household_id, village.streams, 0)
    patches.owner[:] = np.where(held.owner >= 0, rows[held.owner], -1)
    patches.land_kind[:], patches.terraced[:] = held.land_kind, held.terraced


def _first_uses(village: Village, register: Register | None) -> None:
    """Rice where there is water, maize on other cropland, houses, wild land; what a register says wins."""
    patches, index = village.patches, village.uses.index
    wet = np.isin(patches.land_kind, [LAND_KINDS.index("paddy"), LAND_KINDS.index("wet_terrace")])
    built = patches.land_kind == LAND_KINDS.index("settlement")
    sealed = np.concatenate([land.sealed.ravel() for land in village.landscapes])
    use = np.where(is_cropland(patches.land_kind), index["maize"], index["natural"])
    use = np.where(wet, index["paddy"], use)
    patches.use[:] = np.where(built | sealed, index["settlement"], use)
    if register is not None:
        said = np.array([bool(name) for name in register.use], dtype=bool)
        patches.use[register.plot[said]] = [index[name] for name in register.use if name]


def _first_minds(village: Village) -> None:
    """What households believe, know and expect at the start: what they grow, and the prices they see."""
    households, patches, uses = village.households, village.patches, village.uses
    rules = village.params.people.learning
    village.draw_tastes(households.rows)
    households.belief[:], households.trust[:] = rules.belief_start, rules.trust_start
    members = np.bincount(village.people.household, minlength=len(households))
    households.cash[:] = village.fen(village.params.farm.livelihood.opening_savings * members)
    held = patches.owner >= 0
    households.knowledge[patches.owner[held], patches.use[held]] = 1.0
    households.knowledge[:, uses.is_kind("crop")] = 1.0
    luck = village.streams.uniform("learning.innovator", 0, households.id)
    households.knowledge[luck < rules.innovators] = 1.0
    prices = village.usual_prices(village.year)
    households.price_belief[:] = prices
    village.memory |= {"price": prices, "previous price": prices.copy(), "usual price": prices.copy()}
    market_day.open_market(village)


def _first_ties(village: Village) -> None:
    households = village.households
    x, y = village.place(households.home)
    village.ties = ties.make_ties(village.params.people.ties, households.id, households.village, x, y, village.streams)


def _first_nature(village: Village) -> None:
    """Cover of cropland, ages, carbon: what follows from land and use."""
    ecology, patches = village.params.ecology, village.patches
    village.stand_of_use = stands.stands_of_uses(village.uses.names, village.uses.kinds, village.uses.under_forest)
    village.slope_factor = soil.slope_factor(patches.slope, village.params.land.patch_size)
    stand = stands.stands_of_patches(village.stand_of_use, patches.use, patches.closed)
    patches.cover[:] = np.where(stand == stands.CROP, ecology.vegetation.crop_cover, patches.cover)
    patches.cover[stand == stands.BUILT] = 0.0
    patches.age[:] = vegetation.initial_age(ecology.vegetation, patches.cover, stand)
    patches.soil_carbon[:] = carbon.soil_carbon_held(
        ecology.carbon, patches.soil_depth, patches.exposure, patches.cover, stand
    )
    village.memory["plant carbon"] = carbon.vegetation_carbon(ecology.carbon, patches.cover, patches.age, stand)
