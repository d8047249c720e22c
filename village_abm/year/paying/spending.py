"""What money that came as a transfer is spent on: households, village fund, works, the county's offices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from agents.government import Government
from village_abm.policy import transfers
from village_abm.policy.schemes import WorksScheme
from village_abm.policy.spent import Spent
from village_abm.policy.transfers import SpentTransfer
from village_abm.units import FEN_PER_CNY
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import pay, works


def spend(village: Village, government: Government, now: Now, name: str, scheme: SpentTransfer, fen: int) -> Spent:
    """Spend a sum by the shares that the scheme states; what works cannot use is not drawn."""
    rules, households = scheme.spending, village.households
    heads = np.where(households.alive, households.members, 0)
    owed = transfers.by_heads(int(fen * rules.households), heads)
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    people = np.bincount(households.village, weights=heads, minlength=len(village.names)).astype(np.int64)
    shared = pay.share_out(village, name, transfers.by_heads(int(fen * rules.fund), people))
    done = _treat(village, government, now, name, scheme, int(fen * rules.works))
    return Spent(paid, admin + done.admin, shared=shared, works=done.works, kept=int(fen * rules.county))


def _treat(village: Village, government: Government, now: Now, name: str, scheme: SpentTransfer, fen: int) -> Spent:
    """Treat desertified land as the scheme named does, with this money."""
    rules = scheme.spending
    if fen <= 0:
        return Spent()
    kind = village.params.schemes.get(rules.treats)
    if not isinstance(kind, WorksScheme):
        raise ValueError(
            f"schemes.{name}.spending.treats = '{rules.treats}' is no scheme of works. "
            f"Name one, or set schemes.{name}.spending.works = 0 and share it out otherwise."
        )
    funded = replace(kind, budget=fen / FEN_PER_CNY, years=(now.year, now.year))
    return works.settle(village, government, now, -1, name, funded, 0)
