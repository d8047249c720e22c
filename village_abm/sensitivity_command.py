"""The command `sensitivity`: what the results of a sweep depend on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from village_abm.commands import plain_errors
from village_abm.sweep_command import DryRun, EngineName, Limit, Out, Part, Scheduler, Workers, conduct, tell_outcome

if TYPE_CHECKING:
    import pandas as pd

# Everything heavy is imported inside the commands: --help must not wait for Mesa.

COLUMNS = {"mu_star": ("mu", "sigma"), "ST": ("S1",), "PAWN": ()}
"""The indices that rank the parameters, each with those that are told beside it."""


def sensitivity(
    spec: Annotated[
        Path, typer.Argument(metavar="SPEC|DIR", help="A specification, to be carried out first, or a finished sweep.")
    ],
    method: Annotated[
        str | None, typer.Option(metavar="NAME", help="morris, sobol or pawn; otherwise all that fit the design.")
    ] = None,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INDICATOR@WHEN",
            help="As kd_area@2020, kd_area@2010..2020 or kd_area@end; may be repeated. Otherwise the indicators that "
            "the specification keeps, at the end.",
        ),
    ] = None,
    effect: Annotated[
        list[str] | None,
        typer.Option(metavar="SCHEME", help="Only what this scheme changes against none; may be repeated."),
    ] = None,
    engine: EngineName = "local",
    workers: Workers = None,
    scheduler: Scheduler = None,
    shard: Part = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    out: Out = None,
) -> None:
    """Say which parameters move the results, and which cannot be told from noise."""
    with plain_errors():
        from village_abm.experiments.sensitivity import analysis
        from village_abm.experiments.sweep.planning import plan as planned
        from village_abm.params import ParameterError

        how = (measure or [], method, effect or [])
        if spec.is_dir():
            given = {
                "--workers": workers,
                "--scheduler": scheduler,
                "--shard": shard,
                "--limit": limit,
                "--dry-run": dry_run,
                "--out": out,
            }
            for option in (name for name, value in given.items() if value):
                raise ParameterError(f"{option}: {spec} is only analysed. Name its specification to run more of it.")
            _tell(spec, how)
            return
        plan = planned(spec)
        analysis.check(plan, *how)
        done = conduct(plan, spec, (engine, workers, scheduler), shard, limit, dry_run, out)
        if done:
            folder, outcome = done
            if not outcome.interrupted:
                _tell(folder, how)
            tell_outcome(folder, outcome)


def _tell(folder: Path, how: tuple[list[str], str | None, list[str]]) -> None:
    """Analyse a sweep, write the indices and show them."""
    from village_abm.experiments.sensitivity import analysis
    from village_abm.report.sweep import write_sweep_report

    found = analysis.analyse(folder, *how)
    file = analysis.write(folder, found)
    for output, frame in found.frame.groupby("output", sort=False):
        for main, others in COLUMNS.items():
            if main in set(frame["index"]):
                _show(str(output), frame, main, others)
    for sentence in found.sentences:
        typer.echo(sentence)
    if found.to_paste:
        typer.echo(f"\nWhat to go on with, as a specification of Sobol indices:\n\n{found.to_paste}\n")
    typer.echo(f"All indices with their intervals: {file}")
    typer.echo(f"Figures: {write_sweep_report(folder, how[0])}")


def _show(output: str, frame: pd.DataFrame, main: str, others: tuple[str, ...]) -> None:
    """One table: a row a parameter in falling order, equal ranks where intervals overlap."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from village_abm.experiments.sensitivity.indices import LUCK
    from village_abm.experiments.sensitivity.ranking import beyond_luck

    frame = frame.assign(beyond=beyond_luck(frame))
    rows = {name: frame[frame["index"] == name].set_index("path") for name in (main, *others)}
    shown = Table(title=output, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    shown.add_column("parameter", overflow="fold")
    for name in (main, *others):
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("rank", justify="right", no_wrap=True)
    beside = [rows[name]["value"].to_dict() for name in others]
    for path, row in rows[main].iterrows():
        cells = [f"{row['value']:.3g} [{row['low']:.3g}, {row['high']:.3g}]"]
        cells += [f"{values[path]:.3g}" if path in values else "" for values in beside]
        rank = "" if path == LUCK else "noise" if row["noise"] else f"{row['group']}{' *' * row['beyond']}"
        shown.add_row(str(path), *cells, rank)
    if frame["beyond"].any():
        shown.caption, shown.caption_justify = "* surely more than another draw of luck", "left"
    Console(highlight=False, markup=False).print(shown)
