"""Payment day of those downstream: a basin fund, a standard of costs, a bargain."""

from __future__ import annotations

import numpy as np

from agents.downstream import Downstream
from agents.government import Government
from village_abm.policy import horizontal, transfers
from village_abm.policy.horizontal import CostStandard, Horizontal, Trigger, Willingness
from village_abm.policy.spent import Spent
from village_abm.units import FEN_PER_CNY
from village_abm.village import Village
from village_abm.year import condition
from village_abm.year.exogenous import Now
from village_abm.year.paying.spending import spend


def settle_trigger(
    village: Village, government: Government, now: Now, _number: int, name: str, scheme: Trigger, _room: int
) -> Spent:
    """Receive from the fund where the water is good; where it is bad pay back what the county's purse can bear."""
    if not scheme.is_open(now.year):
        return Spent()
    if _good(village, name, scheme):
        return _receive(village, government, now, name, scheme, scheme.payment.received() * _part(village, scheme))
    # What those downstream can pay is no limit to what flows back: the budget as stated, not as funded.
    lost = min(scheme.payment.lost() * _part(village, scheme), village.params.schemes[name].budget)
    return Spent(sent=min(int(lost * FEN_PER_CNY), village.memory["left with funders"].get("county", 0)))


def settle_costs(
    village: Village, government: Government, now: Now, _number: int, name: str, scheme: CostStandard, _room: int
) -> Spent:
    """Receive the standard of the round where the water is good; a new one is reckoned when a round is over."""
    if not scheme.is_open(now.year):
        return Spent()
    rules, rounds = scheme.payment, village.memory.setdefault("rounds", {})
    begun, sum_of_round = rounds.get(name, (None, 0.0))
    if begun is None or now.year - begun >= rules.round_years:
        place, treated = condition.place(village), village.patches.treated
        lately = np.count_nonzero((treated > now.year - rules.round_years) & (treated <= now.year))
        protected = sum(place.by_use.get(use, 0.0) for use in rules.protected)
        begun, sum_of_round = now.year, horizontal.standard(rules, protected, lately * village.hectares)
        rounds[name] = (begun, sum_of_round)
    if not _good(village, name, scheme):
        return Spent()
    return _receive(village, government, now, name, scheme, sum_of_round)


def settle_bargain(
    village: Village, government: Government, now: Now, _number: int, name: str, scheme: Willingness, _room: int
) -> Spent:
    """Receive the village's part of the price where a bargain is struck and the water is good."""
    if not scheme.is_open(now.year):
        return Spent()
    users = village.memory.setdefault("downstream", {}).setdefault(name, Downstream())
    price = horizontal.agreed(scheme.payment, users.content)
    good = _good(village, name, scheme)
    users.taste(good, scheme.payment.memory)
    if not (price and good):
        users.paid = 0
        return Spent()
    spent = _receive(village, government, now, name, scheme, price * _part(village, scheme))
    users.paid = spent.drawn
    return spent


def _part(village: Village, scheme: Trigger | Willingness) -> float:
    people = village.households.members[village.households.alive].sum()
    return scheme.region.part(float(people), len(village.patches) * village.hectares)


def _good(village: Village, name: str, scheme: Horizontal) -> bool:
    """Look at the water and tell those who pay."""
    modulus = condition.modulus(village)
    good = horizontal.water_is_good(scheme.water, modulus)
    if not good:
        village.tell(
            "water was bad", why={"scheme": name, "soil lost": round(modulus, 1), "standard": scheme.water.standard}
        )
    return good


def _receive(village: Village, government: Government, now: Now, name: str, scheme: Horizontal, yuan: float) -> Spent:
    return spend(village, government, now, name, scheme, transfers.fen_to_spend(scheme, yuan))
