"""What the numbers of a comparison say, in plain words of two languages; what is not settled is never called more."""

from __future__ import annotations

import math

from village_abm.experiments.measures import Measure, Words
from village_abm.experiments.paired import Comparison, Verdict
from village_abm.experiments.simultaneous import Ratio

FREE = Words("refused: no public money is spent on it, so there is no ratio", "不予计算：财政未支出，无比值")
_ZH = {
    "not defined: the effect goes the wrong way": "不予计算：结果方向相反",
    "not defined: the effect is not settled": "不予计算：差异尚无定论",
    "not defined: the cost is not settled": "不予计算：成本尚无定论",
}
_EN = {
    "not defined: the effect goes the wrong way": "refused: the outcome goes the wrong way, so there is no ratio",
    "not defined: the effect is not settled": "refused: the gain is not settled, so there is no ratio",
    "not defined: the cost is not settled": "refused: the cost is not settled, so there is no ratio",
}
_MANY = 100_000
_HUGE = 1_000  # times: beyond it the number of separate runs that would tell as much means nothing to anybody


def figure(value: float, signed: bool = False) -> str:
    """A number to three figures, thousands parted, never in powers of ten."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "-"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{abs(value):,.{min(digits, 9)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = "−" if value < 0 else "+" if signed else ""
    return f"{sign}{text}"


def shown(value: float, unit: str, signed: bool = False) -> str:
    """A number as a reader knows it: shares in per cent."""
    return figure(100 * value if unit == "1" else value, signed)


def unit_words(unit: str, difference: bool) -> Words:
    """The unit behind such a number, in two languages."""
    if unit == "1":
        return Words("points", "个百分点") if difference else Words("%", "%")
    return Words(unit, unit)


def verdict(measure: Measure, found: Comparison) -> str:
    """The verdict in one word or two; of what is neither good nor bad, only whether it is more or less."""
    settled = found.judgement.verdict
    if measure.better == "neither" and settled in (Verdict.BETTER, Verdict.WORSE):
        return "more" if settled is Verdict.BETTER else "less"
    return str(settled)


def of_difference(measure: Measure, found: Comparison) -> Words:
    """A difference with its interval and what may be said of it."""
    unit, wide = unit_words(measure.unit, difference=True), found.interval
    low, high = shown(wide.low, measure.unit, signed=True), shown(wide.high, measure.unit, signed=True)
    mean, percent = shown(wide.mean, measure.unit, signed=True), round(100 * wide.confidence)
    said = _said(measure, found)
    if wide.low == wide.high == 0:
        return said
    if wide.low == wide.high:
        return Words(f"{mean} {unit.en}: {said.en}", f"{mean}{unit.zh}：{said.zh}")
    return Words(
        f"{mean} {unit.en} ({percent}% interval {low} to {high}): {said.en}",
        f"{mean}{unit.zh}（{percent}%区间{low}至{high}）：{said.zh}",
    )


def _said(measure: Measure, found: Comparison) -> Words:
    told, unit = found.judgement, unit_words(measure.unit, difference=True)
    matters = f"{shown(measure.matters, measure.unit)} {unit.en}"
    matters_zh = f"{shown(measure.matters, measure.unit)}{unit.zh}"
    many, many_zh = _pairs(told.pairs_needed)
    if told.verdict in (Verdict.BETTER, Verdict.WORSE):
        word = verdict(measure, found)
        every, every_zh = (
            (f", the same in all {found.pairs} pairs", f"，{found.pairs}对完全一致")
            if found.interval.method == "exact"
            else ("", "")
        )
        return Words(f"{word} by at least {matters}{every}", f"{_WORD_ZH[word]}，至少{matters_zh}{every_zh}")
    if told.verdict is Verdict.EQUIVALENT:
        if found.interval.low == found.interval.high == 0:
            return Words(f"no difference in any of {found.pairs} pairs", f"{found.pairs}对均无差异")
        return Words(f"equivalent: smaller than {matters} either way", f"等效：差异小于{matters_zh}")
    if found.interval.method == "exact":  # and of too few pairs
        return Words(
            f"not settled, though the same in all {found.pairs} pairs; {many} pairs would settle it",
            f"尚无定论（{found.pairs}对虽一致），需{many_zh}对",
        )
    if found.covers_zero or not math.isfinite(found.interval.low):
        return Words(f"not settled; {many} pairs would settle it", f"尚无定论，需{many_zh}对")
    up = found.interval.low > 0
    word = ("more" if up else "less") if measure.better == "neither" else _way(measure, up)
    return Words(
        f"{word}, but by as much as {matters} is not settled; {many} pairs would settle it",
        f"{_WORD_ZH[word]}，但是否达到{matters_zh}尚无定论，需{many_zh}对",
    )


_WORD_ZH = {"better": "改善", "worse": "变差", "more": "增加", "less": "减少"}


def _way(measure: Measure, up: bool) -> str:
    return "better" if up == (measure.better == "more") else "worse"


def _pairs(needed: int | None) -> tuple[str, str]:
    if needed is None or needed > _MANY:
        return f"more than {_MANY:,}", f"{_MANY:,}以上"
    return f"about {needed:,}", f"约{needed:,}"


def of_level(measure: Measure, found: Comparison, planned: int) -> Words:
    """A measure that only the scheme has: its mean and interval, over which pairs, and whether it is told from 0."""
    unit, wide, pairs = unit_words(measure.unit, difference=False), found.interval, found.pairs
    some = f", over the {pairs} of {planned} pairs in which it is defined" if pairs < planned else ""
    some_zh = f"，{planned}对中{pairs}对有定义" if pairs < planned else ""
    value = shown(wide.mean, measure.unit)
    low, high = shown(wide.low, measure.unit), shown(wide.high, measure.unit)
    if wide.low == wide.high:
        return Words(f"{value} {unit.en} in every pair{some}", f"{value}{unit.zh}，各对一致{some_zh}")
    open_end, open_end_zh = ("; not told from 0", "；与0无法区分") if found.covers_zero else ("", "")
    return Words(
        f"{value} {unit.en} (95% interval {low} to {high}{some}){open_end}",
        f"{value}{unit.zh}（95%区间{low}至{high}{some_zh}）{open_end_zh}",
    )


def of_ratio(measure: Measure, found: Ratio) -> Words:
    """A ratio with its interval, or why there is none."""
    if not found.defined:
        return Words(_EN[found.words], _ZH[found.words]) if found.words in _EN else FREE
    low, high, value = figure(found.low), figure(found.high), figure(found.value)
    return Words(
        f"{value} {measure.unit} (95% interval {low} to {high})", f"{value} {measure.unit}（95%区间{low}至{high}）"
    )


def of_pairing(found: Comparison) -> Words:
    """What the common luck has saved."""
    factor = found.reduction
    if math.isfinite(factor):
        if factor < 1:
            return Words(
                f"pairing saved nothing here: the variance of the difference is {1 / factor:.2g} times as large",
                f"配对在此无益：差异方差为独立运行的{1 / factor:.2g}倍",
            )
        if factor > _HUGE:
            return Words(
                f"pairing cut the variance of the difference {figure(factor)} times: next to all luck is shared",
                f"配对使差异方差缩小{figure(factor)}倍：随机性几乎完全抵消",
            )
        return Words(
            f"pairing cut the variance of the difference {figure(factor)} times: {found.pairs} pairs tell as much as "
            f"{figure(round(factor * found.pairs))} separate runs a side",
            f"配对使差异方差缩小{figure(factor)}倍：{found.pairs}对相当于每侧"
            f"{figure(round(factor * found.pairs))}次独立运行",
        )
    if found.reduction_words == "complete":
        return Words("the difference is the same in all pairs: all luck is shared", "各对差异一致：随机性完全抵消")
    return Words("nothing varies from pair to pair", "各对之间没有变化")
