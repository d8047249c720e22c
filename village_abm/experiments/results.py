"""The files of a comparison: scores, paths, pairs, maps and the study itself, their bytes fixed by the numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments import keeping, scores
from village_abm.experiments.comparison import Counted
from village_abm.experiments.description import describe
from village_abm.experiments.intervals import quantile_of_t
from village_abm.experiments.measures import MEASURES, score_measures
from village_abm.experiments.study import PRIMARY, Plan
from village_abm.experiments.trial import INDICATORS, PERMANENCE, TWIN

if TYPE_CHECKING:
    import pandas as pd


def write(folder: Path, plan: Plan, counted: Counted) -> dict[str, Any]:
    """Write all files of results, the study last; returns the study."""
    import pandas as pd

    seed = plan.seed
    sheet = pd.DataFrame(scores.score_sheet(counted.values, score_measures(), seed), columns=list(scores.COLUMNS))
    sheet["pairs_needed"] = sheet["pairs_needed"].astype("Int64")
    _csv(folder / "scores.csv", sheet.replace([np.inf, -np.inf], np.nan))
    _csv(folder / "paths.csv", paths(counted))
    _csv(folder / "pairs.csv", pairs(counted))
    keeping.write_whole(folder / "maps.npz", keeping.packed(_small(counted.maps)))
    study = describe(plan, counted)
    text = json.dumps(study, indent=2, ensure_ascii=False, allow_nan=False)
    keeping.write_whole(folder / "study.json", text.encode() + b"\n")
    return study


def _csv(path: Path, frame: pd.DataFrame) -> None:
    keeping.write_whole(path, frame.to_csv(index=False, lineterminator="\n").encode())


def _small(maps: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: values.astype(np.float32) for name, values in maps.items()}


def paths(counted: Counted) -> pd.DataFrame:
    """Every indicator by year: means, the difference with its pointwise t interval, 2.5 and 97.5 percentiles."""
    import pandas as pd

    twin, years, frames = counted.paths[TWIN], counted.years, []
    n = len(twin)
    low_without, high_without = np.percentile(twin, (2.5, 97.5), axis=0)
    for scheme in counted.values.schemes:
        mine = counted.paths[scheme]
        gap = mine - twin
        half = quantile_of_t(n, scores.CONFIDENCE) * gap.std(axis=0, ddof=1) / math.sqrt(n)
        low_with, high_with = np.percentile(mine, (2.5, 97.5), axis=0)
        columns = {
            "mean_with": mine.mean(axis=0), "mean_without": twin.mean(axis=0), "mean": gap.mean(axis=0),
            "low": gap.mean(axis=0) - half, "high": gap.mean(axis=0) + half, "low_with": low_with,
            "high_with": high_with, "low_without": low_without, "high_without": high_without,
        }  # fmt: skip
        about = {
            "scheme": scheme,
            "indicator": np.repeat(INDICATORS, len(years)),
            "year": np.tile(years, len(INDICATORS)),
        }
        frames.append(pd.DataFrame(about | {name: block.T.ravel() for name, block in columns.items()}))
    return pd.concat(frames, ignore_index=True)


def pairs(counted: Counted) -> pd.DataFrame:
    """What every run gave, one row a pair, scheme (or none) and measure."""
    import pandas as pd

    rows: list[dict[str, Any]] = [
        {"pair": pair, "scheme": scheme, "measure": measure, "value": float(value)}
        for (scheme, measure), found in counted.values.of.items()
        for pair, value in enumerate(found)
    ]
    rows.sort(key=lambda row: int(row["pair"]))
    return pd.DataFrame(rows)


def describe(plan: Plan, counted: Counted) -> dict[str, Any]:
    """study.json: what was compared, how, with which luck, and what the reader should be told."""
    base, values, measures = plan.base, counted.values, score_measures()
    names = " / ".join(base.schemes[name].label["en"] for name in plan.schemes)
    code = provenance.code()
    return {
        "title": f"{names}: {base.scenario.label['en']}",
        "command": plan.command,
        "seed": plan.seed,
        "scenario": {"name": base.scenario.name, "label": dict(base.scenario.label)},
        "years": [plan.dates.start, plan.dates.end],
        "opening": plan.dates.opening,
        "pairs": values.pairs,
        "planned_pairs": plan.pairs,
        "stopped": _stopped(plan, counted),
        "confidence": scores.CONFIDENCE,
        "equal_budget": None if plan.budget is None else {"amount": plan.budget, "unit": "CNY/yr"},
        "money": {"en": "yuan of 2020, not discounted", "zh": "2020年价，未贴现"},
        "base": {"schemes": list(base.scenario.schemes), "packages": list(base.scenario.packages)},
        "schemes": [_scheme(plan, counted, name) for name in plan.schemes],
        "measures": [
            {
                "name": m.name, "unit": m.unit, "group": m.group, "label": {"en": m.en, "zh": m.zh}, "better": m.better,
                "matters": m.matters, "matters_source": "design", "kind": m.kind, "meaning": m.meaning,
            }
            for m in measures.values()
        ],
        "primary": PRIMARY,
        "pairing": scores.pairing(values, measures, plan.seed),
        "pareto": scores.pareto(values, measures, plan.seed),
        "permanence_years": list(PERMANENCE),
        "warnings": warnings(plan, counted),
        "differences": dict(base.differences),
        "versions": {"model": code["version"], "source_sha256": code["source_sha256"], **provenance.packages()},
        "sources": _sources(plan),
    }  # fmt: skip


def _stopped(plan: Plan, counted: Counted) -> dict[str, Any]:
    rule = plan.rule
    longest = max(counted.stops.values(), key=lambda stop: stop.pairs)
    enough = longest.pairs < plan.pairs
    width = f"{longest.half_width:.3g} {MEASURES[PRIMARY].unit}"
    en = (
        f"{'the half-width of the interval stayed below the target' if enough else 'the most pairs asked for were run'}"
    )
    zh = "区间半宽已稳定低于目标" if enough else "已达到要求的最多对数"
    level = "序贯区间，名义95%，实际约90%至94%" if rule.sequential else "对数事先固定，名义95%"
    return {
        "measure": PRIMARY,
        "target_half_width": rule.half_width,
        "guard": rule.guard,
        "enough": enough,
        "words": {
            "en": f"stopped at {longest.pairs} pairs: {en} (now {width}); {rule.level}",
            "zh": f"运行{longest.pairs}对后停止：{zh}（现为{width}）；{level}",
        },
        "by_scheme": {name: stop.reason for name, stop in counted.stops.items()},
    }


def _spent(counted: Counted, name: str, measure: str) -> float:
    return float(counted.values.of[name, measure].mean())


def _scheme(plan: Plan, counted: Counted, name: str) -> dict[str, Any]:
    scheme: Any = plan.runs[name].schemes[name]
    spent = _spent(counted, name, "public_cost") + _spent(counted, name, "private_cost")
    share = _spent(counted, name, "budget_used")
    note = {"en": f"used {100 * share:.3g}% of its budget", "zh": f"使用预算的{100 * share:.3g}%"}
    if spent == 0 or not math.isfinite(share):
        note = {"en": "nothing was spent on it", "zh": "没有支出"}
    return {
        "name": name,
        "label": dict(scheme.label),
        "explanation": dict(scheme.explanation),
        "mechanism": scheme.mechanism,
        "led_by": scheme.led_by,
        "funded_by": scheme.funded_by,
        "years": list(scheme.years),
        "last_payment": plan.dates.last_paid[name],
        "pays_for": scheme.pays_for,
        "budget": scheme.budget,
        "spent_total": spent,
        "spent_share_of_budget": share if math.isfinite(share) else None,
        "note": note,
    }


def warnings(plan: Plan, counted: Counted) -> list[dict[str, str]]:
    """What a reader must know before trusting the sheet."""
    told = []
    if counted.values.pairs < FEW:
        told.append(
            {
                "en": f"{counted.values.pairs} pairs only: intervals rest on little below {FEW}.",
                "zh": f"仅{counted.values.pairs}对：少于{FEW}对时区间依据不足。",
            }
        )
    spent = {
        name: _spent(counted, name, "public_cost") + _spent(counted, name, "private_cost") for name in plan.schemes
    }
    highest = max(spent, key=lambda name: spent[name])
    for name, amount in spent.items():
        if amount == 0:
            told.append({"en": f"{name}: nothing was spent on it.", "zh": f"{name}：没有支出。"})
        elif plan.budget is not None and amount < MUCH_LESS * spent[highest]:
            told.append(
                {
                    "en": f"The budgets are equal but the outlays are not: {name} spent {amount:,.0f} yuan of 2020, "
                    f"{highest} {spent[highest]:,.0f}. Compare by cost for each unit gained.",
                    "zh": f"预算相同但支出不同：{name}支出{amount:,.0f}元，{highest}支出{spent[highest]:,.0f}元"
                    f"（2020年价），请比较单位成本。",
                }
            )
    for name, year in plan.dates.last_paid.items():
        if year + PERMANENCE[0] > plan.dates.end:
            told.append(
                {
                    "en": f"{name} may pay until {year}: the years to {plan.dates.end} are too few to tell what lasts.",
                    "zh": f"{name}最晚支付至{year}年，模拟止于{plan.dates.end}年，无法判断持久性。",
                }
            )
    return told


def _sources(plan: Plan) -> dict[str, str]:
    """The sources that the numbers of the compared schemes name."""
    keys = {
        key.strip()
        for path, number in plan.base.numbers.items()
        if path.split(".")[0] == "schemes" and path.split(".")[1] in plan.schemes
        for key in number.source.split(",")
    }
    return {key: plan.base.sources[key] for key in sorted(keys)}
