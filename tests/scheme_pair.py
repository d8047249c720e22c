"""A small village with and without a scheme on the same seed, for tests in sentences."""

from __future__ import annotations

from functools import cache

from village_of_test import differing, model

from village_abm import VillageModel


def lived(
    name: str, until: int, changes: dict[str, object] | None = None, seed: int = 1, burn_in: int = 2006, **how: int
) -> VillageModel:
    """A small village that has lived to the end of `until` under one scheme, or under none where `name` is empty."""
    now = model(changes={"scenario.schemes": name} | (changes or {}), seed=seed, burn_in=burn_in, **how)
    while now.year < until:
        now.step()
    return now


def soon(name: str, until: int, years: tuple[int, int] = (1985, 2050), **parts: object) -> VillageModel:
    """A small village founded in 1983 under a scheme that opens in `years`, other parts by path, `__` for the dot."""
    own = {path.replace("__", "."): list(part) if isinstance(part, tuple) else part for path, part in parts.items()}
    changes = {f"schemes.{name}.{path}": part for path, part in {"years": list(years), **own}.items()}
    return lived(name, until, changes, burn_in=1983)


early = cache(soon)
"""The same, shared between the tests of a run; so only look at it."""


@cache
def alone(until: int) -> VillageModel:
    """Its twin without any scheme; shared, so only look at it."""
    return lived("", until, burn_in=1983)


def same(a: VillageModel, b: VillageModel) -> bool:
    """Whether two villages are alike in every bit of their columns, the purse, the funds and the bank."""
    purses = all((getattr(a.village, book) == getattr(b.village, book)).all() for book in ("fund", "bank"))
    return differing(a, b) == [] and a.government.cash == b.government.cash and purses


def booked(now: VillageModel, book: str, entry: str) -> int:
    """What all years' lines of an entry come to."""
    return sum(lines[book].get(entry, 0) for lines in now.ledger.years.values())


def drawn_is_used(now: VillageModel, name: str) -> bool:
    """Whether in every year what is sent for the scheme is what is spent on it, to the fen; nothing if it is its own.

    What the county funds itself it pays from its purse.
    """
    uses = ("paid", "administration", "works", "shared")
    own = now.params.schemes[name].funded_by == "county"
    for lines in now.ledger.years.values():
        purse, cash = lines["county purse"], lines["cash"]
        drawn = -sum(purse.get(f"{use}: {name}", 0) for use in uses)
        if purse.get(f"transfer: {name}", 0) != (0 if own else drawn):
            return False
        if purse.get(f"paid: {name}", 0) != -cash.get(f"paid: {name}", 0):
            return False
    return True
