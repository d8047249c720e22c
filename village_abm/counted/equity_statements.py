"""Statements of who gains: poverty by group, inequality by source and group, livelihoods, moves between fifths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.accounting import inequality as measures
from village_abm.accounting import livelihoods as livings
from village_abm.counted import poor_by_group
from village_abm.counted.entries import PLACES
from village_abm.counted.living import KINDS, SOURCES, Living, living
from village_abm.counted.poor_by_group import GROUPS
from village_abm.scope import Scope
from village_abm.statements import Column, Line, Statement, statement

NONE = float("nan")
NO_YEAR = (("No recorded year has closed yet.", "尚无已结账的记录年份。"),)
FIFTHS = (
    ("poorest fifth", "最低五分之一"), ("second fifth", "次低五分之一"), ("middle fifth", "中间五分之一"),
    ("fourth fifth", "次高五分之一"), ("richest fifth", "最高五分之一"),
)  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """How people lived in a year, and who of them was poor."""

    living: Living
    poverty: poor_by_group.Found


def taken(scope: Scope) -> Taken:
    """How people in scope live and who of them is poor."""
    return Taken(scope.once(living), scope.once(poor_by_group.every))


def _both(scope: Scope) -> tuple[Taken, Taken] | None:
    """The first recorded year and the last; None before the first has closed."""
    first = scope.village.memory.get("equity at first")
    return None if first is None else (first, taken(scope))


def _years(first: Living, now: Living) -> tuple[tuple[str, str], ...]:
    return (
        (
            f"First: the recorded year {first.year}; last: {now.year}. Weighted by people on the register.",
            f"首年为{first.year}年，末年为{now.year}年；按户籍人口加权。",
        ),
    )


@statement("equity", "Poverty by group", "分组贫困状况")
def poverty(scope: Scope) -> Statement:
    """People, share poor, depth and severity of poverty, newly poor and poverty return, group by group."""
    both = _both(scope)
    if both is None:
        return Statement((), (), NO_YEAR)
    first, now = both
    columns = (
        Column("people", "people", "人数", "person"),
        Column("first", "share poor, first year", "首年贫困发生率", "1"),
        Column("headcount", "share poor", "贫困发生率", "1"),
        Column("gap", "depth", "贫困深度", "1"),
        Column("severity", "severity", "贫困强度", "1"),
        Column("new", "newly poor", "新增贫困比例", "1"),
        Column("back", "poverty return", "返贫率", "1"),
    )
    of = now.poverty.of
    table = np.column_stack(
        [of.people, first.poverty.of.headcount, of.headcount, of.gap, of.severity, now.poverty.new, now.poverty.back]
    )
    lines = [
        Line(group.name, group.en, group.zh, tuple(row.tolist()), total=group.name == "all")
        for group, row in zip(GROUPS, table, strict=True)
    ]
    if len(scope.village.names) > 1:
        lines += [_of_village(Scope(scope.village, number)) for number in range(len(scope.village.names))]
    return Statement(columns, tuple(lines), (
        *_years(first.living, now.living),
        (
            "A loss counts as no income; income is less what illness cost, with savings up to farm.livelihood.buffer "
            "of income. Poverty return is the share poor again of those who left poverty not long ago and were not "
            "poor last year. The model knows no ethnic groups.",
            "亏损按零收入计；收入已扣除医疗支出，并计入不超过收入一定比例的储蓄。"
            "返贫率为近年脱贫且上年不贫困者中再度贫困的比例。模型不区分民族。",
        ),
    ))  # fmt: skip


def _of_village(scope: Scope) -> Line:
    """The line of a village."""
    found, name = poor_by_group.found(scope, (0,)), scope.village.names[scope.number or 0]
    of = found.of
    values = (of.people, np.array([NONE]), of.headcount, of.gap, of.severity, found.new, found.back)
    return Line(f"village.{name}", *PLACES.get(name, (name, name)), tuple(float(part[0]) for part in values))


def _sources(found: measures.Sources | None) -> np.ndarray:
    """Share, Gini, correlation, contribution and effect of every source; (sources, 5)."""
    if found is None:
        return np.full((len(SOURCES), 5), NONE)
    return np.column_stack([found.share, found.gini, found.correlation, found.contribution, found.effect])


@statement("equity", "Inequality by source of income", "收入来源的不平等分解")
def inequality(scope: Scope) -> Statement:
    """Gini of income a head by source: share of income, own Gini, correlation with rank, contribution, effect."""
    both = _both(scope)
    if both is None:
        return Statement((), (), NO_YEAR)
    first, now = both[0].living, both[1].living
    columns = [
        Column(f"{name}{tail}", f"{en}{when[0]}", f"{zh}{when[1]}", "1")
        for tail, when in (("", ("", "")), ("_first", (", first year", "(首年)")))
        for name, en, zh in (
            ("share", "share of income", "收入占比"), ("gini", "Gini", "基尼系数"),
            ("correlation", "correlation with rank", "与总收入位次相关"), ("contribution", "contribution", "贡献"),
            ("effect", "effect of one part more", "边际效应"),
        )
    ]  # fmt: skip
    table = np.hstack([_sources(now.by_source), _sources(first.by_source)])
    lines = [
        Line(name, en, zh, tuple(row.tolist()))
        for (name, (en, zh)), row in zip(SOURCES.items(), table, strict=True)
    ]  # fmt: skip
    totals = [NONE] * 10
    for at, source in ((0, now.by_source), (5, first.by_source)):
        if source is not None:
            totals[at : at + 5] = [1.0, source.total, 1.0, source.total, 0.0]
    lines.append(Line("all", "all sources", "全部来源", tuple(totals), total=True))
    return Statement(tuple(columns), tuple(lines), (
        *_years(first, now),
        (
            "Contributions add up to the Gini, effects to nothing. Households with a loss count as having nothing of "
            "any source. Where the effect is below 0, a source makes incomes more equal as it grows.",
            "各来源贡献之和等于基尼系数，边际效应之和为零。亏损户各项收入按零计。边际效应为负表示该来源增加会缩小差距。",
        ),
    ))  # fmt: skip


def _theil(name: str, en: str, zh: str, found: measures.Theil | None) -> list[tuple[str, str, str, float]]:
    within, between = (NONE, NONE) if found is None else (found.within, found.between)
    return [
        (f"{name}.within", f"Theil within: {en}", f"泰尔指数组内:{zh}", within),
        (f"{name}.between", f"Theil between: {en}", f"泰尔指数组间:{zh}", between),
    ]


def _measures(now: Living) -> list[tuple[str, str, str, float]]:
    """Single numbers of inequality: name, English, Chinese, value."""
    heads, losses = now.heads
    whole = now.theil(np.zeros(len(now.rows), int))
    if whole is None:
        return []
    spent, _ = measures.without_losses(now.consumption / np.maximum(now.members, 1))
    return [
        ("gini", "Gini of income a head", "人均收入基尼系数", measures.gini(heads, now.members)),
        ("consumption", "Gini of consumption a head", "人均消费基尼系数", measures.gini(spent, now.members)),
        ("theil", "Theil's T of income a head", "人均收入泰尔指数", whole.total),
        *_theil("migrants", "with and without migrants", "有无外出务工", now.theil(now.migrants)),
        *_theil("enrolled", "with and without land once enrolled", "是否参与退耕", now.theil(now.enrolled)),
        *_theil("villages", "villages", "村", now.theil(now.villages)),
        *_theil("kinds", "kinds of livelihood", "生计类型", now.theil(now.kinds)),
        ("losses", "share of households with a loss", "收入为负的农户比例", losses / len(now.rows)),
    ]


@statement("equity", "Measures of inequality, within and between groups", "不平等指标与组内组间分解")
def spread(scope: Scope) -> Statement:
    """Gini of income and consumption, and Theil's T of income within and between groups, first year and last."""
    both = _both(scope)
    if both is None:
        return Statement((), (), NO_YEAR)
    first, now = both[0].living, both[1].living
    was = {name: value for name, _, _, value in _measures(first)}
    lines = [Line(name, en, zh, (was.get(name, NONE), value)) for name, en, zh, value in _measures(now)]
    columns = (Column("first", "first year", "首年", "1"), Column("last", "last year", "末年", "1"))
    return Statement(columns, tuple(lines), (
        *_years(first, now),
        (
            "Within and between add up to Theil's T. The Gini of income counts losses as nothing; that of consumption, "
            "which knows none, stands beside it.",
            "组内与组间之和等于泰尔指数。收入基尼系数把亏损按零计；消费无亏损，并列其基尼系数。",
        ),
    ))  # fmt: skip


def _followed(first: Living, now: Living) -> tuple[np.ndarray, np.ndarray]:
    """Places, in the first year and now, of the households there are in both; rows are never given twice."""
    _, before, after = np.intersect1d(first.rows, now.rows, assume_unique=True, return_indices=True)
    return before, after


@statement("equity", "Kinds of livelihood", "生计类型与多样性")
def livelihoods(scope: Scope) -> Statement:
    """Households by kind of livelihood, first year and last, how diverse their income is, and who changed kind."""
    both = _both(scope)
    if both is None:
        return Statement((), (), NO_YEAR)
    first, now = both[0].living, both[1].living
    before, after = _followed(first, now)
    moves = livings.moves(first.kinds[before], now.kinds[after])
    columns = (
        Column("first", "first year", "首年占比", "1"),
        Column("last", "last year", "末年占比", "1"),
        Column("people", "people", "人数", "person"),
        Column("simpson", "diversity (Simpson)", "多样性(辛普森)", "1"),
        Column("number", "sources in effect", "有效来源数", "source"),
        *(Column(f"to_{name}", f"now {en}", f"现为{zh}", "household") for name, (en, zh) in KINDS.items()),
    )
    was, share = livings.composition(first.kinds), livings.shares(now.sources)
    now_shares = livings.composition(now.kinds)
    lines = []
    for number, (name, (en, zh)) in enumerate(KINDS.items()):
        row = (was[number], now_shares[number], *_diverse(now, share, now.kinds == number), *moves[number])
        lines.append(Line(name, en, zh, tuple(map(float, row))))
    everybody = (1.0, 1.0, *_diverse(now, share, now.members > 0), *moves.sum(axis=0))
    lines.append(Line("all", "all", "合计", tuple(map(float, everybody)), total=True))
    if len(scope.village.names) > 1:
        for number, name in enumerate(scope.village.names):
            values = (NONE, NONE, *_diverse(now, share, now.villages == number), *[NONE] * len(KINDS))
            lines.append(Line(f"village.{name}", *PLACES.get(name, (name, name)), values))
    return Statement(columns, tuple(lines), (
        *_years(first, now),
        (
            "Kinds go by the share of the farm (land, herds, cooperatives) in what is earned, payments left out; who "
            "has nobody aged 16 to 59 at home is left behind. The last columns follow households of both years.",
            "类型按农业(土地、牛羊、合作社)占劳动经营收入的比例划分，不含补偿；家中无16至59岁常住者为留守户。"
            "右侧各列追踪首末两年均在的农户。",
        ),
    ))  # fmt: skip


def _diverse(now: Living, share: np.ndarray, mask: np.ndarray) -> tuple[float, float, float]:
    """People of a mask of households, mean Simpson diversity and number of sources in effect."""
    people = now.members * mask
    spread_out, number = livings.simpson(share), livings.effective_number(share)
    return float(people.sum()), livings.mean_over(spread_out, people), livings.mean_over(number, people)


@statement("equity", "Moves between fifths of income", "收入五等分流动")
def mobility(scope: Scope) -> Statement:
    """Of the households in each fifth of income a head in the first year, how many stand in which fifth now."""
    both = _both(scope)
    if both is None:
        return Statement((), (), NO_YEAR)
    first, now = both[0].living, both[1].living
    before, after = _followed(first, now)
    if not len(before):
        return Statement((), (), NO_YEAR)
    ids = scope.village.households.id[now.rows[after]]

    def fifth(living: Living, at: np.ndarray) -> np.ndarray:
        heads = living.sources[at].sum(axis=1) / np.maximum(living.members[at], 1)
        return measures.fifths(heads, ids, np.maximum(living.members[at], 1))

    found = measures.mobility(fifth(first, before), fifth(now, after))
    names = tuple(name.replace(" ", "_") for name, _ in FIFTHS)
    columns = [Column(f"to_{name}", f"to {en}", f"至{zh}", "1") for name, (en, zh) in zip(names, FIFTHS, strict=True)]
    lines = [
        Line(name, f"from {en}", f"原{zh}", tuple(row.tolist()))
        for name, (en, zh), row in zip(names, FIFTHS, found.matrix, strict=True)
    ]
    said = (
        f"Of the {len(before)} households of both years {found.stayed:.0%} stayed in their fifth; Shorrocks "
        f"index {found.shorrocks:.2f}, 0 where nobody moves, 1 where the fifth says nothing of the next, "
        "above 1 where the order turns round.",
        f"首末两年均在的{len(before)}户中，{found.stayed:.0%}留在原五等分；肖罗克斯指数{found.shorrocks:.2f}，"
        f"0为无人流动，1为与原位次无关，大于1为位次趋于倒转。",
    )
    return Statement(tuple(columns), tuple(lines), (*_years(first, now), said))
