"""What is done stays done: one file a finished run, whole or not there, checked by its content when read again."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import threading
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil

Arrays = Mapping[str, np.ndarray]
_DIGITS = 16
HOST = platform.node().replace(".", "-") or "here"
_STALE = 3600.0  # seconds after which nobody is still writing a file
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # one date for all, so that the bytes depend on the numbers alone


class FolderError(ValueError):
    """A folder cannot be made or read where it was asked for."""


def packed(arrays: Arrays) -> bytes:
    """Arrays by name as the bytes of an .npz file; the same arrays always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, array in arrays.items():
            one = io.BytesIO()
            np.lib.format.write_array(one, np.asarray(array, order="C"), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(entry, one.getvalue(), compresslevel=1)
    return out.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears under its name only when it is complete and on the disk."""
    beside = path.with_name(f".{path.name}.{threading.get_ident()}.{HOST}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the disk remember the names in a folder too; systems that open no folders do so by themselves."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def tidy(folder: Path) -> None:
    """Take away what processes that are no more left half-written; those of other machines after an hour."""
    for path in folder.glob(".*.tmp"):
        *_, host, owner, _ = path.name.split(".")
        with suppress(FileNotFoundError):  # finished, or taken away, by another process
            dead = host == HOST and not (owner.isdigit() and psutil.pid_exists(int(owner)))
            if dead or time.time() - path.stat().st_mtime > _STALE:
                path.unlink()


def claim(folder: Path, name: str, identity: str, what: str, told: Mapping[str, Any]) -> bool:
    """Make the folder of an experiment, or find it again: whether it was new. Raises FolderError if others hold it.

    The file `name` in it tells whose it is, by `identity`; it is written first, with all that is `told`, since another
    process that starts now must find it.
    """
    for above in (folder, *folder.parents):
        if above.is_file():
            raise FolderError(f"{above} is a file, so no folder can be made there. Name another folder.")
    path = folder / name
    if path.is_file():
        try:
            known = json.loads(path.read_text(encoding="utf-8")).get("identity")
        except (ValueError, AttributeError):
            known = None
        if known != identity:
            raise FolderError(
                f"{folder} holds another {what}, or one of another version of the model. Name a new folder."
            )
        return False
    if folder.is_dir() and any(not entry.name.startswith(f".{name}.") for entry in folder.iterdir()):
        raise FolderError(f"{folder} is not empty and holds no {what}. Name a new folder, or empty this one.")
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, told_as_json(told))
    return True


def told_as_json(told: Mapping[str, Any]) -> bytes:
    """What a file is to tell, as JSON."""
    return json.dumps(told, indent=1, ensure_ascii=False, default=str).encode() + b"\n"


def digest_of(content: bytes, digits: int) -> str:
    """The first hexadecimal digits of the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()[:digits]


def keep(folder: Path, stem: str, content: bytes, ending: str, digits: int) -> Path:
    """Write a file whose name ends in a hash of what it holds: STEM HASH ENDING."""
    path = folder / f"{stem}{digest_of(content, digits)}{ending}"
    write_whole(path, content)
    return path


class Parts:
    """The finished runs of a comparison in one folder: PAIR.SCHEME.HASH.npz, HASH of the content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, pair: int, name: str, arrays: Arrays) -> None:
        """Write the record of a run."""
        keep(self.folder, f"{pair:05d}.{name}.", packed(arrays), ".npz", _DIGITS)

    def done(self) -> dict[tuple[int, str], Path]:
        """The runs that are there and whole, by pair and scheme; what is damaged is taken away."""
        found: dict[tuple[int, str], Path] = {}
        for path in sorted(self.folder.glob("*.npz")):
            number, name, digest, _ = path.name.split(".")
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # taken away by another process at work on the same comparison
                continue
            if digest_of(content, _DIGITS) != digest:
                path.unlink(missing_ok=True)
            elif (int(number), name) in found:
                raise FolderError(f"{path} and another record of the same run differ: the model is not reproducible.")
            else:
                found[int(number), name] = path
        return found

    def tidy(self) -> None:
        """Take away what processes that are no more left half-written."""
        tidy(self.folder)


def read(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a part."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
