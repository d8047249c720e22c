"""Households as points and ties as lines; people by age: what the page shows of who lives there."""

from __future__ import annotations

from typing import Any

import numpy as np

from village_abm.society import ties
from village_abm.view.asked import KIND_COLOURS
from village_abm.view.frame import AGES, OLDEST, Frame
from village_abm.view.seats import HIGH, WIDE, spread
from village_abm.view.session import Run, Session
from village_abm.view.told import role, short
from village_abm.view.words import word

WAYS = ("role", "income", "enrolled")
TIE_WORDS = {"kin": ("kin", "亲属"), "neighbour": ("neighbour", "邻居"), "cooperative": ("cooperative", "合作社"),
             "town": ("same town of work", "同城务工")}  # fmt: skip
ROLES = {"backbone": ("#c2571a", "backbone farmer", "种植大户"), "returnee": ("#3f6fb0", "returning migrant", "返乡户"),
         "": ("#7d8a80", "ordinary", "普通户")}  # fmt: skip
FIFTH_WORDS = (
    ("poorest fifth", "second", "middle", "fourth", "richest fifth"),
    ("最低五分之一", "中低", "中等", "中高", "最高五分之一"),
)
CONTRACT_WORDS = (("no contract", "under contract"), ("无合同", "有合同"))
FIFTHS = ("#8c3b2e", "#d9926a", "#cfc7a4", "#7fb59a", "#14624a")


def _colours(frame: Frame, way: str, enrolled: np.ndarray, language: str) -> tuple[list[str], list[dict[str, Any]]]:
    """A colour a household and the key of the colours."""
    houses, zh = frame.houses, language == "zh"
    if way == "role":
        which = np.where(houses["backbone"], 0, np.where(houses["returnee"], 1, 2))
        key = [(colour, chinese if zh else english) for colour, english, chinese in ROLES.values()]
    elif way == "income":
        heads = houses["income"] / np.maximum(houses["members"], 1)
        which = np.minimum(np.argsort(np.argsort(heads, kind="stable"), kind="stable") * 5 // max(len(heads), 1), 4)
        key = list(zip(FIFTHS, FIFTH_WORDS[zh], strict=True))
    else:
        which = enrolled.astype(np.int64)
        key = list(zip(("#7d8a80", "#14624a"), CONTRACT_WORDS[zh], strict=True))
    counts = np.bincount(which, minlength=len(key))
    legend = [{"colour": c, "label": text, "count": int(n)} for (c, text), n in zip(key, counts.tolist(), strict=True)]
    return [key[k][0] for k in which.tolist()], legend


def _enrolled(run: Run, rows: np.ndarray) -> np.ndarray:
    payee = run.model.village.patches.scheme_payee
    return np.isin(rows, payee[payee >= 0])


def network(session: Session, side: int, year: int, way: str, language: str) -> dict[str, Any]:
    """Households around the middle of their hamlet, those gone to town aside, and the ties as they are now."""
    run, frame = session.runs[side], session.frame(year, side)
    houses = frame.houses
    places = spread(run, houses["home"], houses["id"])
    colours, legend = _colours(frame, way, _enrolled(run, houses["row"]), language)
    said = [
        f"{short(int(ident))} · {role({'backbone': b, 'returnee': r}, language)}"
        for ident, b, r in zip(houses["id"], houses["backbone"], houses["returnee"], strict=True)
    ]
    spots = zip(houses["id"].tolist(), places.round(2).tolist(), colours, said, strict=True)
    return {
        "nodes": [[str(ident), *place, colour, text] for ident, place, colour, text in spots],
        "edges": session.ask(_edges, side, houses["row"]) if year == session.year else [],
        "kinds": [
            {"label": TIE_WORDS[kind][language == "zh"], "colour": KIND_COLOURS[kind]} for kind in ties.KINDS
        ],
        "wide": WIDE, "high": HIGH, "legend": legend, "by": way, "ways": list(WAYS),
        "label": f"{word('ties', language)}, {year}",
    }  # fmt: skip


def _edges(run: Run, rows: np.ndarray) -> list[list[int]]:
    village = run.model.village
    first, second, kind = ties.edges(village.ties, village.households.alive)
    place = np.full(len(village.households), -1)
    place[rows] = np.arange(len(rows))
    both = (place[first] >= 0) & (place[second] >= 0)
    return np.stack([place[first], place[second], kind], axis=1)[both].tolist()


def pyramid(frame: Frame, language: str) -> dict[str, Any]:
    """Bands of five years, men and women, at home and away, as parts of the fullest side."""
    most = max(float(frame.ages.sum(axis=1).max()), 1.0)
    bands = []
    for k in range(frame.ages.shape[2] - 1, -1, -1):
        (men_home, men_away), (women_home, women_away) = frame.ages[0, :, k].tolist(), frame.ages[1, :, k].tolist()
        age = f"{k * AGES}+" if k * AGES >= OLDEST else f"{k * AGES}–{k * AGES + AGES - 1}"
        bands.append({
            "age": age, "men_home": 100 * men_home / most, "men_away": 100 * men_away / most,
            "women_home": 100 * women_home / most, "women_away": 100 * women_away / most,
            "said": f"{age}: {men_home + men_away} / {women_home + women_away}",
        })  # fmt: skip
    return {"title": word("pyramid", language), "bands": bands}
