"""Every kind of scheme there is: whoever reads schemes.toml imports this, which registers them all."""

from __future__ import annotations

from village_abm.policy.allowance import Allowance
from village_abm.policy.brand import BrandPremium
from village_abm.policy.carbon_payment import CarbonSold, TreesKept
from village_abm.policy.credit import GreenCredit
from village_abm.policy.decline import DecliningScheme
from village_abm.policy.horizontal import CostStandard, Trigger, Willingness
from village_abm.policy.information import InformationScheme
from village_abm.policy.job import JobScheme
from village_abm.policy.kept import AreaKept
from village_abm.policy.operation import Operation
from village_abm.policy.parts import RULES, Scheme
from village_abm.policy.pooling import PooledRights
from village_abm.policy.poor_register import RegisteredSupport
from village_abm.policy.quota import QuotaSale
from village_abm.policy.relocation import RelocationScheme
from village_abm.policy.results import ResultPaid
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.policy.subsidies import CroppedLandScheme, GrantScheme
from village_abm.policy.support import Support
from village_abm.policy.transfers import Formula, GreenArea, IndexShare
from village_abm.policy.water_rights import WaterSold
from village_abm.policy.zoning import ZoningScheme

__all__ = [
    "RULES",
    "Allowance",
    "AreaKept",
    "BrandPremium",
    "CarbonSold",
    "CostStandard",
    "CroppedLandScheme",
    "DecliningScheme",
    "Formula",
    "GrantScheme",
    "GreenArea",
    "GreenCredit",
    "IndexShare",
    "InformationScheme",
    "JobScheme",
    "LandScheme",
    "Operation",
    "PooledRights",
    "QuotaSale",
    "RegisteredSupport",
    "RelocationScheme",
    "ResultPaid",
    "Scheme",
    "Support",
    "TreesKept",
    "Trigger",
    "WaterSold",
    "Willingness",
    "WorksScheme",
    "ZoningScheme",
]
