"""Indicators of cooperatives and of how ecological the industries of a village are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.economy import eco_industry
from village_abm.scope import OWN, Scope, indicator

if TYPE_CHECKING:
    from village_abm.village import Village


def _alive(scope: Scope) -> np.ndarray:
    """Rows of the living cooperatives in scope."""
    coops = scope.village.cooperatives
    here = coops.alive if scope.number is None else coops.alive & (coops.village == scope.number)
    return np.flatnonzero(here)


def _part(part: np.number | float, whole: np.number | float) -> float:
    return float(part) / float(whole) if whole else 0.0


@indicator(
    "1",
    "people",
    "share of households in cooperatives",
    "入社农户比例",
    formula="member households / households",
    source=OWN,
)
def member_share(scope: Scope) -> float:
    """Households that are members of a cooperative, shells included, as a share of all."""
    return _part((scope.household("cooperative") >= 0).sum(), len(scope.homes))


@indicator(
    "cooperative", "people", "cooperatives alive", "存续合作社数", formula="count of living cooperatives", source=OWN
)
def cooperatives(scope: Scope) -> float:
    """Cooperatives alive."""
    return float(len(_alive(scope)))


@indicator(
    "1",
    "people",
    "share of cooperatives that are shells",
    "空壳合作社比例",
    formula="shells / living cooperatives",
    source=OWN,
)
def shell_share(scope: Scope) -> float:
    """Cooperatives founded for the subsidy alone as a share of those alive; 0 where there is none."""
    rows = _alive(scope)
    return _part(scope.village.cooperatives.shell[rows].sum(), len(rows))


def _delivered(scope: Scope, column: str) -> float:
    coops, rows = scope.village.cooperatives, _alive(scope)
    return _part((getattr(coops, column)[rows] * coops.delivered[rows]).sum(), coops.delivered[rows].sum())


@indicator(
    "1",
    "money",
    "premium that members receive",
    "社员售价溢价",
    formula="sum(gain x kg delivered) / sum(kg delivered), gain = price to members / price of traders - 1",
    source=OWN,
)
def member_premium(scope: Scope) -> float:
    """What members got for a kg delivered, patronage included, over what traders paid, less 1; by weight."""
    return _delivered(scope, "gain")


@indicator(
    "1", "money", "share of deliveries processed", "合作社加工比例", formula="kg processed / kg delivered", source=OWN
)
def processed_share(scope: Scope) -> float:
    """Product run through cooperatives' lines as a share of what members delivered; 0 where nothing was."""
    coops, rows = scope.village.cooperatives, _alive(scope)
    return _part(coops.processed[rows].sum(), coops.delivered[rows].sum())


@indicator(
    "1",
    "money",
    "share of members' product sold outside",
    "社员外售比例",
    formula="kg sold outside / (kg sold outside + kg delivered)",
    source=OWN,
)
def side_selling(scope: Scope) -> float:
    """What members sold to traders as a share of what they had to sell of their cooperative's product."""
    coops, rows = scope.village.cooperatives, _alive(scope)
    outside = coops.outside[rows].sum()
    return _part(outside, outside + coops.delivered[rows].sum())


@indicator(
    "CNY/yr",
    "money",
    "surplus of cooperatives, money of the year",
    "合作社盈余(当年价)",
    formula="sum over cooperatives of receipts - costs - wear of lines",
    source=OWN,
)
def cooperative_surplus(scope: Scope) -> float:
    """Surplus of all cooperatives before it is shared out, wear of lines taken off; negative for a loss."""
    return float(scope.village.cooperatives.surplus[_alive(scope)].sum()) / 100


@indicator(
    "1",
    "land",
    "eco-industry score",
    "生态产业得分",
    formula="sum(area x score) / sum(area), score = weighted mean of eight attributes from 0 to 1",
    source=OWN,
)
def eco_industry_score(scope: Scope) -> float:
    """Mean of the eco-industry scores of all uses whose product is sold, weighted by their area."""
    found = scope.once(industries)
    known = eco_industry.total(scope.village.params.cooperatives.score, found.scores)
    return _part((known * found.area).sum(), found.area.sum())


@dataclass(frozen=True)
class Found:
    """The industries of a scope, uses whose product is sold; all (industries,), scores (industries, 8)."""

    uses: np.ndarray
    area: np.ndarray
    """Area of each [ha]."""
    known: eco_industry.Industries
    scores: np.ndarray


def industries(scope: Scope) -> Found:
    """What is known of the industries here, maize among them wherever it is grown, and how they score."""
    village = scope.village
    uses, memory, count = village.uses, village.memory, len(village.uses)
    use = scope.patch("use").astype(np.int64)
    area = np.bincount(use, minlength=count) * scope.hectares
    kg = np.bincount(use, weights=scope.patch("yield_rate"), minlength=count) * scope.hectares
    contract = np.bincount(use[scope.patch("scheme") >= 0], minlength=count) * scope.hectares
    coops, rows = village.cooperatives, _alive(scope)
    rows = rows[coops.use[rows] >= 0]
    brought, run = (
        np.bincount(coops.use[rows], weights=getattr(coops, name)[rows], minlength=count)
        for name in ("delivered", "processed")
    )
    # Maize, the yardstick, is there even where nobody grows it any more: with its usual harvest.
    maize = uses.index["maize"]
    yields = np.divide(kg, area, out=uses.top_yield.astype(float), where=area > 0)
    price, usual, line = memory["price"], memory["usual price"], village.params.cooperatives.line
    series, year = village.params.series, village.year
    crop = uses.is_kind("crop")
    costs = uses.cash_cost * np.where(crop, series["input_cost_ratio"].at(year), 1.0)
    work = uses.labour * np.where(crop, series["labour_intensity"].at(year), 1.0) + uses.picking * yields
    more = np.divide(run, area, out=np.zeros(count), where=area > 0) * (line.value - 1) * (1 - line.cost_share)
    sold = np.array([bool(name) for name in uses.price_series])
    chosen = np.flatnonzero(sold & ((area > 0) | (np.arange(count) == maize)))

    def of(amount: np.ndarray, whole: np.ndarray) -> np.ndarray:
        return np.clip(np.divide(amount, whole, out=np.zeros(count), where=whole > 0), 0.0, 1.0)[chosen]

    known = eco_industry.Industries(
        green=uses.green[chosen],
        delivered=of(brought, kg),
        processed=of(run, kg),
        days=work[chosen],
        cover_factor=uses.cover_factor[chosen],
        value=((yields + more) * price - costs)[chosen],
        swing=of(np.abs(price - usual), usual),
        paid=of(contract, area),
        lag=uses.lag[chosen],
    )
    scores = eco_industry.scores(known, int(np.flatnonzero(chosen == maize)[0]))
    return Found(chosen, area[chosen], known, scores)


def table(village: Village) -> list[dict[str, Any]]:
    """The industries of a village: name, area, score by attribute and in all; for the record."""
    found = industries(Scope(village))
    whole = eco_industry.total(village.params.cooperatives.score, found.scores)
    return [
        {
            "name": village.uses.names[use],
            "area": round(float(found.area[k]), 3),
            "scores": [round(float(one), 3) for one in found.scores[k]],
            "score": round(float(whole[k]), 3),
        }
        for k, use in enumerate(found.uses.tolist())
        if found.area[k] > 0
    ]
