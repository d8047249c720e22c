"""Indicators of the markets: what perennial products bring, what perishes, who knows what is planted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from village_abm.economy.market import INFORMED
from village_abm.scope import OWN, Scope, indicator

if TYPE_CHECKING:
    from village_abm.year.market_day import Trade


def _trade(scope: Scope, use: str) -> Trade | None:
    return scope.village.memory["trade"].get(scope.village.uses.index[use])


@indicator(
    "CNY/kg",
    "money",
    "price of fresh prickly ash, prices of 2020",
    "鲜花椒价格(2020年价)",
    formula="farm-gate price of the year / price index (2020 = 1)",
    source=OWN,
)
def price_prickly_ash(scope: Scope) -> float:
    """What a kg of prickly ash harvested brought at the farm gate this year."""
    return float(scope.village.memory["price"][scope.village.uses.index["prickly_ash"]])


@indicator(
    "CNY/kg",
    "money",
    "price of fruit, prices of 2020",
    "水果价格(2020年价)",
    formula="farm-gate price of the year / price index (2020 = 1)",
    source=OWN,
)
def price_fruit(scope: Scope) -> float:
    """What a kg of fruit harvested brought at the farm gate this year."""
    return float(scope.village.memory["price"][scope.village.uses.index["fruit"]])


@indicator(
    "1", "money", "share of prickly ash unsold", "花椒滞销率", formula="kg perished / kg brought to market", source=OWN
)
def unsold_prickly_ash(scope: Scope) -> float:
    """Share of the prickly ash brought to market that perished unsold; none where no region makes the price."""
    trade = _trade(scope, "prickly_ash")
    return trade.region.unsold if trade else 0.0


@indicator(
    "1", "money", "share of fruit unsold", "水果滞销率", formula="kg perished / kg brought to market", source=OWN
)
def unsold_fruit(scope: Scope) -> float:
    """Share of the fruit brought to market that perished unsold; none where no region makes the price."""
    trade = _trade(scope, "fruit")
    return trade.region.unsold if trade else 0.0


@indicator(
    "1",
    "money",
    "share of growers who know what is planted",
    "知情种植者比例",
    formula="growers who look ahead by areas planted / growers",
    source="Brock and Hommes (1997), A rational route to randomness",
)
def informed_share(scope: Scope) -> float:
    """Growers of prickly ash who look ahead by the areas planted; all the informed where no region makes the price."""
    trade = _trade(scope, "prickly_ash")
    return float(trade.region.shares[INFORMED]) if trade else scope.village.params.market.informed
