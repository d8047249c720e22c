"""Land that is kept as it is: which land may enter, what keeping costs, who enters, what is due, what a visit finds."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy.parts import Checks, Dated, Delivery, Scheme, payment_rule
from village_abm.policy.payments import visits
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY

Measure = Literal["cover", "soil_kept", "carbon", "water"]


@dataclass(frozen=True)
class Wild:
    """Which land may be kept; never land that is under a scheme already."""

    uses: tuple[str, ...] = needs(None, "uses that may be kept")
    grades: tuple[Literal["none", "potential", "slight", "moderate", "severe", "extreme"], ...] = needs(
        None, "grades of rocky desertification that may enter"
    )
    least_slope: float = needs("degree", "least slope")
    most_slope: float = needs("degree", "greatest slope")
    least_cover: float = needs("1", "least cover at entry")
    most_cover: float = needs("1", "greatest cover at entry")
    red_line: Literal["anywhere", "inside", "outside"] = needs(None, "where the land lies by the ecological red line")
    holders: tuple[Literal["household", "collective"], ...] = needs(None, "whose land may enter")
    poor_only: bool = needs(None, "of households only the registered poor")


@dataclass(frozen=True)
class Keeping:
    """The contract: how long it holds, who decides, what it forbids; contract land is never cleared."""

    permanent: bool = needs(None, "whether it never ends")
    years: float = needs("yr", "its term; a permanent one counts for so many years to whoever weighs it")
    voluntary: bool = needs(None, "holders are asked; if not, land is assigned from above")
    closes: bool = needs(None, "land is closed to cutting and grazing")
    given_up: float = needs("CNY/ha/yr", "wood and browse that closing fully covered land forgoes", price="2020")
    most_area: float = needs("ha", "most land of one household")
    pace: float = needs("1/yr", "share of the eligible land that may be taken in a year")


@dataclass(frozen=True)
class Watch(Checks):
    """Who is looked at, and what happens without being seen."""

    breach: float = needs("1/yr", "probability that a closed plot is cut and grazed in a year all the same")
    kept_cover: float = needs("1", "share of the cover at entry below which a plot counts as cut or grazed")


@dataclass(frozen=True)
class DatedByArea(Dated):
    """A rate by area and calendar year, on a straight line between the years given, level before and after."""

    rate: tuple[float, ...] = needs("CNY/ha/yr", "paid by area, in the years given", price="nominal")

    def at(self, year: float | np.ndarray) -> np.ndarray:
        """Rate of a year [CNY/ha/yr, nominal]; shape of `year`."""
        return self.between(year)


@dataclass(frozen=True)
class PerArea(DatedByArea):
    """Pays for keeping land: once = share x value of the land in the year of entry, and a dated rate every year.

    fen = (rate(year) + [year of entry] x once x land_value) x (1 - management) x area x 100, rounded down. Nominal.
    """

    once: float = needs("1", "share of the value of the land that is paid once, on entry")
    land_value: float = needs("CNY/ha", "value of the land", price="nominal")
    management: float = needs("1", "share of the rate kept back for guards and management")

    def one_off(self) -> float:
        """What is paid on entry on top of the yearly rate [CNY/ha, nominal]."""
        return self.once * self.land_value


@dataclass(frozen=True, kw_only=True)
class KeptScheme(Scheme):
    """A contract that keeps land as it is; what is paid for differs by the payment rule."""

    eligible: Wild
    contract: Keeping
    monitoring: Watch
    delivery: Delivery

    @abstractmethod
    def offer(self, year: int) -> float:
        """What holders expect a hectare to bring, as a yearly mean over the term [CNY/ha/yr, nominal]."""
        raise NotImplementedError

    def offers(self, year: int) -> bool:
        """Whether land may enter: a scheme that is closed or promises nothing is no offer."""
        return self.is_open(year) and self.offer(year) > 0

    def measure(self) -> Measure:
        """What gains on its land are measured in."""
        return "cover"

    def most_new(self, year: int, held: float) -> float:
        """Most land the budget lets in this year, given the `held` [ha]; no limit where dues are cut to the budget."""
        return np.inf

    def is_over(self, starts: np.ndarray, year: int) -> np.ndarray:
        """Whether contracts begun in `starts` have ended; shape of `starts`."""
        return np.zeros(len(starts), bool) if self.contract.permanent else starts + self.contract.years <= year

    @property
    def takes_in_land(self) -> bool:
        """Whether land comes under a contract."""
        return True

    def last_payment(self) -> int | None:
        """The last year of the contracts of its last year; None where they are permanent."""
        if self.contract.permanent:
            return None
        return self.years[1] + max(math.ceil(self.contract.years), 1) - 1


@payment_rule("area_kept")
@dataclass(frozen=True, kw_only=True)
class AreaKept(KeptScheme):
    """Pays by the area that stands."""

    pays_for: Literal["area_kept"] = needs(None, "the payment rule")
    payment: PerArea

    def offer(self, year: int) -> float:
        """What holders expect a hectare to bring [CNY/ha/yr, nominal]: mean rate and a part of what is paid once."""
        term = year + np.arange(max(1, round(self.contract.years)))
        lasting = float(self.payment.at(term).mean()) + self.payment.one_off() / len(term)
        return lasting * (1 - self.payment.management)

    def most_new(self, year: int, held: float) -> float:
        """Area that budget / (1 + admin) leaves at today's rate with the one-off, and at the highest rate to come."""
        pay, most = self.payment, self.budget / (1 + self.delivery.admin)
        now, once = float(pay.at(year)), pay.one_off()
        highest = max(now, *(rate for at, rate in zip(pay.rate_years, pay.rate, strict=True) if at > year), 0.0)
        limits = [(most - held * rate) / cost for rate, cost in ((now, now + once), (highest, highest)) if cost > 0]
        return max(0.0, min(limits, default=np.inf))

    def last_payment(self) -> int | None:
        """As long as contracts bind and the yearly rate is above nothing; what is paid on entry ends with entry."""
        bound, last = super().last_payment(), self.years[1]
        if self.payment.rate[-1] > 0:
            return bound
        paid = [after for rate, after in zip(self.payment.rate, self.payment.rate_years[1:], strict=False) if rate > 0]
        ends = max([last, *(after - 1 for after in paid)])
        return ends if bound is None else min(bound, ends)


def may_keep(
    scheme: KeptScheme,
    use_names: Sequence[str],
    grade_names: Sequence[str],
    use: np.ndarray,
    grade: np.ndarray,
    slope: np.ndarray,
    cover: np.ndarray,
    red_line: np.ndarray,
    owner: np.ndarray,
    poor: np.ndarray,
) -> np.ndarray:
    """Which of the patches under no scheme may enter; (patches,) bool.

    `poor` by household, `owner` < 0 the collective.
    """
    rules = scheme.eligible
    may = np.array([name in rules.uses for name in use_names])[use]
    may &= np.array([name in rules.grades for name in grade_names])[grade]
    may &= (slope >= rules.least_slope) & (slope <= rules.most_slope)
    may &= (cover >= rules.least_cover) & (cover <= rules.most_cover)
    if rules.red_line != "anywhere":
        may &= red_line == (rules.red_line == "inside")
    of_household = owner >= 0
    if rules.poor_only:
        may &= ~of_household | poor[owner]
    return may & np.where(of_household, "household" in rules.holders, "collective" in rules.holders)


def cost(
    rules: Keeping, cover: np.ndarray, food_gap: np.ndarray, clearable: np.ndarray, grain_margin: np.ndarray
) -> np.ndarray:
    """What keeping a plot costs its holder [CNY/ha/yr of 2020]; (plots,).

    cost = closes x wood and browse x cover + food gap x margin of maize where the plot could be cleared: land that
    is kept feeds nobody who is hungry.
    """
    forgone = rules.given_up * cover if rules.closes else np.zeros(len(cover))
    return forgone + np.where(clearable, food_gap * np.maximum(grain_margin, 0.0), 0.0)


def intake(
    scheme: KeptScheme,
    streams: Streams,
    year: int,
    area: float,
    ids: np.ndarray,
    owner: np.ndarray,
    wanted: np.ndarray,
    held: float,
    held_by: np.ndarray,
) -> np.ndarray:
    """Positions of the plots taken: in order of a keyed draw, within pace, budget and the most of a household.

    By plot but for `held` [ha], all land under the scheme, and `held_by` (households,) [ha]; `area` of a plot [ha].
    """
    offered = np.flatnonzero(wanted)
    order = offered[np.lexsort((ids[offered], streams.uniform("kept.arrival", year, ids[offered])))]
    by_house = order[np.argsort(owner[order], kind="stable")]
    house = owner[by_house]
    turn = np.arange(1, len(by_house) + 1) - np.searchsorted(house, house)
    most = scheme.contract.most_area * (1 + 1e-9)
    within = (house < 0) | (held_by[house] + turn * area <= most)
    room = np.zeros(len(ids), bool)
    room[by_house[within]] = True
    order = order[room[order]]
    quota = int(np.ceil(round(scheme.contract.pace * len(ids), 9)))
    left = min(scheme.most_new(year, held) / area, float(len(ids)))
    return order[: min(quota, int(left * (1 + 1e-12)))]


def breached(rules: Watch, streams: Streams, year: int, ids: np.ndarray) -> np.ndarray:
    """Which closed plots are cut and grazed this year all the same; (plots,) bool."""
    return streams.uniform("kept.breach", year, ids) < rules.breach


def keeps(
    scheme: KeptScheme,
    use_names: Sequence[str],
    use: np.ndarray,
    still_closed: np.ndarray,
    cover: np.ndarray,
    before: np.ndarray,
) -> np.ndarray:
    """Whether plots stand as promised: still under a use that may be kept, closed, and not stripped; (plots,) bool.

    Stripped is cover below `kept_cover` x the cover at entry, `before`.
    """
    stands = np.array([name in scheme.eligible.uses for name in use_names])[use]
    return stands & still_closed & (cover >= scheme.monitoring.kept_cover * before)


def watched(
    rules: Watch, streams: Streams, year: int, ids: np.ndarray, stands: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which plots are visited, at most `most`, and which are found wanting and lose the year's payment; (plots,)."""
    visited = visits(rules, streams, year, ids, most)
    found = visited & ~stands
    found[found] = streams.uniform("audit.detection", year, ids[found]) < rules.detection
    return visited, found


def due(scheme: AreaKept, starts: np.ndarray, year: int, area: float) -> tuple[np.ndarray, np.ndarray]:
    """What each plot is due and what guards and management get for it, in whole fen; shapes (plots,)."""
    pay = scheme.payment
    whole = (pay.at(year) + np.where(starts == year, pay.one_off(), 0.0)) * (area * FEN_PER_CNY)
    total = np.floor(np.round(whole, 6)).astype(np.int64)
    guards = np.floor(np.round(pay.management * total, 6)).astype(np.int64)
    return total - guards, guards


def within_budget(scheme: KeptScheme, owed: np.ndarray, others: float = 0.0) -> np.ndarray:
    """Amounts owed cut by one share where they would pass the budget with administration and `others`; as `owed`.

    `others` is what is spent besides, as a share of what is owed (brokers, for example). Rounded down to whole fen.
    """
    most = scheme.budget * FEN_PER_CNY / (1 + scheme.delivery.admin + others)
    total = owed.sum()
    return np.floor(owed if total <= most else owed * (most / total)).astype(np.int64)
