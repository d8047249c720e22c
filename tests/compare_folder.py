"""A small invented comparison of schemes, written as the engine writes one: three schemes, two dozen pairs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from village_abm.experiments.paired import Comparison, Question, compare
from village_abm.experiments.simultaneous import compare_schemes, ratio_of_means

PAIRS, FIRST, LAST, SIDE = 24, 1990, 2036, 36
SCHEMES = ("area_pay", "auction", "rangers")
LABELS = {
    "area_pay": ("Payment by area", "按面积补偿"),
    "auction": ("Conservation auction", "保护招标"),
    "rangers": ("Ecological rangers", "生态护林员"),
}
EXPLAINED = {
    "area_pay": ("Households that plant trees on steep cropland get a sum a mu.", "农户在陡坡耕地造林，按亩领取补助。"),
    "auction": ("Households say what they ask; the cheapest offers are taken.", "农户报价，价低者先得。"),
    "rangers": ("Poor households are hired to look after the forest.", "聘用贫困户看护森林。"),
}

# name: unit, group, English, Chinese, better, smallest difference that matters, kind
MEASURES = {
    "public_cost": ("CNY", "cost", "public cost in all", "公共支出合计", "less", 0.0, "scheme only"),
    "cost_central": ("CNY", "cost", "cost paid by: central", "中央财政承担成本", "less", 0.0, "scheme only"),
    "cost_county": ("CNY", "cost", "cost paid by: county", "县级财政承担成本", "less", 0.0, "scheme only"),
    "payments": ("CNY", "cost", "paid to households", "付给农户", "neither", 0.0, "scheme only"),
    "to_village_fund": ("CNY", "cost", "to the village fund", "归村集体", "neither", 0.0, "scheme only"),
    "to_contractors": ("CNY", "cost", "to contractors", "付给施工方", "neither", 0.0, "scheme only"),
    "transaction_cost": ("CNY", "cost", "administration and visits", "管理与核查", "less", 0.0, "scheme only"),
    "cost_per_kd": (
        "CNY/ha", "cost", "cost of a hectare of rocky desertification removed", "每减少一公顷石漠化的成本",
        "less", 0.0, "ratio",
    ),
    "enrolled_area": ("ha", "participation", "land enrolled", "参与面积", "neither", 0.0, "scheme only"),
    **{
        f"payments_fifth_{k}": (
            "1", "participation", f"share of payments to fifth {k}", f"第{k}收入五分位所得补偿份额",
            "neither", 0.0, "scheme only",
        )
        for k in range(1, 6)
    },
    "additionality": ("1", "additionality", "additionality", "额外性", "more", 0.0, "scheme only"),
    "leakage": ("1", "additionality", "leakage", "泄漏", "less", 0.0, "scheme only"),
    "permanence_5": ("1", "additionality", "permanence after 5 years", "停补5年后的持久性", "more", 0.0, "scheme only"),
    "kd_area": ("ha", "environment", "rocky desertification, all grades", "石漠化面积", "less", 2.0, "difference"),
    "cover": ("1", "environment", "vegetation cover", "植被覆盖度", "more", 0.01, "difference"),
    "soil_loss": ("t/km^2/yr", "environment", "soil washed off", "土壤侵蚀模数", "less", 5.0, "difference"),
    **{
        f"income_fifth_{k}": (
            "CNY/person/yr", "income", f"income of fifth {k}" if k > 1 else "income of the poorest fifth",
            f"第{k}收入五分位人均收入" if k > 1 else "最贫困五分之一人均收入", "more", 100.0, "difference",
        )
        for k in range(1, 6)
    },
    "poverty": ("1", "income", "share of people who are poor", "贫困发生率", "less", 0.01, "difference"),
    "away_share": ("1", "people", "share of adults away", "外出劳动力比例", "neither", 0.01, "difference"),
    "gep": ("CNY/yr", "value", "gross ecosystem product", "生态系统生产总值（GEP）", "more", 50_000.0, "difference"),
}  # fmt: skip
# mean and spread of the paired difference of each scheme
EFFECTS = {
    "public_cost": ((1.2e6, 6e4), (8.5e5, 5e4), (6.1e5, 2e4)),
    "cost_central": ((1.1e6, 5e4), (8.0e5, 4e4), (0.0, 0.0)),
    "cost_county": ((1e5, 6e3), (5e4, 5e3), (6.1e5, 2e4)),
    "payments": ((1.05e6, 5e4), (7.0e5, 4e4), (5.4e5, 2e4)),
    "to_village_fund": ((4e4, 2e3), (0.0, 0.0), (0.0, 0.0)),
    "to_contractors": ((2e4, 1e3), (4e4, 3e3), (0.0, 0.0)),
    "transaction_cost": ((9e4, 4e3), (1.1e5, 7e3), (7e4, 3e3)),
    "enrolled_area": ((46.0, 5.0), (38.0, 4.0), (0.0, 0.0)),
    "additionality": ((0.62, 0.06), (0.74, 0.07), (0.4, 0.2)),
    "leakage": ((0.08, 0.05), (0.05, 0.04), (0.01, 0.04)),
    "permanence_5": ((0.71, 0.09), (0.78, 0.08), (0.5, 0.2)),
    "kd_area": ((-14.0, 5.0), (-17.5, 6.0), (-0.6, 7.0)),
    "cover": ((0.031, 0.006), (0.034, 0.008), (0.001, 0.003)),
    "soil_loss": ((-21.0, 11.0), (-24.0, 13.0), (-5.5, 12.0)),
    "poverty": ((-0.012, 0.02), (0.004, 0.02), (-0.035, 0.015)),
    "away_share": ((0.02, 0.02), (0.015, 0.03), (-0.03, 0.02)),
    "gep": ((2.1e5, 9e4), (2.4e5, 1e5), (1.0e4, 9e4)),
    **{f"income_fifth_{k}": ((90.0 - 10 * k, 160.0), (-25.0 + 20 * k, 150.0), (420.0 / k, 120.0)) for k in range(1, 6)},
    **{f"payments_fifth_{k}": ((0.2, 0.01), (0.1 + 0.033 * k, 0.01), (0.5 - 0.1 * k, 0.01)) for k in range(1, 6)},
}
LEVEL = {"kd_area": 170.0, "cover": 0.55, "soil_loss": 210.0, "poverty": 0.13, "away_share": 0.46, "gep": 5.2e6}


def write_folder(folder: Path) -> Path:
    """Write study.json, scores.csv, paths.csv, pairs.csv and maps.npz; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    luck = np.random.default_rng(11)
    values = _values(luck)
    _scores(values).to_csv(folder / "scores.csv", index=False)
    _pairs(values).to_csv(folder / "pairs.csv", index=False)
    _paths(luck).to_csv(folder / "paths.csv", index=False)
    np.savez_compressed(folder / "maps.npz", **_maps(luck))
    (folder / "study.json").write_text(json.dumps(_study(), ensure_ascii=False), encoding="utf-8")
    return folder


def _values(luck: np.random.Generator) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Of every measure the values without, (pairs,), and with each scheme, (pairs, schemes)."""
    found = {}
    for name in EFFECTS:
        level = LEVEL.get(name, 3_000.0 if name.startswith("income") else 0.0)
        without = level + 0.15 * level * luck.standard_normal(PAIRS)
        parts = [mean + spread * luck.standard_normal(PAIRS) for mean, spread in EFFECTS[name]]
        found[name] = (without, without[:, None] + np.stack(parts, axis=1))
    return found


def _scores(values: dict[str, tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    rows = []
    for name, (unit, group, _, _, better, matters, kind) in MEASURES.items():
        if kind == "ratio":
            rows += [_ratio(values, name, scheme, k) for k, scheme in enumerate(SCHEMES)]
            continue
        without, with_scheme = values[name]
        twin = without if kind == "difference" else np.zeros(PAIRS)
        asked = Question(name, matters, better != "less", unit)
        for scheme, one in zip(SCHEMES, compare_schemes(with_scheme, twin, asked), strict=True):
            difference = kind == "difference"
            rows.append(
                {"scheme": scheme, "measure": name, "unit": unit, "group": group, "kind": kind, "year": LAST,
                 "mean_with": with_scheme[:, SCHEMES.index(scheme)].mean(),
                 "mean_without": without.mean() if difference else None, **_numbers(one, difference)}
            )  # fmt: skip
            if kind == "difference" or name == "public_cost":
                other = with_scheme[:, SCHEMES.index(scheme) - 1]
                one = compare(with_scheme[:, SCHEMES.index(scheme)], other, asked)
                rows.append(
                    {"scheme": f"{scheme} - {SCHEMES[SCHEMES.index(scheme) - 1]}", "measure": name, "unit": unit,
                     "group": group, "kind": "rival", "year": LAST, "mean_with": one.mean + other.mean(),
                     "mean_without": other.mean(), **_numbers(one, True)}
                )  # fmt: skip
    return pd.DataFrame(rows)


def _numbers(one: Comparison, difference: bool) -> dict[str, object]:
    needed = one.judgement.pairs_needed
    return {
        "mean": one.mean, "sd": one.sd, "low": one.t.low, "high": one.t.high, "simultaneous_low": one.interval.low,
        "simultaneous_high": one.interval.high, "method": one.t.method, "pairs": one.pairs,
        "wins": one.wins if difference else None, "effect_size": one.effect, "correlation": one.correlation,
        "reduction": one.reduction, "verdict": str(one.judgement.verdict) if difference else "",
        "words_en": one.judgement.words if difference else "", "words_zh": "见说明" if difference else "",
        "pairs_needed": needed if difference else None,
    }  # fmt: skip


def _ratio(values: dict[str, tuple[np.ndarray, np.ndarray]], name: str, scheme: str, k: int) -> dict[str, object]:
    without, with_scheme = values["kd_area"]
    found = ratio_of_means(values["public_cost"][1][:, k], without - with_scheme[:, k])
    row = {
        "scheme": scheme, "measure": name, "unit": MEASURES[name][0], "group": MEASURES[name][1], "kind": "ratio",
        "year": LAST, "pairs": PAIRS, "verdict": "" if found.defined else "refused",
        "words_en": found.words, "words_zh": "" if found.defined else "不予计算：效果尚不能判定",
    }  # fmt: skip
    if found.defined:
        row |= {"mean": found.value, "low": found.low, "high": found.high}
    return row | {"method": "bootstrap" if found.defined else "refused"}


def _pairs(values: dict[str, tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    rows = []
    for name, (without, with_scheme) in values.items():
        for pair in range(PAIRS):
            rows.append({"pair": pair, "scheme": "none", "measure": name, "value": without[pair]})
            for k, scheme in enumerate(SCHEMES):
                rows.append({"pair": pair, "scheme": scheme, "measure": name, "value": with_scheme[pair, k]})
    return pd.DataFrame(rows)


def _paths(luck: np.random.Generator) -> pd.DataFrame:
    years = np.arange(FIRST, LAST + 1)
    rows = []
    for indicator, reach, level in (("kd_area", -16.0, 170.0), ("cover", 0.03, 0.55), ("income_real", 180.0, 6_000.0)):
        for k, scheme in enumerate(SCHEMES):
            rise = np.clip((years - 2000) / 20, 0, 1) * (1.0, 1.2, 0.1)[k]
            mean = reach * rise + 0.03 * abs(reach) * luck.standard_normal(len(years)) * (rise > 0)
            half = 0.35 * abs(reach) * np.sqrt(np.clip(years - 1999, 0, None) / 30)
            for year, m, h in zip(years, mean, half, strict=True):
                rows.append(
                    {"scheme": scheme, "indicator": indicator, "year": year, "mean_with": level + m,
                     "mean_without": level, "mean": m, "low": m - h, "high": m + h, "low_with": level + m - 3 * h,
                     "high_with": level + m + 3 * h, "low_without": level - 3 * h, "high_without": level + 3 * h}
                )  # fmt: skip
    return pd.DataFrame(rows)


def _maps(luck: np.random.Generator) -> dict[str, np.ndarray]:
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    elevation = 650 + 90 * np.sin(x / 4) * np.cos(y / 5)
    found = {"elevation": elevation}
    for k, scheme in enumerate(SCHEMES):
        steep = (np.hypot(*np.gradient(elevation)) > 14).astype(float)
        noise = luck.standard_normal((SIDE, SIDE))
        found[f"{scheme}/cover"] = steep * (0.28, 0.33, 0.02)[k] + 0.02 * noise
        found[f"{scheme}/grade"] = -steep * (0.9, 1.1, 0.05)[k] + 0.05 * noise
        found[f"{scheme}/enrolled"] = np.clip(steep * (0.8, 0.6, 0.0)[k] + 0.05 * noise * (k < 2), 0, 1)
        found[f"{scheme}/cropped"] = -found[f"{scheme}/enrolled"] * 0.5
    return found


def _study() -> dict[str, object]:
    return {
        "title": {"en": "Three ways to pay for green slopes", "zh": "三种坡地生态补偿方式的比较"},
        "command": "village-abm compare area_pay auction rangers --pairs 24 --set 'a=<b>'",
        "seed": 20201015,
        "scenario": {"name": "village", "label": {"en": "A village of peak clusters", "zh": "峰丛洼地村"}},
        "years": [FIRST, LAST],
        "pairs": PAIRS,
        "planned_pairs": PAIRS,
        "stopped": {"words": {"en": "the number of pairs asked for was reached", "zh": "达到要求的配对数"}},
        "confidence": 0.95,
        "equal_budget": {"amount": 200_000.0, "unit": "CNY/yr"},
        "base": {"schemes": ["kd_engineering"]},
        "schemes": [_scheme(name, k) for k, name in enumerate(SCHEMES)],
        "measures": [
            {"name": name, "unit": unit, "group": group, "label": {"en": en, "zh": zh}, "better": better,
             "matters": matters, "meaning": f"What {en} means."}
            for name, (unit, group, en, zh, better, matters, _) in MEASURES.items()
        ],
        "primary": "kd_area",
        "pairing": [
            {"scheme": scheme, "measure": name, "reduction": 12.5, "pairs": PAIRS, "correlation": 0.96,
             "words": {"en": "pairing cut the variance 12 times", "zh": "配对使方差缩小 12 倍"}}
            for scheme in (*SCHEMES, "area_pay - auction") for name in ("kd_area", "income_fifth_1")
        ],
        "pareto": [
            {"scheme": name, "outcomes": {"kd_area": 0.0, "cover": 0.0}, "frequency": often}
            for name, often in (("none", 1.0), ("area_pay", 0.02), ("auction", 1.0), ("rangers", 0.31))
        ],
        "permanence_years": [5, 10],
        "versions": {"karst-village-abm": "0.1.0", "python": "3.12.3", "numpy": "2.5.5"},
        "warnings": [{"en": "The auction was never run in this county.", "zh": "该县从未实行过招标。"}],
        "sources": {"W40": "Sloping land conversion programme, a study", "est": "Expert estimate"},
    }  # fmt: skip


def _scheme(name: str, number: int) -> dict[str, object]:
    return {
        "name": name,
        "label": dict(zip(("en", "zh"), LABELS[name], strict=True)),
        "explanation": dict(zip(("en", "zh"), EXPLAINED[name], strict=True)),
        "mechanism": ("compensation", "rights_trading", "governance_premium")[number],
        "led_by": ("government", "market", "society")[number],
        "funded_by": ("central", "downstream", "county")[number],
        "years": [2000, 2010],
        "last_payment": 2018,
        "pays_for": ("area_converted", "action_taken", "need")[number],
        "spent_total": EFFECTS["public_cost"][number][0],
        "spent_share_of_budget": (0.97, 0.71, 0.55)[number],
        "note": {"en": "Rate halved so that the budget lasts.", "zh": "标准减半以使预算够用。"},
    }
