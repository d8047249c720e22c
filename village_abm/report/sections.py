"""The parts of the report: what each section shows, worked out from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.report import charts, palette, words
from village_abm.report.reading import Run
from village_abm.report.words import Text

CLOSES_WITHIN = 1e-6
WILD = ("natural", "closed_forest")


def _whole_village(run: Run) -> list[str]:
    return [name for name in run.indicators.columns if "." not in name]


def villages(run: Run) -> list[dict[str, str]]:
    """The villages that have lines of their own, with their colours; none where there is only one."""
    names = dict.fromkeys(name.split(".", 1)[1] for name in run.indicators.columns if "." in name)
    return [{"name": name, "colour": palette.LINES[(k + 1) % len(palette.LINES)]} for k, name in enumerate(names)]


def origin(run: Run) -> Text:
    """Whether land and people are real, in one line."""
    given = {name: str(path).replace("\\", "/").rsplit("/", 1)[-1] for name, path in run.manifest["inputs"].items()}
    kinds = (
        ("landscape", "terrain", "地形"),
        ("landcover", "land cover", "土地覆盖"),
        ("households", "people", "人口"),
    )
    real = [f"{en} ({given[key]})" for key, en, _ in kinds if key in given]
    made = [en for key, en, _ in kinds if key not in given]
    real_zh = [f"{zh}（{given[key]}）" for key, _, zh in kinds if key in given]
    made_zh = [zh for key, _, zh in kinds if key not in given]
    parts = ([f"Real: {', '.join(real)}."] if real else []) + ([f"Generated: {', '.join(made)}."] if made else [])
    parts_zh = ["真实数据：" + "、".join(real_zh) + "。"] if real else []
    parts_zh += ["生成：" + "、".join(made_zh) + "。"] if made else []
    return Text(" ".join(parts), "".join(parts_zh))


def calendar(run: Run) -> list[dict[str, Any]]:
    """The schemes and packages that take anything new in within the years shown."""
    first, last = run.years[0], run.years[-1]
    return [row for row in run.manifest["calendar"] if row["years"][0] <= last and row["years"][1] >= first]


@dataclass(frozen=True)
class Card:
    """One key number: words, unit, first and last value and its path."""

    label: Text
    unit: Text
    first: str
    last: str
    chart: charts.Chart


def _label(run: Run, name: str) -> Text:
    label = run.indicators.attrs["labels"][name]
    return Text(label["en"][:1].upper() + label["en"][1:], label["zh"])


def _scaled(run: Run, name: str) -> np.ndarray:
    stem = name.split(".", 1)[0]
    factor = 100.0 if run.indicators.attrs["units"][stem] == "1" else 1.0
    return run.indicators[name].to_numpy(float) * factor


def _chart(run: Run, name: str, split: bool = True) -> charts.Chart:
    parts = [column for column in run.indicators.columns if column.startswith(f"{name}.")] if split else []
    series = {column.split(".", 1)[-1] if "." in column else "": _scaled(run, column) for column in [name, *parts]}
    return charts.time_path(run.years, series, palette.LINES)


def cards(run: Run) -> list[Card]:
    """The key numbers at the head of the page."""
    found = []
    for name in words.CARDS:
        if name not in run.indicators:
            continue
        written, values = run.indicators.attrs["units"][name], run.indicators[name].to_numpy(float)
        first, last = words.number(values[0], written), words.number(values[-1], written)
        chart = _chart(run, name, split=False)
        found.append(Card(_label(run, name), words.unit(written), first, last, chart))
    return found


@dataclass(frozen=True)
class Panel:
    """One small chart with its words."""

    label: Text
    unit: Text
    last: str
    chart: charts.Chart


def groups(run: Run) -> list[tuple[Text, list[Panel]]]:
    """Every indicator as a time path, by group."""
    of, units = run.indicators.attrs["groups"], run.indicators.attrs["units"]
    order = dict.fromkeys([*words.GROUPS, *(of[name] for name in _whole_village(run))])
    found = []
    for group in order:
        names = [name for name in _whole_village(run) if of[name] == group]
        if names:
            panels = [
                Panel(
                    _label(run, name),
                    words.unit(units[name]),
                    words.number(float(run.indicators[name].to_numpy()[-1]), units[name]),
                    _chart(run, name),
                )
                for name in names
            ]
            found.append((words.GROUPS.get(group, Text(group, group)), panels))
    return found


def numbers(run: Run) -> list[tuple[Text, Text, list[str]]]:
    """Indicators as a table over a few years, for those who would rather read."""
    units = run.indicators.attrs["units"]
    places = [run.years.index(year) for year in charts.year_ticks(run.years)]
    rows = []
    for name in _whole_village(run):
        values = run.indicators[name].to_numpy(float)
        cells = [words.number(float(values[k]), units[name]) for k in places]
        rows.append((_label(run, name), words.unit(units[name]), cells))
    return rows


def land(run: Run) -> dict[str, Any]:
    """Areas of fields, plantings and houses over the years, stacked [ha]; wild land would dwarf them."""
    uses = run.manifest["uses"]
    counts = np.array([np.bincount(year.ravel(), minlength=len(uses)) for year in run.maps["use"]])
    there = [k for k, use in enumerate(uses) if counts[:, k].any() and use["name"] not in WILD]
    colours = palette.use_colours([use["name"] for use in uses])
    chart = charts.stacked(run.map_years, counts[:, there] * run.patch_size**2 / 1e4, [colours[k] for k in there])
    titles = [Text(uses[k]["en"], uses[k]["zh"]) for k in there]
    return {"bands": list(zip(chart.bands, titles, strict=True)), "chart": chart}


def pyramid(run: Run) -> dict[str, Any]:
    """People by age and sex at the end, those away set apart."""
    away = run.people["status"].to_numpy() == run.manifest["statuses"].index("migrant")
    bands = charts.pyramid(run.people["age"].to_numpy(), run.people["female"].to_numpy().astype(int), away)
    most = max((max(b.men_home + b.men_away, b.women_home + b.women_away) for b in bands), default=0)
    return {"bands": bands, "most": max(1, most), "people": len(run.people), "away": int(away.sum())}


def homes(run: Run) -> list[dict[str, Any]]:
    """Households of the first, middle and last year by who is at home, as shares."""
    kinds = (
        ("home", Text("everyone at home", "全家在村")),
        ("part", Text("some away for work", "部分成员外出")),
        ("empty", Text("nobody at home", "全家外出")),
    )
    found = []
    for year, group in run.households.groupby("year"):
        if group.empty:
            continue
        nobody, nomad = group["residents"] == 0, group["migrants"] > 0
        masks = {"home": ~nobody & ~nomad, "part": ~nobody & nomad, "empty": nobody}
        shares = [(key, title, float(masks[key].mean()), palette.BANDS[key]) for key, title in kinds]
        found.append({"year": year, "households": len(group), "size": float(group["members"].mean()), "shares": shares})
    return found


def books(run: Run) -> list[dict[str, Any]]:
    """Every book over the recorded years: opening, entries, closing, and in how many years it closes.

    Land that leaves one use for another is entered twice, "(from)" and "(to)", and shown once.
    """
    shown_as = {"fen": (0.01, "CNY")}
    shown = run.books[run.books["year"].between(run.years[0], run.years[-1])]
    found = []
    for name, lines in shown.groupby("book", sort=False):
        written = str(lines["unit"].iloc[0])
        scale, unit = shown_as.get(written, (1.0, written))
        table = lines.pivot_table(index="year", columns="entry", values="amount", aggfunc="sum").fillna(0.0) * scale
        entries = [entry for entry in dict.fromkeys(lines["entry"]) if entry not in ("opening", "closing")]
        gap = (table["opening"] + table[entries].sum(axis=1) - table["closing"]).abs()
        carried = (table["opening"] - table["closing"].shift().fillna(table["opening"])).abs()
        size = table.abs().max(axis=1).clip(lower=1.0)
        closes = (gap <= CLOSES_WITHIN * size) & (carried <= CLOSES_WITHIN * size)
        found.append(
            {
                "words": words.BOOKS.get(str(name), Text(str(name), str(name))),
                "unit": unit,
                "opening": float(table["opening"].iloc[0]),
                "entries": _shown_entries({entry: float(table[entry].sum()) for entry in entries}),
                "closing": float(table["closing"].iloc[-1]),
                "years": len(table),
                "closed": int(closes.sum()),
            }
        )
    return found


def _shown_entries(sums: dict[str, float]) -> list[tuple[str, str, float]]:
    """Name, sign and amount of the entries, the largest first."""
    rows = []
    for entry, total in sums.items():
        stem = entry.removesuffix(" (to)").removesuffix(" (from)")
        moved = stem != entry and abs(sums.get(f"{stem} (from)", 0.0) + sums.get(f"{stem} (to)", 0.0)) < CLOSES_WITHIN
        if moved and entry.endswith("(from)"):
            continue
        sign = "±" if moved else ("+" if total > 0 else "")
        rows.append((stem if moved else entry, sign, total))
    return sorted(rows, key=lambda row: -abs(row[2]))


def confidence(run: Run) -> list[dict[str, Any]]:
    """How many parameters stand on what."""
    levels = run.parameters["confidence"].tolist()
    return [
        {"name": name, "words": title, "count": levels.count(name), "share": levels.count(name) / len(levels)}
        for name, title in words.CONFIDENCE.items()
    ]


def guesses(run: Run) -> list[dict[str, Any]]:
    """The parameters that no source stands behind: estimates and values not yet checked."""
    held = run.parameters[run.parameters["confidence"].isin(["estimate", "unverified"])]
    return [{str(key): value for key, value in row.items()} for row in held.to_dict("records")]


def differences(run: Run) -> list[dict[str, Any]]:
    """What was changed from the defaults, with unit and meaning where it is a parameter."""
    known = run.parameters.set_index("path")
    found = []
    for path, value in run.manifest["differences"].items():
        stem = path.removesuffix(".scale")
        row = known.loc[stem] if stem in known.index else None
        found.append(
            {
                "path": path,
                "value": value,
                "unit": "" if row is None else row["unit"],
                "meaning": "" if row is None else row["meaning"],
            }
        )
    return found
