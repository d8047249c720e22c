"""The shipped records of policy, for tests that need no whole scenario."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from village_abm.params import Deflator, converted, read_number
from village_abm.policy.budget import GovernmentRules
from village_abm.policy.catalogue import Scheme
from village_abm.policy.packages import Packages
from village_abm.records import assemble, read_toml, typed

PARAMS = Path(__file__).parents[1] / "params"
USES = (
    "natural", "maize", "paddy", "potato", "fallow", "grass", "closed_forest", "eco_forest", "prickly_ash",
    "fruit", "settlement", "cili", "dragon_fruit", "honeysuckle", "herbs", "timber",
)  # fmt: skip
MU = 1 / 15  # ha
NATURAL, MAIZE, FALLOW = (USES.index(name) for name in ("natural", "maize", "fallow"))


@cache
def sources():
    return read_toml(PARAMS / "sources.toml")


def leaf(written, spec, path, file, hint):
    number = read_number(written, spec, path, file, sources())
    return typed(converted(number, spec, Deflator({2020: 1.0})), hint, path)


def scheme_from(table, name="scheme"):
    return assemble(Scheme.variant(table, name), table, f"schemes.{name}", "schemes.toml", leaf, name)


@cache
def schemes():
    return {name: scheme_from(table, name) for name, table in read_toml(PARAMS / "schemes.toml").items()}


@cache
def government():
    return assemble(GovernmentRules, read_toml(PARAMS / "government.toml"), "government", "government.toml", leaf)


@cache
def packages():
    return assemble(Packages, read_toml(PARAMS / "packages.toml"), "packages", "packages.toml", leaf)


def changed(scheme, **parts):
    """The scheme with fields of its parts replaced: changed(s, payment={"grain": 0}, budget=1.0)."""
    made = {key: replace(getattr(scheme, key), **new) if isinstance(new, dict) else new for key, new in parts.items()}
    return replace(scheme, **made)
