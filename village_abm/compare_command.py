"""The command `village-abm compare`: schemes against no scheme and against one another, under the same luck."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import Annotated

import typer

# Everything heavy is imported inside the command: --help must not wait for Mesa.


def finish(folder: Path) -> Path:
    """Make the report of the files of results and return where it is."""
    from village_abm.report.compare import write_compare_report

    return write_compare_report(folder)


def compare(
    schemes: Annotated[
        list[str],
        typer.Argument(metavar="SCHEME...", help="Schemes by name, or TOML files with tables of schemes."),
    ],
    pairs: Annotated[
        int | None, typer.Option(metavar="N", help="Run so many pairs; otherwise 20 to 60, until settled.")
    ] = None,
    years: Annotated[
        int | None,
        typer.Option(metavar="N", help="How many years to record; otherwise to ten years after the last payment."),
    ] = None,
    equal_budget: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="Give every scheme this budget [yuan a year].")
    ] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="Another draw of luck.")] = None,
    scenario: Annotated[
        str | None, typer.Option(metavar="NAME", help="A shipped scenario or a TOML file; otherwise village.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one parameter in all runs; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; otherwise runs/compare-<number of the study>.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes at work; otherwise one a processor.")
    ] = None,
) -> None:
    """Compare schemes with no scheme and with one another; stopped, the same command goes on where it was."""
    from village_abm import cli

    with cli.plain_errors():
        from village_abm.compare_table import show
        from village_abm.experiments import comparison, results, study
        from village_abm.terminal import progress_bar

        changes = cli._overrides(change or [])
        plan = study.plan(
            schemes, scenario=scenario, changes=changes, pairs=pairs, years=years, budget=equal_budget, seed=seed
        )
        plan = dataclasses.replace(
            plan, command=command(schemes, scenario, change or [], pairs, years, equal_budget, seed)
        )
        folder = comparison.open_folder(plan, out)
        try:
            with progress_bar(comparison.RUNS, "loading the schemes") as progress:
                counted = comparison.gather(plan, folder, workers, progress)
            told = results.write(folder, plan, counted)
            page = finish(folder)
        except KeyboardInterrupt:
            cli._fail(
                f"stopped; the runs that are done are kept in {folder}, and the same command goes on from there.",
                cli.INTERRUPTED,
            )
        show(folder, told)
        typer.echo(f"\nReport: {page}")


def command(
    schemes: list[str],
    scenario: str | None,
    changes: list[str],
    pairs: int | None,
    years: int | None,
    budget: str | None,
    seed: int | None,
) -> str:
    """The command that gives the same numbers: without workers and folder, on which they do not depend."""
    words = ["village-abm", "compare", *schemes]
    options = {"--pairs": pairs, "--years": years, "--equal-budget": budget, "--seed": seed, "--scenario": scenario}
    for option, value in options.items():
        if value is not None:
            words += [option, str(value)]
    for pair in changes:
        words += ["--set", pair]
    return shlex.join(words)
