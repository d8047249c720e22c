"""The books: every one closes every year, names all that moves, and catches what moves without a name."""

import dataclasses

import numpy as np
import pytest
from village_of_test import SHIPPED, chronicle, lived, model

from village_abm.ledger import BookGap
from village_abm.village import BOOKS

NAMES = [name for name, _, _ in BOOKS]
TOLERANCE = {name: tolerance for name, _, tolerance in BOOKS}

# What moves in every village, whatever the policy.
ALWAYS = {
    "cash": {
        "sales", "animals sold", "gathered", "inputs", "planting", "grain bought", "local wages", "sent home",
        "interest", "sickness", "living", "debts written off", "shared out at a split", "estates",
        "rent paid", "rent received", "savings brought home", "young stock sold", "breeding stock bought",
        "breeding stock sold",
    },
    "county purse": {"allotment", "audits", "fines"},
    "arrears": set(),  # the county funds no shipped scheme itself
    "village fund": set(),
    "cooperatives": set(),  # so small a village may have none; their lines are in test_cooperatives.py
    "forest bank": set(),  # its lines are in test_forest_bank.py
    "labour": {"days people have", "worked on the own farm", "worked for wages", "without work"},
    "grain": {"grown", "bought", "eaten by people", "fed to animals", "sold"},
    "land": {
        "changed crop (from)", "changed crop (to)", "given up (from)", "given up (to)", "cleared (from)",
        "cleared (to)",
    },
    "soil": {"formed from rock", "washed off the surface", "leaked underground", "laid down in depressions"},
    "carbon": {
        "cleared, felled and planted", "fuelwood", "grazing", "growth", "gone with soil", "come with soil",
        "stored in soil",
    },
    "people": {"births", "deaths", "brides in", "brides out", "settled away"},
    "cattle": {"shared out at a split"},
    "goats": {"shared out at a split", "bought", "born", "sold", "died"},
}  # fmt: skip

ROUND_ONE, ROUND_TWO, WORKS = "grain_for_green_1", "grain_for_green_2", "kd_engineering"


def purse_lines(*schemes):
    return {f"{what}: {scheme}" for scheme in schemes for what in ("transfer", "paid", "administration")}


SCHEMES = {
    "cash": {f"paid: {ROUND_ONE}", "fines"},
    "county purse": purse_lines(ROUND_ONE, ROUND_TWO, WORKS),
    "land": {f"enrolled: {ROUND_ONE} ({way})" for way in ("from", "to")},
    "soil": {"carried in by works"},
    "carbon": {"planted by works"},
}
PACKAGES = {
    "cash": {"paid: relocation"},
    "county purse": purse_lines("relocation", "biogas"),
    "land": {f"{what} ({way})" for what in ("closed", "settled") for way in ("from", "to")},
    "people": {"moved away", "moved in"},
}
ALSO = {"village": (SCHEMES,), "huanjiang": (SCHEMES, PACKAGES), "p1_1980": (), "greening": ()}


def entered_in(scenario, book, year):
    """Names of the lines of a book in a year, opening and closing left out."""
    return set(lived(scenario).ledger.years[year][book]) - {"opening", "closing"}


def entered(scenario, book):
    """The same over all years of a scenario."""
    return set().union(*(entered_in(scenario, book, year) for year in lived(scenario).ledger.years))


@pytest.mark.parametrize("scenario", SHIPPED)
def test_every_book_is_closed_in_every_year_of_every_scenario(scenario):
    now = lived(scenario)
    plan = now.params.scenario
    assert sorted(now.ledger.years) == list(range(plan.burn_in, plan.end + 1))
    for year, books in now.ledger.years.items():
        assert sorted(books) == sorted(NAMES), year


@pytest.mark.parametrize("scenario", SHIPPED)
@pytest.mark.parametrize("book", NAMES)
def test_every_flow_has_its_name_in_the_book(scenario, book):
    expected = set(ALWAYS[book]).union(*(more.get(book, set()) for more in ALSO[scenario]))
    assert expected <= entered(scenario, book)


@pytest.mark.parametrize("scenario", ["p1_1980", "greening"])
def test_without_schemes_no_line_speaks_of_payments(scenario):
    for book in NAMES:
        strange = [name for name in entered(scenario, book) if ": " in name or "works" in name or "closed" in name]
        assert strange == []


@pytest.mark.parametrize("scenario", SHIPPED)
@pytest.mark.parametrize("book", NAMES)
def test_opening_plus_entries_is_closing(scenario, book):
    for year, books in lived(scenario).ledger.years.items():
        lines = dict(books[book])
        opening, closing = lines.pop("opening"), lines.pop("closing")
        turnover = max(1, abs(closing), *map(abs, lines.values()))
        assert opening + sum(lines.values()) == pytest.approx(closing, abs=TOLERANCE[book] * turnover), year


@pytest.mark.parametrize("scenario", SHIPPED)
@pytest.mark.parametrize("book", [name for name in NAMES if name not in ("labour", "grain")])
def test_nothing_moves_between_two_years(scenario, book):
    years = lived(scenario).ledger.years
    for year in sorted(years)[1:]:
        assert years[year][book]["opening"] == years[year - 1][book]["closing"], year


def test_labour_and_grain_are_used_up_within_the_year():
    for books in lived("village").ledger.years.values():
        for book in ("labour", "grain"):
            assert books[book]["opening"] == books[book]["closing"] == 0


def test_what_leaves_one_use_enters_another():
    for year, books in lived("huanjiang").ledger.years.items():
        lines = books["land"]
        for entry in [name for name in lines if name.endswith("(from)")]:
            assert lines[entry] == -lines[entry.replace("(from)", "(to)")] != 0, (year, entry)


def test_money_is_in_whole_fen_and_people_are_whole():
    for books in lived("huanjiang").ledger.years.values():
        for book in ("cash", "county purse", "village fund", "cooperatives", "people"):
            assert all(isinstance(amount, int) for amount in books[book].values())


def test_the_people_book_knows_both_villages():
    """The book closes for each village, so those who move away from one arrive in the other."""
    for page in chronicle("huanjiang")[1:]:
        lines = page.lines["people"]
        assert lines.get("moved away", 0) == -lines.get("moved in", 0)


# Breaking them --------------------------------------------------------------------------------------------


def a_fen_from_nowhere(now):
    now.households.cash[now.households.rows[0]] += 1


def a_fen_into_the_purse(now):
    now.government.cash += 1


def a_quarter_of_an_hour_without_a_name(now):
    now.households.labour[now.households.rows[0]] += 1 / 32


def a_patch_that_turns_by_itself(now):
    use = now.patches.use
    use[0] = (use[0] + 1) % len(now.use_names)


def a_millimetre_of_soil(now):
    now.patches.soil_depth[now.patches.exposure.argmin()] += 0.1


def a_goat_without_a_mother(now):
    now.households.goats[now.households.rows[0]] += 1


def a_cow_from_nowhere(now):
    now.households.cattle[now.households.rows[0]] += 1


def a_kilogram_of_carbon(now):
    now.patches.soil_carbon[0] += 0.001


def somebody_who_vanishes(now):
    now.people.alive[now.people.rows[0]] = False


def somebody_who_crosses_over(now):
    now.people.village[now.people.rows[0]] = 1


# book, unit, accounts that do not close, what is done behind its back, and after which line of the year
CRIMES = [
    ("cash", "fen", 1, a_fen_from_nowhere, "harvest.reap"),
    ("county purse", "fen", 1, a_fen_into_the_purse, "schemes.settle"),
    ("labour", "day", 1, a_quarter_of_an_hour_without_a_name, "migration.leave_and_return"),
    ("land", "ha", 2, a_patch_that_turns_by_itself, "purse.balance"),
    ("soil", "t", 1, a_millimetre_of_soil, "nature.grow"),
    ("carbon", "t", 1, a_kilogram_of_carbon, "nature.grow"),
    ("cattle", "head", 1, a_cow_from_nowhere, "purse.balance"),
    ("goats", "head", 1, a_goat_without_a_mother, "husbandry.sell"),
    ("people", "person", 1, somebody_who_vanishes, "purse.balance"),
    ("people", "person", 2, somebody_who_crosses_over, "purse.balance"),
]


def after(monkeypatch, now, line, crime, year):
    """Commit a crime once, in `year`, after a line of the schedule."""
    module, name = line.split(".")
    honest = getattr(__import__(f"village_abm.year.{module}", fromlist=[name]), name)

    def tampered(*given):
        honest(*given)
        if now.village.year == year:
            crime(now)

    monkeypatch.setattr(f"village_abm.year.{module}.{name}", tampered)


@pytest.mark.parametrize(("book", "unit", "accounts", "crime", "line"), CRIMES, ids=[row[3].__name__ for row in CRIMES])
def test_what_moves_without_an_entry_is_caught_in_its_book_and_year(book, unit, accounts, crime, line, monkeypatch):
    now = model("huanjiang")
    after(monkeypatch, now, line, crime, 1983)
    with pytest.raises(BookGap) as caught:
        now.run()
    told = str(caught.value)
    assert told.startswith(f"{book} 1983: {accounts} account(s) do not close; account ")
    assert f" {unit}, the book says " in told
    entries = told.split("Entries: ")[1]
    for entry in entered_in("huanjiang", book, 1983):
        assert entry in entries
    assert book not in now.ledger.years.get(1983, {})
    assert set(now.ledger.years) - {1983} == {1980, 1981, 1982}


def test_grain_eaten_by_nobody_is_caught(monkeypatch):
    from village_abm.economy import livelihood

    honest = livelihood.grain_balance

    def mice(*given):
        balance = honest(*given)
        less = balance.sold.copy()
        less[np.argmax(less)] -= 1.0
        return dataclasses.replace(balance, sold=less)

    monkeypatch.setattr(livelihood, "grain_balance", mice)
    with pytest.raises(BookGap, match=r"^grain 1980: 1 account.*Entries: grown .*; sold "):
        model().run()


def test_an_entry_without_a_movement_is_caught_as_well(monkeypatch):
    now = model()

    def only_on_paper(now):
        now.ledger["cash"].enter("sales", np.array([250]), now.households.rows[:1])

    after(monkeypatch, now, "harvest.reap", only_on_paper, 1980)
    with pytest.raises(BookGap, match=r"^cash 1980: 1 account"):
        now.run()


def test_soil_taken_from_one_patch_and_put_on_another_is_caught():
    """Books close account by account: two wrongs that cancel do not make a right."""
    now = model()
    now.step()
    now._open_books()
    now.village.flows = {}
    depth = now.patches.soil_depth
    alike = np.flatnonzero(now.patches.exposure == now.patches.exposure.min())
    a, b = (alike[0], alike[1]) if len(alike) > 1 else np.argsort(now.patches.exposure)[:2]
    depth[a] += 0.5
    depth[b] -= 0.5
    with pytest.raises(BookGap, match="2 account"):
        now._close_books()


def test_the_same_year_without_the_crime_closes(monkeypatch):
    now = model("huanjiang")
    after(monkeypatch, now, "harvest.reap", lambda now: None, 1983)
    now.run(0)
    assert set(now.ledger.years[1983]) == set(NAMES)
