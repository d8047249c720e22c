"""The books over the recorded years, added up again from their lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from village_abm.report import words
from village_abm.report.reading import Run
from village_abm.report.tables import Cell, Sheet
from village_abm.report.words import Text

CLOSES_WITHIN = 1e-6
SHOWN_AS = {"fen": (0.01, "CNY")}
EDGES = {"opening": Text("opening", "期初"), "closing": Text("closing", "期末")}


def books(run: Run) -> list[dict[str, Any]]:
    """Every book over the recorded years: opening, entries, closing, and in how many years it closes.

    Land that leaves one use for another is entered twice, "(from)" and "(to)", and shown once.
    """
    labels = {row["name"]: Text(row["en"], row["zh"]) for row in run.manifest["calendar"]}
    shown = run.books[run.books["year"].between(run.years[0], run.years[-1])]
    found = []
    for name, lines in shown.groupby("book", sort=False):
        written = str(lines["unit"].iloc[0])
        scale, unit = SHOWN_AS.get(written, (1.0, written))
        table = lines.pivot_table(index="year", columns="entry", values="amount", aggfunc="sum").fillna(0.0) * scale
        entries = [entry for entry in dict.fromkeys(lines["entry"]) if entry not in ("opening", "closing")]
        gap = (table["opening"] + table[entries].sum(axis=1) - table["closing"]).abs()
        carried = (table["opening"] - table["closing"].shift().fillna(table["opening"])).abs()
        size = table.abs().max(axis=1).clip(lower=1.0)
        closes = (gap <= CLOSES_WITHIN * size) & (carried <= CLOSES_WITHIN * size)
        found.append(
            {
                "name": str(name),
                "words": words.BOOKS.get(str(name), Text(str(name), str(name))),
                "unit": unit,
                "measure": words.unit(unit),
                "opening": float(table["opening"].iloc[0]),
                "entries": [
                    (words.entry(entry, labels), sign, amount)
                    for entry, sign, amount in shown_entries({entry: float(table[entry].sum()) for entry in entries})
                ],
                "closing": float(table["closing"].iloc[-1]),
                "years": len(table),
                "closed": int(closes.sum()),
            }
        )
    return found


def shown_entries(sums: dict[str, float]) -> list[tuple[str, str, float]]:
    """Name, sign and amount of the entries, the largest first."""
    rows = []
    for entry, total in sums.items():
        stem = entry.removesuffix(" (to)").removesuffix(" (from)")
        moved = stem != entry and abs(sums.get(f"{stem} (from)", 0.0) + sums.get(f"{stem} (to)", 0.0)) < CLOSES_WITHIN
        if moved and entry.endswith("(from)"):
            continue
        sign = "±" if moved else ("+" if total > 0 else "")
        rows.append((stem if moved else entry, sign, total))
    return sorted(rows, key=lambda row: -abs(row[2]))


def sheet(run: Run) -> Sheet:
    """Every line of every book in every recorded year, to be downloaded; money in yuan of the year."""
    labels = {row["name"]: Text(row["en"], row["zh"]) for row in run.manifest["calendar"]}
    lines = run.books[run.books["year"].between(run.years[0], run.years[-1])]
    table = lines.pivot_table(
        index=["book", "entry", "unit"], columns="year", values="amount", aggfunc="sum", sort=False
    ).fillna(0.0)
    rows: list[list[Cell]] = []
    for (book, entry, written), amounts in zip(table.index, table.to_numpy(float), strict=True):
        scale, unit = SHOWN_AS.get(written, (1.0, written))
        rows.append([book, words.BOOKS.get(book, Text(book, book)), _line(entry, labels), unit,
                     *(round(scale * amount, 6) for amount in amounts)])  # fmt: skip
    head = [Text("name", "名称"), Text("book", "账本"), Text("entry", "分录"), Text("unit", "单位")]
    return Sheet("books", [*head, *map(str, table.columns)], rows)


def _line(entry: str, labels: Mapping[str, Text]) -> Text:
    """A line of a book: opening, closing, or an entry; land that changes use says from or to."""
    if entry in EDGES:
        return EDGES[entry]
    for tail, chinese in ((" (from)", "（转出）"), (" (to)", "（转入）")):
        if entry.endswith(tail):
            found = words.entry(entry.removesuffix(tail), labels)
            return Text(f"{found.en}{tail}", f"{found.zh}{chinese}")
    return words.entry(entry, labels)
