"""The year's value along the cascade, read off the village: what nature gave, what was sold, who got the money."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from village_abm.accounting.attribution import OPERATION, attributed
from village_abm.accounting.cascade import Chain
from village_abm.accounting.gep import REGULATING
from village_abm.counted import value_of_year

if TYPE_CHECKING:
    from village_abm.village import Village

TO_MEMBERS = ("paid for deliveries", "wages of cooperatives", "patronage", "dividends")
SALES = ("sold fresh", "sold processed")


def chain(village: Village) -> Chain:
    """The chain of the year just closed, of all villages together [CNY/yr, yuan of 2020].

    What cooperatives pay is put on what they sell in proportion: ecological products, others and contract work.
    """
    gep, parts = village.memory["gep"], village.memory["gep products"]
    green = village.uses.green >= village.params.accounting.realised.least_green
    sources = value_of_year.realised(village).sources
    delivered = value_of_year.delivered(village)

    def sold(*names: str) -> float:
        return sum(float(sources[OPERATION, name].sum()) for name in names if (OPERATION, name) in sources)

    own = sold("sold to traders", "gathered", "herds")
    all_own = sum(_moved(village, "cash", entry) for entry in ("sales", "gathered", "young stock sold"))
    by_cooperatives = sold("sold by cooperatives, fresh", "sold by cooperatives, processed")
    part = _part_of_trade(village, by_cooperatives)
    return Chain(
        provisioning={field.name: float(getattr(parts, field.name).sum()) for field in fields(parts)},
        regulating={name: float(getattr(gep, name).sum()) for name in REGULATING},
        cultural=float(gep.cultural.sum()),
        products=own + float(delivered[:, green].sum()),
        ordinary=all_own - own + float(delivered[:, ~green].sum()),
        delivered=float(delivered[:, green].sum()),
        by_cooperatives=by_cooperatives,
        to_members=-part * sum(_moved(village, "cooperatives", entry) for entry in TO_MEMBERS),
        to_others=-part * _costs(village),
        guests=_moved(village, "cash", "guests"),
        fund_share=_moved(village, "village fund", "from homestays"),
        operator_share=-_moved(village, "cash", "share of the operator"),
        received=_received(village),
    )


def _moved(village: Village, book: str, entry: str) -> float:
    return float(village.real(np.sum(village.moved.get((book, entry), 0.0))))


def _part_of_trade(village: Village, ecological: float) -> float:
    """Ecological products as a share of what cooperatives take in by trade and work [1]."""
    taken = sum(_moved(village, "cooperatives", entry) for entry in (*SALES, "contract work"))
    return ecological / taken if taken else 0.0


def _costs(village: Village) -> float:
    """What cooperatives paid outside for costs, below 0 [CNY/yr]."""
    entries = [entry for book, entry in village.moved if book == "cooperatives"]
    known = value_of_year.mechanisms(village)
    return sum(
        _moved(village, "cooperatives", entry)
        for entry in entries
        if attributed("cooperatives", entry, known).role == "cost"
    )


def _received(village: Village) -> dict[tuple[str, str], float]:
    """Premiums and payments of schemes by mechanism and who got them [CNY/yr]."""
    found: dict[tuple[str, str], float] = {}
    known, late = value_of_year.mechanisms(village), value_of_year.late(village)
    for book, entry in village.moved:
        one = attributed(book, entry, known)
        mechanism = one.mechanism or late
        if one.role != "realised" or not mechanism or one.source == "guests":
            continue
        key = (mechanism, "households" if book == "cash" else "village fund")
        found[key] = found.get(key, 0.0) + _moved(village, book, entry)
    return found
