"""Statements of revitalisation: what the index is made of, whether its rank holds, what goes together."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import coupling
from village_abm.accounting.revitalisation import (
    COMPONENTS,
    DIMENSIONS,
    OF,
    PARTS,
    Standing,
    dirichlet,
    outranks,
    stand,
)
from village_abm.counted import revitalisation_industry as industry
from village_abm.counted.revitalisation import standing
from village_abm.scope import REGISTRY, Scope
from village_abm.statements import Column, Line, Statement, statement

NAN = float("nan")
BOUNDS = (Column("worst", "counts 0", "计0的值"), Column("best", "counts 1", "计1的值"))
FROZEN = (
    "Bounds and weights are fixed parameters, so the index of a run does not change with the runs beside it. Entropy "
    "weights worked out anew from other runs would give an index that is not comparable with this one.",
    "阈值与权重为固定参数,指数不随对照运行而变。若以其他运行重新计算熵权,所得指数与此不可比。",
)
LEFT_OUT = (
    "Left out, as the model does not know it: who takes part in cultural life.",
    "模型未包含、故未计入:文化活动参与。",
)


def _name(component: str) -> tuple[str, str]:
    item = REGISTRY[component]
    return item.en, item.zh


def _at_first(scope: Scope) -> tuple[int, Standing]:
    """The first recorded year and where the village stood then."""
    year, counted = scope.village.memory["first counted"]
    values = np.array([counted[name] for name in COMPONENTS])
    return year, stand(scope.village.params.accounting.revitalisation, values)


def _told(scope: Scope, missing: list[str], beyond: list[str]) -> tuple[tuple[str, str], ...]:
    """Sentences on what is not known and on what lies beyond its bounds."""
    found = []
    for names, en, zh in (
        (missing, "Not known this year, its dimension is that of the others", "当年无数据,所在维度由其余分指标合成"),
        (beyond, "Beyond its bounds, so counted as 0 or 1", "超出阈值,按0或1计"),
    ):
        if names:
            words = [_name(name) for name in names]
            found.append((f"{en}: {'; '.join(w[0] for w in words)}.", f"{zh}:{'、'.join(w[1] for w in words)}。"))
    return tuple(found)


@statement("index", "Rural revitalisation index", "乡村振兴指数构成")
def revitalisation(scope: Scope) -> Statement:
    """Value, bounds, score, weight and addition of every component; they add up to the dimensions and the index."""
    now, rules = scope.once(standing), scope.village.params.accounting.revitalisation
    year, first = _at_first(scope)
    columns = (
        Column("value", "value", "数值"), *BOUNDS, Column("score", "score", "得分", "1"),
        Column("weight", "weight", "权重", "1"), Column("contribution", "adds to the index", "对指数的贡献", "1"),
        Column("first", f"value in {year}", f"{year}年数值"),
        Column("first_score", f"score in {year}", f"{year}年得分", "1"),
    )  # fmt: skip
    lines = []
    for d, dimension in enumerate(DIMENSIONS):
        for k in np.flatnonzero(d == OF).tolist():
            name = COMPONENTS[k]
            bounds = getattr(getattr(rules, dimension), name)
            numbers = (now.values[k], *bounds, now.scores[k], now.weights[k], now.contributions[k], first.values[k])
            lines.append(Line(name, *_name(name), (*map(float, numbers), float(first.scores[k])), REGISTRY[name].unit))
        mine = d == OF
        level, weight = float(now.dimensions[d]), float(now.weights[mine].sum())
        added, then = float(now.contributions[mine].sum()), float(first.dimensions[d])
        lines.append(Line(dimension, *_name(dimension), (level, NAN, NAN, level, weight, added, then, then), "1", True))
    totals = (now.index, NAN, NAN, now.index, now.weights.sum(), now.contributions.sum(), first.index, first.index)
    index = "revitalisation_index"
    lines.append(Line(index, *_name(index), tuple(map(float, totals)), "1", True))
    missing = [name for name, score in zip(COMPONENTS, now.scores, strict=True) if np.isnan(score)]
    beyond = [name for name, outside in zip(COMPONENTS, now.outside, strict=True) if outside]
    return Statement(columns, tuple(lines), (FROZEN, LEFT_OUT, *_told(scope, missing, beyond)))


@statement("index", "Whether the index's rank holds under other weights", "指数排序对权重的稳健性")
def rank_stability(scope: Scope) -> Statement:
    """The index of the first and the last year under weights of the dimensions drawn evenly from all there are.

    The draws are those of the run's seed. Dimensions stay as they are; the index is their weighted mean.
    """
    rules, now = scope.village.params.accounting.revitalisation, scope.once(standing)
    year, first = _at_first(scope)
    ids = np.arange(rules.draws)[:, None]
    drawn = scope.village.streams.uniform("revitalisation.weights", 0, ids, np.arange(len(DIMENSIONS))[None, :])
    levels, weights = np.array([first.dimensions, now.dimensions]), dirichlet(drawn)
    above = outranks(levels, weights)
    spread = np.quantile(levels @ weights.T, (0.05, 0.5, 0.95), axis=1)
    columns = (
        Column("first", f"{year}", f"{year}年", "1"),
        Column("last", f"{scope.village.year}", f"{scope.village.year}年", "1"),
    )

    def line(name: str, en: str, zh: str, pair: np.ndarray) -> Line:
        return Line(name, en, zh, (float(pair[0]), float(pair[1])), "1")

    return Statement(
        columns,
        (
            line("index", "index under its own weights", "指数(既定权重)", np.array([first.index, now.index])),
            line("low", "index under drawn weights, 5% lie below", "指数(随机权重,5%分位)", spread[0]),
            line("middle", "index under drawn weights, median", "指数(随机权重,中位数)", spread[1]),
            line("high", "index under drawn weights, 95% lie below", "指数(随机权重,95%分位)", spread[2]),
            line(
                "above", "share of weights under which this year stands above the other", "高于另一年份的权重比例",
                np.array([above[0, 1], above[1, 0]]),
            ),
        ),
        ((
            f"{rules.draws} draws of the weights of the five dimensions, all weights that add up to 1 alike.",
            f"五个维度的权重随机抽取{rules.draws}次,各种权重组合机会均等。",
        ),),
    )  # fmt: skip


@statement("index", "Level of ecological industry", "生态产业发展水平构成")
def eco_industry(scope: Scope) -> Statement:
    """Value, bounds, score and weight of the four parts of the eco-industry level."""
    found, rules = scope.once(industry.eco_industries), scope.village.params.accounting.revitalisation.eco_industry
    lines, units = [], ("1", "1", "CNY/person/yr", "1")
    for k, part in enumerate(PARTS):
        numbers = (found.values[k], *getattr(rules, part), found.parts[k], rules.weights[k])
        lines.append(Line(part, *_name(f"eco_{part}"), tuple(map(float, numbers)), units[k]))
    whole = (found.level, NAN, NAN, found.level, sum(rules.weights))
    lines.append(Line("eco_industry_level", *_name("eco_industry_level"), whole, "1", True))
    beyond = [f"eco_{part}" for part, outside in zip(PARTS, found.outside, strict=True) if outside]
    columns = (
        Column("value", "value", "数值"), *BOUNDS, Column("score", "score", "得分", "1"),
        Column("weight", "weight", "权重", "1"),
    )  # fmt: skip
    return Statement(columns, tuple(lines), _told(scope, [], beyond))


COUPLED = (
    ("coupling_coordination", "the five dimensions", "五个维度", industry.five),
    ("industry_coordination", "eco-industry level and revitalisation index", "生态产业与乡村振兴",
     industry.industry_and_revitalisation),
    ("ecology_coordination", "ecology and economy", "生态与经济", industry.ecology_and_economy),
)  # fmt: skip


@statement("index", "Coupling coordination", "耦合协调度")
def coordination(scope: Scope) -> Statement:
    """Level, coupling degree and coupling coordination degree of what should go together, in both forms."""
    rules = scope.village.params.accounting.revitalisation
    columns = (
        Column("level", "mean level", "综合发展水平", "1"),
        Column("plain_degree", "coupling degree, traditional", "耦合度(传统)", "1"),
        Column("plain", "coordination, traditional", "协调度(传统)", "1"),
        Column("degree", "coupling degree, corrected", "耦合度(修正)", "1"),
        Column("corrected", "coordination, corrected", "协调度(修正)", "1"),
    )
    lines, classes = [], []
    for name, en, zh, of in COUPLED:
        levels = of(scope)
        if np.isnan(levels).any():
            lines.append(Line(name, en, zh, (NAN,) * len(columns), "1"))
            continue
        plain, corrected = coupling.coordination(levels, corrected=False), coupling.coordination(levels)
        lines.append(
            Line(name, en, zh, tuple(map(float, (
                coupling.together(levels), coupling.coupling(levels), plain, coupling.corrected_coupling(levels),
                corrected,
            ))), "1")
        )  # fmt: skip
        tenths = coupling.tenth(np.array([plain, corrected])).tolist()
        classes.append((
            f"{en[0].upper()}{en[1:]}: {rules.classes[tenths[0]]} by the traditional form, "
            f"{rules.classes[tenths[1]]} by the corrected one.",
            f"{zh}:传统公式为{rules.classes_zh[tenths[0]]},修正公式为{rules.classes_zh[tenths[1]]}。",
        ))  # fmt: skip
    return Statement(columns, tuple(lines), tuple(classes))
