"""The store of a sweep: Parquet parts, each whole or not there, their names ending in a hash of what they hold.

What is in the parts is done; nothing else says so. A part holds whole runs, and its rows depend on the run alone.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from village_abm.experiments import keeping
from village_abm.experiments.keeping import FolderError
from village_abm.experiments.workers import RunsFailed

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 1
RUNS, HOUSEHOLDS = "part", "homes"  # how the names of the two kinds of parts begin
FOLDERS = {RUNS: "parts", HOUSEHOLDS: "households"}
COMPACT, QUARANTINE = "compact", "quarantine"
_DIGITS = 12
_A_FILE = 32 * 2**20  # bytes of parts that are put together into one file
_IDS = b"run_ids"


class NotReproducible(RunsFailed):
    """The same run gave two results."""


@dataclass
class Found:
    """What a look through the store has found."""

    done: set[str] = field(default_factory=set)
    damaged: list[Path] = field(default_factory=list)
    twice: int = 0
    """Runs that stand in more than one file, which readers count once."""


def chunk_id(run_ids: Iterable[str]) -> str:
    """The name of a set of runs."""
    return keeping.digest_of("\n".join(sorted(run_ids)).encode(), _DIGITS)


def digest(table: pa.Table) -> str:
    """SHA-256 of the values of a table in a fixed order: two sweeps that gave the same have the same."""
    names = sorted(table.column_names)
    order = [name for name in ("run_id", "year", "row") if name in names]
    table = table.sort_by([(name, "ascending") for name in order])
    told = hashlib.sha256()
    for name in names:
        told.update(name.encode())
        column = table[name].combine_chunks()
        values = column.to_numpy(zero_copy_only=False)
        told.update("\n".join(map(str, values)).encode() if values.dtype == object else values.tobytes())
    return told.hexdigest()


def packed(table: pa.Table, run_ids: Sequence[str]) -> bytes:
    """A table as the bytes of a Parquet file that names its runs; the same table always gives the same bytes."""
    import pyarrow.parquet as pq

    about = {b"schema_version": str(SCHEMA_VERSION).encode(), _IDS: ",".join(run_ids).encode()}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(about), out, compression="zstd")
    return out.getvalue()


def unpacked(content: bytes) -> pa.Table:
    """The table of a part."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.read_table(pa.BufferReader(content))


def ids_in(content: bytes) -> list[str]:
    """The runs of a part, read without its columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = pq.read_schema(pa.BufferReader(content)).metadata[_IDS].decode()
    return told.split(",") if told else []


class Store:
    """The parts of one sweep; `households` says whether runs leave a table of households too."""

    def __init__(self, folder: Path, households: bool = False) -> None:
        self.folder = folder
        self.kinds = (RUNS, HOUSEHOLDS) if households else (RUNS,)

    def keep(self, tables: Mapping[str, pa.Table], run_ids: Sequence[str]) -> None:
        """Write the tables of a chunk, that of the runs last: what it names is done. Raises NotReproducible."""
        stem = chunk_id(run_ids)
        for kind in reversed(self.kinds):
            folder = self.folder / FOLDERS[kind]
            folder.mkdir(exist_ok=True)
            content = packed(tables[kind], run_ids)
            path = keeping.keep(folder, f"{kind}-{stem}-", content, ".parquet", _DIGITS)
            for other in folder.glob(f"{kind}-{stem}-*.parquet"):
                if other != path:
                    self._settle(path, other)

    def has(self, run_ids: Iterable[str]) -> bool:
        """Whether a part of exactly these runs is there."""
        return any((self.folder / FOLDERS[RUNS]).glob(f"{RUNS}-{chunk_id(run_ids)}-*.parquet"))

    def files(self, kind: str) -> list[Path]:
        """The files of a kind, put together ones first."""
        return [
            path for name in (COMPACT, FOLDERS[kind]) for path in sorted((self.folder / name).glob(f"{kind}-*.parquet"))
        ]

    def done(self) -> set[str]:
        """Runs that the names and footers of the files say are done; nothing is checked.

        Raises FolderError where a footer cannot be read.
        """
        import pyarrow.parquet as pq

        known = []
        for kind in self.kinds:
            ids: set[str] = set()
            for path in self._appearing(kind):
                with suppress(FileNotFoundError), _whole(path):
                    ids.update(pq.read_schema(path).metadata[_IDS].decode().split(","))
            known.append(ids)
        return set.intersection(*known)

    def _appearing(self, kind: str) -> Iterator[Path]:
        """The files of a kind, and those that appear while these are read: parts may be put together meanwhile."""
        read: set[Path] = set()
        while new := [path for path in self.files(kind) if path not in read]:
            read.update(new)
            yield from new

    def check(self) -> Found:
        """Read every file and compare it with its name; damaged ones go into quarantine. Raises NotReproducible."""
        found, known = Found(), {}
        self.tidy()
        for kind in self.kinds:
            seen: dict[str, Path] = {}
            known[kind] = seen
            for path in self.files(kind):
                content = _bytes(path)
                if content is None:
                    continue
                if keeping.digest_of(content, _DIGITS) != path.stem.rsplit("-", 1)[1]:
                    self._quarantine(path)
                    found.damaged.append(path)
                    continue
                ids = ids_in(content)
                for other in {seen[run_id] for run_id in ids if run_id in seen}:
                    self._settle(path, other)
                found.twice += sum(run_id in seen for run_id in ids) if kind == RUNS else 0
                seen.update(dict.fromkeys(ids, path))
        found.done = set.intersection(*(set(seen) for seen in known.values()))
        return found

    def tidy(self) -> None:
        """Take away what processes that are no more left half-written."""
        for folder in (self.folder, *(self.folder / name for name in (COMPACT, *FOLDERS.values()))):
            keeping.tidy(folder)

    def _quarantine(self, path: Path) -> None:
        target = self.folder / QUARANTINE
        target.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):  # moved by another process
            os.replace(path, target / f"{path.name}.damaged")

    def _settle(self, one: Path, other: Path) -> None:
        """Compare the runs that two files share; raises NotReproducible where they differ."""
        contents = _bytes(one), _bytes(other)
        if None in contents:  # put together meanwhile by another process, which compares them too
            return
        shared = set(ids_in(contents[0] or b"")) & set(ids_in(contents[1] or b""))
        if len({digest(_only(unpacked(content or b""), shared)) for content in contents}) > 1:
            raise NotReproducible(
                f"{one} and {other.name} hold the same runs and differ: THE MODEL IS NOT REPRODUCIBLE here, or parts "
                f"of different machines are mixed. Run 'village-abm replay' on {min(shared)} to see in what."
            )

    def tables(self, kind: str = RUNS) -> Iterator[pa.Table]:
        """Tables of whole runs, each run once; parts that are put together meanwhile are found where they went.

        Raises FolderError where a file cannot be read.
        """
        seen: set[str] = set()
        for path in self._appearing(kind):
            content = _bytes(path)
            if content is None:
                continue
            with _whole(path):
                fresh = [run_id for run_id in ids_in(content) if run_id not in seen]
                table = _only(unpacked(content), fresh) if fresh else None
            seen.update(fresh)
            if table is not None:
                yield table

    def compact(self) -> None:
        """Put the parts together into few files and, once these are on the disk and read back, take them away."""
        (self.folder / COMPACT).mkdir(exist_ok=True)
        for kind in self.kinds:
            parts = sorted((self.folder / FOLDERS[kind]).glob(f"{kind}-*.parquet"))
            for batch in _batches(parts):
                if not self._put_together(kind, batch):
                    return

    def _put_together(self, kind: str, batch: Sequence[Path]) -> bool:
        """Put a batch of parts into one file; False where another process is at it."""
        import pyarrow as pa

        ids: dict[str, None] = {}
        tables: list[pa.Table] = []
        for path in batch:
            content = _bytes(path)
            if content is None:
                return False
            fresh = [run_id for run_id in ids_in(content) if run_id not in ids]
            ids.update(dict.fromkeys(fresh))
            tables.append(_only(unpacked(content), fresh))
        table = pa.concat_tables(tables, promote_options="default").combine_chunks()
        folder = self.folder / COMPACT
        made = keeping.keep(folder, f"{kind}-{chunk_id(ids)}-", packed(table, list(ids)), ".parquet", _DIGITS)
        if digest(unpacked(made.read_bytes())) != digest(table):
            made.unlink()
            raise OSError(f"{made} does not read back as it was written. Look after the disk.")
        for path in batch:
            path.unlink(missing_ok=True)
        return True


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read within how it is mended; one that is gone or locked keeps its error."""
    try:
        yield
    except (FileNotFoundError, PermissionError):
        raise
    except (OSError, ValueError, KeyError, TypeError):
        raise FolderError(f"{path} is damaged. Run the sweep again: it puts it aside and does its runs anew.") from None


def _batches(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Files in their order, so many at a time as make one large file."""
    batch: list[Path] = []
    size = 0
    for path in paths:
        batch.append(path)
        size += path.stat().st_size if path.exists() else 0
        if size > _A_FILE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _only(table: pa.Table, run_ids: Iterable[str]) -> pa.Table:
    """The rows of some runs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["run_id"], value_set=pa.array(list(run_ids), pa.string())))


def _bytes(path: Path) -> bytes | None:
    """What a file holds; None where another process has taken it away."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
