"""The layers that the accounts draw up: what each plot yields, serves for and is suited to."""

from __future__ import annotations

from village_abm.accounting.functions import FUNCTIONS
from village_abm.accounting.layout import SUITED, VERDICTS
from village_abm.report import palette
from village_abm.report.further_maps import CLASSES, KINDS
from village_abm.report.words import Text
from village_abm.view.layers import BOTH, UPWARD, Class_, Layer, land

ENDS = {"gep": (20_000.0, BOTH), "esv": (40_000.0, UPWARD)}
"""Where the colours end [CNY/ha/yr]: about the ninety-ninth of a hundred plots of the default village."""
CLASSED = {"function": FUNCTIONS, "suited": SUITED, "agreement": VERDICTS}
TWICE = Text(" Judged in the first and in the last year of the scenario.", "仅在情景的首年与末年评定。")


def account_layers() -> dict[str, Layer]:
    """The layers of the accounts by name."""
    return {name: _layer(name) for name in (*ENDS, *CLASSED)}


def _layer(name: str) -> Layer:
    kind = KINDS[name]
    note = kind.note if kind.yearly else Text(kind.note.en + TWICE.en, kind.note.zh + TWICE.zh)
    if name in CLASSED:
        held = [CLASSES[one] for one in CLASSED[name]]
        classes = tuple(Class_(colour, words.en, words.zh) for words, colour in held)
        return Layer(name, kind.title, note, "", land(name), classes)
    high, beyond = ENDS[name]
    return Layer(name, kind.title, note, "CNY/ha/yr", land(name), ramp=palette.VALUE, high=high, beyond=beyond)
