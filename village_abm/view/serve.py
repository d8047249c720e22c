"""The server behind `village-abm view`: the page on this computer alone, opened in the browser when it is ready."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from village_abm.params import ParameterError
from village_abm.view.opening import TOLD

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds for the server to come up
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",  # a browser that was killed keeps its village no longer than this
    "SOLARA_THEME_LOADER": "plain",
}


class NoServer(RuntimeError):
    """The page did not come up; says what the server said."""


def free_port(wanted: int | None) -> int:
    """The port asked for, or any that is free; raises ParameterError where the one asked for is taken."""
    with socket.socket() as one:
        try:
            one.bind((HOST, wanted or 0))
        except OSError as error:
            raise ParameterError(f"--port {wanted}: {error.strerror}. Take another, or leave --port out.") from None
        return int(one.getsockname()[1])


def serve(told: Mapping[str, object], port: int, ready: Callable[[str], None]) -> int:
    """Run the server until it is ended, and tell `ready` its address once it answers; returns its exit code.

    Raises NoServer where it does not come up.
    """
    command = [sys.executable, "-m", "solara", "run", "village_abm.view.page", "--host", HOST, "--port", str(port),
               "--production", "--no-open", "--log-level", "warning"]  # fmt: skip
    settings = {**os.environ, **SETTINGS, TOLD: json.dumps(dict(told))}
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            _wait(server, port)
            ready(f"http://{HOST}:{port}/")
            return server.wait()
        finally:
            server.terminate()


def _wait(server: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            said = server.stderr.read() if server.stderr else ""
            raise NoServer(f"the page's server ended with code {server.returncode}: {said.strip()[-400:]}")
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise NoServer(f"the page's server gave no answer for {PATIENCE:.0f} seconds")
