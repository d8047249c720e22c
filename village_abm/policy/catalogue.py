"""Every kind of scheme there is: whoever reads schemes.toml imports this, which registers them all."""

from __future__ import annotations

from village_abm.policy.allowance import Allowance
from village_abm.policy.brand import BrandPremium
from village_abm.policy.credit import GreenCredit
from village_abm.policy.operation import Operation
from village_abm.policy.parts import RULES, Scheme
from village_abm.policy.pooling import PooledRights
from village_abm.policy.quota import QuotaSale
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.policy.support import Support

__all__ = [
    "RULES",
    "Allowance",
    "BrandPremium",
    "GreenCredit",
    "LandScheme",
    "Operation",
    "PooledRights",
    "QuotaSale",
    "Scheme",
    "Support",
    "WorksScheme",
]
