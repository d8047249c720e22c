"""The report of a comparison of schemes: one page that needs no network, made from its folder alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from village_abm.report import build, charts, compare_charts, compare_maps, compare_money, compare_parts, compare_story
from village_abm.report.compare_numbers import figure
from village_abm.report.compare_study import Study, read_study, text
from village_abm.report.compare_words import DEFINITIONS, EXPLAINED, VERDICTS, unit


def write_compare_report(folder: Path) -> Path:
    """Write `report.html` into the folder of a comparison and return its path; raises FolderError."""
    page = render(read_study(Path(folder)))
    return build.replace(Path(folder) / "report.html", page)


def render(study: Study) -> str:
    """The whole page as text."""
    return build.environment().get_template("compare.html").render(page(study))


def page(study: Study) -> dict[str, Any]:
    """Everything the template shows, by name."""
    about = study.about
    return {
        "about": about,
        "title": compare_story.title(study),
        "scenario": compare_story.scenario(study),
        "differences": about.get("differences") or {},
        "money": text(about.get("money") or ""),
        "against": compare_parts.against(study),
        "joint": compare_parts.joint(study),
        "definitions": list(DEFINITIONS.values()),
        "primary": study.measures[about["primary"]].label
        if about["primary"] in study.measures
        else text(about["primary"]),
        "unit": unit,
        "years": study.years,
        "schemes": study.schemes,
        "base": [text(one) for one in about["base"]["schemes"]],
        "opening": compare_story.opening(study),
        "findings": compare_story.findings(study),
        "stopped": compare_story.stopped(study),
        "table": compare_parts.table(study),
        "fronts": compare_parts.fronts(study),
        "paid_otherwise": compare_parts.paid_otherwise(study),
        "front": {
            "width": compare_charts.FRONT_WIDTH,
            "height": compare_charts.FRONT_HEIGHT,
            "left": compare_charts.FRONT_LEFT,
            "right": compare_charts.FRONT_RIGHT,
            "top": compare_charts.FRONT_TOP,
            "bottom": compare_charts.FRONT_BOTTOM,
        },
        "paths": compare_parts.charts(study),
        "chart": {
            "width": charts.WIDTH,
            "height": charts.HEIGHT,
            "left": charts.LEFT,
            "bottom": charts.BOTTOM,
            "top": charts.TOP,
        },
        "relief": compare_maps.relief(study),
        "layers": compare_maps.layers(study),
        "scale": compare_maps.scale(study),
        "shape": study.maps["elevation"].shape,
        "sheet": compare_parts.sheet(study),
        "fifths": compare_parts.fifths(study),
        "costs": compare_money.costs(study),
        "additional": compare_parts.additional(study),
        "pairing": compare_parts.pairing(study),
        "cards": compare_parts.cards(study),
        "sources": compare_parts.sources(study),
        "meanings": compare_parts.meanings(study),
        "warnings": [text(said) for said in about["warnings"]],
        "verdicts": [(sign, word, EXPLAINED[name]) for name, (sign, word) in VERDICTS.items() if name in EXPLAINED],
        "confidence": figure(100 * about["confidence"], 0),
        "number": figure,
        "many": len(study.schemes) > 1,
    }
