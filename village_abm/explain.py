"""Parameters put into rows: value, unit, range, source and meaning of all below a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from village_abm.load import Params
from village_abm.params import ParameterError, near


def explain(params: Params, path: str | None = None) -> list[dict[str, Any]]:
    """What there is under a path (all where none is given): one row a number or series.

    Rows hold path, value, unit, range, source (its text), confidence and meaning. Raises ParameterError.
    """
    rows = [
        {
            "path": number.path,
            "value": number.value,
            "unit": number.unit or "",
            "range": number.range,
            "source": _cited(params.sources, number.source),
            "confidence": number.confidence,
            "meaning": number.meaning + (f" ({number.note})" if number.note else ""),
        }
        for number in params.numbers.values()
    ]
    for name, one in params.series.items():
        years = (params.scenario.start, params.scenario.end)
        rows.append(
            {
                "path": f"series.{name}",
                "value": {year: one.at(year) for year in years},
                "unit": one.unit,
                "range": one.limits,
                "source": _cited(params.sources, ", ".join(one.sources)),
                "confidence": one.confidence,
                "meaning": f"{one.meaning}; {one.rule}" + (f" ({one.note})" if one.note else ""),
            }
        )
    if path is None:
        return rows
    path = path.rstrip(".")
    found = [row for row in rows if row["path"] == path or str(row["path"]).startswith(f"{path}.")]
    if not found:
        raise ParameterError(f"unknown parameter '{path}'. {near(path, [str(row['path']) for row in rows])}")
    return found


def _cited(sources: Mapping[str, str], keys: str) -> str:
    return "; ".join(f"{key.strip()}: {sources[key.strip()]}" for key in keys.split(","))
