"""The command that opens the page in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

from village_abm.commands import FAILED, fail, overrides, plain_errors


def view(
    scenario: Annotated[
        str | None, typer.Argument(help="A shipped scenario, a TOML file, or a folder of experiments.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Number that fixes all luck; the scenario's if left out.")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter by its path.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port on this computer; any free one if left out.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Look at a village in the browser: play the years, ask why, change a number and see again."""
    with plain_errors():
        import webbrowser
        from pathlib import Path

        from village_abm.load import load_params
        from village_abm.view.serve import NoServer, free_port, serve

        given = overrides(changes or [])
        folder = scenario if scenario is not None and Path(scenario).is_dir() else None
        scenario = None if folder else scenario
        load_params(scenario, given)  # refused here, in words, before a server is started
        told = {"scenario": scenario, "seed": seed, "set": given, "folder": folder}

        def ready(address: str) -> None:
            print(f"The village is at {address} (Ctrl-C ends it).", flush=True)
            if browser:
                webbrowser.open(address)

        try:
            serve(told, free_port(port), ready)
        except NoServer as error:
            fail(str(error), FAILED)
        except KeyboardInterrupt:
            print()
