"""Why a household planted or cut: the terms of its choice, of the use taken up and of the one given up."""

from __future__ import annotations

import numpy as np

from village_abm.economy.enterprises import UseArrays
from village_abm.economy.land_use import Decision, Plots
from village_abm.village import Village


def tell(village: Village, plots: np.ndarray, uses: UseArrays, held: Plots, decision: Decision) -> None:
    """Keep an event for every stand planted and every perennial cut that no other stand follows.

    `why` names the use taken up and the one given up (where a worn stand is renewed: idle land), what each was
    expected to bring, and the parts of their utility. `uses` are those of the decision, `held` the plots before it.
    """
    perennial = village.uses.is_kind("perennial")
    number = uses.numbers
    cut = perennial[held.use] & (number[decision.use] != held.use) & ~decision.planted
    told = np.flatnonzero(decision.planted | cut)
    if not len(told):
        return
    at = (np.cumsum(decision.weighed) - 1)[told]
    new, old = decision.use[told], np.searchsorted(number, held.use[told])
    old = np.where(new == old, np.searchsorted(number, held.idle[told]), old)
    pair = np.stack([new, old], axis=1)
    bring = np.round(decision.returns.net[told[:, None], pair], 1).tolist()
    parts = {name: np.round(part[at[:, None], pair], 3).tolist() for name, part in decision.terms.items()}
    houses, ids = village.households.id[held.owner[told]].tolist(), held.ids[told].tolist()
    names = [(uses.names[a], uses.names[b]) for a, b in pair.tolist()]
    for k, planted in enumerate(decision.planted[told].tolist()):
        why: dict[str, object] = {"use": names[k][0], "instead of": names[k][1], "expected return": bring[k]}
        why |= {name: part[k] for name, part in parts.items()}
        village.tell("planted" if planted else "cut", household=houses[k], patch=ids[k], why=why)
