"""Everything accounting is given: prices, factors, weights and bounds; one record a topic."""

from __future__ import annotations

from dataclasses import dataclass

from village_abm.accounting.balance import Assets
from village_abm.accounting.equivalents import Equivalents
from village_abm.accounting.functions import Functions
from village_abm.accounting.gep import GepRules
from village_abm.accounting.layout import Layout
from village_abm.accounting.livelihoods import Livelihoods
from village_abm.accounting.realised import RealisedRules
from village_abm.accounting.revitalisation import Revitalisation


@dataclass(frozen=True)
class Accounting:
    """Prices of services, equivalent factors, weights of indices and limits of suitability."""

    equivalents: Equivalents
    functions: Functions
    layout: Layout
    gep: GepRules
    realised: RealisedRules
    revitalisation: Revitalisation
    livelihoods: Livelihoods
    assets: Assets
