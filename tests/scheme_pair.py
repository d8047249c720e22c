"""A small village with and without a scheme on the same seed, for tests in sentences."""

from __future__ import annotations

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
