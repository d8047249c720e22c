"""A plot and a household put into words: facts, history and reasons as the page lists them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np

from agents.person import STATUSES
from village_abm.report import words as plain
from village_abm.view import asked
from village_abm.view.layers import Layer
from village_abm.view.session import Session
from village_abm.view.shown import ink
from village_abm.view.words import measure, word

PLOT = {
    "elevation": ("height", "海拔", "m"),
    "slope": ("slope", "坡度", "degree"),
    "soil_depth": ("soil depth", "土层厚度", "cm"),
    "exposure": ("bare rock", "基岩裸露率", "1"),
    "cover": ("vegetation cover", "植被覆盖度", "1"),
    "distance": ("to the nearest hamlet", "距最近聚落", "m"),
    "use_age": ("in this use for", "当前用途已持续", "lasting"),
    "yield_rate": ("harvest of the year", "当年产量", "kg/mu"),
    "net_return": ("expected return", "预期纯收益", "CNY/mu/yr"),
}
PARTS = {
    "value": ("what it brings", "预期收益"),
    "norm": ("what neighbours do", "邻里做法"),
    "knowledge": ("knowing how", "种植经验"),
    "belief": ("care for the land", "环境信念"),
    "switching": ("staying with it", "维持现状"),
    "hunger": ("own grain", "口粮"),
}
SOURCES = {
    "farm_income": ("the land", "土地"),
    "wage_income": ("local wages", "本地务工"),
    "remittances": ("sent home", "汇款"),
    "payments": ("schemes", "补偿"),
    "enterprise_income": ("herds, guests, cooperative", "养殖、民宿与合作社"),
}
STATUS = {
    "child": ("child", "幼儿"), "pupil": ("pupil", "学生"), "farm": ("farms", "务农"),
    "local_job": ("works nearby", "本地务工"), "migrant": ("away for work", "外出务工"), "elder": ("elder", "老人"),
}  # fmt: skip
EVENTS = {
    "planted": ("planted a stand", "新种"),
    "cut": ("cut a stand", "砍除"),
    "cleared": ("cleared land", "开荒"),
    "gave up": ("gave a plot up", "撂荒"),
    "enrolled": ("enrolled land", "签订退耕合同"),
    "left": ("somebody left for work", "外出"),
    "came home": ("somebody came home", "返乡"),
    "rented": ("rented land", "租入土地"),
    "split": ("founded a house of its own", "分户"),
    "poor again": ("became poor again", "返贫"),
    "relocated": ("was moved", "搬迁"),
    "joined a cooperative": ("joined a cooperative", "加入合作社"),
    "left a cooperative": ("left a cooperative", "退出合作社"),
    "cooperative founded": ("founded a cooperative", "创办合作社"),
    "opened homestay": ("opened a homestay", "开办民宿"),
    "closed homestay": ("closed its homestay", "关闭民宿"),
    "dissolved": ("came to its end", "消亡"),
    "ploughed again": ("ploughed converted land again", "复耕"),
    "not renewed": ("let a contract run out", "合同未续签"),
    "contracted fallow land": ("contracted fallow land", "签订休耕合同"),
    "fined": ("was fined", "受到处罚"),
    "found cut or cleared": ("was found to have cut or cleared", "被查出砍伐或开垦"),
    "given a job": ("was given a job", "获得公益岗位"),
    "joined the green convention": ("joined the green convention", "加入绿色公约"),
    "keeps land": ("undertook to keep land", "签订管护合同"),
    "moved to town": ("moved to town", "迁入城镇"),
    "pooled forest": ("pooled its forest", "林权入股"),
    "sold homestead land": ("sold homestead land", "出让宅基地"),
    "treated": ("had its land treated", "土地接受治理"),
}
MOST_EVENTS = 12


def _said(pair: tuple[str, str], language: str) -> str:
    return pair[language == "zh"]


def _amount(value: float, unit: str, language: str) -> str:
    if unit == "lasting" and round(value) == 1:
        return word("one_year", language)
    shown = f"{value:.0f}" if unit == "lasting" else plain.number(value, unit)
    return shown.replace("-", "−") + ("%" if unit == "1" else f" {measure(unit, language)}")


def plot(session: Session, side: int, line: int, column: int, year: int, language: str) -> dict[str, Any]:
    """A plot: ground and holder, its uses year by year, and the terms of the last choice as bars."""
    run = session.runs[side]
    now: asked.Plot = session.ask(asked.plot, side, line, column)
    numbers = now.numbers | {"yield_rate": now.numbers["yield_rate"] / 15, "net_return": now.numbers["net_return"] / 15}
    facts = [
        (_said((en, zh), language), _amount(numbers[name], unit, language)) for name, (en, zh, unit) in PLOT.items()
    ]
    use = run.layers["use"]
    codes = run.history.cells("use", line, column)
    people = [("holder", now.holder), ("worker", now.worker if now.worker != now.holder else -1)]
    houses = [
        {"id": str(ident), "label": f"{word(how, language)} {short(ident)}"} for how, ident in people if ident >= 0
    ]
    if now.holder < 0:
        facts.append((word("holder", language), word("collective", language)))
    latest = year == session.year
    choice = _options(now.choice, use, language) if latest else []
    silent = (
        ""
        if choice
        else word("never" if latest and not now.chosen_in else "no_choice" if latest else "only_now", language)
    )
    title = f"{word('plot', language)} {line + 1} · {column + 1}: {_label(use, now.use, language)}"
    if choice:
        facts.append((word("chosen_in", language), str(now.chosen_in)))
        if now.choice[0][0] != now.use:
            silent = word("since", language)
    return {
        "title": title, "facts": facts, "houses": houses, "strip": _strip(session.years, codes, use, language),
        "story": _story(session.years, codes, use, language), "choice": choice, "silent": silent,
        "parts": _part_keys(now.choice, language),
    }  # fmt: skip


def short(house: int) -> str:
    """A household's permanent id as people can read it: its last four digits."""
    return f"#{house % 10_000:04d}"


def _label(use: Layer, code: int, language: str) -> str:
    one = use.classes[code]
    return one.zh if language == "zh" else one.en


def _strip(years: list[int], codes: np.ndarray, use: Layer, language: str) -> list[dict[str, str]]:
    return [
        {"colour": use.classes[code].colour, "text": f"{year}: {_label(use, code, language)}"}
        for year, code in zip(years, codes.tolist(), strict=True)
    ]


def _story(years: list[int], codes: np.ndarray, use: Layer, language: str) -> str:
    spans = []
    for code, group in groupby(zip(years, codes.tolist(), strict=True), key=lambda pair: pair[1]):
        these = [year for year, _ in group]
        span = str(these[0]) if len(these) == 1 else f"{these[0]}–{these[-1]}"
        spans.append(f"{_label(use, code, language)} {span}")
    return ("; " if language == "en" else "；").join(spans)


def _part_keys(choice: list[Any], language: str) -> list[dict[str, str]]:
    names = list(choice[0][2]) if choice else []
    return [{"colour": ink(k), "label": _said(PARTS.get(name, (name, name)), language)} for k, name in enumerate(names)]


def _options(choice: list[Any], use: Layer, language: str, most: int = 6) -> list[dict[str, Any]]:
    """The uses weighed, as rows of bars left and right of nothing on one scale."""
    shown = choice[:most]
    reach = max((abs(value) for _, _, terms in shown for value in terms.values()), default=0.0) or 1.0
    found = []
    for code, brings, terms in shown:
        parts = []
        for k, (name, value) in enumerate(terms.items()):
            width = abs(value) / reach * 50
            said = f"{_said(PARTS.get(name, (name, name)), language)} {value:+.2f}".replace("-", "−")
            left = 50 - width if value < 0 else 50.0
            parts.append({"left": left, "width": width, "colour": ink(k), "said": said})
        label = _label(use, code, language)
        found.append({
            "label": label, "brings": plain.number(brings, "CNY").replace("-", "−"), "parts": parts,
            "said": f"{label}: {'; '.join(part['said'] for part in parts)}",
        })  # fmt: skip
    return found


def house(session: Session, side: int, ident: int, year: int, language: str) -> dict[str, Any]:
    """A household in the year shown: people, land, purse, income by source; its people now; what happened to it."""
    frame, run = session.frame(year, side), session.runs[side]
    place = np.flatnonzero(frame.houses["id"] == ident)
    title = f"{word('household', language)} {short(ident)}"
    if not len(place):
        return {"title": title, "facts": [(word("ended", language), "")], "money_title": "", "money": [],
                "members": [], "members_title": "", "events": []}  # fmt: skip
    own = {name: values[place[0]].item() for name, values in frame.houses.items()}
    facts = [
        (
            _said(("people", "人口"), language),
            _said(
                (f"{own['members']}, {own['migrants']} away", f"{own['members']} 人，外出 {own['migrants']} 人"),
                language,
            ),
        ),
        (_said(("savings", "存款"), language), _amount(own["cash"] / 100, "CNY", language)),
        (_said(("poor", "贫困"), language), _said(("yes", "是") if own["poor"] else ("no", "否"), language)),
        (word("role", language), role(own, language)),
    ]
    amounts = {name: own[name] / 100 for name in SOURCES}
    reach = max((abs(value) for value in amounts.values()), default=0.0) or 1.0
    money = [
        {"label": _said(SOURCES[name], language), "width": abs(value) / reach * 100,
         "colour": "var(--warm)" if value < 0 else "var(--accent)", "amount": _amount(value, "CNY", language)}
        for name, value in amounts.items()
    ]  # fmt: skip
    latest = year == session.year
    people = session.ask(asked.members, side, ident) if latest else []
    events = [
        f"{event['year']}: {_said(EVENTS.get(event['kind'], (event['kind'], event['kind'])), language)}"
        for event in run.model.village.events
        if event.get("household") == ident and event["year"] <= year
    ][-MOST_EVENTS:]
    return {
        "title": title, "facts": facts, "money_title": word("money", language), "money": money,
        "members_title": word("members", language), "members": [_person(one, language) for one in people],
        "events": events[::-1],
    }  # fmt: skip


def role(own: dict[str, Any], language: str) -> str:
    """Backbone farmer, returning migrant, or an ordinary household."""
    if own["backbone"]:
        return _said(("backbone farmer", "种植大户"), language)
    if own["returnee"]:
        return _said(("returning migrant", "返乡户"), language)
    return _said(("ordinary", "普通户"), language)


def _person(one: dict[str, Any], language: str) -> str:
    sex = _said(("woman", "女") if one["female"] else ("man", "男"), language)
    does = _said(STATUS[STATUSES[one["status"]]], language)
    return _said((f"{sex}, {one['age']}, {does}", f"{sex}，{one['age']} 岁，{does}"), language)
