"""The shipped ecological parameters as records, for tests that need one section and no whole scenario."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

from village_abm.params import specs
from village_abm.units import factor

PARAMS = Path(__file__).parents[1] / "params"


@cache
def rules(record, file="ecology.toml"):
    """The record of a section of the same name, or of a whole flat file, in the units the model needs."""
    leaves = _leaves(record, file)
    assert set(leaves) == set(specs(record))
    return record(**{name: _value(leaves[name], spec["unit"]) for name, spec in specs(record).items()})


def anywhere(record, luck):
    """The record with every single number drawn from its range; lists and words stay as they are."""
    drawn = {}
    for name, leaf in _leaves(record, "ecology.toml").items():
        if "range" in leaf and not isinstance(leaf["value"], list):
            scale = factor(leaf["unit"], specs(record)[name]["unit"])
            drawn[name] = scale * luck.choice([*leaf["range"], luck.uniform(*leaf["range"])])
    return replace(rules(record), **drawn)


def _leaves(record, file):
    leaves = tomllib.loads((PARAMS / file).read_text(encoding="utf-8"))
    return leaves.get(record.__name__.lower(), leaves)


def _value(leaf, needed):
    if needed is None:
        return leaf["value"]
    scale = factor(leaf["unit"], needed)
    value = leaf["value"]
    return tuple(one * scale for one in value) if isinstance(value, list) else value * scale
