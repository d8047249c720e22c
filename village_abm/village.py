"""The state of a village: tables, books, luck; and the few ways in which money, land and people move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from agents.columns import Table
from agents.cooperative import Cooperative
from agents.patch import LAND_KINDS
from village_abm.economy import tastes
from village_abm.ledger import Ledger
from village_abm.order import totals
from village_abm.society.ties import TieList, matrix, nobody_tied
from village_abm.streams import Streams
from village_abm.units import FEN_PER_CNY

if TYPE_CHECKING:
    from village_abm.economy.enterprises import UseArrays
    from village_abm.land.landscape import Landscape
    from village_abm.load import Params
    from village_abm.policy.parts import Scheme

FOREST_LAND = LAND_KINDS.index("forest_land")
BOOKS = (
    ("cash", "fen", 0.0),
    ("county purse", "fen", 0.0),
    ("arrears", "fen", 0.0),
    ("village fund", "fen", 0.0),
    ("cooperatives", "fen", 0.0),
    ("forest bank", "fen", 0.0),
    ("labour", "day", 1e-9),
    ("grain", "kg", 1e-9),
    ("land", "ha", 1e-9),
    ("soil", "t", 1e-9),
    ("carbon", "t", 1e-9),
    ("people", "person", 0.0),
    ("cattle", "head", 0.0),
    ("goats", "head", 0.0),
)
BY_ACCOUNT = ("land",)  # books that remember what every entry moved in each account: land, use by use


@dataclass
class Village:
    """Everything a year reads and writes: one village, or several on land side by side.

    Patches are numbered village by village, line by line; `landscapes` holds the land of each.
    """

    params: Params
    streams: Streams
    landscapes: tuple[Landscape, ...]
    patches: Table
    people: Table
    households: Table
    uses: UseArrays
    names: tuple[str, ...]
    ledger: Ledger
    cooperatives: Table = field(default_factory=lambda: Table(Cooperative, 0))
    ties: TieList = field(default_factory=nobody_tied)
    stand_of_use: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int8))
    slope_factor: np.ndarray = field(default_factory=lambda: np.zeros(0))
    fund: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    bank: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    year: int = 0
    price_level: float = 1.0
    last_level: float = 1.0
    events: list[dict[str, Any]] = field(default_factory=list)
    flows: dict[str, np.ndarray] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    moved: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

    @property
    def hectares(self) -> float:
        """Area of one patch [ha]."""
        return self.params.land.patch_size**2 / 1e4

    @property
    def grid_shape(self) -> tuple[int, int, int]:
        """Villages, lines and columns of the patches."""
        return (len(self.landscapes), *self.landscapes[0].shape)

    def place(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Projected x, y of the middle of patches [m]; villages lie side by side."""
        return self.landscapes[0].centre(self.patches.line[rows], self.patches.column[rows])

    def usual_prices(self, year: int) -> np.ndarray:
        """Farm-gate price of each use's product by its series, yuan of 2020; shape (uses,) [CNY/kg]."""
        series = self.params.series
        level = series["cpi"].at(year)
        return np.array([series[name].at(year) / level if name else 0.0 for name in self.uses.price_series])

    def draw_tastes(self, rows: np.ndarray) -> None:
        """Give new households their attitude to risk, loss and time, drawn once for good."""
        drawn = tastes.draw(self.params.farm.tastes, self.streams, self.households.id[rows])
        for name, values in drawn.items():
            getattr(self.households, name)[rows] = values

    def fen(self, yuan_2020: np.ndarray | float) -> np.ndarray:
        """Yuan of 2020 as whole fen of the year's money."""
        return np.rint(np.asarray(yuan_2020) * (self.price_level * FEN_PER_CNY)).astype(np.int64)

    def real(self, fen: np.ndarray | int) -> np.ndarray:
        """Fen of the year's money as yuan of 2020."""
        return np.asarray(fen) / (self.price_level * FEN_PER_CNY)

    def real_last_year(self, fen: np.ndarray) -> np.ndarray:
        """Fen that moved last year, in that year's money, as yuan of 2020."""
        return np.asarray(fen) / (self.last_level * FEN_PER_CNY)

    def pay(self, entry: str, fen: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Move whole fen into (or, negative, out of) household purses and book it under `entry`."""
        if rows is None:
            self.households.cash[...] += fen
        else:
            np.add.at(self.households.cash, rows, fen)
        self.ledger["cash"].enter(entry, fen, rows)
        self.note_money("cash", entry, fen, self.households.village if rows is None else self.households.village[rows])
        return fen

    def note_money(self, book: str, entry: str, fen: np.ndarray, villages: np.ndarray) -> None:
        """Add up what a book of money enters, by village; whole fen of the year as (villages,) under (book, entry)."""
        if len(self.names) == 1:
            moved = np.sum(fen, keepdims=True, dtype=float)
        else:
            moved = totals(villages, fen, len(self.names))
        self.moved[book, entry] = self.moved.get((book, entry), 0.0) + moved

    def turn(self, entry: str, rows: np.ndarray, use: int | np.ndarray) -> None:
        """Give patches another use, start its age at nothing and book the hectares from use to use."""
        if len(rows) == 0:
            return
        before = self.patches.use[rows].astype(np.int64)
        after = np.broadcast_to(np.asarray(use, dtype=np.int64), before.shape)
        ones = np.full(len(rows), self.hectares)
        self.ledger["land"].enter(f"{entry} (from)", -ones, before)
        self.ledger["land"].enter(f"{entry} (to)", ones, after)
        self.patches.use[rows] = after
        self.patches.use_age[rows] = 0

    @property
    def workers(self) -> np.ndarray:
        """Household that works each patch: its tenant, else its holder; -1 nobody; shape (patches,)."""
        return np.where(self.patches.user >= 0, self.patches.user, self.patches.owner)

    def end_leases(self, rows: np.ndarray) -> None:
        """Give plots back from their tenants to those who hold them."""
        self.patches.user[rows], self.patches.rent[rows], self.patches.lease_end[rows] = -1, 0.0, 0

    def return_to_collective(self, rows: np.ndarray) -> None:
        """Give plots without an heir back to the collective: crops lie fallow, clearings and forest land grow wild."""
        cropped = rows[(self.uses.is_kind("crop") | self.uses.is_kind("perennial"))[self.patches.use[rows]]]
        wild = self.patches.clearing[cropped] | (self.patches.land_kind[cropped] == FOREST_LAND)
        self.turn("without an heir", cropped, np.where(wild, self.uses.index["natural"], self.uses.index["fallow"]))
        self.end_leases(rows)
        self.patches.clearing[rows] = False
        self.patches.owner[rows] = -1
        self.patches.scheme[rows] = -1
        self.patches.scheme_payee[rows] = -1

    def pay_fund(self, entry: str, fen: np.ndarray, villages: np.ndarray) -> None:
        """Move whole fen into the funds of `villages` and book it under `entry`."""
        np.add.at(self.fund, villages, fen)
        self.ledger["village fund"].enter(entry, fen, villages)
        self.note_money("village fund", entry, fen, villages)

    def under(self, kind: type[Scheme]) -> np.ndarray:
        """Which patches are under contract with a scheme of this kind; shape (patches,) bool."""
        of_kind = [isinstance(scheme, kind) for scheme in self.params.schemes.values()]
        found: np.ndarray = np.array([*of_kind, False])[self.patches.scheme]  # -1 is the last: under none
        return found

    def pay_bank(self, entry: str, fen: np.ndarray) -> None:
        """Move whole fen into (or, negative, out of) the forest bank's money of each village; (villages,)."""
        self.bank[...] += fen
        self.ledger["forest bank"].enter(entry, fen)
        self.note_money("forest bank", entry, fen, np.arange(len(self.names)))

    def land_by_use(self) -> np.ndarray:
        """Area under each use [ha]; shape (uses,)."""
        return np.bincount(self.patches.use, minlength=len(self.uses)) * self.hectares

    def people_by_village(self) -> np.ndarray:
        """People on the register of each village; shape (villages,)."""
        return np.bincount(self.people.village[self.people.alive], minlength=len(self.names))

    def count(self, flow: str, amounts: np.ndarray, villages: np.ndarray) -> None:
        """Add to a movement of the year that indicators show, by village."""
        if not len(villages):
            total = np.zeros(len(self.names))
        else:
            weights = amounts if np.shape(amounts) == villages.shape else np.full(villages.shape, amounts)
            total = totals(villages, weights, len(self.names))
        self.flows[flow] = self.flows.get(flow, 0.0) + total

    def known(self, kind: int | None = None) -> csr_matrix:
        """Who looks to whom, all ties or those of one kind; sparse (household, household), made when ties change."""
        ties, count, made = self.memory.get("known", (None, 0, {}))
        if ties is not self.ties or count != len(self.households):
            made = {}
            self.memory["known"] = (self.ties, len(self.households), made)
        if kind not in made:
            made[kind] = matrix(self.ties, len(self.households), kind)
        return made[kind]

    def tell(self, kind: str, **what: Any) -> None:
        """Keep an event: who did what, when and why."""
        self.events.append({"year": self.year, "kind": kind, **what})
