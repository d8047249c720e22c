"""The purse and the pot: grain, sales, living, sickness, debt, poverty; all money in yuan of 2020."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from village_abm.economy.enterprises import UseArrays
from village_abm.params import needs
from village_abm.streams import Streams


@dataclass(frozen=True)
class Livelihood:
    """How households eat, spend, save, borrow and fall ill."""

    opening_savings: float = needs("CNY/person", "savings at the start of a run", price="2020")
    grain_budget: float = needs("1", "share of the year's cash income that can go on bought grain")
    animal_margin: float = needs(
        "CNY/kg", "what a kg of grain fed to pigs and poultry brings above its own worth", price="2020"
    )
    animals_sold: float = needs("1", "share of the worth of fattened animals that is sold for cash")
    living_floor: float = needs("1", "living cost that comes before saving, against the poverty line")
    hunger_floor: float = needs("1", "part of the living floor that people borrow for")
    savings_rate: float = needs("1", "share saved of the income above the living floor")
    repayment: float = needs("1", "share of the income above the hunger floor that goes to pay debt back")
    debt_rate: float = needs("1/yr", "interest on debt")
    credit_multiple: float = needs("yr", "largest debt, in years of cash income")
    sickness_rate: float = needs("1/yr", "chance that a household meets a costly illness")
    sickness_cost: float = needs("CNY", "mean cost of it in 2020, before reimbursement", price="2020")
    sickness_spread: float = needs("1", "standard deviation of the logarithm of that cost between cases")
    buffer: float = needs("1", "most of a year's income that savings may add before a household counts as poor")
    poor_again_years: float = needs("yr", "years after leaving poverty in which being poor counts as poor again")
    insured_from: float = needs("yr", "year from which rural health insurance pays")
    reimbursed: float = needs("1", "share of the cost that insurance pays")
    reimbursed_poor: float = needs("1", "share of the cost that insurance pays to registered poor households")


@dataclass(frozen=True)
class GrainBalance:
    """Grain of the year [kg/yr], by household: need = eaten + bought + gap x need; grown = eaten + sold."""

    eaten: np.ndarray
    sold: np.ndarray
    bought: np.ndarray
    gap: np.ndarray
    """Share of the need neither grown nor affordable [1]."""
    eaten_share: np.ndarray
    """Share of the grain grown that is eaten at home [1]."""


def affordable_grain(
    rules: Livelihood, cash: np.ndarray, cash_income: np.ndarray, price: np.ndarray | float
) -> np.ndarray:
    """Grain that a household can buy at `price` [CNY/kg]; (households,) [kg/yr].

    Savings and `grain_budget` of the year's cash income; debt buys no grain.
    """
    money = np.maximum(cash, 0.0) + rules.grain_budget * np.maximum(cash_income, 0.0)
    return money / price


def own_food_share(affordable: np.ndarray, need: np.ndarray) -> np.ndarray:
    """Share of its grain need that a household must grow because it could not buy it; (households,) [1]."""
    bought = np.divide(affordable, need, out=np.ones_like(need, dtype=float), where=need > 0)
    return np.clip(1.0 - bought, 0.0, 1.0)


def grain_balance(grown: np.ndarray, need: np.ndarray, affordable: np.ndarray) -> GrainBalance:
    """Eat the own grain first, sell what is over, buy what is missing as far as money goes; (households,)."""
    eaten = np.minimum(grown, need)
    bought = np.minimum(need - eaten, affordable)
    missing = need - eaten - bought
    gap = np.divide(missing, need, out=np.zeros_like(missing), where=need > 0)
    share = np.divide(eaten, grown, out=np.zeros_like(eaten), where=grown > 0)
    return GrainBalance(eaten, grown - eaten, bought, gap, share)


def grain_grown(
    uses: UseArrays, use: np.ndarray, harvest: np.ndarray, owner: np.ndarray, households: int
) -> np.ndarray:
    """Grain equivalent of the harvest [kg/yr] by household; `harvest` [kg/yr] (plots,)."""
    held = owner >= 0
    return np.bincount(owner[held], weights=(harvest * uses.grain[use])[held], minlength=households)


@dataclass(frozen=True)
class Animals:
    """Pigs and poultry of the yard, by household: grain fed [kg/yr], cash from sales and worth eaten [CNY]."""

    fed: np.ndarray
    sold: np.ndarray
    eaten: np.ndarray


def animals(rules: Livelihood, balance: GrainBalance, food_need: np.ndarray, price: float) -> Animals:
    """What the grain left over from food is turned into; people eat first; (households,).

    fed = eaten + bought - food need; worth = fed (grain price + margin) [CNY], of which a share is sold. The
    worth of the grain itself stands in the farm account as eaten, so `eaten` here is what the yard adds to it:
    worth x (1 - share sold) - fed x price, negative where more is sold than added.
    """
    fed = np.maximum(balance.eaten + balance.bought - food_need, 0.0)
    worth = fed * (price + rules.animal_margin)
    sold = rules.animals_sold * worth
    return Animals(fed, sold, worth - sold - fed * price)


def inputs_bought(purse: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Share of the wanted inputs that the purse reaches for, `min(1, purse / wanted)`; (households,) [1]."""
    return np.divide(purse, wanted, out=np.ones(len(wanted)), where=wanted > purse)


@dataclass(frozen=True)
class FarmAccount:
    """The farm's money of the year [CNY], by household: income = sold + eaten + gathered - inputs."""

    sold: np.ndarray
    eaten: np.ndarray
    gathered: np.ndarray
    inputs: np.ndarray


def input_cost(uses: UseArrays, use: np.ndarray, area: float, input_ratio: float) -> np.ndarray:
    """Cost of all the inputs that plots ask for, those of annual crops x `input_ratio`; (plots,) [CNY]."""
    return uses.cash_cost[use] * np.where(uses.is_kind("crop")[use], input_ratio, 1.0) * area


def farm_account(
    uses: UseArrays,
    use: np.ndarray,
    harvest: np.ndarray,
    area: float,
    owner: np.ndarray,
    price: np.ndarray,
    eaten_share: np.ndarray,
    input_ratio: float,
    bought: np.ndarray,
) -> FarmAccount:
    """Sales, grain eaten at its farm-gate worth, products gathered and inputs bought; (households,) [CNY].

    `harvest` [kg/yr] (plots,), `price` [CNY/kg] (uses,), `eaten_share` (households,) of every grain crop;
    inputs of annual crops x `input_ratio`, all x the share `bought` (plots,). Planting costs are not in it.
    """
    held = np.flatnonzero(owner >= 0)
    of, kind = owner[held], use[held]
    worth = harvest[held] * price[kind]
    home = np.where(uses.grain[kind] > 0, eaten_share[of], 0.0)

    def total(amount: np.ndarray) -> np.ndarray:
        return np.bincount(of, weights=amount, minlength=len(eaten_share))

    return FarmAccount(
        sold=total(worth * (1 - home)),
        eaten=total(worth * home),
        gathered=total(uses.byproduct[kind] * area),
        inputs=total(input_cost(uses, kind, area, input_ratio) * bought[held]),
    )


def credit_limit(rules: Livelihood, cash_income: np.ndarray) -> np.ndarray:
    """Largest debt a household is given [CNY]; (households,)."""
    return rules.credit_multiple * np.maximum(cash_income, 0.0)


def purse(rules: Livelihood, cash: np.ndarray, cash_income: np.ndarray, more: np.ndarray | float = 0.0) -> np.ndarray:
    """Cash and unused credit, `more` than by income included, free for planting [CNY]; (households,)."""
    return np.maximum(cash + credit_limit(rules, cash_income) + more, 0.0)


def written_off(
    rules: Livelihood, cash: np.ndarray, cash_income: np.ndarray, more: np.ndarray | float = 0.0
) -> np.ndarray:
    """Debt above what can ever be lent, which lenders give up at the close of the year [CNY]; (households,)."""
    return np.maximum(-cash - credit_limit(rules, cash_income) - more, 0.0)


def credit_kept(rules: Livelihood, cash: np.ndarray, cash_income: np.ndarray, before: np.ndarray) -> np.ndarray:
    """What of credit `before` beyond that by income is still in use, as debt is repaid [CNY]; (households,)."""
    return np.minimum(before, written_off(rules, cash, cash_income))


def interest(rules: Livelihood, cash: np.ndarray) -> np.ndarray:
    """Interest owed on debt this year [CNY], not negative; (households,)."""
    return rules.debt_rate * np.maximum(-cash, 0.0)


@dataclass(frozen=True)
class Living:
    """What the year's living cost, by household [CNY]."""

    total: np.ndarray
    """Worth of all that was consumed, grain eaten included."""
    paid: np.ndarray
    """Cash still to be paid, after what was already spent on food."""
    unmet: np.ndarray
    """What was missing to the living floor."""


def living(
    rules: Livelihood,
    cash: np.ndarray,
    cash_income: np.ndarray,
    in_kind: np.ndarray,
    spent: np.ndarray,
    people: np.ndarray,
    line: float,
) -> Living:
    """Living costs of the year by household [CNY].

    Floor = living_floor x poverty line x people. Above it the share 1 - savings rate of the rest of income
    is spent. Below it savings are eaten up, and debt is taken only to reach the hunger floor, within credit.
    Debtors spend less: the share `repayment` of their income above the hunger floor pays debt back.
    `cash` after interest, without the year's `cash_income`; `spent` cash already gone on bought grain.
    """
    floor = rules.living_floor * line * people
    income = cash_income + in_kind
    own = income + np.maximum(cash, 0.0)
    credit = np.maximum(credit_limit(rules, cash_income) - np.maximum(-cash, 0.0), 0.0)
    hungry = rules.hunger_floor * floor
    low = np.maximum(np.minimum(floor, own), np.minimum(hungry, np.maximum(own, 0.0) + credit))
    wanted = np.where(income > floor, floor + (1 - rules.savings_rate) * (income - floor), low)
    frugal = income - np.minimum(rules.repayment * np.maximum(income - hungry, 0.0), np.maximum(-cash, 0.0))
    wanted = np.where((cash < 0) & (income > hungry), np.minimum(wanted, frugal), wanted)
    total = np.maximum(np.where(people > 0, wanted, 0.0), in_kind + spent)
    return Living(total, total - in_kind - spent, np.maximum(floor - total, 0.0))


def sickness(
    rules: Livelihood, luck: np.ndarray, year: int, cost_ratio: float, registered_poor: np.ndarray
) -> np.ndarray:
    """What a costly illness takes out of the purse this year, after insurance [CNY]; (households,).

    Struck where `luck` (one uniform a household) < the yearly rate. `cost_ratio` is the price of care in the
    year against 2020 at equal money, for which the ratio of real day wages serves.
    """
    share = np.where(registered_poor, rules.reimbursed_poor, rules.reimbursed) if year >= rules.insured_from else 0.0
    return np.where(luck < rules.sickness_rate, rules.sickness_cost * cost_ratio * (1 - share), 0.0)


def case_size(rules: Livelihood, streams: Streams, year: int, ids: np.ndarray) -> np.ndarray | float:
    """Cost of each household's illness of the year over the mean cost, exp(s z - s^2/2); as `ids` [1].

    s = `sickness_spread`; where it is nothing every case costs the same and nothing is drawn.
    """
    spread = rules.sickness_spread
    return np.exp(spread * streams.normal("livelihood.case", year, ids) - spread**2 / 2) if spread else 1.0


def entering_poverty(
    rules: Livelihood, year: int, was: np.ndarray, poor: np.ndarray, known: np.ndarray, left: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who became poor, who of them is poor again, and the year each last left poverty; all (households,).

    Of `known` households (whose last year is known) those `poor` now that `was` not; poor again within
    `poor_again_years` of the year in which they `left` poverty (0 never).
    """
    fell = poor & ~was & known
    again = fell & (left > 0) & (year - left <= rules.poor_again_years)
    return fell, again, np.where(was & ~poor, year, left)


def bridged(rules: Livelihood, income: np.ndarray, care: np.ndarray, cash: np.ndarray) -> np.ndarray:
    """What a household can live on when the poor are counted, in the money handed in; (households,).

    Income less illness, and savings (`cash` above nothing) up to `buffer` of income: who can bridge a bad year is
    not counted as poor.
    """
    return income - care + np.minimum(np.maximum(cash, 0), rules.buffer * np.maximum(income, 0))


def per_head(income: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Income per person [CNY]; nothing for a household without people; (households,)."""
    return np.divide(income, people, out=np.zeros(len(people)), where=people > 0)


def remember(memory: np.ndarray, income_per_head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Income memory with the latest year first, (households, 3), and the best of it, (households,) [CNY]."""
    kept = np.column_stack([income_per_head, memory[:, :-1]])
    return kept, kept.max(axis=1)


def missing_income(memory: np.ndarray, best: np.ndarray, people: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Income missing to the best of three years, per area held [CNY/ha/yr], not negative; (households,)."""
    lost = np.maximum(best - memory[:, 0], 0.0) * people
    return np.divide(lost, area, out=np.zeros(len(people)), where=area > 0)
