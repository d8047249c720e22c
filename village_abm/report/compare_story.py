"""A comparison of schemes in a few sentences: what was compared, what stands out, and what is not settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from village_abm.report.compare_numbers import Cell, cell, figure
from village_abm.report.compare_study import Row, Scheme, Study, text
from village_abm.report.compare_words import COST, COST_PARTS, GROUPS, HEADLINES, OPEN, PRIVATE_COST, SETTLED, unit
from village_abm.report.words import Text

MOST_HEADLINES = 8
MOST_OPEN = 4
NOTHING = Text("", "")
FIFTH = "_fifth_"


def headlines(study: Study) -> list[str]:
    """The outcomes shown first: cost, the primary one and well-known ones, or the first of every group."""
    wanted = dict.fromkeys((HEADLINES[0], study.about["primary"], *HEADLINES[1:]))
    found = [name for name in wanted if study.of(name)]
    for group in GROUPS:
        names = [m.name for m in study.measures.values() if m.group == group and study.of(m.name)]
        if not any(name in found for name in names):
            found += [name for name in names if FIFTH not in name and name not in COST_PARTS][:1]
    return found[:MOST_HEADLINES]


def opening(study: Study) -> Text:
    """What was compared with what, over which years and pairs, at which budget."""
    first, last = study.years
    names = _listed([one.label for one in study.schemes])
    count = len(study.schemes)
    budget = study.about["equal_budget"]
    if budget:
        amount, measure = figure(float(budget["amount"]), 0), unit(str(budget["unit"]))
        money = Text(
            f"All had the same budget of {amount} {measure.en}.", f"各项目预算相同，均为 {amount} {measure.zh}。"
        )
    elif count == 1:
        money = Text("", "")
    else:
        money = Text(
            "Their budgets differ, so that a dearer scheme may do more.", "各项目预算不同，支出多者效果可能更大。"
        )
    one = Text(
        f"{names.en} {'was' if count == 1 else 'were each'} added to one and the same village and compared with its "
        f"twin without {'it' if count == 1 else 'any of them'}: the same land, families, weather and luck, "
        f"from {first} to {last}, in {study.about['pairs']:,} pairs of runs.",
        f"将{names.zh}{'' if count == 1 else '分别'}加入同一个村庄，与没有该项目的“孪生”村庄比较："
        f"土地、农户、天气和随机因素完全相同，{first}—{last} 年，共 {study.about['pairs']:,} 对运行。",
    )
    return Text(f"{one.en} {money.en}".strip(), f"{one.zh}{money.zh}")


def _listed(names: Sequence[Text]) -> Text:
    """Names as a sentence lists them; parted by semicolons where one has a comma of its own."""
    comma = any("," in name.en for name in names) and len(names) > 1
    head = ("; " if comma else ", ").join(name.en for name in names[:-1])
    last = names[-1].en
    return Text(
        f"{head}{';' if comma else ''} and {last}" if head else last, "、".join(f"“{name.zh}”" for name in names)
    )


def title(study: Study) -> Text:
    """The name of the comparison: as it was given in both languages, else by how many schemes it compares."""
    given = study.about["title"]
    if isinstance(given, Mapping):
        return text(given)
    if len(study.schemes) == 1:
        label = study.schemes[0].label
        return Text(f"{label.en}: with and without", f"{label.zh}：有与无")
    return Text(f"{len(study.schemes)} schemes compared", f"{len(study.schemes)} 个项目的比较")


def scenario(study: Study) -> Text:
    """The scenario in words where the record has them."""
    told = study.about["scenario"]
    return text(told["label"] if isinstance(told, Mapping) else told)


@dataclass(frozen=True)
class Finding:
    """What one scheme did, by verdict."""

    scheme: Scheme
    cost: Text
    effects: list[tuple[Cell, Text]]
    same: Text
    open: Text


def findings(study: Study) -> list[Finding]:
    """For every scheme what stands out with its interval, what makes no difference, and what is not settled."""
    return [_finding(study, scheme) for scheme in study.schemes]


def _finding(study: Study, scheme: Scheme) -> Finding:
    rows = [study.row(scheme.name, name) for name in headlines(study)]
    cells = [cell(row) for row in rows if row is not None]
    effects = [(one, _effect(one)) for one in cells if one.verdict in SETTLED]
    same = [one.row.measure.label for one in cells if one.verdict == "equivalent"]
    still = [one for one in cells if one.verdict in OPEN]
    cost = _costs(study, scheme)
    no_difference = Text("; ".join(t.en for t in same) + ".", "、".join(t.zh for t in same) + "。")
    return Finding(scheme, cost, effects, no_difference if same else NOTHING, _open(still) if still else NOTHING)


def _costs(study: Study, scheme: Scheme) -> Text:
    """What the public spends and, if they do, what buyers and members pay: what the public does not pay is not free."""
    public, private = study.row(scheme.name, COST), study.row(scheme.name, PRIVATE_COST)
    if public is None or public.refused:
        return NOTHING
    one = cell(public)
    if private is None or private.refused or private.mean <= 0:
        return Text(f"costs {one.mean} {one.unit.en}", f"支出 {one.mean} {one.unit.zh}")
    two = cell(private)
    return Text(
        f"costs the public {one.mean} {one.unit.en}, buyers and members {two.mean}",
        f"财政支出 {one.mean} {one.unit.zh}，购买方与成员支出 {two.mean} {two.unit.zh}",
    )


def _effect(one: Cell) -> Text:
    label, measure = one.row.measure.label, one.unit
    return Text(
        f"{label.en}: {one.mean} {measure.en} ({one.interval})",
        f"{label.zh}：{one.mean} {measure.zh}（{one.interval}）",
    )


def _open(cells: list[Cell]) -> Text:
    """What is not settled, with the pairs that would settle it; the cheapest to settle first."""
    cells = sorted(cells, key=lambda one: (one.row.pairs_needed != one.row.pairs_needed, one.row.pairs_needed))
    english = [f"{one.row.measure.label.en} ({one.needed.en})" for one in cells[:MOST_OPEN]]
    chinese = [f"{one.row.measure.label.zh}（{one.needed.zh}）" for one in cells[:MOST_OPEN]]
    more = len(cells) - MOST_OPEN
    return Text(
        "; ".join(english) + (f"; and {more} more" if more > 0 else "") + ".",
        "、".join(chinese) + (f"，另有 {more} 项" if more > 0 else "") + "。",
    )


def tally(rows: Sequence[Row]) -> Text:
    """How many differences of a group say what."""
    count = [
        (Text("better", "更好"), sum(row.verdict == "better" for row in rows)),
        (Text("worse", "更差"), sum(row.verdict == "worse" for row in rows)),
        (Text("different, neither good nor bad", "有差异但无好坏之分"),
         sum(row.verdict in ("higher", "lower") for row in rows)),
        (Text("no difference that matters", "无实质差别"), sum(row.verdict == "equivalent" for row in rows)),
        (Text("not settled", "尚无定论"), sum(row.verdict in OPEN for row in rows)),
        (Text("not given", "不予给出"), sum(row.verdict == "refused" for row in rows)),
    ]  # fmt: skip
    said = [(words, number) for words, number in count if number]
    return Text(
        ", ".join(f"{number} {words.en}" for words, number in said),
        "，".join(f"{number} 项{words.zh}" for words, number in said),
    )


def stopped(study: Study) -> Text:
    """Why no further pair was run."""
    told = study.about["stopped"] or ""
    return text(told.get("words", told) if isinstance(told, Mapping) else told)
