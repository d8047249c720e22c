"""The cascade from ecosystem service to product, industry and people: as a table that closes, and as flows."""

from __future__ import annotations

import numpy as np

from village_abm.accounting import cascade as chains
from village_abm.accounting.attribution import MECHANISMS, OPERATION
from village_abm.accounting.cascade import RECIPIENTS, Chain
from village_abm.counted import chain_of_year, value_of_year
from village_abm.counted.value_words import MECHANISMS as WORDS
from village_abm.counted.value_words import NODES, SOURCES
from village_abm.scope import Scope
from village_abm.statements import Column, Line, Statement, statement

NONE = float("nan")
MONEY = "CNY/yr"
COLUMNS = (Column("quantity", "quantity", "实物量"), Column("value", "value", "价值", MONEY))
# Quantity of each service: its name in the quantities of the ecosystem product, and its unit.
QUANTITIES = {
    "firewood": ("firewood", "t/yr"),
    "water": ("water", "m3/yr"),
    "soil": ("soil", "t/yr"),
    "carbon": ("carbon", "tCO2/yr"),
    "cultural": ("nights", "night/yr"),
}


def _line(name: str, words: tuple[str, str], value: float, quantity: float = NONE, unit: str = "") -> Line:
    return Line(name, *words, (quantity, value), unit)


def _sum(name: str, en: str, zh: str, value: float) -> Line:
    return Line(name, en, zh, (NONE, value), "", True)


@statement("value", "From service to product, industry and people", "生态服务—产品—产业—振兴级联")
def cascade(scope: Scope) -> Statement:
    """The last year's value stage by stage, each with what is lost and added before the next.

    Worth of services -> ecological products at the farm gate -> value realised -> who gets it. Each stage is the one
    before with the lines between; the first is gross ecosystem product, the third value realised.
    """
    if "gep" not in scope.village.memory:
        return Statement(COLUMNS, ())
    chain = chain_of_year.chain(scope.village)
    lines = (*_services(scope, chain), *_to_products(scope, chain), *_to_industry(chain), *_to_people(chain))
    return Statement(COLUMNS, lines, NOTES)


def _services(scope: Scope, chain: Chain) -> list[Line]:
    amounts, lines = scope.village.memory["gep quantities"], []
    services = [*chain.provisioning.items(), *chain.regulating.items(), ("cultural", chain.cultural)]
    for name, value in services:
        field, unit = QUANTITIES.get(name, ("", ""))
        quantity = float(getattr(amounts, field).sum()) if field else NONE
        if value or name in QUANTITIES:
            lines.append(_line(name, NODES[name], value, quantity, unit))
    lines.append(_sum("services", "1 services: gross ecosystem product", "一、生态服务：生态产品总值", chain.product))
    return lines


def _less(name: str, en: str, zh: str, value: float) -> Line:
    return _line(name, (en, zh), 0.0 - value)


def _to_products(scope: Scope, chain: Chain) -> list[Line]:
    stay = sum(chain.regulating.values())
    return [
        _less("left in the land", "less regulating services, which stay in the land", "减：调节服务（留在土地）", stay),
        _less("left as nights", "less cultural services, sold as nights", "减：文化服务（以住宿出售）", chain.cultural),
        _less("home", "less eaten, burnt or kept, more of stocks", "减：自用与留存（加：往年存量）", chain.home),
        _less("ordinary products", "less ordinary products sold", "减：普通农产品出售", chain.ordinary),
        _sum("products", "2 ecological products at the farm gate", "二、生态产品（产地价）", chain.products),
        *_each_product(scope),
    ]


def _each_product(scope: Scope) -> list[Line]:
    """Ecological products one by one, kg and farm-gate worth; they make up the line above."""
    village, lines = scope.village, []
    kg = value_of_year.by_use(village, value_of_year.sold_kg(village)).sum(axis=0)
    worth = value_of_year.sold_worth(village).sum(axis=0)
    green = village.uses.green >= village.params.accounting.realised.least_green
    for k in np.flatnonzero(green & (worth > 0)).tolist():
        name = village.uses.names[k]
        label = village.params.uses[name].label
        words = (f"of which {label['en']}", f"其中：{label['zh']}")
        lines.append(_line(f"of which {name}", words, float(worth[k]), float(kg[k]), "kg"))
    sources = value_of_year.realised(village).sources
    for name in ("gathered", "herds"):
        value = float(np.sum(sources.get((OPERATION, name), 0.0)))
        en, zh = SOURCES[name]
        if value:
            lines.append(_line(f"of which {name}", (f"of which {en}", f"其中：{zh}"), value))
    return lines


def _to_industry(chain: Chain) -> list[Line]:
    added = ("added by cooperatives: brand, processing, shorter ways to market", "合作社增值（品牌、加工、流通）")
    lines = [
        _line("added by cooperatives", added, chain.by_cooperatives - chain.delivered),
        _line("guests", SOURCES["guests"], chain.guests),
    ]
    for mechanism, (en, zh) in WORDS.items():
        lines.append(_line(f"paid: {mechanism}", (f"paid for services: {en}", f"付费：{zh}"), chain.paid(mechanism)))
    lines.append(_sum("realised", "3 value realised in money", "三、价值实现额", sum(map(chain.realised, MECHANISMS))))
    for mechanism, (en, zh) in WORDS.items():
        words = (f"of which through: {en}", f"其中：{zh}")
        lines.append(_line(f"through {mechanism}", words, chain.realised(mechanism)))
    return lines


def _to_people(chain: Chain) -> list[Line]:
    lines = [_line(who, NODES[who], chain.gets(who)) for who in RECIPIENTS]
    return [*lines, _sum("people", "4 received by all", "四、各方所得合计", sum(map(chain.gets, RECIPIENTS)))]


NOTES = (
    (
        "Who gets it is before their own costs of growing and hosting. Cooperatives are shown with what they keep, "
        "below nothing where they pay from reserves; payments cannot be told by service and are set against all that "
        "regulate.",
        "各方所得未扣除其自身种养与接待成本。合作社一行为其留存，动用储备时为负；付费无法区分到单项服务，因此与全部调节服务相对应。",
    ),
)  # fmt: skip


@statement("value", "Flows of the cascade", "价值级联流量")
def cascade_flows(scope: Scope) -> Statement:
    """The same year as flows from node to node, named "from>to"; nodes between the ends take in what they give out."""
    columns = (Column("value", "value", "价值", MONEY),)
    if "gep" not in scope.village.memory:
        return Statement(columns, ())
    drawn = chains.flows(chain_of_year.chain(scope.village))
    lines = tuple(
        Line(f"{a}>{b}", f"{NODES[a][0]} → {NODES[b][0]}", f"{NODES[a][1]} → {NODES[b][1]}", (value,))
        for a, b, value in drawn
    )
    return Statement(columns, lines)
