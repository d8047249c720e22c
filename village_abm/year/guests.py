"""Homestays within lines 8 and 10 of the year: who opens or closes rooms, who comes, what is paid to whom."""

from __future__ import annotations

import numpy as np

from village_abm.economy import tourism
from village_abm.order import taken_before
from village_abm.society import ties
from village_abm.village import Village
from village_abm.year import means
from village_abm.year.exogenous import Now


def open_rooms(village: Village, now: Now) -> None:
    """Close worn-out and loss-making homestays, open new ones where they pay, and ask for the days they need."""
    rules, households = village.params.tourism, village.households
    demand = village.params.series["tourism_demand"].at(now.year)
    if not rules.on or (demand == 0 and not households.rooms.any()):
        return
    _close_some(village, now)
    seen = _scenery(village)
    asked = _asked(village, demand, seen)
    village.memory["scenery"], village.memory["nights asked for"] = seen, asked
    if rules.road <= rules.road_reach:
        _open_some(village, now, seen, asked)
    hosts = np.flatnonzero(households.rooms > 0)
    households.other_days[hosts] += rules.days * np.array(rules.seasons)


def _scenery(village: Village) -> np.ndarray:
    """Mean cover around each house; (households,)."""
    households, patches = village.households, village.patches
    lands, lines, columns = village.grid_shape
    cells = round(village.params.tourism.reach / village.params.land.patch_size)
    seen = np.zeros(len(households))
    homes = households.home.astype(np.int64)
    for number in range(lands):
        rows = np.flatnonzero(households.village == number)
        line, column = np.divmod(homes[rows] - number * lines * columns, columns)
        cover = patches.cover.reshape(village.grid_shape)[number]
        seen[rows] = tourism.scenery(cover, line, column, cells)
    return seen


def _asked(village: Village, demand: float, seen: np.ndarray) -> np.ndarray:
    """Room nights that visitors ask for, also those whom cooperatives drew last year and schemes this; (villages,)."""
    households = village.households
    rows, count = households.rows, len(village.names)
    where = households.village[rows].astype(np.int64)
    houses = np.bincount(where, minlength=count)
    cover = np.bincount(where, weights=seen[rows], minlength=count) / np.maximum(houses, 1)
    nights: np.ndarray = tourism.visits(village.params.tourism, demand, cover) * village.memory.get("visitors", 1.0)
    nights = nights * village.memory.get("visitors drawn by schemes", 1.0)
    return nights


def _close_some(village: Village, now: Now) -> None:
    rules, households = village.params.tourism, village.households
    hosting = households.rooms > 0
    worn = now.year - households.rooms_opened >= rules.life
    for why, ends in (
        ("rooms worn out", worn),
        ("nobody at home to run it", households.adults <= households.migrants),
        ("losses", households.guest_losses >= rules.loss_years),
    ):
        close(village, np.flatnonzero(hosting & ends), why)


def close(village: Village, rows: np.ndarray, why: str) -> None:
    """End the homestays of households `rows`, where they have one."""
    households = village.households
    ending = rows[households.rooms[rows] > 0]
    households.rooms[ending], households.guest_losses[ending] = 0, 0
    means.take_days(village, -village.params.tourism.days, ending)
    for row in ending.tolist():  # a few a year
        opened = int(households.rooms_opened[row])
        village.tell("closed homestay", household=int(households.id[row]), why={"reason": why, "opened": opened})


def _open_some(village: Village, now: Now, seen: np.ndarray, asked: np.ndarray) -> None:
    """Let households that might host decide one after another, in an order drawn for the year."""
    rules, households, streams = village.params.tourism, village.households, village.streams
    hosts = np.bincount(households.village[households.rooms > 0], minlength=len(asked))
    free = households.alive & (households.rooms == 0) & (households.adults > households.migrants)
    free &= streams.uniform("tourism.considers", now.year, households.id) < rules.considers
    free &= seen > rules.least_cover
    rows = np.flatnonzero(free & _knows(village))
    rows = rows[(means.purse(village)[rows] >= rules.cost) & (means.days(village)[rows] >= rules.days)]
    where = households.village[rows].astype(np.int64)
    turn = streams.uniform("tourism.turn", now.year, households.id[rows])
    ahead = taken_before(where, np.ones(len(rows), np.int64), (turn, households.id[rows]))
    nights = tourism.expected_nights(rules, asked[where], hosts[where] + ahead)
    gain = tourism.worth(rules, nights, households.shadow_wage[rows], households.discount[rows])
    gain += rules.cost * village.memory.get("granted for rooms", 0.0)
    _build(village, now, rows[gain > 0], seen, nights[gain > 0], gain[gain > 0])


def _knows(village: Village) -> np.ndarray:
    """Who knows how to host: who came home, backbone farmers, who had rooms before, ties of hosts; (households,)."""
    households = village.households
    taught = ties.neighbour_share(village.known(), households.rooms > 0, households.alive) > 0
    knows: np.ndarray = households.returnee | households.backbone | (households.rooms_opened > 0) | taught
    return knows


def _build(
    village: Village, now: Now, rows: np.ndarray, seen: np.ndarray, nights: np.ndarray, gain: np.ndarray
) -> None:
    rules, households = village.params.tourism, village.households
    households.rooms[rows], households.rooms_opened[rows] = rules.rooms, now.year
    households.guest_losses[rows] = 0
    means.take_days(village, rules.days, rows)
    village.pay("homestays built", np.full(len(rows), -village.fen(rules.cost)), rows)
    for row, sold, worth in zip(rows.tolist(), nights.tolist(), gain.tolist(), strict=True):
        why = {
            "cover in sight": round(float(seen[row]), 3),
            "room nights expected": round(sold),
            "worth of a day": round(float(households.shadow_wage[row]), 1),
            "present worth": round(worth),
        }
        village.tell("opened homestay", household=int(households.id[row]), why=why)


def receive(village: Village, now: Now) -> None:
    """Share visitors among the hosts who had time for them; what they pay goes to owner, village and operator."""
    rules, households = village.params.tourism, village.households
    households.guest_nights[:], households.guest_income[:] = 0.0, 0
    hosts = np.flatnonzero(households.rooms > 0)
    if not rules.on or not len(hosts):
        return
    seen, asked = village.memory["scenery"], village.memory["nights asked for"]
    done = village.memory["work"].fulfilled[hosts] @ np.array(rules.seasons)
    where = households.village[hosts].astype(np.int64)
    nights = np.zeros(len(hosts))
    for place in np.unique(where):
        here = np.flatnonzero(where == place)
        pull = np.maximum(seen[hosts[here]], rules.least_cover)  # cover may have gone since the house opened
        nights[here] = tourism.guests(float(asked[place]), pull, rules.capacity * done[here])
    households.guest_nights[hosts] = nights
    _share_out(village, hosts, where, nights)
    cost = rules.days * households.shadow_wage[hosts]
    loss = tourism.owner_income(rules, nights) < cost
    households.guest_losses[hosts] = np.where(loss, households.guest_losses[hosts] + 1, 0)


def _share_out(village: Village, hosts: np.ndarray, where: np.ndarray, nights: np.ndarray) -> None:
    """Revenue, running costs and shares to the fen; the owner has what is left."""
    rules, households = village.params.tourism, village.households
    revenue = village.fen(rules.price * nights)
    costs = np.rint(rules.running_costs * revenue).astype(np.int64)
    fund = np.rint(rules.village_share * (revenue - costs)).astype(np.int64)
    operator = np.rint(rules.operator_share * (revenue - costs)).astype(np.int64)
    village.pay("guests", revenue, hosts)
    village.pay("running homestays", -costs, hosts)
    village.pay("share of the village", -fund, hosts)
    village.pay("share of the operator", -operator, hosts)
    village.pay_fund("from homestays", fund, where)
    households.guest_income[hosts] = revenue - costs - fund - operator
    households.enterprise_income[hosts] += households.guest_income[hosts]
    village.count("guests", revenue, households.village[hosts])
