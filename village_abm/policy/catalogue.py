"""Every kind of scheme there is: whoever reads schemes.toml imports this, which registers them all."""

from __future__ import annotations

from village_abm.policy.allowance import Allowance
from village_abm.policy.carbon_payment import CarbonSold, TreesKept
from village_abm.policy.kept import AreaKept
from village_abm.policy.parts import RULES, Scheme
from village_abm.policy.results import ResultPaid
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.policy.water_rights import WaterSold

__all__ = [
    "RULES",
    "Allowance",
    "AreaKept",
    "CarbonSold",
    "LandScheme",
    "ResultPaid",
    "Scheme",
    "TreesKept",
    "WaterSold",
    "WorksScheme",
]
