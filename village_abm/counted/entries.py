"""What entries of the books of land, soil, carbon, people and herds, and places, are called in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

STOCKS = {
    # land
    "changed crop": "改种",
    "given up": "弃耕",
    "cleared": "新开坡地",
    "ploughed again": "复耕",
    "taken on by a tenant": "承租复耕",
    "without an heir": "无人继承",
    "closed": "封育",
    "settled": "迁入户安置用地",
    "reclaimed": "宅基地复垦",
    "houses reclaimed": "旧宅复垦",
    "replanted after a visit": "核查后补植",
    "restored after a visit": "核查后恢复植被",
    # soil and carbon
    "formed from rock": "岩石风化成土",
    "washed off the surface": "地表流失",
    "leaked underground": "地下漏失",
    "laid down in depressions": "洼地沉积",
    "carried in by works": "工程客土",
    "cleared, felled and planted": "开垦、砍伐与种植",
    "fuelwood": "薪柴",
    "grazing": "放牧",
    "growth": "植被生长",
    "gone with soil": "随土流失",
    "come with soil": "随土沉积",
    "stored in soil": "土壤固存",
    "planted by works": "工程造林",
    # people
    "births": "出生",
    "deaths": "死亡",
    "brides in": "嫁入",
    "brides out": "嫁出",
    "settled away": "在外定居",
    "moved away": "搬迁迁出",
    "moved in": "搬迁迁入",
    # herds
    "shared out at a split": "分家析产",
    "bought": "购入",
    "sold": "出售",
    "born": "出生",
    "died": "死亡",
}
PLACES = {
    "village": ("village", "村庄"),
    "emigration": ("village to leave", "迁出村"),
    "resettlement": ("village to settle in", "迁入村"),
}
OF_SCHEMES = {"enrolled": "退耕", "treated": "工程治理"}


def said(entry: str, labels: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """An entry in English and Chinese; `labels` are those of schemes and packages by name."""
    verb, colon, scheme = entry.partition(": ")
    if colon and verb in OF_SCHEMES:
        label = labels.get(scheme, {"en": scheme, "zh": scheme})
        return f"{verb}: {label['en']}", f"{OF_SCHEMES[verb]}：{label['zh']}"
    return entry, STOCKS.get(entry, entry)
