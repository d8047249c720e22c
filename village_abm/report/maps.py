"""Maps as small pictures: one palette pixel a patch over a shaded relief, with legend and scale."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from village_abm.report import palette
from village_abm.report.reading import Run
from village_abm.report.words import Text

STEPS = 21
MOST_FRAMES = 31
RELIEF_PIXELS = 480
GRADE_WORDS = {
    "none": Text("none", "无石漠化"),
    "potential": Text("potential", "潜在"),
    "slight": Text("slight", "轻度"),
    "moderate": Text("moderate", "中度"),
    "severe": Text("severe", "重度"),
    "extreme": Text("extreme", "极重度"),
}


@dataclass(frozen=True)
class Key:
    """One line of a legend: colour, words, area in the first and last year [ha]."""

    colour: str
    words: Text
    first: float
    last: float


@dataclass(frozen=True)
class Layer:
    """One layer of the map: its pictures by year, as data addresses, and its legend: keys, or a ramp with its ends."""

    name: str
    title: Text
    note: Text
    frames: list[str]
    keys: list[Key]
    ramp: str = ""
    ends: tuple[Text, Text] = (Text("", ""), Text("", ""))


def address(picture: Image.Image, kind: str = "PNG", **how: int) -> str:
    """A picture as a data address that needs no file beside the page."""
    held = io.BytesIO()
    picture.save(held, kind, optimize=True, **how)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(held.getvalue()).decode()}"


def indexed(cells: np.ndarray, colours: list[tuple[int, int, int]]) -> str:
    """Whole numbers as a picture with one pixel a cell; shape (lines, columns)."""
    picture = Image.fromarray(np.ascontiguousarray(cells, dtype=np.uint8), mode=None).convert("P")
    picture.putpalette([part for colour in colours for part in colour])
    return address(picture)


def relief(elevation: np.ndarray, patch_size: float, villages: int = 1) -> str:
    """Shaded relief, lit from the north-west at 45 degrees, as a pale grey picture; villages side by side."""
    times = max(1, round(RELIEF_PIXELS / max(elevation.shape)))
    shades = [_shade(part, patch_size, times) for part in np.split(np.asarray(elevation, float), villages, axis=1)]
    return address(Image.fromarray((255 * np.concatenate(shades, axis=1)).astype(np.uint8)), "JPEG", quality=85)


def hero(run: Run) -> str:
    """The relief behind the title: that of the first village, so that no seam runs through it."""
    (first, *_) = np.split(run.elevation, len(run.manifest["villages"]), axis=1)
    return relief(first, run.patch_size)


def _shade(elevation: np.ndarray, patch_size: float, times: int) -> np.ndarray:
    """How light the ground is, 0 to 1, on a grid `times` as fine."""
    ground = ndimage.zoom(elevation, times, order=3, mode="nearest", grid_mode=True)
    south, east = np.gradient(ground, patch_size / times)
    light = (east + south + np.sqrt(2)) / np.sqrt(2) / np.sqrt(2) / np.sqrt(1 + east**2 + south**2)
    return np.clip(0.56 + 0.48 * np.clip(light, 0, 1), 0, 1)


def frame_places(run: Run) -> list[int]:
    """Which recorded maps are shown: all of them, or evenly spaced ones where there are many."""
    last = len(run.map_years) - 1
    spaced = np.linspace(0, last, min(last + 1, MOST_FRAMES)).round().astype(int).tolist()
    return sorted({*spaced, *run.moments})


def _areas(cells: np.ndarray, kinds: int, run: Run) -> tuple[np.ndarray, np.ndarray]:
    hectares = run.patch_size**2 / 1e4
    first, last = (np.bincount(cells[k].ravel(), minlength=kinds) * hectares for k in (0, -1))
    return first, last


def layers(run: Run) -> list[Layer]:
    """Land use, rocky-desertification grade and vegetation cover of the frames shown."""
    places = frame_places(run)
    uses, grades = run.manifest["uses"], run.manifest["grades"]
    colours = palette.use_colours([use["name"] for use in uses])
    first, last = _areas(run.maps["use"], len(uses), run)
    use_keys = [
        Key(colours[k], Text(use["en"], use["zh"]), first[k], last[k])
        for k, use in enumerate(uses)
        if (run.maps["use"][places] == k).any()
    ]
    first, last = _areas(run.maps["grade"], len(grades), run)
    grade_keys = [Key(palette.GRADES[k], GRADE_WORDS[name], first[k], last[k]) for k, name in enumerate(grades)]
    grade_colours = [palette.rgb(colour) for colour in palette.GRADES]
    cover = np.nan_to_num(run.maps["cover"])
    return [
        Layer(
            "use", Text("Land use", "土地利用"), Text("What each plot is used for.", "每块地的用途。"),
            [indexed(run.maps["use"][k], [palette.rgb(c) for c in colours]) for k in places], use_keys,
        ),
        Layer(
            "grade", Text("Rocky desertification", "石漠化等级"),
            Text("How far soil and plants have gone from the rock.", "土壤与植被自基岩上流失的程度。"),
            [indexed(run.maps["grade"][k], grade_colours) for k in places], grade_keys,
        ),
        Layer(
            "cover", Text("Vegetation cover", "植被覆盖度"),
            Text("Share of the ground under plants.", "植物覆盖地面的比例。"),
            [shaded(cover[k], 0.0, 1.0, palette.COVER) for k in places], [], ", ".join(palette.COVER),
            (Text("0%", "0%"), Text("100%", "100%")),
        ),
    ]  # fmt: skip


def shaded(cells: np.ndarray, low: float, high: float, colours: tuple[str, ...]) -> str:
    """Numbers as a picture from the first colour at `low` to the last at `high`; beyond them the colours end."""
    share = np.clip((np.asarray(cells, float) - low) / (high - low), 0, 1)
    return indexed(np.rint(share * (STEPS - 1)).astype(np.uint8), palette.ramp(colours, STEPS))


@dataclass(frozen=True)
class Scale:
    """A scale bar: its length in metres and as a share of the width of the map."""

    metres: int
    share: float

    @property
    def words(self) -> str:
        """The length as it is written beside the bar."""
        return f"{self.metres / 1000:g} km" if self.metres >= 1000 else f"{self.metres} m"

    @property
    def words_zh(self) -> str:
        """The same in Chinese."""
        return f"{self.metres / 1000:g} 公里" if self.metres >= 1000 else f"{self.metres} 米"


def scale(columns: int, patch_size: float) -> Scale:
    """The longest round length that takes no more than a third of the width."""
    width = columns * patch_size
    rounds = [digit * 10**power for power in range(1, 7) for digit in (1, 2, 5)]
    fitting = [metres for metres in rounds if metres <= width / 3] or [rounds[0]]
    return Scale(fitting[-1], fitting[-1] / width)
