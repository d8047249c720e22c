"""Gross ecosystem product at the close of the year: what the land gave, put on the patches that gave it."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import gep
from village_abm.accounting.gep import Products, Quantities
from village_abm.ecology import soil
from village_abm.order import totals
from village_abm.village import Village


def measure(village: Village) -> None:
    """Keep quantities, products and values of the year by patch, and the map of their sum."""
    rules, patches = village.params.accounting.gep, village.patches
    amounts, products = _quantities(village), _products(village)
    value = gep.priced(rules, products, amounts, village.params.tourism.price)
    village.memory["gep"], village.memory["gep quantities"] = value, amounts
    village.memory["gep products"] = products
    patches.gep[:] = value.total / village.hectares


def _quantities(village: Village) -> Quantities:
    rules, ecology, patches = village.params.accounting.gep, village.params.ecology, village.patches
    hectares, memory = village.hectares, village.memory
    lost, surface = _soil_kept(village)
    uptake = memory["carbon"] * hectares - village.ledger["carbon"].at_opening()
    harvest = patches.yield_rate * hectares
    return Quantities(
        harvest=harvest,
        firewood=memory["wood cut"],
        water=gep.water_kept(rules, _rain_gained(village), hectares),
        soil=lost,
        silt=gep.silt_kept(rules, surface, ecology.soil.bulk_density),
        carbon=gep.CO2_PER_CARBON * uptake,
        pollutants=rules.purified * patches.cover * hectares,
        nutrients=rules.soil_nutrients * lost,
        cooling=gep.cooling(rules, patches.cover, hectares),
        oxygen=gep.OXYGEN_PER_CARBON * uptake,
        nights=_nights(village),
    )


def _rain_gained(village: Village) -> np.ndarray:
    """Share of rain used beyond that of bare ground, that of cisterns left out unless counted; (patches,)."""
    rules, patches = village.params.ecology.water, village.patches
    gained = village.memory["rainwater"] - rules.base_use
    if village.params.accounting.gep.cistern_water or not patches.cistern.any():
        return gained
    return gained - rules.cistern_use * patches.cistern


def _soil_kept(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Soil that the patch would have lost as bare ground less what it lost: in all and on the surface; [t/yr]."""
    rules, patches, hectares = village.params.ecology.soil, village.patches, village.hectares
    moved = village.memory["soil moved"]
    bare = np.zeros(len(patches.cover))
    factor = np.full(len(bare), 1.0 if village.params.accounting.gep.soil_against == "tilled" else np.nan)
    no = np.zeros(len(bare), bool)
    rate = soil.erosion(rules, village.slope_factor, bare, factor, no, no)
    lost = np.minimum(rate * moved.share, moved.mass + moved.year.formed)
    on_surface = (1 - soil.leaked_share(rules, patches.landform)) * lost
    return (lost - moved.year.lost) * hectares, (on_surface - moved.year.surface) * hectares


def _products(village: Village) -> Products:
    rules, patches, hectares, memory = village.params.accounting.gep, village.patches, village.hectares, village.memory
    plots, where = memory["plots"], patches.village.astype(np.int64)
    use, _, kg = memory["harvest"]
    none = np.zeros(len(patches.use))
    harvest, gathered, inputs, yard = none.copy(), none.copy(), none, none
    harvest[plots.rows] = kg * memory["price"][use]
    gathered[plots.rows] = village.uses.byproduct[use] * hectares
    animals, feed = _herds(village, where)
    if rules.net:
        inputs = -feed
        inputs[plots.rows] -= plots.inputs
    if rules.yard_animals:
        yard = _yard(village, where)
    return Products(harvest, gathered, rules.fuelwood_price * memory["wood cut"], animals, yard, inputs)


def _herds(village: Village, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Growth of the herds that the land fed and the feed bought for them, where they fed; (patches,) [CNY/yr].

    Free goats on what they browsed; cattle on the sown grass and the field edges of their household. Goats in the
    stall live on bought feed and are no product of the land.
    """
    bred, count = village.memory.get("bred", {}), len(village.names)
    worth, feed = np.zeros(len(where)), np.zeros(len(where))
    if "goats" in bred:
        goats = bred["goats"]
        amounts = totals(village.households.village.astype(np.int64), goats.worth * (1 - goats.stalled), count)
        worth += _or_anywhere(amounts, village.memory["browsed"], where)
    if "cattle" in bred:
        weights, owner = _fodder(village)
        for into, amounts in ((worth, bred["cattle"].worth), (feed, bred["cattle"].feed)):
            into += _on_fields(village, amounts, weights, owner, where)
    return worth, feed


def _fodder(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Grass cut on each plot and, even over its household's crops, gathered on field edges [kg]; and that household."""
    uses, (use, owner, kg) = village.uses, village.memory["harvest"]
    crop = uses.is_kind("crop")[use]
    fields = totals(owner, crop, len(village.households))
    edges = village.params.husbandry.cattle.gathered / np.maximum(fields, 1.0)
    return np.where(use == uses.index["forage"], kg, 0.0) + crop * edges[owner], owner


def _yard(village: Village, where: np.ndarray) -> np.ndarray:
    """Worth of pigs and poultry on the plots whose grain they may have eaten; (patches,) [CNY/yr]."""
    use, owner, kg = village.memory["harvest"]
    return _on_fields(village, village.memory["yard"], kg * village.uses.grain[use], owner, where)


def _on_fields(
    village: Village, amounts: np.ndarray, weights: np.ndarray, owner: np.ndarray, where: np.ndarray
) -> np.ndarray:
    """Amounts of households on their plots by weight; those of households without any, all over their village."""
    found = np.zeros(len(where))
    found[village.memory["plots"].rows], left = gep.spread(amounts, weights, owner)
    if left.any():
        at = totals(village.households.village.astype(np.int64), left, len(village.names))
        found += gep.spread(at, np.ones(len(where)), where)[0]
    return found


def _or_anywhere(amounts: np.ndarray, weights: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Amounts of villages on their patches by weight, evenly in a village whose patches all weigh nothing."""
    found, left = gep.spread(amounts, weights, where)
    return found + gep.spread(left, np.ones(len(where)), where)[0] if left.any() else found


def _nights(village: Village) -> np.ndarray:
    """Room nights of the year on the patches that their guests look at, in proportion to cover; (patches,)."""
    households = village.households
    hosts = np.flatnonzero(households.guest_nights > 0)
    found = np.zeros(village.grid_shape)
    if not len(hosts):
        return found.ravel()
    lands, lines, columns = village.grid_shape
    cells = round(village.params.tourism.reach / village.params.land.patch_size)
    cover = village.patches.cover.reshape(village.grid_shape)
    for number in range(lands):
        rows = hosts[households.village[hosts] == number]
        line, column = np.divmod(households.home[rows].astype(np.int64) - number * lines * columns, columns)
        found[number], unseen = gep.seen_from(households.guest_nights[rows], cover[number], line, column, cells)
        np.add.at(found[number], (line, column), unseen)  # who sees no green draws guests by the house alone
    return found.ravel()
