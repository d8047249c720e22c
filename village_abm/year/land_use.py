"""Line 7 of the year: contracts, crops, clearing, giving up, going back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from agents.outlook import HOUSEHOLD_TYPES, Outlook
from agents.patch import LAND_KINDS
from village_abm.economy import clearing, labour, land_use, livelihood, production, ways
from village_abm.society import learning
from village_abm.village import Village
from village_abm.year import contracts, ground, guard, husbandry, means, reasons, renewal, rental, roles
from village_abm.year.exogenous import Now


def decide(village: Village, now: Now) -> None:
    """Let households and the county decide about every plot; hectares are booked from use to use."""
    contracts.expire(village, now)
    held = (village.patches.owner >= 0) & (ground.tilled_or_tillable(village) | ground.planted_forest_land(village))
    outlook = _outlook(village, now, np.flatnonzero(held))
    held[ground.plantable_forest_land(village, outlook)] = True
    plots = np.flatnonzero(held)
    outlook = _with_plots(village, now, plots, outlook)
    may = ground.can_stand(village, plots)
    renewal.renew(village, now, plots, outlook)
    contracts.enrol(village, now, plots, outlook)
    rental.let_land(village, now, plots, _worked(village, plots), outlook, may)
    decision = _choose_crops(village, now, plots, outlook, may)
    _abandon(village, now, plots, decision)
    contracts.go_back(village, now, plots, outlook)
    _clear(village, now)


def _with_plots(village: Village, now: Now, plots: np.ndarray, outlook: Outlook) -> Outlook:
    """The outlook with what the plots would yield and what others do with such land."""
    patches, farm = village.patches, village.params.farm
    yields = production.potential(
        farm.production, village.uses, patches.soil_depth[plots], patches.grade[plots], now.year
    )
    least = labour.least_days(village.uses, outlook.labour_intensity)
    return replace(
        outlook, yields=yields, offer=np.zeros_like(yields), example=_example(village, plots),
        way=labour.way_days(farm.labour, patches.distance[plots], village.hectares, least),
    )  # fmt: skip


def _outlook(village: Village, now: Now, held: np.ndarray) -> Outlook:
    """What households see, know and can; `held` the plots that they work."""
    households, farm = village.households, village.params.farm
    cash, income = village.real(households.cash), village.real_last_year(households.cash_income)
    grain_price = _grain_price(village, now)
    need = households.residents * (now.food_need + now.feed_need)
    households.grain_need[:] = np.where(households.alive, need, 0.0)
    affordable = livelihood.affordable_grain(farm.livelihood, cash, income, grain_price)
    area = np.bincount(village.workers[held], minlength=len(households)) * village.hectares
    nothing = np.zeros((0, len(village.uses)))
    return Outlook(
        year=now.year,
        price=households.price_belief,
        usual_price=village.memory["usual price"],
        yields=nothing,
        offer=nothing,
        shadow_wage=households.shadow_wage,
        input_ratio=now.input_ratio,
        labour_intensity=roles.labour_intensity(village, now),
        norm=households.norm,
        knowledge=households.knowledge,
        belief=households.belief,
        household_type=household_type(village),
        example=nothing,
        risk=households.risk,
        loss_aversion=households.loss_aversion,
        discount=households.discount,
        shortfall=livelihood.missing_income(households.income_memory, households.best_income, households.members, area),
        food_gap=households.food_gap,
        grain_need=households.grain_need,
        own_food=livelihood.own_food_share(affordable, households.grain_need),
        purse=means.purse(village),
        idle_days=households.idle_days,
    )


def household_type(village: Village) -> np.ndarray:
    """Nobody of working age at home, else somebody away, else neither: index into HOUSEHOLD_TYPES; (households,)."""
    households, index = village.households, HOUSEHOLD_TYPES.index
    left = np.where(households.migrants > 0, index("migrants"), index("others"))
    return np.where(households.adults <= households.migrants, index("elders"), left)


def _example(village: Village, plots: np.ndarray) -> np.ndarray:
    """What the best-off tie of each plot's holder does with such land; nothing where nobody looks."""
    rules, patches, households = village.params.farm.choice, village.patches, village.households
    if "imitation" not in (rules.mix if rules.rule == "mixed" else (rules.rule,)):
        return np.zeros((len(plots), len(village.uses)))
    best = learning.best_off_tie(village.known(), households.income_memory[:, 0], households.id, households.alive)
    # Of forest land all counts as an example, also what nobody decides about this year.
    every = np.union1d(plots, np.flatnonzero((patches.owner >= 0) & (patches.land_kind == ground.FOREST_LAND)))
    seen = ways.examples(
        patches.owner[every].astype(np.int64), patches.land_kind[every].astype(np.int64),
        patches.use[every].astype(np.int64), best, len(LAND_KINDS), len(village.uses),
    )  # fmt: skip
    return seen[np.searchsorted(every, plots)]


def _grain_price(village: Village, now: Now) -> float:
    maize = village.uses.index["maize"]
    return float(village.memory["price"][maize] * (1 + village.params.market.grain_margin))


def lives(village: Village, rows: np.ndarray, use: np.ndarray) -> np.ndarray:
    """Years that the stand on each patch lives, by the care it gets; shape of `rows`."""
    return production.life_span(village.uses, use, village.patches.care[rows])


def _choose_crops(
    village: Village, now: Now, plots: np.ndarray, outlook: Outlook, may: np.ndarray
) -> land_use.Decision:
    """Decide among the uses on offer, plant, cut and book."""
    patches, households, farm = village.patches, village.households, village.params.farm
    held = _worked(village, plots)
    # A tenant plants nothing that outlives the agreement.
    may, rented = may.copy(), np.flatnonzero(patches.user[plots] >= 0)
    may[np.ix_(rented, village.uses.is_kind("perennial"))] = False
    forage = village.uses.index["forage"]
    may[:, forage] = husbandry.may_sow(village, plots, outlook.yields[:, forage], may[:, forage])
    some = ground.on_offer(village, plots)
    uses = ground.some_uses(village, some)
    place = np.full(len(village.uses), -1)
    place[some] = np.arange(len(some))
    decision = land_use.decide(
        farm.choice, farm.production, uses, replace(held, use=place[held.use], idle=place[held.idle]),
        outlook.of(some), may.take(some, axis=1), households.id, village.params.market.grain_margin, village.streams,
    )  # fmt: skip
    use = some[decision.use]
    changed = use != held.use
    village.turn("changed crop", plots[changed], use[changed])
    patches.use_age[plots[decision.planted]] = 0
    patches.loss_years[plots] = decision.loss_years
    patches.net_return[plots] = decision.chosen_return
    begun = changed | decision.planted
    ground.lay_bare(village, plots[begun], held.use[begun])
    village.pay("planting", -village.fen(decision.cash))
    village.memory["planting costs"] = village.fen(decision.cash)
    means.take_days(village, decision.days)
    reasons.tell(village, plots, uses, held, decision)
    village.memory["choice"] = (plots, uses.numbers, decision)
    return decision


def _worked(village: Village, plots: np.ndarray) -> land_use.Plots:
    """The plots as those who work them see them."""
    patches, uses = village.patches, village.uses
    use = patches.use[plots].astype(np.int64)
    kinds = uses.is_kind("crop") | uses.is_kind("perennial")
    kinds[uses.index["fallow"]] = True
    forest = ~ground.tilled_or_tillable(village)[plots]
    idle = np.where(forest, uses.index["natural"], uses.index["fallow"])
    return land_use.Plots(
        ids=patches.id[plots],
        owner=village.workers[plots].astype(np.int64),
        use=use,
        use_age=patches.use_age[plots],
        life=lives(village, plots, use),
        loss_years=patches.loss_years[plots],
        free=(patches.scheme[plots] < 0) & ~patches.closed[plots] & (kinds[use] | (use == idle)),
        idle=idle,
        area=village.hectares,
    )


def _tell(village: Village, kind: str, rows: np.ndarray, term: str, values: list[float]) -> None:
    """Keep an event for each of the patches `rows`, with one term of the choice."""
    houses, ids = village.households.id[village.workers[rows]].tolist(), village.patches.id[rows].tolist()
    for house, patch, value in zip(houses, ids, values, strict=True):
        village.tell(kind, household=house, patch=patch, why={term: value})


def _abandon(village: Village, now: Now, plots: np.ndarray, decision: land_use.Decision) -> None:
    patches, households = village.patches, village.households
    market = village.params.farm.rental
    given_up = clearing.abandonment(
        village.params.farm.choice, now.year, village.streams, village.uses, patches.id[plots],
        patches.use[plots].astype(np.int64), patches.owner[plots].astype(np.int64), patches.loss_years[plots],
        patches.land_kind[plots], patches.distance[plots], decision.protected, households.food_gap,
        households.elder_share, market.abandon_rate if market.on else None,
    )  # fmt: skip
    idle = households.labour[patches.owner[plots]] <= 0  # nobody is left who could work it
    given_up |= idle & village.uses.is_kind("crop")[patches.use[plots]]
    given_up &= (patches.scheme[plots] < 0) & (patches.user[plots] < 0)
    rows = plots[given_up]
    cleared = patches.clearing[rows]
    village.turn("given up", rows, np.where(cleared, village.uses.index["natural"], village.uses.index["fallow"]))
    _tell(village, "gave up", rows, "expected return", [round(x, 1) for x in patches.net_return[rows].tolist()])
    wild = rows[cleared]  # cleared land was never contract cropland: it falls back to what it was
    patches.clearing[wild] = False
    patches.owner[wild[patches.land_kind[wild] != ground.FOREST_LAND]] = -1


def _clear(village: Village, now: Now) -> None:
    """Clear wild land for grain under hunger: first on the own forest land, then on the collective's."""
    patches, households = village.patches, village.households
    missing = households.food_gap * households.grain_need * (households.alive & (households.convention == 0))
    if not (missing > 0).any():
        return
    maize = village.uses.index["maize"]
    wild = (patches.use == village.uses.index["natural"]) & ~patches.closed & ~guard.forbidden(village)
    rules = village.params.farm.choice
    wild &= (patches.soil_depth > rules.clearing_depth) & (patches.slope < rules.clearing_slope)
    wild &= (patches.treated == 0) & (patches.scheme < 0)  # the county has just planted it, or pays to keep it
    own = np.flatnonzero(wild & (patches.owner >= 0) & (patches.land_kind == ground.FOREST_LAND))
    own = own[missing[patches.owner[own]] > 0]
    rows, takers = _cleared(village, now, missing, own, own_land=True)
    unserved = missing.copy()
    unserved[takers] = 0.0
    more, others = _cleared(village, now, unserved, np.flatnonzero(wild & (patches.owner < 0)), own_land=False)
    rows, takers = np.concatenate([rows, more]), np.concatenate([takers, others])
    village.turn("cleared", rows, maize)
    patches.owner[rows], patches.clearing[rows], patches.cleared[rows] = takers, True, now.year
    patches.loss_years[rows] = 0
    _tell(village, "cleared", rows, "food gap", [round(x, 3) for x in households.food_gap[takers].tolist()])


def _cleared(
    village: Village, now: Now, missing: np.ndarray, wild: np.ndarray, *, own_land: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Which of the `wild` rows are cleared, and by which households."""
    patches, households, params = village.patches, village.households, village.params
    depth = patches.soil_depth[wild]
    grain = production.potential_at(
        params.farm.production, village.uses, village.uses.index["maize"], depth, patches.grade[wild], now.year
    )
    # On their own land households do not meet: each is a village of its own.
    ground = patches.owner[wild] if own_land else patches.village[wild]
    place = np.arange(len(households)) if own_land else households.village
    rows, takers = clearing.clearing(
        params.farm.choice, now.year, village.streams, households.id, place.astype(np.int64), missing,
        households.idle_days, patches.id[wild], ground.astype(np.int64), patches.distance[wild], patches.exposure[wild],
        patches.slope[wild], depth, grain, village.hectares, np.ones(len(wild), bool),
    )  # fmt: skip
    stays = ~guard.turned_back(village, wild[rows])
    return wild[rows[stays]], takers[stays]
