"""Folders of experiments: what each one is, how far it is, and in words what is wrong with it."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil

from village_abm.records import stamp
from village_abm.report.words import Text
from village_abm.view.words import pick, word

BAD = (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError)
"""What reading a damaged folder may raise."""
MANIFEST, STUDY, PLAN, DESIGN = "manifest.json", "study.json", "plan.json", "design.parquet"
INDICATORS, REPORT = "indicators.parquet", "report.html"
NO_RESULT = Text("holds no results that this page knows", "不含本页可识别的结果")
REPORT_ALONE = Text("this page knows its report alone", "本页仅能显示其报告")
TABLES_ALONE = Text("this page knows its tables by name alone", "本页仅能列出其表格名称")


@dataclass(frozen=True)
class Found:
    """One folder: what it is, what it is called, when it last changed and how far it is."""

    path: Path
    kind: str
    """`run`, `comparison`, `sweep`, `other` (of a kind that this version does not know) or `broken`."""
    title: Text
    changed: float
    state: str = "finished"
    done: int = 0
    failed: int = 0
    total: int = 0
    rate: float = 0.0
    """Runs a minute."""
    left: float | None = None
    """Seconds to the end; None where nobody knows."""
    wrong: Text = NO_RESULT

    @property
    def name(self) -> str:
        """Its name in the list."""
        return self.path.name


def told(path: Path) -> dict[str, Any]:
    """A JSON file that holds a table; raises OSError or ValueError."""
    return _read(path, *stamp(path))


@lru_cache(maxsize=256)
def _read(path: Path, _changed: int, _size: int) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path.name} holds no table")
    return found


def listing(folder: Path) -> list[Found]:
    """The experiments of a folder, newest first; the folder itself where it is one."""
    if kind_of(folder):
        return [found(folder)]
    try:
        inside = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")]
    except OSError:
        return []
    return sorted((found(path) for path in inside), key=lambda one: (-one.changed, one.name))


def kind_of(folder: Path) -> str:
    """What a folder holds by the files in it; empty where that is nothing known."""
    if (folder / STUDY).is_file() or (folder / PLAN).is_file():
        return "comparison"
    if (folder / DESIGN).is_file() or any(folder.glob("status*.json")):
        return "sweep"
    if (folder / MANIFEST).is_file() and (folder / INDICATORS).is_file():
        return "run"
    return "other" if (folder / REPORT).is_file() or tables(folder) else ""


def tables(folder: Path) -> list[str]:
    """What was worked out of an experiment afterwards: its tables by name."""
    return sorted(f"results/{path.name}" for path in folder.glob("results/*.csv"))


def found(folder: Path) -> Found:
    """A folder in the list; one that cannot be read says why."""
    kind = kind_of(folder)
    changed = _changed(folder)
    try:
        if kind == "run":
            return Found(folder, kind, _run_title(told(folder / MANIFEST)), changed, done=1, total=1)
        if kind == "comparison":
            return _comparison(folder, changed)
        if kind == "sweep":
            return _sweep(folder, changed)
    except BAD as error:
        said = str(error).strip("'") or type(error).__name__
        wrong = Text(f"is damaged: {said}", f"已损坏：{said}")
        return Found(folder, "broken", Text(folder.name, folder.name), changed, "broken", wrong=wrong)
    if kind == "other":
        words = REPORT_ALONE if (folder / REPORT).is_file() else TABLES_ALONE
        return Found(folder, kind, Text(folder.name, folder.name), changed, wrong=words)
    return Found(folder, "broken", Text(folder.name, folder.name), changed, "broken")


def _changed(folder: Path) -> float:
    """When anything was last put into a folder."""
    names = (MANIFEST, STUDY, PLAN, DESIGN, REPORT, "scores.csv", "parts", "results", "status.json")
    times = [0.0]
    for path in (folder, *(folder / name for name in names)):
        try:
            times.append(path.stat().st_mtime)
        except OSError:
            continue  # not there, or taken away just now
    return max(times)


def _text(value: Any) -> Text:
    if isinstance(value, Mapping):
        return Text(str(value["en"]), str(value["zh"]))
    return Text(str(value), str(value))


def _run_title(manifest: Mapping[str, Any]) -> Text:
    label, seed = _text(manifest["scenario"]["label"]), manifest["seed"]
    return Text(f"{label.en}, seed {seed}", f"{label.zh}，随机种子 {seed}")


def _comparison(folder: Path, changed: float) -> Found:
    parts = sum(1 for _ in (folder / "parts").glob("*.npz")) if (folder / "parts").is_dir() else 0
    if not (folder / STUDY).is_file():
        told(folder / PLAN)
        return Found(folder, "comparison", Text(folder.name, folder.name), changed, "under_way", done=parts)
    study = told(folder / STUDY)
    runs = int(study["pairs"]) * (1 + len(study["schemes"]))
    return Found(folder, "comparison", _text(study["title"]), changed, done=runs, total=runs)


def _sweep(folder: Path, changed: float) -> Found:
    title = told(folder / MANIFEST)["name"] if (folder / MANIFEST).is_file() else folder.name
    drivers = [told(path) for path in sorted(folder.glob("status*.json"))]
    states = [_alive(one) for one in drivers]
    state = next((name for name in ("running", "disk full", "killed", "interrupted") if name in states), "finished")
    if not drivers:
        state = "under_way"
    at_work = [one for one, name in zip(drivers, states, strict=True) if name == "running"]
    left = [float(one["seconds_left"]) for one in at_work if one["seconds_left"] is not None]
    return Found(
        folder, "sweep", _text(title), max(changed, *(path.stat().st_mtime for path in folder.glob("status*.json")), 0),
        state.replace(" ", "_"), sum(int(one["done"]) for one in drivers), sum(int(one["failed"]) for one in drivers),
        sum(int(one["total"]) for one in drivers), sum(float(one["runs_per_minute"]) for one in at_work),
        max(left, default=None),
    )  # fmt: skip


def _alive(driver: Mapping[str, Any]) -> str:
    """What a driver told last; of one that is no more on this machine, that it was killed."""
    state = str(driver["state"])
    gone = driver["host"] == platform.node() and not psutil.pid_exists(int(driver["pid"]))
    return "killed" if state == "running" and gone else state


def line(one: Found, language: str) -> dict[str, Any]:
    """A folder as the list shows it."""
    said = word(one.state, language)
    if one.kind in ("broken", "other"):
        said = pick(one.wrong, language)
    elif one.kind == "sweep":
        said = f"{said}: {progress(one, language)}"
    elif one.state == "under_way":
        said = f"{said}: {one.done} {word('done', language)}"
    return {
        "name": one.name, "kind": word(one.kind, language), "title": pick(one.title, language), "said": said,
        "when": time.strftime("%Y-%m-%d %H:%M", time.localtime(one.changed)), "broken": one.kind == "broken",
        "share": 100 * one.done / one.total if one.kind == "sweep" and one.total else None,
    }  # fmt: skip


def progress(one: Found, language: str) -> str:
    """How far a sweep is: done, failed, rate and time left."""
    said = [word("done_of", language).format(f"{one.done:,}", f"{one.total:,}")]
    if one.failed:
        said.append(f"{one.failed:,} {word('failed', language)}")
    if one.state == "running":
        said.append(f"{one.rate:,.3g} {word('a_minute', language)}")
        if one.left is not None:
            said.append(f"{lasts(one.left, language)} {word('time_left', language)}")
    return (", " if language == "en" else "，").join(said)


def lasts(seconds: float, language: str) -> str:
    """A stretch of time in its largest unit."""
    for name, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return word(name, language).format(f"{seconds / size:.3g}")
    return word("seconds", language).format(f"{seconds:.0f}")
