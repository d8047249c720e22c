"""The commands `sweep`, `status`, `doctor`, `replay` and `export`: many runs, and looking after them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from village_abm.commands import DISK_FULL, FAILED, INTERRUPTED, fail, plain_errors

if TYPE_CHECKING:
    from village_abm.experiments.sweep.driver import Outcome
    from village_abm.experiments.sweep.plan import Plan
    from village_abm.experiments.sweep.store import Found

# Everything heavy is imported inside the commands: --help must not wait for Mesa.

RUNS = "runs"
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by 'sweep'.")]


# The options of all commands that carry out a sweep.
EngineName = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="Where the runs are done: local, serial or dask.")
]
Workers = Annotated[int | None, typer.Option(metavar="N", min=1, help="Processes at work; otherwise one a processor.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="WHERE", help="Of --engine dask: tcp://HOST:PORT, FILE.json or slurm; otherwise here."),
]
Part = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="Only part I of N, from 0/N on, as in an array of jobs.")
]
Limit = Annotated[int | None, typer.Option(metavar="N", min=1, help="Run at most so many runs now.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be run, how long and how large, from two pilot runs.")
]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Where to write; otherwise runs/<name>-<number of the sweep>.")
]


def _tell_schema(asked: bool) -> None:
    if asked:
        import json

        from village_abm.experiments.sweep.spec import schema

        typer.echo(json.dumps(schema(), indent=1))
        raise typer.Exit


def sweep(
    spec: Annotated[Path, typer.Argument(metavar="SPEC", help="The specification, a TOML file; see docs/sweep.md.")],
    engine: EngineName = "local",
    workers: Workers = None,
    scheduler: Scheduler = None,
    shard: Part = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    schema: Annotated[
        bool,
        typer.Option("--schema", is_eager=True, callback=_tell_schema, help="Print the JSON schema of SPEC, and end."),
    ] = False,
    out: Out = None,
) -> None:
    """Run a design of parameters, schemes and replicates; stopped, the same command goes on where it was."""
    with plain_errors():
        from village_abm.experiments.sweep.planning import plan

        done = conduct(plan(spec), spec, (engine, workers, scheduler), shard, limit, dry_run, out)
        if done:
            tell_outcome(*done)


def conduct(
    plan: Plan, spec: Path, at: tuple[str, int | None, str | None], shard: str | None, limit: int | None, dry_run: bool,
    out: Path | None,
) -> tuple[Path, Outcome] | None:  # fmt: skip
    """Carry out a plan as the options say: where, and what came of it; nothing where only the cost was asked for.

    `at` names the engine, its workers and its scheduler.
    """
    from village_abm.experiments.sweep import folder as folders
    from village_abm.experiments.sweep import sweeping
    from village_abm.terminal import progress_bar

    part = sweeping.shard_of(shard) if shard else sweeping.WHOLE
    at_work = sweeping.engine(*at)
    sweeping.refuse_unfit(plan, at_work)
    if dry_run:
        _tell_estimate(plan, part, at_work.slots, limit)
        return None
    folder = folders.open_folder(plan, out, spec)
    with stopped_plainly(folder), progress_bar(RUNS, "looking through what is done", rate=True) as progress:
        return folder, sweeping.carry_out(
            plan, folder, at_work, shard=part, limit=limit, progress=progress, told=partial(_tell_found, folder)
        )


@contextmanager
def stopped_plainly(folder: Path) -> Iterator[None]:
    """Say in a line that a second Ctrl-C or a full disk ended the work within, and end with the code for it."""
    try:
        yield
    except KeyboardInterrupt:
        fail(f"stopped at once; the same command goes on from what is in {folder}.", INTERRUPTED)
    except OSError as error:
        from village_abm.experiments.sweep.driver import is_full

        if not is_full(error):
            raise
        fail(f"{error.strerror}: nothing half-written is left in {folder}. Make room; then the same command "
             f"goes on.", DISK_FULL)  # fmt: skip


def _tell_found(folder: Path, found: Found, runs: int) -> None:
    for path in found.damaged:
        typer.echo(f"{path.name} was damaged and is in quarantine; its runs are done again.", err=True)
    typer.echo(f"{folder}: {runs} runs, {len(found.done)} done before.", err=True)


def tell_outcome(folder: Path, outcome: Outcome) -> None:
    """Say what came of a sweep, and end with an exit code where it was stopped or runs failed."""
    typer.echo(f"{outcome.done} runs done, {outcome.failed} failed, {outcome.left} not begun. Results: {folder}")
    if outcome.interrupted:
        fail(f"stopped; what is done is kept in {folder}, and the same command goes on from there.", INTERRUPTED)
    if outcome.failed:
        fail(f"{outcome.failed} runs failed; {folder / 'failures.jsonl'} says why, and "
             f"'village-abm replay {folder} RUN_ID' does one again.", FAILED)  # fmt: skip


def _tell_estimate(plan: Plan, part: tuple[int, int], slots: int, limit: int | None) -> None:
    from village_abm.experiments.sweep import sweeping

    cost = sweeping.estimate(plan)
    tasks = sweeping.mine(plan.tasks(), part)[:limit]
    hours, megabytes = cost.seconds_a_run * len(tasks) / slots / 3600, cost.bytes_a_run * len(tasks) / 1e6
    typer.echo(f"{len(tasks)} runs: {len(plan.points)} points, {len(plan.setting.schemes)} schemes, "
               f"{plan.replicates} replicates{', each block with one of them' * bool(plan.block)}")  # fmt: skip
    typer.echo(f"{hours:.2f} hours with {slots} at work ({cost.seconds_a_run:.2f} seconds a run)")
    typer.echo(f"{megabytes:.1f} MB of disk ({cost.bytes_a_run / 1000:.1f} kB a run)")
    for number, task in enumerate(tasks[:3], start=1):
        told = ", ".join(f"{path} = {value}" for path, value in task.changes.items()) or "as set"
        typer.echo(f"{number}. {task.run_id}: scheme {task.scheme}, replicate {task.replication_id}, {told}")


def status(folder: Folder) -> None:
    """Say how a sweep stands, also while it runs."""
    with plain_errors():
        from village_abm.experiments.sweep.care import standing

        found = standing(folder)
        left = found.runs - found.done - len(found.failed)
        typer.echo(f"{found.runs} runs: {found.done} done, {len(found.failed)} failed, {left} left")
        for one in found.drivers:
            more = f", {one['seconds_left']} seconds left" if one["state"] == "running" else ""
            typer.echo(
                f"{one['state']}: {one['done']} of {one['total']}, {one['runs_per_minute']} runs a minute{more}; "
                f"process {one['pid']} on {one['host']}, last heard of {one['heartbeat']}"
            )
        for failed in found.failed[:10]:
            typer.echo(f"failed: {failed.run_id} while {failed.origin}: {failed.type}: {failed.message}")


def doctor(folder: Folder) -> None:
    """Read every byte of a sweep and put damaged parts aside; exit code 1 if anything was wrong."""
    with plain_errors():
        from village_abm.experiments.sweep.care import examined

        found = examined(folder)
        left = found.runs - found.done - len(found.failed)
        typer.echo(f"{found.runs} runs: {found.done} done, {len(found.failed)} failed, {left} left")
        typer.echo(f"digest of the results: {found.digest}")
        for path in found.damaged:
            typer.echo(f"damaged, in quarantine: {path.name}")
        if found.damaged:
            fail(f"{len(found.damaged)} damaged parts. Run the sweep again: it does their runs anew.", FAILED)
        if found.failed:
            fail(f"{len(found.failed)} runs failed; failures.jsonl says why.", FAILED)


def replay(
    folder: Folder, run_id: Annotated[str, typer.Argument(metavar="RUN_ID", help="A run, or how its name begins.")]
) -> None:
    """Do one run of a sweep again and compare it with what is stored; exit code 1 if it differs."""
    with plain_errors():
        from village_abm.experiments.sweep.care import replay as again

        found = again(folder, run_id)
        task = found.task
        typer.echo(f"{task.run_id}: scheme {task.scheme}, replicate {task.replication_id}, {dict(task.changes)}")
        if found.failed:
            typer.echo(found.failed.traceback or found.failed.message)
        if found.same:
            typer.echo(
                "the same error as in the sweep" if found.failed else "the same as in the sweep, to the last bit"
            )
            return
        for name, gap in found.differing().items():
            typer.echo(f"{name} differs by up to {gap:g}")
        if found.stored is None and found.before is None:
            typer.echo("not done in the sweep yet" + ("" if found.failed else "; it can be done"))
            return
        fail("it came out otherwise than in the sweep.", FAILED)


def export(
    folder: Folder, csv: Annotated[bool, typer.Option("--csv", help="As CSV; otherwise as one Parquet file.")] = False
) -> None:
    """Write all results into one flat file, a row a run and year with its parameters."""
    with plain_errors():
        from village_abm.experiments.sweep import results

        typer.echo(results.export(folder, csv))
