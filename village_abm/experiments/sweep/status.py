"""How a sweep at work stands, in a small file that is written anew at most once a second."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import psutil

from village_abm.experiments import keeping

EVERY = 1.0  # seconds between two writes
_TOLD = {"state", "total", "done", "seconds_left", "runs_per_minute", "heartbeat", "pid", "host"}


def name_of(shard: tuple[int, int]) -> str:
    """The file of a driver: shards have one each."""
    return "status.json" if shard[1] == 1 else f"status-{shard[0]}-of-{shard[1]}.json"


class Status:
    """The status of one driver; `before` runs of its `total` were done when it began."""

    def __init__(self, folder: Path, total: int, before: int, shard: tuple[int, int] = (0, 1)) -> None:
        self.path = folder / name_of(shard)
        self.total, self.before, self.rebuilt = total, before, 0
        self._began, self._told = time.time(), 0.0

    def tell(self, state: str, done: int, failed: int, now: bool = False) -> None:
        """Write how things stand: `done` and `failed` since the beginning, unless it was written just now."""
        moment = time.time()
        if not now and moment - self._told < EVERY:
            return
        self._told = moment
        passed = max(moment - self._began, 1e-9)
        rate, left = (done + failed) / passed, self.total - self.before - done - failed
        told = {
            "state": state, "total": self.total, "done": self.before + done, "failed": failed, "left": left,
            "runs_per_minute": round(60 * rate, 2), "seconds_left": round(left / rate) if rate else None,
            "pools_rebuilt": self.rebuilt, "started": _stamp(self._began), "heartbeat": _stamp(moment),
            "pid": os.getpid(), "host": platform.node(),
        }  # fmt: skip
        keeping.write_whole(self.path, json.dumps(told, indent=1).encode() + b"\n")


def _stamp(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def read(folder: Path) -> list[dict[str, Any]]:
    """What every driver of a folder last told; of one that was killed on this machine, that it was."""
    told = [one for path in sorted(folder.glob("status*.json")) if (one := _read(path))]
    for one in told:
        if one["state"] == "running" and one["host"] == platform.node() and not psutil.pid_exists(one["pid"]):
            one["state"] = "killed"
    return told


def _read(path: Path) -> dict[str, Any] | None:
    """What a driver told; None where its file was damaged: results do not depend on it, and it is written anew."""
    try:
        one = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return one if isinstance(one, dict) and one.keys() >= _TOLD else None
