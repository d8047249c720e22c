"""What study.json says: what was compared, how, with which luck, and what the reader should be told."""

from __future__ import annotations

import math
from typing import Any

from village_abm.experiments import provenance, scores, wording
from village_abm.experiments.comparison import Counted
from village_abm.experiments.measures import MEASURES, score_measures
from village_abm.experiments.stopping import ACHIEVED
from village_abm.experiments.study import PRIMARY, Plan
from village_abm.experiments.trial import PERMANENCE

MUCH_LESS = 0.8  # of the highest outlay: below, the outlays are not called equal
MANY = 2  # schemes beyond which a title counts them
FEW = 20  # pairs below which intervals rest on little


def describe(plan: Plan, counted: Counted) -> dict[str, Any]:
    """study.json: what was compared, how, with which luck, and what the reader should be told."""
    base, values, measures = plan.base, counted.values, score_measures()
    code = provenance.code()
    return {
        "title": _title(plan),
        "command": plan.command,
        "seed": plan.seed,
        "scenario": {"name": base.scenario.name, "label": dict(base.scenario.label)},
        "villages": [spec.name for spec in base.scenario.villages],
        "patch_size": base.land.patch_size,
        "years": [plan.dates.start, plan.dates.end],
        "opening": plan.dates.opening,
        "pairs": values.pairs,
        "planned_pairs": plan.pairs,
        "stopped": _stopped(plan, counted),
        "confidence": scores.CONFIDENCE,
        "equal_budget": None if plan.budget is None else {"amount": plan.budget, "unit": "CNY/yr"},
        "money": {"en": "yuan of 2020, not discounted", "zh": "2020年价，未贴现"},
        "base": {
            "schemes": [{"name": name, **base.schemes[name].label} for name in base.scenario.schemes],
            "packages": list(base.scenario.packages),
        },
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


def _title(plan: Plan) -> dict[str, str]:
    """The schemes by their labels, or of many how many."""
    labels = [plan.base.schemes[name].label for name in plan.schemes]
    if len(labels) > MANY:
        return {"en": f"{len(labels)} schemes compared", "zh": f"{len(labels)}个项目的比较"}
    if len(labels) == 1:
        return {"en": f"{labels[0]['en']}: with and without", "zh": f"{labels[0]['zh']}：有与无"}
    return {
        "en": "; ".join(label["en"] for label in labels),
        "zh": f"{'、'.join(label['zh'] for label in labels)}的比较",
    }


def _stopped(plan: Plan, counted: Counted) -> dict[str, Any]:
    """Why no more pairs were run, and how far the primary difference is settled by them."""
    rule, primary = plan.rule, MEASURES[PRIMARY]
    longest = max(counted.stops.values(), key=lambda stop: (stop.pairs, stop.half_width))
    enough = not plan.exact and all(stop.below > rule.guard for stop in counted.stops.values())
    width, target = wording.figure(longest.half_width), f"{rule.half_width:g} {primary.unit}"
    reached = (
        f"the widest interval of {primary.en}, of one scheme alone, is ±{width} {primary.unit}; ±{target} would do"
    )
    reached_zh = f"{primary.zh}各项目单独区间最宽为±{width} {primary.unit}，目标±{target}"
    caution, caution_zh = f"; {ACHIEVED}", "；序贯区间，名义95%，实际约90%至94%"
    if plan.exact:
        en, zh = f"all {plan.pairs} pairs asked for were run", f"已运行所要求的全部{plan.pairs}对"
        caution = caution_zh = ""
    elif enough:
        en = f"stopped by itself at {longest.pairs} pairs, the interval being narrow enough"
        zh = f"区间已足够窄，运行{longest.pairs}对后自动停止"
    else:
        en = f"the most pairs that are run unasked, {plan.pairs}, were run"
        zh = f"已达自动运行的上限{plan.pairs}对"
    return {
        "measure": PRIMARY,
        "target_half_width": rule.half_width,
        "guard": rule.guard,
        "exact": plan.exact,
        "enough": enough,
        "words": {"en": f"{en} ({reached}{caution})", "zh": f"{zh}（{reached_zh}{caution_zh}）"},
        "by_scheme": {name: stop.reason for name, stop in counted.stops.items()},
    }


def _spent(counted: Counted, name: str, measure: str) -> float:
    return float(counted.values.of[name, measure].mean())


def _scheme(plan: Plan, counted: Counted, name: str) -> dict[str, Any]:
    scheme: Any = plan.runs[name].schemes[name]
    spent = _spent(counted, name, "public_cost") + _spent(counted, name, "private_cost")
    share = _spent(counted, name, "budget_used")
    note = {"en": f"used {100 * share:.3g}% of its budget", "zh": f"使用预算的{100 * share:.3g}%"}
    if not math.isfinite(share):
        note = {"en": "", "zh": ""}
    if spent == 0:
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
        "rates": _rates(plan, name),
        "budget": scheme.budget,
        "spent_total": spent,
        "spent_share_of_budget": share if math.isfinite(share) else None,
        "note": note,
    }


def _rates(plan: Plan, name: str) -> list[dict[str, Any]]:
    """What the scheme pays, as its file writes it, and where the numbers are from."""
    start, numbers = f"schemes.{name}.", plan.runs[name].numbers
    return [
        {
            "path": path.removeprefix(start), "value": number.value, "unit": number.unit or "", "source": number.source,
            "note": number.note, "meaning": number.meaning,
        }
        for path, number in numbers.items()
        if path.startswith(f"{start}payment.") or path == f"{start}budget"
    ]  # fmt: skip


def warnings(plan: Plan, counted: Counted) -> list[dict[str, str]]:
    """What a reader must know before trusting the sheet."""
    told: list[dict[str, str]] = []
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
    labels = {name: plan.base.schemes[name].label for name in plan.schemes}
    highest = max(spent, key=lambda name: spent[name])
    for name, amount in spent.items():
        en, zh = labels[name]["en"], labels[name]["zh"]
        if amount == 0:
            told.append({"en": f"{en}: nothing was spent on it.", "zh": f"{zh}：没有支出。"})
        elif plan.budget is not None and amount < MUCH_LESS * spent[highest]:
            told.append(
                {
                    "en": f"The budgets are equal but the outlays are not: {en} spent {amount:,.0f} yuan of 2020, "
                    f"{labels[highest]['en']} {spent[highest]:,.0f}. Compare by cost for each unit gained.",
                    "zh": f"预算相同但支出不同：{zh}支出{amount:,.0f}元，{labels[highest]['zh']}支出"
                    f"{spent[highest]:,.0f}元（2020年价），请比较单位成本。",
                }
            )
    for name, year in plan.dates.last_paid.items():
        if not plan.base.schemes[name].takes_in_land:
            continue
        en, zh = labels[name]["en"], labels[name]["zh"]
        if year is None:
            said = {
                "en": f"{en} pays without end, so there is no year after the last payment to judge what lasts.",
                "zh": f"{zh}的付款没有终止年份，无法判断停付之后的持久性。",
            }
        elif year + PERMANENCE[0] > plan.dates.end:
            said = {
                "en": f"{en} may pay until {year}: the years to {plan.dates.end} are too few to tell what lasts.",
                "zh": f"{zh}最晚支付至{year}年，模拟止于{plan.dates.end}年，无法判断持久性。",
            }
        else:
            continue
        told.append(said)
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
