"""A job that may fail or end its process, in a file of its own, so that other processes load it soon."""

from __future__ import annotations

import os
import signal


def halve(number: int) -> float:
    """Half a number; 13 is unlucky and 99 deadly."""
    if number == 13:
        raise ValueError("13 cannot be halved")
    if number == 99:
        os.kill(os.getpid(), signal.SIGKILL)
    return number / 2
