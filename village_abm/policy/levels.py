"""The levels of government and others who fund schemes: allotments, the county's own purse and debt, fatigue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from village_abm.params import ParameterError, needs, refuse_unknown
from village_abm.policy.parts import RULES, Scheme
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Levels:
    """What each level has for schemes in a year, and how the county's own purse keeps house."""

    central: float = needs("CNY/yr", "most the centre sends for its schemes in a year; 0 no limit", price="nominal")
    province: float = needs("CNY/yr", "most the province sends for its schemes in a year; 0 no limit", price="nominal")
    revenue: float = needs("CNY/yr", "own money the county gets for schemes of its own in a year", price="2020")
    growth: float = needs("1/yr", "what money left in the purse brings in a year")
    debt_limit: float = needs("CNY", "most the county may owe; 0 it never borrows", price="nominal")
    interest: float = needs("1/yr", "interest on what the county owes")


@dataclass(frozen=True)
class Buyers:
    """Who else pays: a yearly limit for the kinds of schemes that private buyers, members or those downstream fund."""

    kinds: tuple[str, ...] = needs(None, "words of `pays_for` of schemes with funds from outside", any_length=True)
    demand: tuple[float, ...] = needs(
        "CNY/yr", "most that is paid for each kind in a year; 0 no limit", price="nominal", any_length=True
    )

    def __post_init__(self) -> None:
        refuse_unknown(self.kinds, RULES, "kinds", "payment rule")
        if len(self.kinds) != len(self.demand):
            raise ParameterError(
                f"kinds = {list(self.kinds)} and demand = {list(self.demand)} do not belong together. "
                f"Write one demand for each kind."
            )


@dataclass(frozen=True)
class Fatigue:
    """How a government tires of checking: it visits less and lets off more."""

    rate: float = needs(
        "1/yr", "share of the way to what the year suggests that fatigue goes in a year; 0 it never tires"
    )
    usual: float = needs("1", "share of visits that find a failure at which nobody tires of visiting")


@dataclass(frozen=True)
class PurseYear:
    """What the county's purse has this year, in whole fen; what is not paid of the interest is waited for no longer."""

    gained: int
    revenue: int
    interest: int
    unpaid_interest: int
    schemes: int
    """For schemes of its own and what it owes others, credit included."""
    audits: int
    """For visits; borrowed money is never used for them."""


GOVERNMENTS = ("central", "province", "county")


def funder(scheme: Scheme) -> str:
    """Whose limit a scheme falls under: a level of government, or the market of its kind of payment."""
    return (
        scheme.funded_by
        if scheme.funded_by in GOVERNMENTS
        else f"{scheme.funded_by}: {getattr(scheme, 'pays_for', '')}"
    )


def allotted(levels: Levels, buyers: Buyers, who: str) -> int | None:
    """The yearly limit of a funder but the county [fen]; None where there is none."""
    if who in GOVERNMENTS:
        yuan = {"central": levels.central, "province": levels.province}.get(who, 0.0)
    else:
        yuan = dict(zip(buyers.kinds, buyers.demand, strict=True)).get(who.partition(": ")[2], 0.0)
    return round(yuan * FEN_PER_CNY) if yuan > 0 else None


def debt_limit(levels: Levels) -> int:
    """Most the county may owe [fen]."""
    return round(levels.debt_limit * FEN_PER_CNY)


def purse_year(levels: Levels, price_level: float, opening: int, allotment: int, pays_itself: bool) -> PurseYear:
    """What growth, interest and the limit of debt leave for the year [fen].

    gained = g max(opening, 0); interest = i max(-opening, 0), at most what purse, limit and allotment bear. Where
    the county `pays_itself`, its schemes have purse + gains + revenue + limit - interest and visits the allotment
    alone; otherwise visits have both and schemes nothing. So the purse ends the year at -limit or above.
    """
    gained = int(levels.growth * max(opening, 0))
    revenue = round(levels.revenue * price_level * FEN_PER_CNY)
    owed = round(levels.interest * max(-opening, 0))
    held = opening + gained + revenue
    reach = max(held + debt_limit(levels), 0)
    interest = min(owed, reach + allotment)
    if pays_itself:
        schemes = max(reach - interest, 0)
        return PurseYear(gained, revenue, interest, owed - interest, schemes, allotment - max(interest - reach, 0))
    return PurseYear(gained, revenue, interest, owed - interest, 0, max(held - interest + allotment, 0))


def tiring(rules: Fatigue, visits: int, failures: int, gain: float, more_debt: float, limit: float) -> float:
    """What a year suggests to a tired office, the greatest of three; 0 to 1.

    1 - (failures / visits) / usual where anything was visited; 1 where the ecological index did not rise; the
    growth of debt as a share of its limit.
    """
    idle = max(0.0, 1 - failures / visits / rules.usual) if visits and rules.usual > 0 else 0.0
    deeper = min(1.0, max(0.0, more_debt) / limit) if limit > 0 else 0.0
    return max(idle, 1.0 if gain <= 0 else 0.0, deeper)


def fatigue_next(rules: Fatigue, fatigue: float, suggests: float) -> float:
    """Fatigue after a year: f + rate (suggests - f); 0 to 1."""
    return fatigue + rules.rate * (suggests - fatigue)


def as_checked[S: Scheme](scheme: S, fatigue: float) -> S:
    """The scheme as a tired office checks it: audit (1 - f); forbearance + (1 - forbearance) f where any is shown.

    Checks are the table `monitoring`, or that by which a red line is watched.
    """
    if fatigue <= 0:
        return scheme
    for name in ("monitoring", "watch"):
        rules: Any = getattr(scheme, name, None)
        if hasattr(rules, "audit"):
            slack: dict[str, Any] = {"audit": rules.audit * (1 - fatigue)}
            if hasattr(rules, "forbearance"):
                slack["forbearance"] = rules.forbearance + (1 - rules.forbearance) * fatigue
            changed: dict[str, Any] = {name: replace(rules, **slack)}
            return replace(scheme, **changed)
    return scheme


def within_room[S: Scheme](scheme: S, room: int | None) -> S:
    """The scheme with no more budget than its funder has left [fen]; itself where that does not bind."""
    if room is None or room >= scheme.budget * FEN_PER_CNY:
        return scheme
    return replace(scheme, budget=max(room, 0) / FEN_PER_CNY)
