"""How each kind of scheme acts within the year: one module a payment rule, found by the record of the scheme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.government import Government
from village_abm.policy.allowance import Allowance
from village_abm.policy.brand import BrandPremium
from village_abm.policy.credit import GreenCredit
from village_abm.policy.operation import Operation
from village_abm.policy.parts import Scheme
from village_abm.policy.pooling import PooledRights
from village_abm.policy.quota import QuotaSale
from village_abm.policy.schemes import LandScheme, WorksScheme
from village_abm.policy.spent import Spent
from village_abm.policy.support import Support
from village_abm.village import Village
from village_abm.year.exogenous import Now
from village_abm.year.paying import allowance, brand, credit, land, operation, pooling, quota, support, works

# Who acts on land, jobs or knowledge before land is used (line 6): a function of (village, government, year, number
# of the scheme, its name, the scheme).
PREPARES: dict[type[Scheme], Callable[[Village, Government, Now, int, str, Any], None]] = {
    BrandPremium: brand.prepare,
    GreenCredit: credit.prepare,
    Operation: operation.prepare,
    PooledRights: pooling.prepare,
    Support: support.prepare,
}

# Who pays (line 12): a function of (village, government, year, number of the scheme, its name, the scheme,
# visits still affordable).
SETTLES: dict[type[Scheme], Callable[[Village, Government, Now, int, str, Any, int], Spent]] = {
    LandScheme: land.settle,
    WorksScheme: works.settle,
    Allowance: allowance.settle,
    BrandPremium: brand.settle,
    GreenCredit: credit.settle,
    Operation: operation.settle,
    PooledRights: pooling.settle,
    QuotaSale: quota.settle,
    Support: support.settle,
}
