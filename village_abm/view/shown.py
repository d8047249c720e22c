"""What the page shows, worked out from frames: plain values for its parts, the same for everyone who asks."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from village_abm.indicators import REGISTRY
from village_abm.report import palette
from village_abm.report import words as plain
from village_abm.report.words import GROUPS
from village_abm.view.layers import BOTH, NONE, STEPS, Layer
from village_abm.view.session import Run, Session
from village_abm.view.words import measure, pick, word

CHANGE = ("#8c3b2e", "#d9926a", "#efe9d6", "#7fb59a", "#14624a")
"""From worse to better."""
SAME, OTHER = "#e7e5dc", "#b4511b"


def ink(number: int) -> str:
    """A colour for a line or bar, which light and dark pages each mix for themselves."""
    return f"var(--line-{number % len(palette.LINES)})"


def escaped(text: str) -> str:
    """Text that a page may take as it is, whoever wrote it."""
    return html.escape(text)


def packed(cells: np.ndarray) -> str:
    """Bytes of a map as text that a page can take."""
    return base64.b64encode(np.ascontiguousarray(cells, np.uint8).tobytes()).decode()


def difference(layer: Layer, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two maps of a layer as one: ramps less and more around the middle byte, classes the same (0) or not (1).

    Classes in an order are less (0), the same (1) or more (2).
    """
    gap = one.astype(np.int16) - other.astype(np.int16)
    if layer.ordered:
        return (np.sign(gap) + 1).astype(np.uint8)
    if layer.classes:
        return (gap != 0).astype(np.uint8)
    middle = np.clip(np.rint(gap * ((layer.high - layer.low) / layer.change / 2)) + STEPS // 2, 0, STEPS)
    return np.where((one == NONE) | (other == NONE), NONE, middle).astype(np.uint8)


def map_of(session: Session, side: int, year: int, name: str, compared: str, language: str) -> dict[str, Any]:
    """Bytes, colours and what they mean for one map, as it is or against the start or the other village."""
    layer, cells = session.runs[side].layers[name], session.frame(year, side).layers[name]
    apart = compared != "as_is"
    if compared == "to_start":
        cells = difference(layer, cells, session.frame(session.years[0], side).layers[name])
    elif compared == "to_other":
        cells = difference(layer, session.frame(year, 0).layers[name], session.frame(year, 1).layers[name])
    share = layer.unit == "1"
    low, high = (-layer.change, layer.change) if apart else (layer.low, layer.high)
    labels = [_class(one, language) for one in layer.classes]
    colours = layer.colours()
    if apart:
        labels, colours = _apart(layer, "changed" if compared == "to_start" else "not_same", language)
    factor = 100 if share else 1
    return {
        "codes": packed(cells), "lines": cells.shape[0], "columns": cells.shape[1], "colours": colours,
        "labels": labels, "low": low * factor, "high": high * factor, "steps": STEPS,
        "unit": measure(layer.unit, language), "beyond": list(BOTH if apart else layer.beyond),
        "label": f"{pick(layer.words, language)}, {year}",
    }  # fmt: skip


def _apart(layer: Layer, otherwise: str, language: str) -> tuple[list[str], list[str]]:
    """Labels and colours of a difference: from worse to better where a layer knows which way that is."""
    if layer.ordered:
        labels, colours = [word(name, language) for name in ("less", "same", "more")], [CHANGE[0], SAME, CHANGE[-1]]
    elif layer.classes:
        return [word("same", language), word(otherwise, language)], [SAME, OTHER]
    else:
        labels, colours = [], [_hex(colour) for colour in palette.ramp(CHANGE, STEPS + 1)]
    return labels, colours[::-1] if layer.less_is_better else colours


def _class(one: Any, language: str) -> str:
    return str(one.zh if language == "zh" else one.en)


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def legend(session: Session, side: int, year: int, name: str, compared: str, language: str) -> dict[str, Any]:
    """The key of the maps: classes with the hectares they cover in each village, or the ends of their ramp."""
    layer = session.runs[side].layers[name]
    shown = map_of(session, side, year, name, compared, language)
    note = pick(layer.note, language)
    if not shown["labels"]:
        low, high = (
            f"{sign}{plain.number(shown[end])} {shown['unit']}".strip().replace("-", "−")
            for sign, end in zip(shown["beyond"], ("low", "high"), strict=True)
        )
        nothing = word("no_value", language) if (_cells(shown) == NONE).any() else ""
        return {"entries": [], "ramp": shown["colours"][::25], "low": low, "high": high, "note": note, "none": nothing}
    if name == "owner" and compared == "as_is":
        return {"entries": [], "ramp": [], "low": "", "high": "", "note": note, "none": word("collective", language)}
    maps = [shown]
    if compared != "to_other":
        maps = [map_of(session, one, year, name, compared, language) for one in range(len(session.runs))]
    hectares = session.runs[side].model.village.hectares
    areas = np.stack([np.bincount(_cells(one), minlength=NONE + 1) for one in maps]) * hectares
    keys = [
        {"colour": colour, "label": label, "area": " | ".join(map(plain.number, areas[:, k]))}
        for k, (label, colour) in enumerate(zip(shown["labels"], shown["colours"], strict=True))
        if areas[:, k].any()
    ]
    keys = [key | {"area": f"{key['area']} {measure('ha', language)}"} for key in keys]
    return {"entries": keys, "ramp": [], "low": "", "high": "", "note": note, "none": ""}


def _cells(shown: Mapping[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(shown["codes"]), np.uint8)


def path_of(session: Session, name: str, language: str) -> dict[str, Any]:
    """An indicator in all years seen, of every village shown, as percent where it is a share."""
    item = REGISTRY[name]
    factor = 100.0 if item.unit == "1" else 1.0
    lines = []
    for side in range(len(session.runs)):
        values = [None if not math.isfinite(v) else round(v * factor, 6) for v in session.path(name, side)]
        two = len(session.runs) > 1
        title = word(("left", "right")[side], language) if two else ""
        lines.append({"name": title, "colour": ink(side), "values": values, "dash": "5 4" if side else ""})
    return {
        "title": item.zh if language == "zh" else item.en[:1].upper() + item.en[1:],
        "unit": measure(item.unit, language), "lines": lines, "years": session.years,
    }  # fmt: skip


def indicator_choices(session: Session, language: str) -> list[dict[str, Any]]:
    """Indicators that can be drawn, by the groups of the report."""
    counted = session.runs[0].model.counted[-1]
    groups: dict[str, list[dict[str, str]]] = {}
    for name, item in REGISTRY.items():
        if name in counted:
            groups.setdefault(item.group, []).append({"name": name, "label": item.zh if language == "zh" else item.en})
    return [{"label": pick(title, language), "items": groups[key]} for key, title in GROUPS.items() if key in groups]


def policy_years(run: Run, language: str) -> list[dict[str, Any]]:
    """Years in which schemes begin, to be marked on the paths."""
    from village_abm.experiments.record import calendar

    plan = run.params.scenario
    return marks_of(calendar(run.params), plan.start, plan.end, language)


def marks_of(calendar: Iterable[Mapping[str, Any]], first: int, last: int, language: str) -> list[dict[str, Any]]:
    """The first years of a calendar of schemes that lie between two years, each with the scheme's name."""
    begun = [(int(row["years"][0]), row["zh" if language == "zh" else "en"]) for row in calendar]
    return [{"year": year, "text": f"{name} {year}"} for year, name in begun if first <= year <= last]
