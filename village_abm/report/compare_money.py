"""The money of a comparison: who pays for each scheme, who receives it, and what a unit of gain costs."""

from __future__ import annotations

from typing import Any

from village_abm.report.compare_numbers import Cell, figure, money
from village_abm.report.compare_parts import cell_of, grid, known
from village_abm.report.compare_study import Scheme, Study
from village_abm.report.compare_words import COST_PARTS, COST_REST, FUNDS, PAID_BY
from village_abm.report.words import Text

LEAST_PART = 0.01  # of the money: less is not shown as a part


def costs(study: Study) -> dict[str, Any]:
    """Who pays for each scheme and to whom the money goes."""
    lines = [_flow(study, scheme) for scheme in study.schemes]
    ratios = [name for name in study.measures if any(row.kind == "ratio" for row in study.of(name))]
    most = max((line["total"] for line in lines), default=0.0) or 1.0
    return {"lines": lines, "most": most, "ratios": grid(study, ratios) if ratios else None}


def _flow(study: Study, scheme: Scheme) -> dict[str, Any]:
    """The money of one scheme: all of it, who sent it, and its parts by receiver."""
    payers = [(words, cell_of(study, scheme, PAID_BY + name)) for name, words in FUNDS.items()]
    parts = [(words, colour, study.row(scheme.name, name)) for name, (words, colour) in COST_PARTS.items()]
    held = [(words, colour, row.mean) for words, colour, row in parts if row and row.mean > 0]
    spent = float(scheme.about.get("spent_total") or 0.0)
    rest = spent - sum(amount for *_, amount in held)
    if rest > LEAST_PART * spent:
        held.append((*COST_REST, rest))
    total = sum(amount for *_, amount in held)
    share = scheme.about.get("spent_share_of_budget")
    return {
        "scheme": scheme,
        "payer": _payers([(words, one) for words, one in payers if one and one.row.mean > 0])
        or known(FUNDS, scheme.about["funded_by"], "paid by {}", "出资：{}"),
        "spent": money(spent),
        "share": None if share is None else figure(100 * share, 0 if share >= 0.1 else 1),
        "total": total,
        "parts": [
            (words, colour, amount / total, figure(amount, 0), figure(100 * amount / total, 0))
            for words, colour, amount in held
        ],
    }


def _payers(paid: list[tuple[Text, Cell]]) -> Text | None:
    """Who paid how much, as the record counts it; None where it does not."""
    if not paid:
        return None
    english = "; ".join(f"{words.en} {figure(one.row.mean, 0)} {one.unit.en}" for words, one in paid)
    chinese = "；".join(f"{words.zh} {figure(one.row.mean, 0)} {one.unit.zh}" for words, one in paid)
    return Text(f"paid by {english}", f"出资：{chinese}")
