"""How a page begins: what the command was told, and what the link adds."""

from __future__ import annotations

import json
import os
from urllib.parse import parse_qs

from village_abm.params import ParameterError
from village_abm.view.visitor import Visitor

TOLD = "VILLAGE_ABM_VIEW"
"""Variable by which the command tells the server what to open, as JSON."""


def visitor(search: str | None) -> Visitor:
    """A new visitor: scenario, seed, changes and language as the command says, and as the link does instead.

    Raises ParameterError where the link's seed is no whole number.
    """
    told = json.loads(os.environ.get(TOLD, "{}"))
    asked = parse_qs(search or "")
    changes = dict(told.get("set", {}))
    for pair in asked.get("set", []):
        path, _, value = pair.partition("=")
        changes[path] = value
    scenario = asked.get("scenario", [told.get("scenario")])[0]
    return Visitor(scenario, _seed(asked.get("seed", [told.get("seed")])[0]), changes, asked.get("lang", ["en"])[0])


def _seed(given: str | int | None) -> int | None:
    try:
        return None if given is None else int(given)
    except ValueError:
        raise ParameterError(f"seed={given}: a seed is a whole number, as seed=7.") from None
