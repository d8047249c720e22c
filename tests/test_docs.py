"""The pages under docs/: every file, function, parameter and column they name is there, and their examples load."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from agents.household import Household
from agents.outlook import Outlook
from agents.patch import Patch
from agents.person import Person
from village_abm.load import load_params
from village_abm.scenario import OVERRIDABLE

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
MODEL = ROOT / "docs" / "model.md"

FILE = re.compile(r"(?:agents|village_abm|params|docs|tests|runs)(?:/[\w.-]+)+/?")
FUNCTION = re.compile(r"(?:(\w+)\.)?(\w+)\(\)")
PATH = re.compile(r"\w+(\.\w+)+(?<!\.csv)(?<!\.parquet)(?<!\.toml)")  # people.csv is a file
COLUMN = re.compile(r"(Household|Patch|Person|Outlook)\.(\w+)")
ENTITIES = {"Household": Household, "Patch": Patch, "Person": Person, "Outlook": Outlook}


@cache
def defined(file: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^\s*(?:def|class) (\w+)", file.read_text(encoding="utf-8"), flags=re.M))


@cache
def defined_anywhere() -> frozenset[str]:
    files = [*(ROOT / "agents").rglob("*.py"), *(ROOT / "village_abm").rglob("*.py")]
    return frozenset().union(*map(defined, files))


@cache
def parameters() -> frozenset[str]:
    """Every dotted path, and every beginning of one."""
    params = load_params()
    paths = [*params.numbers, *(f"series.{name}" for name in params.series), *(f"scenario.{n}" for n in OVERRIDABLE)]
    parts = [path.split(".") for path in paths]
    return frozenset(".".join(words[:end]) for words in parts for end in range(2, len(words) + 1))


def roots() -> frozenset[str]:
    return frozenset(path.split(".")[0] for path in parameters())


def without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)


def wrong(text: str) -> list[str]:
    """What a page names in backticks that is not there."""
    missing = []
    for line in without_fences(text).splitlines():
        tokens = re.findall(r"`([^`]+)`", line)
        files = [ROOT / token for token in tokens if FILE.fullmatch(token)]
        missing += [str(file.relative_to(ROOT)) for file in files if not file.exists()]
        code = [file for file in files if file.suffix == ".py" and file.exists()]
        # A function named beside a file must be in it: two files may each have one of its name.
        known = frozenset().union(*map(defined, code)) if code else defined_anywhere()
        for token in tokens:
            if (found := FUNCTION.fullmatch(token)) and not {found[1] or found[2], found[2]} <= defined_anywhere():
                missing.append(token)
            elif found and not found[1] and found[2] not in known:
                missing.append(f"{token} beside {', '.join(file.name for file in code)}")
            elif (found := COLUMN.fullmatch(token)) and not hasattr(ENTITIES[found[1]], found[2]):
                if found[2] not in getattr(ENTITIES[found[1]], "__annotations__", {}):
                    missing.append(token)
            elif PATH.fullmatch(token) and token.split(".")[0] in roots():
                missing += [token] * (token.removesuffix(".scale") not in parameters())
    return missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    assert wrong(page.read_text(encoding="utf-8")) == []


def test_the_search_finds_what_is_not_there() -> None:
    assert wrong("`village_abm/nowhere.py`") == ["village_abm/nowhere.py"]
    assert wrong("`grown_wild()` grows") == ["grown_wild()"]
    assert wrong("`cut()` in `village_abm/ecology/soil.py`") == ["cut() beside soil.py"]
    assert wrong("`VillageModel.stride()`") == ["VillageModel.stride()"]
    assert wrong("`Household.money`, `Outlook.offer`") == ["Household.money"]
    assert wrong("`ecology.harvest.fuel_nee`, `ecology.harvest`") == ["ecology.harvest.fuel_nee"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_every_fitted_number_is_named() -> None:
    params, text = load_params(), MODEL.read_text(encoding="utf-8")
    fitted = {path for path, number in params.numbers.items() if "fit" in number.source.split(",")}
    fitted |= {f"series.{name}" for name, series in params.series.items() if "fit" in series.sources}
    assert len(fitted) > 50
    assert sorted(path for path in fitted if f"`{path}`" not in text) == []


def test_every_override_shown_is_taken() -> None:
    shown = [pair for page in PAGES for pair in re.findall(r"--set ([\w.]+=[^\s`]+)", page.read_text(encoding="utf-8"))]
    assert shown
    for pair in shown:
        path, value = pair.split("=", 1)
        assert path in load_params(overrides={path: value}).differences


def test_the_scenario_shown_can_be_run(tmp_path: Path) -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", MODEL.read_text(encoding="utf-8"), flags=re.M | re.S)
    (shown,) = [block for block in blocks if "base" in block]
    file = tmp_path / "shown.toml"
    file.write_text(shown, encoding="utf-8")
    assert load_params(file).differences


def test_the_parameter_shown_is_the_one_in_the_file() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```", MODEL.read_text(encoding="utf-8"), flags=re.M | re.S)
    (line,) = [block.strip() for block in blocks if "base" not in block]
    assert line in (ROOT / "params" / "ecology.toml").read_text(encoding="utf-8")
