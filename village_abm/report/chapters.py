"""The sections of the report: which groups of indicators and statements stand in which, and their further maps."""

from __future__ import annotations

from dataclasses import dataclass

from village_abm.report import accounts, further_maps, maps, panels, words
from village_abm.report.panels import Panel, Row
from village_abm.report.reading import Run
from village_abm.report.tables import Sheet
from village_abm.report.words import Text

CHAPTERS = {
    "land": ("land", "ecology"),
    "people": ("people",),
    "money": ("money", "equity"),
    "schemes": ("schemes",),
    "value": ("value",),
    "index": ("index",),
}


@dataclass(frozen=True)
class Group:
    """What a section shows of one group: statements, charts, the same as a table, what is nothing in all years."""

    name: str
    title: Text
    tables: list[accounts.Table]
    panels: list[Panel]
    rows: list[Row]
    silent: list[Text]


@dataclass(frozen=True)
class Chapter:
    """A section: its groups, those that have nothing left out, and its further maps."""

    groups: list[Group]
    layers: list[maps.Layer]

    def __bool__(self) -> bool:
        return bool(self.groups or self.layers)


def chapters(run: Run) -> dict[str, Chapter]:
    """All sections by name."""
    return {
        name: Chapter(
            [group for group in (_group(run, one) for one in groups) if group], further_maps.layers(run, name)
        )
        for name, groups in CHAPTERS.items()
    }


def _group(run: Run, name: str) -> Group | None:
    tables, silent = accounts.tables(run, name), panels.silent(run, name)
    drawn = panels.panels(run, name)
    if not (tables or drawn or silent):
        return None
    return Group(name, words.GROUPS[name], tables, drawn, panels.rows(run, name), silent)


def sheets(run: Run) -> list[Sheet]:
    """The tables of all sections, to be downloaded."""
    found = []
    for groups in CHAPTERS.values():
        for name in groups:
            found += accounts.sheets(run, name)
            if panels.of_group(run, name):
                found.append(panels.sheet(run, name))
    return found
