"""Maps that not every run holds: what the land yields, what it is suited to and what it serves for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.report import charts, maps, palette, words
from village_abm.report.reading import Run
from village_abm.report.words import Text

FAR = 98.0  # percentile of the cells at which the colours end, and 100 less it where values fall below 0


@dataclass(frozen=True)
class Kind:
    """A map by its name in the file: the section it stands in, and its words."""

    section: str
    title: Text
    note: Text


KINDS = {
    "gep": Kind(
        "value", Text("Gross ecosystem product", "生态系统生产总值（GEP）"),
        Text("What a plot yields in a year: goods, services and visits, at the prices of 2020.",
             "地块一年提供的物质产品、调节服务与文化服务价值（2020年价）。"),
    ),
    "esv": Kind(
        "value", Text("Value by equivalent factors", "当量因子法生态系统服务价值"),
        Text("The same plots by a table of equivalents for each kind of land.", "按各类用地当量表估算的同一地块。"),
    ),
    "suited": Kind(
        "land", Text("What the land is suited to", "用地适宜性布局"),
        Text("By function, resources, potential of industry and support by policy.",
             "依生态功能、资源条件、产业潜力与政策支持四步评定。"),
    ),
    "agreement": Kind(
        "land", Text("Whether it is used so", "实际利用与适宜性的吻合"),
        Text("What households did, held against what the land is suited to.", "农户实际选择与适宜用途对照。"),
    ),
    "function": Kind(
        "land", Text("Production, living and ecology", "生产、生活与生态功能"),
        Text("What each plot mainly serves for.", "各地块的主导功能。"),
    ),
}  # fmt: skip

# The classes of these maps by the names in the file: their words and colours.
CLASSES = {
    "none": (Text("none of them", "均不突出"), "#ece6d8"),
    "production": (Text("production", "生产"), "#d98a45"),
    "living": (Text("living", "生活"), "#4f5a8f"),
    "ecological": (Text("ecology", "生态"), "#2f6b4f"),
    "built": (Text("built land", "居民点"), "#33323a"),
    "protect": (Text("to protect", "宜封育保护"), "#14624a"),
    "restore": (Text("to restore", "宜生态修复"), "#9cc27e"),
    "industry": (Text("for moderate ecological industry", "宜适度生态产业"), "#b23a48"),
    "farm": (Text("to farm", "宜耕作"), "#f2c445"),
    "agrees": (Text("used as it is suited", "与适宜用途一致"), "#5fa36f"),
    "overused": (Text("cropped or planted for sale though to protect or restore", "应保护或修复而被开发"), "#8f2f2a"),
    "unused": (Text("neither farmed nor planted though suited to it", "宜耕宜产而闲置"), "#e0b04a"),
    "unguarded": (Text("left alone though to protect or restore", "应保护或修复而放任"), "#a9bad6"),
    "otherwise": (Text("used in another way", "其他不一致"), "#cfc8bb"),
}


def layers(run: Run, section: str) -> list[maps.Layer]:
    """The further maps of a section, of the first, middle and last recorded year."""
    return [_layer(run, name, kind) for name, kind in KINDS.items() if kind.section == section and name in run.maps]


def _layer(run: Run, name: str, kind: Kind) -> maps.Layer:
    cells = run.maps[name]
    cells = cells[run.moments] if cells.ndim == 3 else cells[None]
    if "flag_meanings" in run.labels[name]:
        return _classes(run, name, kind, cells)
    known = cells[np.isfinite(cells)]
    reach = charts.round_up(float(np.percentile(known, FAR))) if known.size else 1.0
    least = float(np.percentile(known, 100 - FAR)) if known.size else 0.0
    low = -charts.round_up(-least) if least < 0 else 0.0
    written = str(run.labels[name].get("units", ""))
    frames = [maps.shaded(np.nan_to_num(one, nan=low), low, reach, palette.VALUE) for one in cells]
    measure = words.unit(written)
    ends = (
        _end(low, written, measure, *(("or less", "及以下") if low < 0 else ("", ""))),
        _end(reach, written, measure, "or more", "及以上"),
    )
    return maps.Layer(name, kind.title, kind.note, frames, [], ", ".join(palette.VALUE), ends)


def _end(value: float, written: str, measure: Text, beyond: str, beyond_zh: str) -> Text:
    said = words.number(value, written).replace("-", "−")
    if written == "1":
        return Text(f"{said}%", f"{said}%")
    return Text(f"{said} {measure.en} {beyond}".rstrip(), f"{said} {measure.zh}{beyond_zh}")


def _classes(run: Run, name: str, kind: Kind, cells: np.ndarray) -> maps.Layer:
    """A map of classes: their numbers and names stand in the file."""
    about = run.labels[name]
    numbers, names = np.atleast_1d(about["flag_values"]).tolist(), str(about["flag_meanings"]).split()
    hectares = run.patch_size**2 / 1e4
    held = [_class(run, name, place) for place, name in enumerate(names)]
    keys, shades = [], np.zeros(cells.shape, np.uint8)
    for place, number in enumerate(numbers):
        here = cells == number
        shades[here] = place
        first, last = (float(here[k].sum()) * hectares for k in (0, -1))
        if here.any():
            keys.append(maps.Key(held[place][1], held[place][0], first, last))
    colours = [palette.rgb(colour) for _, colour in held]
    return maps.Layer(name, kind.title, kind.note, [maps.indexed(one, colours) for one in shades], keys)


def _class(run: Run, name: str, place: int) -> tuple[Text, str]:
    """A class in words and its colour: by the list above, a land use by its label, others as they are written."""
    spare = palette.SPARE_CLASSES[place % len(palette.SPARE_CLASSES)]
    for use in run.manifest["uses"]:
        if use["name"] == name:
            return Text(use["en"], use["zh"]), palette.use_colours([name])[0]
    plain = name.replace("_", " ")
    return CLASSES.get(name, (Text(plain, plain), spare))
