"""Where a result came from: code, packages, machine, time and memory."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

DISTRIBUTION = "karst-village-abm"
PACKAGE = Path(__file__).resolve().parents[1]


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


def source_hash() -> str:
    """SHA-256 of every line of code and parameter file of the model, file names included."""
    beside = [PACKAGE.parent / "agents", PACKAGE.parent / "params"]
    digest = hashlib.sha256()
    for folder in (PACKAGE, *beside):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".toml", ".csv"}:
                digest.update(path.relative_to(folder.parent).as_posix().encode())
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


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
