"""The year: identities that hold whatever the books say, and what each line of the schedule leaves behind."""

import ast
import inspect
from itertools import pairwise

import numpy as np
import pytest
from village_of_test import chronicle, lived, model

from agents.patch import LAND_KINDS, is_cropland
from agents.person import STATUSES
from village_abm.economy.enterprises import stack
from village_abm.model import VillageModel
from village_abm.year.people import count_members

SCENARIOS = ("village", "huanjiang")
MIGRANT = STATUSES.index("migrant")
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS)


def years(scenario):
    """The pages of a chronicle after the founding."""
    return chronicle(scenario)[1:]


def kinds(scenario, kind):
    """Whether each use is of a kind."""
    return stack(lived(scenario).params.uses).is_kind(kind)


# The schedule ---------------------------------------------------------------------------------------------


def test_the_year_goes_from_prices_to_closed_books():
    """The order is part of the model: who reads what of this year and what of last."""
    body = ast.parse(inspect.getsource(VillageModel.step).strip()).body[0].body
    calls = [ast.unparse(line.value.func) for line in body if hasattr(getattr(line, "value", None), "func")]
    assert calls == [
        "self._open_books", "exogenous.read", "government.announce", "people.live", "beliefs.learn",
        "migration.leave_and_return", "packages.act", "schemes.prepare", "husbandry.value_grass", "land_use.decide",
        "guests.open_rooms",
        "husbandry.keep", "nature.grow", "harvest.reap", "husbandry.sell", "guests.receive", "cooperatives.act",
        "schemes.settle", "purse.balance", "self._close_books",
    ]  # fmt: skip


# Land -----------------------------------------------------------------------------------------------------


@every_scenario
def test_the_land_of_all_uses_is_the_land_there_is(scenario):
    villages = {"village": 1, "huanjiang": 2}[scenario]
    for page in years(scenario):
        area = np.bincount(page.patches.use) * 0.0625
        assert area.sum() == villages * 100.0  # a square kilometre each
        assert page.patches.alive.all()


@every_scenario
def test_nobody_dead_holds_a_plot_or_is_paid_for_one(scenario):
    for page in years(scenario):
        patches, alive = page.patches, page.households.alive
        assert alive[patches.owner[patches.owner >= 0]].all(), page.year
        assert alive[patches.scheme_payee[patches.scheme_payee >= 0]].all(), page.year


@every_scenario
def test_a_contract_has_a_payee_and_the_payee_holds_the_plot(scenario):
    for page in years(scenario):
        patches = page.patches
        under = patches.scheme >= 0
        assert ((patches.scheme_payee >= 0) == under).all()
        assert (patches.scheme_payee[under] == patches.owner[under]).all()
        assert patches.ever_enrolled[under].all()
    assert any((page.patches.scheme >= 0).any() for page in years(scenario))


@every_scenario
def test_holders_live_in_the_village_of_their_plots(scenario):
    for page in years(scenario):
        held = page.patches.owner >= 0
        assert (page.households.village[page.patches.owner[held]] == page.patches.village[held]).all()


@every_scenario
def test_whatever_is_tilled_has_a_holder_and_is_contract_land_or_a_clearing(scenario):
    crop, perennial = kinds(scenario, "crop"), kinds(scenario, "perennial")
    for page in years(scenario):
        use, contract = page.patches.use, is_cropland(page.patches.land_kind) | page.patches.clearing
        assert (page.patches.owner[(crop | perennial)[use]] >= 0).all()
        assert contract[crop[use]].all()
        wooded = perennial[use] & ~contract
        assert (page.patches.land_kind[wooded] == LAND_KINDS.index("forest_land")).all()


@every_scenario
def test_no_clearing_is_contract_cropland(scenario):
    for page in years(scenario):
        assert not (page.patches.clearing & is_cropland(page.patches.land_kind)).any()


@every_scenario
def test_closed_forest_is_what_closed_land_is_called(scenario):
    name = lived(scenario).use_names.index("closed_forest")
    for page in years(scenario):
        assert (page.patches.closed == (page.patches.use == name)).all()


@every_scenario
def test_the_land_itself_stays_as_it_lies(scenario):
    first = chronicle(scenario)[0].patches
    last = chronicle(scenario)[-1].patches
    for name in (
        "id",
        "village",
        "line",
        "column",
        "elevation",
        "slope",
        "aspect",
        "landform",
        "lithology",
        "distance",
    ):
        assert np.array_equal(getattr(first, name), getattr(last, name)), name


@every_scenario
def test_houses_are_never_ploughed(scenario):
    settlement = LAND_KINDS.index("settlement")
    for before, after in pairwise(chronicle(scenario)):
        houses = before.patches.land_kind == settlement
        assert (after.patches.land_kind[houses] == settlement).all()
        assert (after.patches.use[houses] == before.patches.use[houses]).all()


@every_scenario
def test_cover_rock_and_soil_stay_in_their_bounds(scenario):
    limit = lived(scenario).params.ecology.soil.exposure_limit
    for before, after in pairwise(chronicle(scenario)):
        patches = after.patches
        assert ((patches.cover >= 0) & (patches.cover <= 1)).all()
        assert (patches.soil_depth >= 0).all()
        assert (patches.exposure >= 0).all()
        assert (patches.exposure <= np.maximum(limit, before.patches.exposure) + 1e-12).all()
        assert np.isfinite(patches.soil_carbon).all()
        assert (patches.soil_carbon >= 0).all()


# People ---------------------------------------------------------------------------------------------------


@every_scenario
def test_people_are_those_of_last_year_with_the_born_and_wed_without_the_dead_and_gone(scenario):
    sign = {"births": 1, "brides in": 1, "deaths": -1, "brides out": -1, "settled away": -1}
    for before, after in pairwise(chronicle(scenario)):
        change = sum(sign[name] * np.sum(after.flows.get(name, 0)) for name in sign)
        assert len(after.people.rows) == len(before.people.rows) + change, after.year


@every_scenario
def test_nobody_rises_from_the_dead_and_every_newcomer_has_a_row_of_their_own(scenario):
    for before, after in pairwise(chronicle(scenario)):
        gone = ~before.people.alive
        assert not after.people.alive[: len(gone)][gone].any()
        assert len(after.people) == len(before.people) + np.sum(after.flows.get("births", 0)) + np.sum(
            after.flows.get("brides in", 0)
        )
        assert len(np.unique(after.people.id)) == len(after.people)


@every_scenario
def test_members_of_all_houses_are_all_people_and_everybody_has_a_living_house(scenario):
    for page in years(scenario):
        people, houses = page.people, page.households
        where = people.household[people.rows]
        assert houses.alive[where].all()
        assert np.array_equal(houses.members, np.bincount(where, minlength=len(houses)))
        assert houses.members.sum() == len(people.rows)
        assert (houses.members[houses.rows] > 0).all()
        assert (houses.village[where] == people.village[people.rows]).all()


@every_scenario
def test_those_at_home_and_those_away_are_all_members(scenario):
    for page in years(scenario):
        houses, people = page.households, page.people
        assert (houses.residents + houses.migrants == houses.members).all()
        assert houses.migrants.sum() == (people.status[people.rows] == MIGRANT).sum()
        assert (houses.migrants <= houses.adults).all()


@every_scenario
def test_marriage_is_mutual_between_the_living_of_one_house(scenario):
    for page in years(scenario):
        people = page.people
        wed = people.rows[people.spouse[people.rows] >= 0]
        spouse = people.spouse[wed]
        assert people.alive[spouse].all()
        assert (people.spouse[spouse] == wed).all()
        assert (people.female[spouse] != people.female[wed]).all()
        assert (people.household[spouse] == people.household[wed]).all()


@every_scenario
def test_everybody_is_as_old_as_the_years_since_birth(scenario):
    for page in years(scenario):
        rows = page.people.rows
        assert (page.people.age[rows] == page.year - page.people.born[rows]).all()
        assert (page.people.age[rows] >= 0).all()


@every_scenario
def test_migrants_are_of_working_age(scenario):
    adult = lived(scenario).params.people.demography.adult_age
    for page in years(scenario):
        away = page.people.alive & (page.people.status == MIGRANT)
        assert (page.people.age[away] >= adult).all()
        assert (page.people.away_years[away] >= 1).all()
        assert (page.people.away_years[page.people.alive & ~away] == 0).all()


@every_scenario
def test_a_house_that_ends_leaves_no_money_no_land_and_nobody_behind(scenario):
    ended = 0
    for page in years(scenario):
        houses = page.households
        gone = ~houses.alive
        ended = gone.sum()
        for name in ("cash", "members", "labour", "income", "payments", "remittances", "grain_need", "consumption"):
            assert (getattr(houses, name)[gone] == 0).all(), (page.year, name)
        assert not np.isin(np.flatnonzero(gone), page.patches.owner).any()
        assert not houses.poor[gone].any()
    assert ended > 0


@every_scenario
def test_a_new_house_comes_from_an_old_one_and_brings_nothing_from_nowhere(scenario):
    founded = 0
    for before, after in pairwise(chronicle(scenario)):
        new = np.arange(len(before.households), len(after.households))
        founded += len(new)
        assert (after.households.founded[new] == after.year).all()
        assert (after.households.origin[new] >= 0).all()
        assert (after.households.origin[new] < new).all()
        shared = after.lines["cash"].get("shared out at a split", 0)
        assert shared == 0  # what the old house gives is what the new one gets
    assert founded > 5


# Work, grain and money ------------------------------------------------------------------------------------


@every_scenario
def test_days_worked_at_home_for_wages_and_not_at_all_are_the_days_there_are(scenario):
    for page in years(scenario):
        houses = page.households
        spent = houses.farm_labour + houses.local_labour + houses.cooperative_days + houses.idle_days
        assert np.allclose(spent, houses.labour, rtol=0, atol=1e-9)
        for name in ("farm_labour", "local_labour", "idle_days"):
            assert (getattr(houses, name) >= -1e-12).all()
        assert (houses.farm_labour <= houses.farm_days_wanted + 1e-9).all()


@every_scenario
def test_an_empty_house_works_nothing(scenario):
    for page in years(scenario):
        empty = page.households.residents == 0
        assert (page.households.labour[empty] == 0).all()
        assert (page.households.grain_need[empty] == 0).all()


@every_scenario
def test_grain_grown_and_bought_is_eaten_fed_or_sold(scenario):
    for page in years(scenario):
        lines = page.lines["grain"]
        used = -lines["eaten by people"] - lines["fed to animals"] - lines["sold"]
        assert lines["grown"] + lines["bought"] == pytest.approx(used)
        assert page.households.grain_grown.sum() == pytest.approx(lines["grown"])
        assert min(lines["grown"], lines["bought"], used) >= 0


@every_scenario
def test_grain_needed_is_eaten_fed_or_missing_and_people_eat_first(scenario):
    series = lived(scenario).params.series
    for page in years(scenario):
        lines, houses = page.lines["grain"], page.households
        missing = houses.food_gap * houses.grain_need
        had = -lines["eaten by people"] - lines["fed to animals"]
        assert had + missing.sum() == pytest.approx(houses.grain_need.sum())
        mouths = houses.residents * series["grain_food_need"].at(page.year)
        eaten = np.minimum(mouths, houses.grain_need - missing)  # a house feeds animals only what it does not eat
        assert eaten.sum() == pytest.approx(-lines["eaten by people"])
        assert ((houses.food_gap >= 0) & (houses.food_gap <= 1)).all()


@every_scenario
def test_what_grows_on_the_plots_is_the_grain_of_the_houses(scenario):
    uses = stack(lived(scenario).params.uses)
    grain = np.array([lived(scenario).params.uses[name].grain for name in uses.names])
    for page in years(scenario):
        patches = page.patches
        kg = patches.yield_rate * 0.0625 * grain[patches.use]
        assert kg.sum() == pytest.approx(page.lines["grain"]["grown"])


@every_scenario
def test_every_fen_of_a_land_scheme_drawn_is_paid_to_a_household_or_spent_on_its_running(scenario):
    paid = 0
    for page in years(scenario):
        purse, cash = page.lines["county purse"], page.lines["cash"]
        for entry, drawn in purse.items():
            if entry.startswith("transfer: "):
                scheme = entry.removeprefix("transfer: ")
                ways = ("paid", "shared", "works", "administration")
                assert drawn == -sum(purse.get(f"{way}: {scheme}", 0) for way in ways)
                if scheme.startswith("grain_for_green") or scheme == "relocation":
                    assert cash.get(f"paid: {scheme}", 0) == -purse[f"paid: {scheme}"]
                    paid += drawn
    assert paid > 0


@every_scenario
def test_payments_of_all_houses_are_what_the_schemes_paid(scenario):
    for page in years(scenario):
        lines = page.lines["cash"]
        paid = sum(amount for entry, amount in lines.items() if entry.startswith("paid: "))
        assert page.households.payments.sum() == paid
        assert page.households.fined.sum() == page.lines["county purse"]["fines"] == -lines.get("fines", 0)
        assert (page.households.payments >= 0).all()


@every_scenario
def test_the_county_never_spends_what_it_does_not_hold(scenario):
    for page in chronicle(scenario):
        assert page.purse >= 0


@every_scenario
def test_income_is_the_sum_of_its_sources_less_fines(scenario):
    for page in years(scenario):
        houses = page.households
        parts = (
            houses.farm_income
            + houses.enterprise_income
            + houses.wage_income
            + houses.remittances
            + houses.payments
            - houses.fined
        )
        assert np.array_equal(houses.income, parts)
        lines = page.lines["cash"]
        assert houses.wage_income.sum() == lines["local wages"]
        assert houses.remittances.sum() == lines["sent home"]


@every_scenario
def test_cash_income_is_what_came_into_the_purse_less_what_farming_took_out(scenario):
    sources = (
        "sales", "animals sold", "gathered", "inputs", "planting", "local wages", "sent home", "fines",
        "guests", "running homestays", "share of the village", "share of the operator",
        "young stock sold", "feed of herds", "paid for deliveries", "wages of cooperatives", "saved on inputs",
        "patronage", "dividends", "seedlings given", "taken by the founder", "shared out at the end",
    )  # fmt: skip
    for page in years(scenario):
        lines = page.lines["cash"]
        paid = sum(amount for entry, amount in lines.items() if entry.startswith("paid: "))
        assert page.households.cash_income.sum() == paid + sum(lines.get(entry, 0) for entry in sources), page.year


@every_scenario
def test_only_houses_with_somebody_away_get_money_from_away(scenario):
    for page in years(scenario):
        houses = page.households
        assert (houses.migrants[houses.remittances > 0] > 0).all()


@every_scenario
def test_the_poor_are_those_below_the_line_of_the_year(scenario):
    series = lived(scenario).params.series
    for page in years(scenario):
        rows = page.households.rows
        left = page.households.income[rows] - page.households.care_costs[rows]
        head = left / 100 / page.households.members[rows]
        line = series["poverty_line"].at(page.year)
        clear = np.abs(head - line) > 1e-6 * line
        assert (page.households.poor[rows] == (head < line))[clear].all()


@every_scenario
def test_the_new_poor_were_not_poor_the_year_before(scenario):
    pages = years(scenario)
    for before, page in pairwise(pages):
        then, now = before.households, page.households
        rows = np.flatnonzero(now.alive & now.fell_poor)
        rows = rows[rows < len(then)]
        assert now.poor[rows].all()
        assert not then.poor[rows].any()
        assert (now.fell_poor | ~now.poor_again).all()


@every_scenario
def test_days_of_people_are_those_of_their_households(scenario):
    for page in years(scenario):
        people, houses = page.people, page.households
        for of_person, of_house in (("local_days", "local_labour"), ("farm_days", "farm_labour")):
            days = np.bincount(people.household, weights=getattr(people, of_person), minlength=len(houses))
            assert np.allclose(days[houses.alive], getattr(houses, of_house)[houses.alive]), (page.year, of_person)


def test_the_young_of_a_village_take_its_jobs_and_the_old_its_fields():
    page = years("village")[-1]
    people = page.people
    hired = people.alive & (people.status == STATUSES.index("local_job"))
    farming = people.alive & (people.status == STATUSES.index("farm"))
    assert hired.sum() > 3
    assert people.age[hired].mean() < people.age[farming].mean()
    assert (people.local_days[hired] > people.farm_days[hired]).all()


def test_those_who_are_poor_again_are_told_with_the_reasons():
    now = lived("village")
    told = [event for event in now.events if event["kind"] == "poor again"]
    assert told
    for event in told:
        why = event["why"]
        assert why["income per head"] - why["less illness"] <= why["line"] + 0.11
        assert 0 < event["year"] - why["left poverty"] <= 3
    counted = now.indicators["poor_again"]
    assert counted.sum() == sum(event["year"] >= counted.index[0] for event in told)


# Minds ----------------------------------------------------------------------------------------------------


@every_scenario
def test_norms_knowledge_belief_and_trust_are_shares(scenario):
    for page in years(scenario):
        for name in ("norm", "knowledge", "belief", "trust", "ties_enrolled", "shortfall_memory", "elder_share"):
            values = getattr(page.households, name)
            assert ((values >= 0) & (values <= 1 + 1e-12)).all(), name


@every_scenario
def test_tastes_are_drawn_once_for_good(scenario):
    first, last = chronicle(scenario)[0].households, chronicle(scenario)[-1].households
    for name in ("risk", "loss_aversion", "discount"):
        assert np.array_equal(getattr(first, name), getattr(last, name)[: len(first)])
        assert len(np.unique(getattr(last, name))) > len(first) / 2


@every_scenario
def test_every_event_says_who_when_and_why(scenario):
    now = lived(scenario)
    plan, houses = now.params.scenario, set(now.households.id.tolist())
    patches, people = set(now.patches.id.tolist()), set(now.people.id.tolist())
    assert len(now.events) > 100
    for event in now.events:
        assert plan.burn_in <= event["year"] <= plan.end
        assert event["why"]
        assert event.get("household", next(iter(houses))) in houses
        assert event.get("patch", next(iter(patches))) in patches
        assert event.get("person", next(iter(people))) in people


def test_events_of_moving_tell_the_change_of_those_away():
    """Each who left and each who came home is told once, so events and columns count the same people."""
    pages = chronicle("village")
    moves = {"left": 1, "came home": -1}
    for before, after in pairwise(pages):
        told = sum(moves.get(event["kind"], 0) for event in lived("village").events if event["year"] == after.year)
        both = np.arange(len(before.people))
        stayed = both[before.people.alive & after.people.alive[both]]
        change = (after.people.status[stayed] == MIGRANT).sum() - (before.people.status[stayed] == MIGRANT).sum()
        lost = after.people.alive[len(both) :] & (after.people.status[len(both) :] == MIGRANT)
        assert told == change + lost.sum(), after.year


# The edge of life -----------------------------------------------------------------------------------------


def test_a_village_of_ten_houses_lives_through_its_thirty_years():
    for seed in (1, 2, 3):
        assert model("village", seed=seed, families=10).run().year == 2020


def test_an_emptied_village_goes_on_without_people():
    now = model().run(1)
    now.people.alive[:] = False
    count_members(now.village)
    now.run(3)
    assert now.indicators["population"].iloc[-1] == 0


def test_a_clearing_without_an_heir_falls_back_to_the_wild():
    now = model().run(0)
    village, patches = now.village, now.patches
    row = np.flatnonzero(patches.clearing)[:1]
    now._open_books()
    village.return_to_collective(row)
    assert not patches.clearing[row].any()
    assert patches.use[row] == village.uses.index["natural"]
