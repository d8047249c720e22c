"""Runs that fail: the others are done and kept, and what is said names scheme, pair and remedy."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from test_compare import HERE, carry_out, tiny, village  # noqa: F401 (a fixture)
from unlucky import halve

from village_abm.experiments import comparison, keeping, trial
from village_abm.experiments.workers import RunsFailed, Workers


@pytest.mark.parametrize("count", [1, 2])
def test_one_job_that_fails_does_not_keep_the_others_from_being_done(count: int) -> None:
    failed: dict[int, Exception] = {}
    with Workers(count) as workers:
        found = workers.do(halve, {number: (number,) for number in (2, 13, 4)}, failed=failed)
        assert found == {2: 1.0, 4: 2.0}
        assert [(key, str(error)) for key, error in failed.items()] == [(13, "13 cannot be halved")]
        with pytest.raises(ValueError, match="13 cannot be halved"):
            workers.do(halve, {13: (13,)})


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_process_that_is_killed_is_said_with_a_remedy() -> None:
    with pytest.raises(RunsFailed, match=r"for want of memory.*--workers 1"), Workers(2) as workers:
        workers.do(halve, {99: (99,)}, failed={})


def failing(pair: int, error: Exception):
    """Runs of which those of one pair with a scheme fail."""

    def run(folder: Path, params, seed: int, number: int, dates, name: str) -> None:
        if number == pair and name != trial.TWIN:
            raise error
        trial.run_and_keep(folder, params, seed, number, dates, name)

    return run


def test_a_run_that_fails_is_named_and_the_others_stay(tiny, tmp_path, monkeypatch) -> None:  # noqa: F811
    monkeypatch.chdir(tmp_path)
    changes = [word for path, value in HERE.items() for word in ("--set", f"{path}={value}")]
    words = ["compare", "grain_for_green_1", *changes, "--pairs", 2, "--years", 4, "--workers", 1]
    with monkeypatch.context() as broken:
        broken.setattr(comparison, "run_and_keep", failing(0, ZeroDivisionError("no soil")))
        answer = village(*words)
    assert answer.exit_code == 1, answer.output
    assert "1 of 4 runs failed" in answer.stderr
    assert "pair 0, grain_for_green_1: ZeroDivisionError: no soil" in answer.stderr
    (folder,) = (tmp_path / "runs").iterdir()
    assert set(keeping.Parts(folder / "parts").done()) == {(0, "none"), (1, "none"), (1, "grain_for_green_1")}
    assert "Traceback" in (folder / comparison.FAILURES).read_text(encoding="utf-8")
    assert not (folder / "study.json").exists()
    jobs = []
    run = comparison.run_and_keep
    monkeypatch.setattr(comparison, "run_and_keep", lambda *job: (jobs.append(job), run(*job)))
    assert village(*words).exit_code == 0
    assert len(jobs) == 1
    assert not (folder / comparison.FAILURES).exists()


def test_a_full_disk_ends_it_at_once_and_leaves_no_half_file(tiny, tmp_path, monkeypatch) -> None:  # noqa: F811
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        parts = tmp_path / "x" / "parts"
        broken.setattr(keeping.os, "fsync", lambda _: full(0) if list(parts.glob("*.npz")) else None)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            carry_out(tiny(), tmp_path / "x")
    left = list((tmp_path / "x" / "parts").iterdir())
    assert len(left) == 1
    assert left[0].suffix == ".npz"
