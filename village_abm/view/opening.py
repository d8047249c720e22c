"""How a page begins: what the command was told, and what the link adds."""

from __future__ import annotations

import json
import os

from village_abm.scenario import DEFAULT
from village_abm.view.chosen import Chosen, addressed
from village_abm.view.visitor import Visitor

TOLD = "VILLAGE_ABM_VIEW"
"""Variable by which the command tells the server what to open, as JSON."""


def visitor(search: str | None) -> Visitor:
    """A new visitor: what the command says and, where it says something, the link; what makes no sense is said."""
    told = json.loads(os.environ.get(TOLD, "{}"))
    default = Chosen(told.get("scenario") or DEFAULT, told.get("seed"), told.get("set", {}))
    chosen, language, wrong = addressed((search or "").removeprefix("?"), default)
    found = Visitor(chosen, language, wrong, told.get("folder") or "runs")
    found.problem.value = wrong
    if told.get("folder"):
        found.tab.value = "results"
    return found
