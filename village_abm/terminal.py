"""What the terminal shows: progress while years pass, the headline numbers of a run, values as one writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from village_abm.experiments.run import Finished
    from village_abm.load import Params
    from village_abm.scope import Indicator
    from village_abm.statements import Account


@contextmanager
def progress_bar(first: str = "years", words: str = "building the village", rate: bool = False) -> Iterator[Any]:
    """A progress bar on the error stream while years pass, and runs after them; nothing where nobody looks.

    The first bar counts `first` and says `words` until something has happened; with `rate`, how many a minute.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many are done a minute."""

        def render(self, task: Task) -> Text:
            return Text(f"{60 * task.speed:.1f}/min" if task.speed else "")

    columns: list[ProgressColumn] = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    columns += [*[Rate()] * rate, TimeRemainingColumn()]
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {first: bar.add_task(words, total=None)}

        def progress(done: int, total: int, what: str = first) -> None:
            if what not in tasks:  # a bar of its own, so that the time left is that of these runs
                tasks[what] = bar.add_task(what, total=total)
            words = what if done < total else "writing the record"
            bar.update(tasks[what], completed=done, total=total, description=words)

        yield progress


def show(finished: Finished) -> None:
    """The headline numbers and where the rest is."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from village_abm.report.summary import table

    console, model = Console(highlight=False, soft_wrap=True), finished.model
    years, lines = table(model.indicators)
    shown = Table(title=f"{model.params.scenario.label['en']}, seed {model.streams.seed}", box=box.SIMPLE_HEAD)
    shown.title_justify = "left"
    shown.add_column("")
    for year in years:
        shown.add_column(str(year), justify="right")
    shown.add_column("")
    for line in lines:
        shown.add_row(line.words, *line.cells, line.unit)
    console.print(shown)
    for note in finished.notes:
        console.print(note)
    _show_ablation(console, finished.folder)
    page = finished.folder / "report.html"
    shown_as = page.relative_to(Path.cwd()) if page.is_relative_to(Path.cwd()) else page
    console.print(f"\nOpen {shown_as} in a browser; the numbers are beside it.")


def _show_ablation(console: Console, folder: Path) -> None:
    """What each mechanism changes, where the run was compared with others."""
    from rich import box
    from rich.table import Table

    from village_abm.report.ablation import lines
    from village_abm.report.reading import read_run

    compared = lines(read_run(folder))
    if not compared:
        return
    shown = Table("mechanism", "what it adds (with - without it, mean over the pairs)", box=box.SIMPLE_HEAD)
    for mechanism, effects in compared:
        shown.add_row(mechanism, effects)
    console.print(shown, soft_wrap=False)


def written(value: Any) -> str:
    """A value as one writes it: ranges as 'low to high', series by year."""
    if value is None:
        return "-"
    if isinstance(value, tuple):
        return " to ".join(f"{bound:g}" for bound in value)
    if isinstance(value, dict):
        return ", ".join(f"{year}: {number:g}" for year, number in value.items())
    return str(value)


def explain_scheme(params: Params, name: str) -> None:
    """What a scheme is, in both languages, and each of its parameters with unit, range, meaning and source."""
    from village_abm.explain import explain

    scheme = params.schemes[name]
    print(f"{scheme.label['en']} / {scheme.label['zh']}", *scheme.explanation.values(), "", sep="\n")
    for row in explain(params, f"schemes.{name}"):
        unit = "" if row["unit"] in ("", "1") else f" {row['unit']}"
        limits = f", {written(row['range'])}" if row["range"] else ""
        print(f"{str(row['path']).removeprefix(f'schemes.{name}.')} = {written(row['value'])}{unit}{limits}")
        print(f"    {row['meaning']} [{row['confidence']}; {row['source']}]")


def list_indicators() -> None:
    """Every indicator by group, with unit and meaning, and the statements drawn up at the close of a run."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from village_abm.indicators import REGISTRY
    from village_abm.report.words import GROUPS
    from village_abm.statements import ACCOUNTS

    console = Console(highlight=False)
    for group, title in GROUPS.items():
        shown = Table(box=box.SIMPLE_HEAD, title=f"{title.en} / {title.zh}")
        shown.add_column("name", no_wrap=True)  # a name that is folded cannot be copied
        shown.add_column("unit")
        shown.add_column("meaning", min_width=30)
        shown.title_justify = "left"
        for item in REGISTRY.values():
            if item.group == group:
                shown.add_row(item.name, item.unit, item.meaning)
        for account in ACCOUNTS.values():
            if account.group == group:
                shown.add_row(account.name, "table", account.meaning)
        if shown.row_count:
            console.print(shown)
    console.print("village-abm indicators NAME tells the formula of one and where it is from.")


def explain_indicator(name: str) -> None:
    """All of one indicator or statement: words, unit, meaning, formula, source, and what counts it."""
    from village_abm.indicators import REGISTRY
    from village_abm.report.words import GROUPS, unit
    from village_abm.statements import ACCOUNTS

    lines = {"name": name}
    if name in REGISTRY:
        item = REGISTRY[name]
        about: Indicator | Account = item
        lines |= {"unit": f"{item.unit} ({unit(item.unit).en})", "formula": item.formula, "source": item.source}
        count: Callable[..., object] = item.count
    else:
        about = ACCOUNTS[name]
        count = about.draw_up
    lines |= {
        "meaning": about.meaning, "English": about.en, "Chinese": about.zh, "group": GROUPS[about.group].en,
        "function": f"{count.__module__}.{count.__name__}",
    }  # fmt: skip
    for key, value in lines.items():
        print(f"{key:<12}{value}")
