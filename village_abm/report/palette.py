"""Colours that the colour-blind can tell apart: every ramp runs from light to dark."""

from __future__ import annotations

GRADES = ("#f3f5f0", "#f5e7bd", "#f0b964", "#dc7f45", "#a9412f", "#561a1c")
COVER = ("#f7eed6", "#dfe0a6", "#a9c87a", "#5fa35c", "#27754a", "#0b4432")

VALUE = ("#f6f1de", "#cfdcae", "#8fbf9f", "#4a94a0", "#27618f", "#1c2f66")
# From less to more through no difference, where neither is better.
DIFFERENCE = ("#5b2a6e", "#a376b3", "#dccbe2", "#f6f4ec", "#c3dcc9", "#5fa584", "#14624a")
SPARE_CLASSES = ("#e3d9b8", "#d98a45", "#4f8fb5", "#2f6b4f", "#7b3f6e", "#33323a")

_USES = {
    "natural": "#c3cfb0",
    "maize": "#f2c445",
    "paddy": "#3f9ad0",
    "potato": "#dd8a3c",
    "fallow": "#d9cbb8",
    "grass": "#dfe67a",
    "closed_forest": "#6fa36a",
    "eco_forest": "#14624a",
    "prickly_ash": "#b23a48",
    "fruit": "#cf86b5",
    "forage": "#a5d65a",
    "settlement": "#33323a",
    "cili": "#e0701f",
    "dragon_fruit": "#d6247f",
    "honeysuckle": "#7a5fa8",
    "herbs": "#2aa198",
    "timber": "#6b4a2b",
}
_SPARE = ("#8c6d4f", "#9b2226", "#708090", "#e9a6a6", "#274690", "#a0c4c0")

LINES = ("#14624a", "#c2571a", "#3f6fb0", "#8c3f7d", "#7a6a2b", "#444a52")
# What a flow is of: goods, services, visits, and what of them becomes money, as on the first page.
GOODS, SERVICES, VISITS, REALISED, BEYOND = "#8c8c7a", "#3d8f6a", "#8c3f7d", "#c2862b", "#4b5a72"
_FLOWS = {
    GOODS: ("harvest", "gathered", "firewood", "animals", "yard", "provisioning", "ordinary products", "home"),
    SERVICES: ("ecosystem", "water", "soil", "carbon", "purification", "climate", "oxygen", "regulating",
               "not paid for"),
    VISITS: ("cultural",),
    REALISED: ("ecological products", "rights_trading", "governance_premium", "industrial_operation", "compensation",
               "households", "cooperatives", "village fund"),
    BEYOND: ("stocks", "work and capital", "payers", "reserves", "inputs", "outside", "used up", "lost in trade"),
}  # fmt: skip
FLOWS = {name: colour for colour, names in _FLOWS.items() for name in names}
BANDS = {"home": "#14624a", "part": "#e0b04a", "empty": "#8f3b3b"}


def use_colours(names: list[str]) -> list[str]:
    """A colour for every use, those without one of their own from a spare set."""
    spare = [name for name in names if name not in _USES]
    return [_USES.get(name) or _SPARE[spare.index(name) % len(_SPARE)] for name in names]


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ramp(colours: tuple[str, ...], steps: int) -> list[tuple[int, int, int]]:
    """A smooth ramp of `steps` colours through the given ones."""
    places = [i * (len(colours) - 1) / (steps - 1) for i in range(steps)]
    found = []
    for place in places:
        low = min(int(place), len(colours) - 2)
        share = place - low
        pairs = zip(rgb(colours[low]), rgb(colours[low + 1]), strict=True)
        red, green, blue = (round(a + (b - a) * share) for a, b in pairs)
        found.append((red, green, blue))
    return found
