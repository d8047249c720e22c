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
    terms = {"expected return": np.round(decision.returns.net[told[:, None], pair], 1)}
    for name, part in decision.terms.items():
        terms[name] = np.round(part[at[:, None], pair], 3)
    keys = ("use", "instead of", *(f"{name}{end}" for name in terms for end in ("", " instead")))
    numbers = np.concatenate(list(terms.values()), axis=1).tolist()
    houses, ids = village.households.id[held.owner[told]].tolist(), held.ids[told].tolist()
    names = zip(new.tolist(), old.tolist(), strict=True)
    kinds = np.where(decision.planted[told], "planted", "cut").tolist()
    for kind, house, patch, (one, other), row in zip(kinds, houses, ids, names, numbers, strict=True):
        why = dict(zip(keys, (uses.names[one], uses.names[other], *row), strict=True))
        village.tell(kind, household=house, patch=patch, why=why)
