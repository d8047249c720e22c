"""Land-cover classes: what the codes of a raster mean."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CLASSES = ("farmland", "forest", "shrub", "grass", "bare", "water", "built", "unknown")


class RasterError(ValueError):
    """A raster or class table cannot be used; says which file, why, and what to do."""


@dataclass(frozen=True)
class ClassTable:
    """Codes of a land-cover raster: class and usual cover of each; cover NaN where it is to be generated."""

    file: str
    classes: dict[int, str]
    covers: dict[int, float]

    def lookup(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Index into CLASSES and usual cover of each code; NaN codes are unknown. Shapes of `codes`."""
        index = np.full(codes.shape, CLASSES.index("unknown"), np.int8)
        cover = np.full(codes.shape, np.nan)
        for code, name in self.classes.items():
            here = codes == code
            index[here], cover[here] = CLASSES.index(name), self.covers[code]
        return index, cover


def read_classes(path: Path) -> ClassTable:
    """Read a class table: CSV with columns code, class and perhaps cover; raises RasterError."""
    if path.is_dir():
        raise RasterError(f"{path}: is a folder. Give a CSV file with columns code,class[,cover].")
    if not path.is_file():
        raise RasterError(f"{path}: no such class table. Give a CSV file with columns code,class[,cover].")
    classes: dict[int, str] = {}
    covers: dict[int, float] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        missing = {"code", "class"} - set(rows.fieldnames or ())
        if missing:
            raise RasterError(f"{path}: no column '{sorted(missing)[0]}'. Its first line must be code,class[,cover].")
        for row in rows:
            where = f"{path}: row {rows.line_num}"
            try:
                code, cover = int(row["code"]), float(row.get("cover") or "nan")
            except (TypeError, ValueError):
                raise RasterError(f"{where}: code must be a whole number and cover a number.") from None
            if row["class"] not in CLASSES:
                raise RasterError(f"{where}: class '{row['class']}' is none of {', '.join(CLASSES)}.")
            if not np.isnan(cover) and not 0 <= cover <= 1:
                raise RasterError(f"{where}: cover {cover:g} lies outside 0 to 1. Write it as a share.")
            if code in classes:
                raise RasterError(f"{where}: code {code} stands twice. Leave one of them out.")
            classes[code], covers[code] = row["class"], cover
    if not classes:
        raise RasterError(f"{path}: no classes. Write one line a code.")
    return ClassTable(path.name, classes, covers)


def choose_classes(codes: np.ndarray, file: str, tables: Path, given: Path | None) -> ClassTable:
    """The class table that knows every code of the raster: the given one, or the shipped one that fits.

    Shipped tables share no code, so at most one fits. Raises RasterError and lists the codes not known, or, where
    each is known to some table and all to none, those that each table lacks.
    """
    found = np.unique(codes[~np.isnan(codes)])
    known = [read_classes(given)] if given else [read_classes(path) for path in sorted(tables.glob("*.csv"))]
    for table in known:
        if np.isin(found, list(table.classes)).all():
            return table
    strange = found[~np.isin(found, [code for table in known for code in table.classes])]
    if len(strange):
        tried = ", ".join(table.file for table in known) or "no table"
        why = f"unknown class codes {_listed(strange)} ({tried})"
    else:
        lacks = (f"{table.file} lacks {_listed(found[~np.isin(found, list(table.classes))])}" for table in known)
        why = f"no single class table knows all its codes: {'; '.join(lacks)}"
    raise RasterError(f"{file}: {why}. Give --classes FILE with columns code,class[,cover].")


def _listed(codes: np.ndarray) -> str:
    more = f" and {len(codes) - 12} more" if len(codes) > 12 else ""
    return ", ".join(f"{code:g}" for code in codes[:12]) + more
