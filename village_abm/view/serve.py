"""The server behind `village-abm view`: the page on this computer alone, opened in the browser when it is ready."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import IO, NoReturn

from village_abm.params import ParameterError
from village_abm.view.opening import TOLD

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds for the server to come up
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # a browser that was killed keeps its village no longer than this
    "SOLARA_THEME_LOADER": "plain",
    "MALLOC_ARENA_MAX": "1",  # each year is computed in another thread; memory of its own would stay with each of them
    # On this computer alone there is no https, nor any need of a cookie that other sites may send.
    "PYTHONWARNINGS": "ignore:Cookies with samesite=none",
}


class NoServer(RuntimeError):
    """The page did not come up or broke off; says what the server said."""


def free_port(wanted: int | None) -> int:
    """The port asked for, or any that is free; raises ParameterError where the one asked for is taken."""
    with socket.socket() as one:
        try:
            one.bind((HOST, wanted or 0))
        except OSError as error:
            raise ParameterError(f"--port {wanted}: {error.strerror}. Take another, or leave --port out.") from None
        return int(one.getsockname()[1])


def serve(told: Mapping[str, object], port: int, ready: Callable[[str], None]) -> NoReturn:
    """Run the server until this program is stopped, and tell `ready` its address once it answers.

    Raises NoServer where it does not come up, or ends by itself.
    """
    command = [sys.executable, "-m", "solara", "run", "village_abm.view.page", "--host", HOST, "--port", str(port),
               "--production", "--no-open", "--log-level", "warning"]  # fmt: skip
    settings = {**os.environ, **SETTINGS, TOLD: json.dumps(dict(told))}
    # What the server says goes to a file: a pipe that nobody reads is full one day, and stops it.
    with (
        tempfile.TemporaryFile() as says,
        subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=says) as server,
    ):
        try:
            _wait(server, port, says)
            ready(f"http://{HOST}:{port}/")
            server.wait()
            raise _ended(server, says)
        finally:
            server.terminate()


def _ended(server: subprocess.Popen[bytes], says: IO[bytes]) -> NoServer:
    says.seek(0)
    said = says.read().decode(errors="replace").strip()
    return NoServer(f"the page's server ended with code {server.returncode}: {said[-400:]}")


def _wait(server: subprocess.Popen[bytes], port: int, says: IO[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise _ended(server, says)
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise NoServer(f"the page's server gave no answer for {PATIENCE:.0f} seconds")
