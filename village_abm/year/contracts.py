"""Land contracts within the year: those that end, those that begin, and land that goes back to crops."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from agents.outlook import HOUSEHOLD_TYPES, Outlook
from village_abm.policy import bidding, contracts, enrolment, reversion, targeting
from village_abm.policy.kept import KeptScheme
from village_abm.policy.parts import Scheme
from village_abm.policy.schemes import LandScheme
from village_abm.society import ties
from village_abm.village import Village
from village_abm.year import audits, funders, terms
from village_abm.year.exogenous import Now
from village_abm.year.ground import tilled_or_tillable

NOBODY = HOUSEHOLD_TYPES.index("elders")  # nobody of working age at home


def running(village: Village) -> Iterator[tuple[int, str, Scheme]]:
    """The schemes that the scenario switches on, in the order of their file: number, name, scheme as it is funded."""
    for number, (name, scheme) in enumerate(village.params.schemes.items()):
        if name in village.params.scenario.schemes:
            yield number, name, funders.as_funded(village, scheme)


def land_schemes(village: Village) -> Iterator[tuple[int, str, LandScheme]]:
    """The land contracts among them: number, name, scheme."""
    for number, name, scheme in running(village):
        if isinstance(scheme, LandScheme):
            yield number, name, scheme


def off_farm_share(village: Village) -> np.ndarray:
    """Share of last year's net income that was earned off the farm; shape (households,)."""
    households = village.households
    earned = households.wage_income + households.remittances
    total = np.maximum(earned + np.maximum(households.farm_income, 0), 1)
    return earned / total


def plants(village: Village, scheme: LandScheme) -> np.ndarray:
    """The uses that a scheme plants, as indices into the uses; shape (plants,)."""
    return np.array([village.uses.index[name] for name in scheme.contract.plants])


def expire(village: Village, now: Now) -> None:
    """Release plots whose contract can pay no more."""
    patches = village.patches
    for number, _, scheme in land_schemes(village):
        rows = np.flatnonzero(patches.scheme == number)
        kinds = contracts.planted(scheme.contract, village.streams, patches.id[rows])
        over = rows[contracts.is_over(scheme, kinds, patches.scheme_year[rows], now.year)]
        patches.scheme[over], patches.scheme_payee[over] = -1, -1


def has_enrolled(village: Village) -> np.ndarray:
    """Which households are paid for land by any land scheme; (households,) bool."""
    patches = village.patches
    numbers = [number for number, _, _ in land_schemes(village)]
    payees = patches.scheme_payee[np.isin(patches.scheme, numbers) & (patches.scheme_payee >= 0)]
    enrolled = np.zeros(len(village.households), bool)
    enrolled[payees] = True
    return enrolled


def share_seen(village: Village, now: Now, scheme: LandScheme) -> np.ndarray:
    """Share of the ties that have decided who have land under contract, the threshold where none has; (households,)."""
    households, rules = village.households, village.params.government.enrolment
    asked = any(one.payment.offers() and one.years[0] < now.year for _, _, one in land_schemes(village))
    if asked and scheme.contract.waves == 1:
        return households.ties_enrolled
    enrolled = has_enrolled(village)
    known = enrolment.decided(scheme, village.streams, now.year, households.id, enrolled, asked) & households.alive
    return ties.tie_share(village.known(), enrolled, known, otherwise=rules.norm_threshold)


def worth_of_maize(village: Village, now: Now, rows: np.ndarray, at: np.ndarray, outlook: Outlook) -> np.ndarray:
    """What a contract takes from each plot [CNY/ha/yr of 2020]: sales less inputs and the part of the work that finds
    other use; where the plot is let, its rent. `at` are the places of `rows` among the outlook's plots."""
    patches, rules, maize = village.patches, village.params.government.enrolment, village.uses.index["maize"]
    house = patches.owner[rows]
    wage = village.households.shadow_wage[house]
    freed = rules.labour_freed * village.uses.labour[maize] * now.labour_intensity * wage
    margin = outlook.yields[at, maize] * outlook.price[house, maize] - village.uses.cash_cost[maize] * now.input_ratio
    return np.where(patches.user[rows] >= 0, patches.rent[rows], margin - freed)


def enrol(village: Village, now: Now, plots: np.ndarray, outlook: Outlook) -> None:
    """Take plots into the schemes that are open: eligible, wanted, within pace and budget."""
    patches, households, rules = village.patches, village.households, village.params.government.enrolment
    for number, name, scheme in land_schemes(village):
        lately = patches.clearing & (patches.cleared >= scheme.years[0])
        may = enrolment.may_enrol(
            scheme, now.year, village.uses.names, patches.use, patches.slope, patches.owner, patches.scheme,
            patches.red_line, lately,
        )  # fmt: skip
        # What is not tilled has no yield to give up.
        may &= scheme.eligible.within(patches.grade, patches.distance)
        rows = np.intersect1d(np.flatnonzero(may & tilled_or_tillable(village)), plots, assume_unique=True)
        if not len(rows):
            continue
        house = patches.owner[rows]
        worth = worth_of_maize(village, now, rows, np.searchsorted(plots, rows), outlook)
        value = enrolment.utility(
            rules, scheme, now.price_level, worth, patches.slope[rows], share_seen(village, now, scheme)[house],
            off_farm_share(village)[house], households.food_gap[house], households.trust[house],
            households.shortfall_memory[house],
        )  # fmt: skip
        value = value + terms.expected_bonus(village, now, number, scheme, rows)
        wanted = enrolment.willing(rules, scheme, village.streams, now.year, households.id[house], value)
        wanted &= ~households.shut_out[house]
        running = np.flatnonzero(patches.scheme == number)
        kinds = contracts.planted(scheme.contract, village.streams, patches.id[running])
        known = terms.known(village, scheme, rows, value, running, kinds)
        taken, planted = targeting.intake(
            scheme, village.streams, now.year, village.hectares, patches.id[rows], patches.slope[rows],
            patches.village[rows].astype(np.int64), wanted & (known.bid <= 1), (kinds, patches.scheme_year[running]),
            known,
        )  # fmt: skip
        chosen = rows[taken]
        share = bidding.price(scheme, known.bid[taken])
        patches.agreed_rate[chosen] = bidding.agreed_rate(scheme, planted, share)
        village.end_leases(chosen)
        village.turn(f"enrolled: {name}", chosen, plants(village, scheme)[planted])
        patches.scheme[chosen], patches.scheme_year[chosen] = number, now.year
        patches.scheme_payee[chosen], patches.ever_enrolled[chosen] = patches.owner[chosen], True
        patches.loss_years[chosen], patches.own_choice[chosen] = 0, scheme.contract.voluntary
        for row, k in zip(chosen.tolist(), taken.tolist(), strict=True):
            village.tell(
                "enrolled", household=int(households.id[patches.owner[row]]), patch=int(patches.id[row]),
                why={"scheme": name, "utility": round(float(value[k]), 3), "worth of maize": round(float(worth[k]), 1)}
                | ({"bid": round(float(known.bid[k]), 3)} if scheme.takes_bids else {}),
            )  # fmt: skip


def standing(village: Village) -> np.ndarray:
    """Patches on which something planted to stay stands; (patches,) bool."""
    stays = village.uses.is_kind("planted") | village.uses.is_kind("perennial")
    return stays[village.patches.use]


def _kept(village: Village, now: Now, rows: np.ndarray) -> np.ndarray:
    """What a converted plot yields as it stands: products less inputs, yuan of 2020 [CNY/ha/yr]; shape of `rows`."""
    uses, use = village.uses, village.patches.use[rows]
    sold = uses.top_yield[use] * now.trend_prices[use]
    return uses.byproduct[use] + sold - uses.cash_cost[use]


def go_back(village: Village, now: Now, plots: np.ndarray, outlook: Outlook) -> None:
    """Plough converted land again by the yearly hazard; who does so while the contract binds cheats it."""
    patches, households, rules = village.patches, village.households, village.params.government.reversion
    converted = patches.ever_enrolled & standing(village) & (patches.owner >= 0)
    converted &= patches.scheme_year < now.year  # what was planted this spring stands till next
    rows = np.intersect1d(np.flatnonzero(converted), plots, assume_unique=True)
    if not len(rows):
        return
    paid, expired = np.zeros(len(rows)), np.ones(len(rows), bool)
    for number, name, scheme in land_schemes(village):
        mine = np.flatnonzero(patches.scheme[rows] == number)
        kinds = contracts.planted(scheme.contract, village.streams, patches.id[rows[mine]])
        starts = patches.scheme_year[rows[mine]]
        share, bonus = terms.agreed(village, now.year, number, scheme, rows[mine], kinds)
        ahead = contracts.continuing(scheme, kinds, starts, now.year) * share + bonus
        risk = audits.expected_loss(village, now, name, scheme, rows[mine], kinds)
        paid[mine] = ahead / now.price_level + risk * share  # a bid lower than the posted rate has less at stake
        expired[mine] = ~contracts.in_force(scheme, kinds, starts, now.year)
    for number, _, other in running(village):  # planted land that a scheme now pays to keep
        if isinstance(other, KeptScheme):
            mine = np.flatnonzero(patches.scheme[rows] == number)
            paid[mine], expired[mine] = other.offer(now.year) / now.price_level, False
    house = patches.owner[rows]
    ploughed = np.zeros(len(households), bool)
    cropped = patches.ever_enrolled & village.uses.is_kind("crop")[patches.use] & (patches.owner >= 0)
    ploughed[patches.owner[cropped]] = True
    known = ties.neighbour_share(village.known(), ploughed, households.alive)
    chance = reversion.hazard(
        rules, now.price_level, _ploughed(village, now, rows, np.searchsorted(plots, rows), outlook),
        paid + _kept(village, now, rows), expired, patches.slope[rows],
        off_farm_share(village)[house], households.shortfall_memory[house], patches.own_choice[rows],
        patches.use_age[rows], known[house], outlook.household_type[house] == NOBODY,
    )  # fmt: skip
    back = reversion.goes_back(chance, village.streams.uniform("reversion", now.year, patches.id[rows]))
    gone = rows[back]
    village.turn("ploughed again", gone, village.uses.index["maize"])
    released = rows[back & expired]
    patches.scheme[released], patches.scheme_payee[released] = -1, -1
    village.count("reconverted", np.full(len(gone), village.hectares), patches.village[gone])
    for row, hazard, bound in zip(gone.tolist(), chance[back].tolist(), (~expired[back]).tolist(), strict=True):
        village.tell(
            "ploughed again", household=int(households.id[patches.owner[row]]), patch=int(patches.id[row]),
            why={"hazard": round(hazard, 4), "under contract": bound},
        )  # fmt: skip


def _ploughed(village: Village, now: Now, rows: np.ndarray, at: np.ndarray, outlook: Outlook) -> np.ndarray:
    """What a converted plot would bring under maize, Rc [CNY/ha/yr of 2020]; grain saves buying where it lacks."""
    uses, households, maize = village.uses, village.households, village.uses.index["maize"]
    house = village.patches.owner[rows]
    short = households.grain_grown < households.grain_need
    price = outlook.price[:, maize] * np.where(short, 1 + village.params.market.grain_margin, 1.0)
    intensity = np.broadcast_to(outlook.labour_intensity, len(households))[house]
    days = uses.labour[maize] * intensity + np.broadcast_to(outlook.way, len(outlook.yields))[at]
    return reversion.crop_return(
        village.params.government.reversion, outlook.yields[at, maize], price[house],
        uses.cash_cost[maize] * now.input_ratio, days, now.day_wage,
    )  # fmt: skip
