"""The run in a handful of sentences, whichever way it went."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from village_abm.report import words
from village_abm.report.reading import Run
from village_abm.report.words import Text, amount, number, unit

if TYPE_CHECKING:
    import pandas as pd

PLANTED = ("eco_forest", "grass")
A_NEW_LINE = 1.5  # the poverty line grows by less than half in a year unless it is another line


def change(first: float, last: float) -> Text:
    """How a number moved, in one word; less than 2% of the larger is no change."""
    if not (math.isfinite(first) and math.isfinite(last)):
        return Text("went", "变为")
    if abs(last - first) <= 0.02 * max(abs(first), abs(last)):
        return Text("hardly changed, going", "变化不大，")
    return Text("rose", "上升，") if last > first else Text("fell", "下降，")


def moved(indicators: pd.DataFrame, name: str, subject: Text) -> Text:
    """One clause: what an indicator was in the first and in the last year."""
    written = indicators.attrs["units"][name.split(".", 1)[0]]
    first, last = float(indicators[name].iloc[0]), float(indicators[name].iloc[-1])
    verb = change(first, last)
    start, end = amount(first, written), amount(last, written)
    tail = "" if written in ("1", "person") else f" {unit(written).en}"
    tail_zh = "" if written == "1" else f" {unit(written).zh}"
    return Text(
        f"{subject.en} {verb.en} from {start} to {end}{tail}",
        f"{subject.zh}{verb.zh}由 {start}{tail_zh}变为 {end}{tail_zh}",
    )


def sentence(indicators: pd.DataFrame, *clauses: tuple[str, str, str]) -> Text | None:
    """Clauses of (indicator, English, Chinese) as one sentence; None where the run counts none of them."""
    parts = [moved(indicators, name, Text(en, zh)) for name, en, zh in clauses if name in indicators]
    if not parts:
        return None
    english = "; ".join(part.en for part in parts)
    return Text(english[0].upper() + english[1:] + ".", "；".join(part.zh for part in parts) + "。")


def _years(years: list[int]) -> Text:
    if years[0] == years[-1]:
        return Text(f"In {years[0]}", f"{years[0]} 年")
    return Text(f"From {years[0]} to {years[-1]}", f"{years[0]}—{years[-1]} 年")


def relocation(run: Run) -> Text | None:
    """How many households and people were moved from one village to another, where to and when."""
    if not len(run.relocated):
        return None
    years = sorted({int(year) for year in run.relocated["year"]})
    lines = run.books[(run.books["book"] == "people") & (run.books["entry"] == "moved in")]
    people, homes = number(float(lines["amount"].sum()), "person"), len(run.relocated)
    places = dict.fromkeys(json.loads(why)["to"] for why in run.relocated["why"])
    to = [words.place(name) for name in places]
    when = _years(years)
    return Text(
        f"{when.en}, {homes} households with {people} people were relocated to the {' and '.join(p.en for p in to)}.",
        f"{when.zh}，共有 {homes} 户、{people} 人搬迁至{'、'.join(p.zh for p in to)}。",
    )


def income(indicators: pd.DataFrame) -> Text | None:
    """Income and poverty; where the last year is not the best one, when poverty was lowest."""
    found = sentence(
        indicators,
        ("income_real", "income at the prices of 2020", "人均纯收入（2020年价）"),
        ("poverty", "the share of people who are poor", "贫困发生率"),
    )
    if found is None or "poverty" not in indicators:
        return found
    poor = indicators["poverty"].to_numpy(float)
    if not np.isfinite(poor[-1]) or poor[-1] <= np.nanmin(poor):
        return found
    low, year = amount(float(np.nanmin(poor)), "1"), int(indicators.index[int(np.nanargmin(poor))])
    return Text(f"{found.en[:-1]}, after a low of {low} in {year}.", f"{found.zh[:-1]}，其中 {year} 年最低，为 {low}。")


def poverty_line(run: Run) -> Text | None:
    """Below what people count as poor, and when the line itself was raised."""
    line = {int(year): float(value) for year, value in run.manifest["poverty_line"].items()}
    if not line or "poverty" not in run.indicators:
        return None
    first, last = min(line), max(line)
    english = f"Poor is a household below the poverty line of the year: {line[first]:,.0f} yuan a head in {first}"
    chinese = f"贫困按当年贫困线计：{first} 年人均 {line[first]:,.0f} 元"
    if last > first:
        english += f", {line[last]:,.0f} in {last}"
        chinese += f"，{last} 年 {line[last]:,.0f} 元"
    english, chinese = f"{english} (money of the year).", f"{chinese}（当年价）。"
    jumps = [(after, line[after] / line[before]) for before, after in pairwise(sorted(line))]
    year, jump = max(jumps, key=lambda pair: pair[1], default=(0, 1.0))
    if jump > A_NEW_LINE:
        before, after = f"{line[year - 1]:,.0f}", f"{line[year]:,.0f}"
        english += (
            f" In {year} the line was raised from {before} to {after}, which alone made more people count as poor."
        )
        chinese += f"{year} 年贫困线由 {before} 元提高到 {after} 元：标准提高本身就会使更多人计为贫困。"
    return Text(english, chinese)


def schemes(indicators: pd.DataFrame) -> Text | None:
    """What the government paid, and how much land was under contract at most."""
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


def contracts(run: Run) -> Text | None:
    """That contracts expire and what still stands of what was planted."""
    if "enrolled_area" not in run.indicators:
        return None
    held = run.indicators["enrolled_area"].to_numpy(float)
    if held[-1] >= held.max():
        return None
    names = [use["name"] for use in run.manifest["uses"]]
    kinds = [k for k, name in enumerate(names) if name in PLANTED]
    stands = float(np.isin(run.maps["use"][-1], kinds).sum()) * run.patch_size**2 / 1e4
    year, left = run.years[-1], number(float(held[-1]))
    return Text(
        f"Contracts run out after some years: {left} ha were under contract in {year}, "
        f"but {number(stands)} ha of planted forest and grass still stood.",
        f"合同到期即止：{year} 年在合同期内的仅 {left} 公顷，而人工生态林草仍保存 {number(stands)} 公顷。",
    )


def of_village(run: Run, name: str) -> Text | None:
    """One village in a sentence, where there are several."""
    found = sentence(
        run.indicators,
        (f"population.{name}", "people", "户籍人口"),
        (f"kd_area.{name}", "rocky desertification", "石漠化面积"),
        (f"income_real.{name}", "income at the prices of 2020", "人均纯收入（2020年价）"),
    )
    if found is None:
        return None
    place = words.place(name)
    return Text(
        f"{place.en[:1].upper()}{place.en[1:]}: {found.en[:1].lower()}{found.en[1:]}", f"{place.zh}：{found.zh}"
    )


def became(run: Run) -> list[Text]:
    """What the village was and what it became: people, land, rock and green; each village, where there are several."""
    several = len(run.manifest["villages"]) > 1
    found = [
        sentence(
            run.indicators,
            ("population", "the number of people on the register", "户籍人口"),
            ("away_share", "the share of adults (16 to 59) working away", "16—59 岁成人外出务工比例"),
        ),
        relocation(run),
        *([of_village(run, name) for name in run.manifest["villages"]] if several else []),
        sentence(
            run.indicators,
            ("farmed_area", "the land under crops and orchards", "耕种面积"),
            ("abandoned_share", "the share of contract cropland lying abandoned", "撂荒比例"),
        ),
        sentence(
            run.indicators,
            ("kd_area", "rocky desertification (slight or worse)", "石漠化面积（轻度以上）"),
            ("cover", "vegetation cover", "植被覆盖度"),
        ),
    ]
    return [text for text in found if text]
