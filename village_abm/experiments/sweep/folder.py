"""The folder of a sweep: made once, found again by whoever goes on with it, enough by itself to do any run anew."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments import keeping, provenance
from village_abm.experiments.keeping import FolderError
from village_abm.experiments.sweep.plan import INPUTS, Plan, Setting, Task

if TYPE_CHECKING:
    import pyarrow as pa

    from village_abm.experiments.sweep.spec import Spec
    from village_abm.scenario import Scenario

MANIFEST, DESIGN, SPEC, PATCH = "manifest.json", "design.parquet", "spec.toml", "diff.patch"
FIXED = ("run_id", "scenario_id", "scheme", "point", "replication_id", "seed")
"""Columns of the design beside the parameters varied."""
_JSON = b"json"


def default_folder(plan: Plan) -> Path:
    """Where a sweep goes that was given no folder: always the same for the same sweep."""
    return Path("runs") / f"{plan.name}-{plan.identity[:8]}"


def open_folder(plan: Plan, out: Path | None, spec: Path | None = None) -> Path:
    """Make the folder with its design, or find it again; raises FolderError where something else stands.

    More replicates or points of the same design change the design in it, and all that is done counts.
    """
    folder = default_folder(plan) if out is None else out
    patch = provenance.difference()
    new = keeping.claim(folder, MANIFEST, plan.identity, "sweep", manifest(plan, patch))
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not new and told["setting"].get("timeout") != plan.setting.timeout:
        told["setting"]["timeout"] = plan.setting.timeout
        keeping.write_whole(folder / MANIFEST, keeping.told_as_json(told))
    (folder / "parts").mkdir(exist_ok=True)
    (folder / INPUTS).mkdir(exist_ok=True)
    files = {f"{INPUTS}/{name}": content for name, content in plan.inputs.items()}
    if patch and told["diff_sha256"] == hashlib.sha256(patch).hexdigest():
        files[PATCH] = patch
    if spec is not None:
        files[SPEC] = spec.read_bytes()
    out_of = io.BytesIO()
    _write_design(plan, out_of)
    for name, content in (files | {DESIGN: out_of.getvalue()}).items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            keeping.write_whole(path, content)
    return folder


def manifest(plan: Plan, patch: bytes) -> dict[str, Any]:
    """What the sweep is and where it came from; `patch` is what its code differs by from its commit."""
    return {
        "schema_version": 1, "identity": plan.identity, "name": plan.name, "spec": plan.written,
        "setting": dataclasses.asdict(plan.setting), "started": provenance.Stopwatch().started,
        "command": shlex.join(["village-abm", *sys.argv[1:]]), "code": provenance.code(),
        "diff_sha256": hashlib.sha256(patch).hexdigest() if patch else None,
        "machine": provenance.machine(), "packages": provenance.packages(),
    }  # fmt: skip


def read_setting(folder: Path) -> Setting:
    """What the runs of a folder share; raises FolderError where there is no sweep."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["setting"]
        lists = {name: chosen if chosen is None else tuple(chosen) for name, chosen in told["schemes"].items()}
        return Setting(**told | {"schemes": lists, "indicators": tuple(told["indicators"])})
    except (OSError, ValueError, KeyError, TypeError):
        raise FolderError(f"{folder} holds no sweep. Name a folder that 'village-abm sweep' made.") from None


def read_written(folder: Path) -> Spec:
    """The specification of a folder as it was understood when the folder was made; `n` may have grown since."""
    from village_abm.experiments.sweep.spec import Spec

    read_setting(folder)
    return Spec.model_validate(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["spec"])


def _write_design(plan: Plan, where: io.BytesIO) -> None:
    import pyarrow.parquet as pq

    pq.write_table(design_table(plan.rows(), plan.setting.seed), where, compression="zstd")


def design_table(rows: Sequence[Task], seed: int) -> pa.Table:
    """The design, a row a run: identity, scheme, point, replication, seed, and every parameter varied."""
    import pyarrow as pa

    fields = [pa.field(name, pa.string() if name in ("run_id", "scheme") else pa.int64()) for name in FIXED]
    columns: list[Any] = [
        [seed] * len(rows) if name == "seed" else [getattr(row, name) for row in rows] for name in FIXED
    ]
    for path in dict.fromkeys(path for row in rows for path in row.changes):
        values = [row.changes.get(path) for row in rows]
        kinds = {type(value) for value in values if value is not None}
        plain = len(kinds) == 1 and kinds <= {int, float, bool, str}
        if not plain:  # lists and mixed kinds
            values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
        column = pa.array(values)
        fields.append(pa.field(path, column.type, metadata={_JSON: b"0" if plain else b"1"}))
        columns.append(column)
    return pa.table(columns, schema=pa.schema(fields))


def read_design(folder: Path) -> pa.Table:
    """The design of a folder; raises FolderError where there is none, or it cannot be read."""
    import pyarrow.parquet as pq

    path = folder / DESIGN
    try:
        design = pq.read_table(path)
        if set(FIXED) <= set(design.column_names):
            return design
    except PermissionError:
        raise
    except (OSError, ValueError):
        pass
    what = "is damaged" if path.exists() else "is missing"
    raise FolderError(f"{path} {what}. Run the sweep again: it writes it anew and keeps what is done.")


def task_of(design: pa.Table, run_id: str) -> Task:
    """The run of an identity, or of one that begins so; raises FolderError where there is none, or several."""
    ids = design["run_id"].to_pylist()
    meant = {one for one in ids if one.startswith(run_id)}
    if len(meant) != 1:
        many = "several runs begin" if meant else "no run of the design begins"
        raise FolderError(f"{many} with {run_id!r}. Copy a run_id from design.parquet or failures.jsonl.")
    row = design.slice(ids.index(meant.pop()), 1)
    changes = {}
    for field in row.schema:
        value = row[field.name][0].as_py()
        if field.name not in FIXED and value is not None:
            changes[field.name] = json.loads(value) if (field.metadata or {}).get(_JSON) == b"1" else value
    fixed = {name: row[name][0].as_py() for name in FIXED if name != "seed"}
    return Task(**fixed, changes=changes)


def as_toml(scenario: Scenario) -> bytes:
    """A scenario with all that it inherits as a file of its own."""
    table = dataclasses.asdict(scenario)
    del table["name"]
    return "".join(f"{key} = {in_toml(value)}\n" for key, value in table.items()).encode()


def in_toml(value: Any) -> str:
    """A plain value as TOML writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(str(key))} = {in_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(in_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
