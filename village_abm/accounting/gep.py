"""Gross ecosystem product: what nature yields on every patch in a year, in quantities and at stated prices.

Provisioning, regulating and cultural services as final products; Ouyang et al. (2020), Using gross ecosystem product
(GEP) to value nature in decision making. Quantities come from the land of the year, prices from `GepRules` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from village_abm.order import of_group, totals
from village_abm.params import needs

CO2_PER_CARBON = 44 / 12
OXYGEN_PER_CARBON = 32 / 12
KWH_PER_M3 = 2.45e3 / 3.6  # latent heat of a cubic metre of water, 2.45 MJ/kg
M2_PER_HA = 1e4


@dataclass(frozen=True)
class GepRules:
    """Prices of nature's services, what bounds them, and what is counted once."""

    net: bool = needs(None, "provisioning is counted less the inputs bought for it")
    yard_animals: bool = needs(
        None, "pigs and poultry are counted with their worth though their grain is counted as a crop"
    )
    fuelwood_price: float = needs("CNY/t", "worth of dry firewood, cut by oneself", price="2020")
    rain: float = needs("m/yr", "rain of a mean year")
    water_price: float = needs("CNY/m^3", "yearly cost of storing a cubic metre of water", price="2020")
    cistern_water: bool = needs(None, "water of cisterns is counted though the harvest it waters is counted")
    soil_against: str = needs(None, "what soil kept is measured against: bare ground, or ground tilled bare")
    silting: float = needs("1", "share of the soil lost on the surface that silts up reservoirs")
    dredging_price: float = needs("CNY/m^3", "cost of taking a cubic metre of silt out", price="2020")
    nutrient_price: float = needs("CNY/t", "worth of the nutrients in a tonne of soil", price="2020")
    carbon_price: float = needs("CNY/tCO2", "worth of a tonne of carbon dioxide taken up", price="2020")
    purified: float = needs("kg/ha/yr", "sulphur dioxide that full cover takes out of the air")
    purification_price: float = needs("CNY/kg", "cost of keeping sulphur dioxide out of the air", price="2020")
    water_purified: bool = needs(None, "nutrients kept with soil are counted as kept out of water as well")
    soil_nutrients: float = needs("kg/t", "nitrogen and phosphorus in a tonne of soil")
    treatment_price: float = needs("CNY/kg", "cost of taking a kg of them out of water", price="2020")
    climate: bool = needs(None, "cooling by evaporation is counted")
    evaporation: float = needs("m/yr", "water that full cover evaporates in a year")
    hot_share: float = needs("1", "share of it in weather in which people would cool their houses")
    electricity_price: float = needs("CNY/kWh", "price of electricity", price="2020")
    cooling_ratio: float = needs("1", "heat that an air conditioner moves for the electricity it takes")
    oxygen: bool = needs(None, "oxygen given off is counted beside the carbon taken up")
    oxygen_price: float = needs("CNY/t", "price of industrial oxygen", price="2020")


@dataclass(frozen=True)
class Products:
    """Worth of what people take from the land, by patch; (patches,) [CNY/yr], yuan of 2020; `inputs` below 0."""

    harvest: np.ndarray
    gathered: np.ndarray
    firewood: np.ndarray
    animals: np.ndarray
    yard: np.ndarray
    """Pigs and poultry, zeros where their grain alone is counted."""
    inputs: np.ndarray
    """Inputs and feed bought, zeros where provisioning is gross."""

    @property
    def total(self) -> np.ndarray:
        """All products; (patches,) [CNY/yr]."""
        return self.harvest + self.gathered + self.firewood + self.animals + self.yard + self.inputs


@dataclass(frozen=True)
class Quantities:
    """What the land gave in a year, by patch, before any price; all (patches,)."""

    harvest: np.ndarray  # kg/yr, all products
    firewood: np.ndarray  # t/yr, dry
    water: np.ndarray  # m3/yr
    soil: np.ndarray  # t/yr, on the surface and underground; below 0 where tilled land loses more than bare ground
    silt: np.ndarray  # m3/yr kept out of reservoirs
    carbon: np.ndarray  # tCO2/yr, below 0 where stocks shrink
    pollutants: np.ndarray  # kg/yr taken out of the air
    nutrients: np.ndarray  # kg/yr kept out of water
    cooling: np.ndarray  # kWh/yr of heat taken up
    oxygen: np.ndarray  # t/yr
    nights: np.ndarray  # room nights/yr that the patch drew


@dataclass(frozen=True)
class Gep:
    """Gross ecosystem product by patch and service; all (patches,) [CNY/yr], yuan of 2020."""

    provisioning: np.ndarray
    water: np.ndarray
    soil: np.ndarray
    carbon: np.ndarray
    purification: np.ndarray
    climate: np.ndarray
    oxygen: np.ndarray
    cultural: np.ndarray

    @property
    def regulating(self) -> np.ndarray:
        """Water, soil, carbon, purification, and climate and oxygen where they are counted; (patches,) [CNY/yr]."""
        return self.water + self.soil + self.carbon + self.purification + self.climate + self.oxygen

    @property
    def total(self) -> np.ndarray:
        """Provisioning + regulating + cultural; (patches,) [CNY/yr]."""
        return self.provisioning + self.regulating + self.cultural


REGULATING = tuple(field.name for field in fields(Gep) if field.name not in ("provisioning", "cultural"))


def water_kept(rules: GepRules, gained: np.ndarray, hectares: float) -> np.ndarray:
    """Rain kept for use beyond what bare ground without works keeps, rain x gained x area; (patches,) [m3/yr].

    `gained` is the share of rain used less that of bare ground without works [1].
    """
    return rules.rain * gained * (hectares * M2_PER_HA)


def silt_kept(rules: GepRules, surface: np.ndarray, density: float) -> np.ndarray:
    """Silt kept out of reservoirs, silting x soil kept on the surface / density [t/m3]; (patches,) [m3/yr]."""
    return rules.silting * surface / density


def soil_value(rules: GepRules, silt: np.ndarray, soil: np.ndarray) -> np.ndarray:
    """Dredging spared and nutrients kept, silt [m3/yr] and soil [t/yr] x their prices; (patches,) [CNY/yr]."""
    return rules.dredging_price * silt + rules.nutrient_price * soil


def purification_value(rules: GepRules, pollutants: np.ndarray, nutrients: np.ndarray) -> np.ndarray:
    """Air kept clean, and water where it is counted [kg/yr], at their prices; (patches,) [CNY/yr]."""
    return rules.purification_price * pollutants + rules.treatment_price * nutrients * rules.water_purified


def cooling(rules: GepRules, cover: np.ndarray, hectares: float) -> np.ndarray:
    """Heat that evaporation takes up in hot weather, hot share x evaporation x cover x area; (patches,) [kWh/yr]."""
    return rules.hot_share * rules.evaporation * cover * (hectares * M2_PER_HA * KWH_PER_M3)


def cooling_price(rules: GepRules) -> float:
    """What a kWh of heat costs to take out with an air conditioner, electricity / ratio [CNY/kWh]."""
    return rules.electricity_price / rules.cooling_ratio


def priced(rules: GepRules, products: Products, amounts: Quantities, room_night: float) -> Gep:
    """Quantities at their prices, services switched off at nothing; `room_night` [CNY] is what guests pay."""
    return Gep(
        provisioning=products.total,
        water=rules.water_price * amounts.water,
        soil=soil_value(rules, amounts.silt, amounts.soil),
        carbon=rules.carbon_price * amounts.carbon,
        purification=purification_value(rules, amounts.pollutants, amounts.nutrients),
        climate=cooling_price(rules) * amounts.cooling * rules.climate,
        oxygen=rules.oxygen_price * amounts.oxygen * rules.oxygen,
        cultural=room_night * amounts.nights,
    )


def spread(amounts: np.ndarray, weights: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Amounts of groups (groups,) on their patches in proportion to `weights` (patches,), and what found none.

    A group whose patches weigh nothing keeps its amount: (patches,) and (groups,), their sum the sum of amounts.
    """
    weight = totals(group, weights, len(amounts))
    each = np.divide(amounts, weight, out=np.zeros(len(amounts)), where=weight > 0)
    return weights * of_group(each, group), np.where(weight > 0, 0.0, amounts)


def seen_from(
    amounts: np.ndarray, cover: np.ndarray, line: np.ndarray, column: np.ndarray, cells: int
) -> tuple[np.ndarray, np.ndarray]:
    """Amounts of houses (houses,) on the patches in their sight in proportion to `cover` (lines, columns).

    In sight is the square of `cells` patches to every side, cut at the edge. Returns (lines, columns) and what stays
    with houses that see no green (houses,). By sums over corners: the cost does not grow with the square.
    """
    lines, columns = cover.shape
    summed = np.zeros((lines + 1, columns + 1))
    summed[1:, 1:] = cover.cumsum(axis=0).cumsum(axis=1)
    top, bottom = np.maximum(line - cells, 0), np.minimum(line + cells + 1, lines)
    left, right = np.maximum(column - cells, 0), np.minimum(column + cells + 1, columns)
    green = summed[bottom, right] - summed[top, right] - summed[bottom, left] + summed[top, left]
    each = np.divide(amounts, green, out=np.zeros(len(amounts)), where=green > 0)
    corners = np.zeros((lines + 1, columns + 1))
    for rows, places, sign in ((top, left, 1), (bottom, left, -1), (top, right, -1), (bottom, right, 1)):
        np.add.at(corners, (rows, places), sign * each)
    rate = corners.cumsum(axis=0).cumsum(axis=1)[:lines, :columns]
    return cover * rate, np.where(green > 0, 0.0, amounts)
