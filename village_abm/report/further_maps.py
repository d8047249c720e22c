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
    """A map by its name in the file: the section it stands in, its words, its colours where it is no classes."""

    section: str
    title: Text
    note: Text
    colours: tuple[str, ...] = palette.VALUE


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
    "suitability": Kind(
        "land", Text("Suitability for ecological industry", "生态产业布局适宜性"),
        Text("By function, resources, market and policy, to be held against what households did.",
             "依生态功能、资源、市场与政策评定，可与农户实际选择对照。"),
        palette.SUITED,
    ),
    "function": Kind(
        "land", Text("Production, living and ecology", "生产、生活与生态功能"),
        Text("What each plot mainly serves for.", "各地块的主导功能。"),
    ),
}  # fmt: skip

CLASSES: dict[str, Text] = {
    "production": Text("production", "生产"),
    "living": Text("living", "生活"),
    "ecology": Text("ecology", "生态"),
    "ecological": Text("ecology", "生态"),
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
    frames = [maps.shaded(np.nan_to_num(one, nan=low), low, reach, kind.colours) for one in cells]
    measure = words.unit(written)
    ends = (
        _end(low, written, measure, *(("or less", "及以下") if low < 0 else ("", ""))),
        _end(reach, written, measure, "or more", "及以上"),
    )
    return maps.Layer(name, kind.title, kind.note, frames, [], ", ".join(kind.colours), ends)


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
    keys, shades = [], np.zeros(cells.shape, np.uint8)
    for place, (number, word) in enumerate(zip(numbers, names, strict=True)):
        here = cells == number
        shades[here] = place
        first, last = (float(here[k].sum()) * hectares for k in (0, -1))
        if here.any():
            keys.append(maps.Key(palette.CLASSES[place % len(palette.CLASSES)], _word(run, word), first, last))
    colours = [palette.rgb(palette.CLASSES[place % len(palette.CLASSES)]) for place in range(len(names))]
    return maps.Layer(name, kind.title, kind.note, [maps.indexed(one, colours) for one in shades], keys)


def _word(run: Run, name: str) -> Text:
    """A class in words: a land use by its label, others by the list above, else as it is written."""
    for use in run.manifest["uses"]:
        if use["name"] == name:
            return Text(use["en"], use["zh"])
    plain = name.replace("_", " ")
    return CLASSES.get(name, Text(plain, plain))
