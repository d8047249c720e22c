"""The shipped scenarios, and directions: one thing changed under the same luck moves the village the right way."""

from itertools import pairwise

import numpy as np
import pytest
from village_of_test import OF_A_GROUP, SHIPPED, TWINS, VARIED, chronicle, differing, lived, model

from agents.backbone_farmer import BackboneFarmer
from agents.cooperative import Cooperative
from agents.government import Government
from agents.household import Household
from agents.patch import GRADES
from agents.returning_migrant import ReturningMigrant
from village_abm import VillageModel, load_params
from village_abm.records import params_folder
from village_abm.scenario import shipped_scenarios
from village_abm.year import exogenous, nature

SEEDS = (1, 2, 3)
FIRST, SECOND, WORKS = "grain_for_green_1", "grain_for_green_2", "kd_engineering"


def paying_nothing(*schemes):
    """Overrides that leave schemes in force without a fen to give."""
    params = load_params()
    shipped, changes = params.schemes, {}
    for name in schemes:
        payment = shipped[name].payment
        for field in type(payment).__dataclass_fields__:
            value = getattr(payment, field)
            if f"schemes.{name}.payment.{field}" in params.numbers:  # what its file leaves out is nothing already
                changes[f"schemes.{name}.payment.{field}"] = [0] * len(value) if isinstance(value, tuple) else 0
        if name != WORKS:
            changes[f"schemes.{name}.payment.grain_price"] = payment.grain_price  # a price of no grain
    return changes


def told(now, kind):
    return [event for event in now.events if event["kind"] == kind]


# Every scenario -------------------------------------------------------------------------------------------


def test_these_are_the_scenarios_that_are_shipped():
    assert sorted(SHIPPED + VARIED + TWINS) == shipped_scenarios(params_folder())


@pytest.mark.parametrize("scenario", SHIPPED)
@pytest.mark.parametrize("seed", SEEDS[1:])
def test_every_scenario_lives_to_its_end_whatever_the_luck(scenario, seed):
    now = model(scenario, seed=seed).run()
    plan = now.params.scenario
    assert now.map_years == list(range(plan.start, plan.end + 1))
    assert now.indicators["population"].min() > 0


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SHIPPED + VARIED + TWINS)
def test_every_scenario_lives_to_its_end_at_its_full_size(scenario):
    now = VillageModel(load_params(scenario), rng=11).run()
    assert now.year == now.params.scenario.end
    found = now.indicators
    lacking = {column.split(".")[0] for column in found.columns[~np.isfinite(found).all()]}
    assert lacking <= OF_A_GROUP


@pytest.mark.parametrize("scenario", ["village", "p1_1980"])
def test_a_scenario_may_be_cut_short(scenario):
    end = 1992
    now = model(scenario, {"scenario.end": end}).run()
    whole = lived(scenario)
    assert now.map_years[-1] == end
    assert now.indicators.equals(whole.indicators.loc[:end])


# What they are about --------------------------------------------------------------------------------------


def test_in_the_default_village_land_enters_each_round_in_its_years_only():
    # The second round is small and voluntary: a lone small village may have nobody who enters it.
    lives = [lived("village"), lived("village", seed=3)]
    now = lives[0]
    for number, (name, scheme) in enumerate(now.params.schemes.items()):
        if name not in now.params.scenario.schemes or name == WORKS:
            continue
        events = [event for life in lives for event in told(life, "enrolled")]
        years = {event["year"] for event in events if event["why"]["scheme"] == name}
        assert years, name
        assert min(years) >= scheme.years[0]
        assert max(years) <= scheme.years[1]
        under = now.patches.scheme == number
        assert (now.patches.slope[under] >= min(scheme.eligible.least_slope)).all()


def test_plots_that_enter_the_first_round_are_steep_enough_in_their_year():
    scheme = lived("village").params.schemes[FIRST]
    for page in chronicle("village"):
        new = (page.patches.scheme == 0) & (page.patches.scheme_year == page.year)
        if new.any():
            least = scheme.eligible.least_slope[page.year - scheme.years[0]]
            assert (page.patches.slope[new] >= least).all(), page.year


def test_under_contract_stands_what_the_contract_plants_unless_it_was_ploughed():
    now = lived("village")
    index = {name: number for number, name in enumerate(now.use_names)}
    allowed = [index[name] for name in (*now.params.schemes[FIRST].contract.plants, "maize")]
    for page in chronicle("village"):
        under = page.patches.scheme == 0
        assert np.isin(page.patches.use[under], allowed).all()


def test_works_treat_desertified_uncropped_land_once():
    pages = chronicle("village")
    rules = lived("village").params.schemes[WORKS]
    worst = GRADES.index(rules.eligible.least_grade)
    treated = 0
    for before, after in pairwise(pages):
        now = after.patches.treated == after.year
        treated += now.sum()
        assert (after.patches.treated[before.patches.treated > 0] < after.year).all()
        assert (before.patches.grade[now] >= worst).all()  # as surveyed the year before
    assert treated > 0


def test_before_migration_nobody_is_paid_and_few_are_away():
    now = lived("p1_1980")
    frame, held = now.indicators, now.params.series["held_migration"]
    assert (frame[["scheme_payments", "enrolled_area", "treated_area", "closed_area"]] == 0).all(axis=None)
    for page in chronicle("p1_1980")[1:]:
        adults = page.households.adults.sum()
        assert abs(page.households.migrants.sum() / adults - held.at(page.year)) <= 1 / adults
    assert 0.02 < frame["away_share"].min() <= frame["away_share"].max() < 0.06


def test_when_a_path_of_migration_is_imposed_nobody_chooses():
    for event in told(lived("p1_1980"), "left") + told(lived("greening"), "came home"):
        assert event["why"] == {"imposed": True}


def test_in_the_greening_village_people_are_frozen_and_only_migration_moves():
    now = lived("greening")
    frame = now.indicators
    assert frame["population"].nunique() == frame["households"].nunique() == 1
    assert frame.loc[1990, "away_share"] < 0.25
    assert (frame.loc[1993:, "away_share"] > 0.4).all()
    for name in ("migrant_wage", "farm_day_wage", "price_maize", "cpi"):
        series = now.params.series[name]
        assert {series.at(year) for year in range(1990, 2013)} == {series.at(1990)}


def test_twins_are_one_village_until_the_day_they_part():
    stay = {"scenario.held_migration": "held_migration_stay"}
    one, other = model("greening"), model("greening", stay)
    leave, keep = (now.params.series[now.params.scenario.held_migration] for now in (one, other))
    while leave.at(one.year + 1) == keep.at(one.year + 1):
        one.step()
        other.step()
        assert differing(one, other) == []
    assert one.year >= 1985
    one.run(5)
    other.run(5)
    assert one.indicators["away_share"].iloc[-1] > 0.4 > 0.1 > other.indicators["away_share"].iloc[-1]


def test_relocation_moves_households_with_their_people_to_new_plots_and_pays_them():
    now = lived("huanjiang")
    rules = now.params.packages.relocation
    moved = told(now, "relocated")
    assert moved
    assert {event["year"] for event in moved} <= set(range(rules.years[0], rules.years[1] + 1))
    pages = {page.year: page for page in chronicle("huanjiang")}
    for year in {event["year"] for event in moved}:
        houses, patches = pages[year].households, pages[year].patches
        ids = [event["household"] for event in moved if event["year"] == year]
        rows = np.flatnonzero(np.isin(houses.id, ids))
        assert (houses.village[rows] == 1).all()
        assert houses.relocated[rows].all()
        assert (patches.village[houses.home[rows]] == 1).all()
        assert (patches.village[np.isin(patches.owner, rows)] == 1).all()
        assert np.isin(rows, patches.owner).all()
        assert (houses.payments[rows] >= rules.payment * 100 * houses.members[rows]).all()


def test_closure_and_biogas_begin_when_they_are_dated():
    now = lived("huanjiang")
    start = now.params.packages.closure.start
    closed = now.indicators["closed_area"]
    assert (closed.loc[: start - 1] == 0).all()
    assert (closed.loc[start:] > 0).all()
    burning = [page.households.biogas[page.households.alive].mean() for page in chronicle("huanjiang")]
    assert burning[0] == 0
    assert burning[-1] > 0.2


def test_the_village_to_settle_in_is_not_closed():
    assert (lived("huanjiang").indicators["closed_area.resettlement"] == 0).all()


# Directions under the same luck ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_scheme_that_pays_nothing_is_no_scheme_bit_for_bit(seed):
    without = model("village", {"scenario.schemes": [WORKS, SECOND]}, seed=seed).run()
    unpaid = model("village", paying_nothing(FIRST), seed=seed).run()
    assert differing(without, unpaid) == []
    assert without.indicators.equals(unpaid.indicators)
    assert without.events == unpaid.events
    paid = model("village", seed=seed).run()
    assert not paid.indicators.equals(unpaid.indicators)


def test_all_schemes_paying_nothing_are_no_schemes_bit_for_bit():
    without = model("huanjiang", {"scenario.schemes": []}).run()
    unpaid = model("huanjiang", paying_nothing(FIRST, SECOND, WORKS)).run()
    assert differing(without, unpaid) == []
    assert without.indicators.equals(unpaid.indicators)


def test_a_scheme_changes_nothing_before_it_opens():
    start = min(scheme.years[0] for scheme in load_params().schemes.values())
    with_schemes, without = model(), model(changes={"scenario.schemes": []})
    for now in (with_schemes, without):
        now.run(start - 1990)
    assert differing(with_schemes, without) == []
    for now in (with_schemes, without):
        now.run(3)
    assert differing(with_schemes, without) != []


def test_policy_changes_neither_weather_nor_prices():
    rich, poor = model("huanjiang"), model("huanjiang", {"scenario.schemes": [], "scenario.packages": []})
    for _ in range(25):
        rich.step()
        poor.step()
        one, other = exogenous.read(rich.village), exogenous.read(poor.village)
        assert np.array_equal(one.prices, other.prices)
        assert np.array_equal(one.weather.drought_loss, other.weather.drought_loss)
        assert np.array_equal(one.weather.hazard_loss, other.weather.hazard_loss)
    assert rich.indicators["cover"].iloc[-1] != poor.indicators["cover"].iloc[-1]


def enrolled_at_once(factor, seed):
    """Area that enters the second round in its first year at a multiple of its rate [ha]."""
    changes = {
        "scenario.schemes": [SECOND],
        "scenario.start": 2014,
        "scenario.end": 2014,
        f"schemes.{SECOND}.payment.rate": [factor * rate for rate in (500, 0, 300, 0, 400)],
        f"schemes.{SECOND}.payment.seedlings": 0,
        f"schemes.{SECOND}.payment.renewal_rate": [0] * 5,
        f"schemes.{SECOND}.pace": 1.0,
    }
    now = model("village", changes, seed=seed, families=40, burn_in=2008).run()
    return now.indicators.loc[2014, "enrolled_area"]


def test_a_higher_payment_never_enrols_less_in_the_first_year_and_somewhere_more():
    """In the year a scheme opens norms are what they were without it, so only the payment differs."""
    areas = np.array([[enrolled_at_once(factor, seed) for factor in (0.0, 0.1, 1.0, 3.0)] for seed in SEEDS])
    assert (areas[:, 0] == 0).all()
    assert (np.diff(areas, axis=1) >= 0).all()
    assert (areas[:, 3] > areas[:, 1]).any()


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_closed_land_is_never_opened_and_a_larger_share_closes_the_same_patches_and_more(seed):
    paths, patches = [], []
    for share in (0.35, 0.5, 0.68):
        now = model("huanjiang", {"packages.closure.share": share, "scenario.end": 1996}, seed=seed).run()
        paths.append(now.indicators["closed_area"].to_numpy())
        patches.append(now.patches.closed.copy())
    for path in paths:
        assert (np.diff(path) >= 0).all()
    for less, more in pairwise(paths):
        assert (more >= less).all()
    assert (patches[0] & ~patches[2]).mean() < 0.01  # a field given up or tilled on may differ, no hill does
    without = model("huanjiang", {"scenario.packages": ["relocation", "biogas"], "scenario.end": 1996}, seed=seed).run()
    assert (paths[0] >= without.indicators["closed_area"].to_numpy()).all()
    assert paths[0][-1] > 0


@pytest.mark.parametrize("scenario", ["p1_1980", "village"])
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_who_burns_more_wood_never_lives_in_a_greener_village(scenario, seed):
    needs = (1.0, 3.0, 6.0)
    cover = [
        model(scenario, {"ecology.harvest.fuel_need": need}, seed=seed).run().indicators["cover"] for need in needs
    ]
    assert (cover[0] >= cover[1]).all()
    assert (cover[1] >= cover[2]).all()
    assert cover[0].iloc[-1] > cover[2].iloc[-1] + 0.05


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_more_goats_never_make_a_village_greener(seed):
    none, many = (
        model("p1_1980", {"ecology.harvest.goats": goats}, seed=seed).run().indicators["cover"] for goats in (0.0, 3.0)
    )
    assert (none >= many).all()
    assert none.iloc[-1] > many.iloc[-1]


def test_higher_wages_in_town_draw_more_people_away():
    low, high = (
        np.mean([
            model("village", {"series.migrant_wage.scale": scale, "scenario.end": 2010}, seed=seed, burn_in=1990)
            .run().indicators["away_share"].iloc[-5:].mean()
            for seed in SEEDS
        ])
        for scale in (0.8, 1.25)
    )  # fmt: skip
    assert high > low


def test_more_visits_cost_more_and_find_no_fewer():
    def audited(rate):
        now = model("village", {f"schemes.{FIRST}.monitoring.audit": rate, "scenario.end": 2003})
        seen = []
        now.run(on_year=lambda now: seen.append(now.government.audits))
        return np.array(seen), now.ledger.years

    none, _ = audited(0.0)
    some, books = audited(0.5)
    assert none.sum() == 0
    assert some.sum() > 5
    visit = load_params().government.visit_cost
    for year, visits in zip(sorted(books), some, strict=True):
        assert (books[year]["county purse"]["audits"] < 0) == (visits > 0)
    assert visit > 0


def cheated(*schemes):
    """A village in which all land of the first round was ploughed in secret in the winter before 2003."""
    strict = {f"schemes.{FIRST}.monitoring.{name}": value
              for name, value in {"audit": 0.5, "detection": 1.0, "forbearance": 0.0}.items()}  # fmt: skip
    now = model("village", strict | {"scenario.schemes": list(schemes)}).run(2002 - 1990 + 1)
    village, patches = now.village, now.patches
    rows = np.flatnonzero(patches.scheme == 0)
    patches.use[rows], patches.use_age[rows] = village.uses.index["maize"], 0
    village.memory["plant carbon"] = nature.plant_carbon(village, nature.stands_now(village))
    return now, rows


def test_who_ploughs_land_that_is_paid_for_and_is_visited_goes_unpaid_is_fined_and_plants_again():
    now, ploughed = cheated(FIRST, WORKS)
    ids = now.patches.id
    now.step()
    caught = [event["patch"] for event in told(now, "fined")]
    assert 0 < len(caught) < len(ploughed)
    planted = now.village.uses.is_kind("planted")[now.patches.use]
    found = ploughed[np.isin(ids[ploughed], caught)]
    assert planted[found].all()
    assert not planted[np.setdiff1d(ploughed, found)].any()
    assert now.government.failures == len(caught)
    assert now.households.fined.sum() == now.ledger.years[2003]["county purse"]["fines"] > 0
    assert (now.households.fined[now.patches.owner[found]] > 0).all()


def test_replanting_after_a_visit_is_in_the_carbon_book_without_works():
    now, _ = cheated(FIRST)
    now.step()
    assert "replanted after a visit" in now.ledger.years[now.year]["carbon"]


def test_all_five_kinds_of_agent_are_alive_by_2010_in_the_default_village():
    now = VillageModel(load_params(overrides={"scenario.end": 2010}), rng=load_params().scenario.seed).run()
    kinds = {type(agent) for agent in now.agents}
    assert kinds == {Household, BackboneFarmer, ReturningMigrant, Cooperative, Government}
