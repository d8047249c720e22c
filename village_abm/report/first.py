"""The first page: what became of the village, who gained, what nature yields, and what to distrust."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from village_abm.report import books, story
from village_abm.report.reading import Run
from village_abm.report.words import Text, amount, number, unit

UNCHECKED = ("estimate", "unverified")
REALISED, NOT_REALISED = "#c2862b", "#8fbf9f"
REST = Text("used at home, sold as any other product, or paid by nobody", "自用、作普通产品出售或无人支付")


@dataclass(frozen=True)
class Figure:
    """One large number: what it is, and its unit."""

    label: Text
    value: str
    unit: Text


@dataclass(frozen=True)
class Piece:
    """A part of a whole: what it is, which share, in which colour."""

    label: Text
    share: float
    colour: str


@dataclass(frozen=True)
class Block:
    """A quarter of the first page: a title, large numbers, sentences, and where the rest of it stands."""

    name: str
    title: Text
    lines: list[Text]
    figures: list[Figure] = field(default_factory=list)
    bar: list[Piece] = field(default_factory=list)
    """What the first number consists of, drawn as a bar."""


def blocks(run: Run) -> list[Block]:
    """The quarters that this run can fill."""
    found = [
        Block("land", Text("What the village was, and what it became", "村庄的过去与现在"), story.became(run)),
        Block("money", Text("Who gained", "谁受益"), _gained(run)),
        _nature(run),
        Block("parameters", Text("What to distrust", "哪些结果应存疑"), _distrust(run)),
    ]
    return [block for block in found if block and (block.lines or block.figures)]


def _gained(run: Run) -> list[Text]:
    found = [
        story.income(run.indicators),
        story.sentence(
            run.indicators,
            ("income_gini", "inequality of income (Gini)", "人均收入基尼系数"),
            ("farm_share", "the share of income from the land", "农业收入占比"),
            ("remittance_share", "the share sent home by migrants", "务工汇款占比"),
        ),
        story.sentence(
            run.indicators,
            ("poverty_left_behind", "the share poor among the left behind", "留守人员贫困比例"),
            ("poverty_migrant_families", "among families with migrants", "有外出务工者家庭的贫困比例"),
        ),
        story.schemes(run.indicators),
    ]
    return [text for text in found if text]


def _value(run: Run, statement: str, line: str, column: str = "value") -> float:
    """A number of a statement; not a number where the run has none."""
    told = run.statements.get(statement, {"columns": [], "lines": []})
    places = [k for k, one in enumerate(told["columns"]) if one["name"] == column]
    values = [one["values"][places[0]] for one in told["lines"] if one["name"] == line and places]
    return float(values[0]) if values and values[0] is not None else math.nan


def _nature(run: Run) -> Block | None:
    """What nature yields and what of it the village realises; nothing where the run does not count it."""
    whole = _value(run, "gep", "gep")
    if not math.isfinite(whole):
        return None
    money, realised = unit("CNY/yr"), _value(run, "realised", "realised")
    figures = [Figure(Text("gross ecosystem product", "生态系统生产总值（GEP）"), number(whole, "CNY/yr"), money)]
    bar: list[Piece] = []
    if math.isfinite(realised) and whole > 0:
        label = Text("realised in money", "价值实现额")
        figures.append(Figure(label, number(realised, "CNY/yr"), money))
        part = min(1.0, max(0.0, realised / whole))
        bar = [Piece(label, part, REALISED), Piece(REST, 1 - part, NOT_REALISED)]
    return Block("value", Text("What nature yields, and what the village realises", "自然的产出与村庄的实现"),
                 _of_value(run, whole), figures, bar)  # fmt: skip


def _of_value(run: Run, whole: float) -> list[Text]:
    parts = [
        (en, zh, _value(run, "gep", name) / whole)
        for name, en, zh in (
            ("provisioning", "goods", "物质产品"),
            ("regulating", "regulating services such as water and soil kept", "调节服务（如水源涵养、土壤保持）"),
            ("cultural", "visits", "文化服务"),
        )
    ]
    shares = [(f"{amount(share, '1')} {en}", f"{zh}占 {amount(share, '1')}") for en, zh, share in parts]
    said = Text(
        f"What nature yielded in {run.years[-1]} was {', '.join(en for en, _ in shares)} (prices of 2020).",
        f"{run.years[-1]} 年的自然产出中，{'，'.join(zh for _, zh in shares)}（2020年价）。",
    )
    paths = story.sentence(
        run.indicators,
        ("gep", "the yield of nature a hectare", "单位面积生态系统生产总值"),
        ("conversion_rate", "the part of it realised", "价值转化率"),
        ("market_conversion_rate", "the part that markets pay", "其中市场支付部分"),
    )
    return [text for text in (said, paths) if text]


def _distrust(run: Run) -> list[Text]:
    """That it is one run, what has no checked source, what is generated, which books are open."""
    held = run.parameters["confidence"].tolist()
    weak = sum(one in UNCHECKED for one in held)
    share = weak / len(held) if held else math.nan
    found = [
        Text(
            "This is one run of a model with one draw of luck: a story that the rules allow, not a forecast. "
            "Another seed gives another story.",
            "这是模型在一组随机数下的一次运行：是规则所允许的一种情形，而不是预测；换一个种子就会有另一种情形。",
        ),
        Text(
            f"Of its {len(held)} parameters, {weak} ({number(share, '1')}%) have no checked source behind them.",
            f"在 {len(held)} 个参数中，有 {weak} 个（{number(share, '1')}%）没有经过核实的来源。",
        ),
    ]
    return [*found, *_generated(run), *_valued(run), _closed(run)]


def _generated(run: Run) -> list[Text]:
    """What of land and people is not real."""
    made = [
        (en, zh)
        for key, en, zh in (("landscape", "terrain", "地形"), ("households", "people", "人口"))
        if key not in run.manifest["inputs"]
    ]
    if not made:
        return []
    english, chinese = " and ".join(en for en, _ in made), "与".join(zh for _, zh in made)
    return [
        Text(
            f"The {english} are generated: no real place looks exactly like this.",
            f"{chinese}为生成，并非真实地点的样貌。",
        )
    ]


def _valued(run: Run) -> list[Text]:
    """That a large part of the value of nature is a price that nobody pays."""
    if not math.isfinite(_value(run, "gep", "gep")):
        return []
    return [
        Text(
            "The prices of regulating services are assumed, and hardly anybody pays them.",
            "调节服务的价格为假定值，几乎无人实际支付。",
        )
    ]


def _closed(run: Run) -> Text:
    """Whether the books close."""
    open_ = [book["words"] for book in books.books(run) if book["closed"] < book["years"]]
    if not open_:
        return Text("The books close in every year: nothing appears or vanishes.", "各账本逐年平账：没有凭空增减。")
    return Text(
        f"Books that do not close: {', '.join(one.en for one in open_)}.",
        f"未平的账本：{'、'.join(one.zh for one in open_)}。",
    )
