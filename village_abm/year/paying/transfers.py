"""Payment day of transfers by formula, by share of an index and by green area."""

from __future__ import annotations

from agents.government import Government
from village_abm.policy import transfers
from village_abm.policy.spent import Spent
from village_abm.policy.transfers import FiscalTransfer
from village_abm.units import FEN_PER_CNY
from village_abm.village import Village
from village_abm.year import condition
from village_abm.year.exogenous import Now
from village_abm.year.paying.spending import spend


def settle(
    village: Village, government: Government, now: Now, _number: int, name: str, scheme: FiscalTransfer, _room: int
) -> Spent:
    """Receive what is due for the year and spend the part of it that is used; the rest goes back unused."""
    due = scheme.due(condition.place(village))
    if due <= 0:
        return Spent()
    spent = spend(village, government, now, name, scheme, transfers.fen_to_spend(scheme, due * scheme.utilisation))
    government.unused += max(round(due * FEN_PER_CNY) - spent.drawn, 0)
    return spent
