"""Homestays: how many visitors scenery brings, who of the hosts gets them, and whether rooms are worth building."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.params import needs

NIGHTS_IN_YEAR = 365


@dataclass(frozen=True)
class Tourism:
    """What draws visitors, and what a homestay (a cluster of rooms in a farmhouse) costs, asks for and brings."""

    on: bool = needs(None, "households may take in guests")
    nights: float = needs("1/yr", "room nights a village would sell at full demand, at the road, in full cover")
    road: float = needs("m", "distance of the village to the next made road")
    road_reach: float = needs("m", "longest such distance at which a homestay opens; access falls to 1/e over it")
    culture: float = needs("1", "renown of the place: customs, caves, a park nearby")
    convention: float = needs("1", "visitors that a green convention of the villagers adds, as a share")
    reach: float = needs("m", "distance from a house within which cover counts as its scenery")
    least_cover: float = needs("1", "mean cover in reach below which nobody opens a homestay")
    considers: float = needs("1/yr", "chance that a household thinks about it in a year")
    rooms: int = needs(None, "rooms of a homestay")
    cost: float = needs("CNY", "building and furnishing a homestay", price="2020")
    life: int = needs(None, "years after which rooms are worn out")
    usual_income: float = needs("CNY/yr", "revenue less running costs at the usual occupancy", price="2020")
    usual_occupancy: float = needs("1", "share of the room nights of a year that is usually sold")
    top_occupancy: float = needs("1", "largest share that can be sold, as visitors come in seasons")
    running_costs: float = needs("1", "share of the revenue that food, laundry and repairs take")
    village_share: float = needs("1", "share of revenue less running costs that goes to the village fund")
    operator_share: float = needs("1", "share of revenue less running costs that goes to the operator who sends guests")
    days: float = needs("day/yr", "days of work for a homestay")
    seasons: tuple[float, ...] = needs("1", "shares of this work in spring, summer, autumn and winter")
    loss_years: int = needs(None, "years running of loss after which a homestay closes")

    @property
    def capacity(self) -> float:
        """Most room nights that a homestay sells in a year."""
        return self.rooms * NIGHTS_IN_YEAR * self.top_occupancy

    @property
    def price(self) -> float:
        """What a room night brings [CNY, 2020]: usual income / ((1 - running costs) x room nights usually sold)."""
        usual = self.rooms * NIGHTS_IN_YEAR * self.usual_occupancy
        return self.usual_income / ((1 - self.running_costs) * usual)


def visits(rules: Tourism, demand: float, scenery: np.ndarray) -> np.ndarray:
    """Room nights that visitors ask for in each village; (villages,) [1/yr].

    a0 x demand of the year x exp(-road/reach) x mean cover around the houses x culture x (1 + green convention).
    """
    access = np.exp(-rules.road / rules.road_reach)
    asked: np.ndarray = rules.nights * demand * access * scenery * rules.culture * (1 + rules.convention)
    return asked


def scenery(cover: np.ndarray, line: np.ndarray, column: np.ndarray, cells: int) -> np.ndarray:
    """Mean cover of the square of `cells` patches to every side of each house, cut at the edge; (houses,) [1].

    `cover` (lines, columns) of one village, `line` and `column` of the houses. By sums over corners, so that its cost
    does not grow with the square.
    """
    lines, columns = cover.shape
    total = np.zeros((lines + 1, columns + 1))
    total[1:, 1:] = cover.cumsum(axis=0).cumsum(axis=1)
    top, bottom = np.maximum(line - cells, 0), np.minimum(line + cells + 1, lines)
    left, right = np.maximum(column - cells, 0), np.minimum(column + cells + 1, columns)
    inside = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    mean: np.ndarray = inside / ((bottom - top) * (right - left))
    return mean


def guests(asked: float, pull: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Room nights each host sells; (hosts,) [1/yr], their sum min(asked, sum of capacities).

    In proportion to `pull` (hosts,) above 0 until a house is full; whom it cannot take go to the others: min(capacity,
    level x pull) at the level at which all find a bed or all beds are sold.
    """
    order = np.argsort(capacity / pull, kind="stable")
    full, weight = capacity[order], pull[order]
    # Level at which the first k houses are full and the others share the rest.
    before = np.concatenate([[0.0], np.cumsum(full)[:-1]])
    level = (asked - before) / np.cumsum(weight[::-1])[::-1]
    sold = np.empty(len(pull))
    sold[order] = np.clip(np.maximum.accumulate(level) * weight, 0.0, full)
    return sold


def expected_nights(rules: Tourism, asked: np.ndarray, hosts: np.ndarray) -> np.ndarray:
    """Room nights that a homestay beside `hosts` others expects, an even share; shape of `asked`, `hosts` [1/yr]."""
    return np.minimum(asked / (hosts + 1.0), rules.capacity)


def owner_income(rules: Tourism, nights: np.ndarray) -> np.ndarray:
    """What is left to the owner of `nights` [1/yr]: price x (1 - costs) x (1 - village - operator) [CNY/yr]."""
    kept = (1 - rules.running_costs) * (1 - rules.village_share - rules.operator_share)
    return rules.price * kept * nights


def worth(rules: Tourism, nights: np.ndarray, wage: np.ndarray, discount: np.ndarray) -> np.ndarray:
    """Present worth of opening: (income - days x shadow wage) x annuity factor - cost [CNY]; (households,).

    The factor is (1 - (1 + r)^-life)/r at the discount rate r of the household.
    """
    factor = -np.expm1(-rules.life * np.log1p(discount)) / discount
    gain: np.ndarray = (owner_income(rules, nights) - rules.days * wage) * factor - rules.cost
    return gain
