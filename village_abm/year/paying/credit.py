"""The year of green finance: rights registered, credit posted, interest subsidised."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import is_cropland
from village_abm.economy import livelihood
from village_abm.policy import credit
from village_abm.policy.credit import GreenCredit
from village_abm.policy.spent import Spent
from village_abm.village import FOREST_LAND, Village
from village_abm.year import funders
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay


def prepare(village: Village, _government: Government, now: Now, _number: int, name: str, scheme: GreenCredit) -> None:
    """Post what each household may owe against its registered rights; once the scheme is over, what it still owes."""
    households, rules = village.households, village.params.farm.livelihood
    if scheme.is_open(now.year):
        holds = households.alive & _register(village, now, name, scheme)
        forest, cropland = _held(village)
        households.mortgage_credit[:] = credit.limit(scheme, village.streams, households.id, holds, forest, cropland)
        return
    cash, income = village.real(households.cash), village.real_last_year(households.cash_income)
    households.mortgage_credit[:] = livelihood.credit_kept(rules, cash, income, households.mortgage_credit)


def _register(village: Village, now: Now, name: str, scheme: GreenCredit) -> np.ndarray:
    """Survey rights as far as the budget reaches; whose rights are registered, (households,) bool."""
    households, known = village.households, village.memory.get(f"registered: {name}", np.zeros(0, bool))
    done = np.zeros(len(households), bool)
    done[: len(known)] = known
    if not scheme.mortgage.offers():
        return done
    asks = households.alive & (households.members > 0)
    found = credit.registered(scheme, village.streams, now.year, households.id, asks, done)
    village.memory[f"registered: {name}"] = found
    works = round(scheme.registration.cost * 100) * int((found & ~done).sum())
    village.memory[f"surveyed: {name}"] = works
    funders.commit(village, name, works + int(scheme.delivery.admin * works))
    return found


def _held(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Forest land and cropland by contract of each household [ha]; (households,)."""
    patches, size = village.patches, len(village.households)
    contract = (patches.owner >= 0) & ~patches.clearing
    kinds = (patches.land_kind == FOREST_LAND, is_cropland(patches.land_kind))
    forest, cropland = (
        np.bincount(patches.owner[contract & kind], minlength=size) * village.hectares for kind in kinds
    )
    return forest, cropland


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: GreenCredit, _room: int
) -> Spent:
    """Pay surveyors for this year's certificates and part of the interest on debt from the year before."""
    if not (scheme.is_open(now.year) and scheme.mortgage.offers()):
        return Spent()
    households, works = village.households, village.memory.pop(f"surveyed: {name}", 0)
    debt = np.maximum(-village.ledger["cash"].at_opening(), 0)
    rate = village.params.farm.livelihood.debt_rate
    owed = credit.subsidies(scheme, rate, debt, village.fen(households.mortgage_credit), works)
    paid, _ = pay.deliver(village, name, scheme.delivery, owed)
    return Spent(paid, int(np.floor(scheme.delivery.admin * (paid + works))), works=works)
