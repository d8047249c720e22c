"""How money of a scheme reaches households and the village: one way for every payment rule."""

from __future__ import annotations

import numpy as np

from village_abm.policy import payments
from village_abm.policy.parts import Delivery
from village_abm.village import Village
from village_abm.year import funders


def hand_over(
    village: Village, name: str, paid: np.ndarray, promised: np.ndarray | None = None, earned: bool = False
) -> int:
    """Pay households, (households,) [fen], what the funder can; remember what was promised, and return the sum.

    What a scheme has `earned` itself asks no funder.
    """
    households, due = village.households, paid
    paid = due if earned else funders.within(village, name, due)
    if paid is not due:
        funders.owe(village, name, due - paid)
    village.pay(f"paid: {name}", paid)
    households.payments[:] += paid
    households.promised[:] += due if promised is None else promised
    so_far = village.memory["paid by scheme"].get(name, 0)
    village.memory["paid by scheme"][name] = so_far + paid
    return int(paid.sum())


def deliver(village: Village, name: str, delivery: Delivery, owed: np.ndarray) -> tuple[int, int]:
    """Pay what arrives of what is owed, (households,) [fen]; returns what was paid and what administering it costs."""
    arrives = payments.delivered(delivery, village.streams, village.year, village.households.id, owed)
    paid = hand_over(village, name, arrives, owed)
    return paid, int(np.floor(delivery.admin * paid))


def share_out(village: Village, name: str, fen: np.ndarray) -> int:
    """Pay into the funds of the villages, (villages,) [fen], and return the sum."""
    fen = funders.within(village, name, fen)
    village.pay_fund(f"shared: {name}", fen, np.arange(len(village.names)))
    return int(fen.sum())
