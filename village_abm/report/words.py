"""Words and numbers as readers know them, in plain English and Chinese."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from village_abm.counted import entries

UNITS = {
    "1": ("%", "%"),
    "person": ("people", "人"),
    "household": ("households", "户"),
    "source": ("sources", "种"),
    "tie/household": ("ties a household", "户/户"),
    "cooperative": ("cooperatives", "个"),
    "yr": ("years", "岁"),
    "year": ("years", "年"),  # of schooling: no age
    "component": ("components", "项"),
    "ha": ("ha", "公顷"),
    "tCO2/yr": ("t of CO2 a year", "吨二氧化碳/年"),
    "m3/yr": ("m³ a year", "立方米/年"),
    "ha/yr": ("ha a year", "公顷/年"),
    "mu": ("mu", "亩"),
    "cm": ("cm", "厘米"),
    "t/ha": ("t/ha", "吨/公顷"),
    "t/yr": ("t a year", "吨/年"),
    "t/km^2/yr": ("t/km² a year", "吨/平方公里·年"),
    "gC/m^2/yr": ("g C/m² a year", "克碳/平方米·年"),
    "CNY/yr": ("yuan a year", "元/年"),
    "1/ha": ("equivalents a ha", "当量/公顷"),
    "CNY/ha/yr": ("yuan/ha a year", "元/公顷·年"),
    "CNY/CNY": ("yuan a yuan", "元/元"),
    "CNY/unit": ("yuan a unit", "元/单位"),
    "night/yr": ("room nights a year", "间夜/年"),
    "kWh/yr": ("kWh a year", "千瓦时/年"),
    "CNY/day": ("yuan a day", "元/天"),
    "CNY/kg": ("yuan a kg", "元/公斤"),
    "CNY/person/yr": ("yuan a head and year", "元/人·年"),
    "CNY": ("yuan", "元"),
    "plot/yr": ("plots a year", "块/年"),
    "day": ("days", "工日"),
    "head": ("head", "头"),
    "kg": ("kg", "公斤"),
    "t": ("t", "吨"),
}
# Counted in whole ones: nobody has ever met a tenth of a person.
WHOLE = ("person", "household", "cooperative", "CNY", "CNY/yr", "CNY/person/yr", "plot/yr", "day", "kg", "head")


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
        percent = 100 * value + 0.0
        return f"{percent:.0f}" if abs(percent) >= 10 else f"{percent:.1f}"
    if abs(value) >= 100 or written in WHOLE:
        return f"{round(value):,}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value + 0.0:.3g}"


def amount(value: float, written: str) -> str:
    """A number with its unit, as sentences need it."""
    shown = number(value, written)
    return f"{shown}%" if written == "1" else shown


_HAN = "[\u3007\u4e00-\u9fff]"
_BRACKETS = re.compile(rf"(?:(?<={_HAN})\(([^()]*)\))|(?:\(([^()]*{_HAN}[^()]*)\))")


def full_width(chinese: str) -> str:
    """Brackets and colons as Chinese print has them where they stand among Chinese characters."""
    wide = _BRACKETS.sub(lambda found: f"（{found[1] if found[1] is not None else found[2]}）", chinese)
    return re.sub(rf"(?<={_HAN}):\s*", "：", wide)


GROUPS = {
    "people": Text("People", "人口"),
    "land": Text("Land", "土地"),
    "ecology": Text("Rock, soil and green", "岩石、土壤与植被"),
    "money": Text("Money", "收入"),
    "schemes": Text("Schemes", "补偿与工程"),
    "value": Text("What nature yields", "生态产品价值"),
    "equity": Text("Who gains", "贫困与公平"),
    "index": Text("Revitalisation", "乡村振兴"),
}

BOOKS = {
    "cash": Text("cash", "现金"),
    "county purse": Text("county purse", "县财政"),
    "arrears": Text("arrears of the county", "县级欠款"),
    "village fund": Text("village fund", "村集体基金"),
    "cooperatives": Text("cooperatives", "合作社"),
    "forest bank": Text("forest bank", "森林生态银行"),
    "labour": Text("labour", "劳动"),
    "grain": Text("grain", "粮食"),
    "land": Text("land", "土地"),
    "soil": Text("soil", "土壤"),
    "carbon": Text("carbon", "碳"),
    "people": Text("people", "人口"),
    "cattle": Text("cattle", "牛"),
    "goats": Text("goats", "山羊"),
}

# The eight attributes in which ecological industry differs from traditional industry, in the order of the score.
ECO_INDUSTRY = {
    "objective": Text("objective", "目标"),
    "paradigm": Text("paradigm", "范式"),
    "function": Text("function", "功能"),
    "social": Text("social impact", "社会影响"),
    "environment": Text("environment", "环境"),
    "efficiency": Text("efficiency", "效率"),
    "sustainability": Text("sustainability", "可持续性"),
    "trend": Text("trend", "趋势"),
}

CONFIDENCE = {
    "reported": Text("reported by a source", "文献报告值"),
    "derived": Text("worked out from a source", "由文献推算"),
    "design": Text("a choice, not a fact", "设计选择"),
    "estimate": Text("an estimate", "估计值"),
    "unverified": Text("not yet checked", "未核实"),
}

PLACES = {name: Text(*said) for name, said in entries.PLACES.items()}

ENTRIES = {
    # cash
    "shared out at a split": "分家析产",
    "planting": "种苗投入",
    "sales": "出售农产品",
    "animals sold": "出售畜禽",
    "gathered": "采集收入",
    "inputs": "农资投入",
    "grain bought": "购粮",
    "local wages": "本地务工收入",
    "sent home": "外出务工汇款",
    "rent paid": "支付地租",
    "rent received": "收取地租",
    "savings brought home": "返乡带回积蓄",
    "interest": "利息",
    "sickness": "医疗支出",
    "living": "生活开支",
    "debts written off": "债务核销",
    "debts forgiven at death": "户主身故后免除的债务",
    "estates": "遗产",
    "estates without heirs": "无人继承的遗产",
    "fines": "罚款",
    "breeding stock bought": "购买种畜",
    "breeding stock sold": "出售种畜",
    "young stock sold": "牛羊出栏",
    "feed of herds": "牛羊饲料与防疫",
    "digesters built": "修建沼气池",
    "homestays built": "民宿建设投入",
    "guests": "民宿营业收入",
    "running homestays": "民宿经营成本",
    "share of the village": "村集体分成",
    "share of the operator": "运营方分成",
    # village fund
    "from homestays": "民宿分成",
    # cooperatives and their members
    "shares paid in": "入社股金",
    "shares paid out": "退社股金",
    "paid for deliveries": "交售货款",
    "wages of cooperatives": "合作社工资",
    "saved on inputs": "统购农资节省",
    "patronage": "按交易量返还",
    "dividends": "股金分红",
    "seedlings given": "种苗扶持",
    "taken by the founder": "发起人占用",
    "shared out at the end": "解散分配",
    "running costs": "管理费用",
    "sold fresh": "鲜品销售",
    "sold processed": "加工品销售",
    "processing": "加工费用",
    "handling and quality": "收购分级与品牌费用",
    "wages to others": "外雇工资",
    "contract work": "劳务承包收入",
    "line built": "购建加工线",
    "line sold": "变卖加工线",
    "founding subsidy": "设立补助",
    "put in by a firm": "企业投入",
    "left to creditors": "债权人损失",
    "left to the village": "剩余归村集体",
    "worked for cooperatives": "为合作社务工",
    "brand premium": "品牌溢价",
    "dividends of the village": "村集体分红",
    "grant for a line": "加工线补助",
    "shares given": "配送股份",
    # forest bank
    "stands improved": "林分改培",
    "pooled wood sold": "木材集中销售",
    "tending of the pool": "集中管护抚育",
    "interest of the bank": "银行利息支出",
    "interest subsidy": "财政贴息",
    "administration of the bank": "银行管理费用",
    "rents and shares paid": "支付林地租金与分红",
    # county purse
    "allotment": "本级拨款",
    "audits": "核查费用",
    "revenue": "本级收入",
    "gains": "结余收益",
    "interest on debt": "债务利息",
    "arrears paid": "补发欠款",
    "lapsed at leaving": "迁出后作废的欠款",
    # arrears
    "not paid in time": "未按时发放",
    # grain and labour
    "grown": "生产",
    "eaten by people": "口粮",
    "fed to animals": "饲料",
    "days people have": "可用劳动日",
    "worked on the own farm": "自家农活",
    "worked for wages": "本地务工",
    "without work": "闲置",
    "taken along to town": "进城随迁带走",
    # land, soil, carbon, people and herds
    **entries.STOCKS,
}

# Entries that name a scheme or a package: what stands before the colon.
ENTRIES_OF_SCHEMES = {
    "transfer": Text("transfer", "转移支付"),
    "paid": Text("paid", "支付"),
    "administration": Text("administration", "管理费"),
    "works": Text("works", "工程款"),
    "paid back": Text("paid back downstream", "退付下游"),
    "shared": Text("shared with the village", "村集体分成"),
    **{verb: Text(verb, chinese) for verb, chinese in entries.OF_SCHEMES.items()},
}


def entry(name: str, schemes: Mapping[str, Text]) -> Text:
    """A line of a book as readers know it; `schemes` has the label of every scheme and package by name."""
    verb, colon, scheme = name.partition(": ")
    if colon and verb in ENTRIES_OF_SCHEMES:
        done, label = ENTRIES_OF_SCHEMES[verb], schemes.get(scheme, Text(scheme, scheme))
        return Text(f"{done.en}: {label.en}", f"{done.zh}：{label.zh}")
    return Text(name, ENTRIES.get(name, name))


def place(name: str) -> Text:
    """A village by its name: those of the shipped scenarios in words, others as whoever named them wrote."""
    return PLACES.get(name, Text(name, name))
