"""Accounts of realised value: money by mechanism and source, what is not received, and schemes against their land."""

from __future__ import annotations

import numpy as np

from village_abm.accounting.attribution import MECHANISMS
from village_abm.accounting.realised import contribution, conversion
from village_abm.counted import value_of_year
from village_abm.counted.realised import product
from village_abm.counted.value_words import MECHANISMS as WORDS
from village_abm.counted.value_words import scheme as scheme_words
from village_abm.counted.value_words import source as source_words
from village_abm.scope import Scope
from village_abm.statements import Column, Line, Statement, statement

VALUE = (Column("value", "value", "数额"),)
MONEY = "CNY/yr"


def _line(name: str, en: str, zh: str, value: float, unit: str = MONEY, total: bool = False) -> Line:
    return Line(name, en, zh, (value,), unit, total)


@statement("value", "Value realised in money", "生态产品价值实现")
def realised(scope: Scope) -> Statement:
    """Money of the last year for what nature yields, by mechanism and source, against GEP and the village's income."""
    village = scope.village
    if "gep" not in village.memory:
        return Statement(VALUE, ())
    year, gep = value_of_year.realised(village), product(scope)
    lines: list[Line] = []
    for mechanism in MECHANISMS:
        for (by, name), value in year.sources.items():
            if by == mechanism and value.any():
                lines.append(_line(f"{by}: {name}", *source_words(village, name), float(value.sum())))
        lines.append(_line(mechanism, *WORDS[mechanism], float(year.through(mechanism).sum()), total=True))
    whole, market = float(year.total.sum()), float(year.without_compensation.sum())
    other, own, income = (float(part.sum()) for part in (year.other, year.eaten, year.income))
    lines += [
        _line("realised", "value realised", "价值实现额", whole, total=True),
        _line("market", "without compensation", "不含生态补偿", market),
        _line("gep", "gross ecosystem product", "生态产品总值", gep),
        _line("conversion", "conversion rate", "价值转化率", conversion(whole, gep), "1", True),
        _line("market_conversion", "conversion rate without compensation", "市场转化率", conversion(market, gep), "1"),
        _line("other", "other income from outside, before costs", "其他外来收入（未扣成本）", other),
        _line("eaten", "own products eaten", "自产自用", own),
        _line("income", "gross income of the village", "全村总收入", income, total=True),
        _line("contribution", "economic contribution rate", "经济贡献率", contribution(whole, income), "1", True),
        *_tried(scope, gep),
        *_not_received(scope),
    ]
    return Statement(VALUE, tuple(lines), NOTES)


def _tried(scope: Scope, gep: float) -> list[Line]:
    """The conversion rate if other products were called ecological."""
    lines = []
    for least in scope.village.params.accounting.realised.tried:
        whole = float(value_of_year.realised_from(scope.village, least).total.sum())
        en = f"conversion rate with products of green {least:g} and more"
        lines.append(_line(f"tried {least:g}", en, f"生态性{least:g}以上产品的转化率", conversion(whole, gep), "1"))
    return lines


def _not_received(scope: Scope) -> list[Line]:
    """What schemes and packages spent on works and administration and what the county kept, by mechanism."""
    village = scope.village
    known, spent = value_of_year.mechanisms(village), village.memory.get("spent by scheme", {})
    lines = []
    for mechanism in MECHANISMS:
        mine = [one for name, one in spent.items() if known.get(name) == mechanism]
        works = float(village.real(sum(one.works + one.admin for one in mine)))
        kept = float(village.real(sum(one.kept for one in mine)))
        en, zh = WORDS[mechanism]
        spent_on = (f"not received, spent on works and administration: {en}", f"未入村（工程与管理）：{zh}")
        left = (f"not received, kept by the county: {en}", f"未入村（县级留存）：{zh}")
        if works:
            lines.append(_line(f"works and administration: {mechanism}", *spent_on, works))
        if kept:
            lines.append(_line(f"kept: {mechanism}", *left, kept))
    return lines


NOTES = (
    (
        "In cash, in yuan of 2020, before costs, counted once where money enters the village: its households, "
        "cooperatives and collective fund. The forest bank stands outside: what it pays for rights is counted, the "
        "wood it sells is not. Support of the poor and of farming and houses in town pay for no service of nature.",
        "按现金制、2020年价、未扣成本计，仅在资金进入村庄（农户、合作社、村集体）时计一次。森林生态银行视为村外：计其支付的权属价款，"
        "不计其木材销售。扶贫、种粮补贴与进城安置款不是对生态服务的支付。",
    ),
    (
        "Regulating services dominate gross ecosystem product by assumed prices, so the conversion rate may fall "
        "because forests grow. Compensation is a transfer: the rate without it shows what markets pay.",
        "调节服务因假定价格而占生态产品总值的大头，因此森林增长也可能使转化率下降。生态补偿属于转移支付：不含补偿的转化率反映市场支付。",
    ),
)  # fmt: skip


@statement("schemes", "Realisation of each scheme", "各项目价值实现程度")
def realisation(scope: Scope) -> Statement:
    """What each scheme paid into the village in the last year over the ecosystem product of the land under it."""
    village = scope.village
    columns = (
        Column("cash", "paid into the village", "入村资金", MONEY),
        Column("gep", "ecosystem product of its land", "所涉土地生态产品总值", MONEY),
        Column("rate", "realisation", "实现程度", "1"),
    )
    if "gep" not in village.memory:
        return Statement(columns, ())
    worth, lines = village.memory["gep"].total, []
    for number, name in enumerate(village.params.schemes):
        if name not in village.params.scenario.schemes:
            continue
        entries = (("cash", f"paid: {name}"), ("village fund", f"shared: {name}"))
        cash = sum(float(village.real(np.sum(village.moved.get(key, 0.0)))) for key in entries)
        land = float(worth[village.patches.scheme == number].sum())
        lines.append(Line(name, *scheme_words(village, name), (cash, land, conversion(cash, land))))
    notes = (
        (
            "Cash over attributable ecosystem product, the form used for the forest bank of Shunchang. A rate is "
            "missing where a scheme holds no land at the close of the year.",
            "入村资金与所涉土地生态产品总值之比，仿顺昌森林生态银行的算法。年末没有在册土地的项目不计此比率。",
        ),
    )
    return Statement(columns, tuple(lines), notes)
