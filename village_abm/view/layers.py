"""What a map can show: each layer a byte a patch, with the words, unit and colours that read it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.patch import GRADES
from village_abm.policy.schemes import LandScheme
from village_abm.report import palette
from village_abm.report.maps import GRADE_WORDS
from village_abm.report.words import Text

if TYPE_CHECKING:
    from village_abm.village import Village

NONE = 255
"""The byte of a patch with nothing to show."""
STEPS = 250
"""A ramp runs from byte 0 to this one."""
UPWARD, BOTH = ("", "≥ "), ("≤ ", "≥ ")
NEUTRAL = "#e7e5dc"
DEPTH = ("#f6ecd2", "#e2c894", "#c19a5b", "#8f6434", "#543517")
ROCK = ("#f3f5f0", "#d9d3c4", "#b3a999", "#82766b", "#4d443f")
CARBON = ("#f2f0dc", "#c9dba3", "#86b96f", "#3f8a55", "#14523f")
RETURN = ("#8c3b2e", "#d9926a", "#efe9d6", "#7fb59a", "#14624a")
HEIGHT = ("#e3ead6", "#cfd6b0", "#c9b98b", "#b3936b", "#8a6b52", "#6d5a50")
HOUSES = (
    "#14624a", "#c2571a", "#3f6fb0", "#8c3f7d", "#b7962b", "#5f6b2b", "#2aa198", "#b23a48", "#6a5acd", "#4d7c8a",
    "#a0522d", "#7b8794",
)  # fmt: skip

KIND_COLOURS = ("#dfe0d4", "#7fa57a", "#e8c766", "#d2a24c", "#f0e2a4", "#86bcd6", "#3f7fb5", "#4a4652")
KIND_WORDS = [
    Text("the collective's", "集体土地"), Text("forest land", "林地"), Text("dry slope", "坡旱地"),
    Text("dry terrace", "旱梯田"),
    Text("dry flat", "平旱地"), Text("wet terrace", "水梯田"), Text("paddy", "水田"), Text("settlement", "聚落"),
]  # fmt: skip


@dataclass(frozen=True)
class Class_:
    """One class of a layer: its byte is its place in the list."""

    colour: str
    en: str
    zh: str


@dataclass(frozen=True)
class Layer:
    """One layer: words, unit, and either classes or a ramp between two values that never move."""

    name: str
    words: Text
    note: Text
    unit: str
    code: Callable[[Village], np.ndarray]
    classes: tuple[Class_, ...] = ()
    ramp: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    beyond: tuple[str, str] = ("", "")
    """What stands before the ends of a ramp: signs where values may lie beyond them."""
    reach: float = 0.0
    """Where the colours of a change end; half the ramp where nothing is said."""
    less_is_better: bool = False
    ordered: bool = False
    """Whether the classes are steps of one thing, so that a plot can go up or down."""

    @property
    def change(self) -> float:
        """The change at which the colours of a map of change end."""
        return self.reach or (self.high - self.low) / 2

    def colours(self) -> list[str]:
        """A colour for every byte that can occur, as #rrggbb."""
        if self.classes:
            return [one.colour for one in self.classes]
        return ["#{:02x}{:02x}{:02x}".format(*colour) for colour in palette.ramp(self.ramp, STEPS + 1)]

    def bytes_of(self, village: Village) -> np.ndarray:
        """The layer as the village stands: a byte a patch, villages side by side; (lines, columns) uint8."""
        values = self.code(village)
        coded = values if self.classes else scaled(values, self.low, self.high)
        return np.concatenate(list(coded.astype(np.uint8).reshape(village.grid_shape)), axis=1)

    def value(self, byte: int) -> float:
        """What a byte of a ramp stands for; not a number where there is nothing."""
        return float("nan") if byte == NONE else self.low + (self.high - self.low) * byte / STEPS


def scaled(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Values as bytes of a ramp, those beyond its ends at the ends, nothing where they are no numbers."""
    place = np.rint((values - low) / (high - low) * STEPS)
    return np.where(np.isnan(values), NONE, np.clip(np.nan_to_num(place), 0, STEPS)).astype(np.uint8)


def land(column: str) -> Callable[[Village], np.ndarray]:
    """Reads a column of the patches as numbers."""
    return lambda village: np.asarray(getattr(village.patches, column), float)


def _kept(name: str, per_hectare: bool = False) -> Callable[[Village], np.ndarray]:
    def read(village: Village) -> np.ndarray:
        values = np.asarray(village.memory[name], float)
        return values / village.hectares if per_hectare else values

    return read


def _owner(village: Village) -> np.ndarray:
    """Holders in a dozen colours, so that neighbours mostly differ; houses hold their places by permanent row."""
    owner = village.patches.owner.astype(np.int64)
    return np.where(owner < 0, NONE, (owner * 7) % len(HOUSES))


def _enrolled(village: Village) -> np.ndarray:
    """Under contract now: land converted, land kept; once converted; never."""
    patches = village.patches
    converted = village.under(LandScheme)
    return np.select([converted, patches.scheme >= 0, patches.ever_enrolled], [1, 2, 3], 0)


def _return(village: Village) -> np.ndarray:
    """What the present use was expected to be worth [CNY/mu/yr], of worked land alone."""
    worked = village.workers >= 0
    return np.where(worked, village.patches.net_return / 15, np.nan)


def _classes(colours: tuple[str, ...], words: list[Text]) -> tuple[Class_, ...]:
    return tuple(Class_(colour, word.en, word.zh) for colour, word in zip(colours, words, strict=True))


def layers_of(village: Village) -> dict[str, Layer]:
    """All layers this village can show, in the order of the picker."""
    uses = village.params.uses
    colours = palette.use_colours(list(uses))
    heights = village.patches.elevation
    found = [
        Layer(
            "use", Text("Land use", "土地利用"), Text("What each plot is used for.", "每块地的用途。"), "",
            land("use"),
            tuple(
                Class_(colour, use.label["en"], use.label["zh"])
                for colour, use in zip(colours, uses.values(), strict=True)
            ),
        ),
        Layer(
            "grade", Text("Rocky desertification", "石漠化等级"),
            Text("How far soil and plants have gone from the rock.", "土壤与植被自基岩上流失的程度。"), "",
            land("grade"), _classes(palette.GRADES, [GRADE_WORDS[grade] for grade in GRADES]), less_is_better=True,
            ordered=True,
        ),
        Layer(
            "cover", Text("Vegetation cover", "植被覆盖度"),
            Text("Share of the ground under plants.", "植物覆盖地面的比例。"), "1", land("cover"), ramp=palette.COVER,
        ),
        Layer(
            "soil_depth", Text("Soil depth", "土层厚度"),
            Text("Mean depth where there is soil.", "有土处的平均厚度。"), "cm",
            land("soil_depth"), ramp=DEPTH, high=60, beyond=UPWARD, reach=6,
        ),
        Layer(
            "exposure", Text("Bare rock", "基岩裸露率"),
            Text("Share of the surface that is rock.", "地表为岩石的比例。"), "1", land("exposure"), ramp=ROCK,
            reach=0.1, less_is_better=True,
        ),
        Layer(
            "owner", Text("Who holds it", "承包户"),
            Text("Each holder in one of twelve colours; the collective's land is left blank.",
                 "每户用十二种颜色之一；集体土地留白。"), "",
            _owner, _classes(HOUSES, [Text("a household", "农户")] * len(HOUSES)),
        ),
        Layer(
            "enrolment", Text("Contracts with schemes", "补偿合同"),
            Text("Land paid for now, or converted once.", "现受补偿或曾退耕的土地。"), "", _enrolled,
            _classes((NEUTRAL, "#14624a", "#c2571a", "#a7c3a0"), [
                Text("none", "无"), Text("converted, under contract", "退耕合同期内"),
                Text("kept or other contract", "管护等合同"), Text("converted once", "曾退耕"),
            ]),
        ),
        Layer(
            "net_return", Text("What the land brings", "地块纯收益"),
            Text("Net return that its worker expected of the present use, family labour priced in.",
                 "经营者对当前用途的预期纯收益，已扣除家庭用工。"), "CNY/mu/yr",
            _return, ramp=RETURN, low=-1000, high=1000, beyond=BOTH,
        ),
        Layer(
            "carbon", Text("Carbon in plants and soil", "植被与土壤碳储量"),
            Text("Tonnes of carbon a hectare.", "每公顷碳吨数。"), "t/ha", _kept("carbon"), ramp=CARBON, high=200,
            beyond=UPWARD,
        ),
        Layer(
            "elevation", Text("Height", "海拔"), Text("Height above the sea.", "海拔高度。"), "m", land("elevation"),
            ramp=HEIGHT, low=float(np.floor(heights.min())), high=float(np.ceil(heights.max())),
        ),
        Layer(
            "land_kind", Text("Kind of contract land", "承包地类型"),
            Text("What the land was when it was shared out.", "分田到户时的地类。"), "", land("land_kind"),
            _classes(KIND_COLOURS, KIND_WORDS),
        ),
    ]  # fmt: skip
    return {layer.name: layer for layer in found}
