"""How a page begins: what the command was told, and what the link adds."""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qs

from village_abm.view.visitor import Visitor

TOLD = "VILLAGE_ABM_VIEW"
"""Variable by which the command tells the server what to open, as JSON."""


def visitor(search: str | None) -> Visitor:
    """A new visitor: scenario, seed, changes and language as the command says, and as the link does instead."""
    told = json.loads(os.environ.get(TOLD, "{}"))
    asked = parse_qs(search or "")
    changes = dict(told.get("set", {}))
    for pair in asked.get("set", []):
        path, _, value = pair.partition("=")
        changes[path] = value
    seed = told.get("seed")
    for given in asked.get("seed", []):
        if given.isascii() and given.isdigit():
            seed = int(given)
        else:
            changes["scenario.seed"] = given  # refused, in words, when the village is founded
    scenario = asked.get("scenario", [told.get("scenario")])[0]
    return Visitor(scenario, seed, changes, asked.get("lang", ["en"])[0])
