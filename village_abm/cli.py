"""The command line: runs, lists parameters, rebuilds reports; says in one line what is wrong."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from village_abm.calibrate_command import calibrate
from village_abm.commands import overrides, plain_errors
from village_abm.compare_command import compare
from village_abm.report_command import report
from village_abm.sensitivity_command import sensitivity
from village_abm.sweep_command import doctor, export, replay, status, sweep
from village_abm.terminal import explain_indicator, explain_scheme, list_indicators, progress_bar, show, written
from village_abm.view_command import view

if TYPE_CHECKING:
    from village_abm.experiments.ablation import Plan
    from village_abm.load import Params

# Everything heavy is imported inside the commands: --help must not wait for Mesa.

app = typer.Typer(
    name="village-abm",
    help="Thirty years of a karst village: who farms, who leaves, what the government pays for, "
    "and how the rock spreads or turns green.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """The command `village-abm`."""
    # Told to end, leave as at Ctrl-C: without a half-written folder.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


def _params(
    scenario: str | None,
    pairs: list[str],
    years: int | None,
    seed: int | None,
    switch: Mapping[str, object] | None = None,
) -> Params:
    from village_abm.load import load_params
    from village_abm.params import ParameterError

    changes = overrides(pairs) | dict(switch or {})
    if seed is not None and seed < 0:
        raise ParameterError(f"--seed {seed}: a seed is a whole number from 0 up. Write --seed 2, say.")
    params = load_params(scenario, changes)
    if years is None:
        return params
    if years < 1:
        raise ParameterError(f"--years {years}: at least one year must pass. Write --years 10, say.")
    return load_params(scenario, changes | {"scenario.end": params.scenario.start + years - 1})


def _ablation(
    ablate: bool, pairs: int | None, only: list[str] | None, variant: Callable[[Mapping[str, object]], Params]
) -> Plan | None:
    """What `--ablate` asks for; nothing where it was not given."""
    from village_abm.experiments import ablation
    from village_abm.params import ParameterError

    if ablate:
        return ablation.plan(variant, pairs, only or [])
    for option, value in (("--pairs", pairs), ("--only", only)):
        if value not in (None, []):
            raise ParameterError(f"{option} without --ablate. Write --ablate too.")
    return None


@app.command()
def run(
    scenario: Annotated[
        str | None,
        typer.Argument(help="A shipped scenario (village, huanjiang, p1_1980, ...) or a TOML file."),
    ] = None,
    years: Annotated[int | None, typer.Option(metavar="N", help="How many years to record.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="S", help="Another draw of luck.")] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change one parameter; may be repeated."),
    ] = None,
    landscape: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A height raster (GeoTIFF or ESRI ASCII) of real land."),
    ] = None,
    landscape_crs: Annotated[
        str | None,
        typer.Option(metavar="CRS", help="Its coordinate system, as EPSG:4326, if the file has none."),
    ] = None,
    landcover: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A land-cover raster; it needs --landscape.")
    ] = None,
    landcover_crs: Annotated[
        str | None, typer.Option(metavar="CRS", help="Its coordinate system, if the file has none.")
    ] = None,
    classes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What the codes of the land cover mean (CSV).")
    ] = None,
    window: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(metavar="X0 Y0 X1 Y1", help="Which part of the rasters, in the coordinates of the heights."),
    ] = None,
    households: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder of household, people and plot tables (CSV).")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write; otherwise runs/<scenario>-<seed>.")
    ] = None,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Also run with each mechanism off in turn: what does it change?")
    ] = False,
    pairs: Annotated[
        int | None, typer.Option(metavar="N", help="Pairs of runs for each mechanism of --ablate; otherwise 6.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this mechanism of --ablate; may be repeated.")
    ] = None,
) -> None:
    """Run a scenario once; writes a folder with a report to be opened in a browser."""
    with plain_errors():
        from village_abm.experiments import ablation
        from village_abm.experiments.inputs import Inputs
        from village_abm.experiments.record import FILES, check_free
        from village_abm.experiments.run import run_once
        from village_abm.report.build import write_report

        if out is not None:
            check_free(out)
        params = _params(scenario, change or [], years, seed)
        luck = params.scenario.seed if seed is None else seed
        about: dict[str, Any] = {"command": shlex.join(["village-abm", *sys.argv[1:]])}
        plan = _ablation(ablate, pairs, only, lambda switch: _params(scenario, change or [], years, seed, switch))
        if plan:
            about |= {"ablation": plan.about(), "files": FILES | {ablation.FILE: ablation.WHAT_IT_HOLDS}}
        inputs = Inputs(landscape, landscape_crs, landcover, landcover_crs, classes, window, households)
        with progress_bar() as progress:

            def finish(folder: Path) -> None:
                if plan:
                    told = partial(progress, what="runs to compare")
                    ablation.write(folder, ablation.run_pairs(plan, luck, inputs=inputs, progress=told))
                write_report(folder)

            finished = run_once(params, luck, out, inputs=inputs, about=about, progress=progress, finish=finish)
        show(finished)


@app.command()
def params(
    path: Annotated[str | None, typer.Argument(help="A dotted path, or the beginning of one.")] = None,
    scenario: Annotated[str | None, typer.Option(metavar="NAME", help="As this scenario has them.")] = None,
) -> None:
    """List the parameters: value, unit, range, source and meaning."""
    with plain_errors():
        from village_abm.explain import explain
        from village_abm.load import load_params

        rows = explain(load_params(scenario), path)
        if len(rows) == 1:
            for key, value in rows[0].items():
                print(f"{key:<12}{written(value)}")
        else:
            for row in rows:
                unit = "" if row["unit"] in ("", "1") else f" {row['unit']}"
                print(f"{row['path']} = {written(row['value'])}{unit}")
                print(f"    {row['meaning']} [{row['confidence']}]")


@app.command()
def schemes(
    name: Annotated[
        str | None, typer.Argument(help="One scheme, or a TOML file of your own; all shipped ones where none is given.")
    ] = None,
) -> None:
    """List the compensation schemes, or explain one: what it pays for, whom, how much, and where that is from."""
    with plain_errors():
        from village_abm.load import load_params
        from village_abm.params import refuse_unknown
        from village_abm.scheme_files import is_scheme_file, names_in

        files = [Path(name)] if name and is_scheme_file(name) else []
        params = load_params(scheme_files=files)
        if name is None:
            width = max(map(len, params.schemes))
            for key, scheme in params.schemes.items():
                print(f"{key:<{width}}  {scheme.label['en']} / {scheme.label['zh']}")
            return
        for one in names_in(files[0]) if files else [name]:
            refuse_unknown([one], params.schemes, "schemes", "scheme")
            explain_scheme(params, one)


@app.command()
def indicators(
    name: Annotated[
        str | None, typer.Argument(help="An indicator or statement; all of them where none is given.")
    ] = None,
) -> None:
    """List the indicators and statements of a run, or explain one: unit, meaning, formula, source."""
    with plain_errors():
        from village_abm.indicators import REGISTRY
        from village_abm.params import refuse_unknown
        from village_abm.statements import ACCOUNTS

        if name is None:
            list_indicators()
            return
        refuse_unknown([name], [*REGISTRY, *ACCOUNTS], "indicators", "indicator")
        explain_indicator(name)


for command in (
    compare, report, sweep, sensitivity, calibrate, status, doctor, replay, export, view,
):  # fmt: skip
    app.command()(command)


if __name__ == "__main__":
    main()
