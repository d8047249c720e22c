"""Which use each plot gets: review, own food first, worth, norms, knowledge, planting within means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.outlook import Outlook
from village_abm.economy.enterprises import UseArrays
from village_abm.economy.production import Production
from village_abm.economy.returns import Returns, break_even, expected_returns
from village_abm.economy.ways import Rule, choose, utilities
from village_abm.order import ahead, in_turn, taken_before
from village_abm.params import needs
from village_abm.streams import Streams


@dataclass(frozen=True)
class LandUse:
    """How households choose, clear and abandon land."""

    rule: Literal["expected_utility", "prospect", "satisficing", "imitation", "planned_behaviour", "mixed"] = needs(
        None, "how everybody chooses a use, or mixed for the next line"
    )
    mix: tuple[Rule, Rule, Rule] = needs(
        None, "how households without anyone of working age at home, others with migrants, and the rest choose"
    )
    review: float = needs("1/yr", "chance that a household reviews its land in a year")
    logit_scale: float = needs("CNY/ha/yr", "spread of unseen reasons in the choice", price="2020")
    switching_bonus: float = needs("CNY/ha/yr", "what leaving things as they are is worth", price="2020")
    value_unit: float = needs("CNY/ha/yr", "size of gains at which their worth begins to flatten", price="2020")
    norm_weight: float = needs("1", "pull of what the ties do, per share above the threshold")
    norm_threshold: float = needs("1", "share of ties at which the pull turns from against to for")
    knowledge_weight: float = needs("1", "pull of knowing a use well")
    knowledge_gate: float = needs("1", "knowledge below which nobody plants a perennial")
    planned_norm: float = needs("1", "pull of what all the ties do, under planned behaviour")
    planned_control: float = needs("1", "pull of knowledge and means together, under planned behaviour")
    belief_weight: float = needs("1", "pull of uses good for nature, for one who fully believes in it")
    satisficing_margin: float = needs("1", "gain that makes the content change, as a share")
    rise: float = needs("1", "expected price against the usual one that counts as a rise")
    fall: float = needs("1", "expected price against the usual one that counts as a fall")
    act_on_rise: float = needs("1", "chance to plant a perennial when a rise is expected")
    act_without_rise: float = needs("1", "chance to plant a perennial when none is")
    act_on_fall: float = needs("1/yr", "chance to cut a perennial when a fall is expected")
    keep_margin: float = needs("CNY/ha/yr", "yearly margin above which a perennial is kept", price="2020")
    plant_forest_land: bool = needs(None, "households may plant perennials on their wild forest and barren land")
    woods_from: float = needs("1", "cover above which wild land counts as woods, which nobody may clear for a stand")
    cover_kept: float = needs("1", "share of the cover that planting leaves between the rocks of wild land")
    loss_years: float = needs("yr", "years of loss running before cutting or abandoning")
    own_food_floor: float = needs("1", "least share of its grain that every household grows where it can")
    clearing_rate: float = needs("1/yr", "share of the missing grain for which land is cleared in a year")
    clearing_days: float = needs("day", "idle days needed to clear a plot")
    clearing_depth: float = needs("cm", "thinnest soil worth clearing")
    clearing_slope: float = needs("degree", "steepest slope cleared")
    clearing_per_exposure: float = needs("m", "walk that bare rock all over is felt as")
    clearing_per_degree: float = needs("m/degree", "walk that a degree of slope is felt as")
    abandon_rate: float = needs("1/yr", "scale of the chance to abandon a plot that makes a loss")
    abandon_base: float = needs("1", "part of that chance that holds for everyone")
    abandon_elder: float = needs("1", "part of that chance where all adults at home are old")
    abandon_far: float = needs("1", "part of that chance for a far plot")
    far: float = needs("m", "distance from which a plot counts as far")
    tenant: tuple[float, ...] = needs("1", "chance that somebody else takes the plot on, by kind of land")


@dataclass(frozen=True)
class Plots:
    """The plots that households work; arrays (plots,)."""

    ids: np.ndarray
    owner: np.ndarray
    """Whoever works the plot: its holder, or the tenant."""
    use: np.ndarray
    use_age: np.ndarray
    life: np.ndarray
    loss_years: np.ndarray
    free: np.ndarray
    """May be changed: under no contract, no closure, no house."""
    idle: np.ndarray
    """Use of the plot when nobody grows anything there: fallow, on forest land wild."""
    area: float
    """Of one plot [ha]."""


@dataclass(frozen=True)
class Decision:
    """What became of every plot this year; arrays (plots,) unless said otherwise."""

    use: np.ndarray
    planted: np.ndarray
    """A new perennial stand begins, also after its like."""
    reviewed: np.ndarray
    weighed: np.ndarray
    """Reviewed with more than the present use to choose from."""
    cut: np.ndarray
    denied: np.ndarray
    """A perennial was wanted that cash or days did not reach for."""
    protected: np.ndarray
    """Kept for the household's own food."""
    loss_years: np.ndarray
    returns: Returns
    chosen_return: np.ndarray
    """Expected net return of the use held from now on [CNY/ha/yr]."""
    cash: np.ndarray
    """Planting costs by household [CNY]; (households,)."""
    days: np.ndarray
    """Days of planting by household; (households,)."""
    terms: dict[str, np.ndarray]
    """Parts of the utility of the weighed plots, in units of the logit scale; (weighed plots, uses)."""


def own_food_plots(uses: UseArrays, plots: Plots, yields: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The best grain plots of each household, as many as cover its `wanted` grain [kg/yr]; (plots,) bool."""
    rows = np.flatnonzero((uses.grain[plots.use] > 0) & (plots.owner >= 0))
    grain = yields[rows, plots.use[rows]] * uses.grain[plots.use[rows]] * plots.area
    before = taken_before(plots.owner[rows], grain, (-grain, plots.ids[rows]))
    kept = np.zeros(len(plots.use), dtype=bool)
    kept[rows] = before < wanted[plots.owner[rows]]
    return kept


def reviewing(rules: LandUse, year: int, household_ids: np.ndarray, streams: Streams) -> np.ndarray:
    """Households that think about their land this year, also about renting it; (households,) bool."""
    return streams.uniform("land.review", year, household_ids) < rules.review


def acting(
    rules: LandUse, uses: UseArrays, outlook: Outlook, household_ids: np.ndarray, streams: Streams
) -> np.ndarray:
    """Who would go and plant which use this year: .54 of those who expect a rise, else .15; (households, uses)."""
    rises = outlook.price > rules.rise * outlook.usual_price
    chance = np.where(rises, rules.act_on_rise, rules.act_without_rise)
    return streams.uniform("land.plant", outlook.year, household_ids[:, None], uses.numbers[None, :]) < chance


def worth_planting(
    rules: LandUse, production: Production, uses: UseArrays, outlook: Outlook, area: float, household_ids: np.ndarray,
    thinks: np.ndarray, streams: Streams,
) -> np.ndarray:  # fmt: skip
    """Yield above which households plant a perennial on wild land; (households, uses) [kg/ha/yr].

    Infinite for who does not think about its land (`thinks`, (households,)), does not know the use, does not act
    this year or cannot pay for one plot of `area` [ha]: its wild plots need not be looked at.
    """
    would = thinks[:, None] & (outlook.knowledge >= rules.knowledge_gate) & uses.is_kind("perennial") & uses.voluntary
    for cost, limit in ((uses.establish_cash, outlook.purse), (uses.establish_days, outlook.idle_days)):
        would &= cost * area <= limit[:, None] + 1e-9
    would &= acting(rules, uses, outlook, household_ids, streams)
    least = np.full(would.shape, np.inf)
    some = np.flatnonzero(would.any(axis=1))
    least[some] = np.where(would[some], break_even(uses, production, outlook, some), np.inf)
    return least


def kept_for_food(rules: LandUse, uses: UseArrays, plots: Plots, outlook: Outlook) -> np.ndarray:
    """Grain plots kept for what must be grown, what cannot be bought or a least share; (plots,) bool."""
    wanted = np.maximum(outlook.own_food, rules.own_food_floor) * outlook.grain_need
    return own_food_plots(uses, plots, outlook.yields, wanted)


def decide(
    rules: LandUse,
    production: Production,
    uses: UseArrays,
    plots: Plots,
    outlook: Outlook,
    feasible: np.ndarray,
    household_ids: np.ndarray,
    grain_margin: float,
    streams: Streams,
) -> Decision:
    """The use of every plot from now on: yearly review by chance, worn-out and cut perennials always.

    `feasible` (plots, uses) from `enterprises.feasible`. Annual chances are keyed by household
    ("land.review", "land.plant" by use), cutting by plot, and one Gumbel by (plot, use).
    """
    count = len(plots.use)
    returns = expected_returns(uses, production, outlook, plots.owner, plots.use, grain_margin)
    perennial = uses.is_kind("perennial")
    protected = kept_for_food(rules, uses, plots, outlook)
    known = (outlook.knowledge >= rules.knowledge_gate) | ~perennial
    possible = feasible & (known & uses.voluntary).take(plots.owner, axis=0)
    worn, cut = _worn_and_cut(rules, uses, plots, outlook, returns, streams)
    on = reviewing(rules, outlook.year, household_ids, streams)
    arable = uses.is_kind("crop")[plots.use] | (plots.use == plots.idle)
    reviewed = plots.free & (plots.owner >= 0) & ((arable & on[plots.owner]) | worn | cut)
    rows = np.flatnonzero(reviewed)
    allowed = _allowed(rules, uses, plots, outlook, returns, possible, protected, household_ids, streams, rows)
    allowed[np.arange(len(rows))[cut[rows]], plots.use[rows][cut[rows]]] = False
    weighed = np.zeros(count, dtype=bool)
    weighed[rows] = (allowed.sum(axis=1) > 1) | worn[rows] | cut[rows]
    rows, allowed = rows[weighed[rows]], allowed[weighed[rows]]
    terms = utilities(rules, uses, plots, outlook, returns, rows)
    utility = np.sum(list(terms.values()), axis=0)
    at, option = np.nonzero(allowed)
    gumbel = np.zeros(allowed.shape)
    gumbel[at, option] = streams.gumbel("land.use", outlook.year, plots.ids[rows[at]], uses.numbers[option])
    choice = choose(rules, plots, outlook, rows, utility, allowed, gumbel)
    starts = perennial[choice] & ((choice != plots.use[rows]) | worn[rows])
    paid = _affordable(uses, plots, outlook, returns, rows, choice, starts)
    poor = np.flatnonzero(starts & ~paid)
    choice[poor] = choose(rules, plots, outlook, rows[poor], utility[poor], allowed[poor] & ~perennial, gumbel[poor])
    use = plots.use.copy()
    use[rows] = choice
    planted, denied = np.zeros((2, count), dtype=bool)
    planted[rows], denied[rows] = starts & paid, starts & ~paid
    hoped = np.ascontiguousarray(np.where(possible, returns.net, -np.inf).T)  # a row a use: quicker to compare
    promise = np.where(perennial[plots.use], returns.standing, hoped.max(axis=0))
    tilled = perennial[plots.use] | (arable & ((plots.use == uses.index["fallow"]) | (plots.use != plots.idle)))
    losses = np.where(tilled & (promise < 0), plots.loss_years + 1, 0)
    held = np.where(use == plots.use, returns.standing, returns.net[np.arange(count), use])
    new_owner = plots.owner[planted]
    cash, days = (
        np.bincount(new_owner, weights=cost[use[planted]] * plots.area, minlength=len(household_ids))
        for cost in (uses.establish_cash, uses.establish_days)
    )
    return Decision(
        use, planted, reviewed, weighed, cut & reviewed, denied, protected, losses, returns, held, cash, days, terms
    )


def _worn_and_cut(
    rules: LandUse, uses: UseArrays, plots: Plots, outlook: Outlook, returns: Returns, streams: Streams
) -> tuple[np.ndarray, np.ndarray]:
    """Perennials at the end of their life, and those cut before it for a loss or an expected fall."""
    perennial = uses.is_kind("perennial")[plots.use] & (plots.owner >= 0)
    worn = perennial & (plots.use_age >= plots.life)
    falls = outlook.price[plots.owner, plots.use] < rules.fall * outlook.usual_price[plots.use]
    poor = returns.standing < rules.keep_margin
    luck = streams.uniform("land.cut", outlook.year, plots.ids) < rules.act_on_fall
    losing = (plots.loss_years >= rules.loss_years) & (returns.standing < 0)
    return worn, perennial & ~worn & (losing | (falls & poor & luck))


def _allowed(
    rules: LandUse,
    uses: UseArrays,
    plots: Plots,
    outlook: Outlook,
    returns: Returns,
    possible: np.ndarray,
    protected: np.ndarray,
    household_ids: np.ndarray,
    streams: Streams,
    rows: np.ndarray,
) -> np.ndarray:
    """Options of the plots under review; (rows, uses). The present use is always one of them."""
    owner, use, idle, at = plots.owner[rows], plots.use[rows], plots.idle[rows], np.arange(len(rows))
    perennial = uses.is_kind("perennial")
    acts = acting(rules, uses, outlook, household_ids, streams)
    allowed = possible[rows] & (acts | ~perennial)[owner]
    allowed &= (uses.grain > 0) | ~protected[rows, None]
    hungry = outlook.food_gap[owner, None] > 0
    worth_it = (returns.net[rows] > 0) | (hungry & (uses.grain > 0))
    allowed &= worth_it | (use != idle)[:, None]
    allowed[at, use] = True
    standing = perennial[use]
    allowed[at[standing], idle[standing]] = True
    return allowed


def _affordable(
    uses: UseArrays,
    plots: Plots,
    outlook: Outlook,
    returns: Returns,
    rows: np.ndarray,
    choice: np.ndarray,
    starts: np.ndarray,
) -> np.ndarray:
    """Which wanted stands are planted: the most promising first, while purse and idle days last; (rows,)."""
    paid = np.zeros(len(rows), dtype=bool)
    at = np.flatnonzero(starts)
    owner, use, ids = plots.owner[rows[at]], choice[at], plots.ids[rows[at]]
    order = in_turn(owner, (-returns.net[rows[at], use], ids))
    fits = np.ones(len(at), dtype=bool)
    for cost, limit in ((uses.establish_cash, outlook.purse), (uses.establish_days, outlook.idle_days)):
        need = cost[use] * plots.area
        fits &= ahead(order, owner, need) + need <= limit[owner] + 1e-9
    paid[at] = fits
    return paid
