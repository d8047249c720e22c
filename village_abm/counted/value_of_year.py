"""The year's money and products as the accounts of realised value need them, read off the village."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from village_abm.accounting.attribution import COMPENSATION, PACKAGES
from village_abm.accounting.realised import Realised, realise
from village_abm.units import FEN_PER_CNY

if TYPE_CHECKING:
    from village_abm.village import Village


def realised(village: Village) -> Realised:
    """Value realised in the year just closed, by village; counted once a year."""
    kept = village.memory.get("realised")
    if kept is None or kept[0] != village.year:
        least = village.params.accounting.realised.least_green
        kept = village.memory["realised"] = (village.year, realised_from(village, least))
    found: Realised = kept[1]
    return found


def realised_from(village: Village, least_green: float) -> Realised:
    """The same with products of uses ecological from `least_green` on."""
    return realise(
        village.moved, ecological_shares(village, village.uses.green >= least_green), mechanisms(village),
        late(village), village.price_level * FEN_PER_CNY, eaten(village),
    )  # fmt: skip


def mechanisms(village: Village) -> dict[str, str]:
    """Mechanism of every scheme and package by name, "" where it supports people and pays for no ecological good."""
    support = village.params.accounting.realised.support
    of_schemes = {
        name: "" if getattr(scheme, "pays_for", "") in support else scheme.mechanism
        for name, scheme in village.params.schemes.items()
    }
    return PACKAGES | of_schemes


def late(village: Village) -> str:
    """Mechanism of what the county pays late: that of the schemes it funds itself, compensation if they differ."""
    known = mechanisms(village)
    own = {
        known[name] for name in village.params.scenario.schemes if village.params.schemes[name].funded_by == "county"
    }
    return own.pop() if len(own) == 1 else COMPENSATION


def ecological_shares(village: Village, green: np.ndarray) -> dict[tuple[str, str], np.ndarray]:
    """Share of each entry sold by product that is of `green` uses (uses,), by (book, entry); (villages,) [1]."""
    traders, gathered = to_traders(village), by_use(village, _gathered(village))
    shares = {("cash", "sales"): _share(traders, green), ("cash", "gathered"): _share(gathered, green)}
    shares["cash", "young stock sold"] = _of_herds(village)
    for entry, fen in by_cooperatives(village).items():
        shares["cooperatives", entry] = _share(fen, green)
    return shares


def _share(amounts: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Part of each village's amounts (villages, uses) that is of the chosen uses; nothing where there are none."""
    whole, part = amounts.sum(axis=1), amounts[:, chosen].sum(axis=1)
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def by_use(village: Village, amounts: np.ndarray) -> np.ndarray:
    """Sums of amounts of worked plots (plots,) by the village of who works them and the use; (villages, uses)."""
    use, owner, _ = village.memory["harvest"]
    return _by(village, village.households.village[owner], use, amounts)


def _by(village: Village, where: np.ndarray, use: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    villages, uses = len(village.names), len(village.uses)
    place = where.astype(np.int64) * uses + use
    return np.bincount(place, weights=amounts, minlength=villages * uses).reshape(villages, uses)


def sold_kg(village: Village) -> np.ndarray:
    """What of the harvest of each worked plot is not eaten at home; (plots,) [kg/yr]."""
    use, owner, kg = village.memory["harvest"]
    eaten = np.where(village.uses.grain[use] > 0, village.memory["eaten share"][owner], 0.0)
    found: np.ndarray = kg * (1 - eaten)
    return found


def sold_worth(village: Village) -> np.ndarray:
    """What is sold, to traders and cooperatives, at farm-gate prices; (villages, uses) [CNY/yr]."""
    use, _, _ = village.memory["harvest"]
    return by_use(village, sold_kg(village) * village.memory["price"][use])


def delivered(village: Village) -> np.ndarray:
    """Farm-gate worth of what members brought to cooperatives; (villages, uses) [CNY/yr]."""
    brought = village.memory.get("deliveries")
    if brought is None:
        return np.zeros((len(village.names), len(village.uses)))
    rows = np.flatnonzero(brought["worth"])
    where = village.households.village[rows]
    return _by(village, where, brought["product"][rows], village.real(brought["worth"][rows]))


def to_traders(village: Village) -> np.ndarray:
    """What traders paid, by use; (villages, uses) [CNY/yr]."""
    # Deliveries are in whole fen: what is left of a use that was all delivered may lie a fen below nothing.
    return np.maximum(sold_worth(village) - delivered(village), 0.0)


def _gathered(village: Village) -> np.ndarray:
    use, _, _ = village.memory["harvest"]
    found: np.ndarray = village.uses.byproduct[use] * village.hectares
    return found


def by_cooperatives(village: Village) -> dict[str, np.ndarray]:
    """What cooperatives sold, fresh and processed, by the product of each; (villages, uses) [fen]."""
    if ("cooperatives", "sold fresh") not in village.moved:
        return {}
    sold, where = village.memory["cooperatives sold"], village.cooperatives.village
    count = len(sold["use"])  # those founded after the sale have sold nothing
    return {entry: _by(village, where[:count], sold["use"], sold[entry]) for entry in ("sold fresh", "sold processed")}


def _of_herds(village: Village) -> np.ndarray:
    """Share of the young stock sold, in money, that is of the kinds that count; (villages,) [1]."""
    chosen = village.params.accounting.realised.herds
    nothing = np.zeros(len(village.names))
    money = {kind: village.flows.get(f"money for young {kind}", nothing) for kind in ("cattle", "goats")}
    whole = sum(money.values(), nothing)
    part = sum((money[kind] for kind in chosen), nothing)
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)


def eaten(village: Village) -> np.ndarray:
    """What households ate of their own, as their income counts it; (villages,) [CNY/yr]."""
    worth = village.real(village.memory["farm money"]["eaten"])
    where = village.households.village[: len(worth)]
    return np.bincount(where, weights=worth, minlength=len(village.names))
