"""The year of ecological industry run as a business: brands pushed, guests drawn, dividends shared out."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import operation
from village_abm.policy.operation import Operation
from village_abm.policy.spent import Spent
from village_abm.village import Village
from village_abm.year import funders
from village_abm.year.coop_books import selling
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay
from village_abm.year.paying.market import lift_visitors


def prepare(village: Village, _government: Government, now: Now, _number: int, name: str, scheme: Operation) -> None:
    """Buy marketing for ecological cooperatives and advertise the village, as far as the budget reaches."""
    if not scheme.is_open(now.year):
        return
    coops, rules = village.cooperatives, scheme.marketing
    green = selling(village) & (coops.use >= 0) & (village.uses.green[np.maximum(coops.use, 0)] >= rules.green)
    travelled = village.params.tourism.on and village.params.series["tourism_demand"].at(now.year) > 0
    wanted = rules.cost * np.count_nonzero(green) * (rules.brand > 0)
    wanted += scheme.lodging.campaign * travelled * (scheme.lodging.visitors > 0)
    part = operation.affordable(scheme, wanted)
    coops.brand[green] += rules.brand * part
    if travelled:
        lift_visitors(village, scheme.lodging.visitors * part, np.ones(len(village.households), bool))
    village.memory["granted for rooms"] = village.memory.get("granted for rooms", 0.0) + scheme.lodging.grant
    bought = operation.fen(wanted * part)
    village.memory[f"bought by {name}"] = bought
    funders.commit(village, name, operation.with_admin(scheme, bought))


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: Operation, _room: int
) -> Spent:
    """Pay agencies and grants for rooms opened this year, and share out of the village fund."""
    works = village.memory.pop(f"bought by {name}", 0)
    if not scheme.is_open(now.year):
        return Spent()
    households, tourism = village.households, village.params.tourism
    left = max(operation.fen(scheme.budget / (1 + scheme.delivery.admin)) - works, 0)
    opened = households.alive & (households.rooms > 0) & (households.rooms_opened == now.year)
    owed = np.where(opened, village.fen(scheme.lodging.grant * tourism.cost), 0).astype(np.int64)
    if owed.sum() > left:
        owed = np.floor(owed * (left / owed.sum())).astype(np.int64)
    paid = pay.hand_over(village, name, owed)
    _share_fund(village, scheme)
    return Spent(paid, int(np.floor(scheme.delivery.admin * (paid + works))), works=works)


def _share_fund(village: Village, scheme: Operation) -> None:
    rows = village.households.rows
    of = village.households.village[rows].astype(np.int64)
    each = operation.dividends(scheme.dividend, village.fund, of)
    if not each.any():
        return
    out = np.zeros(len(village.names), np.int64)
    np.add.at(out, of, each)
    village.pay_fund("dividends of the village", -out, np.arange(len(out)))
    village.pay("dividends of the village", each, rows)
    village.households.enterprise_income[rows] += each
