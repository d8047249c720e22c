"""Words of a sweep in both languages: measures and when they are read, schemes, designs, indices."""

from __future__ import annotations

from village_abm.experiments.sweep.planning import AS_IS
from village_abm.experiments.trial import TWIN
from village_abm.report.compare_words import unit
from village_abm.report.words import Text

HEADLINES = ("kd_area", "cover", "income_real", "poverty", "away_share", "gep", "soil_loss", "population")
"""Indicators that the page shows where none are chosen: the first five that the sweep kept."""

DESIGNS = {
    "": Text("one point", "单一设定"),
    "grid": Text("a grid", "网格"),
    "lhs": Text("a Latin hypercube", "拉丁超立方抽样"),
    "sobol": Text("a Sobol sequence", "Sobol 序列"),
    "morris": Text("trajectories of Morris", "Morris 轨迹"),
    "saltelli": Text("blocks of Saltelli", "Saltelli 区块"),
    "points": Text("chosen points", "指定点"),
}
SAMPLED = ("lhs", "sobol")
RANKED = ("grid", *SAMPLED)
"""Designs whose runs a rank regression can read."""

# In this order the first that is there is drawn; the others stand in the table.
INDICES = {
    "ST": Text(
        "total index: the share of the variance that would be left if all but this parameter were known",
        "总效应指数：其他参数全部已知时仍剩余的方差占比",
    ),
    "S1": Text(
        "first-order index: the share of the variance that goes when this parameter alone is known",
        "一阶指数：仅该参数已知时可消除的方差占比",
    ),
    "mu_star": Text(
        "mean size of the change when the parameter moves over its range (elementary effects)",
        "参数变动时结果平均变动的绝对值（基本效应法）",
    ),
    "PAWN": Text(
        "PAWN: how far the distribution of the result moves when the parameter is held",
        "PAWN：固定该参数时结果分布的变化幅度",
    ),
}


def named_scheme(name: str) -> Text:
    """A scheme without a record of its own."""
    plain = {TWIN: Text("no scheme", "无项目"), AS_IS: Text("as in the scenario", "按情景设定")}
    return plain.get(name, Text(name, name))


def when(label: Text, years: tuple[int, int] | None, end: int) -> Text:
    """An indicator and the years in which it is read."""
    first, last = years or (end, end)
    if first == last:
        return Text(f"{label.en}, {first}", f"{label.zh}，{first} 年")
    return Text(f"{label.en}, mean {first}–{last}", f"{label.zh}，{first}—{last} 年平均")


def bracketed(label: Text, written: str, difference: bool = False) -> Text:
    """A label with its unit in brackets."""
    measure = unit(written, difference)
    return Text(f"{label.en} ({measure.en})", f"{label.zh}（{measure.zh}）") if measure.en else label


def less(scheme: Text, twin: Text) -> Text:
    """One scheme less another."""
    return Text(f"{scheme.en} less {twin.en}", f"“{scheme.zh}”减“{twin.zh}”")


def _heads(*pairs: tuple[str, str]) -> list[Text]:
    return [Text(*pair) for pair in pairs]


_OUTPUT, _PATH, _SCHEME = ("output", "结果"), ("path", "参数路径"), ("scheme", "项目")
_ENDS = (("low", "下限"), ("high", "上限"))
HEADS = {
    "summary": _heads(("measure", "指标"), _SCHEME, ("unit", "单位"), ("mean", "均值"), ("tenth", "第10百分位"),
                      ("ninetieth", "第90百分位"), ("difference to none", "与无项目之差"), *_ENDS),
    "parameters": _heads(_PATH, ("meaning", "含义"), ("unit", "单位"), ("values", "取值"),
                         ("number of values", "取值数")),
    "tornado": _heads(_OUTPUT, _PATH, ("index", "指数"), ("value", "数值"), *_ENDS, ("noise", "噪声"), ("group", "组")),
    "cells": _heads(_OUTPUT, _SCHEME, ("across", "横轴参数"), ("across value", "横轴取值"), ("up", "纵轴参数"),
                    ("up value", "纵轴取值"), ("mean", "均值"), ("runs", "运行数")),
    "effects": _heads(_OUTPUT, _PATH, ("from", "起"), ("to", "止"), ("mean", "均值"), *_ENDS, ("replicates", "重复数"),
                      ("pairs", "配对数")),
    "paths": _heads(("indicator", "指标"), _SCHEME, ("group", "组"), ("year", "年"), ("mean", "均值"),
                    ("tenth", "第10百分位"), ("ninetieth", "第90百分位")),
}  # fmt: skip
"""The heads of the tables that the page hands down."""
