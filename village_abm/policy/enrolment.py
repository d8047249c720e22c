"""Who would enter a land contract: which plots may, which households want to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from village_abm.params import needs
from village_abm.policy import contracts
from village_abm.policy.parts import Scheme
from village_abm.policy.schemes import LandScheme
from village_abm.streams import Streams


@dataclass(frozen=True)
class Enrolment:
    """Weights of the enrolment logit; its error is drawn once and kept, so it is a state, no yearly rate."""

    intercept: float = needs("1", "utility of enrolling at payment = cost, all else at its reference")
    payment: float = needs("1", "weight of ln(payment / cost of the land)")
    duration: float = needs("1/yr", "weight of the paid years above the reference")
    reference_duration: float = needs("yr", "reference duration")
    norm: float = needs("1", "weight of the share of ties enrolled above the threshold")
    norm_threshold: float = needs("1", "share of ties enrolled at which the norm turns")
    slope: float = needs("1/degree", "weight of the slope above the reference")
    reference_slope: float = needs("degree", "reference slope")
    off_farm: float = needs("1", "weight of the share of income earned off the farm")
    food_gap: float = needs("1", "weight of the grain gap; lowers enrolment")
    trust: float = needs("1", "weight of trust in the government's word")
    shortfall: float = needs("1", "weight of remembered shortfalls; lowers enrolment")
    labour_freed: float = needs("1", "share of the work that converted land sets free which finds other use")
    revision: float = needs("1/yr", "probability that a household thinks again in a later year")
    least_cost: float = needs("CNY/ha/yr", "least cost of the land, where crops bring less", price="2020")


def may_enrol(
    scheme: LandScheme,
    year: int,
    use_names: Sequence[str],
    use: np.ndarray,
    slope: np.ndarray,
    owner: np.ndarray,
    contract: np.ndarray,
    red_line: np.ndarray,
    lately_cleared: np.ndarray,
) -> np.ndarray:
    """Which patches may enter this year: contract cropland, steep enough, under no scheme; (patches,).

    Land of nobody (`owner` < 0) and land cleared since the scheme opened (`lately_cleared`) is never paid for:
    older clearings count as cropland, as the contracts of the late 1990s took them in. A scheme that is
    closed or pays nothing is no offer.
    """
    if not (scheme.is_open(year) and scheme.payment.offers()):
        return np.zeros(len(use), dtype=bool)
    steps = scheme.eligible.least_slope
    least = steps[min(year - scheme.years[0], len(steps) - 1)]
    convertible = np.array([name in scheme.eligible.uses for name in use_names])
    may = convertible[use] & (slope >= least) & (slope <= scheme.eligible.most_slope)
    may &= (owner >= 0) & (contract < 0) & ~lately_cleared
    return may & red_line if scheme.eligible.red_line_only else may


def utility(
    rules: Enrolment,
    scheme: LandScheme,
    price_level: float,
    cost: np.ndarray,
    slope: np.ndarray,
    ties_enrolled: np.ndarray,
    off_farm: np.ndarray,
    food_gap: np.ndarray,
    trust: np.ndarray,
    shortfall: np.ndarray,
) -> np.ndarray:
    """Utility of enrolling each plot; shape (plots,), arguments by plot.

    V = a0 + 1.2 ln(pay / max(cost, floor)) + .05 (years - 8) + beta_N (s - .2) + .03 (slope - 15)
    + .6 off-farm - .4 food gap + .5 trust - 1.0 shortfall, with `cost` what the land would bring under its
    crop less the work that finds other use [CNY/ha/yr of 2020] and pay the mean of the paid years, deflated by
    `price_level`. Evidence on payment, duration and norms: W100, W101; on off-farm work and shortfall: W103,
    W104; weights are estimates.
    """
    duration, rate = contracts.offered(scheme)
    if duration <= 0:
        return np.full(len(cost), -np.inf)
    pay = rate / price_level
    return worth_of_offer(rules, pay, duration, cost, slope, ties_enrolled, off_farm, food_gap, trust, shortfall)


def worth_of_offer(
    rules: Enrolment,
    pay: np.ndarray | float,
    duration: float,
    cost: np.ndarray,
    slope: np.ndarray,
    ties_enrolled: np.ndarray,
    off_farm: np.ndarray,
    food_gap: np.ndarray,
    trust: np.ndarray,
    shortfall: np.ndarray,
    least_cost: float | None = None,
) -> np.ndarray:
    """V of `utility` for any offer of `pay` over `duration` [yr]; shape of `cost`, in the unit of `pay`, of 2020.

    `least_cost` stands for the floor under the cost of land [CNY/ha/yr].
    """
    with np.errstate(divide="ignore"):
        gain = np.log(pay / np.maximum(cost, rules.least_cost if least_cost is None else least_cost))
    return (
        rules.intercept
        + rules.payment * gain
        + rules.duration * (duration - rules.reference_duration)
        + rules.norm * (ties_enrolled - rules.norm_threshold)
        + rules.slope * (slope - rules.reference_slope)
        + rules.off_farm * off_farm
        - rules.food_gap * food_gap
        + rules.trust * trust
        - rules.shortfall * shortfall
    )


def decided(
    scheme: LandScheme, streams: Streams, year: int, household_ids: np.ndarray, enrolled: np.ndarray, asked: bool
) -> np.ndarray:
    """Which households have decided before this year's are asked, so that they count as examples; (households,).

    In waves those of earlier waves and who has land `enrolled` (households,) already. Else all once an offer of this
    or another land scheme stood before (`asked`), and nobody until then. Sequential asking after a model of
    re-enrolment in Wolong (W101).
    """
    if scheme.contract.waves > 1:
        before: np.ndarray = enrolled | (wave(scheme, streams, household_ids) < year - scheme.years[0])
        return before
    return np.full(np.shape(household_ids), asked or year > scheme.years[0])


def taste(scheme: Scheme, streams: Streams, household_ids: np.ndarray) -> np.ndarray:
    """Logistic error of each household's liking for the scheme, drawn once for good; as `household_ids`.

    Keyed by the year the scheme opens, never by its name: rival schemes of one year meet the same moods.
    """
    return logit(streams.uniform("enrolment.taste", 0, household_ids, scheme.years[0]))


def wave(scheme: LandScheme, streams: Streams, household_ids: np.ndarray) -> np.ndarray:
    """Which wave each household is asked in, 0 to waves - 1, drawn once for good; as `household_ids`.

    Wave k is asked in the year after wave k - 1 and decides once.
    """
    draws = streams.uniform("enrolment.wave", 0, household_ids, scheme.years[0])
    return np.floor(draws * scheme.contract.waves).astype(np.int64)


def thinks(rules: Enrolment, scheme: Scheme, streams: Streams, year: int, household_ids: np.ndarray) -> np.ndarray:
    """Whether each household considers the offer this year; as `household_ids`.

    In waves each in the year of its own. Else all when the scheme opens, later at a yearly rate.
    """
    if isinstance(scheme, LandScheme) and scheme.contract.waves > 1:
        return wave(scheme, streams, household_ids) == year - scheme.years[0]
    if year == scheme.years[0]:
        return np.ones(np.shape(household_ids), dtype=bool)
    return streams.uniform("enrolment.revision", year, household_ids) < rules.revision


def willing(
    rules: Enrolment,
    scheme: LandScheme,
    streams: Streams,
    year: int,
    household_ids: np.ndarray,
    value: np.ndarray,
) -> np.ndarray:
    """Which plots are offered by those who work them: V + error > 0 and the household thinks about it.

    `household_ids` and `value` by plot; shape (plots,). Where it is not voluntary nobody is asked.
    """
    if not scheme.contract.voluntary:
        return np.ones(len(value), dtype=bool)
    wants = value + taste(scheme, streams, household_ids) > 0
    return wants & thinks(rules, scheme, streams, year, household_ids)
