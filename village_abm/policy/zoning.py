"""Zoning: a red line that can be widened, is watched more or less closely, and may be compensated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from village_abm.params import needs
from village_abm.policy import rationing
from village_abm.policy.parts import Delivery, Scheme, payment_rule
from village_abm.policy.zone import Zone
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY


@dataclass(frozen=True)
class Compensation:
    """Pays holders of contract land inside the line: fen = rate x 100 x area, each year. Nominal money."""

    rate: float = needs("CNY/ha/yr", "paid for land inside the line that is left wild", price="nominal")


@dataclass(frozen=True)
class LineWatch:
    """How the line is watched, and what clearing inside it costs."""

    audit: float = needs("1/yr", "probability that a patch inside the line is looked at in a year")
    detection: float = needs("1", "probability that a look finds what is wrong")
    fine: float = needs("CNY/ha", "fine for land cleared inside the line", price="nominal")


@payment_rule("zoning")
@dataclass(frozen=True, kw_only=True)
class ZoningScheme(Scheme):
    """Inside the line nothing is cleared or planted, as far as somebody looks."""

    pays_for: Literal["zoning"] = needs(None, "the payment rule")
    payment: Compensation
    zone: Zone
    negative_list: tuple[str, ...] = needs(None, "uses that may not be begun inside the line")
    watch: LineWatch
    delivery: Delivery


def violable(scheme: ZoningScheme, streams: Streams, year: int, ids: np.ndarray) -> np.ndarray:
    """Patches inside the line that whoever would clear dares to clear this year; as `ids`, bool.

    p = 1 - audit x detection, drawn by patch and year. Closer watch opens fewer of the same patches.
    """
    return streams.uniform("zoning.violation", year, ids) < 1 - scheme.watch.audit * scheme.watch.detection


def found(
    scheme: ZoningScheme, streams: Streams, year: int, ids: np.ndarray, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which cleared patches are looked at this year, at most `most`, and which of them are found out; as `ids`."""
    luck = streams.uniform("zoning.visit", year, ids)
    looked = rationing.looked_at(luck < scheme.watch.audit, luck, ids, most)
    return looked, looked & (streams.uniform("zoning.detection", year, ids) < scheme.watch.detection)


def fines(scheme: ZoningScheme, hectares: float, patches: int) -> np.ndarray:
    """Fine for each of the patches found out [fen]; (patches,)."""
    return np.full(patches, round(scheme.watch.fine * hectares * FEN_PER_CNY), np.int64)


def due(scheme: ZoningScheme, year: int, hectares: np.ndarray) -> np.ndarray:
    """What holders of so much land inside the line are due [fen]; (households,).

    Where the budget is short everybody gets the same part, rounded down.
    """
    if not scheme.is_open(year):
        return np.zeros(len(hectares), np.int64)
    return rationing.same_part(scheme.payment.rate * FEN_PER_CNY * hectares, rationing.for_households(scheme))
