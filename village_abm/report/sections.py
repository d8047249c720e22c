"""The parts of the report: what each section shows, worked out from the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from village_abm.report import charts, palette, words
from village_abm.report.reading import Run
from village_abm.report.words import Text

WILD = ("natural", "closed_forest")
ADULT = (16, 59)


def _whole_village(run: Run) -> list[str]:
    return [name for name in run.indicators.columns if "." not in name]


def _shown(run: Run) -> list[str]:
    """The indicators worth a chart: those that are not nothing in all years."""
    silent = set(_silent(run))
    return [name for name in _whole_village(run) if name not in silent]


def _silent(run: Run) -> list[str]:
    return [name for name in _whole_village(run) if (run.indicators[name].to_numpy(float) == 0).all()]


def silent(run: Run) -> list[Text]:
    """The indicators that are nothing in all years."""
    return [_label(run, name) for name in _silent(run)]


@dataclass(frozen=True)
class Part:
    """What an indicator was in one of several villages: its words, colour, first and last value."""

    place: Text
    colour: str
    first: str
    last: str


def parts(run: Run, name: str) -> list[Part]:
    """An indicator village by village; none where there is only one."""
    found = []
    for number, column in enumerate(c for c in run.indicators.columns if c.startswith(f"{name}.")):
        written, values = run.indicators.attrs["units"][name], run.indicators[column].to_numpy(float)
        place, colour = words.place(column.split(".", 1)[1]), palette.LINES[(number + 1) % len(palette.LINES)]
        first, last = (words.amount(float(values[k]), written) for k in (0, -1))
        found.append(Part(place, colour, first, last))
    return found


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
    parts: list[Part]


def _label(run: Run, name: str) -> Text:
    label = run.indicators.attrs["labels"][name]
    return Text(label["en"][:1].upper() + label["en"][1:], label["zh"])


def _scaled(run: Run, name: str) -> np.ndarray:
    stem = name.split(".", 1)[0]
    factor = 100.0 if run.indicators.attrs["units"][stem] == "1" else 1.0
    return run.indicators[name].to_numpy(float) * factor


def _chart(run: Run, name: str, from_zero: bool = False) -> charts.Chart:
    columns = [name, *(column for column in run.indicators.columns if column.startswith(f"{name}."))]
    series = {column.split(".", 1)[-1] if "." in column else "": _scaled(run, column) for column in columns}
    return charts.time_path(run.years, series, palette.LINES, from_zero)


def cards(run: Run) -> list[Card]:
    """The key numbers at the head of the page."""
    found = []
    for name in words.CARDS:
        if name not in run.indicators:
            continue
        written, values = run.indicators.attrs["units"][name], run.indicators[name].to_numpy(float)
        first, last = words.number(values[0], written), words.number(values[-1], written)
        chart = _chart(run, name, from_zero=True)
        found.append(Card(_label(run, name), words.unit(written), first, last, chart, parts(run, name)))
    return found


@dataclass(frozen=True)
class Panel:
    """One small chart with its words."""

    label: Text
    unit: Text
    last: str
    chart: charts.Chart
    parts: list[Part]


def groups(run: Run) -> list[tuple[Text, list[Panel]]]:
    """Every indicator as a time path, by group."""
    of, units = run.indicators.attrs["groups"], run.indicators.attrs["units"]
    order = dict.fromkeys([*words.GROUPS, *(of[name] for name in _shown(run))])
    found = []
    for group in order:
        names = [name for name in _shown(run) if of[name] == group]
        if names:
            panels = [
                Panel(
                    _label(run, name),
                    words.unit(units[name]),
                    words.number(float(run.indicators[name].to_numpy()[-1]), units[name]),
                    _chart(run, name),
                    parts(run, name),
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
    for name in _shown(run):
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
    """People by age and sex at the end, those away set apart and counted among the adults, aged 16 to 59."""
    age = run.people["age"].to_numpy()
    adult = (age >= ADULT[0]) & (age <= ADULT[1])
    away = run.people["status"].to_numpy() == run.manifest["statuses"].index("migrant")
    bands = charts.pyramid(age, run.people["female"].to_numpy().astype(int), away)
    most = max((max(b.men_home + b.men_away, b.women_home + b.women_away) for b in bands), default=0)
    adults, gone = int(adult.sum()), int((away & adult).sum())
    share = gone / adults if adults else float("nan")
    return {"bands": bands, "most": max(1, most), "adults": adults, "away": gone, "share": share}


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


def industries(run: Run) -> dict[str, Any]:
    """The eco-industry score of every use whose product is sold at the end, attribute by attribute."""
    labels = {use["name"]: Text(use["en"], use["zh"]) for use in run.manifest["uses"]}
    return {
        "attributes": list(words.ECO_INDUSTRY.values()),
        "rows": [{**row, "words": labels[row["name"]]} for row in run.manifest["industries"]],
    }


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
