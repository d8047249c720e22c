"""A comparison on the terminal: one table for people, and what they must know to read it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from village_abm.experiments import wording

if TYPE_CHECKING:
    import pandas as pd

SHOWN = (
    "public_cost", "private_cost", "transaction_cost", "household_cost", "area_enrolled", "households_enrolled",
    "additionality", "leakage", "permanence_10", "net_effect", "cover", "kd_area", "soil_loss", "carbon_stock",
    "income_real", "income_fifth_1", "poverty", "income_gini", "away_share", "abandoned_share", "cost_per_kd",
    "cost_per_soil", "cost_per_carbon",
)  # fmt: skip


def show(folder: Path, study: dict[str, Any]) -> None:
    """Print the sheet: what each scheme did beyond its twin, and what of it is settled."""
    import pandas as pd
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    sheet = pd.read_csv(folder / "scores.csv")
    first, last = study["years"]
    title = f"{study['pairs']} pairs of runs, {first} to {last}, {study['scenario']['label']['en']}"
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("")
    for scheme in study["schemes"]:
        table.add_column(scheme["label"]["en"], justify="right", overflow="fold")
    table.add_column("")
    labels = {one["name"]: one for one in study["measures"]}
    for name in SHOWN:
        rows = sheet[(sheet["measure"] == name) & (sheet["kind"] != "rival")].set_index("scheme")
        cells = [cell(rows.loc[scheme["name"]]) for scheme in study["schemes"]]
        unit = wording.unit_words(labels[name]["unit"], labels[name]["kind"] == "difference").en
        table.add_row(labels[name]["label"]["en"], *cells, unit)
    console.print(table)
    console.print(
        f"Money is in {study['money']['en']}. Numbers with a sign are with - without the scheme; 95% intervals hold "
        f"for all schemes together. ? not settled, ~ its size not settled, = no difference that matters."
    )
    for line in _beside(sheet, study):
        console.print(line, soft_wrap=True)
    console.print(f"\nAll measures and rivals stand in {folder / 'scores.csv'}, in words too.", soft_wrap=True)


def cell(row: pd.Series) -> str:
    """A mean with its interval; refused and open ones marked."""
    if row["verdict"] == "refused":
        return "refused"
    signed = row["kind"] == "difference"
    ends = ("low", "high") if row["kind"] == "ratio" else ("simultaneous_low", "simultaneous_high")
    mean = wording.shown(row["mean"], row["unit"], signed)
    low, high = (wording.shown(row[end], row["unit"], signed) for end in ends)
    open_end = {"not settled": " ?", "equivalent": " ="}.get(row["verdict"], "")
    if open_end == " ?" and row[ends[0]] * row[ends[1]] > 0:  # there is a difference, but not whether it matters
        open_end = " ~"
    if low == high or math.isnan(row[ends[0]]):
        return mean + open_end
    return f"{mean}{open_end}\n{low} to {high}"


def _beside(sheet: pd.DataFrame, study: dict[str, Any]) -> list[str]:
    """Refusals, rivals, pairing, warnings and why no more pairs were run, a line each."""
    refused = sheet[(sheet["verdict"] == "refused") & sheet["measure"].isin(SHOWN) & (sheet["kind"] != "rival")]
    lines = [""] if len(refused) else []
    for (scheme, why), rows in refused.groupby(["scheme", "words_en"], sort=False):
        lines.append(f"{scheme}: {why} ({', '.join(rows['measure'])})")
    primary = sheet[(sheet["kind"] == "rival") & (sheet["measure"] == study["primary"])]
    lines += ["", *(f"{row.scheme}, {row.measure}: {row.words_en}" for row in primary.itertuples())]
    lines += ["", *(f"{one['scheme']}, {one['measure']}: {one['words']['en']}" for one in study["pairing"])]
    lines += ["", *(f"Beware: {one['en']}" for one in study["warnings"])]
    return [*lines, study["stopped"]["words"]["en"]]
