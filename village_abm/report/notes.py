"""What the notes of a run say in Chinese: the record has them in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from village_abm.report import words
from village_abm.report.words import Text

TERRAINS = {
    "peak cluster depression": "峰丛洼地",
    "trough valley": "槽谷",
    "plateau": "高原",
    "gorge": "峡谷",
}

CLASSES = {
    "farmland": "耕地",
    "forest": "森林",
    "shrub": "灌丛",
    "grass": "草地",
    "bare": "裸地",
    "water": "水体",
    "built": "建设用地",
    "unknown": "未知",
}

# English as the model writes it, with the parts that differ in brackets; Chinese with their places numbered.
SENTENCES = (
    (r"Terrain is generated: (.+), (\d+) x (\d+) patches\.", r"地形为生成：\1，\2 × \3 个地块。"),
    (
        r"Soil, rock exposure, lithology, water for rice, hamlets, paths and the red line are generated\.",
        r"土壤、基岩裸露、岩性、水田水源、村寨、道路与生态红线均为生成。",
    ),
    (
        r"Cover at the start was cut to what soil and rock can carry on (.+) of the patches\.",
        r"\1 的地块上，初始植被覆盖度被降至土壤与岩石所能承载的水平。",
    ),
    (r"Households, people and who holds which plot are generated\.", r"农户、人口与地块归属均为生成。"),
    (r"Households, people and plots are those of (.+)\.", r"农户、人口与地块取自 \1。"),
    (r"Houses stand where the register says: (\d+) patches\.", r"房屋位置依农户登记：\1 个地块。"),
    (
        r"Elevation is real: (.+) \((.+), cells of about (.+) m\), warped to (\d+) x (\d+) patches of (.+) m "
        r"in (.+) around (.+) E, (.+) N\.",
        r"高程为真实数据：\1（\2，像元约 \3 米），重采样为 \4 × \5 个 \6 米地块（\7，中心约 \8°E、\9°N）。",
    ),
    (
        r"Its cells are coarser than the patches: heights between them are interpolated, so small karst forms "
        r"are missing and slopes come out too gentle\.",
        r"其像元比地块粗：像元之间的高程为插值，细小的喀斯特形态缺失，坡度偏缓。",
    ),
    (
        r"All of it lies within (.+) m of height: check that the heights are in metres\.",
        r"全部高程相差不足 \1 米：请核对高程单位是否为米。",
    ),
    (
        r"Elevation had no data on (.+) of the patches, filled from the nearest cell\.",
        r"\1 的地块缺高程数据，以最近像元填补。",
    ),
    (
        r"Land cover is not given: cover is generated and nothing is known to be farmland\.",
        r"未提供土地覆盖：植被覆盖度为生成，没有已知的耕地。",
    ),
    (
        r"Land cover is real: (.+) \((.+), cells of about (.+) m\), classes by (.+): (.+)\.",
        r"土地覆盖为真实数据：\1（\2，像元约 \3 米），分类依据 \4：\5。",
    ),
    (
        r"Where the class is unknown, as under cloud, cover is generated\.",
        r"类别未知处（如云下），植被覆盖度为生成。",
    ),
    (r"Landforms are read from slope and relative height\.", r"地貌类型由坡度与相对高度判定。"),
)


def note(english: str) -> Text:
    """A note in both languages; one not known here stays English in both."""
    for pattern, chinese in SENTENCES:
        found = re.fullmatch(pattern, english)
        if found:
            return Text(english, _filled(chinese, [_part(part) for part in found.groups()]))
    return Text(english, english)


def _filled(chinese: str, parts: list[str]) -> str:
    return re.sub(r"\\(\d)", lambda place: parts[int(place[1]) - 1], chinese)


def _part(english: str) -> str:
    if english in TERRAINS:
        return TERRAINS[english]
    shares = re.findall(r"([a-z]+) (\d+%)", english)
    if shares and english == ", ".join(" ".join(share) for share in shares):
        return "、".join(f"{CLASSES.get(name, name)} {share}" for name, share in shares)
    return english


def notes(said: Sequence[str], by_village: Mapping[str, Sequence[str]]) -> list[Text]:
    """All notes in both languages; those that hold for some of several villages say for which."""
    found = []
    for english in said:
        text = note(english)
        where = [words.place(name) for name, held in by_village.items() if english in held]
        if where and len(where) < len(by_village):
            first = " and ".join(place.en for place in where)
            text = Text(f"{first[0].upper()}{first[1:]}: {text.en}", f"{'、'.join(p.zh for p in where)}：{text.zh}")
        found.append(text)
    return found
