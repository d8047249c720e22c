"""The command `village-abm report`: the report of a run, a comparison or a sweep, made again from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from village_abm.commands import plain_errors

# Everything heavy is imported inside the command: --help must not wait for Mesa.

STUDY = "study.json"


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by 'run', 'compare' or 'sweep'.")],
    measure: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INDICATOR@WHEN",
            help="Of a sweep: what to show, as kd_area@2020, kd_area@2010..2020 or kd_area@end; may be repeated.",
        ),
    ] = None,
    axes: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="PATH PATH", help="Of a sweep: the two parameters of the heat maps."),
    ] = None,
) -> None:
    """Write the report of a finished run, comparison or sweep again."""
    with plain_errors():
        from village_abm.params import ParameterError
        from village_abm.report.sweep_read import is_sweep

        if is_sweep(folder):
            from village_abm.report.sweep import write_sweep_report

            typer.echo(write_sweep_report(folder, measure or [], axes or ()))
            return
        for option, given in (("--measure", measure), ("--axes", axes)):
            if given:
                raise ParameterError(f"{option}: {folder} is no folder of a sweep. Leave it out.")
        if (folder / STUDY).is_file():
            from village_abm.report.compare import write_compare_report

            typer.echo(write_compare_report(folder))
            return
        from village_abm.report.build import write_report

        typer.echo(write_report(folder))
