"""Where a result came from: code, packages, machine, time and memory."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

DISTRIBUTION = "karst-village-abm"
PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = ("village_abm", "agents", "params")  # beside one another, in a checkout and when installed
COUNTS_WITH = ("mesa", "numpy", "scipy")  # packages on which the numbers of a run may depend
MEANING = 1  # raised by hand where a number comes to mean something else though the code of the model stands
AROUND = ("experiments", "report", "view", "cli.py", "commands.py", "terminal.py", "compare_table.py", "explain.py")
HELD_OUT = "holdouts.toml"  # figures that no run depends on, and that nobody opens before the model is finished


def packages(distribution: str = DISTRIBUTION) -> dict[str, str]:
    """Exact versions of the packages the model is built on, and of those they need in turn."""
    found: dict[str, str] = {}
    wanted = [distribution]
    while wanted:
        name = wanted.pop()
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        title = installed.metadata["Name"]
        if title in found:
            continue
        found[title] = installed.version
        needs = [need for need in installed.requires or [] if "extra ==" not in need]
        wanted += [re.split(r"[^A-Za-z0-9._-]", need.strip(), maxsplit=1)[0] for need in needs]
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))


def _git(root: Path, *words: str) -> str | None:
    try:
        answer = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


def difference() -> bytes:
    """By what the code and the parameter files differ from their commit, new files too, as `git apply` takes it.

    Nothing where they do not differ, or where the model does not run from a checkout.
    """
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return b""
    places = ["--", *SOURCES, f":!params/{HELD_OUT}"]
    new = _git(root, "ls-files", "--others", "--exclude-standard", *places) or ""
    told = [["diff", "--binary", "HEAD", *places]]
    told += [["diff", "--binary", "--no-index", "/dev/null", name] for name in new.splitlines()]
    try:
        parts = [subprocess.run(["git", "-C", str(root), *words], capture_output=True, timeout=60) for words in told]
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return b"".join(part.stdout for part in parts)


def source_hash() -> str:
    """SHA-256 of every line of code and parameter file of the model, file names included; not of what is held out."""
    folders = (PACKAGE.parent / name for name in SOURCES)
    return _hash_of(
        (folder, path)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".py", ".toml", ".csv"} and path.name != HELD_OUT
    )


def _hash_of(files: Iterable[tuple[Path, Path]]) -> str:
    """SHA-256 of files and their names beside the folder each comes with; line ends do not matter."""
    digest = hashlib.sha256()
    for folder, path in files:
        digest.update(path.relative_to(folder.parent).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def counts_with() -> dict[str, str]:
    """Versions of Python and of the packages on which the numbers of a run may depend."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in COUNTS_WITH}


@cache
def semantics() -> str:
    """What the numbers of a run mean, as this process has loaded it: the code of the model, not of what is around it.

    Parameters are left out: those of a run have a fingerprint of their own.
    """
    folders = (PACKAGE, PACKAGE.parent / "agents")
    model = _hash_of(
        (folder, path)
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if path.relative_to(folder).parts[0] not in AROUND and not path.stem.endswith("_command")
    )
    told = json.dumps({"meaning": MEANING, "model": model, "with": counts_with()}, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def code() -> dict[str, Any]:
    """Version of the model; its commit and whether files differ from it, where it runs from a checkout."""
    root = PACKAGE.parent
    commit = _git(root, "rev-parse", "HEAD") if (root / ".git").exists() else None
    changed = _git(root, "status", "--porcelain") if commit else None
    try:
        version = metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        version = "not installed"
    return {
        "version": version,
        "commit": commit,
        "dirty": bool(changed) if commit else None,
        "source_sha256": source_hash(),
    }


def machine() -> dict[str, Any]:
    """The Python and the computer that ran."""
    return {"python": platform.python_version(), "platform": platform.platform(), "cpus": os.cpu_count()}


def peak_memory_mb() -> float:
    """The most memory this process has held [MB of 10^6 bytes]."""
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


class Stopwatch:
    """When a run started, and what it has cost since."""

    def __init__(self) -> None:
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def cost(self) -> dict[str, Any]:
        """Start, wall seconds, processor seconds and peak memory so far."""
        return {
            "started": self.started,
            "wall_seconds": round(time.perf_counter() - self._wall, 3),
            "cpu_seconds": round(time.process_time() - self._cpu, 3),
            "peak_memory_mb": round(peak_memory_mb(), 1),
        }
