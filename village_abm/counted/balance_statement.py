"""Balance sheet of natural resources over the recorded years, from the books; and how land changed grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.patch import GRADES
from village_abm.accounting import balance
from village_abm.accounting.balance import Account
from village_abm.counted.entries import said
from village_abm.policy.kept import KeptScheme
from village_abm.policy.schemes import LandScheme
from village_abm.scope import Scope
from village_abm.statements import Column, Line, Statement, statement

if TYPE_CHECKING:
    from village_abm.village import Village

FIRST_KD = GRADES.index("slight")
CLASSES = {
    "cropland": ("land under crops", "农作物用地"),
    "perennial": ("orchards and other perennials", "园地及多年生作物"),
    "fallow": ("abandoned cropland", "撂荒地"),
    "wild": ("wild vegetation", "天然植被"),
    "planted": ("forest and grass planted under schemes", "工程与退耕林草"),
    "built": ("houses and yards", "宅基地"),
}
CAUSES = {
    "treated": ("where works treated it", "工程治理地"),
    "enrolled": ("on land once enrolled", "退耕地"),
    "closed": ("on land closed to cutting and grazing", "封育地"),
    "cropped": ("on land that is cropped", "耕种地"),
    "elsewhere": ("elsewhere", "其他土地"),
    "signed": ("contracts signed", "新签合同"),
    "ended": ("contracts ended, less those renewed", "合同到期或终止(扣除续签)"),
    "year by year": ("lost from patches faster than it forms", "流失超过成土"),
}
STORED = (
    "gone with soil",
    "come with soil",
    "stored in soil",
)  # what moves carbon of the soil, the rest that of plants
LOST = ("washed off the surface", "leaked underground")
COLUMNS = (
    Column("opening", "opening", "期初"),
    Column("increase", "increases", "增加"),
    Column("decrease", "decreases", "减少"),
    Column("closing", "closing", "期末"),
    Column("opening_worth", "opening, yuan of 2020", "期初价值(2020年价)", "CNY"),
    Column("closing_worth", "closing, yuan of 2020", "期末价值(2020年价)", "CNY"),
)
NOTES = (
    (
        "From the books of the recorded years, all villages together: opening and changes lead to closing, line by "
        "line. A cause that moves land both ways within a year counts net.",
        "依据各记录年份的账簿编制，各村合计；期初加增减等于期末，逐项平衡。同一年内同一原因的双向变动按净额计。",
    ),
    (
        "Priced at constant prices of 2020: carbon by its CO2, soil by its nutrients, herds by the price of a young "
        "head. Debts are priced at the cost of restoring land and of dredging the silt that soil lost on the "
        "surface becomes; the lost soil itself is gone from the assets. Not priced: land of any class, contracts, "
        "people.",
        "均按2020年不变价计价:碳按二氧化碳价格，土壤按养分价值，牲畜按出栏价；负债按治理成本与泥沙清淤成本计价，流失土壤本身已从资产中扣除。"
        "各类土地、合同义务与人口未计价。",
    ),
    (
        "The model knows no standing timber in cubic metres: wood is in the carbon of plants. Water stands in no store "
        "but cisterns, whose volume it does not know. Goats are those of the books.",
        "模型不含立木蓄积量(立方米)，林木计入植被碳；除水窖外无蓄水，水窖容积未知；山羊以账簿数为准。",
    ),
)  # fmt: skip
NO_YEAR = (("No recorded year has closed yet.", "尚无已结账的记录年份。"),)


@dataclass(frozen=True)
class Nature:
    """What the books hold together or not at all, at one moment; (patches,) but for the totals."""

    plants: float  # carbon [t]
    soil_carbon: float  # [t]
    grade: np.ndarray
    scheme: np.ndarray
    promised: np.ndarray  # under a running land conversion contract
    missing: np.ndarray  # and nothing planted to stay stands there
    kept: np.ndarray  # under a contract to be kept as it is


def nature(village: Village) -> Nature:
    """Nature as the tables have it now."""
    patches, uses = village.patches, village.uses
    promised = village.under(LandScheme)
    stays = (uses.is_kind("planted") | uses.is_kind("perennial"))[patches.use]
    return Nature(
        plants=float(village.memory["plant carbon"].sum()) * village.hectares,
        soil_carbon=float(patches.soil_carbon.sum()) * village.hectares,
        grade=patches.grade.copy(),
        scheme=patches.scheme.copy(),
        promised=promised,
        missing=promised & ~stays,
        kept=village.under(KeptScheme),
    )


def recorded(village: Village) -> list[int]:
    """The recorded years whose books are closed."""
    return [year for year in sorted(village.ledger.years) if year >= village.params.scenario.start]


def book(village: Village, name: str, scale: float = 1.0) -> Account:
    """The account of a book over the recorded years."""
    years = village.ledger.years
    pages = [{entry: scale * amount for entry, amount in years[year][name].items()} for year in recorded(village)]
    return balance.over_years(pages, name)


def natural_assets(village: Village) -> dict[str, Account]:
    """Land by class, soil, carbon of plants and of soil, herds."""
    first, now, uses = village.memory["nature at first"], nature(village), village.uses
    fallow = np.array([name == "fallow" for name in uses.names])
    members = {
        "cropland": uses.is_kind("crop"), "perennial": uses.is_kind("perennial"), "fallow": fallow,
        "wild": uses.is_kind("wild") & ~fallow, "planted": uses.is_kind("planted"), "built": uses.is_kind("built"),
    }  # fmt: skip
    pages = [village.ledger.accounts[year]["land"] for year in recorded(village)]
    carbon = book(village, "carbon")
    grown = [cause for cause in carbon.changes if cause not in STORED]
    return {
        **{name: balance.of_class(pages, mask, name) for name, mask in members.items()},
        "soil": book(village, "soil"),
        "plants": balance.part(first.plants, carbon, grown, now.plants, "carbon of plants"),
        "soil_carbon": balance.part(first.soil_carbon, carbon, STORED, now.soil_carbon, "carbon of soil"),
        "cattle": book(village, "cattle"),
        "goats": book(village, "goats"),
    }


def natural_debts(village: Village) -> dict[str, Account]:
    """Land to be restored, soil lost beyond what forms, what running contracts promise, arrears of payment."""
    first, now, patches, area = village.memory["nature at first"], nature(village), village.patches, village.hectares
    tended = (village.uses.is_kind("crop") | village.uses.is_kind("perennial"))[patches.use]
    treated = patches.treated >= recorded(village)[0]
    cause = np.select([treated, patches.ever_enrolled, patches.closed, tended], [0, 1, 2, 3], 4)
    schemes = list(village.params.schemes)
    signed = np.maximum(np.where(now.promised, now.scheme, first.scheme), 0)
    keeps = np.maximum(np.where(now.kept, now.scheme, first.scheme), 0)
    pages = [village.ledger.years[year]["land"] for year in recorded(village)]
    taken = sum(page[entry] for page in pages for entry in page if entry.startswith("enrolled: ") and "(to)" in entry)
    lost = balance.Change(village.memory["soil debt"])
    return {
        "desertified": balance.of_mask(first.grade >= FIRST_KD, now.grade >= FIRST_KD, cause, list(CAUSES), area),
        "soil_debt": Account(0.0, {"year by year": lost}, lost.increase).checked("soil lost"),
        "promised": balance.with_signed(first.promised.sum() * area, taken, now.promised.sum() * area),
        "missing": balance.of_mask(first.missing, now.missing, signed, schemes, area),
        "kept": balance.of_mask(first.kept, now.kept, keeps, schemes, area),
        "arrears": book(village, "arrears", 0.01),
    }


SAID = {
    **{name: (*words, "ha") for name, words in CLASSES.items()},
    "soil": ("soil", "土壤", "t"),
    "plants": ("carbon in plants", "植被碳", "t"),
    "soil_carbon": ("carbon in soil", "土壤碳", "t"),
    "cattle": ("cattle", "牛", "head"),
    "goats": ("goats", "山羊", "head"),
    "desertified": ("debt: rocky desertification to be restored", "负债:待治理石漠化土地", "ha"),
    "soil_debt": ("debt: soil lost beyond what forms", "负债:超容许量土壤流失", "t"),
    "promised": (
        "obligation: land that running contracts promise to trees, shrubs or grass",
        "义务:合同约定的林草地",
        "ha",
    ),
    "missing": ("debt: land so promised on which nothing stands", "负债:合同地中尚未成林成草", "ha"),
    "kept": ("obligation: land to be kept as it is under contract", "义务:合同约定的管护地", "ha"),
    "arrears": ("debt: arrears to households, money of the year", "负债:拖欠农户补偿(当年价)", "CNY"),
    "people": ("memo: people on the register", "备注:户籍人口", "person"),
}


def prices(village: Village) -> dict[str, tuple[float, float]]:
    """Price of a unit of what has one, at opening and closing [CNY of 2020]; arrears are deflated."""
    rules, series = village.params.accounting.gep, village.params.series
    carbon, level, years = balance.carbon_worth(rules.carbon_price), series["cpi"].at, recorded(village)
    soil = book(village, "soil").changes
    surface, under = (soil.get(name, balance.Change()).decrease for name in LOST)
    silt = balance.silt_cost(
        rules.silting, surface / max(surface + under, 1.0), rules.dredging_price,
        village.params.ecology.soil.bulk_density,
    )  # fmt: skip
    alike = {
        "soil": rules.nutrient_price, "plants": carbon, "soil_carbon": carbon,
        "cattle": series["price_cattle"].at(2020), "goats": series["price_goat"].at(2020),
        "desertified": village.params.accounting.assets.restoration, "soil_debt": silt,
    }  # fmt: skip
    return {name: (price, price) for name, price in alike.items()} | {
        "arrears": (1 / level(years[0] - 1), 1 / level(years[-1]))
    }


def _lines(
    name: str, account: Account, price: tuple[float, float] | None, labels: Mapping[str, Mapping[str, str]]
) -> list[Line]:
    """An account with the causes under it, the largest first."""
    en, zh, unit = SAID[name]
    none = float("nan")
    worth = (none, none) if price is None else (account.opening * price[0], account.closing * price[1])
    lines = [
        Line(name, en, zh, (account.opening, account.increase, account.decrease, account.closing, *worth), unit, True)
    ]
    moved = [(cause, one) for cause, one in account.changes.items() if one.increase or one.decrease]
    for cause, one in sorted(moved, key=lambda pair: -(pair[1].increase + pair[1].decrease)):
        scheme = labels.get(cause)
        told = CAUSES.get(cause, said(cause, labels)) if scheme is None else (scheme["en"], scheme["zh"])
        lines.append(Line(f"{name}: {cause}", *told, (none, one.increase, one.decrease, none, none, none), unit))
    return lines


def _sum(name: str, en: str, zh: str, worth: np.ndarray) -> Line:
    return Line(name, en, zh, (*[float("nan")] * 4, float(worth[0]), float(worth[1])), "", True)


@statement("value", "Balance sheet of natural resources", "自然资源资产负债表")
def assets(scope: Scope) -> Statement:
    """Natural assets and debts to nature over the recorded years: opening, what came and went by cause, closing."""
    village = scope.village
    if not recorded(village):
        return Statement(COLUMNS, (), NO_YEAR)
    labels = {name: scheme.label for name, scheme in village.params.schemes.items()}
    price = prices(village)
    held, owed = natural_assets(village), natural_debts(village)
    lines: list[Line] = []
    totals = []
    for accounts, told in (
        (held, ("assets", "natural assets that have a price", "已计价的自然资源资产")),
        (owed, ("debts", "debts to nature that have a price", "已计价的自然资源负债")),
    ):
        for name, account in accounts.items():
            lines += _lines(name, account, price.get(name), labels)
        worth = np.array([line.values[4:] for line in lines if line.name in accounts and line.name in price])
        totals.append(worth.sum(axis=0))
        lines.append(_sum(*told, totals[-1]))
    lines.append(_sum("net", "net natural assets", "自然资源净资产", totals[0] - totals[1]))
    lines += _lines("people", book(village, "people"), None, labels)
    return Statement(COLUMNS, tuple(lines), NOTES)


GRADE_WORDS = ("无", "潜在", "轻度", "中度", "重度", "极重度")


@statement("value", "Rocky desertification: from grade to grade", "石漠化等级转移矩阵")
def grades(scope: Scope) -> Statement:
    """Land by its grade before the first recorded year (lines) and now (columns)."""
    village = scope.village
    if not recorded(village):
        return Statement((), (), NO_YEAR)
    first = village.memory["nature at first"].grade
    moved = balance.transitions(first, village.patches.grade, len(GRADES), village.hectares)
    columns = [
        Column(f"to_{grade}", f"to {grade}", f"至{zh}", "ha") for grade, zh in zip(GRADES, GRADE_WORDS, strict=True)
    ]
    lines = [
        Line(grade, f"from {grade}", f"原{zh}", (*row.tolist(), float(row.sum())), "ha")
        for grade, zh, row in zip(GRADES, GRADE_WORDS, moved, strict=True)
    ]
    lines.append(Line("all", "all", "合计", (*moved.sum(axis=0).tolist(), float(moved.sum())), "ha", True))
    return Statement((*columns, Column("all", "all", "合计", "ha")), tuple(lines))
