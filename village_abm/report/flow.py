"""A flow diagram: what runs from where to where, as bands whose width is the amount; numbers in, SVG paths out."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from village_abm.report import palette, words
from village_abm.report.words import Text

WIDTH, BAR, GAP, TOP = 1060, 14, 10, 8
ROOM = 330  # height of the bars of the column that holds most
LABEL = 160  # room beside the last bars for their words
BESIDE, SIGN, HAN = 6, 7.2, 13.2  # from a bar to its words; width of a Latin and of a Chinese sign
ROW = 15  # height of a row of words
LEAST = 1.5  # a band never gets thinner than this
ARROW = ">"


@dataclass(frozen=True)
class Node:
    """A bar: its words, amount, colour and place."""

    words: dict[str, list[str]]
    """Its words by language, in rows that fit beside it."""
    amount: str
    colour: str
    x: float
    y: float
    tall: float

    @property
    def beside(self) -> float:
        """Where the words stand."""
        return self.x + BAR + BESIDE

    def row(self, language: str, number: int) -> float:
        """The foot of a row of words, or of the amount below them; all of it about the middle of the bar."""
        rows = len(self.words[language]) + 1
        return self.y + self.tall / 2 + ROW * (number + 0.75 - rows / 2)


@dataclass(frozen=True)
class Band:
    """What runs from one bar to another."""

    title: Text
    colour: str
    path: str


@dataclass(frozen=True)
class Flow:
    """A flow diagram in a box of WIDTH times `height`."""

    unit: Text
    nodes: list[Node]
    bands: list[Band]
    height: float

    @property
    def width(self) -> int:
        """Width of the box."""
        return WIDTH


@dataclass(frozen=True)
class _Link:
    start: str
    end: str
    label: Text
    value: float


def drawn(told: dict[str, Any]) -> Flow | None:
    """The diagram of a statement whose lines are named "from>to"; None where nothing runs.

    Lines say it in words as "from > to" too. The first column holds the amounts; what is nothing, less, or not a
    number is not drawn. A line that would run in a circle is refused (ValueError).
    """
    links = [
        _Link(*_ends(line["name"]), Text(line["en"], line["zh"]), float(line["values"][0]))
        for line in told["lines"]
        if ARROW in line["name"] and line["values"][0] is not None and line["values"][0] > 0
    ]
    if not links:
        return None
    ranks, labels = _ranks(links), _labels(links)
    amount = {
        name: max(sum(k.value for k in links if k.start == name), sum(k.value for k in links if k.end == name))
        for name in ranks
    }
    rows = _rows(links, ranks)
    step = (WIDTH - LABEL - BAR) / max(1, len(rows) - 1)
    room = min(step, LABEL + BAR) - BAR - 2 * BESIDE
    said = {name: {"en": _wrapped(label.en, room), "zh": _wrapped(label.zh, room)} for name, label in labels.items()}
    scale = min(ROOM / sum(amount[name] for name in row) for row in rows)
    tall = {name: max(LEAST, scale * amount[name]) for name in ranks}
    # A bar takes as much height as its words need, so that those of one column never meet.
    need = {name: max(tall[name], ROW * (1 + max(map(len, said[name].values())))) for name in ranks}
    height = max(sum(need[name] for name in row) + GAP * (len(row) - 1) for row in rows) + 2 * TOP
    places = {}
    for number, row in enumerate(rows):
        y = (height - sum(need[name] for name in row) - GAP * (len(row) - 1)) / 2
        for name in row:
            places[name] = (number * step, y + (need[name] - tall[name]) / 2)
            y += need[name] + GAP
    colours = {name: palette.LINES[k % len(palette.LINES)] for k, name in enumerate(n for row in rows for n in row)}
    written = told["columns"][0]["unit"] or told["lines"][0]["unit"]
    nodes = [
        Node(said[name], words.number(amount[name], written), colours[name], *places[name], tall[name])
        for row in rows
        for name in row
    ]
    return Flow(words.unit(written), nodes, _bands(links, places, scale, colours, written), height)


def _wrapped(text: str, room: float) -> list[str]:
    """Words in rows no wider than `room`, broken between words, or anywhere between Chinese signs."""
    rows = [""]
    for piece in re.findall(r"[\u2e80-\uffef]|[^\u2e80-\uffef\s]+\s*", text):
        longer = rows[-1] + piece
        if rows[-1] and _wide(longer.rstrip()) > room and piece not in "，。、）；：":
            rows.append(piece)
        else:
            rows[-1] = longer
    return [row.rstrip() for row in rows]


def _wide(text: str) -> float:
    return sum(HAN if sign >= "\u2e80" else SIGN for sign in text)


def _ranks(links: list[_Link]) -> dict[str, int]:
    """How many steps each bar lies from the left: one more than the furthest of those that run into it."""
    ranks = {name: 0 for link in links for name in (link.start, link.end)}
    for _ in ranks:
        moved = False
        for link in links:
            if ranks[link.end] <= ranks[link.start]:
                ranks[link.end], moved = ranks[link.start] + 1, True
        if not moved:
            return ranks
    raise ValueError("a flow runs in a circle: " + ", ".join(f"{k.start}{ARROW}{k.end}" for k in links))


def _labels(links: list[_Link]) -> dict[str, Text]:
    """The words of every bar, from those of the bands that touch it."""
    labels: dict[str, Text] = {}
    for link in links:
        english, chinese = (_halves(text) for text in (link.label.en, link.label.zh))
        for name, k in ((link.start, 0), (link.end, 1)):
            labels.setdefault(name, Text(english[k][:1].upper() + english[k][1:], chinese[k]))
    return labels


def _ends(name: str) -> tuple[str, str]:
    start, _, end = name.partition(ARROW)
    return start.strip(), end.strip()


def _halves(text: str) -> tuple[str, str]:
    return _ends(text.replace("→", ARROW).replace("＞", ARROW))


def _rows(links: list[_Link], ranks: dict[str, int]) -> list[list[str]]:
    """The bars of every step from the top, each near the middle of those that run into it."""
    rows: list[list[str]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name, rank in ranks.items():
        rows[rank].append(name)
    above = {name: float(k) for k, name in enumerate(rows[0])}
    for row in rows[1:]:
        for name in row:
            into = [(above[link.start], link.value) for link in links if link.end == name]
            above[name] = sum(place * value for place, value in into) / sum(value for _, value in into)
        row.sort(key=lambda name: above[name])
        above |= {name: k * len(rows[0]) / len(row) for k, name in enumerate(row)}
    return rows


def _bands(
    links: list[_Link], places: dict[str, tuple[float, float]], scale: float, colours: dict[str, str], written: str
) -> list[Band]:
    """Bands from bar to bar, stacked in the order of the bars at their other end."""
    left, right = ({name: place[1] for name, place in places.items()} for _ in range(2))
    tops: dict[int, list[float]] = {k: [math.nan, math.nan] for k in range(len(links))}
    for k in sorted(tops, key=lambda k: places[links[k].end][1]):
        tops[k][0] = left[links[k].start]
        left[links[k].start] += max(LEAST, scale * links[k].value)
    for k in sorted(tops, key=lambda k: places[links[k].start][1]):
        tops[k][1] = right[links[k].end]
        right[links[k].end] += max(LEAST, scale * links[k].value)
    found = []
    for k, link in enumerate(links):
        (a, b), thick = tops[k], max(LEAST, scale * link.value)
        x0, x1 = places[link.start][0] + BAR, places[link.end][0]
        mid = (x0 + x1) / 2
        path = (
            f"M{x0:.1f} {a:.1f}C{mid:.1f} {a:.1f} {mid:.1f} {b:.1f} {x1:.1f} {b:.1f}V{b + thick:.1f}"
            f"C{mid:.1f} {b + thick:.1f} {mid:.1f} {a + thick:.1f} {x0:.1f} {a + thick:.1f}Z"
        )
        said = words.number(link.value, written)
        found.append(Band(Text(f"{link.label.en}: {said}", f"{link.label.zh}：{said}"), colours[link.start], path))
    return found
