"""One run of a comparison: what it leaves of itself, from which every measure is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from village_abm.economy import livelihood
from village_abm.experiments.keeping import Parts
from village_abm.indicators import REGISTRY
from village_abm.land.fragmentation import landscape_pattern
from village_abm.village import Village

if TYPE_CHECKING:
    from village_abm.load import Params
    from village_abm.model import VillageModel

PERMANENCE = (5, 10)  # years after the last payment
SOURCES = ("farm_income", "wage_income", "remittances", "payments", "enterprise_income")
TWIN = "none"  # the run without any of the compared schemes
INDICATORS = tuple(sorted(REGISTRY))


@dataclass(frozen=True)
class Dates:
    """The years that the runs of a comparison share.

    `opening` is the first year of the first scheme compared; the households of the year before it are the families
    followed. `last_paid` is the last year in which each scheme can pay, be it beyond the horizon; None if it pays
    without end.
    """

    start: int
    end: int
    opening: int
    last_paid: Mapping[str, int | None]

    def close(self, scheme: str) -> int:
        """The year in which a scheme is judged by its land: the last it can pay in, or the last of the horizon."""
        last = self.last_paid[scheme]
        return self.end if last is None else min(last, self.end)

    @property
    def closes(self) -> tuple[int, ...]:
        """Those years, each once."""
        return tuple(sorted({self.close(name) for name in self.last_paid}))


class Watch:
    """Stands beside a run and adds up, year by year, what is not to be seen at its end."""

    def __init__(self, dates: Dates, scheme: str) -> None:
        self.dates, self.scheme = dates, scheme
        self.kept: dict[str, np.ndarray] = {}
        self.sums = dict.fromkeys(SUMS, 0.0)
        self.farm, self.paid = np.zeros(0), np.zeros(0)
        self.land = np.zeros(0, bool)
        self.ever: np.ndarray | None = None
        self.standing: np.ndarray | None = None
        self.still = dict.fromkeys(PERMANENCE, float("nan"))

    def __call__(self, model: VillageModel) -> None:
        """Look at the year just completed."""
        village = model.village
        if self.ever is None:
            self.ever = np.zeros(len(village.patches), bool)
        year = village.year
        if "families" not in self.kept and year >= self.dates.opening - 1:
            self._remember_families(village)
        self._add_up(village)
        if year in self.dates.closes:
            self._remember_land(village, year)
        if self.scheme != TWIN and year >= self.dates.close(self.scheme):
            self._follow(village, year - self.dates.close(self.scheme))

    def _remember_families(self, village: Village) -> None:
        households = village.households
        self.kept["families"] = np.array(len(households))
        self.kept["family.alive"] = households.alive.copy()
        self.kept["family.members"] = households.members.copy()
        self.kept["family.income"] = village.real(households.income) / np.maximum(households.members, 1)

    def _add_up(self, village: Village) -> None:
        households, sums, visit = village.households, self.sums, village.params.government.visit_cost
        begun = village.year >= self.dates.opening
        self.farm = _longer(self.farm, len(households))
        if begun:
            self.farm += village.real(households.farm_income)
            sums["soil loss"] += float(np.sum(village.flows["surface soil loss"]))
        for name, spent in village.memory["spent by scheme"].items():
            audits = spent.visits * visit
            fines = float(village.real(spent.fines))
            stays = float(village.real(spent.kept))
            sums["all"] += begun * (float(village.real(spent.drawn)) - stays + audits - fines)
            if name == self.scheme:
                for part in ("drawn", "admin", "shared", "works", "kept", "sent"):
                    sums[part] += float(village.real(getattr(spent, part)))
                sums["audits"] += audits
                sums["fines"] += fines
                sums["nominal"] += spent.drawn / 100
        paid = village.memory["paid by scheme"].get(self.scheme)
        self.paid = _longer(self.paid, len(households))
        if paid is not None:
            self.paid += village.real(paid)
        self.land = _longer(self.land, len(households))
        if self.scheme != TWIN:
            mine = village.patches.scheme == list(village.params.schemes).index(self.scheme)
            assert self.ever is not None
            self.ever |= mine
            owners = village.patches.owner[mine]
            self.land[owners[owners >= 0]] = True

    def _remember_land(self, village: Village, year: int) -> None:
        """Which land carries no annual crop, and which was cleared since the opening, by whose family."""
        patches = village.patches
        cleared = patches.clearing & (patches.cleared >= self.dates.opening) & (patches.owner >= 0)
        root = families(village.households.origin, int(self.kept["families"]))
        self.kept[f"uncropped.{year}"] = _uncropped(village)
        self.kept[f"cleared.{year}"] = cleared
        self.kept[f"clearer.{year}"] = _ids(village.households.id, root[patches.owner[cleared]])

    def _follow(self, village: Village, years: int) -> None:
        """Land once under the scheme that has carried no annual crop in any year since the last payment."""
        assert self.ever is not None
        before = self.ever if self.standing is None else self.standing
        self.standing = before & _uncropped(village)
        if years == 0:
            self.kept["stood"] = np.array(float(self.standing.sum()))
        if years in self.still and self.kept["stood"] > 0:
            self.still[years] = float(self.standing.sum() / self.kept["stood"])

    def record(self, model: VillageModel) -> dict[str, np.ndarray]:
        """Everything that the measures are counted from, by name."""
        village, households = model.village, model.households
        frame = model.indicators
        root = families(households.origin, int(self.kept["families"]))
        crops = village.uses.is_kind("crop")[village.patches.use]
        clumps = landscape_pattern(model.picture(crops).astype(np.int64), 2, village.params.land.patch_size)
        assert self.ever is not None
        sources = np.stack([village.real(getattr(households, name)) for name in SOURCES], axis=1)
        sources[:, SOURCES.index("payments")] -= village.real(households.fined)
        line = village.params.series["poverty_line"].at(village.year) / village.price_level
        return {
            "years": np.array(model.map_years),
            "indicators": frame[list(INDICATORS)].to_numpy(float),
            "hectares": np.array(village.hectares),
            "line": np.array(line),
            "clump": np.array(clumps.mean_patch[1]),
            "house.id": households.id.copy(),
            "house.family": _ids(households.id, root),
            "house.alive": households.alive.copy(),
            "house.members": households.members.astype(np.int64),
            "house.income": village.real(households.income),
            "house.means": village.real(
                livelihood.bridged(
                    village.params.farm.livelihood, households.income, households.care_costs, households.cash
                )
            ),
            "house.sources": sources,
            "house.farm": _longer(self.farm, len(households)),
            "house.paid": _longer(self.paid, len(households)),
            "house.land": _longer(self.land, len(households)),
            "map.cover": model.picture(village.memory["shown_cover"]).astype(np.float32),
            "map.grade": model.picture(village.patches.grade),
            "map.cropped": model.picture(crops),
            "map.enrolled": model.picture(self.ever),
            "map.elevation": model.picture(village.patches.elevation).astype(np.float32),
            "ever": self.ever,
            **{f"still.{years}": np.array(share) for years, share in self.still.items()},
            **{f"sum.{name}": np.array(total) for name, total in self.sums.items()},
            **self.kept,
        }


SUMS = ("drawn", "admin", "shared", "works", "kept", "sent", "audits", "fines", "nominal", "all", "soil loss")


def families(origin: np.ndarray, first: int) -> np.ndarray:
    """Row of the household among the `first` rows from which each descends; -1 from none; shape of `origin`."""
    root = np.arange(len(origin))
    while (late := root >= first).any():
        root[late] = origin[root[late]]
    return root


def _ids(ids: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.where(rows >= 0, ids[rows], -1)


def _uncropped(village: Village) -> np.ndarray:
    """Patches without an annual crop or a house on them; shape (patches,)."""
    used = village.uses.is_kind("crop") | village.uses.is_kind("built")
    return ~used[village.patches.use]


def _longer(values: np.ndarray, size: int) -> np.ndarray:
    """The values with nothing for rows that came since."""
    return np.concatenate([values, np.zeros(size - len(values), values.dtype)])


def run(params: Params, seed: int, pair: int, dates: Dates, scheme: str) -> dict[str, np.ndarray]:
    """Run a scenario with one of the schemes, or with none of them, and return its record."""
    from village_abm.model import VillageModel

    watch = Watch(dates, scheme)
    return watch.record(VillageModel(params, rng=seed, replicate=pair).run(on_year=watch))


def run_and_keep(folder: Path, params: Params, seed: int, pair: int, dates: Dates, scheme: str) -> None:
    """Run and write the record into the folder of parts."""
    Parts(folder).keep(pair, scheme, run(params, seed, pair, dates, scheme))
