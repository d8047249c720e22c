"""Line 10 of the year: work on the fields, what they yield, what is eaten, sold and bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.ecology import water
from village_abm.economy import husbandry, labour, livelihood, production
from village_abm.society.demography import FARM, LOCAL_JOB
from village_abm.village import Village
from village_abm.year import cooperatives, market_day, means, roles
from village_abm.year.exogenous import Now
from village_abm.year.land_use import lives


@dataclass(frozen=True)
class Plots:
    """Where the harvest of the year grew: rows of patches and what its inputs cost there [CNY]; (plots,)."""

    rows: np.ndarray
    inputs: np.ndarray


def reap(village: Village, now: Now) -> None:
    """Work, harvest, eat, sell and buy; the labour and grain books hold every day and kilogram."""
    patches, uses = village.patches, village.uses
    tended = uses.is_kind("crop") | uses.is_kind("perennial") | uses.is_kind("planted")
    rows = np.flatnonzero(tended[patches.use] & (patches.owner >= 0))
    use, owner = patches.use[rows].astype(np.int64), village.workers[rows].astype(np.int64)
    full = production.potential_at(
        village.params.farm.production, uses, use, patches.soil_depth[rows], patches.grade[rows], now.year
    )
    fulfilled = _work(village, now, rows, use, owner, full)
    manure, loop = village.households.manure[owner], village.params.husbandry.loop
    saved = husbandry.input_cost_factor(loop, uses, use, manure)
    inputs = _buy_inputs(village, now, use, owner, fulfilled * saved)
    kg = _yields(village, now, rows, use, owner, full, fulfilled, inputs[owner]) * village.hectares
    kg = kg * husbandry.yield_factor(loop, uses, use, manure)
    patches.yield_rate[:] = 0.0
    patches.yield_rate[rows] = kg / village.hectares
    prices = market_day.sell(village, now, use, kg)
    bought = inputs[owner] * fulfilled * saved
    _eat_and_sell(village, now, prices, use, owner, kg, bought)
    village.memory["harvest"] = (use, owner, kg)
    spent = livelihood.input_cost(village.uses, use, village.hectares, now.input_ratio) * bought
    village.memory["plots"] = Plots(rows, spent)
    _pay_rents(village)
    patches.use_age[:] += 1
    village.memory["previous price"], village.memory["price"] = village.memory["price"], prices


def _pay_rents(village: Village) -> None:
    """Rents from tenants to holders, to the fen."""
    patches, households = village.patches, village.households
    rows = np.flatnonzero((patches.user >= 0) & (patches.rent > 0))
    fen = village.fen(patches.rent[rows] * village.hectares)
    village.pay("rent paid", -fen, patches.user[rows])
    village.pay("rent received", fen, patches.owner[rows])
    households.rents[:] = 0
    np.add.at(households.rents, patches.owner[rows], fen)
    np.add.at(households.rents, patches.user[rows], -fen)


def _buy_inputs(village: Village, now: Now, use: np.ndarray, owner: np.ndarray, fulfilled: np.ndarray) -> np.ndarray:
    """Share of the inputs its plots ask for that each household can pay; nobody buys for work left undone."""
    cost = livelihood.input_cost(village.uses, use, village.hectares, now.input_ratio) * fulfilled
    wanted = np.bincount(owner, weights=cost, minlength=len(village.households))
    return livelihood.inputs_bought(means.purse(village), wanted)


def _work(
    village: Village, now: Now, rows: np.ndarray, use: np.ndarray, owner: np.ndarray, full: np.ndarray
) -> np.ndarray:
    """Work the fields as far as days reach, then local jobs; returns the share of work each plot got."""
    households, rules, book = village.households, village.params.farm.labour, village.ledger["labour"]
    size = len(households)
    life = lives(village, rows, use)
    expected = full * production.bearing(
        village.params.farm.production, village.uses.felled[use], village.patches.use_age[rows],
        village.uses.lag[use], village.uses.full_age[use], life,
    )  # fmt: skip
    new = village.uses.is_kind("perennial")[use] & (village.patches.use_age[rows] == 0)
    intensity = roles.labour_intensity(village, now)
    days = labour.plot_days(village.uses, use, village.hectares, expected, new, intensity[owner])
    tilled = village.uses.is_kind("crop") | village.uses.is_kind("perennial")
    least = labour.least_days(village.uses, intensity)
    way = labour.way_days(rules, village.patches.distance[rows], village.hectares, least)
    days += np.where(tilled[use], way * village.hectares, 0.0)
    demand = labour.demand_by_season(village.uses, use, days, owner, size) + households.other_days
    work = village.memory["work"] = labour.farm_work(demand, households.labour)
    households.farm_days_wanted[:] = work.used + work.missing
    households.farm_labour[:] = work.used
    out_of_work = labour.laid_off(rules, now.job_loss, village.streams, now.year, households.id)
    hired = households.alive & ~out_of_work  # what they would have worked goes to nobody
    adults = np.where(hired, np.maximum(households.adults - households.migrants, 0), 0)
    households.local_labour[:] = labour.local_jobs(
        rules, work.idle, adults, now.local_days, households.village.astype(np.int64), households.id
    )
    households.idle_days[:] = work.idle - households.local_labour
    _who_worked(village)
    book.enter("worked on the own farm", -work.used)
    book.enter("worked for wages", -households.local_labour)
    book.enter("without work", -households.idle_days)
    return labour.plot_fulfilled(village.uses, use, owner, work.fulfilled)


def _who_worked(village: Village) -> None:
    """Give each household's days to its people: wage work to the young, the fields to those who are left."""
    people, households, rules = village.people, village.households, village.params.farm.labour
    rows = people.rows
    days = labour.work_days(rules, people.age[rows], people.status[rows])
    people.local_days[:], people.farm_days[:] = 0.0, 0.0
    people.local_days[rows], people.farm_days[rows] = labour.days_worked(
        rules, days, people.age[rows], people.household[rows].astype(np.int64), people.id[rows],
        households.local_labour, households.farm_labour,
    )  # fmt: skip
    workers = people.alive & ((people.status == FARM) | (people.status == LOCAL_JOB))
    mostly = people.local_days[rows] > days / 2
    people.status[rows] = np.where(workers[rows], np.where(mostly, LOCAL_JOB, FARM), people.status[rows])


def _yields(
    village: Village, now: Now, rows: np.ndarray, use: np.ndarray, owner: np.ndarray, full: np.ndarray,
    fulfilled: np.ndarray, inputs: np.ndarray,
) -> np.ndarray:  # fmt: skip
    patches, households, params = village.patches, village.households, village.params
    place = patches.village[rows].astype(np.int64)
    rain = water.rainwater_use(params.ecology.water, patches.cover[rows], patches.cistern[rows], patches.terraced[rows])
    stress = water.crop_water(params.ecology.water, rain, patches.soil_depth[rows], now.weather.drought_loss[place]) * (
        1 - now.weather.hazard_loss[place]
    )
    return production.harvest(
        params.farm.production, village.uses, use, patches.use_age[rows], lives(village, rows, use), full, stress,
        fulfilled, inputs, households.knowledge[owner, use], patches.net_return[rows] < 0,
    )  # fmt: skip


def _eat_and_sell(
    village: Village, now: Now, prices: np.ndarray, use: np.ndarray, owner: np.ndarray, kg: np.ndarray,
    inputs: np.ndarray,
) -> None:  # fmt: skip
    households, rules = village.households, village.params.farm.livelihood
    price = float(prices[village.uses.index["maize"]])
    buying = price * (1 + village.params.market.grain_margin)
    income = village.real_last_year(households.cash_income)
    households.grain_grown[:] = livelihood.grain_grown(village.uses, use, kg, owner, len(households))
    balance = livelihood.grain_balance(
        households.grain_grown, households.grain_need,
        livelihood.affordable_grain(rules, village.real(households.cash), income, buying),
    )  # fmt: skip
    households.food_gap[:] = balance.gap
    yard = livelihood.animals(
        rules, balance, np.where(households.alive, households.residents, 0) * now.food_need, price
    )
    _book_grain(village, balance, yard)
    village.memory["yard"] = yard.sold + yard.eaten + yard.fed * price
    account = livelihood.farm_account(
        village.uses, use, kg, village.hectares, owner, prices, balance.eaten_share, now.input_ratio, inputs
    )
    money = {name: village.fen(getattr(account, name)) for name in ("sold", "gathered", "inputs")}
    money["animals"] = village.fen(yard.sold)
    money["eaten"] = village.fen(account.eaten + yard.eaten)
    food = village.fen(balance.bought * buying)
    brought = cooperatives.deliver(village, prices, use, owner, kg, balance.eaten_share, money["sold"])
    village.pay("sales", money["sold"] - brought)
    village.pay("animals sold", money["animals"])
    village.pay("gathered", money["gathered"])
    village.pay("inputs", -money["inputs"])
    village.pay("grain bought", -food)
    village.memory["farm money"], village.memory["food bought"] = money, food
    village.memory["eaten share"] = balance.eaten_share


def _book_grain(village: Village, balance: livelihood.GrainBalance, yard: livelihood.Animals) -> None:
    book = village.ledger["grain"]
    book.enter("grown", village.households.grain_grown)
    book.enter("bought", balance.bought)
    book.enter("eaten by people", yard.fed - balance.eaten - balance.bought)
    book.enter("fed to animals", -yard.fed)
    book.enter("sold", -balance.sold)
