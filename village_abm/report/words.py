"""What the numbers of a run say, in plain English and Chinese."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

UNITS = {
    "1": ("%", "%"),
    "person": ("people", "人"),
    "household": ("households", "户"),
    "yr": ("years", "岁"),
    "ha": ("ha", "公顷"),
    "ha/yr": ("ha a year", "公顷/年"),
    "cm": ("cm", "厘米"),
    "t/ha": ("t/ha", "吨/公顷"),
    "t/yr": ("t a year", "吨/年"),
    "t/km^2/yr": ("t/km² a year", "吨/平方公里·年"),
    "gC/m^2/yr": ("g C/m² a year", "克碳/平方米·年"),
    "CNY/yr": ("yuan a year", "元/年"),
    "CNY/day": ("yuan a day", "元/天"),
    "CNY/person/yr": ("yuan a head and year", "元/人·年"),
}


@dataclass(frozen=True)
class Text:
    """The same words in English and Chinese."""

    en: str
    zh: str


def unit(written: str) -> Text:
    """A unit as a reader says it; units not known here stay as they are written."""
    return Text(*UNITS.get(written, (written, written)))


def number(value: float | None, written: str = "") -> str:
    """A number in about three figures, thousands apart; shares as per cent; a dash where it is missing."""
    if value is None or not math.isfinite(value):
        return "–"
    if written == "1":
        percent = 100 * value
        return f"{percent:.0f}" if abs(percent) >= 10 else f"{percent:.1f}"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def amount(value: float, written: str) -> str:
    """A number with its unit, as sentences need it."""
    shown = number(value, written)
    return f"{shown}%" if written == "1" else shown


def change(first: float, last: float) -> Text:
    """How a number moved, in one word; less than 2% of the larger is no change."""
    if not (math.isfinite(first) and math.isfinite(last)):
        return Text("went", "变为")
    if abs(last - first) <= 0.02 * max(abs(first), abs(last)):
        return Text("hardly changed, going", "变化不大，")
    return Text("rose", "上升，") if last > first else Text("fell", "下降，")


def moved(indicators: pd.DataFrame, name: str, subject: Text) -> Text:
    """One clause: what an indicator was in the first and in the last year."""
    written = indicators.attrs["units"][name]
    first, last = float(indicators[name].iloc[0]), float(indicators[name].iloc[-1])
    verb = change(first, last)
    start, end = amount(first, written), amount(last, written)
    tail = "" if written in ("1", "person") else f" {unit(written).en}"
    tail_zh = "" if written == "1" else unit(written).zh
    return Text(
        f"{subject.en} {verb.en} from {start} to {end}{tail}",
        f"{subject.zh}{verb.zh}由{start}{tail_zh}变为{end}{tail_zh}",
    )


def _sentence(indicators: pd.DataFrame, *clauses: tuple[str, str, str]) -> Text | None:
    parts = [moved(indicators, name, Text(en, zh)) for name, en, zh in clauses if name in indicators]
    if not parts:
        return None
    english = "; ".join(part.en for part in parts)
    return Text(english[0].upper() + english[1:] + ".", "；".join(part.zh for part in parts) + "。")


def _schemes(indicators: pd.DataFrame) -> Text | None:
    if "scheme_payments" not in indicators or "enrolled_area" not in indicators:
        return None
    paid = float(indicators["scheme_payments"].sum())
    held = indicators["enrolled_area"].to_numpy(float)
    area, year = float(held.max()), int(indicators.index[int(held.argmax())])
    if paid <= 0 and area <= 0:
        return Text("No scheme paid anything in these years.", "这些年没有任何补偿项目付款。")
    return Text(
        f"The government paid households {number(paid)} yuan in all, in the money of each year; "
        f"at most {number(area)} ha were under contract ({year}).",
        f"政府共向农户发放补偿 {number(paid)} 元（当年价）；合同面积最多时为 {number(area)} 公顷（{year} 年）。",
    )


def headlines(indicators: pd.DataFrame) -> list[Text]:
    """The run in a handful of sentences; each says the first and the last year, whichever way it went."""
    found = [
        _sentence(
            indicators,
            ("population", "the number of people on the register", "户籍人口"),
            ("away_share", "the share of adults working away", "外出劳动力比例"),
        ),
        _sentence(
            indicators,
            ("farmed_area", "the land under crops and orchards", "耕种面积"),
            ("abandoned_share", "the share of contract cropland lying abandoned", "撂荒比例"),
        ),
        _sentence(
            indicators,
            ("kd_area", "rocky desertification (slight or worse)", "石漠化面积（轻度以上）"),
            ("cover", "vegetation cover", "植被覆盖度"),
        ),
        _sentence(
            indicators,
            ("income_real", "income at the prices of 2020", "人均纯收入（2020年价）"),
            ("poverty", "the share of people who are poor", "贫困发生率"),
        ),
        _schemes(indicators),
    ]
    return [text for text in found if text]


CARDS = ("away_share", "farmed_area", "kd_area", "cover", "income_real", "poverty")

GROUPS = {
    "people": Text("People", "人口"),
    "land": Text("Land", "土地"),
    "ecology": Text("Rock, soil and green", "岩石、土壤与植被"),
    "money": Text("Money", "收入"),
    "schemes": Text("Schemes", "补偿与工程"),
}

BOOKS = {
    "cash": Text("cash", "现金"),
    "county purse": Text("county purse", "县财政"),
    "labour": Text("labour", "劳动"),
    "grain": Text("grain", "粮食"),
    "land": Text("land", "土地"),
    "soil": Text("soil", "土壤"),
    "carbon": Text("carbon", "碳"),
    "people": Text("people", "人口"),
}

CONFIDENCE = {
    "reported": Text("reported by a source", "文献报告值"),
    "derived": Text("worked out from a source", "由文献推算"),
    "design": Text("a choice, not a fact", "设计选择"),
    "estimate": Text("an estimate", "估计值"),
    "unverified": Text("not yet checked", "未核实"),
}
