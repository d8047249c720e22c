"""The account of gross ecosystem product: each service with its quantity, its price and its worth."""

from __future__ import annotations

import numpy as np

from village_abm.accounting.gep import GepRules
from village_abm.scope import Scope, share
from village_abm.statements import Column, Line, Statement, statement

KG_PER_T = 1e3
COLUMNS = (
    Column("quantity", "quantity", "实物量"),
    Column("price", "price", "单价", "CNY/unit"),
    Column("value", "value", "价值量", "CNY/yr"),
    Column("per_hectare", "value per area", "单位面积价值", "CNY/ha/yr"),
    Column("share", "share", "占比", "1"),
)
NONE = float("nan")


class _Account:
    """Lines as they are drawn up, over the land in scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope, memory = scope, scope.village.memory
        self.value, self.amounts, self.products = memory["gep"], memory["gep quantities"], memory["gep products"]
        self.whole = self.sum(self.value.total)

    def sum(self, column: np.ndarray) -> float:
        return float(column[self.scope.land].sum())

    def line(
        self, name: str, en: str, zh: str, value: float, quantity: float = NONE, unit: str = "", total: bool = False
    ) -> Line:
        """A line whose price is its value over its quantity."""
        price = NONE if np.isnan(quantity) else share(value, quantity)
        spread = (value, share(value, self.scope.area), share(value, self.whole))
        return Line(name, en, zh, (quantity, price, *spread), unit, total)


@statement("value", "Gross ecosystem product", "生态产品总值")
def gep(scope: Scope) -> Statement:
    """What nature yielded in the last year by service, quantities and prices apart, in yuan of 2020."""
    account, rules = _Account(scope), scope.village.params.accounting.gep
    sums = account.sum
    lines = (
        *_provisioning(account, rules),
        account.line("provisioning", "provisioning services", "物质产品", sums(account.value.provisioning), total=True),
        *_regulating(account, rules),
        account.line("regulating", "regulating services", "调节服务", sums(account.value.regulating), total=True),
        account.line(
            "nights", "nights of guests", "游客住宿", sums(account.value.cultural), sums(account.amounts.nights),
            "night/yr",
        ),
        account.line("cultural", "cultural services", "文化服务", sums(account.value.cultural), total=True),
        account.line("gep", "gross ecosystem product", "生态产品总值", account.whole, total=True),
    )  # fmt: skip
    return Statement(COLUMNS, lines, _notes(rules))


def _provisioning(account: _Account, rules: GepRules) -> list[Line]:
    sums, products, amounts = account.sum, account.products, account.amounts
    lines = [
        account.line(
            "harvest", "harvest of fields, orchards and woods", "农林产品", sums(products.harvest),
            sums(amounts.harvest) / KG_PER_T, "t/yr",
        ),
        account.line("gathered", "minor products gathered", "采集的副产品", sums(products.gathered)),
        account.line(
            "firewood", "firewood", "薪柴", sums(products.firewood), sums(amounts.firewood), "t/yr"
        ),
        account.line("animals", "growth of herds fed by the land", "草食畜牧产品", sums(products.animals)),
    ]  # fmt: skip
    if rules.yard_animals:
        lines.append(account.line("yard", "pigs and poultry", "猪禽产品", sums(products.yard)))
    if rules.net:
        lines.append(account.line("inputs", "inputs and feed bought", "外购投入", sums(products.inputs)))
    return lines


def _regulating(account: _Account, rules: GepRules) -> list[Line]:
    sums, amounts, value = account.sum, account.amounts, account.value
    silt, soil, nutrients = sums(amounts.silt), sums(amounts.soil), sums(amounts.nutrients)
    pollutants = sums(amounts.pollutants)
    lines = [
        account.line("water", "water kept", "水源涵养", sums(value.water), sums(amounts.water), "m3/yr"),
        account.line(
            "silt", "silt kept out of reservoirs", "减少泥沙淤积", rules.dredging_price * silt, silt, "m3/yr"
        ),
        account.line(
            "nutrients", "nutrients kept with soil", "土壤保肥", rules.nutrient_price * soil, soil, "t/yr"
        ),
        account.line("carbon", "carbon dioxide taken up", "固碳", sums(value.carbon), sums(amounts.carbon), "tCO2/yr"),
        account.line(
            "air", "air kept clean", "空气净化", rules.purification_price * pollutants, pollutants / KG_PER_T, "t/yr"
        ),
    ]  # fmt: skip
    if rules.water_purified:
        worth = rules.treatment_price * nutrients
        lines.append(account.line("clean_water", "water kept clean", "水质净化", worth, nutrients / KG_PER_T, "t/yr"))
    if rules.climate:
        cooled = sums(amounts.cooling)
        lines.append(
            account.line("climate", "cooling by evaporation", "气候调节", sums(value.climate), cooled, "kWh/yr")
        )
    if rules.oxygen:
        given = sums(amounts.oxygen)
        lines.append(account.line("oxygen", "oxygen given off", "释氧", sums(value.oxygen), given, "t/yr"))
    return lines


# A switch of the rules, what it counts twice in English and Chinese.
DOUBLE = (
    ("yard_animals", "pigs and poultry beside the grain they eat", "猪禽产品与其所食粮食"),
    ("cistern_water", "water of cisterns beside the harvest it waters", "水窖供水与其灌溉的收成"),
    ("water_purified", "nutrients kept out of water beside nutrients kept with soil", "水质净化与土壤保肥"),
    ("climate", "cooling by water that is also counted as kept", "蒸散降温与水源涵养"),
    ("oxygen", "oxygen given off beside the carbon taken up", "释氧与固碳"),
)


def _notes(rules: GepRules) -> tuple[tuple[str, str], ...]:
    twice = [(en, zh) for switch, en, zh in DOUBLE if getattr(rules, switch)]
    once = [(en, zh) for switch, en, zh in DOUBLE if not getattr(rules, switch)]

    def told(some: list[tuple[str, str]]) -> tuple[str, str]:
        return "; ".join(en for en, _ in some) or "nothing", "；".join(zh for _, zh in some) or "无"

    (twice_en, twice_zh), (once_en, once_zh) = told(twice), told(once)
    net = ("less bought inputs and feed", "扣除外购投入") if rules.net else ("before bought inputs", "未扣除外购投入")
    against = {
        "bare": ("bare ground of the same slope", "同坡度裸地"),
        "tilled": ("ground tilled bare on the same slope", "同坡度耕翻裸地"),
    }[rules.soil_against]
    return (
        (
            "Most of this is not paid by anybody. Regulating services weigh as much as their assumed prices make them: "
            "compare quantities first, and years or runs at the same prices.",
            "其中大部分价值并无人支付。调节服务的比重取决于假定的价格：应先比较实物量，并在相同价格下比较年份或情景。",
        ),
        (
            f"Provisioning is {net[0]}; soil kept is measured against {against[0]}.",
            f"物质产品价值{net[1]}；土壤保持量以{against[1]}为参照。",
        ),
        (f"Counted once, the second part left to the first: {once_en}.", f"仅计一次的项目：{once_zh}。"),
        (f"Counted twice on purpose: {twice_en}.", f"按设定重复计算的项目：{twice_zh}。"),
    )
