"""Lines 7, 8 and 10 of the year: what grass is worth, which herds are kept, what they bring and give back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.ecology import harvest as wild
from village_abm.ecology import stands
from village_abm.economy import husbandry, livelihood, production
from village_abm.economy.husbandry import Prices, Stock, Worth
from village_abm.order import taken_before
from village_abm.village import Village
from village_abm.year import means, nature
from village_abm.year.exogenous import Now

KINDS = ("cattle", "goats")
_SERIES = {"cattle": "price_cattle", "goats": "price_goat"}


@dataclass(frozen=True)
class Bred:
    """What a kind of herd grew by in a year at the price of the young, and its bought feed [CNY]; (households,)."""

    worth: np.ndarray
    feed: np.ndarray
    stalled: np.ndarray
    """Share of the heads kept in the stall [1]."""


def _stock(village: Village, kind: str) -> Stock:
    rules = village.params.husbandry
    return rules.cattle if kind == "cattle" else rules.goats


def _prices(village: Village, kind: str) -> Prices:
    series = village.params.series
    young, consumer = series[_SERIES[kind]], series["cpi"]
    return husbandry.prices(_stock(village, kind), young.at(village.year) / consumer.at(village.year), young.at(2020))


def _worth(village: Village, now: Now, kind: str) -> Worth:
    households = village.households
    return husbandry.worth(
        _stock(village, kind), _prices(village, kind), now.input_ratio, _manure_worth(village),
        households.discount, households.shadow_wage,
    )  # fmt: skip


def _manure_worth(village: Village) -> np.ndarray:
    """What manure would have brought on the fields of last year; nothing to houses founded since."""
    households, money = village.households, village.memory.get("farm money")
    account = np.zeros((2, len(households)))
    if money is not None:
        known = len(money["inputs"])
        account[:, :known] = village.real_last_year(np.stack([money["inputs"], money["sold"] + money["eaten"]]))
    return husbandry.manure_worth(village.params.husbandry.loop, account[0], account[1], households.worked)


def _move(village: Village, kind: str, entry: str, heads: np.ndarray, rows: np.ndarray | None = None) -> None:
    """Move whole heads into (or, negative, out of) herds and book them."""
    herd = getattr(village.households, kind)
    herd[slice(None) if rows is None else rows] += heads  # no household stands twice in `rows`
    village.ledger[kind].enter(entry, heads, rows)


# Comings and goings of households --------------------------------------------------------------------------


def begin(village: Village) -> None:
    """Give households the does that graze freely at the start, before any book is open."""
    if village.params.husbandry.goats.on:
        free, _ = _grazing(village)
        village.households.goats[:], village.households.free_goats[:] = free, free


def share_out(village: Village, parents: np.ndarray, rows: np.ndarray, share: np.ndarray) -> None:
    """Give a new house its share of its parents' herds, to the nearest whole head."""
    households = village.households
    for kind in KINDS:
        village.ledger[kind].grow(len(households))
        portion = husbandry.whole(getattr(households, kind)[parents] * share, np.full(len(parents), 0.5))
        _move(village, kind, "shared out at a split", -portion, parents)
        _move(village, kind, "shared out at a split", portion, rows)
    households.stalled_goats[:] = np.minimum(households.stalled_goats, households.goats)


def sell_all(village: Village, rows: np.ndarray) -> None:
    """Sell the herds of households that end or move away."""
    for kind in KINDS:
        heads = getattr(village.households, kind)[rows]
        if heads.any():
            price = _prices(village, kind).breeding * _stock(village, kind).resale
            village.pay("breeding stock sold", village.fen(heads * price), rows)
            _move(village, kind, "sold", -heads, rows)
    village.households.stalled_goats[rows] = 0


def leave_digesters(village: Village, rows: np.ndarray) -> None:
    """Leave the digesters of households that move away where they stand; what they cost is gone."""
    village.households.digester[rows] = village.households.biogas[rows] = False


# Before the land is decided on -----------------------------------------------------------------------------


def value_grass(village: Village, now: Now) -> None:
    """Let each household expect of a kg of grass what cattle would make of it."""
    if village.params.husbandry.cattle.on:
        forage, households = village.uses.index["forage"], village.households
        worth = husbandry.grass_worth(
            village.params.husbandry.cattle, _worth(village, now, "cattle"), households.cattle
        )
        households.price_belief[:, forage] = worth
        village.memory["usual price"][forage] = worth[households.alive].mean() if households.alive.any() else 0.0


def may_sow(village: Village, plots: np.ndarray, grass: np.ndarray, fit: np.ndarray) -> np.ndarray:
    """Plots on which forage may be sown: as many as feed the cows that purse and days reach for; (plots,) bool.

    `grass` [kg/ha/yr] of the plots where it is `fit` to stand; none to a household whose land feeds no cow, or
    that does not know how.
    """
    rules, households = village.params.husbandry.cattle, village.households
    forage, may = village.uses.index["forage"], np.zeros(len(plots), dtype=bool)
    knows = households.knowledge[:, forage] >= village.params.farm.choice.knowledge_gate
    at = np.flatnonzero(fit & knows[village.workers[plots]])
    if not rules.on or not len(at):
        return may
    rows, owner = plots[at], village.workers[plots[at]].astype(np.int64)
    kg = grass[at] * village.hectares
    reach = households.cattle + husbandry.affordable(means.purse(village), _prices(village, "cattle").breeding)
    days = means.days(village) + households.cattle * rules.days
    heads = husbandry.room(reach, days, rules.days)
    enough = np.bincount(owner, weights=kg, minlength=len(households)) + rules.gathered >= rules.grass
    unsown = village.patches.use[rows] != forage
    before = taken_before(owner, kg, (unsown, -kg, village.patches.id[rows]))
    may[at] = enough[owner] & (before < (heads * rules.grass - rules.gathered)[owner])
    return may


# Before the wild land is grazed and the fields are worked --------------------------------------------------


def keep(village: Village, now: Now) -> None:
    """Let households choose their herds, buy and sell breeding stock; count its days of work, dung and gas."""
    rules, households = village.params.husbandry, village.households
    households.herd_income[:] = 0
    if rules.cattle.on:
        _keep_cattle(village, now)
    if rules.goats.on:
        _keep_goats(village, now)
    if households.cattle.any() or households.stalled_goats.any():
        for stock, heads in ((rules.cattle, households.cattle), (rules.goats, households.stalled_goats)):
            households.other_days[:] += (heads * stock.days)[:, None] * np.array(stock.seasons)
    _use_dung(village)


def _keep_cattle(village: Village, now: Now) -> None:
    rules, patches, households = village.params.husbandry.cattle, village.patches, village.households
    forage = village.uses.index["forage"]
    plots = np.flatnonzero((patches.use == forage) & (patches.owner >= 0))
    if not len(plots) and not households.cattle.any():
        return
    cut = production.potential_at(
        village.params.farm.production, village.uses, forage, patches.soil_depth[plots], patches.grade[plots], now.year
    ) * (patches.use_age[plots] >= village.uses.lag[forage])
    grass = np.bincount(village.workers[plots], weights=cut * village.hectares, minlength=len(households))
    net, before = _worth(village, now, "cattle"), households.cattle.copy()
    days = means.days(village) + before * rules.days
    want = husbandry.wanted(
        rules, before, husbandry.room((grass + rules.gathered) / rules.grass, days, rules.days), net
    )
    _trade(village, "cattle", want)
    means.take_days(village, (households.cattle - before) * rules.days)
    _tell_of_cattle(village, before, net)


def _tell_of_cattle(village: Village, before: np.ndarray, net: Worth) -> None:
    households, price = village.households, _prices(village, "cattle")
    first, last = (before == 0) & (households.cattle > 0), (before > 0) & (households.cattle == 0)
    for kind, rows, worth in (("bought cattle", first, net.buying), ("gave up cattle", last, net.keeping)):
        for row in np.flatnonzero(rows).tolist():  # a few a year
            why = {
                "heads": int(max(before[row], households.cattle[row])),
                "net return of a head": round(float(worth[row]), 1),
                "worth of a day": round(float(households.shadow_wage[row]), 1),
                "price of the young": round(price.young, 1),
                "price of a cow": round(price.breeding, 1),
            }
            village.tell(kind, household=int(households.id[row]), why=why)


def _grazing(village: Village) -> tuple[np.ndarray, np.ndarray]:
    """Does that households let graze freely, and those that closure or a biogas stall shuts out; (households,) [head].

    The number of `wild.free_goats` without biogas in whole heads, by a draw made once for good; the free are those
    that the pasture still open feeds and no stall replaces.
    """
    rules, households = village.params.ecology.harvest, village.households
    residents, gas = np.where(households.alive, households.residents, 0), nature.burns_gas(village)
    owned = wild.free_goats(rules, residents, nature.fuel_substitution(village), np.zeros(len(gas), bool))
    grazes = households.convention == 0  # who keeps a green convention lets no goat graze
    loose = owned * grazes * _open_pasture(village)[households.village] * (1 - rules.biogas_saving * gas)
    luck = village.streams.uniform("husbandry.does", 0, households.id)
    free, most = (
        husbandry.shared_whole(amount, luck, households.village.astype(np.int64), households.id)
        for amount in (loose, owned)
    )
    return free, np.maximum(most - free, 0)


def _open_pasture(village: Village) -> np.ndarray:
    """Share of the wild land in reach of goats that no closure shuts, by village; (villages,) [1]."""
    patches, count = village.patches, len(village.names)
    if not patches.closed.any():
        return np.ones(count)
    stand = nature.stands_now(village)
    reach = np.exp(-patches.distance / village.params.ecology.harvest.goat_reach) * (stand <= stands.CLOSED)
    total, left = (
        np.bincount(patches.village, weights=weights, minlength=count)
        for weights in (reach, reach * stands.open_to_cutting(stand))
    )
    return np.divide(left, total, out=np.zeros(count), where=total > 0)


def _keep_goats(village: Village, now: Now) -> None:
    rules, households = village.params.husbandry.goats, village.households
    free, shut_out = _grazing(village)
    there = np.clip(households.goats - free, 0, shut_out)
    before = households.stalled_goats.copy()
    days = means.days(village) + before * rules.days
    net = _worth(village, now, "goats")
    stalled = husbandry.wanted(rules, there, husbandry.room(shut_out, days, rules.days), net)
    _trade(village, "goats", free + stalled)
    households.stalled_goats[:] = np.clip(households.goats - free, 0, stalled)
    households.free_goats[:] = households.goats - households.stalled_goats
    means.take_days(village, (households.stalled_goats - before) * rules.days)


def _trade(village: Village, kind: str, want: np.ndarray) -> None:
    """Sell the heads beyond those wanted, buy those missing as far as the purse reaches; neither is income."""
    heads, price = getattr(village.households, kind), _prices(village, kind)
    surplus = np.maximum(heads - want, 0)
    village.pay("breeding stock sold", village.fen(surplus * price.breeding * _stock(village, kind).resale))
    _move(village, kind, "sold", -surplus)
    bought = np.minimum(np.maximum(want - heads, 0), husbandry.affordable(means.purse(village), price.breeding))
    village.pay("breeding stock bought", -village.fen(bought * price.breeding))
    _move(village, kind, "bought", bought)
    village.memory[f"{kind} wanted"] = want


def _use_dung(village: Village) -> None:
    """Spread manure on the land farmed and build digesters where dung and purse allow."""
    rules, households, uses = village.params.husbandry, village.households, village.uses
    households.manure[:] = 0.0
    heads = husbandry.dung(rules, households.cattle, households.stalled_goats)
    if not rules.loop.on or not heads.any():
        return
    farmed = (uses.is_kind("crop") | uses.is_kind("perennial"))[village.patches.use] & (village.patches.owner >= 0)
    area = np.bincount(village.workers[farmed], minlength=len(households)) * village.hectares
    households.manure[:] = husbandry.manure(rules.loop, heads, area)
    new = (heads >= rules.loop.digester_stock) & ~households.digester & ~households.biogas
    new &= means.purse(village) >= rules.loop.digester_cost
    households.digester[new] = True
    village.pay("digesters built", -village.fen(rules.loop.digester_cost * new))


# After the harvest -----------------------------------------------------------------------------------------


def sell(village: Village, now: Now) -> None:
    """Feed the herds, let them bear and die, and sell young and worn-out heads; all heads and fen are booked."""
    rules, households = village.params.husbandry, village.households
    village.memory["bred"] = {}
    if rules.cattle.on:
        use, owner, kg = village.memory["harvest"]
        cut = use == village.uses.index["forage"]
        grass = np.bincount(owner[cut], weights=kg[cut], minlength=len(households))
        needed = households.cattle * rules.cattle.grass
        _bear(
            village, now, "cattle", households.cattle, livelihood.inputs_bought(grass + rules.cattle.gathered, needed)
        )
    if rules.goats.on:
        _bear(village, now, "goats", households.stalled_goats, np.ones(len(households)))
        households.stalled_goats[:] = np.minimum(households.stalled_goats, households.goats)
        households.free_goats[:] = households.goats - households.stalled_goats


def _bear(village: Village, now: Now, kind: str, stalled: np.ndarray, fed: np.ndarray) -> None:
    """A year of one kind; heads in the stall bear with the food and work they get, free ones by themselves."""
    households, stock, heads = village.households, _stock(village, kind), getattr(village.households, kind)
    if not heads.any():
        return
    cost = stalled * (stock.feed * now.input_ratio)
    bought = livelihood.inputs_bought(means.purse(village), cost)
    work = village.memory["work"].fulfilled @ np.array(stock.seasons)
    share = np.divide(stalled, heads, out=np.zeros(len(heads)), where=heads > 0)
    luck = village.streams.uniform(f"husbandry.{kind}", now.year, households.id[:, None], np.arange(3)[None, :])
    done = 1 - share * (1 - work * fed * bought)
    year = husbandry.herd_year(stock, heads, village.memory[f"{kind} wanted"], done, luck)
    for entry, moved in (("born", year.born), ("died", -year.died), ("sold", -year.sold)):
        _move(village, kind, entry, moved)
    price = _prices(village, kind).young
    village.memory["bred"][kind] = Bred((year.born - year.died) * price, cost * bought, share)
    sales = village.pay("young stock sold", village.fen(year.sold * price))
    village.count(f"money for young {kind}", sales, households.village)
    feed = village.pay("feed of herds", -village.fen(cost * bought))
    households.herd_income[:] += sales + feed
    households.enterprise_income[:] += sales + feed
