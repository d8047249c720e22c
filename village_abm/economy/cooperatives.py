"""Cooperatives: who founds which kind, who joins, leaves, and when they fail; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from agents.cooperative import DRIVERS, FOUNDERS
from village_abm.params import ParameterError, needs


@dataclass(frozen=True)
class Founding:
    """When somebody founds a cooperative, and what that takes."""

    hazard: float = needs("1/yr", "chance that a village founds one that works, from the law to the push")
    law_year: int = needs("yr", "year in which the law on farmers' cooperatives came into force")
    before_law: float = needs("1", "chance before the law, against that")
    push_year: int = needs("yr", "year from which the government pushes them")
    push: float = needs("1", "chance from then on, against that")
    interested: int = needs(None, "least households that are interested in the product")
    legal_members: int = needs(None, "least founding members by law")
    least_area: float = needs("ha", "land whose product a household sells from which it is a grower")
    knowledge_gate: float = needs("1", "knowledge of a perennial from which a household would plant it with help")
    founder_share: float = needs("CNY", "share that a founder pays in, which takes cash in hand", price="2020")
    cadre_schooling: float = needs("yr", "schooling from which somebody at home may be a cadre")
    firm_from: float = needs("kg/yr", "product sold by a village from which a firm may found the cooperative")
    firm_chance: float = needs("1", "chance that a firm does so where nobody of the village can")
    shell_share: float = needs("1", "share of cooperatives founded for the subsidy alone")
    subsidy: float = needs("CNY", "founding subsidy from above, from the law on", price="2020")
    chance_scale: float = needs("1", "spread of what else tips the choice of a type, scale of a Gumbel draw")
    scenery_from: float = needs("1", "mean cover of a village from which its scenery can be sold")


@dataclass(frozen=True)
class Membership:
    """Who joins, who leaves, and when a cooperative fails."""

    intercept: float = needs("1", "log odds of joining within a year")
    backbone: float = needs("1", "more for backbone farmers")
    education: float = needs("1", "more by a standard deviation of schooling")
    ties: float = needs("1", "more where all ties are members")
    area: float = needs("1/ha", "more by land whose product is sold")
    poor: float = needs("1", "more for registered poor households while they are targeted")
    targeted: tuple[int, int] = needs("yr", "first and last year of targeting")
    exit: float = needs("1/yr", "chance that a member leaves")
    disappointed: float = needs("1", "times as often where traders paid more for a kg")
    share: float = needs("CNY", "share that a member pays in", price="2020")
    failure: float = needs("1/yr", "chance that a cooperative fails in a year without a fall of the price")
    failure_fall: float = needs("1/yr", "more by the share by which the price fell")


@dataclass(frozen=True)
class Trade:
    """How a cooperative buys, sells, processes and shares out."""

    contract: float = needs("1", "weight of the usual price in the price agreed on, the rest being the year's")
    side_selling: bool = needs(None, "members sell to traders who pay enough more")
    side_above: float = needs("1", "price of traders over the cooperative's at which the mean member sells to them")
    side_spread: float = needs("1", "spread of that between members, standard deviation")
    handling: float = needs("1", "costs of collecting, grading and transport, share of sales")
    overhead: float = needs("CNY/yr", "costs of running a cooperative that works", price="2020")
    premium_max: float = needs("1", "premium on the price that a great brand brings; 0 for no brand")
    brand_memory: float = needs("1", "share of the brand stock carried into the next year")
    quality: float = needs("1", "spent on grading, quality and name, share of sales")
    brand_unit: float = needs("1", "share of sales spent that makes a unit of brand stock")
    scenery: float = needs("1", "growth of the greatest premium by full cover where visitors come")
    inputs_saved: float = needs("1", "share of the cost of inputs that members save by buying jointly")
    credit: float = needs("CNY", "credit that a member gets beyond what others do", price="2020")
    rental_cost: float = needs("1", "part of the cost of renting that is left to a member")
    teaching: float = needs("1/yr", "share of missing knowledge of the product that members are taught")
    seedlings: float = needs("1", "share of the cash for planting the product that members are given")
    job_days: float = needs("day/yr", "days of work that a cooperative finds for a member, where idle")
    job_fee: float = needs("1", "what it is paid for that above the wages")
    visitors: float = needs("1", "growth of the village's visitors by a cooperative that draws them")
    interest: float = needs("1/yr", "interest on what a cooperative owes the bank")
    patronage: float = needs("1", "share of the surplus given back by what members delivered")
    dividend: float = needs("1", "share of the surplus paid on members' shares")

    def __post_init__(self) -> None:
        """Refuse to share out more than there is; raises ParameterError."""
        if self.patronage + self.dividend > 1:
            raise ParameterError(
                f"patronage = {self.patronage:g} and dividend = {self.dividend:g} exceed the surplus. Lower one."
            )


@dataclass(frozen=True)
class Line:
    """A processing line: when it is built and runs, what it makes and costs."""

    on: bool = needs(None, "cooperatives may build processing lines")
    least: float = needs("kg/yr", "raw product delivered that a line needs")
    cost: float = needs("CNY/(kg/yr)", "cost of a line by what it can take", price="2020")
    own_money: float = needs("1", "share of the cost that the cooperative has in hand when it builds")
    life: int = needs("yr", "years over which it is written down")
    value: float = needs("1", "worth of what a kg makes over the usual price of a kg, at the volume of one line")
    elasticity: float = needs("1", "price elasticity of demand for what lines make")
    cost_share: float = needs("1", "cost of running it, share of the value added")
    per_day: float = needs("kg/day", "raw product processed in a day of work")
    salvage: float = needs("1", "what a line brings when a cooperative ends, share of what is not written down")


@dataclass(frozen=True)
class Driver:
    """What a cooperative of one type does, 0 not at all to 1 fully."""

    label: Mapping[str, str]
    sale: float = needs("1", "sells members' product")
    help: float = needs("1", "gives seedlings and teaches")
    line: float = needs("1", "may build a processing line where not 0")
    jobs: float = needs("1", "finds paid work for members")
    visitors: float = needs("1", "draws visitors and sells scenery with the product")
    margin: float = needs("1", "share of the price at the town market that others keep")
    affinity: tuple[float, ...] = needs("1", "pull on backbone farmers, returning migrants, cadres and firms")

    def __post_init__(self) -> None:
        """Refuse a wrong number of founders; raises ParameterError."""
        if len(self.affinity) != len(FOUNDERS):
            raise ParameterError(f"affinity = {list(self.affinity)}: write one for each of {', '.join(FOUNDERS)}.")


@dataclass(frozen=True)
class Drivers:
    """The five types."""

    non_farm: Driver
    processing: Driver
    agri_tourism: Driver
    integration: Driver
    planting_structure: Driver

    def column(self, field: str) -> np.ndarray:
        """A number of every type; (types, ...)."""
        return np.array([getattr(getattr(self, name), field) for name in DRIVERS])


@dataclass(frozen=True)
class Score:
    """Weights of the eight attributes of an ecological industry."""

    objective: float = needs("1", "weight of harmony with nature against profit")
    paradigm: float = needs("1", "weight of chains against single products")
    function: float = needs("1", "weight of serving more than production")
    social: float = needs("1", "weight of work given")
    environment: float = needs("1", "weight of soil kept")
    efficiency: float = needs("1", "weight of value added")
    sustainability: float = needs("1", "weight of steadiness without subsidy")
    trend: float = needs("1", "weight of being able to change")


@dataclass(frozen=True)
class Cooperatives:
    """All rules of cooperatives, and the weights of the score of industries."""

    founding: Founding
    membership: Membership
    trade: Trade
    line: Line
    drivers: Drivers
    score: Score
    on: bool = needs(None, "there are cooperatives")


def without_government(rules: Cooperatives) -> Cooperatives:
    """The rules where there is no government: no subsidy and so no shells, no push, no targeting of the poor."""
    founding = replace(rules.founding, subsidy=0.0, shell_share=0.0, push=1.0)
    return replace(rules, founding=founding, membership=replace(rules.membership, poor=0.0))


def founding_hazard(rules: Founding, year: int) -> float:
    """Chance that a village founds a cooperative that works this year, h (x .15 before the law, x 2 when pushed)."""
    if year < rules.law_year:
        return rules.hazard * rules.before_law
    return min(rules.hazard * (rules.push if year >= rules.push_year else 1.0), 1.0)


def shells(rules: Founding, year: int) -> float:
    """Share of what is founded this year that is for the subsidy alone, none before there is one [1]."""
    return rules.shell_share if year >= rules.law_year else 0.0


def product_hazard(rules: Founding, year: int, products: int) -> float:
    """Chance that one of `products` gets a cooperative, 1 - (1 - h/(1 - s))^(1/n) [1/yr].

    The chance of the village is then h for one that works, however many products it has; shells (s) come on top.
    """
    both = min(founding_hazard(rules, year) / (1.0 - shells(rules, year)), 1.0)
    return 1.0 - (1.0 - both) ** (1.0 / max(products, 1))


def interested(
    rules: Founding, area: np.ndarray, perennial: np.ndarray, knows: np.ndarray, rising: np.ndarray
) -> np.ndarray:
    """Who would join in founding: growers who sell, and who know a perennial and expect no fall; (households, uses).

    `area` [ha] under what is sold, `knows` [1] and `rising`, the price expected no lower than the usual one,
    (households, uses); `perennial` (uses,).
    """
    would_plant = perennial & (knows >= rules.knowledge_gate) & rising
    return (area > rules.least_area) | would_plant


def best_founder(
    rules: Founding, kinds: np.ndarray, knows: np.ndarray, schooling: np.ndarray, cash: np.ndarray, ids: np.ndarray
) -> int:
    """Place of the founder among households, -1 where none can: by kind, then by knowledge, schooling and cash.

    `kinds` (households,) index into FOUNDERS, -1 none of them. A founder has the share in hand; of a kind the one
    with the highest knowledge + min(schooling/cadre schooling, 1) + min(cash/(2 share), 1), then the lowest id.
    """
    able = np.flatnonzero((kinds >= 0) & (cash >= rules.founder_share))
    if not len(able):
        return -1
    merit = knows[able] + np.minimum(schooling[able] / max(rules.cadre_schooling, 1e-9), 1.0)
    merit += np.minimum(cash[able] / max(2 * rules.founder_share, 1e-9), 1.0)
    return int(able[np.lexsort((ids[able], -merit, kinds[able]))[0]])


def endowments(
    rules: Founding, line: Line, idle: float, sold: float, cover: float, land_share: float
) -> dict[str, float]:
    """What speaks for each type but integration, 0 to 1.

    Days without work over all (non-farm); product sold over what a line needs (processing); cover where it is
    scenery (agri-tourism); land not yet under the product (planting structure).
    """
    return {
        "non_farm": idle,
        "processing": min(sold / line.least, 1.0) if line.on else 0.0,
        "agri_tourism": cover if cover >= rules.scenery_from else 0.0,
        "planting_structure": 1.0 - land_share,
    }


def driver_of(
    rules: Cooperatives, endowed: Mapping[str, float], founder: int, luck: np.ndarray, closed: tuple[str, ...] = ()
) -> int:
    """Type of a new cooperative: the highest endowment + pull on the founder + scale x luck; index into DRIVERS.

    Integration has the second highest endowment, for it stands on two legs. `luck` (types,) Gumbel draws; `closed`
    types are out of question.
    """
    legs = dict(endowed) | {"integration": sorted(endowed.values())[-2]}
    pull = rules.drivers.column("affinity")[:, founder] + rules.founding.chance_scale * luck
    worth = [-np.inf if name in closed else legs[name] + pull[k] for k, name in enumerate(DRIVERS)]
    return int(np.argmax(worth))


def joining(
    rules: Membership, backbone: np.ndarray, education: np.ndarray, ties: np.ndarray, area: np.ndarray, poor: np.ndarray
) -> np.ndarray:
    """Chance to join within a year, logistic(-1.5 + .5 backbone + .3 z + .8 ties + .04 mu + 1.0 targeted); (n,).

    `education` standard deviations of schooling above the mean, `ties` share of the network that are members,
    `area` [ha] under what is sold, `poor` registered poor while that counts.
    """
    odds = rules.intercept + rules.backbone * backbone + rules.education * education + rules.ties * ties
    return expit(odds + rules.area * area + rules.poor * poor)


def leaving(rules: Membership, gain: np.ndarray) -> np.ndarray:
    """Chance that a member leaves within a year, doubled where it would have got more outside (`gain` < 0); (n,)."""
    return np.minimum(rules.exit * np.where(gain < 0, rules.disappointed, 1.0), 1.0)


def failure(rules: Membership, price: np.ndarray, previous: np.ndarray) -> np.ndarray:
    """Chance that a cooperative fails this year, .06 + .20 x share by which the price fell; (n,)."""
    fall = 1 - np.divide(price, previous, out=np.ones(len(price)), where=previous > 0)
    return np.minimum(rules.failure + rules.failure_fall * np.maximum(fall, 0.0), 1.0)
