"""Value realised in money: every movement of money is attributed once, and the rates follow by hand."""

import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from village_of_test import differing, lived, model

from village_abm.accounting.attribution import (
    COMPENSATION,
    ENTRIES,
    GOVERNANCE,
    MECHANISMS,
    OPERATION,
    PACKAGES,
    RIGHTS,
    attributed,
)
from village_abm.accounting.realised import contribution, conversion, realise
from village_abm.counted import value_of_year
from village_abm.experiments.measured_value import OF_INDICATORS
from village_abm.experiments.measures import MEASURES
from village_abm.load import load_params
from village_abm.policy.parts import RULES
from village_abm.scope import Scope
from village_abm.statements import ACCOUNTS

ROOT = Path(__file__).resolve().parent.parent
SCHEMES = {"carbon": RIGHTS, "brand": GOVERNANCE, "rangers": COMPENSATION, "dibao": ""}
BOOKS_OF = {
    "pay": ("cash",),
    "pay_fund": ("village fund",),
    "pay_bank": ("forest bank",),
    "outside": ("cooperatives",),
    "settle": ("cash", "cooperatives"),
}


# Everything is attributed ---------------------------------------------------------------------------------


def literals(argument):
    """Names of entries written out in an argument; those of schemes, "paid: ...", are left out."""
    choices = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    return [one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def written():
    """Book and entry of all movements of money whose names stand in the source of the year."""
    found = set()
    for file in (ROOT / "village_abm" / "year").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for argument in node.args[:2] if called in BOOKS_OF else ():
                found |= {(book, entry) for entry in literals(argument) for book in BOOKS_OF[called]}
    return {(book, entry) for book, entry in found if ": " not in entry}


def test_every_entry_that_the_year_writes_is_attributed():
    assert len(written()) > 50
    for book, entry in sorted(written()):
        attributed(book, entry, {})


def test_nothing_is_attributed_that_no_book_ever_enters():
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "village_abm").rglob("*.py")
                     if file.name != "attribution.py" and file.parent.name in ("year", "paying", "policy"))  # fmt: skip
    for book, entries in ENTRIES.items():
        for entry in entries:
            assert f'"{entry}"' in source, (book, entry)


@pytest.mark.parametrize("scenario", ["village", "huanjiang", "p1_1980", "greening", "combined"])
def test_every_line_of_every_book_of_money_is_attributed(scenario):
    now = lived(scenario)
    known = value_of_year.mechanisms(now.village)
    for books in now.ledger.years.values():
        for book in ENTRIES:
            for entry in set(books[book]) - {"opening", "closing"}:
                attributed(book, entry, known)


def test_an_entry_that_nobody_has_attributed_is_refused_with_what_to_do():
    with pytest.raises(LookupError, match=r"cash: 'moonlight' is not attributed.*attribution\.py"):
        attributed("cash", "moonlight", SCHEMES)
    with pytest.raises(LookupError, match="paid: nobody knows"):
        attributed("cash", "paid: nobody knows", SCHEMES)
    with pytest.raises(LookupError, match="shared: carbon"):  # the fund is paid shares, households are not
        attributed("cash", "shared: carbon", SCHEMES)


def test_of_every_payment_rule_it_is_decided_whether_it_pays_for_nature():
    """A new rule stands in neither list: decide, and put it in one (the second is a parameter)."""
    for_nature = {
        "action_taken", "area_converted", "area_kept", "brand_premium", "carbon", "cost_standard", "credit",
        "formula", "green_area", "hematopoietic", "index_share", "information", "job", "operation",
        "personal_decline", "pooled_rights", "quota_sale", "result", "trees", "trigger", "water", "willingness",
        "zoning",
    }  # fmt: skip
    support = set(load_params("village").accounting.realised.support)
    assert for_nature | support == set(RULES)
    assert not for_nature & support


def test_every_scheme_and_package_has_a_mechanism_or_is_support():
    params = load_params("village")
    for name, mechanism in value_of_year.mechanisms(model().village).items():
        assert mechanism in (*MECHANISMS, ""), name
        if name in params.schemes and mechanism:
            assert mechanism == params.schemes[name].mechanism
    assert set(PACKAGES) == {"relocation", "biogas"}


# By hand --------------------------------------------------------------------------------------------------


def year_of(ecological=None, **books):
    """A year of one village from {entry: fen} by book; a yuan of 2020 is 50 fen of the year."""
    moved = {
        (book.replace("_", " "), entry): np.array([fen])
        for book, entries in books.items()
        for entry, fen in entries.items()
    }
    shares = {key: np.array([(ecological or {}).get(key[1], 0.0)]) for key in moved}
    return realise(moved, shares, SCHEMES, COMPENSATION, 50.0, np.array([30.0]))


def test_each_kind_of_money_goes_to_its_mechanism():
    year = year_of(
        {"sales": 0.25, "gathered": 1.0},
        cash={
            "sales": 40_000, "gathered": 1_000, "guests": 5_000, "brand premium": 500, "paid: carbon": 700,
            "paid: brand": 50, "paid: rangers": 10_000, "paid: dibao": 3_000, "sent home": 90_000, "living": -80_000,
            "inputs": -9_000, "shared out at a split": 0,
        },
        village_fund={"shared: carbon": 300},
    )  # fmt: skip
    # 700 + 300 fen for carbon; 500 + 50 of the brand; a quarter of 40,000 + 1,000 + 5,000; 10,000 for rangers.
    assert [float(year.through(one)[0]) for one in MECHANISMS] == [20, 11, 320, 200]
    assert year.total[0] == 551
    assert year.without_compensation[0] == 351
    assert year.other[0] == (30_000 + 3_000 + 90_000) / 50
    assert conversion(551, 5510) == pytest.approx(0.1)
    assert year.income[0] == 551 + 2460 + 30  # own food
    assert contribution(551, 3041) == pytest.approx(551 / 3041)


def test_what_goes_through_a_cooperative_is_counted_where_it_is_sold_outside():
    year = year_of(
        {"sold fresh": 1.0, "sales": 1.0},
        cash={"sales": 0, "paid for deliveries": 8_000, "patronage": 500, "wages of cooperatives": 300},
        cooperatives={
            "sold fresh": 10_000, "paid for deliveries": -8_000, "patronage": -500, "wages of cooperatives": -300,
            "running costs": -900, "founding subsidy": 5_000,
        },
    )  # fmt: skip
    assert year.total[0] == 10_000 / 50
    assert year.other[0] == 0


def test_pooled_forest_is_counted_by_what_its_holders_are_paid():
    year = year_of(
        cash={"paid: carbon": 1_000},
        forest_bank={"pooled wood sold": 4_000, "rents and shares paid": -1_000, "interest subsidy": 70},
    )
    assert year.through(RIGHTS)[0] == year.total[0] == 20


def test_rents_between_households_shares_of_the_village_and_grants_for_building_are_no_value_realised():
    year = year_of(
        cash={
            "rent paid": -700, "rent received": 700, "share of the village": -200, "dividends of the village": 90,
            "savings brought home": 900, "estates": 50, "breeding stock sold": 400,
        },
        village_fund={"from homestays": 200, "dividends of the village": -90},
        cooperatives={"grant for a line": 800, "line sold": 300},
    )  # fmt: skip
    assert year.total[0] == year.other[0] == 0


def test_what_the_county_owes_is_counted_when_it_is_paid():
    assert year_of(cash={"arrears paid": 500}).through(COMPENSATION)[0] == 10
    late_support = realise({("cash", "arrears paid"): np.array([500.0])}, {}, SCHEMES, "", 50.0, np.zeros(1))
    assert (late_support.total[0], late_support.other[0]) == (0, 10)


def test_a_rate_over_nothing_is_no_number():
    assert np.isnan(conversion(5.0, 0.0))
    assert np.isnan(conversion(5.0, -3.0))
    assert np.isnan(contribution(0.0, 0.0))


INFLOWS = [
    (book, entry) for book, entries in ENTRIES.items() for entry, one in entries.items()
    if one.role in ("realised", "by product", "income")
]  # fmt: skip
INFLOWS += [
    (book, f"{verb}: {name}") for book, verb in (("cash", "paid"), ("village fund", "shared")) for name in SCHEMES
]
OTHERS = [
    (book, entry) for book, entries in ENTRIES.items() for entry, one in entries.items()
    if one.role not in ("realised", "by product", "income")
]  # fmt: skip


@given(st.data())
def test_all_that_comes_in_is_either_realised_or_other_income_and_nothing_else_is(data):
    amounts = st.lists(st.integers(0, 10**9), min_size=3, max_size=3).map(np.array)
    moved = data.draw(st.dictionaries(st.sampled_from(INFLOWS), amounts))
    noise = data.draw(st.dictionaries(st.sampled_from(OTHERS), amounts))
    share = st.lists(st.floats(0, 1), min_size=3, max_size=3).map(np.array)
    shares = {key: data.draw(share) for key in moved}
    year = realise(moved | noise, shares, SCHEMES, COMPENSATION, 80.0, np.zeros(3))
    inflow = sum((fen for fen in moved.values()), np.zeros(3)) / 80
    np.testing.assert_allclose(year.total + year.other, inflow, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(sum(year.through(one) for one in MECHANISMS), year.total)
    assert (year.total >= 0).all()
    assert (year.other >= -1e-6).all()
    assert (year.without_compensation <= year.total).all()


# In a village ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", ["village", "huanjiang", "combined"])
def test_money_by_village_adds_up_to_the_lines_of_the_books(scenario):
    now = lived(scenario)
    books = now.ledger.years[now.year]
    seen = set()
    for (book, entry), fen in now.village.moved.items():
        assert fen.sum() == books[book][entry], (book, entry)
        seen.add((book, entry))
    for book in ("cash", "village fund", "cooperatives", "forest bank"):
        assert {entry for at, entry in seen if at == book} == set(books[book]) - {"opening", "closing"}


def test_villages_add_up_to_the_whole_landscape():
    last = lived("huanjiang").indicators.iloc[-1]
    for name in ("realised_value", "realised_operation", "realised_compensation"):
        parts = last[[f"{name}.emigration", f"{name}.resettlement"]]
        assert parts.sum() == pytest.approx(last[name])
        assert last[name] >= 0


@pytest.mark.parametrize("scenario", ["village", "huanjiang"])
def test_the_rates_are_the_quotients_that_they_say(scenario):
    frame = lived(scenario).indicators
    parts = frame[["realised_rights", "realised_governance", "realised_operation", "realised_compensation"]]
    np.testing.assert_allclose(parts.sum(axis=1), frame["realised_value"])
    area = len(lived(scenario).patches.use) * lived(scenario).village.hectares
    np.testing.assert_allclose(frame["conversion_rate"] * frame["gep"] * area, frame["realised_value"])
    market = frame["realised_value"] - frame["realised_compensation"]
    np.testing.assert_allclose(frame["market_conversion_rate"] * frame["gep"] * area, market)
    assert frame["contribution_rate"].between(0, 1).all()


def test_the_more_products_count_as_ecological_the_higher_the_value_realised():
    village = lived("village").village
    values = [float(value_of_year.realised_from(village, least).total.sum()) for least in (0.0, 0.3, 0.5, 1.01)]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_ecological_and_other_products_make_up_what_traders_paid():
    village = lived("village").village
    sold = value_of_year.to_traders(village).sum()
    assert sold == pytest.approx(float(village.real(village.moved["cash", "sales"].sum())), abs=len(village.households))


def test_what_is_called_ecological_moves_no_household():
    years = {"scenario.end": 1994}
    a = model("village", years, burn_in=1988).run()
    other = {"accounting.realised.least_green": 0.5, "accounting.realised.support": ["need"]}
    b = model("village", years | other, burn_in=1988).run()
    assert differing(a, b) == []


def test_the_account_repeats_the_indicators():
    now = lived("village")
    last, table = now.indicators.iloc[-1], now.statements["realised"]
    for line, indicator in {
        "realised": "realised_value", "conversion": "conversion_rate", "market_conversion": "market_conversion_rate",
        "contribution": "contribution_rate", OPERATION: "realised_operation", COMPENSATION: "realised_compensation",
    }.items():  # fmt: skip
        assert table.line(line).values[0] == pytest.approx(last[indicator]), line
    assert table.line("income").values[0] == pytest.approx(
        sum(table.line(name).values[0] for name in ("realised", "other", "eaten"))
    )


def test_a_scheme_is_set_against_the_product_of_its_land():
    now = lived("village")
    village = now.village
    table = now.statements["realisation"]
    assert {line.name for line in table.lines} == set(now.params.scenario.schemes)
    for number, name in enumerate(now.params.schemes):
        if name in now.params.scenario.schemes:
            cash, product, rate = table.line(name).values
            assert product == pytest.approx(village.memory["gep"].total[village.patches.scheme == number].sum())
            assert cash == village.real(village.moved.get(("cash", f"paid: {name}"), np.zeros(1)).sum())
            assert np.isnan(rate) if product <= 0 else rate == pytest.approx(cash / product)


def test_before_the_first_year_there_is_nothing_to_draw_up():
    scope = Scope(model().village)
    for name in ("realised", "realisation", "cascade", "cascade_flows"):
        assert ACCOUNTS[name].draw_up(scope).lines == ()


def test_the_score_sheet_has_the_measures_of_value_and_warns_of_the_rate():
    for name, better, _ in OF_INDICATORS:
        assert (MEASURES[name].group, MEASURES[name].better) == ("value", better)
    assert "fall because forests grow" in MEASURES["conversion_rate"].meaning
    assert "fall because forests grow" in MEASURES["market_conversion_rate"].meaning
