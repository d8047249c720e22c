"""The log of a driver: a line of JSON for everything that happens in a sweep, in a file that is rotated."""

from __future__ import annotations

import json
import logging
import os
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from village_abm.experiments import keeping

FOLDER = "log"
A_FILE, FILES = 2_000_000, 3  # bytes of a file, and older files that are kept


class _Lines(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The time, what happened, and to what."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        told = {"time": moment, "event": record.getMessage(), **record.__dict__["about"]}
        return json.dumps({**told, "pid": os.getpid(), "host": keeping.HOST}, ensure_ascii=False, default=str)


class _Handler(RotatingFileHandler):
    """Keeps quiet where it cannot write: a full disk is told by the results that could not be kept."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Leave the line out."""


class Log:
    """The log of one driver; shards have one each."""

    def __init__(self, folder: Path, shard: tuple[int, int] = (0, 1)) -> None:
        name = "driver.jsonl" if shard[1] == 1 else f"driver-{shard[0]}-of-{shard[1]}.jsonl"
        self.path = folder / FOLDER / name
        self.path.parent.mkdir(exist_ok=True)
        self._handler = _Handler(self.path, maxBytes=A_FILE, backupCount=FILES, encoding="utf-8", delay=True)
        self._handler.setFormatter(_Lines())
        self._logger = logging.Logger("village_abm.sweep")  # not one of the tree: what others set does not reach it
        self._logger.addHandler(self._handler)

    def tell(self, event: str, **about: Any) -> None:
        """Write what happened."""
        self._logger.info(event, extra={"about": about})

    def close(self) -> None:
        """Let go of the file."""
        self._handler.close()
