"""Every kind of scheme there is: whoever reads schemes.toml imports this, which registers them all."""

from __future__ import annotations

from village_abm.policy.allowance import Allowance
from village_abm.policy.horizontal import CostStandard, Trigger, Willingness
from village_abm.policy.parts import RULES, Scheme
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.policy.transfers import Formula, GreenArea, IndexShare

__all__ = [
    "RULES",
    "Allowance",
    "CostStandard",
    "Formula",
    "GreenArea",
    "IndexShare",
    "LandScheme",
    "Scheme",
    "Trigger",
    "Willingness",
    "WorksScheme",
]
