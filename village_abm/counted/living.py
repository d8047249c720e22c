"""How the households in scope live in a year: people, income by source, what is left of it, kind of livelihood."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from village_abm.accounting import inequality, livelihoods
from village_abm.counted import left_behind
from village_abm.scope import Scope

SOURCES = {
    "land": ("land", "土地经营"),
    "herds": ("herds", "牛羊养殖"),
    "guests": ("guests", "民宿接待"),
    "cooperatives": ("cooperatives and brands", "合作社与品牌"),
    "wages": ("local wages", "本地务工"),
    "sent_home": ("money sent home", "外出务工汇款"),
    "schemes": ("schemes, less fines", "补偿(扣除罚款)"),
}
KINDS = {
    "pure_farming": ("pure farming", "纯农户"),
    "farm_first": ("farm first", "农业兼业户"),
    "off_farm_first": ("off-farm first", "非农兼业户"),
    "non_farm": ("non-farm", "非农户"),
    "left_behind": ("left behind", "留守户"),
}
FARM, OFF_FARM, SENT_HOME, SCHEMES = [0, 1, 3], [2, 4, 5], 5, 6


@dataclass(frozen=True)
class Living:
    """The households of a scope in a year, one a row; money in yuan of 2020."""

    year: int
    rows: np.ndarray  # of the table of households
    villages: np.ndarray
    members: np.ndarray
    sources: np.ndarray  # (households, SOURCES)
    consumption: np.ndarray
    left_over: np.ndarray  # income a head less what illness cost
    line: float  # of poverty
    migrants: np.ndarray  # has somebody away for work
    enrolled: np.ndarray  # holds land that was once under a conversion contract
    kinds: np.ndarray  # index into livelihoods.TYPES

    @cached_property
    def gains(self) -> np.ndarray:
        """Income by source of those whose income is no loss, nothing by any source of those whose is."""
        return np.where(self.sources.sum(axis=1, keepdims=True) < 0, 0.0, self.sources)

    @cached_property
    def heads(self) -> tuple[np.ndarray, int]:
        """Income a head with losses counted as nothing, and how many households had one."""
        return inequality.without_losses(self.sources.sum(axis=1) / np.maximum(self.members, 1))

    @cached_property
    def by_source(self) -> inequality.Sources | None:
        """Gini of income a head by source, over people; None where nobody has anything."""
        if not (self.gains.sum(axis=1) @ (self.members > 0)) > 0:
            return None
        return inequality.gini_by_source(self.gains / np.maximum(self.members, 1)[:, None], self.members)

    @cached_property
    def effects(self) -> np.ndarray:
        """What one part more of each source would change of the Gini; not numbers where nobody has anything."""
        if not self.members.any():
            return np.full(len(SOURCES), np.nan)
        return inequality.source_effects(self.gains / np.maximum(self.members, 1)[:, None], self.members)

    def theil(self, groups: np.ndarray) -> inequality.Theil | None:
        """Theil's T of income a head over people, within and between `groups`; None where there is nobody."""
        return inequality.theil_by_group(self.heads[0], groups, self.members) if self.members.any() else None


def living(scope: Scope) -> Living:
    """How the households in scope live; money as it stands at the close of the year."""
    village = scope.village

    def real(column: str) -> np.ndarray:
        return village.real(scope.household(column))

    enterprise, herds, guests = (real(name) for name in ("enterprise_income", "herd_income", "guest_income"))
    sources = np.column_stack(
        [
            real("farm_income"), herds, guests, enterprise - herds - guests, real("wage_income"), real("remittances"),
            real("payments") - real("fined"),
        ]
    )  # fmt: skip
    series, members = village.params.series, scope.household("members")
    income = real("income")
    share = livelihoods.farm_share(
        sources[:, FARM].sum(axis=1), sources[:, OFF_FARM].sum(axis=1),
        scope.household("farm_labour"), scope.household("local_labour"),
    )  # fmt: skip
    return Living(
        year=village.year,
        rows=scope.homes,
        villages=scope.household("village").astype(np.int64),
        members=members.astype(float),
        sources=sources,
        consumption=real("consumption"),
        left_over=(income - real("care_costs")) / np.maximum(members, 1),
        line=series["poverty_line"].at(village.year) / series["cpi"].at(village.year),
        migrants=scope.household("migrants") > 0,
        enrolled=once_enrolled(scope),
        kinds=livelihoods.types(village.params.accounting.livelihoods, share, nobody_at_work(scope)),
    )


def once_enrolled(scope: Scope) -> np.ndarray:
    """Which households in scope hold land that is or was under a land conversion contract."""
    patches = scope.village.patches
    holders = patches.owner[np.flatnonzero(patches.ever_enrolled)]
    found = np.zeros(len(scope.village.households), bool)
    found[holders[holders >= 0]] = True
    return found[scope.homes]


def nobody_at_work(scope: Scope) -> np.ndarray:
    """Which households in scope have people at home but nobody aged 16 to 59: they are left behind."""
    return (scope.household("residents") > 0) & (scope.once(left_behind.workers_at_home)[scope.homes] == 0)
