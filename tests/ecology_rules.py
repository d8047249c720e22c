"""The shipped ecological parameters as records, for tests that need one section and no whole scenario."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from village_abm.params import specs
from village_abm.units import factor

PARAMS = Path(__file__).parents[1] / "params"


@cache
def rules(record, file="ecology.toml"):
    """The record of a section of the same name, or of a whole flat file, in the units the model needs."""
    leaves = tomllib.loads((PARAMS / file).read_text(encoding="utf-8"))
    leaves = leaves.get(record.__name__.lower(), leaves)
    assert set(leaves) == set(specs(record))
    return record(**{name: _value(leaves[name], spec["unit"]) for name, spec in specs(record).items()})


def _value(leaf, needed):
    if needed is None:
        return leaf["value"]
    scale = factor(leaf["unit"], needed)
    value = leaf["value"]
    return tuple(one * scale for one in value) if isinstance(value, list) else value * scale
