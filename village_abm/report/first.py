"""The first page: what became of the village, who gained, what nature yields, and what to distrust."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from village_abm.report import books, story
from village_abm.report.reading import Run
from village_abm.report.words import Text, amount, number, unit

UNCHECKED = ("estimate", "unverified")


@dataclass(frozen=True)
class Figure:
    """One large number: what it is, its unit, how it stood at the start."""

    label: Text
    value: str
    unit: Text
    before: str


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


def figure(run: Run, name: str, label: Text) -> Figure:
    """An indicator as a large number."""
    written, values = run.indicators.attrs["units"][name], run.indicators[name].to_numpy(float)
    return Figure(label, amount(float(values[-1]), written), unit(written), amount(float(values[0]), written))


def _gained(run: Run) -> list[Text]:
    found = [
        story.income(run.indicators),
        story.sentence(
            run.indicators,
            (
                "income_gini",
                "inequality of income (Gini, 100% is all in one hand)",
                "人均收入基尼系数（100%为全归一人）",
            ),
            ("farm_share", "the share of income from the land", "农业收入占比"),
            ("remittance_share", "the share sent home by migrants", "务工汇款占比"),
        ),
        story.schemes(run.indicators),
    ]
    return [text for text in found if text]


def _nature(run: Run) -> Block | None:
    """What nature yields and what of it the village realises; nothing where the run does not count it."""
    if "gep" not in run.indicators:
        return None
    return Block("value", Text("What nature yields, and what becomes money", "自然的产出与价值实现"), [])


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
    """That most of the value of nature is a price that nobody pays."""
    if "gep" not in run.indicators:
        return []
    return [
        Text(
            "Values of nature rest on prices of substitutes: most of them are paid by nobody.",
            "自然价值按替代价格估算，其中大部分无人实际支付。",
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
