"""Patterns of who gains, over seeds of the full village in pairs of one luck; windows are those of targets.toml.

Poverty returns where support ends (P7), inequality and what moves it (P13), income against nature's services where one
crop is planted on all converted land (P17). Run with -m slow, and with -s to read the figures.
"""

import multiprocessing
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

from village_abm import VillageModel, load_params
from village_abm.accounting import inequality
from village_abm.policy.schemes import LandScheme
from village_abm.records import params_folder, read_toml

pytestmark = pytest.mark.slow

SOURCES = ("farm_income", "wage_income", "remittances", "payments", "enterprise_income")
SENT = SOURCES.index("remittances")
MEASURED = 2022  # two years after the last support
PERENNIALS = ("prickly_ash", "fruit", "cili", "dragon_fruit", "honeysuckle", "herbs", "timber")


# Runs, in processes of their own --------------------------------------------------------------------------


def path_of(scenario, changes, seed):
    """Indicators of a run."""
    return VillageModel(load_params(scenario, changes), rng=seed).run().indicators


def incomes(scenario, changes, seed):
    """Each year's household ids, members and income by source, fines taken off payments; who ever took part."""
    years, took_part = {}, set()

    def note(now):
        households, village = now.households, now.village
        holders = np.unique(village.patches.owner[village.under(LandScheme)])
        took_part.update(households.id[holders[holders >= 0]].tolist())
        rows = np.flatnonzero(households.alive & (households.members > 0))
        parts = np.column_stack([village.real(getattr(households, name)[rows]) for name in SOURCES])
        parts[:, SOURCES.index("payments")] -= village.real(households.fined[rows])
        years[now.year] = households.id[rows], households.members[rows], parts

    frame = VillageModel(load_params(scenario, changes), rng=seed).run(on_year=note).indicators
    return frame, years, np.array(sorted(took_part))


TWENTY, TEN = range(1, 21), range(1, 11)
ALLOWANCE = {"schemes.living_allowance.years": [2007, 2050]}
UNTIL = {"scenario.end": MEASURED}
JOBS = {
    "kept": [(path_of, "poverty_exit", UNTIL, seed) for seed in TWENTY],
    "withdrawn": [(path_of, "poverty_exit_withdrawn", UNTIL, seed) for seed in TWENTY],
    "allowance kept": [(path_of, "poverty_exit_withdrawn", UNTIL | ALLOWANCE, seed) for seed in TEN],
    "all": [(incomes, "village", {}, seed) for seed in TEN],
    "no conversion": [(incomes, "village", {"scenario.schemes": "kd_engineering"}, seed) for seed in TEN],
    "no rental": [(incomes, "village", {"farm.rental.on": False}, seed) for seed in TEN],
    "no perennials": [(incomes, "village", {f"uses.{u}.voluntary": False for u in PERENNIALS}, seed) for seed in TEN],
    "one crop": [(path_of, "over_planting", {}, seed) for seed in TEN],
}


@pytest.fixture(scope="module")
def runs():
    """What every job brought, by name, one for each seed in order."""
    found = defaultdict(list)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [(name, pool.submit(*job)) for name, jobs in JOBS.items() for job in jobs]
        for name, job in waiting:
            found[name].append(job.result())
    return found


@pytest.fixture(scope="module")
def window():
    """Lowest and highest value of a target."""
    targets = read_toml(params_folder() / "targets.toml")
    return lambda name: tuple(targets[name]["window"])


def show(what, values):
    values = np.asarray(values, dtype=float)
    low, high = values.min(), values.max()
    print(f"\n{what}: mean {values.mean():.4f} +- {values.std(ddof=1):.4f} ({low:.4f} to {high:.4f})")
    return values


def spread_of(year, rows=None, less=None):
    """Gini coefficient of income per head, of some households, or less one source; losses count as nothing."""
    ids, members, parts = year
    kept = np.ones(len(ids), bool) if rows is None else np.isin(ids, rows)
    income = parts.sum(axis=1) - (0 if less is None else parts[:, less])
    heads, _ = inequality.without_losses(income[kept] / members[kept])
    return inequality.gini(heads, members[kept])


def between(first, last, one, other):
    """Mean over years of a measure of one run less that of its twin."""
    return np.mean([one(year) - other(year) for year in range(first, last + 1)])


# P7: the return of poverty --------------------------------------------------------------------------------


def test_twins_are_the_same_village_until_support_ends(runs):
    for kept, left in zip(runs["kept"], runs["withdrawn"], strict=True):
        assert kept.loc[:2020].equals(left.loc[:2020])


def test_with_support_hardly_anybody_who_left_poverty_is_poor_again(runs, window):
    rate = show("P7 poor with support", [f.loc[MEASURED, "poverty_return_rate"] for f in runs["kept"]])
    show("   households", [f.loc[MEASURED, "poverty_return_households"] for f in runs["kept"]])
    show("   share of income that schemes pay", [f.loc[MEASURED, "policy_income_share"] for f in runs["kept"]])
    assert rate.mean() <= window("poverty_with_support")[1]
    assert rate.max() < 0.06
    assert min(f.loc[MEASURED, "out_of_poverty"] for f in runs["kept"]) > 50


def test_two_years_after_support_ends_a_tenth_to_a_quarter_of_them_are_poor(runs, window):
    low, high = window("poverty_after_support")
    rate = show("P7 poor without support", [f.loc[MEASURED, "poverty_return_rate"] for f in runs["withdrawn"]])
    show("   households", [f.loc[MEASURED, "poverty_return_households"] for f in runs["withdrawn"]])
    assert low <= rate.mean() <= high
    assert (rate > [f.loc[MEASURED, "poverty_return_rate"] + 0.05 for f in runs["kept"]]).all()


def test_where_the_living_allowance_stays_few_of_them_fall_back(runs):
    stays = show("P7 poor, allowance kept", [f.loc[MEASURED, "poverty_return_rate"] for f in runs["allowance kept"]])
    assert stays.mean() < 0.06


# P13: inequality ------------------------------------------------------------------------------------------


@pytest.mark.xfail(strict=True, reason="the incomes of one village lie closer together than the window says")
def test_the_gini_coefficient_of_a_village_lies_between_three_and_four_and_a_half_tenths(runs, window):
    low, high = window("gini")
    assert low <= show("P13 Gini, mean of years", [frame["income_gini"].mean() for frame, *_ in runs["all"]]).mean()
    assert show("P13 Gini in 2020", [frame.loc[2020, "income_gini"] for frame, *_ in runs["all"]]).mean() <= high


def test_inequality_is_higher_in_2020_than_in_2010(runs):
    rise = [frame.loc[2020, "income_gini"] - frame.loc[2010, "income_gini"] for frame, *_ in runs["all"]]
    assert show("P13 rise of the Gini, 2010 to 2020", rise).mean() > 0.01


def test_grain_for_green_brings_those_who_take_part_closer_together(runs, window):
    low, high = window("gini_by_grain_for_green")
    gap = []
    for (_, with_it, took_part), (_, without, _) in zip(runs["all"], runs["no conversion"], strict=True):
        gap.append(between(2000, 2007, lambda y, a=with_it, who=took_part: spread_of(a[y], who),
                           lambda y, b=without, who=took_part: spread_of(b[y], who)))  # fmt: skip
    assert low <= show("P13 Gini of participants, with less without Grain for Green", gap).mean() < high
    assert np.mean(np.array(gap) < 0) >= 0.9


def test_boom_crops_set_households_further_apart(runs, window):
    low, high = window("gini_by_perennials")
    pairs = list(zip(runs["all"], runs["no perennials"], strict=True))
    for first, last in ((2000, 2011), (2012, 2020)):
        gap = [between(first, last, lambda y, f=f: f.loc[y, "income_gini"], lambda y, g=g: g.loc[y, "income_gini"])
               for (f, *_), (g, *_) in pairs]  # fmt: skip
        assert low < show(f"P13 Gini with less without perennials, {first} to {last}", gap).mean() <= high


def test_renting_land_does_not_set_households_further_apart(runs):
    """Who rents out is old or away, and what is let for nothing goes to those who stayed: it evens out a little."""
    gap = [between(2010, 2020, lambda y, f=f: f.loc[y, "income_gini"], lambda y, g=g: g.loc[y, "income_gini"])
           for (f, *_), (g, *_) in zip(runs["all"], runs["no rental"], strict=True)]  # fmt: skip
    assert -0.03 < show("P13 Gini with less without rental, 2010 to 2020", gap).mean() < 0


def test_money_from_the_first_migrants_divides_and_that_of_the_many_evens_out(runs):
    """Early migrants are few and not the poorest, as in Stark, Taylor and Yitzhaki (1986); told is the other order."""
    early, late = (
        [between(*years, lambda y, a=found: spread_of(a[y]), lambda y, a=found: spread_of(a[y], less=SENT))
         for _, found, _ in runs["all"]] for years in ((1990, 1999), (2010, 2020))
    )  # fmt: skip
    assert show("P13 Gini with less without remittances, 1990s", early).min() > 0
    assert show("P13 Gini with less without remittances, 2010 to 2020", late).max() < 0


# P17: over-planting ---------------------------------------------------------------------------------------


def test_one_crop_on_all_converted_land_pays_and_takes_from_the_services_that_nobody_sells(runs, window):
    pairs = [(one, frame) for one, (frame, *_) in zip(runs["one crop"], runs["all"], strict=True)]

    def change(column):
        return [one.loc[2011:2020, column].mean() - frame.loc[2011:2020, column].mean() for one, frame in pairs]

    low, high = window("regulating_share_by_over_planting")
    share = show("P17 regulating share of GEP", change("gep_regulating_share"))
    show("   regulating services [CNY/ha]", change("gep_regulating"))
    show("   products [CNY/ha]", change("gep_provisioning"))
    assert low <= share.mean() < high
    assert np.mean(share < 0) >= 0.9
    low, high = window("income_by_over_planting")
    assert low < show("P17 real income a head [CNY]", change("income_real")).mean() < high
