"""The model: one village (or several) and the year, numbered."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import mesa
import numpy as np

from agents.columns import Table
from agents.government import Government
from village_abm import indicators as counting
from village_abm.counted import cooperation
from village_abm.initialise import found
from village_abm.policy import budget
from village_abm.scope import Scope
from village_abm.society import ties
from village_abm.statements import ACCOUNTS, Statement
from village_abm.streams import Streams
from village_abm.views import Views
from village_abm.year import (
    accounts,
    beliefs,
    cooperatives,
    exogenous,
    guests,
    harvest,
    husbandry,
    land_use,
    migration,
    nature,
    packages,
    people,
    purse,
    roles,
    schemes,
    stocktaking,
)  # fmt: skip

if TYPE_CHECKING:
    import networkx
    import pandas as pd

    from village_abm.land.landscape import Landscape
    from village_abm.ledger import Ledger
    from village_abm.load import Params
    from village_abm.society.register import Register

LAYERS = {
    "use": np.int16, "grade": np.int8, "cover": np.float32, "soil_depth": np.float32, "exposure": np.float32,
    "owner": np.int32, "scheme": np.int16, "gep": np.float32,
    "esv": np.float32, "function": np.int8, "suited": np.int8, "agreement": np.int8,
}  # fmt: skip


class VillageModel(mesa.Model):
    """A karst village: households and a government on a grid of plots, one step a year.

    `rng` is the seed and `replicate` its copy number; all luck is keyed by them (see `streams`), so the
    same two numbers give the same bytes. `landscape` and `register` put real land and people in the
    place of generated ones. Without `keep_maps` no maps are recorded: whoever shows years as they pass needs none.
    """

    def __init__(
        self,
        params: Params,
        rng: int = 1,
        replicate: int = 0,
        landscape: Landscape | None = None,
        register: Register | None = None,
        keep_maps: bool = True,
    ) -> None:
        super().__init__(rng=rng)
        self.params = params
        self.streams = Streams(rng, replicate)
        self.village = found(params, self.streams, landscape, register)
        self.government = Government(self)
        self.government.cash = budget.opening_purse(params.government, self.village.price_level)
        self._views = Views(self)
        self._years: list[int] = []
        self._counts: list[dict[str, float]] = []
        self._maps: dict[str, list[np.ndarray]] = {name: [] for name in LAYERS} if keep_maps else {}
        people.count_members(self.village)
        husbandry.begin(self.village)
        nature.survey(self.village)
        roles.take(self.village)
        self._views.meet_households()

    def step(self) -> None:
        """One year in the order of the schedule; each line computes with submodels and writes its own columns."""
        village, government = self.village, self.government
        self._open_books()
        now = exogenous.read(village)  # 1 prices, wages, calendar, weather
        village.last_level, village.price_level = village.price_level, now.price_level
        government.announce(
            {name: self.params.schemes[name] for name in self.params.scenario.schemes}, now.year
        )  # 2 schemes on offer, empty account
        people.live(village, now)  # 3 births, deaths, weddings, new houses
        beliefs.learn(village, now)  # 4 prices expected, norms, knowledge, trust
        migration.leave_and_return(village, now)  # 5 who is away; days of work and their worth
        packages.act(village, now)  # 6 relocation, closure, biogas
        schemes.prepare(village, government, now)  # 6 land closed, jobs given, what is taught
        husbandry.value_grass(village, now)  # 7 what grass is worth
        land_use.decide(village, now)  # 7 contracts, crops, clearing, giving up
        guests.open_rooms(village, now)  # 8 homestays opened and closed, their work
        husbandry.keep(village, now)  # 8 herds bought, kept, sold
        nature.grow(village, now)  # 9 wood, goats, cover, soil, rock
        harvest.reap(village, now)  # 10 work, yields, grain, sales
        husbandry.sell(village, now)  # 10 young stock
        guests.receive(village, now)  # 10 visitors, what they pay
        cooperatives.act(village, now)  # 11 deliveries, surplus, founding, members
        schemes.settle(village, government, now)  # 12 visits, payments, works
        purse.balance(village, now)  # 13 wages, money from away, living, bad luck
        self._close_books()  # 14 survey, books, indicators

    def _open_books(self) -> None:
        village, ledger = self.village, self.village.ledger
        village.year += 1
        village.flows, village.moved = {}, {}
        households = village.households
        households.other_days[:], households.taken_days[:], households.enterprise_income[:] = 0.0, 0.0, 0
        ledger["cash"].open(households.cash)
        ledger["county purse"].open(self.government.cash)
        ledger["arrears"].open(households.arrears)
        ledger["village fund"].open(village.fund)
        ledger["cooperatives"].open(village.cooperatives.cash)
        ledger["forest bank"].open(village.bank)
        ledger["labour"].open(np.zeros(len(households)))
        ledger["grain"].open(np.zeros(len(households)))
        ledger["land"].open(village.land_by_use())
        ledger["soil"].open(nature.soil_stock(village))
        ledger["carbon"].open((village.memory["plant carbon"] + village.patches.soil_carbon) * village.hectares)
        ledger["people"].open(village.people_by_village())
        for kind in husbandry.KINDS:
            ledger[kind].open(getattr(households, kind))
        stocktaking.begin(village)

    def _close_books(self) -> None:
        village, ledger, year = self.village, self.village.ledger, self.village.year
        households = village.households
        nature.survey(village)
        roles.take(village)
        accounts.keep(village)
        self._views.meet_households()
        self._views.meet_cooperatives()
        ledger.close("cash", households.cash, year)
        ledger.close("county purse", self.government.cash, year)
        ledger.close("arrears", households.arrears, year)
        ledger.close("village fund", village.fund, year)
        ledger.close("cooperatives", village.cooperatives.cash, year)
        ledger.close("forest bank", village.bank, year)
        ledger.close("labour", np.zeros(len(households)), year)
        ledger.close("grain", np.zeros(len(households)), year)
        ledger.close("land", village.land_by_use(), year)
        ledger.close("soil", nature.soil_stock(village), year)
        ledger.close("carbon", nature.carbon_stock(village), year)
        ledger.close("people", village.people_by_village(), year)
        for kind in husbandry.KINDS:
            ledger.close(kind, getattr(households, kind), year)
        stocktaking.keep(village)
        if year >= self.params.scenario.start:
            self._record()

    def _record(self) -> None:
        self._years.append(self.village.year)
        self._counts.append(counting.count_all(self.village))
        self.village.memory.setdefault("first counted", (self.village.year, self._counts[0]))
        for name, pictures in self._maps.items():
            pictures.append(self.picture(getattr(self.village.patches, name)).astype(LAYERS[name]))

    def picture(self, column: np.ndarray) -> np.ndarray:
        """A column of the patches as a map, villages side by side; shape (lines, columns)."""
        return np.concatenate(list(column.reshape(self.village.grid_shape)), axis=1)

    def run(self, years: int | None = None, on_year: Callable[[VillageModel], None] | None = None) -> VillageModel:
        """Run the burn-in if it lies ahead, then `years` recorded years (to the scenario's end if None)."""
        for _ in range(self.years_ahead(years)):
            self.step()
            if on_year is not None:
                on_year(self)
        return self

    def years_ahead(self, years: int | None = None) -> int:
        """How many steps `run(years)` would take from here."""
        plan = self.params.scenario
        burn_in = max(plan.start - 1 - self.year, 0)
        return burn_in + (max(plan.end - max(self.year, plan.start - 1), 0) if years is None else years)

    def save(self, path: str | Path) -> None:
        """Write the whole model to a file, to go on from later exactly as if it had not stopped."""
        Path(path).write_bytes(pickle.dumps(self))

    @classmethod
    def load(cls, path: str | Path) -> VillageModel:
        """Read a model that `save` wrote; only ever open files from people you trust."""
        model = pickle.loads(Path(path).read_bytes())
        if not isinstance(model, cls):
            raise TypeError(f"{path} holds no {cls.__name__}. Give a file that VillageModel.save wrote.")
        return model

    @property
    def year(self) -> int:
        """The year just completed."""
        return self.village.year

    @property
    def households(self) -> Table:
        """All households, those that ended included."""
        return self.village.households

    @property
    def cooperatives(self) -> Table:
        """All cooperatives, those that ended included."""
        return self.village.cooperatives

    @property
    def people(self) -> Table:
        """All people ever on the register."""
        return self.village.people

    @property
    def patches(self) -> Table:
        """All patches."""
        return self.village.patches

    @property
    def ledger(self) -> Ledger:
        """The books."""
        return self.village.ledger

    @property
    def events(self) -> list[dict[str, object]]:
        """Who did what, when and why."""
        return self.village.events

    @property
    def use_names(self) -> tuple[str, ...]:
        """Names of the land uses by index."""
        return self.village.uses.names

    @property
    def use_labels(self) -> list[dict[str, str]]:
        """Labels of the land uses by index, in English and Chinese."""
        return [dict(use.label) for use in self.params.uses.values()]

    @property
    def landscape(self) -> Landscape:
        """The land as one picture, villages side by side."""
        return self.village.landscapes[0].beside(self.village.landscapes[1:])

    @property
    def counted(self) -> list[dict[str, float]]:
        """Indicators of the recorded years, in order, as they were counted."""
        return self._counts

    @property
    def map_years(self) -> list[int]:
        """The years recorded."""
        return list(self._years)

    @property
    def maps(self) -> dict[str, np.ndarray]:
        """Recorded layers of the land; each of shape (years, lines, columns)."""
        return {name: np.stack(pictures) for name, pictures in self._maps.items() if pictures}

    @property
    def indicators(self) -> pd.DataFrame:
        """One row a recorded year, one column an indicator; units, labels and groups in `.attrs`."""
        import pandas as pd

        frame = pd.DataFrame(self._counts, index=pd.Index(self._years, name="year"))
        known = {column: counting.REGISTRY[column.split(".")[0]] for column in frame.columns}
        frame.attrs["units"] = {column: item.unit for column, item in known.items()}
        frame.attrs["labels"] = {column: {"en": item.en, "zh": item.zh} for column, item in known.items()}
        frame.attrs["groups"] = {column: item.group for column, item in known.items()}
        return frame

    @property
    def statements(self) -> dict[str, Statement]:
        """The accounts as they stand now, each under its name."""
        return {name: account.draw_up(Scope(self.village)) for name, account in ACCOUNTS.items()}

    @property
    def industries(self) -> list[dict[str, object]]:
        """Area and eco-industry score of every use whose product is sold, as they are now."""
        return cooperation.table(self.village) if "harvest" in self.village.memory else []

    @property
    def ties(self) -> networkx.MultiGraph:
        """Who knows whom: households by permanent id, an edge for every kind of tie between two, its key the kind."""
        import networkx

        households = self.village.households
        first, second, kind = ties.edges(self.village.ties, households.alive)
        graph: networkx.MultiGraph = networkx.MultiGraph()
        for row in households.rows.tolist():
            graph.add_node(int(households.id[row]), village=int(households.village[row]))
        names = np.array(ties.KINDS)[kind].tolist()
        pairs = zip(households.id[first].tolist(), households.id[second].tolist(), names, strict=True)
        for a, b, name in pairs:
            graph.add_edge(a, b, key=name, kind=name)
        return graph
