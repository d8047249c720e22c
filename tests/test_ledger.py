"""The books: what moves is entered, every year closes, and every kind of mistake is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from village_abm.ledger import Book, BookGap, Ledger


def purse(*fen: int) -> Book:
    """A cash book of households, opened."""
    book = Book("cash", "fen")
    book.open(np.array(fen, dtype=np.int64))
    return book


def test_a_year_of_two_households_closes() -> None:
    book = purse(1000, 500)
    book.enter("sales", np.array([300, 0]))
    book.enter("fees", -50)  # one amount for all
    book.enter("sales", np.array([25]), accounts=np.array([1]))
    lines = book.close(np.array([1250, 475]), 1990)
    assert lines == {"opening": 1500, "sales": 325, "fees": -100, "closing": 1725}
    assert list(lines) == ["opening", "sales", "fees", "closing"]


def test_an_account_named_twice_is_booked_twice() -> None:
    book = purse(0, 0)
    book.enter("wages", np.array([10, 20, 5]), accounts=np.array([1, 1, 0]))
    assert book.close(np.array([5, 30]), 1990)["wages"] == 35


def test_money_that_nobody_entered_is_found_and_the_entries_are_printed() -> None:
    book = purse(1000, 500)
    book.enter("sales", np.array([300, 0]))
    with pytest.raises(BookGap, match=r"cash 1990: 1 account\(s\) do not close; account 1 holds 501 fen") as gap:
        book.close(np.array([1300, 501]), 1990)
    assert "the book says 500. Entries: sales 300" in str(gap.value)


def test_an_entry_that_did_not_move_is_found() -> None:
    book = purse(1000)
    book.enter("payment", np.array([7]))
    with pytest.raises(BookGap, match=r"holds 1,000 fen, the book says 1,007"):
        book.close(np.array([1000]), 1990)


def test_two_errors_that_cancel_over_the_village_are_found() -> None:
    with pytest.raises(BookGap, match=r"2 account\(s\) do not close"):
        purse(1000, 500).close(np.array([999, 501]), 1990)


def test_a_number_that_is_none_is_found() -> None:
    book = Book("soil", "t", tolerance=1e-9)
    book.open(np.array([5.0, 5.0]))
    with pytest.raises(BookGap, match="account 1 holds nan t"):
        book.close(np.array([5.0, np.nan]), 1990)


def test_money_is_whole_fen() -> None:
    with pytest.raises(BookGap, match="'sales' is not a whole number of fen"):
        purse(1000).enter("sales", np.array([0.5]))


def test_tonnes_close_within_the_tolerance_and_not_beyond() -> None:
    book = Book("soil", "t", tolerance=1e-9)
    book.open(np.array([1e6]))
    book.enter("erosion", np.array([-0.1]))
    book.close(np.array([1e6 - 0.1 + 1e-4]), 1990)  # one part in 1e10
    book.open(np.array([1e6]))
    with pytest.raises(BookGap):
        book.close(np.array([1e6 + 0.01]), 1991)  # one part in 1e8


def test_a_book_is_opened_before_it_is_used_and_closed_once() -> None:
    book = Book("cash", "fen")
    for use in (lambda: book.enter("sales", 1), lambda: book.close(0, 1990), lambda: book.grow(3)):
        with pytest.raises(BookGap, match="before"):
            use()
    book.open(0)
    book.close(0, 1990)
    with pytest.raises(BookGap, match="closed before it was opened"):
        book.close(0, 1990)


def test_a_household_founded_in_the_year_opens_with_nothing() -> None:
    book = purse(1000)
    book.grow(2)
    book.enter("dowry", np.array([-400, 400]))
    assert book.close(np.array([600, 400]), 1990) == {"opening": 1000, "dowry": 0, "closing": 1000}


def test_an_account_lost_on_the_way_is_found() -> None:
    with pytest.raises(BookGap, match="1 accounts held, 2 in the book"):
        purse(1, 2).close(np.array([1]), 1990)


def test_the_stock_handed_in_is_not_written_to() -> None:
    stock = np.array([1000], dtype=np.int64)
    book = Book("cash", "fen")
    book.open(stock)
    book.enter("sales", 5)
    assert stock[0] == 1000


@given(st.lists(st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=3), max_size=20))
def test_any_entries_close_to_the_fen(entries: list[list[int]]) -> None:
    book, stock = purse(0, 0, 0), np.zeros(3, dtype=np.int64)
    for number, amounts in enumerate(entries):
        book.enter(f"entry {number}", np.array(amounts))
        stock += amounts
    lines = book.close(stock, 1990)
    assert lines["closing"] == sum(map(sum, entries))


def test_the_ledger_keeps_every_closed_year() -> None:
    ledger = Ledger()
    ledger.add("people", "person").open(10)
    ledger["people"].enter("births", 2)
    ledger.close("people", 12, 1990)
    frame = ledger.to_frame()
    assert frame.values.tolist() == [
        [1990, "people", "opening", 10, "person"],
        [1990, "people", "births", 2, "person"],
        [1990, "people", "closing", 12, "person"],
    ]
