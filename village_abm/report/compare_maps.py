"""Difference maps of a comparison: what a scheme changed patch by patch, over the shaded relief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.report import charts, maps, palette
from village_abm.report.compare_numbers import figure
from village_abm.report.compare_study import Study
from village_abm.report.words import Text

STEPS = 41
FAR = 99.0  # percentile of the differences at which the colours end
DEFAULT_PATCH = 25.0  # metres, for the shading alone
# From worse to better through no difference; told apart by the colour-blind and by lightness on either side.
DIVERGING = ("#7a3a08", "#bf7a2c", "#e7c48d", "#f6f4ec", "#9fd0c5", "#3a9488", "#0b4f47")
SHARE = ("#f6f4ec", "#cfd8e8", "#8fa9cf", "#4f76ad", "#1e3f73")


@dataclass(frozen=True)
class Layer:
    """One layer: its words, a picture for every scheme, and the colours with their ends."""

    name: str
    title: Text
    note: Text
    pictures: dict[str, str]
    ramp: str
    ends: tuple[Text, Text, Text]


KINDS = (
    (
        "cover",
        Text("Vegetation cover", "植被覆盖度"),
        Text("difference at the end, in points of per cent", "期末差值，百分点"),
        100.0,
        1.0,
    ),
    (
        "grade",
        Text("Grade of rocky desertification", "石漠化等级"),
        Text("difference at the end, in grades", "期末差值，级"),
        1.0,
        -1.0,
    ),
)
ENROLLED = (
    Text("Land enrolled", "参与地块"),
    Text("share of the pairs in which a plot was ever under the scheme", "地块曾纳入项目的配对比例"),
)


def layers(study: Study) -> list[Layer]:
    """Differences of cover and grade on one scale for all schemes, and how often a plot was enrolled."""
    found = []
    for name, title, note, factor, way in KINDS:
        cells = _cells(study, name, factor)
        if cells:
            found.append(_difference(name, title, note, cells, way))
    enrolled = _cells(study, "enrolled", 1.0)
    if enrolled:
        found.append(_share(enrolled))
    return found


def _cells(study: Study, name: str, factor: float) -> dict[str, np.ndarray]:
    there = {s.name: study.maps[f"{s.name}/{name}"] for s in study.schemes if f"{s.name}/{name}" in study.maps}
    return {scheme: np.nan_to_num(factor * cells.astype(float)) for scheme, cells in there.items()}


def _difference(name: str, title: Text, note: Text, cells: dict[str, np.ndarray], way: float) -> Layer:
    sizes = np.concatenate([np.abs(one).ravel() for one in cells.values()])
    reach = charts.round_up(float(np.percentile(sizes, FAR)))
    colours, middle = palette.ramp(DIVERGING, STEPS), STEPS // 2
    pictures = {
        scheme: maps.indexed(np.rint(middle + middle * np.clip(way * one / reach, -1, 1)), colours)
        for scheme, one in cells.items()
    }
    places = 0 if reach >= 1 else 2
    worse, better = (figure(way * end, places, signed=True) for end in (-reach, reach))
    ends = (Text(f"worse {worse}", f"变差 {worse}"), Text("0", "0"), Text(f"{better} better", f"{better} 变好"))
    return Layer(name, title, note, pictures, ", ".join(DIVERGING), ends)


def _share(cells: dict[str, np.ndarray]) -> Layer:
    colours = palette.ramp(SHARE, STEPS)
    pictures = {s: maps.indexed(np.rint((STEPS - 1) * np.clip(one, 0, 1)), colours) for s, one in cells.items()}
    ends = (Text("never", "从未"), Text("", ""), Text("in all pairs", "全部配对"))
    return Layer("enrolled", *ENROLLED, pictures, ", ".join(SHARE), ends)


def relief(study: Study) -> str:
    """The shading under the maps."""
    villages = len(study.about.get("villages", [""]))
    return maps.relief(study.maps["elevation"], patch_size(study) or DEFAULT_PATCH, villages)


def patch_size(study: Study) -> float | None:
    """Side of a patch in metres, where the record has it."""
    size = study.about.get("patch_size")
    return None if size is None else float(size)


def scale(study: Study) -> maps.Scale | None:
    """The scale bar, where the size of a patch is known."""
    size = patch_size(study)
    return None if size is None else maps.scale(study.maps["elevation"].shape[1], size)
