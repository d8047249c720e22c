"""Land that schemes keep, within the year: contracts end and begin, land is closed and reopened, visited and paid."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from agents.patch import GRADES
from village_abm.ecology import water
from village_abm.economy import production
from village_abm.policy import enrolment, kept
from village_abm.policy.kept import AreaKept, KeptScheme, Measure
from village_abm.policy.spent import Spent
from village_abm.society import ties
from village_abm.village import Village
from village_abm.year import contracts
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay


def prepare(village: Village, _government: Government, now: Now, number: int, name: str, scheme: KeptScheme) -> None:
    """End contracts that are over, take land in, and close what the contract closes, but for what is cut unseen."""
    patches = village.patches
    ended = _release(village, now, number, scheme)
    _enrol(village, now, number, name, scheme, ended)
    closed = np.flatnonzero((patches.scheme == number) & patches.closed_by_scheme)
    patches.closed[closed] = ~kept.breached(scheme.monitoring, village.streams, now.year, patches.id[closed])


def _release(village: Village, now: Now, number: int, scheme: KeptScheme) -> np.ndarray:
    """Let go of land whose term is over, whose use or holder is no longer what the contract says, and reopen it.

    Returns the rows let go: their holders are asked again at once.
    """
    patches = village.patches
    rows = np.flatnonzero(patches.scheme == number)
    may = np.array([name in scheme.eligible.uses for name in village.uses.names])
    over = scheme.is_over(patches.scheme_year[rows], now.year) | ~may[patches.use[rows]]
    over |= (patches.scheme_payee[rows] >= 0) != (patches.owner[rows] >= 0)
    patches.scheme[rows[over]], patches.scheme_payee[rows[over]] = -1, -1
    reopen(village)
    return rows[over]


def reopen(village: Village) -> None:
    """Open what a scheme had closed and no longer holds, also land that went back without an heir."""
    patches = village.patches
    left = np.flatnonzero(patches.closed_by_scheme & (patches.scheme < 0))
    patches.closed[left], patches.closed_by_scheme[left] = False, False


def _enrol(village: Village, now: Now, number: int, name: str, scheme: KeptScheme, ended: np.ndarray) -> None:
    if not scheme.offers(now.year):
        return
    patches, households = village.patches, village.households
    rows = np.flatnonzero(patches.scheme < 0)
    may = kept.may_keep(
        scheme, village.uses.names, GRADES, patches.use[rows], patches.grade[rows], patches.slope[rows],
        patches.cover[rows], patches.red_line[rows], patches.owner[rows], households.registered_poor,
    )  # fmt: skip
    rows = rows[may]
    if not len(rows):
        return
    owner, mine = patches.owner[rows].astype(np.int64), patches.scheme == number
    held = patches.scheme_payee[mine & (patches.scheme_payee >= 0)]
    taken = kept.intake(
        scheme, village.streams, now.year, village.hectares, patches.id[rows], owner,
        _wanted(village, now, scheme, rows, held, ended), mine.sum() * village.hectares,
        np.bincount(held, minlength=len(households)) * village.hectares,
    )  # fmt: skip
    chosen, payees = rows[taken], owner[taken]
    patches.scheme[chosen], patches.scheme_year[chosen], patches.scheme_payee[chosen] = number, now.year, payees
    patches.kept_cover[chosen] = patches.cover[chosen]
    patches.kept_mark[chosen] = measured(village, scheme.measure(), chosen)
    if scheme.contract.closes:
        village.end_leases(chosen)
        opened = chosen[~patches.closed[chosen]]
        patches.closed[opened], patches.closed_by_scheme[opened] = True, True
    brings = round(scheme.offer(now.year), 1)
    houses, plots = np.unique(payees[payees >= 0], return_counts=True)
    for house, count in zip(houses.tolist(), plots.tolist(), strict=True):
        why = {"scheme": name, "plots": count, "yuan a hectare and year": brings}
        village.tell("keeps land", household=int(households.id[house]), why=why)


def _wanted(
    village: Village, now: Now, scheme: KeptScheme, rows: np.ndarray, held: np.ndarray, ended: np.ndarray
) -> np.ndarray:
    """Which plots their holders offer; the collective does where it is paid more than wood and browse are worth."""
    if not scheme.contract.voluntary:
        return np.ones(len(rows), bool)
    patches, households, rules = village.patches, village.households, village.params.government.enrolment
    offered = scheme.offer(now.year) / now.price_level
    nothing = np.zeros(len(rows))
    wants = offered > kept.cost(scheme.contract, patches.cover[rows], nothing, nothing > 0, nothing)
    thinks = enrolment.thinks(rules, scheme, village.streams, now.year, households.id)
    owned = patches.owner[rows] >= 0
    asked = np.flatnonzero(owned & (thinks[patches.owner[rows]] | np.isin(rows, ended)))
    wants[owned] = False
    rows, house = rows[asked], patches.owner[rows[asked]].astype(np.int64)
    enrolled = np.zeros(len(households), bool)
    enrolled[held] = True
    norm = ties.neighbour_share(village.known(), enrolled, households.alive)
    hunger = households.food_gap[house]
    hungry, clearable, margin = np.flatnonzero(hunger > 0), np.zeros(len(rows), bool), np.zeros(len(rows))
    clearable[hungry], margin[hungry] = _clearable(village, rows[hungry]), _margin(village, now, rows[hungry])
    cost = kept.cost(scheme.contract, patches.cover[rows], hunger, clearable, margin)
    value = enrolment.worth_of_offer(
        rules, offered, scheme.contract.years, cost, patches.slope[rows], norm[house],
        contracts.off_farm_share(village)[house], hunger, households.trust[house],
        households.shortfall_memory[house],
    )  # fmt: skip
    wants[asked] = value + enrolment.taste(scheme, village.streams, households.id)[house] > 0
    return wants


def _clearable(village: Village, rows: np.ndarray) -> np.ndarray:
    """Whether hunger could clear the plots for grain."""
    patches, rules = village.patches, village.params.farm.choice
    deep = (patches.soil_depth[rows] > rules.clearing_depth) & (patches.slope[rows] < rules.clearing_slope)
    wild = patches.use[rows] == village.uses.index["natural"]
    return wild & deep & ~patches.red_line[rows] & ~patches.closed[rows] & (patches.treated[rows] == 0)


def _margin(village: Village, now: Now, rows: np.ndarray) -> np.ndarray:
    """What maize would bring there at the price of the year, less inputs [CNY/ha/yr of 2020]."""
    patches, uses, maize = village.patches, village.uses, village.uses.index["maize"]
    grain = production.potential_at(
        village.params.farm.production, uses, maize, patches.soil_depth[rows], patches.grade[rows], now.year
    )
    return grain * now.prices[maize] - uses.cash_cost[maize] * now.input_ratio


def measured(village: Village, measure: Measure, rows: np.ndarray) -> np.ndarray:
    """Cover [1], soil lost [t/ha/yr], carbon [t/ha] or share of the rain held [1] on patches as they stand."""
    patches = village.patches
    if measure == "cover":
        return patches.cover[rows]
    if measure == "soil_kept":
        return patches.runoff_loss[rows]
    if measure == "carbon":
        return village.memory["plant carbon"][rows] + patches.soil_carbon[rows]
    return water.rainwater_use(village.params.ecology.water, patches.cover[rows], 0.0, patches.terraced[rows])


def visit(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: KeptScheme, room: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Visit at most `room` plots and close again what was cut; rows under contract, which are paid, visits made."""
    patches = village.patches
    rows = np.flatnonzero(patches.scheme == number)
    if not len(rows):
        return rows, np.zeros(0, bool), 0
    still = patches.closed[rows] | ~patches.closed_by_scheme[rows]
    stands = kept.keeps(
        scheme, village.uses.names, patches.use[rows], still, patches.cover[rows], patches.kept_cover[rows]
    )
    visited, found = kept.watched(scheme.monitoring, village.streams, now.year, patches.id[rows], stands, room)
    government.audit(visited, found)
    patches.closed[rows] |= patches.closed_by_scheme[rows]
    if found.any():
        village.tell("found cut or cleared", why={"scheme": name, "plots": int(found.sum())})
    return rows, ~found, int(visited.sum())


def by_holder(village: Village, rows: np.ndarray, amounts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of plots by the household under contract and, for land of the collective, by village."""
    payee, place = village.patches.scheme_payee[rows], village.patches.village[rows]
    ours, amounts = payee >= 0, np.asarray(amounts, dtype=float)
    houses = np.bincount(payee[ours], weights=amounts[ours], minlength=len(village.households))
    funds = np.bincount(place[~ours], weights=amounts[~ours], minlength=len(village.names))
    return houses.astype(float), funds.astype(float)  # sums of nothing come as whole numbers


def pay_holders(
    village: Village, name: str, scheme: KeptScheme, houses: np.ndarray, funds: np.ndarray, others: float = 0.0
) -> tuple[int, int, int, int]:
    """Pay households and village funds what they are owed [fen], within the budget.

    Returns what was paid, administration, what was shared, and what `others` (a share of what is owed) got.
    """
    owed = kept.within_budget(scheme, np.concatenate([houses, funds]), others)
    paid, admin = pay.deliver(village, name, scheme.delivery, owed[: len(houses)])
    funded = owed[len(houses) :]
    shared = pay.share_out(village, name, funded) if funded.any() else 0
    return paid, admin + int(scheme.delivery.admin * shared), shared, int(others * int(owed.sum()))


def settle(
    village: Village, government: Government, now: Now, number: int, name: str, scheme: AreaKept, room: int
) -> Spent:
    """Pay for the area that stands; guards and management are part of the administration."""
    rows, paid_for, visits = visit(village, government, now, number, name, scheme, room)
    if not len(rows):
        return Spent()
    owed, guards = kept.due(scheme, village.patches.scheme_year[rows], now.year, village.hectares)
    houses, funds = by_holder(village, rows, np.where(paid_for, owed, 0))
    whole = int(owed[paid_for].sum())
    keep = int(guards[paid_for].sum()) / whole if whole else 0.0
    paid, admin, shared, guarding = pay_holders(village, name, scheme, houses, funds, keep)
    return Spent(paid, admin + guarding, visits, shared=shared)
