"""The balance sheet of nature: every account closes, agrees with the books, and tells when an entry is left out."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from village_of_test import SHIPPED, lived, model

from village_abm.accounting import balance
from village_abm.accounting.balance import Change, SheetGap
from village_abm.counted import balance_statement as sheet
from village_abm.ledger import Ledger
from village_abm.report import words
from village_abm.scope import Scope
from village_abm.statements import ACCOUNTS

YEARS = (
    {"opening": 100.0, "formed": 5.0, "washed": -20.0, "moved": 3.0, "closing": 88.0},
    {"opening": 88.0, "formed": 4.0, "washed": -10.0, "moved": -2.0, "closing": 80.0},
)


def drawn_up(scenario="village"):
    return lived(scenario).statements["assets"]


# By hand --------------------------------------------------------------------------------------------------


def test_an_account_of_two_years_worked_by_hand():
    soil = balance.over_years(YEARS, "soil")
    assert (soil.opening, soil.increase, soil.decrease, soil.closing) == (100, 12, 32, 80)
    assert soil.changes == {"formed": Change(9, 0), "washed": Change(0, 30), "moved": Change(3, 2)}
    assert soil.gap == 0


@pytest.mark.parametrize("entry", ["formed", "washed", "moved"])
@pytest.mark.parametrize("year", [0, 1])
def test_an_entry_left_out_opens_a_gap_that_is_named(entry, year):
    pages = copy.deepcopy(list(YEARS))
    left_out = pages[year].pop(entry)
    with pytest.raises(SheetGap, match=f"soil: closing 80.* leaves a gap of {left_out:g}"):
        balance.over_years(pages, "soil")


def test_a_year_must_open_where_the_last_one_closed():
    later = {**YEARS[1], "opening": 87.0}
    with pytest.raises(SheetGap, match="a year closes with 88, the next opens with 87"):
        balance.over_years([YEARS[0], later], "soil")
    with pytest.raises(SheetGap, match="no year is booked"):
        balance.over_years([], "soil")


def test_what_sums_leave_of_rounding_is_no_cause():
    page = {"opening": 1e6, "planted": 1e-9, "grown": 2.0, "closing": 1e6 + 2}
    assert list(balance.over_years([page], "carbon").changes) == ["grown"]


def test_land_that_changes_within_a_class_is_no_change_of_it():
    # maize, rice, forest: two hectares go from maize to forest, three from maize to rice, one from rice to maize
    page = {
        "opening": np.array([10.0, 5, 20]), "enrolled (from)": np.array([-2.0, 0, 0]),
        "enrolled (to)": np.array([0.0, 0, 2]), "changed (from)": np.array([-3.0, -1, 0]),
        "changed (to)": np.array([1.0, 3, 0]), "closing": np.array([6.0, 7, 22]),
    }  # fmt: skip
    crops = balance.of_class([page], np.array([True, True, False]), "crops")
    assert crops.changes == {"enrolled": Change(0, 2)}
    assert (crops.opening, crops.closing) == (15, 13)
    maize = balance.of_class([page], np.array([True, False, False]), "maize")
    assert maize.changes == {"enrolled": Change(0, 2), "changed": Change(0, 2)}


def test_a_part_takes_its_own_causes_and_must_close_with_them():
    carbon = balance.over_years(
        [{"opening": 50.0, "growth": 10.0, "cut": -4.0, "stored": 1.0, "closing": 57.0}], "carbon"
    )
    plants = balance.part(30.0, carbon, ["growth", "cut"], 36.0, "plants")
    assert (plants.increase, plants.decrease) == (10, 4)
    with pytest.raises(SheetGap, match="plants: closing 36"):
        balance.part(30.0, carbon, ["growth"], 36.0, "plants")


def test_grades_and_causes_worked_by_hand():
    before, after = np.array([0, 1, 1, 2, 2]), np.array([0, 0, 2, 1, 2])
    moved = balance.transitions(before, after, 3, 0.5)
    assert moved.tolist() == [[0.5, 0, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
    cause = np.array([0, 0, 1, 1, 0])
    kd = balance.of_mask(before == 2, after == 2, cause, ["works", "elsewhere"], 0.5)
    assert kd.changes == {"elsewhere": Change(0.5, 0.5)}
    assert (kd.opening, kd.closing) == (1.0, 1.0)


def test_soil_lost_beyond_what_forms():
    # pure carbonate forms .2 t on a hectare of soil, half of it where half is rock; alternating rock 1 t
    loss, rock, bare = np.array([1.0, 1.0, 0.5]), np.array([0, 0, 2]), np.array([0.0, 0.5, 0.0])
    np.testing.assert_allclose(balance.excess(loss, (0.2, 0.5, 1.0), rock, bare), [0.8, 0.9, 0.0])


def test_prices():
    assert balance.carbon_worth(60.0) == 220
    # a quarter of what washes off the surface settles; half of all soil lost goes that way; 1.25 t a cubic metre
    assert balance.silt_cost(silting=0.25, surface_share=0.5, dredging=25.0, bulk_density=1.25) == 2.5


def test_contracts_signed_and_ended():
    account = balance.with_signed(opening=2.0, signed=30.0, closing=5.0)
    assert account.changes == {"signed": Change(30, 0), "ended": Change(0, 27)}
    assert account.gap == 0


# Over any numbers -----------------------------------------------------------------------------------------

MOVES = some.dictionaries(some.sampled_from("abcdef"), some.floats(-1e6, 1e6), max_size=6)


@given(some.floats(-1e6, 1e6), some.lists(MOVES, min_size=1, max_size=6))
def test_whatever_moves_opening_and_changes_lead_to_closing(opening, years):
    pages, stock = [], opening
    for moves in years:
        page = {"opening": stock, **moves}
        stock += sum(moves.values())
        pages.append({**page, "closing": stock})
    account = balance.over_years(pages, "any")
    scale = max([1.0, *(abs(x) for page in pages for x in page.values())])
    assert account.opening + account.increase - account.decrease == pytest.approx(account.closing, abs=1e-9 * scale)
    assert account.increase >= 0
    assert account.decrease >= 0


@given(some.lists(some.tuples(some.integers(0, 5), some.integers(0, 5)), min_size=1, max_size=40))
def test_transitions_keep_all_land(pairs):
    before, after = np.array(pairs).T
    moved = balance.transitions(before, after, 6, 0.25)
    np.testing.assert_allclose(moved.sum(axis=1), np.bincount(before, minlength=6) * 0.25)
    np.testing.assert_allclose(moved.sum(axis=0), np.bincount(after, minlength=6) * 0.25)


@given(some.lists(some.tuples(some.integers(0, 2), some.floats(0, 9)), max_size=12))
def test_a_book_kept_by_account_sums_to_its_lines(entries):
    ledger = Ledger()
    book = ledger.add("land", "ha", 1e-9, by_account=True)
    held = np.array([10.0, 20, 30])
    book.open(held)
    for account, amount in entries:
        book.enter("turned", np.array([amount]), np.array([account]))
        held[account] += amount
    ledger.close("land", held, 1990)
    pages, lines = ledger.accounts[1990]["land"], ledger.years[1990]["land"]
    assert {entry: float(page.sum()) for entry, page in pages.items()} == pytest.approx(lines)
    np.testing.assert_allclose(sum(page for entry, page in pages.items() if entry != "closing"), pages["closing"])


# In runs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SHIPPED)
def test_every_line_of_the_sheet_closes(scenario):
    statement = drawn_up(scenario)
    causes: dict[str, list[float]] = {}
    for line in statement.lines:
        opening, more, less, closing = line.values[:4]
        if ": " not in line.name and not math.isnan(opening):
            assert opening + more - less == pytest.approx(closing, rel=1e-6, abs=1e-6), line.name
        elif ": " in line.name:
            asset = line.name.split(": ")[0]
            causes[asset] = [a + b for a, b in zip(causes.get(asset, [0, 0]), (more, less), strict=True)]
    for asset, sums in causes.items():
        assert statement.line(asset).values[1:3] == pytest.approx(sums), asset


@pytest.mark.parametrize("scenario", SHIPPED)
def test_the_sheet_agrees_with_the_ledger_and_with_the_tables(scenario):
    now, statement = lived(scenario), drawn_up(scenario)
    years, start, end = now.ledger.years, now.params.scenario.start, now.year
    for name in ("soil", "cattle", "goats", "people"):
        assert statement.line(name).values[0] == years[start][name]["opening"]
        assert statement.line(name).values[3] == years[end][name]["closing"]
    for moment, year, end_of in ((0, start, "opening"), (3, end, "closing")):
        carbon = sum(statement.line(name).values[moment] for name in ("plants", "soil_carbon"))
        assert carbon == pytest.approx(years[year]["carbon"][end_of])
        land = sum(statement.line(name).values[moment] for name in sheet.CLASSES)
        assert land == pytest.approx(years[year]["land"][end_of])
    assert statement.line("people").values[3] == now.people.alive.sum()
    assert statement.line("desertified").values[3] == now.indicators["kd_area"].iloc[-1]
    for name, column in (("cattle", "cattle"), ("cropland", None)):
        held = now.households.cattle.sum() if column else now.village.uses.is_kind("crop")[now.patches.use].sum() / 16
        assert statement.line(name).values[3] == pytest.approx(held)


@pytest.mark.parametrize("book", ["soil", "carbon", "goats", "people"])
def test_leaving_out_any_entry_of_a_book_breaks_the_sheet(book):
    now = lived("village")
    lines = now.ledger.years[now.year][book]
    for entry in set(lines) - {"opening", "closing"}:
        village = copy.copy(now.village)
        village.ledger = copy.deepcopy(now.ledger)
        if not village.ledger.years[now.year][book].pop(entry):
            continue
        with pytest.raises(SheetGap, match=book):
            sheet.book(village, book)


def test_leaving_out_a_change_of_land_breaks_the_sheet():
    now = lived("village")
    village = copy.copy(now.village)
    village.ledger = copy.deepcopy(now.ledger)
    pages = [village.ledger.accounts[year]["land"] for year in sheet.recorded(village)]
    page = next(page for page in pages if "given up (from)" in page)
    del page["given up (from)"]
    with pytest.raises(SheetGap, match="cropland"):
        sheet.natural_assets(village)


def test_soil_lost_beyond_what_forms_adds_up_over_the_years():
    now = lived("village")
    debt = now.statements["assets"].line("soil_debt").values[3]
    assert debt == pytest.approx(now.indicators["excess_soil_loss"].sum())
    assert (
        0
        < debt
        <= -sum(
            lines["soil"]["washed off the surface"] + lines["soil"]["leaked underground"]
            for year, lines in now.ledger.years.items()
            if year >= now.params.scenario.start
        )
    )


def test_net_assets_are_priced_assets_less_priced_debts():
    statement = drawn_up()
    for column in (4, 5):
        held, owed, net = (statement.line(name).values[column] for name in ("assets", "debts", "net"))
        assert held - owed == pytest.approx(net)
        priced = ("soil", "plants", "soil_carbon", "cattle", "goats")
        assert sum(statement.line(name).values[column] for name in priced) == pytest.approx(held)
    soil = statement.line("soil").values
    assert soil[5] == pytest.approx(60 * soil[3])
    assert all(math.isnan(value) for name in sheet.CLASSES for value in statement.line(name).values[4:])


def test_from_grade_to_grade_keeps_the_land_and_agrees_with_the_maps():
    now = lived("village")
    table = now.statements["grades"]
    whole = np.array([line.values for line in table.lines])
    np.testing.assert_allclose(whole[:-1].sum(axis=0), whole[-1])
    np.testing.assert_allclose(whole[:, :-1].sum(axis=1), whole[:, -1])
    last = np.bincount(now.maps["grade"][-1].ravel(), minlength=6) * now.village.hectares
    np.testing.assert_allclose(whole[-1, :-1], last)


def test_before_the_first_recorded_year_there_is_nothing_to_draw_up():
    for name in ("assets", "grades", "poverty", "inequality", "spread", "livelihoods", "mobility"):
        found = ACCOUNTS[name].draw_up(Scope(model().village))
        assert (found.lines, len(found.notes)) == ((), 1)


@pytest.mark.parametrize("scenario", SHIPPED)
def test_every_word_of_the_statements_is_there_in_both_languages(scenario):
    for name, statement in lived(scenario).statements.items():
        for part in (*statement.columns, *statement.lines):
            assert part.en.replace("→", "").isascii(), (name, part)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in part.zh), (name, part)
            assert "_" not in part.en, (name, part)
        for english, chinese in statement.notes:
            assert english.isascii()
            assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
        names = [line.name for line in statement.lines]
        assert len(set(names)) == len(names), name
        assert all(unit in words.UNITS for part in (*statement.columns, *statement.lines) if (unit := part.unit)), name


@pytest.mark.parametrize("scheme", ["welfare_forest"])
def test_land_to_be_kept_and_promised_land_not_standing_are_obligations(scheme):
    changes = {"scenario.schemes": [scheme, "grain_for_green_1"]}
    now = model(changes=changes, burn_in=1996).run(16)
    statement = now.statements["assets"]
    under = now.patches.scheme == list(now.params.schemes).index(scheme)
    kept = statement.line("kept").values
    assert kept[3] == pytest.approx(under.sum() * now.village.hectares)
    assert kept[0] + kept[1] - kept[2] == pytest.approx(kept[3])
    stands = now.village.uses.is_kind("planted") | now.village.uses.is_kind("perennial")
    promised = now.patches.scheme == list(now.params.schemes).index("grain_for_green_1")
    missing = statement.line("missing").values[3]
    assert missing == pytest.approx((promised & ~stands[now.patches.use]).sum() * now.village.hectares)
    assert statement.line("promised").values[1] >= statement.line("promised").values[3]
