"""Everything accounting is given: prices, factors, weights and bounds; one record a topic."""

from __future__ import annotations

from dataclasses import dataclass

from village_abm.accounting.balance import Assets
from village_abm.accounting.gep import GepRules
from village_abm.accounting.livelihoods import Livelihoods


@dataclass(frozen=True)
class Accounting:
    """Prices of services, equivalent factors, weights of indices and limits of suitability."""

    livelihoods: Livelihoods
    assets: Assets
    gep: GepRules
