"""The books: everything that moves is entered by name, and every year each book must close."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


class BookGap(RuntimeError):
    """A book did not close: something moved that nobody entered, or was entered and did not move."""


@dataclass
class Book:
    """One book: opening stock per account + entries = closing stock per account, within `tolerance`.

    An account is one holder (a household, a patch, a village); stocks and entries are arrays of shape
    (accounts,) or single numbers. Money is in whole fen and closes exactly (tolerance 0). A book kept
    `by_account` remembers what every entry moved in each account; the others keep sums.
    """

    name: str
    unit: str
    tolerance: float = 0.0
    by_account: bool = False
    opening: np.ndarray | None = None
    running: np.ndarray | None = None
    entries: dict[str, float] = field(default_factory=dict)
    pages: dict[str, np.ndarray] = field(default_factory=dict)

    def open(self, stock: np.ndarray | float) -> None:
        """Start the year from the stock held now."""
        self.opening = np.atleast_1d(np.array(stock, copy=True))
        self.running = self.opening.copy()
        self.entries, self.pages = {}, {}

    def at_opening(self) -> np.ndarray:
        """The stock each account held when the year began; raises BookGap where it is not open."""
        if self.opening is None:
            raise BookGap(f"{self.name}: not open")
        return self.opening

    def grow(self, accounts: int) -> None:
        """Make room for accounts opened during the year; their opening stock is nothing."""
        if self.running is None or self.opening is None:
            raise BookGap(f"{self.name}: accounts added before the book was opened")
        more = accounts - len(self.running)
        if more > 0:
            self.opening = np.concatenate([self.opening, np.zeros(more, self.opening.dtype)])
            self.running = np.concatenate([self.running, np.zeros(more, self.running.dtype)])
            self.pages = {entry: np.append(page, np.zeros(more)) for entry, page in self.pages.items()}

    def enter(self, entry: str, amounts: np.ndarray | float, accounts: np.ndarray | None = None) -> None:
        """Book a movement: positive in, negative out; `accounts` are row numbers, all if left out."""
        if self.running is None:
            raise BookGap(f"{self.name}: '{entry}' entered before the book was opened")
        amounts = np.asarray(amounts)
        if self.running.dtype.kind == "i" and amounts.dtype.kind != "i":
            raise BookGap(f"{self.name}: '{entry}' is not a whole number of {self.unit}")
        for page in [self.running, *([self._page(entry)] if self.by_account else [])]:
            if accounts is None:
                page += amounts
            else:
                np.add.at(page, accounts, amounts)
        shape = self.running.shape if accounts is None else np.shape(accounts)
        total = (amounts if amounts.shape == shape else np.full(shape, amounts)).sum()
        self.entries[entry] = self.entries.get(entry, 0) + total.item()

    def _page(self, entry: str) -> np.ndarray:
        return self.pages.setdefault(entry, np.zeros(len(self.at_opening()), self.at_opening().dtype))

    def close(self, stock: np.ndarray | float, year: int) -> dict[str, float]:
        """Compare with the stock held now and return the year's lines; raises BookGap if they differ."""
        if self.running is None or self.opening is None:
            raise BookGap(f"{self.name} {year}: closed before it was opened")
        held = np.atleast_1d(np.asarray(stock))
        if held.shape != self.running.shape:
            raise BookGap(f"{self.name} {year}: {held.size} accounts held, {self.running.size} in the book")
        gap = held - self.running
        scale = max(1.0, float(np.abs(held).max(initial=0))) if self.tolerance else 1.0
        wrong = np.flatnonzero(~(np.abs(gap) <= self.tolerance * scale))
        if wrong.size:
            worst = wrong[np.argmax(np.abs(np.nan_to_num(gap[wrong], nan=np.inf)))]
            lines = "; ".join(f"{name} {amount:,.6g}" for name, amount in self.entries.items())
            raise BookGap(
                f"{self.name} {year}: {wrong.size} account(s) do not close; account {worst} holds "
                f"{held[worst]:,.6g} {self.unit}, the book says {self.running[worst]:,.6g}. Entries: {lines}"
            )
        year_lines = {"opening": self.opening.sum().item(), **self.entries, "closing": held.sum().item()}
        self.pages = {"opening": self.opening, **self.pages, "closing": held.copy()} if self.by_account else {}
        self.opening = self.running = None
        return year_lines


class Ledger:
    """All books of a village; `years[year][book]` holds the lines of every closed year.

    `accounts[year][book]` holds the same lines account by account, (accounts,), of books kept by account.
    """

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.years: dict[int, dict[str, dict[str, float]]] = {}
        self.accounts: dict[int, dict[str, dict[str, np.ndarray]]] = {}

    def add(self, name: str, unit: str, tolerance: float = 0.0, by_account: bool = False) -> Book:
        """Start a book that every year must close."""
        self.books[name] = Book(name, unit, tolerance, by_account)
        return self.books[name]

    def __getitem__(self, name: str) -> Book:
        return self.books[name]

    def close(self, name: str, stock: np.ndarray | float, year: int) -> None:
        """Close one book for the year and keep its lines; raises BookGap."""
        book = self.books[name]
        self.years.setdefault(year, {})[name] = book.close(stock, year)
        if book.by_account:
            self.accounts.setdefault(year, {})[name] = book.pages

    def to_frame(self) -> object:
        """All lines of all closed years: columns year, book, entry, amount, unit."""
        import pandas as pd

        return pd.DataFrame(
            [
                (year, book, entry, amount, self.books[book].unit)
                for year, books in self.years.items()
                for book, lines in books.items()
                for entry, amount in lines.items()
            ],
            columns=["year", "book", "entry", "amount", "unit"],
        )
