"""Cooperatives at work: what members bring is sold or processed, members work, the surplus is shared out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.economy import surplus
from village_abm.economy.cooperatives import Cooperatives
from village_abm.village import Village
from village_abm.year.coop_books import members, outside, selling, settle, working
from village_abm.year.exogenous import Now


@dataclass
class Year:
    """What the trade of a year needs to know; arrays of shape (cooperatives,) or (members,)."""

    rules: Cooperatives
    rows: np.ndarray
    """Rows of the members of cooperatives that work."""
    coops: np.ndarray
    """The cooperative of each."""
    business: np.ndarray
    """What each did with it: deliveries and wages [fen]."""
    does: dict[str, np.ndarray]
    """Numbers of the type of each cooperative."""
    before: np.ndarray
    """Cash before the trade [fen]."""

    def total(self, amounts: np.ndarray) -> np.ndarray:
        """Sums of the members' amounts by cooperative."""
        return np.bincount(self.coops, weights=amounts, minlength=len(self.before))


def trade(village: Village, now: Now) -> None:
    """Buy, sell, process, employ and teach; then share out the surplus and build what pays."""
    rules, coops = village.params.cooperatives, village.cooperatives
    rows, of = members(village, working(village))
    fields = ("help", "line", "jobs", "visitors", "margin")
    does = {field: rules.drivers.column(field)[coops.driver] * working(village) for field in fields}
    year = Year(rules, rows, of, np.zeros(len(rows), np.int64), does, coops.cash.copy())
    owed = np.minimum(year.before, 0) * rules.trade.interest
    line_days = _sell(village, now, year)
    _employ(village, now, year, line_days)
    _save_inputs(village, year)
    outside(village, "interest", np.rint(owed).astype(np.int64))
    _share_out(village, year)
    _teach(village, year)
    _build(village, year)
    visited = np.bincount(coops.village, weights=does["visitors"] * coops.alive, minlength=len(village.names))
    village.memory["visitors"] = 1 + rules.trade.visitors * np.minimum(visited, 1.0)


def _sell(village: Village, now: Now, year: Year) -> np.ndarray:
    """Pay for deliveries, process what pays and sell; days of work in the lines (cooperatives,)."""
    rules, coops, uses = year.rules, village.cooperatives, village.uses
    brought = village.memory["deliveries"]
    coops.delivered[:] = coops.outside[:] = coops.processed[:] = coops.price_paid[:] = coops.gain[:] = 0.0
    costs = np.where(working(village), village.fen(rules.trade.overhead), 0)
    outside(village, "running costs", -costs)
    if brought is None:
        return np.zeros(len(coops))
    kg, paid = year.total(brought["kg"][year.rows]), brought["paid"][year.rows]
    settle(village, "paid for deliveries", paid, year.rows, year.coops)
    village.households.enterprise_income[year.rows] += paid - brought["worth"][year.rows]
    year.business += paid
    region = village.params.market.region
    keep = np.full(len(uses), region.usual_margin)
    keep[list(village.memory["trade"])] = region.margin
    use = np.maximum(coops.use, 0)
    cover = _cover(village)[coops.village]
    better = 1 + surplus.premium(rules.trade, coops.brand, year.does["visitors"] * cover)
    net = (1 - year.does["margin"]) / (1 - keep[use]) * better
    fresh, usual = village.memory["price"][use] * net, village.memory["usual price"][use] * net
    sound = village.year - coops.line_built <= rules.line.life  # the last part is written down in the last year it runs
    room = coops.line_capacity * (rules.line.on & working(village) & sound)
    run = surplus.processed(rules.line, kg, room, fresh, usual, now.day_wage)
    brings = surplus.made(rules.line, run, usual)
    sold = {"sold fresh": village.fen((kg - run) * fresh), "sold processed": village.fen(run * brings)}
    for entry, fen in sold.items():
        outside(village, entry, fen)
    village.memory["cooperatives sold"] = {"use": use, **sold}
    outside(village, "processing", -village.fen(rules.line.cost_share * run * np.maximum(brings - fresh, 0.0)))
    spent = rules.trade.quality if rules.trade.premium_max > 0 else 0.0
    outside(village, "handling and quality", -village.fen((rules.trade.handling + spent) * kg * fresh))
    coops.brand[:] = surplus.brand_after(rules.trade, coops.brand, np.where(kg > 0, spent, 0.0))
    coops.delivered[:], coops.processed[:] = kg, run
    coops.outside[:] = year.total(brought["outside"][year.rows])
    real = village.real(year.total(paid))
    coops.price_paid[:] = np.divide(real, kg, out=np.zeros(len(kg)), where=kg > 0)
    agreed = surplus.agreed_price(rules.trade, usual, fresh)
    lost = np.divide(agreed, fresh, out=np.ones(len(kg)), where=fresh > 0) - 1
    coops.gain[:] = np.where((kg == 0) & (coops.outside > 0), lost, 0.0)
    return run / rules.line.per_day


def _cover(village: Village) -> np.ndarray:
    """Mean cover of each village."""
    where = village.patches.village
    return np.bincount(where, weights=village.patches.cover, minlength=len(village.names)) / np.bincount(where)


def _employ(village: Village, now: Now, year: Year, line_days: np.ndarray) -> None:
    """Give work in the lines to members without work first, then other paid work; both books of days hold it."""
    rules, households, rows, of = year.rules, village.households, year.rows, year.coops
    idle = households.idle_days[rows]
    there = year.total(idle)
    done = np.minimum(line_days, there)
    in_line = idle * np.divide(done, there, out=np.zeros(len(there)), where=there > 0)[of]
    sought = np.minimum(idle - in_line, rules.trade.job_days * year.does["jobs"][of])
    days = in_line + sought
    households.idle_days[rows] -= days
    households.cooperative_days[rows] = days
    village.ledger["labour"].enter("without work", days, rows)
    village.ledger["labour"].enter("worked for cooperatives", -days, rows)
    wages = village.fen(days * now.day_wage)
    settle(village, "wages of cooperatives", wages, rows, of)
    households.enterprise_income[rows] += wages
    year.business += village.fen(sought * now.day_wage)
    outside(village, "wages to others", -village.fen((line_days - done) * now.day_wage))
    outside(village, "contract work", village.fen(year.total(sought) * now.day_wage * (1 + rules.trade.job_fee)))


def _save_inputs(village: Village, year: Year) -> None:
    """What members save because inputs are bought jointly, where the cooperative sells; suppliers bear it."""
    rows = year.rows[selling(village)[year.coops]]
    spent = village.memory["farm money"]["inputs"][rows]
    saved = np.rint(spent * year.rules.trade.inputs_saved).astype(np.int64)
    village.pay("saved on inputs", saved, rows)
    village.households.enterprise_income[rows] += saved


def plant(village: Village, years_back: int = 0) -> np.ndarray:
    """What of the lines is not yet written down [fen]; (cooperatives,)."""
    coops = village.cooperatives
    age = village.year - years_back - coops.line_built.astype(np.int64)
    return surplus.worn(village.params.cooperatives.line, coops.line_cost, age)


def _share_out(village: Village, year: Year) -> None:
    """Patronage, dividends and reserves out of a surplus; a loss eats reserves, then shares. A few cooperatives."""
    coops, households, rules = village.cooperatives, village.households, year.rules.trade
    wear = plant(village, 1) - plant(village)
    coops.surplus[:] = np.where(working(village), coops.cash - year.before - wear, 0)
    reserves = year.before + plant(village, 1) - coops.shares
    brought = village.memory["deliveries"]
    for coop in np.flatnonzero(working(village)).tolist():
        at = np.flatnonzero(year.coops == coop)
        rows, of = year.rows[at], np.full(len(at), coop)
        patronage, dividends = surplus.distributed(rules, int(coops.surplus[coop]), int(reserves[coop]))
        for entry, fen, weights in (
            ("patronage", patronage, year.business[at]),
            ("dividends", dividends, households.cooperative_share[rows]),
        ):
            if fen and weights.sum() > 0:
                parts = surplus.shared(fen, weights)
                settle(village, entry, parts, rows, of)
                households.enterprise_income[rows] += parts
        worth, paid = (int(brought[name][rows].sum()) if brought else 0 for name in ("worth", "paid"))
        if worth:
            # Of what is given back, that for work is no part of the price.
            coops.gain[coop] = paid * (1 + patronage / int(year.business[at].sum())) / worth - 1
        _write_down(village, coop, rows)


def _write_down(village: Village, coop: int, rows: np.ndarray) -> None:
    """Let losses beyond the reserves eat members' shares; no money moves."""
    coops, households = village.cooperatives, village.households
    missing = int(coops.shares[coop] - coops.cash[coop] - plant(village)[coop])
    loss = min(max(missing, 0), int(coops.shares[coop]))
    if loss:
        households.cooperative_share[rows] -= surplus.shared(loss, households.cooperative_share[rows])
        coops.shares[coop] -= loss


def _teach(village: Village, year: Year) -> None:
    """Teach members their product, and give them seedlings as far as the cooperative's money goes.

    Stands under contract cost the house nothing, so nothing is given for them.
    """
    rules, coops, households, patches = year.rules.trade, village.cooperatives, village.households, village.patches
    at = np.flatnonzero((year.does["help"] > 0)[year.coops] & (coops.use >= 0)[year.coops])
    if not len(at):
        return
    rows, of = year.rows[at], year.coops[at]
    use, help_ = coops.use[of].astype(np.int64), year.does["help"][of]
    known = households.knowledge[rows, use]
    households.knowledge[rows, use] = known + rules.teaching * help_ * (1 - known)
    product, given = np.full(len(households), -1), np.zeros(len(households))
    product[rows], given[rows] = use, help_ * rules.seedlings
    paid = (patches.use_age == 1) & (patches.scheme < 0)
    new = np.flatnonzero(paid & village.uses.is_kind("perennial")[patches.use])
    worker = village.workers[new]
    new, worker = new[worker >= 0], worker[worker >= 0]
    mine = product[worker] == patches.use[new]
    cost = village.uses.establish_cash[patches.use[new[mine]]] * village.hectares * given[worker[mine]]
    wanted = np.bincount(worker[mine], weights=cost, minlength=len(households))[rows]
    total = np.bincount(of, weights=wanted, minlength=len(coops))
    able = np.maximum(village.real(coops.cash), 0.0)
    part = np.minimum(1.0, np.divide(able, total, out=np.zeros(len(total)), where=total > 0))
    fen = np.floor(village.fen(wanted) * part[of]).astype(np.int64)
    settle(village, "seedlings given", fen, rows, of)
    households.enterprise_income[rows] += fen


def _build(village: Village, year: Year) -> None:
    """Build lines where enough is delivered and the cooperative has its part of the money; the bank lends the rest."""
    rules, coops = year.rules.line, village.cooperatives
    if not rules.on:
        return
    cost = village.fen(rules.cost * coops.delivered)
    none = (coops.line_built == 0) | (village.year - coops.line_built >= rules.life)
    may = (year.does["line"] > 0) & none & (coops.delivered >= rules.least) & (coops.cash >= rules.own_money * cost)
    rows = np.flatnonzero(may)
    outside(village, "line built", -cost[rows], rows)
    coops.line_built[rows], coops.line_cost[rows], coops.line_capacity[rows] = (
        village.year,
        cost[rows],
        coops.delivered[rows],
    )
    for row in rows.tolist():
        why = {
            "cooperative": int(coops.id[row]),
            "delivered t": round(float(coops.delivered[row]) / 1000, 1),
            "least t": rules.least / 1000,
            "cost": round(float(village.real(cost[row]))),
        }
        village.tell("line built", why=why)
