"""The region: growers all over the country who answer to the price of one product as the village's do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from village_abm.economy.demand import cleared, offered
from village_abm.economy.enterprises import UseArrays
from village_abm.economy.land_use import LandUse
from village_abm.economy.market import ADAPTIVE, INFORMED, NAIVE, TREND, Market, base_shares
from village_abm.economy.production import Production
from village_abm.economy.production import bearing as bearing_at
from village_abm.economy.returns import lifetime

_LIVES = 200  # quantiles of care over which the life of a stand is averaged


@dataclass(frozen=True)
class Crop:
    """What the region grows, one product of it; money in yuan of 2020 per hectare, a product's own arrays."""

    use: int
    survival: np.ndarray
    """Share of stands whose life is longer than an age; (ages,)."""
    bearing: np.ndarray
    """Mean share of the full yield that the stands alive at an age give; (ages,)."""
    mean_bearing: float
    """Mean share of the full yield over a life that nobody cuts short."""
    full: float
    """Full yield of the mean farmer [kg/ha/yr]."""
    cash: float
    days: float
    picking: float
    """Days to pick a kg."""
    start_cash: float
    start_days: float
    factor: float
    """Discounted mean of the yield over its full height."""
    annuity: float
    ahead: np.ndarray
    """What a stand of each age and those that replace it harvest in years to come; (years, ages) [1]."""

    @property
    def lifetime_yield(self) -> float:
        """Mean yield over a life that nobody cuts short [kg/ha/yr]."""
        return self.full * self.mean_bearing


@dataclass(frozen=True)
class Region:
    """The growers of one product at the close of a year.

    Areas are counted in hectares over those that would, in full bearing, harvest the reference quantity of
    the year: what is needed grows with demand, so a standing area shrinks by that growth every year.
    """

    area: np.ndarray
    """Stands by wage of the grower, way of expecting and age; (wages, ways, ages)."""
    losses: np.ndarray
    """Years running in which a loss was expected; (wages, ways)."""
    shares: np.ndarray
    """Share of the growers who expect in each way; (ways,)."""
    fitness: np.ndarray
    """How well each way foretold the price, 0 at best; (ways,)."""
    expected: np.ndarray
    """Price that each way expects [CNY/kg]; (ways,)."""
    told: np.ndarray
    """Prices expected in the last years, oldest first [CNY/kg]; (horizon + 1, ways)."""
    usual: float
    """Price remembered as usual [CNY/kg]."""
    price: float
    """What a kg harvested last brought, sold or not: price x (1 - unsold) [CNY/kg]."""
    previous: float
    """The same a year before [CNY/kg]."""
    unsold: float
    """Share of the harvest that found no buyer [1]."""
    planted: float
    """Area planted this year, over the area that harvests the reference quantity [1]."""
    supply: float
    """What the region and the village brought to market over the reference quantity [1]."""

    @property
    def standing(self) -> float:
        """Area under stands, over the area that in full bearing harvests the reference quantity [1]."""
        return float(self.area.sum())


def crop_of(market: Market, production: Production, uses: UseArrays, use: int) -> Crop:
    """The numbers of one perennial use that growers of the region reckon with.

    Lives are uniform from the shortest to the longest, as care is in the village.
    """
    care = (np.arange(_LIVES) + 0.5) / _LIVES
    life = uses.life_low[use] + care * (uses.life_high[use] - uses.life_low[use])
    ages = np.arange(int(np.ceil(life.max())))[:, None]
    alive = ages < life
    bears = bearing_at(production, uses.felled[use], ages, uses.lag[use], uses.full_age[use], life)
    survival = alive.mean(axis=1)
    bearing = (alive * bears).sum(axis=1) / alive.sum(axis=1)
    factor, annuity = lifetime(production, uses, np.array([market.region.discount]))
    return Crop(
        use=use,
        survival=survival,
        bearing=bearing,
        mean_bearing=float((survival * bearing).sum() / survival.sum()),
        full=float(uses.top_yield[use]),
        cash=float(uses.cash_cost[use]),
        days=float(uses.labour[use]),
        picking=float(uses.picking[use]),
        start_cash=float(uses.establish_cash[use]),
        start_days=float(uses.establish_days[use]),
        factor=float(factor[0, use]),
        annuity=float(annuity[0, use]),
        ahead=_ahead(market, survival, bearing),
    )


def _ahead(market: Market, survival: np.ndarray, bearing: np.ndarray) -> np.ndarray:
    """Harvests to come of what stands now by age, worn stands replaced; (years, ages), over a growing demand."""
    rules = market.region
    step = np.diag(survival[1:] / survival[:-1], 1)  # from age (row) to age (column)
    step[:, 0] = 1 - step.sum(axis=1)
    step /= 1 + rules.growth
    # Seen from last year's stands, a stand planted now is a year further off.
    years = range(rules.foresee_from + 1, rules.foresee_to + 2)
    return np.array([np.linalg.matrix_power(step, year) @ bearing for year in years])


def wages(market: Market, wage: float) -> np.ndarray:
    """Worth of a day's work to growers, lognormal about `wage`, in classes of equal number; (wages,) [CNY/day]."""
    return wage * _wage_factors(market.region.wage_classes, market.region.wage_spread)


@lru_cache(maxsize=64)
def _wage_factors(classes: int, spread: float) -> np.ndarray:
    return np.exp(spread * ndtri((np.arange(classes) + 0.5) / classes))


def margins(crop: Crop, price: np.ndarray, wage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Yearly margin in full bearing, and net return of planting; both (wages, ways) [CNY/ha/yr].

    margin = Y (P - w picking) - cash - days w; net = py Y (P - w picking) - cash - days w - (planting)/annuity.
    """
    per_kg = price - wage[:, None] * crop.picking
    upkeep = crop.cash + crop.days * wage[:, None]
    start = (crop.start_cash + crop.start_days * wage[:, None]) / crop.annuity
    return crop.full * per_kg - upkeep, crop.factor * crop.full * per_kg - upkeep - start


def foretold(market: Market, crop: Crop, area: np.ndarray, level: float) -> float:
    """Price that published planted areas let one expect for a stand planted now [CNY/kg].

    Mean over the years t+3 to t+8, discounted, of what a kg brings at the harvest of the stands there are, by
    age, each worn one replaced by a young one. `area` (ages,).
    """
    price, unsold = cleared(market, crop.ahead @ area, level)
    weight = (1 + market.region.discount) ** -np.arange(len(price), dtype=float)
    return float((price * (1 - unsold)) @ weight / weight.sum())


def expectations(market: Market, crop: Crop, region: Region, level: float) -> np.ndarray:
    """Price that each way of expecting looks to after the last harvest; (ways,) [CNY/kg]."""
    price, previous = region.price, region.previous
    expected = np.empty(4)
    expected[NAIVE] = price
    expected[ADAPTIVE] = region.expected[ADAPTIVE] + market.adaptive_weight * (price - region.expected[ADAPTIVE])
    expected[TREND] = max(price + market.extrapolation * (price - previous), market.least_price * price)
    expected[INFORMED] = foretold(market, crop, region.area.sum(axis=(0, 1)), level)
    return expected


def switched(market: Market, fitness: np.ndarray) -> np.ndarray:
    """Shares of the ways of expecting, n ~ base exp(beta U), the informed at most as many as can be; (ways,).

    Brock and Hommes (1997), A rational route to randomness.
    """
    weight = base_shares(market) * np.exp(market.region.switching * (fitness - fitness.max()))
    shares = weight / weight.sum()
    if shares[INFORMED] > market.informed:
        shares = shares * (1 - market.informed) / (1 - shares[INFORMED])
        shares[INFORMED] = market.informed
    return shares


def moved(area: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Stands once their growers have changed their ways of expecting, taking their land along; shape of `area`."""
    leave = np.clip(1 - np.divide(after, before, out=np.ones(4), where=before > 0), 0.0, 1.0)
    gain = np.maximum(after - before, 0.0)
    leaving = area * leave[:, None]
    return area - leaving + leaving.sum(axis=1, keepdims=True) * (gain / max(gain.sum(), 1e-300))[:, None]


def planted(market: Market, choice: LandUse, crop: Crop, region: Region, level: float, wage: float) -> Region:
    """The region once its growers have looked ahead, cut and planted; the harvest of the year is to come.

    A way of expecting and a class of wages cut all after three years of expected loss, else .3 where a fall is
    expected and little left; they plant review x step x (.54 on a rise, else .15) of their idle land if it pays.
    """
    rules = market.region
    expected = expectations(market, crop, region, level)
    usual = (1 - market.reference_weight) * region.usual + market.reference_weight * region.price
    shares = switched(market, region.fitness)
    area = moved(region.area, region.shares, shares)
    aged = np.zeros_like(area)
    aged[:, :, 1:] = area[:, :, :-1] * (crop.survival[1:] / crop.survival[:-1]) / (1 + rules.growth)
    margin, net = margins(crop, expected, wages(market, wage))
    losses = np.where(margin < 0, region.losses + 1, 0)
    falls = (expected < choice.fall * usual) & (margin < choice.keep_margin)
    cut = np.where(losses > choice.loss_years, 1.0, np.where(falls, choice.act_on_fall, 0.0))
    aged *= (1 - cut)[:, :, None]
    chance = np.where(expected > choice.rise * usual, choice.act_on_rise, choice.act_without_rise)
    chance = np.where(net > rules.worthwhile, chance, 0.0) * choice.review * rules.step
    land = rules.suitable / crop.mean_bearing * shares / rules.wage_classes
    aged[:, :, 0] = np.maximum(land - aged.sum(axis=2), 0.0) * chance
    return replace(
        region,
        area=aged,
        losses=losses,
        shares=shares,
        expected=expected,
        told=np.vstack([region.told[1:], expected]),
        usual=usual,
        planted=float(aged[:, :, 0].sum()),
    )


def ripe(production: Production, crop: Crop, region: Region) -> np.ndarray:
    """What has grown over the reference quantity, by wage of the grower; no stand is tended at a loss; (wages,)."""
    tended = np.where(region.losses > 0, production.neglect, 1.0)
    return ((region.area @ crop.bearing) * tended).sum(axis=1)


def sold(
    market: Market, crop: Crop, region: Region, grown: np.ndarray, local: float, level: float, wage: float, noise: float
) -> Region:
    """The region after the harvest is sold: what a kg brought, and how well each way had foretold it.

    `grown` (wages,) by the region and `local` by the villages modelled, over the reference quantity. `noise` is
    a standard normal draw, exp(s z - s^2/2) its factor. U' = m U - (1 - m) min((E - P)^2/P0^2, 4), E what was
    expected `horizon` years ago.
    """
    rules = market.region
    luck = float(np.exp(market.price_noise * noise - market.price_noise**2 / 2))
    quantity = offered(market, grown, wages(market, wage) * crop.picking, local, level, luck)
    price, unsold = cleared(market, quantity, level, luck)
    brought = float(price * (1 - unsold))
    error = np.minimum(((region.told[0] - brought) / level) ** 2, rules.worst_error)
    return replace(
        region,
        fitness=rules.memory * region.fitness - (1 - rules.memory) * error,
        previous=region.price,
        price=brought,
        unsold=float(unsold),
        supply=quantity,
    )


def founded(market: Market, crop: Crop, level: float) -> Region:
    """A region in balance: stands of all ages, as many as harvest the reference quantity, at the price P0."""
    shares = base_shares(market)
    ages = crop.survival / (crop.survival * crop.bearing).sum()
    area = shares[:, None] * ages / market.region.wage_classes
    return Region(
        area=np.repeat(area[None], market.region.wage_classes, axis=0),
        losses=np.zeros((market.region.wage_classes, len(shares))),
        shares=shares,
        fitness=np.zeros(len(shares)),
        expected=np.full(len(shares), level),
        told=np.full((market.region.horizon + 1, len(shares)), level),
        usual=level, price=level, previous=level, unsold=0.0, planted=0.0, supply=1.0,
    )  # fmt: skip


def grown_up(
    market: Market, choice: LandUse, production: Production, crop: Crop, level: float, wage: float, noise: np.ndarray
) -> tuple[Region, float]:
    """A region that has lived as many years as there are `noise` draws, somewhere in its cycle, and its anchor.

    The anchor is P0 over the mean price of these years but the first quarter, in which it leaves its balance.
    """
    now, paid = founded(market, crop, level), []
    for draw in noise:
        now = year_of(market, choice, production, crop, now, level, wage, float(draw))
        paid.append(now.price)
    return now, level / float(np.mean(paid[len(paid) // 4 :]))


def year_of(
    market: Market, choice: LandUse, production: Production, crop: Crop, region: Region, level: float, wage: float,
    noise: float,
) -> Region:  # fmt: skip
    """A year of the region without the villages modelled."""
    now = planted(market, choice, crop, region, level, wage)
    return sold(market, crop, now, ripe(production, crop, now), 0.0, level, wage, noise)
