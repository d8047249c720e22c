"""The report of a run: one page that needs no network, made from the folder alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from village_abm.report import (
    ablation,
    books,
    chapters,
    charts,
    first,
    maps,
    notes,
    panels,
    sections,
    story,
    tables,
    words,
)
from village_abm.report.reading import Run, read_run

TEMPLATES = Path(__file__).parent / "templates"


def write_report(folder: Path) -> Path:
    """Write `report.html` into a run folder and return its path; raises FolderError."""
    return replace(Path(folder) / "report.html", render(read_run(Path(folder))))


def replace(path: Path, page: str) -> Path:
    """Write a page whole or not at all."""
    part = path.with_name(".report.html.part")
    part.write_text(page, encoding="utf-8", newline="\n")
    part.replace(path)
    return path


def render(run: Run) -> str:
    """The whole page as text."""
    return environment().get_template("report.html").render(page(run))


@cache
def environment() -> Environment:
    """What reads the templates, made once: it escapes what users wrote and knows numbers and Chinese brackets."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["number"] = _typeset
    found.filters["minus"] = _minus
    found.filters["full_width"] = words.full_width
    return found


def _typeset(value: float, written: str = "") -> str:
    return _minus(words.number(value, written))


def _minus(written: str) -> str:
    """A number with the sign as it is printed, as wide as a plus."""
    return written.replace("-", "−")


def page(run: Run) -> dict[str, Any]:
    """Everything the template shows, by name."""
    places = maps.frame_places(run)
    layers, years = maps.layers(run), [run.map_years[k] for k in places]
    lines, columns = run.elevation.shape
    several = len(run.manifest["villages"]) > 1
    return {
        "manifest": run.manifest,
        "years": run.years,
        "villages": [words.place(name) for name in run.manifest["villages"]],
        "origin": sections.origin(run),
        "cards": panels.cards(run),
        "blocks": first.blocks(run),
        "chapters": chapters.chapters(run),
        "layers": layers,
        "frame_years": years,
        "frames": {"years": years, "pictures": {layer.name: layer.frames for layer in layers}},
        "moments": [places.index(k) for k in run.moments],
        "relief": maps.relief(run.elevation, run.patch_size, len(run.manifest["villages"])),
        "hero": maps.hero(run) if several else "",
        "scale": maps.scale(columns, run.patch_size),
        "shape": {"lines": lines, "columns": columns, "patch": run.patch_size},
        "area_ha": lines * columns * run.patch_size**2 / 1e4,
        "land": sections.land(run),
        "pyramid": sections.pyramid(run),
        "homes": sections.homes(run),
        "relocation": story.relocation(run),
        "poverty_line": story.poverty_line(run),
        "calendar": sections.calendar(run),
        "paid": [text for text in (story.schemes(run.indicators), story.contracts(run)) if text],
        "industries": sections.industries(run),
        "ablation": ablation.section(run),
        "books": books.books(run),
        "notes": notes.notes(run.manifest["notes"], run.manifest["notes_by_village"]),
        "confidence": sections.confidence(run),
        "estimates": sections.guesses(run),
        "differences": sections.differences(run),
        "manifest_numbers": len(run.parameters),
        "tables": tables.kept([*chapters.sheets(run), books.sheet(run), *sections.sheets(run)]),
        "table_years": charts.year_ticks(run.years),
        "chart": {"width": charts.WIDTH, "height": charts.HEIGHT, "left": charts.LEFT, "bottom": charts.BOTTOM},
    }
