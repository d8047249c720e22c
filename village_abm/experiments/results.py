"""The files of a comparison: scores, paths, pairs, maps and the study itself, their bytes fixed by the numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from village_abm.experiments import keeping, scores
from village_abm.experiments.comparison import Counted
from village_abm.experiments.description import describe
from village_abm.experiments.intervals import quantile_of_t
from village_abm.experiments.measures import score_measures
from village_abm.experiments.study import Plan
from village_abm.experiments.trial import INDICATORS, TWIN

if TYPE_CHECKING:
    import pandas as pd


def write(folder: Path, plan: Plan, counted: Counted) -> dict[str, Any]:
    """Write all files of results, the study last; returns the study."""
    import pandas as pd

    seed = plan.seed
    sheet = pd.DataFrame(scores.score_sheet(counted.values, score_measures(), seed), columns=list(scores.COLUMNS))
    sheet["pairs_needed"] = sheet["pairs_needed"].astype("Int64")
    _csv(folder / "scores.csv", sheet.replace([np.inf, -np.inf], np.nan))
    _csv(folder / "paths.csv", paths(counted))
    _csv(folder / "pairs.csv", pairs(counted))
    keeping.write_whole(folder / "maps.npz", keeping.packed(_small(counted.maps)))
    study = describe(plan, counted)
    text = json.dumps(study, indent=2, ensure_ascii=False, allow_nan=False)
    keeping.write_whole(folder / "study.json", text.encode() + b"\n")
    return study


def _csv(path: Path, frame: pd.DataFrame) -> None:
    keeping.write_whole(path, frame.to_csv(index=False, lineterminator="\n").encode())


def _small(maps: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: values.astype(np.float32) for name, values in maps.items()}


def paths(counted: Counted) -> pd.DataFrame:
    """Every indicator by year: means, the difference with its pointwise t interval, 2.5 and 97.5 percentiles."""
    import pandas as pd

    twin, years, frames = counted.paths[TWIN], counted.years, []
    n = len(twin)
    low_without, high_without = np.percentile(twin, (2.5, 97.5), axis=0)
    for scheme in counted.values.schemes:
        mine = counted.paths[scheme]
        gap = mine - twin
        half = quantile_of_t(n, scores.CONFIDENCE) * gap.std(axis=0, ddof=1) / math.sqrt(n)
        low_with, high_with = np.percentile(mine, (2.5, 97.5), axis=0)
        columns = {
            "mean_with": mine.mean(axis=0), "mean_without": twin.mean(axis=0), "mean": gap.mean(axis=0),
            "low": gap.mean(axis=0) - half, "high": gap.mean(axis=0) + half, "low_with": low_with,
            "high_with": high_with, "low_without": low_without, "high_without": high_without,
        }  # fmt: skip
        about = {
            "scheme": scheme,
            "indicator": np.repeat(INDICATORS, len(years)),
            "year": np.tile(years, len(INDICATORS)),
        }
        frames.append(pd.DataFrame(about | {name: block.T.ravel() for name, block in columns.items()}))
    return pd.concat(frames, ignore_index=True)


def pairs(counted: Counted) -> pd.DataFrame:
    """What every run gave, one row a pair, scheme (or none) and measure."""
    import pandas as pd

    rows: list[dict[str, Any]] = [
        {"pair": pair, "scheme": scheme, "measure": measure, "value": float(value)}
        for (scheme, measure), found in counted.values.of.items()
        for pair, value in enumerate(found)
    ]
    rows.sort(key=lambda row: int(row["pair"]))
    return pd.DataFrame(rows)
