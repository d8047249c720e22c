"""The sensitivity of a sweep: a frame of indices, what must be said of them, and files beside the results."""

from __future__ import annotations

import io
import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments import keeping, provenance
from village_abm.experiments.sensitivity.indices import LEAST, LUCK, indices, methods_for, salib
from village_abm.experiments.sensitivity.outputs import BLOCKS, Output, Swept, effects_of, measures_of, sampled
from village_abm.experiments.sensitivity.ranking import beyond_luck, ranked
from village_abm.experiments.sweep.folder import in_toml
from village_abm.experiments.sweep.plan import DUMMY, Plan
from village_abm.experiments.sweep.spec import Morris, Span, Spec
from village_abm.params import ParameterError, refuse_unknown

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("output", "path", "index", "value", "low", "high", "noise", "group")
RESULTS, NAME = "results", "sensitivity"
TO_PASTE = 512  # blocks of the Saltelli design that a screening suggests


@dataclass
class Analysis:
    """The indices of a sweep."""

    frame: pd.DataFrame
    """A row an output, path and index: value, bootstrap interval, whether it is noise, and its group of equal rank."""
    sentences: list[str]
    """What was left out, and what the indices do not cover."""
    used: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Of every output its unit, how many blocks were used, and the runs in them."""
    to_paste: str = ""
    """After a screening, a design for Sobol indices of what does more than luck, or else is above the noise."""


def check(plan: Plan, measures: Sequence[str] = (), method: str | None = None, effects: Sequence[str] = ()) -> None:
    """Refuse what could not be analysed when the plan is carried out; raises ParameterError."""
    from village_abm.indicators import REGISTRY

    spec = Spec.model_validate(plan.written)
    methods_for(sampled(spec), method)
    effects_of(plan.setting.schemes, effects)
    salib()
    for measure in measures_of(spec, measures):
        where = f"measure '{measure.name}'"
        kept = spec.outputs.indicators or tuple(REGISTRY)
        refuse_unknown([measure.indicator.split(".")[0]], kept, where, "indicator, or none that the sweep keeps,")
        if measure.years is not None and spec.outputs.every == "end":
            raise ParameterError(
                f"{where}: outputs.every = 'end' keeps the last year alone. Write @end, or every year."
            )


def analyse(
    folder: Path, measures: Sequence[str] = (), method: str | None = None, effects: Sequence[str] = ()
) -> Analysis:
    """Indices of every output by the methods that fit the design; raises ParameterError and FolderError."""
    import pandas as pd

    swept = Swept(folder)
    methods = methods_for(swept.design, method)
    found = Analysis(pd.DataFrame(columns=list(COLUMNS)), _caveats(swept))
    rows: list[tuple[Any, ...]] = []
    for output in swept.outputs(measures, effects):
        found.sentences += _left_out(output, swept)
        found.used[output.name] = {"unit": output.unit, "blocks": len(output.values), "run_ids": list(output.run_ids)}
        for one in methods:
            told = _too_little(output, swept, one)
            found.sentences += told
            if not told:
                rows += _rows(output, one, swept)
    if rows:
        found.frame = pd.DataFrame(rows, columns=list(COLUMNS))
    if isinstance(swept.design, Morris):
        found.to_paste = _to_paste(found.frame, swept)
    found.sentences = list(dict.fromkeys(found.sentences))
    return found


def _rows(output: Output, method: str, swept: Swept) -> list[tuple[Any, ...]]:
    told = indices(method, output, swept.paths, swept.design)
    return [
        (output.name, one.path, name, one.value, one.low, one.high, noise, group)
        for name in dict.fromkeys(one.index for one in told)
        for one, noise, group in ranked([one for one in told if one.index == name])
    ]


def _caveats(swept: Swept) -> list[str]:
    """What the indices are of, where that is not the run-to-run spread of the design."""
    told = []
    if swept.size > 1 and not swept.tied:
        told.append(
            "The replicates are not tied to the design: the indices hold for these draws of luck, and the share of "
            "luck is not known. Write tied = true below [replicates], with n = 2 or more."
        )
    if swept.tied and swept.replicates < swept.blocks:
        told.append(
            f"Luck is known from {swept.replicates} draws for {swept.blocks} {BLOCKS[swept.design.kind]}, so its "
            f"interval is too narrow. A larger n below [replicates] makes no more runs."
        )
    if swept.replicates > 1 and not swept.tied:
        told.append(f"Every point counts with the mean of its {swept.replicates} replicates.")
    return told


def _left_out(output: Output, swept: Swept) -> list[str]:
    """How many blocks were not whole."""
    blocks = BLOCKS[swept.design.kind]
    if not output.unfinished + output.empty:
        return []
    total = len(output.values) + output.unfinished + output.empty
    reasons = [(output.unfinished, "not finished, or failed"), (output.empty, "without a value in some run")]
    told = " and ".join(f"{count} are {reason}" for count, reason in reasons if count)
    return [f"{output.name}: {len(output.values)} of {total} {blocks} are whole and used; {told}."]


def _too_little(output: Output, swept: Swept, method: str) -> list[str]:
    """Why there are no indices: too few blocks, or nothing that varies."""
    blocks = BLOCKS[swept.design.kind]
    count = output.values[:, : 2 if method == "pawn" else 1].size
    if count < LEAST[method]:
        return [
            f"{output.name}: no {method} indices from {len(output.values)} whole {blocks}, which say too little. "
            f"Go on with the sweep, or make it larger."
        ]
    if output.constant:
        value = f"{output.values.flat[0]:g} {output.unit}".strip()
        return [
            f"{output.name} is {value} in all of {len(output.run_ids)} runs, so there is nothing that a parameter "
            f"could explain."
        ]
    return []


def _to_paste(frame: pd.DataFrame, swept: Swept) -> str:
    """What does more than luck in any output, or is above the noise if nothing does, as a design for Sobol indices."""
    main = frame[(frame["index"] == "mu_star") & ~frame["noise"].astype(bool) & ~frame["path"].isin([LUCK, DUMMY])]
    beyond = main[beyond_luck(frame)[main.index]]
    kept = [path for path in swept.paths if path in set((main if beyond.empty else beyond)["path"])]
    if not kept:
        return ""
    lines = [f"{in_toml(path)} = {_written(swept.design.bounds[path])}" for path in kept]
    return "\n".join(
        ["[replicates]", f"n = {TO_PASTE}", "tied = true", "",
         "[design]", 'kind = "saltelli"', f"n = {TO_PASTE}", "",
         "[design.bounds]", *lines, f"{DUMMY} = [0, 1]"]
    )  # fmt: skip


def _written(span: Span) -> str:
    """A span as a specification writes it."""
    if span.choices is not None:
        return in_toml({"choices": span.choices}).replace('"choices"', "choices", 1)
    low, high = (int(end) if float(end).is_integer() else end for end in (span.low or 0, span.high or 0))
    return f"{{ low = {low}, high = {high}, log = true }}" if span.log else f"[{low}, {high}]"


def write(folder: Path, found: Analysis) -> Path:
    """Write the frame as CSV and Parquet into the folder of results, with all that it was made of beside it."""
    place = folder / RESULTS
    place.mkdir(exist_ok=True)
    packed = io.BytesIO()
    found.frame.to_parquet(packed, index=False)
    told = {
        "schema_version": 1, "made": provenance.Stopwatch().started,
        "command": shlex.join(["village-abm", *sys.argv[1:]]), "code": provenance.code(),
        "packages": {name: _version(name) for name in ("SALib", "scipy", "numpy")},
        "sentences": found.sentences, "outputs": found.used,
    }  # fmt: skip
    csv = found.frame.to_csv(index=False, lineterminator="\n")
    keeping.write_whole(place / f"{NAME}.json", json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n")
    keeping.write_whole(place / f"{NAME}.parquet", packed.getvalue())
    keeping.write_whole(place / f"{NAME}.csv", csv.encode())
    return place / f"{NAME}.csv"


def _version(name: str) -> str:
    from importlib import metadata

    return metadata.version(name)
