"""What all commands share: exit codes, one plain line for an error, changes written as PATH=VALUE."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

DONE, FAILED, BAD_INPUT, DISK_FULL, INTERRUPTED = 0, 1, 2, 75, 130


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong in one line on the error stream, and end."""
    print(f"village-abm: error: {' '.join(message.split())}", file=sys.stderr)
    raise SystemExit(code)


def _bad_input() -> tuple[type[Exception], ...]:
    from village_abm.experiments.record import FolderError
    from village_abm.land.classes import RasterError
    from village_abm.params import ParameterError
    from village_abm.society.register import RegisterError
    from village_abm.units import UnitError

    return ParameterError, RasterError, RegisterError, FolderError, UnitError


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn every error that a user can mend into one line and an exit code; others keep their trace."""
    from village_abm.experiments.workers import RunsFailed
    from village_abm.ledger import BookGap

    try:
        yield
    except KeyboardInterrupt:
        fail("stopped; nothing was written.", INTERRUPTED)
    except BookGap as error:
        fail(f"a book does not close, so nothing was written. {error}", FAILED)
    except RunsFailed as error:
        fail(str(error), FAILED)
    except BrokenPipeError:
        # Whoever reads the output has seen enough (as `head` does).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        name = f"{error.filename}: " if error.filename else ""
        fail(f"{name}{error.strerror or error}.", DISK_FULL if full else BAD_INPUT)
    except ValueError as error:
        if not isinstance(error, _bad_input()):
            raise
        fail(str(error), BAD_INPUT)


def overrides(pairs: list[str]) -> dict[str, object]:
    """Changes by dotted path from the words PATH=VALUE; raises ParameterError."""
    from village_abm.params import ParameterError

    changes: dict[str, object] = {}
    for pair in pairs:
        path, sign, value = pair.partition("=")
        # Only fields of the scenario can be empty: no schemes, no packages.
        if not sign or not path.strip() or not (value.strip() or path.strip().startswith("scenario.")):
            raise ParameterError(f"--set {pair!r} is no PATH=VALUE. Write, say, --set land.patch_size=20.")
        changes[path.strip()] = value.strip()
    return changes
