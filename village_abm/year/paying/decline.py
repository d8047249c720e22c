"""Payment day of the declining personal compensation."""

from __future__ import annotations

import numpy as np

from agents.government import Government
from village_abm.policy import decline
from village_abm.policy.decline import DecliningScheme
from village_abm.policy.spent import Spent
from village_abm.units import FEN_PER_CNY
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import need, pay
from village_abm.year.paying.zone import lies_inside


def prepare(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: DecliningScheme
) -> None:
    """Say what the income a head is of which shares are paid: that of last year without the compensation."""
    if not any(decline.shares(scheme, now.year)):
        return
    households = village.households
    income = np.where(households.alive, households.income, 0) / FEN_PER_CNY
    aid = np.where(households.alive, need.paid_last_year(village, name), 0) / FEN_PER_CNY
    village.memory[f"income a head: {name}"] = decline.income_a_head(
        income, aid, np.where(households.alive, households.members, 0), households.village, len(village.names)
    )


def settle(
    village: Village, _government: Government, now: Now, _number: int, name: str, scheme: DecliningScheme, _room: int
) -> Spent:
    """Pay those at home on land in the zone, but for whoever cleared wild land this year; and the village's fund."""
    if not any(decline.shares(scheme, now.year)):
        return Spent()
    households, patches = village.households, village.patches
    gets = decline.lives_in(scheme, patches.owner, lies_inside(village, scheme.zone), len(households))
    gets &= households.alive
    cleared = patches.owner[patches.clearing & (patches.cleared == now.year)]
    gets[cleared[cleared >= 0]] = False
    head = village.memory[f"income a head: {name}"]
    owed, fund = decline.due(scheme, now.year, head, households.village.astype(np.int64), households.residents, gets)
    paid, admin = pay.deliver(village, name, scheme.delivery, owed)
    return Spent(paid, admin, shared=pay.share_out(village, name, fund))
