"""How each kind of scheme acts within the year: one module a payment rule, found by the record of the scheme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.government import Government
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
from village_abm.policy.parts import Scheme
from village_abm.policy.pooling import PooledRights
from village_abm.policy.poor_register import RegisteredSupport
from village_abm.policy.quota import QuotaSale
from village_abm.policy.relocation import RelocationScheme
from village_abm.policy.results import ResultPaid
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.policy.spent import Spent
from village_abm.policy.subsidies import CroppedLandScheme, GrantScheme
from village_abm.policy.support import Support
from village_abm.policy.transfers import Formula, GreenArea, IndexShare
from village_abm.policy.water_rights import WaterSold
from village_abm.policy.zoning import ZoningScheme
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import (
    allowance,
    brand,
    carbon,
    credit,
    decline,
    horizontal,
    information,
    job,
    kept,
    land,
    operation,
    pooling,
    poor_register,
    quota,
    relocation,
    results,
    subsidies,
    support,
    transfers,
    water,
    works,
    zoning,
)

# Who acts on land, jobs or knowledge before land is used (line 6): a function of (village, government, year, number
# of the scheme, its name, the scheme).
PREPARES: dict[type[Scheme], Callable[[Village, Government, Now, int, str, Any], None]] = {
    DecliningScheme: decline.prepare,
    JobScheme: job.prepare,
    RelocationScheme: relocation.prepare,
    ZoningScheme: zoning.prepare,
    GrantScheme: subsidies.prepare_grants,
    AreaKept: kept.prepare,
    TreesKept: kept.prepare,
    CarbonSold: kept.prepare,
    ResultPaid: kept.prepare,
    WaterSold: kept.prepare,
    BrandPremium: brand.prepare,
    GreenCredit: credit.prepare,
    Operation: operation.prepare,
    PooledRights: pooling.prepare,
    RegisteredSupport: poor_register.prepare,
    Support: support.prepare,
}

# Who pays (line 12): a function of (village, government, year, number of the scheme, its name, the scheme,
# visits still affordable).
SETTLES: dict[type[Scheme], Callable[[Village, Government, Now, int, str, Any, int], Spent]] = {
    LandScheme: land.settle,
    WorksScheme: works.settle,
    Allowance: allowance.settle,
    DecliningScheme: decline.settle,
    InformationScheme: information.settle,
    JobScheme: job.settle,
    RelocationScheme: relocation.settle,
    ZoningScheme: zoning.settle,
    CroppedLandScheme: subsidies.pay_for_land,
    GrantScheme: subsidies.give_grants,
    Formula: transfers.settle,
    IndexShare: transfers.settle,
    GreenArea: transfers.settle,
    Trigger: horizontal.settle_trigger,
    CostStandard: horizontal.settle_costs,
    Willingness: horizontal.settle_bargain,
    AreaKept: kept.settle,
    TreesKept: carbon.settle_trees,
    CarbonSold: carbon.settle,
    ResultPaid: results.settle,
    WaterSold: water.settle,
    BrandPremium: brand.settle,
    GreenCredit: credit.settle,
    Operation: operation.settle,
    PooledRights: pooling.settle,
    QuotaSale: quota.settle,
    RegisteredSupport: poor_register.settle,
    Support: support.settle,
}
