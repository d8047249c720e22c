"""Work: who has days, which season lacks them, what a day is worth at home, who gets local jobs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.person import STATUSES
from village_abm.economy.enterprises import UseArrays
from village_abm.order import taken_before
from village_abm.params import needs
from village_abm.streams import Streams

_MIGRANT, _PUPIL = STATUSES.index("migrant"), STATUSES.index("pupil")


@dataclass(frozen=True)
class Labour:
    """How many days people work and what a day is worth."""

    work_days: float = needs("day/yr", "working days of an adult in a year")
    helper_age: float = needs("yr", "age from which children help")
    adult_age: float = needs("yr", "age from which people work full days")
    elder_age: float = needs("yr", "age from which people work fewer days")
    frail_age: float = needs("yr", "age from which people only help")
    helper_weight: float = needs("1", "work of a helping child or pupil against an adult's")
    ageing: bool = needs(None, "whether the old work fewer days")
    elder_weight: float = needs("1", "work of an elder against an adult's")
    frail_weight: float = needs("1", "work of the very old against an adult's")
    local_cap: float = needs("day/yr", "most days of local wage work that an adult takes")
    laid_off: float = needs(
        "1", "yearly chance that a house loses its local wage work, over that of migrants to lose their job"
    )
    wage_floor: float = needs("1", "worth of a day without other use, as a share of the day wage")
    wage_use: float = needs("1", "weight of the labour used on the farm in the worth of a day")
    wage_away: float = needs("1", "weight of the share of the household away in the worth of a day")
    away_full: float = needs("1", "share of adults away that counts in full")
    old_from: float = needs("yr", "age from which a worker counts as old in the worth of a day and in giving up land")
    old_top: float = needs("1", "worth of a day where nobody is old, before the ceiling of 1")
    old_cut: float = needs("1", "cut in the worth of a day where all adults at home are old and many have left")
    old_migration: float = needs("1", "share of adults away in the village at which the cut is full")
    old_bottom: float = needs("1", "least that is left of the worth of a day among the old")
    visits: float = needs(
        "1/yr", "times a tilled plot is gone to in a year, with loads or without; 0 switches ways off"
    )
    setup: float = needs("day", "part of a day lost at every visit, whatever the size of the plot")
    walk: float = needs("m/day", "way that a loaded walker goes in a working day")
    usual_distance: float = needs("m", "distance of the plot for which the days of each use hold")
    usual_plot: float = needs("ha", "area of the plot for which the days of each use hold")


def work_days(rules: Labour, age: np.ndarray, status: np.ndarray) -> np.ndarray:
    """Days a year each person can work at home, age weight x `work_days`, none for migrants; (people,)."""
    bounds = [rules.helper_age, rules.adult_age, rules.elder_age, rules.frail_age]
    old = (rules.elder_weight, rules.frail_weight) if rules.ageing else (1.0, 1.0)
    weights = np.array([0.0, rules.helper_weight, 1.0, *old])
    weight = weights[np.searchsorted(bounds, age, side="right")]
    weight = np.where(status == _PUPIL, np.minimum(weight, rules.helper_weight), weight)
    return np.where(status == _MIGRANT, 0.0, weight) * rules.work_days


def least_days(uses: UseArrays, intensity: np.ndarray | float) -> float:
    """Fewest days a year that anything tilled asks for, crops at the least `intensity` [day/ha/yr]."""
    days = uses.labour * np.where(uses.is_kind("crop"), np.min(intensity), 1.0)
    return float(days[uses.is_kind("crop") | uses.is_kind("perennial")].min())


def way_days(rules: Labour, distance: np.ndarray, area: float, least: float) -> np.ndarray:
    """Days that a far or small plot costs above a usual one, below 0 for near or large ones; (plots,) [day/ha/yr].

    visits x ((setup + 2 distance/walk)/area - (setup + 2 usual distance/walk)/usual area), `distance` [m] there,
    `area` [ha]: land in small and scattered plots takes more work (estimate; its sign after the study of Baidu).
    It spares no more than the `least` days that anything tilled asks for, so that no plot takes fewer than none.
    """

    def a_year(far: np.ndarray | float, size: float) -> np.ndarray | float:
        return rules.visits * (rules.setup + 2 * far / rules.walk) / size

    return np.maximum(a_year(distance, area) - a_year(rules.usual_distance, rules.usual_plot), -least)


def plot_days(
    uses: UseArrays,
    use: np.ndarray,
    area: np.ndarray | float,
    expected_yield: np.ndarray,
    new: np.ndarray,
    intensity: np.ndarray | float,
) -> np.ndarray:
    """Days of work each plot asks for this year; (plots,) [day/yr].

    Area [ha] x (days a ha + yield x picking, + planting where `new`); days of annual crops x `intensity`.
    """
    fixed = uses.labour[use] * np.where(uses.is_kind("crop")[use], intensity, 1.0)
    return area * (fixed + expected_yield * uses.picking[use] + np.where(new, uses.establish_days[use], 0.0))


def demand_by_season(
    uses: UseArrays, use: np.ndarray, days: np.ndarray, owner: np.ndarray, households: int
) -> np.ndarray:
    """Days of farm work wanted by household and season; (households, 4) [day]; only plots with an owner."""
    held = owner >= 0
    seasonal = uses.seasons[use[held]] * days[held, None]
    return np.stack(
        [np.bincount(owner[held], weights=seasonal[:, season], minlength=households) for season in range(4)],
        axis=1,
    )


@dataclass(frozen=True)
class Work:
    """The farm year of the households, in days; demand = used + missing, supply = used + idle."""

    used: np.ndarray
    missing: np.ndarray
    idle: np.ndarray
    used_share: np.ndarray
    fulfilled: np.ndarray


def farm_work(demand: np.ndarray, supply: np.ndarray) -> Work:
    """Meet seasonal demand (households, 4) from `supply` (households,), spread evenly over the seasons.

    `used`, `missing`, `idle` (households,) [day/yr]; `used_share` = demand / supply, 0 to 1 (1 where work is
    wanted and nobody can do it); `fulfilled` (households, 4) share of each season's work done.
    """
    quarter = (supply / 4)[:, None]
    done = np.minimum(demand, quarter)
    fulfilled = np.divide(done, demand, out=np.ones(demand.shape), where=demand > 0)
    wanted, used = demand.sum(1), done.sum(1)
    least = np.minimum(wanted, supply)
    share = np.divide(least, supply, out=(wanted > 0).astype(float), where=supply > 0)
    return Work(used, wanted - used, supply - used, share, fulfilled)


def plot_fulfilled(uses: UseArrays, use: np.ndarray, owner: np.ndarray, fulfilled: np.ndarray) -> np.ndarray:
    """Share of its work a plot gets: that of the worst season in which its use asks for any; (plots,)."""
    held = np.where((owner >= 0)[:, None], fulfilled[owner], 1.0)
    return np.where(uses.seasons[use] > 0, held, 1.0).min(axis=1)


def shadow_wage(
    rules: Labour,
    day_wage: float,
    used_share: np.ndarray,
    away: np.ndarray,
    elder_share: np.ndarray,
    village_away: np.ndarray | float,
) -> np.ndarray:
    """What a day of family labour is worth at home [CNY/day, 2020]; (households,).

    w = w_day (.15 + .85 clip(.75 u + .55 o, 0, 1)) clip(1.1 - .6 elder_share m/.48, .3, 1), u the share of
    labour used on the farm, o the share of the household's adults away / .6, m that of the village's adults.
    """
    pull = np.clip(rules.wage_use * used_share + rules.wage_away * away / rules.away_full, 0.0, 1.0)
    old = rules.old_top - rules.old_cut * elder_share * village_away / rules.old_migration
    return day_wage * (rules.wage_floor + (1 - rules.wage_floor) * pull) * np.clip(old, rules.old_bottom, 1.0)


def days_worked(
    rules: Labour,
    days: np.ndarray,
    age: np.ndarray,
    household: np.ndarray,
    ids: np.ndarray,
    local: np.ndarray,
    farm: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Days each person works for local wages and on the land; both (people,) [day/yr].

    The `local` days of a household (households,) go to its youngest of working age first, up to `local_cap`
    each, what is left over to the youngest again; its `farm` days are spread over the rest of everybody's
    `days` (people,) in proportion. Sums over a household are what it has worked.
    """
    adult = (age >= rules.adult_age) & (age < rules.elder_age)
    offered = np.where(adult, np.minimum(days, rules.local_cap), 0.0)
    turns = np.concatenate([offered, days - offered])
    who = np.tile(np.arange(len(days)), 2)
    place = np.empty(len(days))
    place[np.lexsort((ids, age))] = np.arange(len(days))  # the youngest first
    ahead = taken_before(household[who], turns, (np.concatenate([place, place + len(days)]), ids[who]))
    taken = np.clip(local[household[who]] - ahead, 0.0, turns)
    hired = taken[: len(days)] + taken[len(days) :]
    free = days - hired
    total = np.bincount(household, weights=free, minlength=len(farm))
    share = np.divide(farm, total, out=np.zeros(len(farm)), where=total > 0)
    return hired, free * share[household]


def laid_off(rules: Labour, job_loss: float, streams: Streams, year: int, ids: np.ndarray) -> np.ndarray:
    """Which households find no wage work in the village this year, with chance `laid_off` x `job_loss`; bool."""
    if not rules.laid_off:
        return np.zeros(len(ids), bool)
    return streams.uniform("labour.laid_off", year, ids) < rules.laid_off * job_loss


def local_jobs(
    rules: Labour, idle: np.ndarray, adults: np.ndarray, job_days: float, village: np.ndarray, ids: np.ndarray
) -> np.ndarray:
    """Days of local wage work by household; (households,) [day/yr].

    A village has `job_days` [day/yr] for each adult at home (`adults`). Everyone first takes the own share
    as far as idle days reach; what is left goes to the most idle first, to `local_cap` days an adult, until
    it runs out (ties by permanent id).
    """
    first = np.minimum(idle, min(job_days, rules.local_cap) * adults)
    want = np.minimum(idle, rules.local_cap * adults) - first
    left = np.bincount(village, weights=job_days * adults - first)
    ahead = taken_before(village, want, (first - idle, ids))
    return first + np.clip(left[village] - ahead, 0.0, want)
