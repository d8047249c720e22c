"""Words of a comparison of schemes in both languages: groups, verdicts, who pays, outcomes and units."""

from __future__ import annotations

from village_abm.counted import value_words
from village_abm.report import words
from village_abm.report.words import Text

GROUPS = {
    "cost": Text("Cost", "成本"),
    "participation": Text("Taking part", "参与"),
    "additionality": Text("Additional, displaced, lasting", "额外性、泄漏与持久性"),
    "environment": Text("Environment", "生态环境"),
    "income": Text("Income", "收入"),
    "people": Text("People", "人口"),
    "value": Text("Value of nature", "生态产品价值"),
}

# The sign before the word, so that no verdict is told by colour alone.
VERDICTS = {
    "better": ("▲", Text("better", "更好")),
    "worse": ("▼", Text("worse", "更差")),
    "higher": ("↑", Text("higher", "更高")),
    "lower": ("↓", Text("lower", "更低")),
    "size not settled": ("~", Text("size not settled", "幅度未定")),
    "equivalent": ("≈", Text("no difference that matters", "无实质差别")),
    "not settled": ("?", Text("not settled", "尚无定论")),
    "refused": ("–", Text("not given", "不予给出")),
}
EXPLAINED = {
    "better": Text(
        "the whole interval lies on the good side of zero, by at least the smallest difference that matters",
        "整个区间都在零的有利一侧，且不小于有意义的最小差异",
    ),
    "worse": Text("the same on the bad side", "整个区间都在零的不利一侧"),
    "higher": Text(
        "different for certain, where neither way is better as such (↓ lower)",
        "确有差异，但该指标本身无好坏之分（↓ 为更低）",
    ),
    "size not settled": Text(
        "the interval leaves out zero, but not differences too small to matter",
        "区间不含零，但差异可能小于有意义的最小差异",
    ),
    "equivalent": Text(
        "sure to be smaller than the smallest difference that matters, either way",
        "可以确定差异小于有意义的最小差异",
    ),
    "not settled": Text(
        "the pairs run so far allow both; the page says how many pairs would settle it",
        "现有配对数尚不足以判断；本页给出判定所需的配对数",
    ),
    "refused": Text(
        "no honest number exists, as a cost per hectare where no gain is told from zero",
        "不存在可信的数值，例如增益与零无法区分时的单位成本",
    ),
}

MECHANISMS = {name: Text(*said) for name, said in value_words.MECHANISMS.items()}
LEADERS = {
    "government": Text("the government", "政府"),
    "market": Text("the market", "市场"),
    "society": Text("society", "社会"),
}
FUNDS = {
    "central": Text("the central government", "中央财政"),
    "province": Text("the province", "省级财政"),
    "county": Text("the county", "县级财政"),
    "downstream": Text("those downstream", "下游地区"),
    "buyers": Text("buyers", "购买方"),
    "members": Text("members", "成员"),
}

# What the public pays, and where the money goes, with the colour of its part of the bar.
COST, PRIVATE_COST = "public_cost", "private_cost"
COST_PARTS = {
    "payments": (Text("households", "农户"), "#14624a"),
    "to_village_fund": (Text("village fund", "村集体基金"), "#6fa36a"),
    "to_contractors": (Text("contractors and others outside", "施工方等外部单位"), "#e0b04a"),
    "to_county": (Text("left with the county", "留存县级财政"), "#7f8fa6"),
    "transaction_cost": (Text("administration and audits", "管理与核查"), "#9aa39c"),
}
COST_REST = (Text("others", "其他"), "#c9b79a")
PAID_BY = "cost_"  # and the name of who pays
# Outcomes shown first where the record has them, and those drawn against the cost.
HEADLINES = (COST, "kd_area", "cover", "income_fifth_1", "income_real", "poverty", "away_share", "additionality")
FRONT = ("income_fifth_1", "kd_area")
# What is drawn over the years; the last ones only where they differ at all.
CHARTED = (
    "kd_area", "cover", "erosion_modulus", "carbon", "income_real", "poverty", "income_gini", "away_share",
    "left_behind_share", "abandoned_share",
)  # fmt: skip
CHARTED_IF_ANY = ("enrolled_area", "kept_area", "scheme_payments")

# Measures named <stem>_fifth_1 (poorest) to 5 are drawn together.
FIFTHS = (
    Text("poorest fifth", "最低收入组"),
    Text("second", "中低收入组"),
    Text("middle", "中等收入组"),
    Text("fourth", "中高收入组"),
    Text("richest fifth", "最高收入组"),
)
STEMS = {
    "income": Text("Income by fifth of households", "各收入组人均收入"),
    "payments": Text("Who gets the payments", "补偿资金的分配"),
    "participation": Text("Who takes part: share of the families of each fifth", "各收入组农户的参与率"),
}

DEFINITIONS = {
    "additionality": Text(
        "Additionality: the share of the enrolled area that would not have been conserved without the scheme. "
        "Money for the rest pays for what would have come anyway.",
        "额外性：参与面积中，若无该项目便不会得到保护的比例；其余部分的资金买到的是本来就会发生的变化。",
    ),
    "leakage": Text(
        "Leakage: land cleared elsewhere because of the scheme, as a share of the area enrolled. "
        "Below zero, less is cleared elsewhere too.",
        "泄漏：因该项目而在别处开垦的土地占参与面积的比例；负值表示别处的开垦也减少。",
    ),
    "permanence": Text(
        "Permanence: the share of the land standing in the last paid year that has stood every year since, "
        "five and ten years after payments stop.",
        "持久性：最后付款年仍保存的地块中，停止付款五年、十年后始终保存的比例。",
    ),
}

UNIT_PARTS = {
    "CNY": ("yuan", "元"),
    "ha": ("hectare", "公顷"),
    "mu": ("mu", "亩"),
    "t": ("tonne", "吨"),
    "tC": ("tonne of carbon", "吨碳"),
    "kg": ("kg", "公斤"),
    "person": ("head", "人"),
    "household": ("household", "户"),
    "day": ("day", "工日"),
    "yr": ("year", "年"),
    "km^2": ("km²", "平方公里"),
    "m^3": ("m³", "立方米"),
}
MOST_PAIRS = 100_000
SETTLED = ("better", "worse", "higher", "lower")
OPEN = ("size not settled", "not settled")


def unit(written: str, difference: bool = False) -> Text:
    """A unit as a reader says it; differences of shares are in points of per cent."""
    if written == "1" and difference:
        return Text("points", "百分点")
    parts = written.split("/")
    if written in words.UNITS or any(part not in UNIT_PARTS for part in parts):
        return words.unit(written)
    names = [UNIT_PARTS[part] for part in parts]
    return Text(" a ".join(name[0] for name in names), "/".join(name[1] for name in names))


def group(name: str) -> Text:
    """A group of measures; one not known here stays as it is written."""
    return GROUPS.get(name, Text(name, name))
